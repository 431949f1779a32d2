//! A pipeline file to a run to a report; the data directory and the clock.
//!
//! Puts the parts in order: collect → truth → text → analyse → record → index and facts → issues → brief → files.
//! It has no domain logic of its own: what a word means, what an issue is and what a brief says is decided below.
//! `run` and `replay` derive with the same function ([`Office::derive`]); only where the items come from differs.

mod definition;

mod recipients;

mod scheduling;

mod regions;

mod clock;

mod progress;

mod second_opinion;

mod office;

mod intake;

mod usual;

mod attempt;

mod collecting;

mod sources;

mod run;

mod corrections;

mod record;

mod frame;

mod received;

mod standing;

mod reports;

mod answers;

mod explaining;

mod formats;

mod rephrasing;

mod composing;
mod masking;

mod deciding;

mod editions;

mod editing;

mod messages;

mod delivering;

mod inbox;

mod watching;

mod fact_checks;

mod matching;

mod weighing;

mod queue;

mod handover;

mod search;

mod lines;

mod single;

mod doctor;

mod reference;

pub use answers::Verification;
pub use clock::{Clock, ClockWords};
pub use collecting::{CollectOptions, Collected};
pub use deciding::DecideReport;
pub use definition::{BriefOptions, DefinitionError, FetchOptions, Pipeline, Source, VerificationOptions};
pub use delivering::{SendLine, SendOptions, SendReport, masked};
pub use doctor::{Diagnosis, diagnose};
pub use editing::{ProposedEdit, ProposedEdits, read_edits};
pub use editions::{Way, name_and_date};
pub use explaining::{Behind, Explained};
pub use formats::{check_format, formats};
pub use inbox::{draft_of, leave};
pub use intake::{ImportReport, ImportRequest};
pub use lines::{HitLine, IssueLine, SpamLine, StoryLine, hit_line, issue_line, spam_line};
pub use matching::LineMatcher;
pub use office::{Desk, Office};
pub use progress::{Progress, Silent, Task};
pub use recipients::{Delivering, Unapproved};
pub use reference::reference;
pub use regions::RegionError;
pub use rephrasing::Proposal;
pub use reports::IssueReport;
pub use run::RunReport;
pub use scheduling::{Job, JobKind, Occasion, due};
pub use search::{Found, FoundHit, SearchRequest};
pub use second_opinion::SecondOpinionOptions;
pub use single::{Extracted, LINES_AT_ONCE, LineAnalyser, extract};
pub use sources::{SourceLine, TryOut, discover, sources, switch, try_source};
pub use watching::{JobLine, Served, Watched, schedule_lines};

use std::path::PathBuf;

/// Why something could not be done, for the person at the edge.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The pipeline file is wrong.
    #[error(transparent)]
    Definition(#[from] DefinitionError),
    /// Lexicons could not be loaded.
    #[error(transparent)]
    Region(#[from] RegionError),
    /// A region names a zone that does not exist.
    #[error("region {region} names the zone \"{zone}\", which does not exist")]
    Zone {
        /// The region.
        region: String,
        /// The zone it names.
        zone: String,
    },
    /// Truth or index.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// Facts.
    #[error(transparent)]
    Facts(#[from] facts::Error),
    /// A file or source.
    #[error(transparent)]
    Collect(#[from] collect::Error),
    /// The HTTP client.
    #[error("cannot start the network client")]
    Net(#[from] net::Error),
    /// A brief could not be drawn.
    #[error("cannot draw the brief")]
    Render(#[from] render::Error),
    /// An output format that does not exist.
    #[error("unknown format \"{name}\"; known: {}", known_formats())]
    Format {
        /// As it was asked for.
        name: String,
    },
    /// An input format that does not exist.
    #[error("{0}")]
    InputFormat(String),
    /// An option of the analysis that does not exist.
    #[error("[analyse]: {0}")]
    AnalyseOptions(String),
    /// A source that does not exist.
    #[error("no source is called \"{name}\"{}", if known.is_empty() { "; name the pipeline with --pipeline FILE".to_owned() } else { format!("; known: {known}") })]
    UnknownSource {
        /// As it was asked for.
        name: String,
        /// What the pipeline names.
        known: String,
    },
    /// A figure that does not exist.
    #[error("unknown figure \"{name}\"; known: {}", known_figures())]
    Figure {
        /// As it was asked for.
        name: String,
    },
    /// The language model did not answer, or not so that it could be used.
    #[error("language model: {0}")]
    LanguageModel(String),
    /// A file could not be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A derived folder could not be removed.
    #[error("cannot remove {}", path.display())]
    Remove {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The state of the grouping changed under our hands.
    #[error("cannot read {}; remove the folder it lies in, and the next command makes it anew", path.display())]
    Standing {
        /// The file.
        path: PathBuf,
    },
    /// A file of decisions could not be read.
    #[error("the decisions cannot be read")]
    Decisions(#[source] std::io::Error),
    /// A claim that is not in the queue.
    #[error("no claim is called \"{id}\"; pesut claims lists them")]
    UnknownClaim {
        /// As it was asked for.
        id: String,
    },
    /// An issue that is not among those of the days asked for.
    #[error("no issue of these days is called \"{id}\"; pesut issues --json lists them")]
    UnknownIssue {
        /// As it was asked for.
        id: String,
    },
    /// A brief about one issue was asked for without saying which.
    #[error("a brief of kind isu is about one issue; name it")]
    IssueNotNamed,
    /// A file could not be read.
    #[error("cannot read {}{}", path.display(), line.map(|line| format!(":{line}")).unwrap_or_default())]
    Read {
        /// The file.
        path: PathBuf,
        /// The line at fault, where it is one.
        line: Option<u64>,
        /// Why.
        source: std::io::Error,
    },
    /// A brief cannot go the way that was asked for; says how it can.
    #[error("{0}")]
    Workflow(String),
    /// The machine would not run asynchronous work.
    #[error("cannot start the runtime")]
    Runtime(#[source] std::io::Error),
}

impl Error {
    /// True where another process owns the data directory.
    pub fn is_locked(&self) -> bool {
        matches!(self, Self::Store(store::Error::Locked { .. }))
    }
}

fn known_formats() -> String {
    formats::known()
}

fn known_figures() -> String {
    explaining::known()
}

/// Sets the number of threads for analysis and grouping, once, at the start; 0 means all cores.
pub fn use_threads(threads: usize) {
    // A second call finds the pool already built, and its size stands.
    drop(rayon::ThreadPoolBuilder::new().num_threads(threads).build_global());
}
