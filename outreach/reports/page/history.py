"""The record over the years: how many States took part in what, as the campaign's files say. Knows no letters."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from outreach.registry.model import Instrument, Registry
from outreach.registry.outcomes import states_counted

LINK = re.compile(r"https?://[^\s;]+")
HOST = re.compile(r"https?://(?:www\.)?([^/?#]+)")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact is written: words, and an address on the web or ""."""

    words: str
    link: str


@dataclass(frozen=True, slots=True)
class Occasion:
    """A joint statement, a dialogue or a debate. `number` is None where the source gives no plain number of States.

    `named` is how many States the record knows by name; `share` is of the largest number in the same list.
    """

    id: str
    date: str  # as precise as known
    title: str
    number: int | None
    named: int
    share: float
    led_by: str
    sources: tuple[Source, ...]
    note: str


def statements(registry: Registry, *, notes: bool) -> tuple[Occasion, ...]:
    """List joint statements, the oldest first; with the campaign's own notes on them or without."""
    found = _occasions(registry, ("joint statement",), ("led", "joined"))
    return found if notes else _without_notes(found)


def dialogues(registry: Registry, *, notes: bool) -> tuple[Occasion, ...]:
    """List dialogues and debates, the oldest first; with the campaign's own notes on them or without."""
    found = _occasions(registry, ("dialogue", "debate"), ("raised",))
    return found if notes else _without_notes(found)


def _without_notes(found: Iterable[Occasion]) -> tuple[Occasion, ...]:
    return tuple(replace(occasion, note="") for occasion in found)


def _occasions(registry: Registry, kinds: tuple[str, ...], acts: tuple[str, ...]) -> tuple[Occasion, ...]:
    found = sorted((i for i in registry.instruments.values() if i.kind in kinds), key=lambda i: (i.date, i.id))
    most = max((states_counted(instrument) or 0 for instrument in found), default=0)
    return tuple(_occasion(registry, instrument, acts, most) for instrument in found)


def _occasion(registry: Registry, instrument: Instrument, acts: tuple[str, ...], most: int) -> Occasion:
    number = states_counted(instrument)
    named = {act.state for act in registry.acts if act.instrument == instrument.id and act.kind in acts}
    return Occasion(
        id=instrument.id,
        date=instrument.date,
        title=instrument.title,
        number=number,
        named=len(named),
        share=(number or 0) / most if most else 0.0,
        led_by=instrument.led_by,
        sources=tuple(sources(instrument.source)),
        note=instrument.note,
    )


def sources(text: str) -> Iterable[Source]:
    """Read the sources in a cell, which separates several by ` ; `. Only http and https become links."""
    for part in filter(None, (piece.strip() for piece in text.split(" ; "))):
        host = HOST.match(part)
        yield Source(host[1], part) if host and LINK.fullmatch(part) else Source(part, "")
