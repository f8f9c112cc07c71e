"""`outreach web`: the key that supporters' addresses are sealed with, and the public forms."""

import click

from outreach.cli.common.terminal.output import note, say


@click.group()
def web() -> None:
    """Let supporters write to States and join the mailing list, by forms on a small server."""


@web.command("key")
def key_command() -> None:
    """Make a fresh key for .env, and show it once. It is stored nowhere.

    Addresses and words of supporters are sealed with it. Whoever loses it loses them; whoever has it and a copy of
    supporters.db reads them. Put it into .env on the server, and keep a copy where no other copy is.
    """
    from outreach.supporters.sealing import VARIABLE, new_key

    say(f"{VARIABLE}={new_key()}")
    note("Put this line into .env, once: what was sealed with another key cannot be opened with this one.")
