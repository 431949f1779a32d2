//! `Tables`: every figure of a brief, as sums over groups of rows.

use crate::{
    Error,
    batch::Batches,
    columns::{SEPARATOR, computing},
    rows::{self, numbers, texts},
};
use jiff::Timestamp;
use model::{
    CountRow, Coverage, DayRow, Frame, PlaceCode, PlaceLevel, Region, SourceKind, SourceName, SourceRow, Tables, Tone,
    ToneCount, Window,
};
use polars::prelude::{DataFrame, DataType, Expr, IntoLazy as _, col, lit};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// Columns that figures group by or sum up, beyond those that every figure needs.
const COLUMNS: &[&str] =
    &["source", "dated", "topics", "places", "agencies", "language", "unsure", "signals", "needs_verification"];

/// Counts everything over the frame's windows; the last window is the one reported.
pub(crate) fn tables(folder: &Path, batches: &Batches, frame: &Frame, region: &Region) -> Result<Tables, Error> {
    let Some(last) = frame.windows.last() else { return Ok(Tables::default()) };
    let windows: Vec<Window> = frame.windows.iter().map(|window| window.window).collect();
    let rows = with_flags(rows::in_windows(folder, batches, &windows, COLUMNS)?, windows.len() as i32 - 1)?;
    let days = days(&rows, frame)?;
    let spam = sums(&rows, &[("spam", col("spam").and(col("now")))])?["spam"];
    let rows = rows.lazy().filter(col("spam").not()).collect().map_err(computing("documents without spam"))?;

    // A window without any data is not a window with zero items.
    let previous_known = days.iter().rev().nth(1).is_some_and(|day| day.total.is_some());
    let count = |column: &str, split: &dyn Fn(&str) -> Vec<String>| count(&rows, column, split, previous_known);
    let whole = |value: &str| vec![value.to_owned()];
    let listed = |value: &str| list(value).map(str::to_owned).collect::<Vec<_>>();
    let regencies = |value: &str| regencies(region, value).into_iter().collect::<Vec<_>>();

    let sources = sources(&rows, windows.len())?;
    let places = count("places", &regencies)?;
    let seen: BTreeSet<&str> = places.iter().map(|row| row.key.as_str()).collect();
    let places_without_data = region
        .places
        .iter()
        .filter(|place| place.level == PlaceLevel::Regency && !seen.contains(place.code.as_str()))
        .map(|place| place.code.0.clone())
        .collect::<BTreeSet<_>>();
    let spoke: Vec<&SourceRow> = sources.iter().filter(|source| source.count > 0).collect();
    let totals = sums(&rows, &totals_wanted())?;
    let tone = |voice: &str| tone_of(&totals, voice);
    Ok(Tables {
        window: last.window,
        total: totals["total"],
        previous_total: previous_known.then_some(totals["previous_total"]),
        outlets: outlets(&rows)?,
        sources_spoke: spoke.len() as u32,
        spam,
        undated: totals["undated"],
        // When the brief's day ends is the caller's to know; see `Facts::late`.
        late: 0,
        unsure: count("unsure", &listed)?.iter().find(|row| row.key == "tone").map_or(0, |row| row.count),
        needs_verification: totals["needs_verification"],
        tone: tone("earned"),
        tone_advertorial: tone("advertorial"),
        tone_official: tone("official"),
        coverage: in_order(count("voice", &whole)?, &["earned_media", "advertorial", "official", "public"]),
        kinds: in_order(count("kind", &whole)?, &SourceKind::ALL.map(SourceKind::as_str))
            .into_iter()
            .filter(|row| row.count > 0 || row.previous.unwrap_or(0) > 0)
            .collect(),
        topics: most_frequent(count("topics", &listed)?),
        without_place: totals["without_place"],
        agencies: most_frequent(count("agencies", &listed)?),
        languages: most_frequent(count("language", &whole)?),
        signals: most_frequent(count("signals", &listed)?),
        places,
        sources,
        days,
        places_without_data: places_without_data.into_iter().collect(),
    })
}

/// The entries of a joined list.
pub(crate) fn list(value: &str) -> impl Iterator<Item = &str> {
    value.split(SEPARATOR).filter(|entry| !entry.is_empty())
}

/// The regencies and cities in which the places of a joined list lie, each once.
pub(crate) fn regencies(region: &Region, places: &str) -> BTreeSet<String> {
    list(places)
        .filter_map(|code| region.regency_of(&PlaceCode::from(code)))
        .map(|place| place.code.0.clone())
        .collect()
}

/// Adds `now` and `before`, and limits every flag that is only reported for the last window to it.
fn with_flags(rows: DataFrame, last: i32) -> Result<DataFrame, Error> {
    let now = col("window").eq(lit(last));
    let mut flags = vec![now.clone().alias("now"), col("window").eq(lit(last - 1)).alias("before")];
    flags.push(now.clone().and(col("complaint")).alias("complaint_now"));
    flags.extend(Tone::ALL.map(|tone| now.clone().and(col(tone.as_str())).alias(flag_now(tone))));
    rows.lazy().with_columns(flags).collect().map_err(computing("flags"))
}

fn flag_now(tone: Tone) -> String {
    format!("{}_now", tone.as_str())
}

/// Figures of one row each, by name.
fn totals_wanted() -> Vec<(String, Expr)> {
    let now = |condition: Expr| col("now").and(condition);
    let mut wanted = vec![
        ("total".to_owned(), col("now")),
        ("previous_total".to_owned(), col("before")),
        ("undated".to_owned(), now(col("dated").not())),
        ("needs_verification".to_owned(), now(col("needs_verification"))),
        ("without_place".to_owned(), now(col("places").eq(lit("")))),
    ];
    for coverage in [Coverage::Earned, Coverage::Advertorial, Coverage::Official] {
        for tone in Tone::ALL {
            let both = col("coverage").eq(lit(coverage.as_str())).and(col("tone").eq(lit(tone.as_str())));
            wanted.push((format!("{}/{}", coverage.as_str(), tone.as_str()), now(both)));
        }
    }
    wanted
}

fn tone_of(totals: &BTreeMap<String, u32>, coverage: &str) -> ToneCount {
    let mut count = ToneCount::default();
    for tone in Tone::ALL {
        *count.get_mut(tone) = totals[&format!("{coverage}/{}", tone.as_str())];
    }
    count
}

/// How many rows meet each condition.
fn sums(rows: &DataFrame, wanted: &[(impl AsRef<str>, Expr)]) -> Result<BTreeMap<String, u32>, Error> {
    let expressions: Vec<Expr> =
        wanted.iter().map(|(name, condition)| condition.clone().sum().alias(name.as_ref())).collect();
    let table = rows.clone().lazy().select(expressions).collect().map_err(computing("totals"))?;
    wanted
        .iter()
        .map(|(name, _)| Ok((name.as_ref().to_owned(), numbers(&table, name.as_ref())?.first().copied().unwrap_or(0))))
        .collect()
}

/// Counts by the values of a column, in the order of the keys; `split` takes a stored value apart into its keys.
///
/// A key without items in the last two windows is kept with zeros: something was heard of it in the frame.
fn count(
    rows: &DataFrame,
    column: &str,
    split: &dyn Fn(&str) -> Vec<String>,
    previous_known: bool,
) -> Result<Vec<CountRow>, Error> {
    let flags: Vec<String> =
        ["now", "before", "complaint_now"].map(str::to_owned).into_iter().chain(Tone::ALL.map(flag_now)).collect();
    let table = rows
        .clone()
        .lazy()
        .group_by([col(column)])
        .agg(flags.iter().map(|flag| col(flag).sum()).collect::<Vec<_>>())
        .collect()
        .map_err(computing("counts"))?;
    let values = texts(&table, column)?;
    let flags = flags.iter().map(|flag| numbers(&table, flag)).collect::<Result<Vec<_>, _>>()?;
    let mut counted: BTreeMap<String, CountRow> = BTreeMap::new();
    for (position, value) in values.iter().enumerate() {
        for key in split(value) {
            let row = counted.entry(key).or_default();
            row.count += flags[0][position];
            row.previous = previous_known.then(|| row.previous.unwrap_or(0) + flags[1][position]);
            row.complaints += flags[2][position];
            for (tone, counts) in Tone::ALL.into_iter().zip(&flags[3..]) {
                *row.tone.get_mut(tone) += counts[position];
            }
        }
    }
    Ok(counted.into_iter().map(|(key, row)| CountRow { key, ..row }).collect())
}

/// Exactly these keys, in this order; zeros where nothing was counted.
fn in_order(rows: Vec<CountRow>, keys: &[&str]) -> Vec<CountRow> {
    let previous = rows.iter().any(|row| row.previous.is_some()).then_some(0);
    let mut rows: BTreeMap<String, CountRow> = rows.into_iter().map(|row| (row.key.clone(), row)).collect();
    keys.iter()
        .map(|&key| {
            rows.remove(key).unwrap_or_else(|| CountRow { key: key.to_owned(), previous, ..CountRow::default() })
        })
        .collect()
}

/// The keys that occur in the last window, most frequent first.
fn most_frequent(mut rows: Vec<CountRow>) -> Vec<CountRow> {
    rows.retain(|row| row.count > 0);
    rows.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.key.cmp(&b.key)));
    rows
}

fn outlets(rows: &DataFrame) -> Result<u32, Error> {
    let outlet = [SourceKind::News, SourceKind::Broadcast].map(|kind| col("kind").eq(lit(kind.as_str())));
    let [news, broadcast] = outlet;
    let table = rows
        .clone()
        .lazy()
        .filter(col("now").and(news.or(broadcast)))
        .select([col("source").n_unique().cast(DataType::UInt32)])
        .collect()
        .map_err(computing("outlets"))?;
    Ok(numbers(&table, "source")?.first().copied().unwrap_or(0))
}

/// Every source that spoke in any window, most frequent first; its kind is the one that it has most often.
fn sources(rows: &DataFrame, windows: usize) -> Result<Vec<SourceRow>, Error> {
    let last = windows as u32 - 1;
    let earned = col("coverage").eq(lit(Coverage::Earned.as_str()));
    let mut sums = vec![
        col("at").len().alias("items"),
        col("coverage").eq(lit(Coverage::Advertorial.as_str())).sum().alias("advertorial"),
        col("at").max(),
    ];
    sums.extend(Tone::ALL.map(|tone| earned.clone().and(col(tone.as_str())).sum().alias(tone.as_str())));
    let table = rows
        .clone()
        .lazy()
        .group_by([col("source"), col("kind"), col("window")])
        .agg(sums)
        .collect()
        .map_err(computing("sources"))?;
    let (names, kinds) = (texts(&table, "source")?, texts(&table, "kind")?);
    let (window, items) = (numbers(&table, "window")?, numbers(&table, "items")?);
    let advertorial = numbers(&table, "advertorial")?;
    let at = table.column("at").and_then(|column| column.i64()).map_err(computing("times"))?;
    let at: Vec<i64> = at.iter().map(|at| at.unwrap_or(i64::MIN)).collect();
    let tones = Tone::ALL.iter().map(|tone| numbers(&table, tone.as_str())).collect::<Result<Vec<_>, _>>()?;

    #[derive(Default)]
    struct Spoke {
        items: BTreeMap<u32, u32>,
        kinds: BTreeMap<SourceKind, u32>,
        advertorial: u32,
        last_at: Option<i64>,
        tone: ToneCount,
    }
    let mut found: BTreeMap<&str, Spoke> = BTreeMap::new();
    for (row, name) in names.iter().enumerate() {
        let spoke = found.entry(name).or_default();
        *spoke.items.entry(window[row]).or_default() += items[row];
        *spoke.kinds.entry(kinds[row].parse().unwrap_or_default()).or_default() += items[row];
        spoke.last_at = spoke.last_at.max(Some(at[row]));
        if window[row] == last {
            spoke.advertorial += advertorial[row];
            for (tone, counts) in Tone::ALL.into_iter().zip(&tones) {
                *spoke.tone.get_mut(tone) += counts[row];
            }
        }
    }
    let mut sources: Vec<SourceRow> = found
        .into_iter()
        .map(|(name, spoke)| {
            let in_window = |window: Option<u32>| window.and_then(|w| spoke.items.get(&w)).copied().unwrap_or(0);
            SourceRow {
                source: SourceName::from(name),
                // The first of the most frequent kinds, in the order of the kinds.
                kind: spoke
                    .kinds
                    .iter()
                    .rev()
                    .max_by_key(|(_, items)| **items)
                    .map(|(&kind, _)| kind)
                    .unwrap_or_default(),
                count: in_window(Some(last)),
                advertorial: spoke.advertorial,
                previous: in_window(last.checked_sub(1)),
                last_at: timestamp(spoke.last_at.unwrap_or(i64::MIN)),
                active_windows: spoke.items.keys().filter(|&&window| window < last).count() as u32,
                tone: spoke.tone,
            }
        })
        .collect();
    sources.sort_by(|a, b| (b.count, b.previous, &a.source).cmp(&(a.count, a.previous, &b.source)));
    Ok(sources)
}

fn timestamp(nanoseconds: i64) -> Timestamp {
    Timestamp::from_nanosecond(nanoseconds.into()).expect("64 bits of nanoseconds lie within the years of a timestamp")
}

/// One row a window, oldest first; no total where nothing at all is known of the window.
fn days(rows: &DataFrame, frame: &Frame) -> Result<Vec<DayRow>, Error> {
    let counted = col("spam").not();
    let mut sums = vec![counted.clone().sum().alias("items")];
    sums.push(col("source").filter(counted.clone()).n_unique().alias("sources"));
    sums.extend(Tone::ALL.map(|tone| counted.clone().and(col(tone.as_str())).sum().alias(tone.as_str())));
    let table = rows.clone().lazy().group_by([col("window")]).agg(sums).collect().map_err(computing("days"))?;
    let (window, items, sources) = (numbers(&table, "window")?, numbers(&table, "items")?, numbers(&table, "sources")?);
    let tones = Tone::ALL.iter().map(|tone| numbers(&table, tone.as_str())).collect::<Result<Vec<_>, _>>()?;
    let mut days: Vec<DayRow> = frame
        .windows
        .iter()
        .map(|window| DayRow { date: window.date, total: None, tone: ToneCount::default(), sources: 0 })
        .collect();
    for (row, &window) in window.iter().enumerate() {
        let position = window as usize;
        if frame.windows[position].gap {
            continue;
        }
        let day = &mut days[position];
        day.total = Some(items[row]);
        day.sources = sources[row];
        for (tone, counts) in Tone::ALL.into_iter().zip(&tones) {
            *day.tone.get_mut(tone) = counts[row];
        }
    }
    Ok(days)
}
