//! Agencies by name, abbreviation, head or house, with whose they are.
//!
//! "Dinas Kesehatan" is an office of every government: the place behind it says whose, or the text as a whole does.

use super::{NoOptions, add_evidence};
use crate::matcher::{Hit, Use};
use crate::reading::{Match, Reading};
use crate::{Build, Stage, options};
use model::{AgencyFinding, AgencyId, Analysis, Authority, Kind, Place, PlaceCode};
use std::collections::BTreeSet;

pub(crate) const KIND: Kind<Build> = Kind {
    name: "agencies",
    summary: "finds agencies of the province, the centre, the regencies, and companies of the state",
    example: "",
    build: |table| options::<NoOptions>(table).map(|_| Box::new(Agencies) as Box<dyn Stage>),
};

struct Agencies;

impl Stage for Agencies {
    fn run(&self, reading: &Reading<'_>, analysis: &mut Analysis) {
        for Mention { id, hit, .. } in Offices::new(reading).mentions() {
            let span = reading.span(hit);
            match analysis.agencies.iter_mut().find(|known| known.id == id) {
                Some(known) => add_evidence(&mut known.evidence, span),
                None => {
                    let level = reading.lexicons.region.agency(&id).map(|agency| agency.level);
                    analysis.agencies.push(AgencyFinding { id, level, evidence: vec![span] });
                }
            }
        }
    }
}

/// Words between an office and the place that it is of.
const BETWEEN: [&str; 9] = ["kota", "kabupaten", "kab", "provinsi", "prov", "di", "pemkot", "pemkab", "daerah"];

/// Words behind an office that make it the province's.
const PROVINCIAL: [&str; 4] = ["provinsi", "prov", "pemprov", "setdaprov"];

/// Words behind an office that make it the regency's of which the text speaks.
const LOCAL: [&str; 6] = ["kota", "kabupaten", "kab", "pemkot", "pemkab", "setempat"];

/// Words before an office that somebody had or wants to have.
const FORMER: [&str; 5] = ["mantan", "eks", "bekas", "calon", "bakal"];

/// Entries from the first word of a text within which a dateline ends ("SAMARINDA, KOTA – ").
const DATELINE: u32 = 4;

/// One mention of an agency.
pub(crate) struct Mention {
    /// Whose agency it is counted as: the regency's government, for an office of a regency.
    pub id: AgencyId,
    /// The office itself.
    pub office: AgencyId,
    /// The regency whose office it is.
    pub regency: Option<PlaceCode>,
    /// Which words.
    pub hit: Hit,
}

/// Whose an office is, as the words beside it say.
#[derive(Debug, PartialEq, Eq)]
enum Owner {
    /// The province's.
    Province,
    /// The regency's.
    Place(PlaceCode),
    /// Another province's.
    Elsewhere,
    /// Nothing is said.
    Unsaid,
}

/// The offices of a text, and whose they are.
pub(crate) struct Offices<'r, 'a> {
    reading: &'r Reading<'a>,
    /// Every mention of a place.
    pub places: Vec<(&'a Place, Match<'a>)>,
    /// The one regency that the text is about, where it is about one.
    pub only_regency: Option<PlaceCode>,
}

impl<'r, 'a> Offices<'r, 'a> {
    /// Looks at the places that a text names.
    pub fn new(reading: &'r Reading<'a>) -> Self {
        let places = super::places::mentions(reading);
        let only_regency = only_regency(reading, &places);
        Self { reading, places, only_regency }
    }

    /// Every mention of an agency, in order.
    pub fn mentions(&self) -> Vec<Mention> {
        let names = self.reading.names(Use::Agency);
        let targets = &self.reading.tables.rules(Use::Agency).targets;
        let found = names
            .iter()
            .filter_map(|name| Some((name, AgencyId::from(targets[name.rule.target?].as_str()), self.owner(name))));
        let found: Vec<_> = found.collect();
        // What a text has once said of an office holds where it says it shorter.
        let said: Vec<(&AgencyId, &PlaceCode)> = found
            .iter()
            .filter_map(|(_, id, owner)| match owner {
                Owner::Place(place) => Some((id, place)),
                _ => None,
            })
            .collect();
        found.iter().filter_map(|(name, office, owner)| self.mention(name, office, owner, &said)).collect()
    }

    /// Counts an office as whose it is; `None` where that is nobody's here.
    fn mention(
        &self,
        name: &Match<'_>,
        office: &AgencyId,
        owner: &Owner,
        said: &[(&AgencyId, &PlaceCode)],
    ) -> Option<Mention> {
        let whole = Mention { id: office.clone(), office: office.clone(), regency: None, hit: name.hit };
        if *owner == Owner::Elsewhere || self.is_former(name.hit) {
            return None;
        }
        if !self.may_be_local(office) {
            return Some(whole);
        }
        let regency = match owner {
            Owner::Place(place) => Some(place),
            Owner::Unsaid => {
                said.iter().find(|(known, _)| *known == office).map(|(_, place)| *place).or(self.only_regency.as_ref())
            }
            _ => None,
        };
        let governments = &self.reading.lexicons.local_governments;
        let local = regency.and_then(|regency| governments.iter().find(|(code, _)| code == regency));
        match local {
            Some((regency, government)) => {
                Some(Mention { id: government.clone(), regency: Some(regency.clone()), ..whole })
            }
            // An office that every regency has counts for nothing where nobody can say whose it is.
            None => (name.rule.weight > 0.0).then_some(whole),
        }
    }

    /// Offices of the province that regencies have too, and those that only they have.
    fn may_be_local(&self, id: &AgencyId) -> bool {
        let lexicons = self.reading.lexicons;
        let provincial = self.is_of_region(id) && !lexicons.province_only.contains(id);
        provincial
            || lexicons
                .region
                .agency(id)
                .is_some_and(|agency| agency.level == Authority::KabKota && self.is_generic(id))
    }

    fn is_of_region(&self, id: &AgencyId) -> bool {
        self.reading.lexicons.region.agency(id).is_some_and(|agency| agency.level == Authority::Provinsi)
    }

    /// "The regency's government", whichever that is.
    fn is_generic(&self, id: &AgencyId) -> bool {
        let lexicons = self.reading.lexicons;
        let governs = |id: &AgencyId| lexicons.local_governments.iter().any(|(_, government)| government == id);
        !governs(id)
            && lexicons.local_governments.iter().any(|(_, government)| government.0.starts_with(&format!("{id}_")))
    }

    fn owner(&self, name: &Match<'a>) -> Owner {
        let reading = self.reading;
        let region = reading.lexicons.region.code.as_str();
        // The words of the name itself may end with the place ("DPRD Kota Samarinda").
        let inside =
            self.places.iter().rfind(|(_, place)| place.hit.first >= name.hit.first && place.hit.last == name.hit.last);
        let mut next = self.after_brackets(name.hit.last + 1);
        let mut said = Owner::Unsaid;
        let mut away = false;
        let behind = loop {
            if let Some(found) = self.places.iter().find(|(_, place)| place.hit.first == next) {
                break Some(found).filter(|_| !reading.breaks_within(name.hit.last, next));
            }
            let Some(word) = self.word(next, name.hit.last) else { break None };
            if PROVINCIAL.contains(&word.as_str()) {
                said = Owner::Province;
            }
            away |= word == "di";
            // The office's name may go on: "Dinas Pertanian | dan Peternakan Kutai Timur".
            let goes_on = BETWEEN.contains(&word.as_str())
                || word == "dan" && self.is_office_word(next + 1)
                || self.is_office_word(next) && !self.is_agency(next);
            if !goes_on || next > name.hit.last + 8 {
                break None;
            }
            next += 1;
        };
        match inside.or(behind) {
            Some((place, _)) if place.code.as_str() == region => Owner::Province,
            // "Menkomdigi di Jakarta" is where somebody was, not whose the office is.
            Some((place, _)) if !place.code.as_str().starts_with(region) => {
                if away {
                    Owner::Unsaid
                } else {
                    Owner::Elsewhere
                }
            }
            Some((place, _)) => match reading.lexicons.region.regency_of(&place.code) {
                Some(regency) => Owner::Place(regency.code.clone()),
                None => said,
            },
            None if said == Owner::Unsaid
                && self.word(name.hit.last + 1, name.hit.last).is_some_and(|word| LOCAL.contains(&word.as_str())) =>
            {
                self.only_regency.clone().map_or(Owner::Unsaid, Owner::Place)
            }
            None => said,
        }
    }

    /// The word at an entry in lower case, unless a sentence ends or a comma stands before it.
    fn word(&self, at: u32, from: u32) -> Option<String> {
        let entries = &self.reading.entries;
        let entry = entries.get(at as usize)?;
        // A chat word that stands for two ("Wali Kota (Walkot)") has two entries in one place, and nothing between them.
        let before = entries[(at as usize).checked_sub(1)?].end as usize;
        let gap = self.reading.text.get(before..entry.start as usize).unwrap_or_default();
        (!self.reading.breaks_within(from, at) && !gap.contains(',')).then(|| self.reading.written(at).to_lowercase())
    }

    /// "Mantan Kabag Humas | Pemkot Samarinda": an office that somebody has no more, or not yet.
    fn is_former(&self, hit: Hit) -> bool {
        const REACH: u32 = 4;
        let mut at = hit.first;
        while at > 0 && !self.reading.entries[at as usize].breaks && hit.first - at <= REACH {
            at -= 1;
            if FORMER.contains(&self.reading.written(at).to_lowercase().as_str()) {
                return true;
            }
            if !self.is_office_word(at) {
                return false;
            }
        }
        false
    }

    /// True for a word with a capital that belongs to offices rather than to people.
    fn is_office_word(&self, at: u32) -> bool {
        let entries = &self.reading.entries;
        entries.get(at as usize).is_some_and(|entry| self.reading.tables.not_names.contains(&entry.exact))
            && self.reading.is_capital(at)
    }

    fn is_agency(&self, at: u32) -> bool {
        self.reading.names(Use::Agency).iter().any(|name| name.hit.first == at)
    }

    /// The entry behind "(Dinkes)" in "Dinas Kesehatan (Dinkes) Kota Samarinda".
    fn after_brackets(&self, at: u32) -> u32 {
        let (entries, text) = (&self.reading.entries, self.reading.text);
        let opens = |at: u32| {
            entries
                .get(at as usize)
                .is_some_and(|entry| text[entries[at as usize - 1].end as usize..entry.start as usize].contains('('))
        };
        if !opens(at) {
            return at;
        }
        (at..at + 6)
            .find(|&inside| {
                entries.get(inside as usize).is_some_and(|entry| text[entry.end as usize..].starts_with(')'))
            })
            .map_or(at, |inside| inside + 1)
    }
}

/// The regency of all places that a text names, where there is only one and the province is not named beside it.
/// The town at the head of a report says where the reporter sat.
fn only_regency(reading: &Reading<'_>, places: &[(&Place, Match<'_>)]) -> Option<PlaceCode> {
    let region = &reading.lexicons.region;
    let mut regencies = BTreeSet::new();
    for (place, found) in places {
        if place.code == region.code {
            return None;
        }
        if is_dateline(reading, found.hit) || !place.code.as_str().starts_with(region.code.as_str()) {
            continue;
        }
        regencies.extend(region.regency_of(&place.code).map(|regency| &regency.code));
    }
    match (regencies.pop_first(), regencies.pop_first()) {
        (Some(only), None) => Some(only.clone()),
        _ => None,
    }
}

fn is_dateline(reading: &Reading<'_>, hit: Hit) -> bool {
    let first = reading.entries.partition_point(|entry| entry.start < reading.body) as u32;
    let behind = &reading.text[reading.entries[hit.last as usize].end as usize..];
    const LONGEST: usize = 24;
    let line = behind.char_indices().nth(LONGEST).map_or(behind, |(end, _)| &behind[..end]);
    let ends = [" -", "–", "—", " |", ": "].iter().filter_map(|mark| line.find(mark)).min();
    (first..first + DATELINE).contains(&hit.first)
        && reading.is_capital(hit.first)
        && ends.is_some_and(|end| end < 2 || line.starts_with([',', '(']) && !line[..end].contains('.'))
}
