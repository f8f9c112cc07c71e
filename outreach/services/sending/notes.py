"""Reads the paragraphs that people type for single States, and says which letters have one; writes no letter."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from outreach.errors import UsageError
from outreach.outbox.models import Draft
from outreach.registry.model import State
from outreach.registry.states import find_state
from outreach.rendering.letters.notes import NoteWriter
from outreach.text import code_point, control_in, shortened

LONGEST = 2_000  # characters; a letter is a page


@dataclass(frozen=True, slots=True)
class OtherLanguage:
    """A State whose letter goes without its paragraph, which is there in `languages` and not in the letter's own."""

    state: str
    languages: tuple[str, ...]
    letter: str


@dataclass(frozen=True, slots=True)
class PlannedNotes:
    """Which letters have a paragraph of their own.

    `with_one` are the States whose letter has it, `without` those who have one in another language only, and `unused`
    those for whom somebody typed one, and who get no letter now.
    """

    with_one: tuple[str, ...] = ()
    without: tuple[OtherLanguage, ...] = ()
    unused: tuple[str, ...] = ()


def read_notes(states: Mapping[str, State], typed: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Give alpha-3 and paragraph, in Markdown, of what was typed for States by any of their names.

    Raises UsageError for a State that there is not or that was named twice, and for a text that no letter can say.
    """
    notes = dict[str, str]()
    for name, text in typed:
        code, text = find_state(states, name).code, text.replace("\r\n", "\n").strip()
        if code in notes:
            raise UsageError(f"--note-for {shortened(name)}: {code} has a paragraph already; write it in one")
        if not text:
            raise UsageError(f"--note-for {code}: the paragraph is blank")
        if control := control_in(text):
            raise UsageError(f"--note-for {code}: has the control character {code_point(control)}: delete it")
        if len(text) > LONGEST:
            raise UsageError(f"--note-for {code}: has more than {LONGEST:,} characters; a letter is a page")
        notes[code] = text
    return tuple(notes.items())


def planned_notes(
    notes: NoteWriter, round_: str, drafts: Sequence[Draft], typed: Iterable[tuple[str, str]]
) -> PlannedNotes:
    """Say which of the letters have a paragraph of their own, and which do not though there is one."""
    letters = [(draft.key.mission, draft.language) for draft in drafts]
    other = ((state, language, notes.other_languages(state, language, round_)) for state, language in letters)
    written = {state for state, _ in letters}
    return PlannedNotes(
        tuple(state for state, language in letters if notes.has(state, language, round_)),
        tuple(OtherLanguage(state, there, language) for state, language, there in other if there),
        tuple(state for state, _ in typed if state not in written),
    )
