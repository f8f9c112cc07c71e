"""Tables on terminals of any width: nothing is lost, and short columns stay whole where there is room."""

import pytest

from outreach.cli import output

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
    seen = sorted("".join(drawn.split()).replace("─", ""))
    assert seen == sorted("".join("".join((*COLUMNS, *ROW)).split()))
    assert max(len(line) for line in drawn.splitlines()) <= width


def test_where_there_is_room_only_what_is_long_is_broken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "90")
    monkeypatch.setattr(output, "on_terminal", lambda: True)
    output.print_table(COLUMNS, [ROW], wrap=("detail",))
    assert "a-rather-long-address@mission.example.org" in capsys.readouterr().out


def test_controls_and_marks_that_reorder_text_are_shown_as_what_they_are_not_obeyed() -> None:
    assert output.clean("a\x1b[2Jb\u202ec") == "a�[2Jb�c"


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", " =1"])
def test_a_spreadsheet_never_runs_a_cell_of_ours(cell: str) -> None:
    assert f"'{cell}" in output.csv_text(("a",), [(cell,)])
