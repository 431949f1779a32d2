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
        analysis.personal_data = text::personal_data(reading.text, reading.document.kind);
    }
}
