//! The body of a mail: page one in the few things that every mail reader draws.
//!
//! Mail readers drop embedded fonts, pictures drawn as SVG and most of a style sheet, and clip what is longer than about
//! a hundred kilobytes; the whole brief goes along as a file.

use crate::paper::{Level, Paper};
use crate::{Error, Output, Render, clean};
use askama::Template;
use model::{Brief, Kind, Tone};

pub(crate) const OUTPUT: Output = Output { kind: KIND, suffix: "-surel.html", media_type: "text/html" };

const KIND: Kind<Render> = Kind {
    name: "mail",
    summary: "writes page one as the HTML body of a mail, for every mail reader",
    example: r#"formats = ["mail"]"#,
    build: render,
};

#[derive(Template)]
#[template(path = "mail.html")]
struct Body<'a> {
    paper: &'a Paper,
    tones: Vec<(&'static str, u32)>,
    n: u32,
    draft: bool,
}

/// The body; it asks no server for anything.
pub fn render(brief: &Brief) -> Result<Vec<u8>, Error> {
    let paper = Paper::new(&clean::for_screen(&without_lists(brief))?);
    let tone = &brief.numbers.tables.tone;
    let tones = Tone::ALL.map(|label| (label.label(), tone.get(label))).into();
    Ok(Body { paper: &paper, tones, n: tone.n(), draft: !brief.header.state.is_final() }.render()?.into_bytes())
}

/// Page one needs none of the long lists.
fn without_lists(brief: &Brief) -> Brief {
    Brief { stories: Vec::new(), figures: Vec::new(), ..brief.clone() }
}

/// The colour of a level on white; the mark and the word say the same without it.
fn colour(level: &Level) -> &'static str {
    match level.key {
        "merah" => "#b3261e",
        "oranye" => "#8a4700",
        "kuning" => "#6b5800",
        _ => "#1f4e79",
    }
}
