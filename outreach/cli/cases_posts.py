"""Tries every post that a campaign's templates would make, on each network; knows nothing about accounts."""

from collections.abc import Iterator
from dataclasses import replace

from outreach.campaign import POST_TEMPLATES, Campaign
from outreach.cases.model import Ask, Case
from outreach.errors import DataError, Problem
from outreach.registry.model import Mission
from outreach.rendering.posts.words import handle_of, may_be_addressed, post_context
from outreach.rendering.posts.writer import LIMITS, PostText, PostWriter, length_problems
from outreach.settings.campaign import LANGUAGES
from outreach.text import did_you_mean

# Where no mission has a handle on a network one stands in, to try its posts all the same.
STAND_IN = Mission("", "", (), "en", x="mission_geneva", bluesky="mission.example.org", mastodon="mission@example.org")


class PostTrial:
    """Writes every post there could be and says what is wrong with it; each fault once, not once a mission."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign
        self._writer = PostWriter(campaign.post_templates)
        self.tried = 0

    def problems(self) -> Iterator[Problem]:
        yield from _strays(self._campaign)
        for ask in self._campaign.asks.values():
            for case in self._campaign.cases.values():
                for language in self._campaign.settings.campaign.languages:
                    if self._writer.has(case.slug, language):
                        yield from self._problems_of(case, ask, language)

    def _problems_of(self, case: Case, ask: Ask, language: str) -> list[Problem]:
        """That posts cannot be written, or are too long for a network."""
        found = dict[tuple[str, int | None], Problem]()
        try:
            for network in LIMITS:
                for post in self._posts(case, ask, language, network):
                    for problem in length_problems(post):
                        found.setdefault((network, problem.row), problem)
        except DataError as error:
            return list(error.problems)
        return list(found.values())

    def _posts(self, case: Case, ask: Ask, language: str, network: str) -> Iterator[PostText]:
        """The posts to nobody, then the addressed ones, the longest handle first."""
        campaign = self._campaign
        for mission in (None, *self._addressees(case, language, network)):
            context = post_context(
                registry=campaign.registry,
                settings=campaign.settings,
                case=case,
                ask=ask,
                language=language,
                mission=mission,
            )
            posts = [post for post in self._writer.posts(context, network) if post.parts]
            self.tried += len(posts)
            yield from posts

    def _addressees(self, case: Case, language: str, network: str) -> list[Mission]:
        """Whom the addressed posts may speak to; nobody where no post is addressed."""
        if not any(post.addressed for post in self._writer.outline(case.slug, language)):
            return []
        missions = self._campaign.registry.missions.values()
        there = [mission for mission in missions if may_be_addressed(self._campaign.registry, case, mission)]
        named = [mission for mission in there if handle_of(mission, network)]
        stand_in = replace(STAND_IN, state="CHE" if case.state_concerned != "CHE" else "CRI")
        return sorted(named, key=lambda mission: -len(handle_of(mission, network))) or [stand_in]


def _strays(campaign: Campaign) -> Iterator[Problem]:
    """Files that no post is ever made from, since they have the name of no case and language."""
    for path in sorted(campaign.post_templates.glob("*.txt")):
        if not path.name.startswith("_") and (message := _misnamed(path.stem, tuple(sorted(campaign.cases)))):
            yield Problem(f"{POST_TEMPLATES}/{path.name}", f"no post is made from it: {message}")


def _misnamed(stem: str, cases: tuple[str, ...]) -> str:
    slug, dot, language = stem.rpartition(".")
    if not dot:
        return f"it names no language; name it {stem}.en.txt, or begin its name with _"
    if slug not in cases:
        return f"there is no case '{slug}'{did_you_mean(slug, cases)}"
    if language not in LANGUAGES:
        return f"there are no posts in '{language}'; write en, fr or es"
    return ""
