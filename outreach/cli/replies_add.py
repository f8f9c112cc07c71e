"""`outreach replies add` and `contact`: answers that came without mail, and addresses that answers came from."""

from datetime import date

import click

from outreach.cli.agreement import NOBODY_TO_ASK, agreed
from outreach.cli.options import folder_option, json_option, rehearse_option, yes_option
from outreach.cli.output import note, print_json, say
from outreach.cli.replies_mark import note_without_letter, whose_is_it
from outreach.cli.replies_show import read_detail
from outreach.cli.replies_words import state_name
from outreach.cli.session import Session, make_scope, open_to_look
from outreach.db.engine import writing
from outreach.errors import UsageError
from outreach.inbox.desk.decisions import WAYS, OfflineAnswer, add_offline_answer
from outreach.inbox.desk.items import Item
from outreach.inbox.kinds import Kind, Stance
from outreach.inbox.matching.addressbook import ascii_domain
from outreach.outbox.letters.facts import suppressions_in_force
from outreach.outbox.store import now
from outreach.registry.contacts import Changes, NewAddress, add_address, plan_address
from outreach.registry.facts import ISO_DAY
from outreach.registry.missions import FILE
from outreach.registry.states import find_state

ADD = "a person: outreach replies add"
ANSWERING = frozenset({Kind.REPLY, Kind.AUTO_REPLY})


@click.command()
@click.option("--mission", metavar="STATE", required=True, help="Who answered: DEU, de or Germany.")
@click.option("--case", "case_slugs", metavar="SLUG", required=True, multiple=True, help="About what; repeatable.")
@click.option("--ask", "ask_id", metavar="ID", help="The ask; default: the one that the letter was about.")
@click.option("--by", "way", type=click.Choice(WAYS), required=True, help="How the answer came.")
@click.option("--on", "day", metavar="DAY", required=True, help="When, as 2022-09-20.")
@click.option("--who", metavar="TEXT", default="", help="Who said it, for example: Second Secretary.")
@click.option("--stance", type=click.Choice([s.value for s in Stance]), help="What it says; or mark it later.")
@click.option("--note", "remark", metavar="TEXT", default="", help="What was said.")
@rehearse_option
@json_option
@folder_option
@click.pass_context
def add(
    ctx: click.Context,
    mission: str,
    case_slugs: tuple[str, ...],
    ask_id: str | None,
    way: str,
    day: str,
    who: str,
    stance: str | None,
    remark: str,
    *,
    rehearse: bool,
    as_json: bool,
) -> None:
    """Write down an answer that came by phone, in a meeting, by letter or in public.

    It counts like a reply by mail. What a State then did in public is for `outreach record add`.
    """
    session = open_to_look(ctx, rehearse=rehearse)
    told = OfflineAnswer(
        way, _day(day, session.campaign.today()), who.strip(), remark.strip(), Stance(stance) if stance else None
    )
    scopes = [make_scope(session, case=slug, ask=ask_id, mission=mission) for slug in dict.fromkeys(case_slugs)]
    zone = session.campaign.settings.timezone
    with writing(session.outbox.engine) as connection:
        whose = [whose_is_it(session, connection, scope) for scope in scopes]
        id_ = add_offline_answer(connection, told, whose, zone, now(), ADD)
    if as_json:
        print_json({"id": id_})
        return
    about = ", ".join(each.case for each in whose)
    where = ", in the rehearsal only" if session.outbox.rehearsal else ""
    said = f"{state_name(session, whose[0].mission)}, {about}, by {way} on {told.on}{where}"
    say(f"Written down as message {id_}: {said}.")
    for each in whose:
        note_without_letter(each)
    if told.stance is None:
        note(f"Say what it means: outreach replies mark {id_} --stance STANCE{session.flag}")


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text) if ISO_DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise UsageError(f"--on: '{text[:60]}' is not a day; write it as year-month-day, such as 2022-09-20")
    if day > today:
        raise UsageError(f"--on: {day} is in the future; an answer has been given before it is written down")
    return day


@click.command()
@click.argument("id_", metavar="ID", type=click.IntRange(1, 2**63 - 1))
@click.option("--mission", metavar="STATE", help="Whose address it is, where the message answers for several.")
@click.option("--first", is_flag=True, help="Letters go to it from now on, to the others in copy.")
@yes_option
@rehearse_option
@folder_option
@click.pass_context
def contact(ctx: click.Context, id_: int, mission: str | None, *, first: bool, yes: bool, rehearse: bool) -> None:
    """Add the address that a reply came from to its mission's row in contacts/missions.csv.

    Nothing else in the file is touched. Where it is the row's only address, verified_on becomes the reply's day; where
    there are others, that day would vouch for them too, so it stays as it is. What is queued keeps its address.
    """
    session = open_to_look(ctx, rehearse=rehearse)
    if session.outbox.rehearsal:
        raise UsageError(
            f"mail in a rehearsal's inbox is no evidence of anybody's address, and {FILE} is the real one: nothing was "
            "changed. Mail that is real belongs in the real inbox: outreach inbox import PATH"
        )
    new = _new_address(session, read_detail(session, id_).item, mission, first=first)
    folder = session.campaign.folder
    for line in _words(plan_address(folder, new)):
        say(line)
    _say_what_to_mind(session, new)
    if not agreed(f"Add it as an address of {new.state}?", NOBODY_TO_ASK, yes=yes):
        say("Nothing was changed.")
        return
    changes = add_address(folder, new)
    say(f"Written to {FILE}, row {changes.row}.")
    if not changes.after.get("verified_on") and not _verified(session, new.state):
        note("Its addresses are not verified: look each of them up, then fill in verified_on.")


def _new_address(session: Session, item: Item, mission: str | None, *, first: bool) -> NewAddress:
    if item.kind not in ANSWERING or not item.sender:
        raise UsageError(f"message {item.id} ({item.kind}) is no reply by mail: it shows no address of a mission")
    theirs = sorted({tied.mission for tied in item.ties})
    state = find_state(session.campaign.registry.states, mission).code if mission else ""
    if state and state not in theirs:
        raise UsageError(f"message {item.id} is not tied to {state}; say whose it is with: outreach replies assign")
    if not state and len(theirs) != 1:
        which = f"is tied to {', '.join(theirs)}: add --mission" if theirs else "is tied to no mission: first assign it"
        raise UsageError(f"message {item.id} {which}. See: outreach replies show {item.id}{session.flag}")
    day = item.arrived_at.astimezone(session.campaign.settings.timezone).date()
    source = f"{item.kind.value} from {item.sender} on {day}"
    return NewAddress(state or theirs[0], item.sender, source, day, first)


def _words(changes: Changes) -> list[str]:
    lines = [f"{FILE}, row {changes.row}:"]
    for column, text in changes.after.items():
        before = changes.before[column]
        lines.append(f"  {column}: {before} → {text}" if before else f"  {column}: {text}")
    return lines


def _say_what_to_mind(session: Session, new: NewAddress) -> None:
    if spelt := ascii_domain(new.email):
        note(f"Look at it closely: its domain, {spelt}, has letters that may only look like those of another.")
    closed = suppressions_in_force(session.campaign, session.outbox)
    if new.email.lower() in closed:
        note(
            f"This address is suppressed ({closed[new.email.lower()]}); to write to it: "
            f"outreach missions unsuppress {new.email}"
        )


def _verified(session: Session, state: str) -> bool:
    mission = session.campaign.registry.missions.get(state)
    return mission is not None and mission.verified_on is not None
