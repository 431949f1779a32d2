//! What hoax signals send to a person: our own texts, and the streams of real news, complaints, reviews and replies
//! where this machine has them. A wrong alarm costs an hour of a verifier's day; a missed scam is found by its claim.

use crate::gold;
use crate::table::Table;
use analyse::Analyser;
use anyhow::{Context, Result};
use eval::data;
use model::{Document, SourceKind, VerificationStatus};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use text::{Lexicons, Reader};

/// Streams in which nearly nothing needs a check: the figure's name, the file, and the kind of item that counts.
const ORDINARY: [(&str, &str, &str); 7] = [
    ("news", "replay_a_2025-05-26_2025-06-13", "news"),
    ("complaints", "complaints_undated", "complaint"),
    ("reviews", "reviews_govapp_2022-07_2022-09", "post"),
    ("replies", "posts_mbg_replies_2025-03_2025-05", "post"),
    ("posts_ikn", "posts_ikn_2023-04_2023-06", "post"),
    ("posts", "replay_a_2025-05-26_2025-06-13", "post"),
    // Has posts of hoaxes among the others: an upper bound.
    ("posts_mbg", "replay_b_posts_2025-01-08_2025-02-28", "post"),
];

/// Measures the share that enters the queue, and which signals brought it there.
pub fn measure(
    analyser: &Analyser,
    lexicons: &Arc<Lexicons>,
    root: &Path,
    replay: &Path,
    table: &mut Table,
) -> Result<()> {
    let reader = Reader::new(lexicons.clone(), jiff::tz::TimeZone::UTC)?;
    ours(analyser, &reader, root, table)?;
    if !replay.is_dir() {
        table.detail(format!("streams are missing: no {}", replay.display()));
        return Ok(());
    }
    for (name, file, kind) in ORDINARY {
        let rows = stream(&replay.join(format!("{file}.ndjson")), kind, &reader)?;
        let queued = queue(analyser, &rows);
        table.add(
            format!("signals.false_alarm.{name}_wrong"),
            share(queued.of.len(), rows.len()),
            format!("n {}; {}", rows.len(), queued.reasons()),
        );
        queued.show(name, &rows, table);
    }
    let rows = stream(&replay.join("claim_queries.ndjson"), "post", &reader)?;
    let queued = queue(analyser, &rows);
    table.add(
        "signals.recall.claim_queries",
        share(queued.of.len(), rows.len()),
        format!("n {}; by signals alone, the rest is for claim matching; {}", rows.len(), queued.reasons()),
    );
    queued.show("claim_queries", &rows, table);
    Ok(())
}

/// Our own texts: scams and chain letters that must enter, and everything that only looks like them.
fn ours(analyser: &Analyser, reader: &Reader, root: &Path, table: &mut Table) -> Result<()> {
    let rows = gold::rows(&root.join("tests/eval/gold/signals.tsv"))?;
    let mut by_group: BTreeMap<&str, (Vec<Document>, bool)> = BTreeMap::new();
    for row in &rows {
        let document = data::document(row.get("kind"), row.get("text"));
        let document = Document { id: row.get("id").into(), ..reader.annotate(document).0 };
        let group = by_group.entry(row.get("group")).or_default();
        group.0.push(document);
        group.1 = row.get("queue") == "yes";
    }
    let mut totals = [(0, 0); 2];
    let mut unseen = [(0, 0); 2];
    for (group, (documents, wanted)) in &by_group {
        let queued = queue(analyser, documents);
        let total = &mut totals[usize::from(*wanted)];
        *total = (total.0 + queued.of.len(), total.1 + documents.len());
        let odd = &mut unseen[usize::from(*wanted)];
        odd.0 += queued.of.iter().filter(|(at, _)| is_unseen(&documents[*at])).count();
        odd.1 += documents.iter().filter(|document| is_unseen(document)).count();
        let name = if *wanted { format!("recall.ours_{group}") } else { format!("false_alarm.ours_{group}_wrong") };
        let note = format!("n {}; {}", documents.len(), queued.reasons());
        table.add(format!("signals.{name}"), share(queued.of.len(), documents.len()), note);
        queued.show_wrong(group, *wanted, documents, table);
    }
    for (suffix, [ordinary, wanted]) in [("", totals), ("_unseen", unseen)] {
        let (name, note) = (format!("signals.false_alarm.ours{suffix}_wrong"), format!("n {}", ordinary.1));
        table.add(name, share(ordinary.0, ordinary.1), note);
        table.add(format!("signals.recall.ours{suffix}"), share(wanted.0, wanted.1), format!("n {}", wanted.1));
    }
    Ok(())
}

/// Items of one kind, as a document of that kind.
fn stream(file: &Path, kind: &str, reader: &Reader) -> Result<Vec<Document>> {
    let content = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let mut found = Vec::new();
    for line in content.lines() {
        let row: serde_json::Value = serde_json::from_str(line)?;
        let text = |key: &str| row[key].as_str().map(str::to_owned);
        if row["kind"].as_str() != Some(kind) {
            continue;
        }
        let document = Document {
            id: text("id").unwrap_or_default().into(),
            kind: kind.parse().unwrap_or(SourceKind::Post),
            url: text("url"),
            title: text("title"),
            text: text("text").unwrap_or_default(),
            ..Document::default()
        };
        found.push(reader.annotate(document).0);
    }
    Ok(found)
}

/// What enters the queue: positions and the signals that each has.
struct Queued {
    of: Vec<(usize, Vec<String>)>,
}

fn queue(analyser: &Analyser, documents: &[Document]) -> Queued {
    let found = documents.par_iter().map(|document| {
        let analysis = analyser.analyse(document);
        let signals: Vec<String> = analysis.signals.into_iter().map(|signal| signal.id.0).collect();
        (analysis.verification.status == VerificationStatus::PerluVerifikasi).then_some(signals)
    });
    let found: Vec<Option<Vec<String>>> = found.collect();
    Queued { of: found.into_iter().enumerate().filter_map(|(at, signals)| Some((at, signals?))).collect() }
}

impl Queued {
    /// How many texts each signal helped in, most first.
    fn reasons(&self) -> String {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for signal in self.of.iter().flat_map(|(_, signals)| signals) {
            *counts.entry(signal).or_default() += 1;
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
        let each: Vec<String> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
        format!("queued {}: {}", self.of.len(), each.join(", "))
    }

    /// The queued texts themselves, where `SHOW=signals` asks for them.
    fn show(&self, name: &str, documents: &[Document], table: &mut Table) {
        if !shown() {
            return;
        }
        for (at, signals) in &self.of {
            table.detail(format!("{name}\t{}\t{}", signals.join("+"), line(&documents[*at])));
        }
    }

    /// Our own texts that are on the wrong side, where `SHOW=signals` asks for them.
    fn show_wrong(&self, group: &str, wanted: bool, documents: &[Document], table: &mut Table) {
        let signals = |at: usize| self.of.iter().find(|(queued, _)| *queued == at).map(|(_, signals)| signals);
        for (at, document) in documents.iter().enumerate().filter(|(_, document)| shown() && !is_unseen(document)) {
            if signals(at).is_some() != wanted {
                let signals = signals(at).map_or_else(|| "-".to_owned(), |signals| signals.join("+"));
                table.detail(format!("WRONG {group}\t{}\t{signals}\t{}", document.id, line(document)));
            }
        }
    }
}

/// Texts with odd numbers: nobody looks at them while anything is mended.
fn is_unseen(document: &Document) -> bool {
    document.id.as_str().bytes().last().is_some_and(|digit| digit % 2 == 1)
}

fn shown() -> bool {
    std::env::var_os("SHOW").is_some_and(|show| show == "signals")
}

fn line(document: &Document) -> String {
    document.full_text().chars().take(700).collect::<String>().replace('\n', " ⏎ ")
}

fn share(part: usize, all: usize) -> f64 {
    part as f64 / all.max(1) as f64
}
