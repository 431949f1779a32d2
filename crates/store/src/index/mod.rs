//! `Index`: records made searchable; never the only copy of anything.
//!
//! A commit carries the last truth sequence that it contains, so that after a kill the caller goes on from
//! there: what was not committed is gone, what was is not added again. An index that cannot be trusted is
//! set aside and begun anew.

mod by_time;
mod schema;
mod search;
mod snippet;
mod words;

pub(crate) use schema::day_number;
pub use search::{Hit, Hits, SearchOptions, Searcher, Sort};
pub(crate) use snippet::Sought;
pub(crate) use words::{Word, words};

use crate::{Error, Result};
use model::{DocumentKey, Record};
use schema::Fields;
use serde::{Deserialize, Serialize};
use std::{
    fs, io,
    path::{Path, PathBuf},
};
use tantivy::{IndexReader, IndexWriter, ReloadPolicy, TantivyDocument, TantivyError, indexer::IndexWriterOptions};

/// How an index is written.
#[derive(Clone, Copy, Debug)]
pub struct IndexOptions {
    /// Bytes that a thread gathers before it writes a segment.
    pub memory_bytes: usize,
    /// Indexing threads; with one, the same records give the same order of documents.
    pub threads: usize,
}

impl Default for IndexOptions {
    fn default() -> Self {
        Self { memory_bytes: 64 << 20, threads: 1 }
    }
}

/// What was found when an index was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// A whole index.
    Ready,
    /// Nothing: it was created.
    New,
    /// An index that cannot be used: it was renamed and an empty one created, to be filled from truth.
    Rebuilt {
        /// What was wrong with it, as a fragment for the operator.
        reason: String,
        /// Where it lies now.
        set_aside: PathBuf,
    },
}

/// What a commit says about itself.
#[derive(Serialize, Deserialize)]
struct Payload {
    schema: u32,
    last_sequence: u64,
}

/// The search index of one data directory.
pub struct Index {
    searcher: Searcher,
    // Made when first needed: whoever only searches needs no threads and no memory for writing.
    writer: Option<IndexWriter>,
    options: IndexOptions,
    last_sequence: u64,
    added_sequence: u64,
    /// Something was written that no commit contains yet.
    pending: bool,
}

impl Index {
    /// Opens the index in a folder, creates one where there is none, replaces one that cannot be used.
    pub fn open(folder: &Path, options: IndexOptions) -> Result<(Self, Opened)> {
        let fields = Fields::new();
        let create = || -> Result<Self> {
            fs::create_dir_all(folder).map_err(Error::file("create", folder))?;
            let index = tantivy::Index::create_in_dir(folder, fields.schema.clone())?;
            Ok(Self::new(index, &fields, options, 0)?)
        };
        if is_unborn(folder).map_err(Error::file("read", folder))? {
            return Ok((create()?, Opened::New));
        }
        match Self::existing(folder, &fields, options) {
            Ok(index) => Ok((index, Opened::Ready)),
            Err(reason) => {
                let set_aside = free_name(folder);
                fs::rename(folder, &set_aside).map_err(Error::file("set aside", folder))?;
                Ok((create()?, Opened::Rebuilt { reason, set_aside }))
            }
        }
    }

    /// Opens what is there; the error says why it cannot be used.
    fn existing(folder: &Path, fields: &Fields, options: IndexOptions) -> std::result::Result<Self, String> {
        let index = tantivy::Index::open_in_dir(folder).map_err(reason)?;
        if index.schema() != fields.schema {
            return Err("it has the fields of another version".to_owned());
        }
        let damaged = index.validate_checksum().map_err(reason)?;
        if let Some(file) = damaged.iter().min() {
            return Err(format!("{} is damaged", file.display()));
        }
        let last_sequence = match index.load_metas().map_err(reason)?.payload {
            // Created, and then nothing was ever committed.
            None => 0,
            Some(payload) => match serde_json::from_str(&payload) {
                Ok(Payload { schema: schema::VERSION, last_sequence }) => last_sequence,
                _ => return Err("another version wrote it".to_owned()),
            },
        };
        Self::new(index, fields, options, last_sequence).map_err(reason)
    }

    fn new(index: tantivy::Index, fields: &Fields, options: IndexOptions, last: u64) -> tantivy::Result<Self> {
        index.tokenizers().register(words::NAME, words::analyser());
        let reader: IndexReader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let searcher = Searcher { index, reader, fields: fields.clone() };
        Ok(Self { searcher, writer: None, options, last_sequence: last, added_sequence: last, pending: false })
    }

    /// Answers from what was committed last. A clone of it keeps answering while records are added.
    pub fn searcher(&self) -> &Searcher {
        &self.searcher
    }

    /// The last truth sequence that a commit contains; records after it are to be added again.
    pub fn last_sequence(&self) -> u64 {
        self.last_sequence
    }

    /// Adds records, in the order of truth, that bring the index up to a truth sequence.
    /// A record takes the place of the one it replaces; a withdrawn one only removes. Seen after [`Self::commit`].
    /// After an error, everything behind [`Self::last_sequence`] is to be added again.
    pub fn add(&mut self, records: &[Record], up_to_sequence: u64) -> Result<()> {
        let (fields, added_sequence) = (self.searcher.fields.clone(), self.added_sequence);
        self.write(|writer| {
            for record in records {
                // Only these can be there already: an uncommitted record does not survive a kill.
                if record.replaces.is_some() || record.withdrawn || record.sequence <= added_sequence {
                    writer.delete_term(fields.key_term(&record.key()));
                }
                if !record.withdrawn {
                    writer.add_document(fields.document(record))?;
                }
            }
            Ok(())
        })?;
        self.added_sequence = self.added_sequence.max(up_to_sequence);
        Ok(())
    }

    /// Removes erased documents. Seen after [`Self::commit`].
    pub fn remove(&mut self, keys: &[DocumentKey]) -> Result<()> {
        let fields = self.searcher.fields.clone();
        self.write(|writer| {
            for key in keys {
                writer.delete_term(fields.key_term(key));
            }
            Ok(())
        })
    }

    /// Empties the index, so that everything in truth is to be added again.
    pub fn clear(&mut self) -> Result<()> {
        self.write(|writer| writer.delete_all_documents().map(drop))?;
        (self.last_sequence, self.added_sequence) = (0, 0);
        self.commit()
    }

    /// Writes what was added to disk, at once and together with its sequence, and lets searches see it.
    pub fn commit(&mut self) -> Result<()> {
        let last_sequence = self.added_sequence;
        if !self.pending && last_sequence == self.last_sequence {
            return Ok(());
        }
        let payload = Payload { schema: schema::VERSION, last_sequence };
        let payload = serde_json::to_string(&payload).expect("two numbers have a JSON form");
        self.write(|writer| {
            let mut commit = writer.prepare_commit()?;
            commit.set_payload(&payload);
            commit.commit().map(drop)
        })?;
        self.last_sequence = last_sequence;
        self.pending = false;
        Ok(self.searcher.reader.reload()?)
    }

    /// Commits and waits until segments are merged; worth it at the end of a run, or small segments pile up.
    pub fn finish(mut self) -> Result<()> {
        self.commit()?;
        match self.writer.take() {
            Some(writer) => Ok(writer.wait_merging_threads()?),
            None => Ok(()),
        }
    }

    /// Says what is wrong with the files on disk; nothing found means that the index is whole.
    pub fn verify(&self) -> Result<Vec<String>> {
        let damaged = self.searcher.index.validate_checksum()?;
        let mut findings: Vec<_> = damaged.iter().map(|file| format!("index: {} is damaged", file.display())).collect();
        findings.sort();
        Ok(findings)
    }

    fn write(&mut self, work: impl FnOnce(&mut IndexWriter) -> tantivy::Result<()>) -> Result<()> {
        let writer = match &mut self.writer {
            Some(writer) => writer,
            None => self.writer.insert(writer(&self.searcher.index, self.options)?),
        };
        self.pending = true;
        let done = work(writer);
        if done.is_err() {
            // A writer that failed, on a full disk for one, stays unusable. What it held uncommitted is to be added again.
            self.writer = None;
            self.added_sequence = self.last_sequence;
        }
        Ok(done?)
    }
}

pub(crate) fn writer(index: &tantivy::Index, options: IndexOptions) -> tantivy::Result<IndexWriter> {
    // The library refuses budgets outside these bounds.
    let memory_bytes = options.memory_bytes.clamp(16 << 20, 2 << 30);
    index.writer_with_options::<TantivyDocument>(
        IndexWriterOptions::builder()
            .num_worker_threads(options.threads.clamp(1, 8))
            .memory_budget_per_thread(memory_bytes)
            .num_merge_threads(1)
            .build(),
    )
}

pub(crate) fn reason(error: TantivyError) -> String {
    error.to_string()
}

/// True where there is no index yet: no folder, or one whose creation was cut short, which leaves hidden files only.
pub(crate) fn is_unborn(folder: &Path) -> io::Result<bool> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        entries => entries?,
    };
    for entry in entries {
        if !entry?.file_name().as_encoded_bytes().starts_with(b".") {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The first of `index.damaged-1`, `index.damaged-2`, … that does not exist.
pub(crate) fn free_name(folder: &Path) -> PathBuf {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    (1..u32::MAX)
        .map(|n| folder.with_file_name(format!("{name}.damaged-{n}")))
        .find(|path| !path.exists())
        .expect("no folder holds four billion others")
}
