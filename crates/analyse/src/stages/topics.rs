//! Topics of the region's list, by their words.

use super::{MAX_EVIDENCE, round};
use crate::matcher::{Hit, Use, longest};
use crate::reading::Reading;
use crate::{Build, Stage, options};
use model::{Analysis, Kind, TopicFinding};
use serde::Deserialize;

pub(crate) const KIND: Kind<Build> = Kind {
    name: "topics",
    summary: "finds the topics of the region's list",
    example: "most = 3\nshare_min = 0.35\nunsure_below = 0.55",
    build: |table| Ok(Box::new(options::<Topics>(table)?)),
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Topics {
    /// At most this many topics a document.
    most: usize,
    /// A topic needs this share of the strongest topic's weight: a long article mentions much in passing.
    share_min: f32,
    /// Below this confidence of the strongest topic, topics are listed as unsure.
    unsure_below: f32,
}

impl Default for Topics {
    fn default() -> Self {
        Self { most: 3, share_min: 0.35, unsure_below: 0.55 }
    }
}

/// Weight of all its words that makes a topic of an article.
const ENOUGH: f32 = 0.8;

/// In a post one guarded word is all there is; the topic is then given and marked unsure.
const ENOUGH_IN_SHORT: f32 = 0.5;

/// Texts of up to this many tokens are short.
const SHORT_TOKENS: usize = 60;

/// What one more occurrence of the same words adds, compared with the first.
const REPEATED: f32 = 0.5;

/// How much more words in the title count.
const IN_TITLE: f32 = 2.0;

impl Stage for Topics {
    fn run(&self, reading: &Reading<'_>, analysis: &mut Analysis) {
        let rules = reading.tables.rules(Use::Topic);
        let mut found: Vec<(usize, Hit)> = reading
            .terms(Use::Topic)
            .into_iter()
            .filter(|found| !reading.is_distrusted(found.hit))
            .filter_map(|found| Some((found.rule.target?, found.hit)))
            .collect();
        found.sort_by_key(|&(target, hit)| (target, hit.first, hit.last));
        let enough = if reading.entries.len() <= SHORT_TOKENS { ENOUGH_IN_SHORT } else { ENOUGH };
        let mut topics: Vec<(f32, TopicFinding)> = found
            .chunk_by(|a, b| a.0 == b.0)
            .filter_map(|hits| {
                let target = hits[0].0;
                let hits: Vec<Hit> = hits.iter().map(|&(_, hit)| hit).collect();
                let (score, kept) = weigh(reading, &hits);
                let evidence = kept.iter().take(MAX_EVIDENCE).map(|&hit| reading.span(hit)).collect();
                let confidence = round((1.0 - 0.4_f32.powf(score)).min(0.99));
                (score >= enough)
                    .then(|| (score, TopicFinding { id: rules.targets[target].as_str().into(), confidence, evidence }))
            })
            .collect();
        let strongest = topics.iter().map(|(score, _)| *score).fold(0.0, f32::max);
        topics.retain(|(score, _)| *score >= strongest * self.share_min);
        let first = |topic: &TopicFinding| topic.evidence.first().copied();
        topics.sort_by(|(a, x), (b, y)| {
            b.total_cmp(a).then_with(|| first(x).cmp(&first(y))).then_with(|| x.id.cmp(&y.id))
        });
        topics.truncate(self.most);
        analysis.topics = topics.into_iter().map(|(_, topic)| topic).collect();
        if analysis.topics.first().is_some_and(|topic| topic.confidence < self.unsure_below) {
            analysis.unsure.push("topics".to_owned());
        }
    }
}

/// The weight of one topic's words, the same words again counting less, and the hits that were counted.
fn weigh(reading: &Reading<'_>, hits: &[Hit]) -> (f32, Vec<Hit>) {
    let rules = reading.tables.rules(Use::Topic);
    let weight = |hit: &Hit| rules.rules[hit.index as usize].weight;
    let mut kept = longest(hits, &reading.entries);
    // The same words may stand in two rows with different guards: the heavier row counts.
    kept.sort_by(|a, b| (a.first, a.last).cmp(&(b.first, b.last)).then(weight(b).total_cmp(&weight(a))));
    kept.dedup_by_key(|hit| (hit.first, hit.last));
    let mut seen: Vec<u32> = Vec::new();
    let mut score = 0.0;
    for hit in &kept {
        let place = if reading.in_title(*hit) { IN_TITLE } else { 1.0 };
        let again = if seen.contains(&hit.index) { REPEATED } else { 1.0 };
        seen.push(hit.index);
        score += weight(hit) * place * again;
    }
    (score, kept)
}
