//! Hours: voices by the hour for each topic or place, from which the usual volume of a weekday and hour is known.

use crate::{
    Error,
    batch::Batches,
    columns::computing,
    rows::{self, texts},
    tables::{list, regencies},
};
use jiff::Timestamp;
use model::{Coverage, Region, Window};
use polars::prelude::{IntoLazy as _, col, lit};
use std::{collections::BTreeMap, path::Path};

/// Nanoseconds of an hour, and hours of a day.
const HOUR: i64 = 3_600_000_000_000;
const HOURS_OF_A_DAY: i64 = 24;

/// What hours are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HourlyBy {
    /// Everything as one, under the empty key.
    All,
    /// Topic ids; an item with two topics counts in both.
    Topics,
    /// Codes of regencies and cities.
    Places,
    /// Names of sources; whatever they publish counts, so that silence can be told from absence.
    Sources,
}

/// Voices in each hour (its start, UTC) that had any, oldest first.
pub type Hourly = BTreeMap<String, Vec<(Timestamp, u32)>>;

/// Counts earned and public items, spam left out (by source: everything); one account counts at most `cap` times a day under one key.
pub(crate) fn hours(
    folder: &Path,
    batches: &Batches,
    window: &Window,
    region: &Region,
    by: HourlyBy,
    cap: u32,
) -> Result<Hourly, Error> {
    let column = match by {
        HourlyBy::All => "kind",
        HourlyBy::Topics => "topics",
        HourlyBy::Places => "places",
        HourlyBy::Sources => "source",
    };
    let names: Vec<&str> = ["author_pseudonym"].into_iter().chain((by != HourlyBy::All).then_some(column)).collect();
    let rows = rows::in_windows(folder, batches, &[*window], &names)?;
    let earned = col("coverage").eq(lit(Coverage::Earned.as_str()));
    let rows = rows.lazy().filter(col("spam").not().and(earned)).collect().map_err(computing("voices by the hour"))?;
    let (values, authors) = (texts(&rows, column)?, texts(&rows, "author_pseudonym")?);
    let at = rows.column("at").and_then(|column| column.i64()).map_err(computing("times"))?;
    let mut said: BTreeMap<(String, i64, &str), u32> = BTreeMap::new();
    let mut counted: BTreeMap<String, BTreeMap<i64, u32>> = BTreeMap::new();
    for ((value, author), at) in values.iter().zip(&authors).zip(at.iter()) {
        let hour = at.unwrap_or(i64::MIN).div_euclid(HOUR);
        for key in keys(by, region, value) {
            if !author.is_empty() && by != HourlyBy::Sources {
                let said = said.entry((key.clone(), hour.div_euclid(HOURS_OF_A_DAY), author)).or_default();
                *said += 1;
                if *said > cap {
                    continue;
                }
            }
            *counted.entry(key).or_default().entry(hour).or_default() += 1;
        }
    }
    let start = |hour: i64| Timestamp::from_second(hour * 3_600).unwrap_or(Timestamp::MIN);
    let series = |hours: BTreeMap<i64, u32>| hours.into_iter().map(|(hour, voices)| (start(hour), voices)).collect();
    Ok(counted.into_iter().map(|(key, hours)| (key, series(hours))).collect())
}

fn keys(by: HourlyBy, region: &Region, value: &str) -> Vec<String> {
    match by {
        HourlyBy::All => vec![String::new()],
        HourlyBy::Sources => vec![value.to_owned()],
        HourlyBy::Topics => list(value).map(str::to_owned).collect(),
        HourlyBy::Places => regencies(region, value).into_iter().collect(),
    }
}
