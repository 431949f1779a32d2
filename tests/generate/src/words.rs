//! Templates to sentences: `{a|b}` is one of several, `{3-9}` a number, `{kota}` a word that one matter keeps.

use crate::Sequence;
use std::collections::BTreeMap;

/// Words of one matter, chosen once.
pub(crate) type Slots = BTreeMap<String, String>;

/// Chooses a word for each slot.
pub(crate) fn slots(words: &BTreeMap<String, Vec<String>>, sequence: &mut Sequence) -> Slots {
    words.iter().map(|(name, list)| (name.clone(), sequence.one(list).clone())).collect()
}

/// Fills a template; a brace that is not closed stays as it is.
pub(crate) fn fill(template: &str, slots: &Slots, sequence: &mut Sequence) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        let Some(end) = closing(&rest[start..]) else { break };
        text.push_str(&rest[..start]);
        text.push_str(&choose(&rest[start + 1..start + end], slots, sequence));
        rest = &rest[start + end + 1..];
    }
    text.push_str(rest);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    text.char_indices().find_map(|(position, character)| {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(position)
    })
}

fn choose(inside: &str, slots: &Slots, sequence: &mut Sequence) -> String {
    if let Some(word) = slots.get(inside) {
        return word.clone();
    }
    if let Some((low, high)) = inside.split_once('-')
        && let (Ok(low), Ok(high)) = (low.parse::<u64>(), high.parse::<u64>())
    {
        return (low + sequence.next() % (high.saturating_sub(low) + 1)).to_string();
    }
    let options = split(inside);
    fill(sequence.one::<&str>(&options), slots, sequence)
}

/// Alternatives of the outermost braces.
fn split(inside: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (position, character) in inside.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            '|' if depth == 0 => {
                parts.push(&inside[start..position]);
                start = position + 1;
            }
            _ => {}
        }
    }
    parts.push(&inside[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_filled() {
        let slots: Slots = [("kota".to_owned(), "Muara".to_owned())].into();
        let mut sequence = Sequence(3);
        assert_eq!(fill("di {kota} {5-5} jam", &slots, &mut sequence), "di Muara 5 jam");
        let found = fill("{a {kota}|b {1-2}}", &slots, &mut sequence);
        assert!(["a Muara", "b 1", "b 2"].contains(&found.as_str()), "{found}");
        assert_eq!(fill("tidak {ditutup", &slots, &mut sequence), "tidak {ditutup");
    }
}
