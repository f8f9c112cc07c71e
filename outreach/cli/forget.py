"""`outreach forget`: shows what will be erased of what people wrote to us, asks, and says what it cannot reach."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from shlex import quote

import click

from outreach.cli.common.options import campaign_folder, folder_option, json_option, yes_option
from outreach.cli.common.terminal.confirmation import NOBODY_TO_ASK, confirmed
from outreach.cli.common.terminal.output import note, print_json, print_table, say
from outreach.errors import UsageError
from outreach.inbox.desk.items import Item
from outreach.inbox.erasing import Erasure
from outreach.registry.cells import ISO_DAY
from outreach.services.erasing import (
    ForgetPlan,
    Forgotten,
    InOutbox,
    erasures,
    plan_to_forget,
    plan_to_forget_before,
)
from outreach.services.erasing import (
    forget as carry_out,
)
from outreach.settings.load import load_settings
from outreach.supporters.files import file_of
from outreach.text import counted, listed, local_day, shortened

BY = "a person: outreach forget"
COUNTS = ("mails", "mentions", "letters", "entries")


@click.command()
@click.argument("address", required=False)
@click.option("--before", "day", metavar="DAY", help="All messages that came before this day, as 2022-09-20.")
@click.option("--dry-run", is_flag=True, help="Only show what would be erased.")
@click.option("--log", "log_", is_flag=True, help="List what was erased when; names nobody.")
@yes_option
@json_option
@folder_option
@click.pass_context
def forget(
    ctx: click.Context,
    address: str | None,
    *,
    day: str | None,
    dry_run: bool,
    log_: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Erase for good what somebody wrote to us: sender, words, raw mail, and their address wherever it stands.

    That a message came, when, what it answered and its stance stay, and so do the counts. A letter that went to the
    address stays on file without it. The mail is not read in again, also where the mailbox still has it. Supporters
    have a store of their own: outreach supporters forget ADDRESS
    """
    folder = campaign_folder(ctx)
    if sum((address is not None, day is not None, log_)) != 1:
        raise UsageError("say what to erase: an ADDRESS, or --before DAY; or see what was erased with --log")
    if log_:
        _show_log(folder, as_json=as_json)
        return
    plan = plan_to_forget(folder, address) if address is not None else plan_to_forget_before(folder, _day(day or ""))
    if dry_run:
        print_json(_as_json(plan, None)) if as_json else _show(plan)
        return
    if not as_json:
        _show(plan)
    if plan.address and any(file_of(folder, rehearsal=rehearsal).exists() for rehearsal in (False, True)):
        note(f"This is not about supporters. Of what they filled in: outreach supporters forget {quote(plan.address)}")
    if plan and not confirmed("Erase this for good?", NOBODY_TO_ASK, yes=yes, as_json=as_json):
        say("Nothing was erased.")
        return
    done = carry_out(plan, BY)
    if as_json:
        print_json(_as_json(plan, done))
    else:
        _say_done(plan, done)
    if done.undone:
        ctx.exit(1)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text) if ISO_DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise UsageError(f"--before: '{shortened(text)}' is not a day; write it as year-month-day, such as 2022-09-20")
    return day


def _show(plan: ForgetPlan) -> None:
    what = plan.address or f"what came before {plan.day}"
    if not plan:
        say(f"Nothing is left of {what}.")
        return
    say(f"To be erased of {what}:")
    for line in (*(line for place in plan.places for line in _lines(place)), *_file_lines(plan)):
        say(f"  {line}")
    say("What stays: who was asked what, that a message came and when, what it answered, its stance.")


def _lines(place: InOutbox) -> Iterator[str]:
    found, where = place.found, " of the rehearsal" if place.outbox.rehearsal else ""
    if found.whole:
        yield f"{counted(len(found.whole), 'message')}{where}: {_kinds(place.items)}"
    if found.mentions:
        yield f"the address in {counted(len(found.mentions), 'message')}{where} of others, and their raw mail"
    if found.unread:
        yield f"{len(found.unread)} of these nobody has dealt with yet: {_ids(found.unread)}"
    if found.letters:
        yield f"the address in {counted(len(found.letters), 'letter')}{where} that went to it or names it"
    if found.entries:
        yield f"the address in {counted(len(found.entries), 'line')} of the ledger{where}"
    if found.suppressed:
        yield f"the address among those that are not written to{where}; it stays closed all the same"
    if found.files:
        yield f"{counted(len(found.files), 'raw mail')}{where}"


def _file_lines(plan: ForgetPlan) -> Iterator[str]:
    for row in plan.contacts:
        yield f"{row.file}, row {row.row}: in {listed(list(row.after), 5)}"
    if plan.rehearsed:
        yield f"{counted(len(plan.rehearsed), 'letter')} in the folder rehearsal"


def _kinds(items: tuple[Item, ...]) -> str:
    kinds = Counter(item.kind.value for item in items)
    return ", ".join(f"{number} {kind}" for kind, number in kinds.items())


def _ids(ids: tuple[int, ...]) -> str:
    return listed([f"outreach replies show {ids[0]}", *map(str, ids[1:])], 5)


def _say_done(plan: ForgetPlan, done: Forgotten) -> None:
    if plan:
        say("Erased.")
        if any(place.found.letters for place in plan.places):
            say(f"It gets no more letters, until: outreach missions unsuppress {quote(plan.address)}")
    for words in done.undone:
        note(f"Not done: {words}")
    if done.still_in:
        note(f"It still stands in {listed(list(done.still_in), 10)}: change these files yourself.")
    if plan:
        host = plan.settings.imap.host
        mailbox = f"the mailbox on {host}, " if host else "the mailbox that it came to, "
        note(f"Out of reach: {mailbox}copies of this folder, a repository's history, what a person saved elsewhere.")


def _as_json(plan: ForgetPlan, done: Forgotten | None) -> dict[str, object]:
    rows = [
        {
            "rehearsal": place.outbox.rehearsal,
            "messages": list(place.found.whole),
            "mentions": list(place.found.mentions),
            "letters": list(place.found.letters),
            "entries": len(place.found.entries),
            "files": len(place.found.files),
        }
        for place in plan.places
    ]
    contacts = [{"file": row.file, "row": row.row} for row in plan.contacts]
    return {
        "erased": done is not None and bool(plan),
        "inboxes": rows,
        "contacts": contacts,
        "rehearsed": len(plan.rehearsed),
        "undone": list(done.undone) if done else [],
        "still_in": list(done.still_in) if done else [],
    }


def _counts(one: Erasure) -> tuple[int, ...]:
    return tuple(getattr(one, name) for name in COUNTS)


def _show_log(folder: Path, *, as_json: bool) -> None:
    found = erasures(folder)
    if as_json:
        print_json(
            [
                {"at": one.at.isoformat(), "by": one.by, "what": one.what.value, "before": one.day or None}
                | {name: getattr(one, name) for name in COUNTS}
                for one in found
            ]
        )
        return
    zone = load_settings(folder).timezone
    rows = [
        (local_day(one.at, zone), one.by, f"before {one.day}" if one.day else "an address", *_counts(one))
        for one in found
    ]
    print_table(("Day", "By", "What", "Messages", "Of others", "Letters", "Ledger lines"), rows)
