"""`outreach missions`: who there is to write to; prints what the registry knows, and imports spreadsheets."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from outreach.cli.common.options import campaign_folder, csv_option, folder_option, json_option, yes_option
from outreach.cli.common.problems import note_problems
from outreach.cli.common.terminal.output import note, print_json, print_table, say
from outreach.cli.common.terminal.pager import paged
from outreach.cli.missions.editing import set_, verify
from outreach.cli.missions.suppress import suppress, unsuppress
from outreach.errors import Problem
from outreach.language import best_language, language_name
from outreach.registry.addresses.private import FILE as PRIVATE
from outreach.registry.model import Act, Instrument, Mission, Registry
from outreach.registry.record import act_cells
from outreach.services.registry import check_registry, choose_missions
from outreach.text import counted, csv_text, listed, local_day

if TYPE_CHECKING:
    from outreach.inbox.desk.answers import Answer, Unread
    from outreach.outbox.models import Entry
    from outreach.registry.addresses.deliverability import DomainFinding
    from outreach.reports.mission_history import MissionHistory
    from outreach.services.missions.choosing import MissionFile

CSV_COLUMNS = ("state", "name", "language", "address", "group", "acts")
to_option = click.option(
    "--to", "words", metavar="SELECTION", multiple=True, help="Only these States, for example group:WEOG or '!TUR'."
)


@click.group()
def missions() -> None:
    """List, show, check, import and change missions."""


missions.add_command(set_)
missions.add_command(verify)
missions.add_command(suppress)
missions.add_command(unsuppress)


@missions.command("list")
@to_option
@json_option
@csv_option
@folder_option
@paged
@click.pass_context
def list_(ctx: click.Context, words: Sequence[str], as_json: bool, as_csv: bool) -> None:
    """List missions: language, whether there is an address, regional group, number of acts."""
    chosen = choose_missions(campaign_folder(ctx), words)
    rows = [_row(chosen.registry, mission) for mission in chosen.missions]
    if as_json:
        print_json([dict(zip(CSV_COLUMNS, row, strict=True)) for row in rows])
    elif as_csv:
        click.echo(csv_text(CSV_COLUMNS, rows), nl=False)
    else:
        print_table(
            ("State", "Name", "Language", "Address", "Regional group", "Acts"), rows, cut=("Name", "Regional group")
        )
    note_problems(chosen.registry.problems)
    if chosen.absent:
        note(f"No row in contacts/missions.csv: {', '.join(chosen.absent)}")
    for gap in chosen.gaps:
        note(f"Not the whole Council: {gap}")


def _row(registry: Registry, mission: Mission) -> tuple[object, ...]:
    state = registry.states[mission.state]
    acts = sum(act.state == mission.state for act in registry.acts)
    return state.code, state.name, mission.language, address_status(mission), state.group, acts


def address_status(mission: Mission) -> str:
    """yes: an address seen at its source; unverified: one that nobody has checked; no: none is known.

    unreadable: something in its row cannot be read, so nothing goes there.
    """
    if mission.problems:
        return "unreadable"
    if not mission.emails:
        return "no"
    return "yes" if mission.verified_on else "unverified"


@missions.command()
@click.argument("state")
@json_option
@folder_option
@paged
@click.pass_context
def show(ctx: click.Context, state: str, as_json: bool) -> None:
    """Show one mission: contact, the State's record, and what we asked it. STATE is DEU, de or Germany."""
    from outreach.services.missions.choosing import look_up_mission

    found = look_up_mission(campaign_folder(ctx), state)
    asked = history_lines(found.histories, found.zone)
    if as_json:
        print_json(_as_json(found, asked))
        return
    of = found.state
    say(f"{of.name} ({of.code})" + (f", {of.group}" if of.group else ""))
    for line in (
        *_contact(found.mission, found.written),
        *_foreign_names(found),
        "",
        *_record(found),
        "",
        "What we asked it",
        *_or_nothing(asked),
    ):
        say(line)


def history_lines(histories: "Iterable[MissionHistory]", zone: ZoneInfo) -> list[str]:
    """Give a line for each letter or post, one for each answer, and what is to be read; those of a rehearsal say so."""
    lines: list[str] = []
    for history in histories:
        mark = ", in a rehearsal only" if history.rehearsal else ""
        lines += [f"{_message_line(entry, zone)}{mark}" for entry in history.messages]
        lines += [f"{_answer_line(answer, zone)}{mark}" for answer in history.answers]
        lines += [f"{_unread_line(mail)}{mark}" for mail in history.unread]
    return lines


def _message_line(entry: "Entry", zone: ZoneInfo) -> str:
    from outreach.outbox.kind import MessageKind

    key = entry.key
    what = f"post to it on {key.channel}" if key.kind is MessageKind.POST else f"{key.shown_round} letter"
    return f"{local_day(entry.queued_at, zone)} {key.ask} {', '.join(key.cases)}, {what}: {entry.status.value}"


def _answer_line(answer: "Answer", zone: ZoneInfo) -> str:
    stance = answer.stance.value if answer.stance else "no stance yet"
    doubt = ", sender not verified" if answer.sender_check.verified is False else ""
    message = f"message {answer.inbound}{doubt}"
    return f"{local_day(answer.at, zone)} {answer.ask} {answer.case}, answered: {stance} ({message})"


def _unread_line(mail: "Unread") -> str:
    ids = ", ".join(f"{id_}{' (sender not verified)' * (id_ in mail.unverified)}" for id_ in mail.inbound)
    return f"{mail.ask} {mail.case}, to read: {'messages' if len(mail.inbound) > 1 else 'message'} {ids}"


def _or_nothing(lines: Sequence[str]) -> list[str]:
    return [f"  {line}" for line in lines] or ["  nothing yet"]


def _foreign_names(found: "MissionFile") -> Iterator[str]:
    """Give the State's names that are not the UN's, for a person to read."""
    for code, name in found.foreign_names.items():
        yield f"  in {code:<6} {name} (Unicode's name, not the UN's: read it)"


def _contact(mission: Mission | None, written: str) -> Iterator[str]:
    if mission is None:
        yield "  no row in contacts/missions.csv"
        return
    for problem in mission.problems:
        yield f"  cannot be read, so nothing goes to this mission: {problem}"
    instead = f"{mission.language}; the campaign does not write it, so letters are in {language_name(written)}"
    facts = {
        "mission": mission.name,
        "e-mail": "; ".join(mission.emails) or "not known",
        "e-mail from": f"{PRIVATE}, row {mission.private_row}" if mission.private_row else "",
        "verified": str(mission.verified_on or "never"),
        "language": mission.language if best_language(mission.language, (written,)) else instead,
        "phone": mission.phone,
        "address": mission.address,
        "website": mission.website,
        "x": mission.x,
        "bluesky": mission.bluesky,
        "mastodon": mission.mastodon,
        "source": mission.source,
        "note": mission.note,
        **dict(mission.extra),
    }
    for name, text in facts.items():
        if text:
            yield f"  {name:<9} {text}".replace("\n", " ")


def _record(found: "MissionFile") -> Iterator[str]:
    """Give the State's acts under the instruments they belong to, the oldest first, each with its source."""
    acts, instruments = found.acts, found.registry.instruments
    yield "Record"
    if not acts:
        yield "  not named in the sources read"
    for identity in sorted({act.instrument for act in acts}, key=lambda each: (instruments[each].date, each)):
        yield f"  {_instrument_line(instruments[identity])}"
        here = [act for act in acts if act.instrument == identity]
        for source in dict.fromkeys(act.source for act in here):
            yield from (f"    {_act_line(act)}" for act in here if act.source == source)
            yield f"      source: {source}"


def _instrument_line(instrument: Instrument) -> str:
    vote = f"adopted {instrument.vote}" if instrument.vote else ""
    details = ", ".join(part for part in (instrument.symbol, instrument.date, vote) if part)
    return f"{instrument.id}: {instrument.title}" + (f" ({details})" if details else "")


def _act_line(act: Act) -> str:
    subject = f" {act.subject}" if act.subject else ""
    case = f" [{act.case}]" if act.case else ""
    concerned = f" ({act.state_concerned})" if act.state_concerned else ""
    with_ = f", with {act.with_}" if act.with_ else ""
    quote = f", “{act.quote}” ({act.quote_language})" if act.quote else ""
    reader = f", also read by {act.second_reader}" if act.second_reader else ""
    remark = f"; {act.note}" if act.note else ""
    return f"{act.kind}{subject}{case}{concerned}{with_}{quote}{reader}{remark}"


def _as_json(found: "MissionFile", asked: Sequence[str]) -> dict[str, object]:
    state, mission = found.state, found.mission
    return {
        "state": state.code,
        "name": state.name,
        "group": state.group,
        "mission": {**asdict(mission), "extra": dict(mission.extra)} if mission else None,
        "letters_in": found.written,
        "names_not_un": found.foreign_names,
        "record": [act_cells(act) for act in found.acts],
        "asked": list(asked),
    }


@missions.command()
@click.option("--dns", is_flag=True, help="Also ask DNS whether each address's domain takes mail.")
@json_option
@folder_option
@click.pass_context
def check(ctx: click.Context, dns: bool, as_json: bool) -> None:
    """Check the files of contacts/: all problems at once, each with file, row and column."""
    checked = check_registry(campaign_folder(ctx), dns=dns)
    for finding in checked.domains:
        if finding.answer == "unknown":
            note(f"{finding.domain}: could not look up ({finding.detail})")
    for doubt in checked.doubts:
        note(
            f"In doubt: the record names {doubt.known} States for {doubt.instrument.id}, and contacts/instruments.csv "
            f"counts {doubt.count}. Nothing is said of the others until that is settled"
        )
    for state, why in checked.greetings.items():
        note(
            f"{state}: its ambassador is not greeted by name: {why}. See who it is, then: "
            f"outreach missions set {state} --ambassador NAME"
        )
    for box, states in checked.mailboxes.items():
        note(
            f"In doubt: {box} stands in the rows of {listed(states)}. Letters for each of them go there. If it is "
            "not one mission for all of them, take it out where it is wrong"
        )
    if as_json:
        print_json([asdict(problem) for problem in checked.problems])
    else:
        _show_check(checked.problems, _counts(checked.registry, checked.domains if dns else None))
    ctx.exit(1 if checked.problems else 0)


def _show_check(problems: Sequence[Problem], lines: Iterable[str]) -> None:
    for problem in problems:
        note(str(problem))
    for line in lines:
        say(line)
    if problems:
        note(f"{counted(len(problems), 'problem')}; mend the files and run this again")


def _counts(registry: Registry | None, domains: "Sequence[DomainFinding] | None") -> Iterator[str]:
    """Count what there is; say nothing where the files cannot be read."""
    if registry is None:
        return
    statuses = [address_status(mission) for mission in registry.missions.values()]
    counts = {"mission": len(statuses), "act": len(registry.acts), "instrument": len(registry.instruments)}
    yield ", ".join(counted(count, noun) for noun, count in counts.items())
    without, unverified = counted(statuses.count("no"), "mission"), statuses.count("unverified")
    yield f"{without} without an address, {unverified} with one never verified"
    if broken := statuses.count("unreadable"):
        yield f"{counted(broken, 'mission')} that nothing goes to, since the row cannot be read"
    if domains is not None:
        good = sum(finding.answer == "takes mail" for finding in domains)
        yield f"Known to take mail: {good} of {counted(len(domains), 'domain')}"


@missions.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--map", "maps", metavar="THEIRS=OURS", multiple=True, help="Which column of theirs is which of ours.")
@click.option("--state", "states", metavar="THEIRS=CODE", multiple=True, help="Which State a name means: Congo=COD.")
@click.option("--sheet", metavar="NAME", help="Which sheet; default: the first that has a State column.")
@click.option("--header", metavar="ROW", type=click.IntRange(min=1), help="In which row the columns are named.")
@click.option("--dates", type=click.Choice(["day-first", "month-first"]), help="What 3/4/2026 means.")
@click.option("--encoding", metavar="NAME", help="A CSV file's encoding; default: as it shows itself.")
@click.option("--repair-text", is_flag=True, help="Mend text that was read in a wrong encoding (GenÃ¨ve).")
@click.option(
    "--rejects", metavar="FILE", type=click.Path(path_type=Path), help="Save the rows that are not taken, to mend."
)
@click.option("--dry-run", is_flag=True, help="Show the plan only.")
@yes_option
@folder_option
@click.pass_context
def import_(
    ctx: click.Context,
    file: Path,
    maps: tuple[str, ...],
    states: tuple[str, ...],
    sheet: str | None,
    header: int | None,
    dates: str | None,
    encoding: str | None,
    repair_text: bool,
    rejects: Path | None,
    dry_run: bool,
    yes: bool,
) -> None:
    """Take facts from somebody's spreadsheet (.xlsx, .xls, .ods, CSV): shows every difference first, and asks.

    A blank never erases; a source or note is added to what is there; an imported address is not taken for
    verified, and its source says which file it came from. --map 'Courriel=email' names a column, --map 'Fax='
    leaves one out, --map 'Checked=verified_on' says that you trust its dates.

    A row with a fault is not taken, and listed with what is wrong; --rejects mend.csv saves these rows.
    """
    from outreach.cli.missions.import_ import import_file
    from outreach.registry.imports.reading.opening import Layout
    from outreach.services.missions.importing import ImportRequest

    day_first = None if dates is None else dates == "day-first"
    request = ImportRequest(file, Layout(maps, sheet, header, encoding, repair_text), states, day_first)
    if not import_file(campaign_folder(ctx), request, rejects, yes=yes, dry_run=dry_run):
        ctx.exit(1)
