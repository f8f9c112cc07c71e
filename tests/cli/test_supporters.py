"""`outreach supporters`, typed as people type it: shown to one person, answered to a mission, erased for good."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from outreach.cli.supporters.supporters import supporters
from outreach.db.engine import reading, writing
from outreach.outbox.kind import MessageKind
from outreach.outbox.ledger import Transition, advance, untold
from outreach.outbox.models import Draft, Key
from outreach.outbox.queue import enqueue
from outreach.outbox.status import Status
from outreach.outbox.store import now, open_outbox
from outreach.services.supporters.arriving import accept, take_in
from outreach.services.supporters.links.confirming import decide
from outreach.services.supporters.opening import Supporters, open_supporters
from outreach.supporters.doors import put_in_digest
from outreach.supporters.tables import approvals, digest_letters, digests
from tests.conftest import Command
from tests.services.supporters.campaigns import joins, tokens, writes
from tests.supporters.stores import KEY

WHO, OTHER = "Noor+campaign@supporters.example.org", "other@friends.example.org"
SPELLINGS = ("noor@SUPPORTERS.example.org", "NOOR@supporters.example.org", WHO)


@pytest.fixture
def opened(campaign_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Supporters:
    """A rehearsal, since the ask of the tests is over: three voices, one of them of a member, and one wish to join."""
    monkeypatch.setenv("OUTREACH_WEB__KEY", KEY)
    opened = open_supporters(campaign_folder, rehearse=True)
    at = now()
    for form in (
        writes(WHO, words="Free the keepers", name="Noor", joins=True),
        writes(OTHER),
        joins("late@example.org"),
    ):
        accept(opened, form, at)
    assert take_in(opened, at) == 3
    for token in tokens(opened)[:2]:
        decide(opened, token, yes=True, at=at)
    return opened


def files_with(folder: Path, words: str) -> list[str]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return [path.name for path in files if words.lower().encode() in path.read_bytes().lower()]


def typed(outreach: Command, folder: Path, *arguments: str) -> str:
    done = outreach("supporters", *arguments, folder=folder, env={"OUTREACH_WEB__KEY": KEY})
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("spelled", SPELLINGS)
def test_somebody_is_forgotten_by_any_spelling(
    outreach: Command, campaign_folder: Path, opened: Supporters, spelled: str
) -> None:
    accept(opened, writes(WHO, words="once more"), now())
    rehearsed = campaign_folder / "rehearsal" / "supporters"
    rehearsed.mkdir(parents=True)
    (rehearsed / "1.eml").write_text(f"To: {WHO}\n\nWas it you?\n")

    said = typed(outreach, campaign_folder, "forget", spelled, "--yes")

    assert "an address, 1 voice, the words of 1, on the list as member, 1 form that came in just now" in said
    assert "Erased." in said
    for words in ("noor", "supporters.example.org", "keepers"):
        assert [name for name in files_with(campaign_folder, words) if ".db" in name or ".eml" in name] == []
    assert "nobody with this address" in typed(outreach, campaign_folder, "forget", spelled, "--yes")
    with reading(opened.store.engine) as connection:
        assert untold(connection) == []
    proof = json.loads(typed(outreach, campaign_folder, "proof", OTHER, "--rehearse", "--json"))
    assert [voice["cases"] for voice in proof["voices"]] == [["beacon", "sample"]]


def test_an_address_that_is_to_stand_in_no_command_is_read_from_standard_input(
    campaign_folder: Path, opened: Supporters
) -> None:
    arguments = ["forget", "-", "--yes", "-C", str(campaign_folder)]
    done = CliRunner().invoke(supporters, arguments, input=f"{WHO}\n", env={"OUTREACH_WEB__KEY": KEY})
    assert (done.exit_code, "an address, 1 voice" in done.stdout) == (0, True)


def test_who_forgets_a_correspondent_hears_of_the_other_store(
    outreach: Command, campaign_folder: Path, opened: Supporters
) -> None:
    done = outreach("forget", WHO, "--yes", folder=campaign_folder)
    assert f"outreach supporters forget {WHO}" in done.stderr
    opened.store.engine.dispose()
    for file in campaign_folder.glob("*supporters.db*"):
        file.unlink()
    assert "supporters" not in outreach("forget", WHO, "--yes", folder=campaign_folder).stderr


def test_nothing_is_erased_without_a_yes(outreach: Command, campaign_folder: Path, opened: Supporters) -> None:
    done = outreach("supporters", "forget", WHO, folder=campaign_folder, env={"OUTREACH_WEB__KEY": KEY})
    assert done.returncode == 2
    assert "say --yes" in done.stderr
    assert json.loads(typed(outreach, campaign_folder, "proof", WHO, "--rehearse", "--json"))["member"]


def test_one_person_sees_what_they_agreed_to(outreach: Command, campaign_folder: Path, opened: Supporters) -> None:
    day = now().astimezone(opened.campaign.settings.timezone).date().isoformat()
    proof = json.loads(typed(outreach, campaign_folder, "proof", WHO, "--rehearse", "--json"))
    assert proof == {
        "voices": [
            {
                "number": 1, "ask": "hrc51", "cases": ["beacon", "sample"], "agreed_to": "1", "agreed_on": day,
                "confirmed_on": day, "may_quote": True,
            }
        ],
        "member": {
            "status": "member", "origin": "form", "agreed_to": "1", "asked_on": day, "joined_on": day, "ended_on": None,
        },
    }  # fmt: skip
    said = typed(outreach, campaign_folder, "proof", "late@example.org", "--rehearse")
    assert said == (f"Mailing list: agreed to version 1 of the text on {day}, by form, not confirmed; now asked\n")
    assert "Nothing is on file" in typed(outreach, campaign_folder, "proof", "nobody@example.org", "--rehearse")


def test_what_is_due_is_erased_by_a_command(outreach: Command, campaign_folder: Path, opened: Supporters) -> None:
    assert typed(outreach, campaign_folder, "expire", "--rehearse") == "Nothing is due.\n"
    accept(opened, writes("old@example.org", network=""), now() - timedelta(days=6))
    take_in(opened, now() - timedelta(days=6))
    assert json.loads(typed(outreach, campaign_folder, "expire", "--rehearse", "--json")) == {
        "voices": 0, "members": 0, "addresses": 0, "words": 0, "undone": "",
    }  # fmt: skip


def counted_for(opened: Supporters, mission: str, status: Status) -> None:
    """Put all that counts into a digest whose letter to one mission has come so far."""
    at, outbox = now(), open_outbox(opened.campaign.folder, opened.campaign.settings, rehearsal=True)
    with writing(opened.store.engine) as connection:
        row = {"number": 1, "ask": "hrc51", "made_at": at, "upto": 1, "prepared_by": "A", "channel": "rehearsal"}
        connection.execute(digests.insert(), row)
        letter = {"digest": 1, "mission": mission, "ask": "hrc51", "after": 0, "upto": 1, "voices": 1}
        connection.execute(digest_letters.insert(), letter)
        approval = {"digest": 1, "batch": "0" * 64, "decision": "approved", "why": "", "at": at}
        connection.execute(approvals.insert(), {**approval, "prepared_by": "A", "decided_by": "B"})
        put_in_digest(connection, [], at, "a test", "digest 1")
    key = Key(MessageKind.DIGEST, "hrc51", "beacon+sample", "", "rehearsal", mission, "1")
    with writing(outbox.engine) as connection:
        draft = Draft(key, "t" * 26, "<t@example.org>", "en", ("deu@example.org",), "Subject", b"x")
        [message] = enqueue(connection, [draft], at, "a test")
        if status is Status.SENT:
            advance(connection, [Transition(message, Status.QUEUED, Status.SENT, at, "a test")])


@pytest.mark.parametrize(
    ("address", "case", "state", "status", "answer"),
    [
        (OTHER, "beacon", "DEU", Status.SENT, "yes"),
        (OTHER.upper(), "sample", "Germany", Status.SENT, "yes"),
        (OTHER, "beacon", "DEU", Status.QUEUED, "no"),
        (OTHER, "beacon", "FRA", Status.SENT, "no"),
        (OTHER, "specimen", "DEU", Status.SENT, "no"),
        (WHO, "beacon", "DEU", Status.SENT, "no"),
        ("nobody@example.org", "beacon", "DEU", Status.SENT, "no"),
    ],
)
def test_a_mission_hears_yes_or_no_and_yes_only_of_its_own_letter(
    outreach: Command, campaign_folder: Path, opened: Supporters, address: str, case: str, state: str, status: Status,
    answer: str,
) -> None:  # fmt: skip
    counted_for(opened, "DEU", status)
    said = typed(outreach, campaign_folder, "wrote", address, "--case", case, "--to", state, "--rehearse")
    assert said == f"{answer}\n"


def test_an_unknown_case_or_address_is_named(outreach: Command, campaign_folder: Path, opened: Supporters) -> None:
    for arguments, words in (
        (("wrote", OTHER, "--case", "becon", "--to", "DEU"), "did you mean beacon?"),
        (("proof", "not an address"), "not an address"),
        (("forget", "not an address"), "not an address"),
    ):
        done = outreach("supporters", *arguments, folder=campaign_folder, env={"OUTREACH_WEB__KEY": KEY})
        assert done.returncode == 2
        assert words in done.stderr
