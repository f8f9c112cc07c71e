"""Facts are fresh for some days after somebody found them true, and no longer."""

from collections.abc import Callable
from datetime import date

import pytest

from outreach.cases.facts import unchecked_facts
from outreach.cases.model import Case

TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("checked_on", "words"),
    [
        ("", "nobody has checked the facts of archive"),
        ("2026-11-30", ""),
        ("2026-10-31", ""),
        ("2026-10-30", "nobody has checked the facts of archive since 2026-10-30"),
        ("2026-11", ""),
        ("2022-09", "nobody has checked the facts of archive since 2022-09"),
        ("2022", "nobody has checked the facts of archive since 2022"),
        ("2026-12-01", ""),  # a colleague east of here
        ("2026-12-02", "nobody can have checked the facts of archive on 2026-12-02, which is still to come"),
    ],
)
def test_facts_are_fresh_for_30_days(case_of: Callable[..., Case], checked_on: str, words: str) -> None:
    case = case_of("people:", f"checked_on: {checked_on}\npeople:")

    assert str(unchecked_facts(case, 30, TODAY) or "") == words
