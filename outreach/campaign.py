"""Loads a campaign folder: settings, registry, record, cases, asks; knows nothing of what was sent."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from outreach.cases.asks.ask import ask_problems, asks_from
from outreach.cases.documented import closed_names, contradictions
from outreach.cases.facts import UncheckedFacts, unchecked_facts
from outreach.cases.load import load_cases
from outreach.cases.model import Ask, Case
from outreach.cases.theme import theme_problems
from outreach.cases.withheld import Withheld, load_withheld
from outreach.disk import Stamp, stamp
from outreach.errors import DataError, Problem, SettingsError, UsageError
from outreach.registry.cells import read_address
from outreach.registry.documented.model import Documented
from outreach.registry.documented.reading import load_documented
from outreach.registry.load import load_registry
from outreach.registry.model import Registry
from outreach.registry.record import slips_in_cases
from outreach.registry.selection import select
from outreach.registry.states import load_states
from outreach.settings.load import load_settings
from outreach.settings.sections import FILE
from outreach.settings.settings import Settings
from outreach.settings.words import words_file
from outreach.text import did_you_mean

TEMPLATES = Path("templates") / "letters"
POST_TEMPLATES = Path("templates") / "tweets"
NOTES = Path("templates") / "states"  # a paragraph for one State each, DNK.en.md
PARTS = (Path("contacts"), Path("cases"), TEMPLATES, POST_TEMPLATES, NOTES)


@dataclass(frozen=True, slots=True)
class Campaign:
    """Everything that people edit, read and checked. `cases` and `asks` are keyed by slug and id."""

    folder: Path
    settings: Settings
    registry: Registry
    cases: dict[str, Case]
    asks: dict[str, Ask]
    withheld: Withheld = field(default_factory=Withheld, compare=False, repr=False)
    documented: tuple[Documented, ...] = ()
    read_from: Stamp = field(default_factory=dict, compare=False, repr=False)
    day: date | None = None  # what counts as today, where somebody looks at another day

    @property
    def templates(self) -> Path:
        return self.folder / TEMPLATES

    @property
    def notes(self) -> Path:
        return self.folder / NOTES

    @property
    def post_templates(self) -> Path:
        return self.folder / POST_TEMPLATES

    def today(self) -> date:
        """Give the day in the campaign's own time zone: embargoes and asks are days there."""
        return self.day or datetime.now(self.settings.timezone).date()

    def unchecked_facts(self, case: Case, today: date) -> UncheckedFacts | None:
        """Say that nobody has checked the facts of a case for [campaign] facts_days; None where somebody has."""
        return unchecked_facts(case, self.settings.campaign.facts_days, today)


def load_campaign(folder: Path) -> Campaign:
    """Read a campaign folder; raises SettingsError, or DataError with the problems of all its files at once.

    Acts of the record may name cases that have no file here; a slug that is one slip away from a case is a problem.
    """
    read_from = stamp(_files(folder))  # before they are read: what changes meanwhile is a change
    settings = load_settings(folder)
    check_addresses(settings)
    refuse_closed(folder)
    problems = list[Problem]()
    registry, cases = None, None
    try:
        registry = load_registry(folder, settings.groups, languages=settings.campaign.languages)
    except DataError as error:
        problems += error.problems
    try:
        cases = load_cases(folder, load_states(), settings.campaign.languages)
    except DataError as error:
        problems += error.problems
    documented: tuple[Documented, ...] = ()
    try:
        documented = load_documented(folder)
        problems += contradictions(documented, cases or {})
    except DataError as error:
        problems += error.problems
    withheld, is_there = Withheld(), False
    try:
        withheld, is_there = load_withheld(folder, cases or {}, closed_names(documented))
    except DataError as error:
        problems += error.problems
    if registry is not None and cases is not None:
        problems += slips_in_cases(registry, cases)
    problems += [*ask_problems(settings), *theme_problems(settings.theme), *_unknown_states(settings)]
    if registry is None or cases is None or problems:
        raise DataError([*(registry.problems if registry else ()), *problems])
    asks = asks_from(settings)
    if problems := list(_empty_selections(registry, cases, asks)):
        raise DataError(problems)
    if not is_there:
        cases = {slug: replace(case, names_unknown=case.withheld_in_file) for slug, case in cases.items()}
    return Campaign(folder, settings, registry, cases, asks, withheld, documented, read_from)


def _unknown_states(settings: Settings) -> Iterator[Problem]:
    """Give the codes of a words file that are no State's."""
    for language, words in settings.words.items():
        for key, names in (("states", words.states), ("of_states", words.of_states)):
            for code in names.keys() - load_states().keys():
                message = f"'{code}' is no State{did_you_mean(code, load_states())}"
                yield Problem(words_file(language), message, column=f"{key}.{code}")


def _files(folder: Path) -> Iterator[Path]:
    """List all that decides who is written to and about whom. Templates do not: what is queued is written already."""
    yield from (folder / FILE, folder / ".env")
    for part in (folder / "contacts", folder / "cases"):
        yield part
        with suppress(OSError):  # whoever reads it says so
            yield from part.iterdir()


def refuse_closed(folder: Path) -> None:
    """Raise DataError for folders of the campaign that are there and cannot be looked into."""
    problems = []
    for part in PARTS:
        try:
            with os.scandir(folder / part) as found:
                for file in found:
                    file.stat()
                    break
        except (FileNotFoundError, NotADirectoryError):  # whoever needs it says so
            continue
        except OSError as error:
            problems.append(Problem(f"{part.as_posix()}/", f"cannot be read: {error.strerror}"))
    if problems:
        raise DataError(problems)


def _empty_selections(registry: Registry, cases: Iterable[str], asks: Mapping[str, Ask]) -> Iterator[Problem]:
    """Give the asks that are addressed to what is nobody: a slip that would only be found on the day of sending."""
    for ask in asks.values():
        try:
            select(registry, ask.to, (), tuple(cases))
        except UsageError as error:
            yield Problem(FILE, str(error), column=f"ask.{ask.id}.to")


def check_addresses(settings: Settings) -> None:
    """Raise SettingsError for an address of our own that is none. Blank ones are for `send` to miss."""
    own = {
        "sender.email": settings.sender.email,
        "sender.reply_to": settings.sender.reply_to,
        "smtp.archive": settings.smtp.archive,
        "site.contact": settings.site.contact,
        "smtp.envelope": settings.smtp.envelope.replace("{token}", "token"),
    }
    problems = []
    for key, text in own.items():
        try:
            if text:
                read_address(text)
        except ValueError as error:
            problems.append(str(Problem(FILE, str(error), column=key)))
    if problems:
        raise SettingsError("\n".join(problems))
