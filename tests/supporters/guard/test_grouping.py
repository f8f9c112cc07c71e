"""Which texts are one group: copies of a template, however they were edited, and nobody's own words among them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.supporters.guard.grouping import COMMON, MOST_SAMPLES, MemoryIndex, assign
from outreach.supporters.guard.likeness import SIZE, Sketch, Sketcher, likeness, words_of
from tests.supporters.guard.written import (
    FEW_EDITS,
    Written,
    forty,
    joined,
    own_sentences,
    own_texts,
    templates,
    variants,
)

SKETCHER = Sketcher(b"a key of the tests")
sketch = SKETCHER.sketch


def groups_of(words: Sequence[str], index: MemoryIndex | None = None) -> list[list[int]]:
    """Give the groups of texts, as the numbers of those in them."""
    index = index or MemoryIndex()
    for number, text in enumerate(words):
        assign(index, number, sketch(text))
    groups = defaultdict[int, list[int]](list)
    for number in range(len(words)):
        groups[index.groups[number]].append(number)
    return list(groups.values())


@pytest.mark.parametrize("seed", [1, 2])
def test_copies_of_a_template_are_a_group_and_own_words_are_not_in_it(seed):
    random = Random(seed)
    texts = [*variants(1_000, random, FEW_EDITS, forty(random)), *own_texts(1_000, random)]
    random.shuffle(texts)

    found = groups_of([text.words for text in texts])

    of_templates = [group for group in found if len(group) > 1 and any(texts[n].template is not None for n in group)]
    assert len(of_templates) <= 44
    assert [group for group in of_templates if len({texts[number].template for number in group}) > 1] == []
    assert sum(map(len, of_templates)) >= 980
    assert [group for group in found if not own_words_alike(group, texts)] == []


def own_words_alike(group: list[int], texts: Sequence[Written]) -> bool:
    """Say whether own words in one group have sentences in common: texts of the pools may be truly alike."""
    first, *others = [texts[number] for number in group]
    return first.template is not None or all(really_alike(first.words, other.words) > 0.2 for other in others)


def really_alike(one: str, other: str) -> float:
    """Give the likeness itself, of all runs of three words; sketches only estimate it of long texts."""
    runs = [set(zip(words, words[1:], words[2:], strict=False)) for words in (words_of(one), words_of(other))]
    return len(runs[0] & runs[1]) / len(runs[0] | runs[1])


class TestOrder:
    def test_the_group_has_the_number_of_its_first_text(self):
        index = MemoryIndex()
        first, other = joined(templates()[0][1], "en"), joined(templates()[1][1], "en")

        assert [assign(index, number, sketch(text)) for number, text in ((3, first), (5, other), (9, first))] == [
            3,
            5,
            3,
        ]

    @given(st.randoms(use_true_random=False))
    def test_copies_as_they_were_are_groups_in_any_order(self, random):
        texts = [joined(sentences, language) for language, sentences in templates()] * 2
        random.shuffle(texts)

        assert sorted(map(len, groups_of(texts))) == [2] * len(templates())

    def test_groups_whose_first_copies_were_edited_much_become_one(self):
        sentences = templates()[0][1]
        much_edited = [joined(sentences[:4], "en"), joined(sentences[4:], "en")]
        copies = [joined([*sentences[:at], *sentences[at + 1 :]], "en") for at in range(len(sentences))]

        assert len(groups_of(much_edited)) == 2
        assert groups_of([*much_edited, *copies]) == [list(range(2 + len(copies)))]


class TestChains:
    def test_a_row_of_texts_each_like_the_next_is_not_one_group(self):
        sentences = own_sentences("en")[:60]
        row = [joined(sentences[at : at + 6], "en") for at in range(55)]

        assert all(likeness(sketch(one), sketch(other)) >= 0.4 for one, other in pairwise(row))
        groups = groups_of(row)
        assert len(groups) > 5
        assert max(map(len, groups)) < 20

    def test_a_text_like_two_groups_does_not_make_them_one(self):
        random = Random(4)
        one = [text.words for text in variants(400, random, FEW_EDITS) if text.template == 0]
        other = [text.words for text in variants(400, random, FEW_EDITS) if text.template == 1]
        both = joined([*templates()[0][1], *templates()[1][1]], "en")

        assert sorted(map(len, groups_of([*one, *other, both]))) == [len(other), len(one) + 1]


class TestNoWords:
    def test_a_text_with_nothing_in_it_is_alone(self):
        assert groups_of(["", " ", "…", "…"]) == [[0], [1], [2, 3]]


class CountingIndex(MemoryIndex):
    """Counts what was read of it."""

    def __init__(self) -> None:
        super().__init__()
        self.read = 0

    def sharing(self, values: Sequence[int], most: int) -> tuple[Mapping[int, int], int]:
        found = super().sharing(values, most)
        self.read += sum(found[0].values()) + found[1] * (most + 1)
        return found


def test_the_work_for_a_text_has_a_bound_however_many_there_are():
    """Sentences that everybody uses would else be compared with everybody's."""
    index = CountingIndex()
    random = Random(5)
    most = 0
    for number in range(3_000):
        before = index.read
        assign(index, number, sketch(joined(random.sample(own_sentences("en")[:12], 4), "en")))
        most = max(most, index.read - before)

    assert most <= SIZE * (COMMON + 1)


def test_a_group_keeps_a_few_samples_however_many_are_in_it():
    random = Random(6)
    index = MemoryIndex()
    for number, text in enumerate(variants(2_000, random, FEW_EDITS)):
        assign(index, number, sketch(text.words))

    assert max(len(index.samples(group)) for group in set(index.groups.values())) <= MOST_SAMPLES


def test_sketches_from_a_database_are_as_good_as_new_ones():
    made = sketch(joined(templates()[0][1], "en"))

    assert likeness(Sketch.of(set(made.values)), made) == 1
