"""Shows one message in full: what is stored of it, what people decided, what only its raw file says. Writes nothing."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from outreach.campaign import Campaign
from outreach.inbox.classify.classify import classify
from outreach.inbox.desk.items import AsOf, Item, some_items
from outreach.inbox.matching.addressbook import AddressBook
from outreach.inbox.matching.letters import LetterIndex
from outreach.inbox.matching.match import Tie, match
from outreach.inbox.mime.parse import read_mail
from outreach.inbox.models import decisions, inbound
from outreach.inbox.newtext.newtext import new_text


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of a person about a message."""

    at: datetime
    by: str
    case: str
    kind: str
    stance: str
    note: str


@dataclass(frozen=True, slots=True)
class Detail:
    """A message in full, as far as the database has it: `text` is what is new in it."""

    item: Item
    text: str
    links: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    message_id: str
    diagnostic: str
    size: int  # bytes
    decisions: tuple[Decision, ...]


def detail(connection: Connection, id_: int, as_of: AsOf | None = None) -> Detail | None:
    """Read one message in full; None when there is no such message."""
    found = some_items(connection, [id_], as_of)
    if not found:
        return None
    row = connection.execute(select(inbound).where(inbound.c.id == id_)).mappings().one()
    return Detail(
        item=found[id_],
        text=row["text"],
        links=tuple(json.loads(row["links"])),
        headers=tuple((name, value) for name, value in json.loads(row["headers"])),
        message_id=row["message_id"],
        diagnostic=row["diagnostic"],
        size=row["size"],
        decisions=tuple(_decisions(connection, id_)),
    )


def folded_text(campaign: Campaign, shown: str, raw: bytes) -> str:
    """Give what is not in the text that is shown of a message: quotes and signature. Never raises, whatever the bytes.

    It was shown by the rules and settings of its day. Where today's would show more, this is all of it.
    """
    mail = read_mail(raw)
    new = new_text(mail, AddressBook(campaign.registry, campaign.settings).ours())
    whole, shown = mail.text.replace("\r", "").strip(), shown.replace("\r", "").strip()
    if shown.startswith(whole):
        return ""
    return new.folded if shown.startswith(new.text.strip()) else whole


def candidates(connection: Connection, campaign: Campaign, raw: bytes) -> tuple[Tie, ...]:
    """Find the letters that a message may answer, too unsure to tie it: a person chooses."""
    letters = LetterIndex(connection, campaign.registry, campaign.settings)
    return match(classify(raw), letters).candidates


def _decisions(connection: Connection, id_: int) -> Iterable[Decision]:
    query = select(decisions).where(decisions.c.inbound == id_).order_by(decisions.c.id)
    for row in connection.execute(query).mappings():
        yield Decision(row["at"], row["by"], row["case"], row["kind"], row["stance"], row["note"])
