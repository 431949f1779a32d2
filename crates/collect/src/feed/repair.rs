//! JSON that is nearly some, made whole: what people and templates get wrong, and files cut off on the way.
//!
//! One pass over the text, so that the time is that of its length. Nothing is guessed: raw control characters in texts
//! are escaped, halves of characters become U+FFFD, wrong escapes lose their backslash, comments and trailing commas
//! vanish, and what is open at the end is closed.

/// What is left open is remembered only so deep.
const DEPTH_MAX: usize = 256;

/// Text that a strict reader may take; one that is beyond repair stays refused by it.
pub(super) fn repaired(json: &str) -> String {
    let mut repair = Repair { out: String::with_capacity(json.len() + 64), open: Vec::new(), rest: json };
    repair.document();
    repair.out
}

struct Repair<'a> {
    out: String,
    /// The brackets that will have to be closed.
    open: Vec<char>,
    rest: &'a str,
}

impl<'a> Repair<'a> {
    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.rest = rest;
        taken
    }

    fn document(&mut self) {
        while let Some(c) = self.rest.chars().next() {
            match c {
                '"' => self.text(),
                // Deeper than any reader goes; it will say so.
                '{' | '[' if self.open.len() >= DEPTH_MAX => return,
                '{' | '[' => {
                    self.open.push(if c == '{' { '}' } else { ']' });
                    self.out.push(c);
                    self.take(1);
                }
                '}' | ']' => {
                    self.take(1);
                    if !self.open.contains(&c) {
                        continue;
                    }
                    // A bracket that was forgotten inside of this one is closed with it.
                    while self.open.last() != Some(&c) {
                        self.close();
                    }
                    self.close();
                    if self.open.is_empty() {
                        return; // what follows is no part of the document
                    }
                }
                '/' if self.rest.starts_with("//") => {
                    self.take(self.rest.find('\n').unwrap_or(self.rest.len()));
                }
                '/' if self.rest.starts_with("/*") => {
                    self.take(self.rest.find("*/").map_or(self.rest.len(), |end| end + 2));
                }
                _ => {
                    self.out.push(c);
                    self.take(c.len_utf8());
                }
            }
        }
        while !self.open.is_empty() {
            self.close();
        }
    }

    /// Closes the innermost bracket, behind a value that is whole.
    fn close(&mut self) {
        let kept = self.out.trim_end().trim_end_matches(',').trim_end().len();
        self.out.truncate(kept);
        let Some(bracket) = self.open.pop() else { return };
        if self.out.ends_with(':') {
            self.out.push_str("null");
        } else if bracket == '}' && self.rest.is_empty() {
            self.end_of_object();
        }
        self.out.push(bracket);
    }

    /// A document cut off inside an object may end in a name without its value, or in half a word.
    fn end_of_object(&mut self) {
        let of_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+');
        let word = self.out.trim_end_matches(of_word).len();
        if !matches!(&self.out[word..], "" | "true" | "false" | "null") && self.out[word..].parse::<f64>().is_err() {
            self.out.truncate(word);
            if self.out.trim_end().ends_with(':') {
                self.out.push_str("null");
            }
        }
        if self.out.ends_with('"') {
            // A name stands behind a bracket or a comma, a value behind a colon.
            let start = string_start(&self.out);
            if !self.out[..start].trim_end().ends_with(':') {
                self.out.push_str(":null");
            }
        }
    }

    /// Copies one quoted text.
    fn text(&mut self) {
        self.take(1);
        self.out.push('"');
        while let Some(c) = self.rest.chars().next() {
            match c {
                '"' => {
                    self.take(1);
                    break;
                }
                '\\' => self.escape(),
                '\n' => self.replace(c, "\\n"),
                '\r' => self.replace(c, "\\r"),
                '\t' => self.replace(c, "\\t"),
                _ if c < ' ' => self.replace(c, ""),
                _ => {
                    let plain = self.rest.find(|c: char| c < ' ' || matches!(c, '"' | '\\')).unwrap_or(self.rest.len());
                    let plain = self.take(plain);
                    self.out.push_str(plain);
                }
            }
        }
        self.out.push('"');
    }

    fn replace(&mut self, c: char, with: &str) {
        self.take(c.len_utf8());
        self.out.push_str(with);
    }

    /// A backslash and what it means.
    fn escape(&mut self) {
        self.take(1);
        match self.rest.chars().next() {
            Some('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't') => {
                let known = self.take(1);
                self.out.extend(["\\", known]);
            }
            Some('u') => {
                match (unit(self.rest), self.rest.get(5..).and_then(|behind| unit(behind.strip_prefix('\\')?))) {
                    (Some(0xd800..0xdc00), Some(0xdc00..0xe000)) => {
                        let pair = self.take(11);
                        self.out.extend(["\\", pair]);
                    }
                    (Some(0xd800..0xe000), _) => {
                        self.take(5);
                        self.out.push(char::REPLACEMENT_CHARACTER);
                    }
                    (Some(_), _) => {
                        let sound = self.take(5);
                        self.out.extend(["\\", sound]);
                    }
                    (None, _) => {}
                }
            }
            // "\'" and "\x" are no escapes; the character is what was meant.
            _ => {}
        }
    }
}

/// The number of "uXXXX".
fn unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix('u')?.get(..4)?;
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}

/// Where the quoted text at the end of `out` begins.
fn string_start(out: &str) -> usize {
    let bytes = out.as_bytes();
    let mut at = bytes.len().saturating_sub(1);
    while at > 0 {
        at -= 1;
        let slashes = bytes[..at].iter().rev().take_while(|byte| **byte == b'\\').count();
        if bytes[at] == b'"' && slashes % 2 == 0 {
            return at;
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn nearly_json_becomes_json() {
        for (broken, whole) in [
            (r#"{"a":[1,2,],}"#, r#"{"a":[1,2]}"#),
            ("{\"a\":\"x\ny\tz\u{1}\"}", r#"{"a":"x\ny\tz"}"#),
            (r#"{"a":"\ud83d x \ud83d\ude00 \'y\x \uzz"}"#, r#"{"a":"� x 😀 'yx uzz"}"#),
            ("{// satu\n\"a\":1/* dua */}", r#"{"a":1}"#),
            (r#"{"a":[{"b":"terpot"#, r#"{"a":[{"b":"terpot"}]}"#),
            (r#"{"a":[{"b":1,"c"#, r#"{"a":[{"b":1,"c":null}]}"#),
            (r#"{"a":[{"b":1,"c":"#, r#"{"a":[{"b":1,"c":null}]}"#),
            (r#"{"a":[{"b":tru"#, r#"{"a":[{"b":null}]}"#),
            (r#"{"a":[{"b":1},"#, r#"{"a":[{"b":1}]}"#),
            (r#"{"a":"x\"#, r#"{"a":"x"}"#),
            (r#"{"a":[{"b":1]}"#, r#"{"a":[{"b":1}]}"#),
            (r#"{"a":1}<!-- 0.1 s -->"#, r#"{"a":1}"#),
        ] {
            let got = serde_json::from_str::<Value>(&repaired(broken))
                .unwrap_or_else(|error| panic!("{broken}: {error}: {}", repaired(broken)));
            assert_eq!(got, serde_json::from_str::<Value>(whole).expect("sound"), "{broken}");
        }
    }
}
