//! Margins of rows that a fold did not see, to a slope and shifts that make scores mean what they say.

/// Slope and shifts of a head.
#[derive(Clone, Debug)]
pub struct Calibration {
    /// Margins are multiplied by it.
    pub slope: f32,
    /// Added to each label's margin.
    pub shifts: Vec<f32>,
}

/// Minimises the log loss of softmax(slope · margin + shift) by gradient descent; rows weigh what they weigh.
/// `rate` is the size of a step: 4 for margins, below 1 for logarithms of scores, which are longer.
pub fn one_of(margins: &[Vec<f32>], gold: &[usize], weights: &[f32], free_shifts: bool, rate: f64) -> Calibration {
    let labels = margins.first().map_or(1, Vec::len);
    let (mut slope, mut shifts) = (if rate < 1.0 { 1.0 } else { 3.0_f64 }, vec![0.0_f64; labels]);
    let all: f64 = weights.iter().map(|weight| f64::from(*weight)).sum();
    for _ in 0..400 {
        let (mut by_slope, mut by_shift) = (0.0, vec![0.0; labels]);
        for ((margins, &gold), &weight) in margins.iter().zip(gold).zip(weights) {
            let raised: Vec<f64> = margins.iter().zip(&shifts).map(|(m, s)| f64::from(*m) * slope + s).collect();
            let most = raised.iter().copied().fold(f64::MIN, f64::max);
            let exp: Vec<f64> = raised.iter().map(|r| (r - most).exp()).collect();
            let sum: f64 = exp.iter().sum();
            for label in 0..labels {
                let off = (exp[label] / sum - f64::from(u8::from(label == gold))) * f64::from(weight);
                by_slope += off * f64::from(margins[label]);
                by_shift[label] += off;
            }
        }
        slope -= rate * by_slope / all;
        if free_shifts {
            shifts.iter_mut().zip(&by_shift).for_each(|(shift, by)| *shift -= rate / 2.0 * by / all);
        }
    }
    Calibration { slope: slope as f32, shifts: shifts.iter().map(|shift| *shift as f32).collect() }
}

/// The same for labels of which a text may have any number: one logistic curve for all, by Newton's method.
pub fn any_of(margins: &[Vec<f32>], gold: &[Vec<usize>]) -> Calibration {
    let labels = margins.first().map_or(1, Vec::len);
    let (mut slope, mut shift) = (2.0_f64, 0.0_f64);
    for _ in 0..30 {
        let (mut g0, mut g1, mut h00, mut h01, mut h11) = (0.0, 0.0, 1e-6, 0.0, 1e-6);
        for (margins, gold) in margins.iter().zip(gold) {
            for (label, &margin) in margins.iter().enumerate() {
                let margin = f64::from(margin);
                let score = 1.0 / (1.0 + (-(margin * slope + shift)).exp());
                let off = score - f64::from(u8::from(gold.contains(&label)));
                let curve = score * (1.0 - score);
                g0 += off * margin;
                g1 += off;
                h00 += curve * margin * margin;
                h01 += curve * margin;
                h11 += curve;
            }
        }
        let determinant = h00 * h11 - h01 * h01;
        slope -= (h11 * g0 - h01 * g1) / determinant;
        shift -= (h00 * g1 - h01 * g0) / determinant;
    }
    Calibration { slope: slope as f32, shifts: vec![shift as f32; labels] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_match_how_often_they_are_right() {
        // Margin 1 is right three times in four.
        let margins: Vec<Vec<f32>> = (0..400).map(|_| vec![1.0, 0.0]).collect();
        let gold: Vec<usize> = (0..400).map(|at| usize::from(at % 4 == 0)).collect();
        let found = one_of(&margins, &gold, &vec![1.0; 400], false, 4.0);
        let score = 1.0 / (1.0 + (-found.slope).exp());
        assert!((score - 0.75).abs() < 0.01, "{score}");
    }
}
