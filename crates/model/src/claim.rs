//! `FactCheck` and `Claim`: what others have checked, and what the office has yet to check.
//!
//! The machine only ever says `perlu_verifikasi`; every other status is a person's.

use crate::{ClaimId, ClaimMatch, DecisionId, DocumentKey, FactCheckId, IssueId, SignalNote, StoryId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A fact-check of a known publisher, or one entered by hand: a line of a claims file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FactCheck {
    /// Its id; `claim_id` in answers.
    pub id: FactCheckId,
    /// The claim, as the headline gives it.
    #[serde(default)]
    pub title: String,
    /// Narration and explanation.
    #[serde(default)]
    pub text: String,
    /// Where it stands.
    #[serde(default)]
    pub url: Option<String>,
    /// When it was published.
    #[serde(default)]
    pub published_at: Option<Timestamp>,
}

/// A fact-check that may be about a text: what the index proposes before anybody judges.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClaimCandidate {
    /// The fact-check.
    pub id: FactCheckId,
    /// How well its words answer the text's; comparable among the candidates of one text only.
    pub bm25: f32,
}

/// Where a claim stands. Verdicts (`benar` … `tidak_dapat_diverifikasi`) are given by people alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimStatus {
    /// Signals or a match say that somebody should look.
    #[default]
    PerluVerifikasi,
    /// The agency concerned was asked.
    MenungguKonfirmasi,
    /// True.
    Benar,
    /// A dispute about a policy or a misunderstanding of it: no hoax, and answered by explaining or repairing.
    SengketaKebijakan,
    /// True material in a false context.
    KonteksSalah,
    /// Misleading.
    Menyesatkan,
    /// Impostor.
    Tiruan,
    /// Manipulated.
    Dimanipulasi,
    /// Fabricated; needs two people.
    Palsu,
    /// Satire.
    Satire,
    /// Nobody can tell.
    TidakDapatDiverifikasi,
    /// The clarification is out.
    KlarifikasiTerbit,
    /// Done.
    Ditutup,
}

impl ClaimStatus {
    /// All of them, in the order of the way.
    pub const ALL: [Self; 13] = [
        Self::PerluVerifikasi,
        Self::MenungguKonfirmasi,
        Self::Benar,
        Self::SengketaKebijakan,
        Self::KonteksSalah,
        Self::Menyesatkan,
        Self::Tiruan,
        Self::Dimanipulasi,
        Self::Palsu,
        Self::Satire,
        Self::TidakDapatDiverifikasi,
        Self::KlarifikasiTerbit,
        Self::Ditutup,
    ];

    /// The name in JSON and SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PerluVerifikasi => "perlu_verifikasi",
            Self::MenungguKonfirmasi => "menunggu_konfirmasi",
            Self::Benar => "benar",
            Self::SengketaKebijakan => "sengketa_kebijakan",
            Self::KonteksSalah => "konteks_salah",
            Self::Menyesatkan => "menyesatkan",
            Self::Tiruan => "tiruan",
            Self::Dimanipulasi => "dimanipulasi",
            Self::Palsu => "palsu",
            Self::Satire => "satire",
            Self::TidakDapatDiverifikasi => "tidak_dapat_diverifikasi",
            Self::KlarifikasiTerbit => "klarifikasi_terbit",
            Self::Ditutup => "ditutup",
        }
    }

    /// Words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::PerluVerifikasi => "perlu verifikasi",
            Self::MenungguKonfirmasi => "menunggu konfirmasi",
            Self::Benar => "benar",
            Self::SengketaKebijakan => "sengketa kebijakan atau salah paham",
            Self::KonteksSalah => "konteks salah",
            Self::Menyesatkan => "menyesatkan",
            Self::Tiruan => "konten tiruan",
            Self::Dimanipulasi => "konten dimanipulasi",
            Self::Palsu => "konten palsu",
            Self::Satire => "satire",
            Self::TidakDapatDiverifikasi => "tidak dapat diverifikasi",
            Self::KlarifikasiTerbit => "klarifikasi terbit",
            Self::Ditutup => "ditutup",
        }
    }

    /// True where a person has judged.
    pub fn is_verdict(self) -> bool {
        Self::Benar <= self && self <= Self::TidakDapatDiverifikasi
    }
}

/// A claim in the verification queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// Which claim; made of the first document that carries it, so that it survives a replay.
    pub id: ClaimId,
    /// What is claimed, masked, in its own words.
    pub text: String,
    /// The issue that it belongs to.
    pub issue: Option<IssueId>,
    /// The story of the documents that carry it.
    pub story: Option<StoryId>,
    /// Documents that carry it, oldest first.
    pub documents: Vec<DocumentKey>,
    /// Why somebody should look.
    pub signals: Vec<SignalNote>,
    /// 0 to 1; how pressing.
    pub score: f32,
    /// Fact-checks of the same claim, best first.
    pub matches: Vec<ClaimMatch>,
    /// Where it stands.
    pub status: ClaimStatus,
    /// True where one person said `palsu` and a second has yet to agree.
    pub awaits_second: bool,
    /// When it entered the queue.
    pub entered_at: Timestamp,
    /// Until when it should be answered.
    pub target_at: Timestamp,
    /// Until when it must be.
    pub limit_at: Timestamp,
    /// What was decided about it, oldest first.
    pub history: Vec<ClaimStep>,
}

impl Claim {
    /// What people judged it to be; absent before they did and after it came back.
    ///
    /// Kept while the clarification is out and after closing, where `status` says something else.
    pub fn verdict(&self) -> Option<ClaimStatus> {
        match self.status {
            status if status.is_verdict() => Some(status),
            ClaimStatus::KlarifikasiTerbit | ClaimStatus::Ditutup => round(&self.history).1.last().map(|s| s.status),
            _ => None,
        }
    }

    /// The steps that made the verdict: one, or two where two people are needed; empty without a verdict.
    pub fn verdict_steps(&self) -> Vec<&ClaimStep> {
        self.verdict().map(|_| round(&self.history).1).unwrap_or_default()
    }

    /// What one person proposed and a second has yet to agree with.
    pub fn proposal(&self) -> Option<&ClaimStep> {
        self.awaits_second.then(|| round(&self.history).0).flatten()
    }

    /// True where it was closed and circulates again.
    pub fn is_back(&self) -> bool {
        self.status != ClaimStatus::Ditutup && self.history.iter().any(|step| step.status == ClaimStatus::Ditutup)
    }

    /// What it was judged to be before it came back.
    pub fn verdict_before(&self) -> Option<ClaimStatus> {
        let closed = self.history.iter().rposition(|step| step.status == ClaimStatus::Ditutup)?;
        let verdict = round(&self.history[..=closed]).1.last().map(|step| step.status);
        verdict.filter(|_| self.is_back())
    }

    /// When it was answered: by its verdict, or by closing it without one.
    pub fn answered_at(&self) -> Option<Timestamp> {
        match self.verdict_steps().as_slice() {
            // What is added to a verdict later does not make it late.
            [_, second, ..] if second.status == ClaimStatus::Palsu => Some(second.at),
            [first, ..] => Some(first.at),
            [] if self.status == ClaimStatus::Ditutup => self.history.last().map(|step| step.at),
            [] => None,
        }
    }

    /// How it stands against its hours; an answer stops the clock.
    pub fn clock(&self, now: Timestamp) -> ClaimClock {
        let until = self.answered_at().map_or(now, |answered| answered.min(now));
        match () {
            () if until > self.limit_at => ClaimClock::LewatBatas,
            () if until > self.target_at => ClaimClock::LewatTarget,
            () => ClaimClock::DalamTarget,
        }
    }
}

/// What is proposed, and the steps of the verdict, in the last round: closing ends one, the next step begins another.
///
/// A history holds accepted steps only, so a second `palsu` is always another person's.
fn round(history: &[ClaimStep]) -> (Option<&ClaimStep>, Vec<&ClaimStep>) {
    let (mut proposal, mut verdict): (Option<&ClaimStep>, Vec<&ClaimStep>) = (None, Vec::new());
    let mut closed = false;
    for step in history {
        if closed {
            (proposal, verdict, closed) = (None, Vec::new(), false);
        }
        match step.status {
            status if status.is_verdict() && verdict.last().is_some_and(|last| last.status == status) => {
                verdict.push(step);
                proposal = None;
            }
            ClaimStatus::Palsu => match proposal.take() {
                Some(first) => verdict = vec![first, step],
                None => proposal = Some(step),
            },
            status if status.is_verdict() => (proposal, verdict) = (None, vec![step]),
            ClaimStatus::PerluVerifikasi => (proposal, verdict) = (None, Vec::new()),
            ClaimStatus::MenungguKonfirmasi => verdict = Vec::new(),
            ClaimStatus::Ditutup => closed = true,
            _ => {}
        }
    }
    (proposal, verdict)
}

/// How a claim stands against its hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimClock {
    /// Still within the hours that the office aims at.
    #[default]
    DalamTarget,
    /// Later than aimed at.
    LewatTarget,
    /// Later than it may be.
    LewatBatas,
}

impl ClaimClock {
    /// Words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::DalamTarget => "dalam target",
            Self::LewatTarget => "lewat target",
            Self::LewatBatas => "lewat batas",
        }
    }
}

/// A decision about a claim that does not count, and why; listed so that whoever took it can mend it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    /// Which decision.
    pub decision: DecisionId,
    /// About which claim.
    pub claim: ClaimId,
    /// Why it does not count, in Indonesian.
    pub why: String,
}

/// The draft of what the office says about a claim. A person fills what stands in brackets, and approves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClarificationDraft {
    /// Which claim.
    pub claim: ClaimId,
    /// What kind of paper it is: "Klarifikasi resmi", "Konfirmasi resmi", "Penjelasan kebijakan" …
    pub label: String,
    /// Whose word it is: the government's own, not an independent fact-checker's.
    pub disclaimer: String,
    /// The office that publishes it.
    pub issuer: String,
    /// Its title; names the fact, not the claim.
    pub title: String,
    /// "DRAF – belum disetujui".
    pub status: String,
    /// What the claim was judged to be, in words; "perlu verifikasi" before anybody did.
    pub category: String,
    /// What circulates, between the fact and the fact.
    pub narasi: Vec<String>,
    /// What checking found.
    pub penjelasan: Vec<String>,
    /// The sentence to keep, and what the reader should do.
    pub kesimpulan: Vec<String>,
    /// Primary sources and addresses.
    pub rujukan: Vec<String>,
    /// What a person must still fill in or mend.
    pub missing: Vec<String>,
    /// For the office alone: who judged, what looks alike, what to do next. Never published.
    pub notes: Vec<String>,
}

/// One step of a claim's way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClaimStep {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// To which status.
    pub status: ClaimStatus,
    /// Primary sources given.
    pub primary_sources: Vec<String>,
    /// References given.
    pub references: Vec<String>,
    /// What checking found.
    pub explanation: Option<String>,
    /// The sentence to keep.
    pub conclusion: Option<String>,
    /// Why.
    pub reason: Option<String>,
}
