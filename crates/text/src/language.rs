//! Which language a text is in, as far as trigrams and the commonest words can tell.
//!
//! Regional languages that whatlang does not know are told apart later, by their own words.

use model::Language;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;
use whatlang::{Detector, Lang, Script};

/// Characters that are looked at: enough to be sure, few enough to be fast.
const SAMPLE: usize = 400;

/// Fewer letters than this decide nothing.
const MIN_LETTERS: usize = 12;

/// whatlang's own measure runs from 0 to 1; below this two languages are as likely as each other.
const MIN_CONFIDENCE: f64 = 0.1;

/// The languages that whatlang is first asked to choose from, with words that are common in one and in neither of the others.
///
/// Chat Indonesian looks like Javanese to trigrams (a quarter of real posts), but it has other small words.
const OURS: [(Lang, &str); 3] = [
    (
        Lang::Ind,
        "yang dan di ke dari ini itu untuk dengan tidak ada pada dalam akan sudah juga saya kami kita mereka bisa oleh sebagai atau \
         karena kalau jadi lebih masih belum harus saat tapi tetapi agar telah para gak ga nggak enggak yg utk dgn sdh udah udh dah aja \
         lagi apa kok pak bu tak tdk bgt banget gue gua lu kalo krn jg dong sih nih deh gimana kenapa bukan sangat dapat seperti",
    ),
    (
        Lang::Jav,
        "ora sing lan kang iki kuwi kui wis karo ning nang marang saka kanggo dadi aku kowe uga durung isih arep iku yaiku ono wong piye \
         mung amarga yen ing wae nek opo ojo ngono",
    ),
    (
        Lang::Eng,
        "the of and to in is are was were for with that this you not have has it on be as at from by an or we they i my so what",
    ),
];

/// The language of a text; `und` where it is too short or too close to call.
pub fn language(text: &str) -> Language {
    static DETECTOR: LazyLock<Detector> =
        LazyLock::new(|| Detector::with_allowlist(OURS.iter().map(|(lang, _)| *lang).collect()));
    let end = text.char_indices().nth(SAMPLE).map_or(text.len(), |(at, _)| at);
    let sample = &text[..end];
    if sample.chars().filter(|c| c.is_alphabetic()).take(MIN_LETTERS).count() < MIN_LETTERS {
        return undecided();
    }
    let hits = word_hits(sample);
    let latin = sample.is_ascii() || whatlang::detect_script(sample) == Some(Script::Latin);
    // A text without any of our small words may be anything, which costs a look at all seventy languages:
    // five times the work, so it is not done for every text.
    let found = if latin && hits.iter().any(|&count| count > 0) {
        DETECTOR.detect(sample)
    } else {
        Detector::new().detect(sample)
    };
    // whatlang's codes are ISO 639-3 already.
    let found = found.filter(|info| info.is_reliable() || info.confidence() >= MIN_CONFIDENCE);
    let found = found.map(|info| (info.lang(), info.confidence() as f32));
    match by_words(hits, found.map(|(lang, _)| lang)).or(found) {
        Some((lang, confidence)) => Language { code: lang.code().to_owned(), confidence },
        None => undecided(),
    }
}

fn undecided() -> Language {
    Language { code: "und".to_owned(), confidence: 0.0 }
}

/// How many small words of each of our languages a text has.
fn word_hits(text: &str) -> [u32; OURS.len()] {
    static WORDS: LazyLock<FxHashMap<&str, usize>> = LazyLock::new(|| {
        let words = OURS.iter().enumerate();
        words.flat_map(|(index, (_, words))| words.split_whitespace().map(move |word| (word, index))).collect()
    });
    let mut hits = [0; OURS.len()];
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| (1..9).contains(&word.len())) {
        let found = if word.bytes().any(|byte| byte.is_ascii_uppercase()) {
            WORDS.get(word.to_ascii_lowercase().as_str())
        } else {
            WORDS.get(word)
        };
        if let Some(&index) = found {
            hits[index] += 1;
        }
    }
    hits
}

/// What the words say where the trigrams say nothing, or name one of our languages of which no word is there.
fn by_words(hits: [u32; OURS.len()], trigrams: Option<Lang>) -> Option<(Lang, f32)> {
    let best = (0..hits.len()).max_by_key(|&index| (hits[index], std::cmp::Reverse(index)))?;
    let others: u32 = hits.iter().sum::<u32>() - hits[best];
    let contradicted = match trigrams {
        None => hits[best] >= 2 && others == 0,
        Some(lang) => {
            let named = OURS.iter().position(|(ours, _)| *ours == lang)?;
            hits[named] == 0 && hits[best] > 0
        }
    };
    contradicted.then_some((OURS[best].0, (0.4 + 0.1 * hits[best] as f32).min(0.9)))
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
    fn chat_is_told_by_its_small_words() {
        for text in ["gak ngerti lagi sama jalanan ga beres2", "knp sih mati lampu terus nih"] {
            assert_eq!(language(text).code, "ind", "{text}");
        }
    }

    #[test]
    fn short_texts_are_undecided() {
        for text in ["", "ok", "👍👍👍", "12345 67890 12345", "mantap pak"] {
            assert_eq!(language(text), undecided(), "{text}");
        }
    }
}
