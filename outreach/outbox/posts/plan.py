"""Which posts of a case go out on which network, which do not, and why. Knows no account and queues nothing."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from outreach.campaign import Campaign
from outreach.cases.model import Ask, Case
from outreach.cases.naming import NameFinder
from outreach.errors import TemplateError, UsageError
from outreach.outbox.gate.objections import (
    Objection,
    Reason,
    facts_unchecked,
    for_the_people,
    for_the_words,
    for_unreadable_rows,
    is_dated,
)
from outreach.outbox.posts.pictures import picture_texts
from outreach.outbox.status import Status
from outreach.registry.model import Mission
from outreach.registry.selection import gaps, select
from outreach.rendering.letters.words import letter_language
from outreach.rendering.posts.words import handle_of, may_be_addressed, post_context
from outreach.rendering.posts.writer import Limit, PostText, PostWriter, length_problems, limit
from outreach.text import shortened


@dataclass(frozen=True, slots=True)
class PostRequest:
    """Posts as somebody asks for them. `languages` empty: the campaign's first; for addressed posts the mission's own.

    `only` are names of posts, empty for all; `limits` are those that a network's own server has.
    """

    case: Case
    ask: Ask
    networks: tuple[str, ...]
    languages: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    at: datetime | None = None
    rehearsal: bool = True
    after_deadline: bool = False
    limits: Mapping[str, Limit] = field(default_factory=dict)

    def limit(self, network: str) -> Limit:
        return self.limits.get(network) or limit(network)


@dataclass(frozen=True, slots=True)
class PlannedPost:
    """One post, or one thread, on one network; `mission` is whom it addresses. `goes_at` is set by the schedule."""

    text: PostText
    language: str
    mission: Mission | None = None
    goes_at: datetime | None = None

    @property
    def state(self) -> str:
        return self.mission.state if self.mission else ""

    @property
    def part(self) -> str:
        """Give its name in the outbox. A mission is addressed once, in whatever language."""
        return self.text.name if self.mission else f"{self.text.name}.{self.language}"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A post that does not go out, and why; `state` is blank when it is addressed to nobody."""

    network: str
    part: str
    state: str
    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PostPlan:
    """Which posts go out, by network and in the order of the file; which do not; and which would not in earnest.

    `gaps` says whom the selection of addressed posts leaves out because it is not known.
    """

    posts: tuple[PlannedPost, ...]
    excluded: tuple[LeftOut, ...] = ()
    warnings: tuple[LeftOut, ...] = ()
    gaps: tuple[str, ...] = ()

    @property
    def reasons(self) -> dict[str, int]:
        """Count the posts left out by reason, in the order of Reason."""
        counts = Counter(item.reason for item in self.excluded)
        return {reason.value: counts[reason] for reason in Reason if counts[reason]}


PostStatuses = Mapping[tuple[str, str, str], Status]  # (network, mission, part) → status of the post that there is


def plan_posts(campaign: Campaign, request: PostRequest, posted: PostStatuses, today: date) -> PostPlan:
    """Write every post and decide which go out.

    Raises TemplateError for a text that cannot be written or is too long for its network, UsageError for a name or a
    selection that makes no sense. Nothing is ever cut.
    """
    unchecked = [] if request.rehearsal else facts_unchecked(campaign, request.case, today)
    if refused := for_the_people(request.case, "", today, posts=True) + unchecked:
        return PostPlan((), tuple(LeftOut(network, "", "", *refused[0]) for network in request.networks))
    texts = _Texts(campaign, request)
    posts: list[PlannedPost] = []
    excluded = list(texts.spared())
    warnings: list[LeftOut] = []
    finder = NameFinder(campaign.cases)
    for post in texts.all():
        objections = list(_objections(campaign, post, request, posted, today))
        objections[:0] = _for_its_words(campaign, finder, post, request, today)
        found = [LeftOut(post.text.network, post.part, post.state, *item) for item in objections]
        soft = request.rehearsal and all(item.reason is Reason.PAST_DATE for item in found)
        if found and not soft:
            excluded.append(found[0])
        else:
            posts.append(post)
            warnings += found
    _refuse_too_long(request, posts)
    return PostPlan(tuple(posts), tuple(excluded), tuple(warnings), texts.gaps())


def too_late(post: PlannedPost, request: PostRequest, day: date) -> bool:
    """Say whether on that day a post asks for something past, and nobody said that it may."""
    return is_dated(post.text.name) and day > request.ask.last_day and not request.after_deadline


def _objections(
    campaign: Campaign, post: PlannedPost, request: PostRequest, posted: PostStatuses, today: date
) -> Iterator[Objection]:
    text = post.text
    status = posted.get((text.network, post.state, post.part))
    if not status and (broken := for_unreadable_rows(campaign, request.case, post.state, posts=True)):
        yield from broken
    elif post.mission and not handle_of(post.mission, text.network):
        yield Reason.NO_HANDLE, f"on {text.network}"
    elif status:
        yield Reason.ALREADY_POSTED, status.value
    elif text.left_out:
        yield Reason.NO_TEXT, text.left_out
    if too_late(post, request, today):
        yield Reason.PAST_DATE, f"{request.ask.last_day}"


def _for_its_words(
    campaign: Campaign, finder: NameFinder, post: PlannedPost, request: PostRequest, today: date
) -> list[Objection]:
    """Give what speaks against the words of a post, and those of its picture."""
    case = request.case
    pictured = picture_texts(campaign, case, request.ask, post.text, post.language)
    words = (*post.text.parts, " ".join(post.text.parts), *pictured)
    names = finder.names(words, (case.slug,))
    return for_the_words(campaign, words, names, post.state, today, posts=True)


def _refuse_too_long(request: PostRequest, posts: Sequence[PlannedPost]) -> None:
    problems = [problem for post in posts for problem in length_problems(post.text, request.limit(post.text.network))]
    if problems:
        raise TemplateError(list(dict.fromkeys(problems)))


class _Texts:
    """The posts of a request as written, before anything is held against them."""

    def __init__(self, campaign: Campaign, request: PostRequest) -> None:
        self._campaign = campaign
        self._request = request
        self._writer = PostWriter(campaign.post_templates)
        self._languages = request.languages or campaign.settings.campaign.languages[:1]
        self._check_names()
        self._chosen = self._selected()

    def spared(self) -> Iterator[LeftOut]:
        """Give who was selected and is never addressed: the State concerned, and who shares a handle with it."""
        for network in self._request.networks:
            for mission in self._chosen:
                if not may_be_addressed(self._campaign.registry, self._request.case, mission):
                    yield LeftOut(network, "", mission.state, Reason.STATE_CONCERNED)

    def gaps(self) -> tuple[str, ...]:
        """Say whom the selection leaves out because it is not known; nothing where no post is addressed."""
        words = self._request.to or self._request.ask.to
        return gaps(self._campaign.registry, words) if self._chosen else ()

    def all(self) -> Iterator[PlannedPost]:
        missions = [
            item for item in self._chosen if may_be_addressed(self._campaign.registry, self._request.case, item)
        ]
        for network in self._request.networks:
            for language in self._languages:
                yield from self._written(network, language, None)
            for mission in missions:
                yield from self._written(network, self._language_for(mission), mission)

    def _written(self, network: str, language: str, mission: Mission | None) -> Iterator[PlannedPost]:
        campaign, request = self._campaign, self._request
        context = post_context(
            registry=campaign.registry,
            settings=campaign.settings,
            case=request.case,
            ask=request.ask,
            language=language,
            mission=mission,
            today=campaign.today(),
        )
        for text in self._writer.posts(context, network):
            if not request.only or text.name in request.only:
                yield PlannedPost(text, language, mission)

    def _selected(self) -> list[Mission]:
        """Give whom addressed posts are for; nobody where no post is addressed."""
        registry = self._campaign.registry
        chosen = select(registry, self._request.to, self._request.ask.to, tuple(self._campaign.cases))
        if not any(self._addresses(language) for language in self._offered()):
            return []
        return [registry.missions.get(state) or Mission(state, "", (), "en") for state in chosen]

    def _language_for(self, mission: Mission) -> str:
        """Give the mission's own language, as far as it is wanted and written in."""
        own = letter_language(mission, self._campaign.settings)
        wanted = (
            own in self._request.languages
            if self._request.languages
            else self._writer.has(self._request.case.slug, own)
        )
        return own if wanted else self._languages[0]

    def _offered(self) -> list[str]:
        """Give the languages that addressed posts may be in."""
        languages = self._request.languages or self._campaign.settings.campaign.languages
        return [language for language in languages if self._writer.has(self._request.case.slug, language)]

    def _addresses(self, language: str) -> bool:
        wanted = self._request.only
        outline = self._writer.outline(self._request.case.slug, language)
        return any(post.addressed and (not wanted or post.name in wanted) for post in outline)

    def _check_names(self) -> None:
        slug = self._request.case.slug
        there = [post.name for language in self._languages for post in self._writer.outline(slug, language)]
        there += [post.name for language in self._offered() for post in self._writer.outline(slug, language)]
        unknown = [name for name in self._request.only if name not in there]
        if unknown:
            known = ", ".join(dict.fromkeys(there))
            raise UsageError(f"there is no post '{shortened(unknown[0])}' of {slug}; there are: {known}")
