"""A form is taken from our own pages and from programs, and from no page of anybody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.web.origin import Ours, host_of, origin_of

OURS = Ours("https://act.example.org", "https://example.org")
HOST = "act.example.org"


@pytest.mark.parametrize(
    ("origin", "fetched_from", "foreign", "foreign_to_look"),
    [
        ("", "", False, False),  # a program, such as a mail server
        ("https://act.example.org", "same-origin", False, False),
        ("https://act.example.org", "", False, False),
        ("null", "same-origin", False, False),  # our own page: it sends no referrer
        ("null", "", False, False),  # a browser from before 2023
        ("null", "none", False, False),
        ("null", "cross-site", True, False),  # the static site, or a frame in a sandbox: nothing is stored
        ("null", "same-site", True, False),
        ("", "cross-site", True, False),
        ("https://example.org", "same-site", True, False),
        ("https://evil.example", "cross-site", True, True),
        ("https://evil.example", "same-origin", True, True),
        ("http://act.example.org", "", True, True),
        ("https://act.example.org:8443", "", True, True),
        ("https://act.example.org.evil.example", "", True, True),
        ("http://127.0.0.1:8000", "same-origin", True, True),
    ],
)
def test_where_a_form_comes_from(origin: str, fetched_from: str, foreign: bool, foreign_to_look: bool) -> None:
    assert OURS.is_foreign(origin, fetched_from, HOST, may_be_site=False) is foreign
    assert OURS.is_foreign(origin, fetched_from, HOST, may_be_site=True) is foreign_to_look


def test_on_this_machine_we_are_what_the_browser_asked_for() -> None:
    here = Ours()
    assert not here.is_foreign("http://127.0.0.1:8000", "same-origin", "127.0.0.1:8000", may_be_site=False)
    assert here.is_foreign("http://127.0.0.1:9000", "same-site", "127.0.0.1:8000", may_be_site=False)
    assert here.is_foreign("http://evil.example", "", "evil.example", may_be_site=False)


@pytest.mark.parametrize(
    ("header", "ours"),
    [
        ("act.example.org", True),
        ("ACT.example.org:443", True),
        ("127.0.0.1:8000", True),
        ("localhost", True),
        ("[::1]:8000", True),
        ("evil.example", False),
        ("act.example.org.evil.example", False),
        ("evil.example@act.example.org", False),
        ("act.example.org/evil", False),
        ("", False),
        ("a:b:c", False),
    ],
)
def test_only_our_own_names_are_answered(header: str, ours: bool) -> None:
    assert OURS.is_our_host(header) is ours


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Example.org/a/?b#c", "https://example.org"),
        ("https://example.org:443/", "https://example.org"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
        ("https://example.org:x/", ""),
        ("", ""),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(url: str, origin: str) -> None:
    assert origin_of(url) == origin


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_no_header_breaks_it(origin: str, fetched_from: str, host: str) -> None:
    OURS.is_foreign(origin, fetched_from, host, may_be_site=True)
    OURS.is_our_host(host)
    host_of(host)
