//! Bars with their words above them: nothing to look up, nothing cut off by a long label.

use super::ink::{Anchor, Ink, Svg, fit, text_width};
use super::{Chart, HALF, Marks};
use crate::words;
use model::LabelledRow;

const LINE: f64 = 15.0;
const BAR: f64 = 7.0;
const GAP: f64 = 9.0;

/// Draws one bar a row, in the order given, each with its count and the count of the window before.
pub(crate) fn bars(what: &str, rows: &[LabelledRow], before_word: &str, marks: Marks<'_>) -> Chart {
    let most = f64::from(rows.iter().map(|row| row.count).max().unwrap_or(0).max(1));
    let mut svg = Svg::new();
    let mut y = 0.0;
    for row in rows {
        let (count, before) = (words::number(row.count), format!(" ({before_word} {})", words::previous(row.previous)));
        let before_width = text_width(&before);
        svg.text(HALF, y + 11.0, &before, Anchor::End, false, Ink::Soft);
        svg.marked(marks(&row.key), |svg| {
            svg.text(HALF - before_width, y + 11.0, &count, Anchor::End, true, Ink::Text);
        });
        for line in two_lines(&row.label, HALF - before_width - text_width(&count) - 12.0) {
            svg.text(0.0, y + 11.0, &line, Anchor::Start, false, Ink::Text);
            y += LINE;
        }
        svg.rect(0.0, y + 1.0, HALF, BAR, Ink::Wash);
        svg.rect(0.0, y + 1.0, HALF * f64::from(row.count) / most, BAR, Ink::Plain);
        y += BAR + GAP;
    }
    let parts: Vec<_> = rows.iter().map(|row| format!("{} {}", row.label, words::number(row.count))).collect();
    svg.finish(HALF, (y - GAP + 1.0).max(1.0), format!("{what}: {}", parts.join(", ")))
}

/// The label on one line, or broken at a space onto a second that has the whole width.
fn two_lines(label: &str, room: f64) -> Vec<String> {
    let spaces = label.match_indices(' ').map(|(at, _)| at).chain([label.len()]);
    match spaces.take_while(|at| text_width(&label[..*at]) <= room).last() {
        Some(end) if end < label.len() => vec![label[..end].to_owned(), fit(&label[end + 1..], HALF)],
        _ => vec![fit(label, room)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_labels_take_a_second_line() {
        assert_eq!(two_lines("Banjir", 100.0), ["Banjir"]);
        assert_eq!(two_lines("Ketenteraman dan ketertiban umum", 120.0).len(), 2);
        assert!(two_lines(&"x".repeat(99), 120.0)[0].ends_with('…'));
    }
}
