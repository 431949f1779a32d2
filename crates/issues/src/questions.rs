//! What citizens ask: the words that ask are data of the language, near-identical questions are one.

use crate::{docs::Doc, features, phrases};
use model::{QuestionWords, Sentence, Topic, Wording};
use std::collections::{BTreeMap, BTreeSet};
use text::words;

/// Questions of an issue, and sentences that are read for them.
const QUESTIONS: usize = 5;
const QUESTIONS_READ: usize = 1_000;
/// Characters of a question that stands alone.
const QUESTION_LENGTH: std::ops::RangeInclusive<usize> = 10..=200;
/// Questions with so much of the shorter one in common are one.
const SAME_QUESTION: f32 = 0.7;
/// What is asked with a mark and none of the words.
const OTHER: &str = "lainnya";

/// A question with everybody who asks the same.
struct Asked<'a> {
    kind: &'a str,
    says: BTreeSet<u64>,
    text: String,
    doc: &'a Doc<'a>,
    voices: BTreeSet<&'a str>,
    unnamed: u32,
}

impl Asked<'_> {
    fn count(&self) -> u32 {
        self.voices.len() as u32 + self.unnamed
    }
}

/// What citizens ask: for each thing that is asked the question most people have, the most frequent first; then what
/// else several ask. Abuse and personal data are never repeated.
pub(crate) fn questions(shown: &[&Doc<'_>], topic: Option<&Topic>, wording: &Wording) -> Vec<Sentence> {
    let mut asked: Vec<Asked<'_>> = Vec::new();
    for (doc, text, kind) in sentences_that_ask(shown, topic, wording).take(QUESTIONS_READ) {
        let says = features::word_terms(&text);
        let same = |other: &&mut Asked<'_>| other.kind == kind && is_same(&other.says, &says);
        let known = asked.iter_mut().find(same);
        let question = match known {
            Some(question) => {
                // Of many ways to ask the same the shortest says it best.
                if text.chars().count() < question.text.chars().count() {
                    (question.text, question.doc, question.says) = (text, doc, says);
                }
                question
            }
            None => {
                let (voices, unnamed) = (BTreeSet::new(), 0);
                asked.push(Asked { kind, says, text, doc, voices, unnamed });
                asked.last_mut().expect("one was just added")
            }
        };
        match doc.record.author_pseudonym.as_deref() {
            Some(author) => {
                question.voices.insert(author);
            }
            None => question.unnamed += 1,
        }
    }
    let mut of_kind: BTreeMap<&str, u32> = BTreeMap::new();
    asked.iter().for_each(|question| *of_kind.entry(question.kind).or_default() += question.count());
    // Stable sorts: of equals the one in the most typical document stays first.
    asked.sort_by_key(|question| std::cmp::Reverse(question.count()));
    let mut kinds = BTreeSet::new();
    let (mut first, others): (Vec<Asked<'_>>, Vec<Asked<'_>>) =
        asked.into_iter().partition(|question| kinds.insert(question.kind));
    first.sort_by_key(|question| (std::cmp::Reverse(of_kind[question.kind]), question.kind));
    let several = others.into_iter().filter(|question| question.count() > 1);
    let chosen = first.into_iter().chain(several).take(QUESTIONS);
    chosen
        .map(|question| Sentence { count: question.count(), document: question.doc.exemplar(), text: question.text })
        .collect()
}

/// True where the shorter question is within the longer one but for a word.
fn is_same(a: &BTreeSet<u64>, b: &BTreeSet<u64>) -> bool {
    let shorter = a.len().min(b.len());
    a == b || shorter >= 2 && a.intersection(b).count() as f32 >= SAME_QUESTION * shorter as f32
}

fn sentences_that_ask<'a>(
    shown: &'a [&'a Doc<'a>],
    topic: Option<&'a Topic>,
    wording: &'a Wording,
) -> impl Iterator<Item = (&'a Doc<'a>, String, &'a str)> {
    // A post about another matter that only mentions this one asks nothing about it.
    let about = move |doc: &&&Doc<'_>| {
        let topics = &doc.record.topics;
        topics.is_empty() || topic.is_none_or(|topic| topics.contains(&topic.id))
    };
    shown.iter().filter(|doc| doc.public()).filter(about).flat_map(move |doc| {
        let text = doc.record.text.as_str();
        words::sentences(text).into_iter().filter_map(move |span| {
            let sentence = phrases::without_names(&text[span.start as usize..span.end as usize]);
            let kind = kind_of(&sentence, wording)?;
            let repeatable =
                !sentence.contains('[') && !phrases::any(&phrases::words_of(&sentence), wording.list("abusive"), &[]);
            repeatable.then_some((*doc, sentence, kind))
        })
    })
}

/// What a sentence asks for; `None` where it asks nothing.
fn kind_of<'a>(sentence: &str, wording: &'a Wording) -> Option<&'a str> {
    if !QUESTION_LENGTH.contains(&sentence.chars().count()) {
        return None;
    }
    // "Berarti bukan …kan?" concludes from what was said before, and without it says nothing.
    let leans = phrases::begins(&phrases::words_of(sentence), wording.list("leaning"));
    let other = (sentence.contains('?') && !leans).then_some(OTHER);
    asked(sentence, wording).map(|question| question.kind.as_str()).or(other)
}

/// The question words that stand first in a sentence.
pub(crate) fn asked<'a>(sentence: &str, wording: &'a Wording) -> Option<&'a QuestionWords> {
    let marked = sentence.contains('?');
    let words = phrases::words_of(sentence);
    // Most posts ask nothing, and a walk through every phrase would be for nothing.
    let begins = |phrase: &String| phrase.split(' ').next().is_some_and(|first| words.iter().any(|word| word == first));
    let at = |question: &&QuestionWords| {
        question
            .words
            .iter()
            .filter(|phrase| begins(phrase))
            .filter_map(|phrase| phrases::find(&words, phrase, &[]))
            .min()
    };
    let fitting = wording.questions.iter().filter(|question| marked || !question.needs_mark);
    fitting
        .filter_map(|question| Some((at(&question)?, question)))
        .min_by_key(|(at, _)| *at)
        .map(|(_, question)| question)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wording() -> Wording {
        let question = |kind: &str, words: &str, needs_mark| QuestionWords {
            kind: kind.to_owned(),
            words: words.split(';').map(str::to_owned).collect(),
            needs_mark,
            slot: None,
        };
        let questions = vec![
            question("kapan", "kapan", false),
            question("kenapa", "kenapa;knp", false),
            question("di mana", "dimana;di mana", false),
            question("di mana", "mana;bila", true),
        ];
        Wording { questions, ..Wording::default() }
    }

    #[test]
    fn questions_are_known_by_mark_or_word() {
        let wording = wording();
        let asks = |sentence: &str| kind_of(sentence, &wording).map(str::to_owned);
        assert_eq!(asks("kapan bensin datang lagi min").as_deref(), Some("kapan"));
        assert_eq!(asks("Knp cuma sebentar nyalanya").as_deref(), Some("kenapa"));
        assert_eq!(asks("posko bantuannya di mana ya?").as_deref(), Some("di mana"));
        assert_eq!(asks("yang mana saja boleh, bagus kok"), None);
        assert_eq!(asks("Ini serius dibiarkan begini?").as_deref(), Some("lainnya"));
        assert_eq!(asks("Terima kasih petugasnya"), None);
        assert_eq!(asks("kok?"), None);
    }
}
