"""`outreach send`: plan, show, ask, queue, deliver."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from outreach.cases.model import Round
from outreach.cli.common.facts import warn_of_facts
from outreach.cli.common.letters.advising import tell_advice
from outreach.cli.common.letters.attachments import attach_option, tell_attachments, warn_of_unnamed
from outreach.cli.common.letters.exclusions import show_exclusions, show_without
from outreach.cli.common.letters.languages import say_instead, warn_of_names
from outreach.cli.common.letters.notes import note_for_option, tell_notes
from outreach.cli.common.moments import at_option, read_at, said
from outreach.cli.common.next_steps import advice, command
from outreach.cli.common.opening import open_to_send
from outreach.cli.common.options import (
    although_recent_option,
    although_unread_option,
    folder_option,
    json_option,
    rehearse_option,
    round_option,
    several_cases_option,
    yes_option,
)
from outreach.cli.common.problems import note_problems, problem_lines
from outreach.cli.common.running import RunDisplay, exit_status, explain, reasons, tell_why
from outreach.cli.common.terminal.confirmation import IN_EARNEST, confirmed
from outreach.cli.common.terminal.output import print_json, say
from outreach.errors import DataError
from outreach.mime.body import body_of
from outreach.next_step import Action, NextStep
from outreach.outbox.gate.objections import Reason
from outreach.outbox.models import Draft, case_key
from outreach.outbox.status import Status
from outreach.services.checks.advice import give_advice
from outreach.services.checks.length import advice_on_letters
from outreach.services.sending.letters import PlannedLetters, SendRequest, SentLetters, plan_letters, send_letters
from outreach.services.workspace import Workspace, require_checked_facts
from outreach.settings.signer import WHAT_NEXT, nobody_signs
from outreach.text import counted

ACTOR = "outreach send"
UNREAD = (
    "Who wrote something that nobody has read may have answered, and gets no reminder until somebody has read it (or "
    "with --although-unread)."
)


@click.command()
@several_cases_option
@click.option("--ask", "ask_id", metavar="ID", help="The ask; default: the only one, or the next by date.")
@round_option
@click.option(
    "--to",
    "to",
    metavar="SELECTION",
    multiple=True,
    help="Whom, instead of the ask's own selection; repeatable.",
)
@attach_option
@note_for_option
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most N letters now.")
@at_option
@click.option("--dry-run", is_flag=True, help="Show the plan; queue and send nothing.")
@rehearse_option
@yes_option
@click.option("--include-unverified", is_flag=True, help="Also addresses that nobody has verified.")
@click.option("--after-deadline", is_flag=True, help="Although the ask's date is past.")
@although_unread_option
@although_recent_option
@json_option
@folder_option
@click.pass_context
def send(
    ctx: click.Context,
    case_slugs: tuple[str, ...],
    ask_id: str | None,
    round_: Round,
    to: tuple[str, ...],
    attach: tuple[Path, ...],
    notes: tuple[tuple[str, str], ...],
    limit: int | None,
    at: str | None,
    *,
    dry_run: bool,
    rehearse: bool,
    yes: bool,
    include_unverified: bool,
    after_deadline: bool,
    although_unread: bool,
    although_recent: bool,
    as_json: bool,
) -> None:
    """Plan, queue and deliver the letters of a case, each exactly once; of several cases, one letter for all of them.

    A mission that was asked for one of these cases already is asked for the others only; the plan says so.

    Without a configured mail server this is a rehearsal: letters land in the folder rehearsal. With one it shows the
    plan and asks first. With --at they are queued for that time, and `outreach queue run --watch` sends them then.
    """
    workspace = open_to_send(ctx, rehearse=rehearse)
    request = SendRequest(
        case=case_slugs[0],
        ask=ask_id,
        round=round_,
        to=to,
        limit=limit,
        include_unverified=include_unverified,
        after_deadline=after_deadline,
        although_unread=although_unread,
        attach=attach,
        at=read_at(workspace, at, workspace.campaign.settings.timezone, verb="send", what="letters"),
        notes=notes,
        although_recent=although_recent,
        others=case_slugs[1:],
    )
    planned = plan_letters(workspace, request)
    if not dry_run:
        require_checked_facts(workspace, planned.request.cases, planned.drafts)
    if not as_json:
        if dry_run or not workspace.rehearsal:
            _show_first(workspace, planned)
        show_plan(workspace, planned)
    _refuse_unreadable(workspace, planned, as_json=as_json)
    if dry_run:
        _finish_dry(workspace, planned, as_json=as_json)
    elif not _agreed(workspace, planned, yes=yes, as_json=as_json):
        say("Nothing was queued or sent.")
    else:
        ctx.exit(_send(workspace, planned, as_json=as_json))


def _show_first(workspace: Workspace, planned: PlannedLetters) -> None:
    """Print the first letter itself, above the plan, so that nobody agrees to what they have not read."""
    if not planned.drafts:
        return
    first = planned.drafts[0]
    say(f"The first letter, to {workspace.campaign.registry.states[first.key.mission].name} ({first.language}):")
    say()
    say(f"  Subject: {first.subject}")
    for line in ["", *body_of(first.content).splitlines()]:
        say(f"  {line}".rstrip(), hanging=0)
    say()


def show_plan(workspace: Workspace, planned: PlannedLetters) -> None:
    """Say how many letters, in which languages, who is left out and why, from where, through what."""
    request = planned.request
    cases = ", ".join(f"{case.name} ({case.slug})" for case in request.cases)
    say(f"{cases}, ask {request.ask.id}, {request.round} letter, to {_named(planned)}")
    for line in _route(workspace):
        say(f"  {line}")
    letters = f"{counted(len(planned.drafts), 'letter')}{_languages(planned.drafts)}"
    say(f"  {letters}; {counted(len(planned.plan.excluded), 'State')} left out")
    tell_notes(planned.notes, lambda line: say(f"  {line}"))
    tell_attachments(((draft.language, draft.attachments) for draft in planned.drafts), lambda line: say(f"  {line}"))
    warn_of_unnamed(planned.drafts, lambda line: say(f"  {line}"))
    for gap in planned.gaps:
        say(f"  not the whole Council: {gap}")
    if planned.drafts:
        say(f"  to {' '.join(draft.key.mission for draft in planned.drafts)}")
    say_instead(planned.instead, lambda line: say(f"  {line}"))
    warn_of_names((draft.language for draft in planned.drafts), lambda line: say(f"  {line}"))
    for line in _when(workspace, planned):
        say(f"  {line}")
    _show_excluded(workspace, planned)
    if planned.plan.warnings:
        say("In earnest these would be left out:")
        show_exclusions("because", planned.plan.warnings)
    for case in request.cases:
        warn_of_facts(workspace.campaign, case, say)
    if why := nobody_signs(workspace.campaign.settings):
        say(f"Before you send in earnest: {why}. {WHAT_NEXT}")
    missions = [letter.mission for letter in planned.plan.letters]
    lengths = advice_on_letters(workspace.campaign, request.cases, request.ask, request.round, missions)
    tell_advice((*give_advice(workspace.campaign, *request.cases), *lengths), say)


def _when(workspace: Workspace, planned: PlannedLetters) -> Iterator[str]:
    """Say when these letters leave, if not at once, and what becomes of those that were queued earlier."""
    zone, quiet = workspace.campaign.settings.timezone, workspace.campaign.settings.letters.quiet
    if planned.at:
        opens = planned.opens or planned.at
        later = f"; it is quiet then ([letters] quiet = {quiet}), so they leave at {said(opens, zone)}"
        yield f"to go at {said(planned.at, zone)}{later if opens > planned.at else ''}"
    elif planned.opens:
        yield f"quiet hours ({quiet}): they wait in the queue until {said(planned.opens, zone)}"
    if planned.left_over and planned.at:
        yield f"{planned.left_over} more, queued earlier and not sent yet, keep the time that they have"
    elif planned.left_over:
        yield f"{planned.left_over} more, queued earlier and not sent yet, go too when their time has come"


def _show_excluded(workspace: Workspace, planned: PlannedLetters) -> None:
    """Say who is left out and why, and what lifts it."""
    reasons = planned.plan.reasons
    if reasons:
        show_exclusions("left out because", planned.plan.excluded)
    if planned.plan.without:
        show_without(planned.plan.without)
    if Reason.WITHDRAWN in reasons:
        request = planned.request
        again = NextStep(Action.RETRY_WITHDRAWN, case="" if request.others else request.case.slug)
        say(advice(again, rehearsal=workspace.rehearsal))
    if Reason.UNREAD in reasons:
        say(f"{UNREAD} {advice(NextStep(Action.READ_REPLIES), rehearsal=workspace.rehearsal)}")
    for line in () if _unreadable(planned) else problem_lines(workspace.campaign.registry.problems):
        say(line)


def _named(planned: PlannedLetters) -> str:
    if planned.request.round == "reminder" and not planned.request.to:
        return "those who got the first one"
    return ", ".join(planned.selection) or "nobody: the ask names no selection; add --to"


def _route(workspace: Workspace) -> list[str]:
    settings = workspace.campaign.settings
    sender = f"from {settings.sender.name} <{settings.sender.email}>"
    if workspace.rehearsal:
        return [f"{sender}; a REHEARSAL: nothing leaves this machine"]
    smtp = settings.smtp
    archive = f", a blind copy of each to {smtp.archive}" if smtp.archive else ""
    return [sender, f"through {smtp.host}:{smtp.effective_port} ({smtp.security}){archive}; IN EARNEST"]


def _unreadable(planned: PlannedLetters) -> bool:
    """Say whether no letter goes at all, and rows that cannot be read are among the reasons."""
    goes = planned.drafts or planned.left_over
    return not goes and bool({Reason.BROKEN_ROW, Reason.CLOSED_ROW} & {item.reason for item in planned.plan.excluded})


def _refuse_unreadable(workspace: Workspace, planned: PlannedLetters, *, as_json: bool) -> None:
    """Raise DataError where broken rows leave nothing to do; where other letters go, these rows are only left out."""
    if _unreadable(planned):
        if as_json:
            print_json(_summary(workspace, planned))
        raise DataError(workspace.campaign.registry.problems, next_step=NextStep(Action.CHECK_MISSIONS))


def _languages(drafts: Sequence[Draft]) -> str:
    counts = Counter(draft.language for draft in drafts)
    return f" ({', '.join(f'{number} {language}' for language, number in counts.most_common())})" if counts else ""


def _agreed(workspace: Workspace, planned: PlannedLetters, *, yes: bool, as_json: bool) -> bool:
    if planned.request.rehearsal or not planned.number:
        return True
    letters = counted(planned.number, "letter")
    question = f"Send {letters} now?"
    if planned.opens:
        question = f"Queue {letters}, to go at {said(planned.opens, workspace.campaign.settings.timezone)}?"
    return confirmed(question, IN_EARNEST.format("sending"), yes=yes, as_json=as_json)


def _finish_dry(workspace: Workspace, planned: PlannedLetters, *, as_json: bool) -> None:
    if as_json:
        note_problems(workspace.campaign.registry.problems)
        print_json(_summary(workspace, planned, waiting=planned.left_over))
    else:
        say("A dry run: nothing was queued or sent.")


def _send(workspace: Workspace, planned: PlannedLetters, *, as_json: bool) -> int:
    """Queue and send; the exit status."""
    with RunDisplay(workspace, quiet=as_json).listening() as display:
        sent = send_letters(workspace, planned, ACTOR, display, display.stop)
    if as_json:
        note_problems(workspace.campaign.registry.problems)
        print_json(_summary(workspace, planned, sent))
        tell_why(sent.run, workspace.campaign.settings.timezone)
        return exit_status(sent.run)
    if not planned.number:
        say(_nobody(planned))
        for line in _why_nobody(workspace, planned):
            say(line)
        return 0
    if planned.at:
        when = said(planned.at, workspace.campaign.settings.timezone)
        say(f"{counted(sent.queued, 'letter')} queued, to go at {when}.")
        watch = NextStep(Action.WATCH_QUEUE)
        say(f"{advice(watch, rehearsal=workspace.rehearsal)} (one that runs then, or without --watch after that time)")
        return 0
    cases = " ".join(f"--case {slug}" for slug in planned.request.slugs)
    round_ = "" if planned.request.round == "first" else f" --round {planned.request.round}"
    return explain(workspace, sent.run, f"outreach preview {cases}{round_} --all")


def _nobody(planned: PlannedLetters) -> str:
    if planned.request.round == "reminder" and not planned.selection:
        begin = NextStep(Action.SEND_LETTERS, case=case_key(planned.request.slugs))
        return f"0 sent: no first letter went out yet. Send it with: {command(begin, rehearsal=False)}"
    return "0 sent: there is nobody left to write to."


def _why_nobody(workspace: Workspace, planned: PlannedLetters) -> list[str]:
    reasons = planned.plan.reasons
    flag = " --rehearse" if planned.request.rehearsal else ""
    lines = []
    if not workspace.campaign.registry.missions:
        lines.append(
            "contacts/missions.csv has no mission yet. Take them out of a spreadsheet with: "
            "outreach missions import FILE"
        )
    if Reason.ALREADY_ASKED in reasons:
        lines.append(f"A mission never gets the same letter twice. See what became of them: outreach status{flag}")
        if planned.request.rehearsal:
            lines.append("To rehearse from the start, delete the folder rehearsal and the files rehearsal.db*.")
    if Reason.ANSWERED in reasons or Reason.DECLINED in reasons:
        lines.append(f"Who answered gets no reminder. See the answers: outreach replies list --all{flag}")
    if Reason.BOUNCED in reasons:
        lines.append(f"Whose first letter came back gets that one first: outreach queue list --status bounced{flag}")
    if Reason.PAST_DATE in reasons:
        lines.append(f"The ask was for {planned.request.ask.last_day}. To write all the same, add --after-deadline")
    if Reason.RECENT in reasons:
        lines.append("To write all the same to whom we wrote lately, add --although-recent")
    if Reason.UNVERIFIED in reasons:
        lines.append(
            "Who has seen an address says so with: outreach missions verify STATE. Or add --include-unverified"
        )
    return lines


def _summary(
    workspace: Workspace, planned: PlannedLetters, sent: SentLetters | None = None, *, waiting: int = 0
) -> dict[str, object]:
    counts = sent.run.counts if sent else Counter[Status]()
    return {
        "planned": len(planned.drafts),
        "queued": sent.queued if sent else 0,
        "sent": counts[Status.SENT],
        "deferred": counts[Status.DEFERRED],
        "rejected": counts[Status.REJECTED],
        "unconfirmed": counts[Status.UNCONFIRMED],
        "excluded": planned.plan.reasons,
        "notes": list(planned.notes.with_one),
        "cases": list(planned.request.slugs),
        "without": [
            {"state": item.state, "case": item.case, "reason": item.reason.value, "detail": item.detail}
            for item in planned.plan.without
        ],
        "attachments": [
            {"name": each.name, "media_type": each.media_type, "size": each.size, "sha256": each.digest}
            for each in dict.fromkeys(each for draft in planned.drafts for each in draft.attachments)
        ],
        "problems": [asdict(problem) for problem in workspace.campaign.registry.problems],
        "instead": [
            {"language": own, "letter": written, "missions": list(states)}
            for (own, written), states in planned.instead.items()
        ],
        "at": planned.at.isoformat() if planned.at else None,
        "next": sent.run.next_at.isoformat() if sent and sent.run.next_at else None,
        "waiting": sent.run.waiting if sent else waiting,
        "held": sent.run.held if sent else 0,
        "rehearsal": workspace.rehearsal,
        "paused": " ".join(reasons(sent.run, workspace.campaign.settings.timezone)) or None if sent else None,
    }
