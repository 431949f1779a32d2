//! `Story` and `Issue`: one event, and a theme that lives for days.

use crate::{
    AgencyId, Burst, Coordination, Coverage, DocumentKey, IssueId, PlaceCode, SignalNote, SourceKind, SourceName,
    StoryId, ToneCount, TopicId, Trend, Window,
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// One event: near-copies, syndication and independent reports of the same thing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Story {
    /// Stable over replays: derived from the story's first document.
    pub id: StoryId,
    /// Title of its most representative document.
    pub title: String,
    /// The day of the event, where its documents agree on one.
    pub event_date: Option<Date>,
    /// Time of the first document.
    pub first_seen: Timestamp,
    /// Time of the last document.
    pub last_seen: Timestamp,
    /// Its documents, oldest first.
    pub members: Vec<DocumentKey>,
    /// How many of the members are near-copies of another member; counted once as coverage.
    pub copies: u32,
}

/// A theme that lives for days, with everything a leader needs to weigh it.
///
/// Every count covers the frame's last window unless it says otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Issue {
    /// Stable over replays: derived from the issue's first story.
    pub id: IssueId,
    /// What it is about, in the words of its material.
    pub title: String,
    /// How bad it is.
    pub risk: Risk,
    /// Why, one Indonesian clause a reason, with its figures.
    pub risk_reasons: Vec<String>,
    /// Time of the first document.
    pub first_seen: Timestamp,
    /// Time of the last document.
    pub last_seen: Timestamp,
    /// Its stories, largest first.
    pub stories: Vec<Story>,
    /// Documents in the last window.
    pub count: u32,
    /// Documents over all windows.
    pub total: u32,
    /// Topics by share, largest first.
    pub topics: Vec<TopicId>,
    /// Places by share, largest first.
    pub places: Vec<PlaceCode>,
    /// Agencies by share, largest first.
    pub agencies: Vec<AgencyId>,
    /// Voices, one entry a window of the frame, oldest first: copies once, one account up to its cap.
    pub trend: Vec<DayCount>,
    /// Last window against the mean of the windows before it; absent without a base to compare with.
    pub rise: Option<f32>,
    /// The last window against what is usual at its weekday and hours.
    #[serde(default)]
    pub usual: Option<Trend>,
    /// Sudden rises.
    #[serde(default)]
    pub bursts: Vec<Burst>,
    /// True for a small matter that grows fast.
    #[serde(default)]
    pub weak_signal: bool,
    /// Signs that part of the conversation is not many people speaking for themselves.
    #[serde(default)]
    pub coordination: Option<Coordination>,
    /// The agency that answers for it.
    #[serde(default)]
    pub owner: Option<AgencyId>,
    /// True where a person keeps it in sight.
    #[serde(default)]
    pub pinned: bool,
    /// Tone of what was earned or said by citizens; advertorials and official releases are not in it.
    pub tone: ToneCount,
    /// Items whose tone was given below its threshold.
    pub unsure: u32,
    /// Earned, paid and official items, apart.
    pub coverage: CoverageCount,
    /// Sources with their counts, largest first.
    pub sources: Vec<SourceCount>,
    /// Extractive summary: sentences of the material, each with its document.
    pub summary: Vec<Sentence>,
    /// Typical items, at most six, of different sources.
    pub exemplars: Vec<Exemplar>,
    /// What office holders and institutions said.
    pub statements: Vec<SaidBy>,
    /// How groups of outlets and voices tell it, one example each.
    #[serde(default)]
    pub framing: Vec<Framing>,
    /// Questions that citizens ask, by frequency.
    pub questions: Vec<Sentence>,
    /// What nobody has said yet and a leader would ask, one Indonesian sentence each.
    #[serde(default)]
    pub unknown: Vec<String>,
    /// An official release or a named official's answer inside the issue, if there is one.
    pub official_response: Option<Exemplar>,
    /// Signals found in its documents, by frequency; reasons to check, never a verdict.
    pub signals: Vec<SignalTally>,
    /// Documents that a person should check.
    pub needs_verification: u32,
}

impl Issue {
    /// Every document that the issue's texts rest on.
    pub fn cited(&self) -> impl Iterator<Item = &DocumentKey> {
        let sentences = self.summary.iter().chain(&self.questions).map(|sentence| &sentence.document);
        let statements = self.statements.iter().map(|said| &said.document);
        let framing = self.framing.iter().map(|framing| &framing.example);
        let others = self.exemplars.iter().chain(&self.official_response).chain(framing);
        sentences.chain(statements).chain(others).map(|exemplar| &exemplar.key)
    }
}

/// Risk levels of the region's list, mildest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// Normal: watch.
    #[default]
    Hijau,
    /// Needs attention: prepare material, tell the agency.
    Kuning,
    /// May become a crisis: recommendation and spokesperson within hours.
    Oranye,
    /// Crisis: threat to safety or order, or an announcement that the law wants at once.
    Merah,
}

impl Risk {
    /// The name in JSON, the index and on the page.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hijau => "hijau",
            Self::Kuning => "kuning",
            Self::Oranye => "oranye",
            Self::Merah => "merah",
        }
    }

    /// The shape that carries the level in black-and-white print.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Hijau => "○",
            Self::Kuning => "●",
            Self::Oranye => "◆",
            Self::Merah => "▲",
        }
    }
}

/// One window's count; `None` where the data has a gap, which is not zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayCount {
    /// The local date on which the window ends.
    pub date: Date,
    /// Documents, or nothing known.
    pub count: Option<u32>,
}

/// Items by who paid for or made them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverageCount {
    /// Outlets' own articles and broadcasts.
    pub earned_media: u32,
    /// Paid articles.
    pub advertorial: u32,
    /// The government's own releases.
    pub official: u32,
    /// Citizens' posts, comments, complaints, reviews.
    pub public: u32,
}

impl CoverageCount {
    /// Adds one item.
    pub fn add(&mut self, coverage: Coverage, kind: SourceKind) {
        match coverage {
            Coverage::Advertorial => self.advertorial += 1,
            Coverage::Official => self.official += 1,
            Coverage::Earned if kind.is_public_voice() => self.public += 1,
            Coverage::Earned => self.earned_media += 1,
        }
    }
}

/// A source and how often it spoke.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceCount {
    /// The source.
    pub source: SourceName,
    /// What sort of voice it is.
    pub kind: SourceKind,
    /// Its items.
    pub count: u32,
}

/// A sentence taken from a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sentence {
    /// The sentence, masked.
    pub text: String,
    /// Where it stands.
    pub document: Exemplar,
    /// Voices that said the same; 0 where they were not counted.
    #[serde(default)]
    pub count: u32,
}

/// A document that stands for others, with what a reader needs to find it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exemplar {
    /// The document.
    pub key: DocumentKey,
    /// What sort of voice it is.
    pub kind: SourceKind,
    /// Earned, paid or official.
    pub coverage: Coverage,
    /// Title or first words, masked.
    pub title: String,
    /// Its address.
    pub url: Option<String>,
    /// When it counts.
    pub at: Timestamp,
    /// False where `at` is only the day on which it was first seen.
    pub dated: bool,
}

/// What a named public speaker said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SaidBy {
    /// Who.
    pub speaker: String,
    /// In which public role, as the document says.
    pub role: Option<String>,
    /// The words.
    pub text: String,
    /// Where.
    pub document: Exemplar,
}

/// How one group of outlets or voices tells an issue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Framing {
    /// Who: "media daring Samarinda", "media nasional", "warga", "rilis resmi".
    pub group: String,
    /// Its items in the last window.
    pub count: u32,
    /// Tone of these.
    pub tone: ToneCount,
    /// Words that it uses more than the others do.
    pub words: Vec<String>,
    /// A typical item.
    pub example: Exemplar,
}

/// A signal and how many documents show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignalTally {
    /// The signal with the reason of its first document.
    pub signal: SignalNote,
    /// Documents that show it.
    pub count: u32,
}

/// The time that issues are looked at: windows of one day, oldest first; the last is the one reported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// Windows, oldest first, each ending where the next begins.
    pub windows: Vec<FrameWindow>,
}

/// One window of a frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FrameWindow {
    /// The local date on which it ends.
    pub date: Date,
    /// From (exclusive) and to (inclusive).
    pub window: Window,
    /// Sources that normally speak but were not received in it; if most are, the window is a gap.
    pub missing_sources: Vec<SourceName>,
    /// True where the window has no usable data at all.
    pub gap: bool,
}
