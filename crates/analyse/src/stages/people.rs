//! Holders of public offices, by office and date. Citizens are never listed, whatever a text says of them.
//!
//! The name is the one that the text gives beside the office. A name alone counts only where the region's list says
//! that the office was theirs on the day that the text is about: people move, offices stay.

use super::agencies::{Mention as Agency, Offices};
use super::{NoOptions, add_evidence};
use crate::matcher::{Hit, Use};
use crate::people::people;
use crate::reading::Reading;
use crate::{Build, Stage, options};
use model::{Analysis, Kind, PersonFinding, Place, PlaceLevel, Span};
use text::{OfficeOf, Role};

pub(crate) const KIND: Kind<Build> = Kind {
    name: "people",
    summary: "finds holders of public offices by office and date; citizens are never listed",
    example: "",
    build: |table| options::<NoOptions>(table).map(|_| Box::new(People) as Box<dyn Stage>),
};

struct People;

/// Offices listed in one document; a longer list is a table of names.
const MAX_PEOPLE: usize = 40;

impl Stage for People {
    fn run(&self, reading: &Reading<'_>, analysis: &mut Analysis) {
        let roles = &reading.lexicons.roles;
        if reading.hits(Use::Role).iter().any(|hit| !roles[hit.index as usize].office.is_empty()) {
            by_role(reading, &mut analysis.people);
        }
        by_name(reading, &mut analysis.people);
    }
}

/// Offices that the text names, with their holders where it names them too.
fn by_role(reading: &Reading<'_>, found: &mut Vec<PersonFinding>) {
    let known = people(reading, &[]);
    let offices = Offices::new(reading);
    let agencies = offices.mentions();
    for mention in &known.mentions {
        let Some(hit) = mention.role else { continue };
        let role = &reading.lexicons.roles[hit.index as usize];
        let Some(office) = office(reading, role, hit, &offices, &agencies) else { continue };
        let person = &known.people[mention.person];
        // Headlines write every word with a capital, so what follows the office there may be anything.
        let name = person
            .name
            .clone()
            .filter(|name| person.public && (!is_headline(reading, hit) || named_in_sentence(reading, name)));
        let span = reading.span(Hit { first: mention.first, ..hit });
        add(found, office, name, span);
    }
}

/// True in a title or a line that is written like one.
fn is_headline(reading: &Reading<'_>, hit: Hit) -> bool {
    if reading.in_title(hit) {
        return true;
    }
    const LEAST: usize = 5;
    let (first, last) = reading.sentence(hit.first);
    let mut words = (first..=last).filter(|&at| reading.written(at).len() > 3);
    words.clone().count() >= LEAST && words.all(|at| reading.is_capital(at))
}

/// True where a name also stands in a line that is no headline.
fn named_in_sentence(reading: &Reading<'_>, name: &str) -> bool {
    let body = &reading.text[reading.body as usize..];
    body.match_indices(name).any(|(at, _)| {
        let start = reading.body as usize + at;
        let entry = reading.entries.partition_point(|entry| (entry.end as usize) <= start) as u32;
        (entry as usize) < reading.entries.len() && !is_headline(reading, Hit { index: 0, first: entry, last: entry })
    })
}

/// The id of an office: what it is, and what it belongs to.
fn office(
    reading: &Reading<'_>,
    role: &Role,
    hit: Hit,
    offices: &Offices<'_, '_>,
    agencies: &[Agency],
) -> Option<String> {
    // "Orang nomor satu" says no office by itself; whom it means is told where the office is named.
    if role.office.is_empty() || role.office.ends_with("kepala_daerah") {
        return None;
    }
    let region = &reading.lexicons.region;
    let within = |at: u32| (hit.first..=hit.last).contains(&at);
    let place = offices.places.iter().find(|(_, place)| within(place.hit.first)).map(|(place, _)| *place);
    let elsewhere = |place: &&Place| !place.code.as_str().starts_with(region.code.as_str());
    let beside = match role.of {
        OfficeOf::Agency => {
            let agency = agencies.iter().find(|agency| within(agency.hit.first))?;
            let regency = agency.regency.as_ref().and_then(|code| region.place(code));
            return Some(match regency {
                Some(regency) => format!("{}_{}_{}", role.office, agency.office, slug(&regency.short)),
                None => format!("{}_{}", role.office, agency.office),
            });
        }
        OfficeOf::Region => place.filter(elsewhere),
        OfficeOf::Place => place
            .filter(|place| place.level != PlaceLevel::Province || elsewhere(place))
            .or_else(|| offices.only_regency.as_ref().filter(|_| place.is_none()).and_then(|code| region.place(code))),
    };
    Some(match beside {
        Some(place) => format!("{}_{}", role.office, slug(&place.short)),
        None => role.office.clone(),
    })
}

fn slug(name: &str) -> String {
    name.to_lowercase().replace([' ', '-'], "_")
}

/// Names of the region's list that stand alone, where the office was theirs on the day of the text.
fn by_name(reading: &Reading<'_>, found: &mut Vec<PersonFinding>) {
    let Some(day) = reading.document.day() else { return };
    for holder in &reading.lexicons.region.office_holders {
        if !holder.held_on(day) {
            continue;
        }
        for (start, name) in reading.text.match_indices(holder.name.as_str()) {
            let end = start + name.len();
            let alone = !reading.text[..start].ends_with(char::is_alphanumeric)
                && !reading.text[end..].starts_with(char::is_alphanumeric);
            if alone {
                let span = Span { start: start as u32, end: end as u32 };
                let told = found.iter().any(|known| known.name.as_deref() == Some(name) && known.role != holder.role);
                if !told {
                    add(found, holder.role.clone(), Some(name.to_owned()), span);
                }
            }
        }
    }
}

/// Adds a mention to the finding that it belongs to: the same office, and no other name.
fn add(found: &mut Vec<PersonFinding>, role: String, name: Option<String>, span: Span) {
    let same = |known: &&mut PersonFinding| {
        known.role == role && (known.name.is_none() || name.is_none() || known.name == name)
    };
    let full = found.len() >= MAX_PEOPLE;
    match found.iter_mut().find(same) {
        Some(known) => {
            known.name = known.name.take().or(name);
            let inside = known.evidence.iter().any(|known| known.start < span.end && span.start < known.end);
            if !inside {
                add_evidence(&mut known.evidence, span);
            }
        }
        None if !full => found.push(PersonFinding { role, name, evidence: vec![span] }),
        None => {}
    }
}
