"""Load the program once, and become a copy of it for each command that a test asks for (tests/processes.py).

Run as `python -m tests.process_server FD`: on that socket each request is JSON (`arguments`, `env`, `cwd`), with three
streams and a socket on which the copy's number, and in the end its status, is told. It ends when the line is closed.
"""

import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import runpy
import shutil
import signal
import socket
import sys
import tempfile
import threading
import traceback
from pathlib import Path
from typing import Any, NoReturn

import outreach
from tests import in_process, statements

CAMPAIGN = Path(__file__).parent / "campaign"

LOADED_WHEN_USED = """
    alembic.config alembic.script atproto atproto.exceptions atproto_client.request babel.dates difflib dns.resolver
    email_validator.deliverability flufl.bounce httpx idna markdown_it.tree mastodon psutil regex rich.console
    rich.progress rich.table rich.text segno tweepy
"""


def load() -> None:
    """Import all that a command may need, and run some: what is there now is not made again in each copy."""
    for module in pkgutil.walk_packages(outreach.__path__, "outreach."):
        if "migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in LOADED_WHEN_USED.split():
        importlib.import_module(name)
    statements.share()
    rehearse()
    gc.collect()
    gc.freeze()  # what is there now is not looked at again when memory is freed


def rehearse() -> None:
    """Run a few commands, so that what a library makes when it is first used is there: half of a command's cost.

    What the program itself remembers is forgotten again: a copy knows as little as a process that has just begun.
    """
    with tempfile.TemporaryDirectory() as folder:
        campaign = shutil.copytree(CAMPAIGN, Path(folder) / "campaign")
        for command in (["send", "--case", "beacon"], ["queue", "list", "--json"], ["status", "--json"]):
            done = in_process.run(["-C", str(campaign), *command], os.environ)
            if done.returncode:
                raise RuntimeError(f"{command}: {done.stderr}")
    del sys.modules["outreach.__main__"]  # a copy runs it anew
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "outreach":
            for remembered in vars(module).values():
                if hasattr(remembered, "cache_clear"):
                    remembered.cache_clear()


def copy_for_each_request(line: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """Go on until the line is closed; in each copy, return what it was asked for, and its three streams."""
    at_work: dict[int, socket.socket] = {}

    def tell_ends(*_: object) -> None:
        """Tell how each copy that is over has ended. It may be called while it is at work."""
        for copy in list(at_work):
            with contextlib.suppress(ChildProcessError):
                ended, status = os.waitpid(copy, os.WNOHANG)
                if ended:
                    with at_work.pop(copy) as told, contextlib.suppress(OSError):
                        told.send(status.to_bytes(4, "big"))

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C at pytest is pytest's
    signal.signal(signal.SIGCHLD, tell_ends)
    while True:
        message, descriptors, _, _ = socket.recv_fds(line, 1 << 20, 4)
        if not message:
            sys.exit()
        *streams, last = descriptors
        told = socket.socket(fileno=last)
        copy = os.fork()
        if not copy:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            for one in (line, told, *at_work.values()):
                one.close()
            return json.loads(message), streams
        for descriptor in streams:
            os.close(descriptor)
        with contextlib.suppress(OSError):  # who asked may be gone
            told.send(copy.to_bytes(4, "big"))
        at_work[copy] = told
        tell_ends()  # one may have ended before it was on the list


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
