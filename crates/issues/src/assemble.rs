//! Issues of a frame from its records and where they stand.

use crate::{
    Grouping, cluster,
    features::{self, Features},
    history::History,
    issue::{self, Material},
    member::Member,
    rarity::Rarity,
    vector::{self, Vector},
    window::Windows,
};
use model::{DocumentKey, Frame, Issue, IssueId, Record, Region, Story, StoryId};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

/// Documents that settle the middle of an issue.
const MIDDLE_OF: usize = 400;

/// Weighs the issues of these records over the frame's windows; the last window is the one reported. A record of which
/// nobody knows where it stands is a story and an issue of its own. `history` is what is known beyond the frame.
pub fn assemble(
    records: &[Record],
    members: &[Member],
    frame: &Frame,
    region: &Region,
    history: Option<&History>,
) -> Grouping {
    let records = standing(records);
    let windows =
        Windows::new(frame, records.iter().map(|record| record.at)).heard(frame, &records, None).with_history(history);
    let (spam, records): (Vec<&Record>, Vec<&Record>) = records.into_iter().partition(|record| record.spam.is_some());
    let known: FxHashMap<&DocumentKey, &Member> = members.iter().map(|member| (&member.key, member)).collect();

    let placed = Placed::new(&records, &known);
    let features = read(&records, region);
    let material =
        Material { records: &records, features: &features, original: &placed.original, windows: &windows, region };
    let mut issues: Vec<Issue> = placed
        .issues
        .par_iter()
        .map(|(id, stories)| {
            let members: Vec<Vec<usize>> = stories.iter().map(|story| placed.stories[story].clone()).collect();
            let mut issue = issue::issue(&material, id, &members, &middle(&members, &features, &placed.original));
            issue.stories.iter_mut().for_each(|story| story.id = placed.story_id(&story.members));
            issue
        })
        .collect();
    issues.sort_by(|a, b| {
        (b.risk, b.count, b.total, b.last_seen).cmp(&(a.risk, a.count, a.total, a.last_seen)).then(a.id.cmp(&b.id))
    });
    let is_now = |member: &usize| windows.is_now(records[*member].at);
    Grouping {
        issues,
        spam: spam_stories(&spam, &known, &windows, region),
        stories: placed.stories.values().filter(|story| story.iter().any(is_now)).count() as u32,
        copies: (0..records.len()).filter(|member| placed.original[*member] != *member && is_now(member)).count()
            as u32,
    }
}

/// Records that were neither replaced nor withdrawn, in the order of time.
pub(crate) fn standing(records: &[Record]) -> Vec<&Record> {
    let replaced: BTreeSet<u64> = records.iter().filter_map(|record| record.replaces).collect();
    let mut records: Vec<&Record> =
        records.iter().filter(|record| !record.withdrawn && !replaced.contains(&record.sequence)).collect();
    records.sort_by_cached_key(|record| (record.at, record.key(), record.sequence));
    records
}

/// Positions of records by where they stand.
struct Placed {
    /// For each record the one that it is a copy of, or itself.
    original: Vec<usize>,
    stories: BTreeMap<StoryId, Vec<usize>>,
    issues: BTreeMap<IssueId, BTreeSet<StoryId>>,
    story_of: FxHashMap<DocumentKey, StoryId>,
}

impl Placed {
    fn new(records: &[&Record], known: &FxHashMap<&DocumentKey, &Member>) -> Self {
        let mut placed = Self {
            original: Vec::new(),
            stories: BTreeMap::new(),
            issues: BTreeMap::new(),
            story_of: FxHashMap::default(),
        };
        let keys: Vec<DocumentKey> = records.iter().map(|record| record.key()).collect();
        let mut first: FxHashMap<&DocumentKey, usize> = FxHashMap::default();
        for (position, key) in keys.iter().enumerate() {
            if known.get(key).is_none_or(|member| member.copy_of.is_none()) {
                first.insert(key, position);
            }
        }
        for (position, (record, key)) in records.iter().zip(&keys).enumerate() {
            let member = known.get(key);
            // Where the original lies outside of what is looked at, its first copy stands for it.
            let original = match member.and_then(|member| member.copy_of.as_ref()) {
                Some(original) => *first.entry(original).or_insert(position),
                None => position,
            };
            placed.original.push(original);
            let alone = || (crate::ids::story([*record].into_iter()), crate::ids::issue([*record].into_iter()));
            let (story, issue) = member.map_or_else(alone, |member| (member.story.clone(), member.issue.clone()));
            placed.story_of.insert(key.clone(), story.clone());
            placed.stories.entry(story.clone()).or_default().push(position);
            placed.issues.entry(issue).or_default().insert(story);
        }
        placed
    }

    fn story_id(&self, members: &[DocumentKey]) -> StoryId {
        members.first().and_then(|key| self.story_of.get(key)).cloned().unwrap_or(StoryId(String::new()))
    }
}

fn read(records: &[&Record], region: &Region) -> Vec<Features> {
    let mut features: Vec<Features> =
        records.par_iter().map(|record| features::features(record, region, false)).collect();
    let mut rarity = Rarity::default();
    features.iter().for_each(|features| rarity.add(&features.terms));
    features.par_iter_mut().for_each(|features| features.terms = features::weigh(&features.terms, &[&rarity]));
    features
}

/// The direction of what an issue's stories have in common, each counted by its originals.
fn middle(stories: &[Vec<usize>], features: &[Features], original: &[usize]) -> Vector {
    let mut sum: FxHashMap<u64, f32> = FxHashMap::default();
    let all = stories.iter().flatten().filter(|&&member| original[member] == member).take(MIDDLE_OF);
    for &member in all {
        features[member].terms.iter().for_each(|(term, weight)| *sum.entry(*term).or_default() += weight);
    }
    let mut sum: Vector = sum.into_iter().collect();
    sum.sort_unstable_by_key(|&(term, _)| term);
    vector::truncate(&mut sum, cluster::SUM_TERMS);
    vector::unit(sum)
}

fn spam_stories(
    records: &[&Record],
    known: &FxHashMap<&DocumentKey, &Member>,
    windows: &Windows<'_>,
    region: &Region,
) -> Vec<Story> {
    let placed = Placed::new(records, known);
    let features = read(records, region);
    let material = Material { records, features: &features, original: &placed.original, windows, region };
    let mut stories: Vec<Story> = placed
        .stories
        .iter()
        .map(|(id, members)| Story { id: id.clone(), ..issue::story(&material, members) })
        .collect();
    stories.sort_by(|a, b| (a.first_seen, &a.members).cmp(&(b.first_seen, &b.members)));
    stories
}
