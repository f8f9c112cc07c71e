"""Messages of the inbox as JSON for scripts; the keys are a promise, more may follow."""

from outreach.inbox.desk.detail import Decision, Detail
from outreach.inbox.desk.items import Item, ItemTie
from outreach.inbox.matching.match import Tie


def item_json(item: Item) -> dict[str, object]:
    """A message as listings give it to scripts."""
    return {
        "id": item.id,
        "at": item.arrived_at.isoformat(),
        "kind": item.kind.value,
        "rule": item.rule,
        "open": item.is_open,
        "unmatched": item.unmatched,
        "source": item.source,
        "origin": item.origin,
        "from": item.sender,
        "name": item.sender_name,
        "subject": item.subject,
        "status": item.code or None,
        "severity": item.severity or None,
        "recipient": item.recipient or None,
        "new_address": item.new_address,
        "fault": item.fault or None,
        "ties": [_tied_json(tied) for tied in item.ties],
    }


def _tied_json(tied: ItemTie) -> dict[str, object]:
    return {
        "state": tied.mission,
        "case": tied.case,
        "ask": tied.ask,
        "message": tied.message,
        "matched_by": tied.matched_by.value,
        "certainty": tied.certainty,
        "stance": tied.stance.value if tied.stance else None,
    }


def detail_json(found: Detail) -> dict[str, object]:
    """A message in full, as far as the database has it, for scripts."""
    return {
        **item_json(found.item),
        "text": found.text,
        "links": list(found.links),
        "headers": [list(header) for header in found.headers],
        "message_id": found.message_id or None,
        "diagnostic": found.diagnostic or None,
        "size": found.size,
        "decisions": [_said_json(said) for said in found.decisions],
    }


def candidate_json(tie: Tie) -> dict[str, object]:
    """A letter that a message may answer."""
    return {
        "state": tie.mission,
        "case": tie.case,
        "ask": tie.ask,
        "message": tie.message,
        "matched_by": tie.matched_by.value,
        "certainty": tie.certainty,
    }


def _said_json(said: Decision) -> dict[str, object]:
    return {
        "at": said.at.isoformat(),
        "by": said.by,
        "case": said.case or None,
        "kind": said.kind or None,
        "stance": said.stance or None,
        "note": said.note,
    }
