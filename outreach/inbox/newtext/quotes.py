"""Finds where the message that a reply quotes begins, by the marks of mail programs; knows no mail and no HTML.

The introducing line ("On Monday, A. Example wrote:") may be broken in two, and stands in many languages. Every form
reads a line of bounded length once: a form that backtracks takes minutes on "Am schrieb Am schrieb …".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

LONGEST_LINE = 400  # characters of a line that are looked at
COLONS = (":", "：")


class QuoteStyle(Enum):
    """How a mail program shows that somebody else's words follow."""

    ANGLE = auto()  # "> ": every quoted line is marked, so what comes after them can be told from them
    HEADERS = auto()  # From:, Sent:, To:, or a line of dashes: everything below is the other message


@dataclass(frozen=True, slots=True)
class Quote:
    """Where a quote begins: `start` is the index of its first line, the line that introduces it included."""

    start: int
    style: QuoteStyle


_DASHED = re.compile(
    r"[\s>*]*[-_]{2,}\s*(?:original message|forwarded (?:message|by)|message d['’]origine"
    r"|message (?:original|transf[ée]r[ée])"
    r"|mensaje (?:original|reenviado)|urspr[üu]ngliche (?:nachricht|mail)|weitergeleitete (?:nachricht|mail)"
    r"|messaggio (?:originale|inoltrato)|mensagem (?:original|encaminhada)|oorspronkelijk bericht|doorgestuurd bericht"
    r"|исходное сообщение|пересылаемое сообщение|الرسالة الأصلية|رسالة معاد توجيهها)\b"
)
_RULE = re.compile(r"[\s*]*[_-]{20,}\s*$")
_FROM = re.compile(r"[\s>*]*(?:from|de|von|da|van|fra|från|od|от|від|من|kimden|发件人|寄件者|差出人)\s?\*?\s?[:：]")
_OTHER_HEADER = re.compile(
    r"[\s>*]*(?:sent|date|to|cc|subject|envoy[ée]|[àa]|objet|enviado(?: el)?|enviada|fecha|para|asunto"
    r"|gesendet|datum|an|betreff|inviato|data|oggetto|assunto|verzonden|aan|onderwerp|отправлено|дата|кому|копия|тема|تاريخ|إلى|الموضوع"
    r"|发送时间|收件人|主题|日期)\s?\*?\s?[:：]"
)
_WROTE = re.compile(
    r"\b(?:wrote|writes|a [ée]crit|[ée]crit|escribi[óo]|schrieb|ha scritto|escreveu|schreef|skrev|kirjoitti|napsal"
    r"|napisał|пишет|написал|писал|yazdı|a scris|írta)\b|كتب|写道"
)
_QUOTED = re.compile(r"\s{0,3}>")


def first_quote(lines: Sequence[str]) -> Quote | None:
    """Find the first quote in a text; None when nothing is quoted. Linear in the length of the text."""
    known = [line[:LONGEST_LINE].lower() for line in lines]
    colons = {at for at, line in enumerate(known) if line.rstrip().endswith(COLONS)}
    for at, line in enumerate(known):
        if not line or line.isspace():
            continue
        if _QUOTED.match(line):
            return Quote(at, QuoteStyle.ANGLE)
        if _DASHED.match(line) or (_RULE.match(line) and _headers(known, _next(known, at + 1))) or _headers(known, at):
            return Quote(at, QuoteStyle.HEADERS)
        length = _introduction(known, at) if not colons.isdisjoint((at, at + 1, at + 2)) else 0
        if length:
            after = _next(known, at + length)
            is_angle = after < len(known) and _QUOTED.match(known[after]) is not None
            return Quote(at, QuoteStyle.ANGLE if is_angle else QuoteStyle.HEADERS)
    return None


def is_quoted(line: str) -> bool:
    return _QUOTED.match(line) is not None


def _next(lines: Sequence[str], at: int) -> int:
    """Find the first line from there that is not blank."""
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _headers(lines: Sequence[str], at: int) -> bool:
    """Say whether a copied header block begins here: a sender, two other headers, and an address among them.

    A note verbale may have From:, To: and Subject: of its own, but no addresses in them.
    """
    if at >= len(lines) or not _FROM.match(lines[at]):
        return False
    block = [line for line in lines[at + 1 : at + 12] if line.strip()][:6]
    named = [line for line in block if _OTHER_HEADER.match(line)]
    return len(named) >= 2 and any("@" in line for line in (lines[at], *named))


def _introduction(lines: Sequence[str], at: int) -> int:
    """Count the lines that "On Monday, 3 October 2022, A. Example wrote:" takes from here; 0 when it is not there.

    Mail programs break it in up to three lines. It has a date, it ends with a colon, and it has an address, or the verb
    and then a line that is quoted.
    """
    joined = ""
    for length in (1, 2, 3):
        if at + length > len(lines) or not lines[at + length - 1].strip():
            return 0
        joined = f"{joined} {lines[at + length - 1].strip()}"
        if len(joined) > LONGEST_LINE:
            return 0
        if joined.endswith(COLONS):
            return length if _introduces(joined, lines, at + length) else 0
    return 0


def _introduces(joined: str, lines: Sequence[str], after: int) -> bool:
    if not any(character.isdigit() for character in joined):
        return False
    wrote = _WROTE.search(joined) is not None
    follows = _next(lines, after)
    is_followed = follows < len(lines) and _QUOTED.match(lines[follows]) is not None
    has_address = "@" in joined
    return (wrote and (has_address or is_followed)) or (has_address and is_followed)
