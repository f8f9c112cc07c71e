-- The whole schema, as its migrations leave it; what makes a new database. Written by `make schema`.
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

CREATE TABLE ledger (
    id INTEGER PRIMARY KEY,
    message INTEGER NOT NULL REFERENCES messages (id),
    at DATETIME NOT NULL,
    from_status TEXT,
    to_status TEXT NOT NULL,
    detail TEXT NOT NULL,
    actor TEXT NOT NULL
);

CREATE INDEX ledger_message ON ledger (message);

CREATE TABLE suppressions (
    id INTEGER PRIMARY KEY,
    address TEXT NOT NULL,
    reason TEXT NOT NULL,
    at DATETIME NOT NULL,
    lifted_at DATETIME
);

CREATE TABLE campaign_key (id INTEGER PRIMARY KEY CHECK (id = 1), secret BLOB NOT NULL);

CREATE TRIGGER ledger_is_kept BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TABLE inbound (
    id INTEGER PRIMARY KEY,
    digest TEXT UNIQUE,
    source TEXT NOT NULL CHECK (source IN ('imap','file','person')),
    origin TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('bounce','delay','delivered','read','auto-reply','complaint','reply','other','unclear')),
    rule TEXT NOT NULL,
    fault TEXT NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('','permanent','transient')),
    code TEXT NOT NULL,
    recipient TEXT NOT NULL,
    diagnostic TEXT NOT NULL,
    sender TEXT NOT NULL,
    sender_name TEXT NOT NULL,
    subject TEXT NOT NULL,
    message_id TEXT NOT NULL,
    arrived_at DATETIME NOT NULL,
    stored_at DATETIME NOT NULL,
    text TEXT NOT NULL,
    links TEXT NOT NULL,
    headers TEXT NOT NULL,
    size INTEGER NOT NULL,
    new_address BOOLEAN NOT NULL, attachments TEXT NOT NULL DEFAULT '[]', invitation TEXT NOT NULL DEFAULT '', sender_check TEXT NOT NULL DEFAULT '' CHECK (sender_check IN ('','pass','fail')), news TEXT NOT NULL DEFAULT '[]',
    CHECK ((digest IS NULL) = (source = 'person'))
);

CREATE INDEX inbound_kind ON inbound (kind, arrived_at);

CREATE INDEX inbound_sender ON inbound (sender);

CREATE INDEX inbound_rule ON inbound (rule);

CREATE INDEX inbound_new ON inbound (new_address);

CREATE TABLE places (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    folder TEXT NOT NULL,
    uidvalidity INTEGER NOT NULL,
    uid INTEGER NOT NULL,
    inbound INTEGER NOT NULL REFERENCES inbound (id),
    filed BOOLEAN NOT NULL,
    UNIQUE (account, folder, uidvalidity, uid)
);

CREATE TABLE ties (
    id INTEGER PRIMARY KEY,
    inbound INTEGER NOT NULL REFERENCES inbound (id),
    message INTEGER REFERENCES messages (id),
    ask TEXT NOT NULL,
    "case" TEXT NOT NULL,
    mission TEXT NOT NULL,
    matched_by TEXT NOT NULL,
    certainty REAL NOT NULL,
    at DATETIME NOT NULL,
    "by" TEXT NOT NULL,
    removed_at DATETIME
);

CREATE UNIQUE INDEX ties_once ON ties (inbound, ask, "case", mission) WHERE removed_at IS NULL;

CREATE INDEX ties_answered ON ties (mission, "case", ask) WHERE removed_at IS NULL;

CREATE INDEX ties_message ON ties (message) WHERE removed_at IS NULL;

CREATE INDEX ties_by ON ties (matched_by);

CREATE TABLE evidence (
    id INTEGER PRIMARY KEY,
    inbound INTEGER NOT NULL REFERENCES inbound (id),
    message INTEGER NOT NULL REFERENCES messages (id),
    matched_by TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('bounce','delay','delivered','read','auto-reply','complaint','reply','other','unclear')),
    address TEXT NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('','permanent','transient')),
    code TEXT NOT NULL,
    words TEXT NOT NULL,
    applied BOOLEAN NOT NULL
);

CREATE INDEX evidence_waiting ON evidence (message) WHERE applied = 0;

CREATE INDEX evidence_kind ON evidence (kind);

CREATE INDEX evidence_message ON evidence (message);

CREATE INDEX evidence_address ON evidence (address) WHERE address <> '';

CREATE TABLE decisions (
    id INTEGER PRIMARY KEY,
    inbound INTEGER NOT NULL REFERENCES inbound (id),
    "case" TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('','bounce','delay','delivered','read','auto-reply','complaint','reply','other')),
    stance TEXT NOT NULL CHECK (stance IN ('','will-raise','supportive','acknowledged','declined','other')),
    note TEXT NOT NULL,
    at DATETIME NOT NULL,
    "by" TEXT NOT NULL
);

CREATE INDEX decisions_inbound ON decisions (inbound);

CREATE TRIGGER inbound_is_kept BEFORE DELETE ON inbound
BEGIN SELECT RAISE(ABORT, 'what came back is never deleted'); END;

CREATE TRIGGER ties_are_kept BEFORE DELETE ON ties
BEGIN SELECT RAISE(ABORT, 'a tie is taken back, never deleted'); END;

CREATE TRIGGER evidence_is_kept BEFORE DELETE ON evidence
BEGIN SELECT RAISE(ABORT, 'evidence is only added to'); END;

CREATE TRIGGER decisions_are_kept BEFORE DELETE ON decisions
BEGIN SELECT RAISE(ABORT, 'decisions are only added to'); END;

CREATE TABLE "messages" (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('letter','post','digest','update','confirm','notice')),
    ask TEXT NOT NULL,
    "case" TEXT NOT NULL,
    round TEXT NOT NULL,
    channel TEXT NOT NULL,
    mission TEXT NOT NULL,
    part TEXT NOT NULL,
    token TEXT NOT NULL UNIQUE,
    message_id TEXT NOT NULL UNIQUE,
    language TEXT NOT NULL,
    recipients TEXT NOT NULL,
    subject TEXT NOT NULL,
    queued_at DATETIME NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('queued','claimed','sending','sent','delivered','bounced','rejected','deferred','unconfirmed','withdrawn')),
    attempts INTEGER NOT NULL,
    not_before DATETIME NOT NULL,
    claimed_by TEXT NOT NULL,
    lease_until DATETIME,
    detail TEXT NOT NULL,
    taken_at DATETIME,
    follows INTEGER REFERENCES messages (id),
    reference TEXT NOT NULL DEFAULT '',
    address TEXT NOT NULL DEFAULT '',
    content BLOB NOT NULL, planned_for DATETIME, asked_for TEXT NOT NULL DEFAULT '',
    UNIQUE (ask, "case", round, channel, mission, part, kind)
);

CREATE INDEX messages_due ON messages (status, not_before);

CREATE INDEX messages_overview ON messages
(mission, "case", ask, round, channel, part, status, taken_at, message_id, recipients, kind);

CREATE INDEX messages_posts ON messages (channel, status, taken_at) WHERE kind = 'post';

CREATE INDEX messages_follow ON messages (follows) WHERE follows IS NOT NULL;

CREATE TRIGGER messages_are_kept BEFORE DELETE ON messages
BEGIN SELECT RAISE(ABORT, 'a message is never deleted'); END;

CREATE TRIGGER addresses_are_fixed BEFORE UPDATE OF reference, address ON messages
WHEN (OLD.reference <> '' AND NEW.reference <> OLD.reference) OR (OLD.address <> '' AND NEW.address <> OLD.address)
BEGIN SELECT RAISE(ABORT, 'what a network called a post never changes'); END;

CREATE TABLE message_cases (
    message INTEGER NOT NULL REFERENCES messages (id),
    "case" TEXT NOT NULL,
    how TEXT NOT NULL CHECK (how IN ('asked','mentioned')),
    kind TEXT NOT NULL,
    ask TEXT NOT NULL,
    round TEXT NOT NULL,
    mission TEXT NOT NULL,
    part TEXT NOT NULL, released BOOLEAN NOT NULL DEFAULT 0 CHECK (released IN (0, 1)),
    PRIMARY KEY (message, "case")
) WITHOUT ROWID;

CREATE TABLE message_people (
    message INTEGER NOT NULL REFERENCES messages (id),
    "case" TEXT NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (message, "case", person)
) WITHOUT ROWID;

CREATE TABLE message_versions (
    id INTEGER PRIMARY KEY,
    message INTEGER NOT NULL REFERENCES messages (id),
    ledger INTEGER NOT NULL REFERENCES ledger (id),
    language TEXT NOT NULL,
    recipients TEXT NOT NULL,
    subject TEXT NOT NULL,
    content BLOB NOT NULL
);

CREATE INDEX versions_of_messages ON message_versions (message);

CREATE TABLE unread_names (message INTEGER PRIMARY KEY REFERENCES messages (id));

CREATE TRIGGER asked_cases_are_kept BEFORE DELETE ON message_cases WHEN OLD.how = 'asked'
BEGIN SELECT RAISE(ABORT, 'what a message asks is never deleted'); END;

CREATE TRIGGER versions_are_kept BEFORE DELETE ON message_versions
BEGIN SELECT RAISE(ABORT, 'what a message said is never deleted'); END;

CREATE TRIGGER what_left_is_never_queued_again BEFORE UPDATE OF status ON messages
WHEN OLD.status = 'withdrawn' AND NEW.status <> 'withdrawn' AND EXISTS (
    SELECT 1 FROM ledger WHERE ledger.message = OLD.id AND ledger.to_status = 'sending'
)
BEGIN SELECT RAISE(ABORT, 'a message that began to leave is never queued again once it was withdrawn'); END;

CREATE TRIGGER messages_are_fixed BEFORE UPDATE OF kind, ask, "case", round, channel, mission, part, token, message_id, queued_at, follows ON messages
BEGIN SELECT RAISE(ABORT, 'what was queued never changes'); END;

CREATE TRIGGER statuses_are_told AFTER UPDATE OF status ON messages
WHEN NEW.status IS NOT OLD.status AND NOT EXISTS (
    SELECT 1 FROM ledger WHERE id = (SELECT max(id) FROM ledger WHERE message = OLD.id)
    AND from_status IS OLD.status AND to_status = NEW.status
)
BEGIN SELECT RAISE(ABORT, 'a status changes only with its ledger entry'); END;

CREATE TABLE erasures (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    at DATETIME NOT NULL,
    "by" TEXT NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('address','before','keep_days')),
    day TEXT NOT NULL,
    mails INTEGER NOT NULL DEFAULT 0,
    mentions INTEGER NOT NULL DEFAULT 0,
    letters INTEGER NOT NULL DEFAULT 0,
    entries INTEGER NOT NULL DEFAULT 0,
    under_way INTEGER CHECK (under_way = 0) REFERENCES erasures (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX erasures_under_way ON erasures (under_way) WHERE under_way IS NOT NULL;

CREATE TRIGGER erasures_are_kept BEFORE DELETE ON erasures
BEGIN SELECT RAISE(ABORT, 'an erasure stays on file'); END;

CREATE TRIGGER erasures_are_fixed BEFORE UPDATE ON erasures WHEN OLD.under_way IS NULL
BEGIN SELECT RAISE(ABORT, 'an erasure stays on file'); END;

CREATE TABLE erased (
    inbound INTEGER PRIMARY KEY REFERENCES inbound (id),
    erasure INTEGER NOT NULL REFERENCES erasures (id),
    whole BOOLEAN NOT NULL
);

CREATE TRIGGER erased_by_erasures BEFORE INSERT ON erased WHEN NOT EXISTS (SELECT 1 FROM erasures WHERE "under_way" IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'only an erasure erases'); END;

CREATE TRIGGER erased_more_by_erasures BEFORE UPDATE ON erased WHEN NOT EXISTS (SELECT 1 FROM erasures WHERE "under_way" IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'only an erasure erases'); END;

CREATE TRIGGER erased_is_kept BEFORE DELETE ON erased
BEGIN SELECT RAISE(ABORT, 'an erasure stays on file'); END;

CREATE TRIGGER inbound_is_fixed BEFORE UPDATE OF digest, source, arrived_at, stored_at, size ON inbound BEGIN SELECT RAISE(ABORT, 'what came back never changes'); END;

CREATE TRIGGER inbound_is_fixed_but_for_erasures BEFORE UPDATE OF origin, sender, subject, message_id, text, headers ON inbound WHEN NOT EXISTS (SELECT 1 FROM erasures WHERE "under_way" IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'what came back never changes'); END;

CREATE TRIGGER decisions_are_fixed BEFORE UPDATE OF id, inbound, "case", kind, stance, at, "by" ON decisions BEGIN SELECT RAISE(ABORT, 'decisions are only added to'); END;

CREATE TRIGGER decisions_are_fixed_but_for_erasures BEFORE UPDATE OF note ON decisions WHEN NOT EXISTS (SELECT 1 FROM erasures WHERE "under_way" IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'decisions are only added to'); END;

CREATE TRIGGER evidence_is_fixed BEFORE UPDATE OF inbound, message, matched_by, kind, severity, code ON evidence BEGIN SELECT RAISE(ABORT, 'evidence never changes'); END;

CREATE TRIGGER evidence_is_fixed_but_for_erasures BEFORE UPDATE OF address, words ON evidence WHEN NOT EXISTS (SELECT 1 FROM erasures WHERE "under_way" IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'evidence never changes'); END;

CREATE TRIGGER ledger_is_fixed BEFORE UPDATE OF id, message, at, from_status, to_status, actor ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER ledger_is_fixed_but_for_erasures BEFORE UPDATE OF detail ON ledger WHEN NOT EXISTS (SELECT 1 FROM erasures WHERE "under_way" IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER versions_are_fixed BEFORE UPDATE OF id, message, ledger, language, subject ON message_versions BEGIN SELECT RAISE(ABORT, 'what a message said never changes'); END;

CREATE TRIGGER versions_are_fixed_but_for_erasures BEFORE UPDATE OF recipients, content ON message_versions WHEN NOT EXISTS (SELECT 1 FROM erasures WHERE "under_way" IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'what a message said never changes'); END;

CREATE TRIGGER texts_are_fixed BEFORE UPDATE OF language, recipients, subject, content ON messages
WHEN (OLD.status NOT IN ('queued','deferred') OR NOT EXISTS (
    SELECT 1 FROM message_versions AS kept WHERE kept.message = OLD.id AND kept.subject = OLD.subject
    AND kept.language = OLD.language AND kept.recipients = OLD.recipients AND kept.content = OLD.content
)) AND NOT (NEW.subject = OLD.subject AND NEW.language = OLD.language AND EXISTS (SELECT 1 FROM erasures WHERE "under_way" IS NOT NULL))
BEGIN SELECT RAISE(ABORT, 'what was queued never changes, unless it waits and what it said is kept'); END;

CREATE TABLE identity (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    serial TEXT NOT NULL,
    host TEXT NOT NULL DEFAULT '',
    folder TEXT NOT NULL DEFAULT '',
    journal_length INTEGER NOT NULL DEFAULT 0,
    journal_digest TEXT NOT NULL DEFAULT ''
);

CREATE TABLE may_have_left (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    ask TEXT NOT NULL,
    "case" TEXT NOT NULL,
    round TEXT NOT NULL,
    channel TEXT NOT NULL,
    mission TEXT NOT NULL,
    part TEXT NOT NULL,
    message_id TEXT NOT NULL UNIQUE,
    at DATETIME NOT NULL,
    "by" TEXT NOT NULL
);

CREATE INDEX may_have_left_key ON may_have_left (ask, "case", round, channel, mission, part, kind);

CREATE TRIGGER may_have_left_is_kept BEFORE DELETE ON may_have_left
BEGIN SELECT RAISE(ABORT, 'what may have left stays on file'); END;

CREATE TRIGGER may_have_left_is_fixed BEFORE UPDATE ON may_have_left
BEGIN SELECT RAISE(ABORT, 'what may have left stays on file'); END;

CREATE TRIGGER inbound_sender_check_is_fixed BEFORE UPDATE OF sender_check ON inbound BEGIN SELECT RAISE(ABORT, 'what came back never changes'); END;

CREATE TRIGGER inbound_parts_are_fixed_but_for_erasures BEFORE UPDATE OF attachments, invitation, news ON inbound
WHEN NOT EXISTS (SELECT 1 FROM erasures WHERE "under_way" IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'what came back never changes'); END;

CREATE UNIQUE INDEX letters_ask_once ON message_cases (ask, "case", round, mission, part)
WHERE kind = 'letter' AND how = 'asked' AND released = 0;

CREATE INDEX asked_cases ON message_cases ("case", ask, round, message) WHERE how = 'asked';

CREATE INDEX messages_for_several ON messages ("case") WHERE instr("case", '+') > 0;

CREATE TRIGGER named_cases_are_fixed BEFORE UPDATE OF message, "case", how, kind, ask, round, mission, part ON message_cases
BEGIN SELECT RAISE(ABORT, 'what a message names never changes in place'); END;

CREATE TRIGGER what_may_have_left_asks BEFORE UPDATE OF released ON message_cases
    WHEN NEW.released <> OLD.released AND NOT (OLD.how = 'asked' AND
    OLD.message IN (SELECT id FROM messages WHERE kind = 'letter' AND status = 'withdrawn')
    AND OLD.message NOT IN (SELECT message FROM ledger WHERE to_status = 'sending')
)
    BEGIN SELECT RAISE(ABORT, 'only a letter that was withdrawn before it left asks nothing'); END;

CREATE TRIGGER what_is_queued_asks BEFORE INSERT ON message_cases WHEN NEW.released <> 0
BEGIN SELECT RAISE(ABORT, 'a message asks as long as it was not withdrawn'); END;

CREATE TRIGGER what_asks_nothing_is_never_queued BEFORE UPDATE OF status ON messages
WHEN OLD.status = 'withdrawn' AND NEW.status <> 'withdrawn'
AND EXISTS (SELECT 1 FROM message_cases WHERE message = OLD.id AND released)
BEGIN SELECT RAISE(ABORT, 'a letter is queued again only when it asks again for all of its cases'); END;

CREATE TABLE attachments (
    digest TEXT PRIMARY KEY CHECK (length(digest) = 64),
    size INTEGER NOT NULL,
    encoded BLOB NOT NULL
);

CREATE TRIGGER attachments_are_fixed BEFORE UPDATE ON attachments BEGIN SELECT RAISE(ABORT, 'what is attached to letters never changes'); END;

CREATE TRIGGER attachments_are_kept BEFORE DELETE ON attachments BEGIN SELECT RAISE(ABORT, 'what is attached to letters never changes'); END;

CREATE TRIGGER planned_times_are_fixed BEFORE UPDATE OF planned_for ON messages
BEGIN SELECT RAISE(ABORT, 'what was queued never changes'); END;

CREATE UNIQUE INDEX digests_reach_a_mission_once ON messages (ask, mission, part) WHERE kind = 'digest';

CREATE TRIGGER withdrawn_digests_stay_withdrawn BEFORE UPDATE OF status ON messages
WHEN OLD.kind = 'digest' AND OLD.status = 'withdrawn' AND NEW.status <> 'withdrawn'
BEGIN SELECT RAISE(ABORT, 'a digest that was withdrawn is never queued again'); END;

CREATE TRIGGER asked_for_is_fixed BEFORE UPDATE OF asked_for ON messages
WHEN NEW.asked_for <> OLD.asked_for AND OLD.status NOT IN ('queued','deferred')
BEGIN SELECT RAISE(ABORT, 'what was queued never changes, unless it waits'); END;

INSERT INTO alembic_version (version_num) VALUES ('0012');

INSERT INTO campaign_key (id, secret) VALUES (1, randomblob(32));

INSERT INTO identity (id, serial) VALUES (1, lower(hex(randomblob(16))));
