"""Runs the console blocks of a Markdown page as a reader would, and says where the page is wrong.

A block runs if the line `<!-- tested -->` stands before it (a blank line may stand between):

    <!-- tested -->
    ```console
    $ outreach missions show DEU
    Germany …
    …
    ```

All blocks of a page are typed into one shell, one after the other, so that `cd` and `export` hold. A line that begins
with `$ ` is typed; after a backslash at its end, lines that begin with `> ` go on with it. The lines below are its
output, both streams: `…` in a line stands for anything in that line, a line of only `…` for any number of lines;
without lines it prints nothing. A command must end with exit status 0; where a page shows a failure, it shows the
status too: `$ outreach send …; echo "exit status $?"`.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from tests.processes import LINE, loaded, with_copies

_BLOCK = r"^<!-- {mark} -->\n\n?```console\n(?P<body>.*?)^```$"
_SECONDS = 180


@dataclass(frozen=True)
class Step:
    """One command of a page, with the number of its line, and the lines that the page says it prints."""

    line: int
    command: str
    expected: tuple[str, ...]


@dataclass(frozen=True)
class Ran:
    """What a command did; `status` is None if the shell ended before the command did."""

    step: Step
    output: tuple[str, ...]
    status: int | None

    @property
    def as_written(self) -> bool:
        return self.status == 0 and matches(self.step.expected, self.output)

    def __str__(self) -> str:
        ended = "did not end" if self.status is None else f"ended with exit status {self.status}"
        shown = "\n".join(f"    {line}" for line in self.output) or "    (nothing)"
        wanted = "\n".join(f"    {line}" for line in self.step.expected) or "    (nothing)"
        return (
            f"line {self.step.line}: $ {self.step.command}\n  {ended} and printed\n{shown}\n  the page says\n{wanted}"
        )


def steps(page: str, mark: str = "tested") -> list[Step]:
    """The commands of a page's tested blocks, in order; ValueError for a block that does not begin with one.

    Blocks with another mark are those of a test of their own, which does what a page cannot have a shell do.
    """
    blocks = re.finditer(_BLOCK.format(mark=mark), page, re.DOTALL | re.MULTILINE)
    return [step for block in blocks for step in _steps_of(block, page)]


def _steps_of(block: re.Match[str], page: str) -> Iterator[Step]:
    first = page.count("\n", 0, block.start("body")) + 1
    command, start, expected = "", 0, list[str]()
    for number, line in enumerate(block["body"].splitlines(), first):
        if line.startswith("$ "):
            if command:
                yield Step(start, command, _trimmed(expected))
            command, start, expected = line[2:], number, []
        elif not command:
            raise ValueError(f"line {number}: a tested block begins with a command, '$ …', not with: {line}")
        elif command.endswith("\\") and line.startswith("> ") and not expected:
            command += "\n" + line[2:]
        else:
            expected.append(line)
    if command:
        yield Step(start, command, _trimmed(expected))


def matches(expected: tuple[str, ...], output: tuple[str, ...]) -> bool:
    """Whether the output is what a page says, with its `…`."""
    if not expected:
        return not output
    parts = [r"(?:[^\n]*\n)*?" if line == "…" else _as_pattern(line) for line in expected]
    return re.fullmatch("".join(parts), "".join(f"{line}\n" for line in output)) is not None


def _as_pattern(line: str) -> str:
    return "[^\n]*?".join(re.escape(part) for part in line.split("…")) + "\n"


def run(page: str, folder: Path, home: Path) -> list[Ran]:
    """Type the page's commands into one shell that stands in `folder`, and see what each printed."""
    todo = steps(page)
    mark = f"<<{token_hex(8)}>>"
    line = loaded()
    commands = with_copies(home / ".commands")
    typed = [f"{step.command}\nprintf '\\n{mark} %s\\n' $?\n" for step in todo]
    shell = subprocess.run(
        ["bash", "--noprofile", "--norc", "-c", "exec 2>&1\n" + "".join(typed)],
        cwd=folder,
        env={**readers_environment(home, commands), LINE: str(line.fileno())},
        pass_fds=[line.fileno()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        timeout=_SECONDS,
    )
    pieces = re.split(rf"\n{mark} (\d+)\n", shell.stdout.decode(errors="replace"))
    done = zip(pieces[::2], pieces[1::2], strict=False)  # the last piece is what came after the last mark
    ran = [
        Ran(step, _trimmed(output.splitlines()), int(status))
        for step, (output, status) in zip(todo, done, strict=False)
    ]
    if len(ran) < len(todo):
        ran.append(Ran(todo[len(ran)], _trimmed(pieces[-1].splitlines()), None))
    return ran


def wrong(page: str, folder: Path, home: Path) -> str:
    """What the page says that is not so, in words; empty if all of it is."""
    return "\n\n".join(str(ran) for ran in run(page, folder, home) if not ran.as_written)


def readers_environment(home: Path, commands: Path) -> dict[str, str]:
    """A reader's: the program first, then the environment's commands; nobody's settings, no terminal."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OUTREACH_", "PYTHON"))}
    path = os.pathsep.join([str(commands), str(Path(sys.executable).parent), kept.get("PATH", os.defpath)])
    return {**kept, "PATH": path, "HOME": str(home), "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1", "COLUMNS": "100"}


def _trimmed(lines: list[str]) -> tuple[str, ...]:
    """Without blanks at the ends of lines, and without blank lines at both ends."""
    text = "\n".join(line.rstrip() for line in lines).strip("\n")
    return tuple(text.split("\n")) if text else ()


def _indented(lines: tuple[str, ...]) -> str:
    return "\n".join(f"    {line}" for line in lines) or "    (nothing)"
