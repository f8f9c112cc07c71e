"""The repository's own posts: what anybody reads, for every case, language and network."""

import re
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from outreach.campaign import Campaign
from outreach.cases.asks.forum import forum_of
from outreach.errors import TemplateError
from outreach.registry.model import Mission
from outreach.rendering.posts.words import post_context
from outreach.rendering.posts.writer import PostText, PostWriter, too_long
from outreach.rendering.templates.post_context import PostContext
from outreach.settings.accounts import NETWORKS
from outreach.starter.make import make_campaign

LANGUAGES = ("en", "fr", "es")
CASES = ("viasna", "burundi-lawyers", "jiang", "metwally", "venezuela-ngos")
EVERY_FILE = list(product(CASES, LANGUAGES))
NO_BREAK = "\u00a0"
LINK = "https://example.org/en/campaigns/end-rep"  # 40 characters, which Bluesky counts in full
# The longest handle that X has, and long ones of the others.
TAGGED = Mission("CHE", "", (), "fr", x="m" * 15, bluesky="mission.example.org", mastodon="mission@example.org")


def context_of(campaign: Campaign, case: str, language: str, mission: Mission | None = None) -> PostContext:
    return post_context(
        registry=campaign.registry,
        settings=campaign.settings,
        case=campaign.cases[case],
        ask=campaign.asks["hrc51"],
        language=language,
        mission=mission,
    )


@cache
def writer(folder: Path) -> PostWriter:
    return PostWriter(folder)


def posts_of(campaign: Campaign, context: PostContext, network: str = "x") -> dict[str, PostText]:
    return {post.name: post for post in writer(campaign.post_templates).posts(context, network)}


def every_text(campaign: Campaign, case: str, language: str) -> list[tuple[str, ...]]:
    """The parts of each post on each network, the addressed ones too, with a link."""
    contexts = [replace(context_of(campaign, case, language, mission), link=LINK) for mission in (None, TAGGED)]
    found = [posts_of(campaign, context, network) for context in contexts for network in NETWORKS]
    return [post.parts for posts in found for post in posts.values() if post.parts]


@pytest.mark.parametrize(("case", "language"), EVERY_FILE)
def test_each_case_has_solidarity_the_ask_and_the_outcome_in_each_language(
    campaign: Campaign, case: str, language: str
) -> None:
    outline = writer(campaign.post_templates).outline(case, language)
    english = writer(campaign.post_templates).outline(case, "en")

    assert {"solidarity", "ask", "outcome"} <= {post.name for post in outline if not post.addressed}
    assert [post.name for post in outline if post.addressed] == ["ask-mission"]
    assert [(post.name, post.addressed) for post in outline] == [(post.name, post.addressed) for post in english]


@pytest.mark.parametrize(("case", "language"), EVERY_FILE)
@pytest.mark.parametrize("link", ["", LINK])
def test_every_post_fits_its_network_however_many_raise_the_case(
    campaign: Campaign, case: str, language: str, link: str
) -> None:
    """Up to all States there are, those with the shortest names first, so that the lists come close to what fits."""
    names = sorted({state.names[language] for state in campaign.registry.states.values()}, key=len)
    for raised, network in product((*range(1, 20), len(names)), NETWORKS):
        context = replace(context_of(campaign, case, language), link=link, raised=tuple(names[:raised]))
        posts = posts_of(campaign, context, network).values()

        assert [(post.name, post.left_out or too_long(post)) for post in posts if post.left_out or too_long(post)] == []


@pytest.mark.parametrize(("case", "language"), EVERY_FILE)
def test_an_addressed_post_fits_with_the_longest_handle(campaign: Campaign, case: str, language: str) -> None:
    context = replace(context_of(campaign, case, language, TAGGED), link=LINK)
    for network in NETWORKS:
        (post,) = posts_of(campaign, context, network).values()

        assert (post.left_out, too_long(post)) == ("", "")


@pytest.mark.parametrize(("case", "language"), EVERY_FILE)
def test_the_hashtag_stands_once_and_the_link_once_in_each_post(campaign: Campaign, case: str, language: str) -> None:
    for parts in every_text(campaign, case, language):
        assert " ".join(parts).count("#") == " ".join(parts).count("#EndReprisals") == 1
        assert " ".join(parts).count(LINK) == 1


@pytest.mark.parametrize(("case", "language"), EVERY_FILE)
def test_without_a_link_a_post_is_whole(campaign: Campaign, case: str, language: str) -> None:
    for network in NETWORKS:
        for post in posts_of(campaign, replace(context_of(campaign, case, language), link=""), network).values():
            for text in post.parts:
                assert text == text.strip()
                assert re.search(r" $| {2}|\n{3}| [,.;:!?](?!\w)", text.replace(NO_BREAK, ""), re.MULTILINE) is None
                assert re.search(r"(?:[.!?]|#EndReprisals)$", text)


@pytest.mark.parametrize(("case", "language"), EVERY_FILE)
def test_solidarity_names_the_people(campaign: Campaign, case: str, language: str) -> None:
    (text,) = posts_of(campaign, context_of(campaign, case, language))["solidarity"].parts

    for person in campaign.cases[case].people:
        assert person.name in text


@pytest.mark.parametrize(("case", "language"), EVERY_FILE)
def test_no_post_has_a_year_that_is_not_in_the_case_file(campaign: Campaign, case: str, language: str) -> None:
    known = set(re.findall(r"\b(?:19|20)\d\d\b", Path(campaign.folder, "cases", f"{case}.md").read_text("utf-8")))
    known.add(str(campaign.asks["hrc51"].date.year))

    texts = " ".join(part for parts in every_text(campaign, case, language) for part in parts)

    assert set(re.findall(r"\b(?:19|20)\d\d\b", texts)) <= known


@pytest.mark.parametrize(("case", "language"), EVERY_FILE)
def test_the_outcome_has_the_states_of_the_record_and_nobody_else(
    of_the_tests: Campaign, case: str, language: str
) -> None:
    campaign = of_the_tests
    ask, registry = campaign.asks["hrc51"], campaign.registry
    raised = registry.who_raised(case, ask.date)

    post = posts_of(campaign, context_of(campaign, case, language))["outcome"]

    assert bool(post.parts) == bool(raised)
    text = "".join(post.parts)
    named = {code for code, state in registry.states.items() if re.search(rf"\b{state.names[language]}\b", text)}
    assert named == raised
    assert not raised or f" {len(raised)} " in text


def test_the_outcome_of_viasna_reads_well(campaign: Campaign) -> None:
    def outcome(language: str, *raised: str) -> str:
        context = replace(context_of(campaign, "viasna", language), raised=raised, link="")
        return posts_of(campaign, context)["outcome"].parts[0]

    assert outcome("en", "Liechtenstein") == (
        "Since 29 September 2022, at least one State has raised the case of Viasna publicly at the UN: Liechtenstein."
        "\n\nThank you. Who will be next to speak? #EndReprisals"
    )
    assert outcome("fr", "Allemagne", "Belgique") == (
        "Depuis le 29 septembre 2022, au moins 2 États ont évoqué publiquement à l'ONU le cas de Viasna\u00a0: "
        "Allemagne, Belgique.\n\nMerci. Quel État prendra la parole à son tour\u00a0? #EndReprisals"
    )
    assert outcome("es", *["un Estado de nombre largo"] * 8).startswith(
        "Desde el 29 de septiembre de 2022, al menos 8 Estados han planteado públicamente en la ONU el caso de Viasna."
    )


@pytest.mark.parametrize(("case", "language"), EVERY_FILE)
def test_only_addressed_posts_tag_anybody_and_no_post_begins_with_a_handle(
    campaign: Campaign, case: str, language: str
) -> None:
    """X hides a post that begins with a handle from all but those who follow both."""
    for network in NETWORKS:
        untagged = posts_of(campaign, context_of(campaign, case, language), network)
        tagged = posts_of(campaign, context_of(campaign, case, language, TAGGED), network)
        handle = {"x": TAGGED.x, "bluesky": TAGGED.bluesky, "mastodon": TAGGED.mastodon}[network]

        assert not any("@" in text for post in untagged.values() for text in post.parts)
        assert all(f" @{handle} " in text for post in tagged.values() for text in post.parts)


@pytest.mark.parametrize(("case", "language"), EVERY_FILE)
def test_nobody_shouts_and_the_signs_are_those_of_the_language(campaign: Campaign, case: str, language: str) -> None:
    for parts in every_text(campaign, case, language):
        text = " ".join(parts).replace(LINK, "")
        assert "!" not in text
        assert set(re.findall(r"\b[A-ZÀ-Ý]{4,}\b", text)) <= {"COFAVIC", "OVCS", "CEPAZ"}
        assert "’" not in text
        if language == "fr":
            assert re.search(rf"[^{NO_BREAK}][:;?»]|«[^{NO_BREAK}]", text) is None
        if language == "es":
            assert text.count("¿") == text.count("?")


def test_a_thread_tells_the_story_in_posts_that_follow_each_other(campaign: Campaign) -> None:
    for language in LANGUAGES:
        story = posts_of(campaign, context_of(campaign, "metwally", language))["story"]

        assert len(story.parts) == 3
        assert "Ibrahim Metwally Hegazy" in story.parts[0]


def test_a_new_campaign_has_the_posts(tmp_path: Path) -> None:
    folder = make_campaign(tmp_path / "new").folder / "templates" / "tweets"

    assert {f"{case}.{language}.txt" for case, language in EVERY_FILE} <= {path.name for path in folder.iterdir()}


def test_posts_say_the_forum_and_the_days_of_their_ask(campaign: Campaign) -> None:
    """Whatever the forum: the long name where there is room, the short one on the others."""
    hrc = campaign.asks["hrc51"]
    third = replace(
        hrc,
        names=forum_of("Third Committee of the General Assembly, UNGA82", {}, "en"),
        date=date(2027, 10, 4),
        until=date(2027, 10, 22),
    )
    for case, language in EVERY_FILE:
        context = post_context(
            registry=campaign.registry,
            settings=campaign.settings,
            case=campaign.cases[case],
            ask=third,
            language=language,
        )
        on_x, on_mastodon = (posts_of(campaign, context, network)["ask"].parts[0] for network in ("x", "mastodon"))
        council = {"en": "Human Rights Council", "fr": "Conseil des droits", "es": "Consejo de Derechos"}[language]

        assert {"en": "at the Third Committee from 4", "fr": "à la Troisième Commission, du 4", "es": "en la Tercera"}[
            language
        ] in on_x
        assert {"en": "of the General Assembly", "fr": "de l'Assemblée", "es": "de la Asamblea"}[
            language
        ] in on_mastodon
        assert not re.search(rf"{council}|HRC|CDH|2022", on_x + on_mastodon.replace("février 2022", ""))


def test_a_forum_without_a_name_in_the_language_is_an_error_that_says_what_to_write(campaign: Campaign) -> None:
    ask = replace(campaign.asks["hrc51"], names=forum_of("Forum on Minority Issues", {}, "en"))
    context = post_context(
        registry=campaign.registry, settings=campaign.settings, case=campaign.cases["viasna"], ask=ask, language="fr"
    )

    with pytest.raises(
        TemplateError, match=r"viasna\.fr\.txt, row \d+: the forum of the ask hrc51 has no name in this"
    ):
        posts_of(campaign, context)
