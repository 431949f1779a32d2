//! `story_rows`: one row a story of the window, for tables of clippings; what matters most comes first.

use crate::words;
use model::{Coverage, DocumentKey, Issue, Place, PlaceCode, PlaceLevel, Record, Region, SourceKind, StoryRow, Window};
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

/// Rows at most: more would be no table that anybody reads.
pub const STORY_ROWS_MAX: usize = 5_000;
/// Longest title in the table.
const TITLE_CHARS: usize = 140;
/// What stands for a citizen, who is never named.
const CITIZEN: &str = "warga";

/// Rows of the stories that have an item in the window: stories of outlets before those of citizens alone, urgent
/// issues before quiet ones, large stories before small ones.
///
/// `records` are the documents of the window; those that are not in it are left out of every figure.
pub fn story_rows(region: &Region, issues: &[Issue], records: &[Record], window: &Window) -> Vec<StoryRow> {
    let known: HashMap<DocumentKey, &Record> = records
        .iter()
        .filter(|record| window.contains(record.at) && record.spam.is_none() && !record.withdrawn)
        .map(|record| (record.key(), record))
        .collect();
    let mut stories = Vec::new();
    for issue in issues.iter().filter(|issue| issue.count > 0) {
        for story in &issue.stories {
            let mut inside: Vec<&Record> = story.members.iter().filter_map(|key| known.get(key).copied()).collect();
            inside.sort_by_key(|record| (record.at, record.sequence));
            if let Some(first) = inside.iter().min_by_key(|record| (standing(record), record.at)) {
                let earned = standing(first) == 0;
                stories.push((Reverse(earned), Reverse(issue.risk), Reverse(inside.len()), first.at, issue, inside));
            }
        }
    }
    stories.sort_by(|a, b| (&a.0, &a.1, &a.2, &a.3, a.5[0].key()).cmp(&(&b.0, &b.1, &b.2, &b.3, b.5[0].key())));
    stories.truncate(STORY_ROWS_MAX);
    let rows = stories.iter().zip(1..).map(|((.., issue, inside), number)| row(region, issue, inside, number));
    rows.collect()
}

/// Who stands for a story: an outlet's own report, then a release, then a paid one, then a citizen.
fn standing(record: &Record) -> u8 {
    match record.coverage {
        _ if record.kind.is_public_voice() => 3,
        Coverage::Earned => 0,
        Coverage::Official => 1,
        Coverage::Advertorial => 2,
    }
}

fn row(region: &Region, issue: &Issue, inside: &[&Record], number: u32) -> StoryRow {
    let stands =
        *inside.iter().min_by_key(|record| (standing(record), record.at)).expect("only stories with an item get a row");
    let is_citizen = stands.kind.is_public_voice();
    let is_outlet = |record: &&&Record| matches!(record.kind, SourceKind::News | SourceKind::Broadcast);
    let outlets: BTreeSet<_> = inside.iter().filter(is_outlet).map(|record| &record.source).collect();
    let topic = stands.topics.first().and_then(|id| region.topic(id));
    StoryRow {
        number,
        key: stands.key(),
        title: title(&stands.heading(usize::MAX)),
        source: if is_citizen { CITIZEN.to_owned() } else { outlet(region, stands.source.as_str()).to_owned() },
        kind: stands.kind,
        at: inside.iter().map(|record| record.at).min().unwrap_or(stands.at),
        url: stands.url.clone().filter(|_| !is_citizen),
        issue: words::without_addresses(&issue.title),
        tone: stands.tone.map_or_else(String::new, |tone| tone.label().to_owned()),
        topic: topic.map_or_else(String::new, |topic| words::without_verdict(&topic.label)),
        place: stands.places.iter().find_map(|code| place(region, code)).map_or_else(String::new, |p| p.short.clone()),
        coverage: if is_citizen { "unggahan warga" } else { stands.coverage.label() }.to_owned(),
        items: inside.len() as u32,
        outlets: outlets.len() as u32,
    }
}

fn title(text: &str) -> String {
    words::shorten(&words::without_addresses(text), TITLE_CHARS)
}

fn outlet<'a>(region: &'a Region, source: &'a str) -> &'a str {
    let is =
        |medium: &&model::Medium| medium.host.eq_ignore_ascii_case(source) || medium.name.eq_ignore_ascii_case(source);
    region.media.iter().find(is).map_or(source, |medium| medium.name.as_str())
}

/// The regency or city of a place, or the area of its own that stands beside them; never the whole region.
fn place<'a>(region: &'a Region, code: &PlaceCode) -> Option<&'a Place> {
    region
        .regency_of(code)
        .or_else(|| region.place(code).filter(|place| place.level == PlaceLevel::Province && place.code != region.code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outlet_stands_for_its_story_and_a_citizen_is_not_named() {
        let window =
            Window { from: "2026-11-18T22:00:00Z".parse().unwrap(), to: "2026-11-19T22:00:00Z".parse().unwrap() };
        let record = |id: &str, source: &str, kind, hour: i64| Record {
            id: id.into(),
            source: source.into(),
            kind,
            coverage: Coverage::Earned,
            at: window.from + jiff::SignedDuration::from_hours(hour),
            title: Some(format!("Judul {id} https://jejaring.test/@akun")),
            url: Some(format!("https://contoh.test/{id}")),
            ..Record::default()
        };
        let records = [
            record("a", "akun-warga", SourceKind::Post, 1),
            record("b", "Kabar Satu", SourceKind::News, 2),
            record("c", "akun-warga", SourceKind::Post, 3),
            record("d", "akun-warga", SourceKind::Post, 30),
        ];
        let story = |members: &[&Record]| model::Story {
            id: members[0].id.as_str().into(),
            title: String::new(),
            event_date: None,
            first_seen: window.from,
            last_seen: window.to,
            members: members.iter().map(|record| record.key()).collect(),
            copies: 0,
        };
        let stories = vec![story(&[&records[2]]), story(&[&records[0], &records[1]]), story(&[&records[3]])];
        let issue = serde_json::json!({"id": "i", "title": "Isu", "risk": "kuning", "risk_reasons": [],
            "first_seen": window.from, "last_seen": window.to, "stories": stories, "count": 3, "total": 4, "topics": [],
            "places": [], "agencies": [], "trend": [], "rise": null, "tone": {"positif": 0, "netral": 0,
            "berpotensi_negatif": 0, "negatif": 0}, "unsure": 0, "coverage": {"earned_media": 0, "advertorial": 0,
            "official": 0, "public": 0}, "sources": [], "summary": [], "exemplars": [], "statements": [],
            "questions": [], "official_response": null, "signals": [], "needs_verification": 0});
        let issue: Issue = serde_json::from_value(issue).unwrap();
        let rows = story_rows(&Region::default(), &[issue], &records, &window);
        let told: Vec<_> = rows.iter().map(|row| (row.number, row.source.as_str(), row.items, row.outlets)).collect();
        assert_eq!(told, [(1, "Kabar Satu", 2, 1), (2, "warga", 1, 0)]);
        assert_eq!((rows[1].url.as_deref(), rows[1].title.as_str()), (None, "Judul c [tautan]"));
    }
}
