"""Reads what files name as sources: addresses become links, everything else stays words."""

import re

BETWEEN = re.compile(r"\s+;\s+|;\s+(?=https?://)|(?<=\S),\s+(?=https?://)")
ADDRESS = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
LONGEST = 70


def sources(text: str) -> tuple[tuple[str, str], ...]:
    """Give each source of a text: its words, and the address that it is at, "" where it is none.

    What is an address and more stays words. A long address is shown by its beginning.
    """
    parts = (part.strip() for part in BETWEEN.split(text))
    return tuple((_shown(part), part if ADDRESS.fullmatch(part) else "") for part in parts if part)


def _shown(part: str) -> str:
    if not ADDRESS.fullmatch(part):
        return part
    plain = re.sub(r"^https?://(?:www\.)?", "", part, flags=re.IGNORECASE).rstrip("/")
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1]}…"
