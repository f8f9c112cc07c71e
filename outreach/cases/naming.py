"""Says which cases and people a text names: by their names, titles and mentions. Pure; knows no letter and no post."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from unicodedata import normalize

from outreach.cases.model import Case

SHORTEST = 3  # characters; what is shorter stands in too many other words


class Naming(StrEnum):
    """How a message names a case."""

    ASKED = "asked"  # it asks something for that case
    MENTIONED = "mentioned"  # it names the case while it asks for another


@dataclass(frozen=True, slots=True)
class NamedCase:
    """A case that a message names, and the people of it that stand in the text."""

    case: str
    how: Naming
    people: tuple[str, ...] = ()


class NameFinder:
    """Finds what texts name, among the cases of a campaign. Passages that many letters share are read once."""

    def __init__(self, cases: Mapping[str, Case]) -> None:
        self._phrases = [(phrase, slug, person) for slug, case in cases.items() for phrase, person in _phrases(case)]
        self._found: dict[str, frozenset[tuple[str, str, str]]] = {}

    def names(self, passages: Iterable[str], asked: Collection[str]) -> tuple[NamedCase, ...]:
        """Give the cases that are asked for, with those of their people that are named, and the others that are named.

        What a case asked for has in common with another, such as an organisation, does not name the other.
        """
        found = frozenset[tuple[str, str, str]]().union(*(self._in(passage) for passage in passages))
        theirs = {phrase for phrase, slug, _ in self._phrases if slug in asked}
        others = sorted({slug for phrase, slug, _ in found if slug not in asked and phrase not in theirs})
        named = [(slug, Naming.ASKED) for slug in asked] + [(slug, Naming.MENTIONED) for slug in others]
        people = {(slug, person) for _, slug, person in found if person}
        return tuple(NamedCase(slug, how, self._of(slug, people)) for slug, how in named)

    def _of(self, case: str, named: Collection[tuple[str, str]]) -> tuple[str, ...]:
        """Give the people of a case that are named, in the order of its file."""
        return tuple(person for _, slug, person in self._phrases if slug == case and (slug, person) in named)

    def _in(self, passage: str) -> frozenset[tuple[str, str, str]]:
        if passage not in self._found:
            text = _plain(passage)
            self._found[passage] = frozenset(item for item in self._phrases if _stands_in(item[0], text))
        return self._found[passage]


def _phrases(case: Case) -> Iterable[tuple[str, str]]:
    """Give what names a case, each with the person whose name it is, if it is one."""
    people = [(_plain(person.name), person.name) for person in case.people]
    words = [*case.organisations, *case.title.values(), *case.mention.values()]
    others = [(_plain(word), "") for word in words]
    return dict.fromkeys(item for item in (*people, *others) if len(item[0]) >= SHORTEST)


def _plain(text: str) -> str:
    """Give text in one spelling of its characters (NFC), every white space a single space."""
    return normalize("NFC", " ".join(text.split()))


def _stands_in(phrase: str, text: str) -> bool:
    """Say whether a phrase stands in a text as words of its own."""
    at = text.find(phrase)
    while at >= 0:
        end = at + len(phrase)
        if not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum()):
            return True
        at = text.find(phrase, at + 1)
    return False
