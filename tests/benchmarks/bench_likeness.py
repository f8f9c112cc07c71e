"""Grouping like texts: 5,000 edited copies of 40 templates among 5,000 texts in people's own words, in 12 languages.

The texts are of two hands (tests/supporters/guard/texts/README.md), one of which knew nothing of the code: its 10
templates, and 30 drawn from the 40 of the other. Own words are 2 to 6 sentences from pools of 60 to 230 a language, so
that some of them are truly alike. Copies are made by people who change a template here and there, and by people who
make it their own: of those, some are less than 0.4 like the template, which is then no likeness, and some took a
sentence of the pool, which makes them truly like own words. Numbers on the command line are seeds to use instead of 15.
"""

import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import Random

from outreach.db.engine import writing
from outreach.supporters.doors import change_voice
from outreach.supporters.guard.grouping import MemoryIndex, assign
from outreach.supporters.guard.likeness import Sketcher
from outreach.supporters.guard.signs import People
from outreach.supporters.guard.taking import Watched, take
from outreach.supporters.statuses import VoiceStatus
from outreach.supporters.voices import read_voice
from tests.supporters.guard.written import FEW_EDITS, MANY_EDITS, Written, forty, own_texts, variants
from tests.supporters.stores import NOW, add_voice, open_here

EACH, VOICES = 5_000, 2_000
ALLOWED_SECONDS, ALLOWED_GROUPS = 3.0, 44


def texts_of(edits: Sequence[int], each: int, seed: int = 15) -> list[Written]:
    random = Random(seed)
    texts = [*variants(each, random, edits, forty(random)), *own_texts(each, random)]
    random.shuffle(texts)
    return texts


def grouped(texts: Sequence[Written]) -> tuple[float, list[list[Written]]]:
    sketcher, index = Sketcher(bytes(32)), MemoryIndex()
    started = time.process_time()
    for number, text in enumerate(texts):
        assign(index, number, sketcher.sketch(text.words))
    seconds = time.process_time() - started
    groups = defaultdict[int, list[Written]](list)
    for number, text in enumerate(texts):
        groups[index.groups[number]].append(text)
    return seconds, list(groups.values())


def confirmed(texts: Sequence[Written]) -> tuple[float, float]:
    """Give how many milliseconds a voice takes when it is confirmed: of the first half, and of the second."""
    watch, took = Watched((), People(["Robin Example"])), list[float]()
    with tempfile.TemporaryDirectory() as folder:
        store = open_here(Path(folder))
        with writing(store.engine) as connection:
            for number, text in enumerate(texts):
                voice = add_voice(store, connection, f"a@{number}.example.org", text.words)
                change_voice(connection, voice, VoiceStatus.CONFIRMED, NOW, "its supporter")
                started = time.process_time()
                take(store, connection, read_voice(store, connection, voice), watch, NOW)
                took.append(1000 * (time.process_time() - started))
        store.engine.dispose()
    half = len(took) // 2
    return sum(took[:half]) / half, sum(took[half:]) / half


def show(texts: Sequence[Written], name: str) -> None:
    seconds, groups = grouped(texts)
    copies = [group for group in groups if len(group) > 1 and any(text.template is not None for text in group)]
    mixed = sum(len({text.template for text in group}) > 1 for group in copies)
    alone = EACH - sum(text.template is not None for group in copies for text in group)
    own = [group for group in groups if len(group) > 1 and all(text.template is None for text in group)]
    print(f"grouping {len(texts)} texts, {EACH} of them copies of 40 templates with {name}:")
    print(f"  {seconds:.2f} s of a processor = {seconds / ALLOWED_SECONDS:.2f} × the {ALLOWED_SECONDS:.0f} s allowed")
    print(f"  {len(copies)} groups of copies ({ALLOWED_GROUPS} allowed), {alone} copies alone, {mixed} groups mixed")
    print(f"  {len(own)} groups of own words that have sentences in common, the largest of {max(map(len, own))}")


def main() -> None:
    for seed in map(int, sys.argv[1:] or ["15"]):
        for name, edits in (("a few edits", FEW_EDITS), ("many edits", MANY_EDITS)):
            show(texts_of(edits, EACH, seed), f"{name}, seed {seed}")
    print(f"half as many take {grouped(texts_of(FEW_EDITS, EACH // 2))[0]:.2f} s")
    first, second = confirmed(texts_of(FEW_EDITS, VOICES // 2))
    print(
        f"judging and grouping {VOICES} voices in the database: {first:.1f} ms of a processor each of the first half,"
    )
    print(f"  {second:.1f} ms of the second = {second / first:.2f} ×")


if __name__ == "__main__":
    main()
