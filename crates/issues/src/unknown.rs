//! What is unknown: what a leader asks about a matter and the material does not tell.
//!
//! The questions and the words that answer them are data of the language (`unknowns.tsv`). Only outlets and official
//! sources answer: what a citizen supposes is no answer. Numbers that contradict each other are named, not settled.

use crate::{docs::Doc, features, questions, title};
use model::{Coverage, PlaceLevel, PlayClass, Region, Sentence, Slot, SlotClass, SourceKind, Topic};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use text::words;

/// Sentences of an issue.
const SENTENCES: usize = 5;
/// A matter of fewer outlets and accounts has told nothing yet; asking everything of it would be noise.
const SPEAKERS_MIN: usize = 3;
/// Documents that are read, and bytes of each.
const DOCUMENTS_READ: usize = 60;
const BYTES_READ: usize = 3_000;
/// Differing numbers that are named.
const NUMBERS: usize = 3;
/// Words around a number in which two texts must speak of the same thing.
const AROUND: usize = 5;
/// Questions of citizens that are named, and voices that make one worth it.
const QUESTIONS: usize = 2;
const VOICES_MIN: u32 = 2;
/// Characters of a quoted question.
const QUESTION_CHARS: usize = 120;
/// Slots that are answered by more than words.
const ANSWERER: &str = "penjawab";
const PLACE: &str = "tempat";

/// What the shown documents of an issue leave open.
pub(crate) fn unknown(
    shown: &[&Doc<'_>],
    topic: Option<&Topic>,
    region: &Region,
    answered: bool,
    questions: &[Sentence],
) -> Vec<String> {
    let Some(topic) = topic.filter(|_| speakers(shown) >= SPEAKERS_MIN) else { return Vec::new() };
    // Of a message in a borrowed name nobody asks how many houses stand in water.
    let fraud = region.play(&topic.id).is_some_and(|play| play.class == PlayClass::Penipuan);
    let class = match topic {
        _ if fraud || title::is_borrowed(shown) => SlotClass::Klaim,
        Topic { serta_merta: true, .. } => SlotClass::SertaMerta,
        Topic { sensitivity: 0..=1, .. } => SlotClass::Capaian,
        _ => SlotClass::Layanan,
    };
    let slots: Vec<&Slot> = region.wording.slots.iter().filter(|slot| slot.classes.contains(&class)).collect();
    let told = Told::by(shown, &slots, region);
    let is_open = |slot: &Slot, position: usize| match slot.id.as_str() {
        ANSWERER => !answered,
        PLACE => !told.answers.contains(&position) && !told.precise_place,
        _ => !told.answers.contains(&position),
    };
    let open: Vec<&Slot> =
        slots.iter().enumerate().filter(|(position, slot)| is_open(slot, *position)).map(|(_, slot)| *slot).collect();

    let mut sentences = told.differing(&slots, region);
    sentences.extend(unanswered(questions, &slots, &open, answered, region));
    let asked = |slot: &&Slot| slot.only_if.is_empty() || told.mentioned.contains(slot.id.as_str());
    sentences.extend(open.iter().copied().filter(asked).map(|slot| slot.sentence.clone()));
    sentences.truncate(SENTENCES);
    sentences
}

/// Outlets and citizens who speak; an account that posts all day is one.
fn speakers(shown: &[&Doc<'_>]) -> usize {
    let speaker = |doc: &&&Doc<'_>| match &doc.record.author_pseudonym {
        Some(author) => author.clone(),
        None if doc.public() => doc.record.id.as_str().to_owned(),
        None => doc.record.source.as_str().to_owned(),
    };
    shown.iter().filter(|doc| doc.earned()).map(|doc| speaker(&doc)).collect::<BTreeSet<_>>().len()
}

/// What several citizens ask and nobody answered: the words of the answer stand nowhere, or, where no words are known
/// for it, no office has spoken at all.
fn unanswered(questions: &[Sentence], slots: &[&Slot], open: &[&Slot], answered: bool, region: &Region) -> Vec<String> {
    let is_open = |question: &&Sentence| {
        let slot = questions::asked(&question.text, &region.wording).and_then(|question| question.slot.as_deref());
        let slot = slot.and_then(|slot| slots.iter().find(|known| known.id == slot));
        slot.map_or(!answered, |slot| open.iter().any(|open| open.id == slot.id))
    };
    let several = questions.iter().filter(|question| question.count >= VOICES_MIN);
    let words = |question: &Sentence| {
        let text = question.text.trim_end_matches('.').replace(['“', '”', '"'], "’");
        let text: String = match text.char_indices().nth(QUESTION_CHARS) {
            Some((at, _)) => format!("{}…", text[..at].rsplit_once(' ').map_or(&text[..at], |(head, _)| head)),
            None => text,
        };
        format!("Pertanyaan warga belum terjawab: “{text}” ({} suara).", question.count)
    };
    several.filter(is_open).take(QUESTIONS).map(words).collect()
}

/// What outlets and official sources told.
struct Told {
    /// Positions of the slots that are answered.
    answers: BTreeSet<usize>,
    /// Slots whose matter is spoken of by anybody.
    mentioned: BTreeSet<String>,
    /// True where a document names a district or a village.
    precise_place: bool,
    /// By slot and counted word: numbers with their source and the words around them, one entry a document.
    numbers: BTreeMap<(usize, String), Vec<Number>>,
}

/// A number before a counted word.
struct Number {
    value: u64,
    document: usize,
    source: String,
    /// The word behind the counted one: "warga *mengungsi*".
    next: Option<String>,
    around: BTreeSet<u64>,
}

impl Told {
    fn by(shown: &[&Doc<'_>], slots: &[&Slot], region: &Region) -> Self {
        let listed = region.wording.list("number");
        let answering = Matcher::new(slots.iter().map(|slot| slot.words.as_slice()), listed);
        let denying = Matcher::new(slots.iter().map(|slot| slot.denied.as_slice()), listed);
        let asking = Matcher::new(slots.iter().map(|slot| slot.only_if.as_slice()), listed);
        let mut told = Self {
            answers: BTreeSet::new(),
            mentioned: BTreeSet::new(),
            precise_place: false,
            numbers: BTreeMap::new(),
        };
        for (document, doc) in read(shown).enumerate() {
            let speaks =
                doc.record.coverage == Coverage::Official || doc.article() && doc.record.kind != SourceKind::Factcheck;
            let level = |code| region.place(code).map(|place| place.level);
            told.precise_place |= doc.record.places.iter().filter_map(level).any(|level| level > PlaceLevel::Regency);
            let title = doc.record.title.as_deref().unwrap_or_default();
            let body = &doc.record.text[..doc.record.text.floor_char_boundary(BYTES_READ)];
            for (text, in_body) in [(title, false), (body, true)] {
                for span in words::sentences(text) {
                    let said = marked_words(&text[span.start as usize..span.end as usize]);
                    let asked = asking.find(&said).into_iter().map(|(slot, ..)| slots[slot].id.clone());
                    told.mentioned.extend(asked);
                    if !speaks {
                        continue;
                    }
                    let denied: BTreeSet<usize> = denying.find(&said).into_iter().map(|(slot, ..)| slot).collect();
                    for (slot, at, length) in answering.find(&said).into_iter().filter(|hit| !denied.contains(&hit.0)) {
                        told.answers.insert(slot);
                        if slots[slot].compare && in_body {
                            told.count(slot, &said, at, length, document, doc.record.source.as_str());
                        }
                    }
                }
            }
        }
        told
    }

    fn count(&mut self, slot: usize, said: &[String], at: usize, length: usize, document: usize, source: &str) {
        let Some(value) = value(&said[at]).filter(|_| length > 1) else { return };
        let unit = said[at + 1..at + length].join(" ");
        let from = at.saturating_sub(AROUND);
        let around = [&said[from..at], &said[at + length..said.len().min(at + length + AROUND)]].concat();
        let next = said.get(at + length).filter(|word| !words::is_stop_word(word)).cloned();
        let number = Number {
            value,
            document,
            source: source.to_owned(),
            next,
            around: features::word_terms(&around.join(" ")),
        };
        self.numbers.entry((slot, unit)).or_default().push(number);
    }

    /// Numbers of the same thing that differ from document to document.
    fn differing(&self, slots: &[&Slot], region: &Region) -> Vec<String> {
        let mut sentences = Vec::new();
        for ((_, unit), numbers) in self.numbers.iter().filter(|((slot, _), _)| slots[*slot].compare) {
            // A document with several numbers explains them itself.
            let single = |number: &&Number| {
                numbers.iter().all(|other| other.document != number.document || other.value == number.value)
            };
            let mut by_value: BTreeMap<u64, &Number> = BTreeMap::new();
            let singles: Vec<&Number> = numbers.iter().filter(single).collect();
            for number in &singles {
                let contradicted = |other: &&&Number| {
                    // One source that counts again by the hour contradicts nobody.
                    other.value != number.value
                        && other.source != number.source
                        && other.around.intersection(&number.around).next().is_some()
                };
                if singles.iter().any(|other| contradicted(&other)) {
                    by_value.entry(number.value).or_insert(number);
                }
            }
            if by_value.len() > 1 {
                let name = |number: &Number| {
                    let known = |name: &str| name.eq_ignore_ascii_case(&number.source);
                    let medium = region.media.iter().find(|medium| known(&medium.host) || known(&medium.name));
                    medium.map_or(number.source.clone(), |medium| medium.name.clone())
                };
                let listed: Vec<String> = by_value
                    .iter()
                    .take(NUMBERS)
                    .map(|(value, number)| format!("{} ({})", with_points(*value), name(number)))
                    .collect();
                // What all of them count is said as exactly as they say it.
                let mut next = by_value.values().map(|number| number.next.as_deref());
                let first = next.next().flatten().filter(|first| next.all(|other| other == Some(first)));
                let unit = first.map_or(unit.clone(), |next| format!("{unit} {next}"));
                sentences.push(format!("Jumlah {unit} disebut berbeda: {}.", listed_in_words(&listed)));
            }
        }
        sentences
    }
}

/// Outlets and official sources first, since they answer; then citizens, whose words tell what the matter touches.
fn read<'a, 'b>(shown: &'b [&'b Doc<'a>]) -> impl Iterator<Item = &'b Doc<'a>> {
    let voices = |public: bool| {
        shown.iter().copied().filter(move |doc| doc.record.kind.is_public_voice() == public).take(DOCUMENTS_READ)
    };
    voices(false).chain(voices(true))
}

/// The words of a sentence; a placeholder of masked data is one word with its brackets.
fn marked_words(sentence: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = sentence;
    while let Some((before, masked)) = rest.split_once('[') {
        words.extend(crate::phrases::words_of(before));
        let Some((inside, after)) = masked.split_once(']') else {
            rest = masked;
            continue;
        };
        words.extend(format!("[{}]", inside.to_lowercase()).split(' ').map(str::to_owned));
        rest = after;
    }
    words.extend(crate::phrases::words_of(rest));
    words
}

/// Phrases of several slots, found by their first word: a text is walked through once whatever the lists hold.
struct Matcher<'a> {
    by_first: FxHashMap<&'a str, Vec<(usize, Vec<&'a str>)>>,
    numbers: BTreeSet<&'a str>,
}

impl<'a> Matcher<'a> {
    fn new(slots: impl Iterator<Item = &'a [String]>, numbers: &'a [String]) -> Self {
        let mut by_first: FxHashMap<&str, Vec<(usize, Vec<&str>)>> = FxHashMap::default();
        for (slot, phrases) in slots.enumerate() {
            for phrase in phrases {
                let parts: Vec<&str> = phrase.split_whitespace().collect();
                if let Some(first) = parts.first() {
                    by_first.entry(first).or_default().push((slot, parts));
                }
            }
        }
        Self { by_first, numbers: numbers.iter().map(String::as_str).collect() }
    }

    /// Slots with the position and length of the words that name them.
    fn find(&self, said: &[String]) -> Vec<(usize, usize, usize)> {
        let mut found = Vec::new();
        for at in 0..said.len() {
            let word = said[at].as_str();
            let number = self.is_number(word).then_some("#");
            for (slot, parts) in
                [Some(word), number].into_iter().flatten().filter_map(|w| self.by_first.get(w)).flatten()
            {
                let here = said.get(at..at + parts.len());
                let same = |(word, part): (&String, &&str)| word == part || *part == "#" && self.is_number(word);
                if here.is_some_and(|here| here.iter().zip(parts).all(same)) {
                    found.push((*slot, at, parts.len()));
                }
            }
        }
        found
    }

    fn is_number(&self, word: &str) -> bool {
        // "rp15.000" begins with its currency.
        word.trim_start_matches("rp").starts_with(|c: char| c.is_ascii_digit()) || self.numbers.contains(word)
    }
}

/// A whole number as Indonesian writes it: "1.200".
fn value(word: &str) -> Option<u64> {
    let plain = word.replace('.', "");
    plain.parse().ok().filter(|_| word.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
}

fn with_points(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('.');
        }
        out.push(digit);
    }
    out
}

fn listed_in_words(items: &[String]) -> String {
    match items {
        [head @ .., before, last] if !head.is_empty() => format!("{}, {before}, dan {last}", head.join(", ")),
        [first, last] => format!("{first} dan {last}"),
        _ => items.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_of_slots_are_found_in_one_walk() {
        let lists = [vec!["# jiwa".to_owned(), "tidak ada korban".to_owned()], vec!["[nomor telepon]".to_owned()]];
        let numbers = ["dua".to_owned()];
        let matcher = Matcher::new(lists.iter().map(Vec::as_slice), &numbers);
        let found = |text: &str| matcher.find(&marked_words(text));
        assert_eq!(found("Sebanyak 1.200 jiwa mengungsi"), [(0, 1, 2)]);
        assert_eq!(found("dua jiwa"), [(0, 0, 2)]);
        assert_eq!(found("Hubungi [nomor telepon] segera"), [(1, 1, 2)]);
        assert!(found("jiwa dan raga").is_empty());
    }

    #[test]
    fn numbers_are_whole() {
        assert_eq!([value("1.200"), value("4,5"), value("dua"), value("rp12")], [Some(1200), None, None, None]);
        assert_eq!(with_points(1_200), "1.200");
        assert_eq!(listed_in_words(&["a".into(), "b".into()]), "a dan b");
        assert_eq!(listed_in_words(&["a".into(), "b".into(), "c".into()]), "a, b, dan c");
    }
}
