"""Reads the blocks of fields that machine-readable reports are made of (RFC 3464, section 2.1); no meaning of them."""

import re
from dataclasses import dataclass

from outreach.inbox.mime.addresses import addresses, tidy
from outreach.inbox.mime.decoding import one_line

_FIELD = re.compile(r"([!-9;-~]{1,80})[ \t]*:(.*)")
_MOST = 200  # blocks
_VALUE = 2_000
_EMBEDDED = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")


@dataclass(frozen=True, slots=True)
class Fields:
    """One block, in the order in which it was written; names are lower case."""

    pairs: tuple[tuple[str, str], ...]

    def get(self, *names: str) -> str:
        """The first value of the first of these names that has one, or ""."""
        return next((value for name in names for known, value in self.pairs if known == name and value), "")

    def address(self, *names: str) -> str:
        return next((found for name in names if (found := typed_address(self.get(name)))), "")


def blocks(text: str) -> list[Fields]:
    """The blocks of a report; lines that are no field are passed over, a second Final-Recipient begins a new block."""
    found: list[Fields] = []
    pairs: list[tuple[str, str]] = []
    for line in re.sub(r"\n[ \t]+(?=\S)", " ", text).split("\n"):
        match = _FIELD.match(line)
        name = match[1].lower() if match else ""
        again = name == "final-recipient" and any(known == name for known, _ in pairs)
        if pairs and (again or not line.strip()):
            found.append(Fields(tuple(pairs)))
            pairs = []
        if len(found) >= _MOST:
            return found
        if match:
            pairs.append((name, one_line(match[2][:_VALUE])))
    return [*found, Fields(tuple(pairs))] if pairs else found


def typed_address(value: str) -> str:
    """The address in "rfc822; a@b" or "utf-8; ü@b" (RFC 3464, section 2.3.1; RFC 6533, section 3), or ""."""
    kind, mark, rest = value.partition(";")
    if not mark:
        kind, rest = "", value
    if kind.strip().lower() in ("utf-8", "utf8"):
        rest = _EMBEDDED.sub(_character, rest)
    return next(iter(addresses(rest)), "") or (tidy(rest) if "@" in rest and len(rest) < 300 else "")


def _character(match: re.Match[str]) -> str:
    number = int(match[1], 16)
    return chr(number) if number < 0x110000 and not 0xD800 <= number <= 0xDFFF else "\ufffd"
