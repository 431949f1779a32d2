//! Text to tokens, normal forms, stems and sentences: the one place that decides what a word is.
//!
//! The index, the analysis and the grouping all cut words here, so that they agree.

use frostem::{Algorithm, Stemmer};
use model::Span;
use rustc_hash::FxHashSet;
use std::borrow::Cow;
use std::sync::LazyLock;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// One word, number, hashtag, mention, address or emoji, with its place in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// The words as written.
    pub text: &'a str,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Token<'_> {
    /// True for web addresses, bare hosts and e-mail addresses.
    pub fn is_address(&self) -> bool {
        !self.text.starts_with('@') && (self.text.contains("://") || self.text.contains('@') || has_domain(self.text))
    }
}

/// Cuts a text into tokens: words with hyphens and apostrophes inside, numbers with separators inside,
/// `#hashtags`, `@mentions`, web and mail addresses as one token, emoji as one token. Punctuation is left out.
pub fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < text.len() {
            let start = at;
            at = token_end(text, start);
            if at > start {
                return Some(Token { text: &text[start..at], start, end: at });
            }
            at += char_at(text, start).len_utf8();
        }
        None
    })
}

/// The end of the token that starts here; `start` itself where none does.
fn token_end(text: &str, start: usize) -> usize {
    let first = char_at(text, start);
    if is_word(first) {
        let end = word_end(text, start);
        return address_end(text, start, end).unwrap_or(end);
    }
    if matches!(first, '#' | '@') {
        let end = handle_end(text, start + 1);
        return if end > start + 1 { end } else { start };
    }
    if is_emoji(first) {
        return emoji_end(text, start + first.len_utf8());
    }
    start
}

/// The character that starts at a byte.
fn char_at(text: &str, at: usize) -> char {
    let byte = text.as_bytes()[at];
    if byte < 128 {
        return char::from(byte);
    }
    text[at..].chars().next().expect("callers stay inside the text, on a boundary")
}

fn is_word(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphanumeric() } else { c.is_alphanumeric() || matches!(c, '\u{300}'..='\u{36f}') }
}

fn word_end(text: &str, start: usize) -> usize {
    let mut at = start;
    let mut before = ' ';
    while at < text.len() {
        let c = char_at(text, at);
        if !is_word(c) {
            let joins = match c {
                '-' | '\'' | '’' | '\u{2010}' | '\u{2011}' => before.is_alphanumeric(),
                '.' | ',' => before.is_ascii_digit(),
                _ => false,
            };
            let next = at + c.len_utf8();
            let follows = joins && next < text.len() && {
                let after = char_at(text, next);
                if matches!(c, '.' | ',') { after.is_ascii_digit() } else { is_word(after) }
            };
            if !follows {
                break;
            }
        }
        before = c;
        at += c.len_utf8();
    }
    at
}

/// Hashtags and mentions: letters, digits, underscores, and dots inside.
fn handle_end(text: &str, start: usize) -> usize {
    let mut at = start;
    while at < text.len() {
        let c = char_at(text, at);
        let inside = c == '.' && at > start && text[at + 1..].chars().next().is_some_and(is_word);
        if !(is_word(c) || c == '_' || inside) {
            break;
        }
        at += c.len_utf8();
    }
    at
}

/// Bytes of an address without a scheme in which its host must stand.
const LONGEST_HOST: usize = 128;

/// The end of a web or mail address that begins with this word; `None` for an ordinary word.
fn address_end(text: &str, start: usize, end: usize) -> Option<usize> {
    let rest = &text[end..];
    let word = &text[start..end];
    let scheme = rest.starts_with("://") && word.len() <= 6 && word.is_ascii();
    if !scheme && !matches!(rest.as_bytes().first(), Some(b'.' | b'@' | b'_' | b'+')) {
        return None;
    }
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | '“' | '”' | '(' | ')' | '|');
    let stretch_end = |from: usize| text[from..].find(ends).map_or(text.len(), |length| from + length);
    let trimmed = |stretch: &'_ str| {
        stretch.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '…', ']', '’', '-', '–', '—']).len()
    };
    if scheme {
        let length = trimmed(&text[start..stretch_end(end)]);
        if length > word.len() + 3 {
            return Some(start + length);
        }
    }
    // Every word of "a.a.a.…" begins such a stretch: only as much of it is looked at as a host may be long.
    let near = text.ceil_char_boundary(start.saturating_add(LONGEST_HOST).max(end));
    let stretch = &text[start..near];
    let ended = stretch.find(ends);
    let is_whole = near == text.len() || ended.is_some();
    let stretch = &stretch[..ended.unwrap_or(stretch.len())];
    let stretch = &stretch[..trimmed(stretch)];
    // A comma ends a host ("SELASAR.CO,Samarinda").
    let stretch = stretch.split(',').next().unwrap_or(stretch);
    if stretch.len() <= word.len() || !has_domain(stretch) {
        return None;
    }
    if is_whole {
        return Some(start + stretch.len());
    }
    // The path behind the host may be as long as it likes.
    let whole = &text[start..stretch_end(end)];
    let whole = whole[..trimmed(whole)].split(',').next().unwrap_or(whole);
    Some(start + whole.len())
}

/// Endings that make `word.ending` a host rather than a missing space after a full stop.
const DOMAIN_ENDINGS: [&str; 45] = [
    "app", "asia", "biz", "buzz", "cc", "cfd", "click", "club", "co", "com", "dev", "fun", "gg", "gle", "icu", "id",
    "info", "io", "link", "live", "ly", "me", "ml", "monster", "my", "net", "news", "online", "org", "pro", "sbs",
    "shop", "site", "space", "store", "tech", "tk", "to", "top", "tv", "vip", "web", "website", "win", "xyz",
];

fn has_domain(stretch: &str) -> bool {
    let host = stretch.split('@').next_back().unwrap_or(stretch);
    let host = host.split(['/', '?', '#', ':']).next().unwrap_or(host);
    let Some((labels, ending)) = host.rsplit_once('.') else { return false };
    let fits =
        |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    labels.split('.').all(fits)
        && labels.bytes().any(|b| b.is_ascii_alphabetic())
        && DOMAIN_ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending))
}

/// True for pictographs that stand as a token of their own.
pub fn is_emoji(c: char) -> bool {
    matches!(u32::from(c),
        0x1f000..=0x1faff | 0x2600..=0x27bf | 0x2b05..=0x2b07 | 0x2b1b | 0x2b1c | 0x2b50 | 0x2b55 | 0x203c | 0x2049 | 0x231a..=0x23ff)
}

fn emoji_end(text: &str, start: usize) -> usize {
    let mut at = start;
    while at < text.len() {
        let c = char_at(text, at);
        at += match c {
            // Variation selector, keycap and skin tones belong to what stands before them.
            '\u{fe0f}' | '\u{20e3}' | '\u{1f3fb}'..='\u{1f3ff}' => c.len_utf8(),
            // A joiner takes the next pictograph along.
            '\u{200d}' => {
                c.len_utf8() + text[at + 3..].chars().next().filter(|&next| is_emoji(next)).map_or(0, char::len_utf8)
            }
            _ => break,
        };
    }
    at
}

/// The form in which a token is compared: compatibility characters folded, lower case, stretched letters squeezed
/// ("Bangeeeet" is "banget"). Borrowed where the token already has that form.
pub fn normalise(token: &str) -> Cow<'_, str> {
    if token.is_ascii() {
        let plain = !token.bytes().any(|b| b.is_ascii_uppercase()) && !is_stretched(token);
        return if plain { Cow::Borrowed(token) } else { Cow::Owned(squeeze(&token.to_ascii_lowercase())) };
    }
    let folded: Cow<'_, str> = match is_nfkc_quick(token.chars()) {
        IsNormalized::Yes => Cow::Borrowed(token),
        _ => Cow::Owned(token.nfkc().collect()),
    };
    let lower = folded.chars().any(char::is_uppercase).then(|| folded.to_lowercase());
    let typographic = |c: char| matches!(c, '’' | '\u{2010}' | '\u{2011}' | '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}');
    let form = lower.map_or(folded, Cow::Owned);
    if !form.contains(typographic) && !is_stretched(&form) {
        return form;
    }
    // Skin tone and presentation do not change what an emoji says.
    let plain: String = form
        .chars()
        .filter(|c| !matches!(c, '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}'))
        .map(|c| match c {
            '’' => '\'',
            '\u{2010}' | '\u{2011}' => '-',
            other => other,
        })
        .collect();
    Cow::Owned(squeeze(&plain))
}

/// True where one letter stands three times in a row.
fn is_stretched(token: &str) -> bool {
    let bytes = token.as_bytes();
    bytes.windows(3).any(|three| {
        three[0].is_ascii_alphabetic()
            && three[0].eq_ignore_ascii_case(&three[1])
            && three[0].eq_ignore_ascii_case(&three[2])
    })
}

/// Three or more of a letter become one. Roman numerals and "www" are not stretched words.
fn squeeze(token: &str) -> String {
    if !is_stretched(token) || token.bytes().all(|b| matches!(b, b'i' | b'v' | b'x')) || token.starts_with("www") {
        return token.to_owned();
    }
    let mut out = String::with_capacity(token.len());
    let mut run = 0;
    let mut before = '\0';
    for c in token.chars() {
        if c == before && c.is_ascii_alphabetic() {
            run += 1;
        } else {
            run = 1;
            before = c;
        }
        out.push(c);
        if run == 3 {
            out.pop();
            out.pop();
        } else if run > 3 {
            out.pop();
        }
    }
    out
}

/// The Indonesian stem of a normalised token. Words that are short, foreign, or that the stemmer would cut wrongly are kept.
pub fn stem(token: &str) -> String {
    static STEMMER: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::new(Algorithm::Indonesian));
    let foreign = !token.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    if token.len() <= 4 || foreign || NEVER_STEM.contains(token) {
        return token.to_owned();
    }
    // "jalan-jalan" and "jalan" are one word to a reader who searches.
    if let Some((first, second)) = token.split_once('-') {
        let (first_stem, second_stem) = (stem(first), stem(second));
        return if first_stem == second_stem { first_stem } else { token.to_owned() };
    }
    let stemmed = STEMMER.stem(token);
    if stemmed.len() < 3 { token.to_owned() } else { stemmed.into() }
}

/// True for Indonesian function words that say nothing about what a text is about.
pub fn is_stop_word(token: &str) -> bool {
    STOP_WORDS.contains(token)
}

static NEVER_STEM: LazyLock<FxHashSet<&str>> =
    LazyLock::new(|| lines(include_str!("../../../lexicons/ind/never_stem.txt")));
static STOP_WORDS: LazyLock<FxHashSet<&str>> =
    LazyLock::new(|| lines(include_str!("../../../lexicons/ind/stopwords.txt")));

fn lines(file: &'static str) -> FxHashSet<&'static str> {
    file.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

/// Abbreviations after which a full stop does not end a sentence.
const ABBREVIATIONS: [&str; 44] = [
    "jl", "jln", "no", "dr", "drs", "dra", "prof", "ir", "h", "hj", "st", "sh", "mh", "mm", "si", "sos", "ap", "kom",
    "pd", "hum", "km", "rp", "tgl", "hlm", "hal", "bpk", "sdr", "sdri", "alm", "kab", "kec", "kel", "ds", "gg", "rt",
    "rw", "an", "dll", "dsb", "tsb", "yth", "mt", "kh", "jend",
];

/// Cuts a text into sentences, closing quotation marks included. A line break always ends one.
pub fn sentences(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let mut end = at + c.len_utf8();
        let ends = match c {
            '\n' => true,
            '!' | '?' | '…' => true,
            '.' => ends_sentence(text, start, at),
            _ => false,
        };
        if !ends {
            continue;
        }
        while let Some(&(next, follower)) = chars.peek() {
            if !matches!(follower, '"' | '”' | '’' | '\'' | ')' | '.' | '!' | '?') || c == '\n' {
                break;
            }
            end = next + follower.len_utf8();
            chars.next();
        }
        push_sentence(text, start, end, &mut found);
        start = end;
    }
    push_sentence(text, start, text.len(), &mut found);
    found
}

/// Whether the full stop at this byte ends the sentence that began at `start`.
fn ends_sentence(text: &str, start: usize, at: usize) -> bool {
    let after = text[at + 1..].chars().next();
    if after.is_some_and(|c| c.is_alphanumeric() || matches!(c, ',' | ';' | '-')) {
        return false;
    }
    let word = text[start..at].rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    let number_of_list =
        word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit()) && text[start..at].trim().len() == word.len();
    let known = word.len() <= 4 && ABBREVIATIONS.contains(&word.to_lowercase().as_str());
    // "dll." and its like may well end one: then a capital or nothing follows.
    !(initial
        || number_of_list
        || known && text[at + 1..].trim_start().chars().next().is_some_and(|c| c.is_alphanumeric()))
}

fn push_sentence(text: &str, start: usize, end: usize, found: &mut Vec<Span>) {
    let piece = &text[start..end];
    let trimmed = piece.trim();
    if !trimmed.is_empty() {
        let start = start + (piece.len() - piece.trim_start().len());
        found.push(Span { start: start as u32, end: (start + trimmed.len()) as u32 });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        tokens(text).map(|token| token.text).collect()
    }

    #[test]
    fn words_keep_what_belongs_to_them() {
        assert_eq!(cut("Anak-anak di Jum'at, 4,5 miliar!"), ["Anak-anak", "di", "Jum'at", "4,5", "miliar"]);
        assert_eq!(cut("naik 3,79. Lalu (17/7/2025)"), ["naik", "3,79", "Lalu", "17", "7", "2025"]);
        assert_eq!(cut("- tanda - hubung -"), ["tanda", "hubung"]);
        assert_eq!(cut("Rp1.500.000,-"), ["Rp1.500.000"]);
        assert_eq!(cut(""), Vec::<&str>::new());
    }

    #[test]
    fn addresses_handles_and_emoji_are_one_token() {
        assert_eq!(cut("cek https://s.id/abc?x=1, ya"), ["cek", "https://s.id/abc?x=1", "ya"]);
        assert_eq!(cut("SELASAR.CO, Samarinda"), ["SELASAR.CO", "Samarinda"]);
        assert_eq!(cut("kirim ke nama_saya@contoh.co.id."), ["kirim", "ke", "nama_saya@contoh.co.id"]);
        assert_eq!(cut("rusak.Semua diam"), ["rusak", "Semua", "diam"]);
        assert_eq!(cut("#BanjirLagi @pak_wal.ok 👍🏽👍❤️"), ["#BanjirLagi", "@pak_wal.ok", "👍🏽", "👍", "❤️"]);
        assert!(tokens("bit.ly/abc").all(|token| token.is_address()));
        assert!(!tokens("@akun").any(|token| token.is_address()));
    }

    #[test]
    fn offsets_point_into_the_text() {
        let text = "“Béda” — 🏳️‍🌈 x";
        for token in tokens(text) {
            assert_eq!(&text[token.start..token.end], token.text);
        }
    }

    #[test]
    fn normal_forms() {
        assert_eq!(normalise("Bangeeeet"), "banget");
        assert_eq!(normalise("ＢＡＮＪＩＲ"), "banjir");
        assert_eq!(normalise("saat"), "saat");
        assert_eq!(normalise("III"), "iii");
        assert_eq!(normalise("1000"), "1000");
        assert_eq!(normalise("Jum’at"), "jum'at");
        assert_eq!(normalise("👍🏽"), "👍");
        assert!(matches!(normalise("biasa"), Cow::Borrowed(_)));
    }

    #[test]
    fn stems_are_words() {
        assert_eq!(stem("kerusakan"), stem("rusak"));
        assert_eq!(stem("jalan-jalan"), stem("jalan"));
        assert_eq!(stem("samarinda"), "samarinda");
        assert_eq!(stem("ikn"), "ikn");
    }

    #[test]
    fn sentences_end_where_they_end() {
        let text = "Kata dr. Budi di Jl. Kenanga No. 3, air naik 1.5 m. “Segera!” ujarnya.\nBaris dua dll. Selesai";
        let found: Vec<_> = sentences(text).iter().map(|span| &text[span.start as usize..span.end as usize]).collect();
        assert_eq!(
            found,
            ["Kata dr. Budi di Jl. Kenanga No. 3, air naik 1.5 m.", "“Segera!”", "ujarnya.", "Baris dua dll. Selesai"]
        );
        assert!(sentences(" \n ").is_empty());
    }
}
