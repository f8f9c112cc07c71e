"""A real Postfix on 127.0.0.1 for tests, where it is installed and the test is root: one server with many doors.

    with Postfix() as server:
        ... run a command with server.env("open")       # every door is a port with rules of its own, see DOORS
        server.arrived()                                 # (Message-ID, address) → how often

It lives in a folder of its own that is gone with it, and leaves the machine's own Postfix and its files alone. It has
no service that sends mail: whatever it takes ends in its folder.
"""

import contextlib
import grp
import itertools
import os
import pwd
import random
import shutil
import socket
import socketserver
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Self

import psutil
import trustme

from tests.conftest import mail_server

POSTFIX = shutil.which("postfix") or "/usr/sbin/postfix"
POSTGREY = shutil.which("postgrey") or "/usr/sbin/postgrey"
SASLPASSWD = shutil.which("saslpasswd2") or "/usr/sbin/saslpasswd2"
PACKAGES = {POSTFIX: "postfix", POSTGREY: "postgrey", SASLPASSWD: "sasl2-bin"}
PATIENCE = 90  # seconds for a server to start, to deliver and to end; Postfix waits 100 for a policy service
USERNAME, DOMAIN, PASSWORD = "team", "example.org", "secret-right"
GREYLISTED = 1  # seconds until postgrey takes what it refused

# What is different at each door, by Postfix's own parameters.
DOORS: dict[str, dict[str, str]] = {
    "open": {},
    "message rate": {"smtpd_client_message_rate_limit": "5"},
    "recipient rate": {"smtpd_client_recipient_rate_limit": "5"},
    "one connection": {"smtpd_client_connection_count_limit": "1"},
    "small": {"message_size_limit": "2000"},
    "headers of two": {"cleanup_service_name": "cleanup-two"},
    "headers of all": {"cleanup_service_name": "cleanup-all"},
    "recipients": {"smtpd_recipient_restrictions": "check_recipient_access regexp:$config_directory/recipients"},
    "few recipients": {"smtpd_recipient_limit": "2"},
    "greylisting": {"smtpd_recipient_restrictions": "check_policy_service inet:127.0.0.1:{greylist}"},
    "sender of others": {
        "smtpd_sender_login_maps": "static:somebody.else",
        "smtpd_sender_restrictions": "reject_authenticated_sender_login_mismatch",
    },
    "held after the dot": {"smtpd_end_of_data_restrictions": "check_policy_service inet:127.0.0.1:{policy}"},
}
FILES = {
    "two": "/^To:.*(alb|arg)@/ REJECT policy\n",
    "all": "/^Subject:/ REJECT no thanks\n",
    "recipients": "/^alb@/ REJECT\n/^second@/ 550 5.1.1 no such user here\n/^and@/ 450 4.3.2 busy\n",
    "mailboxes": "/^campaign@/ team/\n/./ missions/\n",
}


def missing() -> str:
    """What this machine lacks to run it; nothing if it has all."""
    lacks = [name for command, name in PACKAGES.items() if not Path(command).exists()]
    if lacks:
        return f"{', '.join(lacks)}: not installed"
    return "" if os.geteuid() == 0 else "Postfix starts only as root"


class Postfix:
    """One server, all doors; every letter that it takes is delivered into a Maildir of its own."""

    def __init__(self) -> None:
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        assert not missing(), missing()
        with self._stack:
            self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="postfix-")))
            self.folder.chmod(0o755)
            self.ports = free_ports([*DOORS, "greylist", "policy"])
            self._write()
            self._greylist()
            self.start()
            self._stack.callback(self.stop)
            self._stack = self._stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def env(self, door: str, **more: str) -> dict[str, str]:
        """The environment that makes this the campaign's mail server, entered by this door."""
        settings = {
            "security": "starttls",
            "username": f"{USERNAME}@{DOMAIN}",
            "password": PASSWORD,
            "ca_file": str(self.folder / "authority.pem"),
            "per_minute": "0",
            "per_domain_per_minute": "0",
        }
        return mail_server(self.ports[door], **(settings | more))

    # What arrived

    def arrived(self) -> Counter[tuple[str, str]]:
        """How often each letter arrived at each address, by Message-ID and address."""
        return Counter((str(mail["Message-ID"]), str(mail["Delivered-To"])) for mail in self.mails("missions"))

    def mails(self, mailbox: str) -> list[Message]:
        """Everything in a mailbox, `missions` or `team`, as soon as nothing is on its way any more."""
        self._await(lambda: not self._on_their_way() and not self._on_their_way(), "to deliver")
        return [message_from_bytes(path.read_bytes()) for path in (self.folder / "mail" / mailbox).glob("new/*")]

    def forget(self) -> None:
        """Throw away what arrived."""
        self.mails("missions")
        for path in (self.folder / "mail").glob("*/new/*"):
            path.unlink()

    def _on_their_way(self) -> list[str]:
        queue = self.folder / "queue"
        steps = ("incoming", "active", "incoming", "active", "deferred", "corrupt")
        return [path.name for step in steps for path in (queue / step).rglob("*") if path.is_file()]

    # Starting and ending

    def start(self) -> None:
        """Start it; every door is open when this returns."""
        command = [POSTFIX, "-c", str(self.folder / "etc"), "start"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == 0, f"Postfix did not start: {done.stderr}{self.log()}"
        self._master = psutil.Process(int((self.folder / "queue/pid/master.pid").read_text()))

    def stop(self) -> None:
        """End it and all its processes."""
        family = [self._master, *self._master.children(recursive=True)]
        self._master.terminate()
        _, alive = psutil.wait_procs(family, timeout=PATIENCE)
        for process in alive:
            process.kill()
        assert not alive, f"Postfix did not end: {alive}"

    def kill_servers(self) -> int:
        """Kill with -9 every process that talks to a client now; how many there were."""
        talking = [process for process in self._master.children() if process.name() == "smtpd"]
        for process in talking:
            process.kill()
        return len(talking)

    def log(self) -> str:
        """What the server wrote down."""
        file = self.folder / "log"
        return file.read_text() if file.exists() else ""

    def _await(self, there: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not there():
            assert time.monotonic() < deadline, f"{what} takes too long: {self.log()[-2000:]}"
            time.sleep(0.01)

    def _greylist(self) -> None:
        """Start postgrey, which refuses for some seconds what it has not seen before."""
        folder, user = self.folder / "greylist", pwd.getpwnam("nobody")
        folder.mkdir()
        os.chown(folder, user.pw_uid, user.pw_gid)
        port = self.ports["greylist"]
        whom = [f"--user={user.pw_name}", f"--group={grp.getgrgid(user.pw_gid).gr_name}", f"--dbdir={folder}"]
        rules = [f"--delay={GREYLISTED}", "--auto-whitelist-clients=0"]
        lists = ["--whitelist-clients=/dev/null", "--whitelist-recipients=/dev/null"]
        silent = subprocess.DEVNULL
        command = [POSTGREY, f"--inet=127.0.0.1:{port}", *whom, *rules, *lists]
        process = subprocess.Popen(command, stdin=silent, stdout=silent, stderr=silent)
        self._stack.callback(process.wait, PATIENCE)
        self._stack.callback(process.terminate)
        self._await(lambda: listens(port) or process.poll() is not None, "postgrey")
        assert process.poll() is None, "postgrey did not start"

    # What it reads

    def _write(self) -> None:
        for name in ("etc", "etc/sasl", "queue", "data", "mail"):
            (self.folder / name).mkdir()
        postfix, nobody = pwd.getpwnam("postfix"), pwd.getpwnam("nobody")
        os.chown(self.folder / "data", postfix.pw_uid, postfix.pw_gid)
        os.chown(self.folder / "mail", nobody.pw_uid, nobody.pw_gid)
        etc = self.folder / "etc"
        for name, text in FILES.items():
            (etc / name).write_text(text)
        (etc / "main.cf").write_text(self._main(nobody))
        (etc / "master.cf").write_text(self._services())
        users = self.folder / "users"
        (etc / "sasl" / "smtpd.conf").write_text(
            f"pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: PLAIN LOGIN\nsasldb_path: {users}\n"
        )
        command = [SASLPASSWD, "-p", "-c", "-u", DOMAIN, "-f", str(users), USERNAME]
        subprocess.run(command, input=PASSWORD, text=True, check=True, timeout=PATIENCE)
        os.chown(users, postfix.pw_uid, postfix.pw_gid)
        authority = trustme.CA()
        authority.cert_pem.write_to_path(self.folder / "authority.pem")
        authority.issue_cert("127.0.0.1", "localhost").private_key_and_cert_chain_pem.write_to_path(etc / "pem")

    def _main(self, nobody: pwd.struct_passwd) -> str:
        return f"""
compatibility_level = 3.6
queue_directory = {self.folder}/queue
data_directory = {self.folder}/data
maillog_file = {self.folder}/log
maillog_file_prefixes = {self.folder}
multi_instance_directories =
myhostname = mail.{DOMAIN}
mydestination =
mynetworks =
inet_interfaces = loopback-only
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
# To whomever a letter goes, it goes into the folder; and to any domain only for who has logged in, as at a provider.
default_transport = virtual
virtual_mailbox_domains =
virtual_mailbox_base = {self.folder}/mail
virtual_mailbox_maps = regexp:{self.folder}/etc/mailboxes
virtual_uid_maps = static:{nobody.pw_uid}
virtual_gid_maps = static:{nobody.pw_gid}
notify_classes =
smtpd_peername_lookup = no
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_tls_chain_files = {self.folder}/etc/pem
smtpd_sasl_auth_enable = yes
cyrus_sasl_config_path = {self.folder}/etc/sasl
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_client_event_limit_exceptions =
# No pauses that only cost time.
smtpd_error_sleep_time = 0
in_flow_delay = 0
service_throttle_time = 1s
"""

    def _services(self) -> str:
        lines = [
            line
            for name, options in DOORS.items()
            for line in (
                f"127.0.0.1:{self.ports[name]} inet n - n - - smtpd",
                *(f"  -o {{ {key} = {value.format_map(self.ports)} }}" for key, value in options.items()),
            )
        ]
        cleanups = [
            line
            for name in ("two", "all")
            for line in (
                f"cleanup-{name} unix n - n - 0 cleanup",
                f"  -o header_checks=regexp:{self.folder}/etc/{name}",
            )
        ]
        return "\n".join([*lines, *cleanups, *SERVICES.splitlines(), ""])


# No `smtp`, `lmtp` or `pipe`: nothing can leave.
SERVICES = """\
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


class Hold(socketserver.ThreadingTCPServer):
    """The policy service of the door "held after the dot": it lets letters in, and is silent at some.

    Postfix asks it when it has read a letter to its dot, and answers the client when it has its word. `letters` are
    those that wait, counted from 1: `reached` when all do, until `released`.
    """

    allow_reuse_address = True

    def __init__(self, server: Postfix, letters: range) -> None:
        self.letters, self.turn = letters, itertools.count(1)
        self.lines: list[socket.socket] = []
        self.reached, self.released = threading.Barrier(len(letters) + 1), threading.Event()
        super().__init__(("127.0.0.1", server.ports["policy"]), Answering)

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Answer what waits, and hear no more questions on the lines that Postfix keeps open."""
        self.released.set()
        self.shutdown()
        for line in self.lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RD)
        self.server_close()


class Answering(socketserver.StreamRequestHandler):
    """Answers what one process of Postfix asks: lines, then an empty one."""

    server: Hold

    def handle(self) -> None:
        self.server.lines.append(self.request)
        for line in self.rfile:
            if line == b"\n":
                if next(self.server.turn) in self.server.letters:
                    self.server.reached.wait(PATIENCE)
                    self.server.released.wait(PATIENCE)
                with contextlib.suppress(OSError):
                    self.wfile.write(b"action=dunno\n\n")


def listens(port: int) -> bool:
    """Whether somebody listens there."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def free_ports(names: Sequence[str]) -> dict[str, int]:
    """A free port for each name, of those that the system gives to nobody by itself."""
    ports: dict[str, int] = {}
    with contextlib.ExitStack() as stack:
        while len(ports) < len(names):
            opened = stack.enter_context(socket.socket())
            with contextlib.suppress(OSError):
                opened.bind(("127.0.0.1", random.randrange(10_000, 30_000)))
                ports[names[len(ports)]] = opened.getsockname()[1]
    return ports
