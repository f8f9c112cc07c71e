"""Finds where a template's tags do not fit each other, and says so by the row where the open one begins."""

import re
from dataclasses import dataclass

ENDED = (
    "block",
    "if",
    "for",
    "macro",
    "call",
    "filter",
    "with",
    "set",
    "raw",
    "autoescape",
)  # tags that an end follows
COMMENT_OR_TAG = re.compile(r"\{#.*?#\}|\{%[-+]?\s*(\w+)(.*?)[-+]?%\}", re.DOTALL)
RAW = re.compile(r"\{%[-+]?\s*endraw\b")
# A "{% set … %}" with "=" is whole; one without goes on to its end. The same sign in quotes is no assignment.
ASSIGNS = re.compile(r"^\s*[\w.,\s]+=")


@dataclass(frozen=True, slots=True)
class Open:
    """A tag that is still to be ended, its name for people, such as {% block case %}, and where it begins."""

    tag: str
    words: str
    row: int


def nesting_fault(source: str) -> tuple[str, int] | None:
    """Say which tag is not ended, or ends what is not open, and in which row; None where all tags fit."""
    opened = list[Open]()
    at = 0
    while found := COMMENT_OR_TAG.search(source, at):
        at, tag, row = found.end(), found[1] or "", source.count("\n", 0, found.start()) + 1
        if tag.startswith("end") and tag[3:] in ENDED:
            if not opened:
                return f"{{% {tag} %}} ends nothing: no {{% {tag[3:]} … %}} is open here; delete it", row
            last = opened.pop()
            if last.tag != tag[3:]:
                ended = f"{{% end{last.tag} %}}"
                return f"{last.words} begins here, and {{% {tag} %}} in row {row} comes before its {ended}", last.row
        elif tag in ENDED and not (tag == "set" and ASSIGNS.match(found[2])):
            opened.append(Open(tag, f"{{% {' '.join(f'{tag} {found[2]}'.split())[:60]} %}}", row))
            if tag == "raw" and (end := RAW.search(source, at)):
                at = end.start()
    if not opened:
        return None
    last = opened[-1]
    return f"{last.words} begins here and is never ended: write {{% end{last.tag} %}} where it should end", last.row
