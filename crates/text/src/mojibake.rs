//! Repairs UTF-8 that was read as Windows-1252 (`â€œ`, `Ã©`, `ðŸ˜€`), once or twice over, and the form in which the
//! middle bytes were thrown away and only a lone `â` is left beside a quotation.
//!
//! Only sequences that cannot be anything else are touched; everything else stays byte for byte.

use std::borrow::Cow;

/// Repairs a text; borrowed where nothing was wrong.
pub fn repair(text: &str) -> Cow<'_, str> {
    match undo(text) {
        Cow::Borrowed(text) => restore_lost(text).map_or(Cow::Borrowed(text), Cow::Owned),
        Cow::Owned(text) => Cow::Owned(restore_lost(&text).unwrap_or(text)),
    }
}

/// Undoes the wrong reading where all bytes are still there. Safe on HTML, because it changes no ASCII.
pub(crate) fn undo(text: &str) -> Cow<'_, str> {
    let mut current = Cow::Borrowed(text);
    // Text that went through two wrong readings needs two rounds; more than three were never seen.
    for _ in 0..3 {
        // Every first character of such a sequence (`Â` to `ô`) begins with this byte.
        if memchr::memchr(0xc3, current.as_bytes()).is_none() {
            break;
        }
        match undo_once(&current) {
            Some(better) => current = Cow::Owned(better),
            None => break,
        }
    }
    current
}

fn undo_once(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut copied = 0;
    let mut at = 0;
    let mut before = ' ';
    while let Some(first) = text[at..].chars().next() {
        if let Some((length, fixed)) = sequence(&text[at..], before) {
            out.push_str(&text[copied..at]);
            // The byte order mark is not text.
            out.extend(Some(fixed).filter(|&c| c != '\u{feff}'));
            at += length;
            copied = at;
            before = fixed;
        } else {
            at += first.len_utf8();
            before = first;
        }
    }
    (copied > 0).then(|| out + &text[copied..])
}

/// A wrongly read character at the start of `text`: its length in bytes there, and what it was.
fn sequence(text: &str, before: char) -> Option<(usize, char)> {
    let mut chars = text.chars();
    let first = chars.next()?;
    let lead = match first {
        'Â'..='Å' | 'â' | 'ï' | 'ð' => first as u8,
        _ => return None,
    };
    let wanted = match lead {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        _ => 4,
    };
    let mut bytes = [lead, 0, 0, 0];
    let mut length = first.len_utf8();
    let mut typographic = false;
    for slot in 1..wanted {
        let next = chars.next();
        match next.and_then(windows_byte).filter(|byte| (0x80..0xc0).contains(byte)) {
            Some(byte) => {
                let c = next?;
                bytes[slot] = byte;
                length += c.len_utf8();
                typographic |= c == '\u{a0}' || c as u32 > 0x2000 && c != '€' && c != '™';
            }
            // The last byte of `”` has no character in Windows-1252 and is often lost.
            None if slot == 2 && bytes[..2] == [0xe2, 0x80] => {
                let length = if next == Some('\u{fffd}') { length + 3 } else { length };
                return Some((length, '”'));
            }
            None => return None,
        }
    }
    let fixed = std::str::from_utf8(&bytes[..wanted]).ok()?.chars().next()?;
    let plausible = match lead {
        0xc2 => true,
        // A real capital may stand before a quotation mark, dash, ellipsis or no-break space ("IRMÃ…").
        0xc3 => !(typographic && before.is_uppercase()),
        // Except where the second round of a double reading left it so ("â‚¬Å“").
        0xc4 | 0xc5 => !(typographic || before.is_uppercase()) || before == '€',
        0xe2 => matches!(fixed, '\u{2000}'..='\u{27bf}' | '\u{2900}'..='\u{2bff}'),
        0xef => matches!(fixed, '\u{fe0e}' | '\u{fe0f}' | '\u{feff}' | '\u{fffd}' | '\u{ff01}'..='\u{ff5e}'),
        _ => matches!(fixed, '\u{1f000}'..='\u{1faff}' | '\u{e0020}'..='\u{e007f}'),
    };
    plausible.then_some((length, fixed))
}

/// The byte that Windows-1252 (or Latin-1, for what it leaves undefined) has for a character.
fn windows_byte(c: char) -> Option<u8> {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match c {
        '\u{80}'..='\u{ff}' => Some(c as u8),
        _ => HIGH.iter().position(|&high| high == c).map(|at| 0x80 + at as u8),
    }
}

/// What a lone character stands for, from its neighbours.
#[derive(Clone, Copy, PartialEq)]
enum Lost {
    Opening,
    /// After a full stop or comma: nothing else is written so.
    Closing,
    ClosingAfterWord,
    Dash,
    Apostrophe,
    Space,
}

fn lost(before: Option<char>, c: char, after: Option<char>) -> Option<Lost> {
    let ends =
        |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || matches!(c, ',' | '.' | ';' | ':' | '!' | '?' | ')'));
    let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let starts = before.is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '[' | '-' | '–' | '—' | ':' | '/'));
    if c == 'Â' {
        // What is left of a no-break space once its second half has become a plain one.
        let real = before.is_some_and(char::is_uppercase);
        return (ends(after) && !real).then_some(Lost::Space);
    }
    match () {
        () if digit(before) && digit(after) => Some(Lost::Dash),
        () if starts && word(after) => Some(Lost::Opening),
        () if matches!(before, Some(',' | '.' | '!' | '?' | '…')) && ends(after) => Some(Lost::Closing),
        () if before.is_some_and(char::is_whitespace) && after.is_some_and(char::is_whitespace) => Some(Lost::Dash),
        () if word(before) && word(after) => Some(Lost::Apostrophe),
        () if (word(before) || matches!(before, Some(')' | '%'))) && ends(after) => Some(Lost::ClosingAfterWord),
        () => None,
    }
}

/// Restores quotation marks, dashes and apostrophes of which only `â` (or the replacement character) is left.
///
/// `â` is a letter in French, Vietnamese, Romanian, …; so a text must show that its own are none:
/// one that closes a quotation after a comma or full stop, or a pair around words, and few other accented letters.
fn restore_lost(text: &str) -> Option<String> {
    let candidate = |c: char| matches!(c, 'â' | 'Â' | '\u{fffd}');
    if memchr::memchr2(0xc3, 0xef, text.as_bytes()).is_none() || !text.contains(candidate) {
        return None;
    }
    let places = || {
        text.char_indices().filter(|&(_, c)| candidate(c)).map(|(at, c)| {
            let kind = lost(text[..at].chars().next_back(), c, text[at + c.len_utf8()..].chars().next());
            (at, c, kind)
        })
    };
    let count = places().count();
    let other_accents = text.chars().filter(|c| !c.is_ascii() && c.is_alphabetic() && !candidate(*c)).count();
    let mut opened = None;
    let mut proven = false;
    for (at, _, kind) in places() {
        match kind {
            Some(Lost::Opening) => opened = Some(at),
            Some(Lost::Closing | Lost::Space) => proven = true,
            Some(Lost::ClosingAfterWord) => proven |= opened.take().is_some_and(|from| !text[from..at].contains('\n')),
            _ => {}
        }
    }
    if !proven || other_accents > count {
        return None;
    }

    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    let mut kinds = places().peekable();
    // The mark that opened the quotation that is still open on this line.
    let mut open = None;
    for (at, c) in text.char_indices() {
        match c {
            '\n' => open = None,
            '"' => open = if open.is_some() { None } else { Some('"') },
            '“' => open = Some('“'),
            '”' => open = None,
            _ => {}
        }
        let Some(&(_, _, kind)) = kinds.peek().filter(|place| place.0 == at) else { continue };
        kinds.next();
        let mark = match kind {
            None => continue,
            Some(Lost::Opening) => {
                open = Some('“');
                "“"
            }
            // Somebody repaired one end by hand: the marks of one quotation belong together.
            Some(Lost::Closing | Lost::ClosingAfterWord) => {
                if open.take() == Some('"') {
                    "\""
                } else {
                    "”"
                }
            }
            Some(Lost::Dash) => "–",
            Some(Lost::Apostrophe) => "’",
            Some(Lost::Space) => "",
        };
        out.push_str(&text[copied..at]);
        out.push_str(mark);
        copied = at + c.len_utf8();
    }
    (copied > 0).then(|| out + &text[copied..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_are_undone() {
        assert_eq!(repair("â€œAir naik,â€\u{9d} kata dia â€“ lagi"), "“Air naik,” kata dia – lagi");
        assert_eq!(repair("â\u{80}\u{9c}Airâ\u{80}\u{9d}"), "“Air”");
        assert_eq!(repair("â€œAir naik,â€ kata"), "“Air naik,” kata");
        assert_eq!(repair("cafÃ© 30Â°C ðŸ˜€ â‚¬5 Jumâ€™at"), "café 30°C 😀 €5 Jum’at");
        assert_eq!(repair("ï»¿Judul"), "Judul");
    }

    #[test]
    fn double_mojibake_needs_two_rounds() {
        assert_eq!(repair("Ã¢â‚¬Å“AirÃ¢â‚¬Â\u{9d}"), "“Air”");
        assert_eq!(repair("cafÃƒÂ©"), "café");
    }

    #[test]
    fn lost_bytes_become_quotation_marks() {
        assert_eq!(repair("âAir cepat naik di sini,â kata Uji."), "“Air cepat naik di sini,” kata Uji.");
        assert_eq!(repair("\"Air cepat naik,â kata Uji.\nâBenar.â"), "\"Air cepat naik,\" kata Uji.\n“Benar.”");
        assert_eq!(repair("âBanjirâ di kota"), "“Banjir” di kota");
        assert_eq!(
            repair("âAir naik,â kata dia, Jumâat, usia 30â40 â lagi."),
            "“Air naik,” kata dia, Jum’at, usia 30–40 – lagi."
        );
        assert_eq!(repair("\u{fffd}Air naik,\u{fffd} kata dia"), "“Air naik,” kata dia");
        assert_eq!(repair("panjang 10Â km"), "panjang 10 km");
    }

    #[test]
    fn what_is_right_stays() {
        for text in [
            "“Air naik,” kata dia – café, naïve, Jum’at 😀",
            "L'âge d'or du château à l'été",
            "château",
            "IRMÃ…",
            "VOCÊ… É…",
            "São Tomé e Príncipe",
            "Âge",
            "n\u{fffd} rusak",
        ] {
            assert!(matches!(repair(text), Cow::Borrowed(_)), "{text}");
        }
    }
}
