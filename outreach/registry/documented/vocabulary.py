"""The words that a documented case may be described with, and how each is said; knows no case.

The table is data/documented_words.csv. It follows the annexes of the Secretary-General's reports under resolution 12/2
and the lists of HURIDOCS' Events Standard Formats (counting unit, type of act, status of the victim).
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from outreach.data import rows

TABLE = "documented_words.csv"
LANGUAGES = ("en", "fr", "es")
KINDS = ("victim_kind", "engagement", "un_body", "act_type", "followup", "status", "consent")  # columns; see the table


@cache
def codes(kind: str) -> tuple[str, ...]:
    """List the codes that a column takes, such as `act_type` or `status`, in the order of the table."""
    return tuple(code for listed, code in _table() if listed == kind)


def word(kind: str, code: str, language: str) -> str:
    """Give how a code of a column is said, in English where the language is none of the table; "" for a blank code."""
    if not code:
        return ""
    said = _table()[kind, code]
    return said.get(language) or said["en"]


@cache
def _table() -> Mapping[tuple[str, str], Mapping[str, str]]:
    return MappingProxyType(
        {(row["list"], row["code"]): {each: row[each] for each in LANGUAGES} for row in rows(TABLE)}
    )
