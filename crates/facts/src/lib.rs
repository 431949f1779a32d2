//! `Record`s to Parquet files, and Parquet files to the figures of a brief.
//!
//! Invariant: a batch counts whole or not at all. Its parts are written first and its manifest last, and readers see
//! only what a manifest lists; so a kill at any moment leaves the figures of the batches before it, and the next
//! write starts where they end. What is here can always be rebuilt from truth.

mod disk;

mod batch;

mod columns;

mod fold;

mod tables;

mod keys;

mod hours;

mod period;

mod export;

pub use export::{RowsFormat, figures_parquet};
pub use hours::{Hourly, HourlyBy};
pub use keys::{COLUMNS, Said};

use batch::{Batch, Batches};
use fold::Among;
use model::{DocumentKey, Frame, PeriodTables, Record, Region, SourceName, Tables, Window};
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError, RwLock, RwLockReadGuard},
};

/// What can go wrong with the facts.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The disk refused.
    #[error("cannot {what} {}", path.display())]
    Disk {
        /// What was tried.
        what: &'static str,
        /// With which file.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// A file is not what its manifest says: set the folder aside and rebuild.
    #[error("the facts file {} is damaged: {reason}", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// How that shows.
        reason: String,
    },
    /// A figure could not be computed or a table could not be encoded.
    #[error("cannot compute {what}")]
    Compute {
        /// Which.
        what: &'static str,
        /// Why.
        source: polars::error::PolarsError,
    },
    /// Rows could not be handed on.
    #[error("cannot write the rows")]
    Output {
        /// Why.
        source: io::Error,
    },
    /// `keys` was asked about a column that does not exist.
    #[error("unknown column `{column}`; known are {}", COLUMNS.join(", "))]
    UnknownColumn {
        /// The name given.
        column: String,
    },
}

/// The facts as found on start.
#[derive(Debug)]
pub enum Opened {
    /// Usable; catch up from [`Facts::last_sequence`].
    Ready(Facts),
    /// Damaged or of another version: the old folder was moved, these are empty; rebuild them from truth.
    SetAside {
        /// Empty facts.
        facts: Facts,
        /// What was wrong, for the operator.
        reason: String,
        /// Where the old folder is now.
        moved_to: PathBuf,
    },
}

impl Opened {
    /// The facts, empty or not.
    pub fn into_facts(self) -> Facts {
        match self {
            Self::Ready(facts) | Self::SetAside { facts, .. } => facts,
        }
    }
}

/// One row a document, in Parquet parts by local date.
#[derive(Debug)]
pub struct Facts {
    folder: PathBuf,
    batches: RwLock<Batches>,
    /// One writer at a time; readers are only kept out while a finished batch takes its place.
    writer: Mutex<()>,
}

impl Facts {
    /// Opens the folder, creates it where it is missing, and removes what a killed write left behind.
    ///
    /// A damaged folder does not stand in the way: it is moved aside and empty facts are returned.
    pub fn open(folder: &Path) -> Result<Opened, Error> {
        match Batches::open(folder) {
            Ok(batches) => Ok(Opened::Ready(Self::new(folder, batches))),
            Err(Error::Damaged { path, reason }) => Self::set_aside(folder, format!("{}: {reason}", path.display())),
            Err(error) => Err(error),
        }
    }

    /// Moves a folder whose files turned out to be damaged out of the way and starts an empty one.
    ///
    /// For use after [`Error::Damaged`], once the old `Facts` are dropped.
    pub fn set_aside(folder: &Path, reason: String) -> Result<Opened, Error> {
        let moved_to = disk::set_aside(folder)?;
        let facts = Self::new(folder, Batches::open(folder)?);
        Ok(Opened::SetAside { facts, reason, moved_to })
    }

    fn new(folder: &Path, batches: Batches) -> Self {
        Self { folder: folder.to_owned(), batches: RwLock::new(batches), writer: Mutex::new(()) }
    }

    /// The last position in truth that the facts contain; 0 where they are empty.
    pub fn last_sequence(&self) -> u64 {
        self.batches().last_sequence()
    }

    /// Writes one batch: the records of truth from `from_sequence` up to and including `to_sequence`.
    ///
    /// May be called again with what is already there: positions up to [`Facts::last_sequence`] are left out.
    pub fn write(&self, records: &[Record], from_sequence: u64, to_sequence: u64) -> Result<(), Error> {
        let _writing = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let last = self.last_sequence();
        if to_sequence <= last {
            return Ok(());
        }
        let new: Vec<&Record> = records.iter().filter(|record| record.sequence > last).collect();
        let batch = Batch::write(&self.folder, &new, from_sequence.max(last + 1), to_sequence)?;
        self.publish(batch)?;
        let small = self.batches().small_ones();
        match Batch::merge(&self.folder, &small)? {
            Some(merged) => self.publish(merged),
            None => Ok(()),
        }
    }

    /// Every figure of a brief over the frame's windows; the last window is the one reported.
    pub fn tables(&self, frame: &Frame, region: &Region) -> Result<Tables, Error> {
        tables::tables(&self.folder, &self.batches(), frame, region, None)
    }

    /// The same figures of some documents only.
    pub fn tables_of(&self, frame: &Frame, region: &Region, documents: &HashSet<DocumentKey>) -> Result<Tables, Error> {
        let among = Among::new(documents.iter().map(|key| (key, 0)));
        tables::tables(&self.folder, &self.batches(), frame, region, Some(&among))
    }

    /// Items of each group of documents in each window, without spam.
    pub fn days(&self, windows: &[Window], groups: &[Vec<&DocumentKey>]) -> Result<Vec<Vec<u32>>, Error> {
        let keys = groups.iter().enumerate().flat_map(|(group, keys)| keys.iter().map(move |key| (*key, group)));
        period::days(&self.folder, &self.batches(), windows, &Among::new(keys), groups.len())
    }

    /// The documents behind a figure: those of the window whose `column` (see [`COLUMNS`]) holds `value`, in the
    /// order of truth, at most `limit`.
    pub fn keys(
        &self,
        window: &Window,
        region: &Region,
        column: &str,
        value: &str,
        limit: usize,
    ) -> Result<Vec<DocumentKey>, Error> {
        keys::keys(&self.folder, &self.batches(), window, region, (column, value), limit)
    }

    /// Voices by the hour for each topic or place of a stretch of time; one account counts at most `cap` times a day.
    pub fn hours(&self, window: &Window, region: &Region, by: HourlyBy, cap: u32) -> Result<Hourly, Error> {
        hours::hours(&self.folder, &self.batches(), window, region, by, cap)
    }

    /// Writes every row of the window for other programs, spam included and marked, and returns how many; names no person.
    pub fn export_rows(
        &self,
        window: &Window,
        region: &Region,
        format: RowsFormat,
        out: &mut dyn io::Write,
    ) -> Result<u64, Error> {
        export::rows(&self.folder, &self.batches(), window, region, format, out)
    }

    /// The documents received in a stretch of time that stand in none of the frame's figures of the last window and are
    /// no backfill of its week: undated ones that count before it, and dated ones from before the whole frame.
    pub fn late(&self, frame: &Frame, received: Window) -> Result<Vec<DocumentKey>, Error> {
        let (Some(first), Some(last)) = (frame.windows.first(), frame.windows.last()) else { return Ok(Vec::new()) };
        let edges = (first.window.from, last.window.from);
        keys::late(&self.folder, &self.batches(), edges, received)
    }

    /// The documents of a window that a reader should see first, at most `limit`, and how many there are: those that
    /// are `cited`, those that need verification, outlets' own, citizens'; spam left out. Where `documents` are given,
    /// only of these.
    pub fn clippings(
        &self,
        window: &Window,
        cited: &BTreeSet<DocumentKey>,
        documents: Option<&HashSet<DocumentKey>>,
        limit: usize,
    ) -> Result<(Vec<DocumentKey>, u32), Error> {
        let among = documents.map(|documents| Among::new(documents.iter().map(|key| (key, 0))));
        keys::clippings(&self.folder, &self.batches(), window, cited, among.as_ref(), limit)
    }

    /// The newest citizens' documents of a window without spam, at most `limit`.
    pub fn voices(&self, window: &Window, limit: usize) -> Result<Vec<DocumentKey>, Error> {
        keys::voices(&self.folder, &self.batches(), window, limit)
    }

    /// The earned and citizens' documents among these, with what an effect is measured by; oldest first.
    pub fn said(&self, window: &Window, wanted: &HashSet<DocumentKey>) -> Result<Vec<Said>, Error> {
        let wanted = Among::new(wanted.iter().map(|key| (key, 0)));
        keys::said(&self.folder, &self.batches(), window, &wanted)
    }

    /// Windows in which each source spoke, by their positions; whatever it published counts.
    pub fn spoke(&self, windows: &[Window]) -> Result<BTreeMap<SourceName, BTreeSet<usize>>, Error> {
        period::spoke(&self.folder, &self.batches(), windows)
    }

    /// What a period of windows shows, against one stretch before it.
    pub fn period(&self, windows: &[Window], previous: &Window, region: &Region) -> Result<PeriodTables, Error> {
        period::period(&self.folder, &self.batches(), (windows, previous), region)
    }

    /// Every document that counts with its position in truth, to compare with truth.
    pub fn sequences(&self) -> Result<Vec<(DocumentKey, u64)>, Error> {
        let mut all = Vec::new();
        let take = |row: &fold::Row<'_>| all.push((keys::key(row), row.sequence));
        fold::each(&self.folder, &self.batches(), &["id", "source"], |_| true, take)?;
        Ok(all)
    }

    fn batches(&self) -> RwLockReadGuard<'_, Batches> {
        self.batches.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn publish(&self, batch: Batch) -> Result<(), Error> {
        let mut batches = self.batches.write().unwrap_or_else(PoisonError::into_inner);
        batches.publish(&self.folder, batch)
    }
}
