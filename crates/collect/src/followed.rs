//! Comments under videos and posts that are followed for a while: when to look, how far to read, where to go on.
//!
//! Comments come newest first. A *short* look reads down to what the last finished look had as its newest; it happens
//! when the platform's own count has changed. A *full* look reads all pages once a day, since edits and late replies
//! move nothing to the top. A look that was cut off (a bound, an allowance, a kill) goes on at its page in the next
//! run, and only a finished one moves the mark: nothing between two marks can be missed.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const FULL_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// A page mark longer than this is not kept; that look starts again from the top.
const PAGE_LENGTH_MAX: usize = 400;

/// One video or post whose comments are read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Followed {
    /// Publication, in seconds.
    #[serde(rename = "p")]
    pub(crate) published: i64,
    /// The revision that was handed over.
    #[serde(rename = "r", skip_serializing_if = "String::is_empty")]
    pub(crate) revision: String,
    /// How many comments there were at the start of the last finished look.
    #[serde(rename = "n", skip_serializing_if = "Option::is_none")]
    count: Option<u64>,
    /// Time of the newest comment at that moment, in seconds.
    #[serde(rename = "t", skip_serializing_if = "Option::is_none")]
    newest: Option<i64>,
    /// When the last full look was finished, in seconds.
    #[serde(rename = "f", skip_serializing_if = "Option::is_none")]
    full: Option<i64>,
    /// A look that was cut off.
    #[serde(rename = "l", skip_serializing_if = "Option::is_none")]
    look: Option<Look>,
    /// True where comments are turned off, so that it is said once.
    #[serde(rename = "o", skip_serializing_if = "std::ops::Not::not")]
    pub(crate) off: bool,
}

/// A look through the comments, from the top downwards.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Look {
    /// The next page; the first where absent.
    #[serde(rename = "g", skip_serializing_if = "Option::is_none")]
    pub(crate) page: Option<String>,
    /// True where every page is read.
    #[serde(rename = "a")]
    pub(crate) full: bool,
    /// Where a short look ends: the mark of the last finished one.
    #[serde(rename = "u", skip_serializing_if = "Option::is_none")]
    until: Option<i64>,
    /// What the mark will be.
    #[serde(rename = "m", skip_serializing_if = "Option::is_none")]
    mark: Option<i64>,
    #[serde(rename = "c", skip_serializing_if = "Option::is_none")]
    count: Option<u64>,
}

impl Followed {
    pub(crate) fn new(published: Timestamp) -> Self {
        Self { published: published.as_second(), ..Self::default() }
    }

    /// The look that is due, given how many comments there are now (where that is known).
    pub(crate) fn due(&self, now: Timestamp, count: Option<u64>) -> Option<Look> {
        if let Some(look) = &self.look {
            return Some(look.clone());
        }
        let full = self.full.is_none_or(|last| (now.as_second() - last).abs() >= FULL_AFTER.as_secs());
        let changed = count.is_none() || count != self.count;
        // Nothing to read and nothing read before: no request for it.
        let empty = count == Some(0) && self.count.unwrap_or(0) == 0;
        ((full || changed) && !empty).then_some(Look { full, until: self.newest, count, ..Look::default() })
    }

    /// Takes a page into account; the look that goes on, or `None` when it is finished.
    pub(crate) fn turn(
        &mut self,
        mut look: Look,
        times: impl Iterator<Item = Timestamp>,
        next: Option<String>,
        now: Timestamp,
    ) -> Option<Look> {
        let (mut newest, mut oldest) = (look.mark, None::<i64>);
        for time in times.map(Timestamp::as_second) {
            // A date in the future would hide everything before it.
            let time = time.min(now.as_second());
            newest = Some(newest.map_or(time, |newest| newest.max(time)));
            oldest = Some(oldest.map_or(time, |oldest| oldest.min(time)));
        }
        look.mark = newest;
        // Strictly older: comments of the same second may lie on both sides of the mark.
        let known = !look.full && look.until.zip(oldest).is_some_and(|(until, oldest)| oldest < until);
        match next.filter(|_| !known) {
            Some(page) => {
                look.page = Some(page);
                self.look = Some(look.clone());
                Some(look)
            }
            None => {
                self.newest = look.mark.max(self.newest);
                self.count = look.count;
                self.full = if look.full { Some(now.as_second()) } else { self.full };
                self.look = None;
                None
            }
        }
    }

    /// Whether a comment is younger than everything the last finished look has seen.
    pub(crate) fn is_new(&self, time: Option<Timestamp>) -> bool {
        self.newest.is_none_or(|newest| time.is_none_or(|time| time.as_second() > newest))
    }

    /// Gives a cut-off look up: it starts again from the top.
    pub(crate) fn restart(&mut self) {
        self.look = None;
    }

    /// Ends a look that cannot be made (comments are turned off), until tomorrow.
    pub(crate) fn set_off(&mut self, now: Timestamp, count: Option<u64>) {
        (self.off, self.look, self.count, self.full) = (true, None, count, Some(now.as_second()));
    }
}

/// Keeps a cursor small: drops the oldest beyond `most`, and page marks that are too long. Says how many were dropped.
pub(crate) fn bound(followed: &mut BTreeMap<String, Followed>, most: usize) -> usize {
    for one in followed.values_mut() {
        if one.look.as_ref().and_then(|look| look.page.as_ref()).is_some_and(|page| page.len() > PAGE_LENGTH_MAX) {
            one.look = None;
        }
    }
    let surplus = followed.len().saturating_sub(most);
    let mut by_age: Vec<_> = followed.iter().map(|(id, one)| (one.published, id.clone())).collect();
    by_age.sort();
    for (_, id) in by_age.into_iter().take(surplus) {
        followed.remove(&id);
    }
    surplus
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("small")
    }

    #[test]
    fn reads_down_to_the_mark_and_goes_on_where_it_was_cut_off() {
        let mut video = Followed::new(at(0));
        let look = video.due(at(1000), Some(4)).expect("the first look");
        assert!(look.full);
        let look = video.turn(look, [at(900), at(800)].into_iter(), Some("dua".into()), at(1000)).expect("goes on");
        assert_eq!(video.due(at(1100), Some(9)), Some(look.clone()), "a cut-off look comes first");
        assert_eq!(video.turn(look, [at(700)].into_iter(), None, at(1100)), None);
        assert_eq!(video.due(at(1200), Some(4)), None, "nothing changed");

        let look = video.due(at(1300), Some(6)).expect("the count changed");
        assert!(!look.full && !video.is_new(Some(at(900))) && video.is_new(Some(at(901))));
        let look = video.turn(look, [at(1250), at(900)].into_iter(), Some("dua".into()), at(1300)).expect("a tie");
        assert_eq!(video.turn(look, [at(899)].into_iter(), Some("tiga".into()), at(1300)), None);
        assert!(!video.is_new(Some(at(1250))));
        assert!(video.due(at(1000 + 90_000), Some(6)).is_some_and(|look| look.full), "once a day all of it");
    }
}
