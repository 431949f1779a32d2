//! Hours: voices by the hour for each topic or place, from which the usual volume of a weekday and hour is known.

use crate::{
    Error,
    batch::Batches,
    fold::{self, Edges},
    tables::{list, regencies},
};
use jiff::Timestamp;
use model::{Region, Window};
use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
};

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
    let edges = Edges::of([window]);
    let names = ["at", "coverage", "spam", "author_pseudonym", column];
    let mut said: HashMap<(String, i64, String), u32> = HashMap::new();
    let mut counted: BTreeMap<String, BTreeMap<i64, u32>> = BTreeMap::new();
    fold::each(
        folder,
        batches,
        &names,
        |part| edges.touch(part),
        |row| {
            if row.is_spam() || !row.is_earned() || edges.position(row.at).is_none() {
                return;
            }
            let hour = row.at.div_euclid(HOUR);
            // By source whoever speaks counts, and most rows only add to an hour that is there already.
            if by == HourlyBy::Sources {
                if let Some(hours) = counted.get_mut(row.source) {
                    *hours.entry(hour).or_default() += 1;
                } else {
                    counted.insert(row.source.to_owned(), BTreeMap::from([(hour, 1)]));
                }
                return;
            }
            let value = match by {
                HourlyBy::Topics => row.topics,
                HourlyBy::Places => row.places,
                _ => row.kind,
            };
            for key in keys(by, region, value) {
                if let Some(author) = row.author.filter(|author| !author.is_empty()) {
                    let day = hour.div_euclid(HOURS_OF_A_DAY);
                    let said = said.entry((key.clone(), day, author.to_owned())).or_default();
                    *said += 1;
                    if *said > cap {
                        continue;
                    }
                }
                *counted.entry(key).or_default().entry(hour).or_default() += 1;
            }
        },
    )?;
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
