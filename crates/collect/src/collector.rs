//! The seam between sources and whoever stores what they give.

use crate::{BoxError, Error, Ledger};
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::{RawItem, SourceKind, SourceName};
use std::path::Path;
use std::time::Duration;

/// One source of a pipeline, ready to run.
pub trait Collector: Send + Sync {
    /// The source as the pipeline names it.
    fn source(&self) -> &Source;

    /// Fetches what is new since `cursor`, batch by batch.
    ///
    /// The cursor is the last one that came with a committed batch, and `None` the first time; one that this version
    /// does not understand counts as `None`. Items may come again; truth knows them by `(source, id, revision)`.
    fn collect<'a>(
        &'a self,
        context: &'a Context<'a>,
        cursor: Option<&'a str>,
        emit: &'a mut Emit<'_>,
    ) -> BoxFuture<'a, Result<Outcome, Error>>;
}

/// Takes a batch; an error ends the run at once, and nothing of the failed batch counts.
pub type Emit<'a> = dyn FnMut(Batch) -> Result<(), BoxError> + Send + 'a;

/// Who a collector speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The source as the pipeline names it.
    pub name: SourceName,
    /// What sort of voice it is, unless an item says otherwise.
    pub kind: SourceKind,
}

/// What a collector is built with, besides its own table.
#[derive(Clone, Copy, Debug)]
pub struct BuildContext<'a> {
    /// Where relative paths start: the folder of the pipeline file.
    pub base: &'a Path,
    /// The office's zone, for dates without one.
    pub zone: &'a TimeZone,
}

/// What a collector runs with.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The door to the network.
    pub client: &'a net::Client,
    /// The moment of this run; no collector looks at a clock.
    pub now: Timestamp,
    /// Where paid and rationed interfaces are counted.
    pub ledger: &'a dyn Ledger,
    /// How long a streaming source may stay connected after it has caught up; zero where a run happens once.
    pub listen: Duration,
}

/// Items that belong into one transaction with the cursor that covers them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// At most [`Batch::ITEMS_MAX`] items.
    pub items: Vec<RawItem>,
    /// The source's new cursor; `None` leaves the old one standing.
    pub cursor: Option<String>,
    /// What could not be read.
    pub skipped: Vec<Skipped>,
    /// How many items were left out by rule and not by fault: an author who does not want to be searched, a
    /// confidential report.
    pub left_out: u64,
}

impl Batch {
    /// Most items of one batch.
    pub const ITEMS_MAX: usize = 500;
}

/// Something that could not be read, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The file or address.
    pub file: String,
    /// The line or row in it, counted from 1; 0 where the whole file is meant.
    pub row: u64,
    /// A lowercase fragment for a person.
    pub reason: String,
}

/// What a run brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Items handed over, whether new or known.
    pub received: u64,
    /// Items that could not be read.
    pub skipped: u64,
    /// Items left out by rule.
    pub left_out: u64,
}

/// Counts what passes on its way to `emit`, and turns its failure into ours.
pub(crate) struct Counted<'a, 'b> {
    emit: &'a mut Emit<'b>,
    pub(crate) outcome: Outcome,
}

impl<'a, 'b> Counted<'a, 'b> {
    pub(crate) fn new(emit: &'a mut Emit<'b>) -> Self {
        Self { emit, outcome: Outcome::default() }
    }

    pub(crate) fn send(&mut self, batch: Batch) -> Result<(), Error> {
        self.outcome.received += batch.items.len() as u64;
        self.outcome.skipped += batch.skipped.len() as u64;
        self.outcome.left_out += batch.left_out;
        (self.emit)(batch).map_err(Error::Stopped)
    }
}
