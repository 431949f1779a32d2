//! Changes to a draft out of a file: a DOCX that somebody edited, or lines of NDJSON.

use crate::Error;
use brief::edits::{self, Part};
use model::Brief;
use serde::Deserialize;
use std::io::Read as _;
use std::path::Path;

/// A brief as DOCX has some hundred kilobytes; pictures that somebody pastes in may be large.
const FILE_BYTES_MAX: u64 = 64 << 20;
/// More texts than a brief has.
const CHANGES_MAX: usize = 5_000;

/// What a file changes.
#[derive(Clone, Debug, Default)]
pub struct ProposedEdits {
    /// Changes, in the order of the brief.
    pub changes: Vec<ProposedEdit>,
    /// What of it cannot be changed, and why.
    pub refused: Vec<String>,
}

/// One text that would read otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposedEdit {
    /// Which text: a JSON pointer into the brief.
    pub part: String,
    /// What it is called.
    pub label: String,
    /// What stands there.
    pub before: String,
    /// What is to stand there.
    pub after: String,
    /// Why.
    pub reason: Option<String>,
}

/// A line of a file of changes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    part: String,
    after: String,
    before: Option<String>,
    reason: Option<String>,
}

/// What a file would change in a draft; records nothing.
///
/// # Errors
/// The file cannot be read, or it was made from another brief.
pub fn read_edits(draft: &Brief, file: &Path) -> Result<ProposedEdits, Error> {
    let read = |source| Error::Read { path: file.to_owned(), line: None, source };
    let mut bytes = Vec::new();
    std::fs::File::open(file).map_err(read)?.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(read)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(Error::Workflow(format!("{} is larger than {FILE_BYTES_MAX} bytes", file.display())));
    }
    // Every DOCX is a ZIP.
    match bytes.starts_with(b"PK\x03\x04") {
        true => from_docx(draft, &bytes, file),
        false => Ok(from_lines(draft, &String::from_utf8_lossy(&bytes), file)),
    }
}

fn from_docx(draft: &Brief, docx: &[u8], file: &Path) -> Result<ProposedEdits, Error> {
    let wrong = |why: String| Error::Workflow(format!("{}: {why}", file.display()));
    let made_from = render::docx::made_from(docx).map_err(|error| wrong(error.to_string()))?;
    let here = format!("{}/{}", draft.header.id, draft.header.edition);
    if let Some(other) = made_from.filter(|other| *other != here) {
        return Err(wrong(format!(
            "it was made from {other}, not from {here}; edit that one, or a fresh file of this"
        )));
    }
    let changed = render::docx::changes(draft, docx).map_err(|error| wrong(error.to_string()))?;
    let parts = edits::parts(draft);
    let mut proposed = ProposedEdits::default();
    for (part, after) in changed.into_iter().take(CHANGES_MAX) {
        propose(&mut proposed, &parts, &part, after, (None, None), &file.display().to_string());
    }
    Ok(proposed)
}

fn from_lines(draft: &Brief, text: &str, file: &Path) -> ProposedEdits {
    let parts = edits::parts(draft);
    let mut proposed = ProposedEdits::default();
    for (number, line) in text.lines().enumerate().take(CHANGES_MAX) {
        let line = line.trim_matches(['\u{feff}', ' ', '\t', '\r']);
        if line.is_empty() {
            continue;
        }
        let place = format!("{}:{}", file.display(), number + 1);
        match serde_json::from_str::<Line>(line) {
            Ok(Line { part, after, before, reason }) => {
                propose(&mut proposed, &parts, &part, after, (before, reason), &place);
            }
            Err(error) => proposed.refused.push(format!(
                "{place}: {error}; a line is {{\"part\":\"/bluf/0/text\",\"after\":\"…\",\"reason\":\"…\"}}"
            )),
        }
    }
    proposed
}

fn propose(
    proposed: &mut ProposedEdits,
    parts: &[Part],
    part: &str,
    after: String,
    (before, reason): (Option<String>, Option<String>),
    place: &str,
) {
    let Some(found) = parts.iter().find(|found| found.part == part) else {
        proposed.refused.push(format!("{place}: \"{part}\" is no text of this brief that can be changed"));
        return;
    };
    if after.trim().is_empty() {
        proposed.refused.push(format!(
            "{place}: {} ({part}) would be empty; leave a text in it, or leave its section out with pesut brief layout",
            found.label
        ));
        return;
    }
    if found.text == after {
        return;
    }
    let before = before.unwrap_or_else(|| found.text.clone());
    proposed.changes.push(ProposedEdit { part: part.to_owned(), label: found.label.clone(), before, after, reason });
}
