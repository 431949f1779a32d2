//! Forms: texts whose words are the same and whose fillings differ, such as timetables, price lists and forecasts.
//!
//! The words that stay when figures and names are left out make the form; what was left out are its fillings. Two
//! outlets that report one event write unlike forms; two copies of one notice have the same fillings too. What is alike
//! in form and unlike in its fillings is the notice for another day, town or company.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Numbers of the sketch of a form.
const HASHES: usize = 32;
/// Figures kept, and words of the title: the smallest hashes.
const FILLINGS_MAX: usize = 64;
/// A text with fewer pairs of words outside its fillings has no form of its own.
const PAIRS_MIN: usize = 8;
/// Sketches with so many numbers in common are of one form.
const ALIKE_MIN: usize = HASHES / 2;
/// Two lists with fewer figures than this differ by accident.
const FILLINGS_MIN: usize = 3;
/// Fillings of which less is common are other fillings.
const SAME_FILLINGS: f32 = 0.5;

/// What a text is like when its figures and names are left out, and its figures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Form {
    /// The smallest of each of 32 orders of its pairs of words; none of a short text.
    sketch: Vec<u16>,
    figures: Vec<u32>,
    /// Words of the title without figures and names, and the days that it names.
    title: Vec<u32>,
    days: Vec<Date>,
}

/// A form as it is read, word by word.
#[derive(Default)]
pub(crate) struct Reading {
    before: Option<u64>,
    pairs: Vec<u64>,
    figures: BTreeSet<u32>,
    names: BTreeSet<u32>,
    title: BTreeSet<u32>,
    days: BTreeSet<Date>,
}

impl Reading {
    pub(crate) fn word(&mut self, word: u64) {
        if let Some(before) = self.before.replace(word) {
            self.pairs.push(before.rotate_left(23) ^ word);
        }
    }

    pub(crate) fn figure(&mut self, figure: u64) {
        self.figures.insert(short(figure));
    }

    pub(crate) fn name(&mut self, name: u64) {
        self.names.insert(short(name));
    }

    pub(crate) fn title_word(&mut self, word: u64) {
        self.title.insert(short(word));
    }

    pub(crate) fn title_day(&mut self, day: Date) {
        self.days.insert(day);
    }

    pub(crate) fn form(self) -> Form {
        let title = self.title.difference(&self.names).copied().collect();
        let few = |fillings: BTreeSet<u32>| fillings.into_iter().take(FILLINGS_MAX).collect();
        Form {
            sketch: sketch(&self.pairs),
            figures: few(self.figures),
            title: few(title),
            days: self.days.into_iter().collect(),
        }
    }
}

impl Form {
    /// True where one is the other filled in again: with other figures.
    pub(crate) fn refilled(&self, other: &Self) -> bool {
        self.is_like(other) && self.has_other_fillings(other)
    }

    /// Whether the headlines of two notices for a day speak of one matter on one day; `None` where one names no day.
    pub(crate) fn same_notice(&self, other: &Self) -> Option<bool> {
        if self.days.is_empty() || other.days.is_empty() {
            return None;
        }
        let same_day = self.days.iter().any(|day| other.days.contains(day));
        let same_matter = self.title.is_empty() || other.title.is_empty() || common(&self.title, &other.title) > 0;
        // A timetable and a forecast for one town on one day: no word in common but names, and other figures.
        let is_other_matter = !same_matter && fillings_in_common(&self.figures, &other.figures) < SAME_FILLINGS;
        Some(same_day && !is_other_matter)
    }

    /// True where the words outside the fillings are mostly the same.
    fn is_like(&self, other: &Self) -> bool {
        let common = self.sketch.iter().zip(&other.sketch).filter(|(a, b)| a == b).count();
        !self.sketch.is_empty() && !other.sketch.is_empty() && common >= ALIKE_MIN
    }

    /// Figures only: a shortened copy leaves out names, and other names are seen in the headlines.
    fn has_other_fillings(&self, other: &Self) -> bool {
        fillings_in_common(&self.figures, &other.figures) < SAME_FILLINGS
    }
}

/// Well mixed, so that the smallest are a fair sample.
fn short(hash: u64) -> u32 {
    (hash.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32
}

fn sketch(pairs: &[u64]) -> Vec<u16> {
    if pairs.len() < PAIRS_MIN {
        return Vec::new();
    }
    let mut least = [u32::MAX; HASHES];
    for &pair in pairs {
        let mut order = pair;
        for least in &mut least {
            // An odd step and a multiplication give another order for each number.
            order = order.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let hash = ((order ^ (order >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 32) as u32;
            *least = (*least).min(hash);
        }
    }
    least.iter().map(|&least| least as u16).collect()
}

/// The share of the shorter list that is in the longer one; 1 where it is too short to tell.
fn fillings_in_common(a: &[u32], b: &[u32]) -> f32 {
    let shorter = a.len().min(b.len());
    if shorter < FILLINGS_MIN { 1.0 } else { common(a, b) as f32 / shorter as f32 }
}

fn common(a: &[u32], b: &[u32]) -> usize {
    a.iter().filter(|word| b.binary_search(word).is_ok()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> Form {
        let mut reading = Reading::default();
        for word in text.split(' ') {
            let hash = xxhash_rust::xxh3::xxh3_64(word.as_bytes());
            match word.starts_with(|c: char| c.is_ascii_digit()) {
                true => reading.figure(hash),
                false => reading.word(hash),
            }
        }
        reading.form()
    }

    #[test]
    fn other_figures_in_the_same_words_fill_a_form_again() {
        let first = form("imsak pukul 04.20 subuh pukul 04.30 zuhur pukul 12.10 asar pukul 15.30 magrib lalu isya");
        let again = form("imsak pukul 04.21 subuh pukul 04.31 zuhur pukul 12.11 asar pukul 15.30 magrib lalu isya");
        let other =
            form("arus sungai merobohkan jembatan 17 warga luka 2 rumah rusak dan 3 perahu hanyut pada pagi hari");
        assert!(first.refilled(&again) && !first.refilled(&first) && !first.refilled(&other));
    }
}
