"""The short reference that a letter shows, such as ABCDE-FGHIJ; found again in what people write back.

It says which letter somebody answers, and proves nothing: whoever saw the letter knows it. Knows no database, no mail.
"""

import re

LENGTH = 10  # characters of the token; 50 bits, so that two letters of a campaign do not share one
HALF = LENGTH // 2

DASH = "-\u00ad\u2010\u2011\u2012\u2013\u2014\u2212"  # mail programs and word processors put others in its place
# A line may have been broken after the dash, and quoted.
WITH_DASH = rf"([a-z2-7]{{{HALF}}})[{DASH}][\s>|]{{0,8}}([a-z2-7]{{{HALF}}})"
# Without the dash it is a word like any other, unless "reference" stands before it; a note verbale writes "Ref. No."
INTRODUCED = (
    r"\br[eé]\u0301?f(?:[eé]\u0301?ren(?:ce|cia|z))?\b\W{0,12}(?:(?:no|n|nr|number|num|is|est|es)\b\W{0,6})?"
    rf"([a-z2-7]{{{HALF}}})[{DASH}\s]{{0,3}}([a-z2-7]{{{HALF}}})"
)
ALONE = rf"(?<![^\W_])(?<![{DASH}])(?:%s)(?![^\W_])(?![{DASH}])"
SHOWN = re.compile(ALONE % WITH_DASH)
SAID = re.compile(ALONE % INTRODUCED)
# Where to look for either: ten times as fast as trying them at each character.
DASHES = re.compile(f"[{DASH}]")
ASCII_DASHES = re.compile("-")
INTRODUCTIONS = re.compile("r[eé]\u0301?f")


def reference(token: str) -> str:
    """Give the reference of the letter with this token: its first ten characters in upper case, as ABCDE-FGHIJ."""
    return f"{token[:HALF]}-{token[HALF:LENGTH]}".upper()


def find_references(text: str) -> tuple[str, ...]:
    """Find what may be references in a subject or text: beginnings of tokens (ten characters, lower case), each once.

    They come in their order, those with a dash first. Many words look like one (which-never): only a look-up tells.
    """
    text = text.lower()
    dashes = ASCII_DASHES if text.isascii() else DASHES
    shown = (SHOWN.match(text, max(0, dash.start() - HALF)) for dash in dashes.finditer(text))
    said = (SAID.match(text, word.start()) for word in INTRODUCTIONS.finditer(text))
    return tuple(dict.fromkeys(found[1] + found[2] for found in (*shown, *said) if found))
