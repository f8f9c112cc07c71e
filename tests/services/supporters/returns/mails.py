"""Mails as they come to the mailbox of supporters, and a store whose settings have one."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import select

from outreach.db.engine import reading, writing
from outreach.outbox.ledger import Transition, advance
from outreach.outbox.models import messages
from outreach.outbox.status import Status
from outreach.services.supporters.opening import Supporters
from outreach.supporters.members import membership
from outreach.supporters.people import find
from outreach.supporters.statuses import MemberStatus
from outreach.supporters.voices import voices_of
from tests.services.supporters.campaigns import NOOR, open_here
from tests.supporters.stores import NOW

ADDRESS = "join@example.org"
OURS = "mx.example.org"
VERIFIED = f"Authentication-Results: {OURS}; dmarc=pass header.from=supporters.example.org\r\n"
FORGED = f"Authentication-Results: {OURS}; dmarc=fail header.from=supporters.example.org\r\n"
REAL = Path(__file__).parents[3] / "inbox"


def open_mailbox(folder: Path, /, **returns: object) -> Supporters:
    """Open a store whose campaign has an address to join by mail; `returns` are settings of its mailbox."""
    opened = open_here(folder, by_mail=ADDRESS, public_url="https://forms.example.org/")
    settings = opened.campaign.settings
    if "password" in returns:
        returns["password"] = SecretStr(str(returns["password"]))
    mailbox = {"authserv": OURS, "address": "list+{token}@example.org", **returns}
    changed = settings.returns.model_copy(update=mailbox)
    campaign = replace(opened.campaign, settings=settings.model_copy(update={"returns": changed}))
    return replace(opened, campaign=campaign)


def mail(subject: str = "JOIN", text: str = "", *, sender: str = NOOR, head: str = "") -> bytes:
    """A mail that somebody wrote. `head` are more headers, as they come first."""
    lines = (
        f"From: Noor <{sender}>\r\nTo: {ADDRESS}\r\nSubject: {subject}\r\nDate: Tue, 20 Sep 2022 12:00:00 +0000\r\n"
        f"Message-ID: <{abs(hash((subject, text, sender, head)))}@supporters.example.org>\r\n"
        f'MIME-Version: 1.0\r\nContent-Type: text/plain; charset="utf-8"\r\n\r\n{text}\r\n'
    )
    return (head + lines).encode()


def answer(supporters: Supporters, text: str, *, sender: str = NOOR, head: str = "", to: int = 1) -> bytes:
    """An answer to a mail of ours, which is named by its number, with that mail quoted below."""
    names, _ = sent(supporters, to)
    quoted = f"{text}\r\n\r\nOn Mon, 19 Sep 2022 at 12:00, Example <campaign@example.org> wrote:\r\n> YES\r\n> JOIN"
    return mail("Re: Was it you?", quoted, sender=sender, head=f"{head}In-Reply-To: {names}\r\n")


def sent(supporters: Supporters, number: int) -> tuple[str, str]:
    """Give Message-ID and token of a mail of ours."""
    with reading(supporters.store.engine) as connection:
        row = connection.execute(select(messages).where(messages.c.id == number)).one()
    return row.message_id, row.token


def is_sent(supporters: Supporters, number: int, at: datetime = NOW) -> None:
    """Let a mail of ours have left."""
    with writing(supporters.store.engine) as connection:
        advance(connection, [Transition(number, Status.QUEUED, Status.SENT, at, "a test", taken_at=at)])


def real(name: str, supporters: Supporters, number: int = 1) -> bytes:
    """A mail as a mail system wrote it, come back to the return address of a mail of ours."""
    raw = (REAL / name).read_bytes()
    return f"X-Original-To: list+{sent(supporters, number)[1]}@example.org\n".encode() + raw


def member(supporters: Supporters, address: str = NOOR) -> MemberStatus | None:
    """Say how somebody stands to the list."""
    with reading(supporters.store.engine) as connection:
        who = find(supporters.store, connection, address)
        found = None if who is None else membership(connection, who)
    return None if found is None else found.status


def statuses(supporters: Supporters, address: str = NOOR) -> list[str]:
    """Give the statuses of somebody's voices."""
    with reading(supporters.store.engine) as connection:
        who = find(supporters.store, connection, address)
        assert who
        return [voice.status.value for voice in voices_of(supporters.store, connection, who)]
