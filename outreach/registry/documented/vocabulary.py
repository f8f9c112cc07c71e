"""The words that a documented case may be described with, and how each is said; knows no case.

The table is data/documented_words.csv. It follows the annexes of the Secretary-General's reports under resolution 12/2
and the lists of HURIDOCS' Events Standard Formats (counting unit, type of act, status of the victim).
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from outreach.data import rows
from outreach.registry.states import fold

TABLE = "documented_words.csv"
LANGUAGES = ("en", "fr", "es")
KINDS = ("victim_kind", "engagement", "un_body", "act_type", "followup", "status", "consent")  # columns; see the table
NEUTRAL = {
    "individual": "an-individual",
    "family": "a-family",
    "group": "a-group",
    "organisation": "an-organisation",
    "community": "a-community",
}


def neutral_for(victim_kind: str) -> str:
    """Give the code of the title that names nobody for this kind of victim."""
    return NEUTRAL.get(victim_kind, "an-individual")


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
def ways_of_saying(kind: str) -> Mapping[str, str]:
    """Give every way in which tables of others say a word of a column, folded → its code."""
    said = dict[str, str]()
    for row in rows(TABLE):
        if row["list"] == kind:
            texts = (row["code"], *(row[language] for language in LANGUAGES), *row["also"].split(";"))
            said |= {fold(text): row["code"] for text in texts if text}
    return MappingProxyType(said)


@cache
def _table() -> Mapping[tuple[str, str], Mapping[str, str]]:
    return MappingProxyType(
        {(row["list"], row["code"]): {each: row[each] for each in LANGUAGES} for row in rows(TABLE)}
    )
