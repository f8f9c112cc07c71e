"""`outreach help` and `outreach completion`: how a command is used, and what a shell needs to complete it."""

from collections.abc import Sequence

import click
from click.shell_completion import get_completion_class

from outreach.cli.common.terminal.pager import paged
from outreach.errors import UsageError
from outreach.text import did_you_mean, shortened

COMPLETING = "_OUTREACH_COMPLETE"  # what a shell sets that asks how a line goes on
HOW = {
    "bash": '# Put this into ~/.bashrc:  eval "$(outreach completion bash)"',
    "zsh": '# Put this into ~/.zshrc:  eval "$(outreach completion zsh)"',
    "fish": "# Save this:  outreach completion fish > ~/.config/fish/completions/outreach.fish",
}


@click.command("help")
@click.argument("command", nargs=-1)
@paged
@click.pass_context
def help_(ctx: click.Context, command: Sequence[str]) -> None:
    """Show how a command is used: outreach help, outreach help send, outreach help queue settle."""
    root = ctx.find_root()
    found: click.Command = root.command
    shown = root
    for name in command:
        inner = found.get_command(shown, name) if isinstance(found, click.Group) else None
        if inner is None:
            names = found.list_commands(shown) if isinstance(found, click.Group) else []
            at = f"'{shown.command_path}' has no command '{shortened(name)}'"
            raise UsageError(at + (did_you_mean(name, names) if names else f"; see: {shown.command_path} --help"))
        found, shown = inner, click.Context(inner, parent=shown, info_name=name)
    click.echo(found.get_help(shown))


@click.command()
@click.argument("shell", type=click.Choice(list(HOW)))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print what makes a shell complete commands, options, cases and missions with the Tab key."""
    kind = get_completion_class(shell)
    if kind is None:  # pragma: no cover - click knows all three
        raise UsageError(f"{shell} cannot be completed by this version of click")
    click.echo(HOW[shell])
    click.echo(kind(ctx.find_root().command, {}, "outreach", COMPLETING).source())
