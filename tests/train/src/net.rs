//! A small network over the same n-grams: each has a learned vector, their sum passes a ramp, and labels are read off.
//!
//! Trained by stochastic gradient descent (AdaGrad) with a fixed seed on one thread, so that it is the same everywhere.

use crate::svm::{Random, Row};
use analyse::linear::WIDTH;
use serde::Deserialize;

/// How it is trained.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetPlan {
    /// Two to this power is the number of buckets.
    pub bits: u32,
    /// Its share of the score.
    pub share: f32,
    /// Passes over the rows.
    pub passes: usize,
    /// Size of a step.
    pub rate: f32,
    /// Share of the n-grams left out of a row at each visit.
    pub drop: f32,
    /// Pull of the weights towards zero.
    pub decay: f32,
}

/// A trained network.
pub struct Net {
    /// `width` numbers a column.
    pub vectors: Vec<f32>,
    /// `width` shifts before the ramp.
    pub shifts: Vec<f32>,
    /// `width` + 1 numbers a label; the last is its shift.
    pub out: Vec<Vec<f32>>,
}

impl Net {
    /// The margin of each label.
    pub fn margins(&self, row: &Row) -> Vec<f32> {
        let mut hidden = self.shifts.clone();
        for &(column, value) in row {
            let vector = &self.vectors[column as usize * WIDTH..][..WIDTH];
            hidden.iter_mut().zip(vector).for_each(|(h, v)| *h += v * value);
        }
        self.read(&hidden)
    }

    fn read(&self, hidden: &[f32]) -> Vec<f32> {
        let ramp = |h: &f32| h.max(0.0);
        self.out.iter().map(|o| o[WIDTH] + hidden.iter().zip(o).map(|(h, o)| ramp(h) * o).sum::<f32>()).collect()
    }
}

/// One row to learn from.
pub struct Point<'a> {
    /// Position of the row.
    pub row: usize,
    /// Its labels; one, unless labels are judged each by itself.
    pub gold: &'a [usize],
    /// What it counts.
    pub weight: f32,
    /// Labels that it says nothing about.
    pub lacks: &'a [usize],
}

/// Trains on points. `many` judges each label by itself, with a logistic loss; otherwise exactly one of them is right.
pub fn solve(
    rows: &[Row],
    points: &[Point<'_>],
    columns: usize,
    labels: usize,
    many: bool,
    plan: &NetPlan,
    seed: u64,
) -> Net {
    let width = WIDTH;
    let mut random = Random(seed | 1);
    let mut uniform = move || (random.next() >> 40) as f32 / (1_u64 << 24) as f32;
    let mut net = Net {
        vectors: (0..columns * width).map(|_| (uniform() - 0.5) * 0.2).collect(),
        shifts: vec![0.05; width],
        out: (0..labels)
            .map(|_| (0..=width).map(|at| if at == width { 0.0 } else { (uniform() - 0.5) * 0.6 }).collect())
            .collect(),
    };
    let mut vector_sums = vec![1e-4_f32; columns];
    let mut out_sums = vec![vec![1e-4_f32; width + 1]; labels];
    let mut order: Vec<usize> = (0..points.len()).collect();
    let mut shuffle = Random(seed ^ 0x55);
    for pass in 0..plan.passes {
        shuffle.shuffle(&mut order);
        let rate = plan.rate * (1.0 - pass as f32 / plan.passes as f32).max(0.1);
        for &at in &order {
            let Point { row, gold, weight, lacks } = points[at];
            let keep = 1.0 - plan.drop;
            let row: Row = rows[row].iter().filter(|_| uniform() < keep).map(|&(c, v)| (c, v / keep)).collect();
            let mut hidden = net.shifts.clone();
            for &(column, value) in &row {
                let vector = &net.vectors[column as usize * width..][..width];
                hidden.iter_mut().zip(vector).for_each(|(h, v)| *h += v * value);
            }
            let margins = net.read(&hidden);
            let given = given(&margins, many, lacks);
            let mut back = vec![0.0_f32; width];
            for label in 0..labels {
                let off = (given[label] - f32::from(u8::from(gold.contains(&label)))) * weight;
                let (out, sums) = (&mut net.out[label], &mut out_sums[label]);
                for at in 0..=width {
                    let active = if at == width { 1.0 } else { hidden[at].max(0.0) };
                    if at < width && hidden[at] > 0.0 {
                        back[at] += off * out[at];
                    }
                    let slope = off * active;
                    sums[at] += slope * slope;
                    out[at] -= rate * (slope / sums[at].sqrt() + plan.decay * out[at]);
                }
            }
            let size: f32 = back.iter().map(|b| b * b).sum::<f32>() / width as f32;
            for &(column, value) in &row {
                let sum = &mut vector_sums[column as usize];
                *sum += size * value * value;
                let step = rate * value / sum.sqrt();
                let vector = &mut net.vectors[column as usize * width..][..width];
                vector.iter_mut().zip(&back).for_each(|(v, b)| *v -= step * b);
            }
            net.shifts.iter_mut().zip(&back).for_each(|(s, b)| *s -= 0.01 * rate * b);
        }
    }
    net
}

/// Scores as the loss sees them; labels that a row says nothing about get none, and so no blame.
fn given(margins: &[f32], many: bool, lacks: &[usize]) -> Vec<f32> {
    if many {
        return margins.iter().map(|margin| 1.0 / (1.0 + (-margin).exp())).collect();
    }
    let most = margins.iter().copied().fold(f32::MIN, f32::max);
    let raised = margins.iter().enumerate();
    let raised: Vec<f32> = raised.map(|(l, m)| if lacks.contains(&l) { 0.0 } else { (m - most).exp() }).collect();
    let sum: f32 = raised.iter().sum();
    raised.iter().map(|value| value / sum).collect()
}
