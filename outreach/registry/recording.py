"""Adds acts to contacts/record.csv, and strikes wrong ones out, without touching another byte of it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from outreach.errors import UsageError
from outreach.registry import instruments
from outreach.registry.cells import ISO_DAY, read_choice, read_rough_date
from outreach.registry.load import load_registry
from outreach.registry.model import Act, Registry
from outreach.registry.record import FILE, act_cells, columns_for, read_quote, read_quote_language, read_source
from outreach.registry.sheets.checks import value_message
from outreach.registry.sheets.editing import with_cells, with_columns, with_rows
from outreach.registry.sheets.saving import one_at_a_time, save
from outreach.registry.sheets.sheet import Sheet, read_sheet
from outreach.registry.states import find_state, fold


def append_acts(folder: Path, groups: Mapping[str, Sequence[str]], cases: Collection[str], act: Act) -> tuple[Act, ...]:
    """Write `act` at the end of the record, once for each member where `with_` names a group; return what was written.

    Its States may be given by any name; without a date it gets that of its instrument, where that is a full day.
    UsageError for everything that is unknown or badly written, and for what the record says already; DataError when
    the files have problems of their own. In each case nothing is written.
    """
    path = folder / FILE
    with one_at_a_time(path.parent):
        registry = load_registry(folder, groups)
        acts = _one_for_each_member(registry, _dated(registry, _checked(registry, cases, act)))
        _refuse_known(registry, acts)
        sheet = read_sheet(path, FILE)
        first = len(sheet.rows) + 1
        after = with_rows(_with_columns_for(sheet, acts), [act_cells(each) for each in acts])
        save(path, sheet.to_bytes(), after.to_bytes())
    return tuple(replace(each, row=number) for number, each in enumerate(acts, first))


def strike_out(folder: Path, groups: Mapping[str, Sequence[str]], row: int, *, on: date, by: str, why: str) -> Act:
    """Strike an act out of the record: it stays in its row, with when, by whom and why, and counts nowhere any more.

    UsageError for a row that has no act that stands, and for what is blank or cannot stand in a cell; DataError when
    the files have problems of their own. In each case nothing is written.
    """
    told = {"corrected_on": on.isoformat(), "corrected_by": by.strip(), "correction": why.strip()}
    wrong = [
        f"--{option}: {fault}"
        for option, column in (("by", "corrected_by"), ("why", "correction"))
        if (fault := value_message(told[column], column) or ("" if told[column] else "blank; the correction names it"))
    ]
    if wrong:
        raise UsageError("\n".join(wrong))
    path = folder / FILE
    with one_at_a_time(path.parent):
        act = act_in_row(load_registry(folder, groups), row)
        when, who, reason = told.values()
        struck = replace(act, corrected_on=when, corrected_by=who, correction=reason)
        sheet = read_sheet(path, FILE)
        after = with_cells(_with_columns_for(sheet, [struck]), {(row, column): text for column, text in told.items()})
        save(path, sheet.to_bytes(), after.to_bytes())
    return struck


def act_in_row(registry: Registry, row: int) -> Act:
    """Give the act that stands in a row of the record; UsageError where there is none, or where it was struck out."""
    for act in registry.acts:
        if act.row == row:
            return act
    for act in registry.corrected:
        if act.row == row:
            raise UsageError(f"{FILE}, row {row} was struck out on {act.corrected_on} already: {act.correction}")
    raise UsageError(f"{FILE} has no act in row {row}; find its row with: outreach record list")


def _with_columns_for(sheet: Sheet, acts: Sequence[Act]) -> Sheet:
    """Give the sheet with the columns that these acts need and it has not."""
    missing = [column for column in columns_for(acts) if column not in sheet.columns]
    return with_columns(sheet, missing) if missing else sheet


def _checked(registry: Registry, cases: Collection[str], act: Act) -> Act:
    """Give the act with its words as the file has them; UsageError with all that is wrong, each with its option."""
    wrong: list[str] = []
    words: dict[str, str] = {}
    for name, reader in _readers(registry, cases).items():
        option, text = name.rstrip("_").replace("_", "-"), getattr(act, name).strip()
        try:
            words[name] = _read(reader, text, option)
        except (ValueError, UsageError) as error:
            wrong.append(f"--{option}: {error}")
    if act.kind == "raised" and not (act.case or act.subject):
        wrong.append("--act raised: say what was raised, with --case or --subject")
    if bool(act.quote.strip()) != bool(act.quote_language.strip()):
        wrong.append("--quote: give the words with --quote and their language with --quote-language, such as en")
    if wrong:
        raise UsageError("\n".join(wrong))
    return Act(kind=act.kind, row=0, **words)


def _readers(registry: Registry, cases: Collection[str]) -> dict[str, Callable[[str], str]]:
    """How each of an act's words is read, in the order of the file."""

    def state(text: str) -> str:
        return find_state(registry.states, text).code

    return {
        "state": state,
        "instrument": lambda text: _read_instrument(registry, text),
        "case": lambda text: text and read_choice(text, "case", sorted(cases)),
        "subject": str,
        "state_concerned": lambda text: text and state(text),
        "date": read_rough_date,
        "with_": str,
        "source": read_source,
        "note": str,
        "quote": read_quote,
        "quote_language": read_quote_language,
        "second_reader": str,
    }


def _read_instrument(registry: Registry, text: str) -> str:
    try:
        return read_choice(text, "instrument", list(registry.instruments))
    except ValueError as error:
        raise ValueError(f"{error} (a new one first needs a row in {instruments.FILE})") from None


def _read(reader: Callable[[str], str], text: str, column: str) -> str:
    """Read a text that may stand in a cell of that column; ValueError otherwise."""
    fault = value_message(text, column)
    if fault:
        raise ValueError(fault)
    return reader(text)


def _dated(registry: Registry, act: Act) -> Act:
    """Give the act with a date: what was done in an instrument of one day was done on that day."""
    day = registry.instruments[act.instrument].date
    return replace(act, date=day) if not act.date and ISO_DAY.fullmatch(day) else act


def _one_for_each_member(registry: Registry, act: Act) -> list[Act]:
    """Give the act itself; or, when it was done with a group, that of its State and of every member."""
    for name, members in registry.groups.items():
        if act.with_ and fold(act.with_) == fold(name):
            return [replace(act, state=code, with_=name) for code in dict.fromkeys((act.state, *members))]
    return [act]


def _refuse_known(registry: Registry, acts: Sequence[Act]) -> None:
    """One fact is one row: another source for it belongs into that row."""
    known = {_fact(act): act for act in registry.acts}
    again = [known[_fact(act)] for act in acts if _fact(act) in known]
    if again:
        rows = ", ".join(f"row {act.row} ({act.state})" for act in again)
        raise UsageError(f"{FILE} says this already: {rows}; nothing was added. To name another source, edit that row")


def _fact(act: Act) -> Act:
    return replace(act, source="", note="", quote="", quote_language="", second_reader="", row=0)
