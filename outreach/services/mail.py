"""Takes in what came back: fetches and watches the mailbox, imports exported mail; what stands behind `inbox`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from outreach.campaign import Campaign, load_campaign
from outreach.errors import DataError, Problem, SettingsError, UsageError
from outreach.inbox.mailbox.exports import in_batches, incoming, not_there
from outreach.inbox.mailbox.fetch import fetch, require_host, require_own_mailbox
from outreach.inbox.receive import Inbox, apply_earlier_evidence, open_inbox, receive
from outreach.outbox.store import existing_outbox, open_outbox, shows_rehearsal
from outreach.services.erasing import forget_old
from outreach.services.events import (
    ConnectionLost,
    ConnectionRestored,
    EvidenceApplied,
    FetchEnded,
    FilesUnreadable,
    Listener,
    MailRead,
    OldMailErased,
    RoundEnded,
    WatchBegan,
)
from outreach.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What could not be read of exported mail: file and reason."""

    problems: tuple[Problem, ...]


def open_mailbox(folder: Path, *, rehearse: bool = False) -> Workspace:
    """Open a campaign for fetching; UsageError where no mailbox is set up, SettingsError where it is supporters'."""
    campaign = load_campaign(folder)
    require_host(campaign.settings.imap)
    require_own_mailbox(campaign.settings)
    return Workspace(campaign, open_outbox(campaign.folder, campaign.settings, rehearsal=rehearse))


def fetch_mail(workspace: Workspace, tell: Listener) -> None:
    """Fetch what is new in the mailbox; tells of each batch when it is on disk, and at the end what was not given.

    Raises MailboxError, MailboxLost or StorageFailed; what was told of is safe then, and has had its effect.
    """
    from outreach.inbox.mailbox.connection import Mailbox

    problems = dict[str, str]()
    inbox = _open_inbox(workspace.campaign, workspace, tell)
    try:
        with Mailbox(workspace.campaign.settings.imap) as mailbox:
            for batch in fetch(inbox, mailbox, problems):
                tell(MailRead(tuple(batch)))
    except BaseException:
        tell(FetchEnded(dict(problems), broke_off=True))
        raise
    tell(FetchEnded(dict(problems)))
    _forget_old(workspace.campaign, workspace, tell)


def watch_mail(workspace: Workspace, tell: Listener) -> None:
    """Fetch whenever mail comes, and go on when the line breaks; ends by an error, or by KeyboardInterrupt.

    People edit the campaign's files meanwhile: they are read anew for each round. Files that do not load are told of
    once, and those read before are used until they do.
    """
    from outreach.inbox.mailbox.watch import Watch

    settings = workspace.campaign.settings.imap
    problems = dict[str, str]()
    told = frozenset[str]()  # a message that the server cannot give is asked for each round, and told of once
    campaign, fault = workspace.campaign, ""

    def reopened() -> Inbox:
        nonlocal campaign, fault
        try:
            campaign, fault = load_campaign(campaign.folder), ""
        except (DataError, SettingsError) as error:
            if str(error) != fault:
                tell(FilesUnreadable(str(error)))
            fault = str(error)
        return _open_inbox(campaign, workspace, tell)

    tell(WatchBegan(tuple(settings.folders)))
    watch = Watch(
        settings,
        reopened,
        problems,
        on_lost=lambda why: tell(ConnectionLost(why)),
        on_reached=lambda: tell(ConnectionRestored()),
    )
    for batch in watch.batches():
        if batch:
            tell(MailRead(tuple(batch)))
            continue
        _forget_old(campaign, workspace, tell)
        tell(RoundEnded({where: why for where, why in problems.items() if where not in told}))
        told = frozenset(problems)
        problems.clear()


def _open_inbox(campaign: Campaign, workspace: Workspace, tell: Listener) -> Inbox:
    inbox = open_inbox(campaign, workspace.outbox)
    if notes := apply_earlier_evidence(inbox):
        tell(EvidenceApplied(tuple(notes), workspace.rehearsal))
    return inbox


def _forget_old(campaign: Campaign, workspace: Workspace, tell: Listener) -> None:
    messages, undone = forget_old(workspace.outbox, campaign.settings)
    if messages or undone:
        tell(OldMailErased(messages, undone))


def open_import(folder: Path, paths: Sequence[Path], *, rehearse: bool = False, dry_run: bool = False) -> Inbox:
    """Open the inbox for mail that was exported by hand; UsageError when none of the paths is there.

    It is the rehearsal's when asked for, or when letters were rehearsed and none was ever queued in earnest. In a dry
    run nothing is made: an inbox without an outbox only looks.
    """
    missing = [not_there(path) for path in paths]
    if all(missing):
        raise UsageError("\n".join(missing))
    campaign = load_campaign(folder)
    settings = campaign.settings
    rehearsal = rehearse or (
        shows_rehearsal(campaign.folder, settings, asked_for=False)
        and existing_outbox(campaign.folder, settings, rehearsal=True) is not None
    )
    if dry_run:
        return open_inbox(campaign, existing_outbox(campaign.folder, settings, rehearsal=rehearsal))
    return open_inbox(campaign, open_outbox(campaign.folder, settings, rehearsal=rehearsal))


def import_mail(inbox: Inbox, paths: Sequence[Path], tell: Listener, *, dry_run: bool = False) -> ImportResult:
    """Take in exported mail: .eml files, folders of them, mbox, Maildir; tells of each batch when it is on disk."""
    if not dry_run and inbox.outbox is not None and (notes := apply_earlier_evidence(inbox)):
        tell(EvidenceApplied(tuple(notes), inbox.outbox.rehearsal))
    problems = list[Problem]()
    for batch in in_batches(incoming(paths, problems)):
        tell(MailRead(tuple(receive(inbox, batch, dry_run=dry_run))))
    return ImportResult(tuple(problems))
