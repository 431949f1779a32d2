//! A pipeline with a model of the user's own, in a build that has it: `cargo test --workspace --features transformer`.
#![cfg(feature = "transformer")]
// A test that cannot go on panics.
#![allow(clippy::unwrap_used)]

#[path = "../../transformer/tests/common/mod.rs"]
mod tiny;

use pipeline::{Desk, LineAnalyser, Pipeline};
use serde_json::Value;

const LINES: [&str; 2] = [
    r#"{"id":"unsure","text":"Jadwal kapal ke hulu besok pagi."}"#,
    r#"{"id":"sure","text":"Jalan rusak parah, pelayanan buruk sekali dan sangat mengecewakan!"}"#,
];

fn analysed(definition: &std::path::Path) -> Vec<Value> {
    let desk = Desk::open(Some(definition), None).unwrap_or_else(|error| panic!("{error}"));
    let lines = LINES.map(|line| line.as_bytes().to_vec());
    let answers = LineAnalyser::new(&desk).unwrap().analyse(&lines, 1);
    answers.iter().map(|answer| serde_json::from_slice(answer).unwrap()).collect()
}

fn is_unsure(line: &Value) -> bool {
    line["unsure"].as_array().is_some_and(|fields| fields.iter().any(|field| field == "sentiment"))
}

#[test]
fn an_unsure_item_is_changed_and_a_sure_one_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let definition = folder.path().join("uji.toml");
    let stages =
        |unsure_below: f64| format!("title = \"Uji\"\n\n[analyse.sentiment]\nunsure_below = {unsure_below:.3}\n");
    std::fs::write(&definition, stages(0.0)).unwrap();
    // The analyser may learn; what it is less sure of stays the plain notice, and the line is drawn between the two.
    let confidence =
        analysed(&definition).iter().map(|line| line["sentiment"]["confidence"].as_f64().unwrap()).sum::<f64>() / 2.0;
    let stages = stages(confidence);
    std::fs::write(&definition, &stages).unwrap();
    let before = analysed(&definition);
    assert!(is_unsure(&before[0]), "{}", before[0]);
    assert!(!is_unsure(&before[1]), "{}", before[1]);

    std::fs::create_dir(folder.path().join("model")).unwrap();
    tiny::write_with_one_answer(&folder.path().join("model"), 2);
    let options = "\n[analyse.second_opinion]\nmodel = \"model\"\n";
    std::fs::write(&definition, format!("{stages}{options}")).unwrap();
    let after = analysed(&definition);
    assert_eq!(after[0]["sentiment"]["label"], "positive");
    assert_eq!(after[0]["sentiment"]["by"], "transformer");
    assert_eq!(after[0]["sentiment"]["scores"]["positive"], 1.0);
    assert!(!is_unsure(&after[0]), "{}", after[0]);
    assert_eq!(after[1], before[1]);
}

#[test]
fn a_wrong_folder_is_found_before_anything_runs() {
    let text = "title = \"Uji\"\n\n[analyse.second_opinion]\nmodel = \"nowhere\"\n";
    let refused = Pipeline::parse(text, std::path::Path::new("uji.toml"), None).err().unwrap().to_string();
    let expected = "uji.toml:3: second_opinion: cannot read nowhere/config.json: No such file";
    assert!(refused.starts_with(expected), "{refused}");
}
