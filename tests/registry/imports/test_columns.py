"""Which column of a spreadsheet is which: what is said when none is the State's."""

import pytest

from outreach.errors import UsageError
from outreach.registry.imports.columns import match_columns
from outreach.registry.missions import COLUMNS


@pytest.mark.parametrize(
    ("theirs", "says"),
    [
        (
            ["E-Mail", "Land"],
            "row 1: none of the columns E-Mail, Land looks like the State; say which with --map 'Land=",
        ),
        (["", "E-Mail"], "row 1: none of the columns E-Mail looks like the State; say which with --map 'E-Mail="),
        (
            list("abcdefghi"),
            "row 1: none of the columns a, b, c, d, e, f, g, h, i looks like the State; say which with",
        ),
        (
            list("abcdefghij"),
            "row 1: none of the columns a, b, c, d, e, f, g, h … and 2 more looks like the State; say which with",
        ),
        (["Phone", "a\n b"], "row 1: none of the columns Phone, a b looks like the State; say which with --map 'a b="),
    ],
    ids=["one that is not known", "without a name", "nine", "many", "on two lines"],
)
def test_a_header_without_the_state_is_shown_with_what_to_type(theirs: list[str], says: str) -> None:
    with pytest.raises(UsageError) as refused:
        match_columns(theirs, {}, COLUMNS)
    assert str(refused.value).startswith(says)
