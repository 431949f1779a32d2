//! The official answer inside an issue: a release, or words of somebody who answers for the matter here.

use crate::{docs::Doc, phrases};
use jiff::Timestamp;
use model::{Agency, Authority, Coverage, Exemplar, PlaceCode, PlaceLevel, QuoteNote, Region};
use std::collections::BTreeSet;

/// The last official release, or else the last article that quotes an office holder of an agency that answers for the
/// matter, provided it came after the matter began.
pub(crate) fn official_response(docs: &[Doc<'_>], agencies: &[&Agency], region: &Region) -> Option<Exemplar> {
    let began = docs.iter().map(|doc| doc.record.at).min()?;
    let answerers = Answerers::of(docs, agencies, region);
    let last = |wanted: &dyn Fn(&Doc<'_>) -> bool| {
        docs.iter().filter(|doc| answers_after(doc, began) && wanted(doc)).max_by_key(|doc| doc.record.at)
    };
    let released = |doc: &Doc<'_>| doc.record.coverage == Coverage::Official && answerers.is_ours(doc);
    let quoted = |doc: &Doc<'_>| {
        let speaks = |quote: &QuoteNote| answerers.speaks(quote, doc);
        doc.article() && doc.record.quotes.iter().any(speaks)
    };
    last(&released).or_else(|| last(&quoted)).map(Doc::exemplar)
}

fn answers_after(doc: &Doc<'_>, began: Timestamp) -> bool {
    doc.record.at > began && doc.record.coverage != Coverage::Advertorial
}

/// Who may answer in a matter: the region's government, the governments of the places concerned, the agencies in whose
/// field it is. A governor of another province who says something about fuel answers nobody here.
struct Answerers<'a> {
    agencies: &'a [&'a Agency],
    region: &'a Region,
    /// Names of the region, in lower case.
    region_names: Vec<String>,
    /// Names of the places concerned, in lower case.
    places: BTreeSet<String>,
    /// Names of all other places that are known.
    elsewhere: Vec<String>,
}

impl<'a> Answerers<'a> {
    fn of(docs: &[Doc<'_>], agencies: &'a [&'a Agency], region: &'a Region) -> Self {
        let named: BTreeSet<&PlaceCode> = docs.iter().flat_map(|doc| &doc.record.places).collect();
        let mut concerned: BTreeSet<&PlaceCode> = named.clone();
        concerned.extend(named.iter().filter_map(|place| region.regency_of(place)).map(|place| &place.code));
        concerned.remove(&region.code);
        let names = |place: &model::Place| [place.name.to_lowercase(), place.short.to_lowercase()];
        let all = || region.places.iter();
        let own = all().filter(|place| place.code == region.code).flat_map(names);
        let region_names: Vec<String> = own
            .chain([region.title.to_lowercase(), region.name.to_lowercase()])
            .filter(|name| !name.is_empty())
            .collect();
        let places: BTreeSet<String> = all().filter(|place| concerned.contains(&place.code)).flat_map(names).collect();
        let large = all().filter(|place| place.level <= PlaceLevel::Regency).flat_map(names);
        let elsewhere = large.filter(|name| !region_names.contains(name) && !places.contains(name)).collect();
        Self { agencies, region, region_names, places, elsewhere }
    }

    /// True for an official document of a source that is known, or that speaks of a place or agency of the region.
    fn is_ours(&self, doc: &Doc<'_>) -> bool {
        let source = doc.record.source.as_str();
        let known = |name: &str| name.eq_ignore_ascii_case(source);
        let region = self.region;
        let of_region = |place: &PlaceCode| place.as_str().starts_with(region.code.as_str());
        region.media.iter().any(|medium| medium.official && (known(&medium.host) || known(&medium.name)))
            || region.code.as_str().is_empty()
            || doc.record.places.iter().any(of_region)
            || doc.record.agencies.iter().any(|agency| region.agency(agency).is_some())
    }

    /// True where the speaker holds an office of one of the agencies, or heads one of the governments.
    fn speaks(&self, quote: &QuoteNote, doc: &Doc<'_>) -> bool {
        let Some(role) = quote.role.as_deref() else { return false };
        let wording = &self.region.wording;
        let words = phrases::words_of(role);
        if !words.iter().any(|word| wording.list("office").contains(word)) {
            return false;
        }
        if let Some(of) = behind(&words, wording.list("local_head")) {
            let here = |place: &PlaceCode| self.region.regency_of(place).is_some();
            return if of.is_empty() { doc.record.places.iter().any(here) } else { self.names_place(of) };
        }
        if let Some(of) = behind(&words, wording.list("head")) {
            // "Sekretaris Daerah Kota Muara": the same title in a smaller government.
            return of.is_empty() && self.is_known(&words, quote, doc) || self.names_region(of) || self.names_place(of);
        }
        self.agencies.iter().any(|agency| self.is_of(&words, agency))
    }

    /// A bare "Gubernur" is whoever the office's own list says; without a list it is the region's.
    fn is_known(&self, role: &[String], quote: &QuoteNote, doc: &Doc<'_>) -> bool {
        let same_office = |office: &str| phrases::words_of(&office.replace('_', " ")) == role;
        let mut holders = self.region.office_holders.iter().filter(|holder| same_office(&holder.role)).peekable();
        let speaker = phrases::words_of(&quote.speaker);
        holders.peek().is_none()
            || holders
                .filter(|holder| holder.held_on(doc.record.day))
                .any(|holder| phrases::words_of(&holder.name).iter().any(|word| speaker.contains(word)))
    }

    fn names_region(&self, words: &[String]) -> bool {
        self.region_names.iter().any(|name| phrases::find(words, name, &[]).is_some())
    }

    fn names_place(&self, words: &[String]) -> bool {
        self.places.iter().any(|name| phrases::find(words, name, &[]).is_some())
    }

    /// True where a role is of this agency, in no place but ours.
    fn is_of(&self, role: &[String], agency: &Agency) -> bool {
        // "Dinas Perhubungan Provinsi Contoh" in the file is "Dinas Perhubungan" in most reports.
        let name = agency.name.to_lowercase();
        let name = name.split(" provinsi").next().unwrap_or(&name);
        let found =
            [name, &agency.short.to_lowercase()].into_iter().any(|name| phrases::find(role, name, &[]).is_some());
        let abroad = self.elsewhere.iter().any(|name| phrases::find(role, name, &[]).is_some());
        // An agency of the centre or a company may say its own region in other words than ours.
        let wide = matches!(agency.level, Authority::Pusat | Authority::Bumn | Authority::Mandiri);
        found && (!abroad || wide && (self.names_region(role) || self.names_place(role)))
    }
}

/// The words behind a head's title, without "provinsi" and the like; `None` where the role is no such title.
fn behind<'w>(role: &'w [String], titles: &[String]) -> Option<&'w [String]> {
    let lengths = titles.iter().filter(|title| phrases::begins(role, std::slice::from_ref(title)));
    let longest = lengths.map(|title| title.split_whitespace().count()).max()?;
    Some(&role[longest..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Place, Record, Wording};

    fn wording() -> Wording {
        let lists = [
            ("office", "kepala;gubernur;bupati;wali;plt;kadis"),
            ("head", "gubernur;wakil gubernur"),
            ("local_head", "bupati;wali kota"),
        ];
        let list = |words: &str| words.split(';').map(str::to_owned).collect();
        Wording { lists: lists.map(|(name, words)| (name.to_owned(), list(words))).into(), ..Wording::default() }
    }

    fn place(code: &str, name: &str, short: &str, level: PlaceLevel, parent: Option<&str>) -> Place {
        let parent = parent.map(PlaceCode::from);
        Place { code: code.into(), name: name.to_owned(), short: short.to_owned(), level, parent, tile: None }
    }

    #[test]
    fn an_answer_comes_from_an_office_that_is_responsible_here() {
        let agency = Agency {
            id: "dishub".into(),
            name: "Dinas Perhubungan Provinsi Contoh".to_owned(),
            short: "Dishub".to_owned(),
            level: Authority::Provinsi,
            field: String::new(),
        };
        let region = Region {
            code: "91".into(),
            places: vec![
                place("91", "Provinsi Contoh", "Contoh", PlaceLevel::Province, None),
                place("92", "Provinsi Seberang", "Seberang", PlaceLevel::Province, None),
                place("91.01", "Kota Muara", "Muara", PlaceLevel::Regency, Some("91")),
                place("91.02", "Kabupaten Hulu", "Hulu", PlaceLevel::Regency, Some("91")),
            ],
            wording: wording(),
            ..Region::default()
        };
        let record = Record { places: vec!["91.01".into()], ..Record::default() };
        let doc = Doc { record: &record, now: true, copy: false, voice: true, nearness: 1.0 };
        let docs = [doc];
        let agencies = [&agency];
        let answerers = Answerers::of(&docs, &agencies, &region);
        let says = |role: &str| {
            let quote = QuoteNote { text: String::new(), speaker: "Nama".to_owned(), role: Some(role.to_owned()) };
            answerers.speaks(&quote, &docs[0])
        };
        assert!(says("Kepala Dinas Perhubungan Contoh"));
        assert!(says("Kepala Dinas Perhubungan Muara"));
        assert!(says("Plt Kadis Dishub"));
        assert!(says("Wakil Gubernur Contoh"));
        assert!(says("Gubernur"));
        assert!(says("Wali Kota Muara"));
        assert!(!says("Gubernur Seberang"));
        assert!(!says("Gubernur Tanah Jauh"), "a province that no file knows is not ours");
        assert!(!says("Bupati Hulu"), "the matter is in Muara");
        assert!(!says("Kepala Dinas Perhubungan Seberang"));
        assert!(!says("Kepala Dinas Kesehatan Contoh"));
        assert!(!says("pengamat transportasi"));
        assert!(!says("sopir angkutan"));
    }
}
