"""Finds channels by name through the entry-point group `outreach.channels`: built-in ones and anyone else's alike."""

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from outreach.channels.base import Channel
from outreach.errors import UsageError
from outreach.settings.settings import Settings

GROUP = "outreach.channels"


def make_channel(name: str, folder: Path, settings: Settings) -> Channel:
    """Make the channel of that name by its class's `for_campaign`; UsageError if nobody offers it."""
    offered = _offered()
    if name not in offered:
        raise UsageError(f"there is no channel '{name}'; there are: {', '.join(sorted(offered)) or 'none'}")
    channel: Channel = offered[name].load().for_campaign(folder, settings)
    return channel


@cache
def _offered() -> dict[str, EntryPoint]:
    """Name the channels of all that is installed: every package's file is read for it, once in a process."""
    return {point.name: point for point in entry_points(group=GROUP)}
