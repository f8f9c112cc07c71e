"""Finds where the signature or disclaimer that ends a text begins; knows lines, and nothing about quotes.

A form alone is not believed: what follows it has to look like a closing, too. "Thanks, we will raise it." is not one.
"""

import re
from collections.abc import Sequence

LONGEST_CLOSING = 30  # lines that are not blank; a longer "signature" is somebody's letter
LONGEST_LINE = 60  # characters of the line that a closing begins with
MOST_DISCLAIMERS = 6  # paragraphs

# These fill a line of their own.
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
# These begin a line that goes on: "Best regards, A. Example". They are asked only when no line is a closing by itself.
_GREETING = re.compile(
    r"(?:best|kind|warm) regards|all the best|(?:thanks|many thanks|thank you|best|regards),"
    r"|(?:bien |tr[èe]s )?cordialement|salutations|bonne (?:journ[ée]e|r[ée]ception)"
    r"|(?:un )?saludos?,|(?:muchas )?gracias,|(?:atenta|cordial)mente,"
    r"|mit (?:freundlichen|besten) gr(?:ü|ue)(?:ß|ss)en"
    r"|(?:(?:beste|herzliche|liebe|viele)n? )?gr(?:(?:ü|ue)(?:ß|ss)e?|u(?:ß|ss))\b"
)
# Telephones and mail programs put these below everything.
_SENT_FROM = re.compile(
    r"sent from (?:my|mail for|outlook for)|get outlook for|envoy[ée] (?:depuis|de mon|[àa] partir de)"
    r"|enviado desde|gesendet von|von meinem \S+ gesendet"
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


def first_closing(lines: Sequence[str]) -> int:
    """Find the first line of the signature or disclaimer that ends these lines.

    Gives its index, or the number of lines without one. Linear in the length of the text.
    """
    end = _before_disclaimers(lines)
    below = _last_paragraph(lines, end)[1]
    near_end = range(max(0, below - 2 * LONGEST_CLOSING), below)
    short = {at: lines[at].strip().lower() for at in near_end if len(lines[at]) <= LONGEST_LINE}
    top = next((at for at, line in enumerate(lines) if line.strip()), 0)  # a greeting there ends nothing
    closings = [at for at, line in short.items() if _CLOSING.fullmatch(line)]
    greetings = [at for at, line in short.items() if _SENT_FROM.match(line) or (at > top and _GREETING.match(line))]
    return next((at for at in (*closings, *greetings) if _looks_like_closing(lines[at:end])), end)


def _before_disclaimers(lines: Sequence[str]) -> int:
    """Leave out the last paragraphs as long as they are disclaimers, which gateways put below everything."""
    end = len(lines)
    for _ in range(MOST_DISCLAIMERS):
        start, after = _last_paragraph(lines, end)
        words = " ".join(lines[start:after])[:1_000].lower()
        if not (_DISCLAIMER.match(words) and _ABOUT_MAIL.search(words)) and not _RULE.match(words):
            break
        end = start
    return end


def _last_paragraph(lines: Sequence[str], end: int) -> tuple[int, int]:
    """Find the last paragraph above `end`; returns where it begins, and where it is over."""
    while end and not lines[end - 1].strip():
        end -= 1
    start = end
    while start and lines[start - 1].strip():
        start -= 1
    return start, end


def _looks_like_closing(lines: Sequence[str]) -> bool:
    """Say whether these lines are few, short and no sentences; below "-- " all may stand (RFC 3676, section 4.3)."""
    known = [line[:200] for line in lines[: 4 * LONGEST_CLOSING] if line.strip()]
    if len(known) > LONGEST_CLOSING:
        return False
    is_delimited = known[0].rstrip() in ("--", "__")
    return is_delimited or not (_RUNS_ON.search(known[0]) or any(_PROSE.match(line) for line in known[1:]))
