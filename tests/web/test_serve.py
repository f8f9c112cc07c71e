"""The server listens on this machine alone, says little of itself, waits for nobody for ever, and ends well."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from outreach.errors import UsageError
from outreach.web import connections, serve
from outreach.web.forms import read_form
from tests.web.servers import served


async def _hello(_request: Request) -> Response:
    return PlainTextResponse("hello")


async def _form(request: Request) -> Response:
    return PlainTextResponse((await read_form(request)).one("a"))


async def _broken(_request: Request) -> Response:
    raise RuntimeError("secret@example.org")


APP = Starlette(routes=[Route("/", _hello), Route("/form", _form, methods=["POST"]), Route("/broken", _broken)])


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(APP) as found:
        yield found


def test_it_says_nothing_of_itself_nor_of_who_asks(address: str, capfd: pytest.CaptureFixture[str]) -> None:
    answer = httpx.get(address)
    assert (answer.status_code, answer.text) == (200, "hello")
    assert "server" not in answer.headers
    assert httpx.get(f"{address}broken").status_code == 500
    with socket.create_connection((urlsplit(address).hostname, urlsplit(address).port)) as raw:
        raw.sendall(b"\x16\x03\x01 no HTTP\r\n\r\n")
        assert raw.recv(1000).startswith(b"HTTP/1.1 400")
    shown = capfd.readouterr()
    assert (shown.out, shown.err) == ("", "")


def test_a_request_that_trickles_in_is_not_waited_for(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "PATIENCE", 0.05)
    with socket.create_connection((urlsplit(address).hostname, urlsplit(address).port), timeout=30) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\nHost: loc")
        assert raw.recv(1000) == b""
    with socket.create_connection((urlsplit(address).hostname, urlsplit(address).port), timeout=30) as raw:
        assert raw.recv(1000) == b""  # nor is one that never begins


def test_a_whole_request_is_answered_and_the_next_one_too(address: str) -> None:
    with httpx.Client(base_url=address) as client:
        assert client.post("form", data={"a": "1"}).text == "1"
        assert client.get("").text == "hello"


def test_only_this_machine_is_served_without_a_public_address() -> None:
    serve.check_host("127.0.0.1", "")
    serve.check_host("::1", "")
    serve.check_host("0.0.0.0", "https://act.example.org/")
    with pytest.raises(UsageError, match=r"\[web\] public_url"):
        serve.check_host("0.0.0.0", "")


def test_an_answer_is_sent_at_once() -> None:
    """Asyncio sets TCP_NODELAY on what says that it is TCP: else each answer waits 40 ms for the client's receipt."""
    with serve.listen("127.0.0.1", 0) as listening:
        assert listening.proto == socket.IPPROTO_TCP


def test_a_port_that_is_taken_is_told() -> None:
    with serve.listen("127.0.0.1", 0) as taken:
        taken.listen()
        with pytest.raises(UsageError, match="choose another with --port"):
            serve.listen("127.0.0.1", taken.getsockname()[1])
    with pytest.raises(UsageError, match="--host"):
        serve.listen("no.such.host.invalid", 0)


PROGRAM = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has its background ignore Ctrl-C, as .ci/run does
from tests.web.test_serve import APP
from outreach.web.serve import address_of, listen, serve
opened = listen("127.0.0.1", 0)
opened.listen()
serve(APP, opened, lambda: print(address_of(opened), flush=True))
print("ended well")
"""


@pytest.mark.parametrize(("number", "status", "last"), [(signal.SIGTERM, 0, "ended well"), (signal.SIGINT, 1, "")])
def test_it_ends_when_it_is_told(number: signal.Signals, status: int, last: str) -> None:
    running = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
    )
    assert running.stdout
    address = running.stdout.readline().strip()
    with httpx.Client() as client:
        assert client.get(address).text == "hello"
        running.send_signal(number)
        out, err = running.communicate(timeout=30)
    assert out.strip() == last
    if number is signal.SIGTERM:
        assert (running.returncode, err) == (0, "")
    else:
        assert err.strip().endswith("KeyboardInterrupt")  # which `outreach` words


def test_a_body_in_crumbs_is_not_taken_apart(address: str) -> None:
    head = b"%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    crumbs = b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 400_000 + b"0\r\n\r\n"
    for line, status in ((b"POST /form", b"411"), (b"GET /", b"200")):
        with socket.create_connection((urlsplit(address).hostname, urlsplit(address).port), timeout=30) as raw:
            began = time.process_time()
            raw.sendall(head % line + crumbs)
            assert raw.recv(1000).startswith(b"HTTP/1.1 " + status)
            assert time.process_time() - began < 1  # of this process, the server's too: 5 when all was read
