"""Shows what is longer than the screen page by page, in the pager that PAGER names, or in less; --no-pager does not."""

import io
import os
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click

if TYPE_CHECKING:
    import subprocess

F = TypeVar("F", bound=Callable[..., Any])
UNPAGED = "outreach.unpaged"  # in the meta of the context
# As git has it: quit if it fits one screen, colours as they are, leave the text on the screen. Ctrl-C leaves too.
LESS = "-F -R -X -K -Psq leaves, space goes on$"


class Pages(io.TextIOBase):
    """Takes what is printed: up to a screen of it waits, and what is longer goes to a pager."""

    def __init__(self, terminal: TextIO, pager: list[str]) -> None:
        self._terminal = terminal
        self._pager = pager
        self._screen = shutil.get_terminal_size().lines - 1
        self._waiting: list[str] = []
        self._lines = 0
        self._process: subprocess.Popen[str] | None = None
        self._left = False  # whoever reads has left the pager

    @property
    def buffer(self) -> Any:
        """Give the terminal's own bytes: what is no text is not paged."""
        return self._terminal.buffer

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Give the terminal's encoding."""
        return self._terminal.encoding or "utf-8"

    def isatty(self) -> bool:
        """Say that this is a terminal: what is printed is for a person all the same."""
        return True

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, text: str) -> int:
        """Take text; nobody who left the pager is shown more."""
        if not isinstance(text, str):  # click asks every stream in this way whether it is one for bytes
            raise TypeError(f"a text is written here, not {type(text).__name__}")
        if self._process is None:
            self._waiting.append(text)
            self._lines += text.count("\n")
            if self._lines > self._screen:
                self._open()
        else:
            self._pass_on(text)
        return len(text)

    def finish(self) -> None:
        """Show what still waits, and wait until the reader has left the pager."""
        if self._process is None:
            self._terminal.write("".join(self._waiting))
            self._terminal.flush()
            return
        try:
            if self._process.stdin:
                self._process.stdin.close()
        except OSError:  # the reader has left
            pass
        while self._process.poll() is None:
            with suppress(KeyboardInterrupt):  # Ctrl-C is the pager's: it stops a search, and does not leave
                self._process.wait()

    def _open(self) -> None:
        import subprocess

        environment = {"LESS": LESS, "LV": "-c", **os.environ}
        try:
            self._process = subprocess.Popen(  # noqa: S603 - what the person at this terminal chose as PAGER
                self._pager, stdin=subprocess.PIPE, env=environment, encoding=self.encoding, errors="replace"
            )
        except OSError:  # there is no such pager: no reason to show nothing
            self._screen = sys.maxsize
            return
        self._pass_on("".join(self._waiting))

    def _pass_on(self, text: str) -> None:
        if self._left or self._process is None or self._process.stdin is None:
            return
        try:
            self._process.stdin.write(text)
        except OSError:
            self._left = True


def paged(command: F) -> F:
    """Let a command that lists or shows do so page by page on a terminal; adds --no-pager to it, as to `outreach`."""

    @wraps(command)
    def show(*args: Any, **options: Any) -> Any:
        with paging(wanted=UNPAGED not in click.get_current_context().meta):
            return command(*args, **options)

    return no_pager_option(hidden=True)(show)  # type: ignore[return-value]


def no_pager_option(*, hidden: bool = False) -> Callable[[F], F]:
    """Make the option --no-pager. It is listed at `outreach` alone, and taken after a command's name too."""

    def note_it(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
        if value:
            ctx.meta[UNPAGED] = True

    return click.option(
        "--no-pager",
        is_flag=True,
        expose_value=False,
        is_eager=True,
        hidden=hidden,
        callback=note_it,
        help="Do not show long lists page by page.",
    )


@contextmanager
def paging(*, wanted: bool = True) -> Iterator[None]:
    """Page what is printed meanwhile, if it goes to a terminal and there is a pager."""
    pager = shlex.split(os.environ.get("PAGER", "")) or ["less"]
    if not wanted or not sys.stdout.isatty() or os.environ.get("TERM", "dumb") == "dumb" or not shutil.which(pager[0]):
        yield
        return
    terminal, errors = sys.stdout, sys.stderr
    pages = Pages(terminal, pager)
    sys.stdout = pages
    if errors.isatty():  # else a remark would stand in the middle of the page
        sys.stderr = pages
    try:
        yield
    finally:
        sys.stdout, sys.stderr = terminal, errors
        pages.finish()
