//! A line as small as a word, for the cell of a table whose figures stand beside it.

use super::Chart;
use super::ink::{Ink, Svg};
use crate::words;

const WIDTH: f64 = 88.0;
const HEIGHT: f64 = 18.0;

/// Draws the values, oldest first; a value that is not known breaks the line and leaves a mark on the ground.
pub(crate) fn spark(what: &str, values: &[Option<u32>]) -> Chart {
    let most = f64::from(values.iter().flatten().copied().max().unwrap_or(0).max(1));
    let step = (WIDTH - 8.0) / (values.len().saturating_sub(1).max(1)) as f64;
    let at = |index: usize| 3.0 + step * index as f64;
    let level = |count: u32| HEIGHT - 3.0 - (HEIGHT - 7.0) * f64::from(count) / most;
    let mut svg = Svg::new();
    svg.line(&[(0.0, HEIGHT - 1.5), (WIDTH, HEIGHT - 1.5)], 1.0, Ink::Line);
    let mut run: Vec<(f64, f64)> = Vec::new();
    for (index, value) in values.iter().enumerate() {
        match value {
            Some(count) => run.push((at(index), level(*count))),
            None => {
                stroke(&mut svg, &run);
                run.clear();
                svg.hatch(at(index) - 3.0, 2.0, 6.0, HEIGHT - 4.0, Ink::Soft);
            }
        }
    }
    stroke(&mut svg, &run);
    if let Some(Some(last)) = values.last() {
        svg.dot(at(values.len() - 1), level(*last), 2.0, Ink::Plain, Ink::Plain);
    }
    let words: Vec<_> = values.iter().map(|value| value.map_or_else(|| "celah".to_owned(), words::number)).collect();
    svg.finish(WIDTH, HEIGHT, format!("{what}: {}", words.join(", ")))
}

fn stroke(svg: &mut Svg, run: &[(f64, f64)]) {
    match run {
        [] => {}
        [(x, y)] => svg.dot(*x, *y, 1.0, Ink::Plain, Ink::Plain),
        run => svg.line(run, 1.5, Ink::Plain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_breaks_the_line() {
        let chart = spark("Banjir", &[Some(1), Some(2), None, Some(4), Some(9)]);
        assert_eq!(chart.alt, "Banjir: 1, 2, celah, 4, 9");
        assert_eq!(chart.paper.matches(r#"stroke-width="1.5" stroke-linejoin"#).count(), 2);
        assert!([&[][..], &[None], &[Some(0)]].iter().all(|values| !spark("x", values).paper.contains("NaN")));
    }
}
