"""The posts of a case without a file of its own: what it is called, and the ask."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from outreach.campaign import Campaign
from outreach.cases.asks.forum import forum_of
from outreach.registry.model import Act, Mission
from outreach.rendering.posts.words import post_context
from outreach.rendering.posts.writer import PostText, PostWriter, too_long
from outreach.settings.accounts import NETWORKS
from tests.conftest import REPOSITORY, Command
from tests.templates.test_tweets import LINK, TAGGED

LANGUAGES = ("en", "fr", "es")
CASES = ("viasna", "burundi-lawyers", "jiang", "metwally", "venezuela-ngos")


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory) -> PostWriter:
    """A writer that finds the shared posts alone."""
    folder = tmp_path_factory.mktemp("campaign") / "templates" / "tweets"
    folder.mkdir(parents=True)
    for path in (REPOSITORY / "templates" / "tweets").glob("*.txt"):
        if path.name.startswith(("_", "posts.")):
            (folder / path.name).write_bytes(path.read_bytes())
    return PostWriter(folder)


def posts(
    campaign: Campaign, writer: PostWriter, case: str, language: str, network: str, mission: Mission | None = None
) -> dict[str, PostText]:
    context = post_context(
        registry=campaign.registry,
        settings=campaign.settings,
        case=campaign.cases[case],
        ask=campaign.asks["hrc51"],
        language=language,
        mission=mission,
    )
    return {post.name: post for post in writer.posts(replace(context, link=LINK), network)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("network", NETWORKS)
def test_they_read_well_and_fit_for_every_case(
    campaign: Campaign, writer: PostWriter, language: str, network: str
) -> None:
    states = ("BEL", "DEU", "DNK", "LIE", "LUX", "NLD", "CHE", "FRA")
    for case in CASES:
        acts = tuple(Act(state, "raised", "hrc51-dialogue", case, date="2022-09-29") for state in states)
        raised = replace(campaign, registry=replace(campaign.registry, acts=acts))
        written = posts(raised, writer, case, language, network)
        addressed = posts(raised, writer, case, language, network, TAGGED)
        assert (list(written), list(addressed)) == (["solidarity", "ask", "outcome"], ["ask-mission"])
        for post in (*written.values(), *addressed.values()):
            assert too_long(post) == ""
            text = post.parts[0]
            assert not re.search(r" [.,]|\.\.|  |\b(?:de les|de le|de el|de des|a el)\b", text), text


@pytest.mark.parametrize(
    ("case", "language", "words"),
    [
        (
            "jiang",
            "en",
            "raise the case of the lawyer Jiang Tianyong (China), publicly and by name at the HRC",
        ),
        (
            "burundi-lawyers",
            "fr",
            "le cas d'avocats défenseurs des droits de l'homme en exil (Burundi) au CDH,",
        ),
        ("jiang", "es", "por su nombre el caso del abogado Jiang Tianyong (China) en el CDH, el 29 de septiembre"),
    ],
)
def test_they_say_what_the_case_is_called(
    campaign: Campaign, writer: PostWriter, case: str, language: str, words: str
) -> None:
    assert words in posts(campaign, writer, case, language, "mastodon")["ask"].parts[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_forum_without_a_name_in_the_language_is_left_out(
    campaign: Campaign, writer: PostWriter, language: str
) -> None:
    ask = replace(campaign.asks["hrc51"], names=forum_of({}, {}, language))
    nowhere = replace(campaign, asks={"hrc51": ask})

    text = posts(nowhere, writer, "jiang", language, "x")["ask"].parts[0]

    assert re.search(r"(?:by name|\(Chine\)|\(China\)), (?:on|le|el) 29", text)


def test_a_case_without_a_file_of_its_own_is_posted(campaign_folder: Path, outreach: Command) -> None:
    tweets = campaign_folder / "templates" / "tweets"
    for path in tweets.glob("sample.*"):
        path.unlink()
    for language in LANGUAGES:
        name = f"posts.{language}.txt"
        (tweets / name).write_bytes((REPOSITORY / "templates" / "tweets" / name).read_bytes())

    checked = outreach("cases", "check", folder=campaign_folder)
    shown = outreach("preview", "--case", "sample", "--posts", "--language", "fr", folder=campaign_folder)

    assert (checked.returncode, checked.stdout) == (0, "")
    assert "le cas de l'avocat J. Sample (Chine)" in shown.stdout
