"""What each answer of X means for a post, from a real server, and that no key comes out with it."""

import asyncio
import io
import logging
import traceback
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
import trustme

from outreach.channels.base import Receipt
from outreach.channels.social.answers import ApiRequest
from outreach.channels.x.answers import XAnswers
from outreach.channels.x.channel import XChannel
from outreach.channels.x.client import XAnswer
from outreach.errors import Deferred, DeliveryError, Paused, Rejected, Unconfirmed, Unreachable
from tests.channels.account_contract import run
from tests.channels.letters import Commit, Outcome, send
from tests.channels.networks import posts
from tests.channels.networks.http_server import Fault
from tests.channels.networks.x_posts import ME, METADATA, NOW, POST, UPLOAD, channel_to, outcome, post, problem
from tests.channels.networks.x_server import KEYS, NAME, XServer
from tests.channels.smtp.certificates import server_context
from tests.channels.smtp.smtp_server import refusing_port

# Answers


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(POST, 400, problem(400)), Rejected),
        (Fault(POST, 401, problem(401)), Paused),
        (Fault(POST, 402, problem(402, "CreditsDepleted")), Paused),
        (Fault(POST, 403, problem(403, "Your account is temporarily locked.")), Paused),
        (Fault(POST, 403, problem(403, "Your Tweet text is too long.")), Rejected),
        (Fault(POST, 403, problem(403, "You attempted to reply to a Tweet that is deleted or not visible")), Rejected),
        (Fault(POST, 404, problem(404)), Paused),
        (Fault(POST, 422, b"no JSON"), Rejected),
        (Fault(POST, 429, problem(429)), Deferred),
        (Fault(POST, 429, problem(429, type="https://api.twitter.com/2/problems/usage-capped")), Paused),
        (Fault(POST, 302, headers={"Location": "https://x.invalid/"}), Paused),
        (Fault(POST, 302, headers={"Location": "https://[x.invalid/"}), Paused),
        (Fault(POST, 201, b"no gzip", {"Content-Encoding": "gzip"}), Unconfirmed),
        (Fault(POST, 201, b"no chunks", {"Transfer-Encoding": "chunked"}), Unconfirmed),
        (Fault(POST, 408, problem(408)), Unconfirmed),
        (Fault(POST, 500, problem(500)), Unconfirmed),
        (Fault(POST, 503, b"<html>over capacity"), Unconfirmed),
        (Fault(POST, 200, b"{"), Unconfirmed),
        (Fault(POST, 200, {"data": {}}), Unconfirmed),
        (Fault(POST, 200, ["list"]), Unconfirmed),
        (Fault(POST, 400, ["list"]), Rejected),
        (Fault(POST, 400, {"errors": [None]}), Rejected),
        (Fault(POST, drop=True), Unconfirmed),
        (Fault(POST, drop=True, take=True), Unconfirmed),
        (Fault(POST, 200, {"data": {"id": ["1"]}}), Unconfirmed),
        (Fault(POST, 200, {"data": {"id": "../1"}}), Unconfirmed),
    ],
    ids=str,
)
def test_what_an_answer_to_the_post_means(fault: Fault, error: type[DeliveryError]) -> None:
    commit = Commit()
    result, server = outcome(replace(fault, method="POST"), outgoing=post(commit=commit))
    assert type(result) is error
    assert commit.count == 1
    assert len(server.asked(POST)) == 1, "nothing is repeated"


def test_an_account_that_cannot_be_looked_up_rejects_no_post() -> None:
    result, _ = outcome(Fault(ME, 400, problem(400)))
    assert type(result) is Paused


@pytest.mark.parametrize("asked", [UPLOAD, METADATA])
def test_a_picture_that_x_refuses_rejects_the_post(asked: str) -> None:
    result, server = outcome(Fault(asked, 400, problem(400)), outgoing=post(picture=posts.PICTURE))
    assert type(result) is Rejected
    assert server.posts == []


@pytest.mark.parametrize("asked", [ME, UPLOAD, METADATA])
@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"status": 401, "body": problem(401)}, Paused),
        ({"status": 402, "body": problem(402)}, Paused),
        ({"status": 404, "body": problem(404)}, Paused),
        ({"status": 500, "body": problem(500)}, Deferred),
        ({"status": 503, "body": b"<html>"}, Deferred),
        ({"drop": True}, Deferred),
    ],
    ids=str,
)
def test_what_goes_wrong_before_the_post_leaves_nothing_in_doubt(
    asked: str, how: dict[str, Any], error: type[DeliveryError]
) -> None:
    commit = Commit()
    result, server = outcome(Fault(asked, **how), outgoing=post(picture=posts.PICTURE, commit=commit))
    assert type(result) is error
    assert commit.count == 0
    assert server.posts == []


def test_a_server_that_is_not_there_is_unreachable_and_nothing_is_committed() -> None:
    commit = Commit()
    with refusing_port() as port:
        (result,) = send(channel_to(f"http://127.0.0.1:{port}"), post(commit=commit))
    assert type(result) is Unreachable
    assert commit.count == 0


def test_a_certificate_that_is_not_good_stops_the_run_and_gets_no_request() -> None:
    server = XServer()
    server.secure(server_context(trustme.CA()))
    with server:
        (result,) = send(channel_to(server.url), post())
    assert isinstance(result, Paused)
    assert "certificate" in result.detail
    assert server.requests == []


def test_a_server_that_went_away_between_two_posts_got_nothing_of_the_second() -> None:
    """The connection is refused after the post was committed: it did not leave, and may be tried again."""

    async def both(server: XServer) -> Outcome:
        channel = channel_to(server.url)
        async with channel:
            await channel.send(post(1))
            server.close()
            try:
                return await channel.send(post(2))
            except DeliveryError as error:
                return error

    with XServer() as server:
        result = asyncio.run(both(server))
    assert type(result) is Unreachable
    assert len(server.posts) == 1


@pytest.mark.parametrize("fault", [Fault(POST, silent=True, take=True), Fault(POST, drip=True, take=True)], ids=str)
def test_silence_after_the_post_left_is_unconfirmed_within_the_time_limit(fault: Fault) -> None:
    result, server = outcome(replace(fault, method="POST"), timeout=0.3)
    assert type(result) is Unconfirmed
    assert "no answer" in result.detail
    assert len(server.posts) == 1


def test_what_was_unconfirmed_is_found_in_the_timeline() -> None:
    with XServer(Fault(POST, method="POST", drop=True, take=True)) as server:
        channel = channel_to(server.url)
        (doubtful,) = send(channel, post())
        found = run(channel, lambda: channel.find(post()))
        (made,) = server.posts
    assert isinstance(doubtful, Unconfirmed)
    assert found == Receipt(f"in the timeline as post {made.id}", made.id, f"https://x.com/{NAME}/status/{made.id}")


# How long to wait


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-rate-limit-reset": str(int(NOW.timestamp()) + 90)}, 90),
        ({"x-rate-limit-reset": str(int(NOW.timestamp()) - 90)}, 1),  # over already
        (
            {
                "x-rate-limit-remaining": "39998",
                "x-rate-limit-reset": str(int(NOW.timestamp()) + 90),
                "x-user-limit-24hour-remaining": "0",
                "x-user-limit-24hour-reset": str(int(NOW.timestamp()) + 7200),
            },
            7200,
        ),
        ({"retry-after": "30"}, 30),
        ({"x-rate-limit-reset": "soon"}, None),
        ({"x-rate-limit-reset": "999999999999"}, 86_400),  # no limit of X lasts longer than a day
        ({"retry-after": "999999999999"}, 86_400),
        ({"x-rate-limit-reset": f"{int(NOW.timestamp())}000000"}, None),  # no seconds
        ({"x-rate-limit-reset": "9" * 400}, None),
        ({"retry-after": "9" * 5000}, None),
        ({}, None),
    ],
    ids=str,
)
def test_a_limit_is_waited_for_until_it_is_lifted(headers: dict[str, str], seconds: float | None) -> None:
    """`Date` is X's own clock: ours may be wrong. The server of the test sets its own; it is replaced here."""

    date = {"date": NOW.strftime("%a, %d %b %Y %H:%M:%S GMT")}
    error = XAnswers(()).refusal(ApiRequest.POST, XAnswer(429, {}, {**headers, **date}), NOW + timedelta(hours=3))
    assert isinstance(error, Deferred)
    assert error.retry_after == seconds


def test_the_wait_comes_through_from_the_servers_answer() -> None:
    reset = int(datetime.now(UTC).timestamp()) + 600
    result, _ = outcome(Fault(POST, 429, {}, {"x-rate-limit-reset": str(reset)}))
    assert isinstance(result, Deferred)
    assert result.retry_after is not None
    assert 500 < result.retry_after <= 600


# Keys


def test_wrong_keys_pause_the_run_before_anything_is_committed() -> None:
    commit = Commit()
    with XServer() as server:
        (result,) = send(channel_to(server.url, access_token_secret="not it"), post(commit=commit))
    assert isinstance(result, Paused)
    assert "OUTREACH_X__CONSUMER_KEY" in result.hint
    assert commit.count == 0


def test_missing_keys_are_named_and_nothing_is_asked() -> None:
    with XServer() as server:
        (result,) = send(channel_to(server.url, consumer_secret=""), post())
        assert server.requests == []
    assert isinstance(result, Paused)
    assert "consumer_secret" in result.detail


@pytest.mark.parametrize(
    "fault", [Fault(path, status=status, echo=True) for path in (ME, POST) for status in (400, 503)]
)
def test_keys_come_out_nowhere_though_the_server_repeats_them(
    fault: Fault, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    trace = io.StringIO()

    async def publish(channel: XChannel) -> None:
        async with channel:
            try:
                await channel.send(post())
            except DeliveryError as error:
                traceback.print_exception(error, file=trace)
                trace.write(f"{error!r} {error.detail} {error.__dict__} {error.__context__!r} {error.__cause__!r}")

    with XServer(fault) as server:
        channel = channel_to(server.url)
        asyncio.run(publish(channel))
    said = f"{trace.getvalue()} {caplog.text} {channel!r} {channel._client!r} {channel._answers!r}"
    assert "<key>" in said
    for secret in KEYS.values():
        assert secret not in said
    assert "oauth_signature=" not in said


@pytest.mark.parametrize("secret", KEYS.values())
def test_a_servers_words_are_freed_of_every_key_in_every_form(secret: str) -> None:

    told = f'keys {secret} {quote(secret, safe="")} OAuth oauth_consumer_key="{secret}", oauth_nonce="12345" end'
    said = XAnswers(KEYS.values()).said(ApiRequest.POST, XAnswer(400, {"detail": told}, {}))
    assert secret not in said
    assert quote(secret, safe="") not in said
    assert said.endswith("end")


def test_a_secret_is_taken_out_before_words_are_cut_so_that_no_part_of_it_is_left() -> None:
    secret = "abcdefghij" * 5
    for before in range(0, 400, 7):
        said = XAnswers([secret]).said(ApiRequest.POST, XAnswer(403, {"detail": "x" * before + " " + secret}, {}))
        assert secret[:6] not in said
