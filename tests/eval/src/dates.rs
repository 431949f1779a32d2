//! The list of event dates, and the list of names that once went wrong.

use crate::table::Table;
use analyse::Analyser;
use anyhow::{Context, Result};
use jiff::civil::Date;
use std::path::Path;

/// Measures the share of right dates.
pub fn measure(root: &Path, table: &mut Table) -> Result<()> {
    let file = root.join("tests/cases/text/event_dates.tsv");
    let content = std::fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
    let lines = content.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).skip(1);
    let day = |cell: &str| -> Result<Option<Date>> { Ok(if cell == "-" { None } else { Some(cell.parse()?) }) };
    let (mut all, mut right) = (0.0, 0.0);
    for line in lines {
        let cells: Vec<&str> = line.split('\t').collect();
        let [text, published, expected] = cells[..] else { continue };
        all += 1.0;
        let found = text::dates::event_date(text, day(published)?, &mut Vec::new());
        right += f64::from(u8::from(found == day(expected)?));
    }
    table.add("event_dates.accuracy", right / f64::max(all, 1.0), format!("n {all}"));
    Ok(())
}

/// Milliseconds from nothing to the first answer, lexicons and models read included.
pub fn first_answer(root: &Path, table: &mut Table) -> Result<()> {
    let mut best = f64::MAX;
    for _ in 0..3 {
        let started = std::time::Instant::now();
        let lexicons = eval::words::with_models(&root.join("lexicons"), "kaltim")?;
        let analyser = Analyser::new(lexicons);
        let analysis = analyser.analyse(&eval::data::document("post", "air PDAM mati lagi di Samarinda"));
        assert!(analysis.lang.is_some(), "the first text has a language");
        best = best.min(started.elapsed().as_secs_f64() * 1000.0);
    }
    table.add("speed.first_answer_milliseconds", best, "files read from disk; best of three");
    Ok(())
}
