//! Whether a text carries a claim or speaks about it.
//!
//! News about a hoax, official warnings and the fact-check itself share all words with the claim; to count them among its
//! carriers would make the denial feed what it denies.

use model::SourceKind;
use rustc_hash::FxHashSet;
use std::sync::LazyLock;
use text::words::{normalise, tokens};

/// How a text stands to a claim that it tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stance {
    /// It passes the claim on.
    Carries,
    /// It denies it, warns of it or reports on it.
    About,
}

/// Bytes in which a denial shows itself: those who debunk say so at once.
const BYTES: usize = 4_000;
/// Words of the longest phrase in the list.
const PHRASE_WORDS_MAX: usize = 3;

/// Fact-checkers and agencies speak about claims whatever their words; everybody else by the phrases of
/// `lexicons/ind/debunks.txt`.
pub(super) fn stance(title: &str, text: &str, kind: SourceKind) -> Stance {
    let official = matches!(kind, SourceKind::Factcheck | SourceKind::Official);
    if official || [title, text].into_iter().any(debunks) { Stance::About } else { Stance::Carries }
}

fn debunks(text: &str) -> bool {
    let text = &text[..text.floor_char_boundary(BYTES)];
    if text.trim_start().to_uppercase().starts_with("[SALAH]") {
        return true;
    }
    let words: Vec<_> = tokens(text).map(|token| normalise(token.text)).collect();
    let says = |phrases: &FxHashSet<&str>, at: usize| {
        (1..=PHRASE_WORDS_MAX.min(words.len() - at)).any(|length| {
            if length == 1 {
                phrases.contains(&*words[at])
            } else {
                phrases.contains(&*words[at..at + length].join(" "))
            }
        })
    };
    // "Ini bukan hoaks" is what a chain message says of itself.
    let denied = |at: usize| at > 0 && says(&DENIALS, at - 1);
    (0..words.len()).any(|at| says(&PHRASES, at) && !denied(at))
}

static PHRASES: LazyLock<FxHashSet<&str>> = LazyLock::new(|| lines('+'));
static DENIALS: LazyLock<FxHashSet<&str>> = LazyLock::new(|| lines('-'));

/// The phrases of the list behind a mark.
fn lines(mark: char) -> FxHashSet<&'static str> {
    let file = include_str!("../../../../lexicons/ind/debunks.txt");
    file.lines().filter_map(|line| line.strip_prefix(mark)).map(str::trim).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn denials_are_about_a_claim() {
        for text in [
            "[SALAH] Bantuan Rp600.000 untuk semua warga",
            "Cek fakta: bantuan Rp600.000 untuk semua warga",
            "Kabar bantuan Rp600.000 dipastikan hoaks.",
            "HOAX! Jangan percaya pesan bantuan itu.",
        ] {
            assert_eq!(stance("", text, SourceKind::Post), Stance::About, "{text}");
        }
    }

    #[test]
    fn chain_messages_carry_theirs() {
        for text in ["Bantuan Rp600.000 untuk semua warga, ini bukan hoax", "Sebarkan!", "", "😀"] {
            assert_eq!(stance("", text, SourceKind::Post), Stance::Carries, "{text}");
        }
        assert_eq!(stance("", "Bantuan untuk semua warga", SourceKind::Factcheck), Stance::About);
        assert_eq!(stance("", "Bantuan untuk semua warga", SourceKind::Official), Stance::About);
    }
}
