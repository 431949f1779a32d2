//! What changed between two texts, word by word: what stayed, what went, what came.

use serde::Serialize;

/// More words than this are compared as one: the table of a comparison grows with their product.
const WORDS_MAX: usize = 400;

/// A run of words with what became of them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Part {
    pub change: Change,
    pub text: String,
}

/// What became of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Change {
    Same,
    Gone,
    New,
}

impl Part {
    /// True for words that were struck out.
    pub(crate) fn gone(&self) -> bool {
        self.change == Change::Gone
    }

    /// True for words that were put in.
    pub(crate) fn new(&self) -> bool {
        self.change == Change::New
    }
}

/// Compares by the longest common run of words; what went stands before what came.
pub(crate) fn words(before: &str, after: &str) -> Vec<Part> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.split(' ').collect(), after.split(' ').collect());
    let mut parts = Vec::new();
    if old.len() > WORDS_MAX || new.len() > WORDS_MAX {
        push(&mut parts, Change::Gone, before);
        push(&mut parts, Change::New, after);
        return parts;
    }
    let common = common_runs(&old, &new);
    let (mut i, mut j) = (0, 0);
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            push(&mut parts, Change::Same, old[i]);
            (i, j) = (i + 1, j + 1);
        } else if i < old.len() && (j == new.len() || common[i + 1][j] >= common[i][j + 1]) {
            push(&mut parts, Change::Gone, old[i]);
            i += 1;
        } else {
            push(&mut parts, Change::New, new[j]);
            j += 1;
        }
    }
    parts
}

/// For every pair of ends, how many words the two texts share from there on.
fn common_runs(old: &[&str], new: &[&str]) -> Vec<Vec<u16>> {
    let mut common = vec![vec![0_u16; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] =
                if old[i] == new[j] { common[i + 1][j + 1] + 1 } else { common[i + 1][j].max(common[i][j + 1]) };
        }
    }
    common
}

fn push(parts: &mut Vec<Part>, change: Change, word: &str) {
    if word.is_empty() {
        return;
    }
    match parts.last_mut() {
        Some(part) if part.change == change => {
            part.text.push(' ');
            part.text.push_str(word);
        }
        _ => parts.push(Part { change, text: word.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(before: &str, after: &str) -> String {
        let sign = |part: &Part| match part.change {
            Change::Same => part.text.clone(),
            Change::Gone => format!("[-{}-]", part.text),
            Change::New => format!("[+{}+]", part.text),
        };
        words(before, after).iter().map(sign).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn only_changed_words_are_marked() {
        assert_eq!(shown("air naik pagi ini", "air turun pagi ini"), "air [-naik-] [+turun+] pagi ini");
        assert_eq!(shown("", "baru"), "[+baru+]");
        assert_eq!(shown("lama", ""), "[-lama-]");
        assert_eq!(shown("a b c", "a b c"), "a b c");
        let long = "kata ".repeat(500);
        assert_eq!(words(&long, "x").len(), 2);
    }
}
