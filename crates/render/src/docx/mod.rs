//! DOCX: the whole brief for a word processor, and the way back from it.

pub(crate) mod body;
mod layout;
pub(crate) mod package;
mod parts;
mod read;
mod xml;

pub use read::{ReadError, made_from, read_back};

use crate::paper::Paper;
use crate::{Error, Output, Render};
use model::{Brief, Kind};

pub(crate) const OUTPUT: Output = Output { kind: KIND, suffix: ".docx", media_type: MEDIA_TYPE };

/// What a mail or a web server calls a DOCX.
pub(crate) const MEDIA_TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

const KIND: Kind<Render> = Kind {
    name: "docx",
    summary: "sets the whole brief for a word processor; what is edited there can be read back",
    example: r#"formats = ["docx"]"#,
    build: render,
};

/// The document.
pub fn render(brief: &Brief) -> Result<Vec<u8>, Error> {
    let (marked, parts) = parts::mark(brief)?;
    let paper = Paper::new(&marked);
    layout::document(&marked, &paper, &parts)
}

/// The texts of an edited document that differ from the brief it was made from, as parts and texts.
///
/// Both sides went through the same file, so that nothing counts as changed which only the file format changed.
pub fn changes(brief: &Brief, docx: &[u8]) -> Result<Vec<(String, String)>, Error> {
    let before: std::collections::BTreeMap<_, _> = read_back(&render(brief)?)?.into_iter().collect();
    let mut now = read_back(docx)?;
    now.retain(|(part, text)| before.get(part).is_some_and(|before| before != text));
    Ok(now)
}

/// Which brief a document is made from: `harian-2026-11-20/1`.
pub(crate) fn brief_name(brief: &Brief) -> String {
    let header = &brief.header;
    let id = header.id.to_string();
    // Briefs of older versions have no id of their own.
    let id = if id.is_empty() { format!("{}-{}", header.kind.as_str(), header.date) } else { id };
    format!("{id}/{}", header.edition)
}
