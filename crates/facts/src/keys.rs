//! Keys: the documents behind a figure, so that a sceptic can follow every number to what it counts.

use crate::{
    Error,
    batch::Batches,
    columns::computing,
    rows::{self, numbers, texts},
    tables::{list, regencies},
};
use model::{DocumentKey, Region, Tone, Window};
use polars::prelude::{BooleanChunked, DataFrame, IntoLazy as _, NewChunkedArray as _, SortMultipleOptions, col};
use std::path::Path;

/// The columns that figures are counted by; `places` are regencies and cities, `voice` is the coverage table, `tone`
/// is the main figure. `spam` takes `true` or `false`; the others count no spam.
pub const COLUMNS: &[&str] = &[
    "agencies",
    "all",
    "complaint",
    "coverage",
    "dated",
    "kind",
    "language",
    "needs_verification",
    "places",
    "signals",
    "source",
    "spam",
    "tone",
    "topics",
    "unsure",
    "voice",
];

/// The documents of the window whose column holds the value, in the order of truth.
pub(crate) fn keys(
    folder: &Path,
    batches: &Batches,
    window: &Window,
    region: &Region,
    (column, value): (&str, &str),
    limit: usize,
) -> Result<Vec<DocumentKey>, Error> {
    if !COLUMNS.contains(&column) {
        return Err(Error::UnknownColumn { column: column.to_owned() });
    }
    let extra = match column {
        "all" | "complaint" | "coverage" | "kind" | "source" | "spam" | "tone" | "voice" => None,
        other => Some(other),
    };
    let names: Vec<&str> = ["id", "source"].into_iter().chain(extra).collect();
    let rows = rows::in_windows(folder, batches, &[*window], &names)?;
    let rows = match column {
        "spam" => rows.lazy(),
        _ => rows.lazy().filter(col("spam").not()),
    };
    let rows = rows.sort(["sequence"], SortMultipleOptions::default()).collect().map_err(computing("the documents"))?;
    let wanted: Vec<bool> = match column {
        "all" => vec![true; rows.height()],
        // The flags of tones are set for earned and public items only, as in the main figure.
        "tone" => match Tone::ALL.iter().find(|tone| tone.as_str() == value) {
            Some(tone) => flags(&rows, tone.as_str(), true)?,
            None => vec![false; rows.height()],
        },
        "complaint" | "dated" | "needs_verification" | "spam" => flags(&rows, column, value == "true")?,
        // No place at all.
        "places" if value.is_empty() => texts(&rows, column)?.iter().map(|places| places.is_empty()).collect(),
        "places" => texts(&rows, column)?.iter().map(|places| regencies(region, places).contains(value)).collect(),
        "agencies" | "signals" | "topics" | "unsure" => {
            texts(&rows, column)?.iter().map(|entries| list(entries).any(|entry| entry == value)).collect()
        }
        _ => texts(&rows, column)?.iter().map(|found| found == value).collect(),
    };
    let rows = rows
        .filter(&BooleanChunked::from_slice("wanted".into(), &wanted))
        .map_err(computing("the documents"))?
        .head(Some(limit));
    rows::document_keys(&rows)
}

fn flags(rows: &DataFrame, column: &str, wanted: bool) -> Result<Vec<bool>, Error> {
    Ok(numbers(rows, column)?.into_iter().map(|flag| (flag == 1) == wanted).collect())
}
