"""Who heads a mission is greeted by name only while somebody checked it lately, and a sex is never guessed."""

from datetime import date

import pytest

from outreach.registry.ambassadors import Ambassador, ambassador_of
from outreach.registry.model import Mission

DAY = date(2026, 11, 30)


def mission(name: str = "", sex: str = "", checked: str = "") -> Mission:
    extra = (("Ambassador", name), ("Ambassador sex", sex), ("ambassador_checked_on", checked), ("Fax", "1"))
    return Mission("DEU", "", (), "en", extra=extra)


@pytest.mark.parametrize(
    ("said", "known"),
    [
        (("", "", ""), Ambassador()),
        (("Anna Example", "F", "2026-11-30"), Ambassador("Anna Example", "f")),
        (("Anna Example", "", "2025-11-30"), Ambassador("Anna Example", "")),
        (("", "m", "2026-01-01"), Ambassador("", "m")),
    ],
)
def test_what_was_checked_within_a_year_is_said(said: tuple[str, str, str], known: Ambassador) -> None:
    assert ambassador_of(mission(*said), DAY) == known


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (("Anna Example", "f", ""), "nobody wrote in ambassador_checked_on when the name was checked"),
        (("Anna Example", "f", "2025-11-28"), "the name was checked on 2025-11-28, over a year ago"),
        (("Anna Example", "f", "2026-12-24"), "ambassador_checked_on is 2026-12-24, which is still to come"),
        (("Anna Example", "f", "1.5.2026"), "ambassador_checked_on is '1.5.2026': write a day as 2026-11-30"),
        (("Anna Example", "w", "2026-11-30"), "ambassador_sex is 'w': write f or m"),
        (("H.E. Anna Example", "f", "2026-11-30"), "the name begins with 'H.E.': write it without a title"),
        (("Ms Anna Example", "", "2026-11-30"), "the name begins with 'Ms': write it without a title"),
    ],
)
def test_what_is_old_or_doubtful_is_not_said_and_named(said: tuple[str, str, str], why: str) -> None:
    assert ambassador_of(mission(*said), DAY) == Ambassador(doubt=why)


@pytest.mark.parametrize("name", ["Amber Example", "Sean Example", "Drake Example", "Mira Example"])
def test_a_name_is_no_title(name: str) -> None:
    assert ambassador_of(mission(name, "", "2026-11-30"), DAY).name == name
