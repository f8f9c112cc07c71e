"""What no page may say stands in no words of site/ either, and what is still to be written is named."""

from dataclasses import replace
from pathlib import Path

import pytest

from outreach.campaign import Campaign, load_campaign
from outreach.cases.withheld import Withheld, WithheldName
from outreach.services.beginning.campaign import start_campaign
from outreach.site.content.advice import advice_on_content
from outreach.site.content.load import load_content
from outreach.site.content.model import Content, PageWords, Picture, Resource, Update, UpdateText
from outreach.site.content.names import forbidden_names
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


def said(campaign: Campaign, *told: str, withheld: Withheld | None = None) -> list[str]:
    return [str(each) for each in forbidden_names(CONTENT, campaign.cases, told, withheld or Withheld())]


def test_a_case_that_may_not_be_told_is_named_in_no_words(campaign: Campaign) -> None:
    why = "which no page may tell (consent for web, embargo): take the name out, or take the file out of the folder"

    assert said(campaign, "viasna", "metwally") == []
    assert said(campaign) == [
        f"site/page.en.md, column How: names the case viasna, {why}",
        f"site/updates/2022-01-01-a.en.md: names the case viasna, {why}",
        f"site/pictures/pictures.csv, column alt.en: 'Ibrahim Metwally Hegazy' names the case metwally, {why}",
    ]


def test_a_person_who_did_not_agree_is_named_in_no_words(campaign: Campaign) -> None:
    viasna = campaign.cases["viasna"]
    alone = [
        replace(person, consent=replace(viasna.consent, web=False)) if person.name == "Ales Bialiatski" else person
        for person in viasna.people
    ]
    cases = {**campaign.cases, "viasna": replace(viasna, people=tuple(alone))}

    (problem,) = forbidden_names(CONTENT, cases, tuple(cases), Withheld())
    assert problem.file == "site/updates/2022-01-01-a.en.md"
    assert problem.message.startswith("names Ales Bialiatski, who did not agree to be named on the web")


def test_a_withheld_name_is_found_and_not_repeated(campaign: Campaign) -> None:
    withheld = Withheld([WithheldName("J. Example", "contacts/withheld.txt, row 3")])

    (problem,) = said(campaign, *campaign.cases, withheld=withheld)
    assert problem.startswith(
        "site/resources.csv, column title: has a name that is withheld (contacts/withheld.txt, row 3)"
    )
    assert "Example" not in problem.partition(": ")[2]


def test_the_words_that_are_shipped_name_no_case_and_have_nothing_to_fill_in(campaign: Campaign) -> None:
    """So that the next build is without a case whose consent is withdrawn, and nobody has to rewrite anything."""
    content = load_content(REPOSITORY, campaign.settings.campaign.languages, campaign.cases)

    assert forbidden_names(content, campaign.cases, (), campaign.withheld) == []
    assert advice_on_content(content) == ()


def test_what_an_empty_campaign_still_has_to_write_is_named(tmp_path: Path) -> None:
    languages = ("en", "fr", "es")
    start_campaign(tmp_path / "new", NewCampaign(title="Ours", languages=languages))

    advice = advice_on_content(load_content(tmp_path / "new", languages))
    assert [(each.file, each.column) for each in advice] == [
        (f"site/page.{language}.md", key) for language in languages for key in ("description", "hero", "lead")
    ]
    assert advice[0].what == "'[Write one sentence about the campaign for search engines]' is still to be filled in"
