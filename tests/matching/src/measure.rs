//! Figures of claim matching.

use crate::{Matching, Query};

/// What is measured on queries whose fact-check is known.
#[derive(Debug, Default)]
pub struct Figures {
    /// Queries.
    pub queries: usize,
    /// Share with the right fact-check first.
    pub hit_at_1: f64,
    /// Mean reciprocal rank; nothing found counts as 0.
    pub mrr: f64,
    /// Share confirmed.
    pub confirmed: f64,
    /// Share of the confirmed fact-checks that are right.
    pub confirm_precision: f64,
    /// Share with anything suggested or confirmed.
    pub suggested: f64,
    /// Share with the right fact-check among the suggested and confirmed.
    pub suggest_recall: f64,
}

/// Judges queries twice: `all` shows every candidate and orders, `levels` has the thresholds.
///
/// # Errors
/// The index cannot be read.
pub fn figures(all: &Matching, levels: &Matching, queries: &[Query]) -> store::Result<Figures> {
    let mut sums = Figures { queries: queries.len(), ..Figures::default() };
    let (mut confirmed, mut right) = (0.0, 0.0);
    for query in queries {
        let is_right = |id: &str| query.relevant.iter().any(|relevant| relevant == id);
        let ranked = all.post(&query.id, &query.text)?.matches;
        if let Some(rank) = ranked.iter().position(|found| is_right(&found.claim_id)) {
            sums.hit_at_1 += f64::from(u8::from(rank == 0));
            sums.mrr += 1.0 / (rank + 1) as f64;
        }
        let shown = levels.post(&query.id, &query.text)?.matches;
        sums.suggested += f64::from(u8::from(!shown.is_empty()));
        sums.suggest_recall += f64::from(u8::from(shown.iter().any(|found| is_right(&found.claim_id))));
        let sure: Vec<_> = shown.iter().filter(|found| found.level == "confirm").collect();
        sums.confirmed += f64::from(u8::from(!sure.is_empty()));
        confirmed += sure.len() as f64;
        right += sure.iter().filter(|found| is_right(&found.claim_id)).count() as f64;
    }
    let n = queries.len().max(1) as f64;
    for share in [&mut sums.hit_at_1, &mut sums.mrr, &mut sums.confirmed, &mut sums.suggested, &mut sums.suggest_recall]
    {
        *share /= n;
    }
    sums.confirm_precision = right / f64::max(confirmed, 1.0);
    Ok(sums)
}

/// What is measured on posts that nobody has said to carry a checked claim.
#[derive(Debug, Default)]
pub struct Negatives {
    /// Posts.
    pub posts: usize,
    /// Share confirmed.
    pub confirmed: f64,
    /// Share with anything suggested or confirmed.
    pub suggested: f64,
    /// The confirmed ones, for reading: id of the post, id of the fact-check.
    pub pairs: Vec<(String, String)>,
}

/// Judges posts.
///
/// # Errors
/// The index cannot be read.
pub fn negatives(levels: &Matching, posts: &[(String, String)]) -> store::Result<Negatives> {
    let mut found = Negatives { posts: posts.len(), ..Negatives::default() };
    let mut suggested = 0;
    for (id, text) in posts {
        let matches = levels.post(id, text)?.matches;
        suggested += usize::from(!matches.is_empty());
        let sure = matches.iter().find(|found| found.level == "confirm");
        found.pairs.extend(sure.map(|sure| (id.clone(), sure.claim_id.clone())));
    }
    let n = posts.len().max(1) as f64;
    (found.confirmed, found.suggested) = (found.pairs.len() as f64 / n, suggested as f64 / n);
    Ok(found)
}
