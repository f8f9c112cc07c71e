"""Gathers what a digest says for whoever is to approve it: each quote once, its numbers, and which States get none.

So nobody has to read 76 letters to know what they say. Nothing is changed.
"""

from collections import Counter
from dataclasses import dataclass

from outreach.db.engine import reading
from outreach.registry.selection import select
from outreach.services.supporters.digests.preparing import DigestView, store_of
from outreach.services.workspace import Workspace
from outreach.supporters.voices import read_voice


@dataclass(frozen=True, slots=True)
class QuotedVoice:
    """A voice whose words letters quote, and in how many. `words` is blank where they were erased since."""

    voice: int
    language: str
    words: str
    letters: int


@dataclass(frozen=True, slots=True)
class Review:
    """A digest in short. `fewest` and `most` are voices in one letter; `without` States of the ask that get none."""

    fewest: int
    most: int
    languages: tuple[tuple[str, int], ...]
    quotes: tuple[QuotedVoice, ...]
    without: tuple[str, ...]


def review(workspace: Workspace, view: DigestView) -> Review:
    """Gather what the letters of a digest say, the quotes that most of them have first."""
    quoted = Counter(voice for letter in view.digest.letters for voice in letter.quotes)
    store, campaign = store_of(workspace), workspace.campaign
    with reading(store.engine) as connection:
        found = [(read_voice(store, connection, number), letters) for number, letters in quoted.items()]
    quotes = [QuotedVoice(voice.number, voice.language, voice.words, letters) for voice, letters in found]
    voices = [letter.voices for letter in view.letters]
    ask = campaign.asks.get(view.digest.ask)
    asked = select(campaign.registry, ask.to, (), tuple(campaign.cases)) if ask else ()
    return Review(
        fewest=min(voices, default=0),
        most=max(voices, default=0),
        languages=tuple(Counter(letter.entry.language for letter in view.letters).most_common()),
        quotes=tuple(sorted(quotes, key=lambda quote: (-quote.letters, quote.voice))),
        without=tuple(sorted(set(asked) - {letter.entry.key.mission for letter in view.letters})),
    )
