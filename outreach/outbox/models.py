"""The outbox's tables as SQLAlchemy sees them; their promises stand in db/migrations/versions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Boolean, Column, Integer, LargeBinary, MetaData, String, Table

from outreach.cases.naming import NamedCase
from outreach.db.types import UtcDateTime
from outreach.mime.attachment import Attachment, encoded, spliced
from outreach.outbox.addresses import AddressRefusal
from outreach.outbox.kind import MessageKind
from outreach.outbox.status import Status

SEPARATOR = "\x1f"  # between the words of a key (US-ASCII unit separator)
AND = "+"  # between the cases of a key; never in a slug

metadata = MetaData()

messages = Table(
    "messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("ask", String, nullable=False),
    Column("case", String, nullable=False),
    Column("round", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("mission", String, nullable=False),
    Column("part", String, nullable=False),
    Column("token", String, nullable=False),
    Column("message_id", String, nullable=False),
    Column("language", String, nullable=False),
    Column("recipients", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("queued_at", UtcDateTime, nullable=False),
    Column("status", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", UtcDateTime, nullable=False),
    Column("claimed_by", String, nullable=False),
    Column("lease_until", UtcDateTime),
    Column("detail", String, nullable=False),
    Column("taken_at", UtcDateTime),  # when the channel took it, by the ledger
    Column("planned_for", UtcDateTime),  # of letters alone: the time that a person gave it, which it waits for
    Column("asked_for", String, nullable=False, server_default=""),  # the ask's days, as it says them; blank: unknown
    # Of posts alone:
    Column("follows", Integer),  # the part of a thread that it replies to
    Column("reference", String, nullable=False, server_default=""),  # what the network calls it
    Column("address", String, nullable=False, server_default=""),  # where anybody can read it
)

ledger = Table(
    "ledger",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("from_status", String),
    Column("to_status", String, nullable=False),
    Column("detail", String, nullable=False),
    Column("actor", String, nullable=False),
)

# Files that letters carry: base64, by the SHA-256 of their bytes.
attachments = Table(
    "attachments",
    metadata,
    Column("digest", String, primary_key=True),
    Column("size", Integer, nullable=False),  # of the file, in bytes
    Column("encoded", LargeBinary, nullable=False),
)

message_cases = Table(
    "message_cases",
    metadata,
    Column("message", Integer, primary_key=True),
    Column("case", String, primary_key=True),
    Column("how", String, nullable=False),
    *(Column(name, String, nullable=False) for name in ("kind", "ask", "round", "mission", "part")),
    # A letter that was withdrawn before it left asks nothing: another may ask for the case.
    Column("released", Boolean, nullable=False, server_default="0"),
)

message_people = Table(
    "message_people",
    metadata,
    Column("message", Integer, primary_key=True),
    Column("case", String, primary_key=True),
    Column("person", String, primary_key=True),
)

# What a message said before it was written anew.
message_versions = Table(
    "message_versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message", Integer, nullable=False),
    Column("ledger", Integer, nullable=False),
    Column("language", String, nullable=False),
    Column("recipients", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

unread_names = Table("unread_names", metadata, Column("message", Integer, primary_key=True))

suppressions = Table(
    "suppressions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("address", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("lifted_at", UtcDateTime),
)

identity = Table(
    "identity",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("serial", String, nullable=False),
    Column("host", String, nullable=False),
    Column("folder", String, nullable=False),
    Column("journal_length", Integer, nullable=False),  # bytes of the journal that were found to be known here
    Column("journal_digest", String, nullable=False),  # SHA-256 of these, hexadecimal
)

# Messages that a journal knew and this database did not; one that is queued is unconfirmed from the first.
may_have_left = Table(
    "may_have_left",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("ask", String, nullable=False),
    Column("case", String, nullable=False),
    Column("round", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("mission", String, nullable=False),
    Column("part", String, nullable=False),
    Column("message_id", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", String, nullable=False),
)

campaign_key = Table(
    "campaign_key",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
)


def case_key(slugs: Iterable[str]) -> str:
    """Give what a key has as its case: one slug, or several in alphabetical order, such as jiang+viasna."""
    return AND.join(sorted(set(slugs)))


def cases_of(case: str) -> tuple[str, ...]:
    """Give the slugs that `case_key` joined; none for what is about no case."""
    return tuple(case.split(AND)) if case else ()


@dataclass(frozen=True, slots=True)
class Key:
    """What makes a message the same message, for ever (DESIGN.md, section 4, rule 1).

    `round` is the letter's (first, reminder, thanks); a post has none. `case` of a letter for several cases has their
    slugs in alphabetical order, as `case_key` joins them.
    """

    kind: MessageKind
    ask: str
    case: str
    round: str
    channel: str
    mission: str
    part: str = ""

    @property
    def cases(self) -> tuple[str, ...]:
        """Give the cases that it asks for, in alphabetical order: a post asks for one, a letter for one or several."""
        return cases_of(self.case)

    @property
    def shown_cases(self) -> str:
        """Give the cases as people read them."""
        return ", ".join(self.cases)

    @property
    def post(self) -> str:
        """Name the post that a message is a part of, as the plan names it: ask.en of ask.en/2."""
        return self.part.partition("/")[0]

    @property
    def shown_round(self) -> str:
        """Give what people and scripts read as its round: a letter's round, or `post` for a post."""
        return self.round if self.kind is MessageKind.LETTER else f"{self.kind} {self.round}".rstrip()

    @property
    def text(self) -> str:
        """Give the words that the message's token is made from, each as it was when its kind was made.

        A post has its kind where a letter has its round: so it was before messages had kinds, and a message that was
        queued then is the same message now.
        """
        return SEPARATOR.join((self.ask, self.case, self.shown_round, self.channel, self.mission, self.part))


@dataclass(frozen=True, slots=True)
class Draft:
    """A message about to be queued, fixed to the byte: `content` is RFC 5322 without its Date.

    Where a file is attached, `content` has a reference by its digest, and `attachments` have the bytes.
    `follows` is the token of the post that it replies to, or blank. `not_before` is when it may go; None is at once.
    `names` are the cases that it names, with their people; that of its key at least. `asked_for` are the ask's days.
    """

    key: Key
    token: str
    message_id: str
    language: str
    recipients: tuple[str, ...]
    subject: str
    content: bytes
    follows: str = ""
    not_before: datetime | None = None
    names: tuple[NamedCase, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    asked_for: str = ""

    @property
    def pieces(self) -> tuple[bytes, ...]:
        """Give the message in the pieces that it would leave in."""
        return spliced(self.content, encoded(self.attachments))


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this worker holds. `parent` is what the network calls the post that it follows, if it does.

    `recipients` are those that it still goes to, of `everybody`. What is known of single addresses, by their numbers
    from 1: `taken` have it, `refused` never get it, and since `late_since` the others wait for one that is put off.
    """

    id: int
    token: str
    message_id: str
    recipients: tuple[str, ...]
    pieces: tuple[bytes, ...]  # of the whole message, which letters share where they carry the same file
    attempts: int
    queued_at: datetime
    follows: int | None = None
    parent: str = ""
    key: Key | None = None  # None in tests that need none
    everybody: tuple[str, ...] = ()
    taken: frozenset[int] = frozenset()
    refused: Mapping[int, AddressRefusal] = field(default_factory=dict)
    late_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A message as listings show it; without its content."""

    id: int
    key: Key
    message_id: str
    language: str
    recipients: tuple[str, ...]
    subject: str
    status: Status
    attempts: int
    not_before: datetime
    queued_at: datetime
    claimed_by: str
    lease_until: datetime | None
    detail: str
    taken_at: datetime | None  # when the channel took it
    follows: int | None = None  # of a post: the part of a thread that it replies to
    reference: str = ""  # what the network calls it
    address: str = ""  # where anybody can read it
    planned: datetime | None = None  # of a letter: the time that a person gave it (send --at)
    asked_for: str = ""  # the ask's days when it was written; blank: nobody knows

    @property
    def planned_for(self) -> datetime | None:
        """Give the time that a letter still waits for since a person gave it; None once it was put off or made due."""
        return self.planned if self.planned == self.not_before else None


@dataclass(frozen=True, slots=True)
class Scope:
    """Which messages a command means; None is any.

    `case` means all that ask for this case, `cases` all that ask for one of these at least. `only` are the ids meant,
    `without` those to leave alone; `after_deadline` lets messages go whose ask's date passed while they waited;
    `although_unread` lets reminders go although mail of the mission that was there at that moment waits to be read.
    """

    case: str | None = None
    ask: str | None = None
    round: str | None = None
    channel: str | None = None
    mission: str | None = None
    kind: MessageKind | None = None
    only: tuple[int, ...] | None = None
    without: tuple[int, ...] = ()
    after_deadline: bool = False
    although_unread: datetime | None = None
    cases: tuple[str, ...] = ()

    @property
    def wanted_cases(self) -> tuple[str, ...] | None:
        """Give the cases of which a message asks for one at least; None where any will do."""
        return (self.case,) if self.case is not None else self.cases or None
