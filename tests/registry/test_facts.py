"""Single facts of a row, read from what people typed."""

import pytest

from outreach.registry.facts import read_addresses


def test_one_mailbox_in_two_spellings_stands_twice() -> None:
    with pytest.raises(ValueError, match="stands twice"):
        read_addresses("deu@mission.example.org; DEU@mission.example.org")


def test_two_mailboxes_of_one_mission_are_both_kept_in_their_order() -> None:
    assert read_addresses("b@mission.example.org; a@mission.example.org") == (
        "b@mission.example.org",
        "a@mission.example.org",
    )
