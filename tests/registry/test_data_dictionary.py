"""docs/data.md is the data dictionary: it explains each column, in the order of the files."""

import csv
import re

import pytest

from outreach.registry import instruments, missions, record
from outreach.registry.addresses import private
from outreach.registry.documented import reading as documented
from tests.conftest import REPOSITORY

FILES = {module.FILE: module.COLUMNS for module in (missions, private, record, instruments, documented)}


def explained(file: str) -> list[str]:
    """The columns that the section on `file` explains in its table."""
    section = (REPOSITORY / "docs" / "data.md").read_text(encoding="utf-8").split(f"\n## {file}\n")[1]
    return re.findall(r"^\| `(\w+)` \| .{10,}", re.split(r"\n###? ", section)[0], re.MULTILINE)


@pytest.mark.parametrize(("file", "columns"), FILES.items())
def test_every_column_is_explained(file: str, columns: tuple[str, ...]) -> None:
    assert tuple(explained(file)) == columns


def test_the_example_of_a_new_instrument_has_a_cell_for_each_column() -> None:
    text = (REPOSITORY / "docs" / "data.md").read_text(encoding="utf-8")
    [row] = csv.reader(re.findall(r"^hrc60-dialogue,.*$", text, re.MULTILINE))
    cells = dict(zip(instruments.COLUMNS, row, strict=True))
    assert (cells["date"], cells["vote"], cells["source"]) == ("2025-09-24", "", "https://…")
