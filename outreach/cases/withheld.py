"""Withheld names, which nothing of ours may say: reads where they are listed, and finds them in texts."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from outreach.cases.files.folding import Name, folded
from outreach.cases.model import Case
from outreach.errors import DataError, Problem

FILE = "contacts/withheld.txt"
REMARK = re.compile(r"(^|\s)#.*")
NOT_OF_A_NAME = re.compile(r"[,;()<>|@/]")


@dataclass(frozen=True, slots=True)
class WithheldName:
    """A name that nothing of ours may say; `where` says where that is written, so that nobody has to repeat it."""

    name: str
    where: str


class Withheld:
    """The withheld names of a campaign: those of its cases and those of contacts/withheld.txt."""

    def __init__(self, names: Iterable[WithheldName] = ()) -> None:
        self._looked_for = [(withheld.where, Name(withheld.name)) for withheld in names]

    def __bool__(self) -> bool:
        """Say whether any name is withheld."""
        return bool(self._looked_for)

    def where_in(self, texts: Iterable[str]) -> str:
        """Say where the first withheld name is listed that stands in one of the texts; blank if none does."""
        if not self._looked_for:
            return ""
        read = [folded(text) for text in texts]
        return next((where for where, name in self._looked_for if any(map(name.stands_in, read))), "")


def load_withheld(
    folder: Path, cases: Mapping[str, Case], others: Sequence[WithheldName] = ()
) -> tuple[Withheld, bool]:
    """Read the withheld names of a campaign, and whether contacts/withheld.txt has any; DataError with its problems.

    `others` are known already: those of documented cases whose consent is withdrawn.

    The file has one name a line, in UTF-8; what follows # is a remark. A file without a name is as good as none: a
    case that relies on it has names that are not here.
    """
    names = [
        WithheldName(name, f"cases/{slug}.md, withheld, {number}")
        for slug, case in cases.items()
        for number, name in enumerate(case.withheld, 1)
    ]
    path = folder / FILE
    try:
        lines = path.read_text("utf-8-sig").splitlines() if path.exists() or path.is_symlink() else []
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8 text: save it as UTF-8"
        raise DataError([Problem(FILE, f"cannot be read: {why}")]) from None
    listed = [(row, REMARK.sub("", line).strip()) for row, line in enumerate(lines, 1)]
    listed = [(row, name) for row, name in listed if name]
    if problems := [Problem(FILE, why, row) for row, name in listed if (why := _why_no_name(name))]:
        raise DataError(problems)
    names += [*(WithheldName(name, f"{FILE}, row {row}") for row, name in listed), *others]
    return Withheld(names), bool(listed)


def _why_no_name(name: str) -> str:
    """Say what is wrong with a line that should be one name; blank if nothing is. It does not repeat the line."""
    if Name(name).is_blank:
        return "a name has letters: write it, or delete the row"
    if found := NOT_OF_A_NAME.search(name):
        return f"one name a line, and nothing else: '{found[0]}' is no part of a name; a remark begins with #"
    return ""
