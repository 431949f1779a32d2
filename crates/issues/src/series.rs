//! `Series`: voices by the hour, and what share of the usual sources was received in each hour.
//!
//! Figures of issues, topics and places are counted from the same type, so the same three rules hold for all of them:
//! a copy is no voice, one account is heard up to its cap, and an hour in which nothing was received is unknown rather
//! than zero.
//!
//! Hours are counted back from an end, mostly the cut-off of the office's day. The same hour of the same weekday is
//! then a whole number of hours back, in every zone without daylight saving.

use crate::member::Member;
use jiff::{SignedDuration, Timestamp};
use model::{Coverage, Frame, Record, SourceName, Window};
use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{Hash as _, Hasher as _},
};

/// Hours of a day.
pub const DAY_HOURS: usize = 24;
/// Hours of a week.
pub const WEEK_HOURS: usize = 7 * DAY_HOURS;
/// Hours that a series reaches back; five weeks hold four earlier ones of the same weekday.
const HOURS_MAX: usize = 5 * WEEK_HOURS;
/// Below this share of its usual sources a stretch is as good as not received.
pub(crate) const RECEIVED_MIN: f32 = 0.5;
/// A source is usual when it spoke in so many windows of a frame; the same number that makes it missed where it did not.
const USUAL_AFTER: usize = 3;

/// That somebody said something: what figures need to know of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Utterance {
    /// When it counts.
    pub at: Timestamp,
    /// A citizen's words rather than an outlet's.
    pub public: bool,
    /// Neither paid for nor the government's own.
    pub earned: bool,
    /// A near-copy of another document.
    pub copy: bool,
    /// Hash of its account; for caps only.
    pub author: Option<u64>,
    /// Hash of its source.
    pub source: u64,
}

impl Utterance {
    /// What figures need of a record.
    pub fn of(record: &Record, copy: bool) -> Self {
        Self {
            at: record.at,
            public: record.kind.is_public_voice(),
            earned: record.coverage == Coverage::Earned,
            copy,
            author: record.author_pseudonym.as_deref().map(hash),
            source: hash(record.source.as_str()),
        }
    }

    /// Whoever speaks: the account; the source where it names none.
    pub(crate) fn speaker(&self) -> u64 {
        self.author.unwrap_or(self.source)
    }
}

impl From<&Member> for Utterance {
    fn from(member: &Member) -> Self {
        Self {
            at: member.at,
            public: member.kind.is_public_voice(),
            earned: member.coverage == Coverage::Earned,
            copy: member.copy_of.is_some(),
            author: member.author,
            source: hash(member.key.source.as_str()),
        }
    }
}

fn hash(value: &str) -> u64 {
    let mut hasher = rustc_hash::FxHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}

/// How often one speaker is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cap {
    /// Utterances that count,
    pub voices: u32,
    /// in so many hours, counted back from the end of the series.
    pub hours: u32,
}

impl Cap {
    /// For volumes by day: one account that posts all day is not a crowd.
    pub const DAY: Self = Self { voices: 3, hours: 24 };
    /// For the last hour: so many voices are so many accounts.
    pub const HOUR: Self = Self { voices: 1, hours: 1 };
}

/// Which share of the usual sources was received, hour by hour.
#[derive(Clone, Debug, PartialEq)]
pub struct Reception {
    /// The end of the last hour.
    end: Timestamp,
    /// How many sources are usual; 0 where nobody knows.
    sources: u32,
    /// Share by hours back from the end; nothing where nothing is known.
    shares: Vec<Option<f32>>,
}

impl Reception {
    /// Nothing known of any hour before `end`; `sources` are usual.
    pub fn unknown(end: Timestamp, sources: u32) -> Self {
        Self { end, sources, shares: Vec::new() }
    }

    /// Everything received in the `hours` before `end`.
    pub fn complete(end: Timestamp, sources: u32, hours: usize) -> Self {
        Self { end, sources, shares: vec![Some(1.0); hours.min(HOURS_MAX)] }
    }

    /// What a frame and what was heard in it tell: gaps are unknown, missing sources lower the share.
    pub fn of_frame<'a>(frame: &Frame, heard: impl IntoIterator<Item = (Timestamp, &'a SourceName)>) -> Self {
        let end = frame.windows.last().map_or(Timestamp::UNIX_EPOCH, |last| last.window.to);
        let mut spoke: BTreeMap<&SourceName, BTreeSet<usize>> = BTreeMap::new();
        for (at, source) in heard {
            if let Some(position) = frame.windows.iter().position(|window| window.window.contains(at)) {
                spoke.entry(source).or_default().insert(position);
            }
        }
        let received: BTreeSet<usize> = spoke.values().flatten().copied().collect();
        let steady = spoke.iter().filter(|(_, windows)| windows.len() >= USUAL_AFTER).map(|(source, _)| *source);
        let missed = frame.windows.iter().flat_map(|window| &window.missing_sources);
        let sources = steady.chain(missed).collect::<BTreeSet<_>>().len() as u32;
        let mut reception = Self::unknown(end, sources);
        for (position, window) in frame.windows.iter().enumerate() {
            // Nobody was silent where nothing at all came in: we were deaf.
            if !window.gap && received.contains(&position) {
                let missing = window.missing_sources.len() as f32 / sources.max(1) as f32;
                reception.set(&window.window, 1.0 - missing.min(1.0));
            }
        }
        reception
    }

    /// Says which share of the usual sources was received in the hours of a window.
    pub fn set(&mut self, window: &Window, share: f32) {
        let (first, last) = (hours_back(self.end, window.to), hours_back(self.end, window.from));
        let (first, last) = (first.clamp(0, HOURS_MAX as i64) as usize, last.clamp(0, HOURS_MAX as i64) as usize);
        if self.shares.len() < last {
            self.shares.resize(last, None);
        }
        self.shares[first..last.max(first)].fill(Some(share.clamp(0.0, 1.0)));
    }

    /// The share in the hour that ends at `at`.
    pub(crate) fn share_at(&self, at: Timestamp) -> Option<f32> {
        let back = hours_back(self.end, at);
        self.shares.get(back.max(0) as usize).copied().flatten()
    }
}

impl Reception {
    /// The sum of the shares of so many hours, the last of which ends so many hours back. An hour after the last one
    /// known is as the last one: the day that runs.
    fn received(&self, back: i64, hours: usize) -> f32 {
        let until = (back + hours as i64).clamp(0, self.shares.len() as i64) as usize;
        let from = (back.max(0) as usize).min(until);
        let later = (-back).clamp(0, hours as i64) as f32;
        let last = self.shares.first().copied().flatten().unwrap_or(0.0);
        later * last + self.shares[from..until].iter().flatten().sum::<f32>()
    }
}

/// Whole hours from `at` to `end`; an hour holds its end and not its start.
fn hours_back(end: Timestamp, at: Timestamp) -> i64 {
    const HOUR: i128 = 3_600_000_000_000;
    (end.as_nanosecond() - at.as_nanosecond()).div_euclid(HOUR) as i64
}

/// Voices by the hour. Hours are open at their start and closed at their end, like windows.
#[derive(Clone, Debug)]
pub struct Series<'a> {
    end: Timestamp,
    reception: &'a Reception,
    /// Hours between the end and that of the reception; negative where the series goes on.
    shift: i64,
    /// Voices by hours back from the end; 0 is the hour that ends there.
    voices: BTreeMap<usize, f32>,
}

/// What one stretch of a series holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// Voices.
    pub voices: f32,
    /// Share of the usual sources that was received, over all its hours.
    pub coverage: f32,
}

impl<'a> Series<'a> {
    /// Nobody said anything; the last hour ends at `end`.
    pub fn new(end: Timestamp, reception: &'a Reception) -> Self {
        Self { end, reception, shift: hours_back(reception.end, end), voices: BTreeMap::new() }
    }

    /// The voices among these utterances: copies are none, and each speaker is heard up to the cap.
    ///
    /// Utterances may come in any order; which of a speaker's are heard makes no difference to a block's sum.
    pub fn of(
        utterances: impl IntoIterator<Item = Utterance>,
        cap: Cap,
        end: Timestamp,
        reception: &'a Reception,
    ) -> Self {
        let mut series = Self::new(end, reception);
        let mut times: Vec<Utterance> = utterances.into_iter().filter(|utterance| !utterance.copy).collect();
        times.sort_by_key(|utterance| (utterance.at, utterance.speaker()));
        let mut heard: BTreeMap<(u64, i64), u32> = BTreeMap::new();
        for utterance in times {
            let back = hours_back(end, utterance.at);
            // An outlet has no account; its articles are each a report of their own.
            let within = utterance.author.is_none_or(|author| {
                let heard = heard.entry((author, back.div_euclid(i64::from(cap.hours.max(1))))).or_default();
                *heard += 1;
                *heard <= cap.voices
            });
            if within {
                series.add(utterance.at, 1.0);
            }
        }
        series
    }

    /// Adds voices that somebody else has counted and capped.
    pub fn add(&mut self, at: Timestamp, voices: f32) {
        let back = hours_back(self.end, at);
        if (0..HOURS_MAX as i64).contains(&back) {
            *self.voices.entry(back as usize).or_default() += voices;
        }
    }

    /// The end of the last hour.
    pub fn end(&self) -> Timestamp {
        self.end
    }

    /// How many sources are usual; 0 where nobody knows.
    pub(crate) fn sources(&self) -> u32 {
        self.reception.sources
    }

    /// Whole hours between `at` and the end, none for what is later.
    pub(crate) fn back(&self, at: Timestamp) -> usize {
        hours_back(self.end, at).max(0) as usize
    }

    /// The moment so many hours before the end.
    pub(crate) fn moment(&self, back: usize) -> Timestamp {
        self.end.saturating_sub(SignedDuration::from_hours(back as i64)).unwrap_or(self.end)
    }

    /// The `hours` hours that end `back` hours before the end of the series.
    pub fn stretch(&self, back: usize, hours: usize) -> Stretch {
        let received = self.reception.received(back as i64 + self.shift, hours);
        Stretch {
            voices: self.voices.range(back..back + hours).fold(0.0, |sum, (_, voices)| sum + voices),
            coverage: received / hours.max(1) as f32,
        }
    }

    /// The same, where enough of the usual sources was received to say anything.
    pub(crate) fn known(&self, back: usize, hours: usize) -> Option<Stretch> {
        Some(self.stretch(back, hours)).filter(|stretch| stretch.coverage >= RECEIVED_MIN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan as _;

    fn end() -> Timestamp {
        "2026-11-19T22:00:00Z".parse().unwrap()
    }

    fn said(minutes: i64, author: Option<u64>) -> Utterance {
        let at = end().checked_sub(minutes.minutes()).unwrap();
        Utterance { at, public: true, earned: true, copy: false, author, source: 1 }
    }

    #[test]
    fn one_account_is_heard_up_to_its_cap_and_copies_never() {
        let reception = Reception::complete(end(), 4, 48);
        let loud = (0..10_000).map(|n| said(n % 1440, Some(7)));
        let copies = (0..50).map(|n| Utterance { copy: true, ..said(n, Some(n as u64)) });
        let series = Series::of(loud.chain(copies).chain([said(5, Some(8))]), Cap::DAY, end(), &reception);
        assert_eq!(series.stretch(0, 24).voices, 4.0, "three of one account and one of another");
        let by_hour = Series::of((0..600).map(|n| said(n, Some(7))), Cap::HOUR, end(), &reception);
        assert_eq!(by_hour.stretch(0, 10).voices, 10.0, "one an hour");
        let articles = Series::of((0..5).map(|_| said(5, None)), Cap::DAY, end(), &reception);
        assert_eq!(articles.stretch(0, 1).voices, 5.0, "outlets have no account");
    }

    #[test]
    fn hours_hold_their_end_and_not_their_start() {
        let reception = Reception::complete(end(), 4, 48);
        let series = Series::of([said(0, None), said(60, None), said(61, None)], Cap::DAY, end(), &reception);
        assert_eq!([0, 1].map(|back| series.stretch(back, 1).voices), [1.0, 2.0]);
    }

    #[test]
    fn what_was_not_received_is_unknown() {
        let mut reception = Reception::unknown(end(), 10);
        let day = |back: i64| Window {
            from: end().checked_sub((24 * (back + 1)).hours()).unwrap(),
            to: end().checked_sub((24 * back).hours()).unwrap(),
        };
        reception.set(&day(0), 0.8);
        reception.set(&day(2), 0.4);
        let series = Series::new(end(), &reception);
        assert!((series.stretch(0, 24).coverage - 0.8).abs() < 1e-4);
        assert!((series.stretch(12, 24).coverage - 0.4).abs() < 1e-4, "half of it is unknown");
        assert!(series.known(0, 24).is_some());
        assert_eq!([24, 48].map(|back| series.known(back, 24)), [None, None], "deaf, and too few sources");
    }
}
