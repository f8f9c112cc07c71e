"""Looks at everything that a first send needs: settings, files, outbox, servers, accounts, DNS. Sends nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from outreach.channels.checks.settings import Check, check_words, failed, ok, unknown, warning
from outreach.errors import DatabaseError, DataError, Problem
from outreach.next_step import Action, NextStep
from outreach.services.checks.private_files import check_permissions, check_repository
from outreach.services.checks.supporters import check_supporters
from outreach.settings.load import load_settings
from outreach.settings.sections import is_example
from outreach.settings.settings import Settings
from outreach.text import counted, listed

if TYPE_CHECKING:  # loaded when there is a campaign to load
    from outreach.campaign import Campaign
    from outreach.outbox.copies.journal import Line
    from outreach.outbox.ledger import Untold
    from outreach.outbox.store import Outbox
    from outreach.supporters.store import Store


@dataclass(frozen=True, slots=True)
class Adopted:
    """What a newer copy knew: messages that may have left, and the numbers of digests that the store did not know."""

    lines: tuple["Line", ...]
    digests: tuple[int, ...] = ()


def adopt_journal(folder: Path, by: str) -> Adopted:
    """Take it that what a journal alone knows may have left: in doubt now, or as soon as it is queued. Gives it.

    The journals are the outbox's, and that of the store of supporters where there is one and its key. A digest that
    only the outbox knows is taken to have counted every voice that there is.

    Makes an outbox where there is none, and the journal tells of one that is lost.
    """
    from outreach.outbox.copies.copies import adopt, missed
    from outreach.outbox.store import open_outbox
    from outreach.supporters.files import file_of

    settings = load_settings(folder)
    outboxes = [open_outbox(folder, settings, rehearsal=False)]
    store = None
    if settings.web.key.get_secret_value() and file_of(folder, rehearsal=False).exists():
        from outreach.supporters.store import open_store

        store = open_store(folder, settings, rehearsal=False)
        outboxes.append(store.outbox)
    found = list["Line"]()
    for outbox in outboxes:
        if unknown := missed(outbox):
            adopt(outbox, unknown, by)
            missed(outbox)
        found += unknown
    return Adopted(tuple(found), _adopt_digests(outboxes[0], store, by) if store else ())


def _adopt_digests(outbox: "Outbox", store: "Store", by: str) -> tuple[int, ...]:
    from outreach.db.engine import reading, writing
    from outreach.outbox.store import now
    from outreach.supporters.digest.unknown import adopt, unknown_digests

    with reading(outbox.engine) as connection, writing(store.engine) as theirs:
        unknown = unknown_digests(connection, theirs)
        adopt(theirs, unknown, outbox.channel, now(), by)
    return tuple(sorted(number for _, number in unknown))


def check_setup(folder: Path, *, dns: bool) -> list[Check]:
    """Check all there is, the nearest first; with `dns` also what DNS says of the sender's domain.

    Raises SettingsError where the settings cannot be read: without them there is nothing to check.
    """
    settings = load_settings(folder)
    campaign, problems = _load(folder)
    return [
        ok("settings", "outreach.toml and the environment are read"),
        *check_words(settings),
        *_check_files(campaign, problems),
        check_permissions(folder),
        *check_repository(folder, campaign.cases if campaign else None, datetime.now(settings.timezone).date()),
        *_check_outboxes(folder, settings),
        *check_supporters(folder, settings),
        *_check_provider(settings, campaign),
        *asyncio.run(_ask_around(settings, dns=dns)),
        *_try_mailboxes(settings),
        *asyncio.run(_ask_networks(folder, settings)),
    ]


def _load(folder: Path) -> tuple["Campaign | None", Sequence[Problem]]:
    from outreach.campaign import load_campaign

    try:
        return load_campaign(folder), ()
    except DataError as error:
        return None, error.problems


def _check_files(campaign: "Campaign | None", problems: Sequence[Problem]) -> list[Check]:
    """Check whether the files that people edit load, and how many missions can be written to."""
    if campaign is None:
        return [_failed_files(problems)]
    missions = campaign.registry.missions.values()
    verified = sum(1 for mission in missions if mission.emails and mission.verified_on)
    counts = {"mission": len(missions), "case": len(campaign.cases), "ask": len(campaign.asks)}
    found = ", ".join(counted(count, noun) for noun, count in counts.items())
    broken = campaign.registry.problems
    files = _failed_files(broken) if broken else _begun_files(campaign, found)
    return [files, _check_addresses(len(missions), verified)]


def _failed_files(problems: Sequence[Problem]) -> Check:
    found = f"{counted(len(problems), 'problem')}, the first: {problems[0]}"
    steps = (NextStep(Action.CHECK_MISSIONS), NextStep(Action.CHECK_CASES))
    return failed("campaign files", found, "See them all with: {}; {}", *steps)


def _begun_files(campaign: "Campaign", found: str) -> Check:
    """Check whether there is a case to write about, and something that is asked."""
    lacking = {NextStep(Action.NEW_CASE): not campaign.cases, NextStep(Action.NEW_ASK): not campaign.asks}
    begin = [step for step, lacks in lacking.items() if lacks]
    if not begin:
        return ok("campaign files", found)
    return warning("campaign files", found, f"Begin with: {'; '.join('{}' for _ in begin)}", *begin)


def _check_addresses(missions: int, verified: int) -> Check:
    found = f"{counted(missions, 'mission')}, {verified} with an address that somebody has verified"
    if verified:
        return ok("addresses", found)
    return warning("addresses", found, "Fill in email and verified_on in contacts/missions.csv; only those get letters")


def _check_provider(settings: Settings, campaign: "Campaign | None") -> list[Check]:
    """Hold what the provider allows against the largest send that is to come: everybody who has an address."""
    from outreach.channels.checks.provider import check_provider
    from outreach.registry.selection import select

    if campaign is None:
        return []
    missions, today = campaign.registry.missions, campaign.today()
    wanted = [select(campaign.registry, (), ask.to) for ask in campaign.asks.values() if ask.last_day >= today]
    asked = [
        [missions[state].emails for state in states if state in missions and missions[state].emails]
        for states in (wanted or [tuple(missions)])
    ]
    largest = max(asked, key=len)
    return check_provider(settings, len(largest), sum(map(len, largest)))


def _check_outboxes(folder: Path, settings: Settings) -> list[Check]:
    """Check whether the outbox, and the rehearsal's, can be opened, of those that are there; none is made."""
    from outreach.db.engine import reading
    from outreach.outbox.copies.copies import missed
    from outreach.outbox.ledger import untold
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
                wrong = untold(connection)
            unknown = missed(outbox)
        except DatabaseError as error:
            checks.append(failed(name, str(error), "Until then every command that needs it refuses"))
        else:
            checks += [ok(name, found), *_check_ledger(name, wrong), *_check_journal(unknown)]
    return checks


def _check_journal(unknown: "Sequence[Line]") -> list[Check]:
    """Say which messages the journal knows, and the outbox does not: until that is settled, nothing is sent."""
    if not unknown:
        return []
    from outreach.services.workspace import unknown_to_outbox

    what_next = (
        "Until then nothing is sent. Put a newer copy of the outbox back; or fetch the mailbox that gets copies of the "
        "letters; or take it that these may have left: {}"
    )
    return [failed("journal", unknown_to_outbox(unknown), what_next, NextStep(Action.ADOPT_JOURNAL))]


def _check_ledger(outbox: str, wrong: "Sequence[Untold]") -> list[Check]:
    """Say which messages have a status that their ledger does not tell."""
    if not wrong:
        return []
    each = listed([f"{one.message} is {one.status}, by its ledger {one.told or 'never queued'}" for one in wrong], 5)
    found = f"something other than outreach changed {counted(len(wrong), 'message')} of it: {each}"
    what_next = "Restore a copy from before; until then believe the ledger: {}"
    return [failed(f"{outbox}, ledger", found, what_next, NextStep(Action.READ_LEDGER))]


async def _ask_around(settings: Settings, *, dns: bool) -> list[Check]:
    from outreach.channels.checks.server import check_server

    checks = await check_server(settings, datetime.now(UTC))
    return checks + (await _look_up(settings) if dns else [])


async def _look_up(settings: Settings) -> list[Check]:
    if not settings.sender.email or is_example(settings.sender.email):
        return [unknown("DNS", "there is no sender domain of your own yet", "Set [sender] email in outreach.toml")]
    from outreach.channels.checks.dns import check_dns

    asked_nobody = "not asked; whether the server's address stands on one, its operator can tell"
    return [*await check_dns(settings), ok("blocklists", asked_nobody)]


def _try_mailboxes(settings: Settings) -> list[Check]:
    from outreach.inbox.mailbox.checks import check_mailbox, check_returns

    return [*check_mailbox(settings), *check_returns(settings)]


async def _ask_networks(folder: Path, settings: Settings) -> list[Check]:
    from outreach.channels.checks.accounts import check_accounts

    return await check_accounts(folder, settings)
