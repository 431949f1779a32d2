//! `tests/eval/gold/personal_data.tsv`: how much of the marked personal data is found, and how much of what is found
//! is marked. The floors are in `tests/eval/floors.toml`. `cargo test -p text --test personal_data -- --nocapture`
//! prints the table and every miss.
//!
//! A mark is found where a span of the same kind overlaps it; beside that, every letter and digit of a marked number
//! must be inside some span (`hidden`), or the mask would leak a part of it.
// A test that cannot go on panics, and one that is skipped says so.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::print_stdout)]

use model::{PersonalDataKind as Kind, SourceKind};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The ids of the lines that the detector was never tuned on begin with this.
const HELD_OUT: char = 'h';

const KINDS: [(&str, Kind); 8] = [
    ("nik", Kind::Nik),
    ("kk", Kind::Kk),
    ("phone", Kind::Phone),
    ("email", Kind::Email),
    ("account", Kind::Account),
    ("plate", Kind::Plate),
    ("address", Kind::Address),
    ("handle", Kind::Handle),
];

#[test]
fn the_floors_hold() {
    let floors: toml::Table = std::fs::read_to_string(root().join("tests/eval/floors.toml")).unwrap().parse().unwrap();
    let floors = floors["personal_data"].as_table().unwrap();
    let lines = gold();
    let (held_out, tuned): (Vec<&Line>, Vec<&Line>) = lines.iter().partition(|line| line.id.starts_with(HELD_OUT));
    assert!(tuned.len() >= 560 && held_out.len() >= 60, "{} lines, {} held out", tuned.len(), held_out.len());

    let mut wrong = Vec::new();
    for (name, lines, prefix) in [("tuned", &tuned, ""), ("held out", &held_out, "held_out_")] {
        let scores = Scores::of(lines);
        println!("{name}, {} lines\n{}", lines.len(), scores.table());
        for (key, value) in scores.named() {
            let floor = floors.get(&format!("{prefix}{key}")).and_then(toml::Value::as_float);
            if let Some(floor) = floor.filter(|floor| value < *floor) {
                wrong.push(format!("{prefix}{key} is {value:.4}, its floor {floor}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// One line of the set, its marks taken out of the text.
struct Line {
    id: String,
    kind: SourceKind,
    text: String,
    marks: Vec<(Kind, Range<usize>)>,
}

/// What was marked, found and hidden of one kind.
#[derive(Clone, Copy, Default)]
struct Count {
    marked: usize,
    recalled: usize,
    hidden: usize,
    found: usize,
    right: usize,
}

#[derive(Default)]
struct Scores {
    kinds: BTreeMap<Kind, Count>,
}

impl Scores {
    fn of(lines: &[&Line]) -> Self {
        let mut scores = Self::default();
        for line in lines {
            let found = text::personal_data(&line.text, line.kind);
            let found: Vec<_> =
                found.iter().map(|piece| (piece.kind, piece.start as usize..piece.end as usize)).collect();
            let overlap = |a: &(Kind, Range<usize>), b: &(Kind, Range<usize>)| {
                a.0 == b.0 && a.1.start < b.1.end && b.1.start < a.1.end
            };
            for mark in &line.marks {
                let count = scores.kinds.entry(mark.0).or_default();
                let recalled = found.iter().any(|piece| overlap(piece, mark));
                // The name of a street is public, so of an address only the house is hidden.
                let hidden = line.text[mark.1.clone()].char_indices().all(|(at, c)| {
                    let at = mark.1.start + at;
                    !c.is_alphanumeric() || found.iter().any(|(_, span)| span.contains(&at))
                });
                count.marked += 1;
                count.recalled += usize::from(recalled);
                count.hidden += usize::from(hidden || (recalled && mark.0 == Kind::Address));
                if !recalled || !(hidden || mark.0 == Kind::Address) {
                    println!("{} {:?} missed: {} in {:?}", line.id, mark.0, &line.text[mark.1.clone()], line.text);
                }
            }
            for piece in &found {
                let count = scores.kinds.entry(piece.0).or_default();
                let right = line.marks.iter().any(|mark| overlap(piece, mark));
                count.found += 1;
                count.right += usize::from(right);
                if !right {
                    println!(
                        "{} {:?} not marked: {} in {:?}",
                        line.id,
                        piece.0,
                        &line.text[piece.1.clone()],
                        line.text
                    );
                }
            }
        }
        scores
    }

    fn all(&self) -> Count {
        self.kinds.values().fold(Count::default(), |sum, count| Count {
            marked: sum.marked + count.marked,
            recalled: sum.recalled + count.recalled,
            hidden: sum.hidden + count.hidden,
            found: sum.found + count.found,
            right: sum.right + count.right,
        })
    }

    /// The scores under the names that the floors have.
    fn named(&self) -> Vec<(String, f64)> {
        let all = self.all();
        let mut named = vec![
            ("recall".to_owned(), share(all.recalled, all.marked)),
            ("precision".to_owned(), share(all.right, all.found)),
            ("hidden".to_owned(), share(all.hidden, all.marked)),
        ];
        for (name, kind) in KINDS {
            let count = self.kinds.get(&kind).copied().unwrap_or_default();
            named.push((format!("{name}_recall"), share(count.recalled, count.marked)));
            named.push((format!("{name}_precision"), share(count.right, count.found)));
            named.push((format!("{name}_hidden"), share(count.hidden, count.marked)));
        }
        named
    }

    fn table(&self) -> String {
        let row = |name: &str, count: Count| {
            let Count { marked, recalled, hidden, found, right } = count;
            format!(
                "{name:8} {marked:4} marked, recall {:.4}, hidden {:.4}, {found:4} found, precision {:.4}\n",
                share(recalled, marked),
                share(hidden, marked),
                share(right, found)
            )
        };
        let kinds = KINDS.iter().map(|(name, kind)| row(name, self.kinds.get(kind).copied().unwrap_or_default()));
        kinds.collect::<String>() + &row("all", self.all())
    }
}

/// A share of nothing is whole: nothing was missed.
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

fn gold() -> Vec<Line> {
    let table = std::fs::read_to_string(root().join("tests/eval/gold/personal_data.tsv")).unwrap();
    table.lines().filter(|line| !line.starts_with('#')).skip(1).map(line).collect()
}

/// Reads one row; `⟦kind:text⟧` becomes the text and a mark.
fn line(row: &str) -> Line {
    let [id, kind, written] = row.split('\t').collect::<Vec<_>>()[..] else { panic!("id, kind, text: {row}") };
    let written = written.replace("\\n", "\n").replace("\\t", "\t");
    let (mut text, mut marks) = (String::new(), Vec::new());
    let mut parts = written.split('⟦');
    text.push_str(parts.next().unwrap());
    for part in parts {
        let (marked, after) = part.split_once('⟧').unwrap_or_else(|| panic!("{id}: a mark without an end"));
        let (name, marked) = marked.split_once(':').unwrap_or_else(|| panic!("{id}: a mark without a kind"));
        let (_, kind) = KINDS.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("{id}: {name}"));
        marks.push((*kind, text.len()..text.len() + marked.len()));
        text.push_str(marked);
        text.push_str(after);
    }
    Line { id: id.to_owned(), kind: kind.parse().unwrap(), text, marks }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
