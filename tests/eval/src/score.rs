//! How well a head does: F1 by label, their mean, accuracy, and whether confidence means what it says.

/// What one set of answers amounts to.
#[derive(Clone, Debug, Default)]
pub struct Score {
    /// Rows.
    pub rows: usize,
    /// F1 of each label; NaN for one that neither occurs nor is given.
    pub f1: Vec<f64>,
    /// Their mean over the labels that occur.
    pub macro_f1: f64,
    /// Over all labels together.
    pub micro_f1: f64,
    /// Expected calibration error over ten bins.
    pub calibration_error: f64,
    /// Share of rows with confidence of 0.7 and more, and how many of those are right; for labels of which a text may
    /// have any number, precision and recall.
    pub sure: (f64, f64),
    /// How often each label was given each label, by gold and then by answer; for one answer a row.
    pub confusion: Vec<Vec<usize>>,
}

/// Scores of one answer a row.
pub fn one_of(labels: usize, answers: &[(usize, f32)], gold: &[usize]) -> Score {
    let sets = |of: &mut dyn Iterator<Item = usize>| of.map(|label| vec![label]).collect::<Vec<_>>();
    let mut score = any_of(labels, &sets(&mut answers.iter().map(|a| a.0)), &sets(&mut gold.iter().copied()));
    let mut bins = [(0.0_f64, 0.0_f64, 0.0_f64); 10];
    let (mut sure, mut right) = (0.0, 0.0);
    for (&(answer, confidence), &gold) in answers.iter().zip(gold) {
        let confidence = f64::from(confidence);
        let bin = &mut bins[((confidence * 10.0) as usize).min(9)];
        let correct = f64::from(u8::from(answer == gold));
        *bin = (bin.0 + 1.0, bin.1 + confidence, bin.2 + correct);
        if confidence >= 0.7 {
            sure += 1.0;
            right += correct;
        }
    }
    score.confusion = vec![vec![0; labels]; labels];
    for (&(answer, _), &gold) in answers.iter().zip(gold) {
        score.confusion[gold][answer] += 1;
    }
    let rows = answers.len().max(1) as f64;
    score.calibration_error =
        bins.iter().map(|(_, confidence, correct)| (confidence - correct).abs()).sum::<f64>() / rows;
    score.sure = (sure / rows, right / f64::max(sure, 1.0));
    score
}

/// Scores of any number of answers a row.
pub fn any_of(labels: usize, answers: &[Vec<usize>], gold: &[Vec<usize>]) -> Score {
    let mut counts = vec![(0.0_f64, 0.0_f64, 0.0_f64); labels];
    for (answers, gold) in answers.iter().zip(gold) {
        for &label in answers {
            counts[label].1 += 1.0;
            counts[label].2 += f64::from(u8::from(gold.contains(&label)));
        }
        for &label in gold {
            counts[label].0 += 1.0;
        }
    }
    let f1 = |&(gold, given, right): &(f64, f64, f64)| 2.0 * right / (gold + given);
    let occur: Vec<f64> = counts.iter().filter(|count| count.0 > 0.0).map(f1).collect();
    let all = counts.iter().fold((0.0, 0.0, 0.0), |all, one| (all.0 + one.0, all.1 + one.1, all.2 + one.2));
    Score {
        rows: gold.len(),
        macro_f1: occur.iter().sum::<f64>() / occur.len().max(1) as f64,
        micro_f1: f1(&all),
        sure: (all.2 / f64::max(all.1, 1.0), all.2 / f64::max(all.0, 1.0)),
        f1: counts.iter().map(f1).collect(),
        ..Score::default()
    }
}

/// How far two annotators agree beyond chance (Cohen, 1960).
pub fn kappa<T: PartialEq + Ord + Clone>(first: &[T], second: &[T]) -> f64 {
    let all = first.len().max(1) as f64;
    let agree = first.iter().zip(second).filter(|(a, b)| a == b).count() as f64 / all;
    let mut labels: Vec<T> = first.iter().chain(second).cloned().collect();
    labels.sort();
    labels.dedup();
    let share = |of: &[T], label: &T| of.iter().filter(|other| *other == label).count() as f64 / all;
    let chance: f64 = labels.iter().map(|label| share(first, label) * share(second, label)).sum();
    if chance >= 1.0 { 1.0 } else { (agree - chance) / (1.0 - chance) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreement_is_measured_beyond_chance() {
        assert!((kappa(&[0, 0, 1, 1], &[0, 0, 1, 1]) - 1.0).abs() < 1e-9);
        assert!(kappa(&[0, 0, 1, 1], &[0, 1, 0, 1]).abs() < 1e-9);
    }

    #[test]
    fn labels_that_occur_make_the_mean() {
        let score = one_of(3, &[(0, 0.9), (0, 0.8), (1, 0.6)], &[0, 1, 1]);
        assert!((score.f1[0] - 2.0 / 3.0).abs() < 1e-9);
        assert!((score.macro_f1 - 2.0 / 3.0).abs() < 1e-9);
        assert_eq!(score.confusion[1], [1, 1, 0]);
        assert!((score.sure.1 - 0.5).abs() < 1e-9);
    }
}
