//! Places of the region by name: the longest name wins, ambiguous ones need company.
//!
//! The name of a village says little by itself: dozens share one. It counts where its district or regency is named too.

use super::{NoOptions, add_evidence};
use crate::matcher::{Hit, Use, longest};
use crate::reading::{Match, Reading};
use crate::{Build, Stage, options};
use model::{Analysis, Kind, Place, PlaceCode, PlaceFinding, PlaceLevel};
use std::cmp::Reverse;
use std::collections::BTreeMap;

pub(crate) const KIND: Kind<Build> = Kind {
    name: "places",
    summary: "finds the region's places, from the province down to villages",
    example: "",
    build: |table| options::<NoOptions>(table).map(|_| Box::new(Places) as Box<dyn Stage>),
};

struct Places;

/// Entries between the bare name of a village and its district or regency.
const NEAR: u32 = 12;

/// Words before a name that make it a place even where it is written small.
const LOCATING: [&str; 12] =
    ["di", "ke", "dari", "daerah", "kawasan", "wilayah", "warga", "arah", "kecamatan", "kec", "sekitar", "masyarakat"];

/// Words before a name that make it a street.
const STREETS: [&str; 9] = ["jalan", "jl", "jln", "gang", "gg", "blok", "perumahan", "perum", "komplek"];

/// Words before a name that make it a house's, not a village's.
const HOUSES: [&str; 7] = ["universitas", "hotel", "rumah", "restoran", "kafe", "pelabuhan", "pasar"];

/// Words before a name that make it a water's or a mountain's.
const WATERS: [&str; 5] = ["sungai", "danau", "gunung", "waduk", "selat"];

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

/// The names of places: the longest ones, with those villages of which the text says where they lie.
pub(crate) fn names<'a>(reading: &Reading<'a>) -> Vec<Match<'a>> {
    let all = reading.terms(Use::Place);
    let (villages, others): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|found| place_of(reading, found).is_some_and(is_village));
    let kept = keep_longest(reading, &others);
    if villages.is_empty() {
        return kept.into_iter().filter(|found| found.rule.target.is_some()).collect();
    }
    let same_span = |a: &Hit, b: &Hit| (a.first, a.last) == (b.first, b.last);
    // A name that stands for its city and is a village's too does not say where the village lies.
    let parents: Vec<(Hit, &PlaceCode)> = kept
        .iter()
        .filter_map(|found| Some((found.hit, place_of(reading, found)?)))
        .filter(|(hit, place)| {
            place.level == PlaceLevel::District || !villages.iter().any(|village| same_span(&village.hit, hit))
        })
        .map(|(hit, place)| (hit, &place.code))
        .collect();
    let located = |found: &&Match<'a>| {
        let Some(village) = place_of(reading, found) else { return false };
        let above = above(reading, village);
        let prefixed = found.rule.weight >= 1.0;
        // Where a village has its district's name, the bare name is the district's.
        let parent = village.parent.as_ref().and_then(|code| by_code(reading, code.as_str()));
        if !prefixed && parent.is_some_and(|parent| parent.short == village.name) {
            return false;
        }
        (prefixed || is_written_as_place(reading, found.hit))
            && parents.iter().any(|(hit, code)| {
                let apart = if hit.last < found.hit.first {
                    found.hit.first - hit.last
                } else {
                    hit.first.saturating_sub(found.hit.last)
                };
                above.contains(code) && !hit.overlaps(&found.hit) && (prefixed || apart <= NEAR)
            })
    };
    let sure: Vec<&PlaceCode> =
        villages.iter().filter(located).filter_map(|found| Some(&place_of(reading, found)?.code)).collect();
    // Once a text has said where a village lies, its bare name is enough.
    let again = villages.iter().filter(|found| {
        place_of(reading, found).is_some_and(|place| sure.contains(&&place.code))
            && (found.rule.weight >= 1.0 || is_written_as_place(reading, found.hit))
    });
    let all: Vec<Match<'a>> = others.iter().chain(again).copied().collect();
    keep_longest(reading, &all).into_iter().filter(|found| found.rule.target.is_some()).collect()
}

fn keep_longest<'a>(reading: &Reading<'a>, all: &[Match<'a>]) -> Vec<Match<'a>> {
    let hits: Vec<Hit> = all.iter().map(|found| found.hit).collect();
    let rules = &reading.tables.rules(Use::Place).rules;
    longest(&hits, &reading.entries).into_iter().map(|hit| Match { rule: &rules[hit.index as usize], hit }).collect()
}

fn is_village(place: &Place) -> bool {
    place.level == PlaceLevel::Village
}

/// Capitals, or a word before it that places have; no street's name.
fn is_written_as_place(reading: &Reading<'_>, hit: Hit) -> bool {
    let before = word_before(reading, hit);
    if [&STREETS[..], &HOUSES, &WATERS].concat().contains(&before.as_str()) {
        return false;
    }
    LOCATING.contains(&before.as_str()) || (hit.first..=hit.last).all(|at| reading.is_capital(at))
}

fn word_before(reading: &Reading<'_>, hit: Hit) -> String {
    let breaks = hit.first == 0 || reading.entries[hit.first as usize].breaks;
    if breaks { String::new() } else { reading.written(hit.first - 1).to_lowercase() }
}

/// The codes of the district and the regency in which a place lies.
fn above<'a>(reading: &Reading<'a>, place: &'a Place) -> Vec<&'a PlaceCode> {
    let mut found = Vec::new();
    let mut parent = place.parent.as_ref();
    while let Some(place) = parent.and_then(|code| by_code(reading, code.as_str())) {
        if place.level != PlaceLevel::Province {
            found.push(&place.code);
        }
        parent = place.parent.as_ref();
    }
    found
}

/// Every mention of a place, in order.
pub(crate) fn mentions<'a>(reading: &Reading<'a>) -> Vec<(&'a Place, Match<'a>)> {
    let names = reading.names(Use::Place);
    let mut found = Vec::new();
    let named: Vec<&PlaceCode> = names
        .iter()
        .filter_map(|name| place_of(reading, name))
        .filter(|place| !is_village(place))
        .map(|place| &place.code)
        .collect();
    for same in names.chunk_by(|a, b| (a.hit.first, a.hit.last) == (b.hit.first, b.hit.last)) {
        let candidates: Vec<_> = same.iter().filter_map(|&found| Some((place_of(reading, &found)?, found))).collect();
        let village = only_village(reading, &candidates, &named);
        let others = candidates.iter().filter(|(place, _)| !is_village(place));
        match village {
            // A well-known quarter stands for its city; where the city is named anyway, it is the quarter.
            Some(village)
                if others.clone().all(|(place, _)| {
                    above(reading, village.0).contains(&&place.code) && place.level == PlaceLevel::Regency
                }) =>
            {
                found.push(village)
            }
            // A village often has its district's name; then the district is meant.
            _ => found.extend(others.copied()),
        }
    }
    found.retain(|(place, found)| {
        !reading.is_distrusted(found.hit) && !is_street(reading, place, found) && !is_water(reading, place, found)
    });
    found
}

fn place_of<'a>(reading: &Reading<'a>, found: &Match<'_>) -> Option<&'a Place> {
    by_code(reading, &reading.tables.rules(Use::Place).targets[found.rule.target?])
}

fn by_code<'a>(reading: &Reading<'a>, code: &str) -> Option<&'a Place> {
    reading.tables.places.get(code).map(|&at| &reading.lexicons.region.places[at])
}

/// Of villages with one name the one whose district is named; none where that does not tell.
fn only_village<'a>(
    reading: &Reading<'a>,
    candidates: &[(&'a Place, Match<'a>)],
    named: &[&PlaceCode],
) -> Option<(&'a Place, Match<'a>)> {
    let villages = candidates.iter().filter(|(place, _)| is_village(place));
    let rank = |place: &'a Place| above(reading, place).iter().position(|code| named.contains(code));
    let nearest = villages.clone().filter_map(|(place, _)| rank(place)).min()?;
    let mut best = villages.filter(|(place, _)| rank(place) == Some(nearest));
    match (best.next(), best.next()) {
        (Some(&only), None) => Some(only),
        _ => None,
    }
}

/// "Jalan Jakarta" is a street here, not a city elsewhere; roads named after places of the region do lead there.
fn is_street(reading: &Reading<'_>, place: &Place, found: &Match<'_>) -> bool {
    let elsewhere = !place.code.as_str().starts_with(reading.lexicons.region.code.as_str());
    elsewhere && STREETS.contains(&word_before(reading, found.hit).as_str())
}

/// "Sungai Kelay" is a river, longer than the district that has its name.
fn is_water(reading: &Reading<'_>, place: &Place, found: &Match<'_>) -> bool {
    place.level == PlaceLevel::District && WATERS.contains(&word_before(reading, found.hit).as_str())
}
