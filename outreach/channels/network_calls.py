"""Two ways to wait for a network: to the end, whoever asks to stop, and in a thread; knows no network of its own."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from outreach.errors import Unconfirmed

T = TypeVar("T")


async def see_through(call: Coroutine[Any, Any, T], stopped: str = "post: stopped before the network answered") -> T:
    """Await what cannot be undone once it has begun.

    A first cancellation lets the answer arrive (`call` has a time limit of its own); a second one is Unconfirmed, with
    the words of `stopped`.
    """
    answer = asyncio.create_task(call)
    try:
        try:
            return await asyncio.shield(answer)
        except asyncio.CancelledError:
            return await asyncio.shield(answer)
    except asyncio.CancelledError:
        answer.cancel()
        raise Unconfirmed(stopped) from None


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
