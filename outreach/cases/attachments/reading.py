"""Reads the files that go with letters: those that the cases name, and those that somebody typed; each once.

What cannot be attached is named with its file and what to do, all of it at once: then nothing is queued.
"""

import os
import re
import stat
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from outreach.cases.attachments.kinds import kind_of
from outreach.cases.model import Case
from outreach.errors import DataError, Problem
from outreach.mime.attachment import Attachment
from outreach.text import code_point, control_in_line, shortened, size_words

MB = 1_000_000
LONGEST_NAME = 100  # characters: programs cut longer ones, and with them the ending
UNFIT = frozenset('\\/:?"<>|')  # Windows has none of them in names, and mail programs there change them
ENDING = re.compile(r"\.\w{3,4}\b")
NO_FILE = "there is no such file: correct the path"
SEVERAL = "; several are a list: [files/a.pdf, files/b.pdf]"
TYPED = "--attach"
KEY = "attach"


class AttachmentReader:
    """Gives the files of letters, as they were when they were first asked for: later changes on disk are not seen."""

    def __init__(self, folder: Path, max_mb: float, typed: Sequence[Path] = ()) -> None:
        """Read for the campaign in `folder`; `typed` are files beside those of the cases, from anywhere."""
        self._folder = folder
        self._most = max_mb
        self._typed = tuple(typed)
        self._read = dict[Path, Attachment | str]()
        self._sets = dict[tuple[tuple[str, ...], str], tuple[Attachment, ...]]()

    def of(self, cases: Iterable[Case], language: str) -> tuple[Attachment, ...]:
        """Give what goes with a letter in a language about these cases, each file once.

        Raises DataError with every file that cannot go, and with the sum where all are too large together.
        """
        cases = tuple(cases)
        key = (tuple(case.slug for case in cases), language)
        if key not in self._sets:
            self._sets[key] = self._gathered(cases, language)
        return self._sets[key]

    def _gathered(self, cases: Sequence[Case], language: str) -> tuple[Attachment, ...]:
        problems, found = list[Problem](), dict[str, Attachment]()
        named = [(f"cases/{case.slug}.md", KEY, path) for case in cases for path in case.attached(language)]
        wanted = [(*each, self._inside(each[2])) for each in named]
        wanted += [(TYPED, "", str(path), path) for path in self._typed]
        for file, column, written, place in wanted:
            got = place if isinstance(place, str) else self._file(place)
            if isinstance(got, str):
                problems.append(Problem(file, f"{shortened(written, 80)!a}: {got}"[:400], column=column or None))
            else:
                found.setdefault(got.digest, got)
        problems += _twice(found.values())
        total = sum(each.size for each in found.values())
        if not problems and total > self._most * MB:
            names = ", ".join(f"{each.name} ({size_words(each.size)})" for each in found.values())
            problems.append(
                Problem(
                    "[letters] attach_max_mb",
                    f"{names}: {size_words(total)} with one letter, and {self._most:g} MB is the most. Mission servers "
                    "refuse large letters: make the file smaller, or put it on a page and link to it",
                )
            )
        if problems:
            raise DataError(problems)
        return tuple(found.values())

    def _inside(self, written: str) -> Path | str:
        """Give the path of a file that a case names, or why it cannot be used."""
        path = Path(written)
        if path.is_absolute() or ".." in path.parts:
            return "write a path in the campaign folder, such as files/brief.pdf"
        try:
            resolved = (self._folder / path).resolve()
            inside = resolved.is_relative_to(self._folder.resolve())
        except (OSError, RuntimeError, ValueError):
            return "cannot be found: correct the path"
        return self._folder / path if inside else "leads out of the campaign folder: put the file itself there"

    def _file(self, path: Path) -> Attachment | str:
        if path not in self._read:
            self._read[path] = self._opened(path)
        return self._read[path]

    def _opened(self, path: Path) -> Attachment | str:
        name = path.name
        if control := control_in_line(name) or _unfit_in(name):
            return f"the file's name has the character {code_point(control)}: rename the file"
        if name != name.strip():
            return "the file's name begins or ends with a space: rename the file"
        if len(name) > LONGEST_NAME:
            return f"the file's name has more than {LONGEST_NAME} characters: give it a shorter one"
        try:
            if path.is_dir():
                return "a folder: name a file in it"
            if not path.exists():
                return NO_FILE + (SEVERAL if len(ENDING.findall(str(path))) > 1 else "")
            kind = kind_of(name)
            data = _bytes(path, self._most)
            kind.check(data)
            text = kind.text(data)
        except OSError as error:
            return f"cannot be read: {error.strerror or error}"
        except ValueError as error:
            return str(error)
        return Attachment.of(name, kind.media_type, data, text)


def _unfit_in(name: str) -> str:
    """Give the first character that nobody sees, or that other systems allow in no file's name; "" without one."""
    return next((each for each in name if each in UNFIT or unicodedata.category(each) == "Cf"), "")


def _bytes(path: Path, most: float) -> bytes:
    """Read a file; ValueError where there is none, or none that can go."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise ValueError("no file that can be read to its end")
        if found.st_size > most * MB:
            raise ValueError(
                f"{size_words(found.st_size)}, and {most:g} MB is the most ([letters] attach_max_mb): make it smaller, "
                "or put it on a page and link to it"
            )
        data = file.read(int(most * MB) + 1)
    if not data:
        raise ValueError("the file is empty")
    return data


def _twice(found: Iterable[Attachment]) -> Iterable[Problem]:
    names = set[str]()
    for each in found:
        if each.name in names:
            yield Problem(each.name, "two different files of this name with one letter: rename one of them")
        names.add(each.name)
