"""What came with a message, at the desk: named in the list, shown, and saved; by the real command."""

import json
import stat
from pathlib import Path

import pytest

from outreach.inbox.receive import Incoming, receive
from tests.conftest import Command, give_addresses
from tests.inbox.attachments.mails import HEAD, PDF, mixed, part, pdf
from tests.inbox.mailboxes import open_real_inbox

EMPTY = part("text/plain", "\n")
CALENDAR = (
    "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:Meeting about the case\nDTSTART:20221003T120000Z\n"
    "DTEND:20221003T130000Z\nLOCATION:Palais des Nations\nEND:VEVENT\nEND:VCALENDAR\n"
)
SMIME = HEAD + b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n\nx"


@pytest.fixture
def came_in(campaign_folder: Path) -> Path:
    """A campaign to whose inbox these came: a note verbale, an invitation, an encrypted mail, a mail without files."""
    give_addresses(campaign_folder)
    mails = (
        mixed(EMPTY, pdf("../NV 12.pdf"), pdf("annex.exe")),
        mixed(EMPTY, part("text/calendar; method=REQUEST", CALENDAR)),
        SMIME,
        HEAD + b"\nWe will raise it.\n",
        mixed(EMPTY, part("application/ms-tnef; name=winmail.dat", b"x")),
    )
    receive(open_real_inbox(campaign_folder), [Incoming(raw, "file", "mail.eml") for raw in mails])
    return campaign_folder


def test_the_list_names_files_and_when_and_where_an_invitation_is(came_in: Path, outreach: Command) -> None:
    lines = outreach("replies", "list", "--all", folder=came_in).stdout.splitlines()
    assert "+ ../NV 12.pdf (14 bytes) and 1 more" in lines[1]
    assert "Invited: 3 Oct 2022 14:00, Palais des Nations, Meeting about the case" in lines[2]
    assert "+ S/MIME: cannot be read" in lines[3]
    assert lines[4].endswith("Our answer")
    assert "+ winmail.dat: cannot be read" in lines[5]


def test_a_message_is_shown_with_what_came_with_it(came_in: Path, outreach: Command) -> None:
    for id_, *words in (
        (1, "  1  ../NV 12.pdf, application/pdf, 14 bytes", "Save: outreach replies save 1 --to DIR"),
        (1, "(no text of its own: read what is attached)"),
        (2, "Invitation: Meeting about the case, Monday 3 October 2022, 14:00 to 15:00 (Europe/Zurich), Palais"),
        (3, "encrypted with S/MIME: nobody here can read it; open the mail in the mail program that has the key"),
        (3, "outreach replies show 3 --raw > mail-3.eml", "(nothing that can be read here: see above)"),
        (5, "packed by Outlook (TNEF): it cannot be read here", "(nothing that can be read here: see above)"),
    ):
        shown = outreach("replies", "show", str(id_), folder=came_in).stdout
        assert [each for each in words if str(each) not in shown] == [], shown


def test_json_has_files_and_invitation(came_in: Path, outreach: Command) -> None:
    rows = json.loads(outreach("replies", "list", "--all", "--json", folder=came_in).stdout)
    assert rows[0]["attachments"] == [
        {"name": "../NV 12.pdf", "type": "application/pdf", "size": 14},
        {"name": "annex.exe", "type": "application/pdf", "size": 14},
    ]
    assert (rows[0]["invitation"], rows[3]["attachments"]) == (None, [])
    assert (rows[1]["invitation"]["starts"], rows[1]["invitation"]["ends"]) == (
        "2022-10-03T12:00:00+00:00",
        "2022-10-03T13:00:00+00:00",
    )
    shown = json.loads(outreach("replies", "show", "2", "--json", folder=came_in).stdout)
    assert shown["invitation"] == rows[1]["invitation"]


def test_files_are_saved_for_their_owner_alone_and_none_is_written_over(came_in: Path, outreach: Command) -> None:
    for _ in range(2):
        saved = outreach("replies", "save", "1", "--to", str(came_in / "new/files"), folder=came_in)
        assert saved.returncode == 0, saved.stderr
    files = sorted((came_in / "new/files").iterdir())
    assert [file.name for file in files] == ["NV 12-2.pdf", "NV 12.pdf", "annex-2.exe", "annex.exe"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert {file.read_bytes() for file in files} == {PDF}
    assert "new/files/NV 12-2.pdf (14 bytes)" in saved.stdout
    assert "annex-2.exe is a program, or can hold one" in saved.stderr
    assert "Nothing was opened or checked." in saved.stderr


def test_one_file_is_chosen_by_its_number_and_never_through_a_link(came_in: Path, outreach: Command) -> None:
    folder = came_in / "files"
    folder.mkdir()
    (folder / "NV 12.pdf").symlink_to(came_in / "elsewhere.pdf")
    [row] = json.loads(
        outreach("replies", "save", "1", "1", "--to", str(came_in / "files"), "--json", folder=came_in).stdout
    )
    assert (row["number"], row["path"], row["fault"]) == (1, str(folder / "NV 12-2.pdf"), None)
    assert not (came_in / "elsewhere.pdf").exists()


def test_what_cannot_be_saved_is_said(came_in: Path, outreach: Command) -> None:
    for arguments, words in (
        (("1", "3"), "there is no number 3: message 1 has 2 attachments; nothing was saved"),
        (("4",), "message 4 has no attachment; nothing was saved"),
        (("9",), "there is no message 9"),
    ):
        result = outreach("replies", "save", *arguments, "--to", str(came_in / "files"), folder=came_in)
        assert (result.returncode, words in result.stderr) == (2, True), result.stderr
    assert not (came_in / "files").exists()


def test_a_file_in_the_place_of_the_folder_is_left_alone(came_in: Path, outreach: Command) -> None:
    (came_in / "note.txt").write_text("mine")
    result = outreach("replies", "save", "1", "--to", str(came_in / "note.txt"), folder=came_in)
    assert (result.returncode, "note.txt: this is a file; name a folder" in result.stderr) == (2, True)


def test_an_erased_mail_has_nothing_to_save_and_says_so(came_in: Path, outreach: Command) -> None:
    assert outreach("forget", "mission@deu.example.org", "--yes", folder=came_in).returncode == 0
    result = outreach("replies", "save", "1", "--to", str(came_in / "files"), folder=came_in)
    assert result.returncode == 2
    assert "message 1 was erased" in result.stderr
    [row, *_] = json.loads(outreach("replies", "list", "--all", "--json", folder=came_in).stdout)
    assert (row["attachments"], row["invitation"]) == ([], None)
