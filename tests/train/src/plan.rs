//! `plan.toml`: which heads are trained, on what, how; and the training of one head.

use crate::calibrate::{self, Calibration};
use crate::card::{self, HeadCard};
use crate::net::{self, NetPlan};
use crate::svm::{Problem, Row, solve};
use analyse::Analyser;
use analyse::features::{DENSE, Features, Group};
use analyse::linear::{Head, WIDTH};
use anyhow::{Context, Result, bail};
use eval::data::{self, Example};
use eval::score::{self, Score};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// The whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Region whose topics are learned.
    pub region: String,
    /// Day of the last change of data or plan, for the card.
    pub date: String,
    /// The sets, for the card.
    pub data: Vec<DataSet>,
    /// The model files.
    pub model: Vec<ModelPlan>,
}

/// A set of rows, as the card names it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataSet {
    /// Its name.
    pub name: String,
    /// Its licence.
    pub licence: String,
    /// Who made it, and where it is from.
    pub origin: String,
}

/// One model file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelPlan {
    /// Path below `lexicons/`.
    pub file: String,
    /// Whether the region's topics are among the dense features.
    #[serde(default)]
    pub topics: bool,
    /// Its heads.
    pub head: Vec<HeadPlan>,
}

/// One head.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadPlan {
    /// What it decides.
    pub name: String,
    /// The answers; none for the region's topics.
    #[serde(default)]
    pub labels: Vec<String>,
    /// Sorts of n-grams.
    pub groups: Vec<String>,
    /// Two to this power is the number of buckets.
    pub bits: u32,
    /// Cost of a row on the wrong side.
    pub cost: f32,
    /// How much the dense features weigh beside the n-grams.
    pub dense: f32,
    /// 1 makes all labels cost the same together, 0 every row the same.
    pub balance: f32,
    /// Below this confidence an answer is unsure.
    pub sure_from: f32,
    /// How far n-grams that part the sides are stretched, 0 to 1.
    #[serde(default)]
    pub ratio: f32,
    /// Also trains on the first words of each text: few words must be enough.
    #[serde(default)]
    pub windows: Vec<usize>,
    /// Below 1, scores are flattened by this factor.
    #[serde(default = "one")]
    pub modesty: f32,
    /// Whether labels are shifted in the calibration, not only sloped.
    #[serde(default)]
    pub shifts: bool,
    /// The network beside the linear model.
    pub net: Option<NetPlan>,
    /// Where the rows come from.
    pub source: Vec<Source>,
    /// What is measured, beside the folds.
    #[serde(default)]
    pub test: Vec<Source>,
}

/// Rows of one sort.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Files: a public set's name, `nusax` for its twelve, or `own` for every file of ours.
    pub set: String,
    /// Kept apart as `train` or `valid`.
    #[serde(default)]
    pub part: String,
    /// What a row counts.
    #[serde(default = "one")]
    pub weight: f32,
    /// Labels that this set does not use: it teaches nothing about them.
    #[serde(default)]
    pub lacks: Vec<String>,
}

fn one() -> f32 {
    1.0
}

/// What came out.
pub struct Trained {
    /// For the model file.
    pub head: Head,
    /// For the model file.
    pub tables: Vec<Vec<i8>>,
    /// For the developer.
    pub summary: String,
    /// For the card.
    pub card: HeadCard,
}

/// A row of training data.
struct Point {
    example: Example,
    gold: Vec<usize>,
    weight: f32,
    lacks: Vec<usize>,
    /// A beginning of a longer text: not measured.
    cut: bool,
}

const FOLDS: usize = 5;
const PASSES: usize = 20;
const SEED: u64 = 20_261_122;

/// Trains one head.
pub fn train(
    plan: &HeadPlan,
    topics: Option<&[String]>,
    analyser: &Analyser,
    root: &Path,
    nlp: &Path,
) -> Result<Trained> {
    let labels: Vec<String> =
        if plan.labels.is_empty() { topics.context("a head without labels")?.to_vec() } else { plan.labels.clone() };
    let many = plan.labels.is_empty();
    let groups: Option<Vec<Group>> =
        plan.groups.iter().map(|name| Group::ALL.into_iter().find(|group| group.name() == name)).collect();
    let groups = groups.with_context(|| format!("{}: unknown group", plan.name))?;
    let mut points = Vec::new();
    for source in &plan.source {
        points.extend(read(source, plan, &labels, root, nlp)?);
    }
    let whole = points.len();
    // Stretches of each text, always the same ones: of every length where a set weighs full, else one length in turn.
    for at in (0..whole).filter(|_| !plan.windows.is_empty()) {
        for (turn, &words) in plan.windows.iter().enumerate() {
            let point = &points[at];
            let text: Vec<&str> = point.example.document.text.split_whitespace().collect();
            if text.len() > words && (point.weight >= 1.0 || at % plan.windows.len() == turn) {
                let start = (at * 7919) % (text.len() - words + 1);
                let mut example = point.example.clone();
                example.document.title = None;
                example.document.text = text[start..start + words].join(" ");
                let (gold, lacks) = (point.gold.clone(), point.lacks.clone());
                points.push(Point { example, gold, weight: point.weight, lacks, cut: true });
            }
        }
    }
    let dense = DENSE + topics.map_or(0, |topics| 2 * topics.len());
    let features: Vec<Features> = points.par_iter().map(|point| analyser.features(&point.example.document)).collect();
    let worth = worth(&features, &groups, plan.bits);
    let shape = Shape { groups: &groups, bits: plan.bits, dense, dense_worth: plan.dense };
    let rows: Vec<Row> = features.par_iter().map(|features| shape.row(features, &worth)).collect();
    let net_shape =
        plan.net.as_ref().map(|net| Shape { groups: &groups, bits: net.bits, dense, dense_worth: plan.dense });
    let net_worth = net_shape.as_ref().map_or_else(Vec::new, |shape| self::worth(&features, &groups, shape.bits));
    let net_rows: Vec<Row> = net_shape
        .as_ref()
        .map_or_else(Vec::new, |shape| features.par_iter().map(|features| shape.row(features, &net_worth)).collect());
    let learn = |wanted: &dyn Fn(usize) -> bool| {
        let (net, shape) = plan.net.as_ref().zip(net_shape.as_ref())?;
        let used = (0..points.len()).filter(|at| wanted(*at)).map(|at| {
            let Point { gold, weight, lacks, .. } = &points[at];
            net::Point { row: at, gold, weight: *weight, lacks }
        });
        let used: Vec<_> = used.collect();
        Some(net::solve(&net_rows, &used, shape.columns(), labels.len(), many, net, SEED))
    };
    drop(features);

    // Folds by group: no row is judged by weights that saw one of its siblings.
    let fold_of = |point: &Point| {
        let hash = blake3::hash(point.example.group.as_bytes());
        hash.as_bytes()[0] as usize % FOLDS
    };
    let folds: Vec<usize> = points.iter().map(fold_of).collect();
    let mut margins = vec![Vec::new(); points.len()];
    let mut others: Vec<Option<Vec<f32>>> = vec![None; points.len()];
    // For trying things out, one fold of the five is enough.
    let quick = std::env::var_os("QUICK").is_some();
    for fold in 0..if quick { 1 } else { FOLDS } {
        let weights = fit(plan, &labels, &points, &rows, shape.columns(), |at| folds[at] != fold);
        let net = learn(&|at| folds[at] != fold);
        for at in (0..points.len()).filter(|at| folds[*at] == fold) {
            margins[at] = weights.iter().map(|weights| dot(weights, &rows[at])).collect();
            others[at] = net.as_ref().map(|net| net.margins(&net_rows[at]));
        }
    }
    let measured: Vec<usize> = (0..points.len())
        .filter(|at| !points[*at].cut && points[*at].lacks.is_empty() && !margins[*at].is_empty())
        .collect();
    let golds: Vec<Vec<usize>> = measured.iter().map(|at| points[*at].gold.clone()).collect();
    let measured_weights: Vec<f32> = measured.iter().map(|at| points[*at].weight).collect();
    let calibrated = |margins: &[Vec<f32>], rate: f64, free: bool| match many {
        true => calibrate::any_of(margins, &golds),
        false => {
            let gold: Vec<usize> = golds.iter().map(|gold| gold[0]).collect();
            calibrate::one_of(margins, &gold, &measured_weights, free, rate)
        }
    };
    let picked: Vec<Vec<f32>> = measured.iter().map(|at| margins[*at].clone()).collect();
    let calibration = calibrated(&picked, 4.0, plan.shifts && plan.net.is_none());
    let weights = fit(plan, &labels, &points, &rows, shape.columns(), |_| true);
    let (mut head, table) = quantise(plan, &labels, many, &shape, &worth, &weights, &calibration);
    let mut tables = vec![table];
    if let Some(((net, net_plan), shape)) = learn(&|_| true).zip(plan.net.as_ref()).zip(net_shape.as_ref()) {
        let (mut quantised, table) = quantise_net(&net, net_plan, plan, shape, &net_worth, labels.len());
        tables.push(table);
        // The mean of the two is calibrated once more, on the folds.
        let neutral = analyse::linear::Net { sharpness: 1.0, lifts: vec![0.0; labels.len()], ..quantised.clone() };
        head.net = Some(neutral);
        let mixing = single(&head, &tables)?;
        let mixed: Vec<Vec<f32>> = measured
            .iter()
            .map(|at| mixing.calibrated(&margins[*at], others[*at].as_deref()).scores)
            .map(|scores| {
                scores.iter().map(|score| if many { (score / (1.0 - score)).ln() } else { score.ln() }).collect()
            })
            .collect();
        let calibration = calibrated(&mixed, 0.5, plan.shifts);
        // A little less sure than the folds say: they are nearer to the rows learned from than the world is.
        quantised.sharpness = calibration.slope * plan.modesty;
        quantised.lifts = calibration.shifts;
        head.net = Some(quantised);
    }

    let mut summary = format!(
        "== {} ({} rows), slope {:.2}, shifts {:.2?}\n",
        plan.name,
        points.len(),
        calibration.slope,
        &calibration.shifts[..calibration.shifts.len().min(5)]
    );
    let mut scores: Vec<(String, Score)> = Vec::new();
    let ready = single(&head, &tables)?;
    let of_folds = |at: &usize| ready.calibrated(&margins[*at], others[*at].as_deref());
    let folds_score = judge(many, plan, &labels, &measured.iter().map(of_folds).collect::<Vec<_>>(), &golds);
    line(&mut summary, &mut scores, "five folds", &folds_score, &labels);
    let mut sources: Vec<&str> = points.iter().map(|point| family(&point.example.source)).collect();
    sources.sort_unstable();
    sources.dedup();
    for source in sources {
        let of: Vec<usize> =
            measured.iter().copied().filter(|at| family(&points[*at].example.source) == source).collect();
        // Rows of a set that lacks a label are not measured.
        if of.is_empty() {
            continue;
        }
        let answers: Vec<_> = of.iter().map(of_folds).collect();
        let gold: Vec<_> = of.iter().map(|at| points[*at].gold.clone()).collect();
        line(
            &mut summary,
            &mut scores,
            &format!("folds, {source}"),
            &judge(many, plan, &labels, &answers, &gold),
            &labels,
        );
    }
    for source in &plan.test {
        let mut rows = read(source, plan, &labels, root, nlp)?;
        if source.part.ends_with("-words") {
            let words: usize = source.part.trim_end_matches("-words").parse()?;
            rows = windows(rows, words);
        }
        let answers: Vec<_> = rows.par_iter().map(|p| ready.answer(&analyser.features(&p.example.document))).collect();
        let gold: Vec<_> = rows.iter().map(|p| p.gold.clone()).collect();
        let score = judge(many, plan, &labels, &answers, &gold);
        let name = format!("{} {}", source.set, source.part);
        if source.set == "nusax" && !source.part.ends_with("-words") {
            let mut means = Vec::new();
            for (name, _) in data::NUSAX {
                let of: Vec<usize> = (0..rows.len())
                    .filter(|at| rows[*at].example.source.starts_with(&format!("nusax_{name}.")))
                    .collect();
                let answers: Vec<_> = of.iter().map(|at| answers[*at].clone()).collect();
                let gold: Vec<_> = of.iter().map(|at| gold[*at].clone()).collect();
                means.push(judge(many, plan, &labels, &answers, &gold).macro_f1);
            }
            writeln!(summary, "  mean over the twelve: {:.2}", means.iter().sum::<f64>() / means.len() as f64 * 100.0)?;
        }
        line(&mut summary, &mut scores, &name, &score, &labels);
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for point in &points[..whole] {
        *counts.entry(family(&point.example.source).to_owned()).or_default() += 1;
    }
    let examples: Vec<&Example> = points[..whole].iter().map(|point| &point.example).collect();
    let many_labels = labels.len();
    let weight = |label: usize, bucket: usize| f32::from(tables[0][bucket * many_labels + label]) * head.scales[label];
    let ngrams = card::strongest(&examples, &labels, plan.bits, &weight);
    let card = HeadCard { name: plan.name.clone(), labels, rows: counts, scores, ngrams };
    Ok(Trained { head, tables, summary, card })
}

fn line(summary: &mut String, scores: &mut Vec<(String, Score)>, name: &str, score: &Score, labels: &[String]) {
    let mut by_label: Vec<(f64, &str)> = score.f1.iter().copied().zip(labels.iter().map(String::as_str)).collect();
    if labels.len() > 16 {
        by_label.sort_by(|a, b| a.0.total_cmp(&b.0));
        by_label.truncate(8);
    }
    let each: Vec<String> = by_label.iter().map(|(f1, label)| format!("{label} {:.0}", f1 * 100.0)).collect();
    let (share, right) = score.sure;
    let _ = writeln!(
        summary,
        "  {name}: n {}, macro {:.1}, micro {:.1}, ece {:.3}, sure {:.0} % right {:.1} | {}",
        score.rows,
        score.macro_f1 * 100.0,
        score.micro_f1 * 100.0,
        score.calibration_error,
        share * 100.0,
        right * 100.0,
        each.join(", ")
    );
    scores.push((name.to_owned(), score.clone()));
}

/// Sets of many files by one name.
fn family(source: &str) -> &str {
    ["nusax", "nwsenti", "smsa"].into_iter().find(|family| source.starts_with(family)).unwrap_or(source)
}

fn judge(
    many: bool,
    plan: &HeadPlan,
    labels: &[String],
    answers: &[analyse::linear::Answer],
    gold: &[Vec<usize>],
) -> Score {
    if many {
        let given = |answer: &analyse::linear::Answer| {
            (0..labels.len()).filter(|at| answer.scores[*at] >= plan.sure_from).collect()
        };
        return score::any_of(labels.len(), &answers.iter().map(given).collect::<Vec<_>>(), gold);
    }
    let answers: Vec<_> = answers.iter().map(|answer| (answer.best, answer.confidence())).collect();
    score::one_of(labels.len(), &answers, &gold.iter().map(|gold| gold[0]).collect::<Vec<_>>())
}

fn windows(points: Vec<Point>, words: usize) -> Vec<Point> {
    let mut found = Vec::new();
    for point in points {
        let text: Vec<&str> = point.example.document.text.split_whitespace().collect();
        for window in text.chunks_exact(words) {
            let mut example = point.example.clone();
            example.document.text = window.join(" ");
            found.push(Point { example, gold: point.gold.clone(), weight: 1.0, lacks: Vec::new(), cut: true });
        }
    }
    found
}

fn read(source: &Source, plan: &HeadPlan, labels: &[String], root: &Path, nlp: &Path) -> Result<Vec<Point>> {
    let examples = data::set(&source.set, &source.part, &plan.name, root, nlp)?;
    let position = |label: &String| labels.iter().position(|known| known == label);
    let mut points = Vec::new();
    for example in examples {
        let Some(found) = example.labels.get(plan.name.as_str()) else { continue };
        let gold: Option<Vec<usize>> = found.iter().map(position).collect();
        let Some(gold) = gold else { bail!("{}: unknown label in {found:?} ({})", plan.name, example.source) };
        let lacks = source.lacks.iter().filter_map(position).collect();
        points.push(Point { example, gold, weight: source.weight, lacks, cut: false });
    }
    Ok(points)
}

/// How rare an n-gram is, as tf·idf has it, brought to about 1.
fn worth(features: &[Features], groups: &[Group], bits: u32) -> Vec<f32> {
    let mask = (1_u32 << bits) - 1;
    let mut last = vec![u32::MAX; 1 << bits];
    let mut counts = vec![0_u32; 1 << bits];
    for (at, features) in features.iter().enumerate() {
        for group in groups {
            for feature in &features.groups[*group as usize] {
                let bucket = (feature.hash & mask) as usize;
                if last[bucket] != at as u32 {
                    last[bucket] = at as u32;
                    counts[bucket] += 1;
                }
            }
        }
    }
    let all = features.len() as f32;
    counts.iter().map(|&count| ((all / count.max(1) as f32).ln() + 1.0) / 6.0).collect()
}

struct Shape<'a> {
    groups: &'a [Group],
    bits: u32,
    dense: usize,
    dense_worth: f32,
}

impl Shape<'_> {
    fn columns(&self) -> usize {
        (1 << self.bits) + self.dense
    }

    fn row(&self, features: &Features, worth: &[f32]) -> Row {
        let mask = (1_u32 << self.bits) - 1;
        let mut counts: FxHashMap<u32, f32> = FxHashMap::default();
        let mut all = 0.0_f32;
        for group in self.groups {
            for feature in &features.groups[*group as usize] {
                *counts.entry(feature.hash & mask).or_default() += 1.0;
                all += 1.0;
            }
        }
        let length = all.max(1.0).sqrt();
        let mut row: Row = counts.into_iter().map(|(at, count)| (at, count * worth[at as usize] / length)).collect();
        row.sort_unstable_by_key(|(column, _)| *column);
        let base = 1_u32 << self.bits;
        let dense = features.dense.iter().take(self.dense).enumerate().filter(|(_, value)| **value != 0.0);
        row.extend(dense.map(|(at, value)| (base + at as u32, value * self.dense_worth)));
        row
    }
}

fn dot(weights: &[f32], row: &Row) -> f32 {
    row.iter().map(|&(column, value)| weights[column as usize] * value).sum()
}

fn fit(
    plan: &HeadPlan,
    labels: &[String],
    points: &[Point],
    rows: &[Row],
    columns: usize,
    wanted: impl Fn(usize) -> bool + Sync,
) -> Vec<Vec<f32>> {
    (0..labels.len())
        .into_par_iter()
        .map(|label| {
            let used: Vec<usize> =
                (0..points.len()).filter(|at| wanted(*at) && !points[*at].lacks.contains(&label)).collect();
            let total: f32 = used.iter().map(|at| points[*at].weight).sum();
            let positive: f32 =
                used.iter().filter(|at| points[**at].gold.contains(&label)).map(|at| points[*at].weight).sum();
            let shares = [total / 2.0 / positive.max(1.0), total / 2.0 / (total - positive).max(1.0)];
            let points: Vec<(usize, bool, f32)> = used
                .into_iter()
                .map(|at| {
                    let is = points[at].gold.contains(&label);
                    let share = if is { shares[0] } else { shares[1] };
                    (at, is, plan.cost * share.powf(plan.balance) * points[at].weight)
                })
                .collect();
            let stretch = if plan.ratio > 0.0 { ratios(rows, &points, columns, plan.ratio) } else { Vec::new() };
            solve(&Problem { rows, points, columns, stretch, passes: PASSES }, SEED + label as u64)
        })
        .collect()
}

/// How much more often a column stands on one side than on the other (Wang and Manning, 2012), mixed with 1.
fn ratios(rows: &[Row], points: &[(usize, bool, f32)], columns: usize, share: f32) -> Vec<f32> {
    let mut sides = [vec![0.5_f32; columns], vec![0.5_f32; columns]];
    let mut all = [1.0_f32; 2];
    for &(row, positive, cost) in points {
        let side = usize::from(positive);
        for &(column, value) in &rows[row] {
            let value = value.abs() * cost;
            sides[side][column as usize] += value;
            all[side] += value;
        }
    }
    (0..columns)
        .map(|at| {
            let ratio = (sides[1][at] / all[1]).ln() - (sides[0][at] / all[0]).ln();
            1.0 - share + share * ratio.abs().min(4.0)
        })
        .collect()
}

fn quantise(
    plan: &HeadPlan,
    labels: &[String],
    many: bool,
    shape: &Shape<'_>,
    worth: &[f32],
    weights: &[Vec<f32>],
    calibration: &Calibration,
) -> (Head, Vec<i8>) {
    let buckets = 1_usize << plan.bits;
    let folded: Vec<Vec<f32>> = weights.iter().map(|of| (0..buckets).map(|at| of[at] * worth[at]).collect()).collect();
    let scales: Vec<f32> = folded.iter().map(|of| step(of)).collect();
    let mut table = vec![0_i8; buckets * labels.len()];
    for (label, of) in folded.iter().enumerate() {
        for (at, weight) in of.iter().enumerate() {
            table[at * labels.len() + label] = (weight / scales[label]).round().clamp(-127.0, 127.0) as i8;
        }
    }
    let dense = weights
        .iter()
        .map(|of| of[buckets..buckets + shape.dense].iter().map(|weight| round(weight * plan.dense)).collect());
    let head = Head {
        name: plan.name.clone(),
        labels: labels.to_vec(),
        groups: plan.groups.clone(),
        bits: plan.bits,
        scales,
        dense: dense.collect(),
        many,
        slope: calibration.slope,
        shifts: calibration.shifts.clone(),
        net: None,
        sure_from: plan.sure_from,
    };
    (head, table)
}

/// The head as the program will read it.
fn single(head: &Head, tables: &[Vec<i8>]) -> Result<analyse::linear::Single> {
    let tables: Vec<&[i8]> = tables.iter().map(Vec::as_slice).collect();
    Ok(analyse::linear::Single::new(head.clone(), &tables)?)
}

fn quantise_net(
    net: &net::Net,
    net_plan: &NetPlan,
    plan: &HeadPlan,
    shape: &Shape<'_>,
    worth: &[f32],
    labels: usize,
) -> (analyse::linear::Net, Vec<i8>) {
    let buckets = 1_usize << shape.bits;
    let vector = |column: usize| &net.vectors[column * WIDTH..][..WIDTH];
    let folded: Vec<f32> =
        (0..buckets).flat_map(|at| vector(at).iter().map(move |weight| weight * worth[at])).collect();
    let scale = step(&folded);
    let table = folded.iter().map(|weight| (weight / scale).round().clamp(-127.0, 127.0) as i8).collect();
    let rounded = |weights: &[f32], by: f32| weights.iter().map(|weight| round(weight * by)).collect::<Vec<_>>();
    let quantised = analyse::linear::Net {
        bits: shape.bits,
        width: WIDTH,
        scale,
        dense: (0..shape.dense).map(|at| rounded(vector(buckets + at), plan.dense)).collect(),
        shifts: rounded(&net.shifts, 1.0),
        out: net.out.iter().map(|out| rounded(out, 1.0)).collect(),
        share: net_plan.share,
        sharpness: 1.0,
        lifts: vec![0.0; labels],
    };
    (quantised, table)
}

/// What one step of int8 weights is worth. The few largest are clipped: a finer step for all others is worth more.
fn step(weights: &[f32]) -> f32 {
    let mut sizes: Vec<f32> = weights.iter().map(|weight| weight.abs()).filter(|weight| *weight > 0.0).collect();
    sizes.sort_by(f32::total_cmp);
    let at = (sizes.len() as f32 * 0.9995) as usize;
    (sizes.get(at.min(sizes.len().saturating_sub(1))).copied().unwrap_or(1.0) * 1.5 / 127.0).max(1e-9)
}

fn round(weight: f32) -> f32 {
    (weight * 1e5).round() / 1e5
}
