"""The settings of posts and accounts: what is refused and in which words, and what counts as configured."""

from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from outreach.settings.load import load_settings
from outreach.settings.settings import Settings, every_secret
from tests.settings.written import SECRET, campaign, refusal


def test_without_settings_no_account_is_configured_and_posts_are_spaced(tmp_path: Path) -> None:
    found = load_settings(campaign(tmp_path))
    assert found.networks == ()
    assert (found.posts.spacing_minutes, found.posts.per_day) == (30, 12)
    assert found.posts.quiet_hours == (time(22), time(7))
    assert found.posts_timezone == ZoneInfo("Europe/Zurich")


@pytest.mark.parametrize(
    ("section", "name"),
    [(section, name) for section in ("x", "bluesky", "mastodon") for name in every_secret()[section]],
)
def test_a_secret_in_the_file_is_refused_and_told_where_it_belongs(tmp_path: Path, section: str, name: str) -> None:
    words = refusal(campaign(tmp_path, f'[{section}]\n{name} = "{SECRET}"\n'))
    assert words.startswith(f"outreach.toml, column {section}.{name}: ")
    assert f"OUTREACH_{section.upper()}__{name.upper()}" in words
    assert SECRET not in words


@pytest.mark.parametrize(("section", "name"), [("x", "api"), ("bluesky", "service"), ("mastodon", "instance")])
@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("http://social.example.org", "in the clear"),
        ("social.example.org", "such as https://example.org"),
        ("ftp://social.example.org", "such as https://example.org"),
        ("https://", "such as https://example.org"),
        ("https://name:word@social.example.org", "such as https://example.org"),
        ("https://social.example.org/?a=b", "such as https://example.org"),
    ],
)
def test_a_server_is_named_by_an_https_address(tmp_path: Path, section: str, name: str, value: str, words: str) -> None:
    said = refusal(campaign(tmp_path, f'[{section}]\n{name} = "{value}"\n'))
    assert f"{section}.{name}: " in said
    assert words in said


def test_http_is_for_this_machine_and_a_slash_at_the_end_is_nothing(tmp_path: Path) -> None:
    found = load_settings(campaign(tmp_path, '[mastodon]\ninstance = "http://127.0.0.1:8080/"\n'))
    assert found.mastodon.instance == "http://127.0.0.1:8080"


def test_an_account_is_configured_when_nothing_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTREACH_BLUESKY__PASSWORD", SECRET)
    folder = campaign(tmp_path, '[mastodon]\ninstance = "https://social.example.org"\n')
    half = load_settings(folder)
    assert half.networks == ()
    assert (half.bluesky.begun, half.bluesky.missing) == (True, ("handle",))
    assert (half.mastodon.begun, half.mastodon.missing) == (False, ("token",))
    assert (half.x.begun, half.x.missing) == (False, every_secret()["x"])
    monkeypatch.setenv("OUTREACH_BLUESKY__HANDLE", "campaign.example.org")
    monkeypatch.setenv("OUTREACH_MASTODON__TOKEN", SECRET)
    assert load_settings(folder).networks == ("bluesky", "mastodon")


def test_no_secret_of_an_account_is_shown_by_accident(monkeypatch: pytest.MonkeyPatch) -> None:
    for section in ("x", "bluesky", "mastodon"):
        for name in every_secret()[section]:
            monkeypatch.setenv(f"OUTREACH_{section}__{name}".upper(), SECRET)
    found = Settings()
    assert found.x.configured
    assert SECRET not in f"{found!r} {found} {found.model_dump()}"


@pytest.mark.parametrize(
    "value", ["22:00", "night", "22:00-24:00", "22:00-07:60", "22-7", "07:00-07:00", "1:00-2:00-3:00"]
)
def test_quiet_hours_are_two_times_of_day(tmp_path: Path, value: str) -> None:
    assert "posts.quiet: " in refusal(campaign(tmp_path, f'[posts]\nquiet = "{value}"\n'))


@pytest.mark.parametrize(
    ("value", "expected"),
    [("", None), (" ", None), ("22:00 - 7:00", (time(22), time(7))), ("0:00-06:30", (time(0), time(6, 30)))],
)
def test_quiet_hours_may_be_none(tmp_path: Path, value: str, expected: tuple[time, time] | None) -> None:
    assert load_settings(campaign(tmp_path, f'[posts]\nquiet = "{value}"\n')).posts.quiet_hours == expected


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('link = "example.org"', "posts.link: write a whole web address"),
        ('timezone = "Geneva"', "posts.timezone: 'Geneva' is not a time zone"),
        ("spacing_minutes = -1", "posts.spacing_minutes: "),
        ("per_day = -1", "posts.per_day: "),
        ('pictures = "yes"', "posts.pictures: there is no such setting"),
    ],
)
def test_what_is_wrong_with_posts_is_named(tmp_path: Path, line: str, words: str) -> None:
    assert words in refusal(campaign(tmp_path, f"[posts]\n{line}\n"))


def test_the_clock_of_posts_is_the_campaigns_unless_it_has_its_own(tmp_path: Path) -> None:
    zone = '[campaign]\ntimezone = "Africa/Nairobi"\n'
    assert load_settings(campaign(tmp_path, zone)).posts_timezone == ZoneInfo("Africa/Nairobi")
    own = load_settings(campaign(tmp_path, f'{zone}[posts]\ntimezone = "Asia/Tokyo"\n'))
    assert own.posts_timezone == ZoneInfo("Asia/Tokyo")
