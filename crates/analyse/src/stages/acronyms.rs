//! Acronyms that a text spells out in words that are not theirs: flagged, because what they stand for is then unclear.

use super::NoOptions;
use crate::reading::Reading;
use crate::{Build, Stage, options};
use model::{Analysis, Kind, Problem};

pub(crate) const KIND: Kind<Build> = Kind {
    name: "acronyms",
    summary: "flags acronyms that the text spells out wrongly; places and topics then do not trust them",
    example: "",
    build: |table| options::<NoOptions>(table).map(|_| Box::new(Acronyms) as Box<dyn Stage>),
};

struct Acronyms;

impl Stage for Acronyms {
    fn run(&self, reading: &Reading<'_>, analysis: &mut Analysis) {
        analysis.problems.extend(reading.conflicts.iter().map(|conflict| {
            Problem::new(
                "acronyms",
                format!(
                    "expansion conflict: the text spells {} out as \"{}\", known as \"{}\"; the bare acronym is not used as evidence",
                    conflict.written, conflict.words, conflict.right
                ),
            )
        }));
    }
}
