"""Makes requests to an account's own server (PDS), and says what their failures mean; knows no posts.

Only calls of com.atproto.server, .repo and .identity are made through it, which any PDS answers.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from outreach.channels.social.answers import (
    ApiAnswer,
    ApiRequest,
    Hints,
    certificate_refused,
    discreet,
    failure,
    retry_after,
    uncertain,
)
from outreach.errors import Deferred, DeliveryError, Paused, Unreachable
from outreach.settings.accounts import BlueskySettings
from outreach.settings.sections import is_loopback
from outreach.text import server_words

if TYPE_CHECKING:
    import httpx
    from atproto import AsyncClient
    from atproto import Session as SdkSession

T = TypeVar("T")
HINTS = Hints(
    login=(
        "Bluesky refuses the login: check [bluesky] handle and OUTREACH_BLUESKY__PASSWORD, which is an app password "
        "(Settings, Privacy and security, App passwords); then: outreach doctor"
    ),
    address="Check [bluesky] service: it is the address of the account's own server, https://…; then: outreach doctor",
)
MISSING = "no handle or no password is set for Bluesky"
# Errors of the login that are not told by a code of their own (com.atproto.server, com.atproto.repo).
_ENDED = frozenset({"ExpiredToken", "InvalidToken"})
_CLOSED = frozenset({"AccountDeactivated", "AccountTakedown", "RepoDeactivated", "RepoTakendown", "RepoSuspended"})


class BlueskyClient:
    """One login, made when it is first needed. Each request opens its own connection: an idle one might be dead."""

    def __init__(self, settings: BlueskySettings) -> None:
        self._settings = settings
        self._client: AsyncClient | None = None
        self._login: SdkSession | None = None

    @property
    def did(self) -> str:
        """Name the account as records do (a DID); empty before the first request."""
        return self._login.did if self._login else ""

    @property
    def handle(self) -> str:
        """Name the account as people do; by its DID while its handle is not valid."""
        return self._login.handle if self._login and self._login.handle != "handle.invalid" else self.did

    async def open(self) -> None:
        """Log in, unless that was done; raise Paused, Deferred or Unreachable."""
        if self._client is not None:
            return
        client = _client(self._settings)
        client.on_session_change(self._logged_in)
        try:
            await self._attempt(ApiRequest.LOGIN, lambda: self._log_in(client))
        except BaseException:
            await client.request.close()
            raise
        self._client = client

    async def ask(self, request: ApiRequest, call: "Callable[[AsyncClient], Awaitable[T]]") -> T:
        """Make a call of the SDK within the time limit; failures are as `social/answers.py` says."""
        await self.open()
        client = self._client
        assert client is not None  # noqa: S101 - open() saw to it
        return await self._attempt(request, lambda: call(client))

    async def close(self) -> None:
        """Forget the login."""
        client, self._client = self._client, None
        if client is not None:
            await client.request.close()

    async def _log_in(self, client: "AsyncClient") -> None:
        handle, password = self._settings.handle.removeprefix("@"), self._settings.password.get_secret_value()
        await client.login(handle, password, fetch_bsky_profile=False)

    def _logged_in(self, event: object, session: "SdkSession") -> None:
        self._login = session

    async def _attempt(self, request: ApiRequest, call: Callable[[], Awaitable[T]]) -> T:
        if not self._settings.configured:
            raise Paused(MISSING, HINTS.login)
        try:
            async with asyncio.timeout(self._settings.timeout):
                return await call()
        except Exception as error:  # noqa: BLE001 - the SDK raises what httpx and pydantic raise, too
            problem = self._explained(request, error)
        if isinstance(problem, _Ended):
            await self.close()
        raise problem  # outside the except: what the SDK raised holds credentials, and is not to be chained

    def _explained(self, request: ApiRequest, error: Exception) -> DeliveryError:
        import httpx
        from atproto.exceptions import RequestErrorBase

        if isinstance(error, DeliveryError):
            return error
        if isinstance(error, RequestErrorBase):
            if error.response is not None:
                return self._refused(request, error)
            error = error.__cause__ if isinstance(error.__cause__, Exception) else error
        if certificate_refused(error):
            return Paused(f"{request}: the server's certificate is not good", HINTS.address)
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.ProxyError):
            return Unreachable(f"{request}: no connection to {self._settings.service}")
        if isinstance(error, TimeoutError | httpx.TimeoutException):
            return uncertain(request, f"{request}: no answer within {self._settings.timeout:g} seconds")
        if isinstance(error, httpx.HTTPError):
            return uncertain(request, f"{request}: the connection was lost before the server answered")
        return uncertain(request, f"{request}: an answer that makes no sense")

    def _refused(self, request: ApiRequest, error: Exception) -> DeliveryError:
        name, reply = self._read(error)
        if name in _ENDED:
            return _Ended(server_words(f"{request}: {reply}"))
        if name in _CLOSED:
            return Paused(server_words(f"{request}: {reply}"), HINTS.login)
        if reply.status in (400, 404) and request is ApiRequest.TIMELINE and _not_there(name, reply.words):
            return NotThere(server_words(f"{request}: {reply}"))
        return failure(request, reply, HINTS)

    def _read(self, error: Exception) -> tuple[str, ApiAnswer]:
        """Give the error's name by the lexicon, and the answer in words, without what the login holds."""
        response = error.response  # type: ignore[attr-defined]
        name, said = (str(getattr(response.content, part, None) or "") for part in ("error", "message"))
        tokens = (self._login.access_jwt, self._login.refresh_jwt) if self._login else ()
        secrets = (self._settings.password.get_secret_value(), *tokens)
        text = server_words(discreet(f"{name}: {said}" if said else name, secrets))
        return name, ApiAnswer(response.status_code, text, retry_after(response.headers, datetime.now(UTC)))


class NotThere(DeliveryError):
    """There is no such record. It does not leave the channel."""


class _Ended(Deferred):
    """The login is over: the next try makes a new one."""


def _not_there(name: str, said: str) -> bool:
    """Say whether there is no such record: RecordNotFound, or of an older PDS InvalidRequest with these words."""
    return name == "RecordNotFound" or "could not locate record" in said.lower()


def _client(settings: BlueskySettings) -> "AsyncClient":
    import httpx
    from atproto import AsyncClient
    from atproto_client.request import AsyncRequest

    logging.getLogger("httpcore").setLevel(logging.WARNING)  # it writes answers' headers into its debug log
    request = AsyncRequest(
        # The connection has half the time, so that a server that is not there is known from one that is slow.
        timeout=httpx.Timeout(settings.timeout, connect=settings.timeout / 2),
        limits=httpx.Limits(max_keepalive_connections=0),
        trust_env=not is_loopback(httpx.URL(settings.service).host),  # no proxy leads to this machine itself
        event_hooks={"request": [_only_in_secret], "response": [_nowhere_else]},
    )
    return AsyncClient(settings.service, request=request)


async def _only_in_secret(request: "httpx.Request") -> None:
    """Refuse to speak in the clear to the server that the account's own document names."""
    if request.url.scheme != "https" and not is_loopback(request.url.host):
        raise Paused(f"the account's server at {request.url.host} would be spoken to in the clear", HINTS.address)


async def _nowhere_else(response: "httpx.Response") -> None:
    """httpx would follow, and a 307 would carry the password along."""
    if response.is_redirect:
        raise Paused(f"{response.status_code} the server sends us elsewhere", HINTS.address)
