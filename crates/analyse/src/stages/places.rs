//! Places of the region by name: the longest name wins, ambiguous ones need company.

use super::{NoOptions, add_evidence};
use crate::matcher::Use;
use crate::reading::{Match, Reading};
use crate::{Build, Stage, options};
use model::{Analysis, Kind, Place, PlaceFinding, PlaceLevel};
use std::cmp::Reverse;
use std::collections::BTreeMap;

pub(crate) const KIND: Kind<Build> = Kind {
    name: "places",
    summary: "finds the region's places, from the province down to villages",
    example: "",
    build: |table| options::<NoOptions>(table).map(|_| Box::new(Places) as Box<dyn Stage>),
};

struct Places;

impl Stage for Places {
    fn run(&self, reading: &Reading<'_>, analysis: &mut Analysis) {
        let mut found: BTreeMap<(Reverse<PlaceLevel>, &str), PlaceFinding> = BTreeMap::new();
        for (place, span) in mentions(reading).into_iter().map(|(place, found)| (place, reading.span(found.hit))) {
            let finding = found.entry((Reverse(place.level), place.code.as_str())).or_insert_with(|| PlaceFinding {
                code: place.code.clone(),
                name: place.name.clone(),
                evidence: Vec::new(),
            });
            add_evidence(&mut finding.evidence, span);
        }
        analysis.places = found.into_values().collect();
    }
}

/// Every mention of a place, in order.
pub(crate) fn mentions<'a>(reading: &Reading<'a>) -> Vec<(&'a Place, Match<'a>)> {
    let names = reading.names(Use::Place);
    let mut found = Vec::new();
    for same in names.chunk_by(|a, b| (a.hit.first, a.hit.last) == (b.hit.first, b.hit.last)) {
        let candidates: Vec<_> = same.iter().filter_map(|&found| Some((place_of(reading, &found)?, found))).collect();
        if candidates.iter().all(|(place, _)| place.level == PlaceLevel::Village) {
            found.extend(only_village(reading, &candidates));
        } else {
            // A village often has its district's name; then the district is meant.
            found.extend(candidates.into_iter().filter(|(place, _)| place.level != PlaceLevel::Village));
        }
    }
    found.retain(|(place, found)| !reading.is_distrusted(found.hit) && !is_street(reading, place, found));
    found
}

fn place_of<'a>(reading: &Reading<'a>, found: &Match<'_>) -> Option<&'a Place> {
    let code = &reading.tables.rules(Use::Place).targets[found.rule.target?];
    let places = &reading.lexicons.region.places;
    reading.tables.places.get(code.as_str()).map(|&at| &places[at])
}

/// Of villages with one name the one whose district is named beside it; none where that does not tell.
fn only_village<'a>(reading: &Reading<'a>, candidates: &[(&'a Place, Match<'a>)]) -> Option<(&'a Place, Match<'a>)> {
    let rank = |found: &Match<'_>| reading.near_guard(found.rule, found.hit);
    let nearest = candidates.iter().map(|(_, found)| rank(found)).min()?;
    let mut best = candidates.iter().filter(|(_, found)| rank(found) == nearest);
    match (best.next(), best.next()) {
        (Some(&only), None) => Some(only),
        _ => None,
    }
}

/// "Jalan Jakarta" is a street here, not a city elsewhere; roads named after places of the region do lead there.
fn is_street(reading: &Reading<'_>, place: &Place, found: &Match<'_>) -> bool {
    let elsewhere = !place.code.as_str().starts_with(reading.lexicons.region.code.as_str());
    elsewhere && found.hit.first > 0 && {
        let before = reading.written(found.hit.first - 1).to_lowercase();
        matches!(before.as_str(), "jalan" | "jl" | "jln" | "gang" | "gg")
    }
}
