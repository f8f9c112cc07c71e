"""Characters that no text of ours may have: controls, line breaks where one line is meant; knows no template."""

from collections.abc import Callable, Iterable
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any

from outreach.rendering.templates.context import CaseWords, MissionWords, SenderWords
from outreach.text import code_point, control_in, control_in_line

SEVERAL_LINES: dict[type, tuple[str, ...]] = {
    CaseWords: ("background", "what_happened", "what_we_want"),
    MissionWords: ("address",),
    SenderWords: ("postal_address",),
}  # the fields that may have line breaks
MOST = 4096  # nouns that are remembered
Reader = Callable[[object], tuple[Any, ...]]


class WordCheck:
    """Looks at nouns, each once: the letters of a run share nearly all of theirs."""

    def __init__(self) -> None:
        self._fine = dict[int, object]()  # by id, which is a noun's as long as it is kept here

    def problem(self, nouns: Iterable[Any]) -> str:
        """Say what is wrong with the words of the first noun that has a problem, or "": so for nearly all."""
        fine = self._fine
        new = [noun for noun in nouns if fine.get(id(noun)) is not noun]
        lines, paragraphs = list[str](), list[str]()
        for noun in new:
            several, one, lists = _readers(noun.__class__)
            lines += one(noun)
            paragraphs += several(noun)
            for texts in lists(noun):
                lines += texts
        if control_in_line("".join(lines)) or control_in("".join(paragraphs)):
            return next(filter(None, map(_problem, new)))
        if len(fine) > MOST:
            fine.clear()
        fine.update(zip(map(id, new), new, strict=True))
        return ""


def _problem(noun: Any) -> str:
    several, one, lists = _names(noun.__class__)
    texts = [(name, text) for name in (*several, *one) for text in [getattr(noun, name)]]
    texts += [(name, text) for name in lists for text in getattr(noun, name)]
    for name, text in texts:
        if found := control_in(text) if name in several else control_in_line(text):
            owner = type(noun).__name__.removesuffix("Words").lower()
            return f"the word {owner}.{name} has the control character or line break {code_point(found)}"
    return ""


@cache
def _names(noun: type) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Name a noun's texts of several lines, those of one line, and its lists of texts."""
    several = SEVERAL_LINES.get(noun, ())
    one = tuple(field.name for field in fields(noun) if field.type is str and field.name not in several)
    return several, one, tuple(field.name for field in fields(noun) if field.type == tuple[str, ...])


@cache
def _readers(noun: type) -> tuple[Reader, ...]:
    """Give what reads the texts that `_names` names, all at once."""
    return tuple(_reader(names) for names in _names(noun))


def _reader(names: tuple[str, ...]) -> Reader:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda noun: tuple([getattr(noun, name) for name in names])  # attrgetter gives a single text bare
