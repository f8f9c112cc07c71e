CREATE TABLE additions (
    name TEXT PRIMARY KEY,
    version INTEGER NOT NULL
);

CREATE TABLE sealing (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    proof BLOB NOT NULL
);

CREATE TABLE arrivals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at DATETIME NOT NULL,
    sealed BLOB NOT NULL
);

CREATE TABLE supporters (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    fingerprint BLOB UNIQUE CHECK (length(fingerprint) = 32),
    sealed BLOB,
    language TEXT NOT NULL,
    created_at DATETIME NOT NULL,
    keep_until DATETIME,
    CHECK ((fingerprint IS NULL) = (sealed IS NULL))
);

CREATE TRIGGER supporters_are_kept BEFORE DELETE ON supporters
BEGIN SELECT RAISE(ABORT, 'a supporter is erased, never deleted: messages name the number'); END;

CREATE TRIGGER the_erased_stay_erased BEFORE UPDATE OF fingerprint, sealed ON supporters
WHEN OLD.sealed IS NULL AND NEW.sealed IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'who was erased comes back as somebody new'); END;

CREATE TABLE voices (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    supporter INTEGER NOT NULL REFERENCES supporters (id),
    ask TEXT NOT NULL,
    missions TEXT NOT NULL,
    sealed BLOB,
    name BLOB,
    has_words BOOLEAN NOT NULL,
    may_quote BOOLEAN NOT NULL,
    joins BOOLEAN NOT NULL DEFAULT 0,
    country TEXT NOT NULL,
    language TEXT NOT NULL,
    domain BLOB,
    network BLOB,
    status TEXT NOT NULL CHECK (status IN ('written','confirmed','counted','to-read','let-through','without-words','set-aside','in-digest','expired','taken-back')),
    counted INTEGER UNIQUE CHECK (counted > 0),
    grouping INTEGER,
    agreed_to TEXT NOT NULL,
    agreed_on DATETIME NOT NULL,
    confirmed_on DATETIME
);

CREATE INDEX voices_of_supporters ON voices (supporter);

CREATE INDEX voices_by_status ON voices (status, ask);

CREATE INDEX voices_by_day ON voices (agreed_on, supporter, confirmed_on);

CREATE INDEX voices_by_group ON voices (grouping) WHERE grouping IS NOT NULL;

CREATE INDEX voices_by_domain ON voices (domain, agreed_on) WHERE domain IS NOT NULL;

CREATE TRIGGER voices_are_kept BEFORE DELETE ON voices
BEGIN SELECT RAISE(ABORT, 'a voice is erased, never deleted: digests count it'); END;

CREATE TRIGGER voices_are_fixed BEFORE UPDATE OF id, supporter, ask, missions, joins, agreed_to, agreed_on ON voices
BEGIN SELECT RAISE(ABORT, 'what somebody wrote never changes'); END;

CREATE TRIGGER words_are_fixed BEFORE UPDATE OF sealed, name ON voices
WHEN (NEW.sealed IS NOT OLD.sealed AND NEW.sealed IS NOT NULL) OR (NEW.name IS NOT OLD.name AND NEW.name IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'what somebody wrote never changes; it can only be erased'); END;

CREATE TRIGGER counted_once BEFORE UPDATE OF counted ON voices WHEN OLD.counted IS NOT NULL AND NEW.counted IS NOT OLD.counted
BEGIN SELECT RAISE(ABORT, 'a voice is counted once'); END;

CREATE TABLE voice_cases (
    voice INTEGER NOT NULL REFERENCES voices (id),
    "case" TEXT NOT NULL,
    PRIMARY KEY (voice, "case")
) WITHOUT ROWID;

CREATE TABLE links (
    hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
    purpose TEXT NOT NULL CHECK (purpose IN ('confirm','join','voice','leave')),
    subject INTEGER NOT NULL,
    supporter INTEGER NOT NULL REFERENCES supporters (id),
    UNIQUE (purpose, subject)
) WITHOUT ROWID;

CREATE INDEX links_of_supporters ON links (supporter);

CREATE TABLE ended_links (
    hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
    why TEXT NOT NULL CHECK (why IN ('expired','not-me','taken-back','left','erased'))
) WITHOUT ROWID;

CREATE TABLE members (
    supporter INTEGER PRIMARY KEY REFERENCES supporters (id),
    status TEXT NOT NULL CHECK (status IN ('asked','member','left','bounced','complained','expired')),
    origin TEXT NOT NULL CHECK (origin IN ('form','mail','import')),
    agreed_to TEXT NOT NULL,
    asked_on DATETIME NOT NULL,
    joined_on DATETIME,
    ended_on DATETIME
);

CREATE INDEX members_by_status ON members (status);

CREATE TABLE refusals (
    fingerprint BLOB PRIMARY KEY CHECK (length(fingerprint) = 32),
    until DATETIME
) WITHOUT ROWID;

CREATE TABLE returned (
    mark BLOB PRIMARY KEY CHECK (length(mark) = 32),
    at DATETIME NOT NULL
) WITHOUT ROWID;

CREATE TABLE salts (
    period TEXT PRIMARY KEY CHECK (period IN ('hour','day','month')),
    began DATETIME NOT NULL,
    salt BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE caps (
    "key" BLOB PRIMARY KEY CHECK (length("key") = 32),
    period TEXT NOT NULL CHECK (period IN ('hour','day','month')),
    used INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE sketches (
    value INTEGER NOT NULL,
    voice INTEGER NOT NULL REFERENCES voices (id),
    grouping INTEGER NOT NULL,
    PRIMARY KEY (value, voice)
) WITHOUT ROWID;

CREATE INDEX sketches_of_voices ON sketches (voice);

CREATE INDEX sketches_of_groups ON sketches (grouping);

CREATE TABLE digests (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    ask TEXT NOT NULL,
    made_at DATETIME NOT NULL,
    upto INTEGER NOT NULL,
    prepared_by TEXT NOT NULL,
    channel TEXT NOT NULL,
    queued_at DATETIME
);

CREATE TABLE digest_letters (
    digest INTEGER NOT NULL REFERENCES digests (number),
    mission TEXT NOT NULL,
    ask TEXT NOT NULL,
    after INTEGER NOT NULL CHECK (after >= 0),
    upto INTEGER NOT NULL CHECK (upto > after),
    voices INTEGER NOT NULL CHECK (voices > 0),
    released BOOLEAN NOT NULL DEFAULT 0 CHECK (released IN (0, 1)),
    PRIMARY KEY (digest, mission)
) WITHOUT ROWID;

CREATE TRIGGER voices_reach_a_mission_once BEFORE INSERT ON digest_letters
WHEN EXISTS (
    SELECT 1 FROM digest_letters AS other WHERE other.mission = NEW.mission AND other.ask = NEW.ask
    AND NOT other.released AND other.after < NEW.upto AND NEW.after < other.upto
)
BEGIN SELECT RAISE(ABORT, 'a voice reaches a mission once'); END;

CREATE TRIGGER digest_letters_are_fixed BEFORE UPDATE OF digest, mission, ask, after, upto, voices ON digest_letters
BEGIN SELECT RAISE(ABORT, 'what a digest counted never changes'); END;

CREATE TRIGGER released_once BEFORE UPDATE OF released ON digest_letters WHEN OLD.released AND NOT NEW.released
BEGIN SELECT RAISE(ABORT, 'what was released is never taken again'); END;

CREATE TRIGGER digest_letters_are_kept BEFORE DELETE ON digest_letters
BEGIN SELECT RAISE(ABORT, 'what a digest counted is kept'); END;

CREATE TABLE digest_quotes (
    digest INTEGER NOT NULL,
    mission TEXT NOT NULL,
    voice INTEGER NOT NULL REFERENCES voices (id),
    PRIMARY KEY (digest, mission, voice),
    FOREIGN KEY (digest, mission) REFERENCES digest_letters (digest, mission)
) WITHOUT ROWID;

CREATE INDEX quotes_of_voices ON digest_quotes (voice);

CREATE TABLE approvals (
    id INTEGER PRIMARY KEY,
    digest INTEGER NOT NULL REFERENCES digests (number),
    batch TEXT NOT NULL UNIQUE CHECK (length(batch) = 64),
    decision TEXT NOT NULL CHECK (decision IN ('approved','refused')),
    why TEXT NOT NULL,
    prepared_by TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    at DATETIME NOT NULL,
    CHECK (lower(trim(prepared_by)) <> lower(trim(decided_by)) AND trim(decided_by) <> '' AND trim(prepared_by) <> '')
);

CREATE TRIGGER approvals_are_fixed BEFORE UPDATE ON approvals
BEGIN SELECT RAISE(ABORT, 'an approval never changes'); END;

CREATE TRIGGER approvals_are_kept BEFORE DELETE ON approvals
BEGIN SELECT RAISE(ABORT, 'an approval never changes'); END;

CREATE TABLE updates (
    slug TEXT NOT NULL,
    language TEXT NOT NULL,
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    queued_at DATETIME NOT NULL,
    PRIMARY KEY (slug, language)
) WITHOUT ROWID;

CREATE TABLE story (
    id INTEGER PRIMARY KEY,
    what TEXT NOT NULL CHECK (what IN ('voice','member','digest','guard','supporter','arrival')),
    subject INTEGER NOT NULL,
    at DATETIME NOT NULL,
    from_status TEXT,
    to_status TEXT NOT NULL,
    why TEXT NOT NULL,
    "by" TEXT NOT NULL
);

CREATE INDEX story_of_subjects ON story (what, subject);

CREATE INDEX story_of_complaints ON story (what, at) WHERE to_status = 'complained';

CREATE TRIGGER story_is_fixed BEFORE UPDATE ON story
BEGIN SELECT RAISE(ABORT, 'the story is append-only'); END;

CREATE TRIGGER story_is_kept BEFORE DELETE ON story
BEGIN SELECT RAISE(ABORT, 'the story is append-only'); END;

CREATE TRIGGER voices_are_told AFTER UPDATE OF status ON voices
WHEN NEW.status IS NOT OLD.status AND NOT EXISTS (
    SELECT 1 FROM story WHERE id = (SELECT max(id) FROM story WHERE what = 'voice' AND subject = OLD.id)
    AND from_status IS OLD.status AND to_status = NEW.status
)
BEGIN SELECT RAISE(ABORT, 'a status changes only with its line in the story'); END;

CREATE TRIGGER members_are_told AFTER UPDATE OF status ON members
WHEN NEW.status IS NOT OLD.status AND NOT EXISTS (
    SELECT 1 FROM story WHERE id = (SELECT max(id) FROM story WHERE what = 'member' AND subject = OLD.supporter)
    AND from_status IS OLD.status AND to_status = NEW.status
)
BEGIN SELECT RAISE(ABORT, 'a status changes only with its line in the story'); END;

CREATE INDEX messages_to_supporters ON messages (recipients, status);

INSERT INTO additions (name, version) VALUES ('supporters', 1);
