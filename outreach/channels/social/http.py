"""Requests to a network through a library that blocks: in a thread, on a session of our own; knows no network."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from requests.exceptions import RequestException

from outreach.settings.sections import is_loopback

T = TypeVar("T")


class HttpSession(requests.Session):
    """A session for one call of a network's library: it remembers what was answered, and follows no redirect.

    Each request has a connection of its own: one that had lain idle might be dead. `address` is where the network is;
    `patience` is seconds for the connection, and for each wait for an answer. `begun` says whether a request was handed
    to the network, from where some of it may have left; `failed` is why there is no `answered`.
    """

    def __init__(self, address: str, patience: tuple[float, float]) -> None:
        super().__init__()
        self.begun = False
        self.answered: requests.Response | None = None
        self.failed: RequestException | None = None
        self._patience = patience
        self.trust_env = not is_loopback(urlsplit(address).hostname or "")  # no proxy leads to this machine itself
        self.headers["Connection"] = "close"

    def request(self, method: str, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs |= {"timeout": self._patience, "allow_redirects": False}
        try:
            self.answered = super().request(method, url, *args, **kwargs)
        except RequestException as error:
            self.failed = error
            raise
        return self.answered

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        self.begun = True
        return super().send(request, **kwargs)

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Name no redirect: requests would read its address all the same, and fail over one that it cannot read."""


async def in_thread(call: Callable[[], T], seconds: float) -> T:
    """Run a call that blocks in a thread of its own; raise TimeoutError when it takes longer.

    The thread of a call that never ends is left behind: it ends with the program, and does not hold it up.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def run() -> None:
        try:
            result = call()
        except BaseException as error:  # noqa: BLE001 - whatever it was is raised again by the one who waits
            _tell(loop, future, future.set_exception, error)
        else:
            _tell(loop, future, future.set_result, result)

    threading.Thread(target=run, daemon=True).start()
    async with asyncio.timeout(seconds):
        return await future


def _tell(
    loop: asyncio.AbstractEventLoop, future: asyncio.Future[T], say: Callable[[Any], None], outcome: object
) -> None:
    def tell() -> None:
        if not future.done():
            say(outcome)

    with contextlib.suppress(RuntimeError):  # the loop is over, and nobody waits any more
        loop.call_soon_threadsafe(tell)
