"""Our own cases for each network, in length_cases.csv: what a text counts, and the rule that it shows."""

import csv
import re
from pathlib import Path

import pytest

from outreach.rendering.posts.length import bluesky_bytes, bluesky_length, mastodon_length, x_length

ESCAPED = re.compile(r"\\(?:U[0-9a-f]{8}|u[0-9a-f]{4}|x[0-9a-f]{2}|[nrt\\])")


def written(text):
    """The text of a case: characters that cannot be seen are written as in Python."""
    return ESCAPED.sub(lambda match: match[0].encode().decode("unicode_escape"), text)


with Path(__file__).with_name("length_cases.csv").open(encoding="utf-8", newline="") as file:
    CASES = list(csv.DictReader(file))
NUMBERED = [pytest.param(case, id=f"row {row}: {case['why']}") for row, case in enumerate(CASES, start=2)]


@pytest.mark.parametrize("case", NUMBERED)
def test_x_counts(case):
    assert x_length(written(case["text"])) == int(case["x"])


@pytest.mark.parametrize("case", NUMBERED)
def test_bluesky_counts_graphemes_and_bytes(case):
    text = written(case["text"])
    assert (bluesky_length(text), bluesky_bytes(text)) == (int(case["bluesky"]), int(case["bytes"]))


@pytest.mark.parametrize("case", NUMBERED)
def test_mastodon_counts(case):
    assert mastodon_length(written(case["text"])) == int(case["mastodon"])


def test_there_are_at_least_two_hundred_cases_and_none_twice():
    assert len({case["text"] for case in CASES}) == len(CASES) >= 200
