"""`outreach doctor`: prints what was found of everything that a first send needs, and what to do next."""

from pathlib import Path

import click

from outreach.channels.checks.settings import Check, Result
from outreach.cli.common.next_steps import command
from outreach.cli.common.options import campaign_folder, folder_option, json_option, yes_option
from outreach.cli.common.terminal.confirmation import NOBODY_TO_ASK, confirmed
from outreach.cli.common.terminal.output import print_json, print_table, say
from outreach.services.checks.setup import adopt_journal, check_setup
from outreach.text import counted, listed

ADOPT = "a person: outreach doctor --adopt"


@click.command()
@click.option("--dns/--no-dns", default=True, help="Look up MX, SPF, DKIM, DMARC and PTR; default: yes.")
@click.option(
    "--adopt", is_flag=True, help="Take it that messages which only the journal knows may have left; asks first."
)
@yes_option
@json_option
@folder_option
@click.pass_context
def doctor(ctx: click.Context, *, dns: bool, adopt: bool, yes: bool, as_json: bool) -> None:
    """Check settings, files, outbox, mail server, mailbox, accounts and DNS before the first send. Nothing is sent.

    With --adopt it checks nothing: messages that left by the journal, from another copy of the outbox, are called
    unconfirmed, and are never sent again unless a person says that they did not arrive.

    Exit status: 0 all well or only warnings, 1 something failed, 2 the settings cannot be read.
    """
    if adopt:
        _adopt(campaign_folder(ctx), yes=yes, as_json=as_json)
        return
    checks = check_setup(campaign_folder(ctx), dns=dns)
    if as_json:
        print_json([_as_json(check) for check in checks])
    else:
        _show(checks)
    if any(check.result is Result.FAILED for check in checks):
        ctx.exit(1)


def _adopt(folder: Path, *, yes: bool, as_json: bool) -> None:
    question = "Is there no newer copy of the outbox, and are they to be taken as possibly sent?"
    if not confirmed(question, NOBODY_TO_ASK, yes=yes, as_json=as_json):
        say("Nothing was changed.")
        return
    adopted = adopt_journal(folder, ADOPT)
    if as_json:
        print_json([line.message_id for line in adopted.lines])
        return
    if adopted.digests:
        say(f"Digest {listed(adopted.digests)}: its letters are taken to have counted every voice that there is.")
    if not adopted.lines:
        say("The outbox knows all that the journal knows.")
        return
    say(f"{counted(len(adopted.lines), 'message')} may have left. None is sent again by itself.")
    say("Those that the outbox knows are unconfirmed now, others will be as soon as they are queued. Settle them with:")
    say("  outreach inbox fetch; outreach queue settle")


def _as_json(check: Check) -> dict[str, str]:
    return {"check": check.name, "result": check.result.value, "found": check.found, "next": what_next(check)}


def _show(checks: list[Check]) -> None:
    print_table(
        ("check", "result", "found"),
        [(check.name, check.result.value, check.found) for check in checks],
        wrap=("found",),
    )
    steps = [check for check in checks if check.next]
    if steps:
        say()
        say("What to do next:")
    for check in steps:
        say(f"  {check.name}: {what_next(check)}")


def what_next(check: Check) -> str:
    """Give what to do next, with its steps as commands."""
    commands = [command(step, rehearsal=False) for step in check.steps]
    return check.next.format(*commands) if commands else check.next
