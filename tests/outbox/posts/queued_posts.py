"""Posts and threads that wait in a real outbox, for tests; written by nobody's template."""

from collections.abc import Sequence
from datetime import datetime

from outreach.channels.social.post import SocialPost, to_bytes
from outreach.db.engine import writing
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Draft, Key, Scope
from outreach.outbox.queue import enqueue
from outreach.outbox.store import Outbox
from tests.outbox.outboxes import NOON

POSTS = Scope(kind=MessageKind.POST)


def thread(outbox: Outbox, network: str, name: str, parts: int = 1, not_before: datetime | None = None) -> list[Draft]:
    """The drafts of one post, or of a thread of so many parts."""
    found: list[Draft] = []
    for number in range(1, parts + 1):
        part = f"{name}.en" if number == 1 else f"{name}.en/{number}"
        key = Key(MessageKind.POST, "hrc51", "beacon", "", network, "", part)
        token = outbox.token(key)
        text = f"Post {name}, part {number}"
        message_id = f"<{token}@posts.invalid>"
        content = to_bytes(SocialPost(network, text, "en"), message_id=message_id, account=network, subject=text)
        follows = found[-1].token if found else ""
        found.append(Draft(key, token, message_id, "en", (), text, content, follows, not_before))
    return found


def queue_drafts(outbox: Outbox, drafts: Sequence[Draft], at: datetime = NOON) -> list[int]:
    with writing(outbox.engine) as connection:
        return enqueue(connection, drafts, at, "test")


def queue_posts(outbox: Outbox, network: str, number: int, at: datetime = NOON) -> list[int]:
    """So many posts to nobody in particular, all due."""
    drafts = [draft for each in range(number) for draft in thread(outbox, network, f"post-{each}")]
    return queue_drafts(outbox, drafts, at)
