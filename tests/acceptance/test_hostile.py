"""Hostile files and settings through the real command: a clear error or harmless, never a changed header."""

import mailbox
import re
from pathlib import Path

import pytest

from tests.conftest import Command, change_cell

SEND = ("send", "--case", "beacon", "--to", "DEU")
INJECTION = "x\r\nBcc: victim@example.org\r\n\r\nbody"


def refused(result: object, *words: str) -> None:
    assert result.returncode == 2, result.stdout  # type: ignore[attr-defined]
    assert "Traceback" not in result.stderr  # type: ignore[attr-defined]
    assert "a fault in outreach itself" not in result.stderr  # type: ignore[attr-defined]
    for word in words:
        assert word in result.stderr  # type: ignore[attr-defined]


def letters(folder: Path) -> list[mailbox.MaildirMessage]:
    if not (folder / "rehearsal").exists():
        return []
    return list(mailbox.Maildir(folder / "rehearsal", create=False))


@pytest.mark.parametrize("column", ["mission", "email", "language", "phone", "website", "x", "source", "verified_on"])
@pytest.mark.parametrize("value", [INJECTION, "a\x00b"], ids=["CRLF", "NUL"])
def test_line_breaks_and_nul_in_a_cell_are_named_with_file_row_and_column(
    campaign_folder: Path, outreach: Command, column: str, value: str
) -> None:
    change_cell(campaign_folder, "DEU", column, value)
    refused(outreach(*SEND, folder=campaign_folder), "contacts/missions.csv, row ", f"column {column}")
    assert letters(campaign_folder) == []


def test_a_cell_of_ten_megabytes_is_named_quickly(campaign_folder: Path, outreach: Command) -> None:
    change_cell(campaign_folder, "DEU", "note", "x" * 10_000_000)
    result = outreach(*SEND, folder=campaign_folder)
    refused(result, "contacts/missions.csv, row ", "column note")
    assert len(result.stderr) < 1000


def test_a_formula_in_a_cell_is_refused_on_the_way_in(campaign_folder: Path, outreach: Command) -> None:
    change_cell(campaign_folder, "DEU", "mission", '=HYPERLINK("http://example.org")')
    refused(outreach(*SEND, folder=campaign_folder), "column mission")


@pytest.mark.parametrize(
    "name", ["SENDER__NAME", "SENDER__ORGANISATION", "SENDER__EMAIL", "SENDER__REPLY_TO", "CAMPAIGN__TITLE"]
)
def test_line_breaks_in_settings_are_refused(campaign_folder: Path, outreach: Command, name: str) -> None:
    env = {f"OUTREACH_{name}": INJECTION}
    refused(outreach(*SEND, folder=campaign_folder, env=env), f"OUTREACH_{name}")
    assert letters(campaign_folder) == []


@pytest.mark.parametrize(
    "email", ["nobody", "a@b@c", "two words@example.org", "a@example.org, b@example.org", "@", "ä\u202e@x"]
)
def test_a_sender_that_is_no_address_is_refused(campaign_folder: Path, outreach: Command, email: str) -> None:
    result = outreach(*SEND, folder=campaign_folder, env={"OUTREACH_SENDER__EMAIL": email})
    refused(result, "sender.email")
    assert letters(campaign_folder) == []


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("Subject: x\n\n{{ ''.__class__.__mro__ }}\n", ("__class__",)),
        ("Subject: x\n\n{{ state.__init__.__globals__ }}\n", ("__init__",)),
        ("Subject: x\n\n{{ '{0.__class__}'.format(state) }}\n", ("__class__",)),
        ("Subject: x\n\n{{ stat.name }}\n", ("stat", "row 3")),
        ("Subject: x\n\n{% if %}\n", ("row 3",)),
        ("Subject: x\n\n{% for i in range(10000000) %}x{% endfor %}\n", ()),
        ("{% extends '../../../../etc/passwd' %}", ()),
        ("{% include '/etc/passwd' %}", ()),
        ("No subject here.\n", ("Subject",)),
        ("Subject: {{ 'x\\r\\nBcc: victim@example.org' }}\n\nHello\n", ()),
    ],
)
def test_a_template_that_reaches_out_or_is_broken_names_its_file(
    campaign_folder: Path, outreach: Command, template: str, words: tuple[str, ...]
) -> None:
    (campaign_folder / "templates" / "letters" / "beacon.en.md").write_text(template, encoding="utf-8")
    result = outreach(*SEND, folder=campaign_folder)
    refused(result, "templates/letters/beacon.en.md", *words)
    assert letters(campaign_folder) == []


def test_html_in_names_is_shown_never_run(campaign_folder: Path, outreach: Command) -> None:
    change_cell(campaign_folder, "DEU", "address", "<script>alert(1)</script> <img src=http://example.org/x.png>")
    assert outreach(*SEND, folder=campaign_folder).returncode == 0
    [letter] = letters(campaign_folder)
    html = next(part for part in letter.walk() if part.get_content_type() == "text/html")
    text = html.get_payload(decode=True)
    assert isinstance(text, bytes)
    assert not re.search(rb"<(script|img|link|iframe|object)", text)
    assert b"&lt;script&gt;" in text


def test_a_title_with_a_line_break_never_reaches_the_subject(campaign_folder: Path, outreach: Command) -> None:
    path = campaign_folder / "cases" / "beacon.md"
    text = path.read_text(encoding="utf-8")
    changed = re.sub(
        r"(title:\s*\n\s*en: ).*", lambda found: f'{found[1]}"x\\r\\nBcc: victim@example.org"', text, count=1
    )
    assert changed != text
    path.write_text(changed, encoding="utf-8")
    refused(outreach(*SEND, folder=campaign_folder), "cases/beacon.md")


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00", b"title = [", b'[smtp]\nport = "x"\n', b"[nonsense]\na = 1\n", b""]
)
def test_a_broken_settings_file_is_named(campaign_folder: Path, outreach: Command, content: bytes) -> None:
    (campaign_folder / "outreach.toml").write_bytes(content)
    result = outreach(*SEND, folder=campaign_folder)
    refused(result)
    assert result.stderr.strip()


def test_a_password_in_the_tracked_file_is_refused(campaign_folder: Path, outreach: Command) -> None:
    path = campaign_folder / "outreach.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("[smtp]", '[smtp]\npassword = "hunter2"'), encoding="utf-8"
    )
    result = outreach(*SEND, folder=campaign_folder)
    refused(result, "OUTREACH_SMTP__PASSWORD")
    assert "hunter2" not in result.stderr


def test_an_example_sender_never_writes_through_a_real_server(campaign_folder: Path, outreach: Command) -> None:
    env = {"OUTREACH_SMTP__HOST": "mail.invalid"}
    refused(outreach(*SEND, "--yes", folder=campaign_folder, env=env), "campaign@example.org", "[sender] email")


def test_a_case_may_not_be_a_path(campaign_folder: Path, outreach: Command) -> None:
    for slug in ("../cases/beacon", "/etc/passwd", "beacon/../sample", "beacon\n"):
        refused(outreach("send", "--case", slug, folder=campaign_folder), "beacon")
