"""Where a campaign's store of supporters lies. Loads nothing: a command asks here whether there is anything to load."""

from pathlib import Path

FILE = "supporters.db"
REHEARSAL_FILE = "rehearsal.supporters.db"


def file_of(folder: Path, *, rehearsal: bool) -> Path:
    """Give the file that the store of a campaign is."""
    return folder.resolve() / (REHEARSAL_FILE if rehearsal else FILE)
