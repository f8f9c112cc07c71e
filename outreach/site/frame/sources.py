"""Reads what files name as sources: addresses become links, everything else stays words."""

import re
from dataclasses import dataclass, field

BETWEEN = re.compile(r"\s+;\s+|;\s+(?=https?://)|(?<=\S),\s+(?=https?://)")
ADDRESS = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
LONGEST = 70
LINK = 48  # the longest text of a link among others


@dataclass(frozen=True, slots=True)
class Labels:
    """Names the addresses that one page links to: the host and what the address ends with; no two alike."""

    given: dict[str, str] = field(default_factory=dict[str, str])  # what a link says → its address

    def __call__(self, address: str) -> str:
        """Say what a link to this address says."""
        plain = _plain(address)
        host, _, rest = plain.partition("/")
        last = rest.rpartition("/")[2]
        if len(plain) > LINK:
            room = max(12, LINK - len(host) - 3)
            plain = f"{host}/{'…/' if last != rest else ''}{last if len(last) <= room else f'{last[: room - 1]}…'}"
        label, number = plain, 1
        while self.given.setdefault(label, address) != address:
            number += 1
            label = f"{plain} ({number})"
        return label


def sources(text: str) -> tuple[tuple[str, str], ...]:
    """Give each source of a text: its words, and the address that it is at, "" where it is none.

    What is an address and more stays words. A long address is shown by its beginning.
    """
    parts = (part.strip() for part in BETWEEN.split(text))
    return tuple((_shown(part), part if ADDRESS.fullmatch(part) else "") for part in parts if part)


def _shown(part: str) -> str:
    if not ADDRESS.fullmatch(part):
        return part
    plain = _plain(part)
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1]}…"


def _plain(address: str) -> str:
    return re.sub(r"^https?://(?:www\.)?", "", address, flags=re.IGNORECASE).rstrip("/")
