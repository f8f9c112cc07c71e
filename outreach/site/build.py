"""Builds the public page: opens the campaign, makes every page in every language, and writes what changed."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import outreach
from outreach.campaign import Campaign
from outreach.errors import DataError, UsageError
from outreach.next_step import Action, NextStep
from outreach.publishing.files import FOLDER
from outreach.site.content.names import forbidden_words
from outreach.site.facts.site import Site, SiteRequest, open_site
from outreach.site.frame.page import Page
from outreach.site.output import Written, check_is_ours, is_up_to_date, note_look, write_site
from outreach.site.unchanged import look_of


@dataclass(frozen=True, slots=True)
class Built:
    """What was built: its pages, and what was written. Neither where all is as it was (`fresh`).

    `undrawn` says why pages have no card of their own, by their addresses.
    """

    site: Site
    made: tuple[Page, ...]
    written: Written
    fresh: bool
    undrawn: Mapping[str, str] = field(default_factory=dict[str, str])


def build(folder: Path, output: Path, wanted: SiteRequest) -> Built:
    """Build the site of a campaign into a folder. The same files, day and address give the same bytes.

    Raises UsageError where no case may be told, or where the folder holds something else; DataError for broken files.
    """
    check_is_ours(output)
    # Before anything is read: what changes meanwhile is a change.
    look = look_of(folder, wanted.url, wanted.languages, wanted.day)
    site = open_site(folder, wanted)
    if site.campaign.settings.database_url:
        look = ""
    _check_any_case(site)
    if problems := forbidden_words(site.content, site.untold.why_not):
        raise DataError(problems)
    source = _source(folder, site)
    if is_up_to_date(output, source):
        note_look(output, look, f"{site.day}")
        return Built(site, (), Written(0), fresh=True)
    from outreach.site.making import make_site  # takes longer to import than to see that nothing has changed

    made = make_site(site)
    written = write_site(output, made.files, source, site.url, look, f"{site.day}")
    return Built(site, made.pages, written, fresh=False, undrawn=made.undrawn)


def _check_any_case(site: Site) -> None:
    if site.cases or not site.campaign.cases:
        return
    waits = "; ".join(f"cases/{slug}.md: {_why_not(site.campaign, slug)}" for slug in site.campaign.cases)
    raise UsageError(f"no case may be told on the web. {waits}", next_step=NextStep(Action.CHECK_CASES))


def _why_not(campaign: Campaign, slug: str) -> str:
    """Say what a case waits for before the web may tell it."""
    case = campaign.cases[slug]
    if not case.consent.web:
        return "consent: web is not yes"
    if case.names_unknown:
        return "it relies on contacts/withheld.txt, which is not here"
    if case.embargo and case.embargo > campaign.today():
        return f"embargo until {case.embargo}"
    return f"stopped since {case.stopped.on}" if case.stopped else "it may be told"


def _source(folder: Path, site: Site) -> str:
    """Give a fingerprint of all that a build depends on: files, settings, day, address, what was asked, the program."""
    digest = hashlib.sha256(f"{outreach.__version__}\n{site.day}\n{site.url}\n{site.languages}\n".encode())
    digest.update(repr(site.subject.rows).encode())
    digest.update(site.campaign.settings.model_dump_json(exclude={"smtp", "imap", "x", "bluesky", "mastodon"}).encode())
    for path in sorted(_inputs(folder)):
        digest.update(f"{path.relative_to(folder)}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    program = Path(outreach.__file__).parent
    for path in sorted(p for p in program.rglob("*") if p.is_file() and p.suffix != ".pyc"):
        found = path.stat()
        digest.update(f"{path.relative_to(program)} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _inputs(folder: Path) -> Iterator[Path]:
    yield from (
        p for name in (FOLDER, "cases", "contacts", "templates") for p in (folder / name).rglob("*") if p.is_file()
    )
    if (folder / "outreach.toml").is_file():
        yield folder / "outreach.toml"
