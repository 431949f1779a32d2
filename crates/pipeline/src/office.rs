//! `Office`: one office's data directory, opened, with everything that reads and derives from it.

use crate::{
    BriefOptions, Clock, Error, Pipeline, Progress, RegionError, VerificationOptions, corrections::Corrections,
    record::record, regions, second_opinion::Analyst, standing::Standing,
};
use analyse::Analyser;
use facts::Facts;
use issues::{Human, Member};
use jiff::tz::TimeZone;
use model::{Problem, Record, SourceName, StoredItem, Window};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use store::{DataDir, Index, IndexOptions, KeySource, Truth};
use text::{Lexicons, Reader};

/// Items derived in one step; a step is what a kill can cost.
const BATCH_ITEMS: usize = 8_192;

/// An open office. It owns its data directory until it is dropped.
pub struct Office {
    pub(crate) truth: Truth,
    pub(crate) index: Index,
    pub(crate) facts: Facts,
    /// In which story and issue documents stand; read from disk when first asked, which changes nothing.
    pub(crate) standing: Mutex<Standing>,
    pub(crate) reader: Reader,
    pub(crate) analyst: Analyst,
    /// What words mean here.
    pub lexicons: Arc<Lexicons>,
    /// The office's zone.
    pub zone: TimeZone,
    /// What time it is.
    pub clock: Clock,
    /// Settings of the brief.
    pub brief_options: BriefOptions,
    /// Settings of every brief of the pipeline.
    pub briefs: Vec<BriefOptions>,
    /// How close is close when issues are grouped.
    pub issue_options: issues::Options,
    /// When somebody is told of an issue.
    pub alert_options: issues::AlertOptions,
    /// How claims are found and how long they may wait.
    pub verification_options: VerificationOptions,
    /// True where the data is invented.
    pub fictional: bool,
    /// The sources of the pipeline, where one was named.
    pub(crate) named_sources: Option<BTreeSet<SourceName>>,
    pub(crate) data_dir: DataDir,
    /// Where what leaves is waited for; made when something first leaves.
    pub(crate) outside: Option<tokio::runtime::Runtime>,
    /// True once the operator had to be told of something and could not be reached.
    pub operator_unreached: bool,
}

/// The parts that need no data directory: lexicons, zone, clock.
pub struct Desk {
    /// What words mean here.
    pub lexicons: Arc<Lexicons>,
    /// The office's zone.
    pub zone: TimeZone,
    /// What time it is.
    pub clock: Clock,
    /// The pipeline, where one was named.
    pub pipeline: Option<Pipeline>,
}

impl Desk {
    /// Loads lexicons and, where named, the pipeline; touches no data.
    ///
    /// # Errors
    /// A wrong pipeline file, an unknown region, a bad lexicon row.
    pub fn open(pipeline: Option<&Path>, region: Option<&str>) -> Result<Self, Error> {
        let pipeline = pipeline.map(|path| Pipeline::read(path, region)).transpose()?;
        let region = region.or(pipeline.as_ref().map(|p| p.region.as_str())).unwrap_or(regions::DEFAULT);
        let lexicons = Arc::new(regions::load(region)?);
        let zone = match &pipeline {
            Some(pipeline) => pipeline.zone.clone(),
            None => TimeZone::get(&lexicons.region.zone)
                .map_err(|_| Error::Zone { region: region.to_owned(), zone: lexicons.region.zone.clone() })?,
        };
        let clock = Clock::from(pipeline.as_ref().and_then(|pipeline| pipeline.clock));
        Ok(Self { lexicons, zone, clock, pipeline })
    }

    /// What makes documents of items.
    ///
    /// # Errors
    /// A pattern of the lexicons is wrong.
    pub fn reader(&self) -> Result<Reader, Error> {
        Ok(Reader::new(self.lexicons.clone(), self.zone.clone()).map_err(RegionError::from)?)
    }

    /// What analyses documents, with the pipeline's options and the model that it names.
    ///
    /// # Errors
    /// An option is wrong; a pipeline that was read has none of these.
    pub(crate) fn analyst(&self) -> Result<Analyst, Error> {
        let (stages, second_opinion) = match &self.pipeline {
            Some(pipeline) => (&pipeline.analyse, pipeline.second_opinion.as_ref()),
            None => (&toml::Table::new(), None),
        };
        let analyser = Analyser::with_options(self.lexicons.clone(), stages).map_err(Error::AnalyseOptions)?;
        Ok(Analyst::new(analyser, second_opinion))
    }
}

impl Office {
    /// Opens the data directory, takes its lock, and brings everything derived up to date with truth.
    ///
    /// # Errors
    /// The directory is in use, a key is missing, a file is damaged beyond rebuilding.
    pub fn open(desk: &Desk, data: &Path, progress: &dyn Progress) -> Result<Self, Error> {
        let mut office = Self::open_as_it_is(desk, data, progress)?;
        office.derive(progress)?;
        Ok(office)
    }

    /// Opens the data directory without bringing anything up to date; for [`Office::replay`].
    ///
    /// # Errors
    /// As [`Office::open`].
    pub fn open_as_it_is(desk: &Desk, data: &Path, progress: &dyn Progress) -> Result<Self, Error> {
        let data_dir = DataDir::open(data)?;
        let truth = Truth::open(&data_dir, &KeySource::default())?;
        let (mut index, opened) = Index::open(&data_dir.index(), IndexOptions::default())?;
        if let store::Opened::Rebuilt { reason, set_aside } = opened {
            progress.notice(&format!(
                "the search index was unusable ({reason}); it lies in {} and is rebuilt from truth",
                set_aside.display()
            ));
        }
        let last = truth.last_sequence()?;
        if index.last_sequence() > last {
            progress.notice("the search index is ahead of truth (an older copy was restored?); it is rebuilt");
            index.clear()?;
        }
        let facts = match Facts::open(&data_dir.facts())? {
            facts::Opened::Ready(facts) if facts.last_sequence() > last => {
                drop(facts);
                progress.notice("the facts are ahead of truth (an older copy was restored?); they are rebuilt");
                Facts::set_aside(&data_dir.facts(), "ahead of truth".to_owned())?.into_facts()
            }
            facts::Opened::Ready(facts) => facts,
            facts::Opened::SetAside { facts, reason, moved_to } => {
                progress.notice(&format!(
                    "the facts were unusable ({reason}); they lie in {} and are rebuilt from truth",
                    moved_to.display()
                ));
                facts
            }
        };
        let issue_options = desk.pipeline.as_ref().map(|pipeline| pipeline.issues.clone()).unwrap_or_default();
        let mut standing = Standing::open(&data_dir.path().join("derived/issues"), &issue_options)?;
        if standing.last_sequence() > last {
            standing.forget()?;
        }
        Ok(Self {
            truth,
            index,
            facts,
            standing: Mutex::new(standing),
            reader: desk.reader()?,
            analyst: desk.analyst()?,
            issue_options,
            alert_options: desk.pipeline.as_ref().map(|pipeline| pipeline.alerts.clone()).unwrap_or_default(),
            verification_options: desk
                .pipeline
                .as_ref()
                .map(|pipeline| pipeline.verification.clone())
                .unwrap_or_default(),
            lexicons: desk.lexicons.clone(),
            zone: desk.zone.clone(),
            clock: desk.clock,
            brief_options: desk
                .pipeline
                .as_ref()
                .map_or_else(BriefOptions::default, |pipeline| pipeline.briefs.first().cloned().unwrap_or_default()),
            briefs: desk
                .pipeline
                .as_ref()
                .map_or_else(|| vec![BriefOptions::default()], |pipeline| pipeline.briefs.clone()),
            fictional: desk.pipeline.as_ref().is_some_and(|pipeline| pipeline.fictional),
            named_sources: desk
                .pipeline
                .as_ref()
                .map(|pipeline| pipeline.collect.iter().map(|source| source.name.clone()).collect()),
            data_dir,
            outside: None,
            operator_unreached: false,
        })
    }

    /// Derives what truth has and index or facts have not. `run`, `import`, `replay` and every start use this one function.
    ///
    /// # Errors
    /// Truth cannot be read, or a derived file cannot be written.
    pub fn derive(&mut self, progress: &dyn Progress) -> Result<Vec<Problem>, Error> {
        let Self { truth, index, facts, standing, reader, analyst, lexicons, zone, .. } = self;
        let standing = standing.get_mut().unwrap_or_else(PoisonError::into_inner);
        Deriving { index, facts, standing, reader, analyst, lexicons, zone }.catch_up(truth, progress)
    }

    /// Where every document of a stretch of time stands; of all time without one. In no order.
    ///
    /// Where its files are not what was written, the grouping is made anew from truth first.
    pub(crate) fn members(&self, window: Option<&Window>) -> Result<Vec<Member>, Error> {
        let region = &self.lexicons.region;
        let mut standing = self.standing();
        if let Some(members) = standing.members(window, region) {
            return Ok(members);
        }
        tracing::warn!("the grouping in {} was damaged; it is made anew from truth", standing.state().display());
        standing.forget()?;
        self.regroup(&mut standing)?;
        standing.members(window, region).ok_or_else(|| Error::Standing { path: standing.state() })
    }

    /// Groups everything that truth has, and touches nothing else.
    fn regroup(&self, standing: &mut Standing) -> Result<(), Error> {
        let corrections = Corrections::of(&self.truth)?;
        loop {
            let batch = self.truth.read_after(standing.last_sequence(), BATCH_ITEMS)?;
            if batch.is_empty() {
                return standing.save();
            }
            let human = corrections.at(&batch.items, &self.truth)?;
            let records = records(batch.items, &self.reader, &self.analyst, &self.zone, &human);
            standing.add(&records, &self.lexicons.region, batch.last_sequence)?;
        }
    }

    /// Throws everything derived away and derives it anew.
    ///
    /// # Errors
    /// As [`Office::derive`], or a derived folder cannot be removed.
    pub fn replay(self, desk: &Desk, progress: &dyn Progress) -> Result<Self, Error> {
        let Self { data_dir, truth, index, facts, .. } = self;
        let data = data_dir.path().to_owned();
        drop((index, facts, truth));
        let derived = data.join("derived");
        match std::fs::remove_dir_all(&derived) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::Remove { path: derived, source: error });
            }
            _ => {}
        }
        // The lock is given back for a moment; a process that takes it meanwhile derives just the same.
        drop(data_dir);
        Self::open(desk, &data, progress)
    }
}

/// What is derived, and what it is derived with. Truth is handed in, since whoever collects shares it.
pub(crate) struct Deriving<'a> {
    pub(crate) index: &'a mut Index,
    pub(crate) facts: &'a Facts,
    pub(crate) standing: &'a mut Standing,
    pub(crate) reader: &'a Reader,
    pub(crate) analyst: &'a Analyst,
    pub(crate) lexicons: &'a Lexicons,
    pub(crate) zone: &'a TimeZone,
}

impl Deriving<'_> {
    /// Derives what truth has and one of the derived has not.
    pub(crate) fn catch_up(&mut self, truth: &Truth, progress: &dyn Progress) -> Result<Vec<Problem>, Error> {
        let last = truth.last_sequence()?;
        let mut problems = Vec::new();
        if self.reached() >= last {
            return Ok(problems);
        }
        self.standing.wake()?;
        let mut at = self.reached();
        let corrections = Corrections::of(truth)?;
        let task = progress.begin("analyse", Some(last - at));
        loop {
            let batch = truth.read_after(at, BATCH_ITEMS)?;
            if batch.is_empty() {
                break;
            }
            for damaged in &batch.damaged {
                let reason =
                    format!("item {} of {} is damaged in truth and was left out", damaged.key.id, damaged.key.source);
                problems.push(Problem::new("truth", reason));
            }
            let human = corrections.at(&batch.items, truth)?;
            let records = records(batch.items, self.reader, self.analyst, self.zone, &human);
            self.take(&records, at + 1, batch.last_sequence)?;
            task.advance(batch.last_sequence - at);
            at = batch.last_sequence;
        }
        self.standing.save()?;
        Ok(problems)
    }

    /// The truth sequence up to which everything is derived.
    fn reached(&self) -> u64 {
        self.index.last_sequence().min(self.facts.last_sequence()).min(self.standing.last_sequence())
    }

    /// Hands a batch to everything derived that does not have it yet.
    ///
    /// All are idempotent by sequence, so it does not matter which of them a kill leaves behind.
    fn take(&mut self, records: &[Record], from: u64, to: u64) -> Result<(), Error> {
        let Self { index, facts, standing, lexicons, .. } = self;
        let (indexed, counted, grouped) = std::thread::scope(|scope| {
            let counted = scope.spawn(|| facts.write(records, from, to));
            let grouped = scope.spawn(|| standing.add(records, &lexicons.region, to));
            let indexed = match index.last_sequence() < to {
                true => index.add(records, to).and_then(|()| index.commit()),
                false => Ok(()),
            };
            let joined = "neither facts nor grouping panic";
            (indexed, counted.join().expect(joined), grouped.join().expect(joined))
        });
        indexed?;
        counted?;
        grouped
    }
}

/// Documents, their analyses, the masking and what people decided, in the order of the items, on all threads.
fn records(
    items: Vec<StoredItem>,
    reader: &Reader,
    analyst: &Analyst,
    zone: &TimeZone,
    human: &BTreeMap<u64, Human>,
) -> Vec<Record> {
    items
        .into_par_iter()
        .map(|stored| {
            let (document, problems) = reader.document(&stored);
            let mut analysis = analyst.analyse(&document);
            analysis.problems.extend(problems);
            let mut record = record(&stored, document, analysis, zone);
            if let Some(human) = human.get(&record.sequence) {
                human.correct(&mut record);
            }
            record
        })
        .collect()
}
