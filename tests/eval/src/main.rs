//! Measures every learned and listed judgement on our annotated texts and on the public validation sets, prints one
//! table, and holds it against the floors: `cargo run --release -p eval`.
//!
//! Exit code 1 where a figure is below its floor. Sets that this machine does not have are said to be missing.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod dates;
mod floors;
mod gold;
mod public;
mod speed;
mod table;

use analyse::Analyser;
use anyhow::Result;
use eval::words;
use std::path::{Path, PathBuf};
use table::Table;

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = std::env::var_os("PESUT_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    let nlp = shared.join("data/nlp");
    let lexicons = words::with_models(&root.join("lexicons"), "kaltim")?;
    let analyser = Analyser::new(lexicons.clone());
    let mut table = Table::default();
    gold::measure(&analyser, &lexicons, &root, &mut table)?;
    dates::measure(&lexicons, &root, &mut table)?;
    public::measure(&analyser, &root, &nlp, &mut table)?;
    speed::measure(&analyser, &root, &mut table)?;
    table.print();
    let below = floors::below(&root.join("tests/eval/floors.toml"), &table)?;
    for line in &below {
        println!("BELOW ITS FLOOR: {line}");
    }
    std::process::exit(i32::from(!below.is_empty()))
}
