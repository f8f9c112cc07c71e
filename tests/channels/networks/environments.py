"""The environment that makes servers on this machine the campaign's own networks."""

from tests.channels.networks.mastodon_server import TOKEN
from tests.channels.networks.pds_server import HANDLE, PASSWORD


def pds(url: str) -> dict[str, str]:
    settings = {"SERVICE": url, "HANDLE": HANDLE, "PASSWORD": PASSWORD, "TIMEOUT": "5"}
    return {f"OUTREACH_BLUESKY__{name}": value for name, value in settings.items()}


def instance(url: str) -> dict[str, str]:
    settings = {"INSTANCE": url, "TOKEN": TOKEN, "TIMEOUT": "5"}
    return {f"OUTREACH_MASTODON__{name}": value for name, value in settings.items()}


# Posts leave as soon as they are due, by day and by night.
AT_ONCE = {
    "OUTREACH_POSTS__SPACING_MINUTES": "0",
    "OUTREACH_POSTS__QUIET": "",
    "OUTREACH_POSTS__PER_DAY": "0",
    "OUTREACH_POSTS__PICTURE": "false",
}
# What is not on a Mastodon timeline is believed at once: for servers that do not go on with a post they lost.
CERTAIN = {"OUTREACH_MASTODON__SETTLE_MINUTES": "0"}
