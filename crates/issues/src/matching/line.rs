//! Lines of `pesut match`: a text in, its fact-checks out.

use super::Matcher;
use model::{ClaimCandidate, ClaimMatch, SourceKind};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// An input line; what is not named here is ignored.
#[derive(Clone, Debug, Deserialize)]
pub struct MatchInput<'a> {
    /// The text's id as given.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// The text.
    #[serde(borrow)]
    pub text: Cow<'a, str>,
    /// Its title, if it has one.
    #[serde(borrow, default)]
    pub title: Option<Cow<'a, str>>,
    /// What it is; absent is a post where there is no title, else news. Fact-checks and official texts are never confirmed.
    #[serde(default)]
    pub kind: Option<SourceKind>,
}

/// An output line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MatchLine {
    /// The text's id as given.
    pub id: String,
    /// Fact-checks of its claim, best first; empty where there is none.
    pub matches: Vec<ClaimMatch>,
}

impl Matcher {
    /// The output line of an input line and what the index proposes for it.
    pub fn line(&self, input: &MatchInput<'_>, candidates: &[ClaimCandidate]) -> MatchLine {
        let usual = if input.title.is_none() { SourceKind::Post } else { SourceKind::News };
        let kind = input.kind.unwrap_or(usual);
        let matches = self.judge(input.title.as_deref(), &input.text, kind, candidates);
        MatchLine { id: input.id.clone().into_owned(), matches }
    }
}
