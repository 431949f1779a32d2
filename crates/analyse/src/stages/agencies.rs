//! Agencies by name, abbreviation, head or house.

use super::{NoOptions, add_evidence};
use crate::matcher::Use;
use crate::reading::{Match, Reading};
use crate::{Build, Stage, options};
use model::{Agency, AgencyFinding, AgencyId, Analysis, Authority, Kind, PlaceLevel};

pub(crate) const KIND: Kind<Build> = Kind {
    name: "agencies",
    summary: "finds agencies of the province, the centre, the regencies, and companies of the state",
    example: "",
    build: |table| options::<NoOptions>(table).map(|_| Box::new(Agencies) as Box<dyn Stage>),
};

struct Agencies;

impl Stage for Agencies {
    fn run(&self, reading: &Reading<'_>, analysis: &mut Analysis) {
        let names = reading.names(Use::Agency);
        if names.is_empty() {
            return;
        }
        let places = super::places::mentions(reading);
        // The regency whose name follows an agency at once, "Kota" and brackets aside.
        let regency_after = |found: &Match<'_>| {
            places.iter().find(|(place, mention)| {
                let next = mention.hit.first;
                place.level == PlaceLevel::Regency && next > found.hit.last && next - found.hit.last <= 2 && {
                    let between = (found.hit.last + 1..next).map(|at| reading.written(at).to_lowercase());
                    !reading.breaks_within(found.hit.last, next)
                        && between.into_iter().all(|word| matches!(word.as_str(), "kota" | "kabupaten" | "kab"))
                }
            })
        };
        let region = &reading.lexicons.region;
        for found in names {
            let Some(target) = found.rule.target else { continue };
            let mut id = AgencyId::from(reading.tables.rules(Use::Agency).targets[target].as_str());
            let provincial = region.agency(&id).is_some_and(|agency: &Agency| agency.level == Authority::Provinsi);
            if let Some((place, _)) = regency_after(found).filter(|_| provincial) {
                let governments = &reading.lexicons.local_governments;
                let Some((_, local)) = governments.iter().find(|(code, _)| *code == place.code) else { continue };
                id = local.clone();
            }
            let span = reading.span(found.hit);
            match analysis.agencies.iter_mut().find(|known| known.id == id) {
                Some(known) => add_evidence(&mut known.evidence, span),
                None => analysis.agencies.push(AgencyFinding { id, evidence: vec![span] }),
            }
        }
    }
}
