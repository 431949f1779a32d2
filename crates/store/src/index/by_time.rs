//! The newest or oldest of the documents that match, and how many match.
//!
//! The library's own collector looks at documents in the order of the index, which is nearly that of time:
//! asked for the newest, every document would be the best so far. Here the matches of a segment are
//! gathered first and looked at from their end, so that all but a few are turned down at once.

use super::schema::{AT, SEQUENCE};
use std::{cmp::Reverse, sync::Arc};
use tantivy::{
    DocAddress, DocId, Score, SegmentOrdinal, SegmentReader,
    collector::{Collector, SegmentCollector},
    columnar::ColumnValues,
};

/// Time and sequence, turned so that the greater one is wanted first.
type Rank = (i64, u64);
type Ranked = (Rank, DocAddress);

pub(crate) struct ByTime {
    /// At least 1.
    pub(crate) limit: usize,
    pub(crate) oldest: bool,
}

pub(crate) struct SegmentByTime {
    segment: SegmentOrdinal,
    limit: usize,
    oldest: bool,
    at: Arc<dyn ColumnValues<i64>>,
    sequence: Arc<dyn ColumnValues<u64>>,
    matches: Vec<DocId>,
}

impl Collector for ByTime {
    type Fruit = (usize, Vec<DocAddress>);
    type Child = SegmentByTime;

    fn for_segment(&self, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentByTime> {
        Ok(SegmentByTime {
            segment,
            limit: self.limit,
            oldest: self.oldest,
            at: reader.fast_fields().column_first_or_default(AT)?,
            sequence: reader.fast_fields().column_first_or_default(SEQUENCE)?,
            matches: Vec::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<(usize, Vec<Ranked>)>) -> tantivy::Result<Self::Fruit> {
        let total = segments.iter().map(|(total, _)| total).sum();
        let mut ranked: Vec<_> = segments.into_iter().flat_map(|(_, ranked)| ranked).collect();
        ranked.sort_unstable_by_key(|ranked| Reverse(*ranked));
        ranked.truncate(self.limit);
        Ok((total, ranked.into_iter().map(|(_, address)| address).collect()))
    }
}

impl SegmentByTime {
    fn rank(&self, doc: DocId) -> Rank {
        let (at, sequence) = (self.at.get_val(doc), self.sequence.get_val(doc));
        if self.oldest { (-at, u64::MAX - sequence) } else { (at, sequence) }
    }

    fn best(&self, docs: impl Iterator<Item = DocId>) -> Vec<Ranked> {
        let mut best: Vec<Ranked> = Vec::new();
        // What a document must reach, once as many as wanted are known.
        let mut least = None;
        for doc in docs {
            let rank = self.rank(doc);
            if least.is_some_and(|least| rank < least) {
                continue;
            }
            best.push((rank, DocAddress::new(self.segment, doc)));
            // Sorting out only now and then keeps the cost of one document constant.
            if best.len() >= self.limit.saturating_mul(2) {
                best.select_nth_unstable_by_key(self.limit - 1, |ranked| Reverse(*ranked));
                best.truncate(self.limit);
                least = best.last().map(|(rank, _)| *rank);
            }
        }
        best
    }
}

impl SegmentCollector for SegmentByTime {
    type Fruit = (usize, Vec<Ranked>);

    fn collect(&mut self, doc: DocId, _score: Score) {
        self.matches.push(doc);
    }

    fn collect_block(&mut self, docs: &[DocId]) {
        self.matches.extend_from_slice(docs);
    }

    fn harvest(mut self) -> Self::Fruit {
        let matches = std::mem::take(&mut self.matches);
        let docs = matches.iter().copied();
        let best = if self.oldest { self.best(docs) } else { self.best(docs.rev()) };
        (matches.len(), best)
    }
}
