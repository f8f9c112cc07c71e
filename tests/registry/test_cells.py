"""What people typed into a cell is read, or refused in words. A handle is one name on one network and nothing else."""

import pytest
from email_validator import validate_email
from hypothesis import assume, example, given
from hypothesis import strategies as st

from outreach.registry.cells import PLAIN_ADDRESS, read_address, read_addresses, read_handle


def test_one_mailbox_in_two_spellings_stands_twice() -> None:
    with pytest.raises(ValueError, match="stands twice"):
        read_addresses("deu@mission.example.org; DEU@mission.example.org")


def test_two_mailboxes_of_one_mission_are_both_kept_in_their_order() -> None:
    assert read_addresses("b@mission.example.org; a@mission.example.org") == (
        "b@mission.example.org",
        "a@mission.example.org",
    )


LOCAL, DOMAIN = r"[a-z0-9]{1,8}([._+-][a-z0-9]{1,8}){0,3}", r"([a-z0-9]{1,8}(-[a-z0-9]{1,8})?\.){1,3}[a-z]{2,8}"


@given(st.from_regex(f"{LOCAL}@{DOMAIN}", fullmatch=True))
@example("a@b.cc")
@example("mission.geneva+desk@1-2.example.org")
@example(f"{'a' * 30}@{'b' * 26}.cc")
def test_what_is_taken_for_plain_the_library_takes_as_it_stands(address: str) -> None:
    assume(PLAIN_ADDRESS.fullmatch(address))
    if not address.endswith(".invalid"):  # which we accept, and the library by itself does not
        assert validate_email(address, check_deliverability=False).normalized == address


@pytest.mark.parametrize(
    "address",
    ["a@b", "a@b.test", "a@b.onion", "a@host.local", "a..b@example.org", "a@-b.org", "a@b-.org", "a@b.c1\n"],
)
def test_what_only_looks_plain_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="is not an e-mail address"):
        read_address(address)


def test_capitals_are_not_plain_and_the_domain_is_normalised() -> None:
    assert read_address("Mission@Example.ORG") == "Mission@example.org"


@pytest.mark.parametrize(
    ("network", "text"),
    [
        ("x", ""),
        ("x", "ExampleDE_1"),
        ("x", "@ExampleDE"),
        ("bluesky", "mission.example.org"),
        ("bluesky", "mission-geneva.bsky.example.org"),
        ("mastodon", "@mission@social.example.org"),
        ("mastodon", "mission.geneva@social.example.org"),
    ],
)
def test_a_handle_is_kept_as_it_is_written(network: str, text: str) -> None:
    assert read_handle(network, text) == text


@pytest.mark.parametrize(
    ("network", "text"),
    [
        ("x", "https://x.com/ExampleDE"),
        ("x", "ExampleDE @ExampleBY"),
        ("x", "ExampleDE ; ExampleBY"),
        ("x", "a-name"),
        ("x", "sixteen_letters_"),
        ("bluesky", "mission"),
        ("bluesky", "mission.example.org @other.example.org"),
        ("bluesky", "mission.example.org/path"),
        ("mastodon", "mission"),
        ("mastodon", "@mission"),
        ("mastodon", "@mission@social"),
        ("mastodon", "@mission@social.example.org<b>"),
        ("mastodon", "https://social.example.org/@mission"),
    ],
)
def test_what_would_name_somebody_else_or_nobody_is_refused_with_an_example(network: str, text: str) -> None:
    with pytest.raises(ValueError, match=f"is not a handle on {network}; write the handle alone, such as "):
        read_handle(network, text)
