//! Claim matching: is a text's claim one that somebody has already checked?
//!
//! The claim index proposes fact-checks, `Matcher` judges them. The answer is a pointer for a person, never a verdict:
//! `suggest` says "look whether it is this one", `confirm` says "it is this one as far as words can tell".
//! Short texts and texts that debunk or warn are only ever suggested.

mod known;
mod line;
mod measures;
mod stance;

pub use line::{MatchInput, MatchLine};
pub use stance::Stance;

use known::Known;
use measures::{Measures, Text};
use model::{ClaimCandidate, ClaimMatch, FactCheck, FactCheckId, SourceKind};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// How sure is sure; `[verification.matching]` in a pipeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MatchOptions {
    /// Score from which a fact-check is shown to a person.
    pub suggest: f32,
    /// Score from which it is said to be the same claim.
    pub confirm: f32,
    /// Words that say something, below which a text is only ever suggested.
    pub confirm_words_min: usize,
    /// Of a text's words, weighted, those that a fact-check's title and beginning must have. A claim that is a fortieth of
    /// a text is not what the text is about.
    pub text_share_min: f32,
    /// The same for articles, which have so many words that those of any claim stand somewhere among them.
    pub article_share_min: f32,
    /// Fact-checks shown for one text.
    pub matches_max: usize,
}

impl Default for MatchOptions {
    fn default() -> Self {
        Self {
            suggest: 0.7,
            confirm: 0.95,
            confirm_words_min: 8,
            text_share_min: 0.1,
            article_share_min: 0.15,
            matches_max: 5,
        }
    }
}

/// Candidates to ask the index for: the right one is among the first twenty for 95 of 100 posts, and later ones are no better.
pub const CANDIDATES: usize = 30;

/// Every fact-check, prepared for comparing.
#[derive(Clone, Debug, Default)]
pub struct Matcher {
    options: MatchOptions,
    checks: FxHashMap<FactCheckId, Known>,
    /// In how many fact-checks a word stands.
    documents: FxHashMap<u64, u32>,
}

impl Matcher {
    /// A matcher that knows these fact-checks. Of several with one id the last counts.
    pub fn new(checks: &[FactCheck], options: MatchOptions) -> Self {
        let mut matcher = Self { options, ..Self::default() };
        checks.iter().for_each(|check| matcher.add(check));
        matcher
    }

    /// Adds a fact-check, in the place of an earlier one with its id.
    pub fn add(&mut self, check: &FactCheck) {
        self.remove(&check.id);
        let known = Known::new(check);
        known.words.iter().for_each(|word| *self.documents.entry(*word).or_default() += 1);
        self.checks.insert(check.id.clone(), known);
    }

    /// Forgets a fact-check.
    pub fn remove(&mut self, id: &FactCheckId) {
        let Some(known) = self.checks.remove(id) else { return };
        for word in known.words {
            if let Some(count) = self.documents.get_mut(&word) {
                *count -= 1;
                if *count == 0 {
                    self.documents.remove(&word);
                }
            }
        }
    }

    /// How many fact-checks there are.
    pub fn len(&self) -> usize {
        self.checks.len()
    }

    /// True where nothing can match.
    pub fn is_empty(&self) -> bool {
        self.checks.is_empty()
    }

    /// The candidates that are about a text's claim, best first.
    pub fn judge(
        &self,
        title: Option<&str>,
        text: &str,
        kind: SourceKind,
        candidates: &[ClaimCandidate],
    ) -> Vec<ClaimMatch> {
        let title = title.unwrap_or_default();
        let read = Text::new(title, text, |word| self.rarity(word));
        let best_bm25 = candidates.iter().map(|candidate| candidate.bm25).fold(f32::MIN_POSITIVE, f32::max);
        let mut judged: Vec<(&FactCheckId, &Known, Measures)> = candidates
            .iter()
            .filter_map(|candidate| {
                let known = self.checks.get(&candidate.id)?;
                let measures = Measures::of(&read, known, candidate.bm25, best_bm25, |word| self.rarity(word));
                Some((&candidate.id, known, measures))
            })
            .collect();
        judged.sort_by(|a, b| b.2.rank().total_cmp(&a.2.rank()).then_with(|| a.0.cmp(b.0)));
        let may_confirm =
            read.words() >= self.options.confirm_words_min && stance::stance(title, text, kind) == Stance::Carries;
        let share_min = if is_article(kind) { self.options.article_share_min } else { self.options.text_share_min };
        self.levels(&judged, may_confirm, share_min)
    }

    fn levels(
        &self,
        judged: &[(&FactCheckId, &Known, Measures)],
        may_confirm: bool,
        share_min: f32,
    ) -> Vec<ClaimMatch> {
        let mut found: Vec<ClaimMatch> = Vec::new();
        for (position, (id, known, measures)) in judged.iter().enumerate().take(self.options.matches_max) {
            if measures.text_in_lead < share_min {
                continue;
            }
            // The same claim checked twice is no rival of itself.
            let rival =
                judged.iter().enumerate().find(|(other, (_, rival, _))| *other != position && !known.is_twin(rival));
            let rival = rival.map_or(0.0, |(_, (_, _, rival))| rival.rank()).max(self.imagined_rival());
            let lead = measures.rank() - rival;
            // Best first also where the lead over a rival says otherwise.
            let score = measures.score(lead).min(found.last().map_or(1.0, |better| better.score));
            if score < self.options.suggest {
                break;
            }
            // The same message with another amount or place is another claim until somebody has looked.
            let confirmed = may_confirm && score >= self.options.confirm && !measures.is_elsewhere();
            let level = if confirmed { "confirm" } else { "suggest" };
            found.push(ClaimMatch { claim_id: id.0.clone(), score, level: level.to_owned() });
        }
        found
    }

    /// How much a word tells: the rarer among the fact-checks and what is imagined beside them, the more.
    fn rarity(&self, word: u64) -> f32 {
        let imagined = self.imagined_checks();
        let all = self.checks.len() as f32 + imagined;
        let known = self.documents.get(&word).copied().unwrap_or(0) as f32;
        let with = if known > 0.0 { known + imagined * IMAGINED_SHARE } else { 0.0 };
        let rarity = (1.0 + (all - with + 0.5) / (with + 0.5)).ln();
        // A word that no fact-check knows is as often a misspelling as a matter of its own.
        if known > 0.0 { rarity } else { rarity * UNKNOWN_WEIGHT }
    }

    /// Fact-checks that a small store is imagined to hold besides its own; none where it is large.
    fn imagined_checks(&self) -> f32 {
        IMAGINED_CHECKS.saturating_sub(self.checks.len()) as f32
    }

    /// The rank of the best of those imagined: in a store of five the second best is nobody's rival.
    fn imagined_rival(&self) -> f32 {
        IMAGINED_RIVAL * self.imagined_checks() / IMAGINED_CHECKS as f32
    }
}

fn is_article(kind: SourceKind) -> bool {
    matches!(kind, SourceKind::News | SourceKind::Official | SourceKind::Factcheck | SourceKind::Broadcast)
}

/// A smaller store is imagined to hold so many: in how many of five a word stands says nothing about how rare it is.
const IMAGINED_CHECKS: usize = 1_000;
/// Of those imagined, so many have any word that a real one has: a word of one check in five is not thought rare.
const IMAGINED_SHARE: f32 = 0.01;
/// About the rank that the second best fact-check has where there are thousands.
const IMAGINED_RIVAL: f32 = 0.8;
/// Half measures as well as anything between a third and one.
const UNKNOWN_WEIGHT: f32 = 0.5;
