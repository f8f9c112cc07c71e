"""Tells what became of messages that came back: a line of JSON for each, or counts, effects and the next command."""

from collections import Counter
from dataclasses import dataclass, field

from outreach.cli.common.effects import effect_line
from outreach.cli.common.next_steps import advice, command
from outreach.cli.common.terminal.output import print_table, say
from outreach.inbox.evidence.effects import EffectNote
from outreach.inbox.kinds import Kind
from outreach.inbox.receive import Received
from outreach.next_step import Action, NextStep
from outreach.text import counted, listed

MOST_NAMED = 10  # ids in a line


@dataclass(slots=True)
class Tally:
    """Counts of what was received so far, and what it did."""

    read: Counter[Kind] = field(default_factory=Counter)
    new: Counter[Kind] = field(default_factory=Counter)
    tied: Counter[Kind] = field(default_factory=Counter)
    unmatched: Counter[Kind] = field(default_factory=Counter)
    faulty: list[Received] = field(default_factory=list)
    notes: list[EffectNote] = field(default_factory=list)
    waiting: set[int] = field(default_factory=set)  # ids of what is unmatched: a message may lie in two places

    def add(self, received: Received) -> None:
        kind = received.classified.verdict.kind
        self.read[kind] += 1
        self.new[kind] += received.new
        self.tied[kind] += bool(received.new and received.match.ties)
        self.unmatched[kind] += received.unmatched and received.id not in self.waiting
        if received.unmatched and received.id is not None:
            self.waiting.add(received.id)
        self.notes += received.notes
        if received.new and received.classified.mail.fault:
            self.faulty.append(received)

    @property
    def happened(self) -> bool:
        return bool(self.read.total() or self.notes)

    def clear(self) -> None:
        """Begin anew."""
        for counts in (self.read, self.new, self.tied, self.unmatched, self.faulty, self.notes, self.waiting):
            counts.clear()


def json_line(received: Received) -> dict[str, object]:
    """Make the JSON that says what a message is and what it answers; the caller adds where it was found."""
    verdict, ties = received.classified.verdict, received.match.ties
    return {
        "kind": verdict.kind.value,
        "status": verdict.report.code or None,
        "recipient": verdict.report.recipient or None,
        "message": ties[0].message if ties else None,
        "matched_by": ties[0].matched_by.value if ties else None,
        "rule": verdict.rule,
        "sender_check": received.match.sender_check.value or None,
        "messages": [tie.message for tie in ties if tie.message is not None],
        "id": received.id,
        "new": received.new,
        "fault": received.classified.mail.fault,
    }


def show(tally: Tally, *, rehearsal: bool, dry_run: bool = False) -> None:
    """Say what came, what it did, and what needs a person."""
    if not tally.read.total():
        say("No new mail.")
    else:
        columns = ("kind", "read", "new", "tied", "unmatched")
        counts = (tally.read, tally.new, tally.tied, tally.unmatched)
        print_table(columns, [(kind.value, *(count[kind] for count in counts)) for kind in Kind if tally.read[kind]])
        if not tally.new.total():
            say("All of it was on file already.")
    for note in tally.notes:
        say(effect_line(note, rehearsal=rehearsal))
    if tally.faulty:
        unread = f"{counted(len(tally.faulty), 'message')} could not be read, or not in full: {_named(tally.faulty)}"
        first = next((each.id for each in tally.faulty if each.id), None)
        see = f". {advice(NextStep(Action.SHOW_REPLY, ids=(first,)), rehearsal=rehearsal)}" if first else ""
        say(unread + see)
    if dry_run:
        say("A dry run: nothing was stored.")
        return
    if unmatched := tally.unmatched.total():
        see = command(NextStep(Action.LIST_UNMATCHED_MAIL), rehearsal=rehearsal)
        say(f"{counted(unmatched, 'message')} could not be tied to a letter: {see}")
    if tally.tied[Kind.REPLY]:
        say(f"To read what States answered: {command(NextStep(Action.LIST_REPLIES), rehearsal=rehearsal)}")


def _named(found: list[Received]) -> str:
    return listed((f"mail {each.id}" if each.id else each.incoming.origin for each in found), MOST_NAMED)
