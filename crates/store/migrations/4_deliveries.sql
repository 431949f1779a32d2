-- The draft of a brief as it was last built: what people read and approve, whatever came in since.
CREATE TABLE drafts (
    brief    TEXT PRIMARY KEY,
    built_at TEXT NOT NULL, -- RFC 3339
    hash     TEXT NOT NULL, -- of the content, state and signatures aside
    content  BLOB NOT NULL  -- JSON, zstd
) STRICT, WITHOUT ROWID;

-- Approved briefs, frozen; edition 0 is a draft that left unapproved because the office wants it so.
CREATE TABLE editions (
    sequence  INTEGER PRIMARY KEY AUTOINCREMENT,
    brief     TEXT NOT NULL,
    edition   INTEGER NOT NULL,
    at        TEXT NOT NULL,
    at_second INTEGER NOT NULL, -- the same as seconds, since texts of different precision do not sort
    by        TEXT NOT NULL,    -- empty for edition 0
    hash      TEXT NOT NULL,
    content   BLOB NOT NULL,    -- JSON, zstd
    seal      TEXT NOT NULL,    -- hash of these bytes, which no later version of the program reads otherwise
    UNIQUE (brief, edition, hash)
) STRICT;
CREATE INDEX editions_by_time ON editions (at_second);

CREATE TRIGGER editions_are_not_edited BEFORE UPDATE ON editions
BEGIN SELECT RAISE(ABORT, 'an edition is never edited'); END;
CREATE TRIGGER editions_are_not_deleted BEFORE DELETE ON editions
BEGIN SELECT RAISE(ABORT, 'an edition is never deleted'); END;

-- How every delivery stands: a message to a recipient by a channel.
CREATE TABLE deliveries (
    message    TEXT NOT NULL, -- harian-2026-11-20/1, peringatan/…, operator/…
    channel    TEXT NOT NULL,
    recipient  TEXT NOT NULL,
    brief      TEXT,
    state      TEXT NOT NULL, -- pending, sending, sent, given_up
    attempts   INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    next_at    TEXT,
    receipt    TEXT,          -- the name on the way, the same for every try
    fault      TEXT,
    PRIMARY KEY (message, channel, recipient)
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_by_brief ON deliveries (brief);
CREATE INDEX deliveries_open ON deliveries (state) WHERE state IN ('pending', 'sending');

-- Everything that ever happened to a delivery; the audit log of what left the house.
CREATE TABLE delivery_log (
    sequence  INTEGER PRIMARY KEY AUTOINCREMENT,
    message   TEXT NOT NULL,
    channel   TEXT NOT NULL,
    recipient TEXT NOT NULL,
    at        TEXT NOT NULL,
    event     TEXT NOT NULL, -- queued, begun, sent, failed, given_up, superseded, reopened
    receipt   TEXT,
    detail    TEXT
) STRICT;
CREATE TRIGGER delivery_log_is_not_edited BEFORE UPDATE ON delivery_log
BEGIN SELECT RAISE(ABORT, 'the log of deliveries is never edited'); END;
CREATE TRIGGER delivery_log_is_not_deleted BEFORE DELETE ON delivery_log
BEGIN SELECT RAISE(ABORT, 'the log of deliveries is never deleted'); END;

-- What a schedule has done: each planned local time of a job once, whatever clocks do.
CREATE TABLE occasions (
    job     TEXT NOT NULL, -- harian/build
    planned TEXT NOT NULL, -- local time: 2026-11-20T06:05:00
    done_at TEXT NOT NULL,
    outcome TEXT NOT NULL,
    PRIMARY KEY (job, planned)
) STRICT, WITHOUT ROWID;

-- What the operator was told, each matter once.
CREATE TABLE operator_notices (
    id      TEXT PRIMARY KEY, -- operator/…
    at      TEXT NOT NULL,
    subject TEXT NOT NULL,
    text    TEXT NOT NULL
) STRICT, WITHOUT ROWID;
