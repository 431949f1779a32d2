//! Folders that cannot be used, and what is said of them.
// A test that cannot go on panics.
#![allow(clippy::unwrap_used)]

mod common;

use serde_json::{Value, json};
use std::path::Path;
use transformer::Transformer;

/// What is wrong, how to make it so, and the message: `{}` stands for the folder.
type Case = (&'static str, fn(&Path), &'static str);

const CASES: &[Case] = &[
    ("no folder", |folder| std::fs::remove_dir_all(folder).unwrap(), "cannot read {}/config.json: No such file"),
    ("no configuration", |folder| remove(folder, "config.json"), "cannot read {}/config.json: No such file"),
    ("no JSON", |folder| put(folder, "config.json", "{"), "{}/config.json is not as expected: EOF while parsing"),
    (
        "a size is missing",
        |folder| without("hidden_size", folder),
        "{}/config.json is not as expected: missing field `hidden_size`",
    ),
    (
        "another family",
        |folder| config(folder, "model_type", json!("roberta")),
        "{}/config.json: model_type is \"roberta\"; known: bert",
    ),
    (
        "far too large",
        |folder| config(folder, "num_hidden_layers", json!(100_000)),
        "{}/config.json: num_hidden_layers is 100000; it must be 1 to 64",
    ),
    (
        "nothing",
        |folder| config(folder, "num_attention_heads", json!(0)),
        "{}/config.json: num_attention_heads is 0; it must be 1 to 128",
    ),
    (
        "heads do not fit",
        |folder| config(folder, "num_attention_heads", json!(3)),
        "{}/config.json: hidden_size 16 is no multiple of num_attention_heads 3",
    ),
    (
        "activation",
        |folder| config(folder, "hidden_act", json!("silu")),
        "{}/config.json: hidden_act is \"silu\"; known: gelu, gelu_new, gelu_pytorch_tanh, relu",
    ),
    (
        "positions",
        |folder| config(folder, "position_embedding_type", json!("relative_key")),
        "{}/config.json: position_embedding_type is \"relative_key\"; known: absolute",
    ),
    ("no labels", |folder| without("id2label", folder), "{}/config.json: id2label has 0 labels; it must have 3 to 64"),
    (
        "labels without meaning",
        |folder| config(folder, "id2label", json!({ "0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2" })),
        "{}/config.json: label \"LABEL_0\" is none of negative, neutral, positive (negatif, netral, positif); \
         say what it means in pesut.json beside config.json: {\"labels\": {\"LABEL_0\": \"negative\", …}}",
    ),
    (
        "meaning of a label that is not there",
        |folder| put(folder, "pesut.json", r#"{"labels":{"bad":"negative"}}"#),
        "{}/pesut.json: label \"bad\" is not in id2label; known: negative, neutral, positive",
    ),
    (
        "another key",
        |folder| put(folder, "pesut.json", r#"{"label":{}}"#),
        "{}/pesut.json is not as expected: unknown field `label`, expected `labels`",
    ),
    ("no vocabulary", |folder| remove(folder, "vocab.txt"), "cannot read {}/vocab.txt: No such file"),
    ("no frame", |folder| put(folder, "vocab.txt", "[UNK]\n[CLS]\njalan\n"), "{}/vocab.txt: has no word [SEP]"),
    (
        "more words than numbers",
        |folder| put(folder, "vocab.txt", &format!("{}lebih\n", common::VOCABULARY)),
        "{}/vocab.txt: has the word 70 (from 0), but vocab_size in config.json is 70",
    ),
    (
        "another way of cutting",
        |folder| {
            remove(folder, "vocab.txt");
            put(folder, "tokenizer.json", r#"{"model":{"type":"BPE","vocab":{}}}"#)
        },
        "{}/tokenizer.json: cuts words by BPE with \"##\"; known: WordPiece with \"##\"",
    ),
    ("no weights", |folder| remove(folder, "model.safetensors"), "cannot read {}/model.safetensors: No such file"),
    (
        "weights of another sort",
        |folder| {
            remove(folder, "model.safetensors");
            put(folder, "pytorch_model.bin", "")
        },
        "cannot read {}/model.safetensors; save the model as one model.safetensors: save_pretrained(folder, safe_serialization=True): No such file",
    ),
    (
        "no safetensors",
        |folder| put(folder, "model.safetensors", "PK\u{3}\u{4} something else altogether"),
        "{}/model.safetensors: is no safetensors file: a header of",
    ),
    (
        "an empty file",
        |folder| put(folder, "model.safetensors", ""),
        "cannot read {}/model.safetensors: failed to fill whole buffer",
    ),
    (
        "a file cut off",
        |folder| {
            let path = folder.join("model.safetensors");
            let bytes = std::fs::read(&path).unwrap();
            std::fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
        },
        "{}/model.safetensors: tensor classifier.bias lies outside the file; was it cut off?",
    ),
    (
        "a layer is missing",
        |folder| config(folder, "num_hidden_layers", json!(3)),
        "{}/model.safetensors: has no tensor bert.encoder.layer.2.attention.self.query.weight",
    ),
    (
        "never trained for sentiment",
        |folder| tensors(folder, |tensors| tensors.retain(|(name, ..)| !name.starts_with("classifier"))),
        "{}/model.safetensors: has no tensor classifier.weight; a model for sentiment must first be trained for it (BertForSequenceClassification)",
    ),
    (
        "another shape",
        |folder| config(folder, "intermediate_size", json!(64)),
        "{}/model.safetensors: tensor bert.encoder.layer.0.intermediate.dense.weight has the shape [32, 16]; by config.json it is [64, 16]",
    ),
    (
        "an unknown type",
        |folder| header(folder, |header| header["classifier.bias"]["dtype"] = json!("I64")),
        "{}/model.safetensors: tensor classifier.bias is of an unknown type; known: F32, F16, BF16",
    ),
    (
        "fewer bytes than its shape",
        |folder| header(folder, |header| header["classifier.bias"]["dtype"] = json!("F16")),
        "{}/model.safetensors: tensor classifier.bias does not have the 6 bytes of its shape",
    ),
    (
        "no numbers",
        |folder| tensors(folder, |tensors| tensors[0].2[5] = f32::NAN),
        "{}/model.safetensors: tensor bert.embeddings.word_embeddings.weight holds values that are no numbers",
    ),
];

#[test]
fn a_wrong_folder_is_refused_by_name() {
    for (what, spoil, expected) in CASES {
        let folder = tempfile::tempdir().unwrap();
        common::write(folder.path());
        Transformer::check(folder.path()).unwrap();
        spoil(folder.path());
        let expected = expected.replacen("{}", &folder.path().display().to_string(), 1);
        let said = said(Transformer::open(folder.path()).map(drop));
        assert!(said.starts_with(&expected), "{what}\n  said:     {said}\n  expected: {expected}");
        // Everything but a look at the numbers themselves is found without reading them.
        match *what {
            "no numbers" => Transformer::check(folder.path()).unwrap(),
            _ => assert_eq!(self::said(Transformer::check(folder.path())), said, "{what}"),
        }
        let _ = folder.close();
    }
}

#[test]
fn labels_may_be_explained() {
    let folder = tempfile::tempdir().unwrap();
    common::write(folder.path());
    let plain = Transformer::open(folder.path()).unwrap().classify(&["jalan rusak"])[0];
    config(folder.path(), "id2label", json!({ "0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2" }));
    put(folder.path(), "pesut.json", r#"{"labels":{"LABEL_0":"positif","LABEL_1":"netral","LABEL_2":"negatif"}}"#);
    let [negative, neutral, positive] = Transformer::open(folder.path()).unwrap().classify(&["jalan rusak"])[0];
    assert_eq!([positive, neutral, negative], plain);
}

fn said(result: Result<(), transformer::OpenError>) -> String {
    let mut error: &dyn std::error::Error = &result.expect_err("refused");
    let mut said = error.to_string();
    while let Some(source) = error.source() {
        said = format!("{said}: {source}");
        error = source;
    }
    said
}

fn put(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).unwrap();
}

fn remove(folder: &Path, name: &str) {
    std::fs::remove_file(folder.join(name)).unwrap();
}

fn config(folder: &Path, key: &str, value: Value) {
    let mut config = common::config();
    config[key] = value;
    put(folder, "config.json", &config.to_string());
}

fn without(key: &str, folder: &Path) {
    let mut config = common::config();
    config.as_object_mut().unwrap().remove(key);
    put(folder, "config.json", &config.to_string());
}

fn tensors(folder: &Path, change: impl FnOnce(&mut Vec<common::Tensor>)) {
    let mut tensors = common::tensors();
    change(&mut tensors);
    std::fs::write(folder.join("model.safetensors"), common::safetensors(&tensors)).unwrap();
}

fn header(folder: &Path, change: impl FnOnce(&mut Value)) {
    let bytes = std::fs::read(folder.join("model.safetensors")).unwrap();
    let (length, rest) = bytes.split_at(8);
    let (text, data) = rest.split_at(u64::from_le_bytes(length.try_into().unwrap()) as usize);
    let mut value = serde_json::from_slice(text).unwrap();
    change(&mut value);
    let text = value.to_string();
    let bytes = [&(text.len() as u64).to_le_bytes(), text.as_bytes(), data].concat();
    std::fs::write(folder.join("model.safetensors"), bytes).unwrap();
}
