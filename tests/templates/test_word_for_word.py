"""Every text of the shipped campaign, word for word, by the record of the tests.

Whoever changes a text on purpose reads the letters anew, and writes the digests with:
python -m tests.templates.test_word_for_word
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

from sqlalchemy import create_engine

from outreach.campaign import Campaign, load_campaign
from outreach.outbox.posts.drafts import PostDrafter
from outreach.outbox.posts.plan import PlannedPost, PostRequest
from outreach.outbox.store import Outbox
from outreach.rendering.posts.words import post_context
from outreach.rendering.posts.writer import PostText, PostWriter
from outreach.settings.accounts import NETWORKS
from tests.conftest import REPOSITORY
from tests.templates.conftest import RECORD_OF_2025, LetterOf, letters_of, with_the_record_of_the_tests

DIGESTS = Path(__file__).with_name("word_for_word.json")
CASES = ("burundi-lawyers", "jiang", "metwally", "venezuela-ngos", "viasna")
LANGUAGES = ("en", "fr", "es")
ROUNDS = ("first", "reminder", "thanks")
# With a record of every sort: listed alone, leading, joining, raising alone and in a group, none at all; an observer.
STATES = ("ALB", "BGD", "DEU", "DNK", "GBR", "LIE", "NLD", "PSE")


def digest(texts: Iterator[str]) -> str:
    return hashlib.sha256("\n\n".join(texts).encode()).hexdigest()[:16]


def letters(write: LetterOf, case: str, language: str, round_: str) -> Iterator[str]:
    for state, until in product(STATES, (None, RECORD_OF_2025)):
        letter = write(state, case, language, round_, record_until=until)
        yield f"{letter.subject}\n{letter.text}"


def posts(campaign: Campaign, case: str, language: str) -> Iterator[str]:
    writer = PostWriter(campaign.post_templates)
    somebody = replace(campaign.registry.missions["DEU"], x="a", bluesky="b.example.org", mastodon="c@example.org")
    for mission, network in product((None, somebody), NETWORKS):
        context = post_context(
            registry=campaign.registry,
            settings=campaign.settings,
            case=campaign.cases[case],
            ask=campaign.asks["hrc51"],
            language=language,
            mission=mission,
        )
        for post in writer.posts(context, network):
            yield "\n".join((post.name, *post.parts))


def card(campaign: Campaign, case: str, language: str) -> Iterator[str]:
    outbox = Outbox(create_engine("sqlite://"), rehearsal=True, secret=b"")  # which a card asks for nothing
    request = PostRequest(campaign.cases[case], campaign.asks["hrc51"], NETWORKS)
    drafter = PostDrafter(campaign, request, outbox)
    for name in ("solidarity", "ask-mission"):
        post = PostText(name, "x", ("Text.",), addressed=False)
        yield drafter.picture(PlannedPost(post, language))[1]
    thanked = PostText("outcome", "x", ("Text.",), addressed=False, raised=("Germany",))
    yield drafter.picture(PlannedPost(thanked, language))[1]


def digests(campaign: Campaign) -> dict[str, str]:
    found, write = {}, letters_of(campaign)
    for case, language in product(CASES, LANGUAGES):
        for round_ in ROUNDS:
            found[f"letter {case} {language} {round_}"] = digest(letters(write, case, language, round_))
        found[f"posts {case} {language}"] = digest(posts(campaign, case, language))
        found[f"card {case} {language}"] = digest(card(campaign, case, language))
    return found


def test_no_text_changes_without_somebodys_will(of_the_tests: Campaign) -> None:
    assert digests(of_the_tests) == json.loads(DIGESTS.read_text("utf-8"))


if __name__ == "__main__":
    now = digests(with_the_record_of_the_tests(load_campaign(REPOSITORY)))
    DIGESTS.write_text(f"{json.dumps(now, indent=1)}\n", encoding="utf-8")
