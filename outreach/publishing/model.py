"""An update: what the campaign told on a day, in the languages it was written in; no files, no rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class UpdateText:
    """An update in one language. `body` is Markdown."""

    title: str
    summary: str
    body: str


@dataclass(frozen=True, slots=True)
class Update:
    """What the campaign told on a day: site/updates/YYYY-MM-DD-slug.xx.md, in the languages it was written in."""

    slug: str  # 2022-10-20-statement: the day is part of the address
    day: date
    texts: Mapping[str, UpdateText]
