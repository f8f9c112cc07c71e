"""`outreach doctor`: prints what was found of everything that a first send needs, and what to do next."""

import click

from outreach.channels.checks.settings import Check, Result
from outreach.cli.common.next_steps import command
from outreach.cli.common.options import campaign_folder, folder_option, json_option
from outreach.cli.common.output import print_json, print_table, say
from outreach.services.checks import check_setup


@click.command()
@click.option("--dns/--no-dns", default=True, help="Look up MX, SPF, DKIM, DMARC and PTR; default: yes.")
@json_option
@folder_option
@click.pass_context
def doctor(ctx: click.Context, *, dns: bool, as_json: bool) -> None:
    """Check settings, files, outbox, mail server, mailbox, accounts and DNS before the first send. Nothing is sent.

    Exit status: 0 all well or only warnings, 1 something failed, 2 the settings cannot be read.
    """
    checks = check_setup(campaign_folder(ctx), dns=dns)
    if as_json:
        print_json([_as_json(check) for check in checks])
    else:
        _show(checks)
    if any(check.result is Result.FAILED for check in checks):
        ctx.exit(1)


def _as_json(check: Check) -> dict[str, str]:
    return {"check": check.name, "result": check.result.value, "found": check.found, "next": what_next(check)}


def _show(checks: list[Check]) -> None:
    print_table(("check", "result", "found"), [(check.name, check.result.value, check.found) for check in checks])
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
