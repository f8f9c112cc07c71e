"""The words by which people join, confirm and leave by mail, in each language; found in what somebody wrote.

A word counts where it stands alone: as a line, or as the subject of a mail that says little else. So nobody says one by
accident, and an answer in whole sentences is for a person. Knows no mail program's quoting: that is folded away before.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from outreach.settings.settings import Settings
from outreach.supporters.mail.words import written_in

MOST_LINES = 10  # of what is new in a mail: a word that stands below is part of something else
LONGEST_BESIDE = 80  # characters of a text beside a word in the subject: who writes more has more to say
_LONGEST_LINE = 60
_QUOTED = (">", "|")  # what mail programs put before the lines of another mail


class Wish(StrEnum):
    """What a word asks for."""

    JOIN = "join"
    YES = "yes"
    NO = "no"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said by a word, and the language of the word."""

    wish: Wish
    language: str


@dataclass(frozen=True, slots=True)
class ByMail:
    """How to join by mail: the address to write to, and the word to write."""

    address: str
    word: str


# The first of each is the one that we show; the others are what people write as well.
_WORDS: Mapping[Wish, Mapping[str, tuple[str, ...]]] = {
    Wish.JOIN: {
        "en": ("JOIN", "subscribe"),
        "fr": ("REJOINDRE", "m'inscrire", "m'abonner"),
        "es": ("UNIRME", "suscribirme", "inscribirme"),
    },
    Wish.YES: {"en": ("YES",), "fr": ("OUI",), "es": ("SÍ",)},
    Wish.NO: {"en": ("NO",), "fr": ("NON",), "es": ("NO",)},
    Wish.LEAVE: {
        "en": ("LEAVE", "unsubscribe", "stop"),
        "fr": ("QUITTER", "me désinscrire", "désinscription", "me désabonner", "désabonnement"),
        "es": ("SALIR", "darme de baja", "baja"),
    },
}
_LETTERS = re.compile(r"[^\w']+")
# Re:, AW:, RV: and the like; a mail that was passed on is not its writer's own.
_ANSWER = re.compile(r"\s*(?:re|r[eé]p|res|aw|antw|sv|vs)\s*(?:\[\d{1,3}\])?\s*[:：]\s*", re.IGNORECASE)


def shown(wish: Wish, language: str) -> str:
    """Give the word that we ask people to write, in the language closest to one."""
    return _WORDS[wish][written_in(language)][0]


def by_mail(settings: Settings, language: str) -> ByMail | None:
    """Say how to join by mail; None where the campaign has no address for it."""
    address = settings.web.by_mail
    return ByMail(address, shown(Wish.JOIN, language)) if address else None


def answers_are_read(settings: Settings) -> bool:
    """Say whether an answer to a mail to a supporter is read by us: only then may a mail ask for one."""
    return bool(settings.web.by_mail and settings.returns.host and settings.returns.address)


def said_in(subject: str, text: str) -> Said | None:
    """Find the word in a subject and in what is new in a text; None without one, and where two speak against another.

    Words in the text win over the subject: who answers an old mail of their own keeps its subject.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    words = [found for line in lines[:MOST_LINES] if (found := _word(line))]
    if words:
        return words[0] if len({found.wish for found in words}) == 1 else None
    is_answer = bool(_ANSWER.match(subject))
    if (is_answer and lines) or sum(map(len, lines)) > LONGEST_BESIDE:
        return None
    return _word(_without_answer(subject))


def _without_answer(subject: str) -> str:
    for _ in range(5):
        found = _ANSWER.match(subject)
        if found is None:
            break
        subject = subject[found.end() :]
    return subject


def _word(line: str) -> Said | None:
    if len(line) > _LONGEST_LINE or line.startswith(_QUOTED) or line.endswith(("?", "？")):
        return None
    return _BY_WORD.get(_plain(line))


def _plain(text: str) -> str:
    """Write as words are compared: no accents, no case, no signs around them."""
    apart = unicodedata.normalize("NFKD", text.replace("’", "'"))
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return " ".join(_LETTERS.sub(" ", bare.casefold()).split()).strip("' ")


_BY_WORD: Mapping[str, Said] = {
    _plain(word): Said(wish, language)
    for wish, languages in _WORDS.items()
    for language, words in reversed([*languages.items()])
    for word in words
}
