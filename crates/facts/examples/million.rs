//! How long the figures of many documents take: `cargo run --release -p facts --example million [ROWS] [BATCH]`.
//!
//! Writes generated rows of seven days to a temporary folder, then counts every figure over the seven windows.
// A test that cannot go on panics, and one that is skipped says so.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::print_stdout)]

use jiff::{Timestamp, ToSpan as _, civil::date};
use model::{Coverage, Frame, FrameWindow, Place, PlaceLevel, Record, Region, SourceKind, Tone, Window};
use std::{error::Error, time::Instant};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u64>());
    let rows = arguments.next().transpose()?.unwrap_or(1_000_000);
    let batch = arguments.next().transpose()?.unwrap_or(20_000);
    let end: Timestamp = "2026-11-19T22:00:00Z".parse()?;
    let folder = tempfile::tempdir()?;
    let facts = facts::Facts::open(folder.path())?.into_facts();

    let started = Instant::now();
    let mut from = 1;
    while from <= rows {
        let to = rows.min(from + batch - 1);
        let records = (from..=to).map(|sequence| record(sequence, end)).collect::<Result<Vec<_>, _>>()?;
        facts.write(&records, from, to)?;
        from = to + 1;
    }
    let seconds = started.elapsed().as_secs_f64();
    println!("wrote {rows} rows in {seconds:.2} s, {:.0} rows/s", rows as f64 / seconds);

    let mut windows = Vec::new();
    for back in (0..7).rev() {
        let to = end.checked_sub((24 * back).hours())?;
        let window = Window { from: to.checked_sub(24.hours())?, to };
        let date = date(2026, 11, 20).checked_sub(back.days())?;
        windows.push(FrameWindow { date, window, missing_sources: Vec::new(), gap: false });
    }
    for _ in 0..3 {
        let started = Instant::now();
        let tables = facts.tables(&Frame { windows: windows.clone() }, &region())?;
        println!("{} in the last window; every figure in {:.2} s", tables.total, started.elapsed().as_secs_f64());
    }
    Ok(())
}

/// Four of five in the last window, so that it holds most of the rows.
fn record(sequence: u64, end: Timestamp) -> Result<Record, jiff::Error> {
    let dice = |salt: u64, below: u64| {
        (sequence.wrapping_add(salt).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40).wrapping_mul(salt | 1) % below
    };
    let minutes = if dice(1, 5) == 0 { dice(2, 7 * 24 * 60) } else { dice(2, 24 * 60) };
    let at = end.checked_sub((minutes as i64).minutes())?;
    Ok(Record {
        sequence,
        id: format!("d{sequence}").into(),
        source: format!("sumber-{}", dice(3, 60)).into(),
        kind: SourceKind::ALL[dice(4, 8) as usize],
        at,
        day: at.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8))).date(),
        dated: true,
        first_seen_at: at,
        lang: ["ind", "bjn", "jav"][dice(5, 3) as usize].to_owned(),
        coverage: [Coverage::Earned, Coverage::Advertorial, Coverage::Official][dice(6, 3) as usize],
        tone: Some(Tone::ALL[dice(7, 4) as usize]),
        topics: (0..dice(8, 3)).map(|salt| format!("topik-{}", dice(9 + salt, 46)).into()).collect(),
        places: (0..dice(11, 3)).map(|salt| format!("91.{:02}", dice(12 + salt, 10)).into()).collect(),
        agencies: (0..dice(14, 2)).map(|salt| format!("dinas-{}", dice(15 + salt, 40)).into()).collect(),
        author_pseudonym: Some(format!("{:064x}", dice(17, 100_000))),
        ..Record::default()
    })
}

fn region() -> Region {
    let regency = |number: u8| Place {
        code: format!("91.{number:02}").into(),
        name: String::new(),
        short: String::new(),
        level: PlaceLevel::Regency,
        parent: None,
        tile: None,
    };
    Region { places: (0..10).map(regency).collect(), ..Region::default() }
}
