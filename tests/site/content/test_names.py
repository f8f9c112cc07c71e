"""What no page may say stands in no words of site/ either, and what is still to be written is named."""

from dataclasses import replace
from pathlib import Path

import pytest

from outreach.campaign import Campaign, load_campaign
from outreach.cases.withheld import Withheld, WithheldName
from outreach.publishing.model import Update, UpdateText
from outreach.publishing.untold import Untold
from outreach.services.beginning.campaign import start_campaign
from outreach.site.content.advice import advice_on_content
from outreach.site.content.load import load_content
from outreach.site.content.model import Content, PageWords, Picture, Resource
from outreach.site.content.names import forbidden_words
from outreach.starter.empty import NewCampaign
from tests.conftest import REPOSITORY

PAGE = PageWords("en", "T", "D", "H", "L", how="We stand with Marfa  **Rabkova**.")
CONTENT = Content(
    {"en": PAGE},
    (Resource("A film on J. Example", "", "film", "", "en", "S"),),
    (Update("2022-01-01-a", None, {"en": UpdateText("T", "S", "Ales\nBialiatski is free.")}),),  # type: ignore[arg-type]
    {"a.png": Picture("a.png", {"en": "Ibrahim Metwally Hegazy"}, "C", "L", "N", 1, 1)},
)


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    return load_campaign(REPOSITORY)


def said(campaign: Campaign, *told: str) -> list[str]:
    return [str(each) for each in forbidden_words(CONTENT, Untold(campaign, told).why_not)]


def test_what_may_not_be_told_is_in_no_words_of_site(campaign: Campaign) -> None:
    """Each is named with its place, so that a person can take it out; a name is not repeated."""
    why, do = "which may not be told on the web", "take it out, or call the file a draft: _…"
    withheld = Withheld([WithheldName("J. Example", "contacts/withheld.txt, row 3")])

    assert said(campaign, *campaign.cases) == []
    assert said(campaign) == [
        f"site/page.en.md, column How: speaks of the case viasna, {why}: {do}",
        f"site/updates/2022-01-01-a.en.md: speaks of the case viasna, {why}: {do}",
        f"site/pictures/pictures.csv, column alt.en: speaks of the case metwally, {why} (the row of a.png): {do}",
    ]
    (problem,) = said(replace(campaign, withheld=withheld), *campaign.cases)
    assert problem.startswith(
        "site/resources.csv, column title: speaks of a withheld name (contacts/withheld.txt, row 3)"
    )
    assert "Example" not in problem


def test_the_words_that_are_shipped_name_no_case_and_have_nothing_to_fill_in(campaign: Campaign) -> None:
    """So that the next build is without a case whose consent is withdrawn, and nobody has to rewrite anything."""
    content = load_content(REPOSITORY, campaign.settings.campaign.languages, campaign.cases)

    assert forbidden_words(content, Untold(campaign, ()).why_not) == []
    assert advice_on_content(content) == ()


def test_what_an_empty_campaign_still_has_to_write_is_named(tmp_path: Path) -> None:
    languages = ("en", "fr", "es")
    start_campaign(tmp_path / "new", NewCampaign(title="Ours", languages=languages))

    advice = advice_on_content(load_content(tmp_path / "new", languages))
    assert [(each.file, each.column) for each in advice] == [
        (f"site/page.{language}.md", key) for language in languages for key in ("description", "hero", "lead")
    ]
    assert advice[0].what == "'[Write one sentence about the campaign for search engines]' is still to be filled in"
