//! `ClaimIndex`: fact-checks made findable by the texts that carry their claims.
//!
//! Built in memory for `pesut match`, in a folder for an office. It only proposes; `issues` judges. Like every index it may
//! be deleted at any time: what fills it are the fact-check sources in truth and the checks entered by hand.

mod file;
mod schema;

pub use file::read_fact_checks;

use crate::{
    Error, IndexOptions, Opened, Result,
    index::{free_name, is_unborn, reason, writer},
};
use model::{ClaimCandidate, FactCheck, FactCheckId};
use rustc_hash::FxHashSet;
use schema::Fields;
use std::{fs, path::Path};
use tantivy::{
    IndexReader, IndexWriter, ReloadPolicy, Term,
    collector::TopDocs,
    query::{BooleanQuery, BoostQuery, Query, TermQuery},
    schema::{Field, IndexRecordOption},
};

/// A word of the claim itself says more than one of the explanation. Anything from 1.5 to 3 measures the same.
const TITLE_BOOST: f32 = 1.5;
/// Bytes of a text that are read. A chain message has a thousand or two; what is longer is read from its beginning.
const TEXT_BYTES_MAX: usize = 20_000;
/// Words asked for, the rarest first. All words of nine tenths of the messages measured.
const QUERY_WORDS_MAX: usize = 96;
/// Candidates that anybody may ask for.
const CANDIDATES_MAX: usize = 1_000;

/// Fact-checks by their words.
pub struct ClaimIndex {
    index: tantivy::Index,
    reader: IndexReader,
    fields: Fields,
    writer: Option<IndexWriter>,
    /// Ids by segment and document, so that candidates need no look into the store.
    ids: Vec<Vec<FactCheckId>>,
}

impl ClaimIndex {
    /// An index that lives as long as the program runs. Of several checks with one id the last counts.
    pub fn in_memory(checks: &[FactCheck]) -> Result<Self> {
        let fields = Fields::new();
        let mut index = Self::new(tantivy::Index::create_in_ram(fields.schema.clone()), fields)?;
        index.add(checks)?;
        Ok(index)
    }

    /// Opens the index in a folder, creates one where there is none, replaces one that cannot be used.
    pub fn open(folder: &Path) -> Result<(Self, Opened)> {
        let create = || -> Result<Self> {
            let fields = Fields::new();
            fs::create_dir_all(folder).map_err(Error::file("create", folder))?;
            Self::new(tantivy::Index::create_in_dir(folder, fields.schema.clone())?, fields)
        };
        if is_unborn(folder).map_err(Error::file("read", folder))? {
            return Ok((create()?, Opened::New));
        }
        match Self::existing(folder) {
            Ok(index) => Ok((index, Opened::Ready)),
            Err(reason) => {
                let set_aside = free_name(folder);
                fs::rename(folder, &set_aside).map_err(Error::file("set aside", folder))?;
                Ok((create()?, Opened::Rebuilt { reason, set_aside }))
            }
        }
    }

    /// Opens what is there; the error says why it cannot be used.
    fn existing(folder: &Path) -> std::result::Result<Self, String> {
        let fields = Fields::new();
        let index = tantivy::Index::open_in_dir(folder).map_err(reason)?;
        if index.schema() != fields.schema {
            return Err("it has the fields of another version".to_owned());
        }
        let damaged = index.validate_checksum().map_err(reason)?;
        if let Some(file) = damaged.iter().min() {
            return Err(format!("{} is damaged", file.display()));
        }
        match index.load_metas().map_err(reason)?.payload {
            None => {}
            Some(payload) if payload == schema::VERSION => {}
            Some(_) => return Err("another version wrote it".to_owned()),
        }
        Self::new(index, fields).map_err(|error| error.to_string())
    }

    fn new(index: tantivy::Index, fields: Fields) -> Result<Self> {
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let mut index = Self { index, reader, fields, writer: None, ids: Vec::new() };
        index.read_ids()?;
        Ok(index)
    }

    /// How many fact-checks there are.
    pub fn len(&self) -> usize {
        self.reader.searcher().num_docs() as usize
    }

    /// True where nothing can be found.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds checks, on disk and visible when this returns. A check takes the place of an earlier one with its id.
    /// Every call is a commit: hand over what there is at once.
    pub fn add(&mut self, checks: &[FactCheck]) -> Result<()> {
        self.change(|writer, fields| {
            for check in checks {
                writer.delete_term(fields.id_term(&check.id));
                writer.add_document(fields.document(check))?;
            }
            Ok(())
        })
    }

    /// Removes checks that were withdrawn or erased.
    pub fn remove(&mut self, ids: &[FactCheckId]) -> Result<()> {
        self.change(|writer, fields| {
            ids.iter().for_each(|id| {
                writer.delete_term(fields.id_term(id));
            });
            Ok(())
        })
    }

    /// Everything in the index, by id: what a matcher is made from.
    pub fn checks(&self) -> Result<Vec<FactCheck>> {
        let searcher = self.reader.searcher();
        let mut checks = Vec::with_capacity(self.len());
        for segment in searcher.segment_readers() {
            let store = segment.get_store_reader(1).map_err(tantivy::TantivyError::from)?;
            for document in segment.doc_ids_alive() {
                checks.push(self.fields.check(&store.get(document)?)?);
            }
        }
        checks.sort_by(|a: &FactCheck, b| a.id.cmp(&b.id));
        Ok(checks)
    }

    /// Fact-checks that share the most telling words with a text, best first.
    pub fn candidates(&self, title: Option<&str>, text: &str, limit: usize) -> Result<Vec<ClaimCandidate>> {
        let searcher = self.reader.searcher();
        let words = self.rarest_words(&searcher, title.unwrap_or_default(), text)?;
        let limit = limit.min(CANDIDATES_MAX);
        if words.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        let clauses = words.iter().flat_map(|word| {
            let clause = |field: Field, boost: f32| -> Box<dyn Query> {
                let term = Term::from_field_text(field, word);
                Box::new(BoostQuery::new(Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)), boost))
            };
            [clause(self.fields.title, TITLE_BOOST), clause(self.fields.text, 1.0)]
        });
        let query = BooleanQuery::union(clauses.collect());
        let best = searcher.search(&query, &TopDocs::with_limit(limit).order_by_score())?;
        let mut candidates: Vec<ClaimCandidate> = best
            .into_iter()
            .map(|(bm25, at)| ClaimCandidate {
                id: self.ids[at.segment_ord as usize][at.doc_id as usize].clone(),
                bm25,
            })
            .collect();
        // Where a check lies in the index must not decide between equals.
        candidates.sort_by(|a, b| b.bm25.total_cmp(&a.bm25).then_with(|| a.id.cmp(&b.id)));
        Ok(candidates)
    }

    /// The words that any fact-check has, each once, the rarest ones where there are many.
    fn rarest_words(&self, searcher: &tantivy::Searcher, title: &str, text: &str) -> Result<Vec<String>> {
        let title = &title[..title.floor_char_boundary(TEXT_BYTES_MAX)];
        let text = &text[..text.floor_char_boundary(TEXT_BYTES_MAX)];
        let mut seen = FxHashSet::default();
        let mut words = Vec::new();
        for word in text::claim_words(title).into_iter().chain(text::claim_words(text)) {
            if !seen.insert(word.clone()) {
                continue;
            }
            let count = |field| searcher.doc_freq(&Term::from_field_text(field, &word));
            let documents = count(self.fields.title)?.max(count(self.fields.text)?);
            if documents > 0 {
                words.push((documents, word));
            }
        }
        words.sort();
        words.truncate(QUERY_WORDS_MAX);
        Ok(words.into_iter().map(|(_, word)| word).collect())
    }

    fn change(&mut self, work: impl FnOnce(&mut IndexWriter, &Fields) -> tantivy::Result<()>) -> Result<()> {
        let open = match &mut self.writer {
            Some(writer) => writer,
            None => self.writer.insert(writer(&self.index, IndexOptions::default())?),
        };
        let fields = &self.fields;
        let done = work(open, fields).and_then(|()| {
            let mut commit = open.prepare_commit()?;
            commit.set_payload(schema::VERSION);
            commit.commit().map(drop)
        });
        // A writer that failed, on a full disk for one, stays unusable.
        if done.is_err() {
            self.writer = None;
        }
        done?;
        self.reader.reload()?;
        self.read_ids()
    }

    fn read_ids(&mut self) -> Result<()> {
        let searcher = self.reader.searcher();
        let mut ids = Vec::new();
        for segment in searcher.segment_readers() {
            let store = segment.get_store_reader(1).map_err(tantivy::TantivyError::from)?;
            let mut of_segment = vec![FactCheckId::default(); segment.max_doc() as usize];
            for document in segment.doc_ids_alive() {
                of_segment[document as usize] = self.fields.check(&store.get(document)?)?.id;
            }
            ids.push(of_segment);
        }
        self.ids = ids;
        Ok(())
    }
}
