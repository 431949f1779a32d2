//! The files of a folder, in order, and which of them can be read.

use crate::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// Folders nested deeper than this are left out.
const DEPTH_MAX: usize = 8;

/// Every file below a folder, sorted by path; hidden files and links are left out.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    walk(folder, DEPTH_MAX, &mut files)?;
    files.sort();
    Ok(files)
}

fn walk(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), Error> {
    let failed = |source| Error::File { path: folder.to_owned(), source };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let kind = entry.file_type().map_err(failed)?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if kind.is_file() {
            files.push(entry.path());
        } else if kind.is_dir() && depth > 0 {
            walk(&entry.path(), depth - 1, files)?;
        }
    }
    Ok(())
}
