//! Rows of clippings, for tables: one a story, or one a reference in briefs that list no stories.
//!
//! Citizens stay citizens here: no address, no key, and "warga" for a name, whatever the brief carries.

use crate::paper::web_address;
use jiff::Timestamp;
use model::{Brief, SourceKind};

/// Rows of a table of clippings; the brief promises no more.
pub(crate) const MOST: usize = 5_000;

/// One row, borrowed from the brief.
pub(crate) struct Clipping<'a> {
    pub number: u32,
    pub at: Timestamp,
    pub title: &'a str,
    pub source: &'a str,
    pub kind: SourceKind,
    pub coverage: &'a str,
    pub tone: &'a str,
    pub topic: &'a str,
    pub place: &'a str,
    pub issue: &'a str,
    /// Items in the story, copies included; `None` in a list of references.
    pub items: Option<u32>,
    pub outlets: Option<u32>,
    pub url: Option<String>,
    /// What a reader must know about it, or empty.
    pub note: &'static str,
}

/// The rows, in the order of the brief.
pub(crate) fn clippings(brief: &Brief) -> Vec<Clipping<'_>> {
    match brief.stories.as_slice() {
        [] => references(brief),
        stories => stories
            .iter()
            .take(MOST)
            .map(|story| Clipping {
                number: story.number,
                at: story.at,
                title: &story.title,
                source: name(story.kind, &story.source),
                kind: story.kind,
                coverage: &story.coverage,
                tone: &story.tone,
                topic: &story.topic,
                place: &story.place,
                issue: &story.issue,
                items: Some(story.items),
                outlets: Some(story.outlets),
                url: address(story.kind, story.url.as_deref()),
                note: "",
            })
            .collect(),
    }
}

/// The clippings that statements refer to, by number.
pub(crate) fn references(brief: &Brief) -> Vec<Clipping<'_>> {
    let rows = brief.references.iter().take(MOST).map(|reference| Clipping {
        number: reference.number,
        at: reference.at,
        title: &reference.title,
        source: name(reference.kind, &reference.source),
        kind: reference.kind,
        coverage: &reference.coverage,
        tone: &reference.tone,
        topic: &reference.topic,
        place: &reference.place,
        issue: "",
        items: None,
        outlets: None,
        url: address(reference.kind, reference.url.as_deref()),
        note: if reference.late { "terbit sebelum periode, tidak dihitung" } else { "" },
    });
    rows.collect()
}

fn name(kind: SourceKind, source: &str) -> &str {
    if kind.is_public_voice() { "warga" } else { source }
}

/// An address leads to a publication, never to a person.
fn address(kind: SourceKind, url: Option<&str>) -> Option<String> {
    web_address(url).filter(|_| !kind.is_public_voice())
}
