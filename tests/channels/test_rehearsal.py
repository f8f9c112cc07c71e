"""The rehearsal mailbox: one file a letter, in a Maildir that anything can read."""

import email.policy
import mailbox
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.channels.registry import make_channel
from outreach.channels.rehearsal import RehearsalChannel, file_name
from outreach.channels.rehearsal_page import PAGE
from outreach.errors import Paused
from outreach.settings.settings import Settings
from tests.channels.contract import ChannelContract
from tests.channels.letters import letter, send
from tests.conftest import REPOSITORY


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "rehearsal"


class TestContract(ChannelContract):
    @pytest.fixture
    def channel(self, folder: Path) -> RehearsalChannel:
        self.folder = folder
        return RehearsalChannel(folder)

    def delivered(self) -> list[bytes]:
        return [file.read_bytes() for file in (self.folder / "new").glob("*")]


def files(folder: Path) -> list[str]:
    found = sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
    return [file for file in found if not file.endswith(PAGE)]


def test_pythons_mailbox_reads_it(folder: Path) -> None:
    send(RehearsalChannel(folder), letter(1), letter(2))
    box = mailbox.Maildir(folder, create=False)
    subjects = [message["Subject"] for message in box]
    assert subjects == ["test", "test"]


def test_letters_are_their_owners_alone(folder: Path) -> None:
    send(RehearsalChannel(folder), letter(1))
    modes = {path.stat().st_mode & 0o777 for path in [folder, *folder.rglob("*")]}
    assert modes == {0o700, 0o600}
    assert (folder / PAGE).is_file()


def test_the_same_message_twice_leaves_one_file(folder: Path) -> None:
    send(RehearsalChannel(folder), letter(1), letter(1))
    send(RehearsalChannel(folder), letter(1))
    assert files(folder) == [f"new/{file_name('t1')}"]


def test_a_letter_that_was_looked_at_does_not_come_back(folder: Path) -> None:
    """A mail program moves what was read from new/ to cur/ and adds flags to its name."""
    send(RehearsalChannel(folder), letter(1))
    (folder / "new" / file_name("t1")).rename(folder / "cur" / f"{file_name('t1')}:2,S")
    (receipt,) = send(RehearsalChannel(folder), letter(1))
    assert "already" in receipt.detail
    assert files(folder) == [f"cur/{file_name('t1')}:2,S"]


def test_a_person_finds_a_letter_by_its_name_and_reads_all_on_one_page(folder: Path) -> None:
    """Also after it was written anew in other words, and after a mail program moved it."""
    about = ("Côte d'Ivoire CIV", "archive", "first")
    content = b"Subject: =?utf-8?q?A_=3Cletter=3E_=C3=A9?=\r\nTo: a@example.org\r\n\r\nWords & <b>more</b>.\r\n"
    old, new = (replace(letter(1, content=words), about=about) for words in (b"Subject: x\r\n\r\n", content))
    send(RehearsalChannel(folder), old, replace(letter(2), about=("Denmark DNK", "a+b", "first")))
    send(RehearsalChannel(folder), new)
    one, other = (file.removeprefix("new/") for file in files(folder))
    assert re.fullmatch(r"Cote-d-Ivoire-CIV\.archive\.first\.[0-9a-f]{16}\.eml", one)
    assert other.startswith("Denmark-DNK.a+b.first.")
    page = (folder / PAGE).read_text(encoding="utf-8")
    assert "<b>Cote-d-Ivoire-CIV · archive · first</b> A &lt;letter&gt; é" in page
    assert "Words &amp; &lt;b&gt;more&lt;/b&gt;." in page
    assert f'<a href="new/{one}">' in page
    (folder / "new" / other).rename(folder / "cur" / f"{other}:2,S")
    send(RehearsalChannel(folder), new)
    assert f'<a href="cur/{quote(other)}%3A2%2CS">' in (folder / PAGE).read_text(encoding="utf-8")


@given(st.text())
def test_a_file_name_is_one_plain_component_whatever_the_token(token: str) -> None:
    name = file_name(token)
    assert Path(name).name == name
    assert not set(name) & set("/\\:\0")
    assert not name.startswith(".")
    assert len(name) <= 101


@given(st.text(), st.text())
def test_different_tokens_have_different_files(one: str, other: str) -> None:
    assert (file_name(one) == file_name(other)) == (one == other)


@pytest.mark.parametrize("token", ["../../escape", "/etc/passwd", "..", "", "a/b", "nul\0byte", "x" * 5000])
def test_a_path_as_token_stays_inside(folder: Path, token: str) -> None:
    send(RehearsalChannel(folder), letter(token=token, content=b"Subject: x\r\n\r\n"))
    assert [Path(name).parent.as_posix() for name in files(folder)] == ["new"]
    assert files(folder.parent) == [f"rehearsal/{name}" for name in files(folder)]


ON_A_FULL_DISK = """
import resource, sys
from pathlib import Path
from outreach.channels.rehearsal import RehearsalChannel
from tests.channels.letters import letter, send
from tests.conftest import REPOSITORY
resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
outgoing = letter()
(outcome,) = send(RehearsalChannel(Path(sys.argv[1])), outgoing)
print(type(outcome).__name__, outgoing.committed.count, outcome.detail, outcome.hint)
"""


def test_a_full_disk_pauses_and_leaves_nothing(folder: Path) -> None:
    """In a process of its own, no file of which may grow beyond 10 bytes: what a full disk does, from the kernel."""
    command = [sys.executable, "-c", ON_A_FULL_DISK, str(folder)]
    told = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY)
    assert told.stdout.startswith("Paused 0 "), told.stderr
    assert "cannot be written" in told.stdout
    assert str(folder) in told.stdout
    assert files(folder) == []


def test_a_file_where_the_mailbox_should_be_pauses(folder: Path) -> None:
    folder.write_text("in the way")
    with pytest.raises(Paused, match="cannot be written"):
        send(RehearsalChannel(folder), letter())


def test_a_mailbox_that_goes_away_meanwhile_pauses(folder: Path) -> None:
    async def vanish() -> None:
        (folder / "new").rmdir()

    outgoing = letter()
    object.__setattr__(outgoing, "committed", vanish)
    (outcome,) = send(RehearsalChannel(folder), outgoing)
    assert isinstance(outcome, Paused)
    assert files(folder) == []


def test_it_is_found_by_name_and_lives_in_the_campaign(tmp_path: Path) -> None:
    channel = make_channel("rehearsal", tmp_path, Settings())
    assert isinstance(channel, RehearsalChannel)
    assert channel.folder == tmp_path / "rehearsal"


def test_what_is_kept_parses_as_mail(folder: Path) -> None:
    send(RehearsalChannel(folder), letter())
    (name,) = files(folder)
    parsed = email.message_from_bytes((folder / name).read_bytes(), policy=email.policy.default)
    assert "attention" in parsed.get_content()
