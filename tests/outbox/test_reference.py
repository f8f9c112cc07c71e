"""The reference that letters show is found in whatever people write back, and hardly anywhere else."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.outbox.reference import find_references, reference

TOKENS = st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=26, max_size=26)


def test_it_is_the_first_ten_characters_in_two_groups() -> None:
    assert reference("abcde2fghijklmnopqrstuvwxy") == "ABCDE-2FGHI"


@given(TOKENS)
def test_every_letters_reference_is_found_in_a_sentence(token: str) -> None:
    said = f"Re: Beacon (our ref. 12/2022)\n> Our reference: {reference(token)}\n"

    assert find_references(said) == (token[:10],)


@pytest.mark.parametrize(
    "text",
    [
        "Our reference: ABCDE-2FGHI",
        "Notre référence\u00a0: ABCDE-2FGHI",
        "Nuestra referencia: ABCDE-2FGHI.",
        "AW: Beacon [ABCDE-2FGHI]",
        "abcde-2fghi",
        "_ABCDE-2FGHI_, *ABCDE-2FGHI*",
        "ABCDE\u20112FGHI",
        "ABCDE–2FGHI",
        "> > ABCDE-\n> > 2FGHI",
        "Ref: abcde2fghi",
        "Your Ref. No. ABCDE2FGHI",
        "V/Réf. n° ABCDE 2FGHI",
        "Re\u0301fe\u0301rence : ABCDE2FGHI",
        "your reference is ABCDE2FGHI",
        "su referencia:\nABCDE2FGHI",
        "Ihre Referenz: ABCDE2FGHI",
    ],
)
def test_it_is_found_as_people_and_their_programs_write_it(text: str) -> None:
    assert find_references(text) == ("abcde2fghi",)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ABCDE2FGHI",
        "XABCDE-2FGHI",
        "ABCDE-2FGHIJ",
        "https://example.org/abcde-2fghi-klmno",
        "ABCDE-01189",
        "preference ABCDE2FGHI",
        "ÀBCDE-2FGHI",
        "no preference: abcde2fghi",
    ],
)
def test_what_only_looks_a_little_like_one_is_left_alone(text: str) -> None:
    assert find_references(text) == ()


def test_several_are_given_once_each_in_their_order() -> None:
    text = "Ref. XXXXX22222\nAbout ABCDE-2FGHI and KLMNO-PQRST (abcde-2fghi)"

    assert find_references(text) == ("abcde2fghi", "klmnopqrst", "xxxxx22222")


@given(st.text(st.sampled_from("abé2-–\u00ad >|\n:.°refnosRÉ\u0301 "), max_size=200))
def test_whatever_the_text_each_is_ten_characters_of_a_token(text: str) -> None:
    for found in find_references(text):
        assert len(found) == 10
        assert set(found) <= set("abcdefghijklmnopqrstuvwxyz234567")


@pytest.mark.parametrize(
    "text", ["a", "abcde-", "ref ", "ref.", "ref no ", "abcde- > > ", "ref:\n", "é", "abcde-2fghi "], ids=repr
)
def test_a_hostile_text_takes_no_longer_than_any_other(text: str) -> None:
    """100,000 characters, made so that a pattern has much to try, in well under a second."""
    start = perf_counter()

    find_references(text * (100_000 // len(text)))

    assert perf_counter() - start < 1
