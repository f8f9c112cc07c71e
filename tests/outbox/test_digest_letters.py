"""Letters with supporters' voices in the outbox: held until approved, once a mission, and never counted as asking."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection

from outreach.campaign import load_campaign
from outreach.db.engine import reading, writing
from outreach.errors import StorageFailed, UsageError
from outreach.inbox.matching.letters import LetterIndex
from outreach.inbox.receive import Incoming, open_inbox, receive
from outreach.outbox.gate.objections import Objection, Reason
from outreach.outbox.kind import MessageKind
from outreach.outbox.ledger import Transition, advance
from outreach.outbox.models import Draft, Entry, Scope
from outreach.outbox.queue import claim, enqueue, entries, never_left
from outreach.outbox.status import Status
from outreach.outbox.store import now, open_outbox
from outreach.reports.overview import read_overview, state_lines
from outreach.services.reporting import messages as message_rows
from outreach.services.sending.queue import MessageChoice, retry
from outreach.services.sending.rewriting import rewrite_messages
from outreach.services.sending.running import LiveGate
from outreach.services.workspace import Workspace
from tests.conftest import give_addresses
from tests.inbox.letterboxes import reply
from tests.outbox.outboxes import draft, lead


@pytest.fixture
def workspace(campaign_folder: Path) -> Workspace:
    give_addresses(campaign_folder)
    campaign = load_campaign(campaign_folder)
    return Workspace(campaign, open_outbox(campaign_folder, campaign.settings, rehearsal=False))


def digest(mission: str = "DEU", case: str = "beacon", part: str = "1") -> Draft:
    one = draft(1, mission)
    key = replace(one.key, kind=MessageKind.DIGEST, case=case, round="", part=part)
    token = f"{'abcdefghij'[int(part)] * 13}{mission.lower()}{'x' * 10}"
    return replace(one, key=key, token=token, message_id=f"<{token}@example.org>")


def queue(workspace: Workspace, *drafts: Draft) -> list[int]:
    with writing(workspace.outbox.engine) as connection:
        return enqueue(connection, drafts, now(), "test")


def all_may_go(connection: Connection, digests: Sequence[Entry]) -> dict[int, Sequence[Objection]]:
    del connection
    return {entry.id: () for entry in digests}


def test_without_an_answer_a_digest_is_held_and_a_letter_is_not(workspace: Workspace) -> None:
    [held] = queue(workspace, digest())
    [free] = queue(workspace, draft(2, "FRA"))
    with reading(workspace.outbox.engine) as connection:
        found = workspace.gate.held(connection, Scope())
        assert {id_: item.reason for id_, item in found.items()} == {held: Reason.NOT_APPROVED}
        gate = replace(workspace.gate, digests=all_may_go)
        assert gate.held(connection, Scope()) == {}
    assert free


def test_who_approved_it_is_asked_again_before_each_claim(workspace: Workspace) -> None:
    one, two = queue(workspace, digest("DEU"), digest("FRA"))
    refused = set[int]()

    def hook(connection: Connection, digests: Sequence[Entry]) -> dict[int, Sequence[Objection]]:
        del connection
        changed: Objection = (Reason.QUOTE_CHANGED, "voice 7")
        return {entry.id: (changed,) if entry.id in refused else () for entry in digests}

    scope = Scope(after_deadline=True)
    live = LiveGate(replace(workspace.gate, digests=hook), scope, clock=lambda: 0.0)

    def claimed() -> list[int]:
        with writing(workspace.outbox.engine) as connection:
            return [each.id for each in live.before(claim)(connection, scope, 1, now(), "here/1/0.0")]

    assert claimed() == [one]
    refused.add(two)
    assert claimed() == []
    assert live.held[two].reason is Reason.QUOTE_CHANGED


@pytest.mark.parametrize("reason", [Reason.NO_CONSENT, Reason.EMBARGO])
def test_what_holds_letters_holds_digests(workspace: Workspace, reason: Reason) -> None:
    queue(workspace, digest(case="beacon+specimen"))
    case = workspace.campaign.cases["specimen"]
    if reason is Reason.EMBARGO:
        case = replace(case, embargo=date(2999, 1, 1))
    else:
        case = replace(case, consent=replace(case.consent, letters=False))
    campaign = replace(workspace.campaign, cases={**workspace.campaign.cases, "specimen": case})
    gate = replace(workspace.gate, campaign=campaign, digests=all_may_go)
    with reading(workspace.outbox.engine) as connection:
        [held] = gate.held(connection, Scope()).values()
    assert held.reason is reason
    assert "specimen" in held.detail


def test_a_digest_reaches_a_mission_once_whatever_it_is_about(workspace: Workspace) -> None:
    queue(workspace, digest(case="beacon"))
    with pytest.raises(StorageFailed):
        queue(workspace, digest(case="beacon+specimen"))
    assert queue(workspace, digest(case="beacon")) == []
    assert len(queue(workspace, digest(part="2"), digest("FRA"))) == 2


def test_a_digest_that_was_withdrawn_is_never_queued_again(workspace: Workspace) -> None:
    [id_] = queue(workspace, digest())
    with writing(workspace.outbox.engine) as connection:
        advance(connection, [Transition(id_, Status.QUEUED, Status.WITHDRAWN, now(), "test")])
    with reading(workspace.outbox.engine) as connection:
        assert never_left(connection, entries(connection)) == set()
    with pytest.raises(UsageError, match="stays withdrawn"):
        retry(workspace, MessageChoice(ids=(id_,)), "test")
    with pytest.raises(StorageFailed, match="never queued again"), writing(workspace.outbox.engine) as connection:
        advance(connection, [Transition(id_, Status.WITHDRAWN, Status.QUEUED, now(), "test")])


def test_a_digest_is_not_written_anew(workspace: Workspace) -> None:
    [id_] = queue(workspace, digest())
    found = rewrite_messages(workspace, MessageChoice(ids=(id_,)), "test")
    assert not found.anew
    assert [kept.why for kept in found.kept] == ["a digest counts what it counted; withdraw it, and prepare another"]


def test_a_digest_marks_no_state_as_asked_and_has_a_column_of_its_own(workspace: Workspace) -> None:
    [id_] = queue(workspace, digest())
    [letter] = queue(workspace, draft(3, "DEU"))
    lead(workspace.outbox, id_, Status.SENT)
    overview = read_overview(workspace.campaign, workspace.outbox, Scope(), workspace.gate)
    assert overview.letters == {Status.QUEUED: 1}
    assert overview.digests_by_status() == {Status.SENT: 1}
    [line] = state_lines(overview)
    assert (line.asked, line.digests) == (0, 1)
    rows = message_rows(workspace, Scope())
    assert [(row.kind, row.asked_at is None) for row in rows] == [("digest", True), ("letter", True)]
    assert letter


def test_an_answer_is_tied_to_a_digest_by_its_token(workspace: Workspace) -> None:
    [id_] = queue(workspace, digest())
    lead(workspace.outbox, id_, Status.SENT)
    with reading(workspace.outbox.engine) as connection:
        index = LetterIndex(connection, workspace.campaign.registry, workspace.campaign.settings)
        [found] = index.by_tokens([digest().token]).values()
    receive(open_inbox(workspace.campaign, workspace.outbox), [Incoming(reply(found), "file", "a.eml")])
    overview = read_overview(workspace.campaign, workspace.outbox, Scope(), workspace.gate)
    assert overview.tasks.unread == 1
    with reading(workspace.outbox.engine) as connection:
        assert [entry.status for entry in entries(connection, ids=[id_])] == [Status.DELIVERED]
