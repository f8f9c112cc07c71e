"""Tries the mailbox as far as one can without reading a message: connection, certificate, login, folders."""

from outreach.channels.checks.settings import Check, failed, ok, warning
from outreach.errors import MailboxError, SettingsError
from outreach.inbox.mailbox.connection import Mailbox
from outreach.inbox.mailbox.fetch import require_own_mailbox
from outreach.settings.mail import ImapServer
from outreach.settings.settings import Settings

NAME, RETURNS = "mailbox", "mailbox of supporters"


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


def check_returns(settings: Settings) -> list[Check]:
    """Try the mailbox of supporters as for fetching, where there is to be one; nothing is read or altered."""
    returns, by_mail = settings.returns, settings.web.by_mail
    if not returns.host:
        set_up = "Set [returns] host and username, and OUTREACH_RETURNS__PASSWORD in .env"
        return [warning(RETURNS, f"none is set up, so nobody reads what comes to {by_mail}", set_up)] if by_mail else []
    try:
        require_own_mailbox(settings)
        with Mailbox(returns) as mailbox:
            mailbox.require_removal()
            folder = _opened(mailbox, returns.folder, alter=True)
    except (MailboxError, SettingsError) as error:
        return [failed(RETURNS, str(error), "Put that right, then check again")]
    found = f"{returns.host}:{returns.effective_port} lets {returns.username} in; {folder}"
    if returns.own_servers:
        return [ok(RETURNS, found)]
    vouch = "Set [returns] authserv, as the mailbox's server names itself in Authentication-Results"
    return [warning(RETURNS, f"{found}; nobody joins by one mail, since no server vouches for senders", vouch)]


def _opened(mailbox: Mailbox[ImapServer], folder: str, *, alter: bool) -> str:
    mailbox.open(folder, alter=alter)
    number = len(mailbox.uids())
    return f"{folder} has {number} {'message' if number == 1 else 'messages'}"
