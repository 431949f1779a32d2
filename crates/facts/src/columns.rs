//! Columns: how a `Record` lies in a Parquet file.
//!
//! Lists are joined by `;`, as in the lexicon files: a column of text groups by its whole value in one pass, and the
//! few distinct values are taken apart afterwards. Times are nanoseconds since 1970 in UTC, so that the edges of
//! windows are exact.

use crate::{Error, batch::Part};
use jiff::Timestamp;
use model::Record;
use polars::prelude::{Column, DataFrame, NamedFrom as _, PolarsError, SerReader as _, Series};
use polars_io::parquet::{read::ParquetReader, write::ParquetWriter};
use std::{collections::BTreeSet, io::Cursor, path::Path};

/// What joins lists.
pub(crate) const SEPARATOR: char = ';';

/// Every column of a part.
pub(crate) const NAMES: &[&str] = &[
    "sequence",
    "source",
    "id",
    "kind",
    "url",
    "at",
    "dated",
    "published_at",
    "first_seen_at",
    "event_date",
    "language",
    "coverage",
    "sentiment",
    "tone",
    "topics",
    "places",
    "agencies",
    "programmes",
    "speech_act",
    "spam",
    "unsure",
    "signals",
    "needs_verification",
    "author_pseudonym",
    "likes",
    "shares",
    "comments",
    "views",
    "withdrawn",
];

/// Nanoseconds since 1970; times beyond the years 1677 to 2262 stay at the edge.
pub(crate) fn nanoseconds(at: Timestamp) -> i64 {
    let nanoseconds = at.as_nanosecond();
    i64::try_from(nanoseconds).unwrap_or(if nanoseconds < 0 { i64::MIN } else { i64::MAX })
}

/// One row a record.
pub(crate) fn from_records(records: &[&Record]) -> Result<DataFrame, Error> {
    fn column<'a, T, S: AsRef<[T]> + ?Sized>(name: &str, values: impl Iterator<Item = T> + 'a) -> Column
    where
        Series: polars::prelude::NamedFrom<Vec<T>, S>,
    {
        Series::new(name.into(), values.collect::<Vec<T>>()).into()
    }
    fn joined<T: AsRef<str>>(values: &[T]) -> String {
        values.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(&SEPARATOR.to_string())
    }
    let each = || records.iter();
    let columns = vec![
        column("sequence", each().map(|r| r.sequence)),
        column("source", each().map(|r| r.source.as_str())),
        column("id", each().map(|r| r.id.as_str())),
        column("kind", each().map(|r| r.kind.as_str())),
        column("url", each().map(|r| r.url.as_deref())),
        column("at", each().map(|r| nanoseconds(r.at))),
        column("dated", each().map(|r| r.dated)),
        column("published_at", each().map(|r| r.published_at.map(nanoseconds))),
        column("first_seen_at", each().map(|r| nanoseconds(r.first_seen_at))),
        column("event_date", each().map(|r| r.event_date.map(|date| date.to_string()))),
        column("language", each().map(|r| r.lang.as_str())),
        column("coverage", each().map(|r| r.coverage.as_str())),
        column("sentiment", each().map(|r| r.sentiment.map(|sentiment| sentiment.as_str()))),
        column("tone", each().map(|r| r.tone.map(|tone| tone.as_str()))),
        column("topics", each().map(|r| joined(&r.topics))),
        column("places", each().map(|r| joined(&r.places))),
        column("agencies", each().map(|r| joined(&r.agencies))),
        column("programmes", each().map(|r| joined(&r.programmes))),
        column("speech_act", each().map(|r| r.speech_act.map(|act| act.as_str()))),
        column("spam", each().map(|r| r.spam.map(|spam| spam.as_str()))),
        column("unsure", each().map(|r| joined(&r.unsure))),
        column("signals", each().map(|r| joined(&r.signals.iter().map(|signal| &signal.id).collect::<Vec<_>>()))),
        column("needs_verification", each().map(|r| r.needs_verification())),
        column("author_pseudonym", each().map(|r| r.author_pseudonym.as_deref())),
        column("likes", each().map(|r| r.engagement.likes)),
        column("shares", each().map(|r| r.engagement.shares)),
        column("comments", each().map(|r| r.engagement.comments)),
        column("views", each().map(|r| r.engagement.views)),
        column("withdrawn", each().map(|r| r.withdrawn)),
    ];
    DataFrame::new(records.len(), columns).map_err(computing("facts rows"))
}

/// One row a sequence.
pub(crate) fn from_sequences(sequences: BTreeSet<u64>) -> Result<DataFrame, Error> {
    let sequences = Series::new("sequence".into(), Vec::from_iter(sequences));
    DataFrame::new(sequences.len(), vec![sequences.into()]).map_err(computing("superseded rows"))
}

/// The sequences of a table.
pub(crate) fn sequences(rows: &DataFrame) -> Result<Vec<u64>, Error> {
    let column = rows.column("sequence").and_then(|column| column.u64()).map_err(computing("sequences"))?;
    Ok(column.iter().flatten().collect())
}

/// A table as the bytes of a Parquet file.
pub(crate) fn encode(rows: &mut DataFrame) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(rows).map_err(computing("facts file"))?;
    Ok(bytes)
}

/// The wanted columns of a part, which is checked first.
pub(crate) fn read(folder: &Path, part: &Part, names: &[&str]) -> Result<DataFrame, Error> {
    let bytes = part.bytes(folder)?;
    ParquetReader::new(Cursor::new(bytes))
        .with_columns(Some(names.iter().map(|&name| name.to_owned()).collect()))
        .finish()
        .map_err(|error| Error::Damaged { path: folder.join(&part.path), reason: error.to_string() })
}

/// Smallest and largest value of a column of times; an empty range where there is no such column or no row.
pub(crate) fn range(rows: &DataFrame, column: &str) -> (i64, i64) {
    let times = rows.column(column).and_then(|column| column.i64());
    let Ok(times) = times else { return (i64::MAX, i64::MIN) };
    times.iter().flatten().fold((i64::MAX, i64::MIN), |(low, high), at| (low.min(at), high.max(at)))
}

/// Names the figure in an error of the data frames.
pub(crate) fn computing(what: &'static str) -> impl FnOnce(PolarsError) -> Error {
    move |source| Error::Compute { what, source }
}
