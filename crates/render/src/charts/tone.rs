//! The tone bar: four segments in a fixed order, counts inside, and a key that repeats them with their share.

use super::ink::{Anchor, Ink, Svg, text_width};
use super::{Chart, HALF, Marks};
use crate::words;
use model::{Tone, ToneCount};

const BAR: f64 = 26.0;
const KEY_ROW: f64 = 19.0;
/// Shares stand beside counts from this many items on; the office's rule.
const PERCENT_FROM: u32 = 10;

/// Draws the split; its heading, with n, belongs to the page.
pub(crate) fn tone(count: &ToneCount, marks: Marks<'_>) -> Chart {
    let mut svg = Svg::new();
    let segments = segments(count);
    let (thin, wide): (Vec<_>, Vec<_>) = segments.iter().partition(|s| text_width(&s.label) + 6.0 > s.width);
    let top = if thin.is_empty() { 0.0 } else { 16.0 };
    for segment in &segments {
        fill(&mut svg, segment.tone, segment.x, top, segment.width, BAR);
    }
    for segment in wide {
        let (ground, ink) = inks(segment.tone);
        let half = text_width(&segment.label) / 2.0;
        // A plain ground, so that hatching never runs through a figure.
        svg.rect(segment.middle() - half - 3.0, top + 4.0, 2.0 * half + 6.0, BAR - 8.0, ground);
        svg.marked(segment.mark(marks), |svg| {
            svg.text(segment.middle(), top + 17.5, &segment.label, Anchor::Middle, true, ink);
        });
    }
    // Too thin for its figure: it stands above, with a line to its segment.
    for (segment, x) in thin.iter().zip(apart(&thin)) {
        svg.marked(segment.mark(marks), |svg| svg.text(x, 10.0, &segment.label, Anchor::Middle, true, Ink::Text));
        svg.line(&[(x, 12.0), (segment.middle(), top)], 1.0, Ink::Soft);
    }
    let bottom = key(&mut svg, count, top + BAR + 8.0);
    svg.finish(HALF, bottom, alt(count))
}

/// Places for figures side by side: each over its segment, or as near as its neighbours and the edges allow.
fn apart(thin: &[&Segment]) -> Vec<f64> {
    let half = |segment: &Segment| text_width(&segment.label) / 2.0 + 3.0;
    let mut places: Vec<f64> = Vec::new();
    let mut free = 0.0;
    for segment in thin {
        places.push(segment.middle().max(free + half(segment)));
        free = places[places.len() - 1] + half(segment);
    }
    free = HALF;
    for (segment, place) in thin.iter().zip(&mut places).rev() {
        *place = place.min(free - half(segment));
        free = *place - half(segment);
    }
    places
}

/// The key below the bar with counts and shares, in two columns or, where figures are long, in one; returns where it ends.
fn key(svg: &mut Svg, count: &ToneCount, top: f64) -> f64 {
    let labels = Tone::ALL.map(|tone| {
        let items = count.get(tone);
        let words = format!("{} {}", words::tone(tone), words::number(items));
        // A share of fewer than ten says more than it knows.
        if count.n() < PERCENT_FROM { words } else { format!("{words} · {}", words::percent(items, count.n())) }
    });
    key_of(svg, &labels, top)
}

/// The key of a picture whose counts stand elsewhere.
pub(super) fn key_counts(svg: &mut Svg, top: f64) -> f64 {
    key_of(svg, &Tone::ALL.map(|tone| words::tone(tone).to_owned()), top)
}

fn key_of(svg: &mut Svg, labels: &[String; 4], top: f64) -> f64 {
    const SWATCH: f64 = 18.0;
    let width = |index: usize| SWATCH + text_width(&labels[index]) + 16.0;
    let second = width(0).max(width(1));
    let rows = if second + width(2).max(width(3)) - 16.0 > HALF { Tone::ALL.len() } else { 2 };
    for (index, (tone, label)) in Tone::ALL.into_iter().zip(labels).enumerate() {
        let (x, y) = ((index / rows) as f64 * second, top + (index % rows) as f64 * KEY_ROW);
        fill(svg, tone, x, y, 12.0, 12.0);
        svg.text(x + SWATCH, y + 10.5, label, Anchor::Start, false, Ink::Text);
    }
    top + rows as f64 * KEY_ROW - 5.0
}

pub(super) fn fill(svg: &mut Svg, tone: Tone, x: f64, y: f64, width: f64, height: f64) {
    svg.rect(x, y, width, height, inks(tone).0);
    if tone == Tone::BerpotensiNegatif {
        svg.hatch(x, y, width, height, Ink::Ground);
    }
}

fn alt(count: &ToneCount) -> String {
    let parts: Vec<_> =
        Tone::ALL.into_iter().map(|tone| format!("{} {}", words::tone(tone), words::number(count.get(tone)))).collect();
    format!("Nada terhadap pemerintah: {}; n = {}", parts.join(", "), words::number(count.n()))
}

struct Segment {
    tone: Tone,
    label: String,
    x: f64,
    width: f64,
}

impl Segment {
    fn mark(&self, marks: Marks<'_>) -> Option<crate::paper::Mark> {
        marks(&format!("nada:{}", self.tone.as_str()))
    }

    fn middle(&self) -> f64 {
        self.x + self.width / 2.0
    }
}

/// Segments that are not empty, side by side over the whole width; a single item still shows.
fn segments(count: &ToneCount) -> Vec<Segment> {
    const GAP: f64 = 2.0;
    const LEAST: f64 = 3.0;
    let shown: Vec<_> = Tone::ALL.into_iter().filter(|tone| count.get(*tone) > 0).collect();
    let room = HALF - GAP * (shown.len().saturating_sub(1)) as f64 - LEAST * shown.len() as f64;
    let mut x = 0.0;
    shown
        .into_iter()
        .map(|tone| {
            let width = LEAST + room * f64::from(count.get(tone)) / f64::from(count.n());
            let segment = Segment { tone, label: words::number(count.get(tone)), x, width };
            x += width + GAP;
            segment
        })
        .collect()
}

/// Fill and the ink of a figure on it. Dark, light, hatched, darkest: in grey they still differ; red is kept for levels.
pub(super) fn inks(tone: Tone) -> (Ink, Ink) {
    match tone {
        Tone::Positif => (Ink::Positif, Ink::OnPositif),
        Tone::Netral => (Ink::Netral, Ink::OnNetral),
        Tone::BerpotensiNegatif => (Ink::Berpotensi, Ink::OnBerpotensi),
        Tone::Negatif => (Ink::Negatif, Ink::OnNegatif),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_fill_the_bar_and_thin_ones_keep_their_figure() {
        let count = ToneCount { positif: 1, netral: 900, berpotensi_negatif: 2, negatif: 1 };
        let segments = segments(&count);
        let last = segments.last().unwrap();
        assert!((last.x + last.width - HALF).abs() < 0.01 && segments.iter().all(|s| s.width >= 3.0));
        let chart = tone(&count, &|_| None);
        assert_eq!(chart.paper.matches("font-weight=\"600\"").count(), 4);
        let thin: Vec<_> = [&segments[2], &segments[3]].into();
        let places = apart(&thin);
        assert!(places[1] - places[0] > 10.0 && places[1] < HALF);
        assert_eq!(
            chart.alt,
            "Nada terhadap pemerintah: positif 1, netral 900, berpotensi negatif 2, negatif 1; n = 904"
        );
    }
}
