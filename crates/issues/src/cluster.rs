//! Clusters: average-link agglomeration over a sparse graph of candidate pairs.
//!
//! Never all pairs: candidates share one of their heaviest terms and lie near in time, so the work grows with the
//! number of documents, not with its square.

use crate::{
    features,
    memory::Doc,
    union::Union,
    vector::{self, Vector},
};
use jiff::civil::Date;
use model::{Coverage, PlaceCode, TopicId};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
    sync::Arc,
};

/// Heaviest terms of a cluster by which candidates are found.
pub(crate) const KEY_TERMS: usize = 24;
/// Of the clusters that share a term, so many of the latest are looked at.
const POSTINGS_MAX: usize = 150;
/// Candidates of one cluster that are compared exactly.
const CANDIDATES_MAX: usize = 30;
/// Terms kept of a cluster's sum; what is lighter is noise of single members.
pub(crate) const SUM_TERMS: usize = 400;
/// Documents of a cluster that are asked whether they tell of another matter of the same form.
const SAMPLES_MAX: usize = 8;

/// Documents, or stories, that belong together.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Cluster {
    /// Positions among what is being agglomerated, in no order.
    #[serde(skip)]
    pub(crate) members: Vec<usize>,
    /// Some of its documents.
    #[serde(skip)]
    pub(crate) samples: Vec<Arc<Doc>>,
    /// How many documents it has, however they are grouped.
    documents: u32,
    /// How many unit vectors `sum` adds up.
    weight: f32,
    #[serde(with = "vector::written")]
    pub(crate) sum: Vector,
    /// Time of the first and the last document.
    pub(crate) first: i64,
    pub(crate) last: i64,
    /// Sum of the times of its documents.
    times: i64,
    /// Documents by main topic, by regency, by day of the event.
    pub(crate) topics: BTreeMap<TopicId, u32>,
    pub(crate) regencies: BTreeMap<PlaceCode, u32>,
    pub(crate) dates: BTreeMap<Date, u32>,
    /// True where all of it is paid for.
    pub(crate) paid: bool,
}

impl Cluster {
    /// One document.
    pub(crate) fn of(position: usize, doc: &Arc<Doc>) -> Self {
        Self {
            members: vec![position],
            samples: vec![doc.clone()],
            documents: 1,
            weight: 1.0,
            sum: doc.terms.clone(),
            first: doc.time,
            last: doc.time,
            times: doc.time,
            topics: doc.topic.iter().map(|topic| (topic.clone(), 1)).collect(),
            regencies: doc.regencies.iter().map(|place| (place.clone(), 1)).collect(),
            dates: doc.news_date().map(|date| (date, 1)).into_iter().collect(),
            paid: doc.coverage == Coverage::Advertorial,
        }
    }

    /// Some of these documents, to ask about all.
    pub(crate) fn samples_of<'a>(docs: impl Iterator<Item = &'a Arc<Doc>>) -> Vec<Arc<Doc>> {
        let mut samples = docs.cloned().collect();
        thin(&mut samples);
        samples
    }

    /// Mean similarity of the members of one to the members of the other.
    pub(crate) fn similarity(&self, other: &Self) -> f32 {
        vector::dot(&self.sum, &other.sum) / (self.weight * other.weight)
    }

    /// The shares of pairs of documents of both that tell of other names, of other numbers, and of any of these.
    pub(crate) fn apart(&self, other: &Self) -> (f32, f32, f32) {
        let (mut names, mut numbers, mut any) = (0, 0, 0);
        for (a, b) in self.samples.iter().flat_map(|a| other.samples.iter().map(move |b| (a, b))) {
            let apart = features::apart((&a.marks, &a.terms), (&b.marks, &b.terms));
            names += u32::from(apart.names);
            numbers += u32::from(apart.numbers);
            any += u32::from(apart.names || apart.numbers || apart.crossed);
        }
        let pairs = (self.samples.len() * other.samples.len()).max(1) as f32;
        (names as f32 / pairs, numbers as f32 / pairs, any as f32 / pairs)
    }

    /// The shares of pairs of documents of both that are one form filled in twice, and, of those whose headlines name
    /// days, that tell of another day or matter.
    pub(crate) fn refilled(&self, other: &Self) -> (f32, f32) {
        let (mut pairs, mut refilled, mut dated, mut other_notices) = (0, 0, 0, 0);
        let forms = |cluster: &Self| cluster.samples.iter().filter_map(|doc| doc.form.clone()).collect::<Vec<_>>();
        let others = forms(other);
        for (a, b) in forms(self).iter().flat_map(|a| others.iter().map(move |b| (a, b))) {
            pairs += 1;
            refilled += u32::from(a.refilled(b));
            if let Some(same) = a.same_notice(b) {
                dated += 1;
                other_notices += u32::from(!same);
            }
        }
        let share = |part: u32, whole: u32| part as f32 / whole.max(1) as f32;
        (share(refilled, pairs), share(other_notices, dated))
    }

    /// The heaviest terms, by which it is found, sorted by term.
    pub(crate) fn keys(&self) -> Vector {
        let mut terms = self.sum.clone();
        vector::truncate(&mut terms, KEY_TERMS);
        vector::unit(terms)
    }

    /// What others say about it counts among its documents, but its words stay its own.
    pub(crate) fn heard(&self, voices: Option<&Self>) -> Self {
        let mut whole = self.clone();
        let Some(voices) = voices else { return whole };
        whole.count(voices);
        whole.members.extend(&voices.members);
        whole
    }

    /// Counts the documents of another among its own.
    fn count(&mut self, other: &Self) {
        fn add<K: Ord + Clone>(counts: &mut BTreeMap<K, u32>, others: &BTreeMap<K, u32>) {
            others.iter().for_each(|(key, count)| match counts.get_mut(key) {
                Some(sum) => *sum += count,
                None => drop(counts.insert(key.clone(), *count)),
            });
        }
        self.documents += other.documents;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.times += other.times;
        add(&mut self.topics, &other.topics);
        add(&mut self.regencies, &other.regencies);
        add(&mut self.dates, &other.dates);
    }

    /// The same at a position among what is being agglomerated.
    pub(crate) fn at(self, position: usize) -> Self {
        Self { members: vec![position], ..self }
    }

    /// Seconds between the end of the earlier and the start of the later; 0 where they overlap.
    pub(crate) fn gap(&self, other: &Self) -> i64 {
        (self.first - other.last).max(other.first - self.last).max(0)
    }

    /// Seconds between the mean times of both.
    pub(crate) fn distance(&self, other: &Self) -> i64 {
        let mean = |cluster: &Self| cluster.times / i64::from(cluster.documents.max(1));
        (mean(self) - mean(other)).abs()
    }

    /// The topic of most of its documents; none where it is that of a few only, by a word in passing.
    pub(crate) fn topic(&self) -> Option<&TopicId> {
        most(&self.topics).filter(|topic| self.topics[*topic] * 3 >= self.documents)
    }

    /// The regencies of a good part of its documents; a single mention does not move an event.
    pub(crate) fn main_regencies(&self) -> BTreeSet<&PlaceCode> {
        let most = self.regencies.values().max().copied().unwrap_or(0);
        self.regencies.iter().filter(|(_, count)| **count * 3 >= most).map(|(place, _)| place).collect()
    }

    /// The day of the event that most of its documents name.
    pub(crate) fn date(&self) -> Option<Date> {
        most(&self.dates).copied()
    }

    /// All of them as one; `None` of nothing.
    pub(crate) fn union(parts: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut parts = parts.into_iter();
        let mut whole = parts.next()?;
        for part in parts {
            whole.count(&part);
            whole.sum.extend(part.sum);
            whole.members.extend(part.members);
            whole.samples.extend(part.samples);
            whole.weight += part.weight;
            whole.paid &= part.paid;
        }
        vector::add_up(&mut whole.sum);
        vector::truncate(&mut whole.sum, SUM_TERMS);
        thin(&mut whole.samples);
        Some(whole)
    }

    /// The same as the only member of a cluster of clusters: it counts as one, however many documents it has.
    pub(crate) fn into_one(self, position: usize) -> Self {
        Self { members: vec![position], weight: 1.0, sum: vector::unit(self.sum), ..self }
    }
}

/// Keeps a few of the samples, spread evenly.
fn thin(samples: &mut Vec<Arc<Doc>>) {
    let count = samples.len();
    if count > SAMPLES_MAX {
        let kept = (0..SAMPLES_MAX).map(|kept| samples[kept * count / SAMPLES_MAX].clone()).collect();
        *samples = kept;
    }
}

fn most<K: Ord>(counts: &BTreeMap<K, u32>) -> Option<&K> {
    counts.iter().rev().max_by_key(|(_, count)| **count).map(|(key, _)| key)
}

/// Joins clusters as long as the two most similar are similar enough.
///
/// `similarity` is `None` where two must not be joined; `least` is what it takes.
pub(crate) fn agglomerate(
    clusters: Vec<Cluster>,
    least: f32,
    similarity: impl Fn(&Cluster, &Cluster) -> Option<f32> + Sync,
) -> Vec<Cluster> {
    let mut heap: BinaryHeap<Edge> = candidates(&clusters)
        .into_par_iter()
        .filter_map(|(a, b)| {
            let similarity = similarity(&clusters[a], &clusters[b]).filter(|similarity| *similarity >= least)?;
            Some(Edge { similarity, a, b, versions: (0, 0) })
        })
        .collect::<Vec<_>>()
        .into();
    // A cluster lives at its smallest position; its version tells edges of an earlier state from those of the present.
    let mut joined = Union::new(clusters.len());
    let mut version = vec![0_u32; clusters.len()];
    let mut alive: Vec<Option<Cluster>> = clusters.into_iter().map(Some).collect();
    while let Some(edge) = heap.pop() {
        let (a, b) = (joined.find(edge.a), joined.find(edge.b));
        let (a, b, versions) = (a.min(b), a.max(b), (version[a.min(b)], version[a.max(b)]));
        let (Some(left), Some(right)) = (&alive[a], &alive[b]) else { continue };
        if a == b {
            continue;
        }
        if (edge.a, edge.b, edge.versions) == (a, b, versions) {
            alive[a] = Cluster::union([alive[a].take(), alive[b].take()].into_iter().flatten());
            joined.join(a, b);
            version[a] += 1;
        } else {
            let similarity = similarity(left, right).filter(|similarity| *similarity >= least);
            heap.extend(similarity.map(|similarity| Edge { similarity, a, b, versions }));
        }
    }
    alive.into_iter().flatten().collect()
}

/// A possible join; the most similar first, then the earliest.
struct Edge {
    similarity: f32,
    a: usize,
    b: usize,
    versions: (u32, u32),
}

impl Ord for Edge {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_place = (other.a, other.b, other.versions).cmp(&(self.a, self.b, self.versions));
        self.similarity.total_cmp(&other.similarity).then(by_place)
    }
}

impl PartialOrd for Edge {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Edge {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Edge {}

/// Pairs worth comparing, the smaller position first.
fn candidates(clusters: &[Cluster]) -> Vec<(usize, usize)> {
    let keys: Vec<Vector> = clusters.par_iter().map(Cluster::keys).collect();
    let mut postings: FxHashMap<u64, Vec<(u32, f32)>> = FxHashMap::default();
    for (position, terms) in keys.iter().enumerate() {
        for &(term, weight) in terms {
            postings.entry(term).or_default().push((position as u32, weight));
        }
    }
    (0..clusters.len())
        .into_par_iter()
        .map_init(
            || (vec![0.0_f32; clusters.len()], Vec::new()),
            |(score, touched), position| {
                for &(term, weight) in &keys[position] {
                    let list = &postings[&term];
                    let before = list.partition_point(|&(other, _)| (other as usize) < position);
                    for &(other, other_weight) in &list[before.saturating_sub(POSTINGS_MAX)..before] {
                        if score[other as usize] == 0.0 {
                            touched.push(other);
                        }
                        score[other as usize] += weight * other_weight;
                    }
                }
                let order = |&a: &u32, &b: &u32| score[b as usize].total_cmp(&score[a as usize]).then(a.cmp(&b));
                if touched.len() > CANDIDATES_MAX {
                    touched[..].select_nth_unstable_by(CANDIDATES_MAX, order);
                }
                let best =
                    touched.iter().take(CANDIDATES_MAX).map(|&other| (other as usize, position)).collect::<Vec<_>>();
                touched.drain(..).for_each(|other| score[other as usize] = 0.0);
                best
            },
        )
        .flatten()
        .collect()
}
