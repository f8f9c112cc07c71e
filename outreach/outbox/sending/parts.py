"""What a worker makes of a letter of which a server took or refused single addresses; sends and stores nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from outreach.channels.base import Receipt
from outreach.errors import AllRefused, DeliveryError, PutOff, Unconfirmed
from outreach.outbox.addresses import AddressRefusal, Numbers, numbers_of, put_off_by, sent_to, taken_for, with_refusals
from outreach.outbox.models import Claimed
from outreach.outbox.redaction import without_addresses
from outreach.outbox.sending.outcome import RefusedAddress
from outreach.outbox.sending.pace import WAITS

LONGEST_WAIT_FOR_ONE = timedelta(days=1)  # so long an address that is put off holds back the others of its letter


@dataclass(frozen=True, slots=True)
class Taken:
    """What to write down of a letter that was taken: the ledger's words, who does not get it, and whether some wait."""

    detail: str
    refused: tuple[RefusedAddress, ...] = ()
    goes_on: bool = False

    @property
    def closed(self) -> tuple[tuple[str, str], ...]:
        """Give the addresses that do not exist, and why nothing goes there any more."""
        return tuple((one.address, f"refused: {one.detail} (letter {one.message})") for one in self.refused if one.gone)


def of_receipt(message: Claimed, receipt: Receipt, words: str) -> Taken:
    """Say who has the letter, by the server's answer; `words` is what the ledger keeps of that."""
    new = tuple(_refused(message, one.recipient, one.detail, gone=one.gone) for one in receipt.refused)
    if not receipt.left:
        return Taken(with_refusals(words, _reasons(message, new), len(message.everybody)), _all(message, new))
    gone = {one.recipient for one in receipt.refused} | set(receipt.left)
    done = {*message.taken, *numbers_of(set(message.recipients) - gone, message.everybody)}
    kept = f"{taken_for(tuple(sorted(done)), len(message.everybody))}: {words}"
    return Taken(with_refusals(kept, _reasons(message, new), len(message.everybody)), new, goes_on=True)


def of_refusal(message: Claimed, error: DeliveryError) -> Taken:
    """Say who has a letter of which some addresses were taken before, and the others are refused now."""
    gone = error.gone if isinstance(error, AllRefused) else ()
    new = tuple(_refused(message, one, error.detail, gone=one in gone) for one in message.recipients)
    words = taken_for(tuple(sorted(message.taken)), len(message.everybody))
    return Taken(with_refusals(words, _reasons(message, new), len(message.everybody)), _all(message, new))


def _refused(message: Claimed, recipient: str, why: str, *, gone: bool = False) -> RefusedAddress:
    mission = message.key.mission if message.key else ""
    return RefusedAddress(message.id, mission, recipient, without_addresses(why, message.everybody), gone)


def _all(message: Claimed, new: Iterable[RefusedAddress]) -> tuple[RefusedAddress, ...]:
    """Add those that an earlier transaction of this letter was refused: they are told when the letter is through."""
    before = (
        _refused(message, message.everybody[number - 1], one.words, gone=one.gone)
        for number, one in message.refused.items()
    )
    return (*before, *new)


def _reasons(message: Claimed, new: Iterable[RefusedAddress]) -> dict[int, AddressRefusal]:
    return {numbers_of([one.address], message.everybody)[0]: AddressRefusal(one.detail, one.gone) for one in new}


def words_before_leaving(message: Claimed, leaving: Iterable[str]) -> str:
    """Say which addresses a transaction is for; blank when it is for all."""
    numbers = numbers_of(leaving, message.everybody)
    return sent_to(numbers, len(message.everybody)) if len(numbers) < len(message.everybody) else ""


def with_whom(message: Claimed, leaving: Iterable[str], error: DeliveryError) -> DeliveryError:
    """Say of a letter in doubt for whom it is, when it is not for all."""
    words = words_before_leaving(message, leaving)
    if not words or not isinstance(error, Unconfirmed):
        return error
    return Unconfirmed(f"in doubt for what went {words}: {error.detail}")


def words_of_delay(message: Claimed, error: DeliveryError) -> str:
    """Say why a letter waits, and for which of its addresses."""
    if not isinstance(error, PutOff):
        return error.detail
    return f"{put_off_by(_numbers(message, error), len(message.everybody))}: {error.detail}"


def _numbers(message: Claimed, error: PutOff) -> Numbers:
    return numbers_of(error.recipients, message.everybody)


def goes_without_late(message: Claimed, at: datetime) -> bool:
    """Say whether the others have waited long enough for an address that is put off."""
    since = message.late_since
    return message.attempts >= len(WAITS) or (since is not None and at - since >= LONGEST_WAIT_FOR_ONE)


def at_most_a_day(message: Claimed, error: DeliveryError, at: datetime, later: datetime) -> datetime:
    """Bring the next try forward, where one address would hold back the others for longer than a day."""
    if not isinstance(error, PutOff):
        return later
    return max(at, min(later, (message.late_since or at) + LONGEST_WAIT_FOR_ONE))
