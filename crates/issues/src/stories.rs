//! Stories: the documents that report one event.

use crate::{
    Options,
    cluster::{self, Cluster},
    features::DAY,
};

/// Groups documents, given in the order of time, into events.
pub(crate) fn stories(documents: Vec<Cluster>, options: &Options) -> Vec<Cluster> {
    cluster::agglomerate(documents, options.story_similarity, |a, b| similarity(a, b, options))
}

/// How much two clusters speak of one event; `None` where they cannot.
fn similarity(a: &Cluster, b: &Cluster, options: &Options) -> Option<f32> {
    let gap = a.gap(b);
    let days = a.date().zip(b.date()).map(|(a, b)| i64::from((a - b).get_days()).abs());
    if gap > options.story_days * DAY || days.is_some_and(|days| days > options.story_days) {
        return None;
    }
    // Follow-ups come within hours; what comes days later needs more in common.
    let decay = 1.0 - 0.1 * gap as f32 / DAY as f32;
    let agreement = match days {
        Some(0) => 1.1,
        Some(days) => 1.0 - 0.1 * days as f32,
        None => 1.0,
    };
    Some(a.similarity(b) * decay * agreement)
}
