"""A real server on this machine for a test, in a thread of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from starlette.types import ASGIApp, Receive, Scope, Send

from outreach.web.serve import address_of, listen, make_server


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """Serve an application while the block lasts; gives its address, with a slash at the end."""
    ready = Event()

    async def told(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            ready.set()
        await app(scope, receive, send)

    listening = listen("127.0.0.1", 0)
    server = make_server(told)
    thread = Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        assert ready.wait(30)
        yield address_of(listening)
    finally:
        server.should_exit = True
        thread.join()
