"""Writes anew what waits, by the campaign's files as they are now. Letters and posts keep their Message-IDs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path

from outreach.cases.asks.ask import choose_ask
from outreach.cases.load import find_case, find_cases
from outreach.cases.model import Round
from outreach.db.engine import reading, writing
from outreach.errors import UsageError
from outreach.mime.attachment import carried
from outreach.mime.body import body_of
from outreach.outbox.kind import MessageKind
from outreach.outbox.ledger import LostClaim
from outreach.outbox.letters.drafts import Drafter, without_what_may_not_leave
from outreach.outbox.letters.facts import read_facts
from outreach.outbox.letters.plan import LetterRequest, make_plan, without_asked, worded
from outreach.outbox.models import Draft, Entry, Scope, messages
from outreach.outbox.posts.drafts import PostDrafter
from outreach.outbox.posts.plan import PostRequest, plan_posts
from outreach.outbox.queue import contents, entries
from outreach.outbox.rewrite import rewrite, why_not_anew
from outreach.outbox.status import WAITING
from outreach.outbox.store import now
from outreach.services.sending.notes import read_notes
from outreach.services.sending.queue import MessageChoice, choose
from outreach.services.workspace import Workspace
from outreach.text import listed, local_day

DIGESTS_STAY = "a digest counts what it counted; withdraw it, and prepare another"


@dataclass(frozen=True, slots=True)
class Kept:
    """A message that stays as it was queued, and why."""

    entry: Entry
    why: str


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What was written anew, what says the same as before, and what stays as it was for another reason.

    `lost` has, by id, the paragraphs that letters said before and now say in no other words, such as one that was typed
    for a State.
    """

    anew: tuple[Entry, ...]
    same: tuple[Entry, ...]
    kept: tuple[Kept, ...]
    lost: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


def rewrite_messages(
    workspace: Workspace,
    which: MessageChoice,
    by: str,
    attach: tuple[Path, ...] = (),
    *,
    notes: tuple[tuple[str, str], ...] = (),
    drop_attached: bool = False,
) -> Rewritten:
    """Write letters and posts anew that wait; all that can be, in one transaction.

    `attach` are files that go with the letters, beside those that the case names now. What a letter carries and would
    carry no more goes only with `drop_attached`. `notes` are States, each with the paragraph for its letters alone.
    A part of a post is written anew with all its thread.

    Raises UsageError for an id that is unknown or does not wait, DataError for a file that cannot be attached,
    TemplateError for a text that cannot be written; then nothing was changed.
    """
    chosen = choose(workspace, which, tuple(WAITING))
    kept = list[Kept]()
    with reading(workspace.outbox.engine) as connection:
        for entry in chosen:
            if why := why_not_anew(connection, entry):
                kept.append(Kept(entry, why))
    unread = [entry for entry in chosen if entry.id not in {item.entry.id for item in kept}]
    drafts = dict[int, Draft]()
    for entry, found in _drafts(workspace, unread, attach, read_notes(workspace.campaign.registry.states, notes)):
        if isinstance(found, str):
            kept.append(Kept(entry, found))
        else:
            drafts[entry.id] = found
    written = [entry for entry in unread if entry.id in drafts]
    lost = _lost(workspace, drafts)
    if not drop_attached:
        _refuse_to_drop(workspace, drafts)
    try:
        with writing(workspace.outbox.engine) as connection:
            at = now()
            anew = {entry.id for entry in written if rewrite(connection, entry, drafts[entry.id], at, by)}
    except LostClaim:
        raise UsageError("a run was at work on these at the same moment; nothing was changed. Try again") from None
    return Rewritten(
        tuple(entry for entry in written if entry.id in anew),
        tuple(entry for entry in written if entry.id not in anew),
        tuple(kept),
        {id_: paragraphs for id_, paragraphs in lost.items() if id_ in anew and paragraphs},
    )


def _lost(workspace: Workspace, drafts: Mapping[int, Draft]) -> dict[int, tuple[str, ...]]:
    """Find the paragraphs of letters that their new text says in no other words."""
    with reading(workspace.outbox.engine) as connection:
        before = dict(contents(connection, messages.c.id.in_(list(drafts))))
    letters = {id_: draft for id_, draft in drafts.items() if draft.key.kind is MessageKind.LETTER}
    return {id_: _said_no_more(before[id_], draft.content) for id_, draft in letters.items() if id_ in before}


def _said_no_more(before: bytes, after: bytes) -> tuple[str, ...]:
    said = [set(paragraph.casefold().split()) for paragraph in _paragraphs(after)]
    found = ((paragraph, set(paragraph.casefold().split())) for paragraph in _paragraphs(before))
    return tuple(text for text, words in found if not any(len(words & other) * 2 >= len(words) for other in said))


def _paragraphs(content: bytes) -> list[str]:
    return [" ".join(each.split()) for each in body_of(content).split("\n\n") if each.strip()]


def _refuse_to_drop(workspace: Workspace, drafts: Mapping[int, Draft]) -> None:
    """Raise UsageError where a letter carries a file whose name its new text has no more."""
    with reading(workspace.outbox.engine) as connection:
        for id_, content in contents(connection, messages.c.id.in_(list(drafts))):
            stay = {each.name for each in drafts[id_].attachments}
            if lost := [each.name for each in carried(content) if each.name not in stay]:
                raise UsageError(
                    f"message {id_} carries {listed(lost, 3)}, which the case does not name: give it again with "
                    "--attach FILE, or leave it out with --drop-attached. Nothing was changed"
                )


def _drafts(
    workspace: Workspace, chosen: Iterable[Entry], attach: tuple[Path, ...], notes: tuple[tuple[str, str], ...]
) -> Iterator[tuple[Entry, Draft | str]]:
    """Give each message with its new draft, or with why there is none."""

    zone = workspace.campaign.settings.timezone

    def about(entry: Entry) -> tuple[str, ...]:
        key = entry.key
        goes_on = f"{local_day(entry.planned_for, zone)}" if entry.planned_for else ""
        return (key.kind.value, key.case, key.ask, key.round, key.channel, goes_on)

    for _, same in groupby(sorted(chosen, key=about), about):
        together = list(same)
        if together[0].key.kind is MessageKind.POST:
            yield from _posts(workspace, together)
        elif together[0].key.kind is MessageKind.DIGEST:
            yield from ((entry, DIGESTS_STAY) for entry in together)
        else:
            yield from _letters(workspace, together, attach, notes)


def _letters(
    workspace: Workspace, together: list[Entry], attach: tuple[Path, ...], notes: tuple[tuple[str, str], ...]
) -> Iterator[tuple[Entry, Draft | str]]:
    """Write letters of the same cases, ask and round, as `send` would today. Dates and addresses were agreed to before.

    A letter for several cases is written anew for all of them or not at all: what it asks never changes.
    """
    campaign, gate, key = workspace.campaign, workspace.gate, together[0].key
    round_: Round = key.round  # type: ignore[assignment]
    cases = find_cases(campaign.cases, key.cases)
    request = LetterRequest(
        case=cases[0],
        ask=choose_ask(campaign.asks, key.ask, campaign.today()),
        round=round_,
        to=tuple(entry.key.mission for entry in together),
        rehearsal=workspace.rehearsal,
        include_unverified=True,
        after_deadline=True,
        attach=attach,
        goes_on=local_day(planned, campaign.settings.timezone) if (planned := together[0].planned_for) else None,
        notes=notes,
        others=cases[1:],
    )
    with reading(workspace.outbox.engine) as connection:
        answered, suppressed = gate.answers(connection, Scope()), gate.suppressions(connection)
        facts = read_facts(connection, campaign, request, key.channel, answered=answered, suppressed=suppressed)
    plan = make_plan(campaign, request, without_asked(facts), campaign.today())
    parts_out = tuple(replace(item, detail=f"{item.case}: {worded(item)}", case="") for item in plan.without)
    lacking = {item.state for item in parts_out}
    letters = tuple(letter for letter in plan.letters if letter.mission.state not in lacking)
    plan = replace(plan, letters=letters, excluded=(*plan.excluded, *parts_out))
    drafter = Drafter(campaign, request, workspace.outbox, key.channel)
    parts = {entry.key.mission: entry.key.part for entry in together}
    written = (drafter.draft(letter, part=parts[letter.mission.state]) for letter in plan.letters)
    plan, drafts = without_what_may_not_leave(campaign, plan, written)
    by_mission = {draft.key.mission: draft for draft in drafts}
    why = {item.state: f"{item.reason.value} ({item.detail})" for item in plan.excluded}
    why |= {item.state: f"{item.detail}; to ask for the rest, withdraw it and send again" for item in parts_out}
    for entry in together:
        yield entry, by_mission.get(entry.key.mission) or why.get(entry.key.mission, "nobody would get it now")


def _posts(workspace: Workspace, together: list[Entry]) -> Iterator[tuple[Entry, Draft | str]]:
    """Write posts of one case and ask on one network; a thread stays one of as many parts."""
    campaign, key = workspace.campaign, together[0].key
    with reading(workspace.outbox.engine) as connection:
        there = entries(connection, Scope(key.case, key.ask, None, key.channel, kind=MessageKind.POST))
    request = PostRequest(
        case=find_case(campaign.cases, key.case),
        ask=choose_ask(campaign.asks, key.ask, campaign.today()),
        networks=(key.channel,),
        languages=tuple(dict.fromkeys(entry.language for entry in together)),
        only=tuple(dict.fromkeys(_name(entry) for entry in together)),
        to=tuple(dict.fromkeys(entry.key.mission for entry in together if entry.key.mission)),
        rehearsal=workspace.rehearsal,
        after_deadline=True,
    )
    plan = plan_posts(campaign, request, {}, campaign.today())
    drafter = PostDrafter(campaign, request, workspace.outbox)
    drafts = {draft.key: draft for draft in drafter.drafts(plan.posts, scheduled=False)}
    why = {(item.state, item.part): f"{item.reason.value} ({item.detail})" for item in plan.excluded}
    for entry in together:
        mission, post = entry.key.mission, entry.key.post
        before = sum((other.key.mission, other.key.post) == (mission, post) for other in there)
        after = sum((key.mission, key.post) == (mission, post) for key in drafts)
        reasons = [why[about] for about in ((mission, post), (mission, ""), ("", "")) if about in why]
        if after and after != before:
            yield entry, f"its thread has {before} parts, and would now have {after}: make it as long as it was"
        else:
            yield entry, drafts.get(entry.key) or (reasons or ["there is no such post any more"])[0]


def _name(entry: Entry) -> str:
    """Give the name that a post has in its file; one that is addressed to nobody has its language in the outbox."""
    post = entry.key.post
    return post if entry.key.mission else post.removesuffix(f".{entry.language}")
