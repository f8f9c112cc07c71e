"""A client is known by its network alone, and by nothing that it says of itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.web.client import client_network

PROXY = "10.0.0.1"


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "network"),
    [
        ("203.0.113.77", "", 0, "203.0.113.0/24"),
        ("203.0.113.77", "198.51.100.9", 0, "203.0.113.0/24"),  # nobody asked for its word
        (PROXY, "203.0.113.77", 1, "203.0.113.0/24"),
        (PROXY, "198.51.100.9, 203.0.113.77", 1, "203.0.113.0/24"),  # the client invented the first
        (PROXY, "198.51.100.9, 203.0.113.77, 10.0.0.2", 2, "203.0.113.0/24"),
        (PROXY, "203.0.113.77", 2, "203.0.113.0/24"),  # fewer came than there should be
        (PROXY, "", 1, ""),
        (PROXY, "unknown", 1, ""),
        (PROXY, "203.0.113.77:4711", 1, "203.0.113.0/24"),
        (PROXY, "[2001:db8:1:2::9]:4711", 1, "2001:db8:1::/48"),
        (PROXY, "2001:db8:1:2::9", 1, "2001:db8:1::/48"),
        (PROXY, '"[2001:db8:1:2::9]"', 1, "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "", 0, "203.0.113.0/24"),
        ("127.0.0.1", "", 0, ""),
        ("192.168.1.4", "", 0, ""),
        ("fe80::1%eth0", "", 0, ""),
    ],
)
def test_the_network_is_counted_from_the_right(peer: str, forwarded: str, proxies: int, network: str) -> None:
    assert client_network(peer, forwarded, proxies) == network


@given(st.ip_addresses(), st.text(max_size=200), st.integers(0, 4))
def test_no_header_breaks_it_and_no_whole_address_comes_out(peer: object, forwarded: str, proxies: int) -> None:
    found = client_network(str(peer), forwarded, proxies)
    assert found == "" or found.endswith(("/24", "/48"))


@given(st.lists(st.ip_addresses(v=4).map(str), max_size=5), st.ip_addresses(v=4).map(str))
def test_what_a_client_invents_changes_nothing(invented: list[str], client: str) -> None:
    told = client_network(PROXY, ", ".join([*invented, client]), 1)
    assert told == client_network(PROXY, client, 1) == client_network(client, "", 0)
