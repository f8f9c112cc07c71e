"""The site as files: only what changed is written, the same input gives the same bytes, a folder of others is left."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from outreach.errors import DataError, OutreachError, UsageError
from outreach.site.frame.addresses import file_of, relative, root_path
from outreach.site.frame.page import File
from outreach.site.output import write_site
from tests.site.sites import built, texts, with_pages


def test_a_build_is_the_same_twice_and_writes_only_what_changed(campaign_folder: Path, tmp_path: Path) -> None:
    with_pages(campaign_folder)
    here, there = tmp_path / "one", tmp_path / "two"
    first = built(campaign_folder, here)
    assert first.written.written
    assert built(campaign_folder, here).fresh
    built(campaign_folder, there)
    listed = [path.relative_to(here) for path in sorted(here.rglob("*")) if path.is_file() and path.name[0] != "."]
    assert all((here / path).read_bytes() == (there / path).read_bytes() for path in listed)
    page = campaign_folder / "site" / "page.fr.md"
    page.write_text(page.read_text("utf-8").replace("They spoke.", "Elles ont parlé."), "utf-8")
    again = built(campaign_folder, here)
    assert set(again.written.written) == {"fr/index.html", "SHA256SUMS"}
    assert "Elles ont parlé." in texts(here)["fr/index.html"]


def test_what_somebody_broke_in_the_folder_is_put_right(campaign_folder: Path, tmp_path: Path) -> None:
    with_pages(campaign_folder)
    output = tmp_path / "site-build"
    built(campaign_folder, output)
    whole = texts(output)
    (output / "index.html").write_text("cut off")
    (output / "site.css").unlink()
    (output / ".about.part").write_text("a build that was killed")
    assert not built(campaign_folder, output).fresh
    assert texts(output) == whole
    assert not (output / ".about.part").exists()


def test_what_a_build_left_that_broke_off_goes_with_the_next(tmp_path: Path) -> None:
    page = File("cases/somebody/index.html", b"somebody")
    write_site(tmp_path, [], "", "")
    (tmp_path / "z.html" / "in the way").mkdir(parents=True)
    with pytest.raises(OutreachError, match=r"z\.html.* cannot be written"):
        write_site(tmp_path, [page, File("z.html", b"")], "before", "")
    assert (tmp_path / page.path).exists()
    assert write_site(tmp_path, [File("index.html", b"")], "after", "").removed == (page.path,)
    assert not (tmp_path / "cases").exists()


def test_two_builds_into_one_folder_go_one_after_the_other(tmp_path: Path) -> None:
    files = [File(f"{number}/index.html", b"a page") for number in range(300)]
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda source: write_site(tmp_path, files, source, ""), "abcd"))
    assert sorted(len(each.written) for each in done) == [0, 0, 0, 301]
    assert not list(tmp_path.rglob("*.part"))


def test_a_page_that_is_no_longer_made_goes(campaign_folder: Path, tmp_path: Path) -> None:
    with_pages(campaign_folder)
    output = tmp_path / "site-build"
    built(campaign_folder, output)
    (campaign_folder / "site" / "page.es.md").unlink()
    again = built(campaign_folder, output)
    assert "es/index.html" in again.written.removed
    assert not (output / "es").exists()


def test_a_folder_of_somebody_else_is_left_alone(campaign_folder: Path, tmp_path: Path) -> None:
    with_pages(campaign_folder)
    output = tmp_path / "mine"
    output.mkdir()
    (output / "thesis.txt").write_text("years of work")
    with pytest.raises(UsageError, match="not a site of outreach"):
        built(campaign_folder, output)
    assert [path.name for path in output.iterdir()] == ["thesis.txt"]


def test_a_site_is_about_nobody_where_no_case_may_be_told(campaign_folder: Path, tmp_path: Path) -> None:
    with_pages(campaign_folder)
    for path in (campaign_folder / "cases").glob("*.md"):
        path.write_text(path.read_text("utf-8").replace("web: yes", "web: no"), "utf-8")
    with pytest.raises(UsageError, match=r"no case may be told on the web.*consent: web is not yes"):
        built(campaign_folder, tmp_path / "site-build")
    assert not (tmp_path / "site-build").exists()


def test_a_case_that_takes_its_consent_back_leaves_no_trace(campaign_folder: Path, tmp_path: Path) -> None:
    pictures = with_pages(campaign_folder) / "site" / "pictures"
    pictures.mkdir()
    Image.new("RGB", (40, 30), "#0b4251").save(pictures / "beacon.png")
    row = "beacon.png,The Beacon,The Beacon,The Beacon,A. Example,CC BY 4.0,nobody in it,beacon\n"
    (pictures / "pictures.csv").write_text(f"file,alt.en,alt.fr,alt.es,credit,licence,consent,case\n{row}", "utf-8")
    (pictures.parent / "theme.toml").write_text('logo = "beacon.png"\n', "utf-8")
    output = tmp_path / "site-build"
    built(campaign_folder, output)
    case = campaign_folder / "cases" / "beacon.md"
    assert any("Beacon" in text for text in texts(output).values())
    assert (output / "pictures" / "beacon.png").is_file()
    assert '<img src="pictures/beacon.png" alt="" width="43" height="32">' in texts(output)["index.html"]
    case.write_text(case.read_text("utf-8").replace("web: yes", "web: no"), "utf-8")
    again = built(campaign_folder, output)
    assert again.site.hidden == ("beacon",)
    assert not [path for path, text in texts(output).items() if "beacon" in (path + text).lower()]
    assert not [path for path in output.rglob("*") if "beacon" in path.name.lower()]


def test_words_that_name_who_may_not_be_told_stop_the_build(campaign_folder: Path, tmp_path: Path) -> None:
    with_pages(campaign_folder)
    case = campaign_folder / "cases" / "beacon.md"
    case.write_text(case.read_text("utf-8").replace("web: yes", "web: no"), "utf-8")
    page = campaign_folder / "site" / "page.en.md"
    words = page.read_text("utf-8")
    page.write_text(words.replace("States spoke.", "States spoke of P. *Example*."), "utf-8")
    with pytest.raises(DataError, match=r"site/page.en.md, column We did it: speaks of the case beacon"):
        built(campaign_folder, tmp_path / "site-build")
    page.write_text(words.replace("States spoke.", "States spoke of P. Ex&#97;mple."), "utf-8")  # a page says an "a"
    with pytest.raises(UsageError, match=r"index.html would say the case beacon.*nothing was written"):
        built(campaign_folder, tmp_path / "site-build")
    assert not (tmp_path / "site-build").exists()


def test_two_copies_of_a_site_in_different_folders_have_the_same_links(campaign_folder: Path, tmp_path: Path) -> None:
    with_pages(campaign_folder)
    built(campaign_folder, tmp_path / "a")
    shutil.copytree(tmp_path / "a", tmp_path / "far" / "away")
    assert not [path for path, text in texts(tmp_path / "far").items() if 'href="/' in text or str(tmp_path) in text]


@pytest.mark.parametrize(
    ("here", "there", "way"),
    [
        ("", "", "./"),
        ("", "site.css", "site.css"),
        ("states/DEU/", "", "../../"),
        ("states/DEU/", "states/", "../"),
        ("states/DEU/", "fr/states/DEU/", "../../fr/states/DEU/"),
        ("", "#cases", "#cases"),
        ("about/", "#cases", "../#cases"),
        ("404.html", "about/", "about/"),
        ("404.html", "#cases", "./#cases"),
        ("fr/", "site.css", "../site.css"),
    ],
)
def test_links_go_from_where_a_page_stands(here: str, there: str, way: str) -> None:
    assert relative(here, there) == way


def test_the_first_language_has_no_prefix() -> None:
    assert root_path("states/", "en", ("en", "fr")) == "states/"
    assert file_of(root_path("", "fr", ("en", "fr"))) == "fr/index.html"


def test_a_resource_whose_address_nobody_knows_is_no_link(campaign_folder: Path, tmp_path: Path) -> None:
    """A link without an address leads back to the page that it stands on."""
    table = "title,url,kind,date,language,source\nA report of ours,,report,,,Example\n"
    (with_pages(campaign_folder, "en") / "site" / "resources.csv").write_text(table, "utf-8")
    built(campaign_folder, tmp_path / "site-build")
    pages = texts(tmp_path / "site-build")
    assert [name for name in ("index.html", "resources/index.html") if "A report of ours" not in pages[name]] == []
    assert [name for name, text in pages.items() if 'href=""' in text] == []
