//! Text from outside, made safe to set: nothing that is invisible, reorders its neighbours or runs off the paper.
//!
//! Markup needs no care here, because both papers take text as values and never as source.

use crate::Error;
use model::Brief;
use serde_json::Value;

/// Words longer than this get places where a line may break.
const LONG_WORD: usize = 28;
/// Every so many characters of a long word.
const BREAK_EVERY: usize = 12;
/// Marks stacked on one letter; more climb into the lines above.
const MARKS_MAX: usize = 2;

/// Fields that are read by machines: addresses keep every letter, times stay times.
const AS_THEY_ARE: [&str; 7] = ["url", "at", "from", "to", "last_at", "last_success_at", "last_attempt_at"];

/// A copy of the brief in which every string that people read has passed through `change`.
fn each_string(brief: &Brief, change: &dyn Fn(&str) -> String) -> Result<Brief, Error> {
    fn walk(value: &mut Value, change: &dyn Fn(&str) -> String) {
        match value {
            Value::String(text) => *text = change(text),
            Value::Array(items) => items.iter_mut().for_each(|item| walk(item, change)),
            Value::Object(fields) => {
                let read = fields.iter_mut().filter(|(name, _)| !AS_THEY_ARE.contains(&name.as_str()));
                read.for_each(|(_, item)| walk(item, change));
            }
            _ => {}
        }
    }
    let mut value = serde_json::to_value(brief)?;
    walk(&mut value, change);
    Ok(serde_json::from_value(value)?)
}

/// For screens and messengers, which have glyphs for everything and break words themselves.
pub(crate) fn for_screen(brief: &Brief) -> Result<Brief, Error> {
    each_string(brief, &visible)
}

/// For paper with embedded fonts: what `has_glyph` denies becomes □, and long words may break.
pub(crate) fn for_paper(brief: &Brief, has_glyph: &dyn Fn(char) -> bool) -> Result<Brief, Error> {
    each_string(brief, &|text| breakable(&with_glyphs(&visible(text), has_glyph)))
}

/// One line of visible characters in reading order.
pub(crate) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut marks = 0;
    for c in text.chars() {
        if c.is_whitespace() {
            if !out.ends_with(' ') && !out.is_empty() {
                out.push(' ');
            }
            continue;
        }
        marks = if is_mark(c) { marks + 1 } else { 0 };
        if marks <= MARKS_MAX && !is_hidden(c) {
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Control characters, direction overrides (they make text read as another text), tags and noncharacters.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
        || u32::from(c) & 0xfffe == 0xfffe
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// A run of characters without glyphs becomes one box, so that the reader sees that something stood there.
fn with_glyphs(text: &str, has_glyph: &dyn Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe0f}') {
            continue; // joiners and selectors shape emoji, which have no glyph here
        }
        if has_glyph(c) {
            out.push(c);
        } else if !out.ends_with('□') {
            out.push('□');
        }
    }
    out
}

fn breakable(text: &str) -> String {
    let words: Vec<_> = text
        .split(' ')
        .map(|word| {
            if word.chars().count() <= LONG_WORD {
                return word.to_owned();
            }
            let letters: Vec<char> = word.chars().collect();
            let pieces: Vec<String> = letters.chunks(BREAK_EVERY).map(|piece| piece.iter().collect()).collect();
            pieces.join("\u{200b}")
        })
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_go_and_markup_stays() {
        assert_eq!(visible(" a\u{202e}b\u{0}\n\t<b>\u{e0041}#read(\"x\") "), "ab <b>#read(\"x\")");
        assert_eq!(visible("e\u{301}\u{302}\u{303}\u{304}x"), "e\u{301}\u{302}x");
        assert_eq!(visible("👨\u{200d}👩"), "👨\u{200d}👩");
    }

    #[test]
    fn paper_shows_a_box_and_breaks_long_words() {
        assert_eq!(with_glyphs("a👍👍b", &|c| c.is_ascii()), "a□b");
        assert_eq!(breakable(&"x".repeat(30)).matches('\u{200b}').count(), 2);
    }
}
