//! `Limits`: what no advice may say, so that a playbook that silences, pursues or promotes somebody cannot be loaded.

use super::{LexiconError, LexiconFiles, reader::Reader};
use model::PlayClass;
use serde::Deserialize;

/// Where the list stands, relative to `lexicons/`.
pub(super) const FILE: &str = "playbook/limits.toml";

/// How far behind the words one of `with` may stand, and how far before them a negation.
const WITH_WORDS: usize = 2;
const NEGATION_WORDS: usize = 4;

/// Behind one of these stands who is told or helped, not who is told on.
const TOWARDS: [&str; 7] = ["kepada", "oleh", "dari", "dengan", "bersama", "untuk", "bagi"];

const NEGATIONS: [&str; 6] = ["jangan", "tidak", "bukan", "tanpa", "dilarang", "tak"];

/// Words that no advice may contain. The file's header says how its rows are read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    #[serde(default)]
    never: Vec<Never>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Never {
    why: String,
    words: Vec<Words>,
    #[serde(default)]
    with: Vec<String>,
    #[serde(default)]
    classes: Vec<PlayClass>,
    #[serde(default)]
    except: Vec<PlayClass>,
    #[serde(default)]
    through: Vec<Words>,
}

/// Words as tokens: split once, since every text of a playbook is held against all of them.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "String")]
struct Words(Vec<String>);

impl From<String> for Words {
    fn from(words: String) -> Self {
        Self(tokens(&words))
    }
}

impl Limits {
    /// Reads the list; without the file nothing is forbidden, which only an invented province of a test lives with.
    ///
    /// # Errors
    /// The file says something impossible.
    pub fn load(files: &LexiconFiles) -> Result<Self, LexiconError> {
        Self::read(&mut Reader { files, hash: 0 })
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, LexiconError> {
        Ok(reader.toml(FILE)?.unwrap_or_default())
    }

    /// The first forbidden words of a text on a matter of this sort, with the reason.
    pub fn breach(&self, text: &str, class: PlayClass) -> Option<String> {
        sentences(text).find_map(|sentence| {
            let tokens = tokens(sentence);
            let never = self.never.iter().filter(|never| never.classes.is_empty() || never.classes.contains(&class));
            never.into_iter().find_map(|never| {
                let found = never.words.iter().find(|words| never.is_said(&tokens, words))?;
                let lawful = || never.through.iter().any(|way| positions(&tokens, &way.0).next().is_some());
                let excepted = never.except.contains(&class) && lawful();
                (!excepted).then(|| format!("\"{}\" must not be advised: {}", found.0.join(" "), never.why))
            })
        })
    }
}

impl Never {
    /// True where the words stand in the sentence, with what must follow them and without a negation before them.
    fn is_said(&self, tokens: &[String], words: &Words) -> bool {
        positions(tokens, &words.0).any(|at| {
            let before = &tokens[at.saturating_sub(NEGATION_WORDS)..at];
            let end = at + words.0.len();
            let mut behind =
                tokens[end..].iter().take(WITH_WORDS).take_while(|token| !TOWARDS.contains(&token.as_str()));
            let negated = before.iter().any(|token| NEGATIONS.contains(&token.as_str()));
            !negated && (self.with.is_empty() || behind.any(|token| self.with.contains(token)))
        })
    }
}

fn positions<'a>(tokens: &'a [String], words: &'a [String]) -> impl Iterator<Item = usize> + 'a {
    let length = words.len().max(1);
    tokens.windows(length).enumerate().filter(move |(_, window)| *window == words).map(|(at, _)| at)
}

/// A stop inside a word ("aduankonten.id") ends no sentence.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split(". ").flat_map(|part| part.split(['\n', ';', '!', '?']))
}

fn tokens(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '-'));
    let words = words.map(|word| word.trim_matches(['.', '-']).to_lowercase());
    words.filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        let file = include_str!("../../../../lexicons/playbook/limits.toml");
        Limits::load(&[(FILE.to_owned(), file.to_owned())].into()).expect("the list reads")
    }

    #[test]
    fn advice_against_those_who_speak_is_a_breach() {
        let limits = limits();
        for text in [
            "Laporkan akun itu ke polisi.",
            "Jerat pengunggah dengan UU ITE",
            "Minta platform takedown unggahan itu.",
            "Hapus komentar warga; kemudian umumkan.",
            "Blokir tautan kritik.",
            "Pelaporan terhadap wartawan dilakukan Biro Hukum.",
            "Kedepankan prestasi gubernur.",
            "Tempuh somasi.",
        ] {
            assert!(limits.breach(text, PlayClass::Kebijakan).is_some(), "{text}");
        }
        assert!(limits.breach("Minta kepolisian memeriksa berita itu.", PlayClass::Pers).is_some());
    }

    #[test]
    fn what_is_warned_against_or_lawful_is_none() {
        let limits = limits();
        for text in [
            "Jangan menghapus komentar warga.",
            "Kritik dijawab, tidak dibungkam.",
            "Laporkan hasilnya kepada warga.",
            "Laporkan kepada warga begitu selesai.",
            "Perbaiki kerusakan yang dilaporkan warga.",
            "Pasang sensor ketinggian air.",
        ] {
            assert_eq!(limits.breach(text, PlayClass::Kebijakan), None, "{text}");
        }
        let lawful = "Laporkan akun tiruan melalui aduankonten.id.";
        assert_eq!(limits.breach(lawful, PlayClass::Penipuan), None);
        assert!(limits.breach(lawful, PlayClass::Kebijakan).is_some());
        assert!(limits.breach("Laporkan akun tiruan.", PlayClass::Penipuan).is_some());
    }
}
