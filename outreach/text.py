"""Clean foreign text, suggest the word that was meant, count and list things, write local times; knows no subject.

Foreign text is whatever came from outside: a server's reply, a mail, a cell, a file that somebody typed. Either it is
refused (`control_in`, `control_in_line`), or it is cleaned:

    storable        several lines   any database can hold it; says all that the text says
    clean_line      one line        and printable: for subjects, names, what a server said
    server_words    one line        and short, and without e-mail addresses: for the ledger
    visible         as it is        each control shown as �: for a terminal
    unembedded      as it is        without the marks that mail programs set around words read from right to left
    escaped         as it is        each control written as JSON writes it: for JSON on a terminal
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

LONGEST_DETAIL = 300  # characters of a server's words
LONGEST_READ = 2000  # characters of a server's words that are looked at; it may send far more
LOOKED_UP = 60  # characters of a word that are compared with the known ones, or shown in an error
CLEARLY_LESS = 0.1  # of the likeness of two words, from 0 to 1

# C0 and C1 controls without tab and LF; the separators that some programs take for a line end; the marks that reorder
# text on screen (Unicode Standard Annex 9, section 2: embeddings, overrides, isolates); halves of surrogate pairs.
_CONTROL_CHARACTERS = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
_CONTROL = re.compile(f"[{_CONTROL_CHARACTERS}]")
_CONTROL_OR_BREAK = re.compile(f"[\t\n{_CONTROL_CHARACTERS}]")
_ASCII_CONTROLS = bytes(number for number in range(128) if _CONTROL.match(chr(number)))
_EMBEDDING = re.compile("[\u202a-\u202c\u2066-\u2069]")  # embeddings and isolates; overrides are for deceit
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")  # Hebrew, Arabic and their like
_SURROGATE = re.compile("[\ud800-\udfff]")
_ADDRESS = re.compile(r'<?(?:"[^"]{0,64}"|[^\s<>@"]+)@[^\s<>@]+>?')
_TYPED_SPACE = re.compile(r"[ \t\r\n]+")
_REPLACED = "\ufffd"
_FORMULA = re.compile(r"^[\s]*[=+\-@\t\r]")
_NO_NAME = re.compile(r"[\W_]+")
_EASTERNMOST = timezone(timedelta(hours=14))  # where every day begins first: Kiritimati


def control_in(text: str) -> str:
    """Give the first character that text of several lines must not have; "" if it has none.

    Tab and LF are fine. Controls, foreign line ends, marks that reorder text and lone surrogates are not.
    """
    if text.isascii() and len(text.encode().translate(None, _ASCII_CONTROLS)) == len(text):
        return ""  # a long text is looked at five times as quickly
    found = _CONTROL.search(text)
    return found[0] if found else ""


def control_in_line(text: str) -> str:
    """Give the first character that a single line must not have: one that `control_in` gives, a tab or LF; else ""."""
    found = _CONTROL_OR_BREAK.search(text)
    return found[0] if found else ""


def code_point(character: str) -> str:
    """Name a character that cannot be shown: U+001B."""
    return f"U+{ord(character):04X}"


def storable(text: str) -> str:
    """Give text that any database can hold: lines end with LF, NUL is left out, a lone surrogate is U+FFFD.

    Nothing else is lost, controls included: whoever shows it makes it `visible`. Cleaning twice changes nothing.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        text = text.replace("\0", "")
    return text if text.isascii() else _SURROGATE.sub(_REPLACED, text)


def without_accents(text: str) -> str:
    """Give text in lower case and without accents, compatible forms of letters as plain ones (UAX 15, NFKD)."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@lru_cache(maxsize=1024)
def identifier(text: str) -> str:
    """Give text as a name that a template can write: lower_case_with_underscores, without accents; it may be ""."""
    return _NO_NAME.sub("_", without_accents(text)).strip("_")


def clean_line(text: str, longest: int | None = None) -> str:
    """Give text as one line, of at most `longest` characters: storable, no character that `control_in_line` gives.

    Controls and white space of any kind become one space, none at the ends. Cleaning twice changes nothing.
    """
    if not (text.isascii() and text.isprintable() and "  " not in text):
        text = " ".join(_CONTROL_OR_BREAK.sub(" ", storable(text)).split())
    text = text.strip()
    return text if longest is None else text[:longest].rstrip()


def unwrapped(text: str) -> str:
    """Give a paragraph that was typed on several lines as one line: line breaks and runs of spaces are one space.

    Spaces that somebody set on purpose stay: no-break spaces, thin ones.
    """
    return _TYPED_SPACE.sub(" ", text).strip(" ")


def server_words(text: str, longest: int = LONGEST_DETAIL) -> str:
    """Give what a server said as a clean line of at most `longest` characters, each e-mail address as <address>."""
    if len(text) > LONGEST_READ:
        text = text[:LONGEST_READ].rpartition(" ")[0] or text[:longest]  # not the first half of an address
    return clean_line(_ADDRESS.sub("<address>", clean_line(text)), longest)


def visible(text: str) -> str:
    """Give text that a terminal shows and does not obey: each character that `control_in` gives as �."""
    return _CONTROL.sub(_REPLACED, text)


def unembedded(text: str) -> str:
    """Give text without the embeddings and isolates that mail programs set around words read from right to left.

    Its letters order themselves (UAX 9), so nothing is lost. Text without such letters is given as it is, and so are
    overrides: `visible` shows them.
    """
    return _EMBEDDING.sub("", text) if _RIGHT_TO_LEFT.search(text) else text


def escaped(document: str) -> str:
    """Give a JSON document in which each character that `control_in` gives is an escape: it says the same."""
    return _CONTROL.sub(lambda control: f"\\u{ord(control[0]):04x}", document)


def shortened(text: str, longest: int = LOOKED_UP) -> str:
    """Give text of at most `longest` characters; the last of them is … where something was cut off."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def counted(number: int, noun: str) -> str:
    """Say how many: 1 letter, 2 letters, 2 addresses, 2 replies."""
    if number == 1:
        return f"{number} {noun}"
    if noun.endswith("s"):
        return f"{number} {noun}es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return f"{number} {noun[:-1]}ies"
    return f"{number} {noun}s"


def listed(items: Iterable[object], most: int = 10, separator: str = ", ") -> str:
    """Name the first few, and say how many more there are: "AUT, BEL, CHE … and 7 more".

    Names `most`, or one more: nobody wants to read "… and 1 more".
    """
    names = [str(item) for item in items]
    if len(names) <= most + 1:
        return separator.join(names)
    return f"{separator.join(names[:most])} … and {len(names) - most} more"


def size_words(size: int) -> str:
    """Say a size: 14 bytes, 12 kB, 1.4 MB."""
    if size < 1_000:
        return counted(size, "byte")
    return f"{size / 1_000:.0f} kB" if size < 999_500 else f"{size / 1_000_000:.1f} MB"


def either(names: Sequence[str]) -> str:
    """Name alternatives: "a", "a or b", "a, b or c"."""
    return " or ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def nearest(word: str, known: Iterable[str], most: int = 3, alike: float = 0.6) -> list[str]:
    """Give the known words that are most like this one, best first, as they are written; case does not matter.

    At most `most`, and none that is clearly less like it than the first.
    """
    from difflib import SequenceMatcher, get_close_matches

    by_folded = {name.casefold(): name for name in known}
    folded = word[:LOOKED_UP].casefold()
    names = get_close_matches(folded, by_folded, n=most, cutoff=alike)
    likeness = [SequenceMatcher(None, name, folded).ratio() for name in names]
    return [by_folded[name] for name, ratio in zip(names, likeness, strict=True) if ratio > likeness[0] - CLEARLY_LESS]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """End a sentence about an unknown word: "; did you mean a or b?", else "; there are: a, b, c", else ""."""
    known = list(known)
    if near := nearest(word, known):
        return f"; did you mean {either(near)}?"
    return f"; there are: {', '.join(known)}" if known else ""


def local_day(moment: datetime, zone: tzinfo | None = None) -> date:
    """Give the day on which a moment falls in that time zone, or in this machine's."""
    return moment.astimezone(zone).date()


def latest_day(moment: datetime) -> date:
    """Give the latest day that has begun anywhere by then: what a colleague in another time zone may have written."""
    return local_day(moment, _EASTERNMOST)


def local_minute(moment: datetime, zone: tzinfo | None = None) -> str:
    """Write a moment for a list, in that time zone: 2022-09-29 14:00."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def local_clock(moment: datetime, zone: tzinfo | None = None) -> str:
    """Write a moment in a sentence, in that time zone: 14:00 on 29 September."""
    return f"{moment.astimezone(zone):%H:%M on %d %B}"


def csv_text(columns: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """Write CSV that a spreadsheet opens without running anything: what looks like a formula gets an apostrophe."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_defused(cell) for cell in row])
    return buffer.getvalue()


def _defused(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell
