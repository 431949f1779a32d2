//! An SVG writer with two sets of colours, and the few shapes that the pictures share.

use super::Chart;
use crate::fonts;
use crate::paper::Mark;
use std::fmt::Write;

/// Size of every letter in a picture, in pixels; the smallest size of the page.
pub(super) const SIZE: f64 = 12.0;

/// A colour by what it means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ink {
    /// Text and what must be read.
    Text,
    /// What may be overlooked.
    Soft,
    Line,
    /// Plain areas: a zero, a gap.
    Wash,
    /// The page.
    Ground,
    /// Counts without a judgement.
    Plain,
    Hijau,
    Kuning,
    Oranye,
    Merah,
    /// Tones with the ink of the figure that stands on them.
    Positif,
    OnPositif,
    Netral,
    OnNetral,
    Berpotensi,
    OnBerpotensi,
    Negatif,
    OnNegatif,
    /// Map classes, few to many, with their figures' ink.
    Map1,
    Map2,
    Map3,
    Map4,
    OnMap1,
    OnMap2,
    OnMap3,
    OnMap4,
}

impl Ink {
    /// The CSS variable that `style.css` gives a value for light and for dark, and the colour on paper.
    const fn pair(self) -> (&'static str, &'static str) {
        match self {
            Self::Text => ("currentColor", "#16202b"),
            Self::Soft => ("var(--soft)", "#52606d"),
            Self::Line => ("var(--line)", "#d6dde4"),
            Self::Wash => ("var(--wash)", "#f4f6f8"),
            Self::Ground => ("var(--paper)", "#ffffff"),
            Self::Plain => ("var(--biru)", "#1f4e79"),
            Self::Hijau => ("var(--hijau)", "#1d6b43"),
            Self::Kuning => ("var(--kuning)", "#7a6400"),
            Self::Oranye => ("var(--oranye)", "#b25e00"),
            Self::Merah => ("var(--merah)", "#b3261e"),
            Self::Positif => ("var(--positif)", "#57a9b8"),
            Self::OnPositif => ("var(--on-positif)", "#16202b"),
            Self::Netral => ("var(--netral)", "#c3ccd5"),
            Self::OnNetral => ("var(--on-netral)", "#16202b"),
            Self::Berpotensi => ("var(--berpotensi)", "#e5bd6b"),
            Self::OnBerpotensi => ("var(--on-berpotensi)", "#16202b"),
            Self::Negatif => ("var(--negatif)", "#6b3410"),
            Self::OnNegatif => ("var(--on-negatif)", "#ffffff"),
            Self::Map1 => ("var(--map1)", "#e3ecf4"),
            Self::Map2 => ("var(--map2)", "#b7cfe4"),
            Self::Map3 => ("var(--map3)", "#6f9cc3"),
            Self::Map4 => ("var(--map4)", "#1f4e79"),
            Self::OnMap1 => ("var(--on-map1)", "#16202b"),
            Self::OnMap2 => ("var(--on-map2)", "#16202b"),
            Self::OnMap3 => ("var(--on-map3)", "#16202b"),
            Self::OnMap4 => ("var(--on-map4)", "#ffffff"),
        }
    }
}

/// How a text sits on its point.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A picture being drawn, once for the screen and once for paper.
pub(super) struct Svg {
    screen: String,
    paper: String,
}

impl Svg {
    pub(super) fn new() -> Self {
        Self { screen: String::new(), paper: String::new() }
    }

    /// Writes one element in both versions.
    fn draw(&mut self, element: impl Fn(&dyn Fn(Ink) -> &'static str) -> String) {
        self.screen += &element(&|ink| ink.pair().0);
        self.paper += &element(&|ink| ink.pair().1);
    }

    /// What `draw` adds stands for the figure of `mark`, from which a reader of the page finds its documents.
    pub(super) fn marked(&mut self, mark: Option<Mark>, draw: impl FnOnce(&mut Self)) {
        if let Some(mark) = &mark {
            let (id, hint) = (escape(&mark.id), escape(&mark.hint));
            let _ = write!(self.screen, r#"<g data-figure="{id}"><title>{hint}</title>"#);
        }
        draw(self);
        if mark.is_some() {
            self.screen += "</g>";
        }
    }

    pub(super) fn rect(&mut self, x: f64, y: f64, width: f64, height: f64, fill: Ink) {
        // A share of nothing has no area; a picture with one is not well-formed.
        if width <= 0.0 || height <= 0.0 {
            return;
        }
        let (x, y, w, h) = (px(x), px(y), px(width), px(height));
        self.draw(|ink| format!(r#"<rect x="{x}" y="{y}" width="{w}" height="{h}" fill="{}"/>"#, ink(fill)));
    }

    /// An area with nothing in it but its edge.
    pub(super) fn frame(&mut self, x: f64, y: f64, width: f64, height: f64, stroke: Ink) {
        let (x, y, w, h) = (px(x + 0.5), px(y + 0.5), px(width - 1.0), px(height - 1.0));
        self.draw(|ink| {
            format!(r#"<rect x="{x}" y="{y}" width="{w}" height="{h}" fill="none" stroke="{}"/>"#, ink(stroke))
        });
    }

    pub(super) fn line(&mut self, points: &[(f64, f64)], width: f64, stroke: Ink) {
        let mut path = String::new();
        for (x, y) in points {
            let _ = write!(path, "{},{} ", px(*x), px(*y));
        }
        let path = path.trim_end();
        self.draw(|ink| {
            format!(
                r#"<polyline points="{path}" fill="none" stroke="{}" stroke-width="{}" stroke-linejoin="round"/>"#,
                ink(stroke),
                px(width)
            )
        });
    }

    pub(super) fn shape(&mut self, points: &[(f64, f64)], fill: Ink) {
        let path: Vec<_> = points.iter().map(|(x, y)| format!("{},{}", px(*x), px(*y))).collect();
        self.draw(|ink| format!(r#"<polygon points="{}" fill="{}"/>"#, path.join(" "), ink(fill)));
    }

    pub(super) fn dot(&mut self, x: f64, y: f64, radius: f64, fill: Ink, stroke: Ink) {
        self.draw(|ink| {
            format!(
                r#"<circle cx="{}" cy="{}" r="{}" fill="{}" stroke="{}" stroke-width="1.5"/>"#,
                px(x),
                px(y),
                px(radius),
                ink(fill),
                ink(stroke)
            )
        });
    }

    /// Slanting lines over an area: what is hatched differs from what is plain without any colour.
    pub(super) fn hatch(&mut self, x: f64, y: f64, width: f64, height: f64, stroke: Ink) {
        const STEP: f64 = 6.0;
        let mut offset = STEP / 2.0;
        while offset < width + height {
            let start = (x + (offset - height).max(0.0), y + offset.min(height));
            let end = (x + offset.min(width), y + (offset - width).max(0.0));
            self.line(&[start, end], 1.0, stroke);
            offset += STEP;
        }
    }

    pub(super) fn text(&mut self, x: f64, y: f64, text: &str, anchor: Anchor, bold: bool, fill: Ink) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let weight = if bold { "600" } else { "400" };
        let text = escape(text);
        self.draw(|ink| {
            format!(
                r#"<text x="{}" y="{}" text-anchor="{anchor}" font-weight="{weight}" fill="{}">{text}</text>"#,
                px(x),
                px(y),
                ink(fill)
            )
        });
    }

    /// Closes the picture; `alt` says what it shows.
    pub(super) fn finish(self, width: f64, height: f64, alt: String) -> Chart {
        let (w, h, label) = (px(width), px(height), escape(&alt));
        let open = format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" font-family="Inter" font-size="{SIZE}" role="img" aria-label="{label}">"#
        );
        Chart {
            screen: format!("{open}{}</svg>", self.screen),
            paper: format!("{open}{}</svg>", self.paper),
            alt,
            width,
            height,
        }
    }
}

/// A coordinate with at most one decimal, so that bytes do not hang on the last bit of a float.
fn px(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    if rounded == 0.0 { "0".to_owned() } else { format!("{rounded}") }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// How wide a text is at most.
pub(super) fn text_width(text: &str) -> f64 {
    fonts::width(text) * SIZE
}

/// The text, shortened until it is no wider than `room`.
pub(super) fn fit(text: &str, room: f64) -> String {
    if text_width(text) <= room {
        return text.to_owned();
    }
    let ends = text.char_indices().map(|(end, _)| end);
    let kept = ends.take_while(|end| text_width(&text[..*end]) <= room - SIZE).last().unwrap_or(0);
    format!("{}…", text[..kept].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_fits() {
        let mut svg = Svg::new();
        svg.text(0.0, 10.0, "<script>&", Anchor::Start, false, Ink::Text);
        let chart = svg.finish(10.0, 10.0, "a \"b\"".into());
        assert!(chart.screen.contains("&lt;script&gt;&amp;") && chart.paper.contains("a &quot;b&quot;"));
        assert!(chart.screen.contains("currentColor") && !chart.paper.contains("var("));
        assert!(text_width(&fit(&"nama panjang ".repeat(9), 80.0)) <= 80.0);
    }
}
