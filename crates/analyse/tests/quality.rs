//! Measured quality on public validation sets, with floors. Nothing is tuned on anything called test.
// A test that cannot go on panics, and one that is skipped says so.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::print_stdout)]

mod common;

use analyse::Analyser;
use model::{Document, Polarity, SourceKind};
use std::collections::BTreeMap;

/// Rows of a `label<TAB>text` file.
fn rows(name: &str) -> Option<Vec<(String, String)>> {
    let content = std::fs::read_to_string(common::shared()?.join("nlp").join(name)).ok()?;
    Some(
        content
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once('\t'))
            .map(|(label, text)| (label.into(), text.into()))
            .collect(),
    )
}

fn document(text: &str) -> Document {
    Document { text: text.to_owned(), kind: SourceKind::Post, ..Document::default() }
}

/// Macro-F1 of the sentiment, with the confusion printed.
fn macro_f1(analyser: &Analyser, name: &str) -> Option<f64> {
    let rows = rows(name)?;
    let documents: Vec<_> = rows.iter().map(|(_, text)| document(text)).collect();
    let mut confusion: BTreeMap<(String, &str), usize> = BTreeMap::new();
    let mut confidence = 0.0;
    for ((gold, text), analysis) in rows.iter().zip(analyser.analyse_batch(&documents)) {
        let sentiment = analysis.sentiment.expect("every text has one");
        let found = sentiment.label.as_str();
        confidence += f64::from(sentiment.confidence) / rows.len() as f64;
        *confusion.entry((gold.clone(), found)).or_default() += 1;
        if std::env::var_os("SHOW").is_some() && gold != found {
            eprintln!("{gold} as {found}: {text}");
        }
    }
    let labels = [Polarity::Negative, Polarity::Neutral, Polarity::Positive].map(Polarity::as_str);
    let count = |gold: Option<&str>, found: Option<&str>| -> f64 {
        let fits = |(g, f): &(String, &str)| gold.is_none_or(|gold| g == gold) && found.is_none_or(|found| *f == found);
        confusion.iter().filter(|(key, _)| fits(key)).map(|(_, count)| *count as f64).sum()
    };
    let f1 = labels.map(|label| {
        2.0 * count(Some(label), Some(label)) / (count(Some(label), None) + count(None, Some(label))).max(1.0)
    });
    let accuracy = labels.iter().map(|label| count(Some(label), Some(label))).sum::<f64>() / rows.len() as f64;
    let mean = f1.iter().sum::<f64>() / 3.0;
    eprintln!(
        "{name}: n {}, accuracy {accuracy:.3} at mean confidence {confidence:.3}, macro-F1 {mean:.3}, F1 {f1:.2?}, {confusion:?}",
        rows.len()
    );
    Some(mean)
}

#[test]
fn sentiment_keeps_its_floor() {
    for (name, floor) in [
        ("smsa.valid.tsv", 0.68),
        ("nusax_indonesian.valid.tsv", 0.76),
        ("nusax_javanese.valid.tsv", 0.68),
        ("nusax_banjarese.valid.tsv", 0.65),
    ] {
        let Some(measured) = macro_f1(&common::ANALYSER, name) else { continue };
        assert!(measured >= floor, "{name}: {measured:.3} < {floor}");
    }
}

#[test]
fn language_keeps_its_floor() {
    for (name, code, floor) in [
        ("indonesian", "ind", 0.95),
        ("javanese", "jav", 0.92),
        ("banjarese", "bjn", 0.88),
        ("sundanese", "sun", 0.85),
        ("buginese", "bug", 0.68),
        ("madurese", "mad", 0.45),
        ("minangkabau", "min", 0.70),
        ("balinese", "ban", 0.65),
        ("acehnese", "ace", 0.88),
        ("toba_batak", "bbc", 0.82),
        ("ngaju", "nij", 0.75),
        ("english", "eng", 0.95),
    ] {
        let Some(rows) = rows(&format!("nusax_{name}.valid.tsv")) else { continue };
        let mut found: BTreeMap<String, usize> = BTreeMap::new();
        for (_, text) in &rows {
            let code = common::ANALYSER.analyse(&document(text)).lang.expect("always given").code;
            *found.entry(code).or_default() += 1;
        }
        let share = found.get(code).copied().unwrap_or(0) as f64 / rows.len() as f64;
        eprintln!("{name}: {share:.2} {found:?}");
        assert!(share >= floor, "{name}: {share:.2} < {floor}");
    }
}
