"""Decides what evidence means for a letter and its addresses; knows no database, and no words for people.

    evidence                      waiting, refused or          sent          delivered
                                  unconfirmed before
    copy, delay, complaint,       sent                         -             -
    or unclear
    delivered, read, auto-reply,  sent, then delivered         delivered     -
    or reply
    bounce of all recipients      sent, then bounced           bounced       bounced, unless somebody has read it
    bounce of one of several      sent                         -             -

A letter that a worker holds is left to it, and its evidence waits. One that bounced or was withdrawn stays as it is.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from outreach.inbox.kinds import UNSUBSCRIBE, Kind, MatchedBy, Severity
from outreach.inbox.mail import Report
from outreach.next_step import Action, NextStep
from outreach.outbox.status import Status

UNSETTLED = frozenset({Status.QUEUED, Status.DEFERRED, Status.REJECTED, Status.UNCONFIRMED})
ARRIVED = frozenset({Kind.DELIVERED, Kind.READ, Kind.AUTO_REPLY, Kind.REPLY})
READ_BY_SOMEBODY = frozenset({Kind.READ, Kind.REPLY})
WORDED = {
    Kind.DELIVERED: "a note of delivery",
    Kind.READ: "a note of reading",
    Kind.UNCLEAR: "a mail that seems to be a machine's",
}
ENOUGH = 2  # permanent bounces of different letters close an address

_POLICY = re.compile(r"[45]\.7\.\d+")
_OUR_ADDRESS = re.compile(r"[45]\.1\.[789]")  # RFC 3463, section 3.2: these speak of the sender's address
_BAD_ADDRESS = re.compile(r"5\.1\.(?![789]$)\d+")


def speaks_of_us(code: str) -> bool:
    """Say whether a status code is about our own set-up or address, and not about the recipient's."""
    return bool(_POLICY.fullmatch(code) or _OUR_ADDRESS.fullmatch(code))


def speaks_of_the_address(code: str) -> bool:
    """Say whether a status code says that the recipient's address is wrong (RFC 3463, section 3.2)."""
    return bool(_BAD_ADDRESS.fullmatch(code))


@dataclass(frozen=True, slots=True)
class Evidence:
    """One row of the table: what a message, by a token or Message-ID of ours, says about one letter.

    `address` is one of the letter's recipients, as compared; blank when the message names none of them.
    """

    id: int
    inbound: int
    message: int
    matched_by: MatchedBy
    kind: Kind
    rule: str
    address: str
    severity: Severity | None
    code: str
    words: str
    arrived_at: datetime
    stored_at: datetime
    sender_failed: bool = False  # our own mail server could not verify the sender

    @property
    def permanent(self) -> bool:
        """Say whether it counts against the address itself, and not against our own set-up."""
        return self.kind is Kind.BOUNCE and self.severity is Severity.PERMANENT and not speaks_of_us(self.code)

    @property
    def shows_arrival(self) -> bool:
        """Say whether it shows that the letter arrived, and not only at another address, such as our archive's.

        Whoever's mail program says so has the letter, whatever that mailbox is called.
        """
        of_another = self.kind is Kind.DELIVERED and not self.address and not self.rule.startswith("mdn-")
        return self.kind in ARRIVED and not of_another and not self.sender_failed

    @property
    def reason(self) -> str:
        """Say why it did not arrive: the code, the server's words, and in which mail they stand."""
        said = self.words if self.code in self.words else f"{self.code} {self.words}"
        return f"{said.strip() or 'no reason given'} (mail {self.inbound})"


@dataclass(frozen=True, slots=True)
class LetterHistory:
    """What the ledger says of a letter: when a person queued it again after it came back, and when it last began to
    leave since then."""

    again_at: datetime | None = None
    sending_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AffectedLetter:
    """A letter, as evidence finds it; `recipients` as they are compared."""

    id: int
    mission: str
    status: Status
    recipients: frozenset[str]
    history: LetterHistory = LetterHistory()
    part: "Part | None" = None


@dataclass(frozen=True, slots=True)
class Part:
    """Where a letter goes to its addresses in more than one transaction: what evidence can still tell.

    `some_have_it`: an earlier transaction was taken. `doubted` are the addresses of the last one. `then`: what the
    ledger says when that one has arrived and others are still to be tried; blank when there are none.
    """

    some_have_it: bool
    doubted: frozenset[str]
    then: str = ""


@dataclass(frozen=True, slots=True)
class LetterChange:
    """One step of a letter. `taken_at` only when it becomes sent."""

    to: Status
    detail: str
    taken_at: datetime | None = None


class Happened(StrEnum):
    """What evidence tells people about a letter; good news that was expected is not told."""

    LEFT = "left"  # it waited, was refused or was in doubt, but it left
    LATE = "late"  # a server goes on trying
    CAME_BACK = "came_back"
    CAME_BACK_IN_PART = "came_back_in_part"  # from one of its addresses
    CAME_BACK_FROM_ELSEWHERE = "came_back_from_elsewhere"  # from an address that it was not sent to
    CAME_BACK_THOUGH_READ = "came_back_though_read"
    CAME_BACK_AGAIN = "came_back_again"
    ARRIVED_AFTER_ALL = "arrived_after_all"  # it had come back
    LEFT_THOUGH_WITHDRAWN = "left_though_withdrawn"
    ABOUT_AN_EARLIER_SENDING = "about_an_earlier_sending"  # it was queued again since, so that nothing changes
    REPORTED_AS_SPAM = "reported_as_spam"
    ASKED_TO_STOP = "asked_to_stop"


@dataclass(frozen=True, slots=True)
class EffectNote:
    """What a piece of evidence tells people about a letter, and what they can do about it.

    `mail` is the id of the message that says so. `detail` says how it proves that the letter left, or quotes why it
    did not arrive, without addresses. `was` is the letter's status before, `addresses` how many it went to. `closed`:
    the address that it came back from gets no more letters.
    """

    letter: int
    mission: str
    happened: Happened
    mail: int
    detail: str = ""
    was: Status = Status.SENT
    addresses: int = 1
    closed: bool = False
    next_step: NextStep | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """What a piece of evidence does: steps in their order, addresses to close and why, and what to tell people."""

    changes: tuple[LetterChange, ...] = ()
    closed: tuple[str, ...] = ()
    why: str = ""
    notes: tuple[EffectNote, ...] = ()


def effect(letter: AffectedLetter, new: Evidence, before: Sequence[Evidence], others: int) -> Effect:
    """Decide what `new` does to a letter about which the evidence `before` is on file.

    `others` is how many other letters came back from its address for good, since that was last opened by a person.
    """
    if _asks_to_stop(new):
        return _stopped(letter, new)
    if speaks_of_earlier(new, letter.history):
        return Effect(notes=(_note(letter, new, Happened.ABOUT_AN_EARLIER_SENDING),))
    if letter.status is Status.WITHDRAWN:
        return Effect(notes=(_note(letter, new, Happened.LEFT_THOUGH_WITHDRAWN, proof(new)),))
    left = _left(letter, new)
    status = left[0].to if left else letter.status
    known = [known for known in before if not speaks_of_earlier(known, letter.history)]
    then = _news(status, letter, new, known)
    closed = _closed(new, others)
    return Effect(
        changes=(*left, *then),
        closed=closed,
        why=f"bounced: {new.reason}" if closed else "",
        notes=(*_settled(letter, new, left), *_bad_news(letter, new, came_back=bool(then), closed=bool(closed))),
    )


def speaks_of_earlier(known: Evidence, history: LetterHistory) -> bool:
    """Say whether it is about an earlier sending of a letter that bounced and that a person queued again.

    Both carry the same token, so time must tell. A reply is somebody's who has the letter, whichever it was.
    """
    if history.again_at is None:
        return False
    if known.stored_at <= history.again_at:
        return True
    if history.sending_at is None:
        return known.kind is not Kind.REPLY
    return known.arrived_at < history.again_at.replace(microsecond=0)  # a mailbox's clock has no parts of a second


def recipient_meant(report: Report, recipients: Iterable[str]) -> str:
    """Find the recipient of a letter that a report is about; blank when that cannot be told.

    A server may name the mailbox behind an address instead: then its name must be the same and only one have it, or
    there must be no other recipient and no name at all.
    """
    known = sorted(recipients)
    named = [address for address in (report.original_recipient, report.recipient) if address]
    for address in named:
        if address.lower() in known:
            return address.lower()
    names = {address.lower().partition("@")[0] for address in named}
    alike = [address for address in known if address.partition("@")[0] in names or not names]
    return alike[0] if len(alike) == 1 else ""


def proof(known: Evidence) -> str:
    """Say for the ledger how this proves that the letter left: "a reply (mail 12) carries its Message-ID"."""
    article = "an" if known.kind is Kind.AUTO_REPLY else "a"
    what = {"own-copy": "a copy of it", UNSUBSCRIBE: "a wish for no more letters"}.get(known.rule)
    what = what or WORDED.get(known.kind)
    what = what or ("a mail" if known.kind is Kind.OTHER else f"{article} {known.kind}")
    how = {MatchedBy.ENVELOPE: "came to its return address", MatchedBy.TOKEN: "carries its token"}
    return f"{what} (mail {known.inbound}) {how.get(known.matched_by, 'carries its Message-ID')}"


def _left(letter: AffectedLetter, new: Evidence) -> tuple[LetterChange, ...]:
    if letter.status not in UNSETTLED or not _tells_of(letter, new):
        return ()
    if letter.part and letter.part.then:
        return (LetterChange(Status.QUEUED, f"{letter.part.then}: {proof(new)}"),)
    return (LetterChange(Status.SENT, proof(new), letter.history.sending_at or new.arrived_at),)


def _tells_of(letter: AffectedLetter, new: Evidence) -> bool:
    """Say whether it tells something of the transaction in doubt, where an earlier one was taken before."""
    if letter.part is None or not letter.part.some_have_it:
        return True
    in_doubt = letter.status is Status.UNCONFIRMED
    return in_doubt and (new.rule == "own-copy" or new.address in letter.part.doubted)


def _news(
    status: Status, letter: AffectedLetter, new: Evidence, before: Sequence[Evidence]
) -> tuple[LetterChange, ...]:
    """Give the step that comes after sent."""
    if new.kind is Kind.BOUNCE and status in (Status.SENT, Status.DELIVERED):
        back = {known.address for known in (*before, new) if known.kind is Kind.BOUNCE}
        read = any(known.kind in READ_BY_SOMEBODY and not known.sender_failed for known in before)
        return (LetterChange(Status.BOUNCED, new.reason),) if letter.recipients <= back and not read else ()
    if new.shows_arrival and status is Status.SENT:
        return (LetterChange(Status.DELIVERED, proof(new)),)
    return ()


def _closed(new: Evidence, others: int) -> tuple[str, ...]:
    """Give the address that gets no more letters: one that does not exist, or that refused several for good."""
    enough = speaks_of_the_address(new.code) or others + 1 >= ENOUGH
    return (new.address,) if new.address and new.permanent and enough else ()


def _asks_to_stop(new: Evidence) -> bool:
    return new.kind is Kind.COMPLAINT or new.rule == UNSUBSCRIBE


def _stopped(letter: AffectedLetter, new: Evidence) -> Effect:
    """Close every address: somebody who has the letter wants no more, or called it spam, whichever sending it was.

    Whoever was shown the letter with its headers could have written that. So it is a pause until a person has looked:
    the desk counts it as open work (desk/tasks.py), and one command opens the address again.
    """
    spam = new.kind is Kind.COMPLAINT
    wish = "reported as spam" if spam else "asked not to be written to"
    happened = Happened.REPORTED_AS_SPAM if spam else Happened.ASKED_TO_STOP
    stale = letter.status is Status.WITHDRAWN or speaks_of_earlier(new, letter.history)
    return Effect(
        changes=() if stale else _left(letter, new),
        closed=tuple(sorted(letter.recipients)),
        why=f"{wish} (mail {new.inbound})",
        notes=(_note(letter, new, happened, closed=True, next_step=NextStep(Action.SHOW_REPLY, ids=(new.inbound,))),),
    )


def _settled(letter: AffectedLetter, new: Evidence, left: Sequence[LetterChange]) -> tuple[EffectNote, ...]:
    return (_note(letter, new, Happened.LEFT, proof(new)),) if left else ()


def _bad_news(letter: AffectedLetter, new: Evidence, *, came_back: bool, closed: bool) -> tuple[EffectNote, ...]:
    """Tell what needs a person's eye; good news shows in the letter's status."""
    if new.kind is Kind.DELAY:
        return (_note(letter, new, Happened.LATE, new.reason),)
    if letter.status is Status.BOUNCED and new.kind in READ_BY_SOMEBODY:
        return (_note(letter, new, Happened.ARRIVED_AFTER_ALL, proof(new)),)
    if new.kind is not Kind.BOUNCE:
        return ()
    extent, step = _extent(letter, new, came_back=came_back), _after_a_bounce(letter, new, closed=closed)
    return (_note(letter, new, extent, new.reason, closed=closed, next_step=step),)


def _extent(letter: AffectedLetter, new: Evidence, *, came_back: bool) -> Happened:
    if came_back:
        return Happened.CAME_BACK
    if len(letter.recipients) > 1:
        return Happened.CAME_BACK_IN_PART
    if not new.address:
        return Happened.CAME_BACK_FROM_ELSEWHERE
    return Happened.CAME_BACK_THOUGH_READ if letter.status is Status.DELIVERED else Happened.CAME_BACK_AGAIN


def _after_a_bounce(letter: AffectedLetter, new: Evidence, *, closed: bool) -> NextStep:
    if not closed and speaks_of_us(new.code):
        return NextStep(Action.CHECK_SETUP)
    if not closed and new.severity is Severity.TRANSIENT:
        return NextStep(Action.RETRY, ids=(letter.id,))
    return NextStep(Action.SHOW_MISSION, state=letter.mission)


def _note(
    letter: AffectedLetter,
    new: Evidence,
    happened: Happened,
    detail: str = "",
    *,
    closed: bool = False,
    next_step: NextStep | None = None,
) -> EffectNote:
    return EffectNote(
        letter=letter.id,
        mission=letter.mission,
        happened=happened,
        mail=new.inbound,
        detail=detail,
        was=letter.status,
        addresses=len(letter.recipients),
        closed=closed,
        next_step=next_step,
    )
