"""Names of files that somebody else chose: harmless on this machine and on any other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.inbox.attachments.names import LONGEST, may_run, numbered, safe_name
from outreach.text import control_in_line


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("NV 12.pdf", "NV 12.pdf"),
        ("Note verbale (finale) – séance.pdf", "Note verbale (finale) – séance.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\mission\\NV.pdf", "NV.pdf"),
        ("/etc/cron.d/x", "x"),
        (".bashrc", "bashrc"),
        ("-rf", "rf"),
        ("..", "attachment"),
        ("", "attachment"),
        ("\x00\x1b", "attachment"),
        ("CON", "file-CON"),
        ("nul.pdf", "file-nul.pdf"),
        ("Com1.txt", "file-Com1.txt"),
        ("contact.pdf", "contact.pdf"),
        ("note\u202efdp.exe", "notefdp.exe"),
        ("no\u200bte\ufeff.pdf", "note.pdf"),
        ("a\nb\tc.pdf", "a b c.pdf"),
        ("note.pdf. . ", "note.pdf"),
        ("RE: what?.eml", "RE_ what_.eml"),
        ("$(id)`id`.pdf", "(id)_id_.pdf"),
    ],
)
def test_a_name_is_made_harmless(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.text(max_size=400))
def test_no_name_leads_elsewhere(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert safe[0] not in ".-"
    assert not set(safe) & set('/\\:*?"<>|')
    assert control_in_line(safe) == ""
    assert len(safe.encode()) <= LONGEST
    assert safe_name(safe) == safe


def test_a_long_name_keeps_its_ending_and_a_second_one_gets_a_number() -> None:
    assert safe_name("é" * 300 + ".pdf").endswith("é.pdf")
    assert numbered("note.pdf", 1) == "note.pdf"
    assert numbered("note.pdf", 3) == "note-3.pdf"


def test_a_program_is_known_by_its_name() -> None:
    assert not any(map(may_run, ("note.pdf", "note.docx", "exe")))
    assert all(map(may_run, ("note.docm", "note.pdf.exe", "a.JS")))
