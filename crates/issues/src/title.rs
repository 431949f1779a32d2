//! Titles in the words of the material.

use crate::{docs::Doc, summary};
use model::{Place, Topic};

/// Longer headlines are cut at a word.
const LENGTH_MAX: usize = 120;
/// Shorter ones ("Banjir!") say too little to stand alone.
const LENGTH_MIN: usize = 15;

/// The headline of the most typical article, of the last window if it has one; of a release or advertisement where
/// there is none; composed from topic and place where there are only posts. Documents have the most typical first.
pub(crate) fn title(shown: &[&Doc<'_>], all: &[&Doc<'_>], topic: Option<&Topic>, places: &[&Place]) -> String {
    let article = headline(shown, Doc::article)
        .or_else(|| headline(all, Doc::article))
        .or_else(|| headline(all, |doc| !doc.record.kind.is_public_voice()));
    match (article, topic, shown) {
        (Some(doc), ..) => doc.record.heading(LENGTH_MAX),
        (None, Some(topic), [_, _, ..]) => composed(topic, places),
        (None, _, [first, ..]) => summary::without_dateline(&first.record.heading(LENGTH_MAX)).to_owned(),
        (None, _, []) => String::new(),
    }
}

fn headline<'b, 'a>(docs: &[&'b Doc<'a>], wanted: impl Fn(&Doc<'a>) -> bool) -> Option<&'b Doc<'a>> {
    let says_enough = |title: &String| title.chars().count() >= LENGTH_MIN;
    docs.iter().copied().find(|doc| wanted(doc) && doc.record.title.as_ref().is_some_and(says_enough))
}

fn composed(topic: &Topic, places: &[&Place]) -> String {
    let topic = if topic.short.is_empty() { &topic.label } else { &topic.short };
    match places {
        [] => topic.clone(),
        [place] => format!("{topic} di {}", place.short),
        [first, second] => format!("{topic} di {} dan {}", first.short, second.short),
        _ => format!("{topic} di {} kabupaten/kota", places.len()),
    }
}
