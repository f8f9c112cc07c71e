"""What the ledger says of single addresses of a letter: who has it, who refused it, who was put off.

A letter to several addresses is one message, and its ledger has one line a step. What happened to one of them stands in
that line by its number ("address 2 of 3"), since no address stands in the ledger.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from outreach.outbox.status import Status
from outreach.text import LONGEST_DETAIL, listed, shortened

Numbers = tuple[int, ...]  # of addresses, from 1, in the letter's order
_TAKEN = re.compile(r"taken for address(?:es)? ([\d, ]{1,80}) of \d+")
_TO = re.compile(r"to address(?:es)? ([\d, ]{1,80}) of \d+")
_LATE = re.compile(r"put off by address(?:es)? ([\d, ]{1,80}) of \d+")
NOT_BY = "not by address "
_GONE = " (no such address)"
_REFUSED = re.compile(rf"not by address (\d{{1,3}}) of \d+({re.escape(_GONE)})?: (.*?)(?=; not by address \d|$)")


def taken_for(numbers: Numbers, of: int) -> str:
    """Say which addresses have the letter; `AddressHistory.taken` reads it."""
    return f"taken for {_addresses(numbers, of)}"


def sent_to(numbers: Numbers, of: int) -> str:
    """Say which addresses a transaction is for; `AddressHistory.underway` reads it."""
    return f"to {_addresses(numbers, of)}"


def put_off_by(numbers: Numbers, of: int) -> str:
    """Say which addresses the others wait for; `AddressHistory.late_since` reads it."""
    return f"put off by {_addresses(numbers, of)}"


@dataclass(frozen=True, slots=True)
class AddressRefusal:
    """Why an address does not get a letter, in the server's words; `gone`: it says that there is no such address."""

    words: str
    gone: bool = False


def with_refusals(words: str, refused: Mapping[int, AddressRefusal], of: int) -> str:
    """Add to a server's words which addresses it did not take, and why; `AddressHistory.refused` reads it."""
    share = LONGEST_DETAIL // (1 + len(refused))
    told = [
        f"{NOT_BY}{number} of {of}{_GONE if one.gone else ''}: {shortened(one.words, share)}"
        for number, one in sorted(refused.items())
    ]
    return "; ".join([shortened(words, share) if refused else words, *told])


def _addresses(numbers: Numbers, of: int) -> str:
    return f"{'address' if len(numbers) == 1 else 'addresses'} {listed(map(str, numbers), of)} of {of}"


@dataclass(slots=True)
class AddressHistory:
    """What is known of single addresses, by their numbers; of a letter that goes to all of them at once, nothing.

    `taken`: they have it. `refused`: they do not get it, and why. `underway`: the last transaction was for these only.
    `late_since`: since when the others have waited for one that is put off.
    """

    taken: set[int] = field(default_factory=set)
    refused: dict[int, AddressRefusal] = field(default_factory=dict)
    underway: set[int] = field(default_factory=set)
    late_since: datetime | None = None

    def read(self, was: str | None, to: str, detail: str, at: datetime) -> None:
        """Read the next entry of the letter's ledger."""
        if was == Status.BOUNCED and to == Status.QUEUED:  # a person says that nobody has it: all of them again
            self.taken, self.refused, self.underway, self.late_since = set(), {}, set(), None
        if was == Status.REJECTED and to == Status.QUEUED:
            self.late_since = None
        if to == Status.SENDING:
            self.underway = _numbers(_TO.match(detail))
        if was in (Status.SENDING, Status.UNCONFIRMED):
            self.taken |= _numbers(_TAKEN.match(detail))
        if was in (Status.SENDING, Status.CLAIMED):
            told = _REFUSED.findall(detail)
            self.refused |= {int(number): AddressRefusal(words, bool(gone)) for number, gone, words in told}
            if _LATE.match(detail):
                self.late_since = self.late_since or at

    def open_after(self, everybody: Sequence[str]) -> bool:
        """Say whether some addresses were not tried yet, even if what is underway arrives."""
        done = self.taken | self.underway | self.refused.keys()
        return bool(self.underway) and len(done) < len(everybody)

    def taken_after(self, everybody: Sequence[str], words: str) -> str:
        """Say who has the letter if what is underway has arrived, for a letter that then waits for the others."""
        return f"{taken_for(tuple(sorted(self.taken | self.underway)), len(everybody))}: {words}".removesuffix(": ")


def _numbers(found: "re.Match[str] | None") -> set[int]:
    return {int(number) for number in re.findall(r"\d+", found[1])} if found else set()


def numbers_of(recipients: Iterable[str], everybody: Sequence[str]) -> Numbers:
    """Give the numbers of some of a letter's addresses."""
    return tuple(number for number, address in enumerate(everybody, 1) if address in set(recipients))
