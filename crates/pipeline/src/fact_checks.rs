//! Fact-checks that the office knows, from its sources and by hand, and which documents repeat what they checked.
//!
//! The index of fact-checks is derived like everything else: it follows the documents of that kind when it is asked.

use crate::{Error, Office, answers::write_whole};
use issues::{Human, matching::Matcher};
use jiff::Timestamp;
use model::{Claim, ClaimMatch, Decision, DocumentKey, FactCheck, Record, SourceKind, Window};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use store::ClaimIndex;

/// Fact-checks that are kept, the newest first.
const FACT_CHECKS_MAX: usize = 200_000;
/// Citizens' documents of a day that are compared with them, the newest first.
const VOICES_MAX: usize = 50_000;
/// Candidates of one text that are compared exactly.
const CANDIDATES: usize = 30;

impl Office {
    /// Adds to `records` the citizens' documents of a day that repeat what was checked, and tells for each document
    /// which fact-checks it is like.
    pub(crate) fn match_all(
        &self,
        records: &mut Vec<Record>,
        day: &Window,
        decisions: &[Decision],
    ) -> Result<BTreeMap<DocumentKey, Vec<ClaimMatch>>, Error> {
        let (index, matcher) = self.fact_checks(decisions)?;
        if index.is_empty() {
            return Ok(BTreeMap::new());
        }
        let known: BTreeSet<DocumentKey> = records.iter().map(Record::key).collect();
        let mut keys = self.facts.voices(day, VOICES_MAX)?;
        keys.retain(|key| !known.contains(key));
        let mut today = self.records_with(&keys)?;
        today.sort_by_key(|record| (record.at, record.sequence));
        let found = |record: &Record| -> Result<(DocumentKey, Vec<ClaimMatch>), Error> {
            let candidates = index.candidates(record.title.as_deref(), &record.text, CANDIDATES)?;
            Ok((record.key(), matcher.judge(record.title.as_deref(), &record.text, record.kind, &candidates)))
        };
        let mut matches: BTreeMap<DocumentKey, Vec<ClaimMatch>> =
            records.par_iter().chain(today.par_iter()).map(found).collect::<Result<_, _>>()?;
        matches.retain(|_, matches| !matches.is_empty());
        today.retain(|record| matches.contains_key(&record.key()));
        records.extend(today);
        Ok(matches)
    }

    /// The fact-checks that claims are like.
    pub(crate) fn fact_checks_of(&self, claims: &[Claim], decisions: &[Decision]) -> Result<Vec<FactCheck>, Error> {
        let wanted: BTreeSet<&str> =
            claims.iter().flat_map(|claim| &claim.matches).map(|found| found.claim_id.as_str()).collect();
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let (index, _) = self.fact_checks(decisions)?;
        let mut checks = index.checks()?;
        checks.retain(|check| wanted.contains(check.id.as_str()));
        Ok(checks)
    }

    /// The index of fact-checks, brought up to date, and what judges its candidates.
    fn fact_checks(&self, decisions: &[Decision]) -> Result<(ClaimIndex, Matcher), Error> {
        let folder = self.data_dir.path().join("derived/claims");
        let (mut index, _) = ClaimIndex::open(&folder.join("index"))?;
        let reached = self.index.last_sequence();
        // More than there is was written beside another truth; nothing of it is believed.
        let known = read_reached(&folder.join("reached")).filter(|known| *known <= reached && !index.is_empty());
        let known = known.unwrap_or(0);
        let records = if known == reached { None } else { Some(self.fact_check_records()?) };
        if let Some(records) = &records {
            let fresh: Vec<FactCheck> =
                records.iter().filter(|record| record.sequence > known).map(fact_check_of).collect();
            index.add(&fresh)?;
        }
        let by_hand = Human::of(decisions).fact_checks();
        let present = index.checks()?;
        let wanted: BTreeSet<String> = match &records {
            None => present.iter().map(|check| check.id.0.clone()).collect(),
            Some(records) => records.iter().map(|record| fact_check_of(record).id.0).collect(),
        };
        let gone: Vec<_> = present
            .iter()
            .filter(|check| !wanted.contains(check.id.as_str()) && by_hand.iter().all(|hand| hand.id != check.id))
            .map(|check| check.id.clone())
            .collect();
        if !gone.is_empty() {
            index.remove(&gone)?;
        }
        let missing: Vec<FactCheck> = by_hand.into_iter().filter(|check| !present.contains(check)).collect();
        if !missing.is_empty() {
            index.add(&missing)?;
        }
        write_whole(&folder.join("reached"), reached.to_string().as_bytes())?;
        let checks = index.checks()?;
        let matcher = Matcher::new(&checks, self.verification_options.matching.clone());
        Ok((index, matcher))
    }

    fn fact_check_records(&self) -> Result<Vec<Record>, Error> {
        let always = Window { from: Timestamp::MIN, to: Timestamp::MAX };
        let kind = SourceKind::Factcheck.as_str();
        let keys = self.facts.keys(&always, &self.lexicons.region, "kind", kind, FACT_CHECKS_MAX)?;
        let mut records = Vec::with_capacity(keys.len());
        for key in keys {
            records.extend(self.index.searcher().get(&key)?);
        }
        Ok(records)
    }
}

fn read_reached(path: &PathBuf) -> Option<u64> {
    std::fs::read_to_string(path).ok()?.trim().parse().ok()
}

fn fact_check_of(record: &Record) -> FactCheck {
    FactCheck {
        id: format!("{}/{}", record.source, record.id).into(),
        title: record.title.clone().unwrap_or_default(),
        text: record.text.clone(),
        url: record.url.clone(),
        published_at: record.published_at,
    }
}
