//! The line over the days: first and last value written on it, a day without data drawn as a gap.

use super::ink::{Anchor, Ink, SIZE, Svg, text_width};
use super::{Chart, Marks};
use crate::words;
use model::{DayCount, Risk};

/// Width and height.
pub(crate) type Area = (f64, f64);
/// Beside an issue.
pub(crate) const SMALL: Area = (190.0, 62.0);
/// As a figure of its own.
pub(crate) const WIDE: Area = (super::HALF, 96.0);

/// Draws the days, oldest first, with the level's colour and shape at the last one. `marks` goes by date.
pub(crate) fn trend(days: &[DayCount], risk: Option<Risk>, (width, height): Area, marks: Marks<'_>) -> Chart {
    let ink = match risk {
        None => Ink::Plain,
        Some(Risk::Hijau) => Ink::Hijau,
        Some(Risk::Kuning) => Ink::Kuning,
        Some(Risk::Oranye) => Ink::Oranye,
        Some(Risk::Merah) => Ink::Merah,
    };
    let value = |day: Option<&DayCount>| day.and_then(|day| day.count).map_or_else(|| "–".to_owned(), words::number);
    let (first, last) = (value(days.first()), value(days.last()));
    // Values stand outside the line's area, so that no line ever runs through them.
    let left = text_width(&first) + 5.0;
    let right = width - text_width(&last) - 11.0;
    let (top, bottom) = (8.0, height - 22.0);
    let step = (right - left) / (days.len().saturating_sub(1).max(1)) as f64;
    let most = f64::from(days.iter().filter_map(|day| day.count).max().unwrap_or(0).max(1));
    let at = |index: usize| left + step * index as f64;
    let level = |count: u32| bottom - (bottom - top) * f64::from(count) / most;

    let mut svg = Svg::new();
    svg.line(&[(left, bottom + 0.5), (right, bottom + 0.5)], 1.0, Ink::Line);
    for (from, to) in gaps(days) {
        draw_gap(&mut svg, days, (from, to), &at, &level, (top, bottom));
    }
    for run in runs(days) {
        let points: Vec<_> = run.clone().filter_map(|i| days[i].count.map(|count| (at(i), level(count)))).collect();
        match points.as_slice() {
            [(x, y)] => svg.dot(*x, *y, 1.5, ink, ink),
            points => svg.line(points, 2.25, ink),
        }
    }
    let text_at = |count: Option<u32>| level(count.unwrap_or(0)).clamp(top + 2.0, bottom) + 4.0;
    if let Some(day) = days.first() {
        svg.marked(marks(&day.date.to_string()), |svg| {
            svg.text(left - 5.0, text_at(day.count), &first, Anchor::End, false, Ink::Soft);
        });
        svg.text(left, height - 5.0, &words::day(day.date), Anchor::Start, false, Ink::Soft);
    }
    if let Some(day) = days.last().filter(|_| days.len() > 1) {
        if let Some(count) = day.count {
            mark(&mut svg, risk, right, level(count), ink);
        }
        svg.marked(marks(&day.date.to_string()), |svg| {
            svg.text(right + 9.0, text_at(day.count), &last, Anchor::Start, true, Ink::Text);
        });
        svg.text(right, height - 5.0, &words::day(day.date), Anchor::End, false, Ink::Soft);
    }
    svg.finish(width, height, alt(days))
}

/// Stretches of days without data, as first and last index.
fn gaps(days: &[DayCount]) -> Vec<(usize, usize)> {
    stretches(days, false).map(|run| (run.start, run.end - 1)).collect()
}

/// Stretches of days with data.
fn runs(days: &[DayCount]) -> Vec<std::ops::Range<usize>> {
    stretches(days, true).collect()
}

fn stretches(days: &[DayCount], known: bool) -> impl Iterator<Item = std::ops::Range<usize>> {
    let mut start = 0;
    days.chunk_by(|a, b| a.count.is_some() == b.count.is_some())
        .map(move |run| {
            let from = start;
            start += run.len();
            (run[0].count.is_some(), from..start)
        })
        .filter(move |(is_known, _)| *is_known == known)
        .map(|(_, range)| range)
}

/// A hatched band with its name, where the line is broken, on the side that the neighbouring days leave free.
fn draw_gap(
    svg: &mut Svg,
    days: &[DayCount],
    (from, to): (usize, usize),
    at: &dyn Fn(usize) -> f64,
    level: &dyn Fn(u32) -> f64,
    (top, bottom): (f64, f64),
) {
    let half = (at(1) - at(0)) / 2.0;
    let start = (at(from) - half).max(at(0));
    let end = (at(to) + half).min(at(days.len() - 1));
    svg.rect(start, top, end - start, bottom - top, Ink::Wash);
    svg.hatch(start, top, end - start, bottom - top, Ink::Line);
    let beside = [from.checked_sub(1), Some(to + 1)];
    let neighbours = beside.into_iter().flatten().filter_map(|index| days.get(index)?.count);
    let middle = (top + bottom) / 2.0;
    let high = neighbours.map(level).any(|y| y < middle);
    let y = if high { bottom - 4.0 } else { top + SIZE - 2.0 };
    let room = text_width("celah") / 2.0;
    let x = ((start + end) / 2.0).clamp(at(0) + room, (at(days.len() - 1) - room).max(at(0) + room));
    svg.rect(x - room - 1.0, y - SIZE + 2.0, 2.0 * room + 2.0, SIZE + 1.0, Ink::Ground);
    svg.text(x, y, "celah", Anchor::Middle, false, Ink::Soft);
}

/// The level's shape, as `Risk::mark` has it; a plain dot without one.
fn mark(svg: &mut Svg, risk: Option<Risk>, x: f64, y: f64, ink: Ink) {
    match risk {
        Some(Risk::Merah) => svg.shape(&[(x, y - 5.0), (x + 5.0, y + 4.0), (x - 5.0, y + 4.0)], ink),
        Some(Risk::Oranye) => svg.shape(&[(x, y - 5.0), (x + 5.0, y), (x, y + 5.0), (x - 5.0, y)], ink),
        Some(Risk::Hijau) => svg.dot(x, y, 3.5, Ink::Ground, ink),
        Some(Risk::Kuning) | None => svg.dot(x, y, 3.5, ink, ink),
    }
}

fn alt(days: &[DayCount]) -> String {
    let values: Vec<_> = days.iter().map(|day| day.count.map_or_else(|| "celah".to_owned(), words::number)).collect();
    match days {
        [first, .., last] => {
            format!("Item per hari, {} sampai {}: {}", words::day(first.date), words::day(last.date), values.join(", "))
        }
        _ => format!("Item per hari: {}", values.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(counts: &[Option<u32>]) -> Vec<DayCount> {
        let date = |i: usize| jiff::civil::date(2026, 11, 14 + i as i8);
        counts.iter().enumerate().map(|(i, count)| DayCount { date: date(i), count: *count }).collect()
    }

    #[test]
    fn a_gap_breaks_the_line_and_is_named() {
        let chart = trend(&days(&[Some(4), Some(6), None, Some(9), Some(58)]), Some(Risk::Merah), SMALL, &|_| None);
        assert_eq!(chart.alt, "Item per hari, 14 Nov sampai 18 Nov: 4, 6, celah, 9, 58");
        assert_eq!(chart.paper.matches(r#"stroke-width="2.3""#).count(), 2);
        assert!(chart.paper.contains(">celah<") && chart.paper.contains("<polygon"));
    }

    #[test]
    fn any_week_can_be_drawn() {
        for week in [&[][..], &[None], &[Some(0)], &[None, None], &[None, Some(u32::MAX)], &[Some(0), Some(0), None]] {
            assert!(!trend(&days(week), None, WIDE, &|_| None).paper.contains("NaN"));
        }
    }
}
