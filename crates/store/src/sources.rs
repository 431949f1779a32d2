//! The source registry: how each source has been doing, what it usually brings, when it could not be read, and what
//! paid interfaces have used.

use crate::{Error, Result, Truth, rows};
use jiff::{SignedDuration, Timestamp, civil::Date};
use model::{Fault, RawItem, SourceGap, SourceHealth, SourceKind, SourceName, SourceState};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};
use std::collections::BTreeMap;
use std::path::Path;

const HEALTH: &str = "SELECT name, kind, CASE WHEN disabled THEN 'disabled' ELSE state END, reason, last_success_at, last_attempt_at, received, skipped, left_out,
                             soft_failures, failing_since, newest_at, next_attempt_at, fault
                      FROM sources ORDER BY name";

/// How far back the usual volume of a source is counted.
const VOLUME_DAYS: i64 = 42;

/// A change to the gaps of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GapChange {
    /// A gap begins, or an open one gets a newer fault.
    Open(SourceGap),
    /// The open gap ends, if there is one.
    Close {
        /// The source.
        source: SourceName,
        /// When it answered again.
        ended_at: Timestamp,
        /// Whether nothing was missed.
        filled: bool,
    },
}

/// How many items a source published in each hour that had any.
pub type Volumes = BTreeMap<SourceName, Vec<(Timestamp, u32)>>;

impl Truth {
    /// Records how sources answered; a failure keeps the times of the last success and of the newest item.
    pub fn set_health(&mut self, health: &[SourceHealth]) -> Result<()> {
        self.record_attempts(health, &[])
    }

    /// Records how sources answered and what that means for their gaps, all or nothing.
    pub fn record_attempts(&mut self, health: &[SourceHealth], gaps: &[GapChange]) -> Result<()> {
        let transaction = self.connection.transaction()?;
        for source in health {
            let mut statement = transaction.prepare_cached(
                "INSERT INTO sources (name, kind, state, reason, last_success_at, last_attempt_at, received, skipped,
                                      left_out, soft_failures, failing_since, newest_at, next_attempt_at, fault)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
                 ON CONFLICT (name) DO UPDATE SET
                     kind = excluded.kind, state = excluded.state, reason = excluded.reason,
                     last_success_at = coalesce(excluded.last_success_at, last_success_at),
                     last_attempt_at = coalesce(excluded.last_attempt_at, last_attempt_at),
                     received = excluded.received, skipped = excluded.skipped, left_out = excluded.left_out,
                     soft_failures = excluded.soft_failures, failing_since = excluded.failing_since,
                     newest_at = coalesce(excluded.newest_at, newest_at),
                     next_attempt_at = excluded.next_attempt_at, fault = excluded.fault",
            )?;
            let text = |at: Option<Timestamp>| at.map(|at| at.to_string());
            statement.execute(params![
                source.name.as_str(),
                source.kind.as_str(),
                source.state.as_str(),
                source.reason,
                text(source.last_success_at),
                text(source.last_attempt_at),
                source.received,
                source.skipped,
                source.left_out,
                source.soft_failures,
                text(source.failing_since),
                text(source.newest_at),
                text(source.next_attempt_at),
                source.fault.map(Fault::as_str),
            ])?;
        }
        for gap in gaps {
            change_gap(&transaction, gap)?;
        }
        Ok(transaction.commit()?)
    }

    /// Switches a source off or on; one that was never asked may be switched off as well.
    pub fn set_disabled(&mut self, source: &SourceName, kind: SourceKind, disabled: bool) -> Result<()> {
        self.connection.execute(
            "INSERT INTO sources (name, kind, state, received, skipped, disabled) VALUES (?1, ?2, ?3, 0, 0, ?4)
             ON CONFLICT (name) DO UPDATE SET disabled = excluded.disabled, soft_failures = 0, next_attempt_at = NULL",
            params![source.as_str(), kind.as_str(), SourceState::New.as_str(), disabled],
        )?;
        Ok(())
    }

    /// How every known source answered last, by name.
    pub fn health(&self) -> Result<Vec<SourceHealth>> {
        read_health(&self.connection)
    }

    /// Gaps that touch the time from `since` on, oldest first.
    pub fn gaps(&self, since: Timestamp) -> Result<Vec<SourceGap>> {
        read_gaps(&self.connection, since)
    }

    /// What each source published by hour in the weeks before `now`.
    pub fn volumes(&self, now: Timestamp) -> Result<Volumes> {
        read_volumes(&self.connection, now)
    }

    /// Adds `amount` to what an account used on a day, unless that would pass `cap`; says whether it was added.
    /// Durable when it returns, so that whatever is paid for is counted before it is asked for.
    pub fn charge(&mut self, account: &str, day: Date, amount: u64, cap: u64) -> Result<bool> {
        let changed = self.connection.execute(
            "INSERT INTO allowances (account, day, used) SELECT ?1, ?2, ?3 WHERE ?3 <= ?4
             ON CONFLICT (account, day) DO UPDATE SET used = used + excluded.used WHERE used + excluded.used <= ?4",
            params![account, day.to_string(), amount, cap.min(i64::MAX as u64)],
        )?;
        Ok(changed > 0)
    }

    /// Gives back what was charged and not used.
    pub fn refund(&mut self, account: &str, day: Date, amount: u64) -> Result<()> {
        self.connection.execute(
            "UPDATE allowances SET used = max(0, used - ?3) WHERE account = ?1 AND day = ?2",
            params![account, day.to_string(), amount],
        )?;
        Ok(())
    }

    /// What an account has used on a day.
    pub fn used(&self, account: &str, day: Date) -> Result<u64> {
        let sql = "SELECT used FROM allowances WHERE account = ?1 AND day = ?2";
        Ok(self.connection.query_row(sql, [account, &day.to_string()], |row| row.get(0)).optional()?.unwrap_or(0))
    }

    /// Notes ids that are charged once a day and gives back how many were new; ids of earlier days are forgotten.
    pub fn note_charged(&mut self, account: &str, day: Date, ids: &[String]) -> Result<u64> {
        let transaction = self.connection.transaction()?;
        let mut new = 0;
        {
            transaction.execute(
                "DELETE FROM charged WHERE account = ?1 AND day < ?2",
                [account, &yesterday(day).to_string()],
            )?;
            let mut insert =
                transaction.prepare_cached("INSERT OR IGNORE INTO charged (account, day, id) VALUES (?1, ?2, ?3)")?;
            for id in ids {
                new += insert.execute([account, &day.to_string(), id])? as u64;
            }
        }
        transaction.commit()?;
        Ok(new)
    }
}

// Accounts count their days in different zones, so yesterday may still be today elsewhere.
fn yesterday(day: Date) -> Date {
    day.yesterday().unwrap_or(day)
}

/// The registry of a data directory that another process may own: what `sources` lists while collecting goes on.
pub struct SourceRegistry {
    connection: Option<Connection>,
}

impl SourceRegistry {
    /// Opens it for reading; an empty one where there is nothing yet.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn open(data: &Path) -> Result<Self> {
        let path = crate::DataDir::truth_in(data);
        if !path.exists() {
            return Ok(Self { connection: None });
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&path, flags).map_err(Error::open(&path))?;
        let version: usize = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        // Before the first run of this version the registry has fewer columns, and nothing to show either.
        Ok(Self { connection: (version >= 2).then_some(connection) })
    }

    /// How every known source answered last, by name.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn health(&self) -> Result<Vec<SourceHealth>> {
        self.connection.as_ref().map_or_else(|| Ok(Vec::new()), read_health)
    }

    /// What each source published by hour in the weeks before `now`.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn volumes(&self, now: Timestamp) -> Result<Volumes> {
        self.connection.as_ref().map_or_else(|| Ok(Volumes::new()), |connection| read_volumes(connection, now))
    }

    /// Gaps that touch the time from `since` on, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn gaps(&self, since: Timestamp) -> Result<Vec<SourceGap>> {
        self.connection.as_ref().map_or_else(|| Ok(Vec::new()), |connection| read_gaps(connection, since))
    }
}

fn read_health(connection: &Connection) -> Result<Vec<SourceHealth>> {
    let mut statement = connection.prepare_cached(HEALTH)?;
    let rows = statement.query_map([], health)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn read_gaps(connection: &Connection, since: Timestamp) -> Result<Vec<SourceGap>> {
    let mut statement = connection.prepare_cached(
        "SELECT source, started_at, ended_at, filled, fault FROM gaps
         WHERE ended_at IS NULL OR ended_at > ?1 ORDER BY started_at, source",
    )?;
    let rows = statement.query_map([since.to_string()], |row| {
        Ok(SourceGap {
            source: row.get::<_, String>(0)?.into(),
            started_at: rows::parsed(row, 1)?,
            ended_at: rows::parsed_option(row, 2)?,
            filled: row.get(3)?,
            fault: rows::named(row, 4, Fault::ALL, Fault::as_str)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn read_volumes(connection: &Connection, now: Timestamp) -> Result<Volumes> {
    let since = now.saturating_sub(SignedDuration::from_hours(24 * VOLUME_DAYS)).unwrap_or(Timestamp::MIN);
    let mut statement =
        connection.prepare_cached("SELECT source, hour, items FROM volumes WHERE hour >= ?1 ORDER BY source, hour")?;
    let mut rows = statement.query([hour_of(since)])?;
    let mut volumes = Volumes::new();
    while let Some(row) = rows.next()? {
        let hour: String = row.get(1)?;
        let Ok(hour) = format!("{hour}:00:00Z").parse() else { continue };
        volumes.entry(row.get::<_, String>(0)?.into()).or_default().push((hour, row.get(2)?));
    }
    Ok(volumes)
}

fn health(row: &Row<'_>) -> rusqlite::Result<SourceHealth> {
    Ok(SourceHealth {
        name: row.get::<_, String>(0)?.into(),
        kind: rows::parsed(row, 1)?,
        state: rows::state(row, 2)?,
        reason: row.get(3)?,
        last_success_at: rows::parsed_option(row, 4)?,
        last_attempt_at: rows::parsed_option(row, 5)?,
        received: row.get(6)?,
        skipped: row.get(7)?,
        left_out: row.get(8)?,
        soft_failures: row.get(9)?,
        failing_since: rows::parsed_option(row, 10)?,
        newest_at: rows::parsed_option(row, 11)?,
        next_attempt_at: rows::parsed_option(row, 12)?,
        fault: rows::named_option(row, 13, Fault::ALL, Fault::as_str)?,
    })
}

fn change_gap(connection: &Connection, change: &GapChange) -> Result<()> {
    match change {
        GapChange::Open(gap) => {
            let open = connection.execute(
                "UPDATE gaps SET fault = ?2 WHERE source = ?1 AND ended_at IS NULL",
                [gap.source.as_str(), gap.fault.as_str()],
            )?;
            if open == 0 {
                connection.execute(
                    "INSERT OR REPLACE INTO gaps (source, started_at, ended_at, filled, fault) VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![
                        gap.source.as_str(),
                        gap.started_at.to_string(),
                        gap.ended_at.map(|at| at.to_string()),
                        gap.filled,
                        gap.fault.as_str(),
                    ],
                )?;
            }
        }
        GapChange::Close { source, ended_at, filled } => {
            connection.execute(
                "UPDATE gaps SET ended_at = ?2, filled = ?3 WHERE source = ?1 AND ended_at IS NULL",
                params![source.as_str(), ended_at.to_string(), filled],
            )?;
        }
    }
    Ok(())
}

/// Counts new items of one source by the hour of their publication.
pub(crate) fn count_volumes<'a>(connection: &Connection, new: impl Iterator<Item = &'a RawItem>) -> Result<()> {
    let mut hours: BTreeMap<(&SourceName, String), u32> = BTreeMap::new();
    for item in new {
        *hours.entry((&item.source, hour_of(item.published_at.unwrap_or(item.fetched_at)))).or_default() += 1;
    }
    let mut statement = connection.prepare_cached(
        "INSERT INTO volumes (source, hour, items) VALUES (?1, ?2, ?3)
         ON CONFLICT (source, hour) DO UPDATE SET items = items + excluded.items",
    )?;
    for ((source, hour), items) in hours {
        statement.execute(params![source.as_str(), hour, items])?;
    }
    Ok(())
}

fn hour_of(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H").to_string()
}
