//! `pesut analyse`: exactly one answer for each line, whatever the line holds.
// A test that cannot go on panics, and one that is skipped says so.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::print_stdout)]

use pipeline::LineAnalyser;
use serde_json::Value;

/// Lines as bytes, and a word of the problem that the answer must give; empty where the line is in order.
fn lines() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let deep = format!(r#"{{"id":"1","text":"Jalan rusak.","more":{}{}}}"#, "[".repeat(200_000), "]".repeat(200_000));
    let open = format!(r#"{{"id":"1","text":{}"#, "[".repeat(200_000));
    let long = format!(r#"{{"id":"1","text":"{}"}}"#, "a".repeat(1 << 20));
    let tags = format!(r#"{{"id":"1","text":"{}"}}"#, "#JalanBaru ".repeat(50_000));
    let marks = format!(r#"{{"id":"1","text":"a{}"}}"#, "\\u0301".repeat(100_000));
    let text = |line: &str| line.as_bytes().to_vec();
    vec![
        ("in order", text(r#"{"id":"1","text":"Jalan di depan pasar rusak."}"#), ""),
        ("a pair of surrogates", text(r#"{"id":"1","text":"mantap \ud83d\udc4d"}"#), ""),
        ("a lone high surrogate", text(r#"{"id":"1","text":"rusak \ud83d"}"#), "lone surrogates"),
        ("a lone low surrogate", text(r#"{"id":"1","text":"\udc4d rusak"}"#), "lone surrogates"),
        ("a lone surrogate that is written out", text(r#"{"id":"1","text":"kode \\ud83d rusak"}"#), ""),
        ("surrogates in turned order", text(r#"{"id":"1","text":"\udc4d\ud83d"}"#), "lone surrogates"),
        ("a lone surrogate in the title", text(r#"{"id":"1","title":"\ud83d","text":"rusak"}"#), "lone surrogates"),
        ("a lone surrogate in the id", text(r#"{"id":"\ud83d","text":"rusak"}"#), "lone surrogates"),
        ("NUL as an escape", text(r#"{"id":"1","text":"jalan \u0000 rusak"}"#), "control characters"),
        ("NUL as a byte", b"{\"id\":\"1\",\"text\":\"jalan \0 rusak\"}".to_vec(), "control character"),
        ("no UTF-8", b"{\"id\":\"1\",\"text\":\"\xff\xfe\"}".to_vec(), "no UTF-8"),
        ("surrogates as bytes", b"{\"id\":\"1\",\"text\":\"\xed\xa0\xbd\"}".to_vec(), "no UTF-8"),
        ("an empty line", Vec::new(), "EOF"),
        ("an empty text", text(r#"{"id":"1","text":""}"#), "text is empty"),
        ("an empty title", text(r#"{"id":"1","title":"","text":""}"#), "text is empty"),
        ("only emoji", text(r#"{"id":"1","text":"👍🏽🏳️‍🌈"}"#), "only emoji"),
        ("right to left", text(r#"{"id":"1","text":"السلام عليكم"}"#), "right to left"),
        ("a number for a text", text(r#"{"id":"1","text":1}"#), "invalid type"),
        ("no object", text("[]"), "invalid"),
        ("deep brackets beside the text", deep.into_bytes(), ""),
        ("deep brackets for the text", open.into_bytes(), "invalid type"),
        ("a 1 MB line", long.into_bytes(), "without a space"),
        ("50,000 hashtags", tags.into_bytes(), "only the first"),
        ("100,000 combining marks", marks.into_bytes(), "combining marks"),
        ("a date that is none", text(r#"{"id":"1","text":"Jalan rusak.","published_at":"\u202e99"}"#), "is no date"),
    ]
}

#[test]
fn each_line_has_its_answer() {
    let desk = pipeline::Desk::open(None, None).unwrap_or_else(|error| panic!("{error}"));
    let analyser = LineAnalyser::new(&desk).unwrap();
    let lines = lines();
    let input: Vec<Vec<u8>> = lines.iter().map(|(_, line, _)| line.clone()).collect();
    let answers = analyser.analyse(&input, 1);
    assert_eq!(answers.len(), input.len());
    for ((name, _, reason), answer) in lines.iter().zip(&answers) {
        assert!(!answer.contains(&b'\n'), "{name}: an answer is one line");
        let answer: Value = serde_json::from_slice(answer).unwrap();
        let problems: Vec<&str> =
            answer["problems"].as_array().unwrap().iter().map(|problem| problem["reason"].as_str().unwrap()).collect();
        if reason.is_empty() {
            assert!(problems.is_empty(), "{name}: {problems:?}");
        } else {
            assert!(problems.iter().any(|problem| problem.contains(reason)), "{name}: {problems:?}");
        }
    }
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert!(pool.install(|| analyser.analyse(&input, 1)) == answers, "answers depend on threads ({threads})");
    }
}
