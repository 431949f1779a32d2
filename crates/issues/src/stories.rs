//! Stories: the documents that report one event.

use crate::{Options, cluster::Cluster, features::DAY};

/// What is left of a similarity where the headlines name other days, towns, companies or figures.
const LEFT_IF_TOLD_APART: f32 = 0.75;

/// How much two clusters speak of one event; `None` where they cannot.
pub(crate) fn similarity(a: &Cluster, b: &Cluster, options: &Options) -> Option<f32> {
    let gap = a.gap(b);
    let days = a.date().zip(b.date()).map(|(a, b)| i64::from((a - b).get_days()).abs());
    if gap > options.story_days * DAY || days.is_some_and(|days| days > options.story_days) {
        return None;
    }
    // Follow-ups come within hours; what comes days later, or tells of another day, needs more in common. Agreement on
    // the day earns nothing: measured, it joins whatever happened on one busy day.
    let decay = 1.0 - 0.1 * gap as f32 / DAY as f32;
    let difference = 1.0 - 0.05 * days.unwrap_or(0) as f32;
    let similarity = a.similarity(b) * decay * difference;
    if similarity < options.story_similarity {
        return Some(similarity);
    }
    Some(similarity * (1.0 - (1.0 - LEFT_IF_TOLD_APART) * a.told_apart(b)))
}

/// True for clusters near enough to be looked at together.
pub(crate) fn near(a: &Cluster, b: &Cluster, options: &Options) -> bool {
    /// Joins among third parties can lift a pair by so much.
    const MARGIN: f32 = 0.75;
    similarity(a, b, options).is_some_and(|similarity| similarity >= MARGIN * options.story_similarity)
}
