"""`outreach cases`: the people and organisations we speak for; prints case files and checks them with their texts."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from outreach.cli.cases.changes import confirm, resume, stop
from outreach.cli.cases.held import held_lines
from outreach.cli.cases.new import new
from outreach.cli.cases.pages import concerned, consent, english, facts, whole_page
from outreach.cli.common.next_steps import advice
from outreach.cli.common.options import campaign_folder, csv_option, folder_option, json_option
from outreach.cli.common.terminal.output import note, print_csv, print_json, print_table, say
from outreach.cli.common.terminal.pager import paged
from outreach.next_step import Action, NextStep
from outreach.services.cases import FoundCase, list_cases, look_up_case
from outreach.text import counted, listed

if TYPE_CHECKING:
    from outreach.services.checks.trial import TrialResult


@click.group(invoke_without_command=True)
@click.pass_context
def cases(ctx: click.Context) -> None:
    """List, show and check the cases; begin one, confirm its facts, stop it, let it go on. Alone it lists them."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_, as_json=False, as_csv=False)


for command in (new, confirm, stop, resume):
    cases.add_command(command)


@cases.command("list")
@json_option
@csv_option
@folder_option
@paged
@click.pass_context
def list_(ctx: click.Context, as_json: bool, as_csv: bool) -> None:
    """List the cases: title, State concerned, what the consent covers, embargo, when the facts were checked."""
    found = list_cases(campaign_folder(ctx))
    if as_json:
        print_json([_summary(each) for each in found])
        return
    if as_csv:
        print_csv([_summary(each) for each in found])
        return
    print_table(
        ("Case", "Title", "Concerned", "Consent", "Embargo", "Facts"),
        [
            (
                each.case.slug,
                english(each.case.title),
                concerned(each),
                consent(each.case.consent),
                each.case.embargo,
                facts(each),
            )
            for each in found
        ],
        wrap=("Title", "Consent", "Facts"),
        cut=("Concerned",),
    )
    if not found:
        note(f"There is no case yet. {advice(NextStep(Action.NEW_CASE), rehearsal=False)}")


@cases.command()
@click.argument("slug")
@json_option
@folder_option
@paged
@click.pass_context
def show(ctx: click.Context, slug: str, as_json: bool) -> None:
    """Show one case: people, dates, consent, sources and the story. SLUG is its file's name, such as viasna."""
    found = look_up_case(campaign_folder(ctx), slug)
    if as_json:
        print_json(asdict(found.case))
        return
    for line in whole_page(found):
        say(line)


@cases.command()
@json_option
@folder_option
@click.pass_context
def check(ctx: click.Context, as_json: bool) -> None:
    """Check the case files, and every letter and post that their templates would make, in each language.

    Says what cannot leave of each case, and why: that is no fault.
    """
    from outreach.services.checks.trial import try_texts

    tried = try_texts(campaign_folder(ctx))
    if as_json:
        print_json([asdict(problem) for problem in tried.problems])
    else:
        for problem in tried.problems:
            say(str(problem))
    for warning in (*tried.warnings, *tried.advice):
        note(f"{warning}")
    if not as_json:
        for line in held_lines(tried.held):
            note(line)
        if tried.without_file:
            note(_without_file(tried.without_file))
        note(_verdict(tried))
    ctx.exit(1 if tried.problems else 0)


def _without_file(slugs: Sequence[str]) -> str:
    has = "has" if len(slugs) == 1 else "have"
    return f"the record names {counted(len(slugs), 'case')} that {has} no file here: {listed(slugs)}"


def _verdict(tried: "TrialResult") -> str:
    held = dict.fromkeys(each.case for each in tried.held if each.altogether)
    found = counted(len(tried.problems), "problem") if tried.problems else "no fault" if held else "all well"
    if tried.problems and not tried.letters:
        return f"{found}; letters and posts are tried once these are mended"
    if warnings := len(tried.warnings) + len(tried.advice):
        found += f", and {counted(warnings, 'warning')}"
    if held:
        found += f"; no letter about {listed(held)} can leave yet"
    texts = f"{counted(tried.letters, 'letter')} and {counted(tried.posts, 'post')} tried"
    return f"{counted(tried.cases, 'case')}, {texts}: {found}"


def _summary(found: FoundCase) -> dict[str, object]:
    case = found.case
    return {
        "case": case.slug,
        "title": case.title,
        "state_concerned": case.state_concerned,
        "people": [person.name for person in case.people],
        "organisations": list(case.organisations),
        "consent": asdict(case.consent),
        "embargo": case.embargo,
        "checked_on": case.checked_on or None,
        "checked_by": case.checked_by or None,
        "facts_checked": found.unchecked is None,
        "historical": case.historical and found.unchecked is not None,
        "stopped": asdict(case.stopped) if case.stopped else None,
        "unfinished": list(case.unfinished),
    }
