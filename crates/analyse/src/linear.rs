//! Learned heads: int8 weights over hashed n-grams, a few dense weights, calibrated scores, and the words that decided.
//!
//! A model file is `PESUTMD1`, the length of a JSON header (u32, little endian), the header ([`Header`]), then the
//! tables: one row of `labels` signed bytes a bucket, head after head. Nothing is copied or unpacked when it is read.

use crate::features::{DENSE, Features, Group, VERSION};
use model::Span;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use text::{Lexicons, ModelFile};

/// The first bytes of a model file.
pub const MAGIC: &[u8; 8] = b"PESUTMD1";

/// The header of a model file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// [`VERSION`] of the features that it was trained on.
    pub features: u32,
    /// Version of the lexicons that it was trained with; others do, if less well.
    pub lexicons: String,
    /// Topics of the region that it was trained on, by position of their dense features; none for a model of languages.
    pub topics: Vec<String>,
    /// The heads, in the order of their tables.
    pub heads: Vec<Head>,
}

/// One question asked of every text.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// What it decides: `sentiment`, `tone`, `lang`, …
    pub name: String,
    /// The answers.
    pub labels: Vec<String>,
    /// [`Group`]s that it looks at.
    pub groups: Vec<String>,
    /// Two to this power is the number of buckets.
    pub bits: u32,
    /// What one step of a label's weights is worth.
    pub scales: Vec<f32>,
    /// Weights of the dense features, label by label.
    pub dense: Vec<Vec<f32>>,
    /// True where a text has any number of the labels rather than exactly one.
    pub many: bool,
    /// Slope of the scores: margins are multiplied by it.
    pub slope: f32,
    /// Added to each label's margin behind the slope.
    pub shifts: Vec<f32>,
    /// Below this confidence an answer is unsure.
    pub sure_from: f32,
}

/// A model file that was checked.
#[derive(Clone, Debug, Default)]
pub struct Model {
    heads: Vec<Ready>,
}

/// One head, ready to answer.
#[derive(Clone, Debug)]
pub struct Ready {
    /// What the header says.
    pub head: Head,
    groups: Vec<Group>,
    table: Range<usize>,
}

/// Why a model file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// Not a model, cut short, or inconsistent.
    #[error("model \"{0}\" is damaged: {1}")]
    Damaged(String, String),
    /// Trained on features that this program no longer makes.
    #[error("model \"{0}\" was trained on features {1}, this program has {VERSION}; train it again")]
    Outdated(String, u32),
}

impl Model {
    /// Checks a model file; `name` is for messages, `topics` are the region's ids.
    ///
    /// # Errors
    /// A file that is no model, is cut short, or was trained on other features.
    pub fn read(name: &str, bytes: &[u8], topics: &[&str]) -> Result<Self, ModelError> {
        let damaged = |reason: &str| ModelError::Damaged(name.to_owned(), reason.to_owned());
        let rest = bytes.strip_prefix(MAGIC).ok_or_else(|| damaged("it does not begin like one"))?;
        let (length, rest) = rest.split_first_chunk::<4>().ok_or_else(|| damaged("it ends too early"))?;
        let length = u32::from_le_bytes(*length) as usize;
        let header = rest.get(..length).ok_or_else(|| damaged("it ends within its header"))?;
        let header: Header = serde_json::from_slice(header).map_err(|error| damaged(&error.to_string()))?;
        if header.features != VERSION {
            return Err(ModelError::Outdated(name.to_owned(), header.features));
        }
        if !header.topics.is_empty() && header.topics != topics {
            return Err(damaged("it was trained on other topics than the region has; train it again"));
        }
        let dense = DENSE + 2 * header.topics.len();
        let mut at = MAGIC.len() + 4 + length;
        let mut heads = Vec::new();
        for head in header.heads {
            let labels = head.labels.len();
            let fits = (1..=MOST_LABELS).contains(&labels)
                && (1..=24).contains(&head.bits)
                && head.scales.len() == labels
                && head.shifts.len() == labels
                && head.dense.len() == labels
                && head.dense.iter().all(|weights| weights.len() == dense);
            if !fits {
                return Err(damaged(&format!("head \"{}\" does not fit together", head.name)));
            }
            let known = |name: &String| Group::ALL.into_iter().find(|group| group.name() == name);
            let groups: Option<Vec<_>> = head.groups.iter().map(known).collect();
            let groups = groups.ok_or_else(|| damaged(&format!("head \"{}\" has an unknown group", head.name)))?;
            let table = at..at + (labels << head.bits);
            at = table.end;
            heads.push(Ready { head, groups, table });
        }
        if at != bytes.len() {
            return Err(damaged(&format!("it has {} bytes, its header says {at}", bytes.len())));
        }
        Ok(Self { heads })
    }

    /// The head of a name, if the model has it.
    pub fn head(&self, name: &str) -> Option<&Ready> {
        self.heads.iter().find(|ready| ready.head.name == name)
    }
}

/// The learned heads that the lexicons bring along; none where they bring no model.
#[derive(Default)]
pub(crate) struct Heads {
    models: Vec<(Model, ModelFile)>,
}

impl Heads {
    /// Checks every model.
    pub fn read(lexicons: &Lexicons) -> Result<Self, ModelError> {
        let topics: Vec<&str> = lexicons.region.topics.iter().map(|topic| topic.id.as_str()).collect();
        let read = |file: &ModelFile| Ok((Model::read(&file.name, &file.bytes, &topics)?, file.clone()));
        Ok(Self { models: lexicons.models.iter().map(read).collect::<Result<_, _>>()? })
    }

    /// The head of a name with the bytes of its model.
    pub fn get(&self, name: &str) -> Option<(&Ready, &[u8])> {
        self.models.iter().find_map(|(model, file)| Some((model.head(name)?, &*file.bytes)))
    }
}

/// More labels than this no head has.
pub const MOST_LABELS: usize = 64;

/// A head's answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Position of the likeliest label.
    pub best: usize,
    /// Probability of each label; they add up to 1 unless the head has `many`.
    pub scores: Vec<f32>,
}

impl Answer {
    /// Probability of the likeliest label.
    pub fn confidence(&self) -> f32 {
        self.scores[self.best]
    }
}

impl Ready {
    /// The raw margin of each label; `bytes` is the model file that the head was read from.
    pub fn margins(&self, features: &Features, bytes: &[u8]) -> Vec<f32> {
        let table = &bytes[self.table.clone()];
        let mut sums = [0_i32; MOST_LABELS];
        let mut count = 0;
        for group in &self.groups {
            let features = &features.groups[*group as usize];
            count += features.len();
            // The usual numbers of labels have loops of their own, which the compiler unrolls.
            match self.head.labels.len() {
                2 => add::<2>(features.iter().map(|f| f.hash), table, self.head.bits, &mut sums),
                3 => add::<3>(features.iter().map(|f| f.hash), table, self.head.bits, &mut sums),
                5 => add::<5>(features.iter().map(|f| f.hash), table, self.head.bits, &mut sums),
                7 => add::<7>(features.iter().map(|f| f.hash), table, self.head.bits, &mut sums),
                14 => add::<14>(features.iter().map(|f| f.hash), table, self.head.bits, &mut sums),
                labels => add_any(features.iter().map(|f| f.hash), table, self.head.bits, labels, &mut sums),
            }
        }
        let length = (count as f32).max(1.0).sqrt();
        (0..self.head.labels.len())
            .map(|label| {
                let dense = &self.head.dense[label];
                let lists: f32 = dense.iter().zip(&features.dense).map(|(weight, value)| weight * value).sum();
                sums[label] as f32 * self.head.scales[label] / length + lists
            })
            .collect()
    }

    /// Calibrated scores.
    pub fn answer(&self, features: &Features, bytes: &[u8]) -> Answer {
        self.calibrated(&self.margins(features, bytes))
    }

    /// Margins to scores.
    pub fn calibrated(&self, margins: &[f32]) -> Answer {
        let raised = margins.iter().zip(&self.head.shifts).map(|(margin, shift)| margin * self.head.slope + shift);
        let mut scores: Vec<f32> = if self.head.many {
            raised.map(|margin| 1.0 / (1.0 + (-margin).exp())).collect()
        } else {
            raised.collect()
        };
        if !self.head.many {
            let most = scores.iter().copied().fold(f32::MIN, f32::max);
            scores.iter_mut().for_each(|score| *score = (*score - most).exp());
            let sum: f32 = scores.iter().sum();
            scores.iter_mut().for_each(|score| *score /= sum);
        }
        let best = (0..scores.len()).fold(0, |best, at| if scores[at] > scores[best] { at } else { best });
        Answer { best, scores }
    }

    /// How much each entry of the reading speaks for a label rather than for the others, in units of the margin.
    pub fn contributions(&self, features: &Features, bytes: &[u8], label: usize, entries: usize) -> Vec<f32> {
        let table = &bytes[self.table.clone()];
        let labels = self.head.labels.len();
        let mask = (1_u32 << self.head.bits) - 1;
        let mut found = vec![0.0_f32; entries];
        let mut count = 0;
        for group in &self.groups {
            for feature in &features.groups[*group as usize] {
                count += 1;
                let row = &table[(feature.hash & mask) as usize * labels..][..labels];
                let worth = |at: usize| f32::from(row[at] as i8) * self.head.scales[at];
                let others: f32 = (0..labels).filter(|at| *at != label).map(worth).sum();
                let others = if self.head.many { 0.0 } else { others / (labels as f32 - 1.0).max(1.0) };
                if let Some(entry) = found.get_mut(feature.entry as usize) {
                    *entry += worth(label) - others;
                }
            }
        }
        let length = (count as f32).max(1.0).sqrt();
        found.iter_mut().for_each(|worth| *worth /= length);
        found
    }
}

/// One head by itself, for training: answers as the program will.
pub struct Single {
    ready: Ready,
    bytes: Vec<u8>,
}

impl Single {
    /// Writes the head and reads it again.
    ///
    /// # Errors
    /// A head whose parts do not fit together.
    pub fn new(head: Head, table: &[i8]) -> Result<Self, ModelError> {
        let topics: Vec<String> = (0..(head.dense[0].len() - DENSE) / 2).map(|at| at.to_string()).collect();
        let header = Header { features: VERSION, topics: topics.clone(), heads: vec![head], ..Header::default() };
        let bytes = write(&header, &[table]);
        let mut model = Model::read("single", &bytes, &topics.iter().map(String::as_str).collect::<Vec<_>>())?;
        Ok(Self { ready: model.heads.remove(0), bytes })
    }

    /// What the head says of a text.
    pub fn answer(&self, features: &Features) -> Answer {
        self.ready.answer(features, &self.bytes)
    }

    /// Margins to scores.
    pub fn calibrated(&self, margins: &[f32]) -> Answer {
        self.ready.calibrated(margins)
    }
}

/// Entries that speak for an answer, strongest first and at most `most`, as spans in the order of the text.
pub fn strongest(contributions: &[f32], spans: impl Fn(usize) -> Span, most: usize) -> Vec<Span> {
    let highest = contributions.iter().copied().fold(0.0, f32::max);
    let mut order: Vec<usize> = (0..contributions.len()).filter(|&at| contributions[at] >= highest * 0.3).collect();
    order.retain(|&at| contributions[at] > 0.0);
    order.sort_by(|&a, &b| contributions[b].total_cmp(&contributions[a]).then(a.cmp(&b)));
    order.truncate(most);
    order.sort_unstable();
    let mut found: Vec<Span> = Vec::new();
    for span in order.into_iter().map(spans) {
        if found.last() != Some(&span) {
            found.push(span);
        }
    }
    found
}

fn add<const LABELS: usize>(hashes: impl Iterator<Item = u32>, table: &[u8], bits: u32, sums: &mut [i32; MOST_LABELS]) {
    let mask = (1_u32 << bits) - 1;
    let (rows, _) = table.as_chunks::<LABELS>();
    let mut here = [0_i32; LABELS];
    for hash in hashes {
        let row = &rows[(hash & mask) as usize];
        for (sum, weight) in here.iter_mut().zip(row) {
            *sum += i32::from(*weight as i8);
        }
    }
    for (sum, here) in sums.iter_mut().zip(here) {
        *sum += here;
    }
}

fn add_any(hashes: impl Iterator<Item = u32>, table: &[u8], bits: u32, labels: usize, sums: &mut [i32; MOST_LABELS]) {
    let mask = (1_u32 << bits) - 1;
    for hash in hashes {
        let row = &table[(hash & mask) as usize * labels..][..labels];
        for (sum, weight) in sums.iter_mut().zip(row) {
            *sum += i32::from(*weight as i8);
        }
    }
}

/// Writes a model file; `tables` in the order of the header's heads, one row of labels a bucket.
pub fn write(header: &Header, tables: &[impl AsRef<[i8]>]) -> Vec<u8> {
    let json = serde_json::to_vec(header).expect("a header has no maps with odd keys");
    let mut out = MAGIC.to_vec();
    out.extend((json.len() as u32).to_le_bytes());
    out.extend(json);
    for table in tables {
        out.extend(table.as_ref().iter().map(|weight| *weight as u8));
    }
    out
}
