"""Finds days and session numbers that somebody typed out in a text, in three languages; judges none of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

A_DAY = timedelta(days=1)
MONTHS = {
    name: number
    for names in (
        "january february march april may june july august september october november december",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "janv fevrier mars avr mai juin juil aout sept oct nov decembre",
        "ene feb mar abr may jun jul ago setiembre oct nov dic",
    )
    for number, name in enumerate(names.split(), 1)
}
MONTH = rf"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\b\.?"
YEAR = r"(?:,?\s+(?:(?:de|del|of)\s+)?(?P<year>(?:19|20)\d\d))"
ENDING = r"(?:st|nd|rd|th|er|\.?º|\.?°|\.er)?"
DAYS = (
    re.compile(r"(?<![\w/-])(?P<year>(?:19|20)\d\d)-(?P<number>\d\d)-(?P<day>\d\d)(?![\w/-])"),
    re.compile(rf"(?<![\w/.-])(?P<day>\d{{1,2}}){ENDING}\s+(?:(?:of|de)\s+)?{MONTH}{YEAR}?", re.IGNORECASE),
    re.compile(rf"\b(?-i:(?=[A-Z])){MONTH}\s+(?P<day>\d{{1,2}}){ENDING}(?!\w){YEAR}?", re.IGNORECASE),
    re.compile(rf"\b{MONTH}{YEAR}\b", re.IGNORECASE),
)
NUMERIC = re.compile(
    r"(?<![\w/.-])(?P<one>\d{1,2})(?P<sign>[./])(?P<two>\d{1,2})(?P=sign)(?P<year>(?:19|20)\d\d)(?![\w/-])"
)

# Ordinals as words, which is how the United Nations write them: fifty-first, cinquante et unième, quincuagésimo primer.
ENGLISH = (
    "twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth",
    "first second third fourth fifth sixth seventh eighth ninth",
)
FRENCH = (
    "vingt trente quarante cinquante soixante soixante quatre-vingt quatre-vingt",
    (
        "unième deuxième troisième quatrième cinquième sixième septième huitième neuvième dixième onzième douzième "
        "treizième quatorzième quinzième seizième dix-septième dix-huitième dix-neuvième"
    ),
)
SPANISH = (
    "vigésimo trigésimo cuadragésimo quincuagésimo sexagésimo septuagésimo octogésimo nonagésimo",
    "primer segundo tercer cuarto quinto sexto séptimo octavo noveno",
)


@dataclass(frozen=True, slots=True)
class TypedDay:
    """A day as typed out, as precise as it is: `readings` are the (year, month, day) it can mean, 0 where unsaid."""

    words: str
    readings: tuple[tuple[int, int, int], ...]
    at: int

    def is_within(self, first: date, last: date) -> bool:
        """Say whether it can be one of the days from first to last, both included."""
        days = (first + A_DAY * number for number in range((last - first).days + 1))
        return any(all(said in (0, own) for said, own in zip(reading, (day.year, day.month, day.day), strict=True))
                   for day, reading in product(days, self.readings))  # fmt: skip


@dataclass(frozen=True, slots=True)
class TypedSession:
    """A session by its number; `words` are as typed, `number` what they mean, `at` where in the text they begin."""

    words: str
    number: int
    at: int


def days_in(text: str) -> list[TypedDay]:
    """Find the days and months of a year that a text names, in its order. A year alone is none, nor a month alone."""
    taken: list[tuple[int, int]] = []
    found = []
    for match in (*(match for days in DAYS for match in days.finditer(text)), *NUMERIC.finditer(text)):
        if any(begin < match.end() and match.start() < end for begin, end in taken):
            continue
        taken.append(match.span())
        readings = tuple(reading for reading in _readings(match.groupdict()) if _is_possible(*reading))
        if readings:
            found.append(TypedDay(match[0].strip(" ,."), readings, match.start()))
    return sorted(found, key=lambda day: day.at)


def sessions_in(text: str) -> list[TypedSession]:
    """Find the sessions that a text names by number: 51st session, HRC51, 51e session, 51.er período de sesiones."""
    found = list[TypedSession]()
    if not NAMES_A_SESSION.search(text):  # most texts: a hundredth of the time
        return found
    for match in SESSIONS.finditer(text):
        said = next(value for value in match.groups() if value)
        plain = re.sub(r"\s+", " ", said.casefold())
        found.append(TypedSession(match[0].strip(), int(plain) if plain.isdigit() else ORDINALS[plain], match.start()))
    return found


def _readings(parts: dict[str, str | None]) -> Iterator[tuple[int, int, int]]:
    year = int(parts.get("year") or 0)
    if parts.get("one"):  # 9/12/2022: which of them is the month depends on where the reader lives
        one, two = int(parts["one"] or 0), int(parts["two"] or 0)
        yield from ((year, two, one), (year, one, two))
        return
    number = parts.get("number")
    yield year, int(number) if number else MONTHS[(parts.get("month") or "").casefold()], int(parts.get("day") or 0)


def _is_possible(year: int, month: int, day: int) -> bool:
    try:
        date(year or 2024, month, day or 1)
    except ValueError:
        return False
    return True


def _ordinals() -> dict[str, int]:
    """Give ordinal in words → number, from the twentieth to the ninety-ninth, in the three languages."""
    known = dict[str, int]()
    for tens, units in zip(range(20, 100, 10), ENGLISH[0].split(), strict=True):
        known[units] = tens
        stem = units.removesuffix("ieth") + "y"
        known |= {f"{stem}-{unit}": tens + number for number, unit in enumerate(ENGLISH[1].split(), 1)}
    for tens, stem in zip(range(20, 100, 10), FRENCH[0].split(), strict=True):
        twenties = tens in (70, 90)  # soixante-dixième counts from 60, quatre-vingt-dixième from 80
        if not twenties:
            known[f"{stem.removesuffix('e')}ième"] = tens
        for number, unit in enumerate(FRENCH[1].split(), 1):
            if (number >= 10) == twenties:
                known |= dict.fromkeys(
                    (f"{stem}-{unit}", f"{stem} et {unit}", f"{stem}-et-{unit}"), tens - 10 * twenties + number
                )
    for tens, stem in zip(range(20, 100, 10), SPANISH[0].split(), strict=True):
        known |= dict.fromkeys((stem, stem[:-1] + "a"), tens)
        for number, unit in enumerate(SPANISH[1].split(), 1):
            known[f"{stem} {unit}"] = tens + number
            known[f"{stem[:-1]}a {unit.removesuffix('o')}a"] = tens + number
    return known


ORDINALS = _ordinals()
WORDS = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(ORDINALS, key=len, reverse=True))
NUMBER = r"(\d{1,3})"
NAMES_A_SESSION = re.compile(r"sessi|sesi[oó]n|per[ií]odo|HRC|CDH|UNGA|AGNU", re.IGNORECASE)
SESSIONS = re.compile(
    rf"\b{NUMBER}\s?(?:st|nd|rd|th|e|è?re|[iè]*ème|ᵉ|º|°|ª|\.º|\.er|er|\.ª)\s+(?:(?:regular|annual|special|ordinaire)\s+)?"
    r"(?:sessions?|sesi[oó]n(?:es)?|per[ií]odos?)\b"
    rf"|\b(?:session|sesión|períodos?\s+de\s+sesiones)\s+(?:no\.?\s*|n[º°]\s*)?{NUMBER}(?!\w)(?!/)"
    rf"|(?<![\w/])#?(?:UN)?(?:HRC|CDH|UNGA|AGNU)[ -]?{NUMBER}(?![\w/])"
    rf"|\b({WORDS})\s+(?:(?:regular|annual|special|ordinaire)\s+)?(?:sessions?|sesi[oó]n(?:es)?|per[ií]odos?)\b",
    re.IGNORECASE,
)
