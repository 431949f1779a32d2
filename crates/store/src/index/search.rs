//! Answers from the index: hits for a query, records of a stretch of time, one document.

use super::{
    by_time::ByTime,
    day_number,
    schema::{self, Fields},
    snippet,
};
use crate::{
    Facet, Query, QueryError, Result,
    query::{Expression, In, Text},
};
use jiff::civil::Date;
use model::{DocumentKey, Record, Window};
use std::{collections::BTreeSet, ops::Bound};
use tantivy::{
    DocAddress, IndexReader, Score, TantivyDocument, Term,
    collector::{
        Count, TopDocs,
        sort_key::{SortBySimilarityScore, SortByStaticFastValue},
    },
    query::{
        AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, Occur, PhraseQuery, Query as TantivyQuery, RangeQuery,
        TermQuery, TermSetQuery,
    },
    schema::{Field, IndexRecordOption},
};

/// A word in a title says more about a document than a word in its text.
const TITLE_BOOST: f32 = 2.0;
/// A beginning that fits more words than this would not be a search but a walk through the dictionary.
const EXPANSIONS_MAX: usize = 2_000;

/// Answers from what was committed last; cheap to clone, may be used on many threads.
#[derive(Clone)]
pub struct Searcher {
    pub(crate) index: tantivy::Index,
    pub(crate) reader: IndexReader,
    pub(crate) fields: Fields,
}

/// What a search gives back.
#[derive(Clone, Copy, Debug)]
pub struct SearchOptions {
    /// At most so many hits.
    pub limit: usize,
    /// Only documents of this local day and later ones.
    pub since: Option<Date>,
    /// Only documents of this local day and earlier ones.
    pub until: Option<Date>,
    /// Which come first.
    pub sort: Sort,
}

impl Default for SearchOptions {
    fn default() -> Self {
        Self { limit: 20, since: None, until: None, sort: Sort::Relevance }
    }
}

/// The order of hits. Equals in relevance are ordered newest first, equals in time by their sequence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Best match first.
    #[default]
    Relevance,
    /// Newest first.
    Newest,
    /// Oldest first.
    Oldest,
}

/// The documents that answer a query.
#[derive(Clone, Debug, Default)]
pub struct Hits {
    /// How many there are, whatever the limit.
    pub total: usize,
    /// The first of them.
    pub hits: Vec<Hit>,
}

/// A document that answers a query.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The document.
    pub record: Record,
    /// How well its words match; 0 where the query has none.
    pub score: f32,
    /// A stretch of its text with the found words between `**`.
    pub snippet: String,
}

impl Searcher {
    /// The documents that answer a query.
    pub fn search(&self, query: &Query, options: &SearchOptions) -> Result<Hits> {
        let searcher = self.reader.searcher();
        let compiler = Compiler { fields: &self.fields, searcher: &searcher };
        let mut compiled = compiler.compile(&query.expression)?;
        if options.since.is_some() || options.until.is_some() {
            let days = compiler.days(self.fields.day, options.since, options.until);
            compiled = Box::new(BooleanQuery::intersection(vec![compiled, days]));
        }
        let sought = query.sought();
        let (total, top) = match options.sort {
            Sort::Relevance if !sought.stems.is_empty() => most_relevant(&searcher, &*compiled, options.limit)?,
            // Without words nothing is more relevant than anything else.
            sort => by_time(&searcher, &*compiled, options.limit, sort == Sort::Oldest)?,
        };
        let mut hits = Vec::with_capacity(top.len());
        for (score, address) in top {
            let record = self.fields.record(&searcher.doc::<TantivyDocument>(address)?)?;
            let snippet = snippet::snippet(&record, &sought);
            hits.push(Hit { record, score, snippet });
        }
        Ok(Hits { total, hits })
    }

    /// The records of a stretch of time, or all; by time, then by sequence. Where there are more than `limit`,
    /// the newest.
    pub fn records(&self, window: Option<&Window>, limit: usize) -> Result<Vec<Record>> {
        let searcher = self.reader.searcher();
        let query: Box<dyn TantivyQuery> = match window {
            None => Box::new(AllQuery),
            // To the microsecond below; the exact bounds are checked against the record.
            Some(window) => range(self.fields.at, Some(window.from.as_microsecond()), Some(window.to.as_microsecond())),
        };
        let (_, top) = by_time(&searcher, &*query, limit, false)?;
        // In the order of the store, so that every block is unpacked once.
        let mut addresses: Vec<_> = top.into_iter().map(|(_, address)| address).collect();
        addresses.sort_unstable();
        let mut records = Vec::with_capacity(addresses.len());
        for address in addresses {
            let record = self.fields.record(&searcher.doc::<TantivyDocument>(address)?)?;
            if window.is_none_or(|window| window.contains(record.at)) {
                records.push(record);
            }
        }
        records.sort_unstable_by_key(|record| (record.at, record.sequence));
        Ok(records)
    }

    /// One document.
    pub fn get(&self, key: &DocumentKey) -> Result<Option<Record>> {
        let searcher = self.reader.searcher();
        let query = TermQuery::new(self.fields.key_term(key), IndexRecordOption::Basic);
        let (_, top) = by_time(&searcher, &query, 1, false)?;
        let Some((_, address)) = top.first() else { return Ok(None) };
        Ok(Some(self.fields.record(&searcher.doc::<TantivyDocument>(*address)?)?))
    }

    /// How many documents there are.
    pub fn count(&self) -> u64 {
        self.reader.searcher().num_docs()
    }
}

type Top = (usize, Vec<(Score, DocAddress)>);

/// Counts everything that matches and gives the best `limit`.
fn most_relevant(searcher: &tantivy::Searcher, query: &dyn TantivyQuery, limit: usize) -> tantivy::Result<Top> {
    let Some(limit) = room(searcher, limit) else { return Ok((searcher.search(query, &Count)?, Vec::new())) };
    let at = SortByStaticFastValue::<i64>::for_field(schema::AT);
    let sequence = SortByStaticFastValue::<u64>::for_field(schema::SEQUENCE);
    let best = TopDocs::with_limit(limit).order_by((SortBySimilarityScore, at, sequence));
    let (total, best) = searcher.search(query, &(Count, best))?;
    Ok((total, best.into_iter().map(|((score, ..), address)| (score, address)).collect()))
}

/// Counts everything that matches and gives the first `limit` in the order of time.
fn by_time(searcher: &tantivy::Searcher, query: &dyn TantivyQuery, limit: usize, oldest: bool) -> tantivy::Result<Top> {
    let Some(limit) = room(searcher, limit) else { return Ok((searcher.search(query, &Count)?, Vec::new())) };
    let (total, first) = searcher.search(query, &ByTime { limit, oldest })?;
    Ok((total, first.into_iter().map(|address| (0.0, address)).collect()))
}

/// A limit that can be made room for; `None` where nothing is wanted or there.
fn room(searcher: &tantivy::Searcher, limit: usize) -> Option<usize> {
    let limit = limit.min(usize::try_from(searcher.num_docs()).unwrap_or(usize::MAX));
    (limit > 0).then_some(limit)
}

/// Turns what was asked into what the index understands.
struct Compiler<'a> {
    fields: &'a Fields,
    searcher: &'a tantivy::Searcher,
}

type Compiled = Box<dyn TantivyQuery>;

impl Compiler<'_> {
    fn compile(&self, expression: &Expression) -> Result<Compiled> {
        Ok(match expression {
            Expression::All => unscored(AllQuery),
            Expression::Text(text) => self.text(text)?,
            Expression::Facet { facet, values } => self.facet(*facet, values),
            Expression::SourcePrefix { prefix, position } => {
                let field = self.fields.facet(Facet::Source);
                let terms = self.expand(field, prefix, prefix, *position)?;
                unscored(TermSetQuery::new(terms))
            }
            Expression::Days { from, to } => self.days(self.fields.day, *from, *to),
            Expression::EventDays { from, to } => self.days(self.fields.event_day, Some(*from), Some(*to)),
            Expression::Not(_) => self.all(std::slice::from_ref(expression))?,
            Expression::And(parts) => self.all(parts)?,
            Expression::Or(parts) => {
                Box::new(BooleanQuery::union(parts.iter().map(|part| self.compile(part)).collect::<Result<_>>()?))
            }
        })
    }

    fn all(&self, parts: &[Expression]) -> Result<Compiled> {
        let mut clauses = Vec::with_capacity(parts.len() + 1);
        for part in parts {
            clauses.push(match part {
                Expression::Not(inner) => (Occur::MustNot, self.compile(inner)?),
                _ => (Occur::Must, self.compile(part)?),
            });
        }
        // "Not this" alone means everything else.
        if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            clauses.push((Occur::Must, unscored(AllQuery)));
        }
        Ok(Box::new(BooleanQuery::new(clauses)))
    }

    fn text(&self, text: &Text) -> Result<Compiled> {
        let (title, body) = (self.fields.title, self.fields.text);
        let title: Compiled = Box::new(BoostQuery::new(self.text_in(title, text)?, TITLE_BOOST));
        Ok(match text.within() {
            In::Title => title,
            In::Everywhere => Box::new(BooleanQuery::union(vec![title, self.text_in(body, text)?])),
        })
    }

    fn text_in(&self, field: Field, text: &Text) -> Result<Compiled> {
        match text {
            Text::Words { stems, .. } => Ok(match stems.as_slice() {
                [stem] => Box::new(TermQuery::new(Term::from_field_text(field, stem), IndexRecordOption::WithFreqs)),
                stems => {
                    Box::new(PhraseQuery::new(stems.iter().map(|stem| Term::from_field_text(field, stem)).collect()))
                }
            }),
            Text::Prefix { prefix, position, .. } => {
                let mut terms = self.expand(field, prefix, prefix, *position)?;
                terms.extend(self.expand(field, &format!("{}{prefix}", super::words::WHOLE), prefix, *position)?);
                Ok(Box::new(ConstScoreQuery::new(Box::new(TermSetQuery::new(terms)), 1.0)))
            }
        }
    }

    /// The words of the index that begin with something, as many as one may ask for.
    fn expand(&self, field: Field, beginning: &str, shown: &str, position: usize) -> Result<BTreeSet<Term>> {
        let mut terms = BTreeSet::new();
        for segment in self.searcher.segment_readers() {
            let index = segment.inverted_index(field)?;
            let mut stream = index.terms().range().ge(beginning).into_stream().map_err(tantivy::TantivyError::from)?;
            while stream.advance() && stream.key().starts_with(beginning.as_bytes()) {
                terms.insert(Term::from_field_text(field, &String::from_utf8_lossy(stream.key())));
                if terms.len() > EXPANSIONS_MAX {
                    return Err(QueryError::too_many_words(shown, EXPANSIONS_MAX, position).into());
                }
            }
        }
        Ok(terms)
    }

    fn facet(&self, facet: Facet, values: &BTreeSet<String>) -> Compiled {
        let field = self.fields.facet(facet);
        let terms = values.iter().map(|value| {
            Box::new(TermQuery::new(Term::from_field_text(field, value), IndexRecordOption::Basic)) as Compiled
        });
        unscored(BooleanQuery::union(terms.collect()))
    }

    fn days(&self, field: Field, from: Option<Date>, to: Option<Date>) -> Compiled {
        unscored(range(field, from.map(day_number), to.map(day_number)))
    }
}

/// Decides which documents match and says nothing about how well.
fn unscored(query: impl TantivyQuery) -> Compiled {
    Box::new(ConstScoreQuery::new(Box::new(query), 0.0))
}

/// Both ends belong to the range; at least one is given, or everything matches.
fn range(field: Field, from: Option<i64>, to: Option<i64>) -> Compiled {
    let bound = |value: Option<i64>| {
        value.map_or(Bound::Unbounded, |value| Bound::Included(Term::from_field_i64(field, value)))
    };
    match (from, to) {
        (None, None) => Box::new(AllQuery),
        _ => Box::new(RangeQuery::new(bound(from), bound(to))),
    }
}
