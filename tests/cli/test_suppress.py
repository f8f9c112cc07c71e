"""Suppressing addresses: for ever until lifted, in earnest and in rehearsal."""

import json
from pathlib import Path

import pytest

from tests.channels.smtp.smtp_server import SmtpServer
from tests.conftest import Command, give_addresses, mail_server

SEND = ("send", "--case", "beacon", "--to", "DEU", "--to", "FRA", "--after-deadline", "--yes", "--json")


@pytest.mark.parametrize("who", ["Germany", "DEU@deu.example.org"])
def test_a_suppressed_mission_gets_no_letter_until_that_is_lifted(
    campaign_folder: Path, outreach: Command, who: str
) -> None:
    give_addresses(campaign_folder)
    with SmtpServer() as server:
        env = mail_server(server.port)
        why = ("--why", "asked by phone not to be written to")
        assert outreach("missions", "suppress", who, *why, folder=campaign_folder, env=env).returncode == 0
        first = json.loads(outreach(*SEND, folder=campaign_folder, env=env).stdout)
        assert (first["sent"], first["excluded"]) == (1, {"suppressed": 1})
        rehearsed = json.loads(outreach(*SEND, "--rehearse", folder=campaign_folder, env=env).stdout)
        assert rehearsed["excluded"] == {"suppressed": 1}
        assert outreach("missions", "unsuppress", who, folder=campaign_folder, env=env).stdout.startswith("1 ")
        second = json.loads(outreach(*SEND, folder=campaign_folder, env=env).stdout)
    assert (second["sent"], second["excluded"]) == (1, {"already asked": 1})
    assert [message.recipients for message in server.messages] == [("fra@fra.example.org",), ("deu@deu.example.org",)]


@pytest.mark.parametrize(("who", "words"), [("AND", "no address"), ("x@", "not an e-mail"), ("Atlantis", "Atlantis")])
def test_what_cannot_be_suppressed_is_said(campaign_folder: Path, outreach: Command, who: str, words: str) -> None:
    result = outreach("missions", "suppress", who, "--why", "x", folder=campaign_folder)
    assert (result.returncode, words in result.stderr) == (2, True), result.stderr
