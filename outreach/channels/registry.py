"""Finds channels by name through the entry-point group `outreach.channels`: built-in ones and anyone else's alike."""

from importlib.metadata import entry_points
from pathlib import Path

from outreach.channels.base import Channel
from outreach.errors import UsageError
from outreach.settings.settings import Settings

GROUP = "outreach.channels"


def make_channel(name: str, folder: Path, settings: Settings) -> Channel:
    """Make the channel of that name by its class's `for_campaign`; UsageError if nobody offers it."""
    offered = {point.name: point for point in entry_points(group=GROUP)}
    if name not in offered:
        raise UsageError(f"there is no channel '{name}'; there are: {', '.join(sorted(offered)) or 'none'}")
    channel: Channel = offered[name].load().for_campaign(folder, settings)
    return channel
