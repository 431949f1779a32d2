//! Windows of one day each, ending at the cut-off, and where their data has gaps.

use crate::usual::Usual;
use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, Time},
    tz::TimeZone,
};
use model::{Frame, FrameWindow, SourceGap, SourceName, Window};
use std::collections::{BTreeMap, BTreeSet};

/// Windows that a brief looks at: the reported day and six before it.
pub const WINDOWS: usize = 7;

/// A source is expected in a window when it spoke in at least this many other windows.
const EXPECTED_AFTER: usize = 3;

/// The window of local date `date`: the day before at the cut-off (exclusive) to `date` at the cut-off (inclusive).
pub fn window(date: Date, cut_off: Time, zone: &TimeZone) -> Window {
    let at = |date: Date| {
        date.to_datetime(cut_off).to_zoned(zone.clone()).map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
    };
    Window { from: at(date.yesterday().unwrap_or(date)), to: at(date) }
}

/// The local date whose window holds the moment.
pub fn date_of(moment: Timestamp, cut_off: Time, zone: &TimeZone) -> Date {
    let date = moment.to_zoned(zone.clone()).date();
    if moment <= window(date, cut_off, zone).to { date } else { date.tomorrow().unwrap_or(date) }
}

/// The frame that ends with the window of `date`, without knowledge of gaps.
pub fn frame(date: Date, cut_off: Time, zone: &TimeZone) -> Frame {
    let windows = (0..WINDOWS)
        .rev()
        .map(|back| {
            let date = date.saturating_sub((back as i64).days());
            FrameWindow { date, window: window(date, cut_off, zone), missing_sources: Vec::new(), gap: false }
        })
        .collect();
    Frame { windows }
}

/// The hours from the morning's cut-off to the afternoon's on `date`, and the same hours of the six days before it:
/// the afternoon is compared with afternoons, not with whole days.
pub fn afternoon(date: Date, morning: Time, cut_off: Time, zone: &TimeZone) -> Frame {
    let windows = (0..WINDOWS)
        .rev()
        .map(|back| {
            let date = date.saturating_sub((back as i64).days());
            let window = Window { from: window(date, morning, zone).to, to: window(date, cut_off, zone).to };
            FrameWindow { date, window, missing_sources: Vec::new(), gap: false }
        })
        .collect();
    Frame { windows }
}

/// The windows of single days that make up these dates.
pub fn days(first: Date, last: Date, cut_off: Time, zone: &TimeZone) -> Vec<FrameWindow> {
    let mut windows = Vec::new();
    let mut date = first;
    while date <= last {
        let window = window(date, cut_off, zone);
        windows.push(FrameWindow { date, window, missing_sources: Vec::new(), gap: false });
        let Ok(next) = date.tomorrow() else { break };
        date = next;
    }
    windows
}

/// Two windows of many days each: those of `days`, and as long a stretch of dates from `before` on that ends there.
pub fn stretches(days: &[FrameWindow], before: Window) -> Frame {
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return Frame { windows: Vec::new() } };
    let window = Window { from: first.window.from, to: last.window.to };
    let stretch = |date: Date, window: Window| FrameWindow { date, window, missing_sources: Vec::new(), gap: false };
    let day_before = first.date.yesterday().unwrap_or(first.date);
    Frame { windows: vec![stretch(day_before, before), stretch(last.date, window)] }
}

/// The frame of the 24 hours up to a moment, for whoever watches between briefs.
pub fn rolling(now: Timestamp, zone: &TimeZone) -> Frame {
    let windows = (0..WINDOWS as i64)
        .rev()
        .map(|back| {
            let to = now - SignedDuration::from_hours(24 * back);
            let window = Window { from: to - SignedDuration::from_hours(24), to };
            let date = to.to_zoned(zone.clone()).date();
            FrameWindow { date, window, missing_sources: Vec::new(), gap: false }
        })
        .collect();
    Frame { windows }
}

/// A recorded gap that covers this much of a window makes its source missing there: half a morning of news is no day.
const GAP_SHARE_MIN: f64 = 0.25;

/// With fewer items due than this, silence is likely enough not to be told: e^-3 is one in twenty.
const DUE_MIN: f64 = 3.0;

/// What the source registry knows about a frame.
#[derive(Default)]
pub(crate) struct Coverage {
    /// Times in which sources could not be read.
    pub(crate) gaps: Vec<SourceGap>,
    /// What each source usually brings.
    pub(crate) usual: BTreeMap<SourceName, Usual>,
}

impl Coverage {
    /// True where the source could not be read for much of the window.
    fn is_gap(&self, source: &SourceName, window: &Window) -> bool {
        let share: f64 = self.gaps.iter().filter(|gap| gap.source == *source).map(|gap| gap.share(window)).sum();
        share >= GAP_SHARE_MIN
    }

    /// True where hardly anything was due from the source in the window, so that its silence says nothing.
    fn is_quiet(&self, source: &SourceName, window: &Window) -> bool {
        self.usual.get(source).is_some_and(|usual| usual.expected(window.from, window.to) < DUE_MIN)
    }
}

/// Marks what is missing: sources that could not be read or that usually speak but did not, and windows without usable
/// data.
///
/// A window is a gap when nothing at all was received in it, or when most of the expected sources are missing.
///
/// `spoke` are the windows in which each source spoke.
pub(crate) fn mark_gaps(frame: &mut Frame, spoke: &BTreeMap<SourceName, BTreeSet<usize>>, coverage: &Coverage) {
    for (index, window) in frame.windows.iter_mut().enumerate() {
        let expected: Vec<_> = spoke
            .iter()
            .filter(|(_, windows)| windows.iter().filter(|&&other| other != index).count() >= EXPECTED_AFTER)
            .collect();
        let missing: Vec<SourceName> = expected
            .iter()
            .filter(|(source, windows)| {
                coverage.is_gap(source, &window.window)
                    || (!windows.contains(&index) && !coverage.is_quiet(source, &window.window))
            })
            .map(|(source, _)| (*source).clone())
            .collect();
        let empty = !spoke.values().any(|windows| windows.contains(&index));
        window.gap = empty || (!expected.is_empty() && missing.len() * 2 > expected.len());
        window.missing_sources = missing;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn makassar() -> TimeZone {
        TimeZone::get("Asia/Makassar").unwrap()
    }

    #[test]
    fn a_window_ends_at_the_cut_off_of_its_date() {
        let date = Date::constant(2026, 11, 20);
        let window = window(date, Time::constant(6, 0, 0, 0), &makassar());
        assert_eq!(window.to.to_string(), "2026-11-19T22:00:00Z");
        assert!(window.contains("2026-11-20T06:00:00+08:00".parse().unwrap()));
        assert!(!window.contains("2026-11-19T06:00:00+08:00".parse().unwrap()));
    }

    #[test]
    fn after_the_cut_off_a_moment_belongs_to_tomorrow() {
        let cut_off = Time::constant(6, 0, 0, 0);
        let late = "2026-11-20T06:00:01+08:00".parse().unwrap();
        assert_eq!(date_of(late, cut_off, &makassar()), Date::constant(2026, 11, 21));
        let early = "2026-11-20T05:00:00+08:00".parse().unwrap();
        assert_eq!(date_of(early, cut_off, &makassar()), Date::constant(2026, 11, 20));
    }

    #[test]
    fn a_source_that_usually_speaks_is_missed() {
        let zone = makassar();
        let cut_off = Time::constant(6, 0, 0, 0);
        let mut frame = frame(Date::constant(2026, 11, 20), cut_off, &zone);
        let spoke = BTreeMap::from([("a".into(), (0..6).collect()), ("b".into(), (0..7).collect())]);
        mark_gaps(&mut frame, &spoke, &Coverage::default());
        assert_eq!(frame.windows[6].missing_sources, vec![SourceName::from("a")]);
        assert!(!frame.windows[6].gap);
    }

    #[test]
    fn a_recorded_gap_tells_no_data_from_no_talk() {
        let zone = makassar();
        let frame = || frame(Date::constant(2026, 11, 20), Time::constant(6, 0, 0, 0), &zone);
        let windows = frame().windows;
        // "a" fell silent in the last two windows, "b" and "c" spoke in all.
        let spoke = BTreeMap::from([
            ("a".into(), (0..5).collect()),
            ("b".into(), (0..7).collect()),
            ("c".into(), (0..7).collect()),
        ]);
        let last = windows[6].window;
        let gap = SourceGap {
            source: "b".into(),
            started_at: last.from,
            ended_at: Some(last.from + (last.to.duration_since(last.from) / 2)),
            filled: false,
            fault: model::Fault::Dns,
        };
        // "a" publishes once a week or so: learned from four weeks with one item each.
        let weekly: Vec<_> = (1..5).map(|week| (last.to - SignedDuration::from_hours(24 * 7 * week), 1)).collect();
        let quiet = Usual::learn(&weekly.into_iter().rev().collect::<Vec<_>>(), last.to, &zone).unwrap();
        let missing = |coverage: &Coverage| {
            let mut frame = frame();
            mark_gaps(&mut frame, &spoke, coverage);
            frame.windows[6].missing_sources.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(missing(&Coverage::default()), ["a"]);
        let usual = BTreeMap::from([("a".into(), quiet)]);
        assert_eq!(missing(&Coverage { gaps: vec![gap.clone()], usual: usual.clone() }), ["b"]);
        let filled = SourceGap { filled: true, ..gap };
        assert!(missing(&Coverage { gaps: vec![filled], usual }).is_empty());
    }
}
