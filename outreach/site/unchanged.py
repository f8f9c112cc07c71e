"""Sees in a moment that nothing a site depends on was touched since it was built; reads no file of the campaign.

It goes by sizes and times, as make does. Where it is not sure the build looks at what stands in the files.
"""

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import outreach
from outreach.site.output import noted, untouched

FOLDERS = ("site", "cases", "contacts", "templates")
FILES = ("outreach.toml", ".env", "outreach.db", "outreach.db-wal")
# What these sections of the environment say is on no page, and some of it is secret.
NOT_ON_PAGES = ("SMTP__", "IMAP__", "RETURNS__", "X__", "BLUESKY__", "MASTODON__", "WEB__KEY", "TEAM__", "DEBUG", "LOG")


def look_of(folder: Path, url: str | None, languages: tuple[str, ...], day: date | None) -> str:
    """Give a fingerprint of how all looks that a build depends on: files, program, environment, hour, what was asked.

    Blank where the outbox is somewhere else, for then nobody can tell by looking here.
    """
    if any(name.upper() == "OUTREACH_DATABASE_URL" for name in os.environ):
        return ""
    asked = (outreach.__version__, f"{datetime.now(UTC):%Y-%m-%dT%H}", url, languages, f"{day}")
    digest = hashlib.sha256(f"{asked}\n".encode())
    for name, value in sorted(os.environ.items()):
        if name.upper().startswith("OUTREACH_") and not name.upper()[9:].startswith(NOT_ON_PAGES):
            digest.update(f"{name}={value}\n".encode())
    for path in sorted(_inputs(folder.resolve())):
        digest.update(f"{path} {_stamp(path)}\n".encode())
    return digest.hexdigest()


def unchanged_since(output: Path, look: str) -> str:
    """Give the day of the facts of a site that was built when all looked like this; blank where that is not so."""
    found = noted(output)
    return found.day if look and found.source and found.look == look and untouched(output, found) else ""


def _inputs(folder: Path) -> Iterator[str]:
    """Give every file that a build reads: of the campaign, and of the program."""
    for top in (*(folder / name for name in FOLDERS), Path(outreach.__file__).parent):
        for place, _folders, names in os.walk(top):
            if not place.endswith("__pycache__"):
                yield from (f"{place}/{name}" for name in names)
    yield from (f"{folder / name}" for name in FILES)


def _stamp(path: str) -> tuple[int, int]:
    """Give size and time of a file; a log without anything in it (-wal) is as none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - one call, many files
    except OSError:
        return 0, 0
    return (found.st_size, found.st_mtime_ns) if found.st_size else (0, 0)
