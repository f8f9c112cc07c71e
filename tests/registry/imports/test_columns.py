"""Which column of a spreadsheet is which: what is said when none is the State's."""

import pytest

from outreach.errors import UsageError
from outreach.registry.imports.columns import match_columns, usual_target
from outreach.registry.missions import COLUMNS


@pytest.mark.parametrize(
    ("theirs", "says"),
    [
        (
            ["E-Mail", "Land"],
            "row 1: none of the columns E-Mail, Land looks like the State; say which with --map 'Land=",
        ),
        (["", "E-Mail"], "row 1: none of the columns E-Mail looks like the State; add one that names it"),
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


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("COUNTRY ", "state"),
        ("Name of country", "state"),
        ("Country / Pays / País", "state"),
        ("Main e-mail", "email"),
        ("Contact email 2", "email"),
        ("E-mail (general)", "email"),
        ("Mission phone", "phone"),
        ("E_mail", "email"),
        ("Contact", ""),
        ("Name", ""),
        ("Country / E-mail", ""),
        ("Private", ""),
    ],
)
def test_usual_names_are_known_with_what_people_write_beside_them(name: str, ours: str) -> None:
    assert usual_target(name) == ours


def test_a_second_telephone_number_is_a_column_of_its_own() -> None:
    match = match_columns(("Country", "Phone", "Telephone", "Tel", "E-mail", "E-mail 2"), {"Tel": "phone"}, COLUMNS)
    assert match.ours == {"Country": "state", "Tel": "phone", "E-mail": "email", "E-mail 2": "email"}
    assert match.kept == ("Phone", "Telephone")
    with pytest.raises(UsageError, match="'Phone' and 'Tel' cannot both be 'phone'; leave one out with --map 'Tel='"):
        match_columns(("Country", "Phone", "Tel"), {"Phone": "phone", "Tel": "phone"}, COLUMNS)
