"""Which picture a post takes: an ask a name, an outcome thanks, a quote the quote; and nothing that may not be said."""

from dataclasses import replace
from pathlib import Path

import pytest

from outreach.campaign import Campaign, load_campaign
from outreach.outbox.posts.drafts import PostDrafter
from outreach.outbox.posts.pictures import cards_of, looks_of, picture_texts, web_address
from outreach.outbox.posts.plan import PlannedPost, PostRequest
from outreach.outbox.store import Outbox
from outreach.rendering.cards.card import Card, NameCard, QuoteCard, ThanksCard
from outreach.rendering.cards.colours import Looks
from outreach.rendering.posts.quotes import PictureWords
from outreach.rendering.posts.writer import PostText
from tests.conftest import CAMPAIGN

POST = PostText("solidarity", "x", ("Text.",), addressed=False, file="templates/tweets/beacon.en.txt")


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    return load_campaign(CAMPAIGN)


def card(campaign: Campaign, post: PostText, language: str = "en") -> Card:
    return cards_of(campaign, campaign.cases["beacon"], campaign.asks["hrc51"], post, language)[0]


def test_a_post_shows_the_name_and_an_ask_its_day_too(campaign: Campaign) -> None:
    name = card(campaign, POST)
    ask = card(campaign, replace(POST, name="ask-mission"), "fr")
    assert isinstance(name, NameCard)
    assert (name.name, name.above) == ("Human Rights Center ‘Beacon’", ("Belarus",))
    assert isinstance(ask, NameCard)
    assert ask.above == ("Bélarus", "29 septembre 2022")


def test_a_state_that_the_line_names_is_not_named_twice(campaign: Campaign) -> None:
    name = card(campaign, replace(POST, picture=PictureWords(line="Reprisals in Belarus")))
    assert isinstance(name, NameCard)
    assert (name.line, name.above) == ("Reprisals in Belarus", ())


def test_an_outcome_thanks_the_states_by_name(campaign: Campaign) -> None:
    thanks = card(campaign, replace(POST, name="outcome", raised=("Belgium", "Chile")))
    assert isinstance(thanks, ThanksCard)
    assert thanks.states == ("Belgium", "Chile")
    assert thanks.above == ("Human Rights Center ‘Beacon’",)


def test_a_quote_is_shown_with_whose_it_is_and_the_case_above(campaign: Campaign) -> None:
    quote = card(
        campaign, replace(POST, raised=("Chile",), picture=PictureWords("It is arbitrary.", "A Working Group"))
    )
    assert isinstance(quote, QuoteCard)
    assert (quote.quote, quote.by) == ("It is arbitrary.", "A Working Group")
    assert quote.above == ("Human Rights Center ‘Beacon’",)


def test_more_states_than_a_picture_holds_are_thanked_in_the_text_alone(campaign: Campaign, outbox: Outbox) -> None:
    drafter = PostDrafter(campaign, PostRequest(campaign.cases["beacon"], campaign.asks["hrc51"], ("x",)), outbox)
    many = replace(POST, raised=tuple(f"Some State of the World {number}" for number in range(190)))
    png, alt = drafter.picture(PlannedPost(many, "en"))
    assert png
    assert "Thank you" not in alt
    assert "Some State" not in alt


def test_a_picture_that_no_network_takes_the_description_of_is_another_one(campaign: Campaign, outbox: Outbox) -> None:
    """X takes 1,000 characters: sixty names fit into the picture, and not into its description."""
    drafter = PostDrafter(campaign, PostRequest(campaign.cases["beacon"], campaign.asks["hrc51"], ("x",)), outbox)
    many = tuple(f"State of the North {number}" for number in range(60))
    _, alt = drafter.picture(PlannedPost(replace(POST, raised=many), "en"))
    assert "Thank you" not in alt
    _, alt = drafter.picture(PlannedPost(replace(POST, raised=many[:40]), "en"))
    assert "State of the North 39" in alt


def test_what_a_picture_may_say_is_checked_with_the_text(campaign: Campaign) -> None:
    """Both cards that might be drawn; nothing where pictures are off, or nothing is posted."""
    thanks = replace(POST, raised=("Belgium",), picture=PictureWords(line="Held since 2021"))
    case, ask = campaign.cases["beacon"], campaign.asks["hrc51"]
    texts = picture_texts(campaign, case, ask, thanks, "en")
    assert "Belgium" in texts[0]
    assert "Held since 2021" in texts[1]
    assert picture_texts(campaign, case, ask, replace(thanks, parts=()), "en") == ()
    posts = campaign.settings.posts.model_copy(update={"picture": False})
    without = replace(campaign, settings=campaign.settings.model_copy(update={"posts": posts}))
    assert picture_texts(without, case, ask, thanks, "en") == ()


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("https://www.example.org/campaign/", "example.org/campaign"),
        ("https://example.org/", "example.org"),
        (f"https://example.org/{'long' * 12}", "example.org"),
        ("", ""),
    ],
)
def test_an_address_stands_as_people_type_it(link: str, shown: str) -> None:
    assert web_address(link) == shown


@pytest.mark.parametrize(
    ("theme", "deep", "spark"),
    [
        ('deep = "#7a1022"\nspark = "#ffcc00"\n', "#7a1022", "#ffcc00"),
        ('deep = "#7a1022"\nspark = 3\n', "#7a1022", "#f2b84b"),
        ('deep = "red"\n', "#0b4251", "#f2b84b"),
        ("deep = ", "#0b4251", "#f2b84b"),
        (None, "#0b4251", "#f2b84b"),
    ],
)
def test_pictures_have_the_colours_of_the_public_page(
    campaign: Campaign, tmp_path: Path, theme: str | None, deep: str, spark: str
) -> None:
    (tmp_path / "site").mkdir()
    if theme is not None:
        (tmp_path / "site" / "theme.toml").write_text(theme, encoding="utf-8")
    assert looks_of(replace(campaign, folder=tmp_path)) == Looks(deep, spark)
