//! A text to tokens, as BERT's own tokenizer cuts it: clean, split at spaces and punctuation, then the longest known
//! pieces from the left (WordPiece).
//!
//! The words come from `vocab.txt` (one a line) or, where there is none, from `tokenizer.json`.

use crate::error::{OpenError, json_of, text_of};
use serde::Deserialize;
use std::collections::HashMap;
use std::path::Path;
use unicode_normalization::UnicodeNormalization as _;
use unicode_properties::{GeneralCategory as Category, GeneralCategoryGroup as Group, UnicodeGeneralCategory as _};

const BYTES_MAX: u64 = 64 << 20;

/// A longer word is one unknown token, as in BERT.
const WORD_CHARS_MAX: usize = 100;

/// What a word that does not begin here begins with.
const CONTINUED: &str = "##";

/// Cuts texts into tokens.
pub(crate) struct Tokenizer {
    ids: HashMap<String, u32>,
    unknown: u32,
    start: u32,
    end: u32,
    how: How,
}

/// How a text is cleaned.
#[derive(Clone, Copy)]
struct How {
    lowercase: bool,
    strip_accents: bool,
    chinese_apart: bool,
}

/// `tokenizer_config.json`, as far as it matters here.
#[derive(Default, Deserialize)]
struct Settings {
    do_lower_case: Option<bool>,
    strip_accents: Option<bool>,
    tokenize_chinese_chars: Option<bool>,
}

/// `tokenizer.json`, as far as it matters here.
#[derive(Deserialize)]
struct Fast {
    normalizer: Option<FastNormalizer>,
    model: FastModel,
}

#[derive(Deserialize)]
struct FastNormalizer {
    #[serde(rename = "type")]
    kind: String,
    lowercase: Option<bool>,
    strip_accents: Option<bool>,
    handle_chinese_chars: Option<bool>,
}

#[derive(Deserialize)]
struct FastModel {
    #[serde(rename = "type")]
    kind: Option<String>,
    continuing_subword_prefix: Option<String>,
    #[serde(default)]
    vocab: serde_json::Value,
}

impl Tokenizer {
    /// Reads the vocabulary of a folder; no id reaches `vocab_size`.
    pub(crate) fn read(folder: &Path, vocab_size: usize) -> Result<Self, OpenError> {
        let (plain, fast) = (folder.join("vocab.txt"), folder.join("tokenizer.json"));
        if plain.exists() || !fast.exists() {
            let settings = folder.join("tokenizer_config.json");
            let settings = if settings.exists() { json_of(&settings, BYTES_MAX)? } else { Settings::default() };
            let text = text_of(&plain, BYTES_MAX)?;
            let ids = text.lines().zip(0..).map(|(word, id)| (word.trim_end_matches('\r').to_owned(), id)).collect();
            let lowercase = settings.do_lower_case.unwrap_or(true);
            let how = How {
                lowercase,
                strip_accents: settings.strip_accents.unwrap_or(lowercase),
                chinese_apart: settings.tokenize_chinese_chars.unwrap_or(true),
            };
            return Self::new(ids, how, vocab_size).map_err(|reason| OpenError::wrong(&plain, reason));
        }
        let (ids, how) = Self::fast(json_of(&fast, BYTES_MAX)?).map_err(|reason| OpenError::wrong(&fast, reason))?;
        Self::new(ids, how, vocab_size).map_err(|reason| OpenError::wrong(&fast, reason))
    }

    fn fast(file: Fast) -> Result<(HashMap<String, u32>, How), String> {
        let model = file.model;
        let kind = model.kind.as_deref().unwrap_or("WordPiece");
        let prefix = model.continuing_subword_prefix.as_deref().unwrap_or(CONTINUED);
        if kind != "WordPiece" || prefix != CONTINUED {
            return Err(format!("cuts words by {kind} with \"{prefix}\"; known: WordPiece with \"{CONTINUED}\""));
        }
        let how = match file.normalizer {
            Some(normalizer) if normalizer.kind == "BertNormalizer" => {
                let lowercase = normalizer.lowercase.unwrap_or(true);
                How {
                    lowercase,
                    strip_accents: normalizer.strip_accents.unwrap_or(lowercase),
                    chinese_apart: normalizer.handle_chinese_chars.unwrap_or(true),
                }
            }
            Some(other) => return Err(format!("normalizer is \"{}\"; known: BertNormalizer", other.kind)),
            None => return Err("has no normalizer; known: BertNormalizer".to_owned()),
        };
        let ids = serde_json::from_value(model.vocab).map_err(|error| format!("model.vocab: {error}"))?;
        Ok((ids, how))
    }

    fn new(ids: HashMap<String, u32>, how: How, vocab_size: usize) -> Result<Self, String> {
        if let Some(id) = ids.values().max().filter(|id| **id as usize >= vocab_size) {
            return Err(format!("has the word {id} (from 0), but vocab_size in config.json is {vocab_size}"));
        }
        let id = |word: &str| ids.get(word).copied().ok_or_else(|| format!("has no word {word}"));
        Ok(Self { unknown: id("[UNK]")?, start: id("[CLS]")?, end: id("[SEP]")?, ids, how })
    }

    /// The tokens of a text between their two frames, `tokens_max` in all; what does not fit is left off.
    pub(crate) fn encode(&self, text: &str, tokens_max: usize) -> Vec<u32> {
        let mut tokens = vec![self.start];
        for word in Words::new(text, self.how) {
            // Only as much of a text is looked at as there is room for.
            if tokens.len() >= tokens_max - 1 {
                break;
            }
            self.pieces(&word, &mut tokens);
        }
        tokens.truncate(tokens_max - 1);
        tokens.push(self.end);
        tokens
    }

    /// The longest known piece from the left, again and again; one piece unknown makes the word unknown.
    fn pieces(&self, word: &[char], tokens: &mut Vec<u32>) {
        let before = tokens.len();
        let mut rest = if word.len() > WORD_CHARS_MAX { &[][..] } else { word };
        let mut piece = String::new();
        let mut done = !rest.is_empty();
        while done && !rest.is_empty() {
            done = false;
            for end in (1..=rest.len()).rev() {
                piece.clear();
                if tokens.len() > before {
                    piece.push_str(CONTINUED);
                }
                piece.extend(&rest[..end]);
                if let Some(&id) = self.ids.get(&piece) {
                    tokens.push(id);
                    rest = &rest[end..];
                    done = true;
                    break;
                }
            }
        }
        if !done {
            tokens.truncate(before);
            tokens.push(self.unknown);
        }
    }
}

/// The words of a text, cleaned: punctuation and Chinese characters are words of their own. A word that is far too
/// long is cut where it is certain to be unknown.
struct Words<'a> {
    chars: Box<dyn Iterator<Item = char> + 'a>,
    how: How,
    alone: Option<char>,
}

impl<'a> Words<'a> {
    fn new(text: &'a str, how: How) -> Self {
        let clean = text.chars().filter(|&c| !is_control(c));
        let mut chars: Box<dyn Iterator<Item = char> + 'a> = Box::new(clean);
        if how.strip_accents {
            chars = Box::new(chars.nfd().filter(|c| c.general_category() != Category::NonspacingMark));
        }
        if how.lowercase {
            chars = Box::new(chars.flat_map(char::to_lowercase));
        }
        Self { chars, how, alone: None }
    }
}

impl Iterator for Words<'_> {
    type Item = Vec<char>;

    fn next(&mut self) -> Option<Vec<char>> {
        if let Some(alone) = self.alone.take() {
            return Some(vec![alone]);
        }
        let mut word = Vec::new();
        for c in &mut self.chars {
            if is_space(c) {
                if !word.is_empty() {
                    break;
                }
            } else if is_punctuation(c) || self.how.chinese_apart && is_chinese(c) {
                if word.is_empty() {
                    return Some(vec![c]);
                }
                self.alone = Some(c);
                break;
            } else if word.len() <= WORD_CHARS_MAX {
                word.push(c);
            }
        }
        Some(word).filter(|word| !word.is_empty())
    }
}

fn is_space(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r') || c.general_category() == Category::SpaceSeparator
}

fn is_control(c: char) -> bool {
    !matches!(c, '\t' | '\n' | '\r') && (c == '\u{fffd}' || c.general_category_group() == Group::Other)
}

fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation() || c.general_category_group() == Group::Punctuation
}

/// The blocks that BERT calls Chinese: those of unified ideographs, not Japanese syllables or Korean.
fn is_chinese(c: char) -> bool {
    matches!(c,
        '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{20000}'..='\u{2a6df}' | '\u{2a700}'..='\u{2b73f}'
        | '\u{2b740}'..='\u{2b81f}' | '\u{2b820}'..='\u{2ceaf}' | '\u{f900}'..='\u{faff}' | '\u{2f800}'..='\u{2fa1f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const VOCABULARY: &str = include_str!("../../../tests/cases/transformer/wordpiece/vocab.txt");
    const CASES: &str = include_str!("../../../tests/cases/transformer/wordpiece/cases.ndjson");

    #[derive(Deserialize)]
    struct Case {
        why: String,
        text: String,
        tokens: Vec<String>,
        lowercase: Option<bool>,
    }

    fn tokenizer(lowercase: bool) -> Tokenizer {
        let ids: HashMap<_, _> = VOCABULARY.lines().map(str::to_owned).zip(0..).collect();
        let size = ids.len();
        Tokenizer::new(ids, How { lowercase, strip_accents: lowercase, chinese_apart: true }, size).expect("complete")
    }

    fn cut(text: &str, lowercase: bool, tokens_max: usize) -> Vec<&'static str> {
        let words: Vec<_> = VOCABULARY.lines().collect();
        tokenizer(lowercase).encode(text, tokens_max).into_iter().map(|id| words[id as usize]).collect()
    }

    #[test]
    fn texts_are_cut_as_by_bert() {
        for line in CASES.lines() {
            let case: Case = serde_json::from_str(line).expect("a case");
            assert_eq!(cut(&case.text, case.lowercase.unwrap_or(true), 256), case.tokens, "{}", case.why);
        }
    }

    #[test]
    fn what_does_not_fit_is_left_off() {
        assert_eq!(cut("jalan rusaknya lagi", true, 5), ["[CLS]", "jalan", "rusak", "##nya", "[SEP]"]);
        assert_eq!(cut("jalan rusaknya lagi", true, 4), ["[CLS]", "jalan", "rusak", "[SEP]"]);
    }

    /// A text cannot speak in the model's own signs.
    #[test]
    fn frames_in_a_text_are_words() {
        assert_eq!(cut("[SEP]", true, 256), ["[CLS]", "[UNK]", "[UNK]", "[UNK]", "[SEP]"]);
    }
}
