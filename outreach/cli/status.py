"""`outreach status`: one line a State, the totals, the posts, and what needs a person today."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

import click

from outreach.cli.calls import show_calls
from outreach.cli.common.events import noun_of
from outreach.cli.common.moments import said
from outreach.cli.common.next_steps import command
from outreach.cli.common.opening import open_to_look, say_rehearsal
from outreach.cli.common.options import case_option, folder_option, json_option, rehearse_option
from outreach.cli.common.terminal.output import on_terminal, print_json, print_table, say
from outreach.cli.common.terminal.pager import paged
from outreach.errors import UsageError
from outreach.next_step import Action, NextStep
from outreach.outbox.gate.remedies import Remedied
from outreach.outbox.models import Scope
from outreach.outbox.posts.listing import PostLine
from outreach.outbox.status import ASKED
from outreach.registry.outcomes import ACT_COLUMNS, NOT_NAMED, Raising, act_cells, act_words, coverage_words, raisings
from outreach.reports.attention import Attention, Need, attention
from outreach.reports.messages import MessageRow
from outreach.reports.overview import NO_STANCE, Overview, StateLine, state_lines, totals
from outreach.reports.progress import Progress
from outreach.services import reporting
from outreach.services.workspace import Workspace
from outreach.text import counted, csv_text, listed, local_day, local_minute

NAME = ""  # the column of State names needs no heading
YES, NO = "✓", "–"
NOT_SAID = "not named"  # of a State that the record does not name: it may have raised the case all the same
MOST_POSTS = MOST_ACTS = 20  # lines
MOST_MISSIONS = 12  # that are named in one line
MOST_DETAILS = 3  # of what is in the way, in one line
CSV_COLUMNS = (
    "state",
    "name",
    "mission",
    "case",
    "ask",
    "status",
    "asked_at",
    "reminded_at",
    "thanked_at",
    "arrived",
    "came_back",
    "answered_at",
    "stance",
    "raised",
    *ACT_COLUMNS,
    "to_read",
    "sender_verified",
    "to_read_unverified",
    "held",
)
NOT_VERIFIED = "sender not verified"
HELD_BY_A_RUN = "held by a run at work now; one on another machine that died frees them after 15 minutes"
CLOSED_BY_MAIL = (
    "mails that closed an address; anybody who saw the letter can write such: if the mission did, add a note to it "
    "(replies mark ID --note), else {then}"
)
ASKS_FOR_NO_MORE = (
    "missions that ask for no more letters: {missions}; read it, then close them: {then}; or, if that was not "
    "meant: outreach replies mark ID --note WHY"
)
ADDRESS_NAMED = (
    "missions that named a new address: {missions}; take it over ({then} --address ADDRESS), or set it aside: "
    "outreach replies mark ID --note WHY"
)
# What needs a person, and what it means; {then} is the command that comes after the one in the last column.
NEEDS = {
    Need.UNCONFIRMED: (
        "unconfirmed",
        "nobody knows whether the server took them; look in the archive mailbox or ask; then {then}",
    ),
    Need.REJECTED: (
        "rejected",
        "refused for good; mend the cause, then: {then} (--new-address if that was wrong)",
    ),
    Need.POSTS_UNCONFIRMED: (
        "posts unconfirmed",
        "nobody knows whether the network took them; this says what the account shows of each, and what to type",
    ),
    Need.POSTS_REJECTED: (
        "posts rejected",
        "the network refused them for good; the list says why; mend that, then {then}",
    ),
    Need.BOUNCED_BY_POLICY: (
        "came back",
        "refused by a policy, which is about our own set-up and not the address: mend it, then {then}",
    ),
    Need.BOUNCED_FOR_GOOD: (
        "came back",
        "the address is wrong: correct it in contacts/missions.csv, then {then}",
    ),
    Need.BOUNCED_UNEXPLAINED: (
        "came back",
        "no code says that the address is wrong: read the notice, then {then} (--new-address if that was wrong)",
    ),
    Need.BOUNCED_FOR_NOW: ("came back", "a full mailbox or the like: some days later, {then}"),
    Need.BOUNCED_IN_PART: (
        "came back in part",
        "one address of a mission is wrong, another took the letter: correct the wrong one in contacts/missions.csv",
    ),
    Need.REFUSED_IN_PART: (
        "refused in part",
        "one address of a mission was refused, another took the letter: correct the one in contacts/missions.csv",
    ),
    Need.UNREAD: (
        "to read",
        "mail that may be an answer: read it, then {then}; if a machine wrote it, --kind says what it is",
    ),
    Need.WITHOUT_STANCE: ("no stance yet", "replies that somebody has read: say what they mean: {then}"),
    Need.UNMATCHED: ("unmatched", "mail that no letter could be found for: {then}"),
    Need.UNREADABLE: ("unreadable", "mail that could not be read, so that nobody knows what it is: {then}"),
    Need.UNVERIFIED: (
        "not verified",
        "replies and news whose sender could not be verified; ask the mission in another way: {then}",
    ),
    Need.CLOSED_BY_MAIL: ("no more letters", CLOSED_BY_MAIL),
    Need.NEW_ADDRESS: ("new address", "missions answered from addresses that we do not have: {then}"),
    Need.NAMED_ADDRESS: (
        "address named",
        ADDRESS_NAMED,
    ),
    Need.ASKS_FOR_NO_MORE: ("asks for no more", ASKS_FOR_NO_MORE),
    Need.AWAY: (
        "away",
        "missions that say when somebody is back: {missions}; what is sent before may reach nobody",
    ),
    Need.DELAYED: ("delayed", "a server has been trying for more than a day; ask the mission, or look at the address"),
    Need.HELD_UNREAD: (
        "held back",
        "{noun} that wait until somebody has read what the mission wrote; what is no answer lets them go: {then}",
    ),
    Need.HELD_BY_ROW: (
        "held back",
        "{noun} that wait since a row of contacts/ cannot be read; they go when it is put right",
    ),
    Need.HELD_BY_FACTS: (
        "held back",
        "{noun} that wait since {details}; they go when somebody has; or take them out: {then}",
    ),
    Need.HELD_BY_STOP: (
        "held back",
        "{noun} of a case that is stopped ({details}): take them out; or, if it may go on: {then}",
    ),
    Need.HELD_BY_FILES: (
        "held back",
        "{noun} that wait for a file ({reasons}: {details}); they go when it is put right",
    ),
    Need.HELD_BY_WORDS: (
        "held back",
        "{noun} that may not be said now ({reasons}: {details}): write them anew, by the files as they are; or: {then}",
    ),
    Need.HELD_BY_EMBARGO: ("held back", "{noun} under an embargo ({details}): they go from that day on with: {then}"),
    Need.HELD_BY_DATE: (
        "held back",
        "{noun} whose ask's date is past ({details}): take them out; or, if they may go all the same: {then}",
    ),
    Need.HELD_BY_ADDRESS: (
        "held back",
        "{noun} to an address that nothing goes to ({details}): take them out; or mend the address, then: {then}",
    ),
    Need.HELD_BY_APPROVAL: (
        "held back",
        "{noun} that somebody else has to read and approve: {then}",
    ),
    Need.HELD_BY_QUOTES: (
        "held back",
        "{noun} that quote a voice which was taken back: take them out, and count their voices again: {then}",
    ),
    Need.DIGESTS_CAME_BACK: (
        "digests came back",
        "the list says why; correct the address in contacts/missions.csv: the next digest counts their voices again",
    ),
    Need.VOICES_WAITING: ("voices wait", "supporters wrote words, or were set aside: they count once somebody decides"),
    Need.HELD_BACK: (
        "held back",
        "{noun} that may not leave ({reasons}): put that right, or take them out: {then}",
    ),
    Need.REMINDER_DUE: ("no answer", "asked {days} days ago or more, and silent since"),
    Need.MORE_REMINDERS_DUE: ("no answer", "further cases and asks, silent for as long"),
    Need.DEFERRED: ("deferred", "refused for now; they go when their time has come"),
    Need.QUEUED: ("queued", "waiting to be sent"),
    Need.SCHEDULED: ("letters scheduled", "they go at their times, the next at {goes_at}, as long as a run watches"),
    Need.CLAIMED: ("claimed", HELD_BY_A_RUN),
    Need.SENDING: ("sending", HELD_BY_A_RUN),
    Need.POSTS_DUE: ("posts due", "waiting to go out"),
    Need.POSTS_SCHEDULED: ("posts scheduled", "they go at their times, as long as a run watches"),
    Need.POSTS_IN_FLIGHT: ("posts in flight", HELD_BY_A_RUN),
}


@click.command()
@case_option
@click.option("--ask", "ask_id", metavar="ID", help="Only this ask.")
@rehearse_option
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, a line for each State, case and ask.")
@click.option("--calls", "as_calls", is_flag=True, help="Whom to ring up: asked, not answered, with a phone number.")
@folder_option
@paged
@click.pass_context
def status(
    ctx: click.Context,
    case_slug: str | None,
    ask_id: str | None,
    *,
    rehearse: bool,
    as_json: bool,
    as_csv: bool,
    as_calls: bool,
) -> None:
    """Show State by State who was asked, what arrived, who answered, and who raised the case.

    Only a person says that a mission answered: mail that nobody has read is counted as "to read".

    With one case and one ask, each line tells what became of a State's letters; with several, each line has numbers.
    A letter has arrived when the mission's server or an answer says so: that our own server took it proves nothing.
    Who raised the case is what the record says since the State was asked; who is not named there may have done so too.
    Posts are listed below, each with its public address; they ask no State.

    --calls lists those to ring up instead, with what was sent and what came back, the nearest ask first. Who asked for
    no more letters is not among them.
    """
    if as_json and as_csv:
        raise UsageError("--json and --csv exclude each other; choose one")
    workspace = open_to_look(ctx, rehearse=rehearse)
    scope = workspace.scope(case=case_slug, ask=ask_id)
    if as_calls:
        if not (as_json or as_csv):
            say_rehearsal(workspace)
        show_calls(workspace, scope, as_json=as_json, as_csv=as_csv)
    elif as_json:
        print_json([_as_json(workspace, row) for row in reporting.messages(workspace, scope)])
    elif as_csv:
        rows = reporting.progress_by_state(workspace, scope)
        click.echo(csv_text(CSV_COLUMNS, [_as_record(workspace, row) for row in rows]), nl=False)
    else:
        say_rehearsal(workspace)
        _show(workspace, scope)


def _as_json(workspace: Workspace, row: MessageRow) -> dict[str, object]:
    return {
        "state": row.state,
        "mission": row.mission,
        "case": row.case,
        "ask": row.ask,
        "kind": row.kind.value,
        "round": row.round,
        "channel": row.channel,
        "status": row.status.value,
        "asked_at": _moment(row.asked_at),
        "answered": row.answered_at is not None,
        "answered_at": _moment(row.answered_at),
        "stance": row.stance.value if row.stance else None,
        "raised": row.raised,
        "part": row.part,
        "address": row.address,
        "to_read": row.to_read,
        "raised_in": [_act_as_json(raising) for raising in raisings(workspace.campaign.registry, row.acts)],
        "sender_verified": row.sender_verified,
        "to_read_unverified": row.to_read_unverified,
        "held": row.held.reason.value if row.held else None,
        "held_detail": row.held.detail if row.held else "",
        "cases": list(row.cases),
    }


def _act_as_json(raising: Raising) -> dict[str, object]:
    return {
        "date": raising.when,
        "instrument": raising.where,
        "with": raising.with_,
        "sources": list(raising.sources),
        "quotes": [{"words": quote.words, "language": quote.language} for quote in raising.quotes],
    }


def _as_record(workspace: Workspace, row: Progress) -> tuple[str, ...]:
    who = (row.state, row.name, row.mission, row.case, row.ask, row.status.value)
    asked = (_moment(row.asked_at), _moment(row.reminded_at), _moment(row.thanked_at))
    arrived = (_truth(row.arrived), _truth(row.came_back))
    answered = (_moment(row.answered_at), row.stance, NOT_NAMED if row.raised is None else _truth(row.raised))
    acts = act_cells(raisings(workspace.campaign.registry, row.acts))
    verified = "" if row.sender_verified is None else _truth(row.sender_verified)
    read = (f"{row.to_read}", verified, f"{row.to_read_unverified}")
    return tuple(cell or "" for cell in (*who, *asked, *arrived, *answered, *acts, *read, _held(row)))


def _held(row: Progress) -> str:
    """Say why the letter that waits may not leave: embargo: until 2027-03-01."""
    return ": ".join(filter(None, (row.held.reason.value, row.held.detail))) if row.held else ""


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _truth(true: bool) -> str:
    return "yes" if true else "no"


def _show(workspace: Workspace, scope: Scope) -> None:
    overview = reporting.overview(workspace, scope)
    if overview.requests:
        lines = state_lines(overview)
        _table(workspace, scope, overview, lines)
        _totals(overview, lines)
        _raised(overview)
    else:
        about = f" about {scope.case}" if scope.case else ""
        begin = Action.SEND_LETTERS if workspace.campaign.cases else Action.NEW_CASE
        step = command(NextStep(begin, case=scope.case or ""), rehearsal=False)
        say(f"No letter{about} is in this outbox yet. Try: {step}")
    _digests(overview)
    _posts(overview)
    _needs(overview)


def _table(workspace: Workspace, scope: Scope, overview: Overview, lines: Iterable[StateLine]) -> None:
    asked = "rehearsed" if overview.rehearsal else "asked"
    case_asks, more = overview.case_asks, ("digests",) if overview.digests else ()
    if len(case_asks) == 1:
        [(case, ask)] = case_asks
        say(f"{case}, {ask}:")
        rows = reporting.progress_by_state(workspace, scope)
        columns = ("State", NAME, "letters", asked, "arrived", "answered", "raised", *more)
        cells = [(*_as_cells(workspace, row), *_beside(overview, row.state)) for row in rows]
        print_table(columns, cells, cut=(NAME, "letters", "answered", "raised"))
    elif case_asks:
        print_table(
            ("State", NAME, asked, "arrived", "answered", "raised", *more),
            [(*_as_numbers(line), *_beside(overview, line.state)) for line in lines],
            wrap=("answered",),
            cut=(NAME,),
        )


def _beside(overview: Overview, state: str) -> tuple[str, ...]:
    """Say what became of a State's digests: in a column of its own, where there are any."""
    if not overview.digests:
        return ()
    theirs = [digest for digest in overview.digests if digest.mission == state]
    days = (digest.taken_at for digest in theirs)
    zone = overview.campaign.settings.timezone
    said = [f"{local_day(at, zone)}" if at else digest.status for at, digest in zip(days, theirs, strict=True)]
    return (", ".join(said) or NO,)


def _as_cells(workspace: Workspace, row: Progress) -> tuple[object, ...]:
    taken = f"{local_day(row.taken_at, workspace.campaign.settings.timezone)}" if row.taken_at else None
    arrived = "came back" if row.came_back else YES if row.arrived else NO
    answered = (row.stance or "answered") if row.answered_at else ""
    answered += f" ({NOT_VERIFIED})" * row.answer_in_doubt
    raised = act_words(raisings(workspace.campaign.registry, row.acts)) or NOT_SAID
    said = _and_to_read(answered, row.to_read, row.to_read_unverified)
    return (row.state, row.name, _letters(row), taken or row.status.value, arrived, said, raised)


def _letters(row: Progress) -> str:
    """List the rounds taken: first, reminder; or: first, next queued."""
    waits = [f"next {row.status.value}"] if row.rounds and row.status not in ASKED else []
    return ", ".join([*row.rounds, *waits]) or NO


def _as_numbers(line: StateLine) -> tuple[object, ...]:
    came_back = f"{line.came_back} came back" if line.came_back else ""
    arrived = ", ".join(filter(None, (str(line.arrived) if line.arrived else "", came_back))) or NO
    return (line.state, line.name, f"{line.asked} of {line.asks}", arrived, _answers(line), line.raised or NOT_SAID)


def _answers(line: StateLine) -> str:
    answered = f"{line.answered}: {_listed(line.stances)}" if line.answered else ""
    return _and_to_read(answered + _in_doubt(line.unverified), line.to_read, line.to_read_unverified)


def _and_to_read(answered: str, to_read: int, unverified: int) -> str:
    """Say what was answered by a person's word, and how much nobody has read: it may be an answer."""
    unread = f"{to_read} to read{_in_doubt(unverified)}" if to_read else ""
    return ", ".join(filter(None, (answered, unread))) or NO


def _in_doubt(unverified: int) -> str:
    """Say of how many the sender could not be verified; blank of none."""
    return f" ({unverified} {NOT_VERIFIED})" if unverified else ""


def _listed(stances: dict[str, int]) -> str:
    """List stances with their numbers: will-raise, 2 supportive, 3 no stance yet."""
    return ", ".join(
        stance if number == 1 and stance != NO_STANCE else f"{number} {stance}" for stance, number in stances.items()
    )


def _totals(overview: Overview, lines: list[StateLine]) -> None:
    found = totals(overview, lines)
    letters = ", ".join(f"{number} {status.value}" for status, number in found.letters.most_common())
    say(f"{counted(found.letters.total(), 'letter')}: {letters}.")
    verb = "Rehearsed with" if overview.rehearsal else "Asked"
    came_back = f"; came back {found.came_back}" if found.came_back else ""
    stances = f" ({_listed(found.stances)})" if found.answered else ""
    to_read = f"; mail to read from {counted(found.to_read, 'State')}" if found.to_read else ""
    raised = f" ({' '.join(found.raised)})" if found.raised else ""
    unverified = f", of {found.unverified} with a {NOT_VERIFIED}" if found.unverified else ""
    named = f"named as raising the case since: {len(found.raised)}{raised}"
    say(
        f"{verb} {counted(found.asked, 'State')}; arrived {found.arrived}{came_back}; "
        f"answered {found.answered}{stances}{unverified}{to_read}; {named}."
    )


def _raised(overview: Overview) -> None:
    """Print who raised what, where and with whom, and what may be said of the others: that nobody named them."""
    found = sorted(overview.raisings, key=lambda raising: (raising.when, raising.state))
    if found:
        say("Raised, by the record:")
        rows = [(r.when or "day not known", r.state, r.case, r.where, r.with_, " ; ".join(r.sources)) for r in found]
        print_table(("day", "State", "case", "in", "with", "source"), rows[:MOST_ACTS], cut=("with", "source"))
        if len(found) > MOST_ACTS:
            say(f"… and {len(found) - MOST_ACTS} more: outreach record list --act raised")
    known = coverage_words(overview.coverage) or "contacts/instruments.csv has nothing from the asks' days on yet"
    say(f"The others are {NOT_NAMED} ({known}).")


def _digests(overview: Overview) -> None:
    """Say how many letters with supporters' voices there are, and to whom no other letter went."""
    if not overview.digests:
        return
    counts = ", ".join(f"{number} {status.value}" for status, number in overview.digests_by_status().most_common())
    asked = {request.asking.mission for request in overview.requests}
    others = sorted({digest.mission for digest in overview.digests} - asked)
    alone = f" No other letter to {listed(others, MOST_MISSIONS, ' ')}." if others and asked else ""
    say(f"{counted(len(overview.digests), 'digest')}: {counts}. They ask in supporters' name.{alone}")


def _posts(overview: Overview) -> None:
    """Print the posts, those that are out first; print nothing where there are none."""
    if not overview.posts:
        return
    say(f"{counted(len(overview.posts), 'post')}: {'; '.join(_on_each_network(overview.posts))}.")
    shown = sorted(overview.posts, key=_newest_first)[:MOST_POSTS]
    columns = ("ID", "network", "case", "post", "status", "when", "address")
    print_table(
        columns,
        [_post_cells(post, overview.campaign.settings.timezone) for post in shown],
        cut=("post",),
        wrap=("address",),
    )
    if len(shown) < len(overview.posts):
        steps = (NextStep(Action.LIST_MESSAGES), NextStep(Action.READ_LEDGER, channel="x"))
        listed = ", ".join(command(step, rehearsal=overview.rehearsal) for step in steps)
        say(f"… and {len(overview.posts) - len(shown)} more: {listed}")


def _on_each_network(posts: Iterable[PostLine]) -> Iterator[str]:
    """Count the posts of each network by status: x 2 sent, 1 queued."""
    for network, found in groupby(sorted(posts, key=_network), key=_network):
        statuses = Counter(post.status for post in found)
        yield f"{network} {', '.join(f'{number} {status}' for status, number in statuses.most_common())}"


def _network(post: PostLine) -> str:
    return post.channel


def _newest_first(post: PostLine) -> tuple[bool, float]:
    """Order posts: those that are out, the newest first; then the others, the one that goes next first."""
    return (False, -post.taken_at.timestamp()) if post.taken_at else (True, post.due.timestamp())


def _post_cells(post: PostLine, zone: ZoneInfo) -> tuple[object, ...]:
    what = f"{post.part} to {post.mission}" if post.mission else post.part
    when = local_minute(post.taken_at or post.due, zone)
    return (post.id, post.channel, post.case, what, post.status, when, post.public_address)


def _needs(overview: Overview) -> None:
    found = attention(overview)
    if found:
        say("What needs a person:")
        rows = [_need(overview, each) for each in found]
        if on_terminal():
            for number, what, meaning, typed in rows:
                say(f"  {number} {what}: {meaning}", hanging=4)
                say(f"      {typed}", hanging=4)
        else:
            print_table(("number", "what", "what it means", "type"), rows)


def _need(overview: Overview, about: Attention) -> tuple[object, ...]:
    what, meaning = NEEDS[about.need]
    then = command(about.then, rehearsal=overview.rehearsal) if about.then else ""
    explained = meaning.format(
        then=then,
        days=overview.campaign.settings.reminder.after_days,
        missions=_missions(about.missions),
        goes_at=said(about.goes_at, overview.campaign.settings.timezone) if about.goes_at else "",
        **(_held_words(about.remedied) if about.remedied else {}),
    )
    return (about.number, what, explained, command(about.next_step, rehearsal=overview.rehearsal))


def _held_words(group: Remedied) -> dict[str, str]:
    """Say of messages that are held back what they are, by how much of what, and what that is exactly."""
    return {
        "noun": f"{noun_of(item.entry for item in group.held)}s",
        "reasons": ", ".join(f"{number} {reason.value}" for reason, number in group.reasons),
        "details": listed(group.details, MOST_DETAILS, "; "),
    }


def _missions(named: Sequence[tuple[str, str]]) -> str:
    """List missions, each with its day if there is one: DEU (5 Oct 2022), FRA."""
    shown = [f"{state} ({_day(day)})" if day else state for state, day in named[:MOST_MISSIONS]]
    return ", ".join(shown) + (f" and {len(named) - MOST_MISSIONS} more" if len(named) > MOST_MISSIONS else "")


def _day(written: str) -> str:
    day = date.fromisoformat(written)
    return f"{day.day} {day:%b} {day.year}"
