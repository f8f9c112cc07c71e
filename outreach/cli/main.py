"""The `outreach` command: finds the subcommand, imports only that one, and turns errors into words."""

import atexit
import gc
import io
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from outreach import __version__
from outreach.cli.common.terminal.pager import no_pager_option
from outreach.errors import OutreachError, SettingsError
from outreach.text import shortened

# name → (module:attribute, the line in --help). Kept here so that --help imports none of them.
COMMANDS = {
    "init": ("outreach.cli.init:init", "Make a new campaign folder."),
    "missions": ("outreach.cli.missions.missions:missions", "List, show, check and import missions."),
    "record": ("outreach.cli.record:record", "What States have done in public: list, add and correct acts."),
    "documented": (
        "outreach.cli.documented.documented:documented",
        "Cases on public record: list, check, add, import, follow up.",
    ),
    "cases": ("outreach.cli.cases.cases:cases", "List, show, check, confirm and stop the cases."),
    "asks": ("outreach.cli.asks:asks", "List and check what is asked, where and when; add an ask."),
    "preview": ("outreach.cli.preview.preview:preview", "Look at a letter before anyone else does."),
    "brief": ("outreach.cli.brief:brief", "One case on one page, as PDF, to hand to a delegation."),
    "send": (
        "outreach.cli.send:send",
        "Plan, queue and deliver the letters of a case; rehearses by default.",
    ),
    "post": (
        "outreach.cli.posts.post:post",
        "Publish a case's posts on X, Bluesky and Mastodon; rehearses by default.",
    ),
    "links": ("outreach.cli.links:links", "Links by which supporters share the posts of a case."),
    "queue": ("outreach.cli.queue.queue:queue", "Look at the outbox; run, retry, withdraw, settle."),
    "inbox": ("outreach.cli.inbox.inbox:inbox", "Read what came back: bounces, auto-replies, replies."),
    "replies": ("outreach.cli.replies.replies:replies", "Read what came back, and say what it means."),
    "status": ("outreach.cli.status:status", "State by State: asked, arrived, answered, raised."),
    "report": ("outreach.cli.report:report", "One self-contained HTML page, or CSV."),
    "site": ("outreach.cli.public.site:site", "The public page, as plain files that anybody can host."),
    "web": ("outreach.cli.supporters.web:web", "The forms by which supporters write to States and join."),
    "update": ("outreach.cli.supporters.update:update_command", "Send an update to the mailing list, once to each."),
    "members": ("outreach.cli.supporters.members:members", "Count, export or import the mailing list."),
    "supporters": ("outreach.cli.supporters.supporters:supporters", "What is on file of one supporter; erase it."),
    "voices": ("outreach.cli.supporters.voices:voices", "What supporters wrote: read it, let it pass, set it aside."),
    "digest": ("outreach.cli.supporters.digest:digest", "Letters with supporters' voices, one to a mission."),
    "approve": ("outreach.cli.supporters.approve:approve_command", "Let a digest go that somebody else prepared."),
    "log": ("outreach.cli.log:log", "The ledger: every change of status there ever was."),
    "forget": ("outreach.cli.forget:forget", "Erase for good what somebody wrote to us."),
    "doctor": ("outreach.cli.doctor:doctor", "Check settings, login and DNS before the first send."),
    "help": ("outreach.cli.help:help_", "Show how a command is used."),
    "completion": ("outreach.cli.help:completion", "Let bash, zsh or fish complete commands with the Tab key."),
}

# A command reads much and leaves few cycles behind: looking for them takes up to a quarter of its time.
FEW_COLLECTIONS = (500_000, 50, 50)
MOST_LINES = 100  # of what is wrong, in one go
LONGEST_LINE = 1_000  # characters: what is quoted in it may be anything


class LazyGroup(click.Group):
    """Lists commands from a table and imports a command's module when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(import_module(module), attribute)
        if ctx.resilient_parsing:  # a shell asks how a line goes on
            from outreach.cli.common.terminal.completing import offer_values

            offer_values(command)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except OutreachError as error:
            from outreach.cli.common.next_steps import add_advice

            add_advice(error, ctx)
            raise

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:  # click suggests those that are imported
            raise click.exceptions.NoSuchCommand(error.command_name, possibilities=COMMANDS, ctx=ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="outreach")
@click.option(
    "-C",
    "folder",
    metavar="DIR",
    default=".",
    type=click.Path(path_type=Path),
    help="The campaign folder; default: the current one.",
)
@no_pager_option()
@click.option("--verbose", is_flag=True, help="Log on standard error what is done, step by step.")
@click.pass_context
def cli(ctx: click.Context, folder: Path, verbose: bool) -> None:
    """Write to Permanent Missions about a case, once each, and keep the record straight."""
    ctx.obj = folder
    form = os.environ.get("OUTREACH_LOG", "")
    if form not in ("", "json"):
        raise SettingsError("environment OUTREACH_LOG: write json, or leave it unset; to read along, use --verbose")
    if verbose or form:
        import logging

        from outreach.logs import log_to_stderr

        ctx.with_resource(log_to_stderr(logging.DEBUG if verbose else logging.INFO, as_json=form == "json"))


def main() -> None:
    """Run the command and exit: 0 all well, 1 something did not go through, 2 wrong usage or settings."""
    _show_every_script()
    gc.set_threshold(*FEW_COLLECTIONS)
    atexit.register(gc.freeze)  # what is left at the end goes with the process; what must be closed was closed
    try:
        sys.exit(cli.main(prog_name="outreach", standalone_mode=False) or 0)
    except click.exceptions.Abort as stopped:
        _fail(f"stopped; {stopped or 'nothing more was done'}", 130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except OutreachError as error:
        from outreach.cli.common.next_steps import message

        _fail(message(error), error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except KeyboardInterrupt:
        _fail("stopped; see where things stand with: outreach status", 130)
    except Exception as error:  # the last door: a person gets words, never a traceback
        if os.environ.get("OUTREACH_DEBUG"):
            raise
        _fail(
            f"a fault in outreach itself ({type(error).__name__}: {error}). Set OUTREACH_DEBUG=1 to see where",
            1,
        )


def _show_every_script() -> None:
    """Print question marks for what a terminal's encoding cannot show: names come in all scripts."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _fail(message: str, code: int) -> None:
    from outreach.cli.common.terminal.output import note

    lines = message.splitlines()
    for line in lines[:MOST_LINES]:
        note(f"outreach: {shortened(line, LONGEST_LINE)}")
    if len(lines) > MOST_LINES:
        note(f"outreach: … and {len(lines) - MOST_LINES:,} more; mend these first, then try again")
    sys.exit(code)
