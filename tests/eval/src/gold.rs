//! Our annotated texts: every head, places, agencies, and what goes to verification without cause.

use crate::table::Table;
use analyse::Analyser;
use anyhow::{Context, Result};
use eval::data;
use eval::score::{self, Score};
use model::{Analysis, Document, Spam, SpeechAct, Tone, VerificationStatus};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;
use text::{Lexicons, Reader};

/// One annotated text.
pub struct Row {
    cells: BTreeMap<String, String>,
}

impl Row {
    /// The cell of a column; empty where there is none.
    pub fn get(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }

    fn list(&self, column: &str) -> Vec<&str> {
        self.get(column).split(';').filter(|cell| !cell.is_empty() && *cell != "-").collect()
    }
}

/// Reads a file with a header line.
pub fn rows(file: &Path) -> Result<Vec<Row>> {
    let content = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let mut lines = content.lines().filter(|line| !line.starts_with("# ") && !line.is_empty());
    let header: Vec<&str> = lines.next().context("the file is empty")?.split('\t').collect();
    let row = |line: &str| Row {
        cells: header.iter().map(|name| name.to_string()).zip(line.split('\t').map(str::to_owned)).collect(),
    };
    Ok(lines.map(row).collect())
}

/// What an analysis names of one sort.
type Find<'a> = &'a dyn Fn(&Analysis) -> Vec<String>;

/// Labels of each head in the order of its confusion, with how an analysis answers.
type Answer = fn(&Analysis) -> (String, f32);

const POLARITY: [&str; 3] = ["negative", "neutral", "positive"];
const TONES: [&str; 5] = ["-", "positif", "netral", "berpotensi_negatif", "negatif"];
const ACTS: [&str; 7] = ["aduan", "aspirasi", "pertanyaan", "apresiasi", "opini", "informasi", "promosi"];
const SPAM: [&str; 5] = ["-", "gambling", "pornography", "loans", "promotion"];

fn tone(analysis: &Analysis) -> (String, f32) {
    let found = analysis.tone.as_ref();
    (
        found.map_or("-".into(), |tone| Tone::as_str(tone.label).to_owned()),
        found.and_then(|tone| tone.confidence).unwrap_or(0.5),
    )
}

/// Measures everything that the annotated texts can tell.
pub fn measure(analyser: &Analyser, lexicons: &Lexicons, root: &Path, table: &mut Table) -> Result<()> {
    let rows = rows(&root.join("tests/eval/gold/annotated.tsv"))?;
    let reader = Reader::new(std::sync::Arc::new(lexicons.clone()), jiff::tz::TimeZone::UTC)?;
    let documents: Vec<Document> =
        rows.iter().map(|row| reader.annotate(data::document(row.get("kind"), row.get("text"))).0).collect();
    let analyses: Vec<Analysis> = documents.par_iter().map(|document| analyser.analyse(document)).collect();
    let heads: [(&str, &[&str], Answer); 5] = [
        ("sentiment", &POLARITY, |a| {
            a.sentiment.as_ref().map_or(("neutral".into(), 0.0), |s| (s.label.as_str().to_owned(), s.confidence))
        }),
        ("tone", &TONES, tone),
        ("act", &ACTS, |a| (a.speech_act.map_or("informasi", SpeechAct::as_str).to_owned(), 0.5)),
        ("spam", &SPAM, |a| (a.spam.map_or("-", Spam::as_str).to_owned(), 0.5)),
        ("abusive", &["no", "yes"], |a| (if a.abusive { "yes" } else { "no" }.to_owned(), 0.5)),
    ];
    for (head, labels, answer) in heads {
        let position = |label: &str| labels.iter().position(|known| *known == label);
        let gold: Vec<Option<usize>> = rows.iter().map(|row| position(row.get(head))).collect();
        let used: Vec<usize> = (0..rows.len()).filter(|at| gold[*at].is_some()).collect();
        let pick = |of: &[usize]| -> Score {
            let answers: Vec<(usize, f32)> = of
                .iter()
                .map(|&at| {
                    let (label, confidence) = answer(&analyses[at]);
                    (position(&label).unwrap_or(0), confidence)
                })
                .collect();
            let gold: Vec<usize> = of.iter().filter_map(|at| gold[*at]).collect();
            score::one_of(labels.len(), &answers, &gold)
        };
        table.add_score(&format!("{head}.ours"), &pick(&used), labels, matches!(head, "sentiment" | "tone"));
        let odd: Vec<usize> = used.iter().copied().filter(|at| is_unseen(&rows[*at])).collect();
        table.add(format!("{head}.ours_unseen.macro_f1"), pick(&odd).macro_f1, format!("n {}", odd.len()));
        if matches!(head, "sentiment" | "tone") {
            breakdown(table, head, &rows, &used, &pick);
        }
    }
    lists(table, &rows, &analyses, lexicons);
    verification(table, &rows, &analyses);
    agreement(table, root, &rows)
}

fn breakdown(table: &mut Table, head: &str, rows: &[Row], used: &[usize], pick: &dyn Fn(&[usize]) -> Score) {
    let words = |at: &usize| rows[*at].get("text").split_whitespace().count();
    let lengths: [(&str, std::ops::Range<usize>); 4] =
        [("to 8 words", 0..9), ("9 to 20", 9..21), ("21 to 40", 21..41), ("over 40", 41..usize::MAX)];
    let mut line = format!("{head} by length:");
    for (name, range) in lengths {
        let of: Vec<usize> = used.iter().copied().filter(|at| range.contains(&words(at))).collect();
        line += &format!("  {name} {:.2} (n {})", pick(&of).macro_f1, of.len());
    }
    table.detail(line);
    for column in ["lang", "kind"] {
        let mut values: Vec<&str> = used.iter().map(|at| rows[*at].get(column)).collect();
        values.sort_unstable();
        values.dedup();
        let mut line = format!("{head} by {column}:");
        for value in values {
            let of: Vec<usize> = used.iter().copied().filter(|at| rows[*at].get(column) == value).collect();
            line += &format!("  {value} {:.2} (n {})", pick(&of).macro_f1, of.len());
        }
        table.detail(line);
    }
}

/// Texts with odd numbers: nobody looked at them while anything was mended.
fn is_unseen(row: &Row) -> bool {
    row.get("id").bytes().last().is_some_and(|digit| digit % 2 == 1)
}

/// The seat of a regency, with the regency that outlets mean by it.
const SEATS: [(&str, &str); 5] =
    [("64.01.04", "64.01"), ("64.02.06", "64.02"), ("64.03.05", "64.03"), ("64.08.04", "64.08"), ("64.09.01", "64.09")];

fn seat(code: &str) -> &str {
    SEATS.iter().find(|(seat, _)| *seat == code).map_or(code, |(_, regency)| regency)
}

/// Topics, places and agencies: any number a text.
fn lists(table: &mut Table, rows: &[Row], analyses: &[Analysis], lexicons: &Lexicons) {
    let village = |code: &str| {
        lexicons
            .region
            .places
            .iter()
            .find(|place| place.code.as_str() == code)
            .map(|place| (place.level, place.name.clone()))
    };
    let places = |analysis: &Analysis| -> Vec<String> {
        let code = |place: &model::PlaceFinding| match village(place.code.as_str()) {
            Some((model::PlaceLevel::Village, name)) => format!("desa:{}", bare(&name)),
            _ => seat(place.code.as_str()).to_owned(),
        };
        // Places outside the region are not annotated.
        let here = |place: &&model::PlaceFinding| place.code.as_str().starts_with(lexicons.region.code.as_str());
        distinct(analysis.places.iter().filter(here).map(code).collect())
    };
    let wanted = |row: &Row, column: &str| -> Vec<String> {
        let name = |cell: &&str| match cell.strip_prefix("desa:") {
            Some(village) => format!("desa:{}", bare(village)),
            None => seat(cell).to_owned(),
        };
        distinct(row.list(column).iter().map(name).collect())
    };
    let finders: [(&str, Find<'_>); 3] = [
        ("topics", &|a| a.topics.iter().map(|topic| topic.id.as_str().to_owned()).collect()),
        ("places", &places),
        ("agencies", &|a| a.agencies.iter().map(|agency| agency.id.as_str().to_owned()).collect()),
    ];
    for (column, find) in finders {
        let mut names: Vec<String> = rows.iter().flat_map(|row| wanted(row, column)).collect();
        let found: Vec<Vec<String>> = analyses.iter().map(find).collect();
        names.extend(found.iter().flatten().cloned());
        names.sort();
        names.dedup();
        let position = |name: &String| names.binary_search(name).unwrap_or(0);
        let answers: Vec<Vec<usize>> = found.iter().map(|of| of.iter().map(position).collect()).collect();
        let gold: Vec<Vec<usize>> = rows.iter().map(|row| wanted(row, column).iter().map(position).collect()).collect();
        let score = score::any_of(names.len(), &answers, &gold);
        let (precision, recall) = score.sure;
        table.add(
            format!("{column}.ours.micro_f1"),
            score.micro_f1,
            format!("n {}; precision {precision:.3}, recall {recall:.3}", score.rows),
        );
        let odd: Vec<usize> = (0..rows.len()).filter(|at| is_unseen(&rows[*at])).collect();
        let of = |all: &[Vec<usize>]| -> Vec<Vec<usize>> { odd.iter().map(|at| all[*at].clone()).collect() };
        let unseen = score::any_of(names.len(), &of(&answers), &of(&gold));
        table.add(format!("{column}.ours_unseen.micro_f1"), unseen.micro_f1, format!("n {}", odd.len()));
        if column == "topics" {
            let mut each: Vec<(f64, &String)> =
                score.f1.iter().copied().zip(&names).filter(|(f1, _)| !f1.is_nan()).collect();
            each.sort_by(|a, b| a.0.total_cmp(&b.0));
            table.add(
                "topics.ours.worst_f1",
                each.first().map_or(0.0, |(f1, _)| *f1),
                each.first().map_or("", |(_, name)| name.as_str()),
            );
            table.detail(format!(
                "\ntopics, worst first: {}",
                each.iter().map(|(f1, name)| format!("{name} {f1:.2}")).collect::<Vec<_>>().join(", ")
            ));
        }
        if std::env::var_os("SHOW").is_some_and(|show| show == *column) {
            for ((row, found), gold) in rows.iter().zip(&found).zip(&gold) {
                let gold: Vec<&String> = gold.iter().map(|at| &names[*at]).collect();
                if found.iter().any(|name| !gold.contains(&name)) || gold.iter().any(|name| !found.contains(name)) {
                    table.detail(format!("{} gold {gold:?} found {found:?}: {}", row.get("id"), row.get("text")));
                }
            }
        }
    }
}

/// Each name once: a regency and its seat are one.
fn distinct(mut names: Vec<String>) -> Vec<String> {
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names
}

/// A name without what stands before it in lists.
fn bare(name: &str) -> String {
    let lower = name.to_lowercase();
    ["desa ", "kelurahan "].iter().find_map(|before| lower.strip_prefix(before)).unwrap_or(&lower).to_owned()
}

/// Ordinary news and genuine complaints that a person would be asked to check for nothing.
fn verification(table: &mut Table, rows: &[Row], analyses: &[Analysis]) {
    for kind in ["news", "complaint"] {
        let of: Vec<usize> = (0..rows.len()).filter(|at| rows[*at].get("kind") == kind).collect();
        let queued: Vec<&str> = of
            .iter()
            .filter(|at| analyses[**at].verification.status == VerificationStatus::PerluVerifikasi)
            .map(|at| rows[*at].get("id"))
            .collect();
        table.add(
            format!("verification.ours_{kind}_wrong"),
            queued.len() as f64 / of.len().max(1) as f64,
            format!("n {}; queued: {}", of.len(), queued.join(" ")),
        );
    }
}

/// How far a second annotator agrees with the first.
fn agreement(table: &mut Table, root: &Path, rows: &[Row]) -> Result<()> {
    let second = self::rows(&root.join("tests/eval/gold/second.tsv"))?;
    let first: BTreeMap<&str, &Row> = rows.iter().map(|row| (row.get("id"), row)).collect();
    let pairs: Vec<(&Row, &Row)> = second.iter().filter_map(|row| Some((*first.get(row.get("id"))?, row))).collect();
    for column in ["sentiment", "tone", "act", "spam", "abusive", "lang"] {
        let (a, b): (Vec<&str>, Vec<&str>) = pairs.iter().map(|(a, b)| (a.get(column), b.get(column))).unzip();
        let same = a.iter().zip(&b).filter(|(a, b)| a == b).count() as f64 / a.len().max(1) as f64;
        table.add(
            format!("agreement.{column}"),
            score::kappa(&a, &b),
            format!("kappa of two annotators, n {}; same {same:.3}", pairs.len()),
        );
    }
    for column in ["topics", "places", "agencies"] {
        let count = |f: &dyn Fn(&Row, &Row) -> usize| pairs.iter().map(|(a, b)| f(a, b)).sum::<usize>() as f64;
        let both = count(&|a, b| a.list(column).iter().filter(|cell| b.list(column).contains(cell)).count());
        let all = count(&|a, b| a.list(column).len() + b.list(column).len());
        table.add(format!("agreement.{column}"), 2.0 * both / all.max(1.0), "F1 of one annotator against the other");
    }
    Ok(())
}
