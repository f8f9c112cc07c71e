"""Sees through addresses in disguise: a mailbox under another spelling, a domain that only looks like another."""

from functools import lru_cache
from unicodedata import name, normalize


@lru_cache(maxsize=4096)
def mailbox(address: str) -> str:
    """Give the mailbox that an address leads to, in one spelling: without a plus-tag, case and forms of letters.

    Full-width and other compatible letters are as plain ones (NFKC), as they are in domains (RFC 5895). A tag after
    "+" leads to the same mailbox at the usual servers (RFC 5233).
    """
    local, _, domain = normalize("NFKC", address).casefold().strip().rpartition("@")
    return f"{local.partition('+')[0]}@{domain.rstrip('.')}"


def why_deceptive(domain: str) -> str:
    """Say why a domain may pass for another: letters of several scripts in a word, or foreign ones that look Latin.

    Blank where it does not (Unicode Technical Standard 39, sections 4 and 5.1). Domains in A-labels are read too.
    """
    for word in map(_decoded, normalize("NFC", domain).split(".")):
        letters = [(sign, _script(sign)) for sign in word if sign.isalpha()]
        others = [item for item in letters if item[1] != letters[0][1]]
        if others and not {script for _, script in letters} <= _JAPANESE:
            return f"'{word}' mixes {letters[0][0]} ({letters[0][1]}) and {others[0][0]} ({others[0][1]})"
        if letters and letters[0][1] != "Latin" and all(sign in _LIKE_LATIN for sign, _ in letters):
            return f"'{word}' has {letters[0][1]} letters that look like Latin ones"
    return ""


def _decoded(word: str) -> str:
    """Give a label of a domain as it is shown: xn--… in its own letters (RFC 3492)."""
    try:
        return word[4:].encode("ascii").decode("punycode") if word.lower().startswith("xn--") else word
    except UnicodeError:
        return word


def _script(sign: str) -> str:
    """Give the script of a letter, by the first word of its name in Unicode: Latin, Cyrillic, Greek, Cjk, …"""
    return name(sign, "unknown").partition(" ")[0].capitalize()


_JAPANESE = frozenset({"Cjk", "Hiragana", "Katakana"})
# Cyrillic and Greek letters that nobody tells from Latin ones (Unicode Technical Standard 39, confusables.txt).
_LIKE_LATIN = frozenset("асԁеһіјӏорԛѕԝхуνοαικρυ")
