//! Rows: the documents of some windows, each once, with the flags that figures are sums of.

use crate::{
    Error,
    batch::{self, Batches, Part},
    columns::{self, computing, nanoseconds},
};
use jiff::Timestamp;
use model::{Coverage, DocumentKey, SourceKind, SpeechAct, Tone, Window};
use polars::prelude::{
    Column, DataFrame, DataType, Expr, IntoLazy as _, LazyFrame, NULL, NamedFrom as _, Series, SortMultipleOptions,
    UnionArgs, col, concat, lit, when,
};
use std::path::Path;

/// What every figure needs; callers add the columns that they group by.
const BASE: &[&str] = &["sequence", "kind", "at", "coverage", "tone", "speech_act", "spam"];

/// The documents of the windows, without superseded ones.
///
/// Besides the columns asked for it has `window` (position in `windows`), `spam` (true or false), `voice` (who paid
/// for or made it, as in `CoverageCount`), `complaint`, and one flag for each tone that is set for earned and public
/// items only: the main figure.
pub(crate) fn in_windows(
    folder: &Path,
    batches: &Batches,
    windows: &[Window],
    names: &[&str],
) -> Result<DataFrame, Error> {
    let edges: Vec<(i64, i64)> = windows.iter().map(|w| (nanoseconds(w.from), nanoseconds(w.to))).collect();
    let wanted = |part: &Part| edges.iter().any(|&(from, to)| part.at.1 > from && part.at.0 <= to);
    let names: Vec<&str> = BASE.iter().chain(names).copied().collect();
    let window = edges.iter().enumerate().fold(lit(NULL), |other, (position, &(from, to))| {
        when(between("at", from, to)).then(lit(position as i32)).otherwise(other)
    });
    let is = |column: &str, value: &str| col(column).eq(lit(value));
    let voice = when(is("coverage", Coverage::Advertorial.as_str()))
        .then(lit("advertorial"))
        .when(is("coverage", Coverage::Official.as_str()))
        .then(lit("official"))
        .when(any(SourceKind::ALL.iter().filter(|kind| kind.is_public_voice()).map(|kind| is("kind", kind.as_str()))))
        .then(lit("public"))
        .otherwise(lit("earned_media"));
    let complaint = is("kind", SourceKind::Complaint.as_str())
        .or(is("speech_act", SpeechAct::Aduan.as_str()).fill_null(lit(false)));
    let earned = is("coverage", Coverage::Earned.as_str());
    let mut derived = vec![col("spam").is_not_null(), voice.alias("voice"), complaint.alias("complaint")];
    derived.extend(
        Tone::ALL.map(|tone| earned.clone().and(is("tone", tone.as_str()).fill_null(lit(false))).alias(tone.as_str())),
    );
    current(folder, batches, &names, wanted)?
        .with_column(window.cast(DataType::Int32).alias("window"))
        .filter(col("window").is_not_null())
        .with_columns(derived)
        .collect()
        .map_err(computing("the documents of the windows"))
}

/// Documents that were received in a stretch of time but stand in no window of the frame's last day, without spam:
/// undated ones that count before it, and dated ones from before the whole frame.
///
/// Dated ones inside the frame are not late: a first run brings a week at once, and the trend shows them where they belong.
pub(crate) fn late(
    folder: &Path,
    batches: &Batches,
    frame: (Timestamp, Timestamp),
    received: Window,
) -> Result<DataFrame, Error> {
    let (from, to) = (nanoseconds(received.from), nanoseconds(received.to));
    let (start, last) = (nanoseconds(frame.0), nanoseconds(frame.1));
    let wanted = |part: &Part| part.first_seen.1 > from && part.first_seen.0 <= to && part.at.0 <= last;
    let before = col("at").lt_eq(lit(start)).or(col("dated").not().and(col("at").lt_eq(lit(last))));
    current(folder, batches, &["sequence", "id", "source", "at", "dated", "first_seen_at", "spam"], wanted)?
        .filter(between("first_seen_at", from, to).and(before).and(col("spam").is_null()))
        .sort(["sequence"], SortMultipleOptions::default())
        .collect()
        .map_err(computing("late documents"))
}

/// Every document that counts, with its sequence.
pub(crate) fn all(folder: &Path, batches: &Batches) -> Result<DataFrame, Error> {
    current(folder, batches, &["sequence", "id", "source"], |_| true)?.collect().map_err(computing("the documents"))
}

/// Who published a row's document and its id there.
pub(crate) fn document_keys(rows: &DataFrame) -> Result<Vec<DocumentKey>, Error> {
    let (sources, ids) = (texts(rows, "source")?, texts(rows, "id")?);
    Ok(sources.into_iter().zip(ids).map(|(source, id)| DocumentKey { source: source.into(), id: id.into() }).collect())
}

/// The wanted parts without superseded documents.
fn current(
    folder: &Path,
    batches: &Batches,
    names: &[&str],
    wanted: impl Fn(&Part) -> bool,
) -> Result<LazyFrame, Error> {
    let superseded = batch::superseded(folder, batches.all())?;
    let superseded = Series::new("superseded".into(), Vec::from_iter(superseded));
    let mut parts = Vec::new();
    for part in batches.all().iter().flat_map(|batch| &batch.parts).filter(|part| wanted(part)) {
        parts.push(columns::read(folder, part, names)?.lazy());
    }
    if parts.is_empty() {
        parts.push(columns::from_records(&[])?.lazy().select(names.iter().map(|&name| col(name)).collect::<Vec<_>>()));
    }
    let rows = concat(parts, UnionArgs::default()).map_err(computing("facts rows"))?;
    Ok(rows.filter(col("sequence").is_in(lit(superseded).implode(false), false).not()))
}

/// After `from`, up to and including `to`.
fn between(column: &str, from: i64, to: i64) -> Expr {
    col(column).gt(lit(from)).and(col(column).lt_eq(lit(to)))
}

fn any(conditions: impl Iterator<Item = Expr>) -> Expr {
    conditions.reduce(Expr::or).unwrap_or(lit(false))
}

/// A column of counts as numbers.
pub(crate) fn numbers(table: &DataFrame, column: &str) -> Result<Vec<u32>, Error> {
    let column = column_of(table, column)?.cast(&DataType::UInt32).map_err(computing("counts"))?;
    Ok(column.u32().map_err(computing("counts"))?.iter().map(Option::unwrap_or_default).collect())
}

/// The positions in truth.
pub(crate) fn sequences(table: &DataFrame) -> Result<Vec<u64>, Error> {
    let column = column_of(table, "sequence")?.cast(&DataType::UInt64).map_err(computing("sequences"))?;
    Ok(column.u64().map_err(computing("sequences"))?.iter().map(Option::unwrap_or_default).collect())
}

/// A column of text.
pub(crate) fn texts(table: &DataFrame, column: &str) -> Result<Vec<String>, Error> {
    let column = column_of(table, column)?.str().map_err(computing("keys"))?;
    Ok(column.iter().map(|value| value.unwrap_or_default().to_owned()).collect())
}

fn column_of<'a>(table: &'a DataFrame, column: &str) -> Result<&'a Column, Error> {
    table.column(column).map_err(computing("a column"))
}
