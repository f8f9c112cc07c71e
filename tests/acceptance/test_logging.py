"""The log: silent unless asked for, whole when asked for, and never with anything about a person in it."""

import json
import re
from pathlib import Path

from tests.channels.smtp.smtp_server import Fault, Script, SmtpServer
from tests.conftest import Command, give_addresses, mail_server
from tests.inbox.mailbox.imap_servers import PASSWORD, Pymap

STATES = ("AUT", "BEL", "CHE", "DEU", "FRA")
SENDER = {"NAME": "Zoraida Quux", "EMAIL": "zoraida@quux.example.com", "ORGANISATION": "The Quux Foundation"}
SMTP_LOGIN = {"team-login": "smtp-pass-word"}
FAULTS = (
    Fault("rcpt", "550 5.1.1 <aut@aut.example.org> is unknown to us", recipient="aut@aut.example.org"),
    Fault("rcpt", "451 4.7.1 later, dear bel@bel.example.org", recipient="bel@bel.example.org"),
    Fault("dot", drop=True, nth=1),
)
REPLY = """\
From: Aloysius Plugh <plugh@deu.example.org>
To: Zoraida Quux <zoraida@quux.example.com>
Subject: Xyzzy about your letter
Message-ID: <back@deu.example.org>
In-Reply-To: {message_id}
Date: Thu, 01 Sep 2022 12:00:00 +0000

Dear Ms Quux, Germany will raise Frobozz.
"""
LOG = {"OUTREACH_LOG": "json"}


def test_sending_and_fetching_are_logged_without_a_word_about_anybody(campaign_folder: Path, outreach: Command) -> None:
    give_addresses(campaign_folder)
    env = LOG | {f"OUTREACH_SENDER__{name}": value for name, value in SENDER.items()}
    with SmtpServer(Script(faults=FAULTS, users=SMTP_LOGIN)) as smtp:
        (username, password), *_ = SMTP_LOGIN.items()
        env |= mail_server(smtp.port, username=username, password=password, connections="1")
        to = [word for state in STATES for word in ("--to", state)]
        sending = ("send", "--case", "beacon", *to, "--yes", "--after-deadline", "--json")
        sent = outreach("--verbose", *sending, folder=campaign_folder, env=env)
        assert len(smtp.messages) == 2
        letter = smtp.messages[0]
        with Pymap() as mailbox:
            mailbox.deliver(REPLY.format(message_id=letter.message_id).replace("\n", "\r\n").encode())
            env |= mailbox.env()
            fetched = outreach("--verbose", "inbox", "fetch", "--json", folder=campaign_folder, env=env)
        again = outreach("--verbose", "queue", "retry", "--all", folder=campaign_folder, env=env)

    lines = [line for result in (sent, fetched, again) for line in result.stderr.splitlines() if line.startswith("{")]
    said = [json.loads(line) for line in lines]
    assert {(line["logger"], line["event"]) for line in said} >= {
        ("outreach.db", "made a new database"),
        ("outreach.outbox.sending", "a run over smtp begins"),
        ("outreach.channels.smtp", "connected to the mail server"),
        ("outreach.outbox", "message 1: queued"),
        ("outreach.outbox", "message 1: claimed to rejected"),
        ("outreach.outbox.sending", "message 2 did not go: Deferred, after 0 attempts"),
        ("outreach.outbox", "message 3: sending to unconfirmed"),
        ("outreach.outbox", "message 4: sending to sent"),
        ("outreach.inbox.mailbox", "a folder has 1 messages, 1 of them new"),
        ("outreach.inbox", "item 1 of the inbox: reply, about 1 letters"),
    }
    assert all({"at", "level", "logger", "event"} <= line.keys() for line in said)

    subject = re.search(rb"^Subject: (.*)$", letter.content, re.MULTILINE)
    assert subject
    whole = "\n".join(lines).casefold()
    addresses = [f"{state}@" for state in STATES]
    people = ["zoraida", "quux", "aloysius", "plugh", "team-login", "beacon", "bialiatski"]
    words = ["xyzzy", "frobozz", "unknown to us", "dear", subject[1].decode().strip()]
    secrets = [*SMTP_LOGIN.values(), PASSWORD, json.dumps(PASSWORD).strip('"')]
    for word in ["@", *addresses, *people, *words, *secrets]:
        assert word.casefold() not in whole, word


def test_unless_it_is_asked_for_nothing_is_logged(campaign_folder: Path, outreach: Command) -> None:
    give_addresses(campaign_folder)
    quiet = outreach("send", "--case", "beacon", "--to", "DEU", folder=campaign_folder)
    told = outreach("--verbose", "send", "--case", "beacon", "--to", "FRA", folder=campaign_folder)
    assert "outreach.outbox" not in quiet.stderr
    assert re.search(r"^\d\d:\d\d:\d\d outreach\.outbox: message 2: queued$", told.stderr, re.MULTILINE)


def test_another_form_is_refused(campaign_folder: Path, outreach: Command) -> None:
    result = outreach("status", folder=campaign_folder, env={"OUTREACH_LOG": "xml"})
    assert (result.returncode, result.stderr) == (
        2,
        "outreach: environment OUTREACH_LOG: write json, or leave it unset; to read along, use --verbose\n",
    )
