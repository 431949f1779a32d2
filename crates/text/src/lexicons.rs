//! Lexicon and region files to `Lexicons`: what the stages look words up in.
//!
//! Reads contents, never the disk: whoever calls it hands over the files.

use model::Region;
use std::collections::BTreeMap;

/// Files by path relative to `lexicons/`, such as `ind/slang.tsv` or `regions/kaltim/topics.tsv`.
pub type LexiconFiles = BTreeMap<String, String>;

/// One entry of a term file: words that point to a target, with guards.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// What the words point to: a topic, place, agency, programme or signal id.
    pub target: String,
    /// The words; matched on word boundaries of the normalised text.
    pub words: String,
    /// How much one match counts; 1 for an ordinary term.
    pub weight: f32,
    /// Whether letter case matters.
    pub case: Case,
    /// At least one of these must stand within 12 tokens, unless empty.
    pub near: Vec<String>,
    /// None of these may stand within 6 tokens or contain the match.
    pub not: Vec<String>,
}

/// Whether letter case matters for a term.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Case {
    /// Any case.
    #[default]
    Any,
    /// First letter must be a capital (names that are also common words).
    Capital,
    /// Exactly as written (acronyms that are also words).
    Exact,
}
