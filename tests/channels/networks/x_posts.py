"""The X channel to a server of tests, and what becomes of posts there."""

from datetime import UTC, datetime
from typing import Any

from outreach.channels.base import Outgoing
from outreach.channels.x.channel import XChannel
from outreach.settings.accounts import XSettings
from tests.channels.letters import Outcome, send
from tests.channels.networks import posts
from tests.channels.networks.http_server import Fault
from tests.channels.networks.x_server import KEYS, XServer

POST, ME, UPLOAD, METADATA = "/2/tweets", "/2/users/me", "/2/media/upload", "/2/media/metadata"
NOW = datetime(2022, 9, 1, 12, 0, tzinfo=UTC)


def channel_to(url: str, *, timeout: float = 5, **keys: str) -> XChannel:
    return XChannel(XSettings.model_validate({"api": url, "timeout": timeout, **KEYS, **keys}), now=lambda: NOW)


def post(number: int = 1, **more: Any) -> Outgoing:
    return posts.post(number, network="x", **more)


def outcome(*faults: Fault, outgoing: Outgoing | None = None, timeout: float = 5) -> tuple[Outcome, XServer]:
    """What becomes of one post at a server with these faults."""
    with XServer(*faults) as server:
        (result,) = send(channel_to(server.url, timeout=timeout), outgoing or post())
    return result, server


def problem(status: int, detail: str = "Some words", **more: object) -> dict[str, object]:
    return {"title": "Title", "detail": detail, "status": status, "type": "about:blank", **more}
