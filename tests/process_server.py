"""Load the program once, and become a copy of it for each command that a test asks for (tests/processes.py).

Run as `python -m tests.process_server FD`: on that socket each request is JSON (`arguments`, `env`, `cwd`), with three
streams and a socket on which the copy's number, and in the end its status, is told. It ends when the line is closed.
"""

import atexit
import gc
import importlib
import json
import os
import pkgutil
import runpy
import signal
import socket
import sys
import threading
import traceback
from typing import Any, NoReturn

import outreach

LOADED_WHEN_USED = """
    alembic.config alembic.script atproto atproto.exceptions atproto_client.request babel.dates difflib dns.resolver
    email_validator.deliverability flufl.bounce httpx idna markdown_it.tree mastodon psutil regex rich.console
    rich.progress rich.table rich.text segno tweepy
"""


def load() -> None:
    """Import all that a command may need; what is there now is not looked at again when memory is freed."""
    for module in pkgutil.walk_packages(outreach.__path__, "outreach."):
        if "migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in LOADED_WHEN_USED.split():
        importlib.import_module(name)
    gc.collect()
    gc.freeze()


def copy_for_each_request(line: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """Go on until the line is closed; in each copy, return what it was asked for, and its three streams."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C at pytest is pytest's
    while True:
        message, descriptors, _, _ = socket.recv_fds(line, 1 << 20, 4)
        if not message:
            sys.exit()
        keeper = os.fork()
        if not keeper:
            line.close()
            keep_a_copy(descriptors)
            return json.loads(message), descriptors[:3]
        for descriptor in descriptors:
            os.close(descriptor)
        os.waitpid(keeper, 0)


def keep_a_copy(descriptors: list[int]) -> None:
    """Return in the copy; its keeper, nobody's child, waits for its end and tells it."""
    if os.fork():
        os._exit(0)
    told = socket.socket(fileno=descriptors[3])
    copy = os.fork()
    if copy:
        for descriptor in (0, 1, 2, *descriptors[:3]):
            os.close(descriptor)
        told.send(copy.to_bytes(4, "big"))
        _, status = os.waitpid(copy, 0)
        told.send(status.to_bytes(4, "big"))
        os._exit(0)
    told.close()
    signal.signal(signal.SIGINT, signal.default_int_handler)


def take_over(request: dict[str, Any], streams: list[int]) -> None:
    """Set arguments, environment, folder and streams as Python would when it starts."""
    sys.argv[1:] = request["arguments"]
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"] or ".")
    names = (("stdin", "r", "strict"), ("stdout", "w", "strict"), ("stderr", "w", "backslashreplace"))
    for number, (name, mode, errors) in enumerate(names):
        os.dup2(streams[number], number)
        os.close(streams[number])
        at_once = 1 if name == "stderr" or os.isatty(number) else -1
        stream = open(number, mode, at_once, encoding="utf-8", errors=errors, closefd=False)  # noqa: SIM115
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def run() -> NoReturn:
    """Run the program to its end; what Python would then free, thing by thing, ends with the process."""
    try:
        runpy.run_module("outreach", run_name="__main__", alter_sys=True)
    except SystemExit as exit_:
        code = exit_.code if isinstance(exit_.code, int) else int(exit_.code is not None)
    except BaseException:
        traceback.print_exc()
        code = 1
    else:
        code = 0
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    os._exit(code)


if __name__ == "__main__":
    load()
    take_over(*copy_for_each_request(socket.socket(fileno=int(sys.argv[1]))))
    run()
