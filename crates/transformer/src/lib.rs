//! Texts to polarity scores, by a model of the user's own: a BERT-family classifier read from a folder.
//!
//! A folder in the layout of Hugging Face (`config.json`, `vocab.txt` or `tokenizer.json`, `model.safetensors`) is
//! checked, loaded and run on the CPU. It gives a second opinion where the analyser is unsure; nothing needs it.
//!
//! Invariant: pure after `open`. A text's scores depend on the model and the text alone: not on the other texts, the
//! number of threads, or the machine. Nothing here starts a thread or opens a connection.

// In the order in which a folder, and then a text, passes through them.
mod error;

mod config;

mod labels;

mod tensors;

mod tokenizer;

mod matrix;

mod bert;

pub use error::OpenError;

use bert::Bert;
use config::Config;
use labels::Labels;
use std::path::Path;
use tensors::Tensors;
use tokenizer::Tokenizer;

/// A text is read up to this many tokens, the two that frame it included; time and memory grow with them.
pub const MAX_TOKENS: usize = 256;

/// A loaded model.
pub struct Transformer {
    tokenizer: Tokenizer,
    bert: Bert,
    labels: Labels,
    max_tokens: usize,
}

impl Transformer {
    /// Loads the model of a folder.
    ///
    /// # Errors
    /// Names the file, and what is missing or wrong in it.
    pub fn open(folder: &Path) -> Result<Self, OpenError> {
        let Folder { config, labels, tokenizer, tensors } = Folder::read(folder)?;
        let max_tokens = MAX_TOKENS.min(config.max_position_embeddings);
        Ok(Self { tokenizer, bert: Bert::load(&config, &tensors)?, labels, max_tokens })
    }

    /// Reads everything but the weights themselves: a wrong folder is found in milliseconds, before anything runs.
    ///
    /// # Errors
    /// As [`Transformer::open`].
    pub fn check(folder: &Path) -> Result<(), OpenError> {
        Folder::read(folder).map(drop)
    }

    /// The scores of each text (negative, neutral, positive); they add up to 1.
    ///
    /// Texts are run one by one: a text's scores do not depend on its neighbours, and memory on the longest text only.
    /// Callers that have several threads share the model between them.
    pub fn classify(&self, texts: &[&str]) -> Vec<[f32; 3]> {
        texts.iter().map(|text| self.scores(text)).collect()
    }

    fn scores(&self, text: &str) -> [f32; 3] {
        let logits = self.bert.logits(&self.tokenizer.encode(text, self.max_tokens));
        self.labels.scores(&logits)
    }
}

/// A checked folder, weights not yet read.
struct Folder {
    config: Config,
    labels: Labels,
    tokenizer: Tokenizer,
    tensors: Tensors,
}

impl Folder {
    fn read(folder: &Path) -> Result<Self, OpenError> {
        let config = Config::read(folder)?;
        let labels = Labels::read(folder, &config)?;
        let tokenizer = Tokenizer::read(folder, config.vocab_size)?;
        let tensors = Tensors::open(folder)?;
        for (name, shape) in bert::tensors(&config, labels.len()) {
            tensors.check(&name, &shape)?;
        }
        Ok(Self { config, labels, tokenizer, tensors })
    }
}
