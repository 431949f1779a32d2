//! Shouting: capitals and exclamation marks, which only ever add to other signals.

use super::Found;
use crate::matcher::Use;
use crate::reading::Reading;
use model::Span;

/// Words that must be shouted; fewer are a heading or a few acronyms.
const SHOUTED: usize = 5;

/// More than three words in ten shouted, or rows of exclamation marks. Acronyms are not counted, nor are reports,
/// whose titles are often set in capitals.
pub(super) fn look(reading: &Reading<'_>, found: &mut Found) {
    if !reading.document.kind.is_public_voice() {
        return;
    }
    let whole = Span { start: 0, end: reading.text.len() as u32 };
    if reading.shouted.0 as usize >= SHOUTED && shouts(reading) {
        return found.add("caps_exclaim", whole);
    }
    let marks = ["!!!", "‼"].into_iter().find_map(|marks| reading.text.find(marks).map(|at| (at, marks.len())));
    if let Some((at, length)) = marks {
        found.add("caps_exclaim", Span { start: at as u32, end: (at + length) as u32 });
    }
}

fn shouts(reading: &Reading<'_>) -> bool {
    let (mut shouted, mut all, mut before) = (0, 0, u32::MAX);
    for at in 0..reading.entries.len() as u32 {
        let word = reading.written(at);
        // The two words of a chat spelling stand at one place.
        let again = std::mem::replace(&mut before, reading.entries[at as usize].start) == before;
        if again || word.len() < 4 || !word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            continue;
        }
        all += 1;
        shouted += usize::from(word.bytes().all(|byte| byte.is_ascii_uppercase()) && !is_acronym(reading, at, word));
    }
    shouted >= SHOUTED && shouted * 10 > all * 3
}

/// The name of an agency or programme, or letters that nobody can say as a word.
fn is_acronym(reading: &Reading<'_>, at: u32, word: &str) -> bool {
    let named = [Use::Agency, Use::Programme]
        .into_iter()
        .flat_map(|by| reading.names(by))
        .any(|name| (name.hit.first..=name.hit.last).contains(&at));
    let consonants_in_row = word.as_bytes().windows(3).any(|three| three.iter().all(|byte| !b"AEIOU".contains(byte)));
    named || consonants_in_row && word.len() <= 7 && !word.contains("NG") && !word.contains("STR")
}
