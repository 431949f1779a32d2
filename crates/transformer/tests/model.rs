//! The forward pass against Hugging Face's, on a tiny model that the test writes.
// A test that cannot go on panics.
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeMap;
use std::path::Path;
use tempfile::TempDir;
use transformer::{MAX_TOKENS, Transformer};

const SCORES: &str = include_str!("../../../tests/cases/transformer/tiny/scores.ndjson");

const HALF: &[u8] = include_bytes!("../../../tests/cases/transformer/tiny/half.safetensors");

#[derive(serde::Deserialize)]
struct Case {
    text: String,
    hidden_act: String,
    scores: [f32; 3],
}

fn cases() -> impl Iterator<Item = Case> {
    SCORES.lines().map(|line| serde_json::from_str(line).unwrap())
}

fn tiny() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    common::write(folder.path());
    folder
}

fn change_config(folder: &Path, change: impl FnOnce(&mut serde_json::Value)) {
    let mut config = common::config();
    change(&mut config);
    std::fs::write(folder.join("config.json"), config.to_string()).unwrap();
}

#[test]
fn scores_are_those_of_hugging_face() {
    let folder = tiny();
    for case in cases() {
        change_config(folder.path(), |config| config["hidden_act"] = case.hidden_act.into());
        let scores = Transformer::open(folder.path()).unwrap().classify(&[&case.text])[0];
        let worst = scores.iter().zip(case.scores).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 2e-5, "{}: {scores:?}, not {:?}", case.text, case.scores);
    }
}

#[test]
fn scores_do_not_depend_on_neighbours_or_threads() {
    let folder = tiny();
    let model = Transformer::open(folder.path()).unwrap();
    let cases: Vec<Case> = cases().collect();
    let texts: Vec<&str> = cases.iter().map(|case| case.text.as_str()).collect();
    let together = model.classify(&texts);
    assert_eq!(texts.iter().map(|text| model.classify(&[text])[0]).collect::<Vec<_>>(), together);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| model.classify(&texts))).collect();
        for thread in threads {
            assert_eq!(thread.join().unwrap(), together);
        }
    });
    assert!(model.classify(&[]).is_empty());
}

/// Bits, not digits: another processor or library of mathematics must not change them.
#[test]
fn scores_are_the_same_on_every_machine() {
    let folder = tiny();
    let scores = Transformer::open(folder.path()).unwrap().classify(&["jalan rusak"])[0];
    assert_eq!(scores.map(f32::to_bits), [1_023_333_318, 1_062_633_453, 1_040_590_288]);
}

#[test]
fn long_texts_are_cut() {
    let folder = tiny();
    let rows = 400;
    change_config(folder.path(), |config| config["max_position_embeddings"] = rows.into());
    let mut tensors = common::tensors();
    let (_, shape, values) = tensors.iter_mut().find(|(name, ..)| name.contains("position")).unwrap();
    shape[0] = rows;
    *values = values.iter().copied().cycle().take(rows * common::HIDDEN).collect();
    std::fs::write(folder.path().join("model.safetensors"), common::safetensors(&tensors)).unwrap();
    let model = Transformer::open(folder.path()).unwrap();
    let words = |count: usize| "jalan ".repeat(count);
    let [full, more, fewer] =
        [MAX_TOKENS - 2, 100_000, MAX_TOKENS - 3].map(|count| model.classify(&[&words(count)])[0]);
    assert_eq!(full, more);
    assert_ne!(full, fewer);
    // Nothing in a text is strange enough to fail.
    for text in
        ["\u{0}", "[SEP] [CLS] [MASK]", &"a".repeat(1 << 20), &"e\u{301}".repeat(1 << 16), &"!?".repeat(1 << 16)]
    {
        let scores = model.classify(&[text])[0];
        assert!((scores.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    }
}

/// `half.safetensors` was written by Python's `safetensors`: half precision, and the names of the first release.
#[test]
fn every_way_of_saving_gives_the_same_model() {
    let texts: Vec<String> = cases().map(|case| case.text).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let folder = tiny();
    let file = folder.path().join("model.safetensors");
    let expected = Transformer::open(folder.path()).unwrap().classify(&texts);
    let difference = || {
        let scores = Transformer::open(folder.path()).unwrap().classify(&texts);
        let pairs = scores.iter().flatten().zip(expected.iter().flatten());
        pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
    };
    std::fs::write(&file, HALF).unwrap();
    let half = difference();
    assert!(half > 0.0 && half < 0.01, "{half}");

    let mut tensors = common::tensors();
    // What is as exact in sixteen bits gives the very same scores.
    for value in tensors.iter_mut().flat_map(|(.., values)| values) {
        *value = f32::from_bits(value.to_bits() & 0xffff_0000);
    }
    std::fs::write(&file, common::safetensors(&tensors)).unwrap();
    let cut = difference();
    std::fs::write(&file, common::brain_floats(&tensors)).unwrap();
    assert_eq!(difference(), cut);
    assert!(cut > 0.0 && cut < 0.1, "{cut}");
}

#[test]
fn the_vocabulary_may_stand_in_tokenizer_json() {
    let folder = tiny();
    let expected = Transformer::open(folder.path()).unwrap().classify(&["Jalan RUSAK, café"]);
    std::fs::remove_file(folder.path().join("vocab.txt")).unwrap();
    let words: BTreeMap<&str, usize> = common::VOCABULARY.lines().zip(0..).collect();
    let file = serde_json::json!({
        "normalizer": { "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true },
        "pre_tokenizer": { "type": "BertPreTokenizer" },
        "model": { "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": words },
    });
    std::fs::write(folder.path().join("tokenizer.json"), file.to_string()).unwrap();
    assert_eq!(Transformer::open(folder.path()).unwrap().classify(&["Jalan RUSAK, café"]), expected);
}
