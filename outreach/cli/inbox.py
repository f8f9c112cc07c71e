"""`outreach inbox`: reads the team's mailbox; mail that was exported by hand is taken in by inbox_import.py."""

import signal
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import FrameType

import click

from outreach.campaign import Campaign, load_campaign
from outreach.cli.inbox_import import import_
from outreach.cli.next_steps import remember_outbox
from outreach.cli.options import campaign_folder, folder_option, json_option, rehearse_option
from outreach.cli.output import note, print_json_lines
from outreach.cli.received import Tally, json_line, show
from outreach.cli.session import Session, say_rehearsal
from outreach.errors import DataError, SettingsError
from outreach.inbox.mailbox.fetch import require_host
from outreach.inbox.receive import Inbox, Received, apply_earlier_evidence, open_inbox
from outreach.outbox.store import open_outbox


@click.group()
def inbox() -> None:
    """Read what came back: bounces, auto-replies, replies. What people decide about it: outreach replies."""


inbox.add_command(import_)


@inbox.command()
@click.option("--watch", is_flag=True, help="Go on, and fetch whenever mail comes, until Ctrl-C.")
@rehearse_option
@json_option
@folder_option
@click.pass_context
def fetch(ctx: click.Context, *, watch: bool, rehearse: bool, as_json: bool) -> None:
    """Fetch new mail over IMAP, say what it is, and tie it to the letters that it answers.

    The mailbox is left as it is, unless [imap] after says "flag" or "move"; a rehearsal never alters it. With --json,
    a line for each message.

    Exit status: 1 when something could not be fetched or tied to a letter, 2 for wrong usage or settings.
    """
    session = _open(ctx, rehearse=rehearse)
    if not as_json:
        say_rehearsal(session)
    ctx.exit((_watch if watch else _fetch)(session, as_json=as_json))


def _open(ctx: click.Context, *, rehearse: bool) -> Session:
    campaign = load_campaign(campaign_folder(ctx))
    remember_outbox(ctx, rehearsal=rehearse)
    require_host(campaign.settings.imap)
    return Session(campaign, open_outbox(campaign.folder, campaign.settings, rehearsal=rehearse))


def _fetch(session: Session, *, as_json: bool) -> int:
    from outreach.inbox.mailbox.connection import Mailbox
    from outreach.inbox.mailbox.fetch import fetch as batches

    tally, problems = Tally(), dict[str, str]()
    inbox = open_inbox(session.campaign, session.outbox)
    tally.notes += apply_earlier_evidence(inbox)
    try:
        with Mailbox(session.campaign.settings.imap) as mailbox:
            for batch in batches(inbox, mailbox, problems):
                _take(batch, tally, as_json=as_json)
    except BaseException:
        if tally.happened or problems:  # what came before the line broke is on file, and has had its effect
            _tell(session, tally, problems, as_json=as_json)
        raise
    _tell(session, tally, problems, as_json=as_json)
    return 1 if problems or tally.unmatched.total() else 0


def _watch(session: Session, *, as_json: bool) -> int:
    """Until it is interrupted; 130 then, as shells expect, also when the system asks it to end."""
    from outreach.inbox.mailbox.watch import Watch

    signal.signal(signal.SIGTERM, _interrupt)
    tally, problems = Tally(), dict[str, str]()
    said = frozenset[str]()  # a message that the server cannot give is asked for each round, and told once
    if not as_json:
        note(f"Watching {', '.join(session.campaign.settings.imap.folders)}; Ctrl-C ends it.")
    watch = Watch(session.campaign.settings.imap, Reopening(session, tally).inbox, note, problems)
    try:
        for batch in watch.batches():
            _take(batch, tally, as_json=as_json)
            if not batch:  # a round is over
                new = {where: why for where, why in problems.items() if where not in said}
                if tally.happened or new:
                    _tell(session, tally, new, as_json=as_json)
                said = frozenset(problems)
                tally.clear()
                problems.clear()
    except KeyboardInterrupt:
        note(f"Stopped watching. See what came with: outreach replies list{session.flag}")
    return 130


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _take(batch: Sequence[Received], tally: Tally, *, as_json: bool) -> None:
    for each in batch:
        tally.add(each)
    if as_json:
        print_json_lines(_line(each) for each in batch)


def _line(received: Received) -> dict[str, object]:
    place = received.incoming.place
    return {"folder": received.incoming.origin, "uid": place.uid if place else None, **json_line(received)}


def _tell(session: Session, tally: Tally, problems: Mapping[str, str], *, as_json: bool) -> None:
    if not as_json:
        show(tally, rehearsal=session.outbox.rehearsal)
    for where, why in problems.items():
        note(f"outreach: {where}: {why}")


class Reopening:
    """The inbox anew for each round: people edit the campaign's files meanwhile.

    Files that do not load are said once, and what was read before is used until they do.
    """

    def __init__(self, session: Session, tally: Tally) -> None:
        self._session = session
        self._tally = tally
        self._said = ""

    def inbox(self) -> Inbox:
        inbox = open_inbox(self._campaign(), self._session.outbox)
        self._tally.notes += apply_earlier_evidence(inbox)
        return inbox

    def _campaign(self) -> Campaign:
        try:
            campaign = load_campaign(self._session.campaign.folder)
        except (DataError, SettingsError) as error:
            if str(error) != self._said:
                note(f"{error}\nUntil that is put right, the files as they were before are used.")
            self._said = str(error)
            return self._session.campaign
        self._session, self._said = replace(self._session, campaign=campaign), ""
        return campaign
