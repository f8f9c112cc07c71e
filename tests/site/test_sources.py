"""Sources as files name them: what is an address is a link, and nothing else is."""

import pytest

from outreach.site.frame.sources import sources


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ()),
        ("a card, 2022", (("a card, 2022", ""),)),
        (
            "https://www.example.org/a/ ; ISHR, page “x”, 2022",
            (("example.org/a", "https://www.example.org/a/"), ("ISHR, page “x”, 2022", "")),
        ),
        (
            "https://a.example/1, https://a.example/2",
            (("a.example/1", "https://a.example/1"), ("a.example/2", "https://a.example/2")),
        ),
        ("javascript:alert(1)", (("javascript:alert(1)", ""),)),
        ('https://a.example/"onclick="x', (('https://a.example/"onclick="x', ""),)),
    ],
)
def test_only_what_is_an_address_whole_is_a_link(text: str, found: tuple[tuple[str, str], ...]) -> None:
    assert sources(text) == found


def test_a_long_address_is_shown_by_its_beginning_and_kept_whole() -> None:
    [(words, address)] = sources(f"https://a.example/{'b' * 100}")
    assert (len(words), words[-1], len(address)) == (70, "…", 118)
