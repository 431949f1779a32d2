//! Public validation sets, where this machine has them: sentiment, language, abuse, headlines that need no verification.

use crate::table::Table;
use analyse::Analyser;
use anyhow::Result;
use eval::data::{self, Example, NUSAX};
use eval::score;
use model::{Analysis, VerificationStatus};
use rayon::prelude::*;
use std::path::Path;

/// Measures what the sets beside the project can tell.
pub fn measure(analyser: &Analyser, root: &Path, nlp: &Path, table: &mut Table) -> Result<()> {
    if !nlp.is_dir() {
        table.detail(format!("public sets are missing: no {}", nlp.display()));
        return Ok(());
    }
    let read = |name: &str, part: &str| data::set(name, part, "sentiment", root, nlp);
    for name in ["smsa", "idsa", "sp4n", "ikn"] {
        sentiment(analyser, table, name, &read(name, "valid")?);
    }
    let nusax = read("nusax", "valid")?;
    let mut mean = 0.0;
    let mut each = String::new();
    for (name, code) in NUSAX {
        let of: Vec<Example> =
            nusax.iter().filter(|e| e.source.starts_with(&format!("nusax_{name}."))).cloned().collect();
        let score = scores(analyser, &of);
        mean += score.macro_f1 / NUSAX.len() as f64;
        each += &format!(" {code} {:.2}", score.macro_f1);
    }
    table.add("sentiment.nusax_mean.macro_f1", mean, format!("twelve languages:{each}"));
    sentiment(analyser, table, "nusax", &nusax);
    language(analyser, table, &nusax);
    abuse(analyser, table, &data::set("hate", "valid", "abusive", root, nlp)?);
    for (name, part, kind) in [("detik5", "train", "news"), ("clickbait", "train", "news"), ("sp4n", "valid", "post")] {
        queued(analyser, table, name, kind, &read(name, part)?);
    }
    Ok(())
}

const POLARITY: [&str; 3] = ["negative", "neutral", "positive"];

fn scores(analyser: &Analyser, rows: &[Example]) -> score::Score {
    let position = |label: &str| POLARITY.iter().position(|known| *known == label).unwrap_or(1);
    let answers: Vec<(usize, f32)> = rows
        .par_iter()
        .map(|row| {
            let sentiment = analyser.analyse(&row.document).sentiment;
            sentiment.map_or((1, 0.0), |found| (position(found.label.as_str()), found.confidence))
        })
        .collect();
    let gold: Vec<usize> = rows.iter().map(|row| position(&row.labels["sentiment"][0])).collect();
    score::one_of(3, &answers, &gold)
}

fn sentiment(analyser: &Analyser, table: &mut Table, name: &str, rows: &[Example]) {
    table.add_score(&format!("sentiment.{name}"), &scores(analyser, rows), &POLARITY, true);
    let mut line = format!("sentiment.{name} by length:");
    for (length, range) in [("to 8 words", 0..9), ("9 to 20", 9..21), ("21 to 40", 21..41), ("over 40", 41..usize::MAX)]
    {
        let fits = |row: &&Example| range.contains(&row.document.text.split_whitespace().count());
        let of: Vec<Example> = rows.iter().filter(fits).cloned().collect();
        line += &format!("  {length} {:.2} (n {})", scores(analyser, &of).macro_f1, of.len());
    }
    table.detail(line);
}

/// Whole texts and windows of eight and four words; whatlang beside it, asked among the languages that it knows.
fn language(analyser: &Analyser, table: &mut Table, rows: &[Example]) {
    for (name, length) in [("whole", usize::MAX), ("8_words", 8), ("4_words", 4)] {
        let mut windows: Vec<(&str, String)> = Vec::new();
        for row in rows {
            let words: Vec<&str> = row.document.text.split_whitespace().collect();
            let code = row.labels["lang"][0].as_str();
            if length == usize::MAX {
                windows.push((code, words.join(" ")));
            } else {
                windows.extend(words.chunks_exact(length).map(|window| (code, window.join(" "))));
            }
        }
        let found: Vec<(String, &str)> = windows
            .par_iter()
            .map(|(_, text)| {
                let code =
                    analyser.analyse(&data::document("post", text)).lang.map_or_else(String::new, |lang| lang.code);
                (code, whatlang::detect(text).map_or("und", |info| info.lang().code()))
            })
            .collect();
        let right = |ours: bool| {
            let same = |((gold, _), (found, other)): &(&(&str, String), &(String, &str))| {
                if ours { gold == found } else { gold == other }
            };
            windows.iter().zip(&found).filter(same).count() as f64 / windows.len().max(1) as f64
        };
        table.add(
            format!("lang.{name}.accuracy"),
            right(true),
            format!("n {}; whatlang, all its languages: {:.3}", windows.len(), right(false)),
        );
        let mut line = format!("lang.{name}:");
        for (_, code) in NUSAX {
            let of: Vec<usize> = (0..windows.len()).filter(|at| windows[*at].0 == code).collect();
            let right = of.iter().filter(|at| found[**at].0 == code).count();
            line += &format!("  {code} {:.2}", right as f64 / of.len().max(1) as f64);
        }
        table.detail(line);
    }
}

/// The public set marks abuse more widely than our guidelines (any swear word), so that its recall is a lower bound.
fn abuse(analyser: &Analyser, table: &mut Table, rows: &[Example]) {
    let gold: Vec<usize> =
        rows.iter().map(|row| usize::from(row.labels["abusive"][0].as_bytes().get(1) == Some(&b'1'))).collect();
    let answers: Vec<(usize, f32)> =
        rows.par_iter().map(|row| (usize::from(analyser.analyse(&row.document).abusive), 0.5)).collect();
    let score = score::one_of(2, &answers, &gold);
    table.add("abusive.public.macro_f1", score.macro_f1, format!("n {}; other guidelines than ours", score.rows));
}

fn queued(analyser: &Analyser, table: &mut Table, name: &str, kind: &str, rows: &[Example]) {
    let analyse = |row: &Example| -> Analysis { analyser.analyse(&data::document(kind, &row.document.text)) };
    let queued =
        rows.par_iter().filter(|row| analyse(row).verification.status == VerificationStatus::PerluVerifikasi).count();
    table.add(
        format!("verification.{name}_wrong"),
        queued as f64 / rows.len().max(1) as f64,
        format!("n {}", rows.len()),
    );
}
