//! Decisions while another process owns the data directory: left in a folder, taken by the watch.
//!
//! ```text
//! DIR/masuk/NAME.ndjson           who decides in the first line, a decision in each other
//! DIR/masuk/selesai/NAME.ndjson   taken
//! DIR/masuk/selesai/NAME.txt      what became of it
//! ```

use crate::answers::write_whole;
use crate::{Error, Office, Progress};
use jiff::Timestamp;
use model::{Brief, BriefId};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use store::TruthView;

/// Files taken at one look; more wait for the next.
const FILES_MAX: usize = 100;
/// A file of decisions is text.
const FILE_BYTES_MAX: u64 = 16 << 20;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct First {
    by: String,
}

fn folder(data: &Path) -> PathBuf {
    data.join("masuk")
}

/// Leaves decisions for the process that owns the data directory; gives back the file that will say what became of
/// them.
///
/// # Errors
/// The folder cannot be written.
pub fn leave(data: &Path, by: &str, lines: &str) -> Result<PathBuf, Error> {
    let folder = folder(data);
    std::fs::create_dir_all(&folder).map_err(|source| Error::Write { path: folder.clone(), source })?;
    let name = format!("{}-{}", Timestamp::now().as_microsecond(), std::process::id());
    let first = serde_json::to_string(&First { by: by.to_owned() }).expect("a name has a JSON form");
    write_whole(&folder.join(format!("{name}.ndjson")), format!("{first}\n{lines}\n").as_bytes())?;
    Ok(folder.join("selesai").join(format!("{name}.txt")))
}

/// The draft of a brief and its hash, read beside the process that owns the data directory.
///
/// # Errors
/// Truth cannot be read.
pub fn draft_of(data: &Path, brief: &BriefId) -> Result<Option<(Brief, String)>, Error> {
    Ok(TruthView::open(data)?.draft(brief)?.map(|draft| (draft.content, draft.hash)))
}

/// True where somebody has left something.
pub(crate) fn is_waiting(data: &Path) -> bool {
    !waiting(data).is_empty()
}

fn waiting(data: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder(data)).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = entries
        .filter(|path| path.extension().is_some_and(|extension| extension == "ndjson") && path.is_file())
        .collect();
    files.sort();
    files.truncate(FILES_MAX);
    files
}

impl Office {
    /// Records what was left, file by file, and says beside each what became of it.
    pub(crate) fn read_inbox(&mut self, progress: &dyn Progress) -> Result<(), Error> {
        let data = self.data_dir.path().to_owned();
        for path in waiting(&data) {
            let words = self.take_file(&path, progress)?;
            let done = folder(&data).join("selesai");
            std::fs::create_dir_all(&done).map_err(|source| Error::Write { path: done.clone(), source })?;
            let taken = done.join(path.file_name().unwrap_or_default());
            write_whole(&taken.with_extension("txt"), words.as_bytes())?;
            std::fs::rename(&path, &taken).map_err(|source| Error::Write { path: taken.clone(), source })?;
            progress.notice(&format!("{}: {}", path.display(), words.trim_end().replace('\n', "; ")));
        }
        Ok(())
    }

    fn take_file(&mut self, path: &Path, progress: &dyn Progress) -> Result<String, Error> {
        let read = |source| Error::Read { path: path.to_owned(), line: None, source };
        if std::fs::metadata(path).map_err(read)?.len() > FILE_BYTES_MAX {
            return Ok(format!("larger than {FILE_BYTES_MAX} bytes; nothing was recorded\n"));
        }
        let text = String::from_utf8_lossy(&std::fs::read(path).map_err(read)?).into_owned();
        let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
        let Ok(First { by }) = serde_json::from_str(first) else {
            return Ok("the first line does not say who decides; nothing was recorded\n".to_owned());
        };
        let report = self.decide(rest.as_bytes(), &by, progress)?;
        let refused = report.refused.len();
        let mut words = format!("{} recorded, {} known already, {refused} refused\n", report.recorded, report.known);
        for line in report.refused {
            words.push_str(&line);
            words.push('\n');
        }
        Ok(words)
    }
}
