//! Why a folder was refused, and reading its files within bounds.

use std::io::Read;
use std::path::{Path, PathBuf};

/// Why a model could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A file is missing or cannot be read.
    #[error("cannot read {}{}", path.display(), hint)]
    Read {
        /// The file.
        path: PathBuf,
        /// What would help, or nothing.
        hint: &'static str,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not the JSON that it should be.
    #[error("{} is not as expected", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: serde_json::Error,
    },
    /// A file says something that cannot be used.
    #[error("{}: {reason}", path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// What is wrong and what would be right.
        reason: String,
    },
}

impl OpenError {
    pub(crate) fn wrong(path: &Path, reason: impl Into<String>) -> Self {
        Self::Wrong { path: path.to_owned(), reason: reason.into() }
    }

    pub(crate) fn read(path: &Path, source: std::io::Error) -> Self {
        Self::Read { path: path.to_owned(), hint: "", source }
    }
}

/// The text of a file that may have `bytes_max` bytes.
pub(crate) fn text_of(path: &Path, bytes_max: u64) -> Result<String, OpenError> {
    let file = std::fs::File::open(path).map_err(|error| OpenError::read(path, error))?;
    let mut text = String::new();
    let bytes = file.take(bytes_max + 1).read_to_string(&mut text).map_err(|error| OpenError::read(path, error))?;
    match bytes as u64 > bytes_max {
        true => Err(OpenError::wrong(path, format!("has more than {bytes_max} bytes"))),
        false => Ok(text),
    }
}

/// The value of a JSON file that may have `bytes_max` bytes.
pub(crate) fn json_of<T: serde::de::DeserializeOwned>(path: &Path, bytes_max: u64) -> Result<T, OpenError> {
    let text = text_of(path, bytes_max)?;
    serde_json::from_str(&text).map_err(|source| OpenError::Json { path: path.to_owned(), source })
}
