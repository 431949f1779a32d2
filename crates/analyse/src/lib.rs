//! `Document` to `Analysis`: language, sentiment, tone, topics, places, agencies, quotes, hoax signals, each with its evidence.
//!
//! A document is cut into words once, every word list is matched in one pass, and the stages then read what was found.
//!
//! Invariant: pure. The same document and lexicons give the same analysis on any number of threads;
//! nothing here does IO, looks at a second document, or knows a province.

// In the order in which a document passes through them.
mod cut;

mod vocabulary;

mod matcher;

mod cue;

mod tables;

pub mod features;

pub mod linear;

mod reading;

mod strange;

mod people;

mod stages;

use linear::Heads;
use model::{Analysis, Document, Kind};
use rayon::prelude::*;
use reading::Reading;
pub use stages::signals::{VERIFY_FROM, signal_cues, verification};
use std::sync::Arc;
use tables::Tables;
use text::Lexicons;

/// One step: reads what was found so far, adds its own findings.
pub trait Stage: Send + Sync {
    /// Adds this stage's findings.
    fn run(&self, reading: &Reading<'_>, analysis: &mut Analysis);
}

/// Builds a stage from its table of options under `[analyse]`.
pub type Build = fn(&toml::Table) -> Result<Box<dyn Stage>, String>;

/// Every stage, in the order in which they run: later ones read what earlier ones found.
pub const STAGES: &[Kind<Build>] = &[
    stages::language::KIND,
    stages::acronyms::KIND,
    stages::topics::KIND,
    stages::places::KIND,
    stages::agencies::KIND,
    stages::programmes::KIND,
    stages::spam::KIND,
    stages::abusive::KIND,
    stages::sentiment::KIND,
    stages::speech_act::KIND,
    stages::tone::KIND,
    stages::quotes::KIND,
    stages::people::KIND,
    stages::personal_data::KIND,
    stages::numbers::KIND,
    stages::signals::KIND,
];

/// Bytes in which meaning is looked for; personal data is looked for in all of a text. Twice what the longest reports
/// have, and with [`reading::MAX_WORDS`] the bound for everything that grows faster than length.
const MAX_BYTES: usize = 256 * 1024;

/// Analyses documents with one set of lexicons.
pub struct Analyser {
    lexicons: Arc<Lexicons>,
    tables: Tables,
    heads: Heads,
    stages: Vec<Box<dyn Stage>>,
}

impl Analyser {
    /// An analyser with every stage at its defaults.
    ///
    /// # Panics
    /// A model among the lexicons is damaged or of another version; [`Self::with_options`] says so instead.
    pub fn new(lexicons: Arc<Lexicons>) -> Self {
        Self::with_options(lexicons, &toml::Table::new()).unwrap_or_else(|reason| panic!("{reason}"))
    }

    /// An analyser with the options of a pipeline's `[analyse]` table: one table a stage.
    pub fn with_options(lexicons: Arc<Lexicons>, options: &toml::Table) -> Result<Self, String> {
        if let Some(unknown) = options.keys().find(|key| STAGES.iter().all(|kind| kind.name != key.as_str())) {
            let known: Vec<_> = STAGES.iter().map(|kind| kind.name).collect();
            return Err(format!("unknown stage \"{unknown}\"; known: {}", known.join(", ")));
        }
        let empty = toml::Table::new();
        let stages = STAGES.iter().map(|kind| {
            let table = match options.get(kind.name) {
                None => &empty,
                Some(toml::Value::Table(table)) => table,
                Some(_) => return Err(format!("\"{}\" must be a table of options", kind.name)),
            };
            (kind.build)(table).map_err(|reason| format!("{}: {reason}", kind.name))
        });
        let stages = stages.collect::<Result<_, _>>()?;
        let heads = Heads::read(&lexicons).map_err(|error| error.to_string())?;
        Ok(Self { tables: Tables::new(&lexicons), lexicons, heads, stages })
    }

    /// Analyses one document.
    pub fn analyse(&self, document: &Document) -> Analysis {
        let text = document.full_text();
        let read = &text[..text.floor_char_boundary(MAX_BYTES)];
        let reading = Reading::new(document, read, &self.lexicons, &self.tables, &self.heads);
        let mut analysis = Analysis {
            id: document.id.clone(),
            event_date: document.event_date,
            coverage: document.coverage,
            problems: strange::problems(&reading, &text),
            ..Analysis::default()
        };
        for stage in &self.stages {
            stage.run(&reading, &mut analysis);
        }
        analysis
    }

    /// What the learned heads look at in a document; for training.
    pub fn features(&self, document: &Document) -> features::Features {
        let text = document.full_text();
        Reading::new(document, &text, &self.lexicons, &self.tables, &self.heads).features
    }

    /// Analyses documents on all threads of the current rayon pool; the order of output is the order of input.
    pub fn analyse_batch(&self, documents: &[Document]) -> Vec<Analysis> {
        documents.par_iter().map(|document| self.analyse(document)).collect()
    }
}

/// Reads a stage's options; the message of a wrong key names the known ones.
fn options<T: serde::de::DeserializeOwned>(table: &toml::Table) -> Result<T, String> {
    table.clone().try_into().map_err(|error: toml::de::Error| error.message().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_builds() {
        for kind in STAGES {
            let table: toml::Table = kind.example.parse().expect("examples are TOML");
            (kind.build)(&table).unwrap_or_else(|error| panic!("{}: {error}", kind.name));
            assert!((kind.build)(&"nonsense = 1".parse().expect("TOML")).is_err(), "{} takes any key", kind.name);
        }
    }

    #[test]
    fn unknown_stages_are_refused() {
        let options = "topiks = {}".parse().expect("TOML");
        let error = Analyser::with_options(Arc::default(), &options).err().expect("is wrong");
        assert!(error.starts_with("unknown stage \"topiks\"; known: language, "), "{error}");
    }
}
