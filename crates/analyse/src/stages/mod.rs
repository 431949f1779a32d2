//! The stages, in the order in which they run. Each is one file with a `KIND`.

pub(crate) mod language;

pub(crate) mod acronyms;

pub(crate) mod topics;

pub(crate) mod places;

pub(crate) mod agencies;

pub(crate) mod programmes;

pub(crate) mod spam;

pub(crate) mod abusive;

pub(crate) mod sentiment;

pub(crate) mod speech_act;

pub(crate) mod tone;

pub(crate) mod quotes;

pub(crate) mod people;

pub(crate) mod personal_data;

pub(crate) mod numbers;

pub(crate) mod signals;

use model::Span;
use serde::Deserialize;

/// For stages that take no options: any key is refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoOptions {}

/// Places shown as evidence of one finding; more would only repeat.
const MAX_EVIDENCE: usize = 8;

/// Adds a place to the evidence of a finding, unless it is there already or enough are.
fn add_evidence(evidence: &mut Vec<Span>, span: Span) {
    if evidence.len() < MAX_EVIDENCE && evidence.last() != Some(&span) {
        evidence.push(span);
    }
}

/// Three decimals: more would be noise, and would differ between processors.
fn round(score: f32) -> f32 {
    (score * 1000.0).round() / 1000.0
}
