"""The words of the campaign's page are read whole, or all that is wrong with them is said at once."""

from datetime import date
from pathlib import Path

import pytest

from outreach.errors import DataError
from outreach.services.beginning.campaign import start_campaign
from outreach.site.content.load import load_content
from outreach.site.content.shown import shown_content
from outreach.starter.empty import NewCampaign
from tests.conftest import REPOSITORY

FRONT = "---\ntitle: T\ndescription: D\nhero: H\nlead: L\n---\n"
PAGE = f"{FRONT}\n## We did it\n\nSo *much*.\n\n### More\n\nx\n\n## How?\n\nSo.\n"


def written(folder: Path, **texts: str) -> Path:
    (folder / "site").mkdir(exist_ok=True)
    for language, text in texts.items():
        (folder / "site" / f"page.{language}.md").write_text(text, encoding="utf-8")
    return folder


def problems(folder: Path, languages: tuple[str, ...] = ("en", "fr")) -> str:
    with pytest.raises(DataError) as caught:
        load_content(folder, languages)
    return str(caught.value)


def test_a_page_has_its_front_matter_and_its_sections(tmp_path: Path) -> None:
    content = load_content(written(tmp_path, fr=PAGE), ("en", "fr"))

    page = content.pages["fr"]
    assert list(content.pages) == ["fr"]
    assert (page.title, page.description, page.hero, page.lead, page.film) == ("T", "D", "H", "L", "")
    assert (page.we_did_it, page.what_we_want, page.how) == ("So *much*.\n\n### More\n\nx", "", "So.")


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    broken = PAGE.replace("hero: H", "film: javascript:alert(1)").replace("## How?", "## Hw")
    written(tmp_path, en=broken, fr=PAGE + "## We did it\n\nAgain\n", de=PAGE)

    assert problems(tmp_path) == (
        "site/page.en.md, column hero: missing: the first words of the page, in large letters\n"
        "site/page.en.md, row 4, column film: 'javascript:alert(1)' is not the address of a page: write it as "
        "https://example.org/page, or leave it blank\n"
        "site/page.en.md, row 16: there is no section 'Hw' (headings inside a section begin with ###); "
        "did you mean How?\n"
        "site/page.fr.md, row 19: the section 'We did it' is there twice: keep one\n"
        "site/page.de.md: 'de' is no language of the campaign (en, fr): call it page.en.md or page.fr.md, or a draft "
        "_page…"
    )


def test_a_section_that_one_language_lacks_is_named_with_the_file_that_has_it(tmp_path: Path) -> None:
    written(tmp_path, en=PAGE, fr=PAGE.partition("## How")[0])

    said = "site/page.fr.md: the section 'How' is missing: site/page.en.md has it; write it in French"
    assert problems(tmp_path) == said


def test_what_is_no_page_is_said_without_harm(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(PAGE)
    (tmp_path / "mine").mkdir()
    folder = written(tmp_path / "mine", en="x" * 10_000_000, es=PAGE.replace("title: T", "title: a\u202eb"))
    (folder / "site" / "page.fr.md").symlink_to(tmp_path / "secret")

    assert problems(folder, ("en", "fr", "es")).splitlines() == [
        "site/page.en.md: larger than 200 kB; it should be a few pages of text",
        "site/page.fr.md: leads out of the campaign's folder: put the file itself there",
        "site/page.es.md, row 2: has the control character U+202E: delete it",
    ]


def test_without_a_page_it_says_which_file_to_write(tmp_path: Path) -> None:
    assert problems(tmp_path) == (
        "site/: there is no such folder; the words of the public page are files in it: docs/site.md"
    )
    (tmp_path / "site").mkdir()
    assert problems(tmp_path) == (
        "site/page.en.md: missing: the words of the campaign's page, in English or French; "
        "how to write it: docs/site.md"
    )


def test_what_was_done_is_not_known_before_its_day(tmp_path: Path) -> None:
    update = "---\ntitle: T\nsummary: S\n---\nSo.\n"
    written(tmp_path, en=PAGE.replace("title: T\n", "title: T\ndone_on: 2022-10-19\n"))
    (tmp_path / "site" / "updates").mkdir()
    (tmp_path / "site" / "updates" / "2022-10-19-statement.en.md").write_text(update, "utf-8")
    rows = "".join(f"{when or 'never'},,news,{when},,S\n" for when in ("2022-10-19", "2022-10", "2023", ""))
    (tmp_path / "site" / "resources.csv").write_text(f"title,url,kind,date,language,source\n{rows}", "utf-8")
    content = load_content(tmp_path, ("en",))

    assert shown_content(content, (), date(2023, 1, 1)) == content
    before = shown_content(content, (), date(2022, 10, 18))
    assert (before.pages["en"].we_did_it, before.pages["en"].how, before.updates) == ("", "So.", ())
    assert [resource.title for resource in before.resources] == ["2022-10", "never"]
    written(tmp_path, en=PAGE.replace("title: T\n", "title: T\ndone_on: 19 October\n"))
    assert (
        problems(tmp_path) == "site/page.en.md, row 3, column done_on: '19 October' is no day: write it as 2022-10-19"
    )


def test_an_empty_campaign_has_a_page_in_each_of_its_languages(tmp_path: Path) -> None:
    new = NewCampaign(title='Say "it" \\ #so: 🕊', languages=("en", "es", "pt"))
    start_campaign(tmp_path / "new", new)

    content = load_content(tmp_path / "new", new.languages)
    assert [page.title for page in content.pages.values()] == [new.title] * 3
    assert content.pages["es"].hero == "[Escribir en pocas palabras qué pasó, y a quién]"


def test_the_shipped_campaign_has_three_languages() -> None:
    content = load_content(REPOSITORY, ("en", "fr", "es"))

    assert list(content.pages) == ["en", "fr", "es"]
    assert all(page.we_did_it and page.what_we_want and page.how for page in content.pages.values())
