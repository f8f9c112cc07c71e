"""Cleans what a spreadsheet's cells have that nobody sees, and finds text that was read in a wrong encoding."""

import re

# Signs of no width and no meaning: soft hyphen, zero-width space, word joiner, byte-order mark. The joiners U+200C and
# U+200D are letters' own in Persian and Hindi; in addresses and names of States they mean nothing.
UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")
JOINERS = re.compile("[\u200c-\u200f\u061c]")
SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
ERRORS = frozenset(
    {"#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
)
ERROR_NUMBER = re.compile(r"ERR:\d{3}")  # of LibreOffice
NOTHING = frozenset(
    {"n/a", "na", "n.a.", "none", "nil", "null", "unknown", "inconnu", "néant", "desconocido", "ninguno"}
)
NO_LETTERS = re.compile(r"[-–—_.?/\\\s]{1,5}")
# What UTF-8 looks like when it was read as cp1252: a lead byte, and the bytes that must follow it.
_CP1252_HIGH = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xC0))
MOJIBAKE = re.compile(
    f"[\u00c2-\u00df][{_CP1252_HIGH}]|[\u00e0-\u00ef][{_CP1252_HIGH}]{{2}}|[\u00f0-\u00f4][{_CP1252_HIGH}]{{3}}"
)
LOST = "\ufffd"


def cleaned(text: str) -> str:
    """Give text without signs that nobody sees; no-break and other wide spaces are plain ones."""
    if text.isascii():
        return text.strip()
    return SPACES.sub(" ", UNSEEN.sub("", text)).strip()


def one_word(text: str) -> str:
    """Give text without the joiners too: for what is no sentence, such as an address or a code."""
    return JOINERS.sub("", text)


def is_error(text: str) -> bool:
    """Say whether a cell shows that a formula went wrong: #REF!, Err:508."""
    return text.upper() in ERRORS or bool(ERROR_NUMBER.fullmatch(text.upper()))


def says_nothing(text: str) -> bool:
    """Say whether a cell is a way of writing that there is nothing: n/a, –, none, or an error such as #REF!."""
    return is_error(text) or text.casefold() in NOTHING or bool(NO_LETTERS.fullmatch(text))


def repaired(text: str) -> str:
    """Give text as it was before somebody read its UTF-8 as cp1252 ("GenÃ¨ve"); the same text where nobody did."""
    for _ in range(2):  # it may have happened twice
        before, text = text, MOJIBAKE.sub(_repair, text)
        if before == text:
            break
    return text


def encoding_fault(text: str) -> str:
    """Say what is wrong with text that was read in a wrong encoding, and the cure; "" where it was not."""
    if LOST in text:
        return "a letter was lost (�) when this file was saved in another encoding: type it again from where it is from"
    right = repaired(text)
    if right == text:
        return ""
    place = next((place for place, pair in enumerate(zip(text, right, strict=False)) if pair[0] != pair[1]), 0)
    begin = text.rfind(" ", 0, place) + 1
    wrong, good = _word(text, begin), _word(right, begin)
    return (
        f"'{wrong}' was read in a wrong encoding before it came here, and should say '{good}': "
        "save the file anew as UTF-8 from where it is from, or say --repair-text"
    )


def _word(text: str, begin: int) -> str:
    return text[begin:].split(" ", 1)[0][:40]


def _repair(found: re.Match[str]) -> str:
    data = b"".join(_byte(sign) for sign in found[0])
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return found[0]


def _byte(sign: str) -> bytes:
    try:
        return sign.encode("cp1252")
    except UnicodeEncodeError:
        return sign.encode("latin-1")
