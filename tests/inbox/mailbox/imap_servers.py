"""Real IMAP servers on 127.0.0.1 for tests and benchmarks: Dovecot, where it is installed, and pymap.

    with Dovecot() as server:                      # or Pymap(); with Dovecot(authority) as server: also over TLS
        uid = server.deliver(b"Subject: …", folder="INBOX")
        ... run a command with server.env(after="move")
        server.mails("INBOX")                      # UID → flags

Both hold one account, in a folder of their own that is gone with them. Dovecot is never run as root: a test that is
root lends it to nobody.
"""

import contextlib
import grp
import imaplib
import os
import pwd
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import pytest
import trustme
from imap_tools.utils import encode_folder

USERNAME = "team"
PASSWORD = 'a "quoted" \\pass word'
DOVECOT = shutil.which("dovecot") or "/usr/sbin/dovecot"
PATIENCE = 20  # seconds for a server to start

NEEDS_DOVECOT = pytest.mark.skipif(
    not Path(DOVECOT).exists() and os.environ.get("CI") != "true", reason="Dovecot is not installed (dovecot-imapd)"
)


class ImapServer:
    """What both are to a test; a subclass says how to start."""

    port: int
    tls_port: int | None = None

    def __init__(self, authority: trustme.CA | None = None, *names: str) -> None:
        self._authority = authority
        self._names = names or ("127.0.0.1", "localhost")
        self._stack = contextlib.ExitStack()

    def command(self, folder: Path) -> list[str]:
        """Write what the server needs into `folder`; the command that starts it."""
        raise NotImplementedError

    def user(self) -> pwd.struct_passwd:
        """Whom to run as."""
        return pwd.getpwuid(os.geteuid())

    def __enter__(self) -> Self:
        with self._stack:
            self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="imap-")))
            self.port = free_port()
            self._process = self._start(self.command(self.folder))
            self._stack.callback(self._stop)
            self._await_start()
            self._stack = self._stack.pop_all()
        return self

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        user, silent = self.user(), subprocess.DEVNULL
        lent = {} if user.pw_uid == os.geteuid() else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        if lent:
            for path in (self.folder, *self.folder.iterdir()):
                os.chown(path, user.pw_uid, user.pw_gid)
        return subprocess.Popen(command, cwd=self.folder, stdin=silent, stdout=silent, stderr=silent, **lent)

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _stop(self) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE)

    def _await_start(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self._greets():
            assert self._process.poll() is None, f"{type(self).__name__} ended: {self.log()}"
            assert time.monotonic() < deadline, f"{type(self).__name__} did not start: {self.log()}"
            time.sleep(0.02)

    def _greets(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
                return line.recv(4) == b"* OK"
        except OSError:
            return False

    def log(self) -> str:
        """What the server wrote down."""
        file = self.folder / "log"
        return file.read_text() if file.exists() else ""

    def env(self, **more: str) -> dict[str, str]:
        """The environment that makes this the campaign's mailbox."""
        settings = {
            "host": "127.0.0.1",
            "port": str(self.port),
            "security": "none",
            "username": USERNAME,
            "password": PASSWORD,
            **more,
        }
        return {f"OUTREACH_IMAP__{name.upper()}": value for name, value in settings.items()}

    @contextlib.contextmanager
    def client(self) -> Iterator[imaplib.IMAP4]:
        """A connection of somebody else, logged in."""
        with imaplib.IMAP4("127.0.0.1", self.port, 30) as client:
            assert client.login(USERNAME, PASSWORD)[0] == "OK"
            yield client

    def deliver(self, *messages: bytes, folder: str = "INBOX", at: datetime | None = None) -> list[int]:
        """Put messages into a folder, as a mail server does; their UIDs."""
        with self.client() as client:
            return [_append(client, folder, message, at or datetime.now(UTC)) for message in messages]

    def make(self, folder: str) -> None:
        with self.client() as client:
            assert client.create(wire(folder))[0] == "OK"

    def remove(self, folder: str) -> None:
        with self.client() as client:
            assert client.delete(wire(folder))[0] == "OK"

    def mark(self, folder: str, uid: int, flag: str) -> None:
        with self.client() as client:
            client.select(wire(folder))
            assert client.uid("STORE", str(uid), "+FLAGS", f"({flag})")[0] == "OK"

    def mails(self, folder: str = "INBOX") -> dict[int, frozenset[str]]:
        """UID → flags of everything in the folder, which is not altered by looking."""
        with self.client() as client:
            assert client.select(wire(folder), readonly=True)[0] == "OK", folder
            _, lines = client.uid("FETCH", "1:*", "(UID FLAGS)")
        return dict(_flags(line) for line in lines if isinstance(line, bytes))

    def texts(self, folder: str = "INBOX") -> list[bytes]:
        """The messages of a folder, in the order of their UIDs."""
        with self.client() as client:
            assert client.select(wire(folder), readonly=True)[0] == "OK", folder
            _, answer = client.uid("FETCH", "1:*", "(UID BODY.PEEK[])")
        return [item[1] for item in answer if isinstance(item, tuple)]

    def uidvalidity(self, folder: str = "INBOX") -> int:
        with self.client() as client:
            client.select(wire(folder), readonly=True)
            [value] = client.response("UIDVALIDITY")[1]
        return int(value)


class Dovecot(ImapServer):
    """Debian's Dovecot 2.3; with an authority, also STARTTLS, and TLS on `tls_port`."""

    def user(self) -> pwd.struct_passwd:
        return pwd.getpwnam("nobody") if os.geteuid() == 0 else super().user()

    def command(self, folder: Path) -> list[str]:
        self.tls_port = free_port()
        (folder / "conf").write_text(self._configuration(folder))
        (folder / "users").write_text(f"{USERNAME}:{{PLAIN}}{PASSWORD}\n")
        if self._authority:
            certificate = self._authority.issue_cert(*self._names)
            certificate.private_key_and_cert_chain_pem.write_to_path(folder / "pem")
        return [DOVECOT, "-F", "-c", str(folder / "conf")]

    def _configuration(self, folder: Path) -> str:
        user, group = self.user().pw_name, grp.getgrgid(self.user().pw_gid).gr_name
        tls = f"ssl = yes\nssl_cert = <{folder}/pem\nssl_key = <{folder}/pem" if self._authority else "ssl = no"
        return f"""
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
{tls}
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 0
mail_location = maildir:{folder}/mail
namespace {{
  inbox = yes
  separator = /
}}
mail_max_userip_connections = 100
disable_plaintext_auth = no
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = static
  args = home={folder}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {self.port}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {self.tls_port if self._authority else 0}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


# Its password is hashed once, not 500,000 times: that is a quarter of a second for each log-in.
START_PYMAP = """
import sys
from pymap.config import IMAPConfig
from pymap.main import main
from pysasl.hashing import BuiltinHash
IMAPConfig._get_hash_context = staticmethod(lambda _: BuiltinHash(rounds=1))
sys.exit(main())
"""


class Pymap(ImapServer):
    """pymap from its wheel, its mailbox in memory; with an authority, also STARTTLS."""

    def command(self, folder: Path) -> list[str]:
        tls = ["--no-tls"]
        if self._authority:
            certificate = self._authority.issue_cert(*self._names)
            certificate.private_key_pem.write_to_path(folder / "key")
            certificate.cert_chain_pems[0].write_to_path(folder / "cert")
            tls = ["--cert", str(folder / "cert"), "--key", str(folder / "key")]
        server = [
            sys.executable,
            "-W",
            "ignore",
            "-c",
            START_PYMAP,
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
            *tls,
        ]
        return [*server, "dict", "--demo-user", USERNAME, "--demo-password", PASSWORD]


def free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        port: int = opened.getsockname()[1]
    return port


def wire(folder: str) -> str:
    """A folder's name as IMAP writes it."""
    return encode_folder(folder).decode("ascii")


def _append(client: imaplib.IMAP4, folder: str, message: bytes, at: datetime) -> int:
    typ, [answer] = client.append(wire(folder), "", imaplib.Time2Internaldate(at), message)
    found = re.search(rb"APPENDUID \d+ (\d+)", answer)
    assert typ == "OK", answer
    assert found, answer
    return int(found[1])


def _flags(line: bytes) -> tuple[int, frozenset[str]]:
    uid, flags = re.search(rb"UID (\d+)", line), re.search(rb"FLAGS \(([^)]*)\)", line)
    assert uid, line
    assert flags, line
    return int(uid[1]), frozenset(flags[1].decode().split()) - {"\\Recent"}
