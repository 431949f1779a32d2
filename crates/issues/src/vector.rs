//! Sparse vectors: hashed terms with weights, sorted by term, so that every sum is taken in the same order.

/// Terms with weights, sorted by term, each once.
pub(crate) type Vector = Vec<(u64, f32)>;

/// The scalar product.
pub(crate) fn dot(a: &[(u64, f32)], b: &[(u64, f32)]) -> f32 {
    let (small, large) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    // A post against the centre of a large story: looking its few terms up is cheaper than walking along both.
    if small.len() * 16 < large.len() {
        let found = |&(term, weight): &(u64, f32)| {
            large.binary_search_by_key(&term, |&(other, _)| other).map_or(0.0, |at| weight * large[at].1)
        };
        return small.iter().map(found).sum();
    }
    let (mut i, mut j, mut sum) = (0, 0, 0.0);
    while i < small.len() && j < large.len() {
        // Which side is next cannot be guessed; without a branch on it the walk is several times as fast.
        let (a, b) = (small[i], large[j]);
        if a.0 == b.0 {
            sum += a.1 * b.1;
        }
        i += usize::from(a.0 <= b.0);
        j += usize::from(b.0 <= a.0);
    }
    sum
}

/// Adds up vectors that were put one behind the other. The sort is stable and each vector is sorted already, so that
/// equal terms are summed in the order of the vectors, and the work is that of merging.
pub(crate) fn add_up(vectors: &mut Vector) {
    if vectors.is_sorted_by(|a, b| a.0 < b.0) {
        return;
    }
    vectors.sort_by_key(|&(term, _)| term);
    vectors.dedup_by(|next, sum| {
        let same = next.0 == sum.0;
        if same {
            sum.1 += next.1;
        }
        same
    });
}

/// Keeps the heaviest terms.
pub(crate) fn truncate(vector: &mut Vector, terms: usize) {
    if vector.len() > terms {
        if terms > 0 {
            vector.select_nth_unstable_by(terms - 1, |a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        }
        vector.truncate(terms);
        vector.sort_unstable_by_key(|&(term, _)| term);
    }
}

/// The same direction at length 1; an empty vector stays empty.
pub(crate) fn unit(mut vector: Vector) -> Vector {
    let length = vector.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|(_, weight)| *weight /= length);
    }
    vector
}

/// Rounds weights to what is written down, so that a vector that was read again is the one that was written.
pub(crate) fn round(vector: &mut Vector) {
    vector.iter_mut().for_each(|(_, weight)| *weight = (*weight * STEPS).round().max(1.0) / STEPS);
}

/// Steps of a rounded weight between 0 and 1.
const STEPS: f32 = 2_048.0;

/// Vectors as they are written: distances from term to term, and the weights.
pub(crate) mod written {
    use super::Vector;
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    pub(crate) fn serialize<S: Serializer>(vector: &Vector, serializer: S) -> Result<S::Ok, S::Error> {
        let mut before = 0;
        let steps: Vec<(u64, f32)> = vector
            .iter()
            .map(|&(term, weight)| {
                let step = term - before;
                before = term;
                (step, weight)
            })
            .collect();
        steps.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vector, D::Error> {
        let mut term = 0_u64;
        let steps = Vec::<(u64, f32)>::deserialize(deserializer)?;
        let whole = |(step, weight): (u64, f32)| {
            term = term.wrapping_add(step);
            (term, weight)
        };
        Ok(steps.into_iter().map(whole).collect())
    }
}

/// Vectors of rounded weights as they are written.
pub(crate) mod written_rounded {
    use super::{STEPS, Vector};
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    pub(crate) fn serialize<S: Serializer>(vector: &Vector, serializer: S) -> Result<S::Ok, S::Error> {
        let mut before = 0;
        let steps: Vec<(u64, u32)> = vector
            .iter()
            .map(|&(term, weight)| {
                let step = term - before;
                before = term;
                (step, (weight * STEPS).round() as u32)
            })
            .collect();
        steps.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vector, D::Error> {
        let mut term = 0_u64;
        let steps = Vec::<(u64, u32)>::deserialize(deserializer)?;
        let whole = |(step, weight): (u64, u32)| {
            term = term.wrapping_add(step);
            (term, weight as f32 / STEPS)
        };
        Ok(steps.into_iter().map(whole).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_meet_on_equal_terms() {
        let a = vec![(1, 1.0), (3, 2.0), (5, 1.0)];
        let b = vec![(3, 4.0), (4, 1.0)];
        assert_eq!(dot(&a, &b), 8.0);
        let long: Vector = (0..100).map(|term| (term, 1.0)).collect();
        assert_eq!(dot(&b, &long), 5.0);
    }

    #[test]
    fn the_heaviest_terms_are_kept_in_order() {
        let mut vector = vec![(1, 0.5), (2, 3.0), (3, 2.0)];
        truncate(&mut vector, 2);
        assert_eq!(vector, [(2, 3.0), (3, 2.0)]);
        assert_eq!(unit(vec![(1, 3.0), (2, 4.0)]), [(1, 0.6), (2, 0.8)]);
    }
}
