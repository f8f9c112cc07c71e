"""Where a text's signature begins, found by mail-parser-reply and by the forms it lacks; knows nothing about quotes.

Of the library only the form of signatures is asked. It sees few and short lines, because its expressions take time that
grows fast with long ones, and what it finds is believed only when it looks like a closing: "Thanks, we will raise it."
is not one.
"""

import re
from collections.abc import Sequence

from mailparser_reply.parser import EmailMessage

LONGEST_CLOSING = 30  # lines that are not blank; a longer "signature" is somebody's letter
LONGEST_LINE = 60  # characters of the line that a closing begins with
LONGEST_TEXT = 1_000  # characters that the library sees: a signature stands at the end
MOST_DISCLAIMERS = 6  # paragraphs

_CLOSING = re.compile(
    r"(?:yours (?:sincerely|faithfully|truly)|sincerely(?: yours)?|respectfully(?: yours)?"
    r"|(?:with )?(?:my |our )?(?:best|kind|kindest|warm|warmest)(?: and warm)? (?:regards|wishes)|regards|many thanks"
    r"|(?:bien |tr[èe]s |meilleures? )?(?:cordialement|respectueusement)(?: v[ôo]tre)?|bien [àa] vous"
    r"|(?:avec mes |mes )?(?:meilleure?s?|cordiales|sinc[èe]res|respectueuses) (?:salutations|sentiments)"
    r"|salutations (?:distingu[ée]es|cordiales)|(?:muy )?(?:atenta|cordial)mente"
    r"|(?:un )?(?:cordial |atento )?saludos?(?: cordiale?s?)?"
    r"|(?:mit )?(?:freundliche[nr]?|beste[nr]?|herzliche[nr]?|viele[nr]?) (?:gr[üu](?:ß|ss)en?)|hochachtungsvoll"
    r"|cordiali saluti|com os melhores cumprimentos|с уважением|مع (?:خالص|فائق) (?:التقدير|الاحترام)"
    r"|-- ?|__ ?)[\s,.!،]*"
)
_DISCLAIMER = re.compile(
    r"[\s*_]*(?:disclaimer|confidentiality(?: notice)?|privileged|this (?:e-?mail|message|communication|transmission)\b"
    r"|the (?:information|contents?) (?:contained )?(?:in|of) this|the content of this"
    r"|ce (?:message|courriel|courrier)\b|cet e-?mail\b|avertissement|aviso (?:legal|de confidencialidad)"
    r"|este (?:mensaje|correo|e-?mail)\b|la informaci[óo]n contenida|diese (?:e-?mail|nachricht)\b|vertraulichkeit"
    r"|p please consider the environment|please consider the environment|pensez [àa] l['’]environnement"
    r"|virus-free|this email has been checked)"
)
_ABOUT_MAIL = re.compile(
    r"confiden|intended|destin|privileg|unauthori[sz]ed|empf[äa]nger|vertraulich|prohib|environ|virus|delete|l[öo]sch"
)
_RUNS_ON = re.compile(r"[,;]\s*[^\W\d_A-ZÀ-Þ]|\?|\w+(?:\s+\w+){7}")  # "Thanks, we will"
_PROSE = re.compile(r"\s*(?:p\.?\s?s\b|(?:\S+\s+){12}|(?:\S+\s+){3,}\S*[.!?]\s*$)", re.IGNORECASE)
_RULE = re.compile(r"\s*[-_*=]{3,}\s*$")
_SIGNATURE = EmailMessage(text="", languages=["en", "fr", "es", "de"], keep_hyphen_lists=True).SIGNATURE_REGEX


def first_closing(lines: Sequence[str]) -> int:
    """The index of the first line of the signature or disclaimer that ends these lines; their number without one."""
    end = _before_disclaimers(lines)
    closing = _by_own_forms(lines[:end])
    return closing if closing < end else _by_library(lines[:end])


def _before_disclaimers(lines: Sequence[str]) -> int:
    """Cuts the last paragraphs as long as they are disclaimers, which gateways put below everything."""
    end = len(lines)
    for _ in range(MOST_DISCLAIMERS):
        start, after = _last_paragraph(lines, end)
        words = " ".join(lines[start:after])[:1_000].lower()
        if not (_DISCLAIMER.match(words) and _ABOUT_MAIL.search(words)) and not _RULE.match(words):
            break
        end = start
    return end


def _last_paragraph(lines: Sequence[str], end: int) -> tuple[int, int]:
    """The last lines before `end` that are not parted by a blank one, as a slice."""
    while end and not lines[end - 1].strip():
        end -= 1
    start = end
    while start and lines[start - 1].strip():
        start -= 1
    return start, end


def _by_own_forms(lines: Sequence[str]) -> int:
    for at in range(max(0, len(lines) - 2 * LONGEST_CLOSING), len(lines)):
        if _CLOSING.fullmatch(lines[at][: LONGEST_LINE + 1].strip().lower()) and _looks_like_closing(lines[at:]):
            return at
    return len(lines)


def _by_library(lines: Sequence[str]) -> int:
    """What mail-parser-reply takes for the signature, when it looks like one."""
    shown = _shown(lines)
    if not shown:
        return len(lines)
    sketch = "\n".join("." if _is_hidden(lines[at]) else lines[at].strip() for at in shown)
    found = _SIGNATURE.search(sketch.replace("\xa0", " "))
    if not found or not found.group().strip():
        return len(lines)
    start = shown[max(0, len(shown) - 1 - found.group().strip().count("\n"))]
    return start if _looks_like_closing(lines[start:]) else len(lines)


def _shown(lines: Sequence[str]) -> list[int]:
    """The indexes of the last lines, of several blank ones the last, as many as the library may see."""
    shown: list[int] = []
    size = 0
    for at in range(len(lines) - 1, -1, -1):
        is_blank = not lines[at].strip()
        if is_blank and (not shown or not lines[shown[-1]].strip()):
            continue
        size += 1 if _is_hidden(lines[at]) else len(lines[at]) + 1
        if size > LONGEST_TEXT:
            break
        shown.append(at)
    while shown and not lines[shown[-1]].strip():
        shown.pop()
    return shown[::-1]


def _is_hidden(line: str) -> bool:
    """What cannot begin a closing; the library would also throw lines of dashes away."""
    return len(line) > LONGEST_LINE or _RULE.match(line) is not None


def _looks_like_closing(lines: Sequence[str]) -> bool:
    """Whether these lines are short, few, and no sentences; below "-- " anything may stand (RFC 3676, section 4.3)."""
    known = [line[:200] for line in lines[: 4 * LONGEST_CLOSING] if line.strip()]
    if len(known) > LONGEST_CLOSING:
        return False
    is_delimited = known[0].rstrip() in ("--", "__")
    return is_delimited or not (_RUNS_ON.search(known[0]) or any(_PROSE.match(line) for line in known[1:]))
