//! `Analysis`: what the stages found in one document, every finding with its evidence.
//!
//! This is also the output line of `pesut analyse`; absent means not found.

use crate::{AgencyId, Authority, Coverage, DocumentId, PlaceCode, Problem, ProgrammeId, SignalId, TopicId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A byte range into `title + "\n" + text` (UTF-8), end exclusive, on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// Everything found in one document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Analysis {
    /// The document's id as given.
    pub id: DocumentId,
    /// Language of the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<Language>,
    /// Polarity of the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentiment: Option<Sentiment>,
    /// Tone towards the government in the matter; absent where government plays no part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tone: Option<ToneFinding>,
    /// Topics, most confident first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<TopicFinding>,
    /// Places, most specific first, then by code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<PlaceFinding>,
    /// Agencies, by first mention.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agencies: Vec<AgencyFinding>,
    /// Programmes, indices and systems, by first mention.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub programmes: Vec<ProgrammeFinding>,
    /// Public office holders, by first mention. Citizens are never listed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<PersonFinding>,
    /// Direct quotations with their speakers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quotes: Vec<Quote>,
    /// Counted and measured quantities, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub numbers: Vec<Number>,
    /// The day of the event that the text reports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_date: Option<Date>,
    /// Earned, paid or the government's own.
    #[serde(default)]
    pub coverage: Coverage,
    /// What the text does: complain, ask, thank, inform, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speech_act: Option<SpeechAct>,
    /// Set where the text is spam rather than opinion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spam: Option<Spam>,
    /// True where the text insults or swears at somebody.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub abusive: bool,
    /// The words that speak most for a label that has no evidence of its own, by field name (`speech_act`, `spam`, …).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub explanations: BTreeMap<String, Vec<Span>>,
    /// Labels given below their confidence threshold, by field name (`sentiment`, `topics`, …).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unsure: Vec<String>,
    /// Personal data found, to be masked before anything is shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub personal_data: Vec<PersonalData>,
    /// Hoax signals: reasons to check, never a verdict.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signals: Vec<Signal>,
    /// Whether the text should go to the verification queue.
    #[serde(default)]
    pub verification: Verification,
    /// What was odd about the document.
    #[serde(default)]
    pub problems: Vec<Problem>,
}

/// A language and how sure that is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Language {
    /// ISO 639-3; `und` when unsure.
    pub code: String,
    /// 0 to 1.
    pub confidence: f32,
}

/// Polarity of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Polarity {
    /// Unfavourable.
    Negative,
    /// Neither.
    Neutral,
    /// Favourable.
    Positive,
}

impl Polarity {
    /// The name in JSON, SQL and the index.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Negative => "negative",
            Self::Neutral => "neutral",
            Self::Positive => "positive",
        }
    }
}

/// Polarity with its scores and the words that decided it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sentiment {
    /// The likeliest polarity.
    pub label: Polarity,
    /// Its score.
    pub confidence: f32,
    /// All three scores; they add up to 1.
    pub scores: SentimentScores,
    /// The words that decided it.
    pub evidence: Vec<Span>,
    /// Who gave label and scores, where it was not the analyser itself: `transformer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// Scores that add up to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SentimentScores {
    /// Unfavourable.
    pub negative: f32,
    /// Neither.
    pub neutral: f32,
    /// Favourable.
    pub positive: f32,
}

/// Tone (`nada`) towards the government policy, agency or service in the matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Favourable to the government in this matter.
    Positif,
    /// Reports without judging.
    Netral,
    /// Neutral on its face, but with a cue that it may turn.
    BerpotensiNegatif,
    /// Unfavourable to the government in this matter.
    Negatif,
}

impl Tone {
    /// All four, in the order in which charts show them.
    pub const ALL: [Self; 4] = [Self::Positif, Self::Netral, Self::BerpotensiNegatif, Self::Negatif];

    /// The name in JSON, SQL and the index.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Positif => "positif",
            Self::Netral => "netral",
            Self::BerpotensiNegatif => "berpotensi_negatif",
            Self::Negatif => "negatif",
        }
    }

    /// The name shown to officials.
    pub fn label(self) -> &'static str {
        match self {
            Self::BerpotensiNegatif => "berpotensi negatif",
            other => other.as_str(),
        }
    }
}

/// Tone with its reason.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToneFinding {
    /// Which of the four.
    pub label: Tone,
    /// Why, in a few Indonesian words.
    pub reason: String,
    /// 0 to 1; absent where the word lists decided alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    /// The words that decided it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Span>,
}

/// A topic found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TopicFinding {
    /// Topic of the region's list.
    pub id: TopicId,
    /// 0 to 1.
    pub confidence: f32,
    /// The words that decided it.
    pub evidence: Vec<Span>,
}

/// A place found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlaceFinding {
    /// Kemendagri code with dots.
    pub code: PlaceCode,
    /// Official name.
    pub name: String,
    /// Where it is mentioned.
    pub evidence: Vec<Span>,
}

/// An agency found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgencyFinding {
    /// Agency of the region's list.
    pub id: AgencyId,
    /// Whose agency it is: what the office may order and what it may only coordinate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Authority>,
    /// Where it is mentioned.
    pub evidence: Vec<Span>,
}

/// A programme, index or system found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProgrammeFinding {
    /// Programme of the region's list.
    pub id: ProgrammeId,
    /// Where it is mentioned.
    pub evidence: Vec<Span>,
}

/// A holder of a public office.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonFinding {
    /// The office in lower case, with the agency or place that it belongs to: `gubernur`, `kepala_diskominfo`, `bupati_kukar`.
    pub role: String,
    /// As fully named as the document names the holder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where the office or its holder is mentioned.
    pub evidence: Vec<Span>,
}

/// A quantity that the text states.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Number {
    /// Its value, scales such as "miliar" multiplied in.
    pub value: f64,
    /// What is counted or measured, as a short Indonesian noun: `rupiah`, `persen`, `orang`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The year that the quantity is of, where the text gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i16>,
    /// First byte.
    pub start: u32,
    /// One past the last byte, scale and unit included.
    pub end: u32,
}

/// A direct quotation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quote {
    /// The words between the quotation marks.
    pub text: String,
    /// Who said it, as fully named as the document names them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speaker: Option<String>,
    /// The speaker's public role ("Kepala Dinas …"), where the document gives one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// First byte of the words.
    pub start: u32,
    /// One past their last byte.
    pub end: u32,
}

/// What a text does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpeechAct {
    /// Complains of something that should work.
    Aduan,
    /// Wishes or proposes something.
    Aspirasi,
    /// Asks.
    Pertanyaan,
    /// Thanks or praises.
    Apresiasi,
    /// Holds an opinion.
    Opini,
    /// Informs.
    Informasi,
    /// Advertises.
    Promosi,
}

impl SpeechAct {
    /// The name in JSON, SQL and the index.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aduan => "aduan",
            Self::Aspirasi => "aspirasi",
            Self::Pertanyaan => "pertanyaan",
            Self::Apresiasi => "apresiasi",
            Self::Opini => "opini",
            Self::Informasi => "informasi",
            Self::Promosi => "promosi",
        }
    }
}

/// Why a text is spam.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spam {
    /// Online gambling.
    Gambling,
    /// Pornography.
    Pornography,
    /// Illegal loans.
    Loans,
    /// Any other advertising.
    Promotion,
}

impl Spam {
    /// The name in JSON, SQL and the index.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gambling => "gambling",
            Self::Pornography => "pornography",
            Self::Loans => "loans",
            Self::Promotion => "promotion",
        }
    }
}

/// A piece of personal data, to be masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonalData {
    /// What it is.
    pub kind: PersonalDataKind,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// Kinds of personal data that are masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonalDataKind {
    /// National identity number, 16 digits.
    Nik,
    /// Family card number, 16 digits.
    Kk,
    /// Telephone or WhatsApp number.
    Phone,
    /// E-mail address.
    Email,
    /// Bank account number.
    Account,
    /// Vehicle plate.
    Plate,
    /// House address.
    Address,
    /// A citizen's account handle (`@name`) in a post or comment.
    Handle,
    /// The name of a private person. Masked wherever a document is shown; `analyse` does not report it.
    Name,
}

/// A reason to check a claim; never a verdict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    /// Signal of the language's list.
    pub id: SignalId,
    /// How much it counts.
    pub weight: u8,
    /// Why, in a few Indonesian words.
    pub why: String,
    /// The words that triggered it.
    pub evidence: Vec<Span>,
}

/// What the signals add up to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Verification {
    /// Whether a person should look at it.
    pub status: VerificationStatus,
    /// 0 to 1, from the signals' weights; orders the queue, judges nothing.
    pub score: f32,
    /// Fact-checks that look alike; filled once claims are known.
    #[serde(default)]
    pub matches: Vec<ClaimMatch>,
}

/// The only two states that a machine may give.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerificationStatus {
    /// Nothing to check.
    #[default]
    None,
    /// A person should check it.
    PerluVerifikasi,
}

/// A fact-check that looks like the text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClaimMatch {
    /// Id of the fact-check.
    pub claim_id: String,
    /// Similarity, 0 to 1.
    pub score: f32,
    /// `suggest` or `confirm`.
    pub level: String,
}
