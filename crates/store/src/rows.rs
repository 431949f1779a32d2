//! Rows of the `items` table: how a sealed item becomes columns and comes back.

use crate::{SealedItem, truth::DamagedItem};
use model::{Author, BodyFormat, DocumentKey, Engagement, RawItem, SourceState, StoredItem};
use rusqlite::{CachedStatement, Connection, Result, Row, params, types::Type};
use std::str::FromStr;

/// The columns of a row, in the order in which [`read`] takes them.
pub(crate) const COLUMNS: &str = "sequence, replaces, first_seen_at, source, id, revision, kind, url, title, format, \
                                  charset, published_at, author_pseudonym, tags, engagement, fetched_at, withdrawn, \
                                  body_hash, body, parent";

/// A row whose texts could be read, still sealed.
pub(crate) struct SealedRow {
    /// The stored item without what is sealed.
    pub(crate) stored: StoredItem,
    pub(crate) body_hash: [u8; 32],
    pub(crate) body: Option<Vec<u8>>,
}

/// The statement that [`insert`] runs.
pub(crate) fn prepare_insert(connection: &Connection) -> Result<CachedStatement<'_>> {
    connection.prepare_cached(
        "INSERT INTO items (replaces, first_seen_at, source, id, revision, kind, url, title, format, charset,
                            published_at, author_pseudonym, tags, engagement, fetched_at, withdrawn, body_hash, body, parent)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
    )
}

/// Writes one item; `before` is the sequence of its latest revision and when the first one was received.
pub(crate) fn insert(
    statement: &mut CachedStatement<'_>,
    sealed: &SealedItem,
    before: Option<(u64, String)>,
) -> Result<()> {
    let item = &sealed.item;
    let fetched_at = item.fetched_at.to_string();
    let (replaces, first_seen_at) = match before {
        Some((sequence, first_seen_at)) => (Some(sequence), first_seen_at),
        None => (None, fetched_at.clone()),
    };
    let author = match &item.author {
        Some(Author::Pseudonym(pseudonym)) => Some(pseudonym.as_str()),
        // Sealing replaced every name.
        Some(Author::Name(_)) | None => None,
    };
    let tags = (!item.tags.is_empty()).then(|| json(&item.tags));
    let engagement = (item.engagement != Engagement::default()).then(|| json(&item.engagement));
    statement.execute(params![
        replaces,
        first_seen_at,
        item.source.as_str(),
        item.id.as_str(),
        item.revision,
        item.kind.as_str(),
        item.url,
        item.title,
        format_name(item.format),
        item.charset,
        item.published_at.map(|at| at.to_string()),
        author,
        tags,
        engagement,
        fetched_at,
        item.withdrawn,
        &sealed.body_hash[..],
        sealed.body,
        item.parent.as_ref().map(model::DocumentId::as_str),
    ])?;
    Ok(())
}

/// Reads one row of [`COLUMNS`]; an error means that some column is not what was written.
pub(crate) fn read(row: &Row<'_>) -> Result<SealedRow> {
    let item = RawItem {
        source: row.get::<_, String>(3)?.into(),
        id: row.get::<_, String>(4)?.into(),
        revision: row.get(5)?,
        kind: parsed(row, 6)?,
        url: row.get(7)?,
        title: row.get(8)?,
        body: Vec::new(),
        format: format(row, 9)?,
        charset: row.get(10)?,
        published_at: parsed_option(row, 11)?,
        author: row.get::<_, Option<String>>(12)?.map(Author::Pseudonym),
        tags: json_option(row, 13)?,
        engagement: json_option(row, 14)?,
        fetched_at: parsed(row, 15)?,
        withdrawn: row.get(16)?,
        parent: row.get::<_, Option<String>>(19)?.map(Into::into),
    };
    Ok(SealedRow {
        stored: StoredItem { sequence: row.get(0)?, replaces: row.get(1)?, first_seen_at: parsed(row, 2)?, item },
        body_hash: row.get(17)?,
        body: row.get(18)?,
    })
}

/// Names a row that [`read`] or the seal refused.
pub(crate) fn damaged(row: &Row<'_>) -> Result<DamagedItem> {
    let text =
        |column| Ok::<_, rusqlite::Error>(String::from_utf8_lossy(row.get_ref(column)?.as_bytes()?).into_owned());
    Ok(DamagedItem { sequence: row.get(0)?, key: DocumentKey { source: text(3)?.into(), id: text(4)?.into() } })
}

/// A column that holds the text form of a value.
pub(crate) fn parsed<T: FromStr>(row: &Row<'_>, column: usize) -> Result<T> {
    parsed_option(row, column)?.ok_or_else(|| unreadable(column, "nothing"))
}

/// A column that holds the text form of a value, or nothing.
pub(crate) fn parsed_option<T: FromStr>(row: &Row<'_>, column: usize) -> Result<Option<T>> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| text.parse().map_err(|_| unreadable(column, &text))).transpose()
}

/// The state of a source by its name in SQL.
pub(crate) fn state(row: &Row<'_>, column: usize) -> Result<SourceState> {
    named(row, column, SourceState::ALL, SourceState::as_str)
}

fn format_name(format: BodyFormat) -> &'static str {
    match format {
        BodyFormat::Page => "page",
        BodyFormat::Fragment => "fragment",
        BodyFormat::Text => "text",
    }
}

fn format(row: &Row<'_>, column: usize) -> Result<BodyFormat> {
    named(row, column, [BodyFormat::Page, BodyFormat::Fragment, BodyFormat::Text], format_name)
}

/// A column that holds the name of one of a few values.
pub(crate) fn named<T: Copy, const N: usize>(
    row: &Row<'_>,
    column: usize,
    all: [T; N],
    name: fn(T) -> &'static str,
) -> Result<T> {
    let text: String = row.get(column)?;
    all.into_iter().find(|value| name(*value) == text).ok_or_else(|| unreadable(column, &text))
}

/// As [`named`], or nothing.
pub(crate) fn named_option<T: Copy, const N: usize>(
    row: &Row<'_>,
    column: usize,
    all: [T; N],
    name: fn(T) -> &'static str,
) -> Result<Option<T>> {
    match row.get_ref(column)? {
        rusqlite::types::ValueRef::Null => Ok(None),
        _ => named(row, column, all, name).map(Some),
    }
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("texts and numbers always have a JSON form")
}

fn json_option<T: Default + serde::de::DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<T> {
    match row.get::<_, Option<String>>(column)? {
        None => Ok(T::default()),
        Some(text) => serde_json::from_str(&text).map_err(|_| unreadable(column, &text)),
    }
}

fn unreadable(column: usize, text: &str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, format!("unexpected \"{text}\"").into())
}
