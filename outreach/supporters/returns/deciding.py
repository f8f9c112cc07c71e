"""Decides what one mail from outside is to do, by what was read of it; a pure table. Knows no bytes and no database.

    it is                        it proves                              it says         so
    a machine's answer, a delay  -                                      -               nothing
    a bounce for good            that a mail of ours came back          -               bounced
    a complaint                  whose mail it is about                 -               complained
    a person's                   that they got our mail "was it you?"   yes             confirms
                                                                        no, leave       denies
                                 that they got a mail of ours, or our   join            joins
                                 own server knows the sender            leave           leaves
                                 nothing                                join            is asked, by one mail
                                                                        leave           leaves: that harms least
                                 that the sender is forged              join            forged: nothing
    anything else                                                                       a person reads it

Somebody got a mail of ours where their mail names it, and comes from the address that it went to.
"""

from dataclasses import dataclass
from enum import StrEnum

from outreach.outbox.kind import MessageKind
from outreach.supporters.returns.words import Said, Wish


class Sort(StrEnum):
    """What kind of mail it is."""

    WRITTEN = "written"  # by a person
    MACHINE = "machine"  # an answer that nobody wrote, or news that change nothing: it only tells who got our mail
    BOUNCE = "bounce"  # for good
    COMPLAINT = "complaint"
    UNCLEAR = "unclear"


class Act(StrEnum):
    """What a mail does; the value is what the story and the screen call it."""

    JOINS = "joins"
    IS_ASKED = "is asked"
    CONFIRMS = "confirms"
    DENIES = "denies"
    LEAVES = "leaves"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    NOTHING = "nothing"
    FORGED = "forged"
    FOR_A_PERSON = "for a person"


@dataclass(frozen=True, slots=True)
class Came:
    """What was read of one mail. `sender` is blank where it names not exactly one.

    `verified`: what our own server says of the sender; None where it says nothing. `names` are tokens and Message-IDs
    by which it names mails of ours, the surest first. `address_is_wrong`: a server
    refused ours because there is no such mailbox.
    """

    sort: Sort
    sender: str = ""
    verified: bool | None = None
    names: tuple[str, ...] = ()
    said: Said | None = None
    address_is_wrong: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows of a mail: of which kind the mail of ours is that it names.

    `is_receivers`: its sender is whom that one was for. `on_the_list`: the sender is a member, or was asked whether
    they want to be one.
    """

    kind: MessageKind | None = None
    is_receivers: bool = False
    on_the_list: bool = False


def decide(came: Came, known: Known) -> Act:
    """Say what a mail does."""
    if came.sort is Sort.MACHINE:
        return Act.NOTHING
    if came.sort is Sort.BOUNCE:  # one that names no mail of ours came back from whoever forged our address
        return Act.BOUNCED if known.kind else Act.NOTHING
    if came.sort is Sort.COMPLAINT and known.kind:
        return Act.COMPLAINED
    if came.sort is not Sort.WRITTEN or came.said is None or not came.sender:
        return Act.FOR_A_PERSON
    return _wish(came, known, came.said.wish)


def _wish(came: Came, known: Known, wish: Wish) -> Act:
    if came.verified is False:
        return Act.FORGED if wish is Wish.JOIN else Act.FOR_A_PERSON
    got_ours = known.kind is not None and known.is_receivers
    if got_ours and known.kind is MessageKind.CONFIRM:
        if wish is Wish.YES:
            return Act.CONFIRMS
        if wish in (Wish.NO, Wish.LEAVE):
            return Act.DENIES
    if wish is Wish.JOIN:
        return Act.JOINS if got_ours or came.verified else Act.IS_ASKED
    if wish is Wish.LEAVE and known.on_the_list:
        return Act.LEAVES
    return Act.FOR_A_PERSON
