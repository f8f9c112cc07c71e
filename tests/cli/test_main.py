"""`outreach` itself: what is no command."""

from pathlib import Path

import pytest

from tests.conftest import Command


@pytest.mark.parametrize(
    ("arguments", "meant"), [(("stauts",), "status"), (("mission", "list"), "missions"), (("queue", "lst"), "list")]
)
def test_a_mistyped_command_is_answered_with_the_one_that_was_meant(
    tmp_path: Path, outreach: Command, arguments: tuple[str, ...], meant: str
) -> None:
    result = outreach(*arguments, folder=tmp_path)
    assert (result.returncode, f"Did you mean {meant!r}?" in result.stderr) == (2, True)
