//! Programmes, indices and systems by name.

use super::{NoOptions, add_evidence};
use crate::matcher::Use;
use crate::reading::Reading;
use crate::{Build, Stage, options};
use model::{Analysis, Kind, ProgrammeFinding, ProgrammeId};

pub(crate) const KIND: Kind<Build> = Kind {
    name: "programmes",
    summary: "finds programmes, indices and systems",
    example: "",
    build: |table| options::<NoOptions>(table).map(|_| Box::new(Programmes) as Box<dyn Stage>),
};

struct Programmes;

impl Stage for Programmes {
    fn run(&self, reading: &Reading<'_>, analysis: &mut Analysis) {
        let rules = reading.tables.rules(Use::Programme);
        for found in reading.names(Use::Programme) {
            let Some(target) = found.rule.target else { continue };
            let id = ProgrammeId::from(rules.targets[target].as_str());
            let span = reading.span(found.hit);
            match analysis.programmes.iter_mut().find(|known| known.id == id) {
                Some(known) => add_evidence(&mut known.evidence, span),
                None => analysis.programmes.push(ProgrammeFinding { id, evidence: vec![span] }),
            }
        }
    }
}
