"""Changes single keys of a case file's front matter and keeps every other byte; knows nothing about what they mean."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import yaml
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode

from outreach.cases.files.frontmatter import Parts, take_apart_bytes
from outreach.errors import DataError, UsageError
from outreach.registry.sheets.saving import one_at_a_time, save

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
Keys = Mapping[str, str | None]  # key → its value as YAML (with line breaks before indented lines); None takes it away


def quoted(text: str) -> str:
    """Give a text as a YAML value on one line (a JSON string is one)."""
    return json.dumps(text, ensure_ascii=False)


def edit_case_file(path: Path, file: str, change: Callable[[Parts], Keys]) -> None:
    """Put the keys that `change` gives in place of what a case file says of them. `file` is its name for people.

    The file is read, changed and put in place whole while no other process changes a case here. DataError where it
    cannot be read, UsageError where it cannot be changed so that all else stays, or was changed by somebody meanwhile.
    """
    with one_at_a_time(path.parent):
        try:
            before = path.read_bytes()
        except OSError as error:
            raise UsageError(f"{file} cannot be read: {error.strerror}") from None
        parts = take_apart_bytes(before, file)
        if parts.problems:
            raise DataError(parts.problems)
        save(path, before, with_keys(before, file, change(parts)))


def with_keys(before: bytes, file: str, keys: Keys) -> bytes:
    """Give the bytes of a case file with some keys changed; UsageError where all else would not stay as it is."""
    front = take_apart_bytes(before, file).front
    lines = [found[0] for found in LINE.finditer(before.decode("utf-8")) if found[0]]
    if front is None or front.flow_style:
        raise _by_hand(file, keys)
    closing = next(number for number, line in enumerate(lines) if number and line.rstrip() == "---")
    end = lines[closing][len(lines[closing].rstrip("\r\n")) :] or "\n"
    added = []
    for key, value in keys.items():
        text = "" if value is None else f"{key}: {value}\n".replace(": \n", ":\n").replace("\n", end)
        if (found := _rows(front, key)) is None:
            added.append(text)
            continue
        first, last = found
        lines[first] = text
        for number in range(first + 1, last + 1):
            lines[number] = ""
    lines[closing:closing] = added
    after = "".join(lines).encode("utf-8")
    if _all_else(before, file, keys) != _all_else(after, file, keys):
        raise _by_hand(file, keys)
    return after


def _rows(front: MappingNode, key: str) -> tuple[int, int] | None:
    """Give the first and the last line of a key with its value, counted in the file from 0; None without the key."""
    for name, value in front.value:
        if isinstance(name, ScalarNode) and name.value == key:
            return name.start_mark.line + 1, max(name.end_mark.line, _last_row(value)) + 1
    return None


def _last_row(node: Node) -> int:
    """Give the line on which a value ends, not counting blank lines and comments that follow it."""
    if isinstance(node, CollectionNode) and not node.flow_style:
        inner = [part for item in node.value for part in (item if isinstance(item, tuple) else (item,))]
        return max((_last_row(part) for part in inner), default=node.start_mark.line)
    line, column = node.end_mark.line, node.end_mark.column
    return int(line - 1 if column == 0 and line > node.start_mark.line else line)


def _all_else(data: bytes, file: str, keys: Keys) -> object:
    """Give what a case file says but for some keys, to compare; a file that cannot be read is equal to none."""
    parts = take_apart_bytes(data, file)
    if parts.front is None:
        return object()
    others = [(name, value) for name, value in parts.front.value if getattr(name, "value", None) not in keys]
    plain = yaml.serialize(MappingNode(parts.front.tag, others), allow_unicode=True)
    return plain, [(section.heading, section.text) for section in parts.sections]


def _by_hand(file: str, keys: Keys) -> UsageError:
    wanted = "; ".join(f"take {key} away" if value is None else f"{key}: {value}" for key, value in keys.items())
    return UsageError(
        f"{file} is written in a way that cannot be changed without touching more of it; nothing was changed. "
        f"Write it yourself: {' '.join(wanted.split())}"
    )
