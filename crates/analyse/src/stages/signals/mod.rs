//! Hoax signals: reasons for a person to check a text, never a verdict.
//!
//! Criticism never comes here by its tone: only borrowed authority, requests for money or data, odd links and chain
//! letters do, and a text that warns of such things is not one of them.

mod cues;

mod lookalike;

mod links;

mod contacts;

mod authority;

mod style;

mod report;

use super::{MAX_EVIDENCE, round};
use crate::cue::Cue;
use crate::matcher::Use;
use crate::reading::Reading;
use crate::{Build, Stage, options};
use cues::Tells;
pub(crate) use lookalike::Protected;
use model::{Analysis, Kind, Signal, Spam, Span, Verification, VerificationStatus};
use serde::Deserialize;
use text::SignalRule;

pub(crate) const KIND: Kind<Build> = Kind {
    name: "signals",
    summary: "collects reasons to check a text and decides whether a person should",
    example: "verify_from = 3",
    build: |table| Ok(Box::new(options::<Signals>(table)?)),
};

/// Weight of all signals from which a person should look, unless a pipeline says otherwise.
pub const VERIFY_FROM: u32 = 3;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Signals {
    /// Weight of all signals from which a person should look.
    verify_from: u32,
}

impl Default for Signals {
    fn default() -> Self {
        Self { verify_from: VERIFY_FROM }
    }
}

impl Stage for Signals {
    fn run(&self, reading: &Reading<'_>, analysis: &mut Analysis) {
        let rules = &reading.lexicons.signals;
        let (found, reported) = collected(reading, analysis);
        for (id, mut evidence) in found.0 {
            let Some(rule) = rules.iter().find(|rule| rule.id.as_str() == id) else { continue };
            if reported && !rule.in_reporting {
                continue;
            }
            evidence.truncate(MAX_EVIDENCE);
            analysis.signals.push(Signal { id: rule.id.clone(), weight: rule.weight, why: rule.why.clone(), evidence });
        }
        analysis.signals.sort_by(|a, b| b.weight.cmp(&a.weight).then_with(|| a.id.cmp(&b.id)));
        // Spam is no claim that anybody could check, unless it speaks in an office's name.
        let spam =
            analysis.spam.is_some() && !analysis.signals.iter().any(|signal| POSING.contains(&signal.id.as_str()));
        if !spam && !reading.has(Cue::Satire) {
            analysis.verification = verification(&analysis.signals, rules, self.verify_from);
        }
    }
}

/// Signals that make even spam a matter for a verifier.
const POSING: [&str; 4] = ["imperson_agency", "lookalike_domain", "apk", "nonofficial_contact"];

/// What signals add up to: a person should look where their weight is enough and at least one is about substance.
/// Keeps no matches; add those where they are known.
pub fn verification(signals: &[Signal], rules: &[SignalRule], verify_from: u32) -> Verification {
    let weight: u32 = signals.iter().map(|signal| u32::from(signal.weight)).sum();
    let is_substance =
        |signal: &Signal| signal.weight > 0 && !rules.iter().any(|rule| rule.id == signal.id && rule.style);
    if weight < verify_from || !signals.iter().any(is_substance) {
        return Verification::default();
    }
    Verification {
        status: VerificationStatus::PerluVerifikasi,
        score: round(1.0 - (-(weight as f32) / 6.0).exp()),
        matches: Vec::new(),
    }
}

/// The names that `signal_cues.tsv` may use beside those of signals.
pub fn signal_cues() -> Vec<&'static str> {
    cues::Tell::ALL.iter().map(|(_, name)| *name).collect()
}

/// Everything found, guards heeded, and whether the text only reports.
fn collected(reading: &Reading<'_>, analysis: &Analysis) -> (Found, bool) {
    let mut found = Found::default();
    let tells = Tells::of(reading);
    words(reading, &tells, &mut found);
    files(reading, &mut found);
    let links = links::look(reading, &tells, &mut found);
    style::look(reading, &mut found);
    report::take_back(reading, analysis, &links, &tells, &mut found);
    if reading.document.kind.is_public_voice() {
        authority::look(reading, analysis, &links, &tells, &mut found);
    }
    if analysis.spam == Some(Spam::Gambling) {
        found.add("gambling_spam", Span { start: 0, end: reading.text.len() as u32 });
    }
    let reported = report::is_report(reading, &links, &tells);
    (found, reported)
}

/// Signals by id, in the order in which they were found.
#[derive(Default)]
struct Found(Vec<(String, Vec<Span>)>);

impl Found {
    fn add(&mut self, id: &str, span: Span) {
        match self.0.iter_mut().find(|(known, _)| known == id) {
            Some((_, evidence)) if evidence.contains(&span) => {}
            Some((_, evidence)) => evidence.push(span),
            None => self.0.push((id.to_owned(), vec![span])),
        }
    }

    fn has(&self, id: &str) -> bool {
        self.0.iter().any(|(known, _)| known == id)
    }

    fn drop(&mut self, ids: &[&str]) {
        self.0.retain(|(known, _)| !ids.contains(&known.as_str()));
    }
}

fn words(reading: &Reading<'_>, tells: &Tells, found: &mut Found) {
    let rules = reading.tables.rules(Use::Signal);
    for name in reading.longest_terms(Use::Signal) {
        if let Some(target) = name.rule.target {
            found.add(&rules.targets[target], reading.span(name.hit));
        }
    }
    for (id, hit) in &tells.signals {
        found.add(id, reading.span(*hit));
    }
}

/// Names of Android packages: "undangan.apk" asks to be opened, "apk" alone is what people call any program.
fn files(reading: &Reading<'_>, found: &mut Found) {
    let bytes = reading.text.as_bytes();
    for (at, _) in reading.text.match_indices('.') {
        let ending = bytes.get(at + 1..at + 4).is_some_and(|ending| ending.eq_ignore_ascii_case(b"apk"));
        let ends = bytes.get(at + 4).is_none_or(|next| !next.is_ascii_alphanumeric());
        if ending && ends && at > 0 && bytes[at - 1].is_ascii_alphanumeric() {
            let start = bytes[..at].iter().rposition(|byte| !byte.is_ascii_alphanumeric() && !b"_-".contains(byte));
            let start = reading.text.ceil_char_boundary(start.map_or(0, |before| before + 1));
            found.add("apk", Span { start: start as u32, end: (at + 4) as u32 });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_alone_is_nothing_to_check() {
        let rule = |id: &str, weight, style| SignalRule {
            id: id.into(),
            label: String::new(),
            weight,
            why: String::new(),
            check: String::new(),
            style,
            in_reporting: false,
        };
        let rules = [rule("shout", 4, true), rule("chain", 2, false), rule("known_debunk_match", 4, false)];
        let signals = |ids: &[&str]| -> Vec<Signal> {
            let found = rules.iter().filter(|rule| ids.contains(&rule.id.as_str()));
            found
                .map(|rule| Signal { id: rule.id.clone(), weight: rule.weight, why: String::new(), evidence: vec![] })
                .collect()
        };
        let status = |ids: &[&str]| verification(&signals(ids), &rules, VERIFY_FROM).status;
        assert_eq!(status(&["shout"]), VerificationStatus::None);
        assert_eq!(status(&["chain"]), VerificationStatus::None);
        assert_eq!(status(&["shout", "chain"]), VerificationStatus::PerluVerifikasi);
        assert_eq!(status(&["known_debunk_match"]), VerificationStatus::PerluVerifikasi);
        assert_eq!(verification(&signals(&["known_debunk_match"]), &rules, 3).score, 0.487);
    }
}
