"""Writes what came with a message into the columns of `inbound`, and reads it from there; opens no mail."""

import json
from collections.abc import Iterable
from dataclasses import asdict

from outreach.inbox.mail import Attachment, Invitation


def attachments_json(attachments: Iterable[Attachment]) -> str:
    """Write the attachments as the column `inbound.attachments` has them."""
    rows = [[each.name, each.media_type, each.size] for each in attachments]
    return json.dumps(rows, ensure_ascii=False)


def attachments_of(column: str) -> tuple[Attachment, ...]:
    """Read the column `inbound.attachments`."""
    return tuple(Attachment(*row) for row in json.loads(column))


def invitation_json(found: Invitation | None) -> str:
    """Write an invitation as the column `inbound.invitation` has it; blank without one."""
    return json.dumps(asdict(found), ensure_ascii=False) if found else ""


def invitation_of(column: str) -> Invitation | None:
    """Read the column `inbound.invitation`."""
    return Invitation(**json.loads(column)) if column else None
