//! What an open office can be asked: its sources, the files of a brief, the documents behind a figure, and whether
//! everything agrees.

use crate::reports::FRAME_RECORDS_MAX;
use crate::{Error, Office, Progress};
use model::{Brief, DocumentKey, SourceHealth};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Whether truth, index and facts agree.
#[derive(Debug, Serialize)]
pub struct Verification {
    /// Documents in truth that are not withdrawn.
    pub truth: u64,
    /// Documents in the index.
    pub index: u64,
    /// Documents in the facts.
    pub facts: u64,
    /// What is wrong, one sentence each.
    pub problems: Vec<String>,
}

impl Office {
    /// Sources of the last run with their state.
    ///
    /// # Errors
    /// Truth cannot be read.
    pub fn health(&self) -> Result<Vec<SourceHealth>, Error> {
        let mut health = self.truth.health()?;
        // A source that the pipeline no longer names is neither expected nor missed.
        if let Some(named) = &self.named_sources {
            health.retain(|health| named.contains(&health.name));
        }
        Ok(health)
    }

    /// Builds the files of a brief; returns their paths in the order of the formats.
    ///
    /// # Errors
    /// A format is unknown, cannot be drawn, or a file cannot be written.
    pub fn write_brief(
        &self,
        brief: &Brief,
        formats: &[String],
        out: &Path,
        progress: &dyn Progress,
    ) -> Result<Vec<PathBuf>, Error> {
        let task = progress.begin("render", Some(formats.len() as u64));
        std::fs::create_dir_all(out).map_err(|source| Error::Write { path: out.to_owned(), source })?;
        let mut paths = Vec::with_capacity(formats.len());
        for format in formats {
            let (name, bytes) = self.file(brief, format)?;
            let path = out.join(name);
            write_whole(&path, &bytes)?;
            paths.push(path);
            task.advance(1);
        }
        Ok(paths)
    }

    /// Compares truth with everything derived from it.
    ///
    /// # Errors
    /// Truth, index or facts cannot be read at all.
    pub fn verify(&self, progress: &dyn Progress) -> Result<Verification, Error> {
        let mut problems = self.truth.verify()?;
        let task = progress.begin("verify", Some(self.truth.last_sequence()?));
        let mut kept: BTreeMap<DocumentKey, u64> = BTreeMap::new();
        let mut at = 0;
        loop {
            let batch = self.truth.read_after(at, 8_192)?;
            if batch.is_empty() {
                break;
            }
            for stored in &batch.items {
                if stored.item.withdrawn {
                    kept.remove(&stored.item.key());
                } else {
                    kept.insert(stored.item.key(), stored.sequence);
                }
            }
            task.advance(batch.last_sequence - at);
            at = batch.last_sequence;
        }
        let indexed: BTreeMap<DocumentKey, u64> = self
            .index
            .searcher()
            .records(None, FRAME_RECORDS_MAX)?
            .into_iter()
            .map(|record| (record.key(), record.sequence))
            .collect();
        let counted: BTreeMap<DocumentKey, u64> = self.facts.sequences()?.into_iter().collect();
        for (name, derived) in [("index", &indexed), ("facts", &counted)] {
            for (key, sequence) in &kept {
                match derived.get(key) {
                    None => problems.push(format!("{} of {} is missing in the {name}", key.id, key.source)),
                    Some(found) if found != sequence => {
                        problems.push(format!("{} of {} is an old revision in the {name}", key.id, key.source));
                    }
                    Some(_) => {}
                }
            }
            for key in derived.keys().filter(|key| !kept.contains_key(*key)) {
                problems.push(format!("{} of {} is in the {name} but not in truth", key.id, key.source));
            }
        }
        let grouped = self.members(None)?;
        for member in grouped.iter().filter(|member| !kept.contains_key(&member.key)) {
            problems.push(format!("{} of {} stands in a story but not in truth", member.key.id, member.key.source));
        }
        Ok(Verification {
            truth: kept.len() as u64,
            index: indexed.len() as u64,
            facts: counted.len() as u64,
            problems,
        })
    }
}

/// Writes a file whole or not at all: a reader never sees half a brief.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let error = |source| Error::Write { path: path.to_owned(), source };
    let temporary = path.with_extension(format!(
        "{}.tmp",
        path.extension().and_then(|extension| extension.to_str()).unwrap_or_default()
    ));
    std::fs::write(&temporary, bytes).map_err(error)?;
    std::fs::rename(&temporary, path).map_err(error)
}
