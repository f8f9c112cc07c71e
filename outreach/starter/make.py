"""Makes a new campaign folder out of files, all of it or nothing; knows nothing about what they say."""

import shlex
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from secrets import token_hex

from outreach.errors import UsageError
from outreach.text import listed

PARTS = ("outreach.toml", "contacts", "cases", "templates", "site")
GITIGNORE = """\
# What happened, rehearsals, secrets and people's own addresses: on this machine only.
*.db
*.db-*
*.db.*
*.inbox/
rehearsal/
/preview/
/site-build/
/report*.html
/report*.csv
*.eml
.env
contacts/private.csv
contacts/withheld.txt
"""
_STAGE = ".outreach-init-"
Files = Mapping[Path, bytes]  # place in the folder → content


@dataclass(frozen=True, slots=True)
class Campaign:
    """A folder that was made. `kept_gitignore`: it already had a .gitignore, which was left as it was."""

    folder: Path
    kept_gitignore: bool


def starter_files(package: Path | None = None) -> Path:
    """Find the folder to copy from: `starter` in an installed package; in a checkout the checkout, a campaign itself.

    Raises UsageError where neither has the files.
    """
    package = package or Path(__file__).parents[1]
    for folder in (package / "starter", package.parent):
        if all((folder / part).exists() for part in PARTS):
            return folder
    raise UsageError(
        f"{package}: the starter files are missing from this installation; install outreach again, "
        "or copy a campaign folder that you have"
    )


def make_campaign(folder: Path, source: Path | None = None) -> Campaign:
    """Make a campaign folder that is a copy of the example; see `make_folder`."""
    source = source or starter_files()
    try:
        files = {file.relative_to(source): file.read_bytes() for file in _files(source)}
    except OSError as error:
        raise UsageError(f"{source}: cannot be read: {_reason(error)}") from None
    return make_folder(folder, files)


def make_folder(folder: Path, files: Files) -> Campaign:
    """Make a campaign folder of these files, with its missing parents: all of it or nothing.

    A folder that exists is taken if it holds nothing but hidden files, which stay as they are. Raises UsageError,
    and then leaves everything as it was, if there is something else in it or the disk refuses.
    """
    try:
        refuse_if_occupied(folder)
        kept_gitignore = (folder / ".gitignore").exists()
        with ExitStack() as undo:
            if folder.exists():
                _fill(folder, files, undo)
            else:
                _create(folder, files, undo)
            undo.pop_all()
    except OSError as error:
        raise UsageError(f"{folder}: cannot be made: {_reason(error)}. Nothing was left behind") from None
    return Campaign(folder, kept_gitignore)


def refuse_if_occupied(folder: Path) -> None:
    """Raise UsageError where there is something of this name that no campaign can be made in."""
    if not folder.exists() and not folder.is_symlink():
        return
    if not folder.is_dir():
        raise UsageError(f"{folder}: there is a file of this name. Name another folder: outreach init DIR")
    visible = sorted(item.name for item in folder.iterdir() if not item.name.startswith("."))
    if "outreach.toml" in visible:
        raise UsageError(
            f"{folder}: is a campaign folder already. Go on with: outreach -C {shlex.quote(str(folder))} status"
        )
    if visible:
        raise UsageError(
            f"{folder}: is not empty (it has {listed(visible, 3)}), and nothing is ever overwritten. "
            "Name a new folder: outreach init DIR"
        )


def _create(folder: Path, files: Files, undo: ExitStack) -> None:
    """Build beside `folder`, then give it the name in one step."""
    for parent in _missing_parents(folder):
        parent.mkdir()
        undo.callback(_quietly, parent.rmdir)
    stage = _staged(folder.parent, files, undo)
    stage.rename(folder)


def _fill(folder: Path, files: Files, undo: ExitStack) -> None:
    """Build inside `folder`, since it may be a disk of its own and somebody may stand in it; then move up by one."""
    stage = _staged(folder, files, undo)
    for item in sorted(stage.iterdir()):
        target = folder / item.name
        if item.name == ".gitignore" and target.exists():
            continue
        if target.exists() or target.is_symlink():
            raise FileExistsError(0, f"{item.name} appeared meanwhile")
        item.rename(target)
        undo.callback(_quietly, partial(target.rename, item))
    shutil.rmtree(stage)


def _staged(parent: Path, files: Files, undo: ExitStack) -> Path:
    """Make a complete campaign folder under a passing name in `parent`."""
    stage = parent / f"{_STAGE}{token_hex(4)}"
    stage.mkdir()
    undo.callback(shutil.rmtree, stage, ignore_errors=True)
    for name, content in files.items():
        target = stage / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    (stage / ".gitignore").write_text(GITIGNORE, encoding="utf-8")
    return stage


def _files(source: Path) -> Iterator[Path]:
    for part in PARTS:
        if (source / part).is_file():
            yield source / part
        for file in sorted((source / part).rglob("*")):
            if file.is_file() and not file.name.startswith(".") and "__pycache__" not in file.parts:
                yield file


def _missing_parents(folder: Path) -> list[Path]:
    """List them, the outermost first."""
    return [parent for parent in reversed(folder.absolute().parents) if not parent.exists()]


def _quietly(step: Callable[[], object]) -> None:
    """Undoing goes as far as it can; the error that is told is the one that began it."""
    try:
        step()
    except OSError:
        return


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
