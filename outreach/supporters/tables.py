"""The tables that supporters.db has beside an outbox's, as SQLAlchemy sees them; schema.sql has their promises."""

from sqlalchemy import Boolean, Column, Integer, LargeBinary, MetaData, String, Table

from outreach.db.types import UtcDateTime

metadata = MetaData()

sealing = Table(
    "sealing",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("proof", LargeBinary, nullable=False),  # a word that only the right key opens
)

arrivals = Table(
    "arrivals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # the whole form
)

# Somebody with an address. Erased: neither fingerprint nor seal is left, and the number stands for nobody.
supporters = Table(
    "supporters",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("fingerprint", LargeBinary),
    Column("sealed", LargeBinary),  # the address
    Column("language", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("keep_until", UtcDateTime),  # None: as long as they are a member
)

voices = Table(
    "voices",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("supporter", Integer, nullable=False),
    Column("ask", String, nullable=False),
    Column("missions", String, nullable=False),  # all | not-raised | DEU;FRA
    Column("sealed", LargeBinary),  # the words
    Column("name", LargeBinary),  # sealed too; it goes with the address
    Column("has_words", Boolean, nullable=False),
    Column("may_quote", Boolean, nullable=False),
    Column("joins", Boolean, nullable=False, server_default="0"),  # the same form asks for the mailing list
    Column("country", String, nullable=False),  # alpha-3, or blank
    Column("language", String, nullable=False),
    Column("domain", LargeBinary),  # keyed hash of the address's domain
    Column("network", LargeBinary),  # keyed hash of the network, under the salt of its day
    Column("status", String, nullable=False),
    Column("counted", Integer),  # the running number of those that count, for ever
    Column("grouping", Integer),  # the first voice whose words are like these
    Column("agreed_to", String, nullable=False),  # the version of the text on the form
    Column("agreed_on", UtcDateTime, nullable=False),
    Column("confirmed_on", UtcDateTime),
)

voice_cases = Table(
    "voice_cases",
    metadata,
    Column("voice", Integer, primary_key=True),
    Column("case", String, primary_key=True),
)

# Personal links in mails: only the SHA-256 of their tokens. `subject` is a voice (confirm, voice) or a supporter.
links = Table(
    "links",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("purpose", String, nullable=False),  # confirm | join | voice | leave
    Column("subject", Integer, nullable=False),
    Column("supporter", Integer, nullable=False),
)

# Links that lead nowhere any more, and why: all that is left of them, so that nobody is told that they never were.
ended_links = Table(
    "ended_links",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("why", String, nullable=False),  # expired | not-me | taken-back | left | erased
)

members = Table(
    "members",
    metadata,
    Column("supporter", Integer, primary_key=True),
    Column("status", String, nullable=False),
    Column("origin", String, nullable=False),  # form | mail | import
    Column("agreed_to", String, nullable=False),
    Column("asked_on", UtcDateTime, nullable=False),
    Column("joined_on", UtcDateTime),
    Column("ended_on", UtcDateTime),
)

# Who gets no mail of ours: until a day, or never again (None).
refusals = Table(
    "refusals",
    metadata,
    Column("fingerprint", LargeBinary, primary_key=True),
    Column("until", UtcDateTime),
)

# Mails that had their effect, and may still lie in the mailbox that they came to.
returned = Table(
    "returned",
    metadata,
    Column("mark", LargeBinary, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

salts = Table(
    "salts",
    metadata,
    Column("period", String, primary_key=True),  # hour | day | month
    Column("began", UtcDateTime, nullable=False),
    Column("salt", LargeBinary, nullable=False),
)

caps = Table(
    "caps",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("period", String, nullable=False),
    Column("used", Integer, nullable=False),
)

# Pieces of the words of a few voices of each group, hashed by key: those of like texts meet here.
sketches = Table(
    "sketches",
    metadata,
    Column("value", Integer, primary_key=True),
    Column("voice", Integer, primary_key=True),
    Column("grouping", Integer, nullable=False),  # as voices have it
)

digests = Table(
    "digests",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("ask", String, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("upto", Integer, nullable=False),  # the last running number there was
    Column("prepared_by", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("queued_at", UtcDateTime),  # when all of its letters were queued; None: that is to be done again
)

# Which running numbers a mission's letter counts: those after `after`, up to `upto`.
digest_letters = Table(
    "digest_letters",
    metadata,
    Column("digest", Integer, primary_key=True),
    Column("mission", String, primary_key=True),
    Column("ask", String, nullable=False),
    Column("after", Integer, nullable=False),
    Column("upto", Integer, nullable=False),
    Column("voices", Integer, nullable=False),
    Column("released", Boolean, nullable=False, server_default="0"),  # it never left: others may count them
)

digest_quotes = Table(
    "digest_quotes",
    metadata,
    Column("digest", Integer, primary_key=True),
    Column("mission", String, primary_key=True),
    Column("voice", Integer, primary_key=True),
)

approvals = Table(
    "approvals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", Integer, nullable=False),
    Column("batch", String, nullable=False),  # SHA-256 of all that is in it, hexadecimal
    Column("decision", String, nullable=False),  # approved | refused
    Column("why", String, nullable=False),
    Column("prepared_by", String, nullable=False),
    Column("decided_by", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

updates = Table(
    "updates",
    metadata,
    Column("slug", String, primary_key=True),
    Column("language", String, primary_key=True),
    Column("digest", String, nullable=False),  # SHA-256 of the text, hexadecimal
    Column("queued_at", UtcDateTime, nullable=False),
)

# What happened, without a word about whom.
story = Table(
    "story",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("what", String, nullable=False),  # voice | member | digest | guard | supporter | arrival
    Column("subject", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("from_status", String),
    Column("to_status", String, nullable=False),
    Column("why", String, nullable=False),
    Column("by", String, nullable=False),
)
