"""Finds the files of site/ that may be read: plain ones, inside the campaign's folder; knows no words."""

from collections.abc import Iterator
from pathlib import Path

from outreach.errors import Problem
from outreach.text import clean_line, shortened

FOLDER = "site"  # in the campaign's folder
DOCS = "docs/site.md"  # where the files are explained


class SiteFiles:
    """Gives the files of one campaign's site/. What cannot be read goes to `problems`, and is not given."""

    def __init__(self, folder: Path, problems: list[Problem]) -> None:
        self._campaign = folder
        self._problems = problems

    def path(self, name: str) -> Path:
        """Give where a file of site/ lies; `name` is its name there, such as updates/2022-10-20-statement.en.md."""
        return self._campaign / FOLDER / name

    def listed(self, under: str = "") -> list[str]:
        """List the names in site/ or in a folder of it, without drafts: names that begin with "_" or "."."""
        place = self.path(under)
        try:
            if not place.is_dir():
                return []
            if not self._is_inside(place):
                self._refuse(under, "leads out of the campaign's folder: put the files themselves there")
                return []
            return sorted(item.name for item in place.iterdir() if not item.name.startswith(("_", ".")))
        except OSError as error:
            self._refuse(under, f"cannot be read: {error.strerror}")
            return []

    def readable(self, name: str) -> Path | None:
        """Give the path of a file that may be read; None where there is none, or where it may not be."""
        path = self.path(name)
        try:
            if not path.exists() and not path.is_symlink():
                return None
            if not self._is_inside(path):
                self._refuse(name, "leads out of the campaign's folder: put the file itself there")
            elif not path.is_file():
                self._refuse(name, "is no file: take it away, or put the file there")
            else:
                return path
        except OSError as error:
            self._refuse(name, f"cannot be read: {error.strerror}")
        return None

    def _is_inside(self, path: Path) -> bool:
        return path.resolve().is_relative_to(self._campaign.resolve())

    def _refuse(self, name: str, message: str) -> None:
        self._problems.append(Problem(named(name), message))


def named(name: str) -> str:
    """Name a file of site/ for people, on one line that a terminal can show, whatever is in its name."""
    plain = name if name == clean_line(name) else ascii(name)[1:-1]
    return f"{FOLDER}/{shortened(plain, 120)}"


def in_languages(stem: str, names: list[str]) -> Iterator[tuple[str, str]]:
    """Give (language, name) of the files STEM.xx.md; the language is "" for STEM.md."""
    for name in names:
        if name.endswith(".md") and (name == f"{stem}.md" or name.startswith(f"{stem}.")):
            yield name.removesuffix(".md").removeprefix(stem).removeprefix("."), name
