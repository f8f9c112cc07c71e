"""A key of a case file is changed, and every other byte stays."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.cases.files.editing import edit_case_file, quoted, with_keys
from outreach.cases.files.frontmatter import take_apart_bytes
from outreach.errors import DataError, UsageError
from tests.cases.conftest import SOUND

FILE = "cases/archive.md"
STOPPED = "\n  on: 2026-11-30\n  why: She asked us to"


def test_a_new_key_stands_at_the_end_of_the_front_matter() -> None:
    after = with_keys(SOUND.encode(), FILE, {"checked_on": "2026-11-30"}).decode()

    assert after == SOUND.replace("  - The Archive itself\n", "  - The Archive itself\nchecked_on: 2026-11-30\n")


def test_a_group_of_lines_is_replaced_where_it_stands_and_what_follows_stays() -> None:
    written = SOUND.replace("people:", "stopped:\n  on: 2026-01-01\n\n  why: x\n\n# the people\npeople:")

    after = with_keys(written.encode(), FILE, {"stopped": STOPPED}).decode()

    assert after == SOUND.replace("people:", f"stopped:{STOPPED}\n\n# the people\npeople:")


def test_what_was_added_can_be_taken_away_again() -> None:
    there = with_keys(SOUND.encode(), FILE, {"stopped": STOPPED, "checked_on": "2026-11-30"})

    assert with_keys(there, FILE, {"stopped": None, "checked_on": None}) == SOUND.encode()


def test_line_ends_and_the_byte_order_mark_stay() -> None:
    windows = b"\xef\xbb\xbf" + SOUND.replace("\n", "\r\n").encode()

    after = with_keys(windows, FILE, {"stopped": STOPPED})

    assert after.startswith(b"\xef\xbb\xbf---\r\n")
    assert after.count(b"\n") == after.count(b"\r\n")
    assert with_keys(after, FILE, {"stopped": None}) == windows


def test_a_value_over_several_lines_is_replaced_whole() -> None:
    before = b"---\ntitle: a\nchecked_on: [2022-09,\n 2022-10]\nwhy: b\n---\n"

    assert with_keys(before, FILE, {"checked_on": "2026-11-30"}) == (
        b"---\ntitle: a\nchecked_on: 2026-11-30\nwhy: b\n---\n"
    )


@pytest.mark.parametrize("front", ["{title: a}", "title: a\n? why\n: b\n? checked_on\n: &a b", "title: a, b: c"])
def test_what_is_written_in_a_way_of_its_own_is_left_to_a_person(front: str) -> None:
    with pytest.raises(UsageError, match=r"Write it yourself: checked_on: 2026-11-30"):
        with_keys(f"---\n{front}\n---\n".encode(), FILE, {"checked_on": "2026-11-30"})


@given(st.text(min_size=1, max_size=40).filter(str.isprintable))
def test_whatever_somebody_gives_as_a_reason_is_read_back(why: str) -> None:
    after = with_keys(SOUND.encode(), FILE, {"why": quoted(why)})

    front = take_apart_bytes(after, FILE).front
    assert front is not None
    assert [value.value for name, value in front.value if name.value == "why"] == [why]


def test_a_file_that_somebody_saves_meanwhile_stays_as_they_have_it(tmp_path: Path) -> None:
    path = tmp_path / "archive.md"
    path.write_text(SOUND, encoding="utf-8")

    def save_meanwhile(_parts: object) -> dict[str, str | None]:
        path.write_text(SOUND.replace("raided", "searched"), encoding="utf-8")
        return {"checked_on": "2026-11-30"}

    with pytest.raises(UsageError, match="changed meanwhile by someone else"):
        edit_case_file(path, FILE, save_meanwhile)
    assert path.read_text(encoding="utf-8") == SOUND.replace("raided", "searched")


def test_a_file_that_cannot_be_read_is_named_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "archive.md"
    path.write_text(SOUND.replace("title:", "title: ["), encoding="utf-8")

    with pytest.raises(DataError, match=r"cases/archive\.md, row \d+: not valid YAML"):
        edit_case_file(path, FILE, lambda _: {"checked_on": "2026-11-30"})
    assert "title: [" in path.read_text(encoding="utf-8")
