//! `Reading`: one document cut into words, with every phrase of every list found in one pass. What the stages look at.

use crate::cue::Cue;
use crate::cut::{breaks_between, each_word};
use crate::features::{Features, Forms};
use crate::linear::{Answer, Head, Heads, strongest};
use crate::matcher::{Entry, Hit, Use, longest};
use crate::stages::{self, topics::Listed};
use crate::tables::{Rule, Tables};
use crate::vocabulary::Distance;
use model::{Document, Span};
use text::{Case, Lexicons, words};

/// Entries before or after a match in which one of its `near` guards must stand.
const NEAR: u32 = 12;

/// Entries before or after a match in which none of its `not` guards may stand.
const NOT: u32 = 6;

/// Words that are read of one document: a long report has a tenth of it, and work grows faster than length.
pub(crate) const MAX_WORDS: usize = 20_000;

/// What has names.
const NAMED: [Use; 3] = [Use::Place, Use::Agency, Use::Programme];

/// A document as the stages see it.
pub struct Reading<'a> {
    /// The document.
    pub(crate) document: &'a Document,
    /// The word lists.
    pub(crate) lexicons: &'a Lexicons,
    /// The word lists, ready for matching.
    pub(crate) tables: &'a Tables,
    /// Title and body.
    pub(crate) text: &'a str,
    /// Where the body starts.
    pub(crate) body: u32,
    /// The words.
    pub(crate) entries: Vec<Entry>,
    /// Web and mail addresses.
    pub(crate) addresses: Vec<Span>,
    /// Words of four letters and more in capitals alone, and all words of four letters and more.
    pub(crate) shouted: (u32, u32),
    /// Acronyms that the text spells out wrongly.
    pub(crate) conflicts: Vec<Conflict>,
    /// True where the text goes on behind what was read.
    pub(crate) is_cut: bool,
    /// Names of places, agencies and programmes, in the order of [`NAMED`].
    named: [Vec<Match<'a>>; NAMED.len()],
    hits: [Vec<Hit>; Use::COUNT],
    /// Topics of which words stand in the text.
    pub(crate) topics: Vec<Listed>,
    /// What the learned heads look at.
    pub(crate) features: Features,
    heads: &'a Heads,
}

/// An acronym spelled out in words that are not its own.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Conflict {
    /// Word id of the acronym.
    pub acronym: u32,
    /// As written.
    pub written: String,
    /// The words that the text gives it.
    pub words: String,
    /// The words that it has.
    pub right: String,
}

/// A term that holds at a place in the text.
#[derive(Clone, Copy)]
pub(crate) struct Match<'a> {
    /// The term.
    pub rule: &'a Rule,
    /// Which words.
    pub hit: Hit,
}

impl<'a> Reading<'a> {
    /// Cuts the text into words and finds everything.
    pub(crate) fn new(
        document: &'a Document,
        text: &'a str,
        lexicons: &'a Lexicons,
        tables: &'a Tables,
        heads: &'a Heads,
    ) -> Self {
        let mut reading = Self {
            heads,
            document,
            lexicons,
            tables,
            text,
            body: document.title.as_ref().map_or(0, |title| title.len() as u32 + 1),
            entries: Vec::with_capacity(text.len() / 5),
            addresses: Vec::new(),
            shouted: (0, 0),
            conflicts: Vec::new(),
            is_cut: false,
            named: Default::default(),
            hits: Default::default(),
            topics: Vec::new(),
            features: Features::default(),
        };
        let forms = reading.read_words();
        let mut hits: [Vec<Hit>; Use::COUNT] = Default::default();
        tables.matcher.find(&reading.entries, &mut hits);
        reading.hits = hits;
        reading.find_conflicts();
        reading.named = NAMED.map(|by| match by {
            Use::Place => stages::places::names(&reading),
            _ => reading.longest_terms(by),
        });
        reading.topics = stages::topics::listed(&reading);
        reading.features = Features::new(&reading, &forms);
        reading
    }

    fn read_words(&mut self) -> Forms {
        let mut forms = Forms::default();
        let mut before = 0;
        each_word(self.text, |word, start, end| {
            if self.entries.len() >= MAX_WORDS {
                self.is_cut = true;
                return;
            }
            let breaks = before > 0 && breaks_between(self.text, before, start);
            before = end;
            let normal = words::normalise(word);
            let address = word.contains('.') && words::Token { text: word, start, end }.is_address();
            if address {
                self.addresses.push(Span { start: start as u32, end: end as u32 });
            } else if word.len() >= 4 && word.bytes().all(|b| b.is_ascii_alphabetic()) {
                self.shouted.1 += 1;
                self.shouted.0 += u32::from(word.bytes().all(|b| b.is_ascii_uppercase()));
            }
            let meaning = self.tables.vocabulary.read(&normal);
            let mut entry = Entry {
                exact: meaning.exact,
                base: meaning.base,
                distance: meaning.distance,
                breaks,
                start: start as u32,
                end: end as u32,
            };
            let vocabulary = &self.tables.vocabulary;
            forms.push(&normal, self.entries.len() as u32, meaning.plain.iter().map(|&id| vocabulary.hash(id)));
            if let Some((&first, rest)) = meaning.plain.split_first() {
                entry.base = first;
                entry.distance = Distance::Spelling;
                self.entries.push(entry);
                for &word in rest {
                    self.entries.push(Entry { exact: 0, base: word, breaks: false, ..entry });
                }
            } else {
                self.entries.push(entry);
            }
        });
        forms
    }

    /// What a learned head says; `None` where no model has it, or the text has no words.
    pub(crate) fn answer(&self, head: &str) -> Option<Answer> {
        let (ready, bytes) = self.heads.get(head).filter(|_| !self.entries.is_empty())?;
        Some(ready.answer(&self.features, bytes))
    }

    /// The header of a learned head.
    pub(crate) fn head(&self, head: &str) -> Option<&'a Head> {
        self.heads.get(head).map(|(ready, _)| &ready.head)
    }

    /// The words that speak most for a head's label, in the order of the text.
    pub(crate) fn words_for(&self, head: &str, label: usize, most: usize) -> Vec<Span> {
        let Some((ready, bytes)) = self.heads.get(head) else { return Vec::new() };
        let worth = ready.contributions(&self.features, bytes, label, self.entries.len());
        strongest(&worth, |at| Span { start: self.entries[at].start, end: self.entries[at].end }, most)
    }

    /// Every hit of one list, by first word and then by length.
    pub(crate) fn hits(&self, by: Use) -> &[Hit] {
        &self.hits[by as usize]
    }

    /// The terms that hold, guards and case checked; overlapping ones included.
    pub(crate) fn terms(&self, by: Use) -> Vec<Match<'a>> {
        let rules = self.tables.rules(by);
        let found = self.hits(by).iter().map(|&hit| Match { rule: &rules.rules[hit.index as usize], hit });
        found.filter(|found| self.holds(found.rule, found.hit)).collect()
    }

    /// The terms that hold; of overlapping ones the longest. Words that only look like something are gone.
    pub(crate) fn longest_terms(&self, by: Use) -> Vec<Match<'a>> {
        let hits: Vec<Hit> = self.terms(by).iter().map(|found| found.hit).collect();
        let rules = self.tables.rules(by);
        longest(&hits, &self.entries)
            .into_iter()
            .map(|hit| Match { rule: &rules.rules[hit.index as usize], hit })
            .filter(|found| found.rule.target.is_some())
            .collect()
    }

    /// The names of one sort: places, agencies or programmes.
    pub(crate) fn names(&self, by: Use) -> &[Match<'a>] {
        NAMED.iter().position(|named| *named == by).map_or(&[], |at| &self.named[at])
    }

    /// True for words that belong to a name, whatever else they mean ("Damai" may be a district).
    pub(crate) fn is_in_name(&self, hit: Hit) -> bool {
        self.named.iter().flatten().any(|name| name.hit.overlaps(&hit))
    }

    /// Where a cue stands, guards and case checked.
    pub(crate) fn cues(&self, cue: Cue) -> impl Iterator<Item = Hit> + '_ {
        let rules = self.tables.rules(Use::Cue);
        let target = self.tables.cues[cue as usize];
        self.hits(Use::Cue).iter().copied().filter(move |hit| {
            let rule = &rules.rules[hit.index as usize];
            target.is_some() && rule.target == target && self.holds(rule, *hit)
        })
    }

    /// True where a cue stands anywhere.
    pub(crate) fn has(&self, cue: Cue) -> bool {
        self.cues(cue).next().is_some()
    }

    fn holds(&self, rule: &Rule, hit: Hit) -> bool {
        let (first, last) = (self.entries[hit.first as usize], self.entries[hit.last as usize]);
        let written = &self.text[first.start as usize..last.end as usize];
        let case = match rule.case {
            Case::Any => true,
            Case::Capital => (hit.first..=hit.last).all(|at| self.is_capital(at)),
            Case::Exact => rule.written.as_deref() == Some(written),
        };
        case && (rule.near.is_empty() || self.near_guard(rule, hit).is_some())
            && !self.any_guard(&rule.not, hit, NOT, true)
    }

    /// True where one of a term's `not` guards says that it means something else.
    pub(crate) fn is_ruled_out(&self, rule: &Rule, hit: Hit) -> bool {
        self.any_guard(&rule.not, hit, NOT, true)
    }

    /// The position, in the term's own order, of the first `near` guard that stands nearby.
    pub(crate) fn near_guard(&self, rule: &Rule, hit: Hit) -> Option<usize> {
        (0..rule.near.len()).find(|&at| self.any_guard(&rule.near[at..=at], hit, NEAR, false))
    }

    fn any_guard(&self, guards: &[u32], hit: Hit, reach: u32, overlapping: bool) -> bool {
        if guards.is_empty() {
            return false;
        }
        let (from, to) = (hit.first.saturating_sub(reach), hit.last + reach);
        let all = self.hits(Use::Guard);
        // Hits are sorted by their first word; a guard of eight words may begin a little earlier.
        let start = all.partition_point(|guard| guard.first + 8 < from);
        all[start..]
            .iter()
            .take_while(|guard| guard.first <= to)
            .any(|guard| guard.last >= from && guards.contains(&guard.index) && (overlapping || !guard.overlaps(&hit)))
    }

    /// Whether a word begins with a capital, or has no letter that could.
    pub(crate) fn is_capital(&self, entry: u32) -> bool {
        let entry = self.entries[entry as usize];
        self.text[entry.start as usize..].chars().next().is_some_and(|c| c.is_uppercase() || !c.is_alphabetic())
    }

    /// The words of an entry as written.
    pub(crate) fn written(&self, entry: u32) -> &'a str {
        let entry = self.entries[entry as usize];
        &self.text[entry.start as usize..entry.end as usize]
    }

    /// Where a hit stands.
    pub(crate) fn span(&self, hit: Hit) -> Span {
        Span { start: self.entries[hit.first as usize].start, end: self.entries[hit.last as usize].end }
    }

    /// True where the hit stands in the title.
    pub(crate) fn in_title(&self, hit: Hit) -> bool {
        self.entries[hit.first as usize].start < self.body
    }

    /// True where a negation stands in the three words before, with no comma or end of a sentence between.
    pub(crate) fn is_negated(&self, first: u32) -> bool {
        self.hits(Use::Negation).iter().any(|negation| self.negates(negation, first))
    }

    /// Whether this negation turns the word at an entry.
    pub(crate) fn negates(&self, negation: &Hit, first: u32) -> bool {
        negation.last < first && first - negation.last <= 3 && !self.breaks_within(negation.last, first) && {
            let (from, to) = (self.entries[negation.last as usize].end, self.entries[first as usize].start);
            !self.text[from.min(to) as usize..to as usize].contains(',')
        }
    }

    /// True where a sentence ends between two entries.
    pub(crate) fn breaks_within(&self, from: u32, to: u32) -> bool {
        (from + 1..=to).any(|at| self.entries[at as usize].breaks)
    }

    /// First and last entry of the sentence around an entry.
    pub(crate) fn sentence(&self, at: u32) -> (u32, u32) {
        let mut first = at;
        while first > 0 && !self.entries[first as usize].breaks {
            first -= 1;
        }
        let mut last = at;
        while (last as usize + 1) < self.entries.len() && !self.entries[last as usize + 1].breaks {
            last += 1;
        }
        (first, last)
    }

    /// True where the text spells this acronym out wrongly, so that the bare acronym is not to be trusted.
    pub(crate) fn is_distrusted(&self, hit: Hit) -> bool {
        let word = self.entries[hit.first as usize].exact;
        hit.first == hit.last && self.conflicts.iter().any(|conflict| conflict.acronym == word)
    }

    /// Looks for "Words In Capitals (ACRONYM)" and "ACRONYM (Words In Capitals)" whose words are not the acronym's.
    fn find_conflicts(&mut self) {
        if self.tables.expansions.is_empty() {
            return;
        }
        let mut found: Vec<Conflict> = Vec::new();
        for (at, entry) in self.entries.iter().enumerate() {
            let Some(right) = self.tables.expansions.get(&entry.exact) else { continue };
            let written = self.written(at as u32);
            let spelled = if self.text[..entry.start as usize].ends_with('(') {
                self.spelled_before(at, written)
            } else if self.text[entry.end as usize..].starts_with(" (") {
                self.spelled_after(at, written)
            } else {
                None
            };
            let Some(words) = spelled else { continue };
            if !right.contains(&words.to_lowercase()) && found.iter().all(|known| known.acronym != entry.exact) {
                let right = right[0].split(' ').map(capitalised).collect::<Vec<_>>().join(" ");
                found.push(Conflict { acronym: entry.exact, written: written.to_owned(), words, right });
            }
        }
        self.conflicts = found;
    }

    /// The words before a bracket whose initials spell the acronym; small words between them do not count.
    fn spelled_before(&self, at: usize, acronym: &str) -> Option<String> {
        let mut letters: Vec<char> = acronym.to_lowercase().chars().collect();
        for first in (at.saturating_sub(letters.len() + 3)..at).rev() {
            let initial = self.written(first as u32).chars().next()?.to_lowercase().next()?;
            if self.is_capital(first as u32) {
                if letters.pop() != Some(initial) {
                    return None;
                }
                if letters.is_empty() {
                    let (start, end) = (self.entries[first].start as usize, self.entries[at - 1].end as usize);
                    return Some(self.text[start..end].to_owned());
                }
            }
        }
        None
    }

    /// The words within the bracket behind the acronym, where their initials spell it.
    fn spelled_after(&self, at: usize, acronym: &str) -> Option<String> {
        let inside = self.text[self.entries[at].end as usize..].strip_prefix(" (")?.split_once(')')?.0;
        let initials: String = inside
            .split(' ')
            .filter(|word| word.starts_with(char::is_uppercase))
            .filter_map(|word| word.chars().next())
            .collect();
        (initials.eq_ignore_ascii_case(acronym)).then(|| inside.to_owned())
    }
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
