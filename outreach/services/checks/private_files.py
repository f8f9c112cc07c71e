"""Looks at who else can read what is private: others on this machine, and everybody who shares the git repository."""

import os
import shlex
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fnmatch import fnmatch
from pathlib import Path

from outreach.cases.model import Case
from outreach.channels.checks.settings import Check, ok, warning
from outreach.text import listed

# What is for this machine only; `init` has git leave out the same.
PRIVATE = (
    *(".env", "*.db", "*.db-*", "*.db.making", "*.inbox", "rehearsal"),
    *("contacts/private.csv", "contacts/withheld.txt"),
)
# What git is to leave out, and others on this machine may have been given: reports, and mail that was exported.
UNSHARED = ("report*.html", "report*.csv", "*.eml")
OTHERS, GROUP, GROUP_WRITES = 0o007, 0o070, 0o020
PATIENCE = 10  # seconds that git may take
SHOWN = 5


def check_permissions(folder: Path) -> Check:
    """Check whether others on this machine can read private files of a campaign.

    Where a team shares the folder by its group, which then may write to it, the group may read what is in it.
    """
    shared = folder.stat().st_mode & GROUP_WRITES
    strangers = OTHERS if shared else OTHERS | GROUP
    there = _there(folder)
    open_ = [name for name in there if _mode(folder / name) & strangers]
    if not open_:
        return ok("private files", "nobody else on this machine can read them")
    who = "o" if shared else "go"
    files = [name for name in open_ if not (folder / name).is_dir()]
    folders = [name for name in open_ if name not in files]
    commands = [f"chmod {who}-rwx {_typed(files)}"] * bool(files) + [f"chmod -R {who}-rwx {_typed(folders)}"] * bool(
        folders
    )
    return warning(
        "private files", f"others on this machine can read {listed(open_, SHOWN)}", f"Type: {'; '.join(commands)}"
    )


def check_repository(folder: Path, cases: Mapping[str, Case] | None, today: date) -> list[Check]:
    """Check what git has of a campaign that not everybody may read; nothing without git, or outside a repository.

    `cases` are None where their files cannot be read.
    """
    tracked = _git(folder, "ls-files")
    if tracked is None:
        return []
    there = _there(folder, (*PRIVATE, *UNSHARED))
    loose = _git(folder, "ls-files", "--others", "--exclude-standard", "--", *there) if there else []
    checks = [*_check_tracked(tracked), *_check_loose(loose or []), *_check_cases(tracked, cases or {}, today)]
    return checks or [ok("git", "has nothing of what is for this machine only")]


def _check_tracked(tracked: Iterable[str]) -> Iterator[Check]:
    private = sorted({name for name in tracked if _is_private(name)})
    if private:
        yield warning(
            "git",
            f"the repository has {listed(private, SHOWN)}: whoever can read it reads these too",
            f"Type: git rm -r --cached -- {_typed(_tops(private))}; then commit. Its history keeps what was in them: "
            "change the passwords, and ask where copies of the repository are",
        )


def _check_loose(loose: Iterable[str]) -> Iterator[Check]:
    tops = _tops(loose)
    if tops:
        yield warning(
            "git",
            f"nothing keeps {listed(tops, SHOWN)} out of the next commit",
            f"Add these lines to .gitignore: {'  '.join(tops)}",
        )


def _check_cases(tracked: Iterable[str], cases: Mapping[str, Case], today: date) -> Iterator[Check]:
    found = dict[str, str]()
    for name in tracked:
        slug = name.removeprefix("cases/").split(".")[0] if name.startswith("cases/") and name.endswith(".md") else ""
        if slug in cases and (why := _not_for_all(cases[slug], today)):
            found[name] = why
    if found:
        words = listed([f"{name} ({why})" for name, why in found.items()], SHOWN)
        yield warning(
            "git, cases",
            f"the repository has {words}: whoever can read it reads these",
            f"If that is not only your team: git rm --cached -- {_typed(found)}; add them to .gitignore, and commit. "
            "Its history keeps what was in them",
        )


def _not_for_all(case: Case, today: date) -> str:
    """Say why a case is not for everybody's eyes yet; blank when it is."""
    if case.embargo and today < case.embargo:
        return f"embargo until {case.embargo}"
    agreed = case.consent.letters or case.consent.posts or case.consent.web
    return "" if agreed else "no consent to anything"


def _there(folder: Path, patterns: Iterable[str] = PRIVATE) -> list[str]:
    found = {path.relative_to(folder).as_posix() for pattern in patterns for path in folder.glob(pattern)}
    return sorted(found)


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except OSError:  # a link that leads nowhere, or a file that went meanwhile
        return 0


def _is_private(name: str) -> bool:
    if "/" not in name and any(fnmatch(name, pattern) for pattern in UNSHARED):
        return True
    return any(fnmatch(name, pattern) or fnmatch(name, f"{pattern}/*") for pattern in PRIVATE)


def _tops(names: Iterable[str]) -> list[str]:
    """Name files, and folders in the place of all that is in them."""
    tops = dict[str, None]()
    for name in names:
        first, _, more = name.partition("/")
        tops[f"{first}/" if more and first != "contacts" else name] = None
    return list(tops)


def _typed(names: Iterable[str]) -> str:
    return " ".join(shlex.quote(name) for name in names)


def _git(folder: Path, *arguments: str) -> list[str] | None:
    """Ask git for names of files below the folder; None without git, or where it has no repository here."""
    command = ["git", "-c", "core.fsmonitor=false", "-C", str(folder), *arguments]
    command.insert(len(command) - len(arguments) + 1, "-z")
    try:
        environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0"}
        run = subprocess.run(command, capture_output=True, timeout=PATIENCE, env=environment, check=False)  # noqa: S603 - our own words
    except (OSError, subprocess.TimeoutExpired):
        return None
    return [os.fsdecode(name) for name in run.stdout.split(b"\0") if name] if run.returncode == 0 else None
