"""Finds what the picture of a post is to say: a quote with whose it is, or a line; knows no case and no network."""

import re
from dataclasses import dataclass

OPENING, CLOSING = '“«„‘"', '”»“’"'
_ROOM = " \u00a0\u202f"  # French sets it between quote and marks
LEAST, MOST = 20, 400  # characters of a quote that stands in the text of a post
# “…” — who: a dash after the quote says whose it is, on the same line or on the next.
_IN_TEXT = re.compile(
    rf"[“«„](?P<quote>[^“”«»„\n]{{{LEAST},{MOST}}})[”»“]\s{{0,3}}[—–]\s?"
    r"(?P<by>\w[^\n#@]{1,120}?)[ .]*(?=\n|$|\s#|\shttps?:)"
)


@dataclass(frozen=True, slots=True)
class PictureWords:
    """What a picture is to say beside what the case says: a quote and whose it is, or a line under the name."""

    quote: str = ""
    by: str = ""
    line: str = ""


NOTHING_OF_ITS_OWN = PictureWords()


def quoted(text: str) -> PictureWords:
    """Find the first quote of a text that is followed by a dash and whose it is; nothing where there is no such."""
    found = _IN_TEXT.search(text)
    return PictureWords(found["quote"].strip(_ROOM), found["by"].strip()) if found else NOTHING_OF_ITS_OWN


def picture_words(text: str) -> PictureWords:
    """Read the text that a post has for its picture: a quote in quotation marks, below it whose it is; or a line.

    Raises ValueError for a quote without anybody whose it is: under a name, it would be taken for theirs.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    whole = " ".join(lines)
    if not whole or whole[0] not in OPENING:
        return PictureWords(line=whole)
    end = next((number for number, line in enumerate(lines) if line[-1] in CLOSING), None)
    by = " ".join(lines[end + 1 :]).lstrip("—– ") if end is not None else ""
    if end is None or not by:
        raise ValueError("the quote for its picture says not whose it is: close it, and write that on the next line")
    quote = " ".join(lines[: end + 1])[1:-1].strip(_ROOM)
    return PictureWords(quote, by)
