"""Shows a letter or the posts of a case as they would go out, and mails a test copy to oneself. Queues nothing."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex

from outreach.campaign import Campaign
from outreach.cases.asks.ask import choose_ask
from outreach.cases.load import find_case, find_cases
from outreach.cases.model import Ask, Case, Round
from outreach.cases.naming import NameFinder
from outreach.channels.base import Outgoing
from outreach.db.engine import reading
from outreach.errors import DeliveryError, OutreachError, Problem, UsageError
from outreach.mime.attachment import Attachment
from outreach.mime.headers import dated
from outreach.next_step import Action, NextStep
from outreach.outbox.gate.objections import Objection, Reason, for_a_draft, for_the_people, for_the_words
from outreach.outbox.letters.drafts import Drafter
from outreach.outbox.letters.facts import read_facts
from outreach.outbox.letters.plan import Exclusion, Facts, LetterRequest, PlannedLetter, make_plan, planned_letter
from outreach.outbox.models import Draft, Scope, case_key
from outreach.outbox.posts.drafts import PostDrafter
from outreach.outbox.posts.pictures import picture_texts
from outreach.outbox.posts.plan import PlannedPost, PostRequest
from outreach.outbox.store import now
from outreach.registry.cells import read_address
from outreach.registry.model import Mission, State
from outreach.registry.selection import select
from outreach.registry.states import find_state
from outreach.rendering.letters.letter import Letter
from outreach.rendering.letters.words import letter_language
from outreach.rendering.posts.length import limit, over
from outreach.rendering.posts.words import handle_of, may_be_addressed, post_context
from outreach.rendering.posts.writer import PostText, PostWriter, length_problems
from outreach.services.sending.notes import OtherLanguage, PlannedNotes, read_notes
from outreach.services.workspace import Workspace
from outreach.settings.accounts import NETWORKS


class NotDelivered(OutreachError):
    """The test copy to oneself did not go through."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class LetterChoice:
    """Which letter a person wants to see; a mission is named by alpha-3, alpha-2 or name, None: the first to get one.

    `case` and `others` are slugs, or `all` for all of the campaign's cases. `ask` None: the only one, or the next.
    `attach` are files that go with it beside those of the cases; `notes` are States, each with the paragraph for its
    letter alone.
    """

    case: str
    ask: str | None = None
    round: Round = "first"
    mission: str | None = None
    attach: tuple[Path, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChosenLetter:
    """A letter exactly as `send` would plan it; `left_out` says why `send` would leave it out, if it would."""

    request: LetterRequest
    planned: PlannedLetter
    state: State
    left_out: Exclusion | None = None


@dataclass(frozen=True, slots=True)
class PostsChoice:
    """Which posts a person wants to see. `language` empty: the campaign's first, addressed posts in the mission's own.

    `mission` names whom addressed posts speak to; empty: the first of the ask's with a handle on one of `networks`,
    which if empty are all.
    """

    case: str
    ask: str | None = None
    networks: tuple[str, ...] = ()
    language: str = ""
    mission: str = ""


@dataclass(frozen=True, slots=True)
class PartLength:
    """What a part of a post counts on its network, and the most it may; `too_long` says what is over, or is empty."""

    characters: int
    most: int
    too_long: str


@dataclass(frozen=True, slots=True)
class PreviewedPost:
    """A post on one network, with a length for each part, and the name of the State that it addresses, or ""."""

    post: PostText
    language: str
    state: str
    lengths: tuple[PartLength, ...]


@dataclass(frozen=True, slots=True)
class PreviewedPosts:
    """The posts of a case in the order of the file, each for every network; those that address a mission come last.

    `objections` are why nothing of this would go out. `nobody_addressed`: a post addresses missions, and none of the
    ask's has a handle there. `problems` name what is too long to be queued.
    """

    case: Case
    posts: tuple[PreviewedPost, ...]
    objections: tuple[Objection, ...]
    nobody_addressed: bool
    problems: tuple[Problem, ...]


def choose_letter(workspace: Workspace, wanted: LetterChoice) -> ChosenLetter:
    """Choose the letter to the State named, or the first that would be written, also one that would be left out.

    UsageError for a case, ask or State that makes no sense, for the State concerned, and where nobody gets a letter.
    """
    states = workspace.campaign.registry.states
    named = find_state(states, wanted.mission).code if wanted.mission else ""
    request, facts = _request(workspace, wanted)
    today = workspace.campaign.today()
    plan = make_plan(workspace.campaign, replace(request, to=(named,) if named else ()), facts, today)
    if plan.letters:
        first = plan.letters[0]
        return _read_over(workspace, ChosenLetter(request, first, states[first.mission.state]))
    left_out = next((item for item in plan.excluded if item.state), None)
    if left_out is None:
        raise UsageError("nobody would get this letter; say whose to show with --mission STATE")
    state = states[left_out.state]
    if all(case.state_concerned == state.code for case in request.cases):
        raise UsageError(f"{state.name} is the State concerned in {case_key(request.slugs)}: it gets no letter")
    mission = workspace.campaign.registry.missions.get(state.code) or Mission(state.code, "", (), "en")
    return _read_over(workspace, ChosenLetter(request, planned_letter(mission, request, facts), state, left_out))


def choose_letters(workspace: Workspace, wanted: LetterChoice) -> list[ChosenLetter]:
    """Choose every letter that `send` would write now, and those written already, in the order of their States.

    UsageError for a case or ask that is not there.
    """
    request, facts = _request(workspace, wanted)
    plan = make_plan(workspace.campaign, request, facts, workspace.campaign.today())
    states, missions = workspace.campaign.registry.states, workspace.campaign.registry.missions
    chosen = [ChosenLetter(request, planned, states[planned.mission.state]) for planned in plan.letters]
    for left_out in plan.excluded:
        if left_out.reason is Reason.ALREADY_ASKED and left_out.state in missions:
            planned = planned_letter(missions[left_out.state], request, facts)
            chosen.append(ChosenLetter(request, planned, states[left_out.state], left_out))
    return sorted(chosen, key=lambda each: each.state.code)


def write_letters(workspace: Workspace, chosen: Sequence[ChosenLetter], language: str | None) -> Iterator[Letter]:
    """Write letters of one request one after another; TemplateError when one cannot be written."""
    if chosen:
        drafter = _drafter(workspace, chosen[0])
        yield from (drafter.letter(each.planned, language) for each in chosen)


def _request(workspace: Workspace, wanted: LetterChoice) -> tuple[LetterRequest, Facts]:
    """Give what `send` would be asked to write, and what the outbox has about it."""
    campaign, gate = workspace.campaign, workspace.gate
    cases = find_cases(campaign.cases, (wanted.case, *wanted.others))
    request = LetterRequest(
        case=cases[0],
        ask=choose_ask(campaign.asks, wanted.ask, campaign.today()),
        round=wanted.round,
        rehearsal=workspace.rehearsal,
        attach=wanted.attach,
        notes=read_notes(campaign.registry.states, wanted.notes),
        others=cases[1:],
    )
    with reading(workspace.outbox.engine) as connection:
        answered, suppressed = gate.answers(connection, Scope()), gate.suppressions(connection)
        facts = read_facts(connection, campaign, request, workspace.channel, answered=answered, suppressed=suppressed)
    return request, facts


def _read_over(workspace: Workspace, chosen: ChosenLetter) -> ChosenLetter:
    """Say of a letter that names what it may not that this leaves it out, whatever else would."""
    draft = _drafter(workspace, chosen).draft(chosen.planned)
    objections = for_a_draft(workspace.campaign, draft, workspace.campaign.today())
    return replace(chosen, left_out=Exclusion(chosen.state.code, *objections[0])) if objections else chosen


def write_letter(workspace: Workspace, chosen: ChosenLetter, language: str | None = None) -> Letter:
    """Write the words in the mission's language, or the one given; TemplateError when they cannot be written."""
    return _drafter(workspace, chosen).letter(chosen.planned, language)


def write_message(workspace: Workspace, chosen: ChosenLetter, language: str | None = None) -> bytes:
    """Write the whole message (RFC 5322), byte for byte as it would be sent, dated now."""
    head, *rest = _drafter(workspace, chosen).draft(chosen.planned, language).pieces
    return b"".join([dated(head, now()), *rest])


def attachments_of(
    workspace: Workspace, chosen: ChosenLetter, language: str | None = None
) -> tuple[str, tuple[Attachment, ...]]:
    """Give the letter's language, and the files that go with it; DataError names those that cannot go."""
    language = language or letter_language(chosen.planned.mission, workspace.campaign.settings)
    return language, _drafter(workspace, chosen).attachments(chosen.planned, language)


def notes_of(workspace: Workspace, chosen: ChosenLetter, language: str | None = None) -> PlannedNotes:
    """Say whether the letter goes without a paragraph of its State that is there in another language."""
    language = language or letter_language(chosen.planned.mission, workspace.campaign.settings)
    there = _drafter(workspace, chosen).notes.other_languages(chosen.state.code, language, chosen.request.round)
    return PlannedNotes(without=(OtherLanguage(chosen.state.code, there, language),) if there else ())


def send_test(workspace: Workspace, chosen: ChosenLetter, address: str, language: str | None = None) -> str:
    """Mail the letter to an address of one's own, marked [TEST]; gives the server's words. No ledger knows of it.

    UsageError for an address that is none, or a mission's; NotDelivered when it did not go through.
    """
    drafter = _drafter(workspace, chosen)
    letter = drafter.letter(chosen.planned, language)
    marked = letter.with_subject(f"[TEST] {letter.subject}")
    to_us = replace(chosen.planned, recipients=(_own_address(workspace.campaign, address),))
    draft = drafter.compose(to_us, marked, f"test-{token_hex(8)}")
    _refuse_withheld(workspace.campaign, chosen.request.cases, draft)
    try:
        return asyncio.run(_deliver(workspace, draft))
    except DeliveryError as error:
        raise NotDelivered(
            f"the test letter did not go through: {error.detail}", next_step=NextStep(Action.CHECK_SETUP)
        ) from None


def _refuse_withheld(campaign: Campaign, cases: Iterable[Case], draft: Draft) -> None:
    """Raise UsageError for a letter with a name that nothing may say, also to ourselves: mail goes through servers."""
    today = campaign.today()
    objections = [objection for case in cases for objection in for_the_people(case, "", today)]
    objections += for_a_draft(campaign, draft, today)
    for reason, detail in objections:
        if reason in (Reason.WITHHELD, Reason.NAMES_UNKNOWN):
            raise UsageError(f"the test letter was not sent: {reason.value} ({detail})")


def _drafter(workspace: Workspace, chosen: ChosenLetter) -> Drafter:
    return Drafter(workspace.campaign, chosen.request, workspace.outbox, workspace.channel)


def _own_address(campaign: Campaign, text: str) -> str:
    """Read an address of one's own: a mission gets letters only through `send`, once."""
    try:
        address = read_address(text)
    except ValueError as error:
        raise UsageError(f"--send-to: {error}") from None
    for mission in campaign.registry.missions.values():
        if address.lower() in (email.lower() for email in mission.known_emails):
            raise UsageError(f"--send-to: {text} is the address of a mission ({mission.state}), not your own")
    for row in campaign.registry.unclaimed:
        if address.lower() in (email.lower() for email in row.addresses):
            raise UsageError(f"--send-to: {text} stands in contacts/missions.csv, row {row.row}, so it is not your own")
    return address


async def _deliver(workspace: Workspace, draft: Draft) -> str:
    async def nothing_to_record() -> None:
        return None

    head, *rest = draft.pieces
    async with workspace.open_channel(workspace.channel) as channel:
        receipt = await channel.send(
            Outgoing(
                message_id=draft.message_id,
                token=draft.token,
                sender=workspace.campaign.settings.sender.email,
                recipients=draft.recipients,
                pieces=(dated(head, now()), *rest),
                committed=nothing_to_record,
            )
        )
    return receipt.detail


def preview_posts(workspace: Workspace, wanted: PostsChoice) -> PreviewedPosts:
    """Write every post of a case for each network, with what it counts there.

    Raises UsageError for a case, ask or State that makes no sense, TemplateError for a text that cannot be written.
    """
    campaign = workspace.campaign
    posts = _Posts(
        campaign,
        PostWriter(campaign.post_templates),
        find_case(campaign.cases, wanted.case),
        choose_ask(campaign.asks, wanted.ask, campaign.today()),
        wanted.networks or NETWORKS,
    )
    first = _language(workspace, wanted)
    to_nobody, addressed = list(posts.written(first, None)), list[PreviewedPost]()
    mission = None
    speaks = posts.speak_to_missions(first)
    if speaks and (mission := posts.addressee(wanted.mission)):
        own = letter_language(mission, campaign.settings)
        language = wanted.language or (own if posts.writer.has(posts.case.slug, own) else first)
        addressed += posts.written(language, mission)
    shown = (*to_nobody, *addressed)
    return PreviewedPosts(
        posts.case,
        shown,
        tuple(_objections(campaign, posts.case, posts.ask, shown)),
        speaks and mission is None,
        tuple(problem for item in shown for problem in length_problems(item.post)),
    )


def _objections(campaign: Campaign, case: Case, ask: Ask, shown: Sequence[PreviewedPost]) -> Iterator[Objection]:
    """Give why nothing of these posts would go out, by the case, by their words and by those of their pictures."""
    today = campaign.today()
    yield from for_the_people(case, "", today, posts=True)
    pictured = dict.fromkeys(
        text for item in shown for text in picture_texts(campaign, case, ask, item.post, item.language)
    )
    words = [*case.title.values(), *pictured, *(part for item in shown for part in item.post.parts)]
    yield from for_the_words(
        campaign, words, NameFinder(campaign.cases).names(words, (case.slug,)), "", today, posts=True
    )


def describe_pictures(workspace: Workspace, wanted: PostsChoice, posts: Sequence[PreviewedPost]) -> dict[str, str]:
    """Give the description of each picture that goes with posts, by their names; empty where [posts] picture is off."""
    campaign = workspace.campaign
    case, ask = find_case(campaign.cases, wanted.case), choose_ask(campaign.asks, wanted.ask, campaign.today())
    drafter = PostDrafter(campaign, PostRequest(case, ask, wanted.networks or NETWORKS), workspace.outbox)
    names = dict[str, dict[str, None]]()
    for item in posts:
        if item.post.parts:
            _, description = drafter.picture(PlannedPost(item.post, item.language))
            names.setdefault(description, {})[item.post.name] = None
    return {", ".join(said): description for description, said in names.items() if description}


def _language(workspace: Workspace, wanted: PostsChoice) -> str:
    return wanted.language or workspace.campaign.settings.campaign.languages[0]


@dataclass(frozen=True, slots=True)
class _Posts:
    """Writes the posts about one case and ask, each for every network."""

    campaign: Campaign
    writer: PostWriter
    case: Case
    ask: Ask
    networks: tuple[str, ...]

    def speak_to_missions(self, language: str) -> bool:
        return any(post.addressed for post in self.writer.outline(self.case.slug, language))

    def addressee(self, name: str) -> Mission | None:
        """Find the mission named, or the first of the ask's with a handle on one of the networks."""
        registry = self.campaign.registry
        if name:
            code = find_state(registry.states, name).code
            return registry.missions.get(code) or Mission(code, "", (), "en")
        chosen = select(registry, (), self.ask.to, tuple(self.campaign.cases))
        missions = [registry.missions[state] for state in chosen if state in registry.missions]
        spoken_to = [mission for mission in missions if may_be_addressed(registry, self.case, mission)]
        return next((item for item in spoken_to if any(handle_of(item, network) for network in self.networks)), None)

    def written(self, language: str, mission: Mission | None) -> Iterator[PreviewedPost]:
        """Write the posts in the order of the file; with a mission those that address one, else the others."""
        campaign = self.campaign
        context = post_context(
            registry=campaign.registry,
            settings=campaign.settings,
            case=self.case,
            ask=self.ask,
            language=language,
            mission=mission,
            today=campaign.today(),
        )
        state = campaign.registry.states[mission.state].name if mission else ""
        names = [outline.name for outline in self.writer.outline(self.case.slug, language)]
        posts = [post for network in self.networks for post in self.writer.posts(context, network)]
        for post in sorted(posts, key=lambda post: names.index(post.name)):
            yield PreviewedPost(post, language, state, tuple(_length(text, post.network) for text in post.parts))


def _length(text: str, network: str) -> PartLength:
    bound = limit(network)
    return PartLength(bound.count(text), bound.characters, over(text, bound))
