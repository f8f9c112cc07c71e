"""Finds characters that nobody sees, or that turn text around: they come along when text is copied; knows no file.

Some are needed: joiners and non-joiners in Persian, Arabic, Indic and other scripts and in emoji, marks of direction in
text that is read from right to left, spaces of no width where a script puts none between words.
"""

import re
import unicodedata
from collections.abc import Iterator

from outreach.cases.advice.advice import Finding
from outreach.text import code_point

# Format characters (Unicode's general category Cf), fillers that look like spaces, and what a program could not show.
UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffd"
    "\ue000-\uf8ff\U000e0000-\U000e007f]"
)
NAMES = {
    "\ufeff": "byte-order mark",
    "\ufffc": "place of a picture or file that was not copied along",
    "\ufffd": "letter that was lost in another encoding",
}
LOST = "\ufffd\ufffc"
JOINERS, MARKS, NO_WIDTH = "\u200c\u200d", "\u200e\u200f\u061c", "\u200b"
# Scripts in which a joiner or non-joiner makes another letter or word: Arabic to Thaana, Indic to Sinhala, Mongolian …
JOINING = re.compile("[\u0600-\u08ff\ufb50-\ufdff\ufe70-\ufefc\u0900-\u0dff\u0f00-\u0fff\u1000-\u109f\u1780-\u18af]")
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
UNSPACED = re.compile("[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")  # Thai to Chinese
FLAG = "\U0001f3f4"  # of a part of a country, spelt in tag characters


def unseen(text: str) -> Iterator[Finding]:
    """Find the characters that nobody sees and the text does not need; each by its code point and the word it is in."""
    for found in UNSEEN.finditer(text):
        sign, at = found[0], found.start()
        if not _is_needed(text, at):
            yield Finding(
                at, f"has the {_kind(sign)} {code_point(sign)} ({_name(sign)}){_place(text, at)}", _to_do(sign)
            )


def _is_needed(text: str, at: int) -> bool:
    """Say whether a character does in this place what it is for."""
    sign, before, after = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    if sign == "\u200d" and before and (_is_emoji(before) and _is_emoji(after)):
        return True
    if sign in JOINERS:
        return bool(JOINING.match(before))
    if sign in MARKS:
        return bool(RIGHT_TO_LEFT.search(_line(text, at)))
    if sign == NO_WIDTH:
        return bool(UNSPACED.match(before) or UNSPACED.match(after))
    if "\U000e0000" <= sign <= "\U000e007f":
        return text.rfind(FLAG, max(0, at - 8), at) >= 0
    return sign in "\u17b4\u17b5" and bool(UNSPACED.match(before))


def _is_emoji(sign: str) -> bool:
    return sign == "\ufe0f" or unicodedata.category(sign or " ") in ("So", "Sk")


def _line(text: str, at: int) -> str:
    begin, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    return text[begin : end if end >= 0 else len(text)]


def _kind(sign: str) -> str:
    return "character" if sign in LOST or "\ue000" <= sign <= "\uf8ff" else "invisible character"


def _name(sign: str) -> str:
    if "\ue000" <= sign <= "\uf8ff":
        return "a sign of one font alone, such as Word's bullets"
    return NAMES.get(sign) or unicodedata.name(sign, "no character").lower()


def _place(text: str, at: int) -> str:
    """Say in which word a character stands, or beside which; blank on a line of its own."""
    begin = max((text.rfind(space, 0, at) for space in " \n\t\u00a0"), default=-1) + 1
    word = re.compile(r"\S*").match(text, begin)
    shown = UNSEEN.sub("", word[0] if word else "")[:40]
    return f" in '{shown}'" if shown else ""


def _to_do(sign: str) -> str:
    return "type again what should stand there" if sign in LOST else "delete it and type the word again"
