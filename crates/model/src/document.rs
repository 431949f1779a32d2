//! `Document`: an item made readable, before any judgement.

use crate::{DocumentId, DocumentKey, Engagement, Problem, SourceKind, SourceName};
use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// One readable text with what is known about it.
///
/// Offsets everywhere count UTF-8 bytes into [`Document::full_text`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// The id that the source gave it.
    pub id: DocumentId,
    /// Who published it.
    pub source: SourceName,
    /// What sort of voice it is.
    pub kind: SourceKind,
    /// Canonical address, without tracking parameters.
    pub url: Option<String>,
    /// Title as plain text.
    pub title: Option<String>,
    /// Body as plain text; paragraphs are separated by one newline. Boilerplate is gone.
    pub text: String,
    /// The writer named in a byline ("Penulis: …"), a field instead of a line of text.
    pub byline: Option<String>,
    /// The editor named in a byline ("Editor: …").
    pub editor: Option<String>,
    /// The outlet that the page or its dateline names.
    pub site: Option<String>,
    /// Keyed pseudonym of the account, for caps and de-duplication only; never shown.
    pub author_pseudonym: Option<String>,
    /// Publication time, from the source or from the text.
    pub published_at: Option<Timestamp>,
    /// The day of the event that the text reports, where it says so.
    pub event_date: Option<Date>,
    /// When Pesut first received the item.
    pub first_seen_at: Timestamp,
    /// Earned, paid or the government's own.
    pub coverage: Coverage,
    /// The words, path or registry entry that decided `coverage`.
    pub coverage_evidence: Option<String>,
    /// The source's categories and tags.
    pub tags: Vec<String>,
    /// Addresses that the body links to.
    pub links: Vec<String>,
    /// Reactions counted by the platform.
    pub engagement: Engagement,
}

impl Document {
    /// The text that is analysed: `title + "\n" + text`, or `text` where there is no title.
    pub fn full_text(&self) -> String {
        match &self.title {
            Some(title) => format!("{title}\n{}", self.text),
            None => self.text.clone(),
        }
    }

    /// The day that the text is about: its event's, else that of its publication.
    pub fn day(&self) -> Option<Date> {
        self.event_date.or_else(|| self.published_day())
    }

    /// The day of publication in the world's time, which is a day's part off at most.
    pub fn published_day(&self) -> Option<Date> {
        self.published_at.map(|time| time.to_zoned(TimeZone::UTC).date())
    }

    /// Identity across sources.
    pub fn key(&self) -> DocumentKey {
        DocumentKey { source: self.source.clone(), id: self.id.clone() }
    }
}

/// A document with what was odd about it: the shape in which strange items travel on.
pub type Read = (Document, Vec<Problem>);

/// Who paid for or made a text. The three are never added together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    /// Somebody else's own words.
    #[default]
    Earned,
    /// Paid for; marked as such by the outlet.
    Advertorial,
    /// The government's own release.
    Official,
}

impl Coverage {
    /// The name in JSON, SQL, TOML and the index.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Earned => "earned",
            Self::Advertorial => "advertorial",
            Self::Official => "official",
        }
    }

    /// The name shown to officials.
    pub fn label(self) -> &'static str {
        match self {
            Self::Earned => "liputan mandiri",
            Self::Advertorial => "advertorial (berbayar)",
            Self::Official => "rilis resmi",
        }
    }
}
