//! What can go wrong in the store, in words for the operator.

use std::{
    io,
    path::{Path, PathBuf},
};

/// The result of anything in this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// What can go wrong in the store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process owns the data directory.
    #[error("data directory {} is in use by another pesut{}", .path.display(), process(.pid))]
    Locked {
        /// The data directory.
        path: PathBuf,
        /// The owner, as it wrote itself down.
        pid: Option<u32>,
    },
    /// A file or folder could not be used.
    #[error("cannot {action} {}", .path.display())]
    File {
        /// What was tried: "create", "read" …
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// The database holds data, but the key that opens it is not there.
    #[error("key file {} is missing; the data cannot be opened without it, restore it from where keys are kept", .path.display())]
    MissingKey {
        /// Where the key should be.
        path: PathBuf,
    },
    /// The key file does not hold a key.
    #[error("key file {} is damaged: it must hold 64 hexadecimal digits", .path.display())]
    DamagedKey {
        /// The file.
        path: PathBuf,
    },
    /// The key is a key, but not the one that this database was written with.
    #[error("key file {} does not belong to this data; restore the one it was written with", .path.display())]
    WrongKey {
        /// The file.
        path: PathBuf,
    },
    /// A later version of the program wrote the database.
    #[error("{} was written by a later version (schema {found}, this program knows {known}); update the program", .path.display())]
    NewerSchema {
        /// The database.
        path: PathBuf,
        /// Its schema version.
        found: usize,
        /// The latest version known here.
        known: usize,
    },
    /// The database could not be opened or brought up to date.
    #[error("cannot open {}", .path.display())]
    Open {
        /// The database.
        path: PathBuf,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The operating system gave no random bytes.
    #[error("no random bytes from the operating system: {0}")]
    Random(getrandom::Error),
    /// A body could not be compressed or sealed.
    #[error("cannot seal item {id} of {source_name}: {reason}")]
    Seal {
        /// Its source.
        source_name: String,
        /// Its id.
        id: String,
        /// Why.
        reason: String,
    },
    /// SQLite refused.
    #[error("truth database failed")]
    Database(#[from] rusqlite::Error),
    /// The search index failed; it can be rebuilt from truth.
    #[error("search index failed")]
    Index(#[from] tantivy::TantivyError),
    /// A query cannot be answered as it stands.
    #[error(transparent)]
    Query(#[from] crate::QueryError),
    /// A line of a claims file is no fact-check.
    #[error("{}, line {line}: {reason}", .path.display())]
    ClaimsFile {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// One item's bytes are not what was written.
    #[error(transparent)]
    Damaged(#[from] crate::DamagedItem),
}

impl Error {
    /// Wraps an IO error with the file that it happened on.
    pub(crate) fn file(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { action, path, source }
    }

    /// Wraps whatever kept the database from being opened.
    pub(crate) fn open<E: std::error::Error + Send + Sync + 'static>(path: &Path) -> impl Fn(E) -> Self {
        move |error| Self::Open { path: path.to_owned(), source: error.into() }
    }
}

fn process(pid: &Option<u32>) -> String {
    pid.map_or_else(String::new, |pid| format!(" (process {pid})"))
}
