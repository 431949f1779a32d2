//! Claim matching as a whole: what the index proposes, judged, against what is known to be right.
//!
//! The queries are development data. Whatever is tuned is tuned on the even half; the odd half is only reported.

mod data;
mod measure;

pub use data::{Query, is_odd, posts, queries, shared};
pub use measure::{Figures, Negatives, figures, negatives};

use issues::matching::{CANDIDATES, MatchInput, MatchLine, MatchOptions, Matcher};
use model::FactCheck;
use std::borrow::Cow;
use store::ClaimIndex;

/// Both steps in one.
pub struct Matching {
    index: ClaimIndex,
    matcher: Matcher,
}

impl Matching {
    /// Over these fact-checks, in memory.
    ///
    /// # Errors
    /// The index cannot be made.
    pub fn new(checks: &[FactCheck], options: MatchOptions) -> store::Result<Self> {
        Ok(Self { index: ClaimIndex::in_memory(checks)?, matcher: Matcher::new(checks, options) })
    }

    /// The fact-checks of one post.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn line(&self, input: &MatchInput<'_>) -> store::Result<MatchLine> {
        let candidates = self.index.candidates(input.title.as_deref(), &input.text, CANDIDATES)?;
        Ok(self.matcher.line(input, &candidates))
    }

    /// The fact-checks of a post that has no title.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn post(&self, id: &str, text: &str) -> store::Result<MatchLine> {
        self.line(&MatchInput { id: Cow::Borrowed(id), text: Cow::Borrowed(text), title: None, kind: None })
    }
}
