"""What a network's answer means, and the two ways to wait for one: without any network."""

import asyncio
import ssl
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.channels.base import see_through
from outreach.channels.social.answers import (
    ApiAnswer,
    ApiRequest,
    Hints,
    certificate_refused,
    discreet,
    error_words,
    failure,
    read_answer,
    retry_after,
)
from outreach.channels.social.http import in_thread
from outreach.errors import Deferred, DeliveryError, Paused, Rejected, Unconfirmed

NOW = datetime(2026, 9, 29, 9, 0, tzinfo=UTC)
HINTS = Hints(login="log in", address="look there")
LOOKING, MAKING, POSTING = ApiRequest.TIMELINE, ApiRequest.PICTURE, ApiRequest.POST


@pytest.mark.parametrize(
    ("status", "looking", "making", "posting"),
    [
        (200, Deferred, Deferred, Unconfirmed),
        (301, Paused, Paused, Paused),
        (308, Paused, Paused, Paused),
        (400, Paused, Rejected, Rejected),
        (401, Paused, Paused, Paused),
        (403, Paused, Paused, Paused),
        (404, Paused, Rejected, Rejected),
        (408, Deferred, Deferred, Deferred),
        (422, Paused, Rejected, Rejected),
        (425, Deferred, Deferred, Deferred),
        (429, Deferred, Deferred, Deferred),
        (500, Deferred, Deferred, Unconfirmed),
        (503, Deferred, Deferred, Unconfirmed),
    ],
)
def test_the_table_holds(
    status: int, looking: type[DeliveryError], making: type[DeliveryError], posting: type[DeliveryError]
) -> None:
    kinds = [type(failure(asked, ApiAnswer(status, "words"), HINTS)) for asked in (LOOKING, MAKING, POSTING)]
    assert kinds == [looking, making, posting]


@given(st.integers(-1, 999), st.sampled_from(ApiRequest), st.text(max_size=400))
def test_every_answer_means_something_in_one_short_line(status: int, asked: ApiRequest, words: str) -> None:
    problem = failure(asked, ApiAnswer(status, words), HINTS)
    assert 0 < len(problem.detail) <= 300
    assert len(problem.detail.splitlines()) == 1
    assert not isinstance(problem, Unconfirmed) or asked is ApiRequest.POST


def test_a_refused_login_and_a_wrong_address_have_hints_of_their_own() -> None:
    hints = [failure(ApiRequest.LOGIN, ApiAnswer(status, ""), HINTS) for status in (401, 404, 302)]
    assert [each.hint for each in hints if isinstance(each, Paused)] == ["log in", "look there", "look there"]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "120"}, 120),
        ({"retry-after": format_datetime(NOW + timedelta(seconds=90), usegmt=True)}, 90),
        ({"ratelimit-reset": str(int(NOW.timestamp()) + 300)}, 300),
        ({"ratelimit-reset": "45"}, 45),
        ({"x-ratelimit-reset": "2026-09-29T09:05:00.123Z"}, 300.123),
        ({"x-ratelimit-reset": "2026-09-29T11:05:00+02:00"}, 300),
        ({"x-rate-limit-reset": str(int(NOW.timestamp()) + 900)}, 900),
        ({"x-ratelimit-reset": "2026-09-29T08:00:00Z"}, 0),
        ({"x-ratelimit-reset": "soon"}, None),
        ({"retry-after": "later", "ratelimit-reset": "45"}, 45),
        ({"retry-after": "99999999999999999999"}, None),
        ({"retry-after": "999999999"}, 86_400),
        ({"retry-after": "-5"}, None),
        # The server's clock is an hour behind ours, and its reset with it.
        ({"date": "Tue, 29 Sep 2026 08:00:00 GMT", "x-ratelimit-reset": "2026-09-29T08:05:00Z"}, 300),
        ({"date": "nonsense", "retry-after": "5"}, 5),
    ],
)
def test_the_wait_is_what_the_server_names(headers: dict[str, str], seconds: float | None) -> None:
    waits = retry_after(headers, NOW)
    assert waits == (None if seconds is None else pytest.approx(seconds))


@given(st.dictionaries(st.sampled_from(["retry-after", "ratelimit-reset", "x-ratelimit-reset", "date"]), st.text()))
def test_whatever_the_headers_the_wait_is_at_most_a_day(headers: dict[str, str]) -> None:
    assert (retry_after(headers, NOW) or 0) in range_of_a_day()


class range_of_a_day:  # noqa: N801
    def __contains__(self, seconds: float) -> bool:
        return 0 <= seconds <= 86_400


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"error": "Validation failed: too long"}', "Validation failed: too long"),
        (b'{"error": "invalid_grant", "error_description": "It was revoked"}', "invalid_grant: It was revoked"),
        (b"<html>Bad gateway</html>", ""),
        (b'["error"]', ""),
        (b'{"error": {"deep": 1}}', ""),
        (b"", ""),
        (b"\xff\xfe", ""),
    ],
)
def test_the_words_of_an_answer_are_its_json(body: bytes, said: str) -> None:
    assert error_words(body) == said


def test_no_secret_is_in_the_words_as_it_is_or_as_an_address_writes_it() -> None:
    secret = "a/b+c=d"
    assert discreet("got a/b+c=d and a%2Fb%2Bc%3Dd", [secret, ""]) == "got … and …"
    assert secret not in str(read_answer(400, {}, f"you said {secret}", [secret]))


def test_a_certificate_that_is_refused_is_known_however_deep_it_lies() -> None:
    cause = ssl.SSLCertVerificationError("self-signed")
    wrapped, twice = OSError("wrapped"), OSError("wrapped twice")
    wrapped.__context__, twice.__cause__ = cause, wrapped
    assert all(certificate_refused(error) for error in (cause, wrapped, twice))
    assert not certificate_refused(OSError("no certificate anywhere"))
    assert not certificate_refused(None)


def test_a_call_in_a_thread_gives_what_it_gives_and_raises_what_it_raises() -> None:
    assert asyncio.run(in_thread(lambda: 17, 10)) == 17
    with pytest.raises(ZeroDivisionError):
        asyncio.run(in_thread(lambda: 1 // 0, 10))


def test_a_call_that_does_not_end_is_left_behind() -> None:
    over = threading.Event()
    with pytest.raises(TimeoutError):
        asyncio.run(in_thread(lambda: over.wait(60), 0.05))
    over.set()


def test_what_has_begun_is_seen_through_once_and_not_twice() -> None:
    async def cancelled(times: int) -> object:
        begun, go_on = asyncio.Event(), asyncio.Event()

        async def call() -> str:
            begun.set()
            await go_on.wait()
            return "done"

        task = asyncio.create_task(see_through(call()))
        await begun.wait()
        for _ in range(times):
            task.cancel()
            await asyncio.sleep(0)
        go_on.set()
        return (await asyncio.gather(task, return_exceptions=True))[0]

    assert asyncio.run(cancelled(0)) == asyncio.run(cancelled(1)) == "done"
    assert isinstance(asyncio.run(cancelled(2)), Unconfirmed)
