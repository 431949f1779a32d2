//! What an open office can be asked: issues, briefs, and whether everything agrees.

use crate::masking;
use crate::reports::{FRAME_RECORDS_MAX, IssueReport};
use crate::{Error, Office, Progress};
use brief::EffectOptions;
use issues::{Grouping, Human};
use jiff::{Timestamp, civil::Date};
use model::{Brief, Claim, Clarification, DocumentKey, Effect, Frame, Issue, Record, SourceHealth, Window};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Clippings that a brief may choose its references from.
const CLIPPINGS_MAX: usize = 600;

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
    /// Composes the brief of a local date.
    ///
    /// # Errors
    /// Index or facts cannot be read.
    pub fn brief(&self, date: Date, progress: &dyn Progress) -> Result<Brief, Error> {
        let task = progress.begin("brief", Some(3));
        let IssueReport { frame, grouping } = self.issues(Some(date))?;
        let records = self.records_of(&frame)?;
        let decisions = self.truth.decisions()?;
        let moment = self.moment_of(&frame);
        let claims = self.queue_at(moment, &grouping.issues, &decisions, progress)?.claims;
        let fact_checks = self.fact_checks_of(&claims, &decisions)?;
        let human = Human::of(&decisions);
        let clarifications = human.clarifications_in(&grouping.issues);
        let effects = effects(&clarifications, &grouping.issues, &claims, &records, &frame, moment);
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
        clippings.iter_mut().for_each(masking::record);
        let options = &self.brief_options;
        let options = brief::Options {
            fictional: self.fictional,
            version: format!("pesut {} · leksikon {}", env!("CARGO_PKG_VERSION"), self.lexicons.version),
            ..options.composed()
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
            claims: &claims,
            tasks: &human.tasks_in(&grouping.issues),
            clarifications: &clarifications,
            effects: &effects,
            fact_checks: &fact_checks,
            told: &[],
            story_rows: &[],
            period: None,
            options: &options,
        });
        task.advance(1);
        Ok(masking::brief(&brief))
    }

    /// The moment at which a brief is made: now while its day lasts, and the end of its window for a day long past.
    fn moment_of(&self, frame: &Frame) -> Timestamp {
        let now = self.clock.now();
        let end = frame.windows.last().map_or(now, |last| last.window.to);
        if now.duration_since(end).as_hours() < 24 && now >= end { now } else { end }
    }

    /// Items received for the brief of a date that none of its figures counts: from the start of its window to the end
    /// of its local day, so that a brief built again at noon also lists what came in since the morning.
    pub(crate) fn late(&self, date: Date, frame: &Frame) -> Result<Vec<DocumentKey>, Error> {
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
                .find(|output| output.kind.name == format)
                .ok_or_else(|| Error::Format { name: format.clone() })?;
            let bytes = (output.kind.build)(brief)?;
            let path = out.join(output.file_name(brief));
            write_whole(&path, &bytes)?;
            paths.push(path);
            task.advance(1);
        }
        Ok(paths)
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
        let grouped = self.members(None)?;
        for member in grouped.iter().filter(|member| !kept.contains_key(&member.key)) {
            problems.push(format!("{} of {} stands in a story but not in truth", member.key.id, member.key.source));
        }
        Ok(Verification {
            truth: kept.len() as u64,
            index: indexed.len() as u64,
            facts: counted.len() as u64,
            problems,
        })
    }
}

/// What clarifications did to the issues that they answered.
fn effects(
    clarifications: &[Clarification],
    issues: &[Issue],
    claims: &[Claim],
    records: &[Record],
    frame: &Frame,
    now: Timestamp,
) -> Vec<Effect> {
    let gaps: Vec<Window> = frame.windows.iter().filter(|window| window.gap).map(|window| window.window).collect();
    let measure = |clarification: &Clarification| {
        let issue = issues.iter().find(|issue| issue.id == clarification.issue)?;
        let members: BTreeSet<&DocumentKey> = issue.stories.iter().flat_map(|story| &story.members).collect();
        let inside: Vec<Record> = records.iter().filter(|record| members.contains(&record.key())).cloned().collect();
        let claim = claims.iter().find(|claim| Some(&claim.id) == clarification.claim.as_ref());
        let carrying = claim.map_or(&[][..], |claim| &claim.documents);
        let items = brief::effect_items(&inside, carrying);
        Some(brief::effect(clarification, &items, &gaps, now, &EffectOptions::default()))
    };
    clarifications.iter().filter_map(measure).collect()
}

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
