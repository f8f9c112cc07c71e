"""What tests of the commands on contacts/ write and look at: a spreadsheet of somebody's, and rows of missions.csv."""

from pathlib import Path


def spreadsheet(folder: Path, text: str | bytes) -> str:
    path = folder / "theirs.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def missions_file(folder: Path) -> Path:
    return folder / "contacts" / "missions.csv"


def row_of(folder: Path, code: str) -> str:
    lines = missions_file(folder).read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith(code))
