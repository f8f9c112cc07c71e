"""Gives one mail its effect, once, in one transaction; knows no mailbox. Nothing of the mail is kept.

Applied again (a run was killed before the mail was removed) it does nothing, also where its sender has changed their
mind since. No address is in the story, in a detail or in what is given back.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from outreach.db.engine import writing
from outreach.outbox.kind import MessageKind
from outreach.outbox.ledger import Transition, advance
from outreach.outbox.models import messages
from outreach.outbox.status import Status
from outreach.services.supporters.links.confirming import Standing, decide_within, put_on_the_list
from outreach.services.supporters.links.leaving import take_off_the_list
from outreach.services.supporters.opening import Supporters
from outreach.services.supporters.returns.reading import read
from outreach.supporters.arrivals import JOIN, Arrival, write_arrival
from outreach.supporters.doors import change_member
from outreach.supporters.erasing import recipient, withdraw_waiting
from outreach.supporters.mail.links import places
from outreach.supporters.mail.parts import about
from outreach.supporters.members import ask_to_join, membership
from outreach.supporters.people import CONFIRM, address_of, find, find_or_add, lift_refusal
from outreach.supporters.people import JOIN as JOIN_LINK
from outreach.supporters.returns.deciding import Act, Came, Known, Sort, decide
from outreach.supporters.returns.marks import is_first
from outreach.supporters.statuses import MemberStatus

BY = "a mail"
AGREED_TO = "mail 1"  # the version of what we say of joining by mail
ON_THE_LIST = frozenset({MemberStatus.ASKED, MemberStatus.MEMBER})
HARMLESS = frozenset({Act.NOTHING, Act.FORGED, Act.FOR_A_PERSON})
_CAME_BACK = {
    Status.SENT: (Status.BOUNCED,),
    Status.DELIVERED: (Status.BOUNCED,),
    Status.UNCONFIRMED: (Status.SENT, Status.BOUNCED),
}


@dataclass(frozen=True, slots=True)
class _Ours:
    """A mail of ours that another names: its number, kind and status, whose it was, and the links in it."""

    id: int
    kind: MessageKind
    status: Status
    supporter: int
    links: tuple[tuple[str, int], ...]


def apply(supporters: Supporters, raw: bytes, at: datetime) -> Act:
    """Give a mail its effect, and say which that was; NOTHING where it had it before.

    FOR_A_PERSON where it has none: then it is not to be removed. Raises StorageFailed where nothing can be written.
    """
    came = read(raw, supporters.campaign.settings)
    if came.sort is Sort.MACHINE:
        return Act.NOTHING
    with writing(supporters.store.engine) as connection:
        ours = _named(connection, came.names)
        act = decide(came, _known(supporters, connection, came, ours))
        if act in HARMLESS:
            return act
        if not is_first(supporters.store, connection, raw, at):
            return Act.NOTHING
        return _carry_out(_Work(supporters, connection, came, ours, at), act)


@dataclass(frozen=True, slots=True)
class _Work:
    supporters: Supporters
    connection: Connection
    came: Came
    ours: _Ours | None
    at: datetime


def _named(connection: Connection, names: tuple[str, ...]) -> _Ours | None:
    """Find the mail of ours that is named, by the surest of the names."""
    if not names:
        return None
    columns = (messages.c.id, messages.c.kind, messages.c.status, messages.c.part, messages.c.content)
    which = or_(messages.c.token.in_(names), messages.c.message_id.in_(names))
    rows = connection.execute(select(*columns, messages.c.token, messages.c.message_id).where(which)).all()
    if not rows:
        return None
    row = min(rows, key=lambda row: min(names.index(name) for name in names if name in (row.token, row.message_id)))
    kind = MessageKind(row.kind)
    links = tuple(places(bytes(row.content)))
    return _Ours(row.id, kind, Status(row.status), about(kind, row.part).supporter, links)


def _known(supporters: Supporters, connection: Connection, came: Came, ours: _Ours | None) -> Known:
    store = supporters.store
    sender = find(store, connection, came.sender) if came.sender else None
    member = None if sender is None else membership(connection, sender)
    return Known(
        kind=None if ours is None else ours.kind,
        is_receivers=ours is not None and sender == ours.supporter,
        on_the_list=member is not None and member.status in ON_THE_LIST,
    )


def _carry_out(work: _Work, act: Act) -> Act:
    match act:
        case Act.JOINS:
            return _join(work)
        case Act.IS_ASKED:
            return _ask(work)
        case Act.CONFIRMS | Act.DENIES:
            return _answer(work, yes=act is Act.CONFIRMS)
        case Act.LEAVES:
            return _leave(work)
        case Act.BOUNCED:
            return _bounce(work)
        case Act.COMPLAINED:
            return _complain(work)
        case _:
            return act


def _join(work: _Work) -> Act:
    """Put the sender on the list: that it was them is proven, and they know our newest word of it."""
    store, connection, at = work.supporters.store, work.connection, work.at
    sender, language = work.came.sender, work.came.said.language if work.came.said else ""
    lift_refusal(store, connection, sender)
    supporter = find_or_add(store, connection, sender, language, at, at)
    member = membership(connection, supporter)
    if member is not None and member.status is MemberStatus.COMPLAINED:
        change_member(connection, supporter, MemberStatus.LEFT, at, BY)
    ask_to_join(connection, supporter, origin="mail", agreed_to=AGREED_TO, at=at, by=BY)
    return Act.JOINS if put_on_the_list(store, connection, supporter, at, BY) else Act.NOTHING


def _ask(work: _Work) -> Act:
    """Ask whoever is said to have sent it, by one mail and within the caps, as if they had filled in the form.

    Anybody can write any sender, and no network is behind it: where our own server vouches for those it knows, all
    others count as one network, so that their mails use up nobody else's.
    """
    language = work.came.said.language if work.came.said else ""
    vouches = bool(work.supporters.campaign.settings.returns.own_servers)
    network = "mail" if vouches else f"mail {work.came.sender.rpartition('@')[2]}"
    form = Arrival(JOIN, work.came.sender, language, AGREED_TO, network, joins=True, origin="mail")
    write_arrival(work.supporters.store, work.connection, form, work.at)
    return Act.IS_ASKED


def _answer(work: _Work, *, yes: bool) -> Act:
    """Take an answer to "was it you?". A yes counts for what that mail asked about, and for nothing that came since."""
    about_it = next((each for each in work.ours.links if each[0] in (CONFIRM, JOIN_LINK)), None) if work.ours else None
    if about_it is None:
        return Act.NOTHING
    token = work.supporters.store.sealer.token(*about_it)
    number = about_it[1] if yes else None
    asked = decide_within(work.supporters, work.connection, token, yes=yes, at=work.at, number=number)
    if asked is None:
        return Act.NOTHING
    done = asked.standing is (Standing.CONFIRMED if yes else Standing.NOT_ME)
    return (Act.CONFIRMS if yes else Act.DENIES) if done else Act.NOTHING


def _leave(work: _Work) -> Act:
    supporter = find(work.supporters.store, work.connection, work.came.sender)
    if supporter is None or not take_off_the_list(
        work.supporters, work.connection, supporter, work.at, "by mail", by=BY
    ):
        return Act.NOTHING
    return Act.LEAVES


def _bounce(work: _Work) -> Act:
    """Note that a mail came back. Who has no mailbox any more, or whom a second one did not reach, is no member.

    No reminder goes there either. Filters refuse single mails in words of their own, and that ends nothing.
    """
    ours, connection, at = work.ours, work.connection, work.at
    if ours is None:
        return Act.NOTHING
    why = "it came back for good"
    for was, to in zip((ours.status, Status.SENT), _CAME_BACK.get(ours.status, ()), strict=False):
        advance(connection, [Transition(ours.id, was, to, at, BY, why, taken_at=at if to is Status.SENT else None)])
    theirs = (messages.c.recipients == recipient(ours.supporter), messages.c.status == Status.BOUNCED.value)
    others = select(func.count()).select_from(messages).where(*theirs, messages.c.id != ours.id)
    if work.came.address_is_wrong or connection.execute(others).scalar_one():
        change_member(connection, ours.supporter, MemberStatus.BOUNCED, at, BY, "there is no such mailbox")
    withdraw_waiting(connection, ours.supporter, at, BY, "the mail before came back", MessageKind.CONFIRM)
    return Act.BOUNCED


def _complain(work: _Work) -> Act:
    """End the membership of whoever called our mail spam; from who was only asked, it means that it was not them."""
    ours, connection, at = work.ours, work.connection, work.at
    if ours is None:
        return Act.NOTHING
    complained = change_member(connection, ours.supporter, MemberStatus.COMPLAINED, at, BY, "reported as spam")
    if not complained and ours.kind is MessageKind.CONFIRM:
        _answer(work, yes=False)
    if address_of(work.supporters.store, connection, ours.supporter) is not None:
        withdraw_waiting(connection, ours.supporter, at, BY, "reported as spam")
    return Act.COMPLAINED
