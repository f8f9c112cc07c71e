"""The option that gives one State's letter a paragraph of its own, and the words for who has one; reads no file."""

from collections.abc import Callable

import click

from outreach.language import language_name
from outreach.services.sending.notes import PlannedNotes
from outreach.text import listed

note_for_option = click.option(
    "--note-for",
    "notes",
    metavar="STATE TEXT",
    nargs=2,
    multiple=True,
    help="A paragraph for the letter to one State, in its letter's language; repeatable.",
)


def tell_notes(notes: PlannedNotes, tell: Callable[[str], None]) -> None:
    """Tell whose letters have a paragraph of their own, and whose have none though there is one."""
    if notes.with_one:
        tell(f"with a paragraph of its own: {' '.join(notes.with_one)}")
    for each in notes.without:
        there = listed(map(language_name, each.languages))
        tell(f"{each.state}: its paragraph is in {there}, and the letter in {language_name(each.letter)} goes without")
    for state in notes.unused:
        tell(f"--note-for {state}: it gets no letter now")
