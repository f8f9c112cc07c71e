"""Tries the mailbox as far as one can without reading a message: connection, certificate, login, folders."""

from outreach.channels.checks.settings import Check, failed, ok, warning
from outreach.errors import MailboxError
from outreach.inbox.mailbox.connection import Mailbox
from outreach.settings.mail import ImapServer
from outreach.settings.settings import Settings

NAME = "mailbox"


def check_mailbox(settings: Settings) -> list[Check]:
    """Log in, open each folder as for fetching, and leave; nothing is read or altered."""
    imap = settings.imap
    if not imap.host:
        found = "none is set up, so what comes back is not read"
        return [warning(NAME, found, "Set [imap] host and username, and OUTREACH_IMAP__PASSWORD in the environment")]
    try:
        with Mailbox(imap) as mailbox:
            if imap.after == "move":
                mailbox.require_move()
            folders = [_opened(mailbox, folder, alter=imap.after != "keep") for folder in imap.folders]
    except MailboxError as error:
        return [failed(NAME, str(error), "Put that right, then check again")]
    return [ok(NAME, f"{imap.host}:{imap.effective_port} lets {imap.username} in; {', '.join(folders)}")]


def _opened(mailbox: Mailbox[ImapServer], folder: str, *, alter: bool) -> str:
    mailbox.open(folder, alter=alter)
    number = len(mailbox.uids())
    return f"{folder} has {number} {'message' if number == 1 else 'messages'}"
