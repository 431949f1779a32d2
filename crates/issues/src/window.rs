//! Windows: the only place that counts days.

use crate::{
    history::History,
    movement::Context,
    series::{RECEIVED_MIN, Reception, Utterance},
};
use jiff::{Timestamp, tz::TimeZone};
use model::{DayCount, Frame, FrameWindow, IssueId, Record, Region};
use std::{collections::BTreeSet, sync::OnceLock};

/// The frame that issues are looked at in.
#[derive(Clone, Debug)]
pub(crate) struct Windows<'a> {
    windows: &'a [FrameWindow],
    /// False for gaps, and for windows in which nothing at all was received: nobody was silent there, we were deaf.
    known: Vec<bool>,
    /// Which share of the usual sources was received.
    reception: Reception,
    heard_until: Option<Timestamp>,
    /// The clock, where the last window still runs.
    now: Option<Timestamp>,
    /// Made once, since all issues are judged in the same.
    context: OnceLock<Context>,
    /// What is known beyond the frame.
    history: Option<&'a History>,
}

/// How the last window lies against those before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Change {
    /// Nothing is known of the windows before, or of the last one.
    Unknown,
    /// Nothing was said in this many windows before.
    New {
        /// Windows with data before the last.
        windows: usize,
    },
    /// So many times the mean of the windows before.
    Times {
        /// Last window against the mean.
        ratio: f32,
        /// The mean.
        mean: f32,
        /// Windows with data before the last.
        windows: usize,
    },
}

impl<'a> Windows<'a> {
    /// The windows of a frame and the times of everything received.
    pub(crate) fn new(frame: &'a Frame, times: impl Iterator<Item = Timestamp>) -> Self {
        let end = frame.windows.last().map_or(Timestamp::UNIX_EPOCH, |last| last.window.to);
        let mut windows = Self {
            windows: &frame.windows,
            known: vec![false; frame.windows.len()],
            reception: Reception::unknown(end, 0),
            heard_until: None,
            now: None,
            context: OnceLock::new(),
            history: None,
        };
        let times: Vec<Timestamp> = times.collect();
        windows.heard_until = times.iter().copied().filter(|at| windows.is_now(*at)).max();
        for position in times.iter().filter_map(|at| windows.position(*at)).collect::<BTreeSet<_>>() {
            windows.known[position] = !frame.windows[position].gap;
            if windows.known[position] {
                windows.reception.set(&frame.windows[position].window, 1.0);
            }
        }
        windows
    }

    /// The same with what the records tell of the sources that are usual, without which a window was received or not;
    /// and with the clock, where the last window still runs.
    pub(crate) fn heard(mut self, frame: &Frame, records: &[&Record], now: Option<Timestamp>) -> Self {
        self.now = now;
        self.heard_until = now.or(self.heard_until);
        self.reception = Reception::of_frame(frame, records.iter().map(|record| (record.at, &record.source)));
        self
    }

    /// The same with what is known beyond the frame.
    pub(crate) fn with_history(mut self, history: Option<&'a History>) -> Self {
        self.history = history;
        self
    }

    /// What was said of an issue before the frame.
    pub(crate) fn earlier(&self, issue: &IssueId) -> &'a [Utterance] {
        self.history.map_or(&[], |history| history.earlier(issue))
    }

    /// What the movement of an issue is judged in: the last window, over unless the clock says otherwise.
    pub(crate) fn context(&self, region: &Region) -> Option<&Context> {
        let window = self.windows.last()?.window;
        Some(self.context.get_or_init(|| {
            let zone = TimeZone::get(&region.zone).unwrap_or(TimeZone::UTC);
            Context {
                now: self.history.and_then(|history| history.now).or(self.now),
                offset_seconds: zone.to_offset(window.to).seconds(),
                zone_label: region.zone_label.clone(),
                reception: self.history.map_or(&self.reception, |history| &history.reception).clone(),
                window,
            }
        }))
    }

    /// The window in which a moment lies.
    pub(crate) fn position(&self, at: Timestamp) -> Option<usize> {
        self.windows.iter().position(|window| window.window.contains(at))
    }

    /// True where a moment lies in the window that is reported; without windows everything is reported.
    pub(crate) fn is_now(&self, at: Timestamp) -> bool {
        self.windows.last().is_none_or(|window| window.window.contains(at))
    }

    /// Counts by window; nothing, rather than zero, where nothing is known.
    pub(crate) fn trend(&self, times: impl Iterator<Item = Timestamp>) -> Vec<DayCount> {
        let mut counts = vec![0; self.windows.len()];
        times.filter_map(|at| self.position(at)).for_each(|position| counts[position] += 1);
        let days = self.windows.iter().zip(counts).zip(&self.known);
        days.map(|((window, count), known)| DayCount { date: window.date, count: known.then_some(count) }).collect()
    }

    /// Compares the last of these counts with the mean of the windows before it that are not gaps. A window with half
    /// its sources counts as half a window: the day after a bad one is no rise.
    pub(crate) fn change(&self, trend: &[DayCount]) -> Change {
        let Some((DayCount { count: Some(last), .. }, before)) = trend.split_last() else { return Change::Unknown };
        let known: Vec<(u32, f32)> = before
            .iter()
            .zip(self.windows)
            .filter_map(|(day, window)| Some((day.count?, self.reception.share_at(window.window.to).unwrap_or(1.0))))
            .filter(|(_, share)| *share >= RECEIVED_MIN)
            .collect();
        let (windows, sum) = (known.len(), known.iter().map(|(count, _)| count).sum::<u32>());
        match (windows, sum) {
            (0, _) => Change::Unknown,
            (_, 0) => Change::New { windows },
            _ => {
                let mean = sum as f32 / known.iter().map(|(_, share)| share).sum::<f32>();
                Change::Times { ratio: *last as f32 / mean, mean, windows }
            }
        }
    }

    /// The last moment of the reported window from which anything was received: its end, or nearly now where it runs.
    pub(crate) fn heard_until(&self) -> Option<Timestamp> {
        self.heard_until
    }
}

impl Change {
    /// The ratio, where there is a base to compare with.
    pub(crate) fn rise(self) -> Option<f32> {
        match self {
            Self::Times { ratio, .. } => Some(ratio),
            Self::Unknown | Self::New { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::{ToSpan as _, civil::date};
    use model::Window;

    /// Windows of one day each; those at `missing` lack one of two sources.
    fn frame(gaps: &[bool], missing: &[usize]) -> Frame {
        let start: Timestamp = "2026-11-18T22:00:00Z".parse().unwrap();
        let window = |(day, &gap): (usize, &bool)| {
            let from = start.checked_add((24 * day as i64).hours()).unwrap();
            let window = Window { from, to: from.checked_add(24.hours()).unwrap() };
            let missing_sources = if missing.contains(&day) { vec!["b".into()] } else { vec![] };
            FrameWindow { date: date(2026, 11, 19), window, missing_sources, gap }
        };
        Frame { windows: gaps.iter().enumerate().map(window).collect() }
    }

    fn change(counts: &[Option<u32>], missing: &[usize]) -> Change {
        let gaps: Vec<bool> = counts.iter().map(Option::is_none).collect();
        let frame = frame(&gaps, missing);
        let ends: Vec<Timestamp> = frame.windows.iter().map(|window| window.window.to).collect();
        let record = |at: &Timestamp| Record { at: *at, source: "a".into(), ..Record::default() };
        let records: Vec<Record> = ends.iter().map(record).collect();
        let windows = Windows::new(&frame, ends.into_iter()).heard(&frame, &records.iter().collect::<Vec<_>>(), None);
        let day = |&count: &Option<u32>| DayCount { date: date(2026, 11, 20), count };
        windows.change(&counts.iter().map(day).collect::<Vec<_>>())
    }

    #[test]
    fn a_gap_is_neither_zero_nor_part_of_the_mean() {
        let rise = |counts: &[Option<u32>]| change(counts, &[]).rise();
        assert_eq!(rise(&[Some(1), Some(3), Some(8)]), Some(4.0));
        assert_eq!(rise(&[Some(4), None, Some(8)]), Some(2.0));
        assert_eq!(rise(&[None, None, Some(8)]), None);
        assert_eq!(rise(&[Some(4), None]), None);
        assert_eq!(rise(&[Some(8)]), None);
        assert_eq!(rise(&[]), None);
        assert_eq!(change(&[Some(0), None, Some(0), Some(8)], &[]), Change::New { windows: 2 });
    }

    #[test]
    fn a_day_with_half_its_sources_counts_as_half_a_day() {
        assert_eq!(change(&[Some(8), Some(4), Some(8), Some(8)], &[1]).rise(), Some(1.0));
        assert_eq!(
            change(&[Some(8), Some(8), Some(8), Some(4)], &[3]).rise(),
            Some(0.5),
            "the last is as it was received"
        );
    }

    #[test]
    fn windows_are_open_at_their_start_and_closed_at_their_end() {
        let start: Timestamp = "2026-11-18T22:00:00Z".parse().unwrap();
        let frame = frame(&[true, false, false, false], &[]);
        let at = |hours: i64| start.checked_add(hours.hours()).unwrap();
        let windows = Windows::new(&frame, [1, 25, 96].map(at).into_iter());
        let positions = [0, 1, 24, 25, 48, 96, 97].map(|hours| windows.position(at(hours)));
        assert_eq!(positions, [None, Some(0), Some(0), Some(1), Some(1), Some(3), None]);
        let counts: Vec<_> = windows.trend([1, 24, 25].map(at).into_iter()).iter().map(|day| day.count).collect();
        assert_eq!(counts, [None, Some(1), None, Some(0)], "a gap, one, nothing received, none");
        assert!(windows.is_now(at(96)) && !windows.is_now(at(72)));
    }
}
