//! The forward pass of BERT with a classifier on top (Devlin et al. 2018, <https://arxiv.org/abs/1810.04805>), as in
//! `BertForSequenceClassification` of Hugging Face transformers. Names of tensors are its names.

use crate::config::{Activation, Config};
use crate::error::OpenError;
use crate::matrix::Packed;
use crate::tensors::Tensors;

/// A loaded model.
pub(crate) struct Bert {
    hidden: usize,
    heads: usize,
    activation: Activation,
    words: Vec<f32>,
    positions: Vec<f32>,
    /// Of the first segment: a text is never a pair here.
    segment: Vec<f32>,
    normal: Normal,
    layers: Vec<Layer>,
    pooler: Linear,
    classifier: Linear,
}

struct Layer {
    query: Linear,
    key: Linear,
    value: Linear,
    mixed: Linear,
    mixed_normal: Normal,
    wide: Linear,
    narrow: Linear,
    narrow_normal: Normal,
}

struct Linear {
    weight: Packed,
    bias: Vec<f32>,
}

struct Normal {
    weight: Vec<f32>,
    bias: Vec<f32>,
    eps: f32,
}

/// Every tensor that a model needs, with its shape.
pub(crate) fn tensors(config: &Config, labels: usize) -> Vec<(String, Vec<usize>)> {
    let (hidden, wide) = (config.hidden_size, config.intermediate_size);
    let embeddings = [
        ("word", config.vocab_size),
        ("position", config.max_position_embeddings),
        ("token_type", config.type_vocab_size),
    ];
    let mut list: Vec<_> =
        embeddings.map(|(name, rows)| (format!("bert.embeddings.{name}_embeddings.weight"), vec![rows, hidden])).into();
    let mut linear = |name: String, outputs: usize, inputs: usize| {
        list.push((format!("{name}.weight"), vec![outputs, inputs]));
        list.push((format!("{name}.bias"), vec![outputs]));
    };
    for layer in 0..config.num_hidden_layers {
        let layer = format!("bert.encoder.layer.{layer}");
        for part in ["self.query", "self.key", "self.value", "output.dense"] {
            linear(format!("{layer}.attention.{part}"), hidden, hidden);
        }
        linear(format!("{layer}.intermediate.dense"), wide, hidden);
        linear(format!("{layer}.output.dense"), hidden, wide);
    }
    linear("bert.pooler.dense".to_owned(), hidden, hidden);
    linear("classifier".to_owned(), labels, hidden);
    let normals = (0..config.num_hidden_layers).flat_map(|layer| {
        let layer = format!("bert.encoder.layer.{layer}");
        [format!("{layer}.attention.output.LayerNorm"), format!("{layer}.output.LayerNorm")]
    });
    for name in std::iter::once("bert.embeddings.LayerNorm".to_owned()).chain(normals) {
        list.push((format!("{name}.weight"), vec![hidden]));
        list.push((format!("{name}.bias"), vec![hidden]));
    }
    list
}

impl Bert {
    /// Reads the weights; their shapes were checked.
    pub(crate) fn load(config: &Config, tensors: &Tensors) -> Result<Self, OpenError> {
        let (hidden, wide) = (config.hidden_size, config.intermediate_size);
        let linear = |name: String, inputs: usize| -> Result<Linear, OpenError> {
            let weight = Packed::from_outputs(&tensors.read(&format!("{name}.weight"))?, inputs);
            Ok(Linear { weight, bias: tensors.read(&format!("{name}.bias"))? })
        };
        let normal = |name: String| -> Result<Normal, OpenError> {
            let weight = tensors.read(&format!("{name}.weight"))?;
            Ok(Normal { weight, bias: tensors.read(&format!("{name}.bias"))?, eps: config.layer_norm_eps })
        };
        let layer = |number: usize| -> Result<Layer, OpenError> {
            let of = |part: &str| format!("bert.encoder.layer.{number}.{part}");
            Ok(Layer {
                query: linear(of("attention.self.query"), hidden)?,
                key: linear(of("attention.self.key"), hidden)?,
                value: linear(of("attention.self.value"), hidden)?,
                mixed: linear(of("attention.output.dense"), hidden)?,
                mixed_normal: normal(of("attention.output.LayerNorm"))?,
                wide: linear(of("intermediate.dense"), hidden)?,
                narrow: linear(of("output.dense"), wide)?,
                narrow_normal: normal(of("output.LayerNorm"))?,
            })
        };
        let mut segment = tensors.read("bert.embeddings.token_type_embeddings.weight")?;
        segment.truncate(hidden);
        Ok(Self {
            hidden,
            heads: config.num_attention_heads,
            activation: config.activation(),
            words: tensors.read("bert.embeddings.word_embeddings.weight")?,
            positions: tensors.read("bert.embeddings.position_embeddings.weight")?,
            segment,
            normal: normal("bert.embeddings.LayerNorm".to_owned())?,
            layers: (0..config.num_hidden_layers).map(layer).collect::<Result<_, _>>()?,
            pooler: linear("bert.pooler.dense".to_owned(), hidden)?,
            classifier: linear("classifier".to_owned(), hidden)?,
        })
    }

    /// The logits of one text; its tokens are below `vocab_size` and no more than `max_position_embeddings`.
    pub(crate) fn logits(&self, tokens: &[u32]) -> Vec<f32> {
        let hidden = self.hidden;
        let mut states = Vec::with_capacity(tokens.len() * hidden);
        for (&token, position) in tokens.iter().zip(self.positions.chunks_exact(hidden)) {
            let word = &self.words[token as usize * hidden..][..hidden];
            states
                .extend(word.iter().zip(position).zip(&self.segment).map(|((word, at), segment)| word + segment + at));
        }
        self.normal.apply(&mut states);
        for layer in &self.layers {
            states = self.block(layer, states);
        }
        // The first token stands for the whole text.
        let mut pooled = self.pooler.apply(&states[..hidden], hidden);
        pooled.iter_mut().for_each(|value| *value = libm::tanhf(*value));
        self.classifier.apply(&pooled, hidden)
    }

    fn block(&self, layer: &Layer, states: Vec<f32>) -> Vec<f32> {
        let mut mixed = layer.mixed.apply(&self.attention(layer, &states), self.hidden);
        add(&mut mixed, &states);
        layer.mixed_normal.apply(&mut mixed);
        let mut wide = layer.wide.apply(&mixed, self.hidden);
        wide.iter_mut().for_each(|value| *value = self.activation.apply(*value));
        let mut narrow = layer.narrow.apply(&wide, wide.len() / (mixed.len() / self.hidden));
        add(&mut narrow, &mixed);
        layer.narrow_normal.apply(&mut narrow);
        narrow
    }

    /// Every token looks at every token, each head with its own part of the state.
    fn attention(&self, layer: &Layer, states: &[f32]) -> Vec<f32> {
        let (hidden, size) = (self.hidden, self.hidden / self.heads);
        let [query, key, value] = [&layer.query, &layer.key, &layer.value].map(|part| part.apply(states, hidden));
        let mut context = vec![0.0; states.len()];
        for head in 0..self.heads {
            let part = |states| Part { states, hidden, start: head * size, size };
            let count = states.len() / hidden;
            let mut weights = Packed::from_rows(part(&key).rows(), size).product(part(&query).rows());
            for row in weights.chunks_exact_mut(count) {
                row.iter_mut().for_each(|weight| *weight /= (size as f32).sqrt());
                softmax(row);
            }
            let seen = Packed::from_columns(part(&value).rows(), size).product(weights.chunks_exact(count));
            for (row, seen) in context.chunks_exact_mut(hidden).zip(seen.chunks_exact(size)) {
                row[head * size..][..size].copy_from_slice(seen);
            }
        }
        context
    }
}

/// One head's part of every state.
struct Part<'a> {
    states: &'a [f32],
    hidden: usize,
    start: usize,
    size: usize,
}

impl<'a> Part<'a> {
    fn rows(self) -> impl ExactSizeIterator<Item = &'a [f32]> {
        self.states.chunks_exact(self.hidden).map(move |row| &row[self.start..][..self.size])
    }
}

impl Linear {
    fn apply(&self, states: &[f32], inputs: usize) -> Vec<f32> {
        let mut product = self.weight.product(states.chunks_exact(inputs));
        product.chunks_exact_mut(self.bias.len()).for_each(|row| add(row, &self.bias));
        product
    }
}

impl Normal {
    /// Mean 0 and variance 1 in every row, then scaled and shifted.
    fn apply(&self, states: &mut [f32]) {
        for row in states.chunks_exact_mut(self.weight.len()) {
            let count = row.len() as f32;
            let mean = row.iter().sum::<f32>() / count;
            let variance = row.iter().map(|value| (value - mean) * (value - mean)).sum::<f32>() / count;
            let scale = 1.0 / (variance + self.eps).sqrt();
            for ((value, weight), bias) in row.iter_mut().zip(&self.weight).zip(&self.bias) {
                *value = (*value - mean) * scale * weight + bias;
            }
        }
    }
}

impl Activation {
    fn apply(self, value: f32) -> f32 {
        // libm rather than the system's mathematics: its last digits are the same everywhere.
        match self {
            Self::Gelu => 0.5 * value * (1.0 + libm::erff(value * std::f32::consts::FRAC_1_SQRT_2)),
            Self::GeluTanh => {
                let inner = (2.0 / std::f32::consts::PI).sqrt() * (value + 0.044_715 * value * value * value);
                0.5 * value * (1.0 + libm::tanhf(inner))
            }
            Self::Relu => value.max(0.0),
        }
    }
}

/// Shares that add up to 1.
pub(crate) fn softmax(values: &mut [f32]) {
    let max = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    values.iter_mut().for_each(|value| *value = libm::expf(*value - max));
    let sum: f32 = values.iter().sum();
    values.iter_mut().for_each(|value| *value /= sum);
}

fn add(values: &mut [f32], others: &[f32]) {
    values.iter_mut().zip(others).for_each(|(value, other)| *value += other);
}
