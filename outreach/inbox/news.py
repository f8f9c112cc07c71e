"""Finds news in what came back: a new address that a mail names, a day of return, a wish for no more letters.

Only what stands right beside words for it counts, see `news_words`: who to write to in somebody's absence is no new
address, and a day that can be two days is none. It is shown to people, and changes nothing by itself.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import islice

from outreach.inbox.classify.phrases import find, fold, plain
from outreach.inbox.kinds import ABSENCE_AND_MORE, ADDRESS, BACK_ON, NO_MORE, Kind
from outreach.inbox.mail import Mail, Verdict
from outreach.inbox.matching.addressbook import is_system
from outreach.inbox.news_words import BACK, GONE, MEANWHILE, MONTHS, MOVED, NEW, OLD_BEFORE, UNTIL
from outreach.inbox.wishes import asks_for_no_more

MOST = 3  # of each
LONGEST = 20_000  # characters that are read
FARTHEST = timedelta(days=270)  # a day without a year that is farther off was most likely meant of the past
CENTURY = 2000
NEAR = 2  # sentences back in which an absence makes a closed mailbox closed for a while
BEFORE = 40  # characters before an address, where words say that it is the old one
MOST_A_SENTENCE = 10  # addresses
_MONTHS_A_YEAR = 12
_WITH_NEWS = frozenset({Kind.REPLY, Kind.AUTO_REPLY, Kind.UNCLEAR})
_ABSENCE = frozenset({"absence"})
_ADDRESS = re.compile(r"(?<![\w.+'&-])[\w.+'&-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_][\w-]{1,62}")
_SENTENCES = re.compile(r"(?<=[.!?؟])\s+|\n\s*\n")


def news_in(mail: Mail, verdict: Verdict, text: str, is_own: Callable[[str], bool]) -> tuple[tuple[str, str], ...]:
    """List the news in a mail whose own words are `text`: ("address", a@b) and ("back", 2026-10-05), each once.

    A wish for no more letters is ("no-more", en), with the language of its words; a machine has none.

    `is_own` says of an address in lower case that it is ours: no news, as little as the sender's, the mailbox's that it
    came to, and a machine's.
    """
    if verdict.kind is Kind.BOUNCE:
        found = _moved_to(f"{verdict.report.diagnostic}\n\n{text}"[:LONGEST])
        old = {verdict.report.recipient, verdict.report.original_recipient}
        return tuple((ADDRESS, each) for each in _fresh(found, is_own, {mail.sender, *mail.recipients} | old))
    if verdict.kind not in _WITH_NEWS:
        return ()
    text = text[:LONGEST]
    named = _fresh(_new_addresses(text), is_own, {mail.sender, *mail.recipients})
    on = mail.date or mail.received_at
    absent = verdict.kind is Kind.AUTO_REPLY or verdict.rule == ABSENCE_AND_MORE
    days = list(dict.fromkeys(_days_back(text, on.date() if on else None, absent=absent)))[:MOST]
    # Who names a new address wants its letters there.
    wish = asks_for_no_more(_sentences(text)) if verdict.kind is not Kind.AUTO_REPLY and not named else ""
    stop = ((NO_MORE, wish),) if wish else ()
    return (*((ADDRESS, each) for each in named), *((BACK_ON, day.isoformat()) for day in days), *stop)


def _fresh(found: Iterator[str], is_own: Callable[[str], bool], known: set[str]) -> list[str]:
    fresh = [each for each in dict.fromkeys(found) if not (each in known or is_own(each) or is_system(each))]
    return fresh[:MOST]


def _moved_to(text: str) -> Iterator[str]:
    """Find the addresses right after "has moved to", which is how a server names one."""
    for sentence in _sentences(text):
        said = MOVED.search(sentence.lower())
        if said and (address := _ADDRESS.search(sentence, said.end())):
            yield address[0].lower()


def _new_addresses(text: str) -> Iterator[str]:
    if "@" not in text:
        return
    sentences = _sentences(text)
    folded = [fold(sentence) for sentence in sentences]
    for number, sentence in enumerate(sentences):
        if "@" not in sentence or (begins := _takes_its_place(folded, number)) is None:
            continue
        for address in islice(_ADDRESS.findall(sentence), MOST_A_SENTENCE):
            place = folded[number].find(fold(address))
            old = OLD_BEFORE.search(folded[number][max(0, place - BEFORE) : max(0, place)])
            if place >= begins and not old:
                yield address.lower()


def _takes_its_place(folded: list[str], number: int) -> int | None:
    """Say from where on a sentence names new addresses; None where it names none.

    It calls one new, or the sentence before does, or either says that the old one is gone: then what comes after it.
    """
    sentence, before = _bare(folded[number]), _bare(folded[number - 1]) if number else ""
    if MEANWHILE.search(sentence):
        return None
    if NEW.search(sentence) or (NEW.search(before) and "@" not in before):  # else that one has named it
        return 0
    if any(MEANWHILE.search(_bare(each)) for each in folded[max(0, number - NEAR) : number]):
        return None
    if said := GONE.search(sentence):
        return said.end()
    return 0 if GONE.search(before) else None


def _bare(text: str) -> str:
    """Take out the words that addresses are made of; every place stays where it is."""
    return _ADDRESS.sub(lambda address: "@" * len(address[0]), text)


def _sentences(text: str) -> list[str]:
    return [" ".join(sentence.split()) for sentence in _SENTENCES.split(text.replace("\r", "")) if sentence.strip()]


def _days_back(text: str, on: date | None, *, absent: bool) -> Iterator[date]:
    if not re.search(r"\d", text):
        return
    folded = " ".join(fold(text).split())
    found = [*BACK.finditer(folded)]
    until = [*UNTIL.finditer(folded)]
    if until and (absent or find(plain(folded), _ABSENCE)):
        found += until
    for said in found:
        parts = said.groupdict()
        if (day := _day(parts, on)) is not None:
            yield day


def _day(parts: dict[str, str | None], on: date | None) -> date | None:
    """Work out a day; None where it can be two, is none, or was over when the mail was written."""
    if parts["one"]:
        one, two = int(parts["one"]), int(parts["two"] or 0)
        if max(one, two) > _MONTHS_A_YEAR:
            day, month = (one, two) if one > two else (two, one)
        elif one == two or parts["sign"] == ".":  # dots are for those who put the day first
            day, month = one, two
        else:
            return None
        year = parts["year3"]
    else:
        name, year = _first(parts, "month"), _first(parts, "year")
        month = int(name) if name.isdigit() else MONTHS[name]
        day = int(_first(parts, "day"))
    if year:
        number = int(year) + (CENTURY if int(year) < CENTURY else 0)
        found = _date(number, month, day)
        return found if found and (on is None or found >= on) else None
    if on is None:
        return None
    following = (_date(on.year + more, month, day) for more in (0, 1))
    return next((found for found in following if found and on <= found <= on + FARTHEST), None)


def _first(parts: dict[str, str | None], name: str) -> str:
    return next((said for number in range(3) if (said := parts.get(f"{name}{number}"))), "")


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
