"""End to end: 76 letters leave through a real SMTP server, 58 messages come back through real IMAP servers.

Every one lands where it belongs; and a fetch that is killed at 50 random points and run again loses nothing and
doubles nothing.
"""

import contextlib
import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance.correspondence import Back, Sent, sent, what_comes_back
from tests.channels.smtp.smtp_server import SmtpServer
from tests.conftest import Command, give_addresses, large_campaign_in, mail_server
from tests.inbox.mailbox.imap_line import Fault, Line
from tests.inbox.mailbox.imap_servers import NEEDS_DOVECOT, PASSWORD, Dovecot, ImapServer, Pymap
from tests.processes import Process, environment, in_a_process

ENVELOPE = "bounces+{token}@example.org"
RUNS = 5
KILLS = 10  # of each run: fifty in all
TWICE = ("BEL", "CHE")  # States that are asked about two cases
SERVERS = [pytest.param(Pymap, id="pymap"), pytest.param(Dovecot, id="dovecot", marks=NEEDS_DOVECOT)]
SEND = ("send", "--yes", "--json", "--after-deadline")


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign whose letters have left, and what comes back for them."""

    folder: Path
    env: dict[str, str]
    back: list[Back]


@pytest.fixture(scope="module")
def sent_campaign(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Back]]:
    """A folder whose 76 letters about one case and two about another have left, and what comes back; made once."""
    folder = large_campaign_in(tmp_path_factory.mktemp("sent"))
    give_addresses(folder)
    with SmtpServer() as server:
        env = mail_server(server.port, envelope=ENVELOPE)
        letters = _send(in_a_process, folder, env, server, "beacon")
        others = _send(in_a_process, folder, env, server, "specimen", *TWICE)
    assert (len(letters), len(others)) == (76, 2)
    return folder, what_comes_back(letters, others)


@pytest.fixture
def campaign(sent_campaign: tuple[Path, list[Back]], tmp_path: Path) -> Iterator[Campaign]:
    """A copy of that campaign; a server is there for reminders."""
    folder, back = sent_campaign
    with SmtpServer() as server:
        env = mail_server(server.port, envelope=ENVELOPE) | {"OUTREACH_REMINDER__AFTER_DAYS": "0"}
        yield Campaign(Path(shutil.copytree(folder, tmp_path / "campaign")), env, list(back))


def _send(
    outreach: Command, folder: Path, env: dict[str, str], server: SmtpServer, case: str, *states: str
) -> list[Sent]:
    before = len(server.messages)
    to = [word for state in states for word in ("--to", state)]
    result = outreach(*SEND, "--case", case, *to, folder=folder, env=env)
    assert result.returncode == 0, result.stderr
    return sent(server.messages[before:], case)


def stored(folder: Path) -> dict[str, tuple[str, str, bool, list[tuple[str, str]]]]:
    """Digest → kind, severity, whether from a new address, and the (State, case) that it is tied to."""
    with closing(sqlite3.connect(folder / "outreach.db")) as connection:
        mails = connection.execute("SELECT id, digest, kind, severity, new_address FROM inbound").fetchall()
        tied = connection.execute('SELECT inbound, mission, "case" FROM ties WHERE removed_at IS NULL').fetchall()
    return {
        digest: (kind, severity, bool(new), sorted((state, case) for inbound, state, case in tied if inbound == id_))
        for id_, digest, kind, severity, new in mails
    }


def expected(back: Sequence[Back]) -> dict[str, tuple[str, str, bool, list[tuple[str, str]]]]:
    return {
        hashlib.sha256(item.raw.replace(b"\r\n", b"\n")).hexdigest(): (
            item.kind,
            item.severity,
            item.new_address,
            sorted((item.state, case) for case in item.cases),
        )
        for item in back
    }


def statuses(outreach: Command, at: Campaign) -> dict[str, dict[str, object]]:
    """State → its line about the first case in `status --json`."""
    result = outreach("status", "--case", "beacon", "--json", folder=at.folder, env=at.env)
    assert result.returncode == 0, result.stderr
    return {row["state"]: row for row in json.loads(result.stdout)}


def check_where_everything_landed(outreach: Command, at: Campaign) -> None:
    """Each message is stored once, as what it is, tied to what it answers; and the letters say so."""
    assert stored(at.folder) == expected(at.back)
    rows = statuses(outreach, at)
    kinds = {item.state: item for item in at.back}
    should_be = {state: _status(kinds.get(state)) for state in rows}
    assert {state: row["status"] for state, row in rows.items()} == should_be
    assert not any(row["answered"] for row in rows.values()), "only a person says that a mission answered"
    to_read = {state for state, row in rows.items() if row["to_read"]}
    assert to_read == {item.state for item in at.back if item.kind == "reply"}
    assert all(row["stance"] is None for row in rows.values()), "what a reply says is for a person to say"


def _status(item: Back | None) -> str:
    """What the letter to this State must have become. Only what proves that it arrived says so."""
    if item is None or item.kind in ("delay", "complaint"):
        return "sent"
    if item.kind == "bounce":
        return "bounced"
    return "sent" if item.name.startswith(("no-header", "domain", "reference")) else "delivered"


@pytest.mark.parametrize("kind", SERVERS)
def test_58_messages_land_where_they_belong(
    kind: Callable[[], ImapServer], campaign: Campaign, outreach: Command
) -> None:
    with kind() as mailbox:
        random.Random(7).shuffle(campaign.back)
        mailbox.deliver(*[item.raw for item in campaign.back])
        env = {**campaign.env, **mailbox.env()}
        fetched = outreach("inbox", "fetch", folder=campaign.folder, env=env)
        again = outreach("inbox", "fetch", folder=campaign.folder, env=env)
    assert fetched.returncode == 0, fetched.stderr + fetched.stdout
    assert "example.org" not in fetched.stdout + fetched.stderr, "addresses are for the desk alone"
    assert "No new mail" in again.stdout
    check_where_everything_landed(outreach, campaign)
    _bad_addresses_are_closed(campaign)
    _reminders_go_to_those_who_are_silent(outreach, campaign)


def _bad_addresses_are_closed(at: Campaign) -> None:
    """One 5.1.1 or a complaint closes an address; a full mailbox, a policy and an unknown host do not."""
    with closing(sqlite3.connect(at.folder / "outreach.db")) as connection:
        closed = {
            address.partition("@")[0].upper() for (address,) in connection.execute("SELECT address FROM suppressions")
        }
    bad = {item.state for item in at.back if b"5.1.1" in item.raw}
    assert closed == bad | {item.state for item in at.back if item.kind == "complaint"}
    assert len(bad) == 12


def _reminders_go_to_those_who_are_silent(outreach: Command, at: Campaign) -> None:
    """76 less 20 that came back, 25 with unread mail, one that complained: out-of-office and delay are no answers."""
    arguments = (*SEND, "--case", "beacon", "--round", "reminder")
    result = outreach(*arguments, folder=at.folder, env=at.env)
    told = json.loads(result.stdout)
    assert (told["sent"], told["excluded"]["unread"]) == (76 - 20 - 25 - 1, 25), told
    reminded = {row["state"] for row in _reminders(outreach, at)}
    finished = {item.state for item in at.back if item.kind in ("bounce", "reply", "complaint")}
    assert not reminded & finished


def _reminders(outreach: Command, at: Campaign) -> list[dict[str, str]]:
    rows = json.loads(outreach("status", "--json", folder=at.folder, env=at.env).stdout)
    return [row for row in rows if row["round"] == "reminder"]


def test_files_that_were_exported_by_hand_land_in_the_same_places(
    campaign: Campaign, outreach: Command, tmp_path: Path
) -> None:
    exported = tmp_path / "exported"
    exported.mkdir()
    names = {f"{number:02d}.eml": item for number, item in enumerate(campaign.back)}
    for name, item in names.items():
        (exported / name).write_bytes(item.raw)
    dry = outreach("inbox", "import", str(exported), "--json", "--dry-run", folder=campaign.folder, env=campaign.env)
    assert stored(campaign.folder) == {}
    result = outreach("inbox", "import", str(exported), "--json", folder=campaign.folder, env=campaign.env)
    assert result.returncode == 0, result.stderr
    for output in (dry.stdout, result.stdout):
        lines = [json.loads(line) for line in output.splitlines()]
        assert {Path(line["file"]).name: line["kind"] for line in lines} == {n: i.kind for n, i in names.items()}
        assert all(line["message"] for line in lines)
    check_where_everything_landed(outreach, campaign)


def test_an_unconfirmed_letter_is_settled_by_its_copy_in_the_archive(campaign_folder: Path, outreach: Command) -> None:
    from tests.channels.smtp.smtp_server import Fault as SmtpFault
    from tests.channels.smtp.smtp_server import Script

    give_addresses(campaign_folder, ["DEU", "FRA"])
    with SmtpServer(Script(faults=(SmtpFault("dot", drop=True, take=True, nth=1),))) as server, Pymap() as mailbox:
        env = mail_server(server.port, connections="1", archive="archive@example.org") | mailbox.env()
        outreach(*SEND, "--case", "beacon", "--to", "DEU", folder=campaign_folder, env=env)
        before = json.loads(outreach("status", "--json", folder=campaign_folder, env=env).stdout)
        mailbox.deliver(server.messages[0].content)
        fetched = outreach("inbox", "fetch", folder=campaign_folder, env=env)
        after = json.loads(outreach("status", "--json", folder=campaign_folder, env=env).stdout)
        log = outreach("log", "--json", folder=campaign_folder, env=env).stdout.splitlines()
    assert [row["status"] for row in before] == ["unconfirmed"]
    assert fetched.returncode == 0, fetched.stderr
    assert [row["status"] for row in after] == ["sent"]
    assert "mail 1" in json.loads(log[-1])["detail"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(RUNS))
def test_killed_again_and_again_and_resumed_nothing_is_lost_and_nothing_doubled(
    seed: int, campaign: Campaign, outreach: Command
) -> None:
    chance = random.Random(seed)
    chance.shuffle(campaign.back)
    arriving = iter(campaign.back)
    ended: Counter[str] = Counter()
    kind = Dovecot if os.environ.get("CI") == "true" or Path("/usr/sbin/dovecot").exists() else Pymap
    with kind() as mailbox:
        for number in range(KILLS):
            mailbox.deliver(*[item.raw for item in _some(arriving, chance.randint(2, 8))])
            kill = _at_a_byte if number % 2 else _between_file_and_commit
            ended[kill(campaign, mailbox, chance)] += 1
            _what_is_on_file_is_whole(campaign)
        mailbox.deliver(*[item.raw for item in arriving])
        env = {**campaign.env, **mailbox.env(after="flag")}
        assert outreach("inbox", "fetch", folder=campaign.folder, env=env).returncode == 0
        assert all("\\Flagged" in flags for flags in mailbox.mails().values())
    check_where_everything_landed(outreach, campaign)
    assert ended["killed"] >= KILLS // 2, ended


def _some(arriving: Iterator[Back], number: int) -> Iterator[Back]:
    for _ in range(number):
        with contextlib.suppress(StopIteration):
            yield next(arriving)


def _start(at: Campaign, env: dict[str, str]) -> Process:
    command = ["-C", str(at.folder), "inbox", "fetch"]
    return Process(command, env=environment(env), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _at_a_byte(at: Campaign, mailbox: ImapServer, chance: random.Random) -> str:
    """Kill it when the server has said so many bytes: at the login, in a message, before the flags are answered."""
    with (
        Line(mailbox.port, Fault(after=chance.randint(1, 6000), hold=True)) as line,
        _start(at, {**at.env, **mailbox.env(port=str(line.port), after="flag")}) as process,
    ):
        while not line.held.wait(0.005) and process.poll() is None:
            pass
        return _kill(process)


def _between_file_and_commit(at: Campaign, mailbox: ImapServer, chance: random.Random) -> str:
    """Kill it as soon as a raw message lies on the disk, and its row perhaps not yet."""
    before = _raw_files(at)
    with _start(at, {**at.env, **mailbox.env(after="flag")}) as process:
        while _raw_files(at) == before and process.poll() is None:
            pass
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(chance.random() * 0.02)
        return _kill(process)


def _raw_files(at: Campaign) -> int:
    return sum(1 for path in (at.folder / "outreach.inbox").rglob("*.eml"))


def _kill(process: Process) -> str:
    ended = process.poll() is not None
    process.send_signal(signal.SIGKILL)
    return "ended" if ended else "killed"


def _what_is_on_file_is_whole(at: Campaign) -> None:
    """At every moment each row has its raw message, whole, and nothing is there twice."""
    should_be = expected(at.back)
    for digest, row in stored(at.folder).items():
        assert row == should_be[digest]
        [raw] = (at.folder / "outreach.inbox").rglob(f"{digest}.eml")
        assert hashlib.sha256(raw.read_bytes().replace(b"\r\n", b"\n")).hexdigest() == digest
    assert PASSWORD not in "".join(path.name for path in at.folder.iterdir())
