//! `match`: texts in, the fact-checks that they repeat out; nothing stored.

use crate::single::mend_surrogates;
use crate::{Desk, Error};
use issues::matching::{MatchInput, MatchLine, Matcher};
use model::Problem;
use rayon::prelude::*;
use serde::Serialize;
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
        Ok(Self { index: ClaimIndex::in_memory(&checks)?, matcher: Matcher::new(&checks, options) })
    }

    /// One output line for each input line; `first` is the number of the first, from 1.
    pub fn find(&self, lines: &[Vec<u8>], first: u64) -> Vec<Vec<u8>> {
        lines.par_iter().enumerate().map(|(index, line)| self.line(line, first + index as u64)).collect()
    }

    fn line(&self, bytes: &[u8], number: u64) -> Vec<u8> {
        let written = match self.matched(bytes) {
            Ok(line) => serde_json::to_vec(&line),
            Err(reason) => {
                serde_json::to_vec(&Unreadable { line: number, problems: &[Problem::new("ndjson", reason)] })
            }
        };
        written.expect("plain data becomes JSON")
    }

    fn matched(&self, bytes: &[u8]) -> Result<MatchLine, String> {
        let text =
            std::str::from_utf8(bytes).map_err(|error| format!("no UTF-8 from byte {} on", error.valid_up_to() + 1))?;
        let mended = mend_surrogates(text);
        let input: MatchInput<'_> = serde_json::from_str(&mended).map_err(|error| error.to_string())?;
        let candidates = self
            .index
            .candidates(input.title.as_deref(), &input.text, CANDIDATES)
            .map_err(|error| format!("the fact-checks cannot be searched: {error}"))?;
        Ok(self.matcher.line(&input, &candidates))
    }
}
