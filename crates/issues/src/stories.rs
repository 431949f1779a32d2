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
    // Follow-ups come within hours; what comes days later, or tells of another day, needs more in common. Agreement on
    // the day earns nothing: measured, it joins whatever happened on one busy day.
    let decay = 1.0 - 0.1 * gap as f32 / DAY as f32;
    let difference = 1.0 - 0.05 * days.unwrap_or(0) as f32;
    Some(a.similarity(b) * decay * difference)
}
