//! Measures every learned and listed judgement on our annotated texts and on the public validation sets, prints one
//! table, and holds it against the floors: `cargo run --release -p eval`.
//!
//! Exit code 1 where a figure is below its floor. Sets that this machine does not have are said to be missing.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod dates;
mod floors;
mod gold;
mod public;
mod signals;
mod speed;
mod table;

use analyse::Analyser;
use anyhow::Result;
use eval::words;
use std::path::{Path, PathBuf};
use table::Table;

/// The program's own allocator, so that speed is the program's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    // `eval posts N`: posts a second on N threads and nothing else, for benches/scaling.sh.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [posts, threads] = &arguments[..]
        && posts == "posts"
    {
        let analyser = Analyser::new(words::with_models(&root.join("lexicons"), "kaltim")?);
        println!("{:.0}", speed::posts(&analyser, &root, threads.parse()?)?);
        return Ok(());
    }
    let shared = std::env::var_os("PESUT_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    // `eval signals`: hoax signals alone, for work on their lists.
    if arguments == ["signals"] {
        let lexicons = words::with_models(&root.join("lexicons"), "kaltim")?;
        let mut table = Table::default();
        signals::measure(&Analyser::new(lexicons.clone()), &lexicons, &root, &shared.join("data/replay"), &mut table)?;
        table.print();
        return Ok(());
    }
    let mut table = qualities(&root, &shared)?;
    let analyser = Analyser::new(words::with_models(&root.join("lexicons"), "kaltim")?);
    dates::first_answer(&root, &mut table)?;
    speed::measure(&analyser, &root, &mut table)?;
    table.print();
    let below = floors::below(&root.join("tests/eval/floors.toml"), &table)?;
    for line in &below {
        println!("BELOW ITS FLOOR: {line}");
    }
    std::process::exit(i32::from(!below.is_empty()))
}

/// Everything but speed: the same on every machine.
fn qualities(root: &Path, shared: &Path) -> Result<Table> {
    let lexicons = words::with_models(&root.join("lexicons"), "kaltim")?;
    let analyser = Analyser::new(lexicons.clone());
    let mut table = Table::default();
    gold::measure(&analyser, &lexicons, root, &mut table)?;
    dates::measure(root, &mut table)?;
    public::measure(&analyser, root, &shared.join("data/nlp"), &mut table)?;
    signals::measure(&analyser, &lexicons, root, &shared.join("data/replay"), &mut table)?;
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floors_hold() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let shared = std::env::var_os("PESUT_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
        let table = qualities(&root, &shared).expect("sets are readable");
        let below = floors::below(&root.join("tests/eval/floors.toml"), &table).expect("floors are readable");
        assert!(below.is_empty(), "{below:#?}");
        assert!(table.value("topics.ours.micro_f1").is_some(), "our own texts are always measured");
    }

    #[test]
    fn models_and_lists_stay_small() {
        let mut bytes = 0;
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lexicons")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("readable") {
                let path = entry.expect("readable").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    bytes += path.metadata().expect("readable").len();
                }
            }
        }
        assert!(bytes <= 12 << 20, "{bytes} bytes of lexicons and models in the program");
    }
}
