//! The JSON lines that scripts rely on: search hits and issues.

use jiff::{Timestamp, civil::Date};
use model::{
    Coverage, DocumentId, Issue, IssueId, PlaceCode, Polarity, Record, Risk, SourceKind, Story, StoryId, Tone, TopicId,
};
use serde::Serialize;

/// One hit of `search --json`.
#[derive(Clone, Debug, Serialize)]
pub struct HitLine {
    /// The document's id as given.
    pub id: DocumentId,
    /// Title, masked.
    pub title: Option<String>,
    /// Address.
    pub url: Option<String>,
    /// Who published it.
    pub source: String,
    /// What sort of voice it is.
    pub kind: SourceKind,
    /// Publication time, where known.
    pub published_at: Option<Timestamp>,
    /// The day of the event that it reports.
    pub event_date: Option<Date>,
    /// ISO 639-3.
    pub lang: String,
    /// Earned, paid or official.
    pub coverage: Coverage,
    /// Tone towards the government in the matter.
    pub tone: Option<Tone>,
    /// Polarity of the text.
    pub sentiment: Option<Polarity>,
    /// Topics, most confident first.
    pub topics: Vec<TopicId>,
    /// Places, most specific first.
    pub places: Vec<PlaceCode>,
    /// The issue that it stands in, where that is known.
    pub issue: Option<IssueId>,
    /// Words around the match, the match between `**`.
    pub snippet: Option<String>,
    /// Score of the match.
    pub score: f32,
}

/// A record as a hit without a query.
pub fn hit_line(record: &Record, issue: Option<IssueId>) -> HitLine {
    HitLine {
        id: record.id.clone(),
        title: record.title.clone(),
        url: record.url.clone(),
        source: record.source.to_string(),
        kind: record.kind,
        published_at: record.published_at,
        event_date: record.event_date,
        lang: record.lang.clone(),
        coverage: record.coverage,
        tone: record.tone,
        sentiment: record.sentiment,
        topics: record.topics.clone(),
        places: record.places.clone(),
        issue,
        snippet: None,
        score: 0.0,
    }
}

/// One line of `issues --json`.
#[derive(Clone, Debug, Serialize)]
pub struct IssueLine<'a> {
    /// The issue.
    pub id: &'a IssueId,
    /// Its title.
    pub title: &'a str,
    /// How bad.
    pub risk: Risk,
    /// Why, with figures.
    pub risk_reasons: &'a [String],
    /// Time of its first document.
    pub first_seen: Timestamp,
    /// Time of its last document.
    pub last_seen: Timestamp,
    /// Items a window, oldest first; null is a gap.
    pub trend: Vec<Option<u32>>,
    /// Last window against the mean of those before it.
    pub rise: Option<f32>,
    /// Topics by share.
    pub topics: &'a [TopicId],
    /// Places by share.
    pub places: &'a [PlaceCode],
    /// Its stories with their members.
    pub stories: Vec<StoryLine<'a>>,
}

/// One story of an issue line.
#[derive(Clone, Debug, Serialize)]
pub struct StoryLine<'a> {
    /// The story.
    pub id: &'a StoryId,
    /// Its title.
    pub title: &'a str,
    /// Ids of its documents as given.
    pub members: Vec<&'a DocumentId>,
}

/// An issue as a line.
pub fn issue_line(issue: &Issue) -> IssueLine<'_> {
    IssueLine {
        id: &issue.id,
        title: &issue.title,
        risk: issue.risk,
        risk_reasons: &issue.risk_reasons,
        first_seen: issue.first_seen,
        last_seen: issue.last_seen,
        trend: issue.trend.iter().map(|day| day.count).collect(),
        rise: issue.rise,
        topics: &issue.topics,
        places: &issue.places,
        stories: issue.stories.iter().map(story_line).collect(),
    }
}

fn story_line(story: &Story) -> StoryLine<'_> {
    StoryLine { id: &story.id, title: &story.title, members: story.members.iter().map(|member| &member.id).collect() }
}

/// Spam as the last line of `issues --json`, so that every document stands in exactly one story.
#[derive(Clone, Debug, Serialize)]
pub struct SpamLine<'a> {
    id: &'static str,
    title: &'static str,
    risk: Risk,
    first_seen: Timestamp,
    last_seen: Timestamp,
    stories: Vec<StoryLine<'a>>,
}

/// The line of spam, where there is any.
pub fn spam_line(spam: &[Story]) -> Option<SpamLine<'_>> {
    Some(SpamLine {
        id: "spam",
        title: "Spam (tidak dihitung)",
        risk: Risk::Hijau,
        first_seen: spam.iter().map(|story| story.first_seen).min()?,
        last_seen: spam.iter().map(|story| story.last_seen).max()?,
        stories: spam.iter().map(story_line).collect(),
    })
}
