//! HTML: one file that holds its fonts and pictures, for a phone, a desk or a printer.

use crate::paper::{Block, Paper};
use crate::{Error, Output, Render, clean, fonts};
use askama::Template;
use model::{Brief, Kind};

pub(crate) const OUTPUT: Output = Output { kind: KIND, suffix: ".html", media_type: "text/html" };

const KIND: Kind<Render> = Kind {
    name: "html",
    summary: "sets the brief as one self-contained page for phone, desktop and print",
    example: r#"formats = ["html"]"#,
    build: render,
};

#[derive(Template)]
#[template(path = "brief.html")]
struct Page<'a> {
    paper: &'a Paper,
    fonts: &'a str,
}

/// The page. It runs no script and asks no server for anything.
pub fn render(brief: &Brief) -> Result<Vec<u8>, Error> {
    let brief = Brief { stories: Vec::new(), ..brief.clone() }; // five thousand rows that no page shows
    let paper = Paper::new(&clean::for_screen(&brief)?);
    Ok(Page { paper: &paper, fonts: &fonts::SCREEN }.render()?.into_bytes())
}
