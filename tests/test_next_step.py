"""What a person should do next, as a value."""

import re
from pathlib import Path

import pytest

import outreach
from outreach.cli.main import COMMANDS
from outreach.errors import DataError, Problem, UsageError
from outreach.next_step import ABOUT, Action, NextStep
from outreach.reports.page.page import MARK


def test_every_action_says_what_it_can_be_about() -> None:
    assert set(ABOUT) == set(Action)


def test_a_step_is_refused_that_says_something_its_action_knows_nothing_of() -> None:
    with pytest.raises(ValueError, match="check_setup is not about case, ids"):
        NextStep(Action.CHECK_SETUP, ids=(5,), case="viasna")


def test_errors_carry_a_next_step_beside_their_words() -> None:
    step = NextStep(Action.LIST_MESSAGES)
    problem = Problem("contacts/missions.csv", "no such State", row=3)
    assert UsageError("message 5 is sent", next_step=step).next_step == step
    assert DataError([problem], next_step=step).next_step == step
    assert UsageError("message 5 is sent").next_step is None
    assert str(UsageError("message 5 is sent", next_step=step)) == "message 5 is sent"


@pytest.mark.parametrize("package", ["inbox", "outbox", "reports", "services"])
def test_only_faces_know_commands(package: str) -> None:
    """A second face would have to show them: what to do next is a NextStep."""
    typed = re.compile(rf"outreach ({'|'.join(COMMANDS)})\b")
    folder = Path(outreach.__file__).parent / package
    sources = [path for path in folder.rglob("*") if path.suffix in (".py", ".j2")]
    found = {
        f"{path.relative_to(folder)}: {line.strip()}"
        for path in sources
        for line in path.read_text(encoding="utf-8").replace(MARK, "").splitlines()
        if typed.search(line)
    }
    assert not found
