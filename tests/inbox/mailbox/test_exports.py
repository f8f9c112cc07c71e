"""Mail that was exported by hand: files, folders, mbox, Maildir; whatever is broken is named, and the rest is read."""

import mailbox
import os
from pathlib import Path

import pytest

from outreach.errors import Problem
from outreach.inbox.mailbox.exports import LARGEST, NO_FILE, NO_HEADER, TOO_LARGE, in_batches, incoming, not_there
from outreach.inbox.mime.parse import read_mail
from outreach.inbox.receive import BATCH, BATCH_BYTES, Incoming
from tests.conftest import CAMPAIGN

FROM = b"From a@example.org Mon Sep  5 10:00:00 2022\n"
MAILS = sorted((Path(__file__).parents[1] / "mails").glob("*.eml"))


def read(*paths: Path) -> dict[str, bytes]:
    """Origin → message, of what can be read without any problem."""
    problems = list[Problem]()
    found = {each.origin: each.raw for each in incoming(paths, problems)}
    assert problems == []
    return found


def write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def maildir(folder: Path, **messages: bytes) -> Path:
    for part in ("new", "cur", "tmp"):
        (folder / part).mkdir(parents=True)
    for name, content in messages.items():
        part, _, base = name.partition("_")
        write(folder / part / base, content)
    return folder


def test_a_file_is_a_message_whatever_its_name(tmp_path: Path) -> None:
    path = write(tmp_path / "letter.txt", b"Subject: x\r\n\r\n\xff\x00")
    assert read(path) == {str(path): b"Subject: x\r\n\r\n\xff\x00"}


def test_a_folder_is_read_to_the_bottom_in_order(tmp_path: Path) -> None:
    for name in ("b.eml", "a.EML", "sub/deep/c.eml", "notes.txt", ".DS_Store"):
        write(tmp_path / name, name.encode())
    assert list(read(tmp_path)) == [str(tmp_path / name) for name in ("a.EML", "b.eml", "sub/deep/c.eml")]


def test_a_maildir_gives_what_was_delivered_and_not_what_is_being_written(tmp_path: Path) -> None:
    folder = maildir(tmp_path / "Mail", new_1=b"one", cur_2=b"two", tmp_3=b"three")
    assert list(read(folder).values()) == [b"one", b"two"]


def test_maildirs_and_mboxes_below_a_folder_are_found(tmp_path: Path) -> None:
    maildir(tmp_path / "a" / "Inbox", new_1=b"one")
    write(tmp_path / "b" / "old.mbox", FROM + b"Subject: two\n\n")
    assert list(read(tmp_path).values()) == [b"one", b"Subject: two\n"]


def test_an_mbox_gives_each_message_with_its_number(tmp_path: Path) -> None:
    path = write(tmp_path / "mail", FROM + b"Subject: 1\n\none\n\n" + FROM + b"Subject: 2\n\ntwo\n\n\n" + FROM)
    assert read(path) == {f"{path}#1": b"Subject: 1\n\none\n", f"{path}#2": b"Subject: 2\n\ntwo\n\n", f"{path}#3": b""}


@pytest.mark.parametrize("name", ["mail.eml", "Maildir/cur/1:2,S"])
def test_an_eml_and_a_file_of_a_maildir_are_one_message_whatever_they_hold(tmp_path: Path, name: str) -> None:
    for folder in ("new", "cur"):
        (tmp_path / "Maildir" / folder).mkdir(parents=True)
    content = FROM + b"Subject: 1\n\nIt follows.\n\n" + FROM + b"Subject: 2\n\n>From us\n"
    path = write(tmp_path / name, content)
    assert read(path) == {str(path): content}
    assert read_mail(content).subject == "1"


def test_an_mbox_of_an_old_mac_is_cut_at_its_messages(tmp_path: Path) -> None:
    two = (FROM + b"Subject: 1\n\none\n\n" + FROM + b"Subject: 2\n\ntwo\n").replace(b"\n", b"\r")
    assert [read_mail(raw).subject for raw in read(write(tmp_path / "mail", two)).values()] == ["1", "2"]


def test_mboxes_quoting_of_from_lines_is_undone(tmp_path: Path) -> None:
    path = write(tmp_path / "mail", FROM + b"Subject: 1\n\n>From me\n>>From you\n> From\n")
    assert list(read(path).values()) == [b"Subject: 1\n\nFrom me\n>From you\n> From\n"]


def test_a_sentence_that_begins_with_from_begins_no_message(tmp_path: Path) -> None:
    path = write(tmp_path / "mail", FROM + b"Subject: 1\n\nHello\n\nFrom 2022 on, we ask.\n")
    assert len(read(path)) == 1


@pytest.mark.parametrize(
    "line",
    [
        b"From - Mon Sep  5 10:00:00 2022",
        b"From 1743@xxx Mon Sep 05 10:00:00 +0000 2022",
        b"From a@example.org Mon Sep  5 10:00 2022 +0200",
        b"From MAILER-DAEMON Mon Sep  5 10:00:00 2022 remote from b",
    ],
    ids=["Thunderbird", "Google Takeout", "with a zone", "with a host"],
)
def test_from_lines_of_many_programs_are_known_also_without_an_empty_line_before(tmp_path: Path, line: bytes) -> None:
    path = write(tmp_path / "mail", line + b"\r\nSubject: 1\r\n\r\none\r\n" + line + b"\r\nSubject: 2\r\n\r\ntwo\r\n")
    assert list(read(path).values()) == [b"Subject: 1\r\n\r\none\r\n", b"Subject: 2\r\n\r\ntwo\r\n"]


def test_an_mbox_without_times_is_cut_at_empty_lines(tmp_path: Path) -> None:
    path = write(tmp_path / "mail", b"From a\nSubject: 1\n\none\nFrom here on\n\nFrom b\nSubject: 2\n\n")
    assert list(read(path).values()) == [b"Subject: 1\n\none\nFrom here on\n", b"Subject: 2\n"]


def test_what_pythons_mailbox_wrote_comes_back_as_it_was(tmp_path: Path) -> None:
    messages = [b"Subject: 1\n\nFrom me to you\n\nx\n", b"Subject: 2\n\n\n\nFrom: not a header\n"]
    box = mailbox.mbox(tmp_path / "mail", create=True)
    for message in messages:
        box.add(message)
    box.close()
    assert list(read(tmp_path / "mail").values()) == messages


def test_what_cannot_be_read_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    good = write(tmp_path / "good.eml", b"Subject: x\n")
    (tmp_path / "empty").mkdir()
    (tmp_path / "gone.eml").symlink_to(tmp_path / "nowhere")
    problems = list[Problem]()
    paths = (tmp_path / "missing", tmp_path / "empty", tmp_path, good)
    found = [each.raw for each in incoming(paths, problems)]
    assert found == [b"Subject: x\n"] * 2
    told = [str(problem) for problem in problems]
    assert told[0] == f"{tmp_path / 'missing'}: cannot be read: No such file or directory"
    assert "no mail here" in told[1]
    assert told[2] == f"{tmp_path / 'gone.eml'}: cannot be read: No such file or directory"


def problems_with(*paths: Path) -> list[str]:
    """What is said of these, of which no mail may come."""
    problems = list[Problem]()
    assert list(incoming(paths, problems)) == []
    return [problem.message for problem in problems]


def test_folders_in_a_maildir_are_read_too_as_mail_servers_keep_them(tmp_path: Path) -> None:
    maildir(tmp_path / "Mail", new_1=b"one")
    maildir(tmp_path / "Mail" / ".Bounces", cur_2=b"two")
    assert list(read(tmp_path / "Mail").values()) == [b"one", b"two"]


def test_an_mbox_in_a_folder_needs_no_suffix_and_other_files_are_no_mail(tmp_path: Path) -> None:
    write(tmp_path / "Inbox", FROM + b"Subject: 1\n\none\n")
    write(tmp_path / "README", b"Nothing to see.\n")
    assert list(read(tmp_path).values()) == [b"Subject: 1\n\none\n"]


@pytest.mark.parametrize("folder", [True, False], ids=["in a folder", "named"])
@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.msg", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "save it again as .eml"),
        ("a.pst", b"!BDN" + bytes(600), "export its folders"),
        ("a.emlx", b"1234\nFrom: a@example.org\n\nx\n", "export the mailbox"),
        ("a.eml", b"PK\x03\x04" + bytes(600), "unpack it"),
        ("a.mbox", b"\x1f\x8b" + bytes(600), "unpack it"),
    ],
)
def test_what_other_programs_write_is_named_with_what_to_do(
    tmp_path: Path, name: str, content: bytes, words: str, *, folder: bool
) -> None:
    path = write(tmp_path / name, content)
    [told] = problems_with(tmp_path if folder else path)
    assert words in told


@pytest.mark.parametrize("folder", [True, False], ids=["in a folder", "named"])
def test_a_pipe_is_not_waited_for(tmp_path: Path, *, folder: bool) -> None:
    os.mkfifo(tmp_path / "pipe.eml")
    os.mkfifo(tmp_path / "pipe")
    assert problems_with(tmp_path if folder else tmp_path / "pipe.eml") == [NO_FILE]


def test_a_device_and_a_loop_of_links_are_named(tmp_path: Path) -> None:
    (tmp_path / "loop.eml").symlink_to(tmp_path / "loop.eml")
    assert problems_with(Path("/dev/zero")) == [NO_FILE]
    assert problems_with(tmp_path)[0].startswith("cannot be read: ")


def test_a_file_larger_than_any_mail_is_not_read_into_memory(tmp_path: Path) -> None:
    with (tmp_path / "film.eml").open("wb") as file:
        file.truncate(LARGEST + 1)
    assert problems_with(tmp_path / "film.eml") == [TOO_LARGE]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\n\x9c:\x00",
        b"state,name\nDEU,Germany\n",
        b"DEU,https://deu.example.org\nhttps://fra.example.org,FRA\n",
        b"---\ntitle: Viasna\nstate: BLR\n---\nText\n",
        b"Dear all,\nas agreed.\n\nNote: this is below an empty line.\n",
    ],
    ids=["nothing", "blank lines", "a picture", "a table", "a table of links", "a page with front matter", "a text"],
)
def test_a_file_that_was_named_and_begins_without_a_header_is_no_mail(tmp_path: Path, content: bytes) -> None:
    assert problems_with(write(tmp_path / "named", content)) == [NO_HEADER]
    broken = write(tmp_path / "broken.eml", content)
    assert list(read(broken).values()) == [content], "what a mail program named is kept, however broken"
    assert list(read(tmp_path).values()) == [content]


@pytest.mark.parametrize("pattern", ["cases/*.md", "contacts/*.csv"])
def test_the_files_of_a_campaign_are_no_mail(pattern: str) -> None:
    files = sorted(CAMPAIGN.glob(pattern))
    assert files
    assert problems_with(*files) == [NO_HEADER] * len(files)


@pytest.mark.parametrize(
    "content",
    [
        b"X-Spam_score.old : 1\n\nx\n",
        b">From a@example.org Mon Sep  5 10:00:00 2022\nReturn-Path: <a@example.org>\n\nx\n",
        b" (envelope-from <a@example.org>); Mon, 05 Sep 2022 10:00:00 +0200\nFrom: a@example.org\n\nx\n",
        b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--\r\n",
        b"Received:" + b" x" * 5_000,
    ],
    ids=["an old form", "a quoted From line", "cut off above", "a part alone", "a long line"],
)
def test_whatever_begins_with_any_header_is_taken(tmp_path: Path, content: bytes) -> None:
    assert list(read(write(tmp_path / "mail", content)).values()) == [content]


def test_every_real_mail_is_taken_also_a_hostile_one() -> None:
    problems = list[Problem]()
    found = {Path(each.origin).name for each in incoming(MAILS, problems)}
    assert (found, problems) == ({path.name for path in MAILS}, [])


def test_a_name_that_leads_nowhere_is_said_as_it_was_typed(tmp_path: Path) -> None:
    link = tmp_path / "link.eml"
    link.symlink_to(tmp_path / "nowhere")
    file = write(tmp_path / "file", b"x")
    assert [not_there(path) for path in (tmp_path / "nope.eml", file / "nope.eml", link, file, tmp_path)] == [
        f"{tmp_path / 'nope.eml'}: there is no such file or folder",
        f"{file / 'nope.eml'}: there is no such file or folder",
        f"{link}: is a link that leads nowhere",
        "",
        "",
    ]


def test_a_name_that_is_no_text_is_written_so_that_any_database_takes_it(tmp_path: Path) -> None:
    path = write(tmp_path / os.fsdecode(b"R\xe9ponse.eml"), b"Subject: x\n")
    assert read(path) == {f"{tmp_path}/R\\xe9ponse.eml": b"Subject: x\n"}


def test_a_byte_order_mark_or_blank_lines_hide_nothing(tmp_path: Path) -> None:
    mark = b"\xef\xbb\xbf"
    one = write(tmp_path / "one.eml", mark + b"From: a@example.org\nSubject: 1\n\none\n")
    two = write(tmp_path / "two", mark + b"\n" + FROM + b"Subject: 1\n\none\n" + FROM + b"Subject: 2\n\ntwo\n")
    assert [read_mail(raw).subject for raw in read(one, two).values()] == ["1", "1", "2"]


@pytest.mark.timeout(20)
def test_a_line_that_only_looks_like_the_beginning_of_a_message_takes_no_time(tmp_path: Path) -> None:
    path = write(tmp_path / "mail", FROM + b"Subject: 1\n\nFrom " + b"a" * 1_000_000 + b"\n")
    assert len(read(path)) == 1


def test_batches_hold_many_small_messages_or_one_that_is_large() -> None:
    small, large = Incoming(b"x", "file", "a"), Incoming(b"x" * (BATCH_BYTES + 1), "file", "b")
    lots = [len(batch) for batch in in_batches([*[small] * (BATCH + 1), large, large, small])]
    assert lots == [BATCH, 1, 1, 1, 1]
