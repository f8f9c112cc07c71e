"""`outreach digest`: letters with supporters' voices, one to a mission: prepare, list, show."""

from collections import Counter
from collections.abc import Iterable

import click

from outreach.cli.common.letters.exclusions import show_exclusions, show_without
from outreach.cli.common.next_steps import advice
from outreach.cli.common.opening import flag, open_to_look, open_to_send, say_rehearsal
from outreach.cli.common.options import folder_option, json_option, rehearse_option
from outreach.cli.common.terminal.output import note, print_json, print_table, say
from outreach.cli.common.terminal.pager import paged
from outreach.mime.body import body_of
from outreach.next_step import Action, NextStep
from outreach.outbox.letters.plan import Exclusion
from outreach.services.sending.queue import stored_message
from outreach.services.supporters.digests.preparing import (
    DigestLetter,
    DigestRequest,
    DigestView,
    PlannedDigests,
    PreparedDigest,
    finish_digests,
    plan_digests,
    prepare_digest,
    read_views,
    who,
)
from outreach.services.supporters.digests.reviewing import Review, review
from outreach.services.workspace import Workspace
from outreach.supporters.digest.approvals import SHORTEST
from outreach.text import counted, local_day

UNDECIDED = "nobody yet"
ask_option = click.option("--ask", "ask_id", metavar="ID", help="Which ask; default: the only one, or the next.")


@click.group()
def digest() -> None:
    """Letters with supporters' voices: one to a mission, read and approved by a second person."""


@digest.command()
@ask_option
@click.option(
    "--to", metavar="SELECTION,…", multiple=True, help="To whom: as for outreach send; default: the ask's own."
)
@click.option("--dry-run", is_flag=True, help="Write the letters and show the plan; queue nothing.")
@rehearse_option
@json_option
@folder_option
@click.pass_context
def prepare(
    ctx: click.Context, ask_id: str | None, to: tuple[str, ...], *, dry_run: bool, rehearse: bool, as_json: bool
) -> None:
    """Count the voices that came since the last digest, and queue one letter to each mission.

    Left out is whom nothing may go to, who got a digest in the last [digest] every_days, and of whom fewer than
    [digest] least people ask anything. What was left out is counted next time. Nothing leaves before somebody else has
    approved it: outreach approve. Without a mail server this works on the rehearsal's outbox and its voices.
    """
    workspace = open_to_send(ctx, rehearse=rehearse)
    finished = list[PreparedDigest]()
    if not dry_run:
        who(workspace)
        finished = finish_digests(workspace)
    planned = plan_digests(workspace, DigestRequest(ask_id, to))
    done = None if dry_run else prepare_digest(workspace, planned)
    if as_json:
        print_json(_prepared_json(planned, done, finished))
        return
    say_rehearsal(workspace)
    for each in finished:
        say(f"Digest {each.number} was not finished; it is now: {counted(each.letters, 'letter')}.")
        _dropped(each.dropped)
        _approve(workspace, each.batch)
    _show_plan(workspace, planned, dry_run=dry_run)
    if done:
        say(f"Digest {done.number}: {counted(done.letters, 'letter')} queued, and held until somebody approved them.")
        _approve(workspace, done.batch)
    elif dry_run:
        say("A dry run: nothing was counted and nothing queued.")


def _show_plan(workspace: Workspace, planned: PlannedDigests, *, dry_run: bool) -> None:
    letters, plan = planned.plan.letters, planned.plan
    say(f"ask {planned.ask.id}: {counted(len(letters), 'letter')}; {counted(len(plan.excluded), 'State')} left out")
    if letters:
        languages = Counter(draft.language for draft in planned.drafts)
        most = max(letter.facts.number for letter in letters)
        quotes = max(len(letter.facts.quotes) for letter in letters)
        say(f"  {', '.join(f'{number} {code}' for code, number in languages.most_common())}")
        say(f"  up to {counted(most, 'voice')} and {counted(quotes, 'quote')} in one")
        say(f"  to {' '.join(letter.mission for letter in letters)}")
    _dropped(plan.excluded)
    if plan.without:
        show_without(plan.without)
    if plan.warnings:
        say("In earnest these would be left out:")
        show_exclusions("because", plan.warnings)
    if dry_run and planned.drafts:
        first = planned.drafts[0]
        say(f"The first letter, to {workspace.campaign.registry.states[first.key.mission].name} ({first.language}):")
        _letter(first.subject, first.content)


def _dropped(excluded: Iterable[Exclusion]) -> None:
    if left_out := list(excluded):
        show_exclusions("left out because", left_out)


def _approve(workspace: Workspace, batch: str) -> None:
    step = NextStep(Action.APPROVE_DIGEST, batch=batch[:SHORTEST])
    say(f"See: outreach digest show{flag(workspace)}. {advice(step, rehearsal=workspace.rehearsal)}")


def _letter(subject: str, content: bytes) -> None:
    say()
    say(f"  Subject: {subject}")
    for line in ["", *body_of(content).splitlines()]:
        say(f"  {line}".rstrip(), hanging=0)
    say()


def _prepared_json(
    planned: PlannedDigests, done: PreparedDigest | None, finished: Iterable[PreparedDigest]
) -> dict[str, object]:
    return {
        "ask": planned.ask.id,
        "digest": done.number if done else None,
        "batch": done.batch if done else None,
        "letters": [
            {
                "state": letter.mission,
                "voices": letter.facts.number,
                "cases": [case.slug for case in letter.cases],
                "quotes": len(letter.facts.quotes),
                "language": draft.language,
            }
            for letter, draft in zip(planned.plan.letters, planned.drafts, strict=True)
        ],
        "left_out": [
            {"state": item.state, "reason": item.reason.value, "detail": item.detail} for item in planned.plan.excluded
        ],
        "finished": [{"digest": each.number, "batch": each.batch, "letters": each.letters} for each in finished],
    }


@digest.command("list")
@ask_option
@rehearse_option
@json_option
@folder_option
@paged
@click.pass_context
def list_(ctx: click.Context, ask_id: str | None, *, rehearse: bool, as_json: bool) -> None:
    """List the digests: when and by whom they were prepared, who approved them, and what became of their letters."""
    workspace = open_to_look(ctx, rehearse=rehearse)
    views = read_views(workspace, ask_id)
    if as_json:
        print_json([_view_json(view) for view in views])
        return
    say_rehearsal(workspace)
    if not views:
        say("There is no digest yet.")
        return
    columns = ("digest", "ask", "prepared", "by", "decided", "letters", "batch")
    print_table(columns, [_cells(workspace, view) for view in views], wrap=("letters",))


def _cells(workspace: Workspace, view: DigestView) -> tuple[object, ...]:
    digest = view.digest
    day = local_day(digest.made_at, workspace.campaign.settings.timezone)
    made = (digest.number, digest.ask, f"{day}", digest.prepared_by)
    return (*made, _decided(view), _letters(view), view.batch[:SHORTEST])


def _decided(view: DigestView) -> str:
    if view.digest.queued_at is None:
        return "not finished"
    return f"{view.decision.decision} by {view.decision.by}" if view.decision else UNDECIDED


def _letters(view: DigestView) -> str:
    counts = Counter("held back" if letter.held else letter.entry.status.value for letter in view.letters)
    return ", ".join(f"{number} {status}" for status, number in counts.most_common()) or "none"


@digest.command()
@click.argument("number", type=click.IntRange(1), required=False)
@click.option("--mission", "mission", metavar="STATE", help="Show the letter to this mission: DEU, de or Germany.")
@rehearse_option
@json_option
@folder_option
@paged
@click.pass_context
def show(ctx: click.Context, number: int | None, mission: str | None, *, rehearse: bool, as_json: bool) -> None:
    """Show a digest, the last one where none is named: its numbers, every quote once, and a letter in each language.

    Read it before you approve it. The table says where letters differ: in voices, quotes and cases. With --mission, the
    letter to that mission.
    """
    workspace = open_to_look(ctx, rehearse=rehearse)
    views = read_views(workspace, number=number)
    if not views:
        say_rehearsal(workspace)
        say("There is no digest yet.")
        return
    view = views[-1]
    if as_json:
        print_json(_view_json(view))
        return
    say_rehearsal(workspace)
    for line in _heading(workspace, view):
        say(line)
    state = workspace.scope(mission=mission).mission if mission else None
    if state is None:
        for line in _in_short(review(workspace, view)):
            say(line)
        columns = ("ID", "State", "voices", "quotes", "language", "cases", "status", "held back")
        print_table(columns, [_letter_cells(letter) for letter in view.letters], wrap=("held back",))
    chosen = _to_read(view, state)
    if state and not chosen:
        note(f"Digest {view.digest.number} has no letter to {state}.")
        ctx.exit(1)
    for letter in chosen:
        entry = letter.entry
        say(f"To {workspace.campaign.registry.states[entry.key.mission].name} ({entry.language}), message {entry.id}:")
        _letter(entry.subject, stored_message(workspace, entry.id).content)
    if view.batch and view.decision is None:
        step = NextStep(Action.APPROVE_DIGEST, batch=view.batch[:SHORTEST])
        say(advice(step, rehearsal=workspace.rehearsal))


def _heading(workspace: Workspace, view: DigestView) -> Iterable[str]:
    digest, zone = view.digest, workspace.campaign.settings.timezone
    made = f"prepared on {local_day(digest.made_at, zone)} by {digest.prepared_by}"
    yield f"Digest {digest.number}, ask {digest.ask}, {made}: {_letters(view)}."
    yield f"batch {view.batch}"
    if decision := view.decision:
        why = f": {decision.why}" if decision.why else ""
        yield f"{decision.decision} on {local_day(decision.at, zone)} by {decision.by}{why}"
    else:
        yield f"decided: {_decided(view)}"
    if digest.released:
        yield f"voices free for another: {' '.join(digest.released)}"


def _in_short(found: Review) -> Iterable[str]:
    languages = ", ".join(f"{number} {code}" for code, number in found.languages)
    fewest = f"{found.fewest} to " if found.fewest != found.most else ""
    yield f"languages: {languages or 'none'}; {fewest}{counted(found.most, 'voice')} in a letter"
    if found.without:
        yield f"no letter to: {' '.join(found.without)} (outreach digest prepare --dry-run says why)"
    yield f"{counted(len(found.quotes), 'quote')} in all letters together:"
    for quote in found.quotes:
        words = " ".join(quote.words.split()) or "(erased since)"
        yield f"  voice {quote.voice} ({quote.language}), in {counted(quote.letters, 'letter')}: {words}"


def _to_read(view: DigestView, state: str | None) -> list[DigestLetter]:
    """Choose the letter to a mission; without one, of each language the letter with the most quotes."""
    if state:
        return [letter for letter in view.letters if letter.entry.key.mission == state]
    best = dict[str, DigestLetter]()
    for letter in view.letters:
        known = best.get(letter.entry.language)
        if known is None or letter.quotes > known.quotes:
            best[letter.entry.language] = letter
    return list(best.values())


def _letter_cells(letter: DigestLetter) -> tuple[object, ...]:
    entry, held = letter.entry, letter.held
    why = f"{held.reason.value} ({held.detail})" if held and held.detail else held.reason.value if held else ""
    what = (entry.id, entry.key.mission, letter.voices, letter.quotes, entry.language)
    return (*what, entry.key.shown_cases, entry.status.value, why)


def _view_json(view: DigestView) -> dict[str, object]:
    decision = view.decision
    return {
        "digest": view.digest.number,
        "ask": view.digest.ask,
        "prepared_at": view.digest.made_at.isoformat(),
        "prepared_by": view.digest.prepared_by,
        "finished": view.digest.queued_at is not None,
        "batch": view.batch,
        "decision": decision.decision if decision else None,
        "decided_by": decision.by if decision else None,
        "decided_at": decision.at.isoformat() if decision else None,
        "why": decision.why if decision else "",
        "released": list(view.digest.released),
        "letters": [
            {
                "message": letter.entry.id,
                "state": letter.entry.key.mission,
                "voices": letter.voices,
                "quotes": letter.quotes,
                "language": letter.entry.language,
                "cases": list(letter.entry.key.cases),
                "status": letter.entry.status.value,
                "held": letter.held.reason.value if letter.held else None,
            }
            for letter in view.letters
        ],
    }
