"""The mailbox of supporters on real servers: what had its effect is gone from it, what is for a person stays."""

import json
import signal
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import func, select

from outreach.db.engine import reading, writing
from outreach.errors import MailboxLost, SettingsError, UsageError
from outreach.outbox.kind import MessageKind
from outreach.outbox.queue import enqueue
from outreach.services.events import Event as News
from outreach.services.events import ReturnsRead, ReturnsUnread
from outreach.services.supporters.opening import Supporters
from outreach.services.supporters.returns.applying import apply
from outreach.services.supporters.returns.fetching import LARGEST, MOST, fetch_returns
from outreach.services.supporters.returns.watching import ReturnsWatch
from outreach.supporters.mail.drafts import mail_draft
from outreach.supporters.mail.words import Words
from outreach.supporters.returns.deciding import Act
from outreach.supporters.statuses import MemberStatus
from outreach.supporters.store import Store
from outreach.supporters.tables import arrivals, members, returned, story
from tests.conftest import Command, mail_server
from tests.inbox.mailbox.imap_line import Line
from tests.inbox.mailbox.imap_servers import NEEDS_DOVECOT, PASSWORD, USERNAME, Dovecot, ImapServer, Pymap, free_port
from tests.inbox.mailboxes import HOSTILE
from tests.processes import at_work, in_a_process
from tests.services.supporters.campaigns import NOOR, arrive, writes
from tests.services.supporters.returns.mails import (
    ADDRESS,
    FORGED,
    OURS,
    VERIFIED,
    answer,
    mail,
    member,
    open_mailbox,
    real,
)
from tests.supporters.stores import KEY, NOW, open_here

_numbers = count(1)


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.fixture(scope="module")
def pymap() -> Iterator[Pymap]:
    with Pymap() as server:
        yield server


@pytest.fixture
def folder(server: ImapServer) -> str:
    """A folder of this test's own."""
    name = f"Returns {next(_numbers)}"
    server.make(name)
    return name


def login(server: ImapServer, folder: str = "INBOX", **more: object) -> dict[str, object]:
    """The settings of [returns] for a folder of a server."""
    mailbox = {"host": "127.0.0.1", "port": server.port, "security": "none", "username": USERNAME, "timeout": 20}
    return {**mailbox, "password": PASSWORD, "folder": folder, **more}


def environment(server: ImapServer, folder: str) -> dict[str, str]:
    """The same, as a command is told."""
    settings = {**login(server, folder), "authserv": f'["{OURS}"]', "address": "list+{token}@example.org"}
    web = {"OUTREACH_WEB__KEY": KEY, "OUTREACH_WEB__BY_MAIL": ADDRESS, **mail_server(free_port())}
    return {**web, **{f"OUTREACH_RETURNS__{name.upper()}": str(value) for name, value in settings.items()}}


def marks(store: Store) -> int:
    with reading(store.engine) as connection:
        return connection.execute(select(func.count()).select_from(returned)).scalar_one()


class FetchingContract:
    """Subclasses give the fixture `server`."""

    @pytest.fixture
    def opened(self, server: ImapServer, folder: str, tmp_path: Path) -> Supporters:
        return open_mailbox(tmp_path, **login(server, folder))

    def test_what_had_its_effect_is_gone_and_what_is_for_a_person_stays_unread(
        self, server: ImapServer, folder: str, opened: Supporters
    ) -> None:
        arrive(opened, writes("other@example.org"))
        for_people = mail("Re: news", "Thank you. May I tell you what I saw?")
        server.deliver(
            mail(head=VERIFIED),
            for_people,
            answer(opened, "YES", sender="other@example.org"),
            mail(sender="third@example.org"),
            mail(sender="fourth@supporters.example.org", head=FORGED),
            real("mails/auto-gmail-vacation-en.eml", opened),
            folder=folder,
        )

        done = fetch_returns(opened, clock=lambda: NOW)

        assert done.acts == {
            Act.JOINS: 1, Act.FOR_A_PERSON: 1, Act.CONFIRMS: 1, Act.IS_ASKED: 1, Act.FORGED: 1, Act.NOTHING: 1,
        }  # fmt: skip
        assert done.waiting == 1
        assert server.texts(folder) == [for_people]
        assert list(server.mails(folder).values()) == [{"\\Flagged"}]
        assert member(opened) is MemberStatus.MEMBER
        assert marks(opened.store) == 0

    def test_what_waits_for_a_person_is_not_read_again(
        self, server: ImapServer, folder: str, opened: Supporters
    ) -> None:
        server.deliver(mail("hello", "Good day"), folder=folder)
        fetch_returns(opened)
        again = fetch_returns(opened)
        assert (again.acts.total(), again.waiting, again.has_news) == (0, 1, False)

    def test_what_was_not_removed_has_no_second_effect_and_is_removed(
        self, server: ImapServer, folder: str, opened: Supporters
    ) -> None:
        """As after a run that was killed between the effect and the removal."""
        raw, another = mail(sender="third@example.org"), mail(head=VERIFIED)
        server.deliver(raw, another, folder=folder)
        assert [apply(opened, each, NOW) for each in server.texts(folder)] == [Act.IS_ASKED, Act.JOINS]

        done = fetch_returns(opened, clock=lambda: NOW)

        assert done.acts == {Act.NOTHING: 2}
        assert server.mails(folder) == {}
        assert marks(opened.store) == 0

    def test_a_line_that_breaks_while_mails_are_removed_loses_and_doubles_nothing(
        self, server: ImapServer, folder: str, opened: Supporters, tmp_path: Path
    ) -> None:
        server.deliver(*(mail(sender=f"a{number}@example.org") for number in range(5)), folder=folder)

        def hang_up() -> None:
            line.hang_up()

        with Line(server.port, word=b"EXPUNGE", first=hang_up) as line:
            broken = open_mailbox(tmp_path, **login(server, folder, port=line.port))
            with pytest.raises(MailboxLost):
                fetch_returns(broken, clock=lambda: NOW)
        assert marks(opened.store) == 5
        done = fetch_returns(opened, clock=lambda: NOW)
        assert set(done.acts) <= {Act.NOTHING}
        assert server.mails(folder) == {}

    def test_hostile_messages_stop_nothing(self, server: ImapServer, folder: str, opened: Supporters) -> None:
        server.deliver(*HOSTILE.values(), mail(head=VERIFIED), folder=folder)
        done = fetch_returns(opened)
        assert done.acts[Act.JOINS] == 1
        assert done.acts.total() == len(HOSTILE) + 1
        assert done.waiting == len(server.mails(folder))

    def test_a_mail_that_nobody_foresaw_is_left_and_stops_no_other(
        self, server: ImapServer, folder: str, opened: Supporters
    ) -> None:
        """Here: it names a mail whose part in the outbox cannot be read."""
        words = Words("en", "a subject", "a text\n")
        odd = mail_draft(opened.store, opened.campaign.settings, MessageKind.UPDATE, "nobody.slug", 1, words)
        with writing(opened.store.engine) as connection:
            enqueue(connection, [odd], NOW, "a test")
        server.deliver(answer(opened, "LEAVE"), mail(head=VERIFIED), folder=folder)
        done = fetch_returns(opened)
        assert done.acts == {Act.FOR_A_PERSON: 1, Act.JOINS: 1}
        assert done.waiting == 1

    def test_a_huge_mail_is_left_and_many_small_ones_come_in_lots(
        self, server: ImapServer, folder: str, opened: Supporters
    ) -> None:
        server.deliver(mail("JOIN", "x" * LARGEST, head=VERIFIED), folder=folder)
        server.deliver(*(mail(sender=f"a{number}@example.org") for number in range(MOST + 10)), folder=folder)
        done = fetch_returns(opened)
        assert done.acts == {Act.IS_ASKED: MOST + 10}
        assert (done.waiting, member(opened)) == (1, None)

    def test_the_command_leaves_no_address_anywhere_but_sealed(
        self, server: ImapServer, folder: str, campaign_folder: Path, outreach: Command
    ) -> None:
        names = ("noor", "zephyrine", "supporters.example.org")
        server.deliver(mail(head=VERIFIED), mail(sender="zephyrine@supporters.example.org"), folder=folder)
        server.deliver(mail("LEAVE", "Noor", sender="noor@elsewhere.example.org"), folder=folder)
        env = environment(server, folder)

        said = outreach("supporters", "fetch", folder=campaign_folder, env=env)
        again = outreach("supporters", "fetch", "--json", folder=campaign_folder, env=env)

        assert said.stdout == (
            "By mail: 1 joined, 1 asked whether it was them.\n"
            "1 mail waits for a person in the mailbox of [returns], flagged: answer it, then delete it.\n"
        )
        assert json.loads(again.stdout) == {"did": {}, "waiting": 1}
        written = [said.stdout, said.stderr, again.stdout, again.stderr]
        files = [path.read_bytes() for path in campaign_folder.rglob("*") if path.is_file()]
        everything = b"".join([*files, *(text.encode() for text in written)]).lower()
        assert [name for name in names if name.encode() in everything] == []
        store = open_here(campaign_folder)
        with reading(store.engine) as connection:
            assert connection.execute(select(func.count()).select_from(members)).scalar_one() == 1
        assert not (campaign_folder / "outreach.db").exists()

    def test_killed_before_anything_was_removed_it_goes_on_and_doubles_nothing(
        self, server: ImapServer, folder: str, campaign_folder: Path
    ) -> None:
        senders = [f"a{number}@supporters.example.org" for number in range(5)]
        server.deliver(*(mail(sender=sender, head=VERIFIED) for sender in senders), folder=folder)
        server.deliver(*(mail(sender=sender) for sender in senders), folder=folder)

        def kill() -> None:
            process.kill()

        with Line(server.port, word=b"STORE", first=kill) as line:
            env = {**environment(server, folder), "OUTREACH_RETURNS__PORT": str(line.port)}
            with at_work(campaign_folder, env, "supporters", "fetch") as process:
                process.communicate(timeout=60)
        assert process.returncode == -9
        assert len(server.mails(folder)) == 10

        env["OUTREACH_RETURNS__PORT"] = str(server.port)
        again = in_a_process("supporters", "fetch", folder=campaign_folder, env=env)
        assert again.stdout == "Nothing came that changes anything.\n"
        assert server.mails(folder) == {}
        store = open_here(campaign_folder)
        with reading(store.engine) as connection:
            stories = connection.scalars(select(story.c.to_status).where(story.c.what == "member")).all()
            waiting = connection.execute(select(func.count()).select_from(arrivals)).scalar_one()
        assert sorted(stories) == ["asked"] * 5 + ["member"] * 5
        assert (waiting, marks(store)) == (5, 0)  # each form once; a member is not asked

    def test_a_watch_of_the_queue_reads_it(self, server: ImapServer, folder: str, campaign_folder: Path) -> None:
        store = open_here(campaign_folder)
        server.deliver(mail(head=VERIFIED), folder=folder)
        with at_work(campaign_folder, environment(server, folder), "queue", "run", "--watch") as process:
            assert process.stderr is not None
            said = list(iter(process.stderr.readline, "By mail: 1 joined.\n"))
            process.send_signal(signal.SIGINT)
            output, errors = process.communicate(timeout=30)
        assert server.mails(folder) == {}
        assert marks(store) == 0
        assert NOOR not in "".join(said) + output + errors


@NEEDS_DOVECOT
class TestDovecot(FetchingContract):
    @pytest.fixture
    def server(self, dovecot: Dovecot) -> ImapServer:
        return dovecot


class TestPymap(FetchingContract):
    @pytest.fixture
    def server(self, pymap: Pymap) -> ImapServer:
        return pymap


class TestOwnMailbox:
    """The mailbox of the letters is never that of supporters."""

    @pytest.fixture
    def server(self, pymap: Pymap) -> ImapServer:
        return pymap

    @pytest.mark.parametrize("command", [("supporters", "fetch"), ("inbox", "fetch")])
    def test_neither_is_read_where_they_are_the_same(
        self, server: ImapServer, folder: str, campaign_folder: Path, outreach: Command, command: tuple[str, ...]
    ) -> None:
        server.deliver(mail(head=VERIFIED), folder=folder)
        env = {**environment(server, folder), **server.env(folder=f'["INBOX", "{folder.upper()}"]', host="127.0.0.1")}
        done = outreach(*command, folder=campaign_folder, env=env)
        assert done.returncode == 2
        assert "[imap] and [returns] are the same mailbox" in done.stderr
        assert list(server.mails(folder).values()) == [frozenset()]

    def test_another_folder_or_login_will_do(self, server: ImapServer, folder: str, tmp_path: Path) -> None:
        opened = open_mailbox(tmp_path, **login(server, folder))
        settings = opened.campaign.settings
        imap = settings.imap.model_copy(update={"host": "127.0.0.1", "username": USERNAME, "folder": "INBOX"})
        changed = replace(opened.campaign, settings=settings.model_copy(update={"imap": imap}))
        assert fetch_returns(replace(opened, campaign=changed)).waiting == 0
        same = imap.model_copy(update={"folder": folder})
        changed = replace(opened.campaign, settings=settings.model_copy(update={"imap": same}))
        with pytest.raises(SettingsError):
            fetch_returns(replace(opened, campaign=changed))

    def test_a_rehearsal_reads_nothing(self, server: ImapServer, folder: str, tmp_path: Path) -> None:
        server.deliver(mail(head=VERIFIED), folder=folder)
        opened = replace(open_mailbox(tmp_path, **login(server, folder)), store=open_here(tmp_path, rehearsal=True))
        with pytest.raises(UsageError, match="in a rehearsal nothing is fetched"):
            fetch_returns(opened)
        assert len(server.mails(folder)) == 1

    def test_without_a_mailbox_it_is_said_what_to_set(self, campaign_folder: Path, outreach: Command) -> None:
        done = outreach("supporters", "fetch", folder=campaign_folder)
        assert done.returncode == 2
        assert "Set [returns] host and username in outreach.toml and OUTREACH_RETURNS__PASSWORD in .env" in done.stderr

    def test_a_wrong_password_names_the_setting(
        self, server: ImapServer, campaign_folder: Path, outreach: Command
    ) -> None:
        env = {**environment(server, "INBOX"), "OUTREACH_RETURNS__PASSWORD": "wrong"}
        done = outreach("supporters", "fetch", folder=campaign_folder, env=env)
        assert "Check OUTREACH_RETURNS__USERNAME and OUTREACH_RETURNS__PASSWORD" in done.stderr


class TestWatch:
    @pytest.fixture
    def server(self, pymap: Pymap) -> ImapServer:
        return pymap

    def test_it_fetches_what_comes_and_tells_a_fault_once(
        self, server: ImapServer, folder: str, tmp_path: Path
    ) -> None:
        good = open_mailbox(tmp_path, **login(server, folder))
        bad = open_mailbox(tmp_path, **login(server, f"{folder} that is not there"))
        told, looks, over = list[News](), iter([bad, bad, good]), Event()

        def tell(news: News) -> None:
            told.append(news)
            if isinstance(news, ReturnsRead):
                over.set()

        server.deliver(mail(head=VERIFIED), folder=folder)
        with ReturnsWatch(lambda: next(looks, good), tell, every=0.01):
            assert over.wait(30)
        assert [type(news) for news in told] == [ReturnsUnread, ReturnsRead]
        assert told[1] == ReturnsRead({"joins": 1}, 0)
        assert NOOR not in repr(told)
