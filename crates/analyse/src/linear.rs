//! Learned heads: int8 weights over hashed n-grams, a few dense weights, calibrated scores, and the words that decided.
//!
//! A head is a linear model and, where that pays, a small network beside it: every n-gram has a short vector, their sum
//! passes a ramp, and labels are read off; the two scores are averaged.
//!
//! A model file is `PESUTMD1`, the length of a JSON header (u32, little endian), the header ([`Header`]), then the
//! tables of signed bytes, head after head: one row of `labels` a bucket, then the network's rows of `width`.
//! Nothing is copied or unpacked when it is read.

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
    /// The network beside the linear model.
    pub net: Option<Net>,
    /// Below this confidence an answer is unsure.
    pub sure_from: f32,
}

/// A small network over the same n-grams.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Net {
    /// Two to this power is the number of buckets.
    pub bits: u32,
    /// Length of a vector.
    pub width: usize,
    /// What one step of a vector is worth.
    pub scale: f32,
    /// Vectors of the dense features.
    pub dense: Vec<Vec<f32>>,
    /// Added before the ramp.
    pub shifts: Vec<f32>,
    /// Weights of each label behind the ramp; the last one is its shift.
    pub out: Vec<Vec<f32>>,
    /// Its share of the score, 0 to 1.
    pub share: f32,
    /// How far the mean of the two scores is sharpened (above 1) or flattened.
    pub sharpness: f32,
    /// Added to the logarithm of each label's sharpened score.
    pub lifts: Vec<f32>,
}

impl Net {
    /// The margin of each label, from what stands before the ramp.
    pub fn margins(&self, hidden: &[f32]) -> Vec<f32> {
        let read = |out: &Vec<f32>| {
            out[self.width] + hidden.iter().zip(out).map(|(sum, weight)| sum.max(0.0) * weight).sum::<f32>()
        };
        self.out.iter().map(read).collect()
    }
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
    net_table: Range<usize>,
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
            let net_fits = head.net.as_ref().is_none_or(|net| {
                (1..=24).contains(&net.bits)
                    && net.width == WIDTH
                    && net.shifts.len() == net.width
                    && net.dense.len() == dense
                    && net.dense.iter().all(|vector| vector.len() == net.width)
                    && net.out.len() == labels
                    && net.out.iter().all(|weights| weights.len() == net.width + 1)
                    && net.lifts.len() == labels
            });
            let fits = net_fits
                && (1..=MOST_LABELS).contains(&labels)
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
            let net_table = table.end..table.end + head.net.as_ref().map_or(0, |net| net.width << net.bits);
            at = net_table.end;
            heads.push(Ready { head, groups, table, net_table });
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

/// The length of a network's vectors.
pub const WIDTH: usize = 16;

/// Sums of rows of signed bytes, eight bytes to a word: four lanes of 16 bits for the even ones, four for the odd ones.
///
/// Rows are short and anywhere in the table; added byte by byte they cost three times as much.
struct Sums<const WORDS: usize> {
    even: [u64; WORDS],
    odd: [u64; WORDS],
    full: [i32; MOST_LABELS],
    count: usize,
}

impl<const WORDS: usize> Default for Sums<WORDS> {
    fn default() -> Self {
        Self { even: [0; WORDS], odd: [0; WORDS], full: [0; MOST_LABELS], count: 0 }
    }
}

impl<const WORDS: usize> Sums<WORDS> {
    const EVEN: u64 = 0x00ff_00ff_00ff_00ff;
    /// Turns signed bytes into unsigned ones, each 128 too large.
    const SIGNS: u64 = 0x8080_8080_8080_8080;
    /// A lane of 16 bits holds this many unsigned bytes.
    const FULL: usize = 256;

    /// Adds the bytes at a place; those behind the row are added too, to lanes that nobody reads.
    fn add(&mut self, table: &[u8], at: usize) {
        for word in 0..WORDS {
            let bytes = load(table, at + word * 8) ^ Self::SIGNS;
            self.even[word] += bytes & Self::EVEN;
            self.odd[word] += bytes >> 8 & Self::EVEN;
        }
        self.count += 1;
        if self.count.is_multiple_of(Self::FULL) {
            self.empty();
        }
    }

    fn empty(&mut self) {
        for word in 0..WORDS {
            for lane in 0..4 {
                self.full[word * 8 + lane * 2] += (self.even[word] >> (16 * lane) & 0xffff) as i32;
                self.full[word * 8 + lane * 2 + 1] += (self.odd[word] >> (16 * lane) & 0xffff) as i32;
            }
            self.even[word] = 0;
            self.odd[word] = 0;
        }
    }

    fn finish(mut self) -> [i32; MOST_LABELS] {
        self.empty();
        let excess = 128 * self.count as i32;
        self.full.map(|sum| sum - excess)
    }
}

/// Eight bytes as a number; what lies behind the end is zero.
fn load(table: &[u8], at: usize) -> u64 {
    if let Some(bytes) = table.get(at..at + 8) {
        return u64::from_le_bytes(bytes.try_into().expect("eight bytes were asked for"));
    }
    let mut bytes = [0; 8];
    let rest = table.get(at..).unwrap_or_default();
    bytes[..rest.len()].copy_from_slice(rest);
    u64::from_le_bytes(bytes)
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
        let labels = self.head.labels.len();
        let (count, sums) = match labels.div_ceil(8) {
            1 => self.sum::<1>(features, table, self.head.bits, labels),
            2 => self.sum::<2>(features, table, self.head.bits, labels),
            3..=6 => self.sum::<6>(features, table, self.head.bits, labels),
            _ => self.sum::<8>(features, table, self.head.bits, labels),
        };
        let length = (count as f32).max(1.0).sqrt();
        // Few of them are not zero, and a head has one weight for each and every label.
        let known = self.head.dense[0].len();
        let dense: Vec<(usize, f32)> = features.present().filter(|(at, _)| *at < known).collect();
        (0..labels)
            .map(|label| {
                let weights = &self.head.dense[label];
                let lists: f32 = dense.iter().map(|&(at, value)| weights[at] * value).sum();
                sums[label] as f32 * self.head.scales[label] / length + lists
            })
            .collect()
    }

    /// Number of n-grams, and the sum of their rows of `width` bytes, `WORDS` times eight at most.
    fn sum<const WORDS: usize>(
        &self,
        features: &Features,
        table: &[u8],
        bits: u32,
        width: usize,
    ) -> (usize, [i32; MOST_LABELS]) {
        let mask = (1_u32 << bits) - 1;
        let mut sums = Sums::<WORDS>::default();
        for group in &self.groups {
            for feature in &features.groups[*group as usize] {
                sums.add(table, (feature.hash & mask) as usize * width);
            }
        }
        (sums.count, sums.finish())
    }

    /// Calibrated scores.
    pub fn answer(&self, features: &Features, bytes: &[u8]) -> Answer {
        let other = self.head.net.as_ref().map(|net| net.margins(&self.hidden(net, features, bytes)));
        self.calibrated(&self.margins(features, bytes), other.as_deref())
    }

    /// What the network makes of a text before the ramp.
    pub fn hidden(&self, net: &Net, features: &Features, bytes: &[u8]) -> Vec<f32> {
        let table = &bytes[self.net_table.clone()];
        let (count, sums) = self.sum::<{ WIDTH / 8 }>(features, table, net.bits, WIDTH);
        let step = net.scale / (count as f32).max(1.0).sqrt();
        let mut hidden: Vec<f32> =
            sums.iter().zip(&net.shifts).map(|(sum, shift)| *sum as f32 * step + shift).collect();
        for (at, value) in features.present() {
            // Topics of the region are beyond what a head of the languages knows.
            let Some(vector) = net.dense.get(at) else { break };
            hidden.iter_mut().zip(vector).for_each(|(sum, weight)| *sum += weight * value);
        }
        hidden
    }

    /// Margins of the linear model and of the network to scores.
    pub fn calibrated(&self, margins: &[f32], other: Option<&[f32]>) -> Answer {
        let raised = margins.iter().zip(&self.head.shifts).map(|(margin, shift)| margin * self.head.slope + shift);
        let mut scores = self.scores(raised.collect());
        if let Some((net, other)) = self.head.net.as_ref().zip(other) {
            let other = self.scores(other.to_vec());
            let mixed = scores.iter().zip(&other).map(|(a, b)| a * (1.0 - net.share) + b * net.share);
            let lifted = mixed.zip(&net.lifts).map(|(score, lift)| {
                let score = score.clamp(1e-6, 1.0 - 1e-6);
                // Of many labels each has its own odds; of one label all share one sum.
                let log = if self.head.many { (score / (1.0 - score)).ln() } else { score.ln() };
                log * net.sharpness + lift
            });
            scores = self.scores(lifted.collect());
        }
        let best = (0..scores.len()).fold(0, |best, at| if scores[at] > scores[best] { at } else { best });
        Answer { best, scores }
    }

    fn scores(&self, mut scores: Vec<f32>) -> Vec<f32> {
        if self.head.many {
            scores.iter_mut().for_each(|score| *score = 1.0 / (1.0 + (-*score).exp()));
            return scores;
        }
        let most = scores.iter().copied().fold(f32::MIN, f32::max);
        scores.iter_mut().for_each(|score| *score = (*score - most).exp());
        let sum: f32 = scores.iter().sum();
        scores.iter_mut().for_each(|score| *score /= sum);
        scores
    }

    /// How much each entry of the reading speaks for a label rather than for the others, in units of the margin.
    ///
    /// Exact for the linear model. The network is linear too as long as the same parts of it stay above the ramp, which
    /// is how its share is taken here.
    pub fn contributions(&self, features: &Features, bytes: &[u8], label: usize, entries: usize) -> Vec<f32> {
        let table = &bytes[self.table.clone()];
        let labels = self.head.labels.len();
        let mask = (1_u32 << self.head.bits) - 1;
        let others = if self.head.many { 0.0 } else { 1.0 / (labels as f32 - 1.0).max(1.0) };
        let signs: Vec<f32> = (0..labels).map(|at| if at == label { 1.0 } else { -others }).collect();
        let linear: Vec<f32> = (0..labels).map(|at| signs[at] * self.head.scales[at] * self.head.slope).collect();
        let net = self.head.net.as_ref().map(|net| {
            let hidden = self.hidden(net, features, bytes);
            let slope = |at: usize| (0..labels).map(|label| signs[label] * net.out[label][at]).sum::<f32>() * net.scale;
            let slopes: Vec<f32> = (0..net.width).map(|at| if hidden[at] > 0.0 { slope(at) } else { 0.0 }).collect();
            (net, slopes, &bytes[self.net_table.clone()])
        });
        let share = net.as_ref().map_or(0.0, |(net, ..)| net.share);
        let mut found = vec![0.0_f32; entries];
        for group in &self.groups {
            for feature in &features.groups[*group as usize] {
                let Some(entry) = found.get_mut(feature.entry as usize) else { continue };
                let row = &table[(feature.hash & mask) as usize * labels..][..labels];
                let worth: f32 = row.iter().zip(&linear).map(|(weight, by)| f32::from(*weight as i8) * by).sum();
                *entry += worth * (1.0 - share);
                if let Some((net, slopes, table)) = &net {
                    let bucket = (feature.hash & ((1_u32 << net.bits) - 1)) as usize;
                    let row = &table[bucket * net.width..][..net.width];
                    let worth: f32 = row.iter().zip(slopes).map(|(weight, by)| f32::from(*weight as i8) * by).sum();
                    *entry += worth * share;
                }
            }
        }
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
    pub fn new(head: Head, tables: &[&[i8]]) -> Result<Self, ModelError> {
        let topics: Vec<String> = (0..(head.dense[0].len() - DENSE) / 2).map(|at| at.to_string()).collect();
        let header = Header { features: VERSION, topics: topics.clone(), heads: vec![head], ..Header::default() };
        let bytes = write(&header, tables);
        let mut model = Model::read("single", &bytes, &topics.iter().map(String::as_str).collect::<Vec<_>>())?;
        Ok(Self { ready: model.heads.remove(0), bytes })
    }

    /// What the head says of a text.
    pub fn answer(&self, features: &Features) -> Answer {
        self.ready.answer(features, &self.bytes)
    }

    /// Margins of the linear model and of the network to scores.
    pub fn calibrated(&self, margins: &[f32], other: Option<&[f32]>) -> Answer {
        self.ready.calibrated(margins, other)
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

/// Writes a model file; `tables` in the order of the header's heads, each head's own before its network's.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_bytes() {
        let table: Vec<u8> = (0..7 * 100_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        let mut sums = Sums::<1>::default();
        let mut plain = [0_i32; 7];
        for turn in 0..1_000 {
            let row = (turn * 37) % 100;
            sums.add(&table, row * 7);
            plain.iter_mut().zip(&table[row * 7..]).for_each(|(sum, byte)| *sum += i32::from(*byte as i8));
        }
        assert_eq!(sums.finish()[..7], plain);
    }

    #[test]
    fn damaged_files_are_refused() {
        let head = Head {
            name: "x".into(),
            labels: vec!["a".into(), "b".into()],
            groups: vec!["word".into()],
            bits: 4,
            scales: vec![1.0; 2],
            dense: vec![vec![0.0; DENSE]; 2],
            slope: 1.0,
            shifts: vec![0.0; 2],
            ..Head::default()
        };
        let header = Header { features: VERSION, heads: vec![head], ..Header::default() };
        let whole = write(&header, &[vec![0_i8; 32]]);
        assert!(Model::read("x", &whole, &[]).is_ok());
        for cut in [0, 5, 11, 40, whole.len() - 1] {
            let error = Model::read("x", &whole[..cut], &[]).expect_err("cut short");
            assert!(error.to_string().starts_with("model \"x\" is damaged: "), "{error}");
        }
        let old = Header { features: VERSION + 1, ..header };
        let error = Model::read("x", &write(&old, &[vec![0_i8; 32]]), &[]).expect_err("of another version");
        assert!(error.to_string().ends_with("train it again"), "{error}");
    }
}
