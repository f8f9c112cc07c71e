"""`outreach replies show`: one message, with what is folded away and the raw text one key away."""

import sys
from collections.abc import Iterator

import click

from outreach.cli.common.opening import flag, open_to_look, say_rehearsal
from outreach.cli.common.options import folder_option, json_option, rehearse_option
from outreach.cli.common.terminal.output import note, on_terminal, print_json, say
from outreach.cli.replies.files import UNREAD
from outreach.cli.replies.words import (
    ALSO_SAYS,
    about,
    candidate_json,
    decided,
    detail_json,
    next_steps,
    perhaps,
    text_lines,
)
from outreach.inbox.kinds import ABSENCE_AND_MORE
from outreach.services.desk import OpenedItem, open_item
from outreach.text import counted, visible


@click.command()
@click.argument("id_", metavar="ID", type=click.IntRange(1, 2**63 - 1))
@click.option("--all", "all_", is_flag=True, help="Also what is folded away: quotes and signature.")
@click.option("--raw", is_flag=True, help="The message as it came, byte for byte; on a terminal without its controls.")
@click.option("--no-prompt", is_flag=True, help="On a terminal, do not wait for a key at the end.")
@rehearse_option
@json_option
@folder_option
@click.pass_context
def show(
    ctx: click.Context,
    id_: int,
    *,
    all_: bool,
    raw: bool,
    no_prompt: bool,
    rehearse: bool,
    as_json: bool,
) -> None:
    """Show one message: what is new in it, which letter it answers, and how that is known.

    Quotes and signature are folded away. On a terminal, one key shows all of it (a), or the raw message (r).
    """
    workspace = open_to_look(ctx, rehearse=rehearse)
    message = open_item(workspace, id_)
    if raw:
        _print_raw(message.raw())
    elif as_json:
        print_json(_as_json(message, whole=all_))
    else:
        say_rehearsal(workspace)
        for line in _lines(message, whole=all_):
            say(line)
        if message.file_lost:
            note(message.file_lost)
        if not no_prompt and message.detail.item.digest and on_terminal() and sys.stdin.isatty():
            _offer_keys(message, whole=all_ or not message.folded())


def _lines(message: OpenedItem, *, whole: bool) -> Iterator[str]:
    workspace, found = message.workspace, message.detail
    yield from about(message)
    yield from perhaps(workspace, found.item, message.candidates())
    yield from decided(workspace, found.decisions)
    yield ""
    if found.item.rule == ABSENCE_AND_MORE:
        yield ALSO_SAYS
    text = message.text()
    yield from text_lines(text) if text.strip() else [f"  ({_no_text(message)})"]
    yield ""
    yield from _folded_lines(message) if whole else _how_much_is_folded(message)
    yield from next_steps(workspace, found.item)


def _no_text(message: OpenedItem) -> str:
    if message.detail.item.erased:
        return "erased"
    there = message.attached().listing.attachments
    if there and all(each.media_type in UNREAD for each in there):
        return "nothing that can be read here: see above"
    return "no text of its own: read what is attached" if there else "no text of its own"


def _folded_lines(message: OpenedItem) -> Iterator[str]:
    if text := message.folded():
        yield "Folded away:"
        yield from text_lines(text)
        yield ""


def _how_much_is_folded(message: OpenedItem) -> Iterator[str]:
    if number := len([line for line in message.folded().splitlines() if line.strip()]):
        again = f"outreach replies show {message.detail.item.id} --all{flag(message.workspace)}"
        yield f"… {counted(number, 'line')} folded: {again}"


def _as_json(message: OpenedItem, *, whole: bool) -> dict[str, object]:
    folded: dict[str, object] = {"folded": message.folded()} if whole else {}
    maybe = [candidate_json(tie) for tie in message.candidates()]
    if message.file_lost:
        note(message.file_lost)
    return {**detail_json(message), **folded, "candidates": maybe}


def _print_raw(raw: bytes) -> None:
    if on_terminal():
        for line in raw.decode("utf-8", "replace").splitlines():
            click.echo(visible(line))
        return
    sys.stdout.buffer.write(raw)
    sys.stdout.buffer.flush()


def _offer_keys(message: OpenedItem, *, whole: bool) -> None:
    note("r: the raw message; any other key: done" if whole else "a: all of it; r: the raw message; other keys: done")
    key = click.getchar().lower()
    if key == "r":
        _print_raw(message.raw())
    elif key == "a" and not whole:
        for line in _folded_lines(message):
            say(line)
