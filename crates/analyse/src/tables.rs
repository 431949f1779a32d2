//! `Lexicons` made ready for matching: words to ids, guards to numbers, targets to positions.

use crate::cue::Cue;
use crate::matcher::{Matcher, Use, phrase, quiet_phrase};
use crate::stages::signals::Protected;
use crate::vocabulary::Vocabulary;
use rustc_hash::{FxHashMap, FxHashSet};
use text::{Case, Lexicons, NOTHING, Term};

/// One term, ready to be checked at a hit.
pub(crate) struct Rule {
    /// Position in [`Rules::targets`]; `None` for words that only look like something.
    pub target: Option<usize>,
    /// How much one match counts.
    pub weight: f32,
    /// Whether letter case matters.
    pub case: Case,
    /// The words as the lexicon writes them, where they must stand exactly so.
    pub written: Option<Box<str>>,
    /// Guards of which one must stand nearby, unless there are none; in the order of the lexicon.
    pub near: Box<[u32]>,
    /// Guards of which none may stand nearby.
    pub not: Box<[u32]>,
}

/// One term file.
#[derive(Default)]
pub(crate) struct Rules {
    /// One rule a term.
    pub rules: Vec<Rule>,
    /// What the terms point to.
    pub targets: Vec<String>,
}

impl Rules {
    /// The position of a target, if any term points to it.
    pub fn target(&self, name: &str) -> Option<usize> {
        self.targets.iter().position(|target| target == name)
    }
}

/// Everything that is matched.
#[derive(Default)]
pub(crate) struct Tables {
    /// Known words.
    pub vocabulary: Vocabulary,
    /// All phrases.
    pub matcher: Matcher,
    rules: [Rules; 8],
    /// Hosts that others may pose as.
    pub protected: Protected,
    /// Weights of polar phrases.
    pub polarity: Vec<f32>,
    /// Factors of intensifiers.
    pub intensifiers: Vec<f32>,
    /// Language and weight of language cues.
    pub language_cues: Vec<(usize, f32)>,
    /// Languages that have cues.
    pub languages: Vec<String>,
    /// Acronyms that have right words: word id, and those words in lower case.
    pub expansions: FxHashMap<u32, Vec<String>>,
    /// Short nouns of measures and counted things, by the words for them.
    pub units: FxHashMap<String, String>,
    /// Words that never belong to a person's name.
    pub not_names: FxHashSet<u32>,
    /// Positions of places in the region's list, by code.
    pub places: FxHashMap<String, usize>,
    /// Positions of topics in the region's list, by target.
    pub topics: Vec<usize>,
    /// Targets of cues, by [`Cue`].
    pub cues: [Option<usize>; Cue::ALL.len()],
    guards: FxHashMap<String, u32>,
}

impl Tables {
    /// Reads every list once.
    pub fn new(lexicons: &Lexicons) -> Self {
        let mut tables = Self::default();
        for (by, terms) in [
            (Use::Topic, &lexicons.topic_terms),
            (Use::Place, &lexicons.place_terms),
            (Use::Agency, &lexicons.agency_terms),
            (Use::Programme, &lexicons.programme_terms),
            (Use::Signal, &lexicons.signal_terms),
            (Use::Spam, &lexicons.spam_terms),
            (Use::Cue, &lexicons.cue_terms),
            // Last: a guard that another list has too must be read as that list reads it.
            (Use::SignalCue, &lexicons.signal_cues),
        ] {
            tables.add_terms(by, terms);
        }
        tables.places =
            lexicons.region.places.iter().enumerate().map(|(at, place)| (place.code.0.clone(), at)).collect();
        let position = |id: &String| lexicons.region.topics.iter().position(|topic| topic.id.as_str() == id);
        let targets = tables.rules(Use::Topic).targets.iter();
        tables.topics = targets.map(|id| position(id).expect("terms of unknown topics are refused")).collect();
        tables.cues = Cue::ALL.map(|(_, name)| tables.rules(Use::Cue).target(name));
        // Two languages may share a word: the first language of the region's list decides its sign.
        let mut seen = FxHashSet::default();
        for polar in &lexicons.polarity {
            let words = phrase(&polar.words, &mut tables.vocabulary);
            if seen.insert(words.clone()) {
                tables.matcher.add(&words, Use::Polarity, tables.polarity.len() as u32);
                tables.polarity.push(polar.weight);
            }
        }
        for (words, factor) in &lexicons.intensifiers {
            tables.add(words, Use::Intensifier, tables.intensifiers.len());
            tables.intensifiers.push(*factor);
        }
        for cue in &lexicons.language_cues {
            let language = tables.languages.iter().position(|known| *known == cue.language).unwrap_or_else(|| {
                tables.languages.push(cue.language.clone());
                tables.languages.len() - 1
            });
            tables.add(&cue.words, Use::Language, tables.language_cues.len());
            tables.language_cues.push((language, cue.weight));
        }
        for (at, role) in lexicons.roles.iter().enumerate() {
            tables.add(&role.words, Use::Role, at);
        }
        for (by, list) in [
            (Use::Negation, &lexicons.negations),
            (Use::Contrast, &lexicons.contrasts),
            (Use::SpeechVerb, &lexicons.speech_verbs),
        ] {
            for (at, words) in list.iter().enumerate() {
                tables.add(words, by, at);
            }
        }
        for (acronym, words) in &lexicons.expansions {
            if let [id] = phrase(acronym, &mut tables.vocabulary)[..] {
                tables.expansions.entry(id).or_default().push(words.to_lowercase());
            }
        }
        tables.units = lexicons.units.iter().map(|(words, unit)| (words.to_lowercase(), unit.clone())).collect();
        for word in &lexicons.not_names {
            tables.not_names.extend(phrase(word, &mut tables.vocabulary));
        }
        tables.add_spellings(lexicons);
        tables.protected = Protected::of(lexicons);
        tables
    }

    /// The rules of one term file.
    pub fn rules(&self, by: Use) -> &Rules {
        &self.rules[by as usize]
    }

    fn add(&mut self, words: &str, by: Use, index: usize) {
        let words = phrase(words, &mut self.vocabulary);
        self.matcher.add(&words, by, index as u32);
    }

    /// Adds a term or guard of a list; the signals' own cues leave no roots.
    fn add_of(&mut self, list: Use, words: &str, by: Use, index: usize) {
        if list != Use::SignalCue {
            return self.add(words, by, index);
        }
        let words = quiet_phrase(words, &mut self.vocabulary);
        self.matcher.add(&words, by, index as u32);
    }

    fn add_terms(&mut self, by: Use, terms: &[Term]) {
        let mut rules = Rules::default();
        let mut positions: FxHashMap<&str, usize> = FxHashMap::default();
        for term in terms {
            self.add_of(by, &term.words, by, rules.rules.len());
            let target = (term.target != NOTHING).then(|| {
                *positions.entry(&term.target).or_insert_with(|| {
                    rules.targets.push(term.target.clone());
                    rules.targets.len() - 1
                })
            });
            rules.rules.push(Rule {
                target,
                weight: term.weight,
                case: term.case,
                written: (term.case == Case::Exact).then(|| term.words.as_str().into()),
                near: term.near.iter().map(|words| self.guard(by, words)).collect(),
                not: term.not.iter().map(|words| self.guard(by, words)).collect(),
            });
        }
        self.rules[by as usize] = rules;
    }

    fn guard(&mut self, list: Use, words: &str) -> u32 {
        let key = words.to_lowercase();
        if let Some(&known) = self.guards.get(&key) {
            return known;
        }
        let id = self.guards.len() as u32;
        self.add_of(list, words, Use::Guard, id as usize);
        self.guards.insert(key, id);
        id
    }

    fn add_spellings(&mut self, lexicons: &Lexicons) {
        for (spelling, plain) in &lexicons.slang {
            let mut words = Vec::new();
            crate::cut::each_word(plain, |word, _, _| words.push(self.vocabulary.intern(word)));
            self.vocabulary.add_spelling(spelling, words);
        }
    }
}
