"""Finds the words of a case's posts: from case, ask, record and handles to a PostContext; reads no files."""

from collections.abc import Iterable
from datetime import date

from outreach.cases.model import Ask, Case
from outreach.errors import UsageError
from outreach.registry.model import Mission, Registry
from outreach.registry.states import in_order
from outreach.rendering.letters.words import ask_words, case_words, day_of, mission_title, state_words
from outreach.rendering.templates.context import StateWords
from outreach.rendering.templates.post_context import PostContext, TaggedWords
from outreach.settings.accounts import NETWORKS
from outreach.settings.settings import Settings
from outreach.settings.words import NO_WORDS, LanguageWords


def post_context(
    *,
    registry: Registry,
    settings: Settings,
    case: Case,
    ask: Ask,
    language: str,
    mission: Mission | None = None,
    today: date | None = None,
) -> PostContext:
    """Find the words of one case's posts in a language; `mission` is the one that addressed posts speak to.

    Raises DataError when case or ask has no words in the language, UsageError for a mission that may not be addressed.
    """
    if mission is not None and not may_be_addressed(registry, case, mission):
        who = registry.states[mission.state].name
        what = "is" if mission.state == case.state_concerned else "shares a handle with"
        raise UsageError(f"{who} {what} the State concerned in {case.slug}: no post is addressed to it")
    concerned = registry.missions.get(case.state_concerned) or Mission(case.state_concerned, "", (), "en")
    own = settings.words.get(language, NO_WORDS)
    return PostContext(
        language=language,
        case=case_words(case, language, "posts"),
        ask=ask_words(ask, language),
        hashtag=settings.campaign.hashtag,
        link=settings.posts.link,
        raised=_names(registry, registry.who_raised(case.slug, ask.date), language, own),
        concerned=_tagged(registry, concerned, language, own),
        mission=_tagged(registry, mission, language, own) if mission else None,
        day=day_of(ask, today),
    )


def may_be_addressed(registry: Registry, case: Case, mission: Mission) -> bool:
    """Say whether posts may speak to the mission: not if it is the State concerned's, or shares a handle with that."""
    concerned = registry.missions.get(case.state_concerned)
    return mission.state != case.state_concerned and not (concerned and _share_a_handle(mission, concerned))


def _share_a_handle(mission: Mission, concerned: Mission) -> bool:
    pairs = ((handle_of(mission, network), handle_of(concerned, network)) for network in NETWORKS)
    return any(own and own.casefold() == theirs.casefold() for own, theirs in pairs)


def handle_of(mission: Mission, network: str) -> str:
    """Write the mission's handle on the network: @name, @name.example.org, @name@example.org; "" without one."""
    known = {"x": mission.x, "bluesky": mission.bluesky, "mastodon": mission.mastodon}[network].strip().lstrip("@")
    return f"@{known}" if known else ""


def _tagged(registry: Registry, mission: Mission, language: str, own: LanguageWords) -> TaggedWords:
    state = state_words(registry.states[mission.state], language, own)
    handles = {network: handle_of(mission, network) for network in ("x", "bluesky", "mastodon")}
    return TaggedWords(name=mission_title(state, language, own), state=state.name, handle="", **handles)


def _names(registry: Registry, codes: Iterable[str], language: str, own: LanguageWords) -> tuple[str, ...]:
    """Give short names in alphabetical order of the language, accents aside."""
    states: list[StateWords] = [state_words(registry.states[code], language, own) for code in codes]
    return tuple(sorted((state.name for state in states), key=in_order))
