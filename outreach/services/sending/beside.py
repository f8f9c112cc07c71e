"""Opens what runs beside the rounds of letters: the mails to supporters. Where there are none it loads nothing."""

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from outreach.db.sqlite import sqlite_file
from outreach.errors import OutreachError, StorageFailed
from outreach.next_step import Action, NextStep
from outreach.outbox.copies.copies import missed, note_place
from outreach.outbox.copies.journal import journal_beside
from outreach.services.events import Listener, SentFromElsewhere, SupportersWait
from outreach.services.sending.stopping import Stop
from outreach.services.workspace import Workspace
from outreach.supporters.files import file_of
from outreach.text import counted

if TYPE_CHECKING:  # loads what only supporters need
    from outreach.services.supporters.sending import SupportersLane

GONE = "supporters.db is gone, and its journal is there"


def supporters_lane(
    workspace: Workspace, *, watch: bool, although_paused: bool, tell: Listener, stop: Stop
) -> "AbstractContextManager[SupportersLane | None]":
    """Give the lane of the store beside this outbox, at work inside a `with`; None where there is nothing to send from.

    Why an existing store is not sent from is told. Raises DatabaseError or SettingsError where it cannot be opened.
    """
    campaign, rehearsal = workspace.campaign, workspace.rehearsal
    store = file_of(campaign.folder, rehearsal=rehearsal)
    if not store.exists():
        if journal_beside(sqlite_file(store)).path.exists():
            tell(SupportersWait(GONE, "Put a copy of it back: without one nobody knows who is on the list"))
        return nullcontext(None)
    if not campaign.settings.web.key.get_secret_value():
        tell(SupportersWait("OUTREACH_WEB__KEY is not set here", "Send from the machine that has it in .env"))
        return nullcontext(None)
    from outreach.services.supporters.opening import existing_supporters
    from outreach.services.supporters.sending import SupportersLane

    supporters = existing_supporters(campaign, rehearsal=rehearsal)
    if supporters is None:
        return nullcontext(None)
    if unknown := missed(supporters.store.outbox):
        why = f"by its journal {counted(len(unknown), 'mail')} may have left that supporters.db does not know of"
        tell(SupportersWait(why, "Put a newer copy of it back", NextStep(Action.ADOPT_JOURNAL)))
        return nullcontext(None)
    if elsewhere := note_place(supporters.store.outbox, campaign.folder):
        tell(SentFromElsewhere(elsewhere.host, elsewhere.folder))
    return SupportersLane(supporters, watch=watch, although_paused=although_paused, tell=tell, stop=stop)


def tell_supporters(workspace: Workspace, tell: Listener) -> None:
    """Queue what people are told of digests that left since; where that cannot be now, a later round does it."""
    campaign = workspace.campaign
    has_key = campaign.settings.web.key.get_secret_value()
    if not has_key or not file_of(campaign.folder, rehearsal=workspace.rehearsal).exists():
        return
    from outreach.services.supporters.digests.telling import tell_voices

    try:
        tell_voices(workspace)
    except StorageFailed:
        return
    except OutreachError as error:
        tell(SupportersWait(f"{error}"))
