"""Pictures come with words for who does not see them, their owner and a consent, and leave with their pixels alone."""

import zlib
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from outreach.errors import DataError
from outreach.site.content.load import load_content
from outreach.site.content.model import Content
from outreach.site.content.picture_files import picture_for_site
from outreach.site.content.shown import shown_content
from tests.site.content.test_pages import FRONT, written

HEADER = "file,alt.en,alt.fr,credit,licence,consent,case\n"
GPS, MAKE, ORIENTATION = 0x8825, 0x010F, 0x0112


def with_pictures(folder: Path, table: str, **files: bytes) -> Path:
    written(folder, en=FRONT, fr=FRONT)
    (folder / "site" / "pictures").mkdir(exist_ok=True)
    (folder / "site" / "pictures" / "pictures.csv").write_text(HEADER + table, encoding="utf-8")
    for name, data in files.items():
        (folder / "site" / "pictures" / name.replace("_", ".")).write_bytes(data)
    return folder


def picture(kind: str, size: tuple[int, int] = (60, 40), **more: object) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "#0b4251").save(out, kind, **more)
    return out.getvalue()


def loaded(folder: Path) -> Content:
    return load_content(folder, ("en", "fr"), ("viasna",))


def camera() -> Image.Exif:
    exif = Image.Exif()
    exif[MAKE], exif[ORIENTATION], exif[GPS] = "Camera of A. Example", 6, {1: "N", 2: (53.0, 54.0, 0.0)}
    return exif


def test_a_picture_has_its_row_and_the_size_that_it_has_on_the_page(tmp_path: Path) -> None:
    row = "a.jpg,A vigil,Une veillée,A. Example,CC BY 4.0,nobody in it,viasna\n"
    content = loaded(with_pictures(tmp_path, row, a_jpg=picture("JPEG", (4000, 2000), exif=camera())))

    found = content.pictures["a.jpg"]
    assert (found.alt, found.case) == ({"en": "A vigil", "fr": "Une veillée"}, "viasna")
    assert (found.width, found.height) == (800, 1600)  # it lay on its side


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_pixels_goes_into_the_site(tmp_path: Path, kind: str) -> None:
    name = f"a.{kind.lower()}"
    secret = b"Camera of A. Example"
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", secret.decode())
    own = {"JPEG": {"comment": secret}, "PNG": {"pnginfo": info}, "WEBP": {"xmp": secret}}[kind]
    data = picture(kind, exif=camera(), **own) + secret
    with_pictures(tmp_path, f"{name},A,B,C,D,nobody in it,\n", **{name.replace(".", "_"): data})

    found = loaded(tmp_path).pictures[name]
    made = picture_for_site(tmp_path, name)
    assert secret in data
    assert secret not in made
    assert made == picture_for_site(tmp_path, name)
    with Image.open(BytesIO(made), formats=[kind]) as again:
        again.load()
        assert again.size == (found.width, found.height) == (40, 60)
        assert dict(again.getexif()) == {}
        assert not again.info.keys() & {"comment", "xmp", "exif", "icc_profile", "Author"}


def test_all_that_pictures_lack_is_said_at_once(tmp_path: Path) -> None:
    table = (
        "a.jpg,,B,,D,no,viazna\n"
        "b.png,A,B,C,D,nobody in it,\n"
        "../../secret.png,A,B,C,D,nobody in it,\n"
        "c.svg,A,B,C,D,nobody in it,\n"
        "a.jpg,A,B,C,D,E,\n"
        "d.png,A,B,C,D,E,\n"
    )
    (tmp_path / "mine").mkdir()
    folder = with_pictures(tmp_path / "mine", table)
    pictures = folder / "site" / "pictures"
    (tmp_path / "secret.png").write_bytes(picture("PNG"))
    (pictures / "a.jpg").write_bytes(picture("PNG"))
    (pictures / "d.png").symlink_to(tmp_path / "secret.png")
    (pictures / 'x"><script>\n.png').write_bytes(picture("PNG"))

    with pytest.raises(DataError) as caught:
        loaded(folder)
    said = {(each.file, each.row, each.column): each.message for each in caught.value.problems}
    table, not_allowed = "site/pictures/pictures.csv", "is no name for a picture: call the file a-z, 0-9, - and _"
    assert said[table, 2, "alt.en"] == "missing: write what the picture shows, in English, for people who do not see it"
    assert said[table, 2, "credit"].startswith("missing: write whose picture it is")
    assert said[table, 2, "consent"].startswith("'no' is no consent: take the picture out of site/pictures, or write")
    assert said[table, 2, "case"] == "there is no case 'viazna'; did you mean viasna?"
    assert said[table, 2, "file"].startswith("'a.jpg' is no JPEG picture, or a damaged one")
    assert said[table, 3, "file"].startswith("there is no file site/pictures/b.png: put it there, or take the row out")
    assert said[table, 4, "file"].startswith(f"'../../secret.png' {not_allowed}")
    assert said[table, 5, "file"].startswith(f"'c.svg' {not_allowed}")
    assert said[table, 6, "file"] == "'a.jpg' has a row already: keep one"
    assert said["site/pictures/d.png", None, None].startswith("leads out of the campaign's folder")
    assert said['site/pictures/x"><script>\\n.png', None, None].startswith("has no row in site/pictures/pictures.csv")
    assert len(said) == 11


def test_huge_and_broken_pictures_are_refused_before_they_fill_the_memory(tmp_path: Path) -> None:
    bomb = bytearray(picture("PNG"))
    bomb[16:24] = (65_000).to_bytes(4, "big") * 2  # the header says 4 thousand million pixels
    bomb[29:33] = zlib.crc32(bomb[12:29]).to_bytes(4, "big")
    row = "A,B,C,D,nobody in it,\n"
    folder = with_pictures(tmp_path, f"a.png,{row}b.png,{row}", a_png=bytes(bomb), b_png=bytes(16_000_000))

    with pytest.raises(DataError) as caught:
        loaded(folder)
    assert [each.message for each in caught.value.problems] == [
        "'a.png' is far too large: make it smaller; 1600 pixels are enough",
        "'b.png' has 16.0 MB: 15.0 MB is the most; make it smaller",
    ]


def test_a_picture_goes_with_the_case_that_it_is_of(tmp_path: Path) -> None:
    with_pictures(tmp_path, "a.png,A,B,C,D,E,viasna\nb.png,A,B,C,D,E,\n", a_png=picture("PNG"), b_png=picture("PNG"))
    (tmp_path / "site" / "page.en.md").write_text(FRONT.replace("---\n", "---\npicture: a.png\n", 1), "utf-8")
    (tmp_path / "site" / "theme.toml").write_text('logo = "b.png"\n', "utf-8")

    content = loaded(tmp_path)
    assert shown_content(content, ("viasna",), date.max) == content
    left = shown_content(content, (), date.max)
    assert (list(left.pictures), left.pages["en"].picture, left.theme.logo) == (["b.png"], "", "b.png")
