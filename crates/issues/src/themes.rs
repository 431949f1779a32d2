//! Themes: the stories of one matter over days, which is what an issue is.
//!
//! Stories of a theme share words and, mostly, topic and place. The topic alone joins nothing: two accidents in two
//! towns are two issues. Matters of the province, the centre or a state company (fuel, electricity, a scholarship)
//! have one cause everywhere and may span places; incidents may not.

use crate::{Options, cluster::Cluster, features::DAY};
use model::{Authority, PlaceCode, Region, TopicId};
use std::collections::BTreeSet;

/// How two matters lie to each other on the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Places {
    /// They share a regency.
    Shared,
    /// At least one names none.
    Unknown,
    /// Each names others.
    Apart,
}

impl Places {
    pub(crate) fn of<'a>(a: &BTreeSet<&'a PlaceCode>, b: &BTreeSet<&'a PlaceCode>) -> Self {
        Self::of_shared(a.is_empty() || b.is_empty(), || !a.is_disjoint(b))
    }

    /// By whether one names none and whether they share some.
    pub(crate) fn of_shared(unknown: bool, shared: impl FnOnce() -> bool) -> Self {
        match unknown {
            true => Self::Unknown,
            false if shared() => Self::Shared,
            false => Self::Apart,
        }
    }
}

/// True for matters with one cause in the whole region, as opposed to incidents and local services.
pub(crate) fn is_wide(topic: &TopicId, region: &Region) -> bool {
    region.topic(topic).is_some_and(|topic| {
        matches!(topic.authority, Authority::Provinsi | Authority::Pusat | Authority::Bumn) && !topic.serta_merta
    })
}

/// What a leader decides once: the share of the usual similarity that suffices for stories of one sensitive topic in one
/// place on one day. Prices, queues and ambulances in one fuel shortage share few words, and so do the rescue, the
/// shelter and the closed road of one flood. Plain topics are no matter by themselves: each award is another.
fn share_for_one_matter(topic: &TopicId, region: &Region) -> f32 {
    const SENSITIVE: u8 = 3;
    match region.topic(topic) {
        Some(found) if found.sensitivity >= SENSITIVE && is_wide(topic, region) => 0.3,
        Some(found) if found.sensitivity >= SENSITIVE && found.serta_merta => 0.5,
        _ => 1.0,
    }
}

/// Less than what any pair needs to be looked at together: four fifths of the smallest share above.
const HOPELESS: f32 = 0.2;

/// How much more two themes have in common than it takes; `None` where they are too far apart in time or have next to
/// nothing in common.
pub(crate) fn affinity(a: &Cluster, b: &Cluster, region: &Region, options: &Options) -> Option<f32> {
    if a.gap(b) > options.issue_days * DAY {
        return None;
    }
    // Most pairs share next to nothing, and asking for topics and places costs more than finding that out.
    let common = a.similarity(b);
    if common < options.issue_similarity * HOPELESS {
        return None;
    }
    let places = Places::of(&a.main_regencies(), &b.main_regencies());
    let same_topic = a.topic().filter(|topic| Some(*topic) == b.topic());
    // An advertisement is no part of what happens, whatever its topic.
    let at_once = a.gap(b) <= DAY && !a.paid && !b.paid;
    let least = match (same_topic, places) {
        (Some(topic), Places::Shared) if at_once => options.issue_similarity * share_for_one_matter(topic, region),
        (Some(_), Places::Shared) => options.issue_similarity,
        (Some(topic), _) if is_wide(topic, region) => options.issue_similarity * 1.2,
        (Some(_), Places::Unknown) => options.issue_similarity * 1.3,
        (None, Places::Shared | Places::Unknown) => options.issue_similarity * 1.6,
        (_, Places::Apart) => options.issue_similarity * 2.2,
    };
    Some(common / least)
}
