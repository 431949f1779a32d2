//! `FactCheck` and `Claim`: what others have checked, and what the office has yet to check.
//!
//! The machine only ever says `perlu_verifikasi`; every other status is a person's.

use crate::{ClaimId, ClaimMatch, DocumentKey, FactCheckId, IssueId, SignalNote, StoryId};
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
