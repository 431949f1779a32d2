//! `Brief` to files: HTML and PDF for reading, TXT for a messenger, JSON for machines.
//!
//! Invariant: pure, and no figure changes here. The same brief gives the same bytes; text from outside is set as
//! text, whatever it looks like, and asks no network or file for anything.

mod charts;
mod clean;
mod clippings;
mod diff;
mod fonts;
mod lead;
mod message;
mod paper;
mod sections;
mod trace;
mod words;

pub mod csv;
pub mod docx;
pub mod feeds;
pub mod html;
pub mod ics;
pub mod json;
pub mod mail;
pub mod naskah;
pub mod pdf;
pub mod srikandi;
pub mod telegram;
pub mod txt;
pub mod xlsx;

use model::{Brief, BriefKind, Kind};

/// How an output is made: a whole brief in, the bytes of one file out.
pub type Render = fn(&Brief) -> Result<Vec<u8>, Error>;

/// One way to set a brief down in a file.
pub struct Output {
    /// Its name, and how it is made.
    pub kind: Kind<Render>,
    /// What follows the date in the name of its file: `.pdf`, `-nota-dinas.docx`.
    pub suffix: &'static str,
    /// What a mail or a web server calls it: `application/pdf`.
    pub media_type: &'static str,
}

impl Output {
    /// The name of the file: `2026-11-20.pdf` for the daily brief, `mingguan-2026-11-20.pdf` for any other.
    pub fn file_name(&self, brief: &Brief) -> String {
        format!("{}{}", file_stem(brief), self.suffix)
    }
}

/// The name that a brief's files share: its date, behind its name unless it is the daily one.
pub fn file_stem(brief: &Brief) -> String {
    let date = brief.header.date.to_string();
    match brief.header.kind {
        BriefKind::Harian => date,
        _ => brief.header.id.to_string(),
    }
}

/// Every output.
pub const OUTPUTS: &[Output] = &[
    html::OUTPUT,
    pdf::OUTPUT,
    txt::OUTPUT,
    json::OUTPUT,
    telegram::OUTPUT,
    mail::OUTPUT,
    xlsx::OUTPUT,
    csv::FIGURES,
    csv::CLIPPINGS,
    docx::OUTPUT,
    naskah::NOTA_DINAS,
    naskah::TELAAHAN_STAF,
    srikandi::OUTPUT,
    srikandi::SHEET,
    ics::OUTPUT,
    feeds::RSS,
    feeds::JSON,
];

/// Why a brief could not be set; text in a brief is never the cause.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The HTML template failed.
    #[error("page could not be written")]
    Page(#[from] askama::Error),
    /// The brief does not survive the way to JSON and back.
    #[error("brief could not be written as JSON")]
    Json(#[from] serde_json::Error),
    /// The workbook could not be put together.
    #[error("workbook could not be written")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// The typesetter refused the template.
    #[error("paper could not be typeset: {0}")]
    Typeset(String),
    /// The container of an office document could not be written.
    #[error("office document could not be packed")]
    Pack(#[source] zip::result::ZipError),
    /// An edited document could not be read back.
    #[error("edited document could not be read")]
    Read(#[from] docx::ReadError),
}
