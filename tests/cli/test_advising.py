"""Advice in the words of commands."""

from outreach.cases.advice.advice import Advice
from outreach.cli.common.letters.advising import tell_advice


def test_advice_is_told_with_its_place_and_what_to_do_the_first_three_of_many() -> None:
    lines = list[str]()
    tell_advice((), lines.append)
    assert lines == []
    tell_advice(
        [Advice("'TODO' stands in it", "write what is meant", "cases/a.md", row) for row in range(1, 6)], lines.append
    )
    assert lines == [
        "5 things to look at in the texts; nothing is held back for it:",
        *[f"  cases/a.md, row {row}: 'TODO' stands in it: write what is meant" for row in (1, 2, 3)],
        "  and 2 more; see all: outreach cases check",
    ]
