//! Text to words as the word lists have them: finer than tokens, so that "Biduk-Biduk" and "#BanjirSamarinda" are two each.

use text::words;

/// Calls back for every word of a text: tokens, with hyphens taken apart and `#HashTags` cut at their capitals.
/// Account names are no words.
pub(crate) fn each_word<'t>(text: &'t str, mut found: impl FnMut(&'t str, usize, usize)) {
    for token in words::tokens(text) {
        match token.text.as_bytes()[0] {
            b'@' => {}
            b'#' => each_part(&token.text[1..], token.start + 1, hashtag_cuts, &mut found),
            _ if !token.text.contains(['-', '\u{2010}', '\u{2011}']) || token.is_address() => {
                found(token.text, token.start, token.end)
            }
            _ => each_part(token.text, token.start, hyphen_cut, &mut found),
        }
    }
}

/// Calls back for the parts of a token; `cut` gives the end of the first part and the start of the next.
fn each_part<'t>(
    mut rest: &'t str,
    mut at: usize,
    cut: impl Fn(&str) -> Option<(usize, usize)>,
    found: &mut impl FnMut(&'t str, usize, usize),
) {
    loop {
        let (end, next) = cut(rest).unwrap_or((rest.len(), rest.len()));
        if end > 0 {
            found(&rest[..end], at, at + end);
        }
        if next >= rest.len() {
            return;
        }
        rest = &rest[next..];
        at += next;
    }
}

fn hyphen_cut(part: &str) -> Option<(usize, usize)> {
    part.char_indices().find(|(_, c)| matches!(c, '-' | '\u{2010}' | '\u{2011}')).map(|(at, c)| (at, at + c.len_utf8()))
}

fn hashtag_cuts(part: &str) -> Option<(usize, usize)> {
    let mut before = ' ';
    for (at, c) in part.char_indices() {
        if c == '_' {
            return Some((at, at + 1));
        }
        if at > 0 && c.is_uppercase() && before.is_lowercase() {
            return Some((at, at));
        }
        before = c;
    }
    None
}

/// Abbreviations behind which a full stop ends nothing.
const SHORT: [&str; 12] = ["jl", "jln", "dr", "drs", "no", "kec", "kel", "kab", "prof", "ir", "h", "hj"];

/// Whether a sentence ends between two words.
pub(crate) fn breaks_between(text: &str, end: usize, start: usize) -> bool {
    text[end..start].bytes().any(|b| match b {
        b'\n' | b'!' | b'?' | b';' => true,
        b'.' => {
            // Only short words matter, and every dot of a long row asks.
            let near = &text[text.floor_char_boundary(end.saturating_sub(16))..end];
            let word = near.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
            let initial = word.len() == 1 && word.bytes().all(|b| b.is_ascii_uppercase());
            !(initial || word.len() <= 4 && SHORT.iter().any(|known| known.eq_ignore_ascii_case(word)))
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        each_word(text, |word, start, end| {
            assert_eq!(&text[start..end], word);
            found.push(word);
        });
        found
    }

    #[test]
    fn words_are_taken_apart() {
        assert_eq!(cut("Biduk-Biduk se-Kaltim mindset-nya"), ["Biduk", "Biduk", "se", "Kaltim", "mindset", "nya"]);
        assert_eq!(
            cut("#BanjirSamarinda #gratis_pol #IKN @akun_saya ok"),
            ["Banjir", "Samarinda", "gratis", "pol", "IKN", "ok"]
        );
        assert_eq!(cut("cek lapor.go.id/a-b"), ["cek", "lapor.go.id/a-b"]);
    }

    #[test]
    fn sentences_end_between_words() {
        assert!(breaks_between("padam. Lagi", 5, 7));
        assert!(!breaks_between("dr. Budi", 2, 4));
        assert!(!breaks_between("a, b", 1, 3));
    }
}
