//! `Record`: one analysed document as the derived side keeps it: masked, without offsets.
//!
//! The index stores it, the facts are its columns, issues are grouped from it. Made by `pipeline`
//! from a `Document`, its `Analysis` and the masked text; never written to truth.

use crate::{
    AgencyId, Coverage, DocumentId, DocumentKey, Engagement, PlaceCode, Polarity, ProgrammeId, SignalId, SourceKind,
    SourceName, Spam, SpeechAct, Tone, TopicId,
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// A document as it is searched, counted, grouped and shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    /// Position in truth.
    pub sequence: u64,
    /// The sequence of the revision that this one replaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaces: Option<u64>,
    /// True where the source took the item down: it leaves search and figures.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub withdrawn: bool,
    /// The id that the source gave it.
    pub id: DocumentId,
    /// Who published it.
    pub source: SourceName,
    /// What sort of voice it is.
    pub kind: SourceKind,
    /// Canonical address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Title, masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Body, masked; paragraphs separated by one newline.
    pub text: String,
    /// When it counts: publication time; the start of that local day where only the day is known;
    /// the start of the local day on which it was first seen where nothing is known.
    pub at: Timestamp,
    /// The local date of `at` in the office's zone.
    pub day: Date,
    /// False where `at` is only the day on which it was first seen.
    pub dated: bool,
    /// Publication time, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_at: Option<Timestamp>,
    /// When Pesut first received it.
    pub first_seen_at: Timestamp,
    /// The day of the event that it reports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_date: Option<Date>,
    /// ISO 639-3, `und` when unsure.
    pub lang: String,
    /// Earned, paid or the government's own.
    pub coverage: Coverage,
    /// Polarity of the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentiment: Option<Polarity>,
    /// Tone towards the government in the matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tone: Option<Tone>,
    /// Why that tone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tone_reason: Option<String>,
    /// Topics, most confident first.
    pub topics: Vec<TopicId>,
    /// Places, most specific first.
    pub places: Vec<PlaceCode>,
    /// Agencies, by first mention.
    pub agencies: Vec<AgencyId>,
    /// Programmes, by first mention.
    pub programmes: Vec<ProgrammeId>,
    /// What the text does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speech_act: Option<SpeechAct>,
    /// Set where the text is spam; spam counts in no tone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spam: Option<Spam>,
    /// Labels given below their threshold.
    pub unsure: Vec<String>,
    /// Hoax signals with their reasons.
    pub signals: Vec<SignalNote>,
    /// 0 to 1; above 0 a person should check the text.
    pub verification_score: f32,
    /// Quotations of named speakers, masked.
    pub quotes: Vec<QuoteNote>,
    /// Keyed pseudonym of the account; for caps only, never shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author_pseudonym: Option<String>,
    /// Reactions counted by the platform.
    pub engagement: Engagement,
}

impl Record {
    /// Identity across sources.
    pub fn key(&self) -> DocumentKey {
        DocumentKey { source: self.source.clone(), id: self.id.clone() }
    }

    /// Title, or the first words of the text where there is none; at most `limit` characters, cut at a word.
    pub fn heading(&self, limit: usize) -> String {
        let line = self.title.as_deref().unwrap_or_else(|| self.text.lines().next().unwrap_or_default());
        if line.chars().count() <= limit {
            return line.to_owned();
        }
        let cut: String = line.chars().take(limit).collect();
        let cut = cut.rsplit_once(' ').map_or(cut.as_str(), |(head, _)| head);
        format!("{cut}…")
    }

    /// True where a person should check the text before it is repeated.
    pub fn needs_verification(&self) -> bool {
        self.verification_score > 0.0
    }
}

/// A hoax signal without offsets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignalNote {
    /// Which signal.
    pub id: SignalId,
    /// Why, in a few Indonesian words.
    pub why: String,
}

/// A quotation without offsets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuoteNote {
    /// The words.
    pub text: String,
    /// Who said it.
    pub speaker: String,
    /// The speaker's public role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}
