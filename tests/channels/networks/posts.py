"""Posts for tests of the networks' channels."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from outreach.channels.base import Outgoing
from outreach.channels.social.post import Facet, SocialPost, to_bytes
from tests.channels.letters import Commit

# The smallest PNG: one grey pixel.
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c636800000082008177cd72b60000000049454e44ae426082"
)
TEXT = "We stand with those who speak to the UN: “l’été” – 🕊️ #EndReprisals"


def post(
    number: int = 1,
    *,
    network: str,
    text: str | None = None,
    language: str = "en",
    facets: Sequence[Facet] = (),
    picture: bytes = b"",
    parent: str = "",
    commit: Commit | None = None,
    queued_at: datetime | None = None,
) -> Outgoing:
    """A post whose text names its number; the same number is the same post. It was queued a minute ago."""
    token = f"token{number}".ljust(26, "a")
    said = SocialPost(
        network, text or f"{TEXT} {number}", language, tuple(facets), picture, "A card" if picture else ""
    )
    message_id = f"<{token}@example.org>"
    return Outgoing(
        message_id=message_id,
        token=token,
        sender="",
        recipients=(),
        pieces=(to_bytes(said, message_id=message_id, account=network, subject="Post"),),
        committed=commit or Commit(),
        parent=parent,
        queued_at=queued_at or RUN - timedelta(minutes=1),
    )


RUN = datetime.now(UTC)
