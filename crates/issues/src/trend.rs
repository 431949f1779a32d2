//! `trend`: a stretch of time against what is usual at its weekday and hours.

use crate::{
    series::{DAY_HOURS, RECEIVED_MIN, Series, Stretch, WEEK_HOURS},
    usual::{Usual, Z_USUAL},
    wording::decimal,
};
use jiff::Timestamp;
use model::{Direction, Trend, Window};

/// Earlier weeks and days that a stretch is compared with, where they are known.
const WEEKS: usize = 4;
const DAYS: usize = 14;
/// Fewer stretches are no base: two days say nothing of the third.
const BASE_MIN: usize = 3;
/// A fall is only told where nearly all sources were received; otherwise they may have fallen silent, not the public.
const RECEIVED_FOR_A_FALL: f32 = 0.9;

/// Compares a stretch of a series with the same weekday and hours of earlier weeks; with the same hours of earlier days
/// where fewer than three such weeks are known. A stretch that still runs is compared with the same part of those.
pub fn trend(series: &Series<'_>, stretch: &Window, now: Timestamp) -> Trend {
    let partial = now < stretch.to;
    // The hour that runs is left out: an hour of which half is over looks like a fall.
    let until = if partial { now.max(stretch.from) } else { stretch.to };
    let begin = series.back(stretch.from);
    let back = (series.back(until) + usize::from(!on_the_hour(series, until))).min(begin);
    let hours = begin - back;
    let here = series.stretch(back, hours);
    let base = Base::of(series, back, hours);
    let usual = base.usual();
    let (low, high) = usual.map_or((0.0, 0.0), |usual| usual.range(here.coverage, Z_USUAL));
    Trend {
        observed: here.voices,
        expected: usual.map(|usual| usual.mean),
        low,
        high,
        coverage: here.coverage,
        partial,
        direction: direction(&here, usual.is_some() && hours > 0, (low, high)),
        reach: None,
        words: words(series, &here, hours, partial, &base),
    }
}

fn on_the_hour(series: &Series<'_>, at: Timestamp) -> bool {
    series.moment(series.back(at)) == at
}

/// Missing sources can hide voices and not make any: what rises is said to rise, and no fall is told.
fn direction(here: &Stretch, has_base: bool, (low, high): (f32, f32)) -> Direction {
    if !has_base {
        Direction::Unknown
    } else if here.voices > high {
        Direction::Rising
    } else if here.coverage < RECEIVED_MIN {
        Direction::Unknown
    } else if here.voices < low && here.coverage >= RECEIVED_FOR_A_FALL {
        Direction::Falling
    } else {
        Direction::Steady
    }
}

/// The stretches that one is compared with.
struct Base {
    stretches: Vec<Stretch>,
    weeks: bool,
}

impl Base {
    fn of(series: &Series<'_>, back: usize, hours: usize) -> Self {
        let earlier = |count: usize, step: usize| -> Vec<Stretch> {
            (1..=count).filter_map(|times| series.known(back + times * step, hours)).collect()
        };
        let weeks = earlier(WEEKS, WEEK_HOURS);
        if weeks.len() >= BASE_MIN {
            return Self { stretches: weeks, weeks: true };
        }
        // Stretches of more than a day would overlap when they are a day apart.
        Self { stretches: earlier(DAYS, DAY_HOURS.max(hours)), weeks: false }
    }

    fn usual(&self) -> Option<Usual> {
        Usual::of(&self.stretches).filter(|usual| usual.n >= BASE_MIN)
    }
}

fn words(series: &Series<'_>, here: &Stretch, hours: usize, partial: bool, base: &Base) -> String {
    let so_far = if partial { " (belum selesai)" } else { "" };
    let mut words = format!("{} suara dalam {hours} jam{so_far}", decimal(here.voices));
    let unit = if base.weeks { "minggu" } else { "hari" };
    match base.usual() {
        Some(usual) => {
            let (low, high) = usual.range(here.coverage, Z_USUAL);
            let same = if base.weeks { "pada hari dan jam yang sama" } else { "pada jam yang sama" };
            words.push_str(&format!(
                "; biasanya {} ({}–{}) {same}, n={} {unit}",
                decimal(usual.mean),
                low.ceil(),
                high.floor(),
                usual.n
            ));
        }
        None => words.push_str(&format!("; belum cukup pembanding (n={} {unit})", base.stretches.len())),
    }
    if series.sources() > 0 {
        let received = (here.coverage * series.sources() as f32).round();
        words.push_str(&format!("; {received} dari {} sumber terbaca", series.sources()));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::Reception;
    use jiff::ToSpan as _;

    fn end() -> Timestamp {
        "2026-11-19T22:00:00Z".parse().unwrap()
    }

    fn at(hours_ago: i64) -> Timestamp {
        end().checked_sub(hours_ago.hours()).unwrap()
    }

    fn last_day() -> Window {
        Window { from: at(24), to: end() }
    }

    /// So many voices a day at noon, the last day first.
    fn series<'a>(reception: &'a Reception, days: &[f32]) -> Series<'a> {
        let mut series = Series::new(end(), reception);
        days.iter().enumerate().for_each(|(back, voices)| series.add(at(24 * back as i64 + 6), *voices));
        series
    }

    #[test]
    fn the_same_weekday_is_the_measure_where_it_is_known() {
        let reception = Reception::complete(end(), 10, 35 * 24);
        // Quiet Thursdays between busy days.
        let days: Vec<f32> = (0..35).map(|back| if back % 7 == 0 { 4.0 } else { 20.0 }).collect();
        let found = trend(&series(&reception, &days), &last_day(), end());
        assert_eq!((found.direction, found.expected), (Direction::Steady, Some(4.0)));
        assert_eq!(
            found.words,
            "4 suara dalam 24 jam; biasanya 4 (1–9) pada hari dan jam yang sama, n=4 minggu; 10 dari 10 sumber terbaca"
        );
        let busy: Vec<f32> = [12.0].into_iter().chain(days.into_iter().skip(1)).collect();
        assert_eq!(trend(&series(&reception, &busy), &last_day(), end()).direction, Direction::Rising);
    }

    #[test]
    fn missing_sources_never_make_a_fall() {
        let days = [0.0, 9.0, 10.0, 11.0, 10.0, 9.0];
        let complete = Reception::complete(end(), 10, 24 * 6);
        let full = trend(&series(&complete, &days), &last_day(), end());
        assert_eq!(full.direction, Direction::Falling);
        for (share, wanted) in [(0.6, Direction::Steady), (0.3, Direction::Unknown), (0.0, Direction::Unknown)] {
            let mut reception = complete.clone();
            reception.set(&last_day(), share);
            let found = trend(&series(&reception, &days), &last_day(), end());
            assert_eq!(found.direction, wanted, "{share}");
            assert!(found.low < full.low && found.high == full.high);
        }
        let mut reception = complete.clone();
        reception.set(&last_day(), 0.5);
        let loud = trend(&series(&reception, &[40.0, 9.0, 10.0, 11.0, 10.0, 9.0]), &last_day(), end());
        assert_eq!(loud.direction, Direction::Rising, "what half the sources shout is no less loud");
        assert!(loud.words.ends_with("5 dari 10 sumber terbaca"), "{}", loud.words);
    }

    #[test]
    fn the_day_after_a_gap_is_no_rise() {
        let mut reception = Reception::complete(end(), 10, 24 * 5);
        for back in [1, 2] {
            reception.set(&Window { from: at(24 * (back + 1)), to: at(24 * back) }, 0.2);
        }
        let found = trend(&series(&reception, &[10.0, 1.0, 2.0, 9.0, 11.0]), &last_day(), end());
        assert_eq!((found.direction, found.expected), (Direction::Unknown, None), "two days are no base");
        assert!(found.words.contains("belum cukup pembanding (n=2 hari)"), "{}", found.words);
        let mut half = Reception::complete(end(), 10, 24 * 5);
        half.set(&Window { from: at(48), to: at(24) }, 0.5);
        let found = trend(&series(&half, &[10.0, 5.0, 10.0, 9.0, 11.0]), &last_day(), end());
        assert_eq!((found.direction, found.expected), (Direction::Steady, Some(10.0)));
    }

    #[test]
    fn a_day_that_runs_is_compared_with_the_same_part_of_others() {
        let reception = Reception::complete(end(), 10, 24 * 8);
        // All is said six hours before the day's end; now is twelve hours before it.
        let days = [0.0, 10.0, 10.0, 10.0, 10.0];
        let found = trend(&series(&reception, &days), &last_day(), at(12));
        assert!(found.partial);
        assert_eq!((found.direction, found.expected), (Direction::Steady, Some(0.0)));
        assert!(found.words.starts_with("0 suara dalam 12 jam (belum selesai)"), "{}", found.words);
        let before_it_began = trend(&series(&reception, &days), &last_day(), at(30));
        assert_eq!(before_it_began.direction, Direction::Unknown);
    }
}
