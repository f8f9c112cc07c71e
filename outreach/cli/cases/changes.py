"""`outreach cases confirm`, `stop` and `resume`: what a person says of a case as it is today."""

import sys
from collections.abc import Sequence

import click

from outreach.cases.model import CONDITIONS, Condition
from outreach.cli.cases.pages import before_confirming, whole_page
from outreach.cli.common.events import noun_of
from outreach.cli.common.facts import QUESTION, checked
from outreach.cli.common.next_steps import advice, command
from outreach.cli.common.options import campaign_folder, folder_option, yes_option
from outreach.cli.common.terminal.output import note, say
from outreach.cli.common.terminal.questions import agreed, asked, chosen, when_stopped
from outreach.errors import UsageError
from outreach.next_step import Action, NextStep
from outreach.outbox.models import Entry
from outreach.outbox.posts.listing import PostLine
from outreach.services.cases import (
    Confirmation,
    FoundCase,
    NamingMessages,
    case_to_confirm,
    confirm_case,
    stop_case,
)
from outreach.text import counted

UNKNOWN = "unknown"
MOST_POSTS = 5  # that are told with their address; of the others the id
PUBLISHED = "A public page and links that you gave away still have it: take the links down."
by_option = click.option("--by", metavar="NAME", default="", help="Who checked the facts.")
condition_option = click.option(
    "--condition", type=click.Choice(CONDITIONS), help="How the person is since we spoke; worse stops the case."
)


@click.command()
@click.argument("slugs", metavar="SLUG…", nargs=-1, required=True)
@by_option
@condition_option
@yes_option
@folder_option
@click.pass_context
def confirm(ctx: click.Context, slugs: tuple[str, ...], by: str, condition: Condition | None, *, yes: bool) -> None:
    """Show a case, and ask whether its facts are still true and how the person is since we spoke.

    The day and who checked go into the case's file; without that nothing about it leaves in earnest. Without a terminal
    say --yes and --by NAME. Who is worse is left in peace: the case is stopped.
    """
    for slug in dict.fromkeys(slugs):
        _confirm(ctx, slug, by, condition, yes=yes, resume=False)


@click.command()
@click.argument("slug")
@by_option
@condition_option
@yes_option
@folder_option
@click.pass_context
def resume(ctx: click.Context, slug: str, by: str, condition: Condition | None, *, yes: bool) -> None:
    """Let a stopped case go on, once its facts are confirmed: asks what `cases confirm` asks."""
    _confirm(ctx, slug, by, condition, yes=yes, resume=True)


@click.command()
@click.argument("slug")
@click.option(
    "--why",
    metavar="WHY",
    required=True,
    help="In a few neutral words: it stands in the case file, which others may read.",
)
@folder_option
@click.pass_context
def stop(ctx: click.Context, slug: str, why: str) -> None:
    """Stop a case everywhere at once: from now on nothing about it leaves but what is in flight.

    That holds for letters and posts that wait, also for a run that is at work. `cases resume` lets it go on.
    """
    done = stop_case(campaign_folder(ctx), slug, why)
    say(f"{slug} is stopped{' already' if done.already else ''}, since {done.stopped.on}: {done.stopped.why}")
    if done.found is None:
        say("What waits could not be counted, nor the posts that are out; see what is wrong with: outreach doctor")
    else:
        _tell_what_waits(slug, done.found.waiting, rehearsal=done.rehearsal)
        if done.found.held:
            say(f"A run at work holds {done.found.held} more; only what of these is in flight leaves.")
        _tell_what_is_out(done.found)
    say(f"{PUBLISHED} {advice(NextStep(Action.REPORT_TO_ALL), rehearsal=False)}")
    say(advice(NextStep(Action.RESUME_CASE, case=slug), rehearsal=False))


def _tell_what_waits(slug: str, waiting: Sequence[Entry], *, rehearsal: bool) -> None:
    if not waiting:
        say("No letter or post that names it was waiting.")
        return
    where = " in the rehearsal" if rehearsal else ""
    name = "names it waits" if len(waiting) == 1 else "name it wait"
    say(f"{counted(len(waiting), noun_of(waiting))} that {name}{where} and cannot leave.")
    asking = [entry.key for entry in waiting if slug in entry.key.cases]
    if asking:
        say(f"  {advice(NextStep(Action.WITHDRAW_CASE, case=slug), rehearsal=rehearsal)}")
    for key in [key for key in asking if len(key.cases) > 1][:1]:
        again = NextStep(Action.SEND_LETTERS, case=key.case, ask=key.ask, round=key.round)
        say(f"  Then this asks for the other cases of these letters: {command(again, rehearsal=rehearsal)}")


def _tell_what_is_out(found: NamingMessages) -> None:
    if found.out:
        names = "names it is" if len(found.out) == 1 else "name it are"
        say(f"{counted(len(found.out), 'post')} that {names} out, and anybody can read what is out:")
        _list_posts(found.out)
        first = (found.out[0].id,) if len(found.out) == 1 else ()
        say(f"  {advice(NextStep(Action.DELETE_POST, ids=first), rehearsal=False)}")
    if found.doubtful:
        say(f"{counted(len(found.doubtful), 'post')} may be out; nobody knows:")
        _list_posts(found.doubtful)
        say(f"  {advice(NextStep(Action.SETTLE), rehearsal=False)}")


def _list_posts(posts: Sequence[PostLine]) -> None:
    for post in posts[:MOST_POSTS]:
        say(f"  {post.id}  {post.part} on {post.channel}  {post.public_address}".rstrip())
    if more := [post.id for post in posts[MOST_POSTS:]]:
        say(f"  and {', '.join(map(str, more))}")


def _confirm(ctx: click.Context, slug: str, by: str, condition: Condition | None, *, yes: bool, resume: bool) -> None:
    folder = campaign_folder(ctx)
    found = case_to_confirm(folder, slug, resume=resume)
    asks = not yes and sys.stdin.isatty()
    if not asks and not (yes and by.strip()):
        raise UsageError(
            f"nothing was changed: nobody can be asked here. Once somebody has checked the facts: "
            f"outreach cases {'resume' if resume else 'confirm'} {slug} --yes --by NAME"
        )
    if asks:
        with when_stopped(f"cases/{slug}.md is as it was"):
            said = _ask(found, by, condition, resume=resume)
        if said is None:
            say(f"Nothing was changed. Mend cases/{slug}.md, and the texts about it, then confirm it.")
            return
    else:
        for line in before_confirming(found):
            note(line)
        said = Confirmation(by, condition, resume=resume)
    done = confirm_case(folder, found.case, said)
    say(f"{slug}: {checked(done.case)}")
    if done.case.stopped:
        say(f"It is stopped, since {done.case.stopped.on}: {done.case.stopped.why}. Nothing about it leaves.")
        say(advice(NextStep(Action.RESUME_CASE, case=slug), rehearsal=False))
    elif done.was_stopped:
        say("It goes on: what waits may leave again.")


def _somebody(text: str) -> str:
    if not text.strip():
        raise ValueError("say who: a name, or a first name")
    return text.strip()


def _ask(found: FoundCase, by: str, condition: Condition | None, *, resume: bool) -> Confirmation | None:
    """Show the case and ask; None where something is not true any more."""
    for line in (*whole_page(found), *before_confirming(found)):
        say(line)
    if not agreed("Is all of this still true?"):
        return None
    answer = condition or chosen(QUESTION, [*CONDITIONS, UNKNOWN])
    how = next((known for known in CONDITIONS if known == answer), None)
    return Confirmation(by.strip() or asked("Who says so?", _somebody), how, resume=resume)
