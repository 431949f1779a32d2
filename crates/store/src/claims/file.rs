//! A claims file: one fact-check a line, entered by hand or handed over by somebody.

use crate::{Error, Result};
use model::FactCheck;
use std::{
    io::{BufRead, Read},
    path::Path,
};

/// Bytes of one line; a fact-check is an article, not a book.
const LINE_BYTES_MAX: u64 = 4 << 20;
/// Fact-checks of one file; all that were ever published in the country are a tenth of it.
const CHECKS_MAX: usize = 200_000;

/// Reads fact-checks, one JSON object a line; empty lines are passed over. `path` is only named in errors.
///
/// # Errors
/// Names the file and the line, from 1, of the first that is no fact-check.
pub fn read_fact_checks(path: &Path, mut lines: impl BufRead) -> Result<Vec<FactCheck>> {
    let mut checks = Vec::new();
    let mut bytes = Vec::new();
    for line in 1.. {
        bytes.clear();
        let read = lines.by_ref().take(LINE_BYTES_MAX + 1).read_until(b'\n', &mut bytes);
        if read.map_err(Error::file("read", path))? == 0 {
            break;
        }
        let wrong = |reason: String| Error::ClaimsFile { path: path.to_owned(), line, reason };
        if bytes.len() as u64 > LINE_BYTES_MAX {
            return Err(wrong(format!("longer than {LINE_BYTES_MAX} bytes")));
        }
        if bytes.trim_ascii().is_empty() {
            continue;
        }
        let check: FactCheck = serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
        if check.id.as_str().is_empty() {
            return Err(wrong("id is empty".to_owned()));
        }
        if check.title.trim().is_empty() && check.text.trim().is_empty() {
            return Err(wrong("neither title nor text".to_owned()));
        }
        if checks.len() == CHECKS_MAX {
            return Err(wrong(format!("more than {CHECKS_MAX} fact-checks")));
        }
        checks.push(check);
    }
    Ok(checks)
}
