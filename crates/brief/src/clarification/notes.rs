//! What stands behind a draft for the office alone: who judged, what looks alike, what to do next. Never published.

use super::{
    Draft, TITLE_CHARS,
    guard::{self, unjudged},
    sentences::{self, Wording},
};
use crate::words;
use model::{ClaimMatch, ClaimStatus, ClaimStep, FactCheck, Region};

/// Fact-checks named at most.
const FACT_CHECKS: usize = 3;

impl Draft<'_> {
    pub(super) fn notes(&self, wording: &Wording) -> Vec<String> {
        let mut out =
            vec![format!("Kode klaim: {}.", self.claim.id), format!("Langkah berikutnya: {}", self.next(wording))];
        if self.claim.is_back() {
            let before = self.claim.verdict_before().map_or("tanpa putusan", ClaimStatus::label);
            out.push(format!(
                "Klaim ini pernah ditutup ({before}) dan beredar lagi; periksa kembali sebelum memakai putusan lama."
            ));
        }
        out.extend(self.decided());
        if !self.claim.signals.is_empty() {
            let why: Vec<String> = self.claim.signals.iter().map(|signal| unjudged(&signal.why)).collect();
            out.push(format!("Alasan diperiksa: {}.", why.join("; ")));
        }
        out.extend(self.claim.matches.iter().filter_map(|found| self.similar(found)).take(FACT_CHECKS));
        let published = self.claim.history.iter().rfind(|step| step.status == ClaimStatus::KlarifikasiTerbit);
        if let Some(address) = published.and_then(|step| step.references.first()) {
            let when = if self.verdict.is_some() { "Sudah terbit" } else { "Klarifikasi sebelumnya" };
            out.push(format!("{when}: {address}"));
        }
        out
    }

    fn next(&self, wording: &Wording) -> &'static str {
        match self.claim.status {
            _ if self.claim.awaits_second => sentences::NEXT_SECOND,
            ClaimStatus::MenungguKonfirmasi => sentences::NEXT_ASKED,
            ClaimStatus::KlarifikasiTerbit => sentences::NEXT_PUBLISHED,
            ClaimStatus::Ditutup => sentences::NEXT_CLOSED,
            _ => wording.next,
        }
    }

    /// Who judged or proposed, and when.
    fn decided(&self) -> Option<String> {
        let by = |step: &ClaimStep| format!("{} ({})", step.by, self.moment(step.at));
        if let Some(first) = self.claim.proposal() {
            return Some(format!("Diusulkan oleh {}; menunggu orang kedua.", by(first)));
        }
        let people: Vec<String> = self.steps.iter().map(|step| by(step)).collect();
        let verdict = self.verdict?;
        Some(format!("Putusan “{}” oleh {}.", verdict.label(), words::list(&people)))
    }

    fn similar(&self, found: &ClaimMatch) -> Option<String> {
        let check = self.fact_checks.iter().find(|check| check.id.as_str() == found.claim_id)?;
        let title = words::quote(self.judged(self.unlabelled(&check.title)).trim(), TITLE_CHARS);
        let address = check.url.as_ref().map(|url| format!(", {url}")).unwrap_or_default();
        Some(format!(
            "Ada cek fakta serupa ({}): {title}, {}{address}. Kesamaannya perlu dinilai petugas.",
            likeness(found),
            publisher(check, self.region)
        ))
    }

    /// A headline without a label in brackets that says more than people here have judged.
    fn unlabelled<'t>(&self, title: &'t str) -> &'t str {
        let label = title.trim_start().strip_prefix('[').and_then(|rest| rest.split_once(']'));
        match label {
            Some((label, rest)) if self.judged(label) != label => rest,
            _ => title,
        }
    }
}

/// How alike a text and a fact-check are, in words; never what that makes of the text.
pub(crate) fn likeness(found: &ClaimMatch) -> &'static str {
    if found.level == "confirm" { "mirip sekali" } else { "mirip" }
}

/// Who published a fact-check: the outlet that the region knows at its host, or the host.
pub(crate) fn publisher(check: &FactCheck, region: &Region) -> String {
    let Some(host) = check.url.as_deref().and_then(guard::host) else { return "catatan petugas".to_owned() };
    let host = host.trim_start_matches("www.");
    let known = region.media.iter().find(|medium| medium.host.trim_start_matches("www.").eq_ignore_ascii_case(host));
    known.map_or_else(|| host.to_owned(), |medium| medium.name.clone())
}
