"""Tells what became of messages that came back: a line of JSON for each, or counts, effects and the next command."""

import re
from collections import Counter
from dataclasses import dataclass, field

from outreach.cli.output import counted, print_table, say
from outreach.inbox.kinds import Kind
from outreach.inbox.receive import Received

MOST_NAMED = 10  # ids in a line
# A command at the end of a line of the inbox, which does not know whether letters were only rehearsed.
OF_AN_OUTBOX = re.compile(r"outreach queue retry \d+$")


@dataclass(slots=True)
class Tally:
    """Counts of what was received so far, and what it did."""

    read: Counter[Kind] = field(default_factory=Counter)
    new: Counter[Kind] = field(default_factory=Counter)
    tied: Counter[Kind] = field(default_factory=Counter)
    unmatched: Counter[Kind] = field(default_factory=Counter)
    faulty: list[Received] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    waiting: set[int] = field(default_factory=set)  # ids of what is unmatched: a message may lie in two places

    def add(self, received: Received) -> None:
        kind = received.classified.verdict.kind
        self.read[kind] += 1
        self.new[kind] += received.new
        self.tied[kind] += bool(received.new and received.match.ties)
        self.unmatched[kind] += received.unmatched and received.id not in self.waiting
        if received.unmatched and received.id is not None:
            self.waiting.add(received.id)
        self.lines += received.lines
        if received.new and received.classified.mail.fault:
            self.faulty.append(received)

    @property
    def happened(self) -> bool:
        return bool(self.read.total() or self.lines)

    def clear(self) -> None:
        """Begin anew."""
        for counts in (self.read, self.new, self.tied, self.unmatched, self.faulty, self.lines, self.waiting):
            counts.clear()


def json_line(received: Received) -> dict[str, object]:
    """The keys that tell what a message is and what it answers; where it was found is the caller's to add."""
    verdict, ties = received.classified.verdict, received.match.ties
    return {
        "kind": verdict.kind.value,
        "status": verdict.report.code or None,
        "recipient": verdict.report.recipient or None,
        "message": ties[0].message if ties else None,
        "matched_by": ties[0].matched_by.value if ties else None,
        "rule": verdict.rule,
        "messages": [tie.message for tie in ties if tie.message is not None],
        "id": received.id,
        "new": received.new,
        "fault": received.classified.mail.fault,
    }


def show(tally: Tally, flag: str, *, dry_run: bool = False) -> None:
    """What came, what it did, and what needs a person; `flag` is what the next command needs for the same outbox."""
    if not tally.read.total():
        say("No new mail.")
    else:
        columns = ("kind", "read", "new", "tied", "unmatched")
        counts = (tally.read, tally.new, tally.tied, tally.unmatched)
        print_table(columns, [(kind.value, *(count[kind] for count in counts)) for kind in Kind if tally.read[kind]])
        if not tally.new.total():
            say("All of it was on file already.")
    for line in tally.lines:
        say(f"{line}{flag}" if OF_AN_OUTBOX.search(line) else line)
    if tally.faulty:
        say(f"{counted(len(tally.faulty), 'message')} could not be read, or not in full: {_named(tally.faulty, flag)}")
    if dry_run:
        say("A dry run: nothing was stored.")
        return
    if unmatched := tally.unmatched.total():
        say(f"{counted(unmatched, 'message')} could not be tied to a letter: outreach replies list --unmatched{flag}")
    if tally.tied[Kind.REPLY]:
        say(f"To read what States answered: outreach replies list{flag}")


def _named(found: list[Received], flag: str) -> str:
    names = [f"mail {each.id}" if each.id else each.incoming.origin for each in found]
    all_named = ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
    first = next((each.id for each in found if each.id), None)
    return f"{all_named}. See: outreach replies show {first}{flag}" if first else all_named
