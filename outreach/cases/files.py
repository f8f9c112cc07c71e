"""Which files of a campaign folder are cases; reads none of them."""

from pathlib import Path

FOLDER = "cases"


def case_files(folder: Path) -> list[Path]:
    """The files cases/SLUG.md in the order of their slugs, without drafts: names that begin with "_" or "."."""
    return sorted(path for path in (folder / FOLDER).glob("*.md") if not path.name.startswith(("_", ".")))
