"""Reads contacts/documented.csv, or says all that is wrong with it at once; knows nothing of the campaign's cases."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from itertools import pairwise, takewhile
from pathlib import Path

from outreach.errors import DataError, Problem
from outreach.registry.cells import FIRST_YEAR, read_choice, read_code, read_rough_date
from outreach.registry.documented.model import Agreed, Documented, Report, Standing
from outreach.registry.documented.vocabulary import LANGUAGES, codes, word
from outreach.registry.model import State
from outreach.registry.sheets.sheet import Sheet, read_sheet
from outreach.registry.sheets.table import Fields, rows_of
from outreach.registry.states import load_states
from outreach.text import did_you_mean, latest_day, shortened

FILE = "contacts/documented.csv"
COLUMNS = (
    "id",
    "title",
    "state",
    "year",
    "named_publicly",
    "victim_kind",
    "engagement",
    "un_body",
    "act_type",
    "trigger",
    "reports",
    "followup",
    "state_reply",
    "status",
    "status_on",
    "consent",
    "sources",
    "note",
)
REQUIRED = ("id", "title", "state", "named_publicly", "sources")
YES_OR_NO = ("yes", "no")
# The file is public. These are what a column for the team alone, or with data that lead to a person, is called in
# English, French and Spanish.
INTERNAL = re.compile(
    r"\b(?:risk\w*|risques?|riesgos?|threat level|intern(?:al|es?|os?|as?)|confiden\w+|private|priv[ée]e?s?"
    r"|privad[oa]s?|secrete?s?|secret[oa]s?|sensitiv\w*|sensib\w+|security(?! council)|sécurité|seguridad"
    r"|contacts?|contacto|(?:tele)?phones?|téléphones?|teléfonos?|e mails?|emails?|courriels?|correo|birth|naissance"
    r"|nacimiento|passports?|passeports?|pasaportes?|home address|adresse|domicil\w+|geolocation|géolocalisation)\b",
    re.IGNORECASE,
)

ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_ID = 60
MOST_ROWS, MOST_VALUES = 20_000, 200  # in the file; in a cell
NEUTRAL_ID = re.compile(r"[a-z]{3}(?:-\d{1,4}){1,2}")
SYMBOL = re.compile(r"(?=.*\d)[A-Z][A-Z.]{0,9}(?:/[A-Za-z0-9.()*-]{1,20}){1,8}")
COMMUNICATION = re.compile(r"(?:[A-Z]{2,3} )?[A-Z]{3} \d{1,3}/\d{4}")  # of special procedures: UA CHN 13/2016
PLACE = re.compile(
    r"(?P<symbol>\S+?)(?:,?\s+annex\s+(?P<annex>I{1,3}|[123]))?"
    r"(?:,?\s+(?:paras?\.?|párrs?\.?|§§?|¶¶?)\s*(?P<paragraph>\d+(?:\s*[-–,]\s*\d+)*))?",
    re.IGNORECASE,
)
ANNEXES = {"1": "I", "2": "II", "3": "III"}
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?=\S)", re.IGNORECASE)
WEB = re.compile(r"https?://[^\s/@]+\.[^\s/@]+(?:/\S*)?", re.IGNORECASE)


def load_documented(folder: Path, today: date | None = None) -> tuple[Documented, ...]:
    """Read the documented cases of the campaign in `folder`, in the order of the file; none where there is no file.

    Raises DataError with every problem: file, row, column. No day may be after `today`, the latest there is anywhere.
    """
    if not (folder / FILE).exists():
        return ()
    problems: list[Problem] = []
    day = today or latest_day(datetime.now(UTC))
    found = read_documented(read_sheet(folder / FILE, FILE), load_states(), problems, day)
    if problems:
        raise DataError(sorted(problems, key=lambda problem: problem.row or 0))
    return found


def read_documented(
    sheet: Sheet, states: Mapping[str, State], problems: list[Problem], today: date
) -> tuple[Documented, ...]:
    """Read documented cases; everything wrong is added to `problems`."""
    if len(sheet.rows) > MOST_ROWS:
        problems.append(Problem(sheet.name, f"has over {MOST_ROWS:,} rows; this is too much for a list"))
        return ()
    problems += [
        Problem(sheet.name, "this file is public: take the column out, and keep it elsewhere", 1, column)
        for column in sheet.columns
        if column not in COLUMNS and is_internal(column)
    ]
    nameless = {place for place, column in enumerate(sheet.columns) if not column}
    problems += [
        Problem(
            sheet.name, "says something under no column: name the column, or clear the cell", row.number, f"{place + 1}"
        )
        for row in sheet.rows[1:]
        for place in nameless
        if row.cells[place : place + 1] and row.cells[place].strip()
    ]
    found: list[Documented] = []
    first: dict[str, int] = {}
    for row in rows_of(sheet, REQUIRED, problems):
        each = _documented(row, states, today)
        if each.id and first.setdefault(each.id, row.row) != row.row:
            row.note("id", f"'{each.id}' stands in row {first[each.id]} already; keep one row")
        found.append(each)
    return tuple(found)


def is_internal(column: str) -> bool:
    """Say whether a column is called as what must not stand in a public file: risk, contact data, notes for a team."""
    return bool(INTERNAL.search(re.sub(r"[\W_]+", " ", column)))


def _documented(row: Fields, states: Mapping[str, State], today: date) -> Documented:
    named = row.read("named_publicly", partial(read_choice, what="answer", known=YES_OR_NO), "no") == "yes"
    each = Documented(
        id=row.read("id", read_id, ""),
        title=row.read("title", read_title, ""),
        state=row.read("state", partial(read_code, states), ""),
        year=row.read("year", partial(read_year, today), ""),
        named_publicly=named,
        victim_kind=row.read("victim_kind", partial(_coded, "victim_kind"), ""),
        engagement=row.read("engagement", partial(_several, "engagement"), ()),
        un_body=row.read("un_body", partial(_several, "un_body"), ()),
        act_type=row.read("act_type", partial(_several, "act_type"), ()),
        trigger=row["trigger"],
        reports=_reports(row),
        state_reply=row["state_reply"],
        history=_history(row, today),
        consent=row.read("consent", partial(read_consent, today), Agreed()),
        sources=row.read("sources", read_sources, ()),
        note=row["note"],
        row=row.row,
    )
    if not named and "named_publicly" not in row.wrong and row["named_publicly"] == "no":
        _hold_back_names(row, each)
    return each


def neutral_titles() -> tuple[str, ...]:
    """List the titles of a case whose people no document names, in every language of the vocabulary."""
    return tuple(word("neutral", code, language) for language in LANGUAGES for code in codes("neutral"))


def _hold_back_names(row: Fields, each: Documented) -> None:
    """Note each cell in which a name could stand of somebody whom no document names.

    Nothing can tell a name from other words. So such a row has no free words at all: codes, days, documents' symbols.
    """
    because = "named_publicly is no, so no name may stand in this row"
    if each.title and each.title not in neutral_titles():
        known = "; ".join(word("neutral", code, "en") for code in codes("neutral"))
        row.note("title", f"{because}: write one of: {known}")
    if each.id and not NEUTRAL_ID.fullmatch(each.id):
        row.note("id", f"{because}: write State, year and a number, such as blr-2021-3")
    if any(not is_document(source) for source in each.sources):
        row.note("sources", f"{because}, and an address may have one in it: write UN symbols, such as A/HRC/48/28")
    if each.state_reply not in ("", *YES_OR_NO):
        row.note("state_reply", f"{because}: write yes, no, or nothing")
    for column in ("trigger", "note", *(name for name in row.cells if name and name not in COLUMNS)):
        if row[column]:
            row.note(column, f"{because}: leave this cell blank")


def is_document(source: str) -> bool:
    """Say whether a source is the symbol of a UN document or communication, with its place, and nothing else."""
    place = PLACE.fullmatch(source)
    return bool((place and SYMBOL.fullmatch(place["symbol"])) or COMMUNICATION.fullmatch(source))


def read_id(text: str) -> str:
    """Read the short name of a case: small letters, digits and hyphens."""
    if not ID.fullmatch(text) or len(text) > LONGEST_ID:
        wrong = f"'{shortened(text)}' is not an id" if text else "no id"
        raise ValueError(f"{wrong}; use at most {LONGEST_ID} small letters, digits and hyphens, such as blr-2021-3")
    return text


def read_title(text: str) -> str:
    """Read the public name of a case."""
    if not text:
        raise ValueError("no title; write the public name of the case as the document spells it")
    return text


def read_year(today: date, text: str) -> str:
    """Read a year up to this one, or nothing."""
    if text and not (re.fullmatch(r"\d{4}", text, re.ASCII) and FIRST_YEAR <= int(text) <= today.year):
        raise ValueError(f"'{shortened(text)}' is not a year from {FIRST_YEAR} to {today.year}")
    return text


def read_past(today: date, text: str) -> str:
    """Read a date as precise as known that is not to come, or nothing."""
    if read_rough_date(text) > today.isoformat()[: len(text)]:
        raise ValueError(f"{text} is in the future; write the day on which somebody looked")
    return text


def parts_of(text: str) -> tuple[str, ...]:
    """Give the values of a cell, which are separated by ;"""
    return tuple(filter(None, (part.strip() for part in text.split(";"))))


def _read_parts(text: str) -> tuple[str, ...]:
    parts = parts_of(text)
    if len(parts) > MOST_VALUES:
        raise ValueError(f"has {len(parts):,} values; {MOST_VALUES} are the most")
    return parts


def _coded(kind: str, text: str) -> str:
    if text and text not in codes(kind):
        raise ValueError(f"'{shortened(text)}' is no word of this column{did_you_mean(text, codes(kind))}")
    return text


def _several(kind: str, text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_coded(kind, part) for part in _read_parts(text)))


def read_consent(today: date, text: str) -> Agreed:
    """Read who gave consent, or that it was refused or withdrawn, and when: person 2024-05-01. Blank: nobody asked."""
    if not text:
        return Agreed()
    said, _, on = text.partition(" ")
    try:
        return Agreed(_coded("consent", said), read_past(today, on.strip()))
    except ValueError as error:
        raise ValueError(f"{error}. Write who gave it, or withdrawn, and the day: person 2024-05-01") from None


def read_sources(text: str) -> tuple[str, ...]:
    """Read where a case is written down: UN symbols, addresses on the web, documents; there is none without."""
    if not _read_parts(text):
        raise ValueError("no source; write where this is on public record: a UN symbol, or an address on the web")
    return tuple(dict.fromkeys(map(read_source, _read_parts(text))))


def read_source(text: str) -> str:
    """Read one source. What looks like an address must be one that a browser opens: http or https."""
    if SCHEME.match(text) and not WEB.fullmatch(text):
        raise ValueError(f"'{shortened(text)}' is no address on the web; write one that begins with https://")
    return text


def read_report(text: str) -> Report:
    """Read the symbol of a UN document with its place in it: A/HRC/48/28, annex II, para. 58."""
    place = PLACE.fullmatch(text)
    if not place or not SYMBOL.fullmatch(place["symbol"]):
        raise ValueError(f"'{shortened(text)}' is no UN symbol; write it as A/HRC/48/28, annex II, para. 58")
    annex = (place["annex"] or "").upper()
    paragraph = re.sub(r"\s+", "", place["paragraph"] or "").replace("–", "-")
    return Report(place["symbol"], ANNEXES.get(annex, annex), paragraph)


def _reports(row: Fields) -> tuple[Report, ...]:
    none: tuple[Report, ...] = ()
    silent: tuple[str, ...] = ()
    reports = row.read("reports", lambda text: tuple(map(read_report, _read_parts(text))), none)
    said = row.read("followup", lambda text: tuple(map(partial(_coded, "followup"), _in_order(text))), silent)
    if not said:
        return reports
    if len(said) != len(reports):
        if not _has_faults(row, "reports"):
            row.note("followup", f"has {len(said)} words for {len(reports)} reports; one for each, separate by ;")
        return reports
    return tuple(replace(each, followup=new) for each, new in zip(reports, said, strict=True))


def _history(row: Fields, today: date) -> tuple[Standing, ...]:
    none: tuple[str, ...] = ()
    found = row.read("status", lambda text: tuple(map(partial(_coded, "status"), _read_parts(text))), none)
    days = row.read("status_on", lambda text: tuple(map(partial(read_past, today), _in_order(text))), none)
    if not days:
        return tuple(map(Standing, found))
    if len(days) != len(found):
        if not _has_faults(row, "status"):
            row.note(
                "status_on", f"has {len(days)} days for {len(found)} words in status; one for each, separated by ;"
            )
        return ()
    known = [day for day in days if day]
    if any(one[: len(two)] > two[: len(one)] for one, two in pairwise(known)):
        row.note("status_on", "its days are not in order; the newest is the last")
    return tuple(map(Standing, found, days))


def _has_faults(row: Fields, column: str) -> bool:
    """Say whether a cell has been noted as wrong: as a cell of its sheet, or among the last problems, this row's."""
    ours = takewhile(lambda problem: problem.row == row.row, reversed(row.problems))
    return column in row.wrong or any(problem.column == column for problem in ours)


def _in_order(text: str) -> tuple[str, ...]:
    """Give the values of a cell, blank ones too: they stand beside those of another cell."""
    return tuple(part.strip() for part in text.split(";")) if text else ()
