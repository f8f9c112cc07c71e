"""Run the command in the process of the test; knows the entry point, and nothing of what a command does.

A process a command costs most of a second, the command itself a few hundredths. What is about a process (signals,
kills, two at once, a terminal) runs in one of its own: `in_a_process` in tests/conftest.py.
"""

import contextlib
import gc
import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from unittest.mock import patch

from sqlalchemy import Connection, Engine, event

SIGNALS = (signal.SIGINT, signal.SIGTERM)


def run(arguments: list[str], env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """What `outreach` with these arguments prints and returns, as a process of its own would give it."""
    from outreach.__main__ import main

    out, err = _stream(), _stream()
    code = 0
    with _world_of_its_own(), open(os.devnull, encoding="utf-8") as nothing, contextlib.ExitStack() as stack:  # noqa: PTH123
        stack.enter_context(patch.dict(os.environ, env, clear=True))
        for name, value in (("argv", ["outreach", *arguments]), ("stdin", nothing), ("stdout", out), ("stderr", err)):
            stack.enter_context(patch.object(sys, name, value))
        try:
            main()
        except SystemExit as exit_:
            code = exit_.code if isinstance(exit_.code, int) else int(exit_.code is not None)
        out.flush()
        err.flush()
    return subprocess.CompletedProcess(["outreach", *arguments], code, *map(_text, (out, err)))


def _stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)


def _text(stream: io.TextIOWrapper) -> str:
    """As subprocess reads it: line ends are line feeds."""
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")


@contextlib.contextmanager
def _world_of_its_own() -> Iterator[None]:
    """What ends with a process, ended: databases are closed, signals, folder and collector as before."""
    opened: list[Engine] = []
    handlers, folder, thresholds = [signal.getsignal(each) for each in SIGNALS], os.getcwd(), gc.get_threshold()  # noqa: PTH109

    def remember(connection: Connection) -> None:
        opened.append(connection.engine)

    event.listen(Engine, "engine_connect", remember)
    try:
        yield
    finally:
        event.remove(Engine, "engine_connect", remember)
        for engine in set(opened):
            engine.dispose()
        for each, handler in zip(SIGNALS, handlers, strict=True):
            signal.signal(each, handler)
        os.chdir(folder)
        gc.set_threshold(*thresholds)
