"""Where there are public forms, the pages lead to them; where there are none, no page says so."""

from pathlib import Path

import pytest

from tests.site.sites import built, texts, with_pages
from tests.site.test_campaign_pages import BEFORE

FORMS = "https://act.example.org/"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_pages_lead_to_the_forms(campaign_folder: Path, tmp_path: Path, language: str) -> None:
    settings = with_pages(campaign_folder) / "outreach.toml"
    settings.write_text(f'{settings.read_text("utf-8")}\n[web]\npublic_url = "{FORMS}"\n', "utf-8")
    built(campaign_folder, tmp_path / "out", day=BEFORE)
    pages, prefix = texts(tmp_path / "out"), "" if language == "en" else f"{language}/"
    write, join = (f'href="{FORMS}{path}?lang={language}"' for path in ("write", "join"))
    assert (write in pages[f"{prefix}index.html"], join in pages[f"{prefix}index.html"]) == (True, True)
    assert write in pages[f"{prefix}write/index.html"]
    assert join in pages[f"{prefix}about/index.html"], "the foot of every page"
    assert ("30" in pages[f"{prefix}privacy/index.html"], "<form" in "".join(pages.values())) == (True, False)


def test_without_forms_no_page_speaks_of_them(campaign_folder: Path, tmp_path: Path) -> None:
    built(with_pages(campaign_folder), tmp_path / "out", day=BEFORE)
    said = "".join(texts(tmp_path / "out").values())
    assert [words for words in ("mailing list", "?lang=", "Add your voice") if words in said] == []
