//! The stream: records come in batches, and where every document stands is known after each.
//!
//! What is remembered depends on the documents of each hour of arrival only: the hour that is still open is placed anew,
//! in the order of publication, whenever somebody asks, and kept for good when the next begins. So neither the size of
//! batches nor the order within an hour changes anything, and a replay gives what was found live.

use crate::{
    Options,
    features::{self, DAY},
    member::Member,
    memory::{Doc, Indexes, Memory},
    place::Placing,
};
use model::{Record, Region};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, sync::Arc};
use xxhash_rust::xxh3::xxh3_64;

/// An open hour of more documents is closed, so that an import of everything at once does its work once.
const OPEN_MAX: usize = 4_096;
const HOUR: i64 = 3_600;

/// Grouping that goes on as records come in.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "Written")]
pub struct Stream {
    options: Options,
    last_sequence: u64,
    memory: Memory,
    /// The hour of arrival that is open, its documents, and what it replaces or withdraws of earlier hours.
    hour: i64,
    open: Vec<Doc>,
    gone: BTreeSet<u64>,
    #[serde(skip)]
    indexes: Indexes,
}

impl Stream {
    /// Nothing is known yet.
    pub fn new(options: &Options) -> Self {
        Self {
            options: options.clone(),
            last_sequence: 0,
            memory: Memory::default(),
            hour: i64::MIN,
            open: Vec::new(),
            gone: BTreeSet::new(),
            indexes: Indexes::default(),
        }
    }

    /// The position in truth of the last record that was taken in.
    pub fn last_sequence(&self) -> u64 {
        self.last_sequence
    }

    /// What it was made with; other options need a new stream.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Takes analysed records in the order of truth. What was taken in before is passed over, so a batch may come twice.
    pub fn add(&mut self, records: &[Record], region: &Region) {
        let new = records.iter().filter(|record| record.sequence > self.last_sequence);
        let docs: Vec<(&Record, Option<Doc>)> = new
            .collect::<Vec<_>>()
            .into_par_iter()
            .map(|record| (record, (!record.withdrawn).then(|| doc(record, region))))
            .collect();
        for (record, doc) in docs {
            let hour = record.first_seen_at.as_second().div_euclid(HOUR);
            if hour > self.hour || self.open.len() >= OPEN_MAX {
                self.close(region);
                self.pass(hour);
            }
            self.last_sequence = self.last_sequence.max(record.sequence);
            if let Some(replaced) = record.replaces {
                let before = self.open.len();
                self.open.retain(|doc| doc.sequence != replaced);
                if self.open.len() == before {
                    self.gone.insert(replaced);
                }
            }
            self.open.extend(doc);
        }
    }

    /// Where every document stands that can still be joined.
    pub fn members(&self, region: &Region) -> Vec<Member> {
        let mut memory = self.memory.clone();
        Placing::new(&mut memory, &self.indexes, region, &self.options).place(&self.open, &self.gone);
        let docs: Vec<u64> = memory.docs.keys().copied().collect();
        docs.into_par_iter().map(|doc| memory.member(doc)).collect()
    }

    /// Takes out where the documents stand that have grown too old to be joined. The caller keeps them by day; a later
    /// revision of one of them comes among [`Stream::members`] again and replaces what was kept under its key.
    pub fn retire(&mut self) -> Vec<Member> {
        std::mem::take(&mut self.memory.retired)
    }

    /// Places the open hour for good.
    fn close(&mut self, region: &Region) {
        if self.open.is_empty() && self.gone.is_empty() {
            return;
        }
        let (open, gone) = (std::mem::take(&mut self.open), std::mem::take(&mut self.gone));
        let changed = Placing::new(&mut self.memory, &self.indexes, region, &self.options).place(&open, &gone);
        changed.keep(&mut self.memory, &mut self.indexes);
        self.memory.forget(&self.options, &mut self.indexes);
    }

    /// Begins another hour; at midnight what is common is counted a little less.
    fn pass(&mut self, hour: i64) {
        if self.hour != i64::MIN {
            let days = (hour * HOUR).div_euclid(DAY) - (self.hour * HOUR).div_euclid(DAY);
            if days > 0 {
                Arc::make_mut(&mut self.memory.rarity.0).fade(days);
            }
        }
        self.hour = self.hour.max(hour);
    }
}

/// A stream as it was written.
#[derive(Deserialize)]
struct Written {
    options: Options,
    last_sequence: u64,
    memory: Memory,
    hour: i64,
    open: Vec<Doc>,
    gone: BTreeSet<u64>,
}

impl From<Written> for Stream {
    fn from(written: Written) -> Self {
        let Written { options, last_sequence, mut memory, hour, open, gone } = written;
        let indexes = memory.restore();
        Self { options, last_sequence, memory, hour, open, gone, indexes }
    }
}

/// A record as the stream keeps it, with its words still counted only.
fn doc(record: &Record, region: &Region) -> Doc {
    /// Days from publication within which a day of the event is news rather than background.
    const NEWS_DAYS: i32 = 3;
    let features = features::features(record, region, true);
    let is_news =
        record.event_date.is_some_and(|date| !record.dated || (record.day - date).get_days().abs() <= NEWS_DAYS);
    Doc {
        sequence: record.sequence,
        key: record.key(),
        first_seen: record.first_seen_at,
        at: record.at,
        time: features.time,
        kind: record.kind,
        coverage: record.coverage,
        author: record.author_pseudonym.as_ref().map(|author| xxh3_64(author.as_bytes())),
        topic: record.topics.first().cloned(),
        regencies: features.regencies,
        event_date: record.event_date,
        is_news,
        spam: record.spam.is_some(),
        terms: features.terms,
        marks: features.marks,
        signature: features.signature,
        form: features.form,
        copy_of: None,
    }
}
