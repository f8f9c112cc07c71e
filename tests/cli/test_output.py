"""Tables on terminals of any width: nothing is lost, and short columns stay whole where there is room."""

import io
import json
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout

import pytest
from rich.cells import cell_len

from outreach.cli.common.terminal import output
from outreach.cli.common.terminal.tables import in_pieces
from outreach.text import csv_text, visible

COLUMNS = ("ID", "recipient", "detail")
ROW = ("19", "a-rather-long-address@mission.example.org", "451 4.7.1 greylisted, please come back later")


@pytest.mark.parametrize("width", [40, 60, 80, 100, 160])
def test_no_letter_of_a_cell_is_lost(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setattr(output, "on_terminal", lambda: True)
    output.print_table(COLUMNS, [ROW], wrap=("detail",))
    drawn = capsys.readouterr().out
    seen = sorted("".join(drawn.split()).replace("─", "").replace(":", ""))
    assert seen == sorted("".join("".join((*COLUMNS, *ROW)).split()))
    assert max(len(line) for line in drawn.splitlines()) <= width


@pytest.mark.parametrize("width", [60, 80, 120])
def test_two_columns_that_share_one_stand_one_above_the_other_and_never_on_more_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setattr(output, "on_terminal", lambda: True)
    output.print_table(COLUMNS, [ROW, ROW], stacked="from, and why")
    heading, _rule, *lines = [line for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert heading.split()[-3:] == ["from,", "and", "why"]
    assert [line.split()[:2] for line in lines] == 2 * [["19", lines[0].split()[1]], [lines[1].split()[0], "4.7.1"]]
    assert max(len(line) for line in lines) <= width


def test_elsewhere_they_are_two_columns(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_table(COLUMNS, [ROW], stacked="from, and why")
    assert "  ".join(ROW[1:]) in capsys.readouterr().out


def test_where_there_is_room_only_what_is_long_is_broken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "90")
    monkeypatch.setattr(output, "on_terminal", lambda: True)
    output.print_table(COLUMNS, [ROW], wrap=("detail",))
    assert "a-rather-long-address@mission.example.org" in capsys.readouterr().out


def test_controls_and_marks_that_reorder_text_are_shown_as_what_they_are_not_obeyed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    output.say("a\x1b[2Jb\u202ec")
    output.print_table(("a",), [("a\x1b[2Jb\u202ec",)])
    assert capsys.readouterr().out.splitlines() == ["a�[2Jb�c", "a", "a�[2Jb�c"]


def test_json_says_everything_and_nothing_in_it_is_obeyed_by_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    said = {"subject": "é 日本 \x1b[2J \x9b2J \u202e \u2028 \x7f \n"}
    output.print_json_lines([said])
    output.print_json(said)
    printed = capsys.readouterr().out
    assert [json.loads(line) for line in printed.splitlines()] == [said, said]
    assert visible(printed) == printed
    assert "é 日本" in printed


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", " =1"])
def test_a_spreadsheet_never_runs_a_cell_of_ours(cell: str) -> None:
    assert f"'{cell}" in csv_text(("a",), [(cell,)])


class Terminal(io.StringIO):
    """Keeps what is printed, and calls itself a terminal."""

    def isatty(self) -> bool:
        return True


def on_a_terminal(monkeypatch: pytest.MonkeyPatch, say: Callable[[str], None], text: str) -> list[str]:
    """The lines that this prints on a terminal of 60 columns."""
    monkeypatch.setenv("COLUMNS", "60")
    terminal = Terminal()
    with redirect_stdout(terminal), redirect_stderr(terminal):
        say(text)
    return terminal.getvalue().splitlines()


@pytest.mark.parametrize("filling", ["a" * 48, "é" * 48, "尊" * 24, "a\u00a0" * 24, f"x: outreach {'a ' * 24}"])
def test_on_a_terminal_no_word_of_a_mail_stands_where_a_line_of_ours_begins(
    monkeypatch: pytest.MonkeyPatch, filling: str
) -> None:
    subject = f"  Subject: {filling} Answers: Germany (DEU), beacon (hrc51); stance: will-raise"
    first, *more = on_a_terminal(monkeypatch, output.say, subject)
    assert first.startswith("  Subject:")
    assert more
    assert all(line.startswith("    ") for line in more)
    assert max(cell_len(line) for line in [first, *more]) <= 60


def test_on_a_terminal_a_command_stays_in_one_piece_to_be_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    line = "Say whose it is: outreach replies assign 15 --mission STATE --case SLUG"
    assert on_a_terminal(monkeypatch, output.note, line) == [
        "Say whose it is:",
        "  outreach replies assign 15 --mission STATE --case SLUG",
    ]


def test_on_a_terminal_a_web_address_stays_in_one_piece_to_be_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"https://example.org/{'long-' * 20}"
    lines = on_a_terminal(monkeypatch, output.say, f"      source: {address}")
    assert lines == ["      source:", f"        {address}"]


def test_on_a_terminal_a_line_of_blanks_is_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [line.strip() for line in on_a_terminal(monkeypatch, output.say, " " * 100)] == [""]


def test_elsewhere_a_line_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    output.say("word " * 100 + "end")
    assert capsys.readouterr().out == "word " * 100 + "end\n"


@pytest.mark.parametrize(
    ("line", "pieces"), [("", [""]), ("a b", ["a b"]), ("尊敬 先生", ["尊敬", "先生"]), ("abcdefgh", ["abcdef", "gh"])]
)
def test_pieces_of_a_line_fit_the_columns(line: str, pieces: list[str]) -> None:
    assert in_pieces(line, 6) == pieces
