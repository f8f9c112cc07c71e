"""`outreach send`: plan, show, ask, queue, deliver."""

from collections import Counter
from collections.abc import Sequence

import click

from outreach.campaign import Campaign
from outreach.cases.ask import choose_ask
from outreach.cases.load import find_case
from outreach.cases.model import Round
from outreach.cli.agreement import IN_EARNEST, agreed
from outreach.cli.options import folder_option, json_option, rehearse_option, round_option, yes_option
from outreach.cli.output import counted, print_json, print_table, say
from outreach.cli.running import due, exit_status, explain, reasons, tell_why, work_off
from outreach.cli.session import Session, open_to_send
from outreach.db.engine import writing
from outreach.errors import UsageError
from outreach.outbox.letters.plan import Exclusion, LetterRequest, Reason
from outreach.outbox.letters.prepare import Prepared, prepare
from outreach.outbox.models import Draft
from outreach.outbox.queue import enqueue
from outreach.outbox.sending.outcome import Outcome
from outreach.outbox.status import Status
from outreach.outbox.store import now

ACTOR = "outreach send"


@click.command()
@click.option("--case", "case_slug", metavar="SLUG", required=True, help="The case, for example viasna.")
@click.option("--ask", "ask_id", metavar="ID", help="The ask; default: the only one, or the next by date.")
@round_option
@click.option(
    "--to",
    "to",
    metavar="SELECTION",
    multiple=True,
    help="Whom, instead of the ask's own selection; repeatable.",
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most N letters now.")
@click.option("--dry-run", is_flag=True, help="Show the plan; queue and send nothing.")
@rehearse_option
@yes_option
@click.option("--include-unverified", is_flag=True, help="Also addresses that nobody has verified.")
@click.option("--after-deadline", is_flag=True, help="Although the ask's date is past.")
@json_option
@folder_option
@click.pass_context
def send(
    ctx: click.Context,
    case_slug: str,
    ask_id: str | None,
    round_: Round,
    to: tuple[str, ...],
    limit: int | None,
    *,
    dry_run: bool,
    rehearse: bool,
    yes: bool,
    include_unverified: bool,
    after_deadline: bool,
    as_json: bool,
) -> None:
    """Plan, queue and deliver the letters of a case, each exactly once.

    Without a configured mail server this is a rehearsal: letters land in the folder rehearsal. With one it shows the
    plan and asks first.
    """
    if any(not word.strip() for word in to):
        raise UsageError("--to is blank: name States or a selection, or leave --to out for the ask's own selection")
    session = open_to_send(ctx, rehearse=rehearse)
    campaign = session.campaign
    request = LetterRequest(
        case=find_case(campaign.cases, case_slug),
        ask=choose_ask(campaign.asks, ask_id, campaign.today()),
        round=round_,
        to=to,
        limit=limit,
        rehearsal=session.outbox.rehearsal,
        include_unverified=include_unverified,
        after_deadline=after_deadline,
    )
    prepared = prepare(campaign, session.outbox, request, session.channel, session.answered())
    if not as_json:
        show_plan(campaign, prepared)
    if dry_run:
        _finish_dry(session, prepared, as_json=as_json)
        return
    if not _agreed(prepared, yes=yes, as_json=as_json):
        say("Nothing was queued or sent.")
        return
    _queue_and_send(ctx, session, prepared, as_json=as_json)


def show_plan(campaign: Campaign, prepared: Prepared) -> None:
    """The plan in words: how many, in which languages, who is left out and why, from where, through what."""
    request = prepared.request
    say(
        f"{request.case.title['en']} ({request.case.slug}), ask {request.ask.id}, {request.round} letter, "
        f"to {_named(prepared)}"
    )
    for line in _route(campaign, rehearsal=request.rehearsal):
        say(f"  {line}")
    letters = f"{counted(len(prepared.drafts), 'letter')}{_languages(prepared.drafts)}"
    say(f"  {letters}; {counted(len(prepared.plan.excluded), 'State')} left out")
    if prepared.drafts:
        say(f"  to {' '.join(draft.key.mission for draft in prepared.drafts)}")
    if prepared.left_over:
        say(f"  {prepared.left_over} more, queued earlier and not sent yet, go too when their time has come")
    if prepared.plan.excluded:
        _exclusions("left out because", prepared.plan.excluded)
    if prepared.plan.warnings:
        say("In earnest these would be left out:")
        _exclusions("because", prepared.plan.warnings)


def _named(prepared: Prepared) -> str:
    if prepared.request.round == "reminder" and not prepared.request.to:
        return "those who got the first one"
    return ", ".join(prepared.selection) or "nobody: the ask names no selection; add --to"


def _route(campaign: Campaign, *, rehearsal: bool) -> list[str]:
    settings = campaign.settings
    sender = f"from {settings.sender.name} <{settings.sender.email}>"
    if rehearsal:
        return [f"{sender}; a REHEARSAL: nothing leaves this machine"]
    smtp = settings.smtp
    archive = f", a blind copy of each to {smtp.archive}" if smtp.archive else ""
    return [sender, f"through {smtp.host}:{smtp.effective_port} ({smtp.security}){archive}; IN EARNEST"]


def _languages(drafts: Sequence[Draft]) -> str:
    counts = Counter(draft.language for draft in drafts)
    return f" ({', '.join(f'{number} {language}' for language, number in counts.most_common())})" if counts else ""


def _exclusions(heading: str, exclusions: Sequence[Exclusion]) -> None:
    rows = []
    for reason in Reason:
        matching = [item for item in exclusions if item.reason is reason]
        if matching:
            details = sorted({item.detail for item in matching if item.detail})
            words = f"{reason.value} ({'; '.join(details)})" if 0 < len(details) <= 3 else reason.value
            rows.append((words, len(matching), _codes([item.state for item in matching])))
    print_table((heading, "number", "States"), rows)


def _codes(states: Sequence[str]) -> str:
    return " ".join(states) if len(states) <= 12 else f"{' '.join(states[:10])} … and {len(states) - 10} more"


def _agreed(prepared: Prepared, *, yes: bool, as_json: bool) -> bool:
    if prepared.request.rehearsal or not (prepared.drafts or prepared.left_over):
        return True
    question = f"Send {counted(_how_many(prepared), 'letter')} now?"
    return agreed(question, IN_EARNEST.format("sending"), yes=yes, as_json=as_json)


def _how_many(prepared: Prepared) -> int:
    number = len(prepared.drafts) + prepared.left_over
    return number if prepared.request.limit is None else min(number, prepared.request.limit)


def _finish_dry(session: Session, prepared: Prepared, *, as_json: bool) -> None:
    if as_json:
        print_json(_summary(session, prepared, queued=0, outcome=Outcome()))
    else:
        say("A dry run: nothing was queued or sent.")


def _queue_and_send(ctx: click.Context, session: Session, prepared: Prepared, *, as_json: bool) -> None:
    with writing(session.outbox.engine) as connection:
        queued = len(enqueue(connection, prepared.drafts, now(), ACTOR))
    outcome = work_off(session, prepared.scope, quiet=as_json, limit=prepared.request.limit)
    if as_json:
        print_json(_summary(session, prepared, queued=queued, outcome=outcome))
        tell_why(outcome)
        ctx.exit(exit_status(outcome))
    if not prepared.drafts and not prepared.left_over:
        say(_nobody(prepared))
        for line in _why_nobody(prepared):
            say(line)
        return
    ctx.exit(explain(session, prepared.scope, outcome))


def _nobody(prepared: Prepared) -> str:
    if prepared.request.round == "reminder" and not prepared.selection:
        return f"0 sent: no first letter went out yet. Send it with: outreach send --case {prepared.request.case.slug}"
    return "0 sent: there is nobody left to write to."


def _why_nobody(prepared: Prepared) -> list[str]:
    reasons = prepared.plan.reasons
    flag = " --rehearse" if prepared.request.rehearsal else ""
    lines = []
    if Reason.ALREADY_ASKED in reasons:
        lines.append(f"A mission never gets the same letter twice. See what became of them: outreach status{flag}")
        if prepared.request.rehearsal:
            lines.append("To rehearse from the start, delete the folder rehearsal and the files rehearsal.db*.")
    if Reason.ANSWERED in reasons or Reason.DECLINED in reasons:
        lines.append(f"Who answered gets no reminder. See the answers: outreach replies list --all{flag}")
    if Reason.BOUNCED in reasons:
        lines.append(f"Whose first letter came back gets that one first: outreach queue list --status bounced{flag}")
    if Reason.PAST_DATE in reasons:
        lines.append(f"The ask was for {prepared.request.ask.date}. To write all the same, add --after-deadline")
    if Reason.UNVERIFIED in reasons:
        lines.append("Verify addresses and fill in verified_on in contacts/missions.csv, or add --include-unverified")
    return lines


def _summary(session: Session, prepared: Prepared, *, queued: int, outcome: Outcome) -> dict[str, object]:
    return {
        "planned": len(prepared.drafts),
        "queued": queued,
        "sent": outcome.counts[Status.SENT],
        "deferred": outcome.counts[Status.DEFERRED],
        "rejected": outcome.counts[Status.REJECTED],
        "unconfirmed": outcome.counts[Status.UNCONFIRMED],
        "excluded": prepared.plan.reasons,
        "waiting": due(session, prepared.scope),
        "held": outcome.held,
        "rehearsal": session.outbox.rehearsal,
        "paused": " ".join(reasons(outcome)) or None,
    }
