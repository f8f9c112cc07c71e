"""`outreach inbox`, typed as people type it."""

import json
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from outreach.campaign import load_campaign
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox, open_outbox
from tests.conftest import Command, give_addresses
from tests.inbox.letterboxes import OutboxLetter, address_of, bounce, mail, reply, sent_letter
from tests.inbox.mailbox.imap_line import Fault, Line
from tests.inbox.mailbox.imap_servers import Pymap
from tests.outbox.outboxes import chain
from tests.processes import at_work

KEYS = [
    "file",
    "kind",
    "status",
    "recipient",
    "message",
    "matched_by",
    "rule",
    "sender_check",
    "messages",
    "id",
    "new",
    "fault",
]
NUMBER = 120  # messages: more than are stored at a time
Run = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def server() -> Iterator[Pymap]:
    with Pymap() as server:
        yield server


@pytest.fixture
def outbox(campaign_folder: Path) -> Outbox:
    give_addresses(campaign_folder)
    return open_outbox(campaign_folder, load_campaign(campaign_folder).settings, rehearsal=False)


@pytest.fixture
def letter(outbox: Outbox) -> OutboxLetter:
    return sent_letter(outbox)


def lines(run: Run) -> list[dict[str, object]]:
    return [json.loads(line) for line in run.stdout.splitlines()]


def write(path: Path, *messages: bytes) -> Path:
    path.mkdir()
    for number, raw in enumerate(messages):
        (path / f"{number}.eml").write_bytes(raw)
    return path


def test_import_tells_in_a_line_of_json_what_each_message_is(
    outreach: Command, campaign_folder: Path, letter: OutboxLetter, tmp_path: Path
) -> None:
    folder = write(tmp_path / "mails", bounce(letter), reply(letter), mail("a@somewhere.invalid"))
    run = outreach("inbox", "import", str(folder), "--json", folder=campaign_folder)
    told = lines(run)
    assert [list(line) for line in told] == [KEYS] * 3
    assert told[0] == {
        "file": str(folder / "0.eml"),
        "kind": "bounce",
        "status": "5.1.1",
        "recipient": address_of("DEU"),
        "message": letter.id,
        "matched_by": "envelope",
        "rule": told[0]["rule"],
        "messages": [letter.id],
        "id": 1,
        "new": True,
        "fault": "",
        "sender_check": None,
    }
    assert [(line["kind"], line["matched_by"], line["recipient"]) for line in told[1:]] == [
        ("reply", "in-reply-to", None),
        ("reply", None, None),
    ]
    assert (run.returncode, run.stderr) == (1, "")


def test_import_says_what_it_did_and_what_to_type_next_without_any_address(
    outreach: Command, campaign_folder: Path, outbox: Outbox, letter: OutboxLetter, tmp_path: Path
) -> None:
    folder = write(tmp_path / "mails", bounce(letter), mail("a@somewhere.invalid"))
    run = outreach("inbox", "import", str(folder), folder=campaign_folder)
    assert run.returncode == 1
    assert f"Letter {letter.id} to DEU came back" in run.stdout
    assert "outreach replies list --unmatched" in run.stdout
    assert "@" not in run.stdout
    assert chain(outbox, letter.id)[-1] == Status.BOUNCED


def test_import_of_what_is_on_file_ends_well_and_changes_nothing(
    outreach: Command, campaign_folder: Path, letter: OutboxLetter, tmp_path: Path
) -> None:
    folder = write(tmp_path / "mails", bounce(letter), reply(letter))
    outreach("inbox", "import", str(folder), folder=campaign_folder)
    run = outreach("inbox", "import", str(folder), "--json", folder=campaign_folder)
    assert [line["new"] for line in lines(run)] == [False, False]
    assert run.returncode == 0
    again = outreach("inbox", "import", str(folder), folder=campaign_folder)
    assert again.stdout.endswith("\nAll of it was on file already.\n")


def test_import_tells_of_what_is_on_file_and_still_waits_as_after_a_run_that_was_killed(
    outreach: Command, campaign_folder: Path, letter: OutboxLetter, tmp_path: Path
) -> None:
    stranger = mail("a@somewhere.invalid")
    folder = write(tmp_path / "mails", stranger, stranger, reply(letter))
    outreach("inbox", "import", str(folder), "--json", folder=campaign_folder)
    again = outreach("inbox", "import", str(folder), folder=campaign_folder)
    assert again.returncode == 1
    assert again.stdout.splitlines()[1:] == [
        "reply  3     0    0     1",
        "All of it was on file already.",
        "1 message could not be tied to a letter: outreach replies list --unmatched",
    ]
    outreach("replies", "mark", "1", "--kind", "other", folder=campaign_folder)
    assert outreach("inbox", "import", str(folder), folder=campaign_folder).returncode == 0


def test_a_message_that_lies_in_two_places_is_counted_once(
    outreach: Command, campaign_folder: Path, outbox: Outbox, tmp_path: Path
) -> None:
    folder = write(tmp_path / "mails", *[mail("a@somewhere.invalid")] * 2)
    run = outreach("inbox", "import", str(folder), folder=campaign_folder)
    assert "\n1 message could not be tied to a letter" in run.stdout


def test_a_dry_run_makes_no_file(outreach: Command, campaign_folder: Path, tmp_path: Path) -> None:
    folder = write(tmp_path / "mails", mail("a@somewhere.invalid"))
    before = sorted(campaign_folder.rglob("*"))
    run = outreach("inbox", "import", str(folder), "--dry-run", folder=campaign_folder)
    assert "nothing was stored" in run.stdout
    assert sorted(campaign_folder.rglob("*")) == before


def test_paths_that_cannot_be_read_are_named_and_the_others_taken_in(
    outreach: Command, campaign_folder: Path, letter: OutboxLetter, tmp_path: Path
) -> None:
    folder = write(tmp_path / "mails", reply(letter))
    run = outreach("inbox", "import", str(tmp_path / "gone"), str(folder), "--json", folder=campaign_folder)
    assert [line["new"] for line in lines(run)] == [True]
    assert run.returncode == 1
    assert run.stderr == f"outreach: {tmp_path / 'gone'}: cannot be read: No such file or directory\n"


def test_import_of_nothing_that_is_there_is_wrong_usage_and_opens_nothing(
    outreach: Command, campaign_folder: Path
) -> None:
    outreach("send", "--case", "beacon", "--rehearse", "--limit", "1", "--yes", folder=campaign_folder)
    (campaign_folder / "link.eml").symlink_to("nowhere")
    before = sorted(campaign_folder.rglob("*"))
    names = [str(campaign_folder / name) for name in ("nope.eml", "link.eml")]
    run = outreach("inbox", "import", *names, folder=campaign_folder)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == (
        f"outreach: {names[0]}: there is no such file or folder\noutreach: {names[1]}: is a link that leads nowhere\n"
    )
    assert sorted(campaign_folder.rglob("*")) == before


def test_a_file_that_is_no_mail_is_refused_and_never_comes_to_the_desk(
    outreach: Command, campaign_folder: Path, outbox: Outbox
) -> None:
    file = campaign_folder / "cases" / "beacon.md"
    run = outreach("inbox", "import", str(file), folder=campaign_folder)
    assert (run.returncode, run.stdout) == (1, "No new mail.\n")
    assert run.stderr == f"outreach: {file}: this is no mail: it begins without a single header\n"
    assert not (campaign_folder / "outreach.inbox").exists()
    assert json.loads(outreach("replies", "list", "--all", "--json", folder=campaign_folder).stdout) == []


def test_import_goes_to_the_rehearsal_when_only_that_was_tried(
    outreach: Command, campaign_folder: Path, tmp_path: Path
) -> None:
    outreach("send", "--case", "beacon", "--rehearse", "--limit", "1", "--yes", folder=campaign_folder)
    folder = write(tmp_path / "mails", mail("a@somewhere.invalid"))
    run = outreach("inbox", "import", str(folder), folder=campaign_folder)
    assert run.stdout.startswith("REHEARSAL")
    assert "outreach replies list --unmatched --rehearse" in run.stdout
    assert (campaign_folder / "rehearsal.inbox").is_dir()
    assert not (campaign_folder / "outreach.db").exists()


def test_what_to_type_about_a_rehearsal_says_so(outreach: Command, campaign_folder: Path, tmp_path: Path) -> None:
    rehearsal = open_outbox(campaign_folder, load_campaign(campaign_folder).settings, rehearsal=True)
    letter = sent_letter(rehearsal)
    folder = write(tmp_path / "mails", bounce(letter, code="5.2.2"), b"\0")
    run = outreach("inbox", "import", str(folder), folder=campaign_folder)
    assert f"outreach queue retry {letter.id} --rehearse\n" in run.stdout
    assert "not in full: mail 2. See: outreach replies show 2 --rehearse\n" in run.stdout


def test_fetch_without_a_mailbox_says_what_to_set(outreach: Command, campaign_folder: Path) -> None:
    run = outreach("inbox", "fetch", folder=campaign_folder)
    assert run.returncode == 2
    assert "[imap] host" in run.stderr
    assert "outreach inbox import" in run.stderr
    assert not (campaign_folder / "outreach.db").exists()


def test_fetch_tells_what_came_and_then_that_nothing_is_new(
    outreach: Command, campaign_folder: Path, letter: OutboxLetter, server: Pymap
) -> None:
    server.make("Plain")
    server.deliver(reply(letter), bounce(letter, code="4.2.2"), folder="Plain")
    env = server.env(folder="Plain")
    run = outreach("inbox", "fetch", folder=campaign_folder, env=env)
    assert (run.returncode, run.stderr) == (0, "")
    assert "outreach replies list" in run.stdout
    assert "@" not in run.stdout
    again = outreach("inbox", "fetch", folder=campaign_folder, env=env)
    assert (again.returncode, again.stdout) == (0, "No new mail.\n")


def test_old_mail_is_erased_by_itself_once_nobody_has_to_read_it(
    outreach: Command, campaign_folder: Path, letter: OutboxLetter, server: Pymap
) -> None:
    server.make("Old")
    long_ago = datetime.now(UTC) - timedelta(days=100)
    server.deliver(reply(letter, text="Words to keep"), bounce(letter, code="4.2.2"), folder="Old", at=long_ago)
    env = server.env(folder="Old") | {"OUTREACH_INBOX__KEEP_DAYS": "30"}
    first = outreach("inbox", "fetch", folder=campaign_folder, env=env)
    assert first.stderr == "Erased, by [inbox] keep_days: 1 message.\n"
    [row] = json.loads(outreach("replies", "list", "--json", folder=campaign_folder, env=env).stdout)
    assert "Words to keep" in outreach("replies", "show", str(row["id"]), folder=campaign_folder, env=env).stdout
    outreach("replies", "mark", str(row["id"]), "--stance", "supportive", folder=campaign_folder, env=env)
    assert outreach("inbox", "fetch", folder=campaign_folder, env=env).returncode == 0
    assert "Words to keep" not in outreach("replies", "show", str(row["id"]), folder=campaign_folder, env=env).stdout
    assert b"Words to keep" not in (campaign_folder / "outreach.db").read_bytes()
    status = json.loads(outreach("status", "--json", folder=campaign_folder, env=env).stdout)
    assert [line["stance"] for line in status if line["stance"]] == ["supportive"]
    again = outreach("inbox", "fetch", folder=campaign_folder, env=env)
    assert (again.returncode, again.stdout, again.stderr) == (0, "No new mail.\n", "")


def test_fetch_gives_a_line_of_json_a_message(
    outreach: Command, campaign_folder: Path, letter: OutboxLetter, server: Pymap
) -> None:
    server.make("Json")
    [uid] = server.deliver(reply(letter), folder="Json")
    run = outreach("inbox", "fetch", "--json", folder=campaign_folder, env=server.env(folder="Json"))
    [line] = lines(run)
    assert list(line) == ["folder", "uid", *KEYS[1:]]
    assert (line["folder"], line["uid"], line["message"]) == ("Json", uid, letter.id)
    assert run.returncode == 0


@pytest.mark.parametrize(
    ("more", "status", "words"),
    [
        ({"password": "secret"}, 2, "does not take the login"),
        ({"password": ""}, 2, "OUTREACH_IMAP__PASSWORD"),
        ({"folder": "Nowhere"}, 2, "no folder Nowhere"),
        ({"port": "1"}, 1, "refuses connections"),
        ({"security": "tls"}, 2, "port and security"),
        ({"host": "mail.example.org"}, 2, "in the clear"),
    ],
)
def test_what_goes_wrong_is_said_in_words(
    outreach: Command, campaign_folder: Path, server: Pymap, more: dict[str, str], status: int, words: str
) -> None:
    run = outreach("inbox", "fetch", folder=campaign_folder, env=server.env(**more))
    assert words in run.stderr
    assert (run.returncode, run.stdout) == (status, "")
    assert "Traceback" not in run.stderr
    assert "secret" not in run.stdout + run.stderr


def on_file(outreach: Command, folder: Path, mails: Path) -> Counter[object]:
    """Whether each of these mails is new to the inbox."""
    return Counter(
        line["new"] for line in lines(outreach("inbox", "import", "--dry-run", "--json", str(mails), folder=folder))
    )


@pytest.mark.parametrize("after", [3_000, 60_000, 150_000])
def test_killed_in_the_middle_and_run_again_nothing_is_lost_or_doubled(
    outreach: Command, campaign_folder: Path, server: Pymap, tmp_path: Path, after: int
) -> None:
    messages = [mail(f"a{number}@somewhere.invalid", text="word " * 200 + "\r\n") for number in range(NUMBER)]
    mails = write(tmp_path / "mails", *messages)
    folder = f"Killed {after}"
    server.make(folder)
    server.deliver(*messages, folder=folder)
    env = server.env(folder=folder, after="flag")
    with (
        Line(server.port, Fault(after=after, hold=True)) as line,
        at_work(campaign_folder, {**env, "OUTREACH_IMAP__PORT": str(line.port)}, "inbox", "fetch") as process,
    ):
        assert line.held.wait(30)
        process.send_signal(signal.SIGKILL)
        process.wait()

    outreach("inbox", "fetch", folder=campaign_folder, env=env)

    assert set(map(frozenset, server.mails(folder).values())) == {frozenset({"\\Flagged"})}
    assert len(list((campaign_folder / "outreach.inbox").glob("*/*.eml"))) == NUMBER
    assert on_file(outreach, campaign_folder, mails) == {False: NUMBER}


def test_two_fetches_at_once_store_everything_once(campaign_folder: Path, outbox: Outbox, server: Pymap) -> None:
    server.make("Both")
    server.deliver(*(mail(f"a{number}@somewhere.invalid") for number in range(NUMBER)), folder="Both")
    env = server.env(folder="Both", after="flag")
    with (
        at_work(campaign_folder, env, "inbox", "fetch", "--json") as one,
        at_work(campaign_folder, env, "inbox", "fetch", "--json") as two,
    ):
        told = [process.communicate(timeout=120) for process in (one, two)]
    new = [json.loads(line)["new"] for output, _ in told for line in output.splitlines()]
    assert sum(new) == NUMBER
    assert set(server.mails("Both").values()) == {frozenset({"\\Flagged"})}
    assert [error for _, error in told] == ["", ""]


class TestWatch:
    @pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
    def test_it_tells_of_mail_as_it_comes_until_it_is_stopped(
        self, campaign_folder: Path, letter: OutboxLetter, server: Pymap, end: signal.Signals
    ) -> None:
        folder = f"Watch {end.name}"
        server.make(folder)
        server.deliver(reply(letter), folder=folder)
        with at_work(campaign_folder, server.env(folder=folder), "inbox", "fetch", "--watch", "--json") as process:
            assert process.stdout
            assert json.loads(process.stdout.readline())["new"]
            [uid] = server.deliver(reply(letter, text="Another one.\r\n"), folder=folder)
            assert json.loads(process.stdout.readline())["uid"] == uid
            process.send_signal(end)
            _, errors = process.communicate(timeout=30)
        assert process.returncode == 130
        assert errors == "Stopped watching. See what came with: outreach replies list\n"

    def test_several_folders_are_looked_at_again_and_again(
        self, campaign_folder: Path, letter: OutboxLetter, server: Pymap
    ) -> None:
        server.make("One")
        server.make("Two")
        env = server.env(folder='["One", "Two"]', poll_seconds="1")
        with at_work(campaign_folder, env, "inbox", "fetch", "--watch", "--json") as process:
            assert process.stdout
            for folder in ("Two", "One"):
                server.deliver(reply(letter, text=f"{folder}\r\n"), folder=folder)
                assert json.loads(process.stdout.readline())["folder"] == folder

    def test_a_line_that_breaks_is_said_once_and_taken_up_again(
        self, campaign_folder: Path, letter: OutboxLetter, server: Pymap
    ) -> None:
        server.make("Broken")
        server.deliver(reply(letter), folder="Broken")
        with (
            Line(server.port) as line,
            at_work(
                campaign_folder, server.env(folder="Broken", port=str(line.port)), "inbox", "fetch", "--watch", "--json"
            ) as process,
        ):
            assert process.stdout
            assert process.stderr
            assert json.loads(process.stdout.readline())["new"]
            line.hang_up()
            told = process.stderr.readline()
            assert "broke off" in told
            assert told.endswith(". Trying again until it works; Ctrl-C ends this\n")
            assert "do the same again" not in told
            server.deliver(reply(letter, text="Another one.\r\n"), folder="Broken")
            assert json.loads(process.stdout.readline())["new"]
            assert process.stderr.readline() == "Connected again.\n"

    def test_a_message_that_the_server_cannot_give_is_told_once_and_asked_for_each_round(
        self, campaign_folder: Path, letter: OutboxLetter, server: Pymap
    ) -> None:
        server.make("Poisoned")
        server.make("Sound")
        server.deliver(mail("a@somewhere.invalid", text="POISON"), folder="Poisoned")
        with Line(server.port, Fault(seen=b"POISON")) as line:
            env = server.env(folder='["Poisoned", "Sound"]', poll_seconds="1", port=str(line.port))
            with at_work(campaign_folder, env, "inbox", "fetch", "--watch", "--json") as process:
                assert process.stdout
                assert process.stderr
                assert "Poisoned, message UID" in process.stderr.readline()
                tries = line.connections
                for number in range(2):
                    server.deliver(mail(f"b{number}@somewhere.invalid"), folder="Sound")
                    assert json.loads(process.stdout.readline())["folder"] == "Sound"
                process.send_signal(signal.SIGINT)
                _, errors = process.communicate(timeout=30)
            assert line.connections > tries
        assert "message UID" not in errors

    def test_a_mailbox_that_never_was_there_ends_it_at_once(
        self, outreach: Command, campaign_folder: Path, server: Pymap
    ) -> None:
        run = outreach("inbox", "fetch", "--watch", folder=campaign_folder, env=server.env(password="secret"))
        assert run.returncode == 2
        assert run.stderr.startswith("Watching INBOX; Ctrl-C ends it.\n")

    def test_files_that_do_not_load_meanwhile_are_said_and_watching_goes_on(
        self, campaign_folder: Path, letter: OutboxLetter, server: Pymap
    ) -> None:
        server.make("Edited")
        server.deliver(reply(letter), folder="Edited")
        with at_work(campaign_folder, server.env(folder="Edited"), "inbox", "fetch", "--watch", "--json") as process:
            assert process.stdout
            assert process.stderr
            assert json.loads(process.stdout.readline())["new"]
            (campaign_folder / "contacts" / "missions.csv").write_text("half a line")
            server.deliver(reply(letter, text="Another one.\r\n"), folder="Edited")
            assert json.loads(process.stdout.readline())["new"]
            assert "missions.csv" in process.stderr.readline()
