"""Asks each network whose account the credentials belong to; posts nothing."""

import asyncio
from pathlib import Path

from outreach.channels.base import Account
from outreach.channels.checks.settings import Check, failed, ok, unknown, warning
from outreach.channels.registry import make_channel
from outreach.errors import Deferred, DeliveryError, Paused
from outreach.next_step import Action, NextStep
from outreach.settings.accounts import AccountSettings
from outreach.settings.sections import PREFIX
from outreach.settings.settings import Settings

NAMES = {"x": "X", "bluesky": "Bluesky", "mastodon": "Mastodon"}
AGAIN = "Try again later: {}. If it still fails, check the address in outreach.toml"
SET_UP = "To post in earnest, set up an account; see docs/posts.md. Without one, `outreach post` rehearses"


async def check_accounts(folder: Path, settings: Settings) -> list[Check]:
    """Check each network that anything is set for; warn if there is no such network."""
    named = {name: each for name, each in settings.accounts.items() if len(each.missing) < len(each.needed)}
    if not named:
        return [warning("accounts for posts", "none is set up, so posts are only rehearsed", SET_UP)]
    checks = (_check(name, account, folder, settings) for name, account in named.items())
    return list(await asyncio.gather(*checks))


async def _check(name: str, account: AccountSettings, folder: Path, settings: Settings) -> Check:
    shown = NAMES.get(name, name)
    if account.missing:
        missing = ", ".join(account.missing)
        if not account.begun:  # no secret at all: on another machine of the team it may well be set
            return warning(shown, f"{missing} missing, so its posts are only rehearsed", _where(name, account.missing))
        return failed(shown, f"not complete: {missing} missing", _where(name, account.missing))
    channel = make_channel(name, folder, settings)
    if not isinstance(channel, Account):
        return failed(shown, "this channel cannot say whose account it is", "Ask whoever made it")
    try:
        async with channel:
            return ok(shown, f"posts go out as {await channel.account()}")
    except Paused as error:
        return failed(shown, error.detail, error.hint)
    except Deferred as error:
        return unknown(shown, error.detail, AGAIN, NextStep(Action.CHECK_SETUP))
    except DeliveryError as error:
        return failed(shown, error.detail, AGAIN, NextStep(Action.CHECK_SETUP))


def _where(name: str, missing: tuple[str, ...]) -> str:
    variables = ", ".join(f"{PREFIX}{name.upper()}__{key.upper()}" for key in missing)
    return f"To post there from this machine, set {variables} in the environment or in .env"
