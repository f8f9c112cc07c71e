"""What can go with letters, and what is refused: each file is named, with what to do, and nothing is half done."""

import os
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from outreach.cases.attachments.kinds import DOCX, ODT, text_in
from outreach.cases.attachments.reading import AttachmentReader
from outreach.errors import DataError

PDF = b"%PDF-1.7\n1 0 obj\n%%EOF\n"


def picture(form: str, gps: dict[int, str] | None = None) -> bytes:
    exif = Image.Exif()
    if gps:
        exif[0x8825] = gps
    Image.new("RGB", (2, 2)).save(out := BytesIO(), form, exif=exif)
    return out.getvalue()


def packed(objects: bytes) -> bytes:
    return b"obj <</Type/ObjStm/Filter/FlateDecode>>\nstream\n" + zlib.compress(objects) + b"\nendstream\n"


def archive(**files: str | bytes) -> bytes:
    with zipfile.ZipFile(out := BytesIO(), "w") as packed:
        for name, content in files.items():
            packed.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return out.getvalue()


WORDS = "<w:p><w:r><w:t>J. Sample &amp; others</w:t></w:r></w:p>"
PLACED = picture("JPEG", {1: "N", 29: "2022:09:29"})
ELSEWHERE = {"word/_rels/document.xml.rels": '<Relationship Type="…/image" Target="https://a" TargetMode="External"/>'}
LINK = {"word/_rels/document.xml.rels": '<Relationship Type="…/hyperlink" Target="https://a" TargetMode="External"/>'}
GOOD = {
    "brief.pdf": PDF,
    "Mémoire 简报.pdf": PDF,
    "map.png": picture("PNG"),
    "portrait.JPG": picture("JPEG"),
    "words.txt": "À lire\r\n".encode(),
    "words.docx": archive(word__document_xml=WORDS),
    "linked.docx": archive(word__document_xml=WORDS, **LINK),
    "pages.pdf": PDF.replace(b"obj", b"obj <</Length 9>>\nstream\n/JS /JavaScript\nendstream"),
    "words.odt": archive(content_xml="<text:p>J. Sample</text:p>"),
}
BAD = {
    "empty.pdf": (b"", "empty"),
    "brief": (PDF, "no ending"),
    "brief.exe": (b"MZ", "PDF, PNG, JPEG, TXT, DOCX and ODT"),
    "page.html": (b"<html>", "a web page: save it as PDF"),
    "all.zip": (archive(a="b"), "attach what is in it"),
    "old.doc": (b"\xd0\xcf\x11\xe0", "macros"),
    "program.pdf": (b"MZ\x90", "its name says PDF, and it is a program"),
    "page.png": (b"<!DOCTYPE html>", "its name says PNG, and it is a web page"),
    "half.pdf": (b"%PDF-1.7\n1 0 obj", "end of the PDF is missing"),
    "locked.pdf": (PDF.replace(b"obj", b"obj /Encrypt 2 0 R"), "locked"),
    "alive.pdf": (PDF.replace(b"obj", b"obj /JavaScript (x)"), "print it to a new PDF"),
    "half.png": (picture("PNG")[:40], "damaged"),
    "place.jpg": (PLACED, "where it was taken"),
    "latin.txt": ("é".encode("latin-1"), "UTF-8"),
    "control.txt": (b"a\x1bb", "U+001B"),
    "page.txt": (b"<html><body>", "a web page"),
    "half.docx": (archive(word__document_xml=WORDS)[:60], "damaged"),
    "sheet.docx": (archive(xl__workbook_xml=""), "another archive"),
    "macro.docx": (archive(word__document_xml=WORDS, word__vbaProject_bin="x"), "macros"),
    "remarks.docx": (archive(word__document_xml=f"<w:ins>{WORDS}</w:ins>"), "tracked changes"),
    "blank.txt": (b" \n", "says nothing"),
    "short.pdf": (PDF.replace(b"obj", b"obj /S /JS"), "a program"),
    "numbered.pdf": (PDF.replace(b"obj", b"obj /J#61vaScript (x)"), "/JavaScript"),
    "packed.pdf": (PDF.replace(b"obj", packed(b"<< /S /JavaScript >>")), "/JavaScript"),
    "header.docx": (archive(word__document_xml=WORDS, word__header1_xml="<w:del/>"), "tracked changes"),
    "pixel.docx": (archive(word__document_xml=WORDS, **ELSEWHERE), "fetches something"),
    "pixel.odt": (archive(content_xml='<draw:image xlink:href="https://example.org/a.png"/>'), "fetches something"),
    "taken.docx": (archive(word__document_xml=WORDS, **{"word/media/a.jpg": PLACED}), "where it was taken"),
    "un\u200bseen.pdf": (PDF, "U+200B"),
    'a"b.pdf': (PDF, "U+0022"),
    " first.pdf": (PDF, "a space"),
    "turned\u202e.pdf": (PDF, "U+202E"),
    "two\nlines.pdf": (PDF, "U+000A"),
    f"{'x' * 110}.pdf": (PDF, "more than 100 characters"),
    "large.pdf": (PDF + b"%%EOF".rjust(100_000), "0.1 MB is the most"),
}


def read(folder: Path, *files: Path | str, most: float = 0.1) -> str:
    """What is wrong with these files, or their names where nothing is."""
    try:
        found = AttachmentReader(folder, most, [folder / file for file in files]).of((), "en")
    except DataError as error:
        return str(error)
    return ", ".join(each.name for each in found)


def test_each_kind_that_goes_is_known_by_what_is_in_it(tmp_path: Path) -> None:
    for name, data in GOOD.items():
        (tmp_path / name).write_bytes(data)
        assert read(tmp_path, name) == name
    assert text_in(GOOD["words.docx"], DOCX).strip() == "J. Sample & others"


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_go_is_named_with_what_to_do(tmp_path: Path, name: str) -> None:
    data, words = BAD[name]
    (tmp_path / name).write_bytes(data)
    told = read(tmp_path, name)
    assert words in told
    assert told.startswith("--attach: ")
    assert told.isascii()
    assert "\n" not in told


def test_places_that_hold_no_file_are_named_all_at_once(tmp_path: Path) -> None:
    (tmp_path / "folder.pdf").mkdir()
    os.mkfifo(tmp_path / "pipe.pdf")
    told = read(tmp_path, "missing.pdf", "folder.pdf", "pipe.pdf").splitlines()
    for line, words in zip(told, ("no such file", "a folder", "no file that can be read"), strict=True):
        assert words in line


def test_a_file_goes_once_two_of_a_name_do_not_and_all_together_have_a_limit(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    for name, data in (
        ("a.pdf", PDF),
        ("b.pdf", PDF),
        ("other/a.pdf", PDF + b"\n"),
        ("c.pdf", PDF + b"%%EOF".rjust(99_970)),
    ):
        (tmp_path / name).write_bytes(data)
    assert read(tmp_path, "a.pdf", "a.pdf", "b.pdf") == "a.pdf"
    assert "two different files of this name" in read(tmp_path, "a.pdf", "other/a.pdf")
    assert "100 kB with one letter, and 0.1 MB is the most" in read(tmp_path, "a.pdf", "c.pdf")


def test_names_are_found_wherever_a_file_says_them() -> None:
    name = "J. Sample"
    exif = Image.Exif()
    exif[0x013B] = name  # the artist
    Image.new("RGB", (2, 2)).save(signed := BytesIO(), "JPEG", exif=exif)
    utf16 = name.encode("utf-16-be").hex().encode()
    for media_type, data in (
        (DOCX, archive(word__document_xml=WORDS, word__footnotes_xml=f"<w:t>{name}</w:t>")),
        (DOCX, archive(word__document_xml=WORDS, docProps__core_xml=f"<dc:creator>{name}</dc:creator>")),
        (DOCX, archive(word__document_xml=f'<wp:docPr descr="{name}"/>')),
        (DOCX, archive(word__document_xml="<w:t>J.</w:t><w:br/><w:t>Sample</w:t>")),
        (ODT, archive(content_xml="<a/>", styles_xml=f"<text:p>{name}</text:p>")),
        (ODT, archive(content_xml="<text:p>J.<text:s/>Sample</text:p>")),
        ("application/pdf", PDF.replace(b"obj", b"obj /Author (J. Sample)")),
        ("application/pdf", PDF.replace(b"obj", packed(b"<< /Title <FEFF" + utf16 + b"> >>"))),
        ("application/pdf", PDF.replace(b"obj", b"obj <x:xmpmeta><dc:creator>J. Sample</dc:creator></x:xmpmeta>")),
        ("image/jpeg", signed.getvalue()),
    ):
        assert name in text_in(data, media_type).replace("\n", " "), data[:200]
    remarks = archive(word__document_xml=f"<w:ins>{WORDS}</w:ins>")
    assert name in text_in(remarks, DOCX), "what was queued is read, though it would be refused today"
