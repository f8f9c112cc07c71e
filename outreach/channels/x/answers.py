"""What an answer of the X API means for a post; pure, knows nothing about connections.

    answer                  the post itself                        account, timeline   picture, deletion
    429                     Deferred until the limit is lifted     Deferred            Deferred
    429, the cap of a plan  Paused                                 Paused              Paused
    401 402 404 3xx         Paused                                 Paused              Paused (a deletion's 404: gone)
    403                     Paused; Rejected when it is about the  Paused              Paused
                            text; a duplicate is looked up
    other 4xx               Rejected                               Paused              Rejected
    408 5xx                 Unconfirmed                            Deferred            Deferred
    2xx without an id       Unconfirmed                            Deferred            Deferred
    no connection           Unreachable                            Unreachable         Unreachable
    a wrong certificate     Paused                                 Paused              Paused
    no answer               Unconfirmed                            Deferred            Deferred

Unconfirmed, since X has no key that would make a repeat safe: 503 is said of posts that then stand there.
Codes: docs.x.com/x-api/fundamentals/response-codes-and-errors; limits: docs.x.com/x-api/fundamentals/rate-limits.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import quote

from outreach.channels.social.answers import LONGEST_WAIT, ApiRequest
from outreach.channels.x.client import NoAnswer, NotSent, NotTrusted, XAnswer
from outreach.errors import Deferred, DeliveryError, Paused, Rejected, Unconfirmed, Unreachable
from outreach.text import server_words

KEYS = "OUTREACH_X__CONSUMER_KEY, …__CONSUMER_SECRET, …__ACCESS_TOKEN and …__ACCESS_TOKEN_SECRET"
LOGIN_HINT = (
    f"X does not accept the keys. Check {KEYS}; a token made before the app was given new permissions has to be "
    "made anew; then: outreach doctor"
)
RIGHTS_HINT = (
    "X does not let this account post through this app. Look at the account in a browser (is it locked?), and in X's "
    "developer portal whether the app may read and write; make the access token anew after a change; "
    "then: outreach doctor"
)
PLAN_HINT = "What the plan of your app on X allows is used up. See X's developer portal; then: outreach queue run"
API_HINT = "This is not where the X API answers: check [x] api, or leave it out; then: outreach doctor"
CERTIFICATE_HINT = (
    "Whoever answers there cannot prove to be X, so nothing was sent: check [x] api, and what stands between this "
    "machine and X; then: outreach doctor"
)

_DUPLICATE = re.compile(r"duplicate content|status is a duplicate", re.IGNORECASE)
_ABOUT_THE_TEXT = re.compile(r"too long|deleted or not visible|reply to this conversation|replying to", re.IGNORECASE)
_SIGNED = re.compile(r"\boauth_\w+=\S*", re.IGNORECASE)
_BEARER = re.compile(r"\b(?:OAuth|Bearer|Basic)\s+\S{8,}", re.IGNORECASE)
_LIMITS = ("x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour")
_ONLY_LOOKING = frozenset({ApiRequest.ACCOUNT, ApiRequest.TIMELINE})  # what is wrong there is wrong with no post


class XAnswers:
    """Reads answers. `secrets` never come out in what it says, also when the server repeats them to us."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = {form for secret in secrets if secret for form in (secret, quote(secret, safe=""))}
        self._secrets = sorted(known, key=len, reverse=True)

    def said(self, request: ApiRequest, answer: XAnswer) -> str:
        """Give code and words of an answer, fit for a ledger and a terminal."""
        return self._clean(f"{request}: {answer.status} {_told(answer)}")

    def refusal(self, request: ApiRequest, answer: XAnswer, now: datetime) -> DeliveryError:
        """Give the error that an answer means when the request made nothing public. `now` is aware."""
        said = self.said(request, answer)
        if stop := _stop(answer, said, now):
            return stop
        if not 400 <= answer.status < 500 or answer.status == 408:
            return Deferred(said)
        return Paused(said, API_HINT) if request in _ONLY_LOOKING else Rejected(said)

    def refused_post(self, answer: XAnswer, now: datetime) -> DeliveryError:
        """Give the error that an answer to the post itself means, if it is neither a receipt nor a duplicate."""
        said = self.said(ApiRequest.POST, answer)
        if answer.status == 403 and _ABOUT_THE_TEXT.search(_told(answer)):
            return Rejected(said)
        if stop := _stop(answer, said, now):
            return stop
        return Rejected(said) if 400 <= answer.status < 500 and answer.status != 408 else Unconfirmed(said)

    def _clean(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "<key>")
        return server_words(_BEARER.sub("<key>", _SIGNED.sub("<key>", text)))


def is_duplicate(answer: XAnswer) -> bool:
    """Say whether X refuses the post because the account has one with this text."""
    return answer.status == 403 and bool(_DUPLICATE.search(_told(answer)))


def lost(request: ApiRequest, error: NotSent | NoAnswer) -> DeliveryError:
    """Give the error of a failed connection when the request makes nothing public."""
    detail = server_words(f"{request}: {error}")
    if isinstance(error, NotTrusted):
        return Paused(detail, CERTIFICATE_HINT)
    return Unreachable(detail) if isinstance(error, NotSent) else Deferred(detail)


def lost_post(error: NotSent | NoAnswer) -> DeliveryError:
    """Give the error of a failed connection for the post itself."""
    return (
        lost(ApiRequest.POST, error)
        if isinstance(error, NotSent)
        else Unconfirmed(server_words(f"{ApiRequest.POST}: {error}"))
    )


def retry_after(answer: XAnswer, now: datetime) -> float | None:
    """Count the seconds until every limit that is used up is lifted, at most a day, by X's clock; None if not told."""
    used = [name for name in _LIMITS if answer.headers.get(f"{name}-remaining") == "0"] or list(_LIMITS[:1])
    resets = [seconds for name in used if (seconds := _number(answer.headers.get(f"{name}-reset", ""))) is not None]
    if resets:
        return min(max(1.0, max(resets) - _time_there(answer, now).timestamp()), LONGEST_WAIT)
    wait = _number(answer.headers.get("retry-after", ""))
    return None if wait is None else min(wait, LONGEST_WAIT)


def _number(value: str) -> float | None:
    """Seconds, as X writes them; None for what is no such number."""
    return float(value) if value.isascii() and value.isdecimal() and len(value) <= 12 else None


def _stop(answer: XAnswer, said: str, now: datetime) -> DeliveryError | None:
    """Give what stops the run, or this post for a while, whatever was asked."""
    if answer.status == 429:
        capped = "usage-capped" in str(answer.body.get("type", ""))
        return Paused(said, PLAN_HINT) if capped else Deferred(said, retry_after(answer, now))
    hints = {401: LOGIN_HINT, 402: PLAN_HINT, 403: RIGHTS_HINT, 404: API_HINT}
    hint = API_HINT if 300 <= answer.status < 400 else hints.get(answer.status)
    return Paused(said, hint) if hint else None


def _told(answer: XAnswer) -> str:
    """Give X's own words, in whichever of its forms: a problem (RFC 9457), or a list of errors."""
    body = answer.body
    errors = body.get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    told = [body.get("detail"), first.get("message"), first.get("detail"), body.get("title"), body.get("error")]
    return next((text for text in told if isinstance(text, str) and text), "")


def _time_there(answer: XAnswer, now: datetime) -> datetime:
    try:
        there = parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return now
    return there if there.tzinfo else now
