"""Which replies say that a limit of the provider is reached, for how long; and which say something else."""

import pytest

from outreach.channels.smtp.limits import limit_reached

MINUTE, HOUR, DAY = 60, 3600, 86400
REACHED = [
    ("550 5.4.5 Daily user sending limit exceeded. For more information on Gmail", DAY),
    ("550 5.4.5 Daily SMTP relay limit exceeded for customer.", DAY),
    (
        "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; Failed to process",
        HOUR,
    ),
    ("550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients", DAY),
    ("550 5.7.705 Access denied, tenant has exceeded threshold", DAY),
    (
        "550 5.7.233 Your tenant exceeded its daily limit for sending email to external recipients",
        DAY,
    ),
    ("454 Throttling failure: Maximum sending rate exceeded", MINUTE),
    ("454 Throttling failure: Daily message quota exceeded", DAY),
    ("451 4.7.1 Rate limit exceeded, try again later", HOUR),
    ("450 4.7.1 Error: too much mail from 192.0.2.1", HOUR),
    ("450 4.7.1 Error: too many recipients from 192.0.2.1", HOUR),
    ("550 Domain example.org has exceeded the max emails per hour (100/100 (100%)) allowed. Message discarded.", HOUR),
    ("550 You have exceeded your hourly quota", HOUR),
    ("550 sending limit reached", HOUR),
    ("550 too many messages", HOUR),
    ("550 quota exceeded", HOUR),
    ("550 Message limit reached, 200 per day", DAY),
    ("450 4.7.1 Policy rejection; Message count quota exceeded", HOUR),
    ("450 Requested mail action not taken: mailbox unavailable. Mail send limit exceeded.", HOUR),
    ('451 4.7.1 Ratelimit "user" exceeded', HOUR),
    ("554 5.7.1 You have exceeded the number of mails you may send in 24 hours", DAY),
    ("421 4.7.0 Our system has detected an unusual rate of unsolicited mail", HOUR),
    ("550 Number messages per hour exceeded", HOUR),
    ("550 Sender is throttled", HOUR),
    ("550 5.7.1 outgoing mail limit for this account reached", HOUR),
    ("550 limit of 300 messages in 1 hour exceeded", HOUR),
    ("550 Exceeded sending limit. Try again in 60 minutes", HOUR),
    ("452 4.3.1 too many mails sent, wait", HOUR),
    ("550 Sender rate overlimit - 120 / 1h", HOUR),
    ("554 daily limit exceeded", DAY),
    ("550 max recipients per day reached", DAY),
]
# A mailbox, a letter, greylisting, too many at once, or nothing about how much.
NOT_REACHED = [
    "450 4.2.1 The user you are trying to contact is receiving mail too quickly.",
    "452 4.2.2 The recipient's inbox is out of storage",
    "552 5.2.2 Mailbox quota exceeded",
    "550 5.2.2 user over quota",
    "550 user is over quota",
    "550 Mailbox full, quota exceeded",
    "552 5.3.4 message size exceeds fixed limit",
    "552 message size limit exceeded",
    "550 Message too large, exceeds maximum limit of 10 MB",
    "450 4.2.0 Greylisted, see http://postgrey.example.org/help",
    "450 4.7.1 Greylisting in action, please come back in 00:05:00",
    "451 4.7.1 Greylisted, try again in 300 seconds",
    "421 4.7.0 Too many connections from your IP, limit is 1 per user",
    "421 too many concurrent sessions",
    "452 4.5.3 Too many recipients",
    "452 4.5.3 Error: too many recipients",
    "550 5.1.1 User unknown",
    "550 5.7.1 relaying denied",
    "554 5.7.1 looks like spam",
    "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup",
    "451 4.3.0 temporary failure",
    "450 mailbox busy",
    "550 5.2.122 The recipient has exceeded their limit for messages received per hour",
    "550 account disk quota exceeded",
    "550 5.1.10 RESOLVER.ADR.RecipientNotFound",
    "554 5.4.14 Hop count exceeded - possible mail loop",
    "535 5.7.8 bad",
    "451 4.7.1 try again in 5 minutes",
    "550 maximum line length exceeded",
    "450 4.1.8 Sender address rejected: Domain not found",
    "550 5.7.1 Our limited company takes no mail",
    "450 4.7.1 Recipient address rejected: Please try again in a minute",
    "550 you are not allowed to send to this address",
]


@pytest.mark.parametrize(("reply", "lasts"), REACHED)
def test_a_limit_is_told_by_code_and_words_in_any_case(reply: str, lasts: float) -> None:
    code, _, text = reply.partition(" ")
    assert limit_reached(int(code), text) == lasts
    assert limit_reached(int(code), text.upper()) == lasts


@pytest.mark.parametrize("reply", NOT_REACHED)
def test_other_refusals_are_no_limit(reply: str) -> None:
    code, _, text = reply.partition(" ")
    assert limit_reached(int(code), text) is None


def test_a_yes_is_no_limit_whatever_it_says() -> None:
    assert limit_reached(250, "2.0.0 taken; 3 of 500 messages per day") is None


@pytest.mark.parametrize("text", ["limit " * 100_000, "a " * 200_000, "per day" * 50_000, "quota" + " " * 500_000])
def test_words_without_end_are_read_in_no_time(text: str) -> None:
    assert limit_reached(550, text) in (None, DAY, HOUR)
