"""Says which cases and people a text names: by their names, titles and mentions. Pure; knows no letter and no post."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from outreach.cases.files.folding import Name, folded
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


@dataclass(frozen=True, slots=True)
class _Phrase:
    """What names a case, and whose name it is; blank for a title, a mention or an organisation."""

    name: Name
    case: str
    person: str
    text: str


class NameFinder:
    """Finds what texts name, among the cases of a campaign. Passages that many letters share are read once."""

    def __init__(self, cases: Mapping[str, Case]) -> None:
        self._phrases = [phrase for slug, case in cases.items() for phrase in _phrases(slug, case)]
        self._found: dict[str, frozenset[int]] = {}

    def names(self, passages: Iterable[str], asked: Collection[str]) -> tuple[NamedCase, ...]:
        """Give the cases that are asked for, with those of their people that are named, and the others that are named.

        An organisation or title that a case asked for has in common with another does not name the other; a person
        does.
        """
        found = [self._phrases[number] for number in sorted(frozenset[int]().union(*map(self._in, passages)))]
        theirs = {phrase.text for phrase in self._phrases if phrase.case in asked and not phrase.person}
        others = {phrase.case for phrase in found if phrase.case not in asked and phrase.text not in theirs}
        named = [(slug, Naming.ASKED) for slug in asked] + [(slug, Naming.MENTIONED) for slug in sorted(others)]
        return tuple(
            NamedCase(slug, how, tuple(item.person for item in found if item.case == slug and item.person))
            for slug, how in named
        )

    def _in(self, passage: str) -> frozenset[int]:
        if passage not in self._found:
            text = folded(passage)
            found = (number for number, phrase in enumerate(self._phrases) if phrase.name.stands_in(text))
            self._found[passage] = frozenset(found)
        return self._found[passage]


def _phrases(slug: str, case: Case) -> Iterator[_Phrase]:
    """Give what names a case."""
    people = dict.fromkeys(person.name for person in case.people)
    organisations = [name for names in case.organisation_names for name in names.values()]
    words = dict.fromkeys([*case.organisations, *organisations, *case.title.values(), *case.mention.values()])
    for text in (*people, *(word for word in words if word not in people)):
        form = folded(text)
        if len(form.joined) >= SHORTEST or not form.joined.isascii():
            yield _Phrase(Name(text, whole=text not in people), slug, text if text in people else "", form.words)
