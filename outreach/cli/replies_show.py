"""`outreach replies show`: one message, with what is folded away and the raw text one key away."""

import sys
from collections.abc import Callable, Iterable
from typing import TypeVar

import click

from outreach.cli.options import folder_option, json_option, rehearse_option
from outreach.cli.output import clean, counted, note, on_terminal, print_json, say
from outreach.cli.replies_json import candidate_json, detail_json
from outreach.cli.replies_words import about, decided, next_steps, perhaps, text_lines
from outreach.cli.session import Session, open_to_look, say_rehearsal
from outreach.db.engine import reading
from outreach.errors import StorageFailed, UsageError
from outreach.inbox.desk.detail import Detail, detail
from outreach.inbox.matching.match import Tie
from outreach.inbox.raw_messages import raw_messages_beside

T = TypeVar("T")


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
    session = open_to_look(ctx, rehearse=rehearse)
    message = _Shown(session, read_detail(session, id_))
    if raw:
        _print_raw(message.raw())
    elif as_json:
        print_json(message.as_json(whole=all_))
    else:
        say_rehearsal(session)
        for line in message.lines(whole=all_):
            say(line)
        if not no_prompt and message.found.item.digest and on_terminal() and sys.stdin.isatty():
            _offer_keys(message, whole=all_ or not message.has_more)


def read_detail(session: Session, id_: int) -> Detail:
    """The message of that id; UsageError when there is none."""
    with reading(session.outbox.engine) as connection:
        found = detail(connection, id_)
    if found is None:
        raise UsageError(f"there is no message {id_}; see: outreach replies list --all{session.flag}")
    return found


class _Shown:
    """A message with its raw file, which is read when something of it is shown."""

    def __init__(self, session: Session, found: Detail) -> None:
        self.session = session
        self.found = found
        self._file: bytes | None = None
        self._is_gone = False

    @property
    def has_more(self) -> bool:
        """Whether something of it is folded away."""
        return bool(self._folded())

    def raw(self) -> bytes:
        """As it came. UsageError when it came without mail, StorageFailed when its file is gone."""
        item = self.found.item
        if item.digest is None:
            raise UsageError(f"message {item.id} came by {item.origin}: there is no mail to show")
        if self._file is None:
            self._file = raw_messages_beside(self.session.outbox.engine.url).read(item.digest)
        return self._file

    def lines(self, *, whole: bool) -> Iterable[str]:
        yield from about(self.session, self.found)
        yield from perhaps(self.session, self.found.item, self._candidates())
        yield from decided(self.session, self.found.decisions)
        yield ""
        yield from text_lines(self.found.text) if self.found.text.strip() else ["  (no text of its own)"]
        yield ""
        yield from self.folded_lines() if whole else self._how_much_is_folded()
        yield from next_steps(self.session, self.found.item)

    def folded_lines(self) -> Iterable[str]:
        text = self._folded()
        if text:
            yield "Folded away:"
            yield from text_lines(text)
            yield ""

    def _how_much_is_folded(self) -> Iterable[str]:
        number = len([line for line in self._folded().splitlines() if line.strip()])
        if number:
            again = f"outreach replies show {self.found.item.id} --all{self.session.flag}"
            yield f"… {counted(number, 'line')} folded: {again}"

    def as_json(self, *, whole: bool) -> dict[str, object]:
        folded: dict[str, object] = {"folded": self._folded()} if whole else {}
        maybe = [candidate_json(tie) for tie in self._candidates()]
        return {**detail_json(self.found), **folded, "candidates": maybe}

    def _folded(self) -> str:
        from outreach.inbox.desk.detail import folded_text

        return self._of_the_file(folded_text, "").strip("\n")

    def _candidates(self) -> tuple[Tie, ...]:
        from outreach.inbox.desk.detail import candidates

        if not self.found.item.unmatched:
            return ()
        with reading(self.session.outbox.engine) as connection:
            return self._of_the_file(lambda raw: candidates(connection, self.session.campaign, raw), ())

    def _of_the_file(self, look: Callable[[bytes], T], otherwise: T) -> T:
        """What `look` finds in the raw message. When its file is gone that is said, and the rest is shown."""
        if self.found.item.digest is None or self._is_gone:
            return otherwise
        try:
            raw = self.raw()
        except StorageFailed as error:
            self._is_gone = True
            note(str(error))
            return otherwise
        return look(raw)


def _print_raw(raw: bytes) -> None:
    if on_terminal():
        for line in raw.decode("utf-8", "replace").splitlines():
            click.echo(clean(line))
        return
    sys.stdout.buffer.write(raw)
    sys.stdout.buffer.flush()


def _offer_keys(message: _Shown, *, whole: bool) -> None:
    note("r: the raw message; any other key: done" if whole else "a: all of it; r: the raw message; other keys: done")
    key = click.getchar().lower()
    if key == "r":
        _print_raw(message.raw())
    elif key == "a" and not whole:
        for line in message.folded_lines():
            say(line)
