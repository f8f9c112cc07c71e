"""Serves an application on this machine until it is told to end: one process, no log of who asked for what.

To others it is shown by a proxy of one's own, which has the certificates. Knows no page.
"""

import ctypes
import gc
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from starlette.types import ASGIApp
from uvicorn import Config, Server

from outreach.errors import UsageError
from outreach.settings.sections import is_loopback
from outreach.web.connections import Connection

MOST_CONNECTIONS = 500  # at a time; a proxy before us holds the slow ones
WAITING = 128  # connections that the system holds for us
KEPT_OPEN = 5  # seconds between two requests of one connection
TO_END = 10  # seconds for what is under way once we are told to end
ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h: else each thread takes a heap of its own
OFTEN = (700, 10, 10)  # collections of garbage, as Python has them: a command has few, and ends before they matter


def stay_small() -> None:
    """Collect garbage often from now on, and take memory for all threads from one place.

    Call it before anything large is read: what is freed early leaves no holes.
    """
    gc.set_threshold(*OFTEN)
    with suppress(AttributeError, OSError):  # the C library is another than glibc
        ctypes.CDLL(None).mallopt(ARENA_MAX, 1)


def check_host(host: str, public_url: str) -> None:
    """Raise UsageError where others would reach us without knowing by which address: without [web] public_url."""
    if not public_url and not is_loopback(host):
        raise UsageError(
            f"--host {host}: others can reach that. Set [web] public_url to the address that the forms will have, and "
            "put a proxy with a certificate before them: docs/supporters.md"
        )


def listen(host: str, port: int) -> socket.socket:
    """Open a socket to listen on; raises UsageError where the port is taken or the host is not this machine's."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        opened = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # asyncio sends at once on what says TCP
    except OSError as error:
        raise UsageError(f"--host {host}: {error.strerror}") from None
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((host, port))
        opened.listen(WAITING)  # who comes before we are ready waits in its queue
    except (OSError, OverflowError) as error:
        opened.close()
        why = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise UsageError(f"port {port} of {host}: {why}; choose another with --port") from None
    return opened


def address_of(listening: socket.socket) -> str:
    """Give where a browser on this machine finds us."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def make_server(app: ASGIApp) -> Server:
    """Make the server: it says nothing of requests, itself or its faults, which have words and addresses in them."""
    return Server(
        Config(
            app,
            http=Connection,
            loop="asyncio",
            ws="none",
            lifespan="on",
            interface="asgi3",
            log_config=None,
            log_level="critical",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            limit_concurrency=MOST_CONNECTIONS,
            backlog=WAITING,
            timeout_keep_alive=KEPT_OPEN,
            timeout_graceful_shutdown=TO_END,
        )
    )


def serve(app: ASGIApp, listening: socket.socket, begun: Callable[[], None] = lambda: None) -> None:
    """Serve until SIGTERM, which is a good end, or Ctrl-C, which raises KeyboardInterrupt once all is put away."""
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # it tells of sockets, and those of whom they lead to
    gc.collect()
    gc.freeze()  # what is there stays: nobody need look through it again
    with _ends_well_on_sigterm():
        begun()
        make_server(app).run(sockets=[listening])


@contextmanager
def _ends_well_on_sigterm() -> Iterator[None]:
    """Let uvicorn, which raises its signals again when it is done, end no process by SIGTERM."""
    before = signal.signal(signal.SIGTERM, lambda _number, _frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
