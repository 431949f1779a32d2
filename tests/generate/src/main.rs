//! `generate COUNT [SEED [DAYS]]`: invented posts of the last week, or of so many days, as NDJSON on standard output.
//!
//! `generate scenario NAME [DAY [SEED [CURVE_FILE]]]`: weeks around a day on which something happens, as NDJSON for
//! `pesut import`; the times of its burst are those of the posts in CURVE_FILE, where one is given.

use generate::scenario::{self, Scenario};
use std::io::Write as _;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    match arguments.first().map(String::as_str) {
        Some("scenario") => {
            for (number, item) in scenario::items(&wanted(&arguments[1..])?)?.iter().enumerate() {
                writeln!(out, "{}", item.line(&format!("s{number:05}")))?;
            }
        }
        Some(count) => {
            let seed = arguments.get(1).map_or(Ok(1), |seed| seed.parse())?;
            let until = "2026-11-20T06:00:00+08:00".parse()?;
            let days = arguments.get(2).map_or(Ok(7), |days| days.parse())?;
            for line in generate::posts_over(days, seed, count.parse()?, until) {
                writeln!(out, "{line}")?;
            }
        }
        None => return Err("usage: generate COUNT [SEED [DAYS]] | scenario NAME [DAY [SEED [CURVE_FILE]]]".into()),
    }
    out.flush()?;
    Ok(())
}

/// Two ordinary weeks, then the day and two more.
fn wanted(arguments: &[String]) -> Result<Scenario, Box<dyn std::error::Error>> {
    let name = arguments.first().ok_or_else(|| format!("name a scenario: {}", scenario::names().join(", ")))?;
    let day = arguments.get(1).map_or("2026-05-19", String::as_str).parse()?;
    let seed = arguments.get(2).map_or(Ok(1), |seed| seed.parse())?;
    let curve = arguments.get(3).map(std::fs::read_to_string).transpose()?.unwrap_or_default();
    let curve = scenario::curve(curve.lines());
    Ok(Scenario { name: name.clone(), day, days_before: 14, days_after: 3, seed, curve })
}
