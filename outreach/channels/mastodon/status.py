"""What a post is on a Mastodon timeline, and whether it is the one that we mean; knows no connections."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from unicodedata import normalize

from outreach.html_text import INVISIBLE, html_to_text

# @name@host: the server shows it as @name, with a link (docs.joinmastodon.org/user/posting, "Mentions").
_MENTION = re.compile(r"(?<![\w/])@(\w++(?:[.-]++\w++)*+)@[\w.-]+\w")
_ADDRESS = re.compile(r"https?://[!-~]{1,2000}", re.IGNORECASE)
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Status:
    """A post as the server tells it. `url` is where a browser finds it, or empty; `html` is its text.

    `parent` is the id of the post that it replies to, or empty.
    """

    id: str
    url: str
    created_at: datetime
    html: str
    parent: str

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Status":
        """Read the Status entity as Mastodon.py gives it; raise KeyError, TypeError or ValueError for anything else."""
        created = told["created_at"]
        if not isinstance(created, datetime):
            raise TypeError("created_at is no time")
        return cls(
            id=known_id(told["id"]),
            url=_public(told["url"]) or _public(told.get("uri")),
            created_at=created if created.tzinfo else created.replace(tzinfo=UTC),
            html=str(told["content"] or ""),
            parent=str(told.get("in_reply_to_id") or ""),
        )

    def looks_like(self, text: str, parent: str) -> bool:
        """Say whether it has this text and replies to that post, as far as timelines show (no hosts of mentions)."""
        return self.parent == parent and _squeezed(html_to_text(self.html)) == _squeezed(text)


def known_id(told: object) -> str:
    """Return the id as it is; ValueError if it cannot be one, or would be another path at the server."""
    if told is None or not _ID.fullmatch(str(told)):
        raise ValueError("not an id")
    return str(told)


def _public(told: object) -> str:
    """Give an address of the web, or "": people click on it, and it stands in the ledger."""
    return str(told) if _ADDRESS.fullmatch(str(told)) else ""


def same_source(source: str, text: str) -> bool:
    """Say whether the source that a server keeps of a post is this text."""
    return "".join(normalize("NFC", source).split()) == "".join(normalize("NFC", text).split())


def mentions(text: str) -> bool:
    """Say whether the text names somebody as @name@host, of which a timeline shows only the name."""
    return _MENTION.search(text) is not None


def _squeezed(text: str) -> str:
    """Leave out what HTML does not keep (white space, invisible characters), and the hosts of mentions."""
    return "".join(_MENTION.sub(r"@\1", normalize("NFC", text.translate(INVISIBLE))).split())
