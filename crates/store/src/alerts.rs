//! Alerts and their notices, kept so that no replay and no second run says anything twice.

use crate::{Result, Truth, rows};
use jiff::Timestamp;
use model::{Alert, AlertNotice};
use rusqlite::{Row, params, types::Type};

/// A notice as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredNotice {
    /// Its position, by which it is marked as sent.
    pub sequence: u64,
    /// The notice.
    pub notice: AlertNotice,
    /// When somebody carried it.
    pub sent_at: Option<Timestamp>,
}

impl Truth {
    /// Every alert, oldest first.
    pub fn alerts(&self) -> Result<Vec<Alert>> {
        let mut statement = self.connection.prepare_cached("SELECT alert FROM alerts")?;
        let rows = statement.query_map([], |row| json(row, 0))?;
        let mut alerts: Vec<Alert> = rows.collect::<rusqlite::Result<_>>()?;
        alerts.sort_by(|a, b| (a.raised_at, &a.id).cmp(&(b.raised_at, &b.id)));
        Ok(alerts)
    }

    /// Keeps alerts as they stand and the notices that leave about them, all or nothing.
    /// Gives back the notices that were not known: only these may leave.
    pub fn save_alerts(&mut self, alerts: &[Alert], notices: &[AlertNotice]) -> Result<Vec<AlertNotice>> {
        let transaction = self.connection.transaction()?;
        let mut new = Vec::new();
        {
            let mut save = transaction.prepare_cached(
                "INSERT INTO alerts (id, issue, state, raised_at, alert) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (id) DO UPDATE SET issue = excluded.issue, state = excluded.state,
                     raised_at = excluded.raised_at, alert = excluded.alert",
            )?;
            for alert in alerts {
                let raised_at = alert.raised_at.to_string();
                let json = to_json(alert);
                save.execute([alert.id.as_str(), alert.issue.as_str(), alert.state.as_str(), &raised_at, &json])?;
            }
            let mut add = transaction.prepare_cached(
                "INSERT INTO notices (alert, cause, risk, occasion, at, at_second, notice)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (alert, cause, risk, occasion) DO NOTHING",
            )?;
            for notice in notices {
                let added = add.execute(params![
                    notice.alert.id.as_str(),
                    notice.cause.as_str(),
                    notice.alert.risk.as_str(),
                    notice.occasion,
                    notice.at.to_string(),
                    notice.at.as_second(),
                    to_json(notice),
                ])?;
                if added > 0 {
                    new.push(notice.clone());
                }
            }
        }
        transaction.commit()?;
        Ok(new)
    }

    /// Notices from a moment on, oldest first.
    pub fn notices(&self, since: Timestamp) -> Result<Vec<StoredNotice>> {
        let sql = "SELECT sequence, notice, sent_at FROM notices WHERE at_second >= ?1 ORDER BY sequence";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([since.as_second()], stored)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Notices that nobody has carried yet, oldest first.
    pub fn unsent_notices(&self) -> Result<Vec<StoredNotice>> {
        let sql = "SELECT sequence, notice, sent_at FROM notices WHERE sent_at IS NULL ORDER BY sequence";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], stored)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Marks notices as carried; the first time stays. Says how many were not marked before.
    pub fn mark_sent(&mut self, sequences: &[u64], at: Timestamp) -> Result<usize> {
        let transaction = self.connection.transaction()?;
        let mut marked = 0;
        {
            let sql = "UPDATE notices SET sent_at = ?2 WHERE sequence = ?1 AND sent_at IS NULL";
            let mut statement = transaction.prepare_cached(sql)?;
            for sequence in sequences {
                marked += statement.execute(params![sequence, at.to_string()])?;
            }
        }
        transaction.commit()?;
        Ok(marked)
    }
}

fn stored(row: &Row<'_>) -> rusqlite::Result<StoredNotice> {
    Ok(StoredNotice { sequence: row.get(0)?, notice: json(row, 1)?, sent_at: rows::parsed_option(row, 2)? })
}

fn json<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    serde_json::from_str(row.get_ref(column)?.as_str()?)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into()))
}

fn to_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("texts, numbers and times always have a JSON form")
}
