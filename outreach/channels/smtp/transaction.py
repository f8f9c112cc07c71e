"""One letter, one transaction: MAIL, RCPT for each address, DATA, and the letter itself; knows no queue."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from outreach.channels.base import Outgoing, Receipt, Refusal
from outreach.channels.smtp.connection import LineLost, SmtpConnection
from outreach.channels.smtp.envelope import Envelope, envelope
from outreach.channels.smtp.pool import ConnectionPool, Lease
from outreach.channels.smtp.replies import SmtpReply, SmtpStep, failure, speaks_of_address, wants_fewer
from outreach.errors import AllRefused, Deferred, DeliveryError, Paused, PutOff, Rejected
from outreach.text import LONGEST_DETAIL

ONE_EACH_HINT = "The server takes one address a letter, so no copy can go with it: leave [smtp] archive empty"


@dataclass(slots=True)
class _Named:
    """What the server said of each recipient: taken, refused for good, put off, or not in this transaction."""

    taken: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    late: list[tuple[Refusal, Deferred]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


async def deliver(pool: ConnectionPool, outgoing: Outgoing, text: Sequence[bytes]) -> Receipt:
    """Hand over one message to the recipients that the server takes; `text` is its body without the final dot."""
    async with pool.lease() as lease:
        addressed = await _begin(pool, lease, outgoing)
        connection = lease.connection
        named = await _name_recipients(connection, outgoing, addressed)
        if addressed.archive is not None and not named.left:
            reply = await connection.rcpt(SmtpStep.ARCHIVE, addressed.archive)
            if wants_fewer(reply):
                named = await _with_one_fewer(connection, outgoing, addressed, named, reply)
            elif not reply.positive:
                raise connection.failure(SmtpStep.ARCHIVE, reply)
        if len(named.taken) < len(outgoing.recipients):
            outgoing.leaving(tuple(named.taken))
        await connection.data()
        try:
            await outgoing.committed()
        except BaseException:
            connection.drop()
            raise
        reply = await connection.body(text)
        if not reply.positive:
            raise failure(SmtpStep.BODY, reply)
        return Receipt(reply.words, refused=tuple(named.refused), left=tuple(named.left))


async def _begin(pool: ConnectionPool, lease: Lease, outgoing: Outgoing) -> Envelope:
    """Say MAIL. A connection may have died while idle; nothing has left yet, so another one is taken."""
    while True:
        fresh = not lease.connection.used
        try:
            return await _mail(lease.connection, outgoing)
        except LineLost:
            if fresh:
                raise
            await pool.replace(lease)


async def _mail(connection: SmtpConnection, outgoing: Outgoing) -> Envelope:
    addressed = envelope(outgoing, connection.features)
    await connection.mail(addressed.mail)
    return addressed


async def _name_recipients(
    connection: SmtpConnection, outgoing: Outgoing, addressed: Envelope, most: int | None = None
) -> _Named:
    """RCPT for each address, `most` at most; raise what keeps the letter back from all of them.

    An address that is refused for now defers the letter as a whole, so that nobody gets it twice, until the one who
    sends has waited long enough (`without_late`). Where the server takes no more at once, the others are left.
    """
    named = _Named()
    for recipient, arguments in zip(outgoing.recipients, addressed.recipients, strict=True):
        if named.left or len(named.taken) == most:
            named.left.append(recipient)
            continue
        reply = await connection.rcpt(SmtpStep.RECIPIENT, arguments)
        if reply.positive:
            named.taken.append(recipient)
        elif named.taken and wants_fewer(reply):
            named.left.append(recipient)
        else:
            _note(named, recipient, connection.failure(SmtpStep.RECIPIENT, reply), gone=speaks_of_address(reply))
    if named.late and not (outgoing.without_late and named.taken):
        raise _put_off(named)
    if not named.taken:
        raise _all_refused(named.refused)
    named.refused += [refusal for refusal, _ in named.late]
    return named


def _note(named: _Named, recipient: str, problem: DeliveryError, *, gone: bool) -> None:
    if isinstance(problem, Rejected):
        named.refused.append(Refusal(recipient, problem.detail, gone))
    elif isinstance(problem, Deferred):
        named.late.append((Refusal(recipient, problem.detail), problem))
    else:
        raise problem


async def _with_one_fewer(
    connection: SmtpConnection, outgoing: Outgoing, addressed: Envelope, named: _Named, reply: SmtpReply
) -> _Named:
    """Make room for the archive: it goes with the last address, whose copy then proves that all have it."""
    if len(named.taken) < 2:
        raise Paused(connection.failure(SmtpStep.ARCHIVE, reply).detail, ONE_EACH_HINT)
    await connection.mail(addressed.mail)
    return await _name_recipients(connection, outgoing, addressed, most=len(named.taken) - 1)


def _put_off(named: _Named) -> Deferred:
    first = named.late[0][1]
    if not named.taken:
        return first
    longest = max((problem.retry_after or 0 for _, problem in named.late), default=0) or None
    return PutOff(first.detail, longest, tuple(refusal.recipient for refusal, _ in named.late))


def _all_refused(refused: list[Refusal]) -> AllRefused:
    every = f"all {len(refused)} addresses refused: " if len(refused) > 1 else ""
    gone = tuple(refusal.recipient for refusal in refused if refusal.gone)
    return AllRefused(f"{every}{refused[0].detail}"[:LONGEST_DETAIL], gone)
