//! How a claim spread: one step a line, the first at the top, with the items counted up to then.

use super::ink::{Anchor, Ink, Svg, fit, text_width};
use super::{Chart, HALF};
use crate::words;
use model::{SourceKind, SpreadPoint};

const STEP: f64 = 33.0;
const HEAD: f64 = 18.0;
/// The longest bar.
const BAR: f64 = 40.0;

/// Draws the steps. The shape says whose voice it is, and so do the words.
pub(crate) fn spread(points: &[SpreadPoint]) -> Chart {
    let times = points.iter().map(|point| text_width(&point.at_words)).fold(0.0, f64::max).min(110.0);
    let rail = times + 14.0;
    let left = rail + 13.0;
    let most = f64::from(points.iter().map(|point| point.count).max().unwrap_or(0).max(1));
    let mut svg = Svg::new();
    svg.text(HALF, 10.0, "item s.d. saat itu", Anchor::End, false, Ink::Soft);
    let middle = |index: usize| HEAD + STEP * index as f64 + 8.0;
    if points.len() > 1 {
        svg.line(&[(rail, middle(0)), (rail, middle(points.len() - 1))], 1.5, Ink::Line);
    }
    for (index, point) in points.iter().enumerate() {
        let y = middle(index);
        svg.text(0.0, y + 4.0, &fit(&point.at_words, 110.0), Anchor::Start, false, Ink::Soft);
        shape(&mut svg, point.kind, rail, y);
        let count = words::number(point.count);
        let edge = HALF - text_width(&words::number(most as u32)) - 6.0;
        svg.text(HALF, y + 4.0, &count, Anchor::End, true, Ink::Text);
        let bar = BAR * f64::from(point.count) / most;
        svg.rect(edge - bar, y - 3.0, bar, 6.0, Ink::Plain);
        svg.text(left, y + 4.0, &fit(&point.label, edge - BAR - 6.0 - left), Anchor::Start, true, Ink::Text);
        svg.text(left, y + 18.0, &fit(&voice(point), HALF - left), Anchor::Start, false, Ink::Soft);
    }
    svg.finish(HALF, (HEAD + STEP * points.len() as f64 - 1.0).max(1.0), alt(points))
}

/// Who carried it: the outlet or the office; citizens have no name.
fn voice(point: &SpreadPoint) -> String {
    match &point.source {
        Some(source) if !point.kind.is_public_voice() => format!("{source} ({})", point.kind.label()),
        _ => point.kind.label().to_owned(),
    }
}

fn shape(svg: &mut Svg, kind: SourceKind, x: f64, y: f64) {
    svg.rect(x - 6.0, y - 6.0, 12.0, 12.0, Ink::Ground);
    match kind {
        SourceKind::Official => svg.shape(&[(x, y - 5.5), (x + 5.5, y), (x, y + 5.5), (x - 5.5, y)], Ink::Plain),
        SourceKind::Factcheck => svg.shape(&[(x, y - 5.0), (x + 5.0, y + 4.0), (x - 5.0, y + 4.0)], Ink::Plain),
        SourceKind::News | SourceKind::Broadcast => svg.rect(x - 4.0, y - 4.0, 8.0, 8.0, Ink::Plain),
        _ => svg.dot(x, y, 3.5, Ink::Ground, Ink::Plain),
    }
}

fn alt(points: &[SpreadPoint]) -> String {
    let steps: Vec<_> = points
        .iter()
        .map(|point| {
            format!("{} {}, {}, {} item", point.at_words, point.label, voice(point), words::number(point.count))
        })
        .collect();
    format!("Jejak penyebaran: {}", steps.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn citizens_have_no_name() {
        let point = |kind, source: &str| SpreadPoint {
            at: jiff::Timestamp::UNIX_EPOCH,
            at_words: "19 Nov 14.05".into(),
            kind,
            source: Some(source.into()),
            label: "pertama terbaca".into(),
            count: 1,
        };
        let chart = spread(&[point(SourceKind::Post, "akun_warga"), point(SourceKind::News, "Pos Contoh")]);
        assert!(!chart.paper.contains("akun_warga") && !chart.alt.contains("akun_warga"));
        assert!(chart.alt.contains("Pos Contoh (berita)"));
        assert!(!spread(&[]).paper.contains("NaN"));
    }
}
