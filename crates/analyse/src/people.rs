//! People as a text introduces them: a role with a name, a name with a role, a name beside a verb of saying.
//!
//! For telling who speaks a quotation, and which public office is meant. Citizens are never listed, nobody is followed.

use crate::matcher::{Hit, Use, longest};
use crate::reading::Reading;
use std::ops::RangeInclusive;

/// Somebody whom the text names or calls by a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    /// As fully named as the text names them.
    pub name: Option<String>,
    /// As the text writes it, with the office.
    pub role: Option<String>,
    /// False for citizens' roles ("warga"): their names are not passed on.
    pub public: bool,
}

/// One mention of a person, in reading order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mention {
    /// First entry of the mention, role included.
    pub first: u32,
    /// Position in the list of people.
    pub person: usize,
    /// True where a verb of saying stands in the same sentence.
    pub speaks: bool,
    /// The role that the mention has beside it, up to the end of its office; none for an office that is held no more.
    pub role: Option<Hit>,
}

/// The people of a text and where they are mentioned.
pub(crate) struct People {
    /// Everybody, by first mention.
    pub people: Vec<Person>,
    /// Every mention, in order.
    pub mentions: Vec<Mention>,
    /// Verbs of saying outside quotations.
    pub verbs: Vec<Hit>,
}

/// Words that a role and its name may have between them.
const JOINING: [&str; 7] = ["dan", "di", "pada", "dari", "se", "ke", "untuk"];

/// Words between a name and its verb ("Faisal juga menilai").
const BETWEEN: [&str; 7] = ["juga", "turut", "pun", "kembali", "lantas", "lalu", "kemudian"];

/// Bodies that are written small behind a role ("juru bicara kepolisian").
const BODIES: [&str; 8] = ["kepolisian", "kejaksaan", "pemerintah", "panitia", "posko", "satgas", "komunitas", "aksi"];

/// Words between a verb of saying and a citizen's role.
const ONE_OF_MANY: [&str; 4] = ["seorang", "salah", "satu", "para"];

/// Words that end a description.
const GOING_ON: [&str; 10] = ["yang", "saat", "ketika", "usai", "sejak", "sambil", "karena", "setelah", "ini", "itu"];

/// Verbs of saying that open a sentence.
const OPENING: [&str; 3] = ["Menurut", "Kata", "Ujar"];

/// Words behind a role that point back to somebody named before.
const BACK: [&str; 3] = ["ini", "itu", "tersebut"];

/// Words before a role that its holder has no more.
const FORMER: [&str; 3] = ["mantan", "eks", "bekas"];

/// Ranks between an office and a name: they are part of neither.
const RANKS: [&str; 24] = [
    "Kombes",
    "Kombespol",
    "Pol",
    "AKBP",
    "AKP",
    "Kompol",
    "Ipda",
    "Iptu",
    "Aiptu",
    "Aipda",
    "Bripka",
    "Brigjen",
    "Irjen",
    "Komjen",
    "Jenderal",
    "Letkol",
    "Kolonel",
    "Mayor",
    "Kapten",
    "Letjen",
    "Mayjen",
    "Inf",
    "Laksma",
    "Marsma",
];

/// Titles before a name.
const TITLES: [&str; 14] =
    ["dr", "drg", "drh", "ir", "prof", "drs", "dra", "apt", "ns", "hj", "Dr", "Drg", "Ir", "Prof"];

/// Who is meant by "orang nomor satu" and "orang nomor dua": the office of the epithet in the list of roles, and those that it stands for.
const EPITHETS: [(&str, [&str; 3]); 2] = [
    ("kepala_daerah", ["gubernur", "bupati", "wali_kota"]),
    ("wakil_kepala_daerah", ["wakil_gubernur", "wakil_bupati", "wakil_wali_kota"]),
];

/// Entries that a role with its office may have.
const LONGEST_ROLE: u32 = 18;

/// Words that a name may have.
const LONGEST_NAME: u32 = 6;

/// Lower-case words that may stand between a citizen's role and the comma before the name ("sopir angkutan sawit, …").
const LONGEST_TRADE: u32 = 5;

/// Finds people outside the quotations at these entries.
pub(crate) fn people(reading: &Reading<'_>, quoted: &[RangeInclusive<u32>]) -> People {
    let outside = |at: u32| !quoted.iter().any(|range| range.contains(&at));
    let only_outside = |by: Use| {
        let hits: Vec<Hit> = reading.hits(by).iter().copied().filter(|hit| outside(hit.first)).collect();
        longest(&hits, &reading.entries)
    };
    // "Pesan Berantai" is no saying: inside a sentence verbs are written small.
    let mut verbs = only_outside(Use::SpeechVerb);
    verbs.retain(|verb| {
        let written = reading.written(verb.first);
        written.starts_with(char::is_lowercase) || OPENING.contains(&written)
    });
    let offices = [Use::Agency, Use::Place].into_iter().flat_map(|by| reading.names(by));
    let mut search = Search {
        reading,
        quoted,
        offices: offices.map(|found| found.hit).collect(),
        roles: Vec::new(),
        found: People { people: Vec::new(), mentions: Vec::new(), verbs: verbs.clone() },
    };
    // In reading order, so that a role can point back to whoever was named before it.
    let roles = only_outside(Use::Role);
    search.roles = roles.iter().map(|hit| hit.first).collect();
    let roles = roles.into_iter().map(|hit| (hit, true));
    let mut events: Vec<(Hit, bool)> = verbs.into_iter().map(|hit| (hit, false)).chain(roles).collect();
    events.sort_by_key(|(hit, _)| hit.first);
    let mut covered = 0;
    for (hit, is_role) in events {
        if !is_role {
            search.beside_verb(hit);
        } else if hit.first >= covered {
            // A role within an office that was read already is part of it.
            covered = search.role(hit);
        }
    }
    search.found.mentions.sort_by_key(|mention| mention.first);
    search.found.mentions.dedup_by_key(|mention| mention.first);
    search.found
}

struct Search<'r, 'a> {
    reading: &'r Reading<'a>,
    quoted: &'r [RangeInclusive<u32>],
    /// Agencies and places: they belong to a role, not to a name.
    offices: Vec<Hit>,
    /// Where roles begin.
    roles: Vec<u32>,
    found: People,
}

/// What stands behind a role.
struct Office {
    /// Last entry of the office.
    end: u32,
    /// First entry that was not read any more.
    next: u32,
    /// First and last entry of the name.
    name: Option<(u32, u32)>,
}

impl Search<'_, '_> {
    /// Reads a role with the office behind it and the name behind or before it; gives the entry after it.
    fn role(&mut self, role: Hit) -> u32 {
        let reading = self.reading;
        // "dr. Jaya" has a title, not a role.
        if self.is_one_of(role.last, &TITLES) {
            return role.last + 1;
        }
        let public = reading.lexicons.roles[role.index as usize].official;
        let office = self.office(role, public);
        if let Some(person) = self.epithet(role) {
            self.refer(role.first, office.end, person);
            return office.end + 1;
        }
        let name = office.name.or_else(|| self.name_before(role.first));
        // "Kepala Dinas … ini menjelaskan": whoever was named last has that role.
        let refers_back = name.is_none() && self.is_one_of(office.next, &BACK);
        let former = role.first > 0 && FORMER.contains(&reading.written(role.first - 1).to_lowercase().as_str());
        let name_words = match name {
            Some((first, last)) => Some(self.written(first, last)),
            None if refers_back => self.last_named(role.first),
            None => None,
        };
        let person =
            Person { name: name_words, role: (!former).then(|| self.role_words(role.first, office.end)), public };
        let first = name.map_or(role.first, |(first, _)| first.min(role.first));
        let role_hit = (!former).then_some(Hit { last: office.end, ..role });
        self.mention(first, office.end, person, role_hit);
        name.map_or(office.end, |(_, last)| last.max(office.end)) + 1
    }

    /// "Orang nomor satu di …": the head of government whom the text named last.
    fn epithet(&self, role: Hit) -> Option<usize> {
        let roles = &self.reading.lexicons.roles;
        let (_, offices) = EPITHETS.iter().find(|(epithet, _)| roles[role.index as usize].office == *epithet)?;
        let heads = self.found.mentions.iter().filter(|mention| {
            mention.first < role.first
                && mention.role.is_some_and(|role| offices.contains(&roles[role.index as usize].office.as_str()))
        });
        Some(heads.max_by_key(|mention| mention.first)?.person)
    }

    /// Walks over the words of an office to the name behind it.
    fn office(&self, role: Hit, public: bool) -> Office {
        let reading = self.reading;
        let mut office = Office { end: role.last, next: role.last + 1, name: None };
        while self.goes_on(office.next) && office.next - role.first <= LONGEST_ROLE {
            let at = office.next;
            let comma = self.gap(at).contains(',');
            // "Kapolda Kaltim, Kapolresta Samarinda …", "Gubernur dan Wakil Gubernur": somebody else's.
            if (comma || self.is_one_of(at - 1, &["dan", "serta", "bersama"])) && self.roles.contains(&at) {
                break;
            }
            if let Some(hit) = self.offices.iter().find(|hit| hit.first <= at && at <= hit.last) {
                office.end = hit.last;
                office.next = hit.last + 1;
            } else if self.gap(at).contains('(') {
                office.next = self.after_bracket(at);
            } else if let Some(last) = self.name_from(at) {
                if !self.is_part_of_office(last + 1) {
                    office.name = Some((at, last));
                    break;
                }
                office.end = last;
                office.next = last + 1;
            } else if self.is_one_of(at, &RANKS) || self.is_one_of(at, &TITLES) {
                office.next = at + 1;
            } else if reading.is_capital(at) && !comma || self.is_one_of(at, &BODIES) {
                office.end = at;
                office.next = at + 1;
            } else if JOINING.contains(&reading.written(at)) {
                office.next = at + 1;
            } else if !public && !comma && at - role.last <= LONGEST_TRADE && self.is_trade(at) {
                // "Sopir angkutan sawit, Baharuddin": the trade belongs to the role, the name follows a comma.
                office.end = at;
                office.next = at + 1;
            } else {
                break;
            }
        }
        if office.name.is_none() && !public {
            office.end = office.end.min(role.last + 2);
        }
        office
    }

    /// True for a word that may describe what somebody does, rather than go on with the sentence.
    fn is_trade(&self, at: u32) -> bool {
        !self.is_one_of(at, &GOING_ON) && !self.found.verbs.iter().any(|verb| verb.first == at)
    }

    /// True where what looked like a name goes on as an office: "Seksi Konservasi | BKSDA", "Rehabilitasi | dan Rekonstruksi".
    fn is_part_of_office(&self, next: u32) -> bool {
        if !self.goes_on(next) || self.gap(next).contains(',') {
            return false;
        }
        let named = self.offices.iter().any(|hit| hit.first == next);
        let capital = self.reading.is_capital(next) && self.plain_gap(next) && self.name_from(next).is_none();
        named || capital || self.is_one_of(next, &["dan"]) && self.name_from(next + 1).is_some()
    }

    /// True for an entry outside quotations that no sentence ends before.
    fn goes_on(&self, at: u32) -> bool {
        self.reading.entries.get(at as usize).is_some_and(|entry| !entry.breaks) && self.is_outside(at)
    }

    fn is_outside(&self, at: u32) -> bool {
        !self.quoted.iter().any(|range| range.contains(&at))
    }

    fn is_one_of(&self, at: u32, words: &[&str]) -> bool {
        (at as usize) < self.reading.entries.len() && words.contains(&self.reading.written(at))
    }

    /// A role with its office as the text writes it.
    fn role_words(&self, first: u32, last: u32) -> String {
        let (entries, text) = (&self.reading.entries, self.reading.text);
        let (start, end) = (entries[first as usize].start as usize, entries[last as usize].end as usize);
        // A bracket at the very end is kept whole.
        let open = text[start..end].matches('(').count() > text[start..end].matches(')').count();
        let written = &text[start..end + usize::from(open && text[end..].starts_with(')'))];
        written.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Whoever was named last before an entry.
    fn last_named(&self, before: u32) -> Option<String> {
        let named = self.found.mentions.iter().filter(|mention| mention.first < before);
        let named = named.filter(|mention| self.found.people[mention.person].name.is_some());
        self.found.people[named.max_by_key(|mention| mention.first)?.person].name.clone()
    }

    /// A name right behind a verb of saying, or right before it.
    fn beside_verb(&mut self, verb: Hit) {
        let mut behind = verb.last + 1;
        while self.is_one_of(behind, &TITLES) {
            behind += 1;
        }
        if self.plain_gap(behind)
            && self.is_outside(behind)
            && let Some(last) = self.name_from(behind)
        {
            return self.name(behind, last);
        }
        let mut before = verb.first;
        while before > 0 && BETWEEN.contains(&self.reading.written(before - 1)) {
            before -= 1;
        }
        if before > 0
            && !self.reading.entries[before as usize].breaks
            && self.is_outside(before - 1)
            && let Some(first) = self.name_to(before - 1)
        {
            self.name(first, before - 1);
        }
    }

    fn name(&mut self, first: u32, last: u32) {
        if self.found.mentions.iter().any(|mention| mention.first == first) {
            return;
        }
        let name = Some(self.written(first, last));
        self.mention(first, last, Person { name, role: None, public: true }, None);
    }

    /// Adds a mention; a short name is somebody named fully before.
    fn mention(&mut self, first: u32, last: u32, person: Person, role: Option<Hit>) {
        let known = person.name.as_ref().and_then(|name| {
            self.found.people.iter().position(|known| {
                known.name.as_ref().is_some_and(|known_name| {
                    // A short name may also come before the full one.
                    is_part(name, known_name) || known.role.is_none() && is_part(known_name, name)
                })
            })
        });
        let person = match known {
            Some(at) => {
                let known = &mut self.found.people[at];
                if known.name.as_ref().map(String::len) < person.name.as_ref().map(String::len) {
                    known.name = person.name;
                }
                // A public office says more of a speaker than "Ibu" or "warga" did.
                if known.role.is_none() || !known.public && person.public && person.role.is_some() {
                    known.public = person.public && (known.public || person.role.is_some());
                    known.role = person.role;
                }
                at
            }
            None => {
                self.found.people.push(person);
                self.found.people.len() - 1
            }
        };
        self.refer(first, last, person);
        if let Some(mention) = self.found.mentions.last_mut() {
            mention.role = role;
        }
    }

    /// Adds a mention of somebody who is known.
    fn refer(&mut self, first: u32, last: u32, person: usize) {
        let named = self.found.people[person].name.is_some();
        let (from, to) = self.reading.sentence(first);
        // A role without a name is often only talked about: it speaks where the verb stands right beside it.
        let speaks = self.found.verbs.iter().any(|verb| {
            if named {
                (from..=to).contains(&verb.first)
            } else {
                is_behind(self.reading, verb, first) || verb.first == last + 1
            }
        });
        self.found.mentions.push(Mention { first, person, speaks, role: None });
    }

    /// The last entry of the name that begins here.
    fn name_from(&self, first: u32) -> Option<u32> {
        self.is_name_word(first).then(|| {
            let mut last = first;
            while last - first < LONGEST_NAME && self.plain_gap(last + 1) && self.is_name_word(last + 1) {
                last += 1;
            }
            last
        })
    }

    /// The first entry of the name that ends here.
    fn name_to(&self, last: u32) -> Option<u32> {
        self.is_name_word(last).then(|| {
            let mut first = last;
            while first > 0 && last - first < LONGEST_NAME && self.plain_gap(first) && self.is_name_word(first - 1) {
                first -= 1;
            }
            first
        })
    }

    /// "Muhammad Faisal, Kepala Dinas …", "Siti (42), warga …": the name before the comma before a role.
    fn name_before(&self, role: u32) -> Option<(u32, u32)> {
        if role == 0 || self.reading.entries[role as usize].breaks {
            return None;
        }
        let last = match self.gap(role).trim() {
            "," => role - 1,
            ")," if role > 1 && self.gap(role - 1) == " (" => role - 2,
            _ => return None,
        };
        self.name_to(last).map(|first| (first, last))
    }

    /// A capital, letters only, no acronym, no office or place, no word that opens sentences.
    fn is_name_word(&self, at: u32) -> bool {
        let reading = self.reading;
        if at as usize >= reading.entries.len() || !reading.is_capital(at) {
            return false;
        }
        let written = reading.written(at);
        let acronym = written.len() > 1 && written.len() <= 5 && !written.chars().any(char::is_lowercase);
        !acronym
            && written.chars().all(|c| c.is_alphabetic() || c == '\'' || c == '’')
            && !reading.tables.not_names.contains(&reading.entries[at as usize].exact)
            && !self.offices.iter().any(|office| office.first <= at && at <= office.last)
    }

    /// The text between an entry and the one before it.
    fn gap(&self, at: u32) -> &str {
        let entries = &self.reading.entries;
        let before = (at as usize).checked_sub(1).map_or(0, |before| entries[before].end);
        entries
            .get(at as usize)
            .map_or("", |entry| self.reading.text.get(before as usize..entry.start as usize).unwrap_or(""))
    }

    /// Only a space, or the full stop of an initial, stands before this entry.
    fn plain_gap(&self, at: u32) -> bool {
        matches!(self.gap(at), " " | ". ") && !self.reading.entries.get(at as usize).is_none_or(|entry| entry.breaks)
    }

    fn after_bracket(&self, mut at: u32) -> u32 {
        while (at as usize + 1) < self.reading.entries.len() && !self.gap(at + 1).contains(')') {
            at += 1;
        }
        at + 1
    }

    fn written(&self, first: u32, last: u32) -> String {
        let entries = &self.reading.entries;
        self.reading.text[entries[first as usize].start as usize..entries[last as usize].end as usize].to_owned()
    }
}

/// True for a mention right behind a verb of saying: "kata Rudi", "kata seorang warga".
pub(crate) fn is_behind(reading: &Reading<'_>, verb: &Hit, first: u32) -> bool {
    let between = verb.last + 1..first;
    first > verb.last
        && between.len() <= 2
        && between
            .into_iter()
            .all(|at| ONE_OF_MANY.contains(&reading.written(at)) || TITLES.contains(&reading.written(at)))
}

/// True where every word of the short name stands in the full one.
fn is_part(short: &str, full: &str) -> bool {
    short.split_whitespace().all(|word| full.split_whitespace().any(|known| known == word))
}
