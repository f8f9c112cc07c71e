"""Reads a message in full for the inbox's table: what it is, and every column that follows from its bytes alone.

Knows no letters and no database; whatever a message holds, it stops nothing.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from outreach.inbox.classify.classify import classify
from outreach.inbox.kinds import UNREADABLE, Kind
from outreach.inbox.mail import Classified, Mail, Verdict
from outreach.inbox.newtext.newtext import links_in, new_text

MOST_HEADERS = 200
LONGEST_HEADER = 2_000  # characters
LONGEST_FIELD = 1_000  # characters of what is shown in one line
READ_BY_PEOPLE = frozenset({Kind.REPLY, Kind.AUTO_REPLY})


@dataclass(frozen=True, slots=True)
class Whole:
    """What a message is, and its columns in the table `inbound`."""

    classified: Classified
    columns: dict[str, object]


def read_whole(raw: bytes) -> Whole:
    classified = classify(raw)
    try:
        return Whole(classified, _columns(classified))
    except Exception as error:  # noqa: BLE001 - no message, whatever is in it, may stop the others
        classified = _unreadable(raw, error)
        return Whole(classified, _columns(classified))


def _unreadable(raw: bytes, error: Exception) -> Classified:
    mail = Mail(size=len(raw), fault=f"could not be read: {type(error).__name__}")
    return Classified(mail, Verdict(Kind.OTHER, UNREADABLE))


def _columns(classified: Classified) -> dict[str, object]:
    mail, verdict = classified.mail, classified.verdict
    report = verdict.report
    text, links = _text(mail, verdict.kind)
    return {
        "kind": verdict.kind.value,
        "rule": verdict.rule,
        "fault": mail.fault,
        "severity": report.severity.value if report.severity else "",
        "code": report.code,
        "recipient": report.recipient[:LONGEST_FIELD],
        "diagnostic": report.diagnostic[:LONGEST_FIELD],
        "sender": mail.sender[:LONGEST_FIELD],
        "sender_name": mail.sender_name[:LONGEST_FIELD],
        "subject": mail.subject[:LONGEST_FIELD],
        "message_id": mail.message_id[:LONGEST_FIELD],
        "text": text,
        "links": json.dumps(links, ensure_ascii=False),
        "headers": _headers(mail),
        "size": mail.size,
    }


def _text(mail: Mail, kind: Kind) -> tuple[str, Sequence[str]]:
    """What a person would read of it; only what people and their machines write has quotes to fold away."""
    if kind not in READ_BY_PEOPLE:
        return mail.text, links_in(mail.text)
    new = new_text(mail)
    return new.text, new.links


def _headers(mail: Mail) -> str:
    kept = [[name[:LONGEST_FIELD], value[:LONGEST_HEADER]] for name, value in mail.headers[:MOST_HEADERS]]
    return json.dumps(kept, ensure_ascii=False)
