//! The verification queue: documents that somebody should check, what people decided about them, and by when.
//!
//! A machine puts a claim into the queue as `perlu_verifikasi` and orders it. Every other status is the work of named
//! people, and a step that they may not take is listed with its reason instead of being lost.

mod carriers;
mod draft;
mod evidence;
mod hosts;
mod ids;
mod people;
mod same;
mod steps;

pub use steps::may;

use draft::Draft;
use jiff::Timestamp;
use model::{
    Act, Claim, ClaimId, ClaimMatch, ClaimStatus, Decision, DocumentKey, IssueId, Record, Refusal, Risk, StoryId,
};
use serde::{Deserialize, Serialize};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

/// Hours and bounds of the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct QueueOptions {
    /// Hours from entering the queue within which a claim should be answered.
    pub target_hours: u16,
    /// Hours within which it must be.
    pub limit_hours: u16,
    /// The same limit where the issue is `oranye`; the target is never later.
    pub oranye_hours: u16,
    /// The same limit where the issue is `merah`.
    pub merah_hours: u16,
    /// Days for which a closed claim is still shown.
    pub closed_days: u16,
    /// Fact-checks kept a claim.
    pub matches_max: usize,
    /// Characters of the claim's own words.
    pub text_chars: usize,
}

impl Default for QueueOptions {
    fn default() -> Self {
        // 3 and 24 hours are the office's verification clock; 4 and 1 are what its risk levels ask of an issue.
        Self {
            target_hours: 3,
            limit_hours: 24,
            oranye_hours: 4,
            merah_hours: 1,
            closed_days: 7,
            matches_max: 5,
            text_chars: 280,
        }
    }
}

/// Where a document stands, as the grouping and the people behind it left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its story.
    pub story: StoryId,
    /// The issue of that story.
    pub issue: IssueId,
    /// How bad that issue is.
    pub risk: Risk,
}

/// The verification queue at a moment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Queue {
    /// Claims, the most pressing first: open ones, then by risk of the issue, clock, score.
    pub claims: Vec<Claim>,
    /// Decisions that do not count, oldest first.
    pub refusals: Vec<Refusal>,
    /// Other ids under which a claim is known: those of its other documents and of people's own choice.
    pub aliases: BTreeMap<ClaimId, ClaimId>,
}

impl Queue {
    /// The claim with this id or alias.
    pub fn find(&self, id: &ClaimId) -> Option<&Claim> {
        let id = self.aliases.get(id).unwrap_or(id);
        self.claims.iter().find(|claim| claim.id == *id)
    }
}

/// The queue at `now`: one claim a story of documents that need verification, and what people opened by hand. Stories
/// that repeat the same checked claim, or lead to the same false host, are one claim.
///
/// Decisions of later than `now` are not looked at, so that the queue of a past day is the one that was seen then.
pub fn queue(
    records: &[Record],
    standings: &BTreeMap<DocumentKey, Standing>,
    matches: &BTreeMap<DocumentKey, Vec<ClaimMatch>>,
    decisions: &[Decision],
    now: Timestamp,
    options: &QueueOptions,
) -> Queue {
    let records = carriers::current(records, now);
    let decisions = about_claims(decisions, now);
    let named = named(&records, &decisions);
    let mut drafts: Vec<Draft<'_>> = carriers::carriers(&records, standings, matches, &named)
        .into_iter()
        .map(|(id, carried)| Draft::carried(id, carried, standings))
        .collect();
    let mut refusals = Vec::new();
    open_by_hand(&mut drafts, &decisions, &mut refusals);
    let verdicts = same::verdicts(&drafts, &decisions, matches, now, options);
    let drafts = same::joined(drafts, &records, matches, &verdicts);
    let aliases = aliases(&drafts);
    let by_claim = by_claim(&decisions, &drafts, &aliases, now, options, &mut refusals);

    let risks: BTreeMap<&IssueId, Risk> = standings.values().map(|standing| (&standing.issue, standing.risk)).collect();
    let mut claims: Vec<(Risk, Claim)> = Vec::new();
    for draft in &drafts {
        let steps = by_claim.get(&draft.id).map_or(&[][..], Vec::as_slice);
        let risk = draft.issues().filter_map(|issue| risks.get(issue)).max().copied().unwrap_or_default();
        claims.extend(draft.claim(risk, steps, matches, now, options, &mut refusals).map(|claim| (risk, claim)));
    }
    claims.sort_by(|(a_risk, a), (b_risk, b)| {
        let rank = |risk: Risk, claim: &Claim| Reverse((is_open(claim), risk, claim.clock(now)));
        rank(*a_risk, a)
            .cmp(&rank(*b_risk, b))
            .then(b.score.total_cmp(&a.score))
            .then(a.entered_at.cmp(&b.entered_at))
            .then_with(|| a.id.cmp(&b.id))
    });
    let position: BTreeMap<&model::DecisionId, usize> =
        decisions.iter().enumerate().map(|(position, decision)| (&decision.id, position)).collect();
    refusals.sort_by_key(|refusal| position.get(&refusal.decision).copied());
    Queue { claims: claims.into_iter().map(|(_, claim)| claim).collect(), refusals, aliases }
}

/// What people decided about claims until `now`, oldest first, each once.
fn about_claims(decisions: &[Decision], now: Timestamp) -> Vec<&Decision> {
    let about = |act: &Act| {
        matches!(act, Act::OpenClaim { .. } | Act::ClaimStatus { .. } | Act::Clarify { claim: Some(_), .. })
    };
    let mut found: Vec<&Decision> =
        decisions.iter().filter(|decision| decision.at <= now && about(&decision.act)).collect();
    found.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.id.cmp(&b.id)));
    found.dedup_by(|a, b| a.id == b.id);
    found
}

/// Documents that people named, or whose claim they decided about.
fn named(records: &[&Record], decisions: &[&Decision]) -> BTreeSet<DocumentKey> {
    let opened = decisions.iter().filter_map(|decision| match &decision.act {
        Act::OpenClaim { document, .. } => document.clone(),
        _ => None,
    });
    let mut named: BTreeSet<DocumentKey> = opened.collect();
    let decided: BTreeSet<u64> = decisions.iter().filter_map(|decision| ids::number(subject(decision)?)).collect();
    if !decided.is_empty() {
        let mut buffer = String::new();
        let is_decided = |record: &&&Record| decided.contains(&ids::number_of(record, &mut buffer));
        named.extend(records.iter().filter(is_decided).map(|record| record.key()));
    }
    named
}

/// The claim that a decision gives a status.
fn subject(decision: &Decision) -> Option<&ClaimId> {
    match &decision.act {
        Act::ClaimStatus { claim, .. } | Act::Clarify { claim: Some(claim), .. } => Some(claim),
        _ => None,
    }
}

/// Claims that people opened: joined to the claim that their document carries already, or new.
fn open_by_hand(drafts: &mut Vec<Draft<'_>>, decisions: &[&Decision], refusals: &mut Vec<Refusal>) {
    for decision in decisions {
        let Act::OpenClaim { claim, text, document, issue } = &decision.act else { continue };
        let id = match (claim.as_str().is_empty(), document) {
            (false, _) => claim.clone(),
            (true, Some(document)) => ids::of(document),
            (true, None) => ids::by_hand(&decision.id),
        };
        let why = match () {
            () if !people::is_person(&decision.by) => Some("nama petugas yang membuka klaim belum diisi"),
            () if !evidence::is_named(text) => Some("isi klaim belum ditulis"),
            () => None,
        };
        if let Some(why) = why {
            refusals.push(Refusal { decision: decision.id.clone(), claim: id, why: why.to_owned() });
            continue;
        }
        let named = drafts.iter().position(|draft| draft.id == id || draft.aliases.contains(&id));
        let carrying = document.as_ref().and_then(|key| drafts.iter().position(|draft| draft.carries(key)));
        // A document that a person adds to a claim brings along whatever it was grouped with.
        let known = match (named, carrying) {
            (Some(named), Some(carrying)) if named != carrying => {
                let other = drafts.remove(carrying);
                let named = named - usize::from(carrying < named);
                drafts[named].absorb(other);
                Some(named)
            }
            (named, carrying) => named.or(carrying),
        };
        match known {
            Some(known) => {
                let keeps_id = !claim.as_str().is_empty();
                drafts[known].opened(id, decision, text, (issue.as_ref(), document.as_ref()), keeps_id);
            }
            None => drafts.push(Draft::by_hand(id, decision, text, issue.as_ref(), document.as_ref())),
        }
    }
}

fn aliases(drafts: &[Draft<'_>]) -> BTreeMap<ClaimId, ClaimId> {
    let pairs = drafts.iter().flat_map(|draft| draft.aliases.iter().map(|alias| (alias.clone(), draft.id.clone())));
    pairs.filter(|(alias, id)| alias != id).collect()
}

/// Decisions by the claim that they are about; those about a claim that is not known are refused.
fn by_claim<'a>(
    decisions: &[&'a Decision],
    drafts: &[Draft<'_>],
    aliases: &BTreeMap<ClaimId, ClaimId>,
    now: Timestamp,
    options: &QueueOptions,
    refusals: &mut Vec<Refusal>,
) -> BTreeMap<ClaimId, Vec<&'a Decision>> {
    let known: BTreeSet<&ClaimId> = drafts.iter().map(|draft| &draft.id).collect();
    let mut found: BTreeMap<ClaimId, Vec<&Decision>> = BTreeMap::new();
    for decision in decisions {
        let Some(claim) = subject(decision) else { continue };
        let id = aliases.get(claim).unwrap_or(claim);
        if known.contains(id) {
            found.entry(id.clone()).or_default().push(decision);
        } else if now.duration_since(decision.at) <= draft::days(options.closed_days) {
            // The documents of old claims are no longer looked at; only a fresh decision can be mended.
            let why = "klaim dengan kode ini tidak ditemukan di antrean".to_owned();
            refusals.push(Refusal { decision: decision.id.clone(), claim: claim.clone(), why });
        }
    }
    found
}

/// True where a claim waits for people: neither judged nor closed.
pub fn is_open(claim: &Claim) -> bool {
    claim.verdict().is_none() && claim.status != ClaimStatus::Ditutup
}
