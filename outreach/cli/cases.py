"""`outreach cases`: the people and organisations we speak for; prints case files and checks them with their letters."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from outreach.campaign import TEMPLATES, Campaign, load_campaign
from outreach.cases.load import find_case, load_cases
from outreach.cases.model import ROUNDS, Ask, Case
from outreach.cli.options import campaign_folder, folder_option, json_option
from outreach.cli.output import counted, note, print_json, print_table, say
from outreach.errors import DataError, Problem
from outreach.registry.model import Mission, State
from outreach.registry.states import load_states
from outreach.settings import FILE, load_settings

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
        found = counted(len(self.problems), "problem") if self.problems else "all well"
        if self.problems and not self.letters:
            return f"{found}; letters are tried once these are mended"
        return f"{counted(self.cases, 'case')}, {counted(self.letters, 'letter')} tried: {found}"


def _load(folder: Path) -> dict[str, Case]:
    return load_cases(folder, load_states(), load_settings(folder).campaign.languages)


def _check(folder: Path) -> Checked:
    """Everything about the cases of a campaign; letters are tried only when all they are made of is sound."""
    try:
        campaign = load_campaign(folder)
    except DataError as error:
        return Checked(0, 0, error.problems)
    trial = _Trial(campaign)
    problems = tuple(dict.fromkeys(trial.problems()))
    return Checked(len(campaign.cases), trial.letters, problems)


@dataclass(frozen=True, slots=True)
class _Sort:
    """The letters that one template makes for one ask."""

    case: Case
    ask: Ask
    round: str
    language: str

    def __str__(self) -> str:
        return f"{self.case.slug}, ask {self.ask.id}, {self.round}, {self.language}"


class _Trial:
    """Writes every letter there could be and says what is wrong with it; each fault once, not once a State."""

    def __init__(self, campaign: Campaign) -> None:
        from outreach.rendering.letter import LetterWriter

        self._campaign = campaign
        self._writer = LetterWriter(campaign.templates)
        self.letters = 0

    def problems(self) -> Iterator[Problem]:
        for ask in self._campaign.asks.values():
            for case in self._campaign.cases.values():
                for language in self._campaign.settings.campaign.languages:
                    for round_ in ROUNDS:
                        yield from self._problems_of(_Sort(case, ask, round_, language))

    def _problems_of(self, sort: _Sort) -> list[Problem]:
        """That a template is missing or cannot be rendered, or its letters that are not one page."""
        template = self._template(sort)
        if not template and sort.round != "first":
            return []
        try:
            words = {mission.state: self._words(mission, sort) for mission in self._missions(sort.case)}
        except DataError as error:
            return list(error.problems)
        shortest, longest = min(words, key=words.__getitem__), max(words, key=words.__getitem__)
        return [
            Problem(f"{TEMPLATES}/{template}", _wrong_length(sort, self._campaign.registry.states[code], words[code]))
            for code in dict.fromkeys((shortest, longest))
            if words[code] not in ONE_PAGE
        ]

    def _template(self, sort: _Sort) -> str:
        """The name of the file that makes these letters, or "" where there is none."""
        common = f"{sort.round}.{sort.language}.md"
        own = f"{sort.case.slug}.{common}"
        names = (f"{sort.case.slug}.{sort.language}.md",) if sort.round == "first" else (own, common)
        return next((name for name in names if (self._campaign.templates / name).is_file()), "")

    def _missions(self, case: Case) -> list[Mission]:
        """Whom a letter about the case may go to; where there is nobody one State stands in, to try it all the same."""
        missions = self._campaign.registry.missions.values()
        stand_in = Mission("CHE" if case.state_concerned != "CHE" else "CRI", "", (), "en")
        return [mission for mission in missions if mission.state != case.state_concerned] or [stand_in]

    def _words(self, mission: Mission, sort: _Sort) -> int:
        from outreach.rendering.words import letter_context

        context = letter_context(
            registry=self._campaign.registry,
            cases=self._campaign.cases,
            settings=self._campaign.settings,
            mission=mission,
            case=sort.case,
            ask=sort.ask,
            round=sort.round,
            language=sort.language,
        )
        self.letters += 1
        return len(self._writer.write(context).text.split())


def _wrong_length(sort: _Sort, state: State, words: int) -> str:
    shortest, longest = ONE_PAGE.start, ONE_PAGE.stop - 1
    short, long = counted(shortest - words, "word"), counted(words - longest, "word")
    advice = f"write {short} more" if words < shortest else f"shorten it by {long}"
    return (
        f"the letter {sort} to {state.name} has {counted(words, 'word')}, and one page is {shortest} to {longest}: "
        f"{advice}. The ask's own sentence (text.{sort.language} in {FILE}) counts too, where the letter has it"
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
