//! Abusive language: insults and swearing at somebody. Harsh criticism is none.

use super::{MAX_EVIDENCE, NoOptions};
use crate::reading::Reading;
use crate::{Build, Stage, options};
use model::{Analysis, Kind};

pub(crate) const KIND: Kind<Build> = Kind {
    name: HEAD,
    summary: "marks insults and swearing at somebody in citizens' own words",
    example: "",
    build: |table| options::<NoOptions>(table).map(|_| Box::new(Abuse) as Box<dyn Stage>),
};

struct Abuse;

/// The learned head, with the labels "no" and "yes".
const HEAD: &str = "abusive";

impl Stage for Abuse {
    fn run(&self, reading: &Reading<'_>, analysis: &mut Analysis) {
        // An outlet that quotes an insult does not insult.
        let Some(answer) = reading.answer(HEAD).filter(|_| reading.document.kind.is_public_voice()) else { return };
        analysis.abusive = answer.best == 1;
        if analysis.abusive {
            analysis.explanations.insert(HEAD.to_owned(), reading.words_for(HEAD, 1, MAX_EVIDENCE));
        }
        if reading.head(HEAD).is_some_and(|head| answer.confidence() < head.sure_from) {
            analysis.unsure.push(HEAD.to_owned());
        }
    }
}
