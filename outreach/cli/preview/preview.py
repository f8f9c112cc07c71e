"""`outreach preview`: look at a letter as text, as HTML in the browser, as .eml, or by mail; or at posts."""

import sys
import tempfile
import webbrowser
from pathlib import Path

import click
from click.core import ParameterSource

from outreach.cases.load import EVERY
from outreach.cases.model import Round
from outreach.cli.common.facts import ask_anew, warn_of_facts
from outreach.cli.common.letters.advising import tell_advice
from outreach.cli.common.letters.attachments import attach_option, tell_attachments
from outreach.cli.common.letters.languages import say_instead, warn_of_names
from outreach.cli.common.letters.notes import note_for_option, tell_notes
from outreach.cli.common.next_steps import command
from outreach.cli.common.opening import open_to_preview, open_to_send
from outreach.cli.common.options import (
    folder_option,
    read_networks,
    rehearse_option,
    round_option,
    several_cases_option,
    via_option,
)
from outreach.cli.common.paper import output_option
from outreach.cli.common.terminal.output import note, say
from outreach.cli.common.terminal.pager import paged
from outreach.cli.preview.paper import print_all, print_one
from outreach.cli.preview.posts import show_posts
from outreach.errors import UsageError
from outreach.language import best_language
from outreach.next_step import Action, NextStep
from outreach.outbox.gate.objections import Reason
from outreach.outbox.models import case_key
from outreach.rendering.letters.letter import Letter
from outreach.rendering.letters.words import letter_language
from outreach.services.checks.advice import give_advice
from outreach.services.checks.length import advice_on_letters
from outreach.services.preview import (
    ChosenLetter,
    LetterChoice,
    PostsChoice,
    attachments_of,
    choose_letter,
    choose_letters,
    notes_of,
    send_test,
    write_letter,
    write_letters,
    write_message,
)
from outreach.services.workspace import Workspace

LETTERS_ONLY = ("--round", "--attach", "--note-for", "--all", "--format", "--output", "--open", "--send-to")
POSTS_ONLY = ("--via",)


@click.command()
@several_cases_option
@click.option(
    "--mission",
    "state",
    metavar="STATE",
    help="Whose letter or post: DEU, de or Germany; default: the first to get one.",
)
@click.option("--ask", "ask_id", metavar="ID", help="The ask; default: the only one, or the next by date.")
@round_option
@attach_option
@note_for_option
@click.option("--language", metavar="LANG", help="One of the campaign's languages, instead of the mission's own.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "html", "eml", "pdf"]),
    default="text",
    help="As what; default: text.",
)
@output_option
@click.option("--open", "open_", is_flag=True, help="Show the HTML in the browser.")
@click.option("--send-to", "send_to", metavar="ADDRESS", help="Mail it, marked [TEST], to yourself; not in the ledger.")
@click.option("--all", "all_", is_flag=True, help="Every letter of the plan; as PDF, one file each.")
@click.option("--posts", "posts_", is_flag=True, help="The posts of the case instead, with their lengths.")
@via_option
@rehearse_option
@folder_option
@paged
@click.pass_context
def preview(
    ctx: click.Context,
    case_slugs: tuple[str, ...],
    state: str | None,
    ask_id: str | None,
    round_: Round,
    attach: tuple[Path, ...],
    notes: tuple[tuple[str, str], ...],
    language: str | None,
    format_: str,
    output: Path | None,
    send_to: str | None,
    via: tuple[str, ...],
    *,
    open_: bool,
    all_: bool,
    posts_: bool,
    rehearse: bool,
) -> None:
    """Look at a letter before anyone else does: byte for byte what `send` would send, its date aside.

    With --posts look at the posts of the case instead: each text, and what it counts on each network.
    """
    _refuse_mixture(ctx, case_slugs, posts=posts_)
    if output is not None and format_ != "pdf":
        raise UsageError("--output is where a PDF goes: add --format pdf")
    workspace = (open_to_send if send_to else open_to_preview)(ctx, rehearse=rehearse)
    if language:
        language = workspace.campaign.settings.campaign.written(language)
    case_slug, *others = case_slugs
    if posts_:
        show_posts(workspace, PostsChoice(case_slug, ask_id, read_networks(via), language or "", state or ""))
    elif all_:
        if state or open_ or send_to or format_ == "eml":
            raise UsageError("--all shows letters below each other, as text or HTML, or makes PDFs: no other options")
        wanted = LetterChoice(case_slug, ask_id, round_, attach=attach, notes=notes, others=tuple(others))
        _print_all(ctx, workspace, wanted, language, format_, output)
    else:
        wanted = LetterChoice(case_slug, ask_id, round_, state, attach, notes, tuple(others))
        chosen = choose_letter(workspace, wanted)
        _tell_about(workspace, chosen, language, named=bool(state))
        if send_to:
            detail = send_test(workspace, chosen, send_to, language)
            sys.stdout.flush()
            where = "the folder rehearsal" if workspace.rehearsal else send_to
            say(f"A test letter went to {where}; the ledger does not know of it. {detail}")
        elif open_:
            _open(workspace, chosen, language)
        else:
            _print(workspace, chosen, language, format_, output)


def _tell_about(workspace: Workspace, chosen: ChosenLetter, language: str | None, *, named: bool) -> None:
    """Say on standard error what a reader of the letter should know."""
    _note_choice(chosen, named=named)
    _note_language(workspace, chosen, language)
    tell_notes(notes_of(workspace, chosen, language), note)
    tell_attachments((attachments_of(workspace, chosen, language),), note)
    asked = chosen.request
    for case in asked.cases:
        warn_of_facts(workspace.campaign, case, note)
        ask_anew(workspace.campaign, case, note)
    lengths = advice_on_letters(
        workspace.campaign, asked.cases, asked.ask, asked.round, [chosen.planned.mission], language
    )
    tell_advice((*give_advice(workspace.campaign, *asked.cases), *lengths), note)


def _refuse_mixture(ctx: click.Context, cases: tuple[str, ...], *, posts: bool) -> None:
    """Refuse options that speak of letters where posts are meant, and the other way round."""
    typed = [
        option.opts[0]
        for option in ctx.command.params
        if option.name and ctx.get_parameter_source(option.name) is ParameterSource.COMMANDLINE
    ]
    wrong = [name for name in typed if name in (LETTERS_ONLY if posts else POSTS_ONLY)]
    if wrong:
        raise UsageError(f"{wrong[0]} is for {'letters, not for --posts' if posts else 'posts: add --posts'}")
    if posts and (len(cases) > 1 or EVERY in cases):
        raise UsageError("each post is about one case: name it with one --case")


def _note_choice(chosen: ChosenLetter, *, named: bool) -> None:
    """Say on standard error whose letter it is, or why it would be left out: it can be looked at all the same."""
    who, left_out = chosen.state.name, chosen.left_out
    if left_out is None:
        if not named:
            note(f"The letter to {who}; another one with --mission STATE")
    elif left_out.reason is Reason.ALREADY_ASKED:
        note(f"{who}: in the outbox already ({left_out.detail}), as it was queued; here it is as written today.")
    else:
        note(f"{who} would get no letter ({left_out.reason.value}); here it is all the same.")


def _note_language(workspace: Workspace, chosen: ChosenLetter, language: str | None) -> None:
    """Say on standard error what a reader should know of the letter's language."""
    own = chosen.planned.mission.language
    written = language or letter_language(chosen.planned.mission, workspace.campaign.settings)
    if not language and not best_language(own, (written,)):
        say_instead({(own, written): (chosen.state.code,)}, note)
    warn_of_names((written,), note)


def _print_all(
    ctx: click.Context,
    workspace: Workspace,
    wanted: LetterChoice,
    language: str | None,
    format_: str,
    output: Path | None,
) -> None:
    chosen = choose_letters(workspace, wanted)
    if not chosen:
        why = command(NextStep(Action.SEND_LETTERS, case=case_key((wanted.case, *wanted.others))), rehearsal=False)
        raise UsageError(f"nobody would get this letter; see why with: {why} --dry-run")
    if format_ == "pdf":
        print_all(ctx, workspace, chosen, language, output)
        return
    for number, (each, letter) in enumerate(zip(chosen, write_letters(workspace, chosen, language), strict=True), 1):
        if format_ == "text":
            written = f", {each.left_out.detail} already" if each.left_out else ""
            say(f"== {number} of {len(chosen)}: {each.state.name} ({letter.language}){written}")
        _show(letter, format_)
        say()


def _print(workspace: Workspace, chosen: ChosenLetter, language: str | None, format_: str, output: Path | None) -> None:
    if format_ == "eml":
        sys.stdout.buffer.write(write_message(workspace, chosen, language))
    elif format_ == "pdf":
        print_one(workspace, chosen, language, output)
    else:
        _show(write_letter(workspace, chosen, language), format_)


def _show(letter: Letter, format_: str) -> None:
    if format_ == "html":
        click.echo(letter.html)
        return
    say(f"Subject: {letter.subject}")
    say()
    for line in letter.text.splitlines():
        say(line, hanging=0)


def _open(workspace: Workspace, chosen: ChosenLetter, language: str | None) -> None:
    letter = write_letter(workspace, chosen, language)
    folder = Path(tempfile.mkdtemp(prefix="outreach-"))
    path = folder / f"{case_key(chosen.request.slugs)}.{chosen.planned.mission.state}.{letter.language}.html"
    path.write_text(letter.html, encoding="utf-8")
    opened = webbrowser.open(path.as_uri())
    say(f"{'Opened' if opened else 'No browser was found; open this file yourself:'} {path}")
