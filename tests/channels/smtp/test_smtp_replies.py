"""Which reply means what: the table of channels/smtp/replies.py, row by row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.channels.smtp.replies import (
    ARCHIVE_HINT,
    LOGIN_HINT,
    POLICY_HINT,
    SENDER_HINT,
    TLS_HINT,
    SmtpReply,
    SmtpStep,
    failure,
    retry_after,
)
from outreach.errors import Deferred, DeliveryError, LimitReached, Paused, Rejected, Unconfirmed

BEFORE_THE_DOT = [step for step in SmtpStep if step is not SmtpStep.BODY]


@pytest.mark.parametrize(
    ("step", "code", "text", "meaning"),
    [
        (SmtpStep.GREETING, 554, "no SMTP service here", Paused),
        (SmtpStep.GREETING, 450, "come back", Deferred),
        (SmtpStep.HELLO, 502, "unknown command", Paused),
        (SmtpStep.TLS, 454, "4.7.0 TLS not available", Paused),
        (SmtpStep.LOGIN, 454, "4.7.0 temporary authentication failure", Deferred),
        (SmtpStep.LOGIN, 535, "5.7.8 bad credentials", Paused),
        (SmtpStep.SENDER, 550, "5.1.0 sender rejected", Paused),
        (SmtpStep.SENDER, 553, "sender address not owned", Paused),
        (SmtpStep.SENDER, 555, "5.5.4 unsupported parameter", Paused),
        (SmtpStep.SENDER, 530, "authentication required", Paused),
        (SmtpStep.SENDER, 552, "5.3.4 message too big", Rejected),
        (SmtpStep.SENDER, 452, "4.3.1 no space", Deferred),
        (SmtpStep.RECIPIENT, 550, "5.1.1 no such user", Rejected),
        (SmtpStep.RECIPIENT, 550, "no such user", Rejected),
        (SmtpStep.RECIPIENT, 552, "5.2.2 mailbox full", Rejected),
        (SmtpStep.RECIPIENT, 550, "5.7.1 relaying denied", Rejected),
        (SmtpStep.RECIPIENT, 452, "4.5.3 too many recipients", Deferred),
        (SmtpStep.RECIPIENT, 501, "5.1.3 bad address", Rejected),
        (SmtpStep.RECIPIENT, 503, "5.5.1 MAIL first", Rejected),
        (SmtpStep.ARCHIVE, 550, "5.1.1 no such user", Paused),
        (SmtpStep.ARCHIVE, 450, "4.2.1 later", Deferred),
        (SmtpStep.DATA, 554, "no valid recipients", Rejected),
        (SmtpStep.DATA, 554, "5.7.1 spam", Rejected),
        (SmtpStep.DATA, 250, "ok?", Deferred),
        (SmtpStep.BODY, 451, "4.3.0 later", Deferred),
        (SmtpStep.BODY, 554, "5.6.0 bad content", Rejected),
        (SmtpStep.BODY, 554, "5.7.1 looks like spam", Rejected),
        (SmtpStep.SENDER, 550, "5.7.1 no", Paused),
        (SmtpStep.RECIPIENT, 451, "4.7.1 rate limit exceeded", LimitReached),
        (SmtpStep.BODY, 552, "5.3.4 too big", Rejected),
        (SmtpStep.BODY, 354, "go on", Unconfirmed),
    ],
)
def test_a_reply_means(step: SmtpStep, code: int, text: str, meaning: type[DeliveryError]) -> None:
    error = failure(step, SmtpReply(code, text))
    assert type(error) is meaning
    assert f"{code} {text}" in error.detail


@pytest.mark.parametrize("step", list(SmtpStep))
def test_421_is_later_at_every_step(step: SmtpStep) -> None:
    assert type(failure(step, SmtpReply(421, "4.3.2 shutting down"))) is Deferred


@pytest.mark.parametrize("step", [step for step in SmtpStep if step is not SmtpStep.ARCHIVE])
@pytest.mark.parametrize("code", [530, 534, 535, 538])
def test_a_login_refused_pauses_at_every_step_and_names_the_settings(step: SmtpStep, code: int) -> None:
    error = failure(step, SmtpReply(code, "no"))
    assert isinstance(error, Paused)
    assert error.hint == LOGIN_HINT
    assert "OUTREACH_SMTP__USERNAME" in error.hint
    assert "OUTREACH_SMTP__PASSWORD" in error.hint


@pytest.mark.parametrize(
    ("step", "text", "hint"),
    [
        (SmtpStep.SENDER, "5.1.0 no", SENDER_HINT),
        (SmtpStep.SENDER, "5.7.1 no", POLICY_HINT),
        (SmtpStep.ARCHIVE, "5.7.1 no", ARCHIVE_HINT),
        (SmtpStep.TLS, "5.5.1 no", TLS_HINT),
        (SmtpStep.LOGIN, "5.7.9 no", LOGIN_HINT),
    ],
)
def test_a_pause_says_what_to_do(step: SmtpStep, text: str, hint: str) -> None:
    error = failure(step, SmtpReply(550, text))
    assert isinstance(error, Paused)
    assert error.hint == hint


@given(st.sampled_from(BEFORE_THE_DOT), st.integers(-1, 1000), st.text(max_size=200))
def test_nothing_before_the_dot_is_ever_unconfirmed(step: SmtpStep, code: int, text: str) -> None:
    assert not isinstance(failure(step, SmtpReply(code, text)), Unconfirmed)


@given(st.integers(-1, 1000).filter(lambda code: not 400 <= code < 600), st.text(max_size=200))
def test_after_the_dot_a_reply_that_is_neither_yes_nor_no_is_unconfirmed(code: int, text: str) -> None:
    assert isinstance(failure(SmtpStep.BODY, SmtpReply(code, text)), Unconfirmed)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("4.7.1 Greylisted, please try again in 5 minutes", 300),
        ("greylisting in action, retry after 60 seconds", 60),
        ("try again in 90s", 90),
        ("try again later", None),
        ("in 999999 seconds", None),
    ],
)
def test_a_server_may_say_how_long_to_wait(text: str, seconds: float | None) -> None:
    assert retry_after(text) == seconds
    error = failure(SmtpStep.RECIPIENT, SmtpReply(451, text))
    assert isinstance(error, Deferred)
    assert error.retry_after == seconds
