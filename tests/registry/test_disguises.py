"""Addresses in disguise: one mailbox under several spellings, domains that pass for others."""

import pytest

from outreach.registry.addresses.disguises import mailbox, why_deceptive


@pytest.mark.parametrize(
    "spelling",
    [
        "mission@example.org",
        "Mission@EXAMPLE.org",
        "mission+geneva@example.org",
        "ｍission@ｅxample.org",
        "mission@example.org.",
    ],
)
def test_spellings_of_one_mailbox(spelling):
    assert mailbox(spelling) == "mission@example.org"


@pytest.mark.parametrize("other", ["mission2@example.org", "mission@example.net", "mission@sub.example.org"])
def test_other_mailboxes(other):
    assert mailbox(other) != "mission@example.org"


@pytest.mark.parametrize(
    ("domain", "words"),
    [
        ("ex\u0430mple.org", "mixes e (Latin) and \u0430 (Cyrillic)"),
        ("xn--exmple-4nf.org", "mixes e (Latin) and \u0430 (Cyrillic)"),
        ("\u0441\u043e\u0440\u0435.example.org", "Cyrillic letters that look like Latin ones"),
    ],
)
def test_domains_that_pass_for_others(domain, words):
    assert words in why_deceptive(domain)


@pytest.mark.parametrize(
    "domain",
    ["example.org", "münchen.example", "中文.example", "みなと港.example", "министерство.example", "a-1.example.org"],
)
def test_honest_domains(domain):
    assert why_deceptive(domain) == ""
