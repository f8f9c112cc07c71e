"""Reads contacts/instruments.csv: what States act in; knows nothing about who acted."""

import re

from outreach.errors import Problem
from outreach.registry.cells import read_rough_date
from outreach.registry.model import Instrument
from outreach.registry.sheets.sheet import Sheet
from outreach.registry.sheets.table import rows_of
from outreach.text import nearest, shortened

FILE = "contacts/instruments.csv"
COLUMNS = ("id", "kind", "title", "symbol", "date", "count", "vote", "led_by", "source", "note")
REQUIRED = tuple(column for column in COLUMNS if column != "vote")  # files of the versions before have none
TOPIC = re.compile(r"topic\.([A-Za-z0-9-]+)")  # a column for each language, if the campaign has them
KINDS = ("resolution", "decision", "joint statement", "statement", "dialogue", "debate", "list")
OWN_KIND = re.compile(r"[^\W\d_](?:[^\W\d_]|[ -]){1,38}")
MISTYPED = 0.8  # likeness to a kind that we know, from 0 to 1, from which on a word is taken for a slip
ID = re.compile(r"[a-z0-9][a-z0-9-]*")


def read_instruments(sheet: Sheet, problems: list[Problem]) -> dict[str, Instrument]:
    """Read instruments by id; everything wrong is added to `problems`."""
    instruments: dict[str, Instrument] = {}
    first: dict[str, int] = {}
    for row in rows_of(sheet, REQUIRED, problems):
        identity = row.read("id", _read_id, "")
        if identity in first:
            row.note("id", f"'{identity}' stands in row {first[identity]} already; keep one row")
            continue
        instrument = Instrument(
            id=identity,
            kind=row.read("kind", read_kind, ""),
            title=row.read("title", _read_title, ""),
            symbol=row["symbol"],
            date=row.read("date", read_rough_date, ""),
            count=row["count"],
            vote=row["vote"],
            led_by=row["led_by"],
            source=row["source"],
            note=row["note"],
            topic={found[1]: row[column] for column in row.cells if (found := TOPIC.fullmatch(column)) and row[column]},
        )
        if identity:
            first[identity] = row.row
            instruments[identity] = instrument
    return instruments


def read_kind(text: str) -> str:
    """Read what sort of thing an instrument is: a word that we know, or any of the campaign's own, in small letters.

    A word that is nearly one that we know is a slip, a ValueError.
    """
    kind = " ".join(text.casefold().split())
    if kind in KINDS:
        return kind
    known = f"write {', '.join(KINDS[:-1])} or {KINDS[-1]}, or a word of your own such as open letter"
    if not OWN_KIND.fullmatch(kind):
        raise ValueError(f"'{shortened(text)}' is no kind of instrument: {known}" if text else f"no kind: {known}")
    if slip := nearest(kind, KINDS, most=1, alike=MISTYPED):
        raise ValueError(f"'{shortened(text)}' is nearly '{slip[0]}': write that, or a word that is less like it")
    return kind


def _read_id(text: str) -> str:
    if not ID.fullmatch(text):
        raise ValueError(
            f"'{shortened(text)}' is not an id; use small letters, digits and hyphens, such as hrc51-dialogue"
        )
    return text


def _read_title(text: str) -> str:
    if not text:
        raise ValueError("no title; write the instrument's own title")
    return text
