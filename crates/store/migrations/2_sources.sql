-- The item of the same source that an item answers: the article of a comment, the post of a reply.
ALTER TABLE items ADD COLUMN parent TEXT;

-- How each source has been doing, beyond its last attempt.
ALTER TABLE sources ADD COLUMN left_out        INTEGER NOT NULL DEFAULT 0; -- items left out by rule in the last attempt
ALTER TABLE sources ADD COLUMN soft_failures   REAL NOT NULL DEFAULT 0;    -- grows with failures, falls to 0 with a success
ALTER TABLE sources ADD COLUMN fault           TEXT;                       -- the reason as one of a few faults
ALTER TABLE sources ADD COLUMN failing_since   TEXT;
ALTER TABLE sources ADD COLUMN newest_at       TEXT;                       -- publication time of its newest item
ALTER TABLE sources ADD COLUMN next_attempt_at TEXT;
ALTER TABLE sources ADD COLUMN disabled        INTEGER NOT NULL DEFAULT 0; -- an operator switched it off

-- New items of each source by the hour (UTC) in which they were published, from which the usual volume is known.
-- Counted in the transaction that stores the items.
CREATE TABLE volumes (
    source TEXT NOT NULL,
    hour   TEXT NOT NULL,    -- 2026-11-20T06
    items  INTEGER NOT NULL,
    PRIMARY KEY (source, hour)
) STRICT, WITHOUT ROWID;

-- Times in which a source could not be read, so that "no data" is never taken for "no talk".
CREATE TABLE gaps (
    source     TEXT NOT NULL,
    started_at TEXT NOT NULL,  -- its last success, or the first failed attempt
    ended_at   TEXT,           -- NULL while it lasts
    filled     INTEGER NOT NULL DEFAULT 0, -- what was published meanwhile could still be fetched afterwards
    fault      TEXT NOT NULL,
    PRIMARY KEY (source, started_at)
) STRICT, WITHOUT ROWID;

-- What paid or rationed interfaces have used, by the day of the account.
CREATE TABLE allowances (
    account TEXT NOT NULL,
    day     TEXT NOT NULL,
    used    INTEGER NOT NULL,
    PRIMARY KEY (account, day)
) STRICT, WITHOUT ROWID;

-- Ids that an interface charges once a day.
CREATE TABLE charged (
    account TEXT NOT NULL,
    day     TEXT NOT NULL,
    id      TEXT NOT NULL,
    PRIMARY KEY (account, day, id)
) STRICT, WITHOUT ROWID;
