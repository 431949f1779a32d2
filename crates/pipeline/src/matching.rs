//! `match`: texts in, the fact-checks that they repeat out; nothing stored.

use crate::{Desk, Error};
use issues::Matcher;
use model::{Problem, SourceKind};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use store::ClaimIndex;

/// Candidates of one text that are compared exactly.
const CANDIDATES: usize = 30;

/// Finds fact-checks for lines of texts, in their order.
pub struct LineMatcher {
    index: ClaimIndex,
    matcher: Matcher,
}

/// An input line; what is not named here is ignored.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, default)]
    title: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    text: Cow<'a, str>,
    #[serde(borrow, default)]
    kind: Option<Cow<'a, str>>,
}

#[derive(Serialize)]
struct Unreadable<'a> {
    line: u64,
    problems: &'a [Problem],
}

impl LineMatcher {
    /// Reads the fact-checks of a claims file.
    ///
    /// # Errors
    /// The file cannot be read; names the line that is no fact-check.
    pub fn read(desk: &Desk, claims: &Path) -> Result<Self, Error> {
        let file = File::open(claims).map_err(|source| Error::Read { path: claims.to_owned(), line: None, source })?;
        let checks = store::read_fact_checks(claims, BufReader::new(file))?;
        let options = desk.pipeline.as_ref().map(|pipeline| pipeline.verification.matching.clone()).unwrap_or_default();
        Ok(Self { index: ClaimIndex::in_memory(&checks)?, matcher: Matcher::new(&checks, &desk.lexicons, &options) })
    }

    /// One output line for each input line; `first` is the number of the first, from 1.
    pub fn find(&self, lines: &[Vec<u8>], first: u64) -> Vec<Vec<u8>> {
        lines.par_iter().enumerate().map(|(index, line)| self.line(line, first + index as u64)).collect()
    }
}
