"""Letters through a real Postfix, refused, limited, greylisted and killed: none twice, none lost, none called sent that
is not, and the screen says what it was. README.md has these rows as a table.

After each fault comes the same server without it, as often as something waits.
"""

import os
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from outreach.campaign import load_campaign
from outreach.outbox.models import Entry
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox, open_outbox
from tests.acceptance.postfix.postfix_server import PASSWORD, PATIENCE, Hold, Postfix, missing
from tests.conftest import CAMPAIGN, REPOSITORY, Command, enlarge, give_addresses
from tests.docs.pages import table_rows
from tests.outbox.outboxes import listing
from tests.processes import at_work

STATES = ["AFG", "AGO", "ALB", "AND", "ARG", "ARM", "ATG", "AUS", "AUT", "BEL", "CAN", "CHE"]
LETTERS = len(STATES)
OF_ARG = "arg@arg.example.org;second@arg.example.org;third@arg.example.org"
SEND = ("send", "--case", "beacon", "--after-deadline", "--yes")
PAGE = REPOSITORY / "tests" / "acceptance" / "postfix" / "README.md"
WAITING = {Status.QUEUED: "waiting", Status.DEFERRED: "waiting"}
THERE = {Status.SENT, Status.DELIVERED, Status.UNCONFIRMED}  # how a letter may be called that arrived
NOT_THERE = {Status.QUEUED, Status.DEFERRED, Status.REJECTED, Status.UNCONFIRMED}  # and one that did not


@dataclass(frozen=True)
class Row:
    """What Postfix does, by which of its doors; what became of the letters in the first run; what the screen says.

    `never` gets nothing, since it does not exist.
    """

    name: str
    door: str
    became: str
    says: str
    exit: int = 1
    settings: dict[str, str] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    never: str = ""


ROWS = (
    Row("takes all, after login over STARTTLS", "open", "12 sent", "12 sent.", exit=0),
    Row(
        "the password is wrong", "open", "12 waiting", "AUTH: 535 5.7.8",
        settings={"password": "secret-wrong"}, also=("Nothing was sent.", "OUTREACH_SMTP__PASSWORD"),
    ),
    Row(
        "its certificate is from an authority that nobody knows", "open", "12 waiting", "the certificate is not good",
        settings={"ca_file": ""}, also=("Nothing was sent.", "[smtp] ca_file"),
    ),
    Row(
        "no login was given", "open", "12 waiting", "RCPT: 554 5.7.1 <address>: Relay access denied",
        settings={"username": "", "password": ""}, also=("different missions in a row met the same words",),
    ),
    Row(
        "`reject_authenticated_sender_login_mismatch`", "sender of others", "12 waiting",
        "RCPT: 553 5.7.1 <address>: Sender address rejected: not owned by user <address>",
        also=("different missions in a row met the same words",),
    ),
    Row(
        "`smtpd_client_message_rate_limit = 5`", "message rate", "5 sent, 7 waiting",
        "It says: MAIL: 450 4.7.1 Error: too much mail from",
        also=("Paused until ", "your provider lets no more through for now", "outreach queue run --now"),
    ),
    Row(
        "`smtpd_client_recipient_rate_limit = 5`", "recipient rate", "4 sent, 8 waiting",
        "It says: RCPT: 450 4.7.1 Error: too many recipients from",
        also=("Paused until ", "your provider lets no more through for now"), settings={"connections": "1"},
    ),
    Row(
        "`smtpd_client_connection_count_limit = 1`", "one connection", "12 sent", "Set [smtp] connections = 1",
        exit=0, settings={"connections": "3"},
    ),
    Row("`smtpd_recipient_limit = 2`, one letter to three", "few recipients", "12 sent", "12 sent.", exit=0),
    Row(
        "`message_size_limit` below every letter", "small", "12 waiting", "the server takes at most 2000",
        also=("different missions in a row met the same words",),
    ),
    Row(
        "`header_checks` REJECT two letters", "headers of two", "10 sent, 2 rejected",
        "rejected: ALB (3), ARG (5): after the final dot: 550 5.7.1 policy",
    ),
    Row(
        "`header_checks` REJECT every letter", "headers of all", "12 waiting",
        "after the final dot: 550 5.7.1 no thanks", also=("different missions in a row met the same words",),
    ),
    Row(
        "REJECT of a recipient (5.7.1), 450 of another, 5.1.1 of one of three", "recipients",
        "10 sent, 1 rejected, 1 waiting", "Not to second@arg.example.org, one address of letter 5 (ARG)",
        also=(
            "rejected: ALB (3): RCPT: 554 5.7.1 <address>: Recipient address rejected: Access denied",
            "deferred: AND (4): RCPT: 450 4.3.2 <address>: Recipient address rejected: busy",
            "Nothing goes to that address any more.",
        ),
        never="second@arg.example.org",
    ),
)  # fmt: skip
GREYLISTING = Row(
    "postgrey", "greylisting", "12 waiting", "RCPT: 450 4.2.0 <address>: Recipient address rejected: Greylisted"
)
STOPPED = Row("not running", "open", "12 waiting", "Connection refused")
KILLED = (
    Row(
        "killed (-9) with two letters between dot and answer", "held after the dot", "10 sent, 2 unconfirmed",
        "after the final dot: the connection was lost before the server answered", settings={"connections": "2"},
    ),
    Row(
        "killed (-9) with three letters between dot and answer", "held after the dot", "3 unconfirmed",
        "letters in a row were lost after the server had the whole text",
        settings={"connections": "3"},
    ),
)  # fmt: skip
OURS_KILLED = Row(
    "takes two letters while `outreach` is killed (-9)", "held after the dot", "6 sent, 2 unconfirmed, 4 waiting",
    "nobody knows whether the server took them", settings={"connections": "2"},
)  # fmt: skip


@dataclass
class Letters:
    """A campaign with twelve missions, one of which has three addresses, and what became of its letters."""

    folder: Path
    server: Postfix
    command: Command
    door: str = "open"
    settings: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.command(*arguments, folder=self.folder, env=self.server.env(self.door, **self.settings))

    def enter(self, row: Row) -> None:
        self.door, self.settings = row.door, row.settings

    def become_well(self) -> None:
        self.door, self.settings = "open", {}

    def listing(self) -> list[Entry]:
        return listing(self._outbox())

    def became(self) -> str:
        """How many are in which status, as the table of the docs has it."""
        found = Counter(WAITING.get(entry.status, entry.status.value) for entry in self.listing())
        order = ("sent", "delivered", "unconfirmed", "rejected", "waiting")
        return ", ".join(f"{found[status]} {status}" for status in sorted(found, key=order.index))

    def unknown(self) -> list[int]:
        """Ids of letters that are called sent and are nowhere, or are here and called something else."""
        arrived = {message_id for message_id, _ in self.server.arrived()}
        allowed = {True: THERE, False: NOT_THERE}
        return [entry.id for entry in self.listing() if entry.status not in allowed[entry.message_id in arrived]]

    def go_on_when_it_is_well(self) -> None:
        """Send what was refused or waits, also what a run set back for an hour."""
        if self.became() == "12 sent":
            return
        self.become_well()
        if {Status.DEFERRED, Status.REJECTED} & {entry.status for entry in self.listing()}:
            self.run("queue", "retry", "--all")
        last = self.run("queue", "run", "--now")
        assert (last.returncode, self.became()) == (0, "12 sent"), said(last)

    def all_arrived_once(self, never: str = "") -> None:
        addressed = {(entry.message_id, address) for entry in self.listing() for address in entry.recipients}
        assert self.server.arrived() == dict.fromkeys((each for each in addressed if each[1] != never), 1)

    def _outbox(self) -> Outbox:
        return open_outbox(self.folder, load_campaign(self.folder).settings, rehearsal=False)


@pytest.fixture(scope="module")
def postfix() -> Iterator[Postfix]:
    if missing() and os.environ.get("CI") != "true":
        pytest.skip(missing())
    with Postfix() as server:
        yield server


@pytest.fixture
def letters(postfix: Postfix, tmp_path: Path, outreach: Command) -> Letters:
    postfix.forget()
    folder = Path(shutil.copytree(CAMPAIGN, tmp_path / "campaign"))
    enlarge(folder, 30)
    give_addresses(folder, STATES)
    missions = folder / "contacts" / "missions.csv"
    first, _, _ = OF_ARG.partition(";")
    missions.write_text(missions.read_text(encoding="utf-8").replace(first, OF_ARG), encoding="utf-8")
    return Letters(folder, postfix, outreach)


def said(result: subprocess.CompletedProcess[str]) -> str:
    return result.stdout + result.stderr


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_what_postfix_refuses_is_said_and_in_the_end_every_letter_arrives_once(row: Row, letters: Letters) -> None:
    letters.enter(row)
    first = letters.run(*SEND)
    screen = said(first)
    assert [words for words in (row.says, *row.also) if words not in screen] == [], screen
    assert PASSWORD not in screen
    assert "secret-wrong" not in screen
    assert (first.returncode, letters.became()) == (row.exit, row.became), screen
    assert letters.unknown() == []
    letters.go_on_when_it_is_well()
    letters.all_arrived_once(row.never)


def test_what_postgrey_puts_off_goes_once_it_lets_it_in(letters: Letters) -> None:
    letters.enter(GREYLISTING)
    first = letters.run(*SEND)
    assert (first.returncode, letters.became()) == (GREYLISTING.exit, GREYLISTING.became), said(first)
    assert GREYLISTING.says in first.stdout
    assert letters.unknown() == []
    before, deadline = GREYLISTING.became, time.monotonic() + PATIENCE
    while before != "12 sent":
        letters.run("queue", "retry", "--all")
        again = letters.run("queue", "run")
        # postgrey counts whole seconds: where a new one begins among letters, it takes some of a run and not the others
        none_went = letters.became() == before
        assert again.returncode == (GREYLISTING.exit if none_went else 0), said(again)
        assert letters.unknown() == []
        assert time.monotonic() < deadline, said(again)
        before = letters.became()
    letters.all_arrived_once()


def test_while_postfix_is_down_letters_wait(letters: Letters) -> None:
    letters.server.stop()
    try:
        first = letters.run(*SEND)
    finally:
        letters.server.start()
    assert STOPPED.says in said(first)
    assert (first.returncode, letters.became()) == (STOPPED.exit, STOPPED.became), said(first)
    letters.go_on_when_it_is_well()
    letters.all_arrived_once()


@pytest.mark.parametrize("row", KILLED, ids=lambda row: row.name)
def test_a_postfix_that_dies_between_dot_and_answer_leaves_doubt_and_nothing_else(row: Row, letters: Letters) -> None:
    letters.enter(row)
    number = int(row.settings["connections"])
    with (
        Hold(letters.server, range(7, 7 + number)) as hold,
        at_work(letters.folder, letters.server.env(row.door, **row.settings), *SEND) as process,
    ):
        hold.reached.wait(PATIENCE)
        assert letters.server.kill_servers() >= number
        screen = "".join(process.communicate(timeout=60))
    assert row.says in screen
    assert process.returncode == row.exit
    assert row.became in letters.became(), screen
    assert letters.unknown() == []
    letters.become_well()
    letters.run("queue", "run", "--now")
    assert letters.became() == f"{LETTERS - number} sent, {number} unconfirmed", "nobody but a person sends it again"
    assert letters.run("queue", "settle", "--all", "--not-sent").returncode == 0
    assert letters.run("queue", "run", "--now").returncode == 0
    letters.all_arrived_once()


def test_what_arrived_while_we_were_killed_is_settled_by_postfixs_own_notices(letters: Letters) -> None:
    letters.enter(OURS_KILLED)
    with (
        Hold(letters.server, range(7, 9)) as hold,
        at_work(letters.folder, letters.server.env(letters.door, **letters.settings), *SEND) as process,
    ):
        hold.reached.wait(PATIENCE)
        process.kill()
        process.wait()
    assert len(letters.server.mails("team")) == 8, "Postfix took what it had, and says so"
    assert OURS_KILLED.says in said(letters.run("status"))
    assert letters.became() == OURS_KILLED.became
    assert letters.unknown() == []
    letters.become_well()
    imported = letters.run("inbox", "import", str(letters.server.folder / "mail" / "team"))
    assert (imported.returncode, said(imported).count("was unconfirmed, but it left: a note of delivery")) == (0, 2)
    assert letters.became() == "8 delivered, 4 waiting"
    assert letters.run("queue", "run").returncode == 0
    letters.all_arrived_once()


def test_the_table_in_the_docs_has_every_row_of_these_tests() -> None:
    every = (*ROWS, GREYLISTING, STOPPED, *KILLED, OURS_KILLED)
    documented = [row for row in table_rows(PAGE.read_text(encoding="utf-8")) if len(row) == 3]
    assert [row.name for row in every if [row.name.strip("`"), row.says, row.became] not in documented] == []
