//! `config.json`: the sizes of a model, each within bounds.

use crate::error::{OpenError, json_of};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const BYTES_MAX: u64 = 1 << 20;

/// What `config.json` says of a BERT classifier; what is not named here is ignored.
#[derive(Deserialize)]
pub(crate) struct Config {
    #[serde(skip)]
    pub(crate) path: PathBuf,
    model_type: String,
    pub(crate) hidden_size: usize,
    pub(crate) num_hidden_layers: usize,
    pub(crate) num_attention_heads: usize,
    pub(crate) intermediate_size: usize,
    pub(crate) vocab_size: usize,
    pub(crate) max_position_embeddings: usize,
    #[serde(default = "two")]
    pub(crate) type_vocab_size: usize,
    #[serde(default = "gelu")]
    hidden_act: String,
    #[serde(default = "absolute")]
    position_embedding_type: String,
    #[serde(default = "small")]
    pub(crate) layer_norm_eps: f32,
    #[serde(default)]
    pub(crate) id2label: BTreeMap<String, String>,
}

fn two() -> usize {
    2
}

fn gelu() -> String {
    "gelu".to_owned()
}

fn absolute() -> String {
    "absolute".to_owned()
}

fn small() -> f32 {
    1e-12
}

/// What stands between the two linear layers of a block.
#[derive(Clone, Copy)]
pub(crate) enum Activation {
    Gelu,
    /// With tanh, as its first implementation had it.
    GeluTanh,
    Relu,
}

const ACTIVATIONS: &[(&str, Activation)] = &[
    ("gelu", Activation::Gelu),
    ("gelu_new", Activation::GeluTanh),
    ("gelu_pytorch_tanh", Activation::GeluTanh),
    ("relu", Activation::Relu),
];

impl Config {
    pub(crate) fn read(folder: &Path) -> Result<Self, OpenError> {
        let path = folder.join("config.json");
        let config: Self = json_of(&path, BYTES_MAX)?;
        let config = Self { path, ..config };
        config.check()?;
        Ok(config)
    }

    pub(crate) fn activation(&self) -> Activation {
        let known = ACTIVATIONS.iter().find(|(name, _)| *name == self.hidden_act);
        known.expect("the configuration was checked").1
    }

    fn check(&self) -> Result<(), OpenError> {
        let wrong = |reason: String| Err(OpenError::wrong(&self.path, reason));
        if self.model_type != "bert" {
            return wrong(format!("model_type is \"{}\"; known: bert", self.model_type));
        }
        // Far above the largest BERT, far below what would exhaust a machine before the file is even read.
        for (name, value, max) in [
            ("hidden_size", self.hidden_size, 4_096),
            ("num_hidden_layers", self.num_hidden_layers, 64),
            ("num_attention_heads", self.num_attention_heads, 128),
            ("intermediate_size", self.intermediate_size, 16_384),
            ("vocab_size", self.vocab_size, 1_000_000),
            ("max_position_embeddings", self.max_position_embeddings, 16_384),
            ("type_vocab_size", self.type_vocab_size, 16),
        ] {
            if value == 0 || value > max {
                return wrong(format!("{name} is {value}; it must be 1 to {max}"));
            }
        }
        if !self.hidden_size.is_multiple_of(self.num_attention_heads) {
            let (heads, hidden) = (self.num_attention_heads, self.hidden_size);
            return wrong(format!("hidden_size {hidden} is no multiple of num_attention_heads {heads}"));
        }
        if self.max_position_embeddings < 3 {
            return wrong("max_position_embeddings leaves no room for a word".to_owned());
        }
        if !ACTIVATIONS.iter().any(|(name, _)| *name == self.hidden_act) {
            let known: Vec<_> = ACTIVATIONS.iter().map(|(name, _)| *name).collect();
            return wrong(format!("hidden_act is \"{}\"; known: {}", self.hidden_act, known.join(", ")));
        }
        if self.position_embedding_type != "absolute" {
            return wrong(format!("position_embedding_type is \"{}\"; known: absolute", self.position_embedding_type));
        }
        if !(self.layer_norm_eps > 0.0 && self.layer_norm_eps < 1.0) {
            return wrong(format!("layer_norm_eps is {}; it must lie between 0 and 1", self.layer_norm_eps));
        }
        Ok(())
    }
}
