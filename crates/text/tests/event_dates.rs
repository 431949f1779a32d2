//! `tests/cases/text/event_dates.tsv`: the day of the event of short texts. Every row must be right.
// A test that cannot go on panics, and one that is skipped says so.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::print_stdout)]

use jiff::civil::Date;
use std::path::Path;

#[test]
fn event_dates_of_every_row() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/text/event_dates.tsv");
    let table = std::fs::read_to_string(path).unwrap();
    let rows = table.lines().enumerate().filter(|(_, line)| !line.starts_with('#') && !line.is_empty()).skip(1);
    let day = |cell: &str| (cell != "-").then(|| cell.parse::<Date>().unwrap());
    let (mut count, mut wrong) = (0, Vec::new());
    for (number, row) in rows {
        let [written, published, expected] = row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("line {}: text, published_at, expected", number + 1)
        };
        count += 1;
        let found = text::dates::event_date(written, day(published), &mut Vec::new());
        if found != day(expected) {
            let found = found.map_or("-".to_owned(), |date| date.to_string());
            wrong.push(format!("{}: {written} ({published})\n  expected {expected}, found {found}", number + 1));
        }
    }
    assert!(wrong.is_empty(), "{} of {count} wrong\n{}", wrong.len(), wrong.join("\n"));
    assert!(count >= 120, "{count}");
}
