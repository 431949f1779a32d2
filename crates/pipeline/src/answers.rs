//! What an open office can be asked: issues, briefs, and whether everything agrees.

use crate::frame::{self, Coverage};
use crate::{Error, Office, Progress, collecting};
use issues::Grouping;
use jiff::civil::Date;
use model::{Brief, DocumentKey, Frame, Issue, Record, SourceHealth, Window};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Records that are loaded for one frame at most. A week of a province is tens of thousands.
const FRAME_RECORDS_MAX: usize = 2_000_000;

/// Clippings that a brief may choose its references from.
const CLIPPINGS_MAX: usize = 600;

/// Documents listed behind one figure.
const EXPLAIN_MAX: usize = 10_000;

/// Issues with the frame that they were looked at in.
pub struct IssueReport {
    /// Windows, with their gaps.
    pub frame: Frame,
    /// Issues, stories, copies.
    pub grouping: Grouping,
    /// The records they were grouped from, oldest first.
    pub records: Vec<Record>,
}

/// Whether truth, index and facts agree.
#[derive(Debug, Serialize)]
pub struct Verification {
    /// Documents in truth that are not withdrawn.
    pub truth: u64,
    /// Documents in the index.
    pub index: u64,
    /// Documents in the facts.
    pub facts: u64,
    /// What is wrong, one sentence each.
    pub problems: Vec<String>,
}

impl Office {
    /// Issues of the week up to `date`, or over all documents where no date is given.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn issues(&self, date: Option<Date>) -> Result<IssueReport, Error> {
        let cut_off = self.brief_options.cut_off_time();
        let mut records = match date {
            Some(date) => {
                let frame = frame::frame(date, cut_off, &self.zone);
                self.index.searcher().records(span(&frame).as_ref(), FRAME_RECORDS_MAX)?
            }
            None => self.index.searcher().records(None, FRAME_RECORDS_MAX)?,
        };
        records.sort_by_cached_key(|record| (record.at, record.key()));
        let last = records.last().map_or_else(|| self.clock.now(), |record| record.at);
        let date = date.unwrap_or_else(|| frame::date_of(last, cut_off, &self.zone));
        let mut frame = frame::frame(date, cut_off, &self.zone);
        let coverage = self.coverage(&frame)?;
        frame::mark_gaps(&mut frame, &records, &coverage);
        let grouping = issues::group(&records, &frame, &self.lexicons.region, &self.issue_options);
        Ok(IssueReport { frame, grouping, records })
    }

    /// Composes the brief of a local date.
    ///
    /// # Errors
    /// Index or facts cannot be read.
    pub fn brief(&self, date: Date, progress: &dyn Progress) -> Result<Brief, Error> {
        let task = progress.begin("brief", Some(3));
        let IssueReport { frame, grouping, records } = self.issues(Some(date))?;
        task.advance(1);
        let late = self.late(date, &frame)?;
        let mut tables = self.facts.tables(&frame, &self.lexicons.region)?;
        tables.late = late.len() as u32;
        task.advance(1);
        let window = frame.windows.last().map(|last| last.window).unwrap_or_default();
        let (mut clippings, clippings_total) = clippings(window, &records, &grouping);
        for key in late.iter().take(CLIPPINGS_MAX) {
            clippings.extend(self.index.searcher().get(key)?);
        }
        let options = &self.brief_options;
        let options = brief::Options {
            title: options.title.clone(),
            classification: options.classification.clone(),
            prepared_by: options.prepared_by.clone(),
            fictional: self.fictional,
            version: format!("pesut {} · leksikon {}", env!("CARGO_PKG_VERSION"), self.lexicons.version),
            ..brief::Options::default()
        };
        let brief = brief::compose(&brief::Input {
            region: &self.lexicons.region,
            frame: &frame,
            tables: &tables,
            issues: &grouping.issues,
            stories: grouping.stories,
            copies: grouping.copies,
            health: &self.health()?,
            gaps: &self.coverage(&frame)?.gaps,
            clippings: &clippings,
            clippings_total,
            claims: &[],
            fact_checks: &[],
            options: &options,
        });
        task.advance(1);
        Ok(brief)
    }

    /// Items received for the brief of a date that none of its figures counts: from the start of its window to the end
    /// of its local day, so that a brief built again at noon also lists what came in since the morning.
    fn late(&self, date: Date, frame: &Frame) -> Result<Vec<DocumentKey>, Error> {
        let Some(window) = frame.windows.last().map(|last| last.window) else { return Ok(Vec::new()) };
        let end = date.tomorrow().ok().and_then(|next| next.to_zoned(self.zone.clone()).ok());
        let received = Window { from: window.from, to: end.map_or(window.to, |end| end.timestamp()) };
        let mut late = self.facts.late(frame, received)?;
        late.sort();
        Ok(late)
    }

    /// Sources of the last run with their state.
    ///
    /// # Errors
    /// Truth cannot be read.
    pub fn health(&self) -> Result<Vec<SourceHealth>, Error> {
        let mut health = self.truth.health()?;
        // A source that the pipeline no longer names is neither expected nor missed.
        if let Some(named) = &self.named_sources {
            health.retain(|health| named.contains(&health.name));
        }
        Ok(health)
    }

    /// What the registry knows about the time of a frame.
    fn coverage(&self, frame: &Frame) -> Result<Coverage, Error> {
        let (Some(from), Some(to)) = (span(frame).map(|span| span.from), span(frame).map(|span| span.to)) else {
            return Ok(Coverage::default());
        };
        let usual = collecting::usual(&self.truth, to, &self.zone)?;
        Ok(Coverage { gaps: self.truth.gaps(from)?, usual })
    }

    /// Builds the files of a brief; returns their paths in the order of the formats.
    ///
    /// # Errors
    /// A format is unknown, cannot be drawn, or a file cannot be written.
    pub fn write_brief(
        &self,
        brief: &Brief,
        formats: &[String],
        out: &Path,
        progress: &dyn Progress,
    ) -> Result<Vec<PathBuf>, Error> {
        let task = progress.begin("render", Some(formats.len() as u64));
        std::fs::create_dir_all(out).map_err(|source| Error::Write { path: out.to_owned(), source })?;
        let mut paths = Vec::with_capacity(formats.len());
        for format in formats {
            let output = render::OUTPUTS
                .iter()
                .find(|output| output.name == format)
                .ok_or_else(|| Error::Format { name: format.clone() })?;
            let bytes = (output.build)(brief)?;
            let path = out.join(format!("{}.{format}", brief.header.date));
            write_whole(&path, &bytes)?;
            paths.push(path);
            task.advance(1);
        }
        Ok(paths)
    }

    /// The documents behind a figure: `total`, or `column:value` in the words of the query language.
    ///
    /// # Errors
    /// The figure is unknown, or the facts cannot be read.
    pub fn explain(&self, figure: &str, date: Date) -> Result<Vec<Record>, Error> {
        let window = frame::window(date, self.brief_options.cut_off_time(), &self.zone);
        let (name, value) = figure.split_once(':').unwrap_or((figure, ""));
        let column = FIGURES
            .iter()
            .find(|(word, column)| *word == name || *column == name)
            .map(|(_, column)| *column)
            .ok_or_else(|| Error::Figure { name: name.to_owned() })?;
        let keys = self.facts.keys(&window, &self.lexicons.region, column, value, EXPLAIN_MAX)?;
        let mut records = Vec::with_capacity(keys.len());
        for key in keys {
            records.extend(self.index.searcher().get(&key)?);
        }
        Ok(records)
    }

    /// Compares truth with everything derived from it.
    ///
    /// # Errors
    /// Truth, index or facts cannot be read at all.
    pub fn verify(&self, progress: &dyn Progress) -> Result<Verification, Error> {
        let mut problems = self.truth.verify()?;
        let task = progress.begin("verify", Some(self.truth.last_sequence()?));
        let mut kept: BTreeMap<DocumentKey, u64> = BTreeMap::new();
        let mut at = 0;
        loop {
            let batch = self.truth.read_after(at, 8_192)?;
            if batch.is_empty() {
                break;
            }
            for stored in &batch.items {
                if stored.item.withdrawn {
                    kept.remove(&stored.item.key());
                } else {
                    kept.insert(stored.item.key(), stored.sequence);
                }
            }
            task.advance(batch.last_sequence - at);
            at = batch.last_sequence;
        }
        let indexed: BTreeMap<DocumentKey, u64> = self
            .index
            .searcher()
            .records(None, FRAME_RECORDS_MAX)?
            .into_iter()
            .map(|record| (record.key(), record.sequence))
            .collect();
        let counted: BTreeMap<DocumentKey, u64> = self.facts.sequences()?.into_iter().collect();
        for (name, derived) in [("index", &indexed), ("facts", &counted)] {
            for (key, sequence) in &kept {
                match derived.get(key) {
                    None => problems.push(format!("{} of {} is missing in the {name}", key.id, key.source)),
                    Some(found) if found != sequence => {
                        problems.push(format!("{} of {} is an old revision in the {name}", key.id, key.source));
                    }
                    Some(_) => {}
                }
            }
            for key in derived.keys().filter(|key| !kept.contains_key(*key)) {
                problems.push(format!("{} of {} is in the {name} but not in truth", key.id, key.source));
            }
        }
        Ok(Verification {
            truth: kept.len() as u64,
            index: indexed.len() as u64,
            facts: counted.len() as u64,
            problems,
        })
    }
}

/// Words of the query language and the columns of the facts behind them.
pub const FIGURES: &[(&str, &str)] = &[
    ("total", "all"),
    ("topik", "topics"),
    ("nada", "tone"),
    ("wilayah", "places"),
    ("sumber", "source"),
    ("jenis", "kind"),
    ("liputan", "coverage"),
    ("asal", "voice"),
    ("instansi", "agencies"),
    ("bahasa", "language"),
    ("sinyal", "signals"),
    ("spam", "spam"),
    ("aduan", "complaint"),
];

/// Items to quote from and how many there are: everything that an issue's texts name, then claims, then outlets' items,
/// then the rest, newest first.
fn clippings(window: Window, records: &[Record], grouping: &Grouping) -> (Vec<Record>, u32) {
    let cited: BTreeSet<&DocumentKey> = grouping.issues.iter().flat_map(Issue::cited).collect();
    let mut inside: Vec<&Record> =
        records.iter().filter(|record| window.contains(record.at) && record.spam.is_none()).collect();
    let total = inside.len() as u32;
    inside.sort_by_cached_key(|record| {
        let rank = match (cited.contains(&record.key()), record.needs_verification(), record.kind.is_public_voice()) {
            (true, ..) => 0,
            (_, true, _) => 1,
            (.., false) => 2,
            (.., true) => 3,
        };
        // By key, not by sequence: sources answer in any order, and the brief must not show it.
        (rank, std::cmp::Reverse(record.at), record.key())
    });
    (inside.into_iter().take(CLIPPINGS_MAX).cloned().collect(), total)
}

fn span(frame: &Frame) -> Option<Window> {
    Some(Window { from: frame.windows.first()?.window.from, to: frame.windows.last()?.window.to })
}

/// Writes a file whole or not at all: a reader never sees half a brief.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let error = |source| Error::Write { path: path.to_owned(), source };
    let temporary = path.with_extension(format!(
        "{}.tmp",
        path.extension().and_then(|extension| extension.to_str()).unwrap_or_default()
    ));
    std::fs::write(&temporary, bytes).map_err(error)?;
    std::fs::rename(&temporary, path).map_err(error)
}
