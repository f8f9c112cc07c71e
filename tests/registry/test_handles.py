"""Handles of missions: one name on one network, and nothing that would name anybody else."""

import pytest

from outreach.registry.handles import read_handle


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
