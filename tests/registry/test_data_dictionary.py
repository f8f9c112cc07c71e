"""docs/data.md is the data dictionary: it explains each column, in the order of the files."""

import csv
import re
from pathlib import Path

import pytest

from outreach.registry import instruments, missions, record

REPOSITORY = Path(__file__).parents[2]
FILES = {module.FILE: module.COLUMNS for module in (missions, record, instruments)}


def explained(file: str) -> list[str]:
    """The columns that the section on `file` explains in its table."""
    section = (REPOSITORY / "docs" / "data.md").read_text(encoding="utf-8").split(f"\n## {file}\n")[1]
    return re.findall(r"^\| `(\w+)` \| .{10,}", section.split("\n## ")[0], re.MULTILINE)


@pytest.mark.parametrize(("file", "columns"), FILES.items())
def test_every_column_is_explained_and_in_the_file(file: str, columns: tuple[str, ...]) -> None:
    with (REPOSITORY / file).open(encoding="utf-8", newline="") as opened:
        assert tuple(next(csv.reader(opened))) == columns
    assert tuple(explained(file)) == columns
