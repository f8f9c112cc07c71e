"""`outreach cases`: the people and organisations we speak for; prints case files and checks them with their letters."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from outreach.campaign import TEMPLATES
from outreach.cases.ask import asks_from
from outreach.cases.load import find_case, load_cases
from outreach.cases.model import ROUNDS, Ask, Case
from outreach.cli.options import campaign_folder, folder_option, json_option
from outreach.cli.output import note, print_json, print_table, say
from outreach.errors import DataError, Problem, SettingsError
from outreach.registry.load import load_registry
from outreach.registry.model import Mission, Registry
from outreach.registry.record import unknown_cases
from outreach.registry.states import load_states
from outreach.settings import FILE, Settings, load_settings

ONE_PAGE = range(250, 421)  # words of a letter, from address to signature


@click.group()
def cases() -> None:
    """List, show and check the cases."""


@cases.command("list")
@json_option
@folder_option
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List the cases: title, State concerned, what the consent covers, embargo."""
    found = _load(campaign_folder(ctx)).values()
    if as_json:
        print_json([_summary(case) for case in found])
        return
    print_table(
        ("Case", "Title", "State concerned", "Consent", "Embargo"),
        [(case.slug, _english(case.title), _concerned(case), _consent(case), case.embargo) for case in found],
    )


@cases.command()
@click.argument("slug")
@json_option
@folder_option
@click.pass_context
def show(ctx: click.Context, slug: str, as_json: bool) -> None:
    """Show one case: people, dates, consent, sources and the story. SLUG is its file's name, such as viasna."""
    case = find_case(_load(campaign_folder(ctx)), slug)
    if as_json:
        print_json(asdict(case))
        return
    for line in _page(case):
        say(line)


@cases.command()
@json_option
@folder_option
@click.pass_context
def check(ctx: click.Context, as_json: bool) -> None:
    """Check the case files, and every letter that their templates would make: each case, language and round."""
    checked = _check(campaign_folder(ctx))
    if as_json:
        print_json([asdict(problem) for problem in checked.problems])
    else:
        for problem in checked.problems:
            say(str(problem))
        note(checked.verdict)
    ctx.exit(1 if checked.problems else 0)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check looked at and found."""

    cases: int
    letters: int
    problems: tuple[Problem, ...]

    @property
    def verdict(self) -> str:
        looked = f"{_count(self.cases, 'case')}, {_count(self.letters, 'letter')} tried"
        return f"{looked}: {_count(len(self.problems), 'problem') if self.problems else 'all well'}"


def _load(folder: Path) -> dict[str, Case]:
    return load_cases(folder, load_states(), load_settings(folder).campaign.languages)


def _check(folder: Path) -> Checked:
    """Everything about the cases of a campaign; letters are tried only when all they are made of is sound."""
    settings = load_settings(folder)
    problems: list[Problem] = []
    registry, found, asks = None, dict[str, Case](), dict[str, Ask]()
    try:
        registry = load_registry(folder, settings.groups)
    except DataError as error:
        problems.extend(error.problems)
    try:
        found = load_cases(folder, load_states(), settings.campaign.languages)
    except DataError as error:
        problems.extend(error.problems)
    try:
        asks = asks_from(settings)
    except SettingsError as error:
        problems.extend(Problem(FILE, line.removeprefix(f"{FILE}, ")) for line in str(error).splitlines())
    if registry is None or problems:
        return Checked(len(found), 0, tuple(problems))
    problems.extend(unknown_cases(registry, found))
    trial = _Trial(folder, settings, registry, found)
    problems.extend(trial.problems(asks.values()))
    return Checked(len(found), trial.letters, tuple(dict.fromkeys(problems)))


class _Trial:
    """Writes every letter there could be and says what is wrong with it; each fault once, not once a State."""

    def __init__(self, folder: Path, settings: Settings, registry: Registry, found: dict[str, Case]) -> None:
        from outreach.rendering.letter import LetterWriter

        self._templates = folder / TEMPLATES
        self._writer = LetterWriter(self._templates)
        self._settings = settings
        self._registry = registry
        self._cases = found
        # Without missions one State stands in for them, so that the templates are tried all the same.
        self._missions = list(registry.missions.values()) or [Mission("CHE", "", (), "fr")]
        self.letters = 0

    def problems(self, asks: Iterable[Ask]) -> Iterator[Problem]:
        for ask in asks:
            for case in self._cases.values():
                for language in self._settings.campaign.languages:
                    for round_ in ROUNDS:
                        if round_ == "first" or self._has_template(case.slug, round_, language):
                            yield from self._of_template(case, ask, round_, language)

    def _has_template(self, slug: str, round_: str, language: str) -> bool:
        names = (f"{slug}.{round_}.{language}.md", f"{round_}.{language}.md")
        return any((self._templates / name).is_file() for name in names)

    def _of_template(self, case: Case, ask: Ask, round_: str, language: str) -> list[Problem]:
        """The problems of one template: that it cannot be rendered, or its letters that are not one page."""
        try:
            words = {mission.state: self._words(mission, case, ask, round_, language) for mission in self._missions}
        except DataError as error:
            return list(error.problems)
        shortest, longest = min(words, key=words.__getitem__), max(words, key=words.__getitem__)
        return [
            Problem(
                f"{TEMPLATES}/", _wrong_length(words[code], case, round_, language, self._registry.states[code].name)
            )
            for code in dict.fromkeys((shortest, longest))
            if words[code] not in ONE_PAGE
        ]

    def _words(self, mission: Mission, case: Case, ask: Ask, round_: str, language: str) -> int:
        from outreach.rendering.words import letter_context

        context = letter_context(
            registry=self._registry,
            cases=self._cases,
            settings=self._settings,
            mission=mission,
            case=case,
            ask=ask,
            round=round_,
            language=language,
        )
        self.letters += 1
        return len(self._writer.write(context).text.split())


def _wrong_length(words: int, case: Case, round_: str, language: str, state: str) -> str:
    return (
        f"the letter {case.slug}, {round_}, {language} to {state} has {words} words; "
        f"a letter is one page: {ONE_PAGE.start} to {ONE_PAGE.stop - 1}"
    )


def _summary(case: Case) -> dict[str, object]:
    return {
        "case": case.slug,
        "title": case.title,
        "state_concerned": case.state_concerned,
        "people": [person.name for person in case.people],
        "organisations": list(case.organisations),
        "consent": asdict(case.consent),
        "embargo": case.embargo,
    }


def _page(case: Case) -> Iterator[str]:
    """The case as lines for a person to read."""
    yield f"{_english(case.title)} ({case.slug})"
    yield f"State concerned: {_concerned(case)}"
    yield f"Consent: {_consent(case)}; {case.consent.source or 'no source'}"
    if case.embargo:
        yield f"Embargo: nothing leaves before {case.embargo}"
    yield from _listed("People", (f"{person.name}, {person.role}".removesuffix(", ") for person in case.people))
    yield from _listed("Organisations", case.organisations)
    yield from _listed("Dates", (f"{event.date}: {event.text}" for event in case.dates))
    yield from _listed("Sources", case.sources)
    for heading, text in case.story.items():
        yield from ("", heading, "", *text.splitlines())


def _listed(heading: str, items: Iterable[str]) -> Iterator[str]:
    lines = [f"  {item}" for item in items]
    if lines:
        yield from (f"{heading}:", *lines)


def _english(texts: dict[str, str]) -> str:
    return texts.get("en") or next(iter(texts.values()), "")


def _concerned(case: Case) -> str:
    return f"{load_states()[case.state_concerned].name} ({case.state_concerned})"


def _consent(case: Case) -> str:
    scopes = {"letters": case.consent.letters, "posts": case.consent.posts, "web": case.consent.web}
    return ", ".join(scope for scope, given in scopes.items() if given) or "none"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
