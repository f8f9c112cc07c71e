"""What a handle is on each network: the mission's name there and nothing else; knows no account and no post.

A post says a handle as it stands in the cell. An address, or a second handle behind the first, would name somebody
whom nobody chose: perhaps the State concerned.
"""

import re
from collections.abc import Callable
from functools import partial

from outreach.text import shortened

_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
# X: help.x.com, "Username requirements". Bluesky: atproto.com/specs/handle. Mastodon: Account::USERNAME_RE, and a host.
_FORMS = {
    "x": re.compile(r"@?\w{1,15}", re.ASCII),
    "bluesky": re.compile(rf"@?(?:{_LABEL}\.)+[a-zA-Z](?:[a-zA-Z0-9-]{{0,61}}[a-zA-Z0-9])?"),
    "mastodon": re.compile(rf"@?[a-zA-Z0-9_]+(?:[.-]+[a-zA-Z0-9_]+)*@(?:{_LABEL}\.)+{_LABEL}"),
}
_EXAMPLES = {"x": "ExampleMission", "bluesky": "mission.example.org", "mastodon": "@mission@social.example.org"}


def read_handle(network: str, text: str) -> str:
    """The handle as it is written, or "" where there is none; ValueError for anything but one handle."""
    if text.strip() and not _FORMS[network].fullmatch(text.strip()):
        raise ValueError(
            f"'{shortened(text)}' is not a handle on {network}; write the handle alone, such as {_EXAMPLES[network]}"
        )
    return text


HANDLE_READERS: dict[str, Callable[[str], str]] = {network: partial(read_handle, network) for network in _FORMS}
