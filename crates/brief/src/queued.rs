//! What section 8 says of a claim that stands in the verification queue: its clock, who decided what, what looks alike.

use crate::{
    clarification::{likeness, publisher},
    references::References,
    view::{View, fact},
    words,
};
use jiff::Timestamp;
use model::{Claim, ClaimClock, ClaimStatus, ClaimStep, SourceKind, Statement};

/// Characters of a fact-check's title.
const TITLE_CHARS: usize = 160;

/// How it stands, short enough for a heading; a published answer is called what it is.
pub(crate) fn status(claim: &Claim) -> &'static str {
    match (claim.status, claim.verdict()) {
        (ClaimStatus::KlarifikasiTerbit, Some(ClaimStatus::Benar)) => "konfirmasi terbit",
        (ClaimStatus::KlarifikasiTerbit, Some(ClaimStatus::SengketaKebijakan)) => "penjelasan terbit",
        (ClaimStatus::SengketaKebijakan, _) => "sengketa kebijakan",
        (status, _) => status.label(),
    }
}

/// Until when, and how the clock stands: "09.12 WITA (dalam target; batas 06.12 WITA (21 Nov))".
pub(crate) fn deadline(view: &View<'_>, claim: &Claim) -> String {
    let clock = claim.clock(view.window.to);
    let (target, limit) = (due(view, claim.target_at), due(view, claim.limit_at));
    match (claim.answered_at(), clock) {
        (Some(at), _) => format!("dijawab {}, {}", due(view, at), clock.label()),
        (None, ClaimClock::DalamTarget) if target == limit => format!("{limit}, {}", clock.label()),
        (None, ClaimClock::DalamTarget) => format!("{target}, {}; batas {limit}", clock.label()),
        (None, ClaimClock::LewatTarget) => format!("{limit}, {} {target}", clock.label()),
        (None, ClaimClock::LewatBatas) => format!("{limit}, {}", clock.label()),
    }
}

/// "09.12 WITA", with the day where it is another one.
fn due(view: &View<'_>, at: Timestamp) -> String {
    let day = at.to_zoned(view.zone.clone()).date();
    let clock = view.clock(at);
    if day == view.date { clock } else { format!("{} {clock}", words::day_month(day)) }
}

/// What people decided, one sentence each.
pub(crate) fn steps(view: &View<'_>, claim: &Claim) -> Vec<String> {
    let by = |step: &ClaimStep| format!("{} ({})", step.by, view.moment(step.at));
    let last = |status: ClaimStatus| claim.history.iter().rfind(|step| step.status == status);
    let mut out = Vec::new();
    if claim.is_back() {
        out.push(match claim.verdict_before() {
            Some(before) => format!("Beredar lagi setelah ditutup; putusan sebelumnya: “{}”.", before.label()),
            None => "Beredar lagi setelah ditutup tanpa putusan.".to_owned(),
        });
    }
    if let Some(step) =
        last(ClaimStatus::MenungguKonfirmasi).filter(|_| claim.status == ClaimStatus::MenungguKonfirmasi)
    {
        out.push(format!("Konfirmasi diminta oleh {}.", by(step)));
    }
    if let Some(step) = claim.proposal() {
        out.push(format!("Putusan diusulkan oleh {}; menunggu orang kedua.", by(step)));
    }
    if let Some(verdict) = claim.verdict() {
        let people: Vec<String> = claim.verdict_steps().into_iter().map(by).collect();
        out.push(format!("Putusan “{}” oleh {}.", verdict.label(), words::list(&people)));
    }
    if let Some(step) = last(ClaimStatus::KlarifikasiTerbit).filter(|_| claim.status == ClaimStatus::KlarifikasiTerbit)
    {
        out.push(format!("Dicatat terbit oleh {}.", by(step)));
    }
    out
}

/// The fact-check that is most alike, named with its publisher; what it means for the claim is for people to say.
pub(crate) fn related(view: &View<'_>, claim: &Claim, references: &mut References<'_>) -> Option<Statement> {
    let checks = view.input.fact_checks;
    let (found, check) = claim.matches.iter().find_map(|found| {
        checks.iter().find(|check| check.id.as_str() == found.claim_id).map(|check| (found, check))
    })?;
    let clipping = view.input.clippings.iter().find(|record| {
        record.kind == SourceKind::Factcheck && !record.withdrawn && record.url.is_some() && record.url == check.url
    });
    let text = format!(
        "Ada cek fakta serupa ({}), {}: {}. Kesamaannya perlu dinilai petugas.",
        likeness(found),
        publisher(check, view.input.region),
        words::quote(&check.title, TITLE_CHARS)
    );
    Some(fact(text, clipping.map(|record| references.cite_record(record)).into_iter().collect()))
}
