//! Windows: the only place that counts days.

use jiff::Timestamp;
use model::{DayCount, Frame, FrameWindow};
use std::collections::BTreeSet;

/// The frame that issues are looked at in.
#[derive(Clone, Debug)]
pub(crate) struct Windows<'a> {
    windows: &'a [FrameWindow],
    /// False for gaps, and for windows in which nothing at all was received: nobody was silent there, we were deaf.
    known: Vec<bool>,
}

/// How the last window lies against those before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Movement {
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
        let mut windows = Self { windows: &frame.windows, known: vec![false; frame.windows.len()] };
        for position in times.filter_map(|at| windows.position(at)).collect::<BTreeSet<_>>() {
            windows.known[position] = !frame.windows[position].gap;
        }
        windows
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
}

impl Movement {
    /// Compares the last window with the mean of the windows before it that are not gaps.
    pub(crate) fn of(trend: &[DayCount]) -> Self {
        let Some((DayCount { count: Some(last), .. }, before)) = trend.split_last() else { return Self::Unknown };
        let known: Vec<u32> = before.iter().filter_map(|day| day.count).collect();
        let (windows, sum) = (known.len(), known.iter().sum::<u32>());
        match (windows, sum) {
            (0, _) => Self::Unknown,
            (_, 0) => Self::New { windows },
            _ => {
                let mean = sum as f32 / windows as f32;
                Self::Times { ratio: *last as f32 / mean, mean, windows }
            }
        }
    }

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

    fn days(counts: &[Option<u32>]) -> Vec<DayCount> {
        counts.iter().map(|&count| DayCount { date: date(2026, 11, 20), count }).collect()
    }

    #[test]
    fn a_gap_is_neither_zero_nor_part_of_the_mean() {
        let rise = |counts: &[Option<u32>]| Movement::of(&days(counts)).rise();
        assert_eq!(rise(&[Some(1), Some(3), Some(8)]), Some(4.0));
        assert_eq!(rise(&[Some(4), None, Some(8)]), Some(2.0));
        assert_eq!(rise(&[None, None, Some(8)]), None);
        assert_eq!(rise(&[Some(4), None]), None);
        assert_eq!(rise(&[Some(8)]), None);
        assert_eq!(rise(&[]), None);
        assert_eq!(Movement::of(&days(&[Some(0), None, Some(0), Some(8)])), Movement::New { windows: 2 });
    }

    #[test]
    fn windows_are_open_at_their_start_and_closed_at_their_end() {
        let start: Timestamp = "2026-11-18T22:00:00Z".parse().unwrap();
        let window = |day: i64, gap| {
            let from = start.checked_add((24 * day).hours()).unwrap();
            let window = Window { from, to: from.checked_add(24.hours()).unwrap() };
            FrameWindow { date: date(2026, 11, 19), window, missing_sources: vec![], gap }
        };
        let frame = Frame { windows: vec![window(0, true), window(1, false), window(2, false), window(3, false)] };
        let at = |hours: i64| start.checked_add(hours.hours()).unwrap();
        let windows = Windows::new(&frame, [1, 25, 96].map(at).into_iter());
        let positions = [0, 1, 24, 25, 48, 96, 97].map(|hours| windows.position(at(hours)));
        assert_eq!(positions, [None, Some(0), Some(0), Some(1), Some(1), Some(3), None]);
        let counts: Vec<_> = windows.trend([1, 24, 25].map(at).into_iter()).iter().map(|day| day.count).collect();
        assert_eq!(counts, [None, Some(1), None, Some(0)], "a gap, one, nothing received, none");
        assert!(windows.is_now(at(96)) && !windows.is_now(at(72)));
    }
}
