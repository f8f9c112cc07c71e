"""`outreach cases`: the people and organisations we speak for; prints case files and checks them with their texts."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from outreach.cases.model import Case
from outreach.cli.common.options import campaign_folder, folder_option, json_option
from outreach.cli.common.output import note, print_json, print_table, say
from outreach.services.cases import FoundCase, list_cases, look_up_case
from outreach.text import counted

if TYPE_CHECKING:
    from outreach.services.trial import TrialResult

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
    found = list_cases(campaign_folder(ctx))
    if as_json:
        print_json([_summary(each.case) for each in found])
        return
    print_table(
        ("Case", "Title", "State concerned", "Consent", "Embargo"),
        [
            (each.case.slug, _english(each.case.title), _concerned(each), _consent(each.case), each.case.embargo)
            for each in found
        ],
    )


@cases.command()
@click.argument("slug")
@json_option
@folder_option
@click.pass_context
def show(ctx: click.Context, slug: str, as_json: bool) -> None:
    """Show one case: people, dates, consent, sources and the story. SLUG is its file's name, such as viasna."""
    found = look_up_case(campaign_folder(ctx), slug)
    if as_json:
        print_json(asdict(found.case))
        return
    for line in _page(found):
        say(line)


@cases.command()
@json_option
@folder_option
@click.pass_context
def check(ctx: click.Context, as_json: bool) -> None:
    """Check the case files, and every letter and post that their templates would make, in each language."""
    from outreach.services.trial import try_texts

    tried = try_texts(campaign_folder(ctx))
    if as_json:
        print_json([asdict(problem) for problem in tried.problems])
    else:
        for problem in tried.problems:
            say(str(problem))
        note(_verdict(tried))
    ctx.exit(1 if tried.problems else 0)


def _verdict(tried: "TrialResult") -> str:
    found = counted(len(tried.problems), "problem") if tried.problems else "all well"
    if tried.problems and not tried.letters:
        return f"{found}; letters and posts are tried once these are mended"
    texts = f"{counted(tried.letters, 'letter')} and {counted(tried.posts, 'post')} tried"
    return f"{counted(tried.cases, 'case')}, {texts}: {found}"


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


def _page(found: FoundCase) -> Iterator[str]:
    """Give the case as lines for a person to read."""
    case = found.case
    yield f"{_english(case.title)} ({case.slug})"
    yield f"State concerned: {_concerned(found)}"
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


def _concerned(found: FoundCase) -> str:
    return f"{found.concerned.name} ({found.concerned.code})"


def _consent(case: Case) -> str:
    scopes = {"letters": case.consent.letters, "posts": case.consent.posts, "web": case.consent.web}
    return ", ".join(scope for scope, given in scopes.items() if given) or "none"
