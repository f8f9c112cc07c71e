"""Reads contacts/words-to-read.txt: words and phrases that a team wants to read first; knows no voice.

Nothing is shipped: what is an insult in one place and language is a name in another, and a team knows its own.
"""

import re
from pathlib import Path

from outreach.cases.files.folding import Name
from outreach.errors import DataError, Problem

FILE = "contacts/words-to-read.txt"
_REMARK = re.compile(r"(^|\s)#.*")


def load_listed(folder: Path) -> tuple[str, ...]:
    """Read the list, in UTF-8: a word or phrase a line, in any language; what follows # is a remark. Empty without one.

    Raises DataError where it cannot be read, or a line has no letter.
    """
    path = folder / FILE
    try:
        lines = path.read_text("utf-8-sig").splitlines() if path.exists() or path.is_symlink() else []
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8 text: save it as UTF-8"
        raise DataError([Problem(FILE, f"cannot be read: {why}")]) from None
    listed = [(row, word) for row, line in enumerate(lines, 1) if (word := _REMARK.sub("", line).strip())]
    if blank := [row for row, word in listed if Name(word).is_blank]:
        raise DataError([Problem(FILE, "a word has letters: write it, or delete the row", row) for row in blank])
    return tuple(word for _, word in listed)
