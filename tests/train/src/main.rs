//! Trains the learned heads of `analyse` and writes their model files and card. A developer's tool, not part of the
//! shipped program: `cargo run --release -p train`.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod calibrate;
mod card;
mod net;
mod plan;
mod svm;

use analyse::Analyser;
use analyse::features::VERSION;
use analyse::linear::{Header, write};
use anyhow::{Context, Result};
use eval::words;
use plan::Plan;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = std::env::var_os("PESUT_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    let nlp = shared.join("data/nlp");
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let only = arguments.iter().find(|argument| !argument.starts_with("--"));
    let dry = arguments.iter().any(|argument| argument == "--dry");
    let file = root.join("tests/train/plan.toml");
    let content = std::fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
    let plan: Plan = toml::from_str(&content).with_context(|| format!("{} is wrong", file.display()))?;
    // Without models: what is learned must not depend on what was learned before.
    let lexicons = Arc::new(words::lexicons(&root.join("lexicons"), &plan.region)?);
    let analyser = Analyser::new(lexicons.clone());
    let (mut cards, mut files) = (Vec::new(), Vec::new());
    for model in &plan.model {
        let topics: Vec<String> = lexicons.region.topics.iter().map(|topic| topic.id.as_str().to_owned()).collect();
        let mut header = Header { features: VERSION, lexicons: lexicons.version.clone(), ..Header::default() };
        if model.topics {
            header.topics.clone_from(&topics);
        }
        let mut tables = Vec::new();
        for head in model.head.iter().filter(|head| only.is_none_or(|only| *only == head.name)) {
            let trained = plan::train(head, model.topics.then_some(&topics[..]), &analyser, &root, &nlp)?;
            println!("{}", trained.summary);
            header.heads.push(trained.head);
            tables.extend(trained.tables);
            cards.push(trained.card);
        }
        if !dry && header.heads.len() == model.head.len() {
            let bytes = write(&header, &tables);
            let file = root.join("lexicons").join(&model.file);
            std::fs::write(&file, &bytes).with_context(|| format!("{} cannot be written", file.display()))?;
            println!("{}: {} bytes, blake3 {}", model.file, bytes.len(), blake3::hash(&bytes).to_hex());
            files.push(format!("`{}`: {} bytes, BLAKE3 `{}`", model.file, bytes.len(), blake3::hash(&bytes).to_hex()));
        }
    }
    if !dry && only.is_none() {
        std::fs::write(root.join("lexicons/MODEL_CARD.md"), card::page(&plan, &cards, &files, &lexicons.version)?)?;
        std::fs::write(root.join("tests/train/ngrams.tsv"), card::side_file(&cards))?;
    }
    Ok(())
}
