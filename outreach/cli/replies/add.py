"""`outreach replies add` and `contact`: answers that came without mail, and addresses that answers came from."""

from collections.abc import Sequence
from datetime import date

import click

from outreach.cli.common.opening import flag, open_to_look
from outreach.cli.common.options import folder_option, json_option, rehearse_option, yes_option
from outreach.cli.common.terminal.confirmation import NOBODY_TO_ASK, confirmed
from outreach.cli.common.terminal.output import note, print_json, say
from outreach.cli.common.terminal.questions import asked, can_ask, chosen, when_stopped
from outreach.cli.replies.mark import note_without_letter
from outreach.cli.replies.words import doubt_about, state_name
from outreach.errors import UsageError
from outreach.inbox.desk.decisions import WAYS, OfflineAnswer
from outreach.inbox.kinds import Stance
from outreach.outbox.models import Scope
from outreach.registry.addresses.contacts import Changes
from outreach.registry.days import typed_day
from outreach.services import desk
from outreach.services.beginning.campaign import read_line
from outreach.services.beginning.cases import read_state
from outreach.services.workspace import Workspace
from outreach.text import shortened

LATER = "later"
ADD = "a person: outreach replies add"


@click.command()
@click.option("--mission", metavar="STATE", default="", help="Who answered: DEU, de or Germany.")
@click.option("--case", "case_slugs", metavar="SLUG", multiple=True, help="About what; repeatable.")
@click.option("--ask", "ask_id", metavar="ID", help="The ask; default: the one that the letter was about.")
@click.option("--by", "way", type=click.Choice(WAYS), help="How the answer came.")
@click.option("--on", "day", metavar="DAY", default="", help="When, as 2022-09-20.")
@click.option("--who", metavar="TEXT", default="", help="Who said it, for example: Second Secretary.")
@click.option("--stance", type=click.Choice([s.value for s in Stance]), help="What it says; or mark it later.")
@click.option("--note", "remark", metavar="TEXT", default="", help="What was said.")
@rehearse_option
@yes_option
@json_option
@folder_option
@click.pass_context
def add(
    ctx: click.Context,
    mission: str,
    case_slugs: tuple[str, ...],
    ask_id: str | None,
    way: str | None,
    day: str,
    who: str,
    stance: str | None,
    remark: str,
    *,
    rehearse: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Write down an answer that came by phone, in a meeting, by letter or in public.

    It counts like a reply by mail. What a State then did in public is for `outreach record add`. Needed are --mission,
    --case, --by and --on; on a terminal it asks for them, who said it and what was said.
    """
    given = {"--mission": mission, "--case": case_slugs, "--by": way, "--on": day}
    missing = [option for option, value in given.items() if not value]
    if missing and (as_json or not can_ask(yes=yes)):
        raise click.UsageError(f"Missing option '{missing[0]}'.")
    workspace = open_to_look(ctx, rehearse=rehearse)
    with when_stopped("nothing was written down"):
        cases = list(workspace.campaign.cases)
        mission = mission or asked("Who answered: which State?", lambda text: read_state(text).code)
        case_slugs = case_slugs or (chosen("About which case?", cases, cases[0] if len(cases) == 1 else None),)
        way = way or chosen("How did it come?", WAYS)
        day = day or asked("When, such as 2022-09-20?", lambda text: f"{_day(text)}", f"{workspace.campaign.today()}")
        if missing and stance is None:
            stance = chosen("What does it say?", [*(s.value for s in Stance), LATER], LATER)
            stance = None if stance == LATER else stance
        if missing:
            who = who or asked("Who said it, such as Second Secretary? (Enter: not noted)", read_line)
            remark = remark or asked("What was said? (Enter: not noted)", read_line)
    answer = OfflineAnswer(way, _day(day), who.strip(), remark.strip(), Stance(stance) if stance else None)
    scopes = [workspace.scope(case=slug, ask=ask_id, mission=mission) for slug in dict.fromkeys(case_slugs)]
    doubts = (_too_early(workspace, answer, scopes), _said_already(workspace, answer, scopes))
    for question, refusal in filter(None, doubts):
        if not confirmed(question, f"{refusal}. Nothing was changed", yes=yes, as_json=as_json):
            say("Nothing was written down.")
            return
    added = desk.add_answer(workspace, answer, scopes, ADD)
    if as_json:
        print_json({"id": added.id})
        return
    about = ", ".join(each.case for each in added.whose)
    where = ", in the rehearsal only" if workspace.rehearsal else ""
    said = f"{state_name(workspace, added.whose[0].mission)}, {about}, by {way} on {answer.on}{where}"
    say(f"Written down as message {added.id}: {said}.")
    for each in added.whose:
        note_without_letter(each)
    if answer.stance is None:
        note(f"Say what it means: outreach replies mark {added.id} --stance STANCE{flag(workspace)}")


def _too_early(workspace: Workspace, answer: OfflineAnswer, scopes: Sequence[Scope]) -> tuple[str, str] | None:
    """Give the question, and the refusal where nobody can be asked, for an answer dated before its letter left."""
    later = desk.letters_after(workspace, answer.on, scopes)
    left = ", ".join(f"the letter about {case} left on {left}" for case, left in later.items())
    if not later:
        return None
    return (
        f"{left}, after the day of this answer ({answer.on}). Is the day right?",
        f"--on: {left}, after {answer.on}. Correct the day; or if it is right, add --yes",
    )


def _said_already(workspace: Workspace, answer: OfflineAnswer, scopes: Sequence[Scope]) -> tuple[str, str] | None:
    """Give the same for an answer that seems to be written down already."""
    there = desk.alike(workspace, answer, scopes)
    if there is None:
        return None
    said = f"essage {there} is an answer of that day already: outreach replies show {there}{flag(workspace)}."
    return f"M{said} Write down another one?", f"m{said} If this is another one, add --yes"


def _day(text: str) -> date:
    try:
        day = typed_day(text)
    except ValueError as error:
        raise UsageError(f"--on: {error}") from None
    if day is None:
        raise UsageError(f"--on: '{shortened(text)}' is not a day; write it as year-month-day, such as 2022-09-20")
    return day


@click.command()
@click.argument("id_", metavar="ID", type=click.IntRange(1, 2**63 - 1))
@click.option("--mission", metavar="STATE", help="Whose address it is, where the message answers for several.")
@click.option(
    "--address", "named", metavar="ADDRESS", default="", help="The new address that it names, not the sender's."
)
@click.option("--first", is_flag=True, help="Letters go to it from now on, to the others in copy.")
@click.option("--public", is_flag=True, help="Into contacts/missions.csv: it is a public address.")
@yes_option
@rehearse_option
@folder_option
@click.pass_context
def contact(
    ctx: click.Context,
    id_: int,
    mission: str | None,
    *,
    named: str,
    first: bool,
    public: bool,
    yes: bool,
    rehearse: bool,
) -> None:
    """Add the address that a reply came from, or a new one that it names, to its mission's row in contacts/private.csv.

    That file is for this machine only: what somebody wrote from may be their own address. Letters then go to the
    addresses in it, and no longer to those in contacts/missions.csv; so it begins with those, too. With --public the
    address goes into contacts/missions.csv instead.

    Nothing else in the file is changed. If it is the row's only address, verified_on becomes the day of the reply. If
    the row has other addresses, verified_on stays as it is: the reply does not show that those still work. Letters
    that are queued already keep their addresses.
    """
    workspace = open_to_look(ctx, rehearse=rehearse)
    planned = desk.plan_contact(workspace, id_, mission, named=named, first=first, public=public)
    for line in _words(planned.changes):
        say(line)
    email = planned.new.email
    if planned.spelt_out:
        note(
            f"Look at it closely: its domain, {planned.spelt_out}, has letters that may only look like those of "
            "another."
        )
    if planned.named and (doubt := doubt_about(planned.named)):
        note(f"Look at it closely: {doubt}.")
    if planned.suppressed:
        note(f"This address is suppressed ({planned.suppressed}); to write to it: outreach missions unsuppress {email}")
    if not confirmed(f"Add it as an address of {planned.new.state}?", NOBODY_TO_ASK, yes=yes):
        say("Nothing was changed.")
        return
    changes = desk.add_contact(workspace, planned.new)
    say(f"Written to {changes.file}, row {changes.row}.")
    if not changes.verified:
        note(f"Its addresses are not verified. Look them up, then: outreach missions verify {planned.new.state}")


def _words(changes: Changes) -> list[str]:
    lines = [f"{changes.file}, row {changes.row}:"]
    for column, text in changes.after.items():
        before = changes.before[column]
        lines.append(f"  {column}: {before} → {text}" if before else f"  {column}: {text}")
    return lines
