//! Claims that are the same in several stories: they repeat one checked claim, or lead to one false host.

use super::{QueueOptions, aliases, by_claim, carriers::is_confirmed, draft::Draft, hosts};
use jiff::Timestamp;
use model::{ClaimId, ClaimMatch, ClaimStatus, Decision, DocumentKey, Record};
use std::collections::{BTreeMap, BTreeSet};

/// What people have said about a claim by itself.
#[derive(Clone, Copy, Default)]
pub(super) struct Said {
    verdict: Option<ClaimStatus>,
    awaits_second: bool,
}

impl Said {
    /// Different verdicts stay apart. So do two proposals of `palsu`: the two people must agree about one claim, and
    /// no machine may make them by joining what each of them looked at.
    fn fits(self, other: Self) -> bool {
        let differ = self.verdict.zip(other.verdict).is_some_and(|(one, two)| one != two);
        !(differ || self.awaits_second && other.awaits_second)
    }

    fn with(self, other: Self) -> Self {
        Self { verdict: self.verdict.or(other.verdict), awaits_second: self.awaits_second || other.awaits_second }
    }
}

/// What people have said about each claim before any are joined.
pub(super) fn verdicts(
    drafts: &[Draft<'_>],
    decisions: &[&Decision],
    matches: &BTreeMap<DocumentKey, Vec<ClaimMatch>>,
    now: Timestamp,
    options: &QueueOptions,
) -> BTreeMap<ClaimId, Said> {
    let mut ignored = Vec::new();
    // Also what was closed long ago has its verdict.
    let options = &QueueOptions { closed_days: u16::MAX, ..options.clone() };
    let steps = by_claim(decisions, drafts, &aliases(drafts), now, options, &mut ignored);
    let decided = drafts.iter().filter_map(|draft| Some((draft, steps.get(&draft.id)?)));
    decided
        .filter_map(|(draft, steps)| {
            let claim = draft.claim(Default::default(), steps, matches, now, options, &mut ignored)?;
            let verdict = claim.verdict().or(claim.verdict_before());
            Some((draft.id.clone(), Said { verdict, awaits_second: claim.awaits_second }))
        })
        .collect()
}

/// Each claim once: the one with the first document takes over the others, whose ids become its aliases.
pub(super) fn joined<'a>(
    mut drafts: Vec<Draft<'a>>,
    records: &[&Record],
    matches: &BTreeMap<DocumentKey, Vec<ClaimMatch>>,
    verdicts: &BTreeMap<ClaimId, Said>,
) -> Vec<Draft<'a>> {
    let false_hosts = hosts::false_hosts(records);
    drafts.sort_by_cached_key(Draft::seniority);
    let mut kept: Vec<(Draft<'a>, BTreeSet<String>, Said)> = Vec::new();
    for draft in drafts {
        let marks = marks(&draft, matches, &false_hosts);
        let said = verdicts.get(&draft.id).copied().unwrap_or_default();
        let mut found = (draft, marks, said);
        let mut place = kept.len();
        // From the youngest to the eldest: one more message may say that two that looked different are the same.
        for position in (0..kept.len()).rev() {
            let (_, marks, said) = &kept[position];
            if !marks.is_disjoint(&found.1) && said.fits(found.2) {
                let (mut draft, mut marks, said) = kept.remove(position);
                draft.join(found.0);
                marks.extend(found.1);
                found = (draft, marks, said.with(found.2));
                place = position;
            }
        }
        kept.insert(place.min(kept.len()), found);
    }
    kept.into_iter().map(|(draft, ..)| draft).collect()
}

/// What makes a claim the same as another: sure fact-checks and false hosts of the documents that the machine flags.
fn marks(
    draft: &Draft<'_>,
    matches: &BTreeMap<DocumentKey, Vec<ClaimMatch>>,
    false_hosts: &BTreeSet<String>,
) -> BTreeSet<String> {
    let mut marks = BTreeSet::new();
    for record in draft.flagged() {
        let found = matches.get(&record.key()).into_iter().flatten();
        marks.extend(found.filter(|found| is_confirmed(found)).map(|found| format!("c {}", found.claim_id)));
        let hosts = hosts::hosts(&record.text).into_iter().filter(|host| false_hosts.contains(host));
        marks.extend(hosts.map(|host| format!("h {host}")));
    }
    marks
}
