"""Names what comes back and how it is matched (DESIGN.md, section 2); knows no mail and no database."""

from enum import StrEnum


class Kind(StrEnum):
    """What a message is. Only a reply is a person's answer."""

    BOUNCE = "bounce"  # a letter did not arrive
    DELAY = "delay"  # it has not arrived yet, and a server goes on trying
    DELIVERED = "delivered"  # a server says that it arrived
    READ = "read"  # a mail program says that it was displayed
    AUTO_REPLY = "auto-reply"  # a machine answered: out of office, a receipt, a ticket number
    COMPLAINT = "complaint"  # the recipient's provider says that it was reported as spam
    REPLY = "reply"
    UNCLEAR = "unclear"  # a machine's, it seems; whether the letter arrived, nobody knows: a person looks
    OTHER = "other"  # none of these: our own copy, a newsletter, what could not be read


# Rules that others ask about by name.
UNREADABLE = "unreadable"  # nothing in it could be read
LIST_MAIL = "list-mail"  # a newsletter or a list, unless a mission sends it
UNSUBSCRIBE = "unsubscribe"  # what our List-Unsubscribe header has people send
ABSENCE_AND_MORE = "absence-and-more"  # a machine's notice, it seems, that says more than the absence
PERSON = "person"  # the rule of what a person said

# News that a mail may have: a new address, a day of return, a wish for no more letters.
ADDRESS, BACK_ON, NO_MORE = "address", "back", "no-more"
# Somebody waits for these: one that could not be tied to a letter needs a person.
NEWS = frozenset({Kind.REPLY, Kind.AUTO_REPLY, Kind.UNCLEAR, Kind.BOUNCE, Kind.DELAY, Kind.COMPLAINT})
# What a person can say that a message is; a machine's that nobody can tell, only the program does not know.
SAYABLE = tuple(kind for kind in Kind if kind is not Kind.UNCLEAR)
# What may be a mission's answer, until a person has read it.
TO_READ = frozenset({Kind.REPLY, Kind.UNCLEAR})
# Only what carries a token or Message-ID of ours makes these count, see PROOF: anybody could have written them.
NEEDS_PROOF = frozenset({Kind.BOUNCE, Kind.DELAY, Kind.DELIVERED, Kind.READ, Kind.COMPLAINT})


class Severity(StrEnum):
    """Whether trying again could help (RFC 3463, section 3.1)."""

    PERMANENT = "permanent"
    TRANSIENT = "transient"


class Stance(StrEnum):
    """What a reply says, as a person read it; never guessed."""

    WILL_RAISE = "will-raise"
    SUPPORTIVE = "supportive"
    ACKNOWLEDGED = "acknowledged"
    DECLINED = "declined"
    OTHER = "other"


class MatchedBy(StrEnum):
    """How a message was tied to a letter, the surest first."""

    ENVELOPE = "envelope"  # the letter's token in the address that the message came to (VERP)
    ORIGINAL_MESSAGE_ID = "original-message-id"  # the returned letter's own Message-ID
    IN_REPLY_TO = "in-reply-to"
    REFERENCES = "references"
    TOKEN = "token"  # noqa: S105 - the letter's token or Message-ID in the subject or the quoted text
    SHORT_REFERENCE = "reference"  # the short reference that a letter shows, in the subject or the text
    ADDRESS = "address"  # the sender is an address of one mission
    DOMAIN = "domain"  # the sender's domain belongs to one mission only
    LEARNT = "learnt"  # a person tied this sender to a mission before
    PERSON = "person"


# How sure each way is, from 0 to 1. Below BAR nothing is tied: a person decides at the desk.
CERTAINTY: dict[MatchedBy, float] = {
    MatchedBy.ENVELOPE: 1.0,
    MatchedBy.ORIGINAL_MESSAGE_ID: 1.0,
    MatchedBy.IN_REPLY_TO: 1.0,
    MatchedBy.REFERENCES: 0.95,
    MatchedBy.TOKEN: 0.95,
    MatchedBy.SHORT_REFERENCE: 0.9,
    MatchedBy.ADDRESS: 0.8,
    MatchedBy.LEARNT: 0.75,
    MatchedBy.DOMAIN: 0.7,
    MatchedBy.PERSON: 1.0,
}
LOWEST_CERTAINTY = 0.7
# One of several letters to the same mission, and nothing says which: the mission is known, the letter is not.
AMBIGUOUS = 0.4

# These carry what only a server or reader of that very letter can know (an HMAC, or a Message-ID made of it), so they
# prove that it left. Nothing else settles an unconfirmed letter, marks one as bounced or closes an address.
PROOF = frozenset(
    {
        MatchedBy.ENVELOPE,
        MatchedBy.ORIGINAL_MESSAGE_ID,
        MatchedBy.IN_REPLY_TO,
        MatchedBy.REFERENCES,
        MatchedBy.TOKEN,
    }
)
