"""What `outreach doctor` finds out about the accounts that posts go out from, each against a real server."""

import asyncio
from pathlib import Path

import pytest

from outreach.channels.checks.accounts import check_accounts
from outreach.channels.checks.settings import Check, Result
from outreach.settings.accounts import BlueskySettings, MastodonSettings, XSettings
from outreach.settings.settings import Settings
from tests.channels.networks.http_server import Fault
from tests.channels.networks.x_server import KEYS, NAME, XServer
from tests.channels.smtp.smtp_server import refusing_port


def ask(folder: Path, **accounts: object) -> dict[str, Check]:
    settings = Settings().model_copy(update=accounts)
    checks = asyncio.run(check_accounts(folder, settings))
    assert all(check.next for check in checks if check.result is not Result.OK), "each problem says what to do"
    return {check.name: check for check in checks}


def x(url: str, **keys: str) -> XSettings:
    return XSettings.model_validate({"api": url, "timeout": 5, **KEYS, **keys})


def test_without_an_account_it_says_that_posts_are_rehearsed(tmp_path: Path) -> None:
    (check,) = ask(tmp_path).values()
    assert check.result is Result.WARNING
    assert "rehearsed" in check.found


def test_it_says_whose_account_it_is_and_posts_nothing(tmp_path: Path) -> None:
    with XServer() as server:
        check = ask(tmp_path, x=x(server.url))["X"]
        assert (check.result, check.found) == (Result.OK, f"posts go out as @{NAME}")
        assert [(request.method, request.path) for request in server.requests] == [("GET", "/2/users/me")]


def test_keys_that_the_network_does_not_accept_fail_and_do_not_show(tmp_path: Path) -> None:
    with XServer() as server:
        check = ask(tmp_path, x=x(server.url, access_token_secret="a wrong one"))["X"]
    assert check.result is Result.FAILED
    assert "OUTREACH_X__CONSUMER_KEY" in check.next
    assert not [secret for secret in (*KEYS.values(), "a wrong one") if secret in str(check)]


def test_half_of_the_keys_fails_and_what_is_missing_is_named(tmp_path: Path) -> None:
    check = ask(tmp_path, x=x("https://api.x.com", access_token="", access_token_secret=""))["X"]
    assert check.result is Result.FAILED
    assert "OUTREACH_X__ACCESS_TOKEN, OUTREACH_X__ACCESS_TOKEN_SECRET" in check.next


def test_an_account_without_its_secret_here_is_only_rehearsed(tmp_path: Path) -> None:
    """outreach.toml is shared; the secret may be on another machine."""
    checks = ask(tmp_path, mastodon=MastodonSettings(instance="https://social.invalid"))
    assert checks["Mastodon"].result is Result.WARNING
    assert "rehearsed" in checks["Mastodon"].found
    assert "OUTREACH_MASTODON__TOKEN" in checks["Mastodon"].next


@pytest.mark.parametrize("fault", [Fault("me", 503, b"<html>"), Fault("me", 429, {}), Fault("me", drop=True)], ids=str)
def test_a_network_that_has_no_answer_now_is_not_called_wrong(tmp_path: Path, fault: Fault) -> None:
    with XServer(fault) as server:
        check = ask(tmp_path, x=x(server.url))["X"]
    assert check.result is Result.UNKNOWN


def test_one_network_out_of_reach_does_not_hide_another(tmp_path: Path) -> None:
    with XServer() as server, refusing_port() as port:
        address = {"service": f"http://127.0.0.1:{port}", "handle": "a.example.org", "password": "none", "timeout": 5}
        there = BlueskySettings.model_validate(address)
        checks = ask(tmp_path, x=x(server.url), bluesky=there)
    assert checks["Bluesky"].result is Result.UNKNOWN
    assert checks["X"].result is Result.OK
