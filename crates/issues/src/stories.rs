//! Stories: the documents that report one event.

use crate::{Options, cluster::Cluster, features::DAY};

/// What a similarity loses where headlines name other towns, companies or people, and again where they give other days
/// or figures.
const LOST_IF_APART: f32 = 0.2;
/// So much in common with other names, or other figures on another day, is a form that was filled in again: a timetable,
/// a price list, a forecast. Two outlets that report one event in their own words have less in common.
const FORM: f32 = 0.6;
/// Seconds after which the same form with other figures is the next one rather than a correction.
pub(crate) const ANOTHER_ISSUE: i64 = DAY / 2;
/// Where more of the pairs of documents of two stories are one form filled in twice, these are two stories.
const REFILLED: f32 = 0.25;
/// The same of those pairs of which both headlines name a day, where it is another day or matter.
const OTHER_NOTICES: f32 = 0.25;
/// What a day of distance costs.
const LOST_BY_DAY: f32 = 0.1;
/// What a day between the days of the events costs on top.
const LOST_BY_EVENT_DAY: f32 = 0.05;

/// How much two clusters speak of one event; `None` where they cannot.
pub(crate) fn similarity(a: &Cluster, b: &Cluster, options: &Options) -> Option<f32> {
    let days = a.date().zip(b.date()).map(|(a, b)| i64::from((a - b).get_days()).abs());
    if a.gap(b) > options.story_days * DAY || days.is_some_and(|days| days > options.story_days) {
        return None;
    }
    let (common, distance) = (a.similarity(b), a.distance(b));
    // Follow-ups come within hours; what comes days later, or tells of another day, needs more in common. Agreement on
    // the day earns nothing: measured, it joins whatever happened on one busy day.
    let decay = 1.0 - (LOST_BY_DAY * distance as f32 / DAY as f32).min(0.5);
    let difference = 1.0 - LOST_BY_EVENT_DAY * days.unwrap_or(0) as f32;
    let similarity = common * decay * difference;
    if similarity < options.story_similarity {
        return Some(similarity);
    }
    let (refilled, other_notices) = a.refilled(b);
    if refilled > REFILLED || other_notices > OTHER_NOTICES {
        return None;
    }
    let (names, numbers, any) = a.apart(b);
    let another_day = distance >= ANOTHER_ISSUE || days.is_some_and(|days| days > 0);
    let other_figures = if another_day { numbers } else { 0.0 };
    if common >= FORM && names.max(other_figures) > 0.5 {
        return None;
    }
    Some(similarity * (1.0 - LOST_IF_APART * (any + names.min(numbers))))
}

/// True for clusters near enough to be looked at together.
pub(crate) fn near(a: &Cluster, b: &Cluster, options: &Options) -> bool {
    /// Joins among third parties can lift a pair by so much.
    const MARGIN: f32 = 0.75;
    similarity(a, b, options).is_some_and(|similarity| similarity >= MARGIN * options.story_similarity)
}
