//! What left the house, to whom, and what became of it; and what the schedule has done.
//!
//! A delivery goes `pending → sending → sent`, or back to `pending` with a later moment, or ends as `given_up`. Each
//! step is durable when the call returns and is written in a log that nobody edits. Whoever finds `sending` after a
//! start does not know how it ended, and sends again under the same name.

use crate::{Draft, Error, Result, Truth, editions::read_draft, rows};
use jiff::{Timestamp, civil::DateTime};
use model::{BriefId, Delivery, DeliveryKey, DeliveryState};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};
use std::collections::BTreeSet;
use std::path::Path;

const COLUMNS: &str =
    "message, channel, recipient, brief, state, attempts, created_at, changed_at, next_at, receipt, fault";

/// One line of the log of deliveries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryEvent {
    /// Which delivery.
    pub key: DeliveryKey,
    /// When.
    pub at: Timestamp,
    /// What: `queued`, `begun`, `sent`, `failed`, `given_up`, `superseded`, `reopened`.
    pub event: String,
    /// The name on the way.
    pub receipt: Option<String>,
    /// Why, or what was left out.
    pub detail: Option<String>,
}

/// Something that the operator was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorNotice {
    /// Names the matter: each is told once.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// In one line.
    pub subject: String,
    /// What happened and how to go on.
    pub text: String,
}

/// True where a delivery may be tried at a moment. A moment that lies before its last change was told by another
/// clock, which ran ahead: nothing waits for that.
pub fn is_due(delivery: &Delivery, now: Timestamp) -> bool {
    match delivery.state {
        DeliveryState::Sending => true,
        DeliveryState::Pending => delivery.next_at.is_none_or(|next| next <= now) || delivery.changed_at > now,
        DeliveryState::Sent | DeliveryState::GivenUp => false,
    }
}

impl Truth {
    /// Puts deliveries in the ledger that are not there yet; says how many were not.
    pub fn queue_deliveries(&mut self, keys: &[DeliveryKey], brief: Option<&BriefId>, now: Timestamp) -> Result<usize> {
        let transaction = self.connection.transaction()?;
        let mut queued = 0;
        for key in keys {
            let added = transaction
                .prepare_cached(
                    "INSERT INTO deliveries (message, channel, recipient, brief, state, created_at, changed_at)
                     VALUES (?1, ?2, ?3, ?4, 'pending', ?5, ?5) ON CONFLICT (message, channel, recipient) DO NOTHING",
                )?
                .execute(params![
                    key.message,
                    key.channel,
                    key.recipient,
                    brief.map(BriefId::as_str),
                    now.to_string()
                ])?;
            if added > 0 {
                log(&transaction, key, now, "queued", None, None)?;
                queued += 1;
            }
        }
        transaction.commit()?;
        Ok(queued)
    }

    /// One delivery.
    pub fn delivery(&self, key: &DeliveryKey) -> Result<Option<Delivery>> {
        let sql = format!("SELECT {COLUMNS} FROM deliveries WHERE message = ?1 AND channel = ?2 AND recipient = ?3");
        let mut statement = self.connection.prepare_cached(&sql)?;
        Ok(statement.query_row([&key.message, &key.channel, &key.recipient], read).optional()?)
    }

    /// The deliveries of a message.
    pub fn deliveries_of(&self, message: &str) -> Result<Vec<Delivery>> {
        self.deliveries_where("message = ?1", message)
    }

    /// The deliveries of every edition of a brief.
    pub fn deliveries_of_brief(&self, brief: &BriefId) -> Result<Vec<Delivery>> {
        self.deliveries_where("brief = ?1", brief.as_str())
    }

    /// Deliveries that are neither sent nor given up.
    pub fn open_deliveries(&self) -> Result<Vec<Delivery>> {
        self.deliveries_where("state IN ('pending', 'sending') AND ?1 = ''", "")
    }

    fn deliveries_where(&self, condition: &str, value: &str) -> Result<Vec<Delivery>> {
        let sql = format!("SELECT {COLUMNS} FROM deliveries WHERE {condition} ORDER BY message, channel, recipient");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map([value], read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Writes down that a delivery is about to be handed over under a name; false where it may not be.
    pub fn begin_delivery(&mut self, key: &DeliveryKey, receipt: Option<&str>, now: Timestamp) -> Result<bool> {
        let Some(delivery) = self.delivery(key)? else { return Ok(false) };
        if !is_due(&delivery, now) {
            return Ok(false);
        }
        let transaction = self.connection.transaction()?;
        transaction.execute(
            "UPDATE deliveries SET state = 'sending', attempts = attempts + 1, changed_at = ?4, next_at = NULL,
                 receipt = coalesce(?5, receipt)
             WHERE message = ?1 AND channel = ?2 AND recipient = ?3",
            params![key.message, key.channel, key.recipient, now.to_string(), receipt],
        )?;
        // A second start without an end: the program was stopped in between, and nobody knows how it ended.
        let detail = (delivery.state == DeliveryState::Sending).then_some("again, the end of the last try is unknown");
        log(&transaction, key, now, "begun", receipt, detail)?;
        transaction.commit()?;
        Ok(true)
    }

    /// Writes down that the other side has taken it.
    pub fn delivery_sent(
        &mut self,
        key: &DeliveryKey,
        receipt: Option<&str>,
        notes: &[String],
        now: Timestamp,
    ) -> Result<()> {
        let notes = (!notes.is_empty()).then(|| notes.join("; "));
        self.end(key, "sent", "sent", (receipt, notes.as_deref(), None), now)
    }

    /// Writes down that it failed, and when it is tried again; `None` gives it up.
    pub fn delivery_failed(
        &mut self,
        key: &DeliveryKey,
        fault: &str,
        next_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<()> {
        match next_at {
            Some(_) => self.end(key, "pending", "failed", (None, Some(fault), next_at), now),
            None => self.end(key, "given_up", "given_up", (None, Some(fault), None), now),
        }
    }

    /// Ends what waits of a message because another takes its place; what is on its way or sent stays as it is.
    pub fn supersede_deliveries(&mut self, message: &str, why: &str, now: Timestamp) -> Result<usize> {
        let waiting: Vec<Delivery> =
            self.deliveries_of(message)?.into_iter().filter(|one| one.state == DeliveryState::Pending).collect();
        for delivery in &waiting {
            self.end(&delivery.key, "given_up", "superseded", (None, Some(why), None), now)?;
        }
        Ok(waiting.len())
    }

    /// Lets what was given up, or waits for its time, be tried now; says how many.
    pub fn reopen_deliveries(&mut self, message: &str, channel: &str, now: Timestamp) -> Result<usize> {
        let transaction = self.connection.transaction()?;
        let mut reopened = 0;
        {
            let sql = format!(
                "SELECT {COLUMNS} FROM deliveries WHERE message = ?1 AND channel = ?2
                 AND (state = 'given_up' OR state = 'pending' AND next_at IS NOT NULL)"
            );
            let mut statement = transaction.prepare_cached(&sql)?;
            let found = statement.query_map([message, channel], read)?.collect::<rusqlite::Result<Vec<_>>>()?;
            for delivery in found {
                reopened += transaction
                    .prepare_cached(
                        "UPDATE deliveries SET state = 'pending', attempts = 0, next_at = NULL, changed_at = ?4
                         WHERE message = ?1 AND channel = ?2 AND recipient = ?3",
                    )?
                    .execute(params![message, channel, delivery.key.recipient, now.to_string()])?;
                log(&transaction, &delivery.key, now, "reopened", None, delivery.fault.as_deref())?;
            }
        }
        transaction.commit()?;
        Ok(reopened)
    }

    fn end(
        &mut self,
        key: &DeliveryKey,
        state: &str,
        event: &str,
        (receipt, detail, next_at): (Option<&str>, Option<&str>, Option<Timestamp>),
        now: Timestamp,
    ) -> Result<()> {
        let transaction = self.connection.transaction()?;
        transaction.execute(
            "UPDATE deliveries SET state = ?4, changed_at = ?5, next_at = ?6, receipt = coalesce(?7, receipt), fault = ?8
             WHERE message = ?1 AND channel = ?2 AND recipient = ?3 AND state <> 'sent'",
            params![
                key.message,
                key.channel,
                key.recipient,
                state,
                now.to_string(),
                next_at.map(|next| next.to_string()),
                receipt,
                detail
            ],
        )?;
        log(&transaction, key, now, event, receipt, detail)?;
        transaction.commit()?;
        Ok(())
    }

    /// What happened to the deliveries of a message, in order.
    pub fn delivery_log(&self, message: &str) -> Result<Vec<DeliveryEvent>> {
        let sql = "SELECT message, channel, recipient, at, event, receipt, detail FROM delivery_log
                   WHERE message = ?1 ORDER BY sequence";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([message], |row| {
            Ok(DeliveryEvent {
                key: key(row)?,
                at: rows::parsed(row, 3)?,
                event: row.get(4)?,
                receipt: row.get(5)?,
                detail: row.get(6)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Writes down that a planned time of a job was served; false where it was before.
    pub fn record_occasion(&mut self, job: &str, planned: DateTime, outcome: &str, now: Timestamp) -> Result<bool> {
        let added = self.connection.execute(
            "INSERT INTO occasions (job, planned, done_at, outcome) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (job, planned) DO NOTHING",
            params![job, planned.to_string(), now.to_string(), outcome],
        )?;
        Ok(added > 0)
    }

    /// Writes down how a planned time of a job ended.
    pub fn finish_occasion(&mut self, job: &str, planned: DateTime, outcome: &str) -> Result<()> {
        self.connection.execute(
            "UPDATE occasions SET outcome = ?3 WHERE job = ?1 AND planned = ?2",
            params![job, planned.to_string(), outcome],
        )?;
        Ok(())
    }

    /// Planned times whose outcome is this one, oldest first.
    pub fn occasions_that(&self, outcome: &str) -> Result<Vec<(String, DateTime)>> {
        let sql = "SELECT job, planned FROM occasions WHERE outcome = ?1 ORDER BY planned, job";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([outcome], |row| Ok((row.get(0)?, rows::parsed(row, 1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Every planned time that was served, by job.
    pub fn occasions(&self) -> Result<BTreeSet<(String, DateTime)>> {
        read_occasions(&self.connection)
    }

    /// The latest planned time of a job that was served, with how it ended.
    pub fn last_occasion(&self, job: &str) -> Result<Option<(DateTime, String)>> {
        read_last_occasion(&self.connection, job)
    }

    /// Keeps something that the operator is to be told; false where this was told before.
    pub fn note_for_operator(&mut self, notice: &OperatorNotice) -> Result<bool> {
        let added = self.connection.execute(
            "INSERT INTO operator_notices (id, at, subject, text) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO NOTHING",
            params![notice.id, notice.at.to_string(), notice.subject, notice.text],
        )?;
        Ok(added > 0)
    }

    /// What the operator was told under a name.
    pub fn operator_notice(&self, id: &str) -> Result<Option<OperatorNotice>> {
        let sql = "SELECT id, at, subject, text FROM operator_notices WHERE id = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let read = |row: &Row<'_>| {
            Ok(OperatorNotice { id: row.get(0)?, at: rows::parsed(row, 1)?, subject: row.get(2)?, text: row.get(3)? })
        };
        Ok(statement.query_row([id], read).optional()?)
    }
}

/// Truth for whoever only wants to look; another process may own the data directory.
pub struct TruthView {
    connection: Option<Connection>,
}

impl TruthView {
    /// As [`Truth::draft`].
    pub fn draft(&self, brief: &BriefId) -> Result<Option<Draft>> {
        self.connection.as_ref().map_or(Ok(None), |connection| read_draft(connection, brief))
    }

    /// Opens it for reading; an empty one where there is nothing yet.
    pub fn open(data: &Path) -> Result<Self> {
        let path = crate::DataDir::truth_in(data);
        if !path.exists() {
            return Ok(Self { connection: None });
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&path, flags).map_err(Error::open(&path))?;
        let version: usize = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        // Before the first run of this version nothing was ever planned.
        Ok(Self { connection: (version >= 4).then_some(connection) })
    }

    /// As [`Truth::occasions`].
    pub fn occasions(&self) -> Result<BTreeSet<(String, DateTime)>> {
        self.connection.as_ref().map_or_else(|| Ok(BTreeSet::new()), read_occasions)
    }

    /// As [`Truth::last_occasion`].
    pub fn last_occasion(&self, job: &str) -> Result<Option<(DateTime, String)>> {
        self.connection.as_ref().map_or(Ok(None), |connection| read_last_occasion(connection, job))
    }
}

fn read_occasions(connection: &Connection) -> Result<BTreeSet<(String, DateTime)>> {
    let mut statement = connection.prepare_cached("SELECT job, planned FROM occasions")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, rows::parsed(row, 1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn read_last_occasion(connection: &Connection, job: &str) -> Result<Option<(DateTime, String)>> {
    let sql = "SELECT planned, outcome FROM occasions WHERE job = ?1 ORDER BY planned DESC LIMIT 1";
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.query_row([job], |row| Ok((rows::parsed(row, 0)?, row.get(1)?))).optional()?)
}

fn log(
    connection: &Connection,
    key: &DeliveryKey,
    at: Timestamp,
    event: &str,
    receipt: Option<&str>,
    detail: Option<&str>,
) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO delivery_log (message, channel, recipient, at, event, receipt, detail)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![key.message, key.channel, key.recipient, at.to_string(), event, receipt, detail])?;
    Ok(())
}

fn key(row: &Row<'_>) -> rusqlite::Result<DeliveryKey> {
    Ok(DeliveryKey { message: row.get(0)?, channel: row.get(1)?, recipient: row.get(2)? })
}

fn read(row: &Row<'_>) -> rusqlite::Result<Delivery> {
    let states = [DeliveryState::Pending, DeliveryState::Sending, DeliveryState::Sent, DeliveryState::GivenUp];
    Ok(Delivery {
        key: key(row)?,
        brief: row.get::<_, Option<String>>(3)?.map(BriefId),
        state: rows::named(row, 4, states, DeliveryState::as_str)?,
        attempts: row.get(5)?,
        created_at: rows::parsed(row, 6)?,
        changed_at: rows::parsed(row, 7)?,
        next_at: rows::parsed_option(row, 8)?,
        receipt: row.get(9)?,
        fault: row.get(10)?,
    })
}
