//! `tests/cases/analyse/names.tsv`: places and agencies of short texts, ordinary ones and traps. Every row must be right.
//! The rules for what is expected are those of `tests/eval/GUIDELINES.md`.
// A test that cannot go on panics, and one that is skipped says so.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::print_stdout)]

mod common;

use common::{ANALYSER, LEXICONS};
use model::{Document, PlaceLevel, SourceKind};

#[test]
fn places_and_agencies_of_every_row() {
    let table = std::fs::read_to_string(common::root().join("tests/cases/analyse/names.tsv")).expect("is there");
    let rows = table.lines().enumerate().filter(|(_, line)| !line.starts_with('#') && !line.is_empty()).skip(1);
    let (mut count, mut wrong) = (0, Vec::new());
    for (number, row) in rows {
        let [text, places, agencies] = row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("line {}: text, places, agencies", number + 1)
        };
        count += 1;
        let found = found(text);
        let expected = (cells(places), cells(agencies));
        if found != expected {
            wrong.push(format!("{}: {text}\n  expected {expected:?}\n  found    {found:?}", number + 1));
        }
    }
    assert!(wrong.is_empty(), "{} of {count} wrong\n{}", wrong.len(), wrong.join("\n"));
    assert!(count >= 250, "{count}");
}

fn cells(cell: &str) -> Vec<String> {
    let mut cells: Vec<String> = cell.split(';').filter(|part| *part != "-").map(str::to_owned).collect();
    cells.sort();
    cells
}

/// Places of the region, villages by name, and agencies, both sorted.
fn found(text: &str) -> (Vec<String>, Vec<String>) {
    let (title, text) = match text.split_once(" || ") {
        Some((title, text)) => (Some(title.to_owned()), text),
        None => (None, text),
    };
    let document = Document { title, text: text.to_owned(), kind: SourceKind::Post, ..Document::default() };
    let analysis = ANALYSER.analyse(&document);
    let region = &LEXICONS.region;
    let of_region = analysis.places.iter().filter(|place| place.code.as_str().starts_with(region.code.as_str()));
    let places = of_region.map(|place| match region.place(&place.code) {
        Some(village) if village.level == PlaceLevel::Village => format!("desa:{}", village.name),
        _ => place.code.to_string(),
    });
    let mut places: Vec<String> = places.collect();
    let mut agencies: Vec<String> = analysis.agencies.iter().map(|agency| agency.id.to_string()).collect();
    places.sort();
    agencies.sort();
    (places, agencies)
}

#[test]
fn every_name_of_the_registers_is_found() {
    let region = &LEXICONS.region;
    let mut wrong = Vec::new();
    let own = |place: &&model::Place| place.code.as_str().starts_with(region.code.as_str());
    for place in region.places.iter().filter(own) {
        let texts = match (place.level, region.regency_of(&place.code)) {
            (PlaceLevel::Village, Some(regency)) => {
                vec![format!("Warga Desa {} di {} mengeluh.", place.name, regency.name)]
            }
            (PlaceLevel::District, Some(regency)) => vec![
                format!("Warga {} mengeluh.", place.name),
                format!("warga {} mengeluh", place.name.to_lowercase()),
                format!("Polsek {} menangkap pencuri di {}.", place.short, regency.short),
            ],
            _ => vec![format!("Warga {} mengeluh.", place.name), format!("Warga {} mengeluh.", place.short)],
        };
        let expected = match place.level {
            PlaceLevel::Village => format!("desa:{}", place.name),
            _ => place.code.to_string(),
        };
        // Two villages of one regency may share a name; then nobody can say which.
        let twins = region.places.iter().filter(|other| {
            other.name == place.name && region.regency_of(&other.code) == region.regency_of(&place.code)
        });
        let ambiguous = place.level == PlaceLevel::Village && twins.count() > 1;
        wrong.extend(
            texts
                .into_iter()
                .filter(|text| !ambiguous && !found(text).0.contains(&expected))
                .map(|text| format!("{expected}: {text}")),
        );
    }
    for agency in &region.agencies {
        // Three letters mean too many things to stand alone.
        for name in [&agency.name, &agency.short].into_iter().filter(|name| name.len() > 3) {
            let text = format!("{name} menggelar rapat.");
            if !found(&text).1.contains(&agency.id.to_string()) {
                wrong.push(format!("{}: {text}", agency.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}
