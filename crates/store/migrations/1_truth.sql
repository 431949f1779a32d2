-- What the outside world gave us. A row is written once and never edited; only erasure and
-- retention delete rows, and erasure leaves a tombstone.
CREATE TABLE items (
    sequence         INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice, not even after erasure
    source           TEXT NOT NULL,
    id               TEXT NOT NULL,
    revision         TEXT NOT NULL,
    replaces         INTEGER,        -- sequence of the revision before this one
    first_seen_at    TEXT NOT NULL,  -- when the first revision was received
    kind             TEXT NOT NULL,
    url              TEXT,           -- citizens' addresses and titles are inside the sealed body
    title            TEXT,
    format           TEXT NOT NULL,
    charset          TEXT,
    published_at     TEXT,           -- RFC 3339, as every time here
    author_pseudonym TEXT,
    tags             TEXT,           -- JSON, NULL where there are none
    engagement       TEXT,           -- JSON, NULL where the platform counts nothing
    fetched_at       TEXT NOT NULL,
    withdrawn        INTEGER NOT NULL,
    body_hash        BLOB NOT NULL,  -- keyed, so that a guessed text cannot be confirmed from it
    body             BLOB,           -- compressed and sealed; NULL where there is nothing to seal
    UNIQUE (source, id, revision)
) STRICT;

-- How far each source has been read; written in the transaction that stores the items.
CREATE TABLE cursors (
    source     TEXT PRIMARY KEY,
    cursor     TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

-- Whether each source answered when it was last asked.
CREATE TABLE sources (
    name            TEXT PRIMARY KEY,
    kind            TEXT NOT NULL,
    state           TEXT NOT NULL,
    reason          TEXT,
    last_success_at TEXT,
    last_attempt_at TEXT,
    received        INTEGER NOT NULL,
    skipped         INTEGER NOT NULL
) STRICT;

-- What was erased and must not be collected again. Nothing but the identity is kept.
CREATE TABLE tombstones (
    source     TEXT NOT NULL,
    id         TEXT NOT NULL,
    removed_at TEXT NOT NULL,
    PRIMARY KEY (source, id)
) STRICT;

-- Facts about this file itself: fingerprints of the keys that open it.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
