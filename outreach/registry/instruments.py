"""Reads contacts/instruments.csv: what States act in; knows nothing about who acted."""

import re

from outreach.errors import Problem
from outreach.registry.cells import read_choice, read_rough_date
from outreach.registry.model import Instrument
from outreach.registry.sheets.sheet import Sheet
from outreach.registry.sheets.table import rows_of
from outreach.text import shortened

FILE = "contacts/instruments.csv"
COLUMNS = ("id", "kind", "title", "symbol", "date", "count", "vote", "led_by", "source", "note")
REQUIRED = tuple(column for column in COLUMNS if column != "vote")  # files of the versions before have none
KINDS = ("resolution", "joint statement", "statement", "dialogue", "list")
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
            kind=row.read("kind", lambda text: read_choice(text, "kind", KINDS), ""),
            title=row.read("title", _read_title, ""),
            symbol=row["symbol"],
            date=row.read("date", read_rough_date, ""),
            count=row["count"],
            vote=row["vote"],
            led_by=row["led_by"],
            source=row["source"],
            note=row["note"],
        )
        if identity:
            first[identity] = row.row
            instruments[identity] = instrument
    return instruments


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
