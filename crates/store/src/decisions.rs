//! Decisions of people: recorded once, never edited, in the order in which they were recorded.
//!
//! A decision about a document repeats that document's latest revision under a new name in the same transaction, so
//! whatever is derived by sequence derives just that document again, as it does with every other change.

use crate::{
    Result, SealedItem, Sealer, Truth,
    decision_line::{act_json, decision_id},
    rows::{self, COLUMNS},
};
use model::{Act, Decision, DecisionId, DocumentKey};
use rusqlite::{Connection, OptionalExtension, Row, params, types::Type};
use std::collections::BTreeMap;

/// Separates a source's revision from the decision that repeats it.
const REPEATS: char = '+';

/// What became of decisions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// Decisions that were not known.
    pub recorded: u64,
    /// Decisions that were recorded before, or that only repeat what already holds.
    pub known: u64,
    /// Decisions that could not be recorded.
    pub refused: Vec<Refused>,
    /// Documents to be derived again; the last sequence of truth has moved where there is one.
    pub documents: Vec<DocumentKey>,
}

/// A decision that could not be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its position in what was handed in.
    pub position: usize,
    /// Why, as a fragment.
    pub why: String,
}

impl Truth {
    /// Records decisions, all that can be in one transaction. A decision about a document that is not there is refused.
    pub fn record_decisions(&mut self, decisions: &[Decision]) -> Result<Recorded> {
        let transaction = self.connection.transaction()?;
        let mut recorded = Recorded::default();
        // The last decision about a document names its new revision; one is enough for all of them.
        let mut documents: BTreeMap<DocumentKey, &DecisionId> = BTreeMap::new();
        for (position, decision) in decisions.iter().enumerate() {
            if is_known(&transaction, decision)? {
                recorded.known += 1;
                continue;
            }
            if let Some(why) = why_not(&transaction, &self.sealer, &decision.act)? {
                recorded.refused.push(Refused { position, why });
                continue;
            }
            insert(&transaction, decision)?;
            recorded.recorded += 1;
            if let Some(document) = decision.act.document() {
                documents.insert(document.clone(), &decision.id);
            }
        }
        for (document, decision) in &documents {
            repeat(&transaction, &self.sealer, document, decision)?;
        }
        recorded.documents = documents.into_keys().collect();
        transaction.commit()?;
        Ok(recorded)
    }

    /// Every decision, in the order in which they were recorded.
    pub fn decisions(&self) -> Result<Vec<Decision>> {
        let mut statement =
            self.connection.prepare_cached("SELECT id, at, by, reason, act FROM decisions ORDER BY sequence")?;
        let rows = statement.query_map([], read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The revisions of a document that decisions asked for: their sequences and the last decision of each.
    pub fn repeats(&self, document: &DocumentKey) -> Result<Vec<(u64, DecisionId)>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT sequence, revision FROM items WHERE source = ?1 AND id = ?2 ORDER BY sequence")?;
        let rows = statement.query_map([document.source.as_str(), document.id.as_str()], |row| {
            Ok((row.get::<_, u64>(0)?, row.get::<_, String>(1)?))
        })?;
        let revisions = rows.collect::<rusqlite::Result<Vec<_>>>()?;
        let decision =
            |revision: &str| revision.rsplit_once(REPEATS).map(|(_, decision)| DecisionId(decision.to_owned()));
        Ok(revisions.iter().filter_map(|(sequence, revision)| Some((*sequence, decision(revision)?))).collect())
    }

    /// What is wrong with the recorded decisions.
    pub(crate) fn verify_decisions(&self) -> Result<Vec<String>> {
        let mut statement =
            self.connection.prepare("SELECT id, at, by, reason, act, sequence FROM decisions ORDER BY sequence")?;
        let mut rows = statement.query([])?;
        let mut findings = Vec::new();
        while let Some(row) = rows.next()? {
            let whole = read(row).is_ok_and(|found| found.id == decision_id(&found.act, &found.by, found.at));
            if !whole {
                findings.push(format!("decision {} is not what was recorded", row.get::<_, u64>(5)?));
            }
        }
        Ok(findings)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Decision> {
    let act: String = row.get(4)?;
    Ok(Decision {
        id: DecisionId(row.get(0)?),
        at: rows::parsed(row, 1)?,
        by: row.get(2)?,
        reason: row.get(3)?,
        act: serde_json::from_str(&act)
            .map_err(|error| rusqlite::Error::FromSqlConversionFailure(4, Type::Text, error.into()))?,
    })
}

fn insert(connection: &Connection, decision: &Decision) -> Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO decisions (id, at, at_second, by, reason, act, subject, recorded_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, strftime('%Y-%m-%dT%H:%M:%SZ'))",
    )?;
    statement.execute(params![
        decision.id.as_str(),
        decision.at.to_string(),
        decision.at.as_second(),
        decision.by,
        decision.reason,
        act_json(&decision.act),
        decision.act.subject(),
    ])?;
    Ok(())
}

/// Recorded before; or a file without times, recorded again: the same person says what holds already.
fn is_known(connection: &Connection, decision: &Decision) -> Result<bool> {
    let mut same = connection.prepare_cached("SELECT 1 FROM decisions WHERE id = ?1")?;
    if same.exists([decision.id.as_str()])? {
        return Ok(true);
    }
    let mut standing = connection.prepare_cached(
        "SELECT id, at, by, reason, act FROM decisions WHERE subject = ?1 ORDER BY at_second DESC, sequence DESC LIMIT 1",
    )?;
    let standing = standing.query_row([decision.act.subject()], read).optional()?;
    Ok(standing.is_some_and(|standing| {
        standing.at <= decision.at
            && standing.by == decision.by
            && standing.act.without_anchors() == decision.act.without_anchors()
    }))
}

/// Why an act cannot be recorded, if it cannot: every document that it changes must be there and whole.
fn why_not(connection: &Connection, sealer: &Sealer, act: &Act) -> Result<Option<String>> {
    let Some(document) = act.document() else { return Ok(None) };
    if latest(connection, sealer, document)?.is_none() {
        return Ok(Some(format!("there is no document {} of {}", document.id, document.source)));
    }
    let Act::Duplicate { of: Some(of), .. } = act else { return Ok(None) };
    let mut exists = connection.prepare_cached("SELECT 1 FROM items WHERE source = ?1 AND id = ?2")?;
    let there = exists.exists([of.source.as_str(), of.id.as_str()])?;
    Ok((!there).then(|| format!("there is no document {} of {}", of.id, of.source)))
}

/// Appends the latest revision of a document once more; its name says which decision asked for it.
fn repeat(connection: &Connection, sealer: &Sealer, document: &DocumentKey, decision: &DecisionId) -> Result<()> {
    let Some((mut item, sequence, first_seen_at)) = latest(connection, sealer, document)? else { return Ok(()) };
    let revision = revision_of_source(connection, &item.revision)?;
    item.revision = format!("{revision}{REPEATS}{decision}");
    // Sealed anew: a body is bound to its revision, so that no row can take another's.
    let sealed = sealer.seal(item)?;
    rows::insert(&mut rows::prepare_insert(connection)?, &sealed, Some((sequence, first_seen_at)))?;
    Ok(())
}

/// A revision as its source named it, without the decision that repeated it.
fn revision_of_source(connection: &Connection, revision: &str) -> Result<String> {
    let mut exists = connection.prepare_cached("SELECT 1 FROM decisions WHERE id = ?1")?;
    // A source's own revision may hold the separator as well.
    Ok(match revision.rsplit_once(REPEATS) {
        Some((before, decision)) if exists.exists([decision])? => before.to_owned(),
        _ => revision.to_owned(),
    })
}

/// The latest revision, its sequence and when the first was received; `None` where it is not there or damaged.
fn latest(
    connection: &Connection,
    sealer: &Sealer,
    document: &DocumentKey,
) -> Result<Option<(model::RawItem, u64, String)>> {
    let sql = format!("SELECT {COLUMNS} FROM items WHERE source = ?1 AND id = ?2 ORDER BY sequence DESC LIMIT 1");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut found = statement.query([document.source.as_str(), document.id.as_str()])?;
    let Some(row) = found.next()? else { return Ok(None) };
    let first_seen_at = row.get(2)?;
    let Ok(rows::SealedRow { stored, body_hash, body }) = rows::read(row) else { return Ok(None) };
    let item = sealer.open(SealedItem { item: stored.item, body_hash, body });
    Ok(item.map(|item| (item, stored.sequence, first_seen_at)))
}
