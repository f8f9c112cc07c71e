"""`outreach preview --posts`: a case's posts as they would go out on each network; knows no account, queues nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from outreach.cases.model import Ask, Case
from outreach.cli.output import note, say
from outreach.errors import TemplateError
from outreach.outbox.objections import for_the_people
from outreach.outbox.posts.drafts import PostDrafter
from outreach.outbox.posts.plan import PostRequest
from outreach.registry.model import Mission
from outreach.registry.selection import select
from outreach.registry.states import find_state
from outreach.rendering.letters.words import letter_language
from outreach.rendering.posts.words import handle_of, may_be_addressed, post_context
from outreach.rendering.posts.writer import PostText, PostWriter, length_problems, limit, too_long
from outreach.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class _Look:
    """What to look at. `language` empty: the campaign's first, and for addressed posts the mission's own."""

    workspace: Workspace
    writer: PostWriter
    case: Case
    ask: Ask
    networks: tuple[str, ...]
    language: str
    named: str  # the State whose mission addressed posts speak to, or "" for the first that has a handle


@dataclass(frozen=True, slots=True)
class _Shown:
    """A post on one network, its language, and the State that it addresses, or ""."""

    post: PostText
    language: str
    state: str = ""


def preview_posts(
    workspace: Workspace, case: Case, ask: Ask, *, networks: tuple[str, ...], language: str, named: str
) -> None:
    """Print every post with its count on each network, and the description of its picture.

    Raises TemplateError at the end when one is too long: it would not be queued.
    """
    look = _Look(workspace, PostWriter(workspace.campaign.post_templates), case, ask, networks, language, named)
    first = language or workspace.campaign.settings.campaign.languages[0]
    _note_why_not(workspace, case)
    shown = [*_to_nobody(look, first), *_addressed(look, first)]
    for _, group in groupby(shown, key=lambda item: (item.post.name, item.state)):
        _show(list(group))
    _show_picture(look, first)
    problems = [problem for item in shown for problem in length_problems(item.post)]
    if problems:
        raise TemplateError(problems)


def _note_why_not(workspace: Workspace, case: Case) -> None:
    """That nothing of this would be queued, if so: consent, embargo."""
    for reason, detail in for_the_people(case, "", workspace.campaign.today(), posts=True):
        note(f"Nothing of this would go out: {reason.value} ({detail}). Here it is all the same.")


def _to_nobody(look: _Look, language: str) -> list[_Shown]:
    return [_Shown(post, language) for post in _written(look, language, None)]


def _addressed(look: _Look, first: str) -> Iterator[_Shown]:
    """Each addressed post as one mission would get it."""
    if not any(post.addressed for post in look.writer.outline(look.case.slug, first)):
        return
    mission = _addressee(look)
    if mission is None:
        note("Nobody whom the ask goes to has a handle there; see an addressed post with --mission STATE")
        return
    own = letter_language(mission, look.workspace.campaign.settings)
    language = look.language or (own if look.writer.has(look.case.slug, own) else first)
    state = look.workspace.campaign.registry.states[mission.state].name
    for post in _written(look, language, mission):
        yield _Shown(post, language, state)


def _addressee(look: _Look) -> Mission | None:
    """The mission named, or the first of the ask's with a handle on one of the networks."""
    campaign = look.workspace.campaign
    registry = campaign.registry
    if look.named:
        code = find_state(registry.states, look.named).code
        return registry.missions.get(code) or Mission(code, "", (), "en")
    chosen = select(registry, (), look.ask.to, tuple(campaign.cases))
    missions = [registry.missions[state] for state in chosen if state in registry.missions]
    spoken_to = [mission for mission in missions if may_be_addressed(registry, look.case, mission)]
    return next((item for item in spoken_to if any(handle_of(item, network) for network in look.networks)), None)


def _written(look: _Look, language: str, mission: Mission | None) -> list[PostText]:
    """The posts in the order of the file, each for every network."""
    campaign = look.workspace.campaign
    context = post_context(
        registry=campaign.registry,
        settings=campaign.settings,
        case=look.case,
        ask=look.ask,
        language=language,
        mission=mission,
    )
    names = [outline.name for outline in look.writer.outline(look.case.slug, language)]
    posts = [post for network in look.networks for post in look.writer.posts(context, network)]
    return sorted(posts, key=lambda post: names.index(post.name))


def _show(items: Sequence[_Shown]) -> None:
    """One post: where networks share a text it stands once, with what it counts on each."""
    title = f"=== {items[0].post.name}, {items[0].language}{f', to {items[0].state}' if items[0].state else ''}"
    for parts, group in groupby(items, key=lambda item: item.post.parts):
        posts = [item.post for item in group]
        if not parts:
            say(f"{title}: {_absent(posts)}")
            say()
        for number, text in enumerate(parts, 1):
            place = f" ({number} of {len(parts)})" if len(parts) > 1 else ""
            _show_text(f"{title}{place}: {_counts(posts, text)}", text)


def _show_text(title: str, text: str) -> None:
    say(title)
    say()
    for line in text.split("\n"):
        say(line, hanging=0)
    say()


def _absent(posts: Iterable[PostText]) -> str:
    """Why there is no text: the reason once, or a reason for each network."""
    return ", ".join(dict.fromkeys(post.left_out for post in posts))


def _counts(posts: Iterable[PostText], text: str) -> str:
    """ "x 266 of 280, bluesky 270 of 300"; what is over is said in full."""
    return ", ".join(
        too_long(replace(post, parts=(text,)))
        or f"{post.network} {limit(post.network).count(text)} of {limit(post.network).characters}"
        for post in posts
    )


def _show_picture(look: _Look, language: str) -> None:
    if not look.workspace.campaign.settings.posts.picture:
        return
    request = PostRequest(look.case, look.ask, look.networks)
    _, description = PostDrafter(look.workspace.campaign, request, look.workspace.outbox).card(language)
    say(f"Picture: {description}")
