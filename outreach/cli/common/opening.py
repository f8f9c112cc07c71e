"""Opens for a command what it works on, and says out loud when that is the rehearsal's."""

import click

from outreach.cli.common.events import say_event
from outreach.cli.common.next_steps import remember_outbox
from outreach.cli.common.options import campaign_folder
from outreach.cli.common.problems import note_problems
from outreach.cli.common.terminal.output import note, say
from outreach.services import workspace as services
from outreach.services.workspace import Workspace


def open_to_look(ctx: click.Context, *, rehearse: bool) -> Workspace:
    """Open for listings: the real outbox, or the rehearsal's when asked for or when nothing else was ever used."""
    return _remembered(ctx, services.open_to_look(campaign_folder(ctx), rehearse=rehearse, tell=say_event))


def open_to_preview(ctx: click.Context, *, rehearse: bool) -> Workspace:
    """Open for looking at what would be sent."""
    return _remembered(ctx, services.open_to_preview(campaign_folder(ctx), rehearse=rehearse))


def open_to_send(ctx: click.Context, *, rehearse: bool) -> Workspace:
    """Open for sending: in earnest when a mail server is configured, else a rehearsal. Its plan names broken rows."""
    return _remembered_quietly(ctx, services.open_to_send(campaign_folder(ctx), rehearse=rehearse, tell=say_event))


def open_to_go_on(ctx: click.Context, *, rehearse: bool) -> Workspace:
    """Open for working off what is queued."""
    return _remembered(ctx, services.open_to_go_on(campaign_folder(ctx), rehearse=rehearse, tell=say_event))


def open_to_post(ctx: click.Context, via: tuple[str, ...], *, rehearse: bool) -> Workspace:
    """Open for posting: in earnest when an account is configured, else a rehearsal."""
    return _remembered(ctx, services.open_to_post(campaign_folder(ctx), via, rehearse=rehearse, tell=say_event))


def _remembered(ctx: click.Context, workspace: Workspace) -> Workspace:
    note_problems(workspace.campaign.registry.problems)
    return _remembered_quietly(ctx, workspace)


def _remembered_quietly(ctx: click.Context, workspace: Workspace) -> Workspace:
    remember_outbox(ctx, rehearsal=workspace.rehearsal)
    return workspace


def flag(workspace: Workspace) -> str:
    """Give what a next command needs to mean the same outbox."""
    return " --rehearse" if workspace.rehearsal else ""


def say_rehearsal(workspace: Workspace) -> None:
    """Say that this is a rehearsal, before anything else, so that nobody takes it for the real thing."""
    if workspace.rehearsal:
        say("REHEARSAL: nothing below reached a mission.")
    if workspace.outbox.unwritable:
        note(f"A run ended early, and what it left could not be put right: {workspace.outbox.unwritable}")
        note("What is shown as claimed or sending below is held by nobody.")
