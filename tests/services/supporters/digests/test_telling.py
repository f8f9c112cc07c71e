"""People are told once what came of their voice: after the letters left, and of those that count it."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach.db.engine import reading, writing
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Entry, Scope, messages
from outreach.outbox.queue import entries
from outreach.outbox.store import now
from outreach.services.sending.running import RunRequest, run_queue
from outreach.services.supporters.digests.approving import approve
from outreach.services.supporters.digests.preparing import DigestRequest, plan_digests, prepare_digest
from outreach.services.supporters.digests.telling import tell_voices
from outreach.services.workspace import Workspace
from outreach.supporters.erasing import erase
from outreach.supporters.mail.links import places
from outreach.supporters.tables import voices
from tests.conftest import give_addresses
from tests.services.supporters.voices import BO, at_work, set_up, speak, store


@pytest.fixture
def workspace(large_campaign: Path) -> Workspace:
    give_addresses(large_campaign)
    return set_up(large_campaign)


def send(workspace: Workspace, *to: str) -> None:
    done = prepare_digest(workspace, plan_digests(workspace, DigestRequest("hrc51", to)))
    assert done
    approve(at_work(workspace, BO), done.batch)
    run_queue(workspace, RunRequest(Scope()))


def notices(workspace: Workspace) -> list[Entry]:
    with reading(store(workspace).engine) as connection:
        return entries(connection, Scope(kind=MessageKind.NOTICE))


def content(workspace: Workspace, entry: Entry) -> bytes:
    with reading(store(workspace).engine) as connection:
        return bytes(connection.scalars(select(messages.c.content).where(messages.c.id == entry.id)).one())


def words(workspace: Workspace, entry: Entry) -> str:
    message = message_from_bytes(content(workspace, entry), policy=policy.SMTP)
    return " ".join(message.get_content().split())  # type: ignore[attr-defined]


def test_everybody_whose_voice_left_is_told_once(workspace: Workspace) -> None:
    speak(workspace, 12)
    [chosen] = speak(workspace, 1, missions="DEU", begin=12)
    prepared = prepare_digest(workspace, plan_digests(workspace, DigestRequest("hrc51")))
    assert prepared
    assert tell_voices(workspace) == 0
    approve(at_work(workspace, BO), prepared.batch)
    assert tell_voices(workspace) == 0
    run_queue(workspace, RunRequest(Scope()))
    found = notices(workspace)
    assert len({entry.key.part for entry in found}) == 13
    assert {entry.recipients for entry in found} == {(f"supporter:{number}",) for number in range(1, 14)}
    assert tell_voices(workspace) == 0

    said = words(workspace, found[0])
    assert found[0].subject == "Your voice went to 76 missions"
    assert "a letter with the requests of up to 13 people, yours among them, went to these Permanent Missions" in said
    assert "Germany" in said
    assert "Austria" in said
    [last] = [entry for entry in found if places(content(workspace, entry)) == [("voice", chosen)]]
    assert last.subject == "Your voice went to 1 mission"
    assert "requests of 13 people, yours among them, went to this Permanent Mission in Geneva: Germany" in words(
        workspace, last
    )


def test_the_notices_leave_with_the_next_run(workspace: Workspace) -> None:
    speak(workspace, 12)
    send(workspace)
    run_queue(workspace, RunRequest(Scope()))
    assert {entry.status for entry in notices(workspace)} == {"sent"}


def test_who_was_erased_or_whose_voice_was_not_counted_is_told_nothing(workspace: Workspace) -> None:
    speak(workspace, 12)
    speak(workspace, 1, cases=["sample"], missions="FRA", begin=12)
    prepared = prepare_digest(workspace, plan_digests(workspace, DigestRequest("hrc51", ("DEU",))))
    assert prepared
    approve(at_work(workspace, BO), prepared.batch)
    with writing(store(workspace).engine) as connection:
        person = connection.scalars(select(voices.c.supporter).where(voices.c.id == 1)).one()
        erase(connection, person, now(), "test", "asked for it")
    run_queue(workspace, RunRequest(Scope()))
    assert {entry.recipients for entry in notices(workspace)} == {(f"supporter:{number}",) for number in range(2, 13)}


@pytest.mark.parametrize(("language", "begins"), [("fr", "Votre voix est partie vers"), ("es", "Su voz salió hacia")])
def test_they_are_told_in_their_language(workspace: Workspace, language: str, begins: str) -> None:
    speak(workspace, 12)
    with writing(store(workspace).engine) as connection:
        connection.execute(voices.update().values(language=language))
    send(workspace)
    assert {entry.subject.startswith(begins) for entry in notices(workspace)} == {True}
