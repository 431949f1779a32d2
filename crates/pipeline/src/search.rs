//! `search`: a query in the words of officials to hits with their issue's place in the list.

use crate::{Error, HitLine, Office, lines::hit_line};
use jiff::civil::Date;
use model::Record;
use std::collections::BTreeMap;
use store::{Query, SearchOptions, Sort, Vocabulary};

/// A question.
#[derive(Clone, Debug)]
pub struct SearchRequest {
    /// Query language of the reference.
    pub query: String,
    /// From this local day on.
    pub since: Option<Date>,
    /// Up to and including this local day.
    pub until: Option<Date>,
    /// Hits at most.
    pub limit: usize,
    /// Whether each hit names the issue that it stands in.
    pub with_issues: bool,
    /// Newest first instead of best first.
    pub newest_first: bool,
}

/// The answer.
pub struct Found {
    /// Matching documents altogether.
    pub total: usize,
    /// The first of them.
    pub hits: Vec<FoundHit>,
}

/// One hit.
pub struct FoundHit {
    /// What was found.
    pub record: Record,
    /// The line that scripts read.
    pub line: HitLine,
}

impl Office {
    /// Answers a query.
    ///
    /// # Errors
    /// The query cannot be read (position and known fields are named), or the index cannot.
    pub fn search(&self, request: &SearchRequest) -> Result<Found, Error> {
        let vocabulary = Vocabulary::new(&self.lexicons.region);
        let query = Query::parse(&request.query, &vocabulary).map_err(store::Error::from)?;
        let options = SearchOptions {
            limit: request.limit,
            since: request.since,
            until: request.until,
            sort: if request.newest_first { Sort::Newest } else { Sort::Relevance },
        };
        let hits = self.index.searcher().search(&query, &options)?;
        let issues = if request.with_issues { self.membership()? } else { BTreeMap::new() };
        Ok(Found {
            total: hits.total,
            hits: hits
                .hits
                .into_iter()
                .map(|hit| {
                    let mut line = hit_line(&hit.record, issues.get(&hit.record.key().to_string()).cloned());
                    line.snippet = Some(hit.snippet);
                    line.score = hit.score;
                    FoundHit { record: hit.record, line }
                })
                .collect(),
        })
    }
}
