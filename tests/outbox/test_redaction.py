"""No addresses in the ledger, however a server writes them."""

import pytest

from outreach.outbox.redaction import without_addresses


@pytest.mark.parametrize(
    "words",
    [
        "550 5.1.1 <deu@deu.example.org>: no such user",
        "550 5.1.1 DEU@Deu.Example.Org unknown",
        "550 deu @ deu.example.org",
        "550 deu%40deu.example.org",
        "550 deu(at)deu.example.org",
        "550 deu＠deu.example.org",
        "550-5.1.1 deu@\n550 5.1.1 deu.example.org",
    ],
)
def test_the_recipients_address_is_taken_out(words: str) -> None:
    cleaned = without_addresses(words, ("deu@deu.example.org",))
    assert "<address>" in cleaned
    assert "deu@" not in cleaned.lower()
    assert cleaned.startswith("550")


def test_other_words_stay_as_they_are() -> None:
    assert without_addresses("550 5.7.1 blocked for policy reasons", ("a.b@example.org",)) == (
        "550 5.7.1 blocked for policy reasons"
    )
