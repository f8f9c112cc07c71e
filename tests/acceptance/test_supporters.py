"""What the README says of supporters, walked as it is written: a voice, its confirmation, two people, 76 letters, and
back; the browser part in a browser without JavaScript. Afterwards no file has the supporter's address.
"""

import email
import json
import os
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from email.policy import default
from pathlib import Path

import pytest
from playwright.sync_api import Page

from outreach.starter.make import make_campaign
from tests.browser import open_browser
from tests.docs.walkthrough import Step, matches, readers_environment, steps
from tests.processes import LINE, Process, environment, loaded, with_copies

README = Path(__file__).parents[2] / "README.md"
ADDRESS, WORDS = "you@example.org", "Their names should be heard in the Council."


class Reader:
    """Types what the README says into a shell, and does in the browser what it asks for."""

    def __init__(self, folder: Path, home: Path, page: Page) -> None:
        self.folder, self.page = folder, page
        self._env = readers_environment(home, with_copies(home / ".commands"))
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = str(free.getsockname()[1])
        self._env["OUTREACH_WEB__MIN_SECONDS"] = "0"  # a test reads faster than people
        self._env["OUTREACH_WEB__PUBLIC_URL"] = self.forms = f"http://127.0.0.1:{self._port}/"

    def type(self, step: Step) -> str:
        """Type a command and compare what it prints with what the page says; give that."""
        command = step.command.replace("BATCH", self._batch() if "BATCH" in step.command else "")
        if exported := re.fullmatch(r"export (\w+)=(\S+)", command):
            self._env[exported[1]] = exported[2]
            return ""
        line = loaded()
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-c", f"exec 2>&1\n{command}"],
            cwd=self.folder, env={**self._env, LINE: str(line.fileno())}, pass_fds=[line.fileno()],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, f"README.md, line {step.line}: $ {command}\n{done.stdout}"
        printed = tuple(done.stdout.strip("\n").splitlines())
        assert matches(step.expected, printed), f"README.md, line {step.line}: $ {command}\n{done.stdout}"
        return done.stdout

    @contextmanager
    def serving(self, step: Step) -> Iterator[None]:
        """Serve the forms as the README says, on a port that is free, while the block lasts."""
        arguments = [*step.command.removesuffix("&").split()[1:], "--port", self._port]
        env = {**environment({}), **self._env}
        options = {"env": env, "cwd": str(self.folder), "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        with Process(arguments, **options, text=True) as server:
            assert server.stdout
            printed = list[str]()
            while not printed or not printed[-1].startswith("The forms: "):
                printed.append(server.stdout.readline().rstrip("\n"))
                assert printed[-1], printed
            said = [line.replace(f":{self._port}/", ":8000/") for line in printed]
            assert matches(step.expected, tuple(said)), f"README.md, line {step.line}: {printed}"
            try:
                yield
            finally:
                server.terminate()
                rest = server.stdout.read()
            assert "127.0.0.1" not in rest, "no address of a visitor is printed"

    def write(self) -> None:
        """Open the page, write to all missions with words of one's own, look at the letter and send it."""
        self.page.goto(self.forms)
        self.page.get_by_label("In your own words").fill(WORDS)
        self.page.get_by_label("My words may be quoted, without my name").check()
        self.page.get_by_label("E-mail address").fill(ADDRESS)
        self.page.get_by_role("button", name="See the letter first").click()
        assert WORDS in self.page.inner_text("main")
        self.page.get_by_role("button", name="Send").click()
        assert self.page.url.startswith(f"{self.forms}write/sent")

    def confirm(self) -> str:
        """Open the link of the mail and say yes; give the way to one's own voice."""
        [mail] = (self.folder / "rehearsal" / "new").glob("confirm.*")
        message = email.message_from_bytes(mail.read_bytes(), policy=default)
        assert message["To"] == ADDRESS
        [link] = re.findall(rf"{self.forms}c/\w+", message.get_content())
        self.page.goto(link)
        self.page.get_by_role("button", name="Yes, it was me").click()
        return str(self.page.get_by_role("link", name="My voice").get_attribute("href"))

    def take_back(self, own: str) -> None:
        """Take one's voice back."""
        self.page.goto(self.forms.rstrip("/") + own)
        assert "digest" in self.page.inner_text("main").lower() or "mission" in self.page.inner_text("main").lower()
        self.page.get_by_role("button", name="Take my voice back").click()

    def _batch(self) -> str:
        listed = subprocess.run(
            ["bash", "-c", "outreach digest list --rehearse --json"], cwd=self.folder, capture_output=True, text=True,
            env={**self._env, LINE: str(loaded().fileno())}, pass_fds=[loaded().fileno()], check=True,
        )  # fmt: skip
        return str(json.loads(listed.stdout)[-1]["batch"])[:12]


@pytest.mark.timeout(300)
def test_the_readme_walks_from_a_voice_to_76_letters_and_back(tmp_path: Path) -> None:
    make_campaign(tmp_path / "campaign")
    todo = iter(steps(README.read_text("utf-8"), "walked"))
    with open_browser() as browser:
        page = browser.new_context(java_script_enabled=False).new_page()
        reader = Reader(tmp_path / "campaign", tmp_path, page)
        reader.type(next(todo))  # web key
        with reader.serving(next(todo)):
            reader.write()
            reader.type(next(todo))  # queue run: was it you?
            own = reader.confirm()
            for step in todo:
                if "forget" in step.command:
                    reader.take_back(own)
                reader.type(step)
    digests = [path for path in (reader.folder / "rehearsal" / "new").iterdir() if not path.name.startswith("confirm.")]
    assert len(digests) == 76
    assert all(WORDS.encode() in path.read_bytes().replace(b"=\r\n", b"") for path in digests)
    kept = [path for path in reader.folder.rglob("*") if path.is_file() and "rehearsal/new" not in str(path)]
    assert [path.name for path in kept if ADDRESS.encode() in path.read_bytes().lower()] == []
    assert os.environ.get("OUTREACH_WEB__KEY") is None
