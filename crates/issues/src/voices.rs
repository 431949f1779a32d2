//! Who says what: statements of office holders, citizens' questions, the official response.

use crate::{docs::Doc, features, phrases};
use jiff::Timestamp;
use model::{
    Agency, Authority, Coverage, Exemplar, PlaceCode, PlaceLevel, QuestionWords, QuoteNote, Region, SaidBy, Sentence,
    Wording,
};
use std::collections::{BTreeMap, BTreeSet};
use text::words;

/// Statements of an issue, one a speaker, and a second where the speaker names another number.
const STATEMENTS: usize = 8;
/// Quotations that are read; a matter of thousands of articles repeats them.
const QUOTES_READ: usize = 500;
/// Longer roles are half a sentence.
const ROLE_WORDS_MAX: usize = 10;
/// Questions of an issue, and sentences that are read for them.
const QUESTIONS: usize = 5;
const QUESTIONS_READ: usize = 1_000;
/// Characters of a question that stands alone.
const QUESTION_LENGTH: std::ops::RangeInclusive<usize> = 10..=200;
/// Questions with so much of the shorter one in common are one.
const SAME_QUESTION: f32 = 0.7;
/// What is asked with a mark and none of the words.
const OTHER: &str = "lainnya";

/// Quotations of speakers whose public role is given; the speaker quoted most often first. What agencies and networks
/// send to many outlets is one quotation.
pub(crate) fn statements(shown: &[&Doc<'_>]) -> Vec<SaidBy> {
    let quotes = shown.iter().flat_map(|doc| doc.record.quotes.iter().map(move |quote| (*doc, quote)));
    let quotes: Vec<(&Doc<'_>, &QuoteNote)> =
        quotes.filter(|(_, quote)| quote.role.is_some()).take(QUOTES_READ).collect();
    let full_name = full_names(&quotes);
    let mut speakers: BTreeMap<&str, Vec<(&Doc<'_>, &QuoteNote)>> = BTreeMap::new();
    for &(doc, quote) in &quotes {
        speakers.entry(full_name[quote.speaker.as_str()]).or_default().push((doc, quote));
    }
    let mut speakers: Vec<_> = speakers.into_iter().collect();
    speakers.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(b.0)));
    speakers.into_iter().flat_map(|(name, quotes)| of_speaker(name, &quotes)).take(STATEMENTS).collect()
}

/// For each name as written the fullest form in which exactly one speaker is named so: "Hadi" is "Hadi Prasetyo".
fn full_names<'a>(quotes: &[(&'a Doc<'a>, &'a QuoteNote)]) -> BTreeMap<&'a str, &'a str> {
    let names: BTreeSet<&str> = quotes.iter().map(|(_, quote)| quote.speaker.as_str()).collect();
    let words: Vec<(&str, Vec<String>)> = names.iter().map(|name| (*name, phrases::words_of(name))).collect();
    let full = |(name, own): &(&'a str, Vec<String>)| {
        let within = |other: &[String]| other.len() > own.len() && own.iter().all(|word| other.contains(word));
        let mut longer = words.iter().filter(|(_, other)| within(other));
        match (longer.next(), longer.next()) {
            (Some((only, _)), None) => (*name, *only),
            _ => (*name, *name),
        }
    };
    words.iter().map(full).collect()
}

/// What one speaker said most often, with the most specific role; and what contradicts it.
fn of_speaker(name: &str, quotes: &[(&Doc<'_>, &QuoteNote)]) -> Vec<SaidBy> {
    let mut different: Vec<(Vec<String>, usize, &Doc<'_>, &QuoteNote)> = Vec::new();
    for &(doc, quote) in quotes {
        let words = phrases::words_of(&quote.text);
        match different.iter_mut().find(|(known, ..)| holds(known, &words) || holds(&words, known)) {
            Some((_, count, ..)) => *count += 1,
            None => different.push((words, 1, doc, quote)),
        }
    }
    let roles = quotes.iter().filter_map(|(_, quote)| quote.role.as_deref());
    let length = |role: &str| role.split_whitespace().count();
    let specific =
        roles.filter(|role| length(role) <= ROLE_WORDS_MAX).max_by_key(|role| (length(role), std::cmp::Reverse(*role)));
    let said = |(_, _, doc, quote): &(Vec<String>, usize, &Doc<'_>, &QuoteNote)| SaidBy {
        speaker: name.to_owned(),
        role: specific.map(str::to_owned).or_else(|| quote.role.clone()),
        text: quote.text.clone(),
        document: doc.exemplar(),
    };
    // A stable sort: of equals the one in the most typical document stays first.
    different.sort_by_key(|(_, count, ..)| std::cmp::Reverse(*count));
    let Some(first) = different.first() else { return Vec::new() };
    let second = different[1..].iter().find(|other| contradicts(&first.0, &other.0));
    [Some(first), second].into_iter().flatten().map(said).collect()
}

/// True where the shorter words stand in the longer ones in a row.
fn holds(long: &[String], short: &[String]) -> bool {
    !short.is_empty() && long.windows(short.len()).any(|window| window == short)
}

/// True where both name a number of the same thing and it differs.
fn contradicts(a: &[String], b: &[String]) -> bool {
    let counted = |words: &[String]| -> BTreeMap<String, String> {
        let is_number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
        let pairs = words.windows(2).filter(|two| is_number(&two[0]) && !is_number(&two[1]));
        pairs.map(|two| (two[1].clone(), two[0].clone())).collect()
    };
    let (a, b) = (counted(a), counted(b));
    a.iter().any(|(of, number)| b.get(of).is_some_and(|other| other != number))
}

/// A question with everybody who asks the same.
struct Asked<'a> {
    kind: &'a str,
    says: BTreeSet<u64>,
    text: String,
    doc: &'a Doc<'a>,
    voices: BTreeSet<&'a str>,
    unnamed: u32,
}

impl Asked<'_> {
    fn count(&self) -> u32 {
        self.voices.len() as u32 + self.unnamed
    }
}

/// What citizens ask: for each thing that is asked the question most people have, the most frequent first; then what
/// else several ask. Abuse and personal data are never repeated.
pub(crate) fn questions(shown: &[&Doc<'_>], wording: &Wording) -> Vec<Sentence> {
    let mut asked: Vec<Asked<'_>> = Vec::new();
    for (doc, text, kind) in sentences_that_ask(shown, wording).take(QUESTIONS_READ) {
        let says = features::word_terms(&text);
        let same = |other: &&mut Asked<'_>| other.kind == kind && is_same(&other.says, &says);
        let known = asked.iter_mut().find(same);
        let question = match known {
            Some(question) => {
                // Of many ways to ask the same the shortest says it best.
                if text.chars().count() < question.text.chars().count() {
                    (question.text, question.doc, question.says) = (text, doc, says);
                }
                question
            }
            None => {
                let (voices, unnamed) = (BTreeSet::new(), 0);
                asked.push(Asked { kind, says, text, doc, voices, unnamed });
                asked.last_mut().expect("one was just added")
            }
        };
        match doc.record.author_pseudonym.as_deref() {
            Some(author) => {
                question.voices.insert(author);
            }
            None => question.unnamed += 1,
        }
    }
    let mut of_kind: BTreeMap<&str, u32> = BTreeMap::new();
    asked.iter().for_each(|question| *of_kind.entry(question.kind).or_default() += question.count());
    // Stable sorts: of equals the one in the most typical document stays first.
    asked.sort_by_key(|question| std::cmp::Reverse(question.count()));
    let mut kinds = BTreeSet::new();
    let (mut first, others): (Vec<Asked<'_>>, Vec<Asked<'_>>) =
        asked.into_iter().partition(|question| kinds.insert(question.kind));
    first.sort_by_key(|question| (std::cmp::Reverse(of_kind[question.kind]), question.kind));
    let several = others.into_iter().filter(|question| question.count() > 1);
    let chosen = first.into_iter().chain(several).take(QUESTIONS);
    chosen
        .map(|question| Sentence { count: question.count(), document: question.doc.exemplar(), text: question.text })
        .collect()
}

/// True where the shorter question is within the longer one but for a word.
fn is_same(a: &BTreeSet<u64>, b: &BTreeSet<u64>) -> bool {
    let shorter = a.len().min(b.len());
    a == b || shorter >= 2 && a.intersection(b).count() as f32 >= SAME_QUESTION * shorter as f32
}

fn sentences_that_ask<'a>(
    shown: &'a [&'a Doc<'a>],
    wording: &'a Wording,
) -> impl Iterator<Item = (&'a Doc<'a>, String, &'a str)> {
    shown.iter().filter(|doc| doc.public()).flat_map(move |doc| {
        let text = doc.record.text.as_str();
        words::sentences(text).into_iter().filter_map(move |span| {
            let sentence = phrases::without_names(&text[span.start as usize..span.end as usize]);
            let kind = kind_of(&sentence, wording)?;
            let repeatable =
                !sentence.contains('[') && !phrases::any(&phrases::words_of(&sentence), wording.list("abusive"), &[]);
            repeatable.then_some((*doc, sentence, kind))
        })
    })
}

/// What a sentence asks for; `None` where it asks nothing.
fn kind_of<'a>(sentence: &str, wording: &'a Wording) -> Option<&'a str> {
    if !QUESTION_LENGTH.contains(&sentence.chars().count()) {
        return None;
    }
    let other = sentence.contains('?').then_some(OTHER);
    asked(sentence, wording).map(|question| question.kind.as_str()).or(other)
}

/// The question words that stand first in a sentence.
pub(crate) fn asked<'a>(sentence: &str, wording: &'a Wording) -> Option<&'a QuestionWords> {
    let marked = sentence.contains('?');
    let words = phrases::words_of(sentence);
    let at =
        |question: &&QuestionWords| question.words.iter().filter_map(|phrase| phrases::find(&words, phrase, &[])).min();
    let fitting = wording.questions.iter().filter(|question| marked || !question.needs_mark);
    fitting
        .filter_map(|question| Some((at(&question)?, question)))
        .min_by_key(|(at, _)| *at)
        .map(|(_, question)| question)
}

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
    use model::{Place, Record};

    fn wording() -> Wording {
        let list = |words: &str| words.split(';').map(str::to_owned).collect::<Vec<_>>();
        let question = |kind: &str, words: &str, needs_mark| QuestionWords {
            kind: kind.to_owned(),
            words: list(words),
            needs_mark,
            slot: None,
        };
        Wording {
            lists: [
                ("office", "kepala;gubernur;bupati;wali;plt;kadis"),
                ("head", "gubernur;wakil gubernur"),
                ("local_head", "bupati;wali kota"),
            ]
            .map(|(name, words)| (name.to_owned(), list(words)))
            .into(),
            questions: vec![
                question("kapan", "kapan", false),
                question("kenapa", "kenapa;knp", false),
                question("di mana", "dimana;di mana", false),
                question("di mana", "mana;bila", true),
            ],
            slots: vec![],
        }
    }

    #[test]
    fn questions_are_known_by_mark_or_word() {
        let wording = wording();
        let asks = |sentence: &str| kind_of(sentence, &wording).map(str::to_owned);
        assert_eq!(asks("kapan bensin datang lagi min").as_deref(), Some("kapan"));
        assert_eq!(asks("Knp cuma sebentar nyalanya").as_deref(), Some("kenapa"));
        assert_eq!(asks("posko bantuannya di mana ya?").as_deref(), Some("di mana"));
        assert_eq!(asks("yang mana saja boleh, bagus kok"), None);
        assert_eq!(asks("Ini serius dibiarkan begini?").as_deref(), Some("lainnya"));
        assert_eq!(asks("Terima kasih petugasnya"), None);
        assert_eq!(asks("kok?"), None);
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

    #[test]
    fn a_syndicated_quotation_stands_once_with_the_fullest_name_and_role() {
        let quote = |text: &str, speaker: &str, role: &str| QuoteNote {
            text: text.to_owned(),
            speaker: speaker.to_owned(),
            role: Some(role.to_owned()),
        };
        let records = [
            quote("Pasokan pulih Sabtu", "Hadi Prasetyo", "Manajer"),
            quote("Pasokan pulih Sabtu.", "Hadi", "Manajer Area Migas Negara"),
            quote("Kami kirim 12 truk tangki", "Hadi Prasetyo", "Manajer"),
            quote("Ada 20 truk yang kami kirim", "Hadi Prasetyo", "Manajer"),
        ]
        .map(|quote| Record { quotes: vec![quote], ..Record::default() });
        let docs: Vec<Doc<'_>> =
            records.iter().map(|record| Doc { record, now: true, copy: false, voice: true, nearness: 1.0 }).collect();
        let said = statements(&docs.iter().collect::<Vec<_>>());
        assert_eq!(said.len(), 1, "a second one only where it contradicts the first");
        assert_eq!(said[0].speaker, "Hadi Prasetyo");
        assert_eq!(said[0].role.as_deref(), Some("Manajer Area Migas Negara"));
        let two = statements(&docs[2..].iter().collect::<Vec<_>>());
        assert_eq!(two.len(), 2, "twelve or twenty");
    }
}
