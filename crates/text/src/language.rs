//! Which language a text is in, as far as trigrams can tell.
//!
//! Regional languages that whatlang does not know are told apart later, by their own words.

use model::Language;
use rustc_hash::FxHashSet;
use std::sync::LazyLock;
use whatlang::{Detector, Lang, Script};

/// Characters that are looked at: enough to be sure, few enough to be fast.
const SAMPLE: usize = 400;

/// Fewer letters than this decide nothing.
const MIN_LETTERS: usize = 12;

/// Words of the three languages that whatlang is asked to choose from. A text without any of them may be something else
/// altogether, which costs a look at all seventy languages: five times the work, so it is not done for every text.
const FUNCTION_WORDS: &str = "yang dan di ke dari ini itu untuk dengan tidak ada pada dalam akan sudah juga saya kami kita mereka bisa oleh \
    sebagai atau karena kalau jadi lebih masih belum harus saat tapi agar telah para gak ga nggak yg utk dgn sdh udah aja lagi apa kok pak bu \
    ora sing lan kang iki kuwi wis karo ning nang marang saka kanggo dadi aku kowe uga durung isih arep iku ana \
    the of and to in is are was were for with that this you not have has it on be as at from by an or we they";

/// The language of a text by whatlang; `und` where it is too short or too close to call.
pub fn language(text: &str) -> Language {
    let end = text.char_indices().nth(SAMPLE).map_or(text.len(), |(at, _)| at);
    let sample = &text[..end];
    let letters = sample.chars().filter(|c| c.is_alphabetic()).count();
    if letters < MIN_LETTERS {
        return undecided();
    }
    static OURS: LazyLock<Detector> = LazyLock::new(|| Detector::with_allowlist(vec![Lang::Ind, Lang::Jav, Lang::Eng]));
    static ALL: LazyLock<Detector> = LazyLock::new(Detector::new);
    let latin = sample.is_ascii() || whatlang::detect_script(sample) == Some(Script::Latin);
    let detector = if latin && has_function_word(sample) { &OURS } else { &ALL };
    match detector.detect(sample) {
        Some(info) if info.is_reliable() || info.confidence() >= 0.1 => Language {
            // Its codes are ISO 639-3 already.
            code: info.lang().code().to_owned(),
            confidence: info.confidence() as f32,
        },
        _ => undecided(),
    }
}

fn undecided() -> Language {
    Language { code: "und".to_owned(), confidence: 0.0 }
}

fn has_function_word(text: &str) -> bool {
    static WORDS: LazyLock<FxHashSet<&str>> = LazyLock::new(|| FUNCTION_WORDS.split_whitespace().collect());
    text.split(|c: char| !c.is_alphanumeric()).any(|word| match word.len() {
        0 | 9.. => false,
        _ if word.bytes().any(|b| b.is_ascii_uppercase()) => WORDS.contains(word.to_ascii_lowercase().as_str()),
        _ => WORDS.contains(word),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_of_the_region_and_others() {
        for (text, code) in [
            ("Jalan di depan pasar rusak parah dan belum diperbaiki sampai sekarang", "ind"),
            ("The road in front of the market is badly damaged and has not been repaired", "eng"),
            ("Dalan ing ngarep pasar rusak banget lan durung didandani nganti saiki", "jav"),
            ("La route devant le marché est très abîmée depuis plusieurs semaines", "fra"),
            ("Дорога перед рынком сильно повреждена и до сих пор не отремонтирована", "rus"),
            ("市场前面的道路损坏严重至今没有修复已经很久了", "cmn"),
        ] {
            assert_eq!(language(text).code, code, "{text}");
        }
    }

    #[test]
    fn short_texts_are_undecided() {
        for text in ["", "ok", "👍👍👍", "12345 67890 12345", "mantap pak"] {
            assert_eq!(language(text), undecided(), "{text}");
        }
    }
}
