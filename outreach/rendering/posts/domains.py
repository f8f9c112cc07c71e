"""Which names can end a web address, for X and for Bluesky; knows nothing about the text around it."""

import re
from functools import lru_cache

from outreach.data import rows

# After a top-level domain X lets none of these stand: it would be another name.
WORD = re.compile(r"[0-9A-Za-z@+-]*+")
ENCODED = re.compile(r"[xX][nN]--[-0-9A-Za-z]++")


def top_domain_end(text: str, start: int) -> int:
    """Find the end of the top-level domain that begins at `start`; -1 if X knows no such domain.

    Source: npm twitter-text 3.1.0, validGTLD, validCCTLD and validPunycode. Any `xn--…` will do.
    """
    end = WORD.match(text, start).end()  # type: ignore[union-attr]  # it matches nothing, too
    if text[start:end].lower() in _known_to_x():
        return end
    end = _written_out(text, start)
    if end < 0 and (encoded := ENCODED.match(text, start)):
        return encoded.end()
    return end


def ends_as_bluesky_asks(host: str) -> bool:
    """Say whether a host ends in a top-level domain of IANA's list, as the Bluesky app has it (small letters only)."""
    return "." in host and host.rpartition(".")[2] in _known_to_bluesky()


def _written_out(text: str, start: int) -> int:
    """Find the end of the longest name beyond ASCII, such as рф, that begins at `start`; -1 without one."""
    names, initials, lengths = _beyond_ascii()
    if start == len(text) or _folded(text[start]) not in initials or text[start : start + lengths[0]].isascii():
        return -1
    for length in lengths:
        end = start + length
        if _folded(text[start:end]) in names and WORD.match(text, end).end() == end:  # type: ignore[union-attr]
            return end
    return -1


def _folded(name: str) -> str:
    """Capitals as JavaScript's `i` flag compares them: letter by letter, and never from beyond ASCII into it."""
    return "".join([capital if _is_one(letter, capital := letter.upper()) else letter for letter in name])


def _is_one(letter: str, capital: str) -> bool:
    return len(capital) == 1 and (letter.isascii() or not capital.isascii())


@lru_cache(maxsize=1)
def _known_to_x() -> frozenset[str]:
    return frozenset([name for name in _column("x") if name.isascii()])


@lru_cache(maxsize=1)
def _known_to_bluesky() -> frozenset[str]:
    return frozenset(_column("bluesky"))


@lru_cache(maxsize=1)
def _beyond_ascii() -> tuple[frozenset[str], frozenset[str], tuple[int, ...]]:
    """X's names beyond ASCII, their first letters, and their lengths, the longest first."""
    names = frozenset([_folded(name) for name in _column("x") if not name.isascii()])
    initials = frozenset([name[0] for name in names])
    return names, initials, tuple(sorted({len(name) for name in names}, reverse=True))


def _column(network: str) -> list[str]:
    """Give the names a network knows: X as in npm twitter-text 3.1.0, Bluesky as in npm tlds 1.261.0."""
    return [row["domain"] for row in rows("top_domains.csv") if row[network]]
