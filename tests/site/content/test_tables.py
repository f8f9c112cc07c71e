"""Resources, updates and the theme are read whole, or all that is wrong with them is said with its place."""

from datetime import date
from pathlib import Path

import pytest

from outreach.errors import DataError
from outreach.site.content.load import load_content
from outreach.site.content.model import Content, Theme
from tests.site.content.test_pages import FRONT, written

UPDATE = "---\ntitle: T\nsummary: S\n---\n\n## One\n\nSo.\n"


def with_files(folder: Path, **files: str) -> Path:
    written(folder, en=FRONT, fr=FRONT)
    for name, text in files.items():
        path = folder / "site" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def loaded(folder: Path) -> Content:
    return load_content(folder, ("en", "fr"))


def wrong(folder: Path) -> list[str]:
    with pytest.raises(DataError) as caught:
        loaded(folder)
    return [str(problem) for problem in caught.value.problems]


def test_a_resource_whose_address_nobody_knows_is_one_all_the_same(tmp_path: Path) -> None:
    table = (
        "title,url,kind,date,language,source,mine\n"
        "A <b>report</b>,,report,2024,en,The campaign page,x\n"
        "Un film,HTTPS://example.org/f?a=1&b=2#c,film,,,Example,\n"
    )
    report, film = loaded(with_files(tmp_path, **{"resources.csv": table})).resources

    assert (report.title, report.url, report.kind, report.date, report.language) == (
        *("A <b>report</b>", "", "report", "2024", "en"),
    )
    assert (film.url, film.date, film.language) == ("HTTPS://example.org/f?a=1&b=2#c", "", "")


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "//example.org", "https://", "http://a b.example", 'https://a.b/"x',
     "https://example.org@evil.example/", "https://a.example/<x>"],
)  # fmt: skip
def test_a_link_goes_to_a_page_of_some_host(tmp_path: Path, address: str) -> None:
    cell = '"' + address.replace('"', '""') + '"'
    table = f"title,url,kind,date,language,source\nT,{cell},video,2022-13,xx,\nT,,news,,,S\nt,,news,,,S\n"

    said = wrong(with_files(tmp_path, **{"resources.csv": table}))
    assert [line.partition(": ")[0].removeprefix("site/resources.csv, ") for line in said] == [
        *("row 2, column url", "row 2, column kind", "row 2, column date", "row 2, column language"),
        *("row 2, column source", "row 4, column title"),
    ]
    assert "is not the address of a page: write it as https://example.org/page, or leave it blank" in said[0]


def test_updates_are_in_the_languages_that_they_were_written_in(tmp_path: Path) -> None:
    names = ("2022-09-30-eight.en.md", "2022-10-20-statement.fr.md", "2022-10-20-statement.en.md", "_draft.en.md")
    updates = loaded(with_files(tmp_path, **{f"updates/{name}": UPDATE for name in names})).updates

    assert [(update.slug, update.day, list(update.texts)) for update in updates] == [
        ("2022-10-20-statement", date(2022, 10, 20), ["en", "fr"]),
        ("2022-09-30-eight", date(2022, 9, 30), ["en"]),
    ]
    assert updates[0].texts["fr"].body == "## One\n\nSo."


def test_what_is_no_update_is_named(tmp_path: Path) -> None:
    files = {f"updates/{name}.md": UPDATE for name in ("2022-02-30-a.en", "2022-10-20-B.en", "news", "2022-10-20-c.de")}
    files["updates/2022-10-20-d.en.md"] = "---\ntitle: T\nsummry: S\n---\n<!-- later -->\n"

    said = wrong(with_files(tmp_path, **files))
    assert [line.partition(": ")[0].removeprefix("site/updates/") for line in said] == [
        *("2022-02-30-a.en.md", "2022-10-20-B.en.md", "2022-10-20-c.de.md"),
        *("2022-10-20-d.en.md", "2022-10-20-d.en.md, column summary", "2022-10-20-d.en.md, row 3, column summry"),
        "news.md",
    ]
    assert "day, words, language, such as 2022-10-20-statement.en.md" in said[0]


def test_colours_are_measured_and_both_figures_said(tmp_path: Path) -> None:
    theme = 'deep = "#3fa0b0"\nspark = "#f2b84b"\nlogo = "logo.png"\nsize = 3\nspak = "#ffffff"\n'

    said = wrong(with_files(tmp_path, **{"theme.toml": theme}))
    assert said[:2] + said[4:] == [
        "site/theme.toml, column size: there is no such key; there are: deep, spark, logo",
        "site/theme.toml, column spak: there is no such key; did you mean spark?",
        "site/theme.toml, column logo: there is no picture 'logo.png' in site/pictures/pictures.csv",
    ]
    assert said[2] == (
        "site/theme.toml, column deep: #3fa0b0 and the light text on it contrast by 2.93 to 1, and 4.5 to 1 is the "
        "least (WCAG 2.2, AA): choose a darker one"
    )
    assert said[3] == (
        "site/theme.toml, column spark: #f2b84b and deep, #3fa0b0, on which it stands in large letters, contrast by "
        "1.71 to 1, and 3 to 1 is the least (WCAG 2.2, AA): choose another"
    )


@pytest.mark.parametrize(("text", "said"), [("deep = ", "not valid TOML"), ("deep = 3", "text"), ("[" * 9000, "TOML")])
def test_a_theme_that_is_none_is_said(tmp_path: Path, text: str, said: str) -> None:
    assert said in wrong(with_files(tmp_path, **{"theme.toml": text}))[0]


def test_a_campaign_may_have_other_colours(tmp_path: Path) -> None:
    content = loaded(with_files(tmp_path, **{"theme.toml": 'deep = "#3a1150"\n'}))

    assert content.theme == Theme(deep="#3a1150")
