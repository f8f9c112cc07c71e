"""`outreach status`: words for what needs a person."""

from outreach.cli.status import NEEDS
from outreach.reports.attention import Need


def test_every_need_has_words() -> None:
    assert set(NEEDS) == set(Need)
