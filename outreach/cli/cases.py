"""`outreach cases`: the people and organisations we speak for; prints case files and checks them with their texts."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from outreach.campaign import load_campaign
from outreach.cases.load import find_case, load_cases
from outreach.cases.model import Case
from outreach.cli.options import campaign_folder, folder_option, json_option
from outreach.cli.output import counted, note, print_json, print_table, say
from outreach.errors import DataError, Problem
from outreach.registry.states import load_states
from outreach.settings.load import load_settings

INSIDE_A_PARAGRAPH = re.compile(r"(?<!\n)[ \t]*\n(?!\n|[ \t]*(?:[-*+>]|\d+[.)])[ \t])[ \t]*")


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
    """Check the case files, and every letter and post that their templates would make, in each language."""
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
    posts: int
    problems: tuple[Problem, ...]

    @property
    def verdict(self) -> str:
        found = counted(len(self.problems), "problem") if self.problems else "all well"
        if self.problems and not self.letters:
            return f"{found}; letters and posts are tried once these are mended"
        tried = f"{counted(self.letters, 'letter')} and {counted(self.posts, 'post')} tried"
        return f"{counted(self.cases, 'case')}, {tried}: {found}"


def _load(folder: Path) -> dict[str, Case]:
    return load_cases(folder, load_states(), load_settings(folder).campaign.languages)


def _check(folder: Path) -> Checked:
    """Everything about the cases of a campaign; texts are tried only when all they are made of is sound."""
    from outreach.cli.cases_letters import LetterTrial
    from outreach.cli.cases_posts import PostTrial

    try:
        campaign = load_campaign(folder)
    except DataError as error:
        return Checked(0, 0, 0, error.problems)
    letters, posts = LetterTrial(campaign), PostTrial(campaign)
    problems = tuple(dict.fromkeys([*letters.problems(), *posts.problems()]))
    return Checked(len(campaign.cases), letters.tried, posts.tried, problems)


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
        # A paragraph is one line, and as wide as the reader's terminal; a list keeps its lines.
        yield from ("", heading, "", *INSIDE_A_PARAGRAPH.sub(" ", text).splitlines())


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
