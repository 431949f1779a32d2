-- What people decided. A row is written once; nobody edits or deletes one, so the table is its own audit.
CREATE TABLE decisions (
    sequence    INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL UNIQUE, -- made of the content
    at          TEXT NOT NULL,        -- RFC 3339
    at_second   INTEGER NOT NULL,     -- the same as seconds, since texts of different precision do not sort
    by          TEXT NOT NULL,
    reason      TEXT,
    act         TEXT NOT NULL,        -- JSON
    subject     TEXT NOT NULL,        -- what the act is about; of two about the same the later holds
    recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX decisions_by_subject ON decisions (subject, at_second);

CREATE TRIGGER decisions_are_not_edited BEFORE UPDATE ON decisions
BEGIN SELECT RAISE(ABORT, 'a decision is never edited'); END;
CREATE TRIGGER decisions_are_not_deleted BEFORE DELETE ON decisions
BEGIN SELECT RAISE(ABORT, 'a decision is never deleted'); END;

-- Alerts as they stand. Truth rather than derived: what was sent and who took care of it cannot be computed again.
CREATE TABLE alerts (
    id        TEXT PRIMARY KEY,
    issue     TEXT NOT NULL,
    state     TEXT NOT NULL,
    raised_at TEXT NOT NULL,
    alert     TEXT NOT NULL  -- JSON
) STRICT, WITHOUT ROWID;

-- Messages about alerts, each once.
CREATE TABLE notices (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    alert    TEXT NOT NULL,
    cause    TEXT NOT NULL,
    risk     TEXT NOT NULL,
    occasion TEXT NOT NULL,  -- the number of the rise, the day of the follow-up
    at       TEXT NOT NULL,
    at_second INTEGER NOT NULL,
    sent_at  TEXT,           -- NULL while nobody has carried it
    notice   TEXT NOT NULL,  -- JSON
    UNIQUE (alert, cause, risk, occasion)
) STRICT;
