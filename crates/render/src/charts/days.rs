//! Tone over time: one bar a day, as long as its items with a tone are many, with n at its end.
//!
//! Days run downwards, so that a month has as much room for its figures as a week, on a phone too.

use super::ink::{Anchor, Ink, Svg, fit, text_width};
use super::tone::{fill, inks, key_counts};
use super::{Chart, HALF};
use crate::words;
use model::{Tone, ToneCount};

/// One day of the chart.
pub(crate) struct Day {
    /// "Sen 16/11" or "16 Nov".
    pub label: String,
    /// Absent where nothing is known of the day.
    pub tone: Option<ToneCount>,
    /// True where most of the usual sources are missing.
    pub gap: bool,
}

/// More days than this stand closer together.
const ROOMY: usize = 10;

/// Draws the days in the order given, oldest first.
pub(crate) fn days(days: &[Day]) -> Chart {
    let step = if days.len() > ROOMY { 15.0 } else { 21.0 };
    let bar = step - 4.0;
    let left = days.iter().map(|day| text_width(&day.label)).fold(0.0, f64::max).min(90.0) + 8.0;
    let most = days.iter().filter_map(|day| day.tone).map(|tone| tone.n()).max().unwrap_or(0).max(1);
    let right = HALF - text_width(&format!("n = {}", words::number(most))) - 8.0;
    let scale = (right - left) / f64::from(most);
    let mut svg = Svg::new();
    let mut y = 0.0;
    for day in days {
        let base = y + bar / 2.0 + 4.3;
        svg.text(0.0, base, &fit(&day.label, left - 6.0), Anchor::Start, false, Ink::Soft);
        let end = match day.tone {
            Some(tone) => segments(&mut svg, &tone, (left, y), scale, bar),
            None => left,
        };
        match day.tone {
            Some(tone) => {
                let text = format!("n = {}", words::number(tone.n()));
                svg.text(end + 6.0, base, &text, Anchor::Start, false, Ink::Text);
                let from = end + 12.0 + text_width(&text);
                if day.gap && HALF - from > text_width("celah") {
                    gap(&mut svg, from, y, HALF - from, bar, "celah");
                }
            }
            None => gap(&mut svg, left, y, HALF - left, bar, "tanpa data"),
        }
        y += step;
    }
    let bottom = key_counts(&mut svg, y + 4.0);
    svg.finish(HALF, bottom, alt(days))
}

/// The segments of one day; returns where they end.
fn segments(svg: &mut Svg, tone: &ToneCount, (left, y): (f64, f64), scale: f64, bar: f64) -> f64 {
    let mut x = left;
    for key in Tone::ALL {
        let count = tone.get(key);
        if count == 0 {
            continue;
        }
        let width = (f64::from(count) * scale).max(1.0);
        fill(svg, key, x, y, width - 0.8_f64.min(width / 3.0), bar);
        let label = words::number(count);
        if text_width(&label) + 8.0 <= width {
            let (ground, ink) = inks(key);
            let half = text_width(&label) / 2.0;
            let middle = x + width / 2.0;
            svg.rect(middle - half - 2.0, y + 1.5, 2.0 * half + 4.0, bar - 3.0, ground);
            svg.text(middle, y + bar / 2.0 + 4.3, &label, Anchor::Middle, true, ink);
        }
        x += width;
    }
    x
}

/// A hatched band with its name: what is missing is not a zero.
fn gap(svg: &mut Svg, x: f64, y: f64, width: f64, height: f64, name: &str) {
    svg.rect(x, y, width, height, Ink::Wash);
    svg.hatch(x, y, width, height, Ink::Line);
    let room = text_width(name);
    svg.rect(x + 3.0, y, room + 6.0, height, Ink::Ground);
    svg.text(x + 6.0, y + height / 2.0 + 4.3, name, Anchor::Start, false, Ink::Soft);
}

fn alt(days: &[Day]) -> String {
    let parts: Vec<_> = days
        .iter()
        .map(|day| {
            let words = day.tone.map_or_else(
                || "tanpa data".to_owned(),
                |tone| {
                    let counts = Tone::ALL.map(|key| format!("{} {}", key.label(), words::number(tone.get(key))));
                    format!("{}, n = {}", counts.join(", "), words::number(tone.n()))
                },
            );
            format!("{}: {words}{}", day.label, if day.gap { " (celah)" } else { "" })
        })
        .collect();
    format!("Nada per hari. {}", parts.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_without_data_is_no_zero_and_every_day_has_its_n() {
        let tone = ToneCount { positif: 3, netral: 9, berpotensi_negatif: 1, negatif: 40 };
        let day = |label: &str, tone, gap| Day { label: label.into(), tone, gap };
        let chart = days(&[day("Sen 16/11", Some(tone), false), day("Sel 17/11", None, true)]);
        assert!(chart.paper.contains(">n = 53<") && chart.paper.contains(">tanpa data<"));
        assert!(chart.alt.ends_with("n = 53; Sel 17/11: tanpa data (celah)"), "{}", chart.alt);
        let empty = days(&[day("a", Some(ToneCount::default()), true)]);
        assert!(!empty.paper.contains("NaN") && empty.paper.contains(">n = 0<") && empty.paper.contains(">celah<"));
    }
}
