"""`outreach replies`: the desk where people read what came back; lists it, and others here show and decide."""

import click

from outreach.cli.common.opening import flag, open_to_look, say_rehearsal
from outreach.cli.common.options import case_option, csv_option, folder_option, json_option, rehearse_option
from outreach.cli.common.terminal.output import note, print_csv, print_json, print_table, say
from outreach.cli.common.terminal.pager import paged
from outreach.cli.replies.add import add, contact
from outreach.cli.replies.files import short_lines
from outreach.cli.replies.mark import assign, mark
from outreach.cli.replies.save import save
from outreach.cli.replies.show import show
from outreach.cli.replies.words import SAYS_MORE, item_json, news_lines, off_the_desk, set_aside, short, what_to_say
from outreach.inbox.desk.items import Item, ItemFilter, new_contact
from outreach.inbox.kinds import ABSENCE_AND_MORE, Kind, Stance
from outreach.inbox.matching.addressbook import ascii_domain
from outreach.services.desk import list_items
from outreach.services.workspace import Workspace
from outreach.text import counted, local_day

COLUMNS = ("ID", "day", "State", "case", "kind", "stance", "from", "subject")
LONGEST = 80  # characters of a subject in the list


@click.group()
def replies() -> None:
    """Read what came back, say what it means, and which mission it is from.

    Without a configured mail server, and while nothing was ever sent in earnest, these show the rehearsal's inbox.
    """


for command in (show, save, mark, assign, add, contact):
    replies.add_command(command)


@replies.command("list")
@click.option("--open/--all", "only_open", default=None, help="What needs a person (the default), or everything.")
@click.option("--mission", metavar="STATE", help="Only from this mission: DEU, de or Germany.")
@case_option
@click.option("--stance", type=click.Choice([s.value for s in Stance]), help="Only replies that say this.")
@click.option("--unmatched", is_flag=True, help="Only what could not be tied to a letter.")
@click.option("--unreadable", is_flag=True, help="Only what could not be read, so that nobody knows what it is.")
@click.option("--kind", type=click.Choice([k.value for k in Kind]), help="Only messages of this kind.")
@rehearse_option
@json_option
@csv_option
@folder_option
@paged
@click.pass_context
def list_(
    ctx: click.Context,
    only_open: bool | None,
    mission: str | None,
    case_slug: str | None,
    stance: str | None,
    *,
    unmatched: bool,
    unreadable: bool,
    kind: str | None,
    rehearse: bool,
    as_json: bool,
    as_csv: bool,
) -> None:
    """List what came back: by default what is to be read, what could not be tied to a letter, and what has news.

    The open ones come first. News is a new address that a message names, or the day on which somebody is back.

    With --stance or --kind, messages that are dealt with are listed too.
    """
    workspace = open_to_look(ctx, rehearse=rehearse)
    scope = workspace.scope(case=case_slug, mission=mission)
    wanted = ItemFilter(
        only_open=only_open if only_open is not None else stance is None and kind is None,
        unmatched=unmatched,
        unreadable=unreadable,
        mission=scope.mission,
        case=scope.case,
        stance=Stance(stance) if stance else None,
        kind=Kind(kind) if kind else None,
    )
    found = list_items(workspace, wanted)
    if as_json:
        print_json([item_json(item) for item in found])
        return
    if as_csv:
        print_csv([item_json(item) for item in found])
        return
    say_rehearsal(workspace)
    if found:
        print_table(COLUMNS, [_cells(workspace, item) for item in found], stacked="from, and subject")
    _say_what_next(workspace, wanted, found)


def _cells(workspace: Workspace, item: Item) -> tuple[object, ...]:
    states = " ".join(dict.fromkeys(tied.mission for tied in item.ties)) or "?"
    cases = " ".join(dict.fromkeys(tied.case for tied in item.ties))
    stances = dict.fromkeys(tied.stance.value if tied.stance else "-" for tied in item.ties)
    stance = " ".join(stances) if item.kind is Kind.REPLY else ""
    return (
        item.id,
        local_day(item.arrived_at, workspace.campaign.settings.timezone),
        states,
        cases,
        f"{item.kind} {item.code}".rstrip(),
        stance,
        _sender(workspace, item),
        [_subject(item), *news_lines(item), *short_lines(item, workspace.campaign.settings.timezone)],
    )


def _sender(workspace: Workspace, item: Item) -> str:
    who = item.sender or item.sender_name
    if not item.sender.isascii():
        who = f"{who} ({ascii_domain(item.sender)})"
    if item.sender_failed:
        return f"(sender not verified) {who}"
    return f"(new address) {who}" if new_contact(item, workspace.campaign.registry.missions) else who


def _subject(item: Item) -> str:
    if item.erased:
        return "(erased)"
    if item.fault:
        return f"({item.fault}) {short(item.subject, LONGEST)}".rstrip()
    if item.rule == ABSENCE_AND_MORE:
        return f"{SAYS_MORE} {short(item.subject, LONGEST)}".rstrip()
    return short(item.subject, LONGEST) if item.digest else f"(by {item.origin})"


def _say_what_next(workspace: Workspace, wanted: ItemFilter, found: list[Item]) -> None:
    still = " open" if wanted.only_open else ""
    say(f"{counted(len(found), 'message')}{still}.")
    again = flag(workspace)
    if not found:
        if wanted.only_open:
            note(f"What was dealt with already: outreach replies list --all{again}")
        return
    first = found[0].id
    note(f"Read one: outreach replies show {first}{again}")
    for step in {item.kind: step for item in reversed(found) if (step := what_to_say(item, again))}.values():
        note(step)
    unmatched = next((item.id for item in found if item.unmatched), None)
    if unmatched is not None:
        note(f"Say whose it is: outreach replies assign {unmatched} --mission STATE --case SLUG{again}")
    news = next((item.id for item in found if item.is_open_for_news), None)
    if news is not None:
        note(set_aside(news, again))
    others = (item for item in found if item.is_open and not item.is_open_for_news)
    aside = next((item.id for item in others if not what_to_say(item, again)), None)
    if aside is not None:
        note(off_the_desk(aside, again))
