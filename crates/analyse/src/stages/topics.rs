//! Topics of the region's list: their words, weighed together with everything else in the text by learned weights.
//!
//! A region without a model has its words alone. What the lists rule out ("banjir pujian") stays out either way.

use super::{MAX_EVIDENCE, round};
use crate::linear::Answer;
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

/// The learned head, its labels in the order of the region's list.
const HEAD: &str = "topics";

/// Weight of all its words that makes a topic of an article, where there is no model.
const ENOUGH: f32 = 0.8;

/// The same in a post, where one guarded word is all there is.
const ENOUGH_IN_SHORT: f32 = 0.5;

/// Texts of up to this many tokens are short.
const SHORT_TOKENS: usize = 60;

/// Texts of more tokens than this are long.
const LONG_TOKENS: usize = 120;

/// What one more occurrence of the same words adds, compared with the first.
const REPEATED: f32 = 0.5;

/// How much more words in the title count.
const IN_TITLE: f32 = 2.0;

impl Stage for Topics {
    fn run(&self, reading: &Reading<'_>, analysis: &mut Analysis) {
        let learned_from = reading.answer(HEAD).zip(reading.head(HEAD));
        // What was learned was short. A long article names its topics, and mentions much besides.
        let mut topics = match learned_from.filter(|_| reading.entries.len() <= LONG_TOKENS) {
            Some((answer, head)) => learned(reading, &answer, head.sure_from),
            None => by_words(reading),
        };
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

/// Topics likely enough, with the words of the lists as evidence, or those that speak most for it where none stands.
fn learned(reading: &Reading<'_>, answer: &Answer, enough: f32) -> Vec<(f32, TopicFinding)> {
    let ruled_out = ruled_out(reading);
    let likely = (0..answer.scores.len()).filter(|at| answer.scores[*at] >= enough && !ruled_out.contains(at));
    likely
        .map(|at| {
            let listed = reading.topics.iter().find(|topic| topic.position == at);
            let evidence = match listed {
                Some(topic) => topic.hits.iter().take(MAX_EVIDENCE).map(|&hit| reading.span(hit)).collect(),
                None => reading.words_for(HEAD, at, 3),
            };
            let confidence = round(answer.scores[at].min(0.99));
            let id = reading.lexicons.region.topics[at].id.clone();
            (answer.scores[at], TopicFinding { id, confidence, evidence })
        })
        .collect()
}

/// Topics whose names stand in the text in another sense only ("air mata buaya").
fn ruled_out(reading: &Reading<'_>) -> Vec<usize> {
    let rules = reading.tables.rules(Use::Topic);
    let meant_otherwise = reading.hits(Use::Topic).iter().filter_map(|hit| {
        let rule = &rules.rules[hit.index as usize];
        let otherwise = is_name(reading, hit) && reading.is_ruled_out(rule, *hit);
        otherwise.then(|| Some(reading.tables.topics[rule.target?])).flatten()
    });
    let named = |at: &usize| reading.topics.iter().any(|topic| topic.position == *at && topic.named > 0.0);
    meant_otherwise.filter(|at| !named(at)).collect()
}

/// Topics by their words alone.
fn by_words(reading: &Reading<'_>) -> Vec<(f32, TopicFinding)> {
    let enough = if reading.entries.len() <= SHORT_TOKENS { ENOUGH_IN_SHORT } else { ENOUGH };
    let found = reading.topics.iter().filter(|topic| topic.named >= enough);
    found
        .map(|topic| {
            let names = topic.hits.iter().filter(|hit| is_name(reading, hit));
            let evidence = names.take(MAX_EVIDENCE).map(|&hit| reading.span(hit)).collect();
            let confidence = (1.0 - 0.4_f32.powf(topic.named)).min(0.99);
            let id = reading.lexicons.region.topics[topic.position].id.clone();
            // By weight, not by confidence, which is the same 0.99 for all that a long article is full of.
            (topic.named, TopicFinding { id, confidence: round(confidence), evidence })
        })
        .collect()
}

/// A topic of which words stand in the text.
pub(crate) struct Listed {
    /// Position in the region's list.
    pub position: usize,
    /// Weight of its words, hints included.
    pub weight: f32,
    /// Weight of the words that name it.
    pub named: f32,
    /// The words, the longest of overlapping ones.
    pub hits: Vec<Hit>,
}

/// The topics of which words stand in the text, guards obeyed, in the order of the region's list.
pub(crate) fn listed(reading: &Reading<'_>) -> Vec<Listed> {
    let mut found: Vec<(usize, Hit)> = reading
        .terms(Use::Topic)
        .into_iter()
        .filter(|found| !reading.is_distrusted(found.hit))
        .filter_map(|found| Some((reading.tables.topics[found.rule.target?], found.hit)))
        .collect();
    // A hint may not bring back a name that its guards keep out ("Fraksi PKB" is no vehicle tax).
    let rules = reading.tables.rules(Use::Topic);
    let kept_out: Vec<(usize, Hit)> = reading
        .hits(Use::Topic)
        .iter()
        .filter(|hit| is_name(reading, hit))
        .filter_map(|hit| Some((reading.tables.topics[rules.rules[hit.index as usize].target?], *hit)))
        .filter(|name| !found.contains(name))
        .collect();
    found.retain(|(topic, hit)| {
        is_name(reading, hit) || !kept_out.iter().any(|(other, name)| other == topic && name.overlaps(hit))
    });
    found.sort_by_key(|&(position, hit)| (position, hit.first, hit.last));
    found
        .chunk_by(|a, b| a.0 == b.0)
        .map(|same| {
            let hits: Vec<Hit> = same.iter().map(|&(_, hit)| hit).collect();
            let (weight, hits) = weigh(reading, &hits);
            let names: Vec<Hit> = hits.iter().copied().filter(|hit| is_name(reading, hit)).collect();
            Listed { position: same[0].0, weight, named: weigh(reading, &names).0, hits }
        })
        .collect()
}

/// True for words that name a topic, false for hints.
fn is_name(reading: &Reading<'_>, hit: &Hit) -> bool {
    (hit.index as usize) < reading.lexicons.topic_hints_from
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
