//! `import`: files and folders into truth, derived at once.

use crate::{Error, Office, Progress};
use collect::{Format, ImportOptions, Skipped};
use model::{RawItem, SourceKind, SourceName};
use rayon::prelude::*;
use serde::Serialize;
use std::path::PathBuf;
use store::Truth;

/// Items of one transaction; few enough that a kill costs little, enough that the disk is not asked to sync all day.
const TRANSACTION_ITEMS: usize = 8_192;

/// What to import.
#[derive(Clone, Debug)]
pub struct ImportRequest {
    /// Files and folders.
    pub files: Vec<PathBuf>,
    /// `auto` or a format's name.
    pub format: String,
    /// Source of everything in the files.
    pub source: Option<SourceName>,
    /// Kind of rows that do not say.
    pub kind: Option<SourceKind>,
}

/// What became of the rows.
#[derive(Debug, Default, Serialize)]
pub struct ImportReport {
    /// Items never seen before.
    pub imported: u64,
    /// New revisions of known items.
    pub updated: u64,
    /// Items that were already there.
    pub unchanged: u64,
    /// Rows that could not be read.
    pub skipped: u64,
    /// Why, a row each.
    pub reasons: Vec<SkippedRow>,
}

/// A row that could not be read.
#[derive(Debug, Serialize)]
pub struct SkippedRow {
    /// The file.
    pub file: String,
    /// Line or row, from 1; 0 where the whole file is meant.
    pub row: u64,
    /// What was wrong.
    pub reason: String,
}

impl From<Skipped> for SkippedRow {
    fn from(skipped: Skipped) -> Self {
        Self { file: skipped.file, row: skipped.row, reason: skipped.reason }
    }
}

impl Office {
    /// Takes files into truth and derives them.
    ///
    /// # Errors
    /// An unknown format, or truth cannot be written. A file or row that cannot be read is in the report instead.
    pub fn import(&mut self, request: &ImportRequest, progress: &dyn Progress) -> Result<ImportReport, Error> {
        let options = ImportOptions {
            format: request.format.parse::<Format>().map_err(Error::InputFormat)?,
            source: request.source.clone(),
            force_source: request.source.is_some(),
            kind: request.kind,
            zone: self.zone.clone(),
            fetched_at: self.clock.now(),
        };
        let mut report = ImportReport::default();
        for file in &request.files {
            let task = progress.begin(&file.display().to_string(), None);
            let mut waiting: Vec<RawItem> = Vec::with_capacity(TRANSACTION_ITEMS);
            let truth = &mut self.truth;
            let read = collect::import(file, &options, &mut |batch| {
                task.advance(batch.items.len() as u64);
                report.reasons.extend(batch.skipped.into_iter().map(SkippedRow::from));
                waiting.extend(batch.items);
                if waiting.len() >= TRANSACTION_ITEMS {
                    append(truth, std::mem::take(&mut waiting), &mut report)?;
                }
                Ok(())
            });
            match read {
                Err(error) if error.is_stopped() => return Err(error.into()),
                // A file that cannot be opened costs only itself.
                Err(error) => report.reasons.push(SkippedRow {
                    file: file.display().to_string(),
                    row: 0,
                    reason: error.to_string(),
                }),
                Ok(_) => {}
            }
            append(truth, waiting, &mut report)?;
        }
        report.skipped = report.reasons.len() as u64;
        self.derive(progress)?;
        Ok(report)
    }
}

/// Seals on all threads, stores in one transaction.
fn append(truth: &mut Truth, items: Vec<RawItem>, report: &mut ImportReport) -> Result<(), store::Error> {
    let sealer = truth.sealer();
    let sealed = items.into_par_iter().map(|item| sealer.seal(item)).collect::<Result<Vec<_>, _>>()?;
    let appended = truth.append_sealed(&sealed, None)?;
    report.imported += appended.imported;
    report.updated += appended.updated;
    report.unchanged += appended.unchanged;
    Ok(())
}
