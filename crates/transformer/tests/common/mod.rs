//! A tiny BERT, made anew in a folder: two layers, hidden size 16, seventy words, numbers from a fixed seed.
//!
//! Its file is written by hand here, so that other crates' tests can include this file without a dependency.

use std::path::Path;

/// The vocabulary, in the order of its ids.
pub const VOCABULARY: &str = include_str!("../../../../tests/cases/transformer/wordpiece/vocab.txt");

/// Hidden size, layers, width between them, positions.
pub const HIDDEN: usize = 16;
pub const LAYERS: usize = 2;
pub const WIDE: usize = 32;
pub const POSITIONS: usize = 32;

/// A tensor: name, shape, values.
pub type Tensor = (String, Vec<usize>, Vec<f32>);

/// Writes the folder: `config.json`, `vocab.txt`, `model.safetensors`.
pub fn write(folder: &Path) {
    std::fs::write(folder.join("config.json"), config().to_string()).unwrap();
    std::fs::write(folder.join("vocab.txt"), VOCABULARY).unwrap();
    std::fs::write(folder.join("model.safetensors"), safetensors(&tensors())).unwrap();
}

/// The same model with a bias so strong that it gives the label of this index (negative, neutral, positive) to all texts.
#[allow(dead_code)]
pub fn write_with_one_answer(folder: &Path, label: usize) {
    write(folder);
    let mut tensors = tensors();
    tensors.iter_mut().find(|(name, ..)| name == "classifier.bias").unwrap().2[label] = 100.0;
    std::fs::write(folder.join("model.safetensors"), safetensors(&tensors)).unwrap();
}

/// `config.json`.
pub fn config() -> serde_json::Value {
    serde_json::json!({
        "architectures": ["BertForSequenceClassification"],
        "model_type": "bert",
        "hidden_size": HIDDEN, "num_hidden_layers": LAYERS, "num_attention_heads": 4, "intermediate_size": WIDE,
        "vocab_size": VOCABULARY.lines().count(), "max_position_embeddings": POSITIONS, "type_vocab_size": 2,
        "hidden_act": "gelu", "layer_norm_eps": 1e-12,
        "id2label": { "0": "negative", "1": "neutral", "2": "positive" },
    })
}

/// Every tensor, by the names of `BertForSequenceClassification`.
pub fn tensors() -> Vec<Tensor> {
    let mut list = Vec::new();
    let mut put = |name: String, shape: Vec<usize>| {
        let values = (0..shape.iter().product()).map(|index| number(&name, index));
        let values = match name.ends_with("LayerNorm.weight") {
            true => values.map(|value| 1.0 + value * 0.25).collect(),
            false => values.collect(),
        };
        list.push((name, shape, values));
    };
    for (name, rows) in [("word", VOCABULARY.lines().count()), ("position", POSITIONS), ("token_type", 2)] {
        put(format!("bert.embeddings.{name}_embeddings.weight"), vec![rows, HIDDEN]);
    }
    let mut names = vec![("bert.embeddings.LayerNorm".to_owned(), HIDDEN, 0)];
    for layer in 0..LAYERS {
        for (part, outputs, inputs) in [
            ("attention.self.query", HIDDEN, HIDDEN),
            ("attention.self.key", HIDDEN, HIDDEN),
            ("attention.self.value", HIDDEN, HIDDEN),
            ("attention.output.dense", HIDDEN, HIDDEN),
            ("attention.output.LayerNorm", HIDDEN, 0),
            ("intermediate.dense", WIDE, HIDDEN),
            ("output.dense", HIDDEN, WIDE),
            ("output.LayerNorm", HIDDEN, 0),
        ] {
            names.push((format!("bert.encoder.layer.{layer}.{part}"), outputs, inputs));
        }
    }
    names.extend([("bert.pooler.dense".to_owned(), HIDDEN, HIDDEN), ("classifier".to_owned(), 3, HIDDEN)]);
    for (name, outputs, inputs) in names {
        let weight = if inputs == 0 { vec![outputs] } else { vec![outputs, inputs] };
        put(format!("{name}.weight"), weight);
        put(format!("{name}.bias"), vec![outputs]);
    }
    list
}

/// The bytes of a safetensors file.
pub fn safetensors(tensors: &[Tensor]) -> Vec<u8> {
    file(tensors, "F32", |value| value.to_le_bytes().to_vec())
}

/// The bytes of a safetensors file with the upper sixteen bits of every number.
#[allow(dead_code)]
pub fn brain_floats(tensors: &[Tensor]) -> Vec<u8> {
    file(tensors, "BF16", |value| value.to_le_bytes()[2..].to_vec())
}

fn file(tensors: &[Tensor], dtype: &str, bytes: fn(f32) -> Vec<u8>) -> Vec<u8> {
    let (mut header, mut data) = (serde_json::Map::new(), Vec::new());
    for (name, shape, values) in tensors {
        let start = data.len();
        data.extend(values.iter().flat_map(|value| bytes(*value)));
        let entry = serde_json::json!({ "dtype": dtype, "shape": shape, "data_offsets": [start, data.len()] });
        header.insert(name.clone(), entry);
    }
    let header = serde_json::Value::Object(header).to_string();
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &data].concat()
}

/// A number from −1 to 1 for each place of each tensor: SplitMix64 from the FNV-1a hash of the name.
fn number(name: &str, index: usize) -> f32 {
    let seed = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let mut bits = seed.wrapping_add((index as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    bits = (bits ^ bits >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^= bits >> 31;
    (bits >> 40) as f32 / 8_388_608.0 - 1.0
}
