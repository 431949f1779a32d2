//! Pages from new to old, by `before=<last date>` and not by number: numbers shift while posts arrive.

use super::api::{Api, PAGE_SIZE};
use super::shapes::{Comment, Listed, Post};
use crate::Error;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Pages that bring nothing unseen before a site is taken to repeat itself: one can be honest, where a whole page
/// shares a second.
const REPEATED_MAX: u32 = 2;

/// One of the orders in which a list is paged through.
pub(super) struct Order<T> {
    by: &'static str,
    before: &'static str,
    after: &'static str,
    time: fn(&T) -> Option<Timestamp>,
}

pub(super) const NEW: Order<Post> = Order { by: "date", before: "before", after: "after", time: Post::published_at };
pub(super) const EDITED: Order<Post> =
    Order { by: "modified", before: "modified_before", after: "modified_after", time: Post::modified_at };
pub(super) const COMMENTS: Order<Comment> =
    Order { by: "date_gmt", before: "before", after: "after", time: Comment::published_at };

/// A stretch of time that is still to be read, from new to old.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Span {
    /// Where it ends.
    pub(super) since: Timestamp,
    /// Where it begins; now where absent.
    #[serde(default)]
    before: Option<Timestamp>,
    /// The page within what shares the last second.
    #[serde(default)]
    page: u32,
}

impl Span {
    pub(super) fn new(since: Timestamp) -> Self {
        Self { since, before: None, page: 1 }
    }

    /// Both in one: what lies between them is read again, which costs requests and no item.
    pub(super) fn join(self, older: Self) -> Self {
        Self { since: self.since.min(older.since), before: self.before, page: self.page }
    }
}

/// One page.
pub(super) struct Page<T> {
    /// What was not seen before in this run.
    pub(super) entries: Vec<T>,
    /// How many entries have a form that nobody can read.
    pub(super) unreadable: usize,
}

/// Reads a span page by page.
pub(super) struct Pages<T: 'static> {
    order: &'static Order<T>,
    span: Option<Span>,
    seen: BTreeSet<u64>,
    repeated: u32,
}

impl<T: Listed> Pages<T> {
    pub(super) fn new(order: &'static Order<T>, span: Span) -> Self {
        Self { order, span: Some(span), seen: BTreeSet::new(), repeated: 0 }
    }

    /// What is still to be read.
    pub(super) fn rest(self) -> Option<Span> {
        self.span
    }

    /// True where the site gave the same page again and again; what lies behind it cannot be reached.
    pub(super) fn went_round(&self) -> bool {
        self.repeated == REPEATED_MAX
    }

    /// The next page; `None` at the end of the span.
    pub(super) async fn next(&mut self, api: &mut Api<'_>) -> Result<Option<Page<T>>, Error> {
        let Some(Span { since, before, page }) = self.span.clone() else { return Ok(None) };
        let mut query = vec![
            ("orderby", self.order.by.to_owned()),
            ("order", "desc".to_owned()),
            (self.order.after, zulu(since)),
            ("page", page.to_string()),
        ];
        query.extend(before.map(|before| (self.order.before, zulu(before))));
        let entries: Vec<Option<T>> = api.list(&query).await?;
        let (length, entries): (_, Vec<T>) = (entries.len(), entries.into_iter().flatten().collect());
        let unreadable = length - entries.len();
        let earliest = entries.iter().filter_map(self.order.time).min();
        // An old WordPress ignores the bound on modification times; the answer itself shows when it is passed.
        let more = length == PAGE_SIZE && earliest.is_some_and(|time| time >= since);
        let entries: Vec<T> = entries.into_iter().filter(|entry| self.seen.insert(entry.id())).collect();
        self.repeated = if entries.is_empty() { self.repeated + 1 } else { 0 };
        self.span = earliest.filter(|_| more && self.repeated < REPEATED_MAX).map(|earliest| {
            // A second of overlap, because many can share one; where a whole page does, its pages are counted.
            let next = earliest + SignedDuration::from_secs(1);
            Span { since, before: Some(next), page: if before == Some(next) { page + 1 } else { 1 } }
        });
        let entries = entries.into_iter().filter(|entry| (self.order.time)(entry).is_none_or(|time| time >= since));
        Ok(Some(Page { entries: entries.collect(), unreadable }))
    }
}

/// A time as WordPress takes it: whole seconds, UTC.
fn zulu(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
