//! `fold`: the rows of some parts one after the other, so that counting costs memory for what is counted, not for rows.

use crate::{
    Error,
    batch::{self, Batches, Part},
    columns::{self, computing},
};
use model::{Coverage, DocumentKey, SourceKind, SpeechAct, Tone};
use polars::prelude::{DataFrame, PolarsError};
use std::{collections::HashMap, path::Path};

/// One document as the facts know it. Columns that were not asked for are empty.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Row<'a> {
    pub(crate) sequence: u64,
    pub(crate) source: &'a str,
    pub(crate) id: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) at: i64,
    pub(crate) dated: bool,
    pub(crate) first_seen_at: i64,
    pub(crate) language: &'a str,
    pub(crate) coverage: &'a str,
    pub(crate) tone: &'a str,
    pub(crate) topics: &'a str,
    pub(crate) places: &'a str,
    pub(crate) agencies: &'a str,
    pub(crate) speech_act: &'a str,
    pub(crate) spam: &'a str,
    pub(crate) unsure: &'a str,
    pub(crate) signals: &'a str,
    pub(crate) needs_verification: bool,
    pub(crate) author: Option<&'a str>,
}

impl Row<'_> {
    pub(crate) fn is_spam(&self) -> bool {
        !self.spam.is_empty()
    }

    pub(crate) fn is_earned(&self) -> bool {
        self.coverage == Coverage::Earned.as_str()
    }

    /// A complaint by its channel or by what it does.
    pub(crate) fn is_complaint(&self) -> bool {
        self.kind == SourceKind::Complaint.as_str() || self.speech_act == SpeechAct::Aduan.as_str()
    }

    pub(crate) fn is_public_voice(&self) -> bool {
        SourceKind::ALL.iter().any(|kind| kind.is_public_voice() && kind.as_str() == self.kind)
    }

    /// Who paid for or made it, as in `CoverageCount`.
    pub(crate) fn voice(&self) -> &'static str {
        match self.coverage {
            coverage if coverage == Coverage::Advertorial.as_str() => "advertorial",
            coverage if coverage == Coverage::Official.as_str() => "official",
            _ if self.is_public_voice() => "public",
            _ => "earned_media",
        }
    }

    pub(crate) fn tone(&self) -> Option<Tone> {
        Tone::ALL.into_iter().find(|tone| tone.as_str() == self.tone)
    }

    /// The tone where it counts in the main figure: of earned and public items only.
    pub(crate) fn earned_tone(&self) -> Option<Tone> {
        if self.is_earned() { self.tone() } else { None }
    }
}

/// Hands over every row of the wanted parts that counts, part by part, with the named columns filled.
pub(crate) fn each(
    folder: &Path,
    batches: &Batches,
    names: &[&str],
    wanted: impl Fn(&Part) -> bool,
    mut take: impl FnMut(&Row<'_>),
) -> Result<(), Error> {
    let superseded = batch::superseded(folder, batches.all())?;
    let names: Vec<&str> = ["sequence"].into_iter().chain(names.iter().copied()).collect();
    for part in batches.all().iter().flat_map(|batch| &batch.parts).filter(|part| wanted(part)) {
        let table = columns::read(folder, part, &names)?;
        each_row(&table, &names, &mut |row| {
            if !superseded.contains(&row.sequence) {
                take(row);
            }
        })
        .map_err(computing("the rows of the facts"))?;
    }
    Ok(())
}

/// The columns as iterators side by side: no row is ever built that nobody looks at.
fn each_row(table: &DataFrame, names: &[&str], take: &mut dyn FnMut(&Row<'_>)) -> Result<(), PolarsError> {
    type Texts<'a> = Box<dyn Iterator<Item = Option<&'a str>> + 'a>;
    type Numbers<'a> = Box<dyn Iterator<Item = i64> + 'a>;
    type Flags<'a> = Box<dyn Iterator<Item = bool> + 'a>;
    let text = |name: &str| -> Result<Texts<'_>, PolarsError> {
        if !names.contains(&name) {
            return Ok(Box::new(std::iter::repeat(None)));
        }
        Ok(Box::new(table.column(name)?.str()?.iter()))
    };
    let number = |name: &str| -> Result<Numbers<'_>, PolarsError> {
        if !names.contains(&name) {
            return Ok(Box::new(std::iter::repeat(0)));
        }
        Ok(Box::new(table.column(name)?.i64()?.iter().map(|value| value.unwrap_or(i64::MIN))))
    };
    let flag = |name: &str| -> Result<Flags<'_>, PolarsError> {
        if !names.contains(&name) {
            return Ok(Box::new(std::iter::repeat(false)));
        }
        Ok(Box::new(table.column(name)?.bool()?.iter().map(Option::unwrap_or_default)))
    };
    let sequences = table.column("sequence")?.u64()?;
    let (mut source, mut id, mut kind) = (text("source")?, text("id")?, text("kind")?);
    let (mut at, mut first_seen_at, mut dated) = (number("at")?, number("first_seen_at")?, flag("dated")?);
    let (mut language, mut coverage, mut tone) = (text("language")?, text("coverage")?, text("tone")?);
    let (mut topics, mut places, mut agencies) = (text("topics")?, text("places")?, text("agencies")?);
    let (mut speech_act, mut spam, mut unsure) = (text("speech_act")?, text("spam")?, text("unsure")?);
    let (mut signals, mut author) = (text("signals")?, text("author_pseudonym")?);
    let mut needs_verification = flag("needs_verification")?;
    fn next<'a>(texts: &mut Texts<'a>) -> &'a str {
        texts.next().flatten().unwrap_or_default()
    }
    for sequence in sequences.iter() {
        let row = Row {
            sequence: sequence.unwrap_or_default(),
            source: next(&mut source),
            id: next(&mut id),
            kind: next(&mut kind),
            at: at.next().unwrap_or_default(),
            dated: dated.next().unwrap_or_default(),
            first_seen_at: first_seen_at.next().unwrap_or_default(),
            language: next(&mut language),
            coverage: next(&mut coverage),
            tone: next(&mut tone),
            topics: next(&mut topics),
            places: next(&mut places),
            agencies: next(&mut agencies),
            speech_act: next(&mut speech_act),
            spam: next(&mut spam),
            unsure: next(&mut unsure),
            signals: next(&mut signals),
            needs_verification: needs_verification.next().unwrap_or_default(),
            author: author.next().flatten(),
        };
        take(&row);
    }
    Ok(())
}

/// Documents of which each belongs to one of several groups, to be found again among rows.
pub(crate) struct Among<'k>(HashMap<&'k str, HashMap<&'k str, usize>>);

impl<'k> Among<'k> {
    pub(crate) fn new(keys: impl IntoIterator<Item = (&'k DocumentKey, usize)>) -> Self {
        let mut among: HashMap<&str, HashMap<&str, usize>> = HashMap::new();
        for (key, group) in keys {
            among.entry(key.source.as_str()).or_default().insert(key.id.as_str(), group);
        }
        Self(among)
    }

    /// The group of a row's document.
    pub(crate) fn group(&self, row: &Row<'_>) -> Option<usize> {
        self.0.get(row.source)?.get(row.id).copied()
    }
}

/// The edges of windows, to find the window of a moment.
pub(crate) struct Edges(Vec<(i64, i64)>);

impl Edges {
    pub(crate) fn of<'w>(windows: impl IntoIterator<Item = &'w model::Window>) -> Self {
        let edge = |window: &model::Window| (columns::nanoseconds(window.from), columns::nanoseconds(window.to));
        Self(windows.into_iter().map(edge).collect())
    }

    /// The window of a moment; the later one where two overlap.
    pub(crate) fn position(&self, at: i64) -> Option<usize> {
        self.0.iter().rposition(|&(from, to)| from < at && at <= to)
    }

    /// True where a part may hold a document of one of the windows.
    pub(crate) fn touch(&self, part: &Part) -> bool {
        self.0.iter().any(|&(from, to)| part.at.1 > from && part.at.0 <= to)
    }
}
