//! Linear support vector machines with squared hinge loss, by dual coordinate descent (Hsieh et al., 2008), one against the rest.
//!
//! Deterministic: a fixed seed orders the rows, and every class is trained by itself.

/// One text: columns and values, in any order of columns without repeats.
pub type Row = Vec<(u32, f32)>;

/// Stops earlier where no step is larger than this.
const SMALL: f32 = 0.02;

/// One problem: which rows, on which side, at which cost.
pub struct Problem<'a> {
    /// All rows.
    pub rows: &'a [Row],
    /// Row, side, cost.
    pub points: Vec<(usize, bool, f32)>,
    /// Number of columns.
    pub columns: usize,
    /// What each column's values are multiplied by for this problem; all 1 if empty.
    pub stretch: Vec<f32>,
    /// At most this many passes.
    pub passes: usize,
}

/// The weight of every column.
pub fn solve(problem: &Problem<'_>, seed: u64) -> Vec<f32> {
    let stretch = |column: u32| problem.stretch.get(column as usize).copied().unwrap_or(1.0);
    let mut weights = vec![0.0_f32; problem.columns];
    let mut alphas = vec![0.0_f32; problem.points.len()];
    let diagonal: Vec<f32> = problem
        .points
        .iter()
        .map(|&(row, _, cost)| {
            problem.rows[row].iter().map(|&(column, value)| (value * stretch(column)).powi(2)).sum::<f32>() + 0.5 / cost
        })
        .collect();
    let mut order: Vec<usize> = (0..problem.points.len()).collect();
    let mut random = Random(seed | 1);
    for _ in 0..problem.passes {
        random.shuffle(&mut order);
        let mut largest = 0.0_f32;
        for &at in &order {
            let (row, positive, cost) = problem.points[at];
            let side = if positive { 1.0 } else { -1.0 };
            let row = &problem.rows[row];
            let score: f32 =
                row.iter().map(|&(column, value)| weights[column as usize] * value * stretch(column)).sum();
            let gradient = side * score - 1.0 + alphas[at] * 0.5 / cost;
            let before = alphas[at];
            if before == 0.0 && gradient >= 0.0 {
                continue;
            }
            largest = largest.max(gradient.abs());
            alphas[at] = (before - gradient / diagonal[at]).max(0.0);
            let step = (alphas[at] - before) * side;
            if step != 0.0 {
                for &(column, value) in row {
                    weights[column as usize] += step * value * stretch(column);
                }
            }
        }
        if largest < SMALL {
            break;
        }
    }
    weights.iter_mut().enumerate().for_each(|(column, weight)| *weight *= stretch(column as u32));
    weights
}

/// xorshift64*: small, and the same everywhere.
pub struct Random(pub u64);

impl Random {
    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Puts things into a random order.
    pub fn shuffle<T>(&mut self, things: &mut [T]) {
        for at in (1..things.len()).rev() {
            let other = (self.next() >> 33) as usize % (at + 1);
            things.swap(at, other);
        }
    }
}
