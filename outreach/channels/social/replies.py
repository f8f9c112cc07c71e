"""What a network's answer to an HTTP request means for a post; pure, knows nothing about connections.

answer                      login, timeline     picture, mention, deletion      the post itself
no connection               Unreachable at every step: nothing left
certificate refused, 3xx    Paused at every step: nothing is sent elsewhere
no answer, or half of one   Deferred            Deferred                        Unconfirmed
429                         Deferred at every step, until the time that the server names
401 403                     Paused at every step: the login, or what it may do
408 425                     Deferred at every step: the server did not take the request
any other 4xx               Paused              Rejected                        Rejected
5xx                         Deferred            Deferred                        Unconfirmed
"""

import json
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from urllib.parse import quote

from outreach.errors import Deferred, DeliveryError, Paused, Rejected, Unconfirmed
from outreach.text import server_words

LONGEST_WAIT = 86_400.0  # seconds; no network's limit lasts longer than a day
_READ = 4000  # characters of an answer that are looked at for its words
_EPOCH = 1_000_000_000  # a reset that is a smaller number is seconds from now, not a time


class Step(StrEnum):
    """The request an answer belongs to; the value is how a person reads it."""

    LOGIN = "login"
    TIMELINE = "timeline"
    PICTURE = "picture"
    MENTION = "mention"
    POST = "post"
    DELETION = "deletion"


_SET_UP = frozenset({Step.LOGIN, Step.TIMELINE})


@dataclass(frozen=True, slots=True)
class Hints:
    """What to type when the network refuses the login, or is not where the settings say."""

    login: str
    address: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its HTTP status, its words fit for a ledger, and how many seconds it asks us to wait, if it does."""

    status: int
    words: str
    retry_after: float | None = None

    def __str__(self) -> str:
        return f"{self.status} {self.words}".strip()


def failure(step: Step, reply: Reply, hints: Hints) -> DeliveryError:
    """The error that an answer other than the hoped-for one means at this step (see the table above)."""
    detail = server_words(f"{step}: {reply}")
    if reply.status in (401, 403):
        return Paused(detail, hints.login)
    if reply.status in (408, 425, 429):
        return Deferred(detail, reply.retry_after)
    if 300 <= reply.status < 400:
        return Paused(server_words(f"{step}: {reply.status} the server sends us elsewhere"), hints.address)
    if 400 <= reply.status < 500:
        return Paused(detail, hints.address) if step in _SET_UP else Rejected(detail)
    return uncertain(step, detail, reply.retry_after)


def uncertain(step: Step, detail: str, retry_after: float | None = None) -> DeliveryError:
    """What it means that nobody knows whether the network did what was asked."""
    return Unconfirmed(detail) if step is Step.POST else Deferred(detail, retry_after)


def certificate_refused(error: BaseException | None) -> bool:
    """Whether a certificate that could not be checked lies behind an error, however wrapped."""
    for _ in range(20):
        if error is None:
            return False
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def reply(status: int, headers: Mapping[str, str], said: str, secrets: Iterable[str] = ()) -> Reply:
    """Read an answer. `headers` have names in lower case; what is in `secrets` is nowhere in the words."""
    return Reply(status, server_words(discreet(said, secrets)), retry_after(headers, datetime.now(UTC)))


def discreet(text: str, secrets: Iterable[str]) -> str:
    """The text without the secrets: a server may well echo what it was sent."""
    for secret in secrets:
        for form in (secret, quote(secret, safe="")):
            text = text.replace(form, "…") if form else text
    return text


def error_words(body: bytes) -> str:
    """The words of `{"error": …, "error_description": …}`, as JSON has them; of a web page, nothing."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(answer, dict):
        return ""
    parts = (answer.get(key) for key in ("error", "error_description"))
    return ": ".join(part[:_READ] for part in parts if isinstance(part, str) and part)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to wait by Retry-After (RFC 9110, section 10.2.3) or a rate limit's reset, at most a day; None without.

    The reset is seconds since 1970 (Bluesky), a time (Mastodon), or seconds from now (the IETF's draft). It counts from
    the server's own Date, for the two clocks may differ.
    """
    now = _moment(headers.get("date", "")) or now
    for name in ("retry-after", "ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset"):
        seconds = _seconds(headers.get(name, "").strip(), now)
        if seconds is not None:
            return min(max(seconds, 0.0), LONGEST_WAIT)
    return None


def _seconds(value: str, now: datetime) -> float | None:
    if value.isascii() and value.isdigit() and len(value) <= 12:
        return float(value) - (now.timestamp() if int(value) > _EPOCH else 0.0)
    moment = _moment(value)
    return None if moment is None else (moment - now).total_seconds()


def _moment(value: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(value)
        except ValueError:
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
