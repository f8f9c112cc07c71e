"""Declares the inbox's tables for SQLAlchemy; their promises stand in db/migrations/versions/0002_inbox.py."""

from sqlalchemy import Boolean, Column, Float, Integer, String, Table

from outreach.db.types import UtcDateTime
from outreach.outbox.models import metadata

# One message that came back, or one answer that a person wrote down.
inbound = Table(
    "inbound",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", String),  # SHA-256 of the raw message, its lines ended by LF; NULL for what a person wrote down
    Column("source", String, nullable=False),  # imap, file, person
    Column("origin", String, nullable=False),  # the file's name, the folder; or phone, meeting, letter, public
    Column("kind", String, nullable=False),
    Column("rule", String, nullable=False),  # the name of the rule that said so; "person" when one did
    Column("fault", String, nullable=False),  # why it could not be read, or not in full; blank when it could
    Column("severity", String, nullable=False),
    Column("code", String, nullable=False),  # 5.1.1 (RFC 3463)
    Column("recipient", String, nullable=False),  # whom a bounce or delay is about
    Column("diagnostic", String, nullable=False),
    Column("sender", String, nullable=False),  # the address, lower case
    Column("sender_name", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("message_id", String, nullable=False),
    Column("arrived_at", UtcDateTime, nullable=False),
    Column("stored_at", UtcDateTime, nullable=False),
    Column("text", String, nullable=False),  # what is new in it: quotes and signature are folded away
    Column("links", String, nullable=False),  # JSON: [url, …]
    Column("headers", String, nullable=False),  # JSON: [[name, value], …]
    Column("size", Integer, nullable=False),  # bytes
    Column("new_address", Boolean, nullable=False),  # of a mission, and not in contacts/missions.csv
    Column("attachments", String, nullable=False, server_default="[]"),  # JSON: [[name, media type, bytes], …]
    Column("invitation", String, nullable=False, server_default=""),  # JSON; blank without one
    Column("sender_check", String, nullable=False, server_default=""),  # pass, fail; blank: nobody said
    Column("news", String, nullable=False, server_default="[]"),  # JSON: [["address", "a@b"], ["back", "2026-10-05"]]
)

# Where messages lie on an IMAP server (RFC 9051, section 2.3.1.1), and whether they were flagged or moved yet.
places = Table(
    "places",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", String, nullable=False),  # user@host
    Column("folder", String, nullable=False),
    Column("uidvalidity", Integer, nullable=False),
    Column("uid", Integer, nullable=False),
    Column("inbound", Integer, nullable=False),
    Column("filed", Boolean, nullable=False),
)

# Which letter a message answers. A tie that a person took back keeps its row.
ties = Table(
    "ties",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("inbound", Integer, nullable=False),
    Column("message", Integer),  # NULL: about a case that this mission got no letter about
    Column("ask", String, nullable=False),
    Column("case", String, nullable=False),
    Column("mission", String, nullable=False),
    Column("matched_by", String, nullable=False),
    Column("certainty", Float, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", String, nullable=False),
    Column("removed_at", UtcDateTime),
)

# What a message proves about a letter: it carries a token or Message-ID of ours (kinds.PROOF). One row for each of the
# letter's recipients that a bounce or notification speaks of, else one row.
evidence = Table(
    "evidence",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("inbound", Integer, nullable=False),
    Column("message", Integer, nullable=False),
    Column("matched_by", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("address", String, nullable=False),  # of the letter's own recipients, as compared; blank: it names none
    Column("severity", String, nullable=False),
    Column("code", String, nullable=False),  # 5.1.1 (RFC 3463)
    Column("words", String, nullable=False),  # the server's, without addresses
    Column("applied", Boolean, nullable=False),  # false while a worker holds the letter
)

# Every erasure, and what it took; `under_way` is NULL once it is over.
erasures = Table(
    "erasures",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("by", String, nullable=False),
    Column("what", String, nullable=False),
    Column("day", String, nullable=False),
    Column("mails", Integer, nullable=False),
    Column("mentions", Integer, nullable=False),
    Column("letters", Integer, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("under_way", Integer),
)

# Messages whose raw file is gone; of those that are `whole`, only the skeleton is left.
erased = Table(
    "erased",
    metadata,
    Column("inbound", Integer, primary_key=True),
    Column("erasure", Integer, nullable=False),
    Column("whole", Boolean, nullable=False),
)

# What people decided about a message: its kind or its stance. Only added to; the newest counts.
decisions = Table(
    "decisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("inbound", Integer, nullable=False),
    Column("case", String, nullable=False),  # blank: for every case it is tied to
    Column("kind", String, nullable=False),  # blank: not changed
    Column("stance", String, nullable=False),  # blank: not changed
    Column("note", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", String, nullable=False),
)
