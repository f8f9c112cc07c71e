"""The channel that mails to supporters leave through: it wraps the real one, and alone knows where a mail goes.

Right before a mail leaves, it unseals the address, and puts in To, the links and how to leave the list. Whatever comes
back is told without the address: ledger, log and screen know `supporter:ID` alone. Nothing is archived.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self
from urllib.parse import quote

from sqlalchemy import select

from outreach.channels.base import Channel, Limits, OnWait, Outgoing, Receipt, Waiting
from outreach.db.engine import reading
from outreach.errors import AllRefused, DeliveryError, NotWanted, PutOff, Rejected, UsageError
from outreach.mime.headers import folded, mail_address
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import messages
from outreach.outbox.sending.pace import Pace
from outreach.settings.settings import Settings
from outreach.supporters.erasing import supporter_of
from outreach.supporters.mail.links import RECEIVER, address, fill
from outreach.supporters.mail.parts import about
from outreach.supporters.mail.redaction import without_address
from outreach.supporters.mail.wanted import ERASED, why_unwanted
from outreach.supporters.people import LEAVE, address_of
from outreach.supporters.returns.words import answers_are_read
from outreach.supporters.store import Store

HERE = "http://127.0.0.1:8000/"  # where the forms are in a rehearsal
UNWRITABLE = "the address cannot be written in a mail"
ONE_CLICK = b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"  # RFC 8058, section 3.1


@dataclass(frozen=True, slots=True)
class News:
    """What a server said of somebody's address: `taken`, or that there is no such (`gone`); words without addresses."""

    supporter: int
    address: str
    taken: bool
    gone: bool = False
    words: str = ""


class LeavingChannel:
    """Sends mails to supporters through another channel, one recipient each.

    `tell` hears, before the ledger does, what became of each that the server decided on; it must keep no address.
    """

    def __init__(
        self,
        inner: Channel,
        store: Store,
        settings: Settings,
        *,
        per_minute: int = 0,
        tell: Callable[[News], None] = lambda news: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._inner = inner
        self._store = store
        self._site = settings.web.public_url or HERE
        by_mail = quote(settings.web.by_mail, safe="@+")
        self._returns = settings.returns.address
        self._leave_by_mail = f", <mailto:{by_mail}?subject=unsubscribe>" if answers_are_read(settings) else ""
        self._tell = tell
        self._clock = clock
        self._per_domain = Pace(Limits(per_domain_per_minute=inner.limits.per_domain_per_minute))
        slowest = min(filter(None, (inner.limits.per_minute, per_minute)), default=0)
        self.name = inner.name
        self.limits = Limits(inner.limits.connections, slowest)

    @classmethod
    def for_campaign(cls, folder: Path, settings: Settings) -> Self:
        """Refuse: it is made of another channel and an open store."""
        raise UsageError("mails to supporters leave through the channel of letters; this one has no name of its own")

    async def __aenter__(self) -> Self:
        await self._inner.__aenter__()
        return self

    async def __aexit__(self, *details: object) -> None:
        await self._inner.__aexit__(*details)

    @property
    def advice(self) -> str:
        """Say what of the settings does not suit the server; empty when all is well."""
        return str(getattr(self._inner, "advice", ""))

    def hear_of_waits(self, tell: OnWait) -> None:
        """Name who is told when the server is silent for some seconds."""
        if isinstance(self._inner, Waiting):
            self._inner.hear_of_waits(tell)

    async def send(self, outgoing: Outgoing) -> Receipt:
        """Complete a mail and hand it over.

        Raises what the channel does, told without addresses; NotWanted where whom it is for was erased meanwhile, or
        wants it no more.
        """
        [recipient] = outgoing.recipients
        supporter = supporter_of(recipient)
        to = await asyncio.to_thread(self._address, outgoing.message_id, supporter)
        await self._per_domain.wait((to,))
        try:
            receipt = await self._inner.send(self._completed(outgoing, supporter, to))
        except DeliveryError as error:
            raise self._retold(error, supporter, recipient, to) from None
        self._tell(News(supporter, to, taken=True))
        return Receipt(without_address(receipt.detail, to))

    def _address(self, message_id: str, supporter: int) -> str:
        """Give the address, now; raises NotWanted where there is none any more, or the mail is not wanted."""
        with reading(self._store.engine) as connection:
            query = select(messages.c.id, messages.c.kind, messages.c.part).where(messages.c.message_id == message_id)
            row = connection.execute(query).one()
            what = {row.id: about(MessageKind(row.kind), row.part)}
            if why := why_unwanted(connection, what, self._clock()).get(row.id):
                raise NotWanted(why)
            to = address_of(self._store, connection, supporter)
        if to is None:
            raise NotWanted(ERASED)
        return to

    def _completed(self, outgoing: Outgoing, supporter: int, to: str) -> Outgoing:
        try:
            header = folded("To", mail_address("To", to))
        except UsageError:
            raise Rejected(UNWRITABLE) from None
        first, *others = outgoing.pieces
        if self._returns and b"\r\nReply-To: " not in first.partition(b"\r\n\r\n")[0]:
            # Who answers is a supporter: that goes where bounces go, and never to the mailbox of the letters.
            header += folded("Reply-To", mail_address("Reply-To", self._returns.replace("{token}", outgoing.token)))
        if b"\r\nList-Id: " in first.partition(b"\r\n\r\n")[0]:
            header += self._how_to_leave(supporter)

        def link(purpose: str, subject: int) -> str:
            return self._link(purpose, supporter if subject == RECEIVER else subject)

        pieces = [fill(piece, link) for piece in (first, *others)]

        def narrowed(recipients: tuple[str, ...]) -> None:
            outgoing.leaving(outgoing.recipients if recipients else ())

        return replace(
            outgoing, recipients=(to,), pieces=(header + pieces[0], *pieces[1:]), archive="", leaving=narrowed,
            tell_of_success=False,
        )  # fmt: skip

    def _link(self, purpose: str, subject: int) -> str:
        return address(self._site, purpose, self._store.sealer.token(purpose, subject))

    def _how_to_leave(self, supporter: int) -> bytes:
        """Write List-Unsubscribe (RFC 2369), and its one-click form where the address is https (RFC 8058)."""
        link = self._link(LEAVE, supporter)
        ways = f"<{link}>{self._leave_by_mail}"
        return folded("List-Unsubscribe", ways) + (ONE_CLICK if link.startswith("https://") else b"")

    def _retold(self, error: DeliveryError, supporter: int, recipient: str, to: str) -> DeliveryError:
        """Give the same error in words without the address."""
        error.detail = without_address(error.detail, to)
        error.args = (error.detail,)
        if isinstance(error, PutOff):
            error.recipients = (recipient,)
        if isinstance(error, AllRefused):
            error.gone = (recipient,) if error.gone else ()
            self._tell(News(supporter, to, taken=False, gone=bool(error.gone), words=error.detail))
        return error
