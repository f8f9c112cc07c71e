"""The cards of pages: who has one of its own, what it says, and that it says nothing that may not be told."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from outreach.rendering.cards.card import LINK_SIZE
from outreach.site.cards import Carded, with_cards
from outreach.site.content.model import Picture
from outreach.site.facts.site import Site, SiteRequest, open_site
from outreach.site.frame.page import Page
from tests.rendering.cards.pictures import chunks, picture
from tests.site.sites import DAY, built, texts, with_pages

URL = "https://example.org/campaign/"


def page(address: str, language: str = "en", **more: str) -> Page:
    return Page(address, language, "x.html", more.pop("title", "A title"), more.pop("description", "One line."), **more)


@pytest.fixture
def site(campaign_folder: Path) -> Site:
    return open_site(with_pages(campaign_folder), SiteRequest(url=URL, day=DAY))


def cards(site: Site, *pages: Page) -> Carded:
    return with_cards(site, pages)


def test_pages_that_people_pass_on_have_their_own_and_the_others_that_of_their_kind(site: Site) -> None:
    raised = next(act.state for act in site.acts if act.kind == "raised")
    shown = {
        "": "cards/index.png",
        "cases/beacon/": "cards/cases/beacon.png",
        "states/": "cards/states.png",
        f"states/{raised}/": f"cards/states/{raised}.png",
        "states/TUV/": "cards/states.png",
        "database/": "cards/database.png",
        "database/BLR/2021/": "cards/database.png",
        "updates/2022-10-01-news/": "cards/updates/2022-10-01-news.png",
        "about/": "cards/index.png",
        "404.html": "cards/index.png",
    }
    found = cards(site, *map(page, shown))
    assert {made.address: made.card for made in found.pages} == shown
    assert {file.path for file in found.files} == set(shown.values())
    assert all(picture(file.content).size == LINK_SIZE and len(file.content) <= 60_000 for file in found.files)
    assert all(chunks(file.content) == ["IHDR", "PLTE", "IDAT", "IEND"] for file in found.files)


def test_each_language_has_its_own(site: Site) -> None:
    found = cards(site, page("cases/beacon/", "fr", description="Une ligne."), page("cases/beacon/", "en"))
    french, english = found.pages
    assert (french.card, english.card) == ("cards/fr/cases/beacon.png", "cards/cases/beacon.png")
    assert french.card_says == (
        "Carte portant ce texte : Bélarus, 29 septembre 2022. Centre de défense des droits de l'homme « Beacon ». "
        "Une ligne. #EndReprisals example.org/campaign"
    )


def test_without_an_address_of_the_site_there_are_none(campaign_folder: Path) -> None:
    rehearsal = open_site(with_pages(campaign_folder), SiteRequest(day=DAY))
    assert cards(rehearsal, page("")) == Carded((page(""),), (), {})


def test_a_line_that_is_too_long_is_left_out_and_a_script_without_a_font_is_named(site: Site) -> None:
    found = cards(
        site,
        page("states/", description="word " * 300),
        page("database/", title="火"),
        page("database/BLR/"),
        page(""),
    )
    assert "word" not in found.pages[0].card_says
    assert found.pages[1].card == found.pages[2].card == "cards/index.png"
    assert list(found.undrawn) == ["database/"]
    assert "U+706B" in found.undrawn["database/"]


@pytest.mark.parametrize(
    ("description", "line"),
    [
        ("It is one line.", "It is one line."),
        (f"The first sentence. {'And more ' * 20}", "The first sentence."),
        (f"{'One long sentence ' * 9}without an end.", ""),
        (f"{'Words ' * 20}…", ""),
    ],
)
def test_a_line_is_said_whole_or_not_at_all(site: Site, description: str, line: str) -> None:
    found = cards(site, page("states/", title="Name | The campaign", description=description))
    said = " ".join(filter(None, ("A card that reads: Name.", line, "#EndReprisals example.org/campaign")))
    assert found.pages[0].card_says == said


def test_a_picture_stands_on_the_card_of_its_case_with_its_credit(site: Site) -> None:
    folder = site.campaign.folder / "site" / "pictures"
    folder.mkdir(exist_ok=True)
    Image.linear_gradient("L").save(folder / "beacon.jpg")
    shown = Picture("beacon.jpg", {"en": "…"}, "P. Example", "CC BY", "nobody in it", 256, 256, "beacon")
    with_it = replace(site, content=replace(site.content, pictures={"beacon.jpg": shown}))
    pages = (page("cases/beacon/"), page("cases/tower/"))
    bare, pictured = cards(site, *pages), cards(with_it, *pages)
    assert bare.files[0] != pictured.files[0]
    assert bare.files[1] == pictured.files[1]


def test_what_may_not_be_told_is_on_no_card(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(site.untold), "why_not", lambda self, texts: "held" if "Secret" in "".join(texts) else "")
    found = cards(site, page(""), page("states/", title="The Secret"))
    assert found.pages[1].card == "cards/index.png"
    assert [file.path for file in found.files] == ["cards/index.png"]


def test_a_built_page_names_its_card_and_what_it_says(campaign_folder: Path, tmp_path: Path) -> None:
    built(with_pages(campaign_folder), tmp_path / "out", URL, date(2022, 9, 1))
    first = texts(tmp_path / "out")["index.html"]
    assert f'<meta property="og:image" content="{URL}cards/index.png">' in first
    assert '<meta property="og:image:alt" content="A card that reads: 29 September 2022. They spoke.' in first
    assert picture((tmp_path / "out" / "cards" / "index.png").read_bytes()).size == LINK_SIZE


def test_over_a_state_stands_what_its_page_is_about(site: Site) -> None:
    raised = next(act.state for act in site.acts if act.kind == "raised")
    found = cards(site, page("states/", title="What States did"), page(f"states/{raised}/"))
    assert found.pages[1].card_says.startswith("A card that reads: What States did. ")
