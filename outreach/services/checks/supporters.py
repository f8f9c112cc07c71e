"""Looks whether mails to supporters can leave: the store, its key, its journal, and what the settings lack."""

from pathlib import Path

from outreach.channels.checks.settings import Check, failed, ok, warning
from outreach.db.sqlite import sqlite_file
from outreach.errors import DatabaseError, SettingsError
from outreach.next_step import Action, NextStep
from outreach.outbox.copies.journal import journal_beside
from outreach.settings.settings import Settings
from outreach.supporters.files import FILE, file_of
from outreach.text import counted

GONE = "is gone, and its journal is there"


def check_supporters(folder: Path, settings: Settings) -> list[Check]:
    """Check the store of supporters, where there is one; nothing of it is loaded otherwise, and none is made."""
    store = file_of(folder, rehearsal=False)
    if not store.exists():
        gone = journal_beside(sqlite_file(store)).path.exists()
        return (
            [failed(FILE, GONE, "Put a copy of it back: without one nobody knows who is on the list")] if gone else []
        )
    if not settings.web.key.get_secret_value():
        lacks = "is there, and OUTREACH_WEB__KEY is not set here"
        return [warning(FILE, lacks, "Mails to supporters leave from the machine that has the key in .env")]
    from outreach.db.engine import reading
    from outreach.outbox.copies.copies import missed
    from outreach.outbox.queue import number_of_messages
    from outreach.services.supporters.sending import why_they_wait
    from outreach.supporters.store import open_store

    try:
        outbox = open_store(folder, settings, rehearsal=False).outbox
        unknown = missed(outbox)
        with reading(outbox.engine) as connection:
            found = counted(number_of_messages(connection), "mail")
    except (DatabaseError, SettingsError) as error:
        return [failed(FILE, str(error), "Until then no mail to a supporter leaves")]
    if unknown:
        lost = f"by its journal {counted(len(unknown), 'mail')} may have left that it does not know of"
        what_next = "Put a newer copy of it back; or take it that these may have left: {}"
        return [failed(FILE, lost, what_next, NextStep(Action.ADOPT_JOURNAL))]
    if why := why_they_wait(settings, rehearsal=False):
        return [warning(FILE, f"{found}; they wait: {why.why}", why.hint)]
    return [ok(FILE, found)]
