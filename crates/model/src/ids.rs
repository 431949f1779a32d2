//! Names and identifiers: newtypes, so that a topic never stands where a place is wanted.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The identifier as text.
            pub fn as_str(&self) -> &str { &self.0 }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.0) }
        }
        impl From<&str> for $name { fn from(value: &str) -> Self { Self(value.to_owned()) } }
        impl From<String> for $name { fn from(value: String) -> Self { Self(value) } }
        impl AsRef<str> for $name { fn as_ref(&self) -> &str { &self.0 } }
    )*};
}

id! {
    /// A source as the pipeline, the file or the item itself names it (an outlet, an account list, an imported file).
    SourceName;
    /// A document's id as its file or source gave it; unique together with its source.
    DocumentId;
    /// A topic of the region's list, such as `banjir`.
    TopicId;
    /// A Kemendagri area code with dots, such as `64.72`; Ibu Kota Nusantara is `64.IKN`.
    PlaceCode;
    /// An agency of the region's list, such as `dpupr`.
    AgencyId;
    /// A programme, index or system of the region's list, such as `gratispol`.
    ProgrammeId;
    /// A hoax signal, such as `call_to_forward`; never a verdict.
    SignalId;
    /// One event: the documents that report the same thing.
    StoryId;
    /// A theme that lives for days: one or more stories.
    IssueId;
    /// A decision of a person.
    DecisionId;
    /// An alert.
    AlertId;
    /// A claim in the verification queue.
    ClaimId;
    /// A fact-check: `claim_id` where texts are matched.
    FactCheckId;
    /// A task that somebody was given.
    TaskId;
    /// A brief: its name in the pipeline and its local date, such as `harian-2026-11-20`.
    BriefId;
}

/// A document's identity across sources: `(source, id)`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DocumentKey {
    /// Where the document comes from.
    pub source: SourceName,
    /// The id that the source gave it.
    pub id: DocumentId,
}

impl fmt::Display for DocumentKey {
    // The unit separator cannot stand in a name read from a line of text, so the pair stays unambiguous.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\u{1f}{}", self.source, self.id)
    }
}
