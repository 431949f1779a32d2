//! `search`: a query in the words of officials to hits with their issue's place in the list.

use crate::{Error, HitLine, Office, lines::hit_line};
use issues::Human;
use jiff::{SignedDuration, civil::Date};
use model::{DocumentKey, IssueId, Record, Window};
use std::collections::{BTreeMap, BTreeSet};
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
        let issues = if request.with_issues { self.issues_of(&hits.hits)? } else { BTreeMap::new() };
        Ok(Found {
            total: hits.total,
            hits: hits
                .hits
                .into_iter()
                .map(|hit| {
                    let mut line = hit_line(&hit.record, issues.get(&hit.record.key()).cloned());
                    line.snippet = Some(hit.snippet);
                    line.score = hit.score;
                    FoundHit { record: hit.record, line }
                })
                .collect(),
        })
    }

    /// The issues in which hits stand.
    fn issues_of(&self, hits: &[store::Hit]) -> Result<BTreeMap<DocumentKey, IssueId>, Error> {
        let times = || hits.iter().map(|hit| hit.record.at);
        let (Some(first), Some(last)) = (times().min(), times().max()) else { return Ok(BTreeMap::new()) };
        let window = Window { from: first - SignedDuration::from_secs(1), to: last };
        let mut members = self.members(Some(&window))?;
        Human::of(&self.truth.decisions()?).regroup(&mut members);
        let wanted: BTreeSet<DocumentKey> = hits.iter().map(|hit| hit.record.key()).collect();
        let found = members.into_iter().filter(|member| wanted.contains(&member.key));
        Ok(found.map(|member| (member.key, member.issue)).collect())
    }
}
