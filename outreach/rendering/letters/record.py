"""What each State's record lets a letter say: acts up to the ask's date, as words; reads no files."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from operator import itemgetter

from outreach.registry.model import Act, ActKind, Instrument, Registry, reaches
from outreach.rendering.templates.context import InstrumentWords, RecordWords

SESSION = re.compile(r"^(hrc|unga)(\d+)(?:-|$)")
NUMBER = re.compile(r"(\d+/\d+)$")


def records(registry: Registry, case: str, until: date, raised_since: date = date.min) -> dict[str, RecordWords]:
    """Give each State's record as it stood on a day, that day included.

    `raised` is where it raised this very case, for thanks only since the ask's date.
    """
    words = {key: instrument_words(instrument) for key, instrument in registry.instruments.items()}
    acts_by_state = _acts_by_state(registry, until, raised_since)
    return {state: _record(acts, case, words) for state, acts in acts_by_state.items()}


def instrument_words(instrument: Instrument) -> InstrumentWords:
    """Take session and body from the id (hrc36-21 → 36, hrc), number from the symbol, year from the date."""
    session = SESSION.match(instrument.id)
    number = NUMBER.search(instrument.symbol)
    return InstrumentWords(
        id=instrument.id,
        kind=instrument.kind,
        title=instrument.title,
        body=session[1] if session else "",
        number=number[1] if number else "",
        session=int(session[2]) if session else 0,
        year=int(instrument.date[:4] or 0),
    )


def _acts_by_state(registry: Registry, until: date, raised_since: date) -> dict[str, list[Act]]:
    """Give each State's acts, oldest first. An act that nobody can date is left unspoken."""
    known = [act for act in registry.acts if act.instrument in registry.instruments]
    acts: dict[str, list[Act]] = {}
    for when, _, act in sorted([(registry.when(act), act.instrument, act) for act in known], key=itemgetter(0, 1)):
        in_time = (
            when and when <= until.isoformat()[: len(when)]
        )  # at the precision known: 2022 is not after 2022-09-29
        if in_time and (act.kind != "raised" or reaches(when, raised_since)):
            acts.setdefault(act.state, []).append(act)
    return acts


def _record(acts: Sequence[Act], case: str, words: dict[str, InstrumentWords]) -> RecordWords:
    this_case = [act for act in acts if act.case == case]
    return RecordWords(
        co_sponsored=_instruments(acts, "co-sponsored", words),
        led=_instruments(acts, "led", words),
        joined=_instruments(acts, "joined", words),
        raised=_instruments(this_case, "raised", words),
    )


def _instruments(acts: Iterable[Act], kind: ActKind, words: dict[str, InstrumentWords]) -> tuple[InstrumentWords, ...]:
    """Give each instrument once, in the order of the acts."""
    return tuple(
        [words[instrument] for instrument in dict.fromkeys(act.instrument for act in acts if act.kind == kind)]
    )
