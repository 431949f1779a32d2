//! Personal data, so that it can be masked before anything is shown.

use super::NoOptions;
use crate::reading::Reading;
use crate::{Build, Stage, options};
use model::{Analysis, Kind};

pub(crate) const KIND: Kind<Build> = Kind {
    name: "personal_data",
    summary: "finds identity numbers, telephone numbers, addresses, accounts and plates to be masked",
    example: "",
    build: |table| options::<NoOptions>(table).map(|_| Box::new(PersonalData) as Box<dyn Stage>),
};

struct PersonalData;

impl Stage for PersonalData {
    fn run(&self, reading: &Reading<'_>, analysis: &mut Analysis) {
        let document = reading.document;
        let given = document.title.as_ref().map_or(0, |title| title.len() + 1) + document.text.len();
        // Behind what is read for its meaning, a number is as personal as before it.
        analysis.personal_data = if given == reading.text.len() {
            text::personal_data(reading.text, document.kind)
        } else {
            text::personal_data(&document.full_text(), document.kind)
        };
    }
}
