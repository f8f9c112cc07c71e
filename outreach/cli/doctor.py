"""`outreach doctor`: looks at everything that a first send needs, and says what to do next; sends nothing."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import click

from outreach.channels.checks.settings import Check, Result, check_words, failed, ok, unknown, warning
from outreach.cli.options import campaign_folder, folder_option, json_option
from outreach.cli.output import print_json, print_table, say
from outreach.errors import DatabaseError, DataError
from outreach.settings.load import load_settings
from outreach.settings.sections import is_example
from outreach.settings.settings import Settings
from outreach.text import counted


@click.command()
@click.option("--dns/--no-dns", default=True, help="Look up MX, SPF, DKIM, DMARC and PTR; default: yes.")
@json_option
@folder_option
@click.pass_context
def doctor(ctx: click.Context, *, dns: bool, as_json: bool) -> None:
    """Check settings, files, outbox, mail server, mailbox, accounts and DNS before the first send. Nothing is sent.

    Exit status: 0 all well or only warnings, 1 something failed, 2 the settings cannot be read.
    """
    folder = campaign_folder(ctx)
    settings = load_settings(folder)
    checks = [ok("settings", "outreach.toml and the environment are read"), *check_words(settings)]
    checks += check_files(folder)
    checks += check_outboxes(folder, settings)
    checks += asyncio.run(_ask_around(settings, dns=dns))
    checks += _try_mailbox(settings)
    checks += asyncio.run(_ask_networks(folder, settings))
    if as_json:
        print_json([_as_json(check) for check in checks])
    else:
        _show(checks)
    if any(check.result is Result.FAILED for check in checks):
        ctx.exit(1)


async def _ask_around(settings: Settings, *, dns: bool) -> list[Check]:
    from outreach.channels.checks.server import check_server

    checks = await check_server(settings, datetime.now(UTC))
    return checks + (await _look_up(settings) if dns else [])


def _try_mailbox(settings: Settings) -> list[Check]:
    from outreach.inbox.mailbox.checks import check_mailbox

    return check_mailbox(settings)


async def _ask_networks(folder: Path, settings: Settings) -> list[Check]:
    from outreach.channels.checks.accounts import check_accounts

    return await check_accounts(folder, settings)


async def _look_up(settings: Settings) -> list[Check]:
    if not settings.sender.email or is_example(settings.sender.email):
        return [unknown("DNS", "there is no sender domain of your own yet", "Set [sender] email in outreach.toml")]
    from outreach.channels.checks.dns import check_dns

    return await check_dns(settings)


def check_files(folder: Path) -> list[Check]:
    """Whether the files that people edit load, and how many missions can be written to."""
    from outreach.campaign import load_campaign

    try:
        campaign = load_campaign(folder)
    except DataError as error:
        found = f"{counted(len(error.problems), 'problem')}, the first: {error.problems[0]}"
        return [failed("campaign files", found, "See them all with: outreach missions check; outreach cases check")]
    missions = campaign.registry.missions.values()
    verified = sum(1 for mission in missions if mission.emails and mission.verified_on)
    counts = {"mission": len(missions), "case": len(campaign.cases), "ask": len(campaign.asks)}
    found = ", ".join(counted(count, noun) for noun, count in counts.items())
    return [ok("campaign files", found), _addresses(len(missions), verified)]


def check_outboxes(folder: Path, settings: Settings) -> list[Check]:
    """Whether the outbox, and the rehearsal's, can be opened, of those that are there; none is made."""
    from outreach.db.engine import reading
    from outreach.outbox.queue import number_of_messages
    from outreach.outbox.store import existing_outbox

    checks = []
    for name, rehearsal in (("outbox", False), ("rehearsal", True)):
        try:
            outbox = existing_outbox(folder, settings, rehearsal=rehearsal)
            if outbox is None:
                continue
            with reading(outbox.engine) as connection:
                found = counted(number_of_messages(connection), "message")
        except DatabaseError as error:
            checks.append(failed(name, str(error), "Until then every command that needs it refuses"))
        else:
            checks.append(ok(name, found))
    return checks


def _addresses(missions: int, verified: int) -> Check:
    found = f"{counted(missions, 'mission')}, {verified} with an address that somebody has verified"
    if verified:
        return ok("addresses", found)
    return warning("addresses", found, "Fill in email and verified_on in contacts/missions.csv; only those get letters")


def _as_json(check: Check) -> dict[str, str]:
    return {"check": check.name, "result": check.result.value, "found": check.found, "next": check.next}


def _show(checks: list[Check]) -> None:
    print_table(("check", "result", "found"), [(check.name, check.result.value, check.found) for check in checks])
    steps = [check for check in checks if check.next]
    if steps:
        say()
        say("What to do next:")
    for check in steps:
        say(f"  {check.name}: {check.next}")
