//! `Brief` to files: HTML and PDF for reading, TXT for a messenger, JSON for machines.
//!
//! Invariant: pure, and no figure changes here. The same brief gives the same bytes; text from outside is set as
//! text, whatever it looks like, and asks no network or file for anything.

mod charts;
mod clean;
mod fonts;
mod lead;
mod paper;
mod sections;
mod words;

pub mod html;
pub mod json;
pub mod pdf;
pub mod txt;

use model::{Brief, Kind};

/// How an output is made: a whole brief in, the bytes of one file out.
pub type Render = fn(&Brief) -> Result<Vec<u8>, Error>;

/// Every output; its name is the extension of its file.
pub const OUTPUTS: &[Kind<Render>] = &[html::KIND, pdf::KIND, txt::KIND, json::KIND];

/// Why a brief could not be set; text in a brief is never the cause.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The HTML template failed.
    #[error("page could not be written")]
    Page(#[from] askama::Error),
    /// The brief does not survive the way to JSON and back.
    #[error("brief could not be written as JSON")]
    Json(#[from] serde_json::Error),
    /// The typesetter refused the template.
    #[error("paper could not be typeset: {0}")]
    Typeset(String),
}
