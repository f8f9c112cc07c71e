"""Writes a site into a folder: only what changed, and away with what is no longer of it. A folder of others is left."""

import hashlib
import json
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Final

from outreach.disk import hold_folder
from outreach.errors import OutreachError, UsageError
from outreach.site.frame.page import File

SUMS: Final = "SHA256SUMS"
MARK: Final = ".outreach-site"  # says that the folder is a site of ours, and what was built last from what


NEVER = (-1, -1)  # how a file looks that was not written yet


@dataclass(frozen=True, slots=True)
class Written:
    """What a build did: how many files there are, which were written, which removed."""

    files: int
    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Noted:
    """What the mark of a folder says: what it was built from, and each file with its size and time of change.

    `look` is how all looked that it was built from, `day` that of its facts.
    """

    source: str = ""
    url: str = ""
    look: str = ""
    day: str = ""
    files: Mapping[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])


def is_up_to_date(folder: Path, source: str) -> bool:
    """Say whether a folder was built from just this, and nobody has touched a file since."""
    found = noted(folder)
    return bool(found.source) and found.source == source and untouched(folder, found)


def untouched(folder: Path, found: Noted) -> bool:
    """Say whether every file of a folder is as its mark says."""
    return all(_is_as(folder / path, look) for path, look in found.files.items())


def note_look(folder: Path, look: str, day: str) -> None:
    """Note how all looks that a folder, which is up to date, was built from; where it cannot be noted, it is not."""
    found = noted(folder)
    with suppress(OSError), hold_folder(folder):
        _mark(folder, replace(found, look=look, day=day))


def built_for(folder: Path) -> str:
    """Give the address that the site in a folder was built for; "" for a rehearsal."""
    return noted(folder).url


def check_is_ours(folder: Path) -> None:
    """Raise UsageError for a folder that holds something else than a site of ours."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise UsageError(f"{folder} is no folder: name an empty folder with --output")
    # The mark is the first of our files: whoever sees another one after a build began sees the mark, too.
    there = folder.is_dir() and any(path != _draft(folder / MARK) for path in folder.iterdir())
    if there and not (folder / MARK).is_file():
        raise UsageError(f"{folder} is not a site of outreach: name an empty folder with --output; nothing was touched")


def write_site(folder: Path, files: Sequence[File], source: str, url: str, look: str = "", day: str = "") -> Written:
    """Write the files, each in one step, and remove what a build before left; then SHA256SUMS and the mark.

    What is about to be written stands in the mark first: so the next build removes what one that was killed left. Two
    builds into one folder go one after the other. Raises UsageError for a folder of others, OutreachError where it
    cannot be written.
    """
    check_is_ours(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with hold_folder(folder):
            return _write_whole(folder, files, Noted(source, url, look, day))
    except OSError as error:
        raise OutreachError(
            f"{error.filename or folder} cannot be written: {error.strerror}; choose another --output"
        ) from None


def _write_whole(folder: Path, files: Sequence[File], built: Noted) -> Written:
    before = {**dict.fromkeys((file.path for file in files), NEVER), **noted(folder).files}
    _mark(folder, Noted(url=built.url, files=before))
    written, looks, removed = _write(folder, files, before)
    _mark(folder, replace(built, files=looks))
    return Written(len(looks), written, removed)


def _write(
    folder: Path, files: Iterable[File], before: Collection[str]
) -> tuple[tuple[str, ...], dict[str, tuple[int, int]], tuple[str, ...]]:
    """Write, and give what was written, how each file looks now, and what was removed."""
    sums, looks, written = dict[str, str](), dict[str, tuple[int, int]](), list[str]()
    made = set[Path]()
    for file in files:
        if file.path in sums:
            message = f"two pages at {file.path}"
            raise AssertionError(message)
        place = folder / file.path
        if place.parent not in made:
            place.parent.mkdir(parents=True, exist_ok=True)
            made.add(place.parent)
        if _differs(place, file.content):
            _put(place, file.content)
            written.append(file.path)
        sums[file.path] = hashlib.sha256(file.content).hexdigest()
        looks[file.path] = _look(place)
    listing = "".join(f"{sums[path]}  {path}\n" for path in sorted(sums)).encode()
    if _differs(folder / SUMS, listing):
        _put(folder / SUMS, listing)
        written.append(SUMS)
    looks[SUMS] = _look(folder / SUMS)
    removed = [path for path in _all(folder) if path not in looks and path in before]
    strange = [path for path in _all(folder) if path not in looks and path not in before]
    for path in (*removed, *(path for path in strange if path.endswith(".part"))):
        (folder / path).unlink()
    _remove_empty(folder)
    return tuple(written), looks, tuple(removed)


def _mark(folder: Path, built: Noted) -> None:
    _put(folder / MARK, json.dumps({**asdict(built), "files": dict(sorted(built.files.items()))}, indent=0).encode())


def _all(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() and path.name != MARK]


def _remove_empty(folder: Path) -> None:
    for place in sorted((p for p in folder.rglob("*") if p.is_dir() and not p.is_symlink()), reverse=True):
        with suppress(OSError):
            place.rmdir()


def _draft(place: Path) -> Path:
    return place.with_name(f".{place.name}.part")


def _put(place: Path, content: bytes) -> None:
    draft = _draft(place)
    draft.write_bytes(content)
    draft.chmod(0o644)
    draft.replace(place)


def _differs(place: Path, content: bytes) -> bool:
    try:
        return place.is_symlink() or place.stat().st_size != len(content) or place.read_bytes() != content
    except FileNotFoundError:
        return True


def _look(place: Path) -> tuple[int, int]:
    found = os.stat(place, follow_symlinks=False)  # noqa: PTH116 - one call, many files
    return found.st_size, found.st_mtime_ns


def _is_as(place: Path, noted: tuple[int, int]) -> bool:
    try:
        return _look(place) == tuple(noted)
    except OSError:
        return False


def noted(folder: Path) -> Noted:
    """Read the mark of a folder; blank where there is none, or none that can be read."""
    try:
        read = json.loads((folder / MARK).read_bytes())
        looks = {str(path): (int(a), int(b)) for path, (a, b) in read["files"].items()}
        return Noted(str(read["source"]), str(read["url"]), str(read.get("look", "")), str(read.get("day", "")), looks)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Noted()
