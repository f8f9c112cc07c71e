"""Reminders go only to those who have not answered; what came back can be sent anew: real command, real server."""

import json
from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest

from outreach.inbox.kinds import Kind, Stance
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Key
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox, now
from outreach.outbox.suppressions import suppress
from tests.channels.smtp.smtp_server import SmtpServer
from tests.conftest import Command, give_addresses, mail_server
from tests.inbox.desk.desks import came_in, say
from tests.inbox.letterboxes import sent_letter
from tests.outbox.outboxes import chain, open_test_outbox, queue_keys

LONG_AGO = now() - timedelta(days=30)
REMIND = ("send", "--case", "beacon", "--round", "reminder", "--after-deadline")


@pytest.fixture
def outbox(campaign_folder: Path) -> Outbox:
    give_addresses(campaign_folder)
    return open_test_outbox(campaign_folder / "outreach.db")


def test_only_who_has_not_answered_is_reminded_in_the_first_letters_thread(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    first = [sent_letter(outbox, mission, at=LONG_AGO) for mission in ("DEU", "FRA", "ESP", "BEL")]
    sent_letter(outbox, "ITA", at=LONG_AGO, status=Status.BOUNCED)
    sent_letter(outbox, "NLD", at=now())
    came_in(outbox, "beacon", mission="FRA")
    came_in(outbox, "beacon", kind=Kind.AUTO_REPLY, mission="ESP")
    say(outbox, came_in(outbox, "beacon", mission="BEL"), Stance.DECLINED)
    with SmtpServer() as server:
        env = mail_server(server.port)
        told = json.loads(outreach(*REMIND, "--yes", "--json", folder=campaign_folder, env=env).stdout)
    assert (told["sent"], told["excluded"]) == (
        2,
        {"unread": 1, "declined": 1, "came back": 1, "asked too recently": 1},
    )
    reminders = {
        message.recipients[0][:3]: message_from_bytes(message.content, policy=SMTP) for message in server.messages
    }
    assert set(reminders) == {"deu", "esp"}
    assert reminders["deu"]["Subject"] == "Re: The case of Beacon"
    assert reminders["deu"]["In-Reply-To"] == reminders["deu"]["References"] == first[0].message_id


def test_a_reminder_that_waits_is_held_back_when_its_mission_answers(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    for mission in ("DEU", "FRA"):
        sent_letter(outbox, mission, at=LONG_AGO)
        queue_keys(outbox, Key(MessageKind.LETTER, "hrc51", "beacon", "reminder", "smtp", mission), at=now())
    came_in(outbox, "beacon", mission="FRA")
    with SmtpServer() as server:
        env = mail_server(server.port)
        result = outreach("queue", "run", "--watch", folder=campaign_folder, env=env)
    assert (result.returncode, len(server.messages)) == (1, 1)
    assert "beacon to FRA (unread: mail 1)" in result.stderr
    assert "outreach replies list --open (or add --although-unread)" in result.stderr
    assert "withdraw" not in result.stderr
    say(outbox, 1, Stance.SUPPORTIVE)
    answered = outreach("queue", "run", "--although-unread", folder=campaign_folder, env=mail_server(1))
    assert (answered.returncode, "answered: reply 1, supportive" in answered.stderr) == (1, True)
    assert "outreach queue withdraw 4" in answered.stderr


def test_a_plan_says_how_to_read_what_holds_reminders_back_and_how_to_send_them_all_the_same(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    sent_letter(outbox, "FRA", at=LONG_AGO)
    came_in(outbox, "beacon", mission="FRA", kind=Kind.UNCLEAR)
    with SmtpServer() as server:
        env = mail_server(server.port)
        planned = outreach(*REMIND, "--yes", folder=campaign_folder, env=env)
        assert (planned.returncode, len(server.messages)) == (0, 0)
        assert "unread (mail 1)" in planned.stdout
        assert "outreach replies list --open" in planned.stdout
        sent = outreach(*REMIND, "--yes", "--although-unread", folder=campaign_folder, env=env)
        assert (sent.returncode, len(server.messages)) == (0, 1), sent.stderr


def test_a_rehearsed_reminder_goes_by_the_answers_of_the_rehearsal(campaign_folder: Path, outreach: Command) -> None:
    give_addresses(campaign_folder)
    first = ("send", "--case", "beacon", "--rehearse", "--to", "DEU", "--to", "FRA", "--json")
    assert json.loads(outreach(*first, folder=campaign_folder).stdout)["sent"] == 2
    came_in(open_test_outbox(campaign_folder / "outreach.db"), "beacon", mission="DEU")
    came_in(open_test_outbox(campaign_folder / "rehearsal.db"), "beacon", mission="FRA")
    told = json.loads(outreach(*REMIND, "--rehearse", "--json", folder=campaign_folder).stdout)
    assert (told["sent"], told["excluded"]) == (1, {"unread": 1})


def test_what_came_back_is_sent_anew_by_a_person_but_not_to_a_suppressed_address(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    full, gone = (sent_letter(outbox, mission, status=Status.BOUNCED, at=now()) for mission in ("DEU", "FRA"))
    suppress(outbox, "fra@fra.example.org", "5.1.1 no such user, mail 3")
    with SmtpServer() as server:
        env = mail_server(server.port)
        refused = outreach("queue", "retry", str(gone.id), folder=campaign_folder, env=env)
        assert (refused.returncode, "suppressed" in refused.stderr) == (2, True)
        assert "outreach missions unsuppress" in refused.stderr
        every = outreach("queue", "retry", "--all", folder=campaign_folder, env=env)
        assert (every.returncode, every.stdout.startswith("1 message queued again")) == (0, True)
        assert "Left out" in every.stderr
        outreach("queue", "run", "--after-deadline", folder=campaign_folder, env=env)
    assert [message.recipients for message in server.messages] == [("deu@deu.example.org",)]
    assert chain(outbox, full.id)[-1] is Status.SENT
    assert chain(outbox, gone.id)[-1] is Status.BOUNCED
