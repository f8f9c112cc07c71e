"""Commands in processes of their own: copies of one that has loaded the program (tests/process_server.py).

To load the program costs a second of a processor, to run a command a few hundredths. A copy can be killed, signalled,
run beside another and waited for, as any process. `tests/acceptance/test_wheel.py` starts the program as people do.
"""

import atexit
import functools
import json
import os
import pty
import select
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parent.parent
LINE = "LINE_TO_THE_LOADED"  # in the environment of a shell: the descriptor on which its `outreach` asks for a copy
COPY = """#!{python} -SI
import json, os, socket, sys
line = socket.socket(fileno=int(os.environ.pop("{line}")))
ours, theirs = socket.socketpair()
request = {{"arguments": sys.argv[1:], "env": dict(os.environ), "cwd": os.getcwd()}}
socket.send_fds(line, [json.dumps(request).encode()], [0, 1, 2, theirs.fileno()])
theirs.close()
process, status = ours.recv(4), ours.recv(4)
if len(status) < 4:
    sys.exit("the loaded program is gone")
code = os.waitstatus_to_exitcode(int.from_bytes(status, "big"))
os._exit(code if code >= 0 else 128 - code)
"""


class Process(subprocess.Popen[Any]):
    """A Popen whose process is a copy of the loaded one; `args` are those of `outreach`."""

    def __init__(self, arguments: Sequence[str], **options: Any) -> None:
        super().__init__(["outreach", *arguments], **options)

    def _execute_child(self, args: Any, _exe: Any, _pre: Any, _close: Any, _pass: Any, cwd: Any, env: Any, *rest: Any):  # type: ignore[no-untyped-def]
        pipes = rest[3:9]
        try:
            with open(os.devnull, "r+b") as nothing:  # noqa: PTH123
                theirs = [nothing.fileno() if end == -1 else end for end in (pipes[0], pipes[3], pipes[5])]
                self._told, told = socket.socketpair()
                with told:
                    request = json.dumps({"arguments": args[1:], "env": dict(env or os.environ), "cwd": str(cwd or "")})
                    socket.send_fds(loaded(), [request.encode()], [*theirs, told.fileno()])
            self.pid = self._hear()
            self._child_created = True
        finally:
            self._close_pipe_fds(*pipes)

    def _try_wait(self, wait_flags: int) -> tuple[int, int]:
        """Give (pid, status) when it has ended, (0, 0) while it has not and `wait_flags` forbid to wait."""
        if wait_flags & os.WNOHANG and not select.select([self._told], [], [], 0)[0]:
            return 0, 0
        with self._told:
            return self.pid, self._hear()

    def _hear(self) -> int:
        """Give the next number that is told. Silence is an error: it is no process 0, and no good end."""
        told = self._told.recv(4)
        if len(told) < 4:
            raise ChildProcessError("the loaded program is gone")
        return int.from_bytes(told, "big")

    def _internal_poll(self, _deadstate: int | None = None) -> int | None:
        if self.returncode is None and self._waitpid_lock.acquire(blocking=False):
            try:
                pid, status = self._try_wait(os.WNOHANG)
                if pid:
                    self._handle_exitstatus(status)
            finally:
                self._waitpid_lock.release()
        return self.returncode


def in_a_process(*arguments: str, folder: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, and wait for its end."""
    pipe = subprocess.PIPE
    with Process(
        ["-C", str(folder), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=pipe,
        stderr=pipe,
        text=True,
        env=environment(env or {}),
    ) as process:
        try:
            output, errors = process.communicate(timeout=120)
        finally:
            process.kill()
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


@contextmanager
def at_work(folder: Path, env: dict[str, str], *arguments: str) -> Iterator[Process]:
    """The command in a process of its own; killed if it is still at work at the end of the block."""
    pipe = subprocess.PIPE
    with Process(["-C", str(folder), *arguments], env=environment(env), stdout=pipe, stderr=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def with_copies(folder: Path) -> Path:
    """A folder for a shell whose `outreach` is a copy of the loaded program; the shell needs LINE, and the line."""
    folder.mkdir(parents=True, exist_ok=True)
    command = folder / "outreach"
    command.write_text(COPY.format(python=sys.executable, line=LINE), encoding="utf-8")
    command.chmod(0o755)
    return folder


def read_all(descriptor: int) -> str:
    """Read what a command writes to a pseudo-terminal, until it ends."""
    parts = []
    while True:
        try:
            part = os.read(descriptor, 65536)
        except OSError:  # how a pty says that the other side is gone
            part = b""
        if not part:
            return b"".join(parts).decode()
        parts.append(part)


def answered(*arguments: str, folder: Path, typed: str, columns: int = 200) -> tuple[int, str]:
    """Run the command in `folder` on a terminal into which somebody types; its status and all that was shown."""
    ours, theirs = pty.openpty()
    with Process(
        [*arguments],
        env=environment({"COLUMNS": f"{columns}"}),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=str(folder),
    ) as process:
        os.close(theirs)
        os.write(ours, typed.encode())
        output = read_all(ours)
    os.close(ours)
    return process.returncode, output.replace("\r\n", "\n")


def environment(extra: dict[str, str]) -> dict[str, str]:
    """The machine's environment with settings for the command."""
    return {**os.environ, "COLUMNS": "200", "PYTHONUTF8": "1", **extra}


@functools.cache
def loaded() -> socket.socket:
    """The line to the process that has loaded the program; it ends with this one."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-m", "tests.process_server", str(theirs.fileno())]
    with theirs:
        process = subprocess.Popen(command, cwd=REPOSITORY, env=environment({}), pass_fds=[theirs.fileno()])

    @atexit.register
    def end() -> None:
        ours.close()
        process.wait()

    return ours
