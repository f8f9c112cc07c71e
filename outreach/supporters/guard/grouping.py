"""Puts each text into the group of those that are like it, one after the other; knows sketches, and no words.

A group is what came from one template: people change names, drop a sentence, add one of their own. A group keeps a few
of its texts as *samples*, each clearly different from the others: they stand for the ways in which people edit. What
at least half of them have in common is its *middle*, which is close to the template itself, though nobody may have
sent that as it was.

A text joins the oldest group that it is like, else it begins one. It is like a group where it is like two samples, or
the only one, or the middle: one sample alone may be like it for a sentence that neither has from the template.

Chains (a like b, b like c, …) do not make everything one group: a text becomes a sample only where it is like the
middle, there are at most 16 samples, and two groups are made one only where their middles are alike, never for a text
that is like both. That is needed where the first copies that came were edited so much that each began a group.

The work for a text does not grow with the number of texts: its 96 values at most are looked up, of each at most 65
samples are read, and at most 8 samples are compared. A value that more samples have says nothing: "to the United".
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Protocol

from outreach.supporters.guard.likeness import Sketch, likeness, middle

ALIKE = 0.4
MOST_SAMPLES = 16  # of a group
SAME = 0.7  # a text that is as like a sample as this adds nothing to it
AGREE = 2  # samples that a text must be like
COMMON = 64  # a value that more samples have says nothing
COMPARED = 8  # samples, those with most values in common
NEAR = 0.5  # of what alike texts have in common; with less to any sample, a text is not like the middle either


@dataclass(frozen=True, slots=True)
class Sample:
    """A text that stands for a group. The group's number is that of its first text."""

    text: int
    group: int
    sketch: Sketch


class Index(Protocol):
    """Keeps who is in which group, and the samples of each: in memory, or in a database."""

    def sharing(self, values: Sequence[int], most: int) -> tuple[Mapping[int, int], int]:
        """Give how many of the values each sample has that has any, by text; and how many values were too common.

        A value that more than `most` samples have is too common, and not counted.
        """
        ...

    def samples_of(self, texts: Sequence[int]) -> Sequence[Sample]:
        """Give the samples of these texts."""
        ...

    def samples(self, group: int) -> Sequence[Sample]:
        """Give the samples of a group, the oldest first."""
        ...

    def keep(self, sample: Sample) -> None:
        """Keep a text as a sample."""
        ...

    def put(self, text: int, group: int) -> None:
        """Put a text into a group."""
        ...

    def unite(self, group: int, into: int, samples: Sequence[Sample]) -> None:
        """Put all texts of a group into another one, which keeps these of its samples too and drops the others."""
        ...


def assign(index: Index, text: int, sketch: Sketch) -> int:
    """Put a text into its group and give the group's number, its own where it begins one.

    Each text is put once, under a number above those before it. One whose sketch has no values stays alone.
    """
    group, *others = _alike(index, sketch) or [text]
    for other in others:
        _unite_if_alike(index, other, group)
    index.put(text, group)
    samples = index.samples(group)
    if sketch.values and len(samples) < MOST_SAMPLES and _adds(sketch, samples):
        index.keep(Sample(text, group, sketch))
    return group


def _alike(index: Index, sketch: Sketch) -> list[int]:
    """Give the groups that a sketch is like, the oldest first."""
    shared, common = index.sharing(sketch.values, COMMON)
    least = NEAR * (ALIKE * len(sketch.values) - common)
    most = sorted((text for text in shared if shared[text] >= least), key=lambda text: (-shared[text], text))
    near: dict[int, list[Sample]] = {}
    for sample in index.samples_of(most[:COMPARED]):
        near.setdefault(sample.group, []).append(sample)
    return [group for group in sorted(near) if _is_like(index, group, near[group], sketch)]


def _is_like(index: Index, group: int, near: Sequence[Sample], sketch: Sketch) -> bool:
    """Say whether two samples of a group are like a sketch, the only one, or the middle."""
    alike = sorted((likeness(sketch, sample.sketch) for sample in near), reverse=True)
    if alike[0] < NEAR * ALIKE:
        return False
    if len(alike) >= AGREE and alike[AGREE - 1] >= ALIKE:
        return True
    samples = index.samples(group)
    if len(samples) <= AGREE:
        return len(alike) == len(samples) and alike[-1] >= ALIKE
    return likeness(sketch, _middle(samples)) >= ALIKE


def _unite_if_alike(index: Index, group: int, into: int) -> None:
    ours, theirs = index.samples(into), index.samples(group)
    if likeness(_middle(ours), _middle(theirs)) >= ALIKE:
        index.unite(group, into, theirs[: MOST_SAMPLES - len(ours)])


def _adds(sketch: Sketch, samples: Sequence[Sample]) -> bool:
    """Say whether a text of a group is like its middle, and unlike enough to each sample to be one."""
    if not samples:
        return True
    return all(likeness(sketch, s.sketch) < SAME for s in samples) and likeness(sketch, _middle(samples)) >= ALIKE


def _middle(samples: Sequence[Sample]) -> Sketch:
    return middle([sample.sketch for sample in samples])


class MemoryIndex:
    """Keeps groups and samples in memory."""

    def __init__(self) -> None:
        self.groups: dict[int, int] = {}  # of each text
        self._members: dict[int, list[int]] = {}
        self._samples: dict[int, Sample] = {}
        self._of_group: dict[int, list[Sample]] = {}
        self._holders: dict[int, list[int]] = {}

    def sharing(self, values: Sequence[int], most: int) -> tuple[Mapping[int, int], int]:
        """Give how many of the values each sample has, by text, and how many values were too common."""
        known = [holders for value in values if (holders := self._holders.get(value))]
        telling = [holders for holders in known if len(holders) <= most]
        return Counter(chain.from_iterable(telling)), len(known) - len(telling)

    def samples_of(self, texts: Sequence[int]) -> Sequence[Sample]:
        """Give the samples of these texts."""
        return [self._samples[text] for text in texts]

    def samples(self, group: int) -> Sequence[Sample]:
        """Give the samples of a group, the oldest first."""
        return self._of_group.get(group, ())

    def keep(self, sample: Sample) -> None:
        """Keep a text as a sample."""
        self._samples[sample.text] = sample
        self._of_group.setdefault(sample.group, []).append(sample)
        for value in sample.sketch.values:
            self._holders.setdefault(value, []).append(sample.text)

    def put(self, text: int, group: int) -> None:
        """Put a text into a group."""
        self.groups[text] = group
        self._members.setdefault(group, []).append(text)

    def unite(self, group: int, into: int, samples: Sequence[Sample]) -> None:
        """Put all texts of a group into another one, which keeps these of its samples too and drops the others."""
        for text in self._members.pop(group):
            self.put(text, into)
        for sample in self._of_group.pop(group):
            del self._samples[sample.text]
            for value in sample.sketch.values:
                self._holders[value].remove(sample.text)
        for sample in samples:
            self.keep(replace(sample, group=into))
