//! What is usual: a mean of comparable stretches, and how far from it a figure may lie before it says anything.
//!
//! Counts of rare things scatter around their mean with about its square root. On the square-root scale that scatter is
//! the same for small and large counts, one half (Bartlett 1936; Anscombe 1948, "The transformation of Poisson, binomial
//! and negative-binomial data"), so one formula gives a usable interval from no voice at all to thousands:
//!
//! ```text
//! low, high = (√mean ∓ z/2 · √(d · (1 + 1/n)))²
//! ```
//!
//! `n` is the number of stretches that the mean rests on (1/n is its own uncertainty; the trimmed ones are counted, for they were looked at), and `d` is how much more they
//! scatter than chance alone would make them (the index of dispersion; Fisher 1950): news come in waves.

use crate::series::Stretch;

/// Scatter that chance alone has is believed as much as three observed stretches; two days prove no restlessness.
const DISPERSION_PRIOR: f32 = 3.0;
/// From so many stretches on the loudest and the quietest are left out: yesterday's flood must not make today's usual.
const TRIMMED_FROM: usize = 5;
/// However restless a matter was, the first days of a flood must not make its third usual.
const DISPERSION_MAX: f32 = 3.0;
/// 95 in 100 figures of an ordinary day lie within.
pub(crate) const Z_USUAL: f32 = 1.96;
/// One in a thousand lies above: what a rule may ring for, where hundreds of issues are looked at every day.
pub(crate) const Z_BURST: f32 = 3.09;

/// Comparable stretches taken together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Usual {
    /// Voices of one stretch with all sources.
    pub(crate) mean: f32,
    /// Stretches with data.
    pub(crate) n: usize,
    dispersion: f32,
}

impl Usual {
    /// Mean and scatter of these stretches; nothing of none. One with half its sources counts as half a stretch.
    ///
    /// A trimmed mean (Tukey 1962): of five and more stretches the loudest and the quietest count for nothing.
    pub(crate) fn of(stretches: &[Stretch]) -> Option<Self> {
        let n = stretches.len();
        let mut stretches = stretches.to_vec();
        if n >= TRIMMED_FROM {
            let rate = |stretch: &Stretch| stretch.voices / stretch.coverage.max(f32::EPSILON);
            stretches.sort_by(|a, b| rate(a).total_cmp(&rate(b)));
            stretches = stretches[1..n - 1].to_vec();
        }
        let received: f32 = stretches.iter().map(|stretch| stretch.coverage).sum();
        if received <= 0.0 {
            return None;
        }
        let mean = stretches.iter().fold(0.0, |sum, stretch| sum + stretch.voices) / received;
        let scatter: f32 = stretches
            .iter()
            .map(|stretch| {
                let expected = mean * stretch.coverage;
                if expected > 0.0 { (stretch.voices - expected).powi(2) / expected } else { 0.0 }
            })
            .sum();
        let freedom = DISPERSION_PRIOR + stretches.len() as f32 - 1.0;
        let dispersion = ((DISPERSION_PRIOR + scatter) / freedom).clamp(1.0, DISPERSION_MAX);
        Some(Self { mean, n, dispersion })
    }

    /// What is still usual where `coverage` of the sources was received. Sources that were missing can only have hidden
    /// voices: they lower the lower end and leave the upper one.
    pub(crate) fn range(&self, coverage: f32, z: f32) -> (f32, f32) {
        let half = z / 2.0 * (self.dispersion * (1.0 + 1.0 / self.n as f32)).sqrt();
        let low = ((self.mean * coverage.clamp(0.0, 1.0)).sqrt() - half).max(0.0).powi(2);
        (low, (self.mean.sqrt() + half).powi(2))
    }
}

/// The most that chance alone makes of a mean of `n` stretches, however restless these were.
pub(crate) fn chance(mean: f32, n: usize, z: f32) -> f32 {
    (mean.sqrt() + z / 2.0 * (1.0 + 1.0 / n as f32).sqrt()).powi(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual(counts: &[f32]) -> Usual {
        Usual::of(&counts.iter().map(|&voices| Stretch { voices, coverage: 1.0 }).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn the_interval_is_that_of_counts() {
        let (low, high) = usual(&[4.0, 3.0, 5.0]).range(1.0, Z_USUAL);
        assert!((0.5..1.0).contains(&low) && (9.0..10.5).contains(&high), "{low} {high}");
        let (low, high) = usual(&[100.0; 14]).range(1.0, Z_USUAL);
        assert!((78.0..82.0).contains(&low) && (120.0..123.0).contains(&high), "{low} {high}");
        let (low, high) = usual(&[0.0; 6]).range(1.0, Z_USUAL);
        assert!(low == 0.0 && (1.0..2.0).contains(&high), "{low} {high}");
    }

    #[test]
    fn one_loud_day_does_not_become_usual() {
        let flood = usual(&[62.0, 0.0, 1.0, 0.0, 0.0, 1.0]);
        assert_eq!((flood.mean, flood.n), (0.5, 6));
        assert!(flood.range(1.0, Z_USUAL).1 < 5.0);
    }

    #[test]
    fn restless_matters_and_missing_sources_widen_it() {
        let (calm, restless) = (usual(&[10.0; 6]), usual(&[2.0, 25.0, 3.0, 20.0, 4.0, 6.0]));
        assert!(restless.range(1.0, Z_USUAL).1 > calm.range(1.0, Z_USUAL).1 + 3.0);
        let (full, half) = (calm.range(1.0, Z_USUAL), calm.range(0.5, Z_USUAL));
        assert!(half.0 < full.0 && half.1 == full.1);
    }

    #[test]
    fn a_day_with_half_its_sources_is_half_a_day() {
        let stretches = [Stretch { voices: 8.0, coverage: 1.0 }, Stretch { voices: 4.0, coverage: 0.5 }];
        assert_eq!(Usual::of(&stretches).unwrap().mean, 8.0);
        assert_eq!(Usual::of(&[]), None);
    }
}
