"""Writes into docs/ what the program knows itself: `make docs`. The words around it are people's.

That is every command's --help, in commands.md, and the table of mail providers, in providers.md.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import click

from outreach.channels.providers import Provider, providers
from outreach.cli.main import cli

REPOSITORY = Path(__file__).parents[2]
COMMANDS = REPOSITORY / "docs" / "commands.md"
PROVIDERS = REPOSITORY / "docs" / "providers.md"
PROVIDER_TABLE = re.compile(r"(?<=<!-- providers -->\n).*?(?=<!-- /providers -->)", re.DOTALL)
WIDTH = 78  # what click takes of a terminal of 80
BLOCK = re.compile(r"<!-- help: (?P<command>outreach[a-z -]*) -->\n(?:```text\n.*?\n```\n)?", re.DOTALL)


def contexts(command: click.Command = cli, above: click.Context | None = None) -> Iterator[click.Context]:
    """The context of each command, in the order in which --help lists them."""
    width = {"terminal_width": WIDTH, "max_content_width": WIDTH}
    name = command.name if above else "outreach"
    context = click.Context(command, info_name=name, parent=above, **{**command.context_settings, **width})
    yield context
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            if found is not None and not found.hidden:
                yield from contexts(found, context)


def commands() -> Iterator[tuple[str, str]]:
    """Each command's full name and its help text."""
    for context in contexts():
        yield context.command_path, context.command.get_help(context)


def documented(text: str) -> list[str]:
    """The commands that the page has a help block for, in its order."""
    return [block["command"] for block in BLOCK.finditer(text)]


def with_help(text: str, helps: dict[str, str]) -> str:
    """The page with every help block as it should be; a block of a command that is gone stays as it is."""

    def block(found: re.Match[str]) -> str:
        command = found["command"]
        if command not in helps:
            return found[0]
        body = "\n".join(line.rstrip() for line in helps[command].splitlines())
        return f"<!-- help: {command} -->\n```text\n{body}\n```\n"

    return BLOCK.sub(block, text)


def with_sections(text: str, helps: dict[str, str]) -> str:
    """The page with a section at its end for each command that it does not have yet."""
    missing = [command for command in helps if command not in documented(text)]
    return text + "".join(f"\n### `{command}`\n\n<!-- help: {command} -->\n" for command in missing)


def with_providers(text: str) -> str:
    """The page with the table of mail providers as it should be."""
    head = (
        "| provider | server | log in with | a minute | a day | about limits | read |\n|---|---|---|---|---|---|---|\n"
    )
    return PROVIDER_TABLE.sub(lambda _: head + "".join(map(_provider_row, providers())), text)


def _provider_row(known: Provider) -> str:
    sources = " ".join(f"[{number}]({url})" for number, url in enumerate(known.source, 1))
    minute = f"{known.per_minute} letters" if known.per_minute else "not known"
    day = f"{known.per_day:,} {known.counts}" if known.per_day else "not known"
    server = f"`{known.host}`, {known.port}, `{known.security}`"
    cells = [known.name, server, known.log_in, minute, day, known.limits, f"{sources}, {known.read}"]
    return f"| {' | '.join(cells)} |\n"


def main() -> None:
    helps = dict(commands())
    COMMANDS.write_text(with_help(with_sections(COMMANDS.read_text(encoding="utf-8"), helps), helps), encoding="utf-8")
    PROVIDERS.write_text(with_providers(PROVIDERS.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
