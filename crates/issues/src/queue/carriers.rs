//! Which documents carry a claim, and which of them carry the same one.
//!
//! A document comes here by signals or because it repeats what a fact-checker has checked. Never by its tone: a
//! complaint that nobody likes to hear is no claim to verify, and words that it shares with a fact-check make it none.

use super::{Standing, ids};
use jiff::Timestamp;
use model::{ClaimId, ClaimMatch, Coverage, DocumentKey, Record, SourceKind, SpeechAct, StoryId};
use rustc_hash::FxHashSet;
use std::collections::{BTreeMap, BTreeSet};

/// The signal of a text that says itself that something was denied.
const DENIED: &str = "denied_officially";
/// The level of a match that is sure enough to look at a text for.
const CONFIRM: &str = "confirm";

/// Documents of one claim, oldest first.
pub(super) struct Carried<'a> {
    pub(super) records: Vec<&'a Record>,
    /// Those among them that the machine flags; the others are here because people named them.
    pub(super) flagged: Vec<&'a Record>,
    pub(super) story: Option<StoryId>,
}

/// The documents that a person should check, by claim; the claim's key is the id made of its first document.
///
/// `named` are documents that a person named or decided about: they carry a claim whatever the machine thinks today,
/// so that another lexicon loses no decision.
pub(super) fn carriers<'a>(
    records: &[&'a Record],
    standings: &BTreeMap<DocumentKey, Standing>,
    matches: &BTreeMap<DocumentKey, Vec<ClaimMatch>>,
    named: &BTreeSet<DocumentKey>,
) -> Vec<(ClaimId, Carried<'a>)> {
    let confirmed: FxHashSet<(&str, &str)> =
        matches.iter().filter(|(_, found)| found.iter().any(is_confirmed)).map(|(key, _)| parts(key)).collect();
    let named: FxHashSet<(&str, &str)> = named.iter().map(parts).collect();
    let mut groups: BTreeMap<Group, Vec<(&Record, bool)>> = BTreeMap::new();
    for record in records {
        let name = (record.source.as_str(), record.id.as_str());
        let flagged = carries(record, confirmed.contains(&name));
        if flagged || named.contains(&name) {
            let key = record.key();
            let group = match standings.get(&key) {
                Some(standing) => Group::Story(standing.story.clone()),
                None => Group::Alone(key),
            };
            groups.entry(group).or_default().push((record, flagged));
        }
    }
    groups
        .into_iter()
        .map(|(group, mut records)| {
            records.sort_by_cached_key(|(record, _)| (record.first_seen_at, record.at, record.key()));
            let flagged = records.iter().filter(|(_, flagged)| *flagged).map(|(record, _)| *record).collect();
            let records: Vec<&Record> = records.into_iter().map(|(record, _)| record).collect();
            let story = match group {
                Group::Story(story) => Some(story),
                Group::Alone(_) => None,
            };
            (ids::of(&records[0].key()), Carried { records, flagged, story })
        })
        .collect()
}

fn parts(key: &DocumentKey) -> (&str, &str) {
    (key.source.as_str(), key.id.as_str())
}

/// What makes documents one claim.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Story(StoryId),
    Alone(DocumentKey),
}

fn carries(record: &Record, confirmed: bool) -> bool {
    let speaks_about = matches!(record.kind, SourceKind::Factcheck | SourceKind::Official)
        || record.coverage == Coverage::Official
        || denies(record);
    record.spam.is_none() && !speaks_about && (record.needs_verification() || confirmed && may_repeat(record))
}

/// True where a sure match alone says enough: for a citizen's own words that neither complain nor ask. Whoever
/// complains or asks about a matter that was checked, and whoever reports on it, has no claim to be verified.
fn may_repeat(record: &Record) -> bool {
    matches!(record.kind, SourceKind::Post | SourceKind::Comment)
        && !matches!(record.speech_act, Some(SpeechAct::Aduan | SpeechAct::Pertanyaan))
}

/// True for a match that is sure; one that is only suggested brings nothing in and joins nothing.
pub(super) fn is_confirmed(found: &ClaimMatch) -> bool {
    found.level == CONFIRM
}

/// True for a report that denies the claim, and for a citizen who passes the denial on. A chain letter that says of
/// itself that it was denied "by those who want to hide it" still carries signals of its own.
fn denies(record: &Record) -> bool {
    let outlet = matches!(record.kind, SourceKind::News | SourceKind::Broadcast);
    (outlet || !record.needs_verification()) && record.signals.iter().any(|signal| signal.id.as_str() == DENIED)
}

/// The documents as they stand at a moment: neither replaced nor taken down, and neither published nor received later.
pub(super) fn current(records: &[Record], now: Timestamp) -> Vec<&Record> {
    let is_known = |record: &&Record| record.at <= now || record.first_seen_at <= now;
    let known: Vec<&Record> = records.iter().filter(is_known).collect();
    let replaced: BTreeSet<u64> = known.iter().filter_map(|record| record.replaces).collect();
    known.into_iter().filter(|record| !record.withdrawn && !replaced.contains(&record.sequence)).collect()
}
