//! A proposal as words, numbers, sentences, quotations and citations.

/// A word or a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// As it is written.
    pub(super) text: String,
    /// In small letters.
    pub(super) low: String,
    /// True for the first of a sentence, whose capital says nothing.
    pub(super) first: bool,
    /// True where nothing but blanks stands between it and the one before.
    pub(super) joined: bool,
}

impl Token {
    /// True for what holds a digit.
    pub(super) fn is_number(&self) -> bool {
        self.text.chars().any(char::is_numeric)
    }

    /// True for what starts with a capital.
    pub(super) fn is_capital(&self) -> bool {
        self.text.chars().next().is_some_and(char::is_uppercase)
    }
}

/// One sentence of a proposal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sentence {
    /// Without its citations.
    pub(super) text: String,
    /// What it cites.
    pub(super) cited: Vec<u32>,
}

/// Characters that show nothing, turn the direction of writing, or vary the one before.
pub(super) fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// A citation that starts here: `[3]`, `[3, 7]`; how long it is, and its numbers.
fn citation(text: &str) -> Option<(usize, Vec<u32>)> {
    let inner = text.strip_prefix('[')?;
    let end = inner.find(']').filter(|end| *end <= 60)?;
    let numbers: Option<Vec<u32>> = inner[..end]
        .split(',')
        .map(|number| number.trim().parse().ok().filter(|_| number.trim().bytes().all(|byte| byte.is_ascii_digit())))
        .collect();
    Some((end + 2, numbers?))
}

/// Takes a proposal apart. A sentence ends with `.`, `!` or `?` outside quotation marks before a blank or the end; citations
/// right behind the sign still belong to it.
pub(super) fn sentences(text: &str) -> Vec<Sentence> {
    let (mut sentences, mut current): (Vec<Sentence>, Sentence) = Default::default();
    let (mut at, mut quoted, mut ended) = (0, false, false);
    while let Some(c) = text[at..].chars().next() {
        if !quoted && let Some((length, numbers)) = citation(&text[at..]) {
            current.cited.extend(numbers);
            at += length;
            continue;
        }
        if ended && !c.is_whitespace() {
            sentences.push(std::mem::take(&mut current));
            ended = false;
        }
        match c {
            '“' => quoted = true,
            '”' => quoted = false,
            '"' => quoted = !quoted,
            _ => {}
        }
        current.text.push(c);
        at += c.len_utf8();
        let next = text[at..].chars().next();
        let after = next.is_none_or(|next| next.is_whitespace() || next == '[');
        if matches!(c, '.' | '!' | '?') && !quoted && after {
            ended = true;
        }
    }
    if !current.text.trim().is_empty() || !current.cited.is_empty() {
        sentences.push(current);
    }
    sentences
}

/// A proposal as it would stand in the brief: without its citations, with single blanks.
pub fn without_citations(proposed: &str) -> String {
    let whole: Vec<String> = sentences(proposed).into_iter().map(|sentence| tidy(&sentence.text)).collect();
    whole.join(" ").trim().to_owned()
}

/// Closes the gap that a citation leaves before a sign.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() && !matches!(word, "." | "," | ";" | ":" | "!" | "?") {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// What stands between quotation marks, and the rest with a gap in its place.
pub(super) fn quotes(text: &str) -> (Vec<String>, String) {
    let (mut quotes, mut rest, mut current): (Vec<String>, String, Option<String>) = Default::default();
    for c in text.chars() {
        match (&mut current, c) {
            (None, '“' | '"') => current = Some(String::new()),
            (Some(_), '”' | '"') => {
                quotes.extend(current.take());
                // A gap that no two words meet across.
                rest.push_str(" ; ");
            }
            (Some(quote), c) => quote.push(c),
            (None, c) => rest.push(c),
        }
    }
    if let Some(open) = current {
        // Never closed: no quotation.
        rest.push_str(&open);
    }
    (quotes, rest)
}

/// The words and numbers of a text without quotations.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let chars: Vec<char> = text.chars().collect();
    let (mut at, mut first, mut joined) = (0, true, false);
    while at < chars.len() {
        let c = chars[at];
        if !c.is_alphanumeric() {
            match c {
                '.' | '!' | '?' if chars.get(at + 1).is_none_or(|next| next.is_whitespace()) => first = true,
                _ => {}
            }
            joined = joined && c.is_whitespace();
            at += 1;
            continue;
        }
        let start = at;
        while at < chars.len() && (chars[at].is_alphanumeric() || inside(&chars, at)) {
            at += 1;
        }
        // What is meant by a number hangs on its sign.
        if at < chars.len() && matches!(chars[at], '×' | '%' | '‰' | '°') && chars[at - 1].is_numeric() {
            at += 1;
        }
        let text: String = chars[start..at].iter().collect();
        let low = text.to_lowercase();
        // "4,2 kali" is "4,2×".
        if low == "kali"
            && let Some(before) = tokens.last_mut().filter(|before| joined && before.ends_in_digit())
        {
            before.low.push('×');
            continue;
        }
        tokens.push(Token { text, low, first, joined });
        (first, joined) = (false, true);
    }
    tokens
}

/// A sign inside a word or a number: "ke-3", "6,2", "1.234", "06.00", "000/DB", "Ma'ruf".
fn inside(chars: &[char], at: usize) -> bool {
    let (Some(before), Some(after)) = (at.checked_sub(1).and_then(|at| chars.get(at)), chars.get(at + 1)) else {
        return false;
    };
    match chars[at] {
        '-' | '\'' | '’' | '/' => before.is_alphanumeric() && after.is_alphanumeric(),
        '.' | ',' | ':' => before.is_numeric() && after.is_numeric(),
        _ => false,
    }
}

impl Token {
    fn ends_in_digit(&self) -> bool {
        self.low.ends_with(|c: char| c.is_ascii_digit())
    }
}

/// Prefixes that are taken away, the longer before the shorter, with the first letter that one may have swallowed: "tulis"
/// is "menulis", "sapu" is "menyapu".
const PREFIXES: &[(&str, &str)] = &[
    ("meny", "s"),
    ("meng", "k"),
    ("mem", "p"),
    ("men", "t"),
    ("peny", "s"),
    ("peng", "k"),
    ("pem", "p"),
    ("pen", "t"),
    ("ber", ""),
    ("ter", ""),
    ("per", ""),
    ("me", ""),
    ("pe", ""),
    ("di", ""),
    ("ke", ""),
    ("se", ""),
];

/// The shortest root: with less, "di" and "kan" would be taken off words that only look so.
const ROOT_BYTES_MIN: usize = 4;

/// What a word may be without its prefixes and suffixes, roughly: where "kan" may be a suffix or the end of "naikan", both.
fn roots(word: &str) -> Vec<String> {
    let without_suffix =
        ["nya", "kan", "lah", "kah", "pun", "an", "i"].iter().filter_map(|suffix| word.strip_suffix(suffix));
    let stems: Vec<&str> = without_suffix.filter(|rest| rest.len() >= ROOT_BYTES_MIN).chain([word]).collect();
    stems.into_iter().flat_map(without_prefixes).collect()
}

fn without_prefixes(stem: &str) -> Vec<String> {
    let mut roots = vec![stem.to_owned()];
    for depth in 0..2 {
        let Some(last) = roots.get(depth).cloned() else { break };
        let found = PREFIXES.iter().find_map(|(prefix, swallowed)| Some((last.strip_prefix(prefix)?, swallowed)));
        if let Some((rest, swallowed)) = found {
            let whole = [rest.to_owned(), format!("{swallowed}{rest}")];
            roots.extend(whole.into_iter().filter(|root| root.len() >= ROOT_BYTES_MIN));
        }
    }
    roots
}

/// True for two words of one root.
pub(super) fn same_root(one: &str, other: &str) -> bool {
    let others = roots(other);
    roots(one).iter().any(|one| others.contains(one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_a_proposal_apart() {
        let text = "Banjir naik 4,2× pukul 06.00 WITA [1]. Warga bertanya: “Kapan? Di mana? [9]” [2, 3]. Sisanya. [4]";
        let found: Vec<(String, Vec<u32>)> =
            sentences(text).into_iter().map(|sentence| (sentence.text.trim().to_owned(), sentence.cited)).collect();
        assert_eq!(
            found,
            [
                ("Banjir naik 4,2× pukul 06.00 WITA .".to_owned(), vec![1]),
                ("Warga bertanya: “Kapan? Di mana? [9]” .".to_owned(), vec![2, 3]),
                ("Sisanya.".to_owned(), vec![4]),
            ]
        );
        assert_eq!(
            without_citations(text),
            "Banjir naik 4,2× pukul 06.00 WITA. Warga bertanya: “Kapan? Di mana? [9]”. Sisanya."
        );
    }

    #[test]
    fn numbers_keep_their_signs() {
        let low = |text: &str| tokens(text).into_iter().map(|token| token.low).collect::<Vec<_>>();
        assert_eq!(low("4,2× dan 18%, ke-3; 1.234"), ["4,2×", "dan", "18%", "ke-3", "1.234"]);
        assert_eq!(low("naik 4,2 kali lipat"), ["naik", "4,2×", "lipat"]);
    }

    #[test]
    fn roots_are_rough() {
        for (one, other) in
            [("dijawab", "jawaban"), ("menulis", "tulis"), ("kenaikan", "naik"), ("pertanyaan", "tanya")]
        {
            assert!(same_root(one, other), "{one} {other}: {:?} {:?}", roots(one), roots(other));
        }
        for (one, other) in
            [("korban", "kabar"), ("sudah", "sumber"), ("arah", "darah"), ("alat", "salat"), ("dua", "kedua")]
        {
            assert!(!same_root(one, other), "{one} {other}");
        }
    }
}
