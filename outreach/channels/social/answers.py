"""What a network's answer to an HTTP request means for a post; knows nothing about connections.

answer                      login, timeline     picture, mention, deletion      the post itself
no connection               Unreachable at every request: nothing left
certificate refused, 3xx    Paused at every request: nothing is sent elsewhere
no answer, or half of one   Deferred            Deferred                        Unconfirmed
429                         Deferred at every request, until the time that the server names
401 403                     Paused at every request: the login, or what it may do
408 425                     Deferred at every request: the server did not take the request
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


class ApiRequest(StrEnum):
    """What was asked of a network; the value is how a person reads it."""

    LOGIN = "login"
    ACCOUNT = "account"
    TIMELINE = "timeline"
    PICTURE = "picture"
    ALT_TEXT = "alt text"
    MENTION = "mention"
    POST = "post"
    DELETION = "deletion"


_SET_UP = frozenset({ApiRequest.LOGIN, ApiRequest.ACCOUNT, ApiRequest.TIMELINE})


@dataclass(frozen=True, slots=True)
class Hints:
    """What to type when the network refuses the login, or is not where the settings say."""

    login: str
    address: str


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """An answer: its HTTP status, its words fit for a ledger, and how many seconds it asks us to wait, if it does."""

    status: int
    words: str
    retry_after: float | None = None

    def __str__(self) -> str:
        return f"{self.status} {self.words}".strip()


def failure(request: ApiRequest, answer: ApiAnswer, hints: Hints) -> DeliveryError:
    """Give the error that an answer other than the hoped-for one means (see the table above)."""
    detail = server_words(f"{request}: {answer}")
    if answer.status in (401, 403):
        return Paused(detail, hints.login)
    if answer.status in (408, 425, 429):
        return Deferred(detail, answer.retry_after)
    if 300 <= answer.status < 400:
        return Paused(server_words(f"{request}: {answer.status} the server sends us elsewhere"), hints.address)
    if 400 <= answer.status < 500:
        return Paused(detail, hints.address) if request in _SET_UP else Rejected(detail)
    return uncertain(request, detail, answer.retry_after)


def uncertain(request: ApiRequest, detail: str, retry_after: float | None = None) -> DeliveryError:
    """Give the error for not knowing whether the network did what was asked."""
    return Unconfirmed(detail) if request is ApiRequest.POST else Deferred(detail, retry_after)


def certificate_refused(error: BaseException | None) -> bool:
    """Say whether a certificate that could not be checked lies behind an error, however wrapped."""
    for _ in range(20):
        if error is None:
            return False
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def read_answer(status: int, headers: Mapping[str, str], said: str, secrets: Iterable[str] = ()) -> ApiAnswer:
    """Read an answer. `headers` have names in lower case; what is in `secrets` is nowhere in the words."""
    return ApiAnswer(status, server_words(discreet(said, secrets)), retry_after(headers, datetime.now(UTC)))


def discreet(text: str, secrets: Iterable[str]) -> str:
    """Take the secrets out of a text: a server may well echo what it was sent."""
    for secret in secrets:
        for form in (secret, quote(secret, safe="")):
            text = text.replace(form, "…") if form else text
    return text


def error_words(body: bytes) -> str:
    """Read the words of a JSON answer {"error": …, "error_description": …}; "" for a web page."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(answer, dict):
        return ""
    parts = (answer.get(key) for key in ("error", "error_description"))
    return ": ".join(part[:_READ] for part in parts if isinstance(part, str) and part)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Read how many seconds to wait: Retry-After (RFC 9110, section 10.2.3) or a rate limit's reset, at most a day.

    The reset is seconds since 1970 (Bluesky), a time (Mastodon), or seconds from now (the IETF's draft). It counts from
    the server's own Date, for the two clocks may differ. None if the server names no time.
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
