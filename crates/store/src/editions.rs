//! Briefs as people read them: the draft that was last built, and the editions that somebody answers for.
//!
//! An edition is written once. What is sent is made of it alone, so it is what was approved, however late it leaves.

use crate::{Error, Result, Truth, rows};
use jiff::Timestamp;
use model::{Brief, BriefId, BriefState, Edition};
use rusqlite::{Connection, OptionalExtension, Row, params, types::Type};

/// Of JSON with much repetition this packs a brief to a tenth in a few milliseconds.
const LEVEL: i32 = 6;
/// A brief of five thousand stories has a few megabytes; nothing above this was written by us.
const BRIEF_BYTES_MAX: usize = 256 << 20;

/// A draft as it was last built.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// When.
    pub built_at: Timestamp,
    /// Hash of its content.
    pub hash: String,
    /// The brief.
    pub content: Brief,
}

/// Names the content of a brief: sixteen digits that change with every word and figure, but not with the way that the
/// brief has come: nobody has to approve that it was approved.
pub fn content_hash(brief: &Brief) -> String {
    let mut bare = brief.clone();
    bare.header.state = BriefState::Draf;
    bare.header.status.clear();
    bare.header.workflow.clear();
    let mut hasher = blake3::Hasher::new_derive_key("pesut 2026 content of briefs");
    hasher.update(&json(&bare));
    hasher.finalize().to_hex()[..16].to_owned()
}

impl Truth {
    /// Keeps a draft in place of the one before; gives back the hash of its content.
    pub fn save_draft(&mut self, brief: &Brief, at: Timestamp) -> Result<String> {
        let hash = content_hash(brief);
        self.connection.execute(
            "INSERT INTO drafts (brief, built_at, hash, content) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (brief) DO UPDATE SET built_at = excluded.built_at, hash = excluded.hash,
                 content = excluded.content",
            params![brief.header.id.as_str(), at.to_string(), hash, packed(brief)?],
        )?;
        Ok(hash)
    }

    /// The draft of a brief as it was last built.
    pub fn draft(&self, brief: &BriefId) -> Result<Option<Draft>> {
        read_draft(&self.connection, brief)
    }

    /// Keeps an edition for good; false where the same one was kept before.
    pub fn save_edition(&mut self, edition: &Edition) -> Result<bool> {
        let content = packed(&edition.content)?;
        let added = self.connection.execute(
            "INSERT INTO editions (brief, edition, at, at_second, by, hash, content, seal)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (brief, edition, hash) DO NOTHING",
            params![
                edition.brief.as_str(),
                edition.edition,
                edition.at.to_string(),
                edition.at.as_second(),
                edition.by,
                edition.hash,
                content,
                seal(&content)
            ],
        )?;
        Ok(added > 0)
    }

    /// Every edition of a brief, in the order in which they were kept.
    pub fn editions(&self, brief: &BriefId) -> Result<Vec<Edition>> {
        let sql = "SELECT brief, edition, at, by, hash, content FROM editions WHERE brief = ?1 ORDER BY sequence";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([brief.as_str()], edition)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Every approved edition from a moment on, oldest first.
    pub fn editions_since(&self, since: Timestamp) -> Result<Vec<Edition>> {
        let sql = "SELECT brief, edition, at, by, hash, content FROM editions
                   WHERE at_second >= ?1 AND edition > 0 ORDER BY sequence";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([since.as_second()], edition)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// What is wrong with the kept editions.
    pub(crate) fn verify_editions(&self) -> Result<Vec<String>> {
        let sql = "SELECT brief, edition, at, by, hash, content, seal FROM editions ORDER BY sequence";
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        let mut findings = Vec::new();
        while let Some(row) = rows.next()? {
            let content = row.get_ref(5)?.as_bytes().unwrap_or_default();
            let sealed = seal(content) == row.get_ref(6)?.as_str().unwrap_or_default();
            if !sealed || edition(row).is_err() {
                let (brief, number) = (row.get::<_, String>(0)?, row.get::<_, u16>(1)?);
                findings.push(format!("edition {number} of {brief} is not what was approved"));
            }
        }
        Ok(findings)
    }
}

pub(crate) fn read_draft(connection: &Connection, brief: &BriefId) -> Result<Option<Draft>> {
    let sql = "SELECT built_at, hash, content FROM drafts WHERE brief = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let read =
        |row: &Row<'_>| Ok(Draft { built_at: rows::parsed(row, 0)?, hash: row.get(1)?, content: unpacked(row, 2)? });
    Ok(statement.query_row([brief.as_str()], read).optional()?)
}

fn edition(row: &Row<'_>) -> rusqlite::Result<Edition> {
    Ok(Edition {
        brief: row.get::<_, String>(0)?.into(),
        edition: row.get(1)?,
        at: rows::parsed(row, 2)?,
        by: row.get(3)?,
        hash: row.get(4)?,
        content: unpacked(row, 5)?,
    })
}

fn seal(content: &[u8]) -> String {
    blake3::hash(content).to_hex().to_string()
}

fn json(brief: &Brief) -> Vec<u8> {
    serde_json::to_vec(brief).expect("texts, numbers and times always have a JSON form")
}

fn packed(brief: &Brief) -> Result<Vec<u8>> {
    zstd::bulk::compress(&json(brief), LEVEL).map_err(|error| Error::Seal {
        source_name: "brief".to_owned(),
        id: brief.header.id.to_string(),
        reason: error.to_string(),
    })
}

fn unpacked(row: &Row<'_>, column: usize) -> rusqlite::Result<Brief> {
    let bad = |error: Box<dyn std::error::Error + Send + Sync>| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Blob, error)
    };
    let bytes = row.get_ref(column)?.as_blob()?;
    let json = zstd::stream::decode_all(std::io::Read::take(bytes, BRIEF_BYTES_MAX as u64));
    serde_json::from_slice(&json.map_err(|error| bad(error.into()))?).map_err(|error| bad(error.into()))
}
