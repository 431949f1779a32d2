//! Why a source or a file gave nothing.

use crate::header::Wanted;
use model::Fault;
use std::path::PathBuf;
use std::time::Duration;

/// Any error of whoever takes the batches.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why a source or a file gave nothing, or gave up on the way.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No answer.
    #[error("the source did not answer")]
    Fetch(#[from] net::Error),
    /// A secret is not where the pipeline says.
    #[error(transparent)]
    Secret(#[from] net::SecretError),
    /// The cap on paid or rationed requests is reached; the rest waits for the next day.
    #[error("the allowance of {cap} {unit} a day is used up; collecting goes on tomorrow")]
    Allowance {
        /// The cap.
        cap: u64,
        /// What is counted: "units", "rupiah".
        unit: &'static str,
    },
    /// An answer that is an error.
    #[error("the source answered with HTTP {status}")]
    Status {
        /// The HTTP status.
        status: u16,
    },
    /// A feed that says that it will not come back.
    #[error(
        "the feed is gone for good (HTTP 410); find its new address with `pesut sources test`, or remove the source"
    )]
    Gone,
    /// An error of the site's own, by its code: the message is in the site's language.
    #[error("the site refused with {code} (HTTP {status})")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The code, such as `rest_forbidden`.
        code: String,
    },
    /// A mail server says no.
    #[error("the mail server refuses {step}: {said}")]
    Mail {
        /// What was asked for: "the login".
        step: &'static str,
        /// The server's own words.
        said: String,
    },
    /// An interface turns its key away, or wants something that only a person can give.
    #[error("the interface refused with {code} (HTTP {status}): {advice}")]
    Denied {
        /// The HTTP status.
        status: u16,
        /// Its own code for it.
        code: String,
        /// What to do.
        advice: &'static str,
    },
    /// What paid and rationed requests have cost cannot be counted, so none is sent.
    #[error("the ledger of rationed requests cannot be read or written")]
    Ledger(#[source] BoxError),
    /// Something other than what was promised.
    #[error("{found} came where {wanted} was promised")]
    Unexpected {
        /// What came: "a web page".
        found: String,
        /// What was wanted: "a feed".
        wanted: &'static str,
    },
    /// A feed that cannot be read.
    #[error("the feed cannot be read: {0}")]
    Feed(String),
    /// More bytes than are read in one piece.
    #[error("it is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// A file or folder that cannot be opened or read.
    #[error("{} cannot be read", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A spreadsheet that cannot be read.
    #[error("the spreadsheet cannot be read: {0}")]
    Spreadsheet(String),
    /// A workbook in a form that is not read, and what to do about it.
    #[error("{0}")]
    Workbook(&'static str),
    /// An archive that cannot be opened.
    #[error("the archive cannot be opened: {0}")]
    Archive(String),
    /// A table without a usable header.
    #[error("no header row names a column of text or titles; found: {found}; known are {known}")]
    Header {
        /// The columns that stand there.
        found: String,
        /// The columns that would be understood.
        known: String,
    },
    /// Whoever takes the batches could not go on.
    #[error("the batch could not be taken over")]
    Stopped(#[source] BoxError),
}

impl Error {
    /// A header that names nothing that is known.
    pub(crate) fn header(found: String, wanted: Wanted) -> Self {
        let found = if found.is_empty() { "nothing".to_owned() } else { found };
        Self::Header { found, known: wanted.known_columns() }
    }

    /// How long the source asks to be left alone.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Fetch(error) => error.retry_after(),
            _ => None,
        }
    }

    /// The fault, as far as an office needs to tell faults apart.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Fetch(error) => error.fault(),
            Self::Gone => Fault::Missing,
            Self::Denied { status: 429 | 503, .. } => Fault::Busy,
            Self::Denied { status: 500.., .. } => Fault::Server,
            Self::Denied { .. } => Fault::Permission,
            Self::Status { status } | Self::Refused { status, .. } => match status {
                401 | 402 | 403 | 407 => Fault::Permission,
                404 | 410 => Fault::Missing,
                408 | 504 => Fault::Timeout,
                429 | 503 => Fault::Busy,
                _ => Fault::Server,
            },
            Self::Secret(_) | Self::File { .. } => Fault::Setup,
            Self::Allowance { .. } => Fault::Allowance,
            Self::TooLarge { .. } => Fault::TooLarge,
            _ => Fault::Unreadable,
        }
    }

    /// True where the fault is not the source's but of whoever takes its batches.
    pub fn is_stopped(&self) -> bool {
        matches!(self, Self::Stopped(_) | Self::Ledger(_))
    }
}
