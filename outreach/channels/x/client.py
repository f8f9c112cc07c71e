"""One request to the X API at a time, through tweepy, signed by OAuth 1.0a: says what came back, and judges nothing.

X takes a post once for each request that reaches it, and has no key that would let a repeat be known. So it matters
whether a request without an answer had left: NotSent says that it had not, NoAnswer that nobody here can know.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests
import tweepy
from requests.exceptions import ConnectionError as Broken
from requests.exceptions import ConnectTimeout, ProxyError, RequestException, SSLError, Timeout
from urllib3.exceptions import NewConnectionError

from outreach.channels.social.http import HttpSession, in_thread
from outreach.settings.accounts import XSettings

TWEEPYS_HOST = "https://api.twitter.com"  # tweepy knows no other; X moved to api.x.com
MEDIA_FIELDS = {"media_category": "tweet_image"}
SEEN = ["entities", "referenced_tweets"]  # what the timeline tells beside id and text
PAGE = 100  # posts, the most that X gives at once
NOT_MADE = "the request could not be made: check [x] api and the keys"
UNREADABLE = "the answer could not be read"
# These two write signatures and keys into their debug logs.
_TALKATIVE = ("oauthlib", "requests_oauthlib", "tweepy")


class NotSent(Exception):
    """No connection to X: nothing of the request has left."""


class NotTrusted(NotSent):
    """Whoever answers there cannot show that they are X: nothing of the request has left."""


class NoAnswer(Exception):
    """The request, or a part of it, left, and no answer that can be read came back."""


@dataclass(frozen=True, slots=True)
class XAnswer:
    """What X answered: its code, its JSON (empty when it was none) and its headers."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str]

    @property
    def data(self) -> Mapping[str, Any]:
        data = self.body.get("data")
        return data if isinstance(data, dict) else {}

    @property
    def id(self) -> str:
        """Name what X made, or the account, by its id; empty when X does not say."""
        told = str(self.data.get("id") or "")
        return told if told.isascii() and told.isdecimal() else ""


class XClient:
    """The requests that the channel makes. Each has a connection of its own: one that had lain idle might be dead.

    `timeout` of the settings is seconds for the connection, and again for each wait for an answer.
    """

    def __init__(self, settings: XSettings) -> None:
        self._settings = settings
        for name in _TALKATIVE:
            logging.getLogger(name).setLevel(logging.WARNING)

    async def me(self) -> XAnswer:
        """Ask for the account that the keys belong to: id, name, username."""
        return await self._ask(lambda client: client.get_me())

    async def upload(self, picture: bytes) -> XAnswer:
        """Leave a PNG with X for a post of the next day (docs.x.com: POST /2/media/upload)."""
        return await self._ask(lambda client: self._upload(client, picture))

    async def describe(self, media: str, alt: str) -> XAnswer:
        """Give an uploaded picture its alt text, of at most 1,000 characters (docs.x.com: POST /2/media/metadata)."""
        written = {"id": media, "metadata": {"alt_text": {"text": alt}}}
        return await self._ask(lambda client: client.request("POST", "/2/media/metadata", json=written, user_auth=True))

    async def create(self, text: str, *, media: str = "", parent: str = "") -> XAnswer:
        """Publish (docs.x.com: POST /2/tweets). `media` is an uploaded picture, `parent` the post replied to."""
        ids, reply = [media] if media else None, parent or None
        return await self._ask(lambda client: client.create_tweet(text=text, media_ids=ids, in_reply_to_tweet_id=reply))

    async def delete(self, post: str) -> XAnswer:
        """Take a post down (docs.x.com: DELETE /2/tweets/:id)."""
        return await self._ask(lambda client: client.delete_tweet(post))

    async def timeline(self, account: str, since: datetime | None, page: str = "") -> XAnswer:
        """Ask for the newest posts of an account, a page at a time (docs.x.com: GET /2/users/:id/tweets)."""
        asked = {"start_time": since, "pagination_token": page or None, "tweet_fields": SEEN, "max_results": PAGE}
        given = {name: value for name, value in asked.items() if value is not None}
        return await self._ask(lambda client: client.get_users_tweets(account, user_auth=True, **given))

    def _upload(self, client: tweepy.Client, picture: bytes) -> requests.Response:
        """tweepy 4.17 has only the old upload, which X has shut down."""
        sent: requests.Response = client.session.request(
            "POST",
            f"{TWEEPYS_HOST}/2/media/upload",
            files={"media": ("card.png", picture, "image/png")},
            data=MEDIA_FIELDS,
            auth=tweepy.OAuth1UserHandler(*self._keys()).apply_auth(),
        )
        return sent

    async def _ask(self, question: Callable[[tweepy.Client], object]) -> XAnswer:
        longest = 3 * self._settings.timeout  # an answer that trickles in never runs into a socket's own limit
        try:
            return await in_thread(lambda: self._answer(question), longest)
        except TimeoutError:
            raise NoAnswer(f"no answer within {longest:g} seconds") from None

    def _answer(self, question: Callable[[tweepy.Client], object]) -> XAnswer:
        session = _XSession(self._settings)
        client = tweepy.Client(None, *self._keys(), return_type=requests.Response)
        client.session = session
        with session:
            try:
                question(client)
            except RequestException as error:
                raise _lost(error, self._settings) if session.begun else NotSent(NOT_MADE) from None
            except (tweepy.TweepyException, AttributeError, LookupError, TypeError, ValueError):
                # tweepy raises at every code that is not 2xx, and stumbles over a body that is not as X writes it.
                pass
        if session.answered is None:
            raise NoAnswer(UNREADABLE) if session.begun else NotSent(NOT_MADE)
        return _read(session.answered)

    def _keys(self) -> tuple[str, str, str, str]:
        keys = self._settings
        secrets = (keys.consumer_key, keys.consumer_secret, keys.access_token, keys.access_token_secret)
        one, two, three, four = (secret.get_secret_value() for secret in secrets)
        return one, two, three, four


class _XSession(HttpSession):
    """Speaks to the API of the settings in place of tweepy's, before anything is signed."""

    def __init__(self, settings: XSettings) -> None:
        super().__init__(settings.api, (settings.timeout, settings.timeout))
        self._api = settings.api.rstrip("/")

    def request(self, method: str, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        return super().request(method, self._api + str(url).removeprefix(TWEEPYS_HOST), *args, **kwargs)


def _read(response: requests.Response) -> XAnswer:
    try:
        body = response.json()
    except (ValueError, RecursionError):
        body = {}
    headers = {name.lower(): value for name, value in response.headers.items()}
    return XAnswer(response.status_code, body if isinstance(body, dict) else {}, headers)


def _lost(error: RequestException, settings: XSettings) -> NotSent | NoAnswer:
    """Say whether the request had left when the connection failed, in our own words: requests' own quote addresses."""
    if isinstance(error, ConnectTimeout):
        return NotSent(f"no connection within {settings.timeout:g} seconds")
    if isinstance(error, Timeout):
        return NoAnswer(f"no answer within {settings.timeout:g} seconds")
    if isinstance(error, ProxyError):
        return NotSent("the proxy on the way refuses the connection")
    if isinstance(error, SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(error):
        return NotTrusted("the certificate is not good")
    if isinstance(error, Broken):
        reason = getattr(error.args[0] if error.args else None, "reason", None)
        if isinstance(reason, NewConnectionError):  # its child NameResolutionError too
            return NotSent("no connection")
        return NoAnswer("the connection was lost before X answered")
    return NoAnswer(UNREADABLE)
