"""Mail providers are told by their servers' names, and what is said of them has its source."""

from datetime import date

import pytest

from outreach.channels.providers import provider_of, providers


@pytest.mark.parametrize(
    ("host", "port", "name"),
    [
        ("smtp.office365.com", 587, "Microsoft 365"),
        ("smtp-mail.outlook.com.", 587, "Microsoft 365"),
        ("SMTP.Gmail.com", 465, "Google"),
        ("mail.infomaniak.com", 465, "Infomaniak"),
        ("127.0.0.1", 1025, "Proton"),
        ("localhost", 1025, "Proton"),
        ("127.0.0.1", 25, ""),
        ("notgmail.com", 587, ""),
        ("gmail.com.example.org", 587, ""),
        ("", 587, ""),
    ],
)
def test_a_provider_is_known_by_its_server(host: str, port: int, name: str) -> None:
    found = provider_of(host, port)
    assert (found.name if found else "") == name


def test_each_says_where_it_was_read_and_when() -> None:
    for provider in providers():
        assert provider.source, provider.name
        assert all(source.startswith(("https://", "http://")) for source in provider.source), provider.name
        assert date(2026, 1, 1) < provider.read, provider.name
        assert provider.counts in ("letters", "recipients"), provider.name
        assert provider.security in ("starttls", "tls"), provider.name
