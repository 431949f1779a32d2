//! Renders a brief from a JSON file: `render_file BRIEF.json FOLDER [NAME…]`; every output where none is named.

use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(file), Some(folder)) = (arguments.next(), arguments.next().map(PathBuf::from)) else {
        return Err("usage: render_file BRIEF.json FOLDER [NAME…]".into());
    };
    let names: Vec<String> = arguments.collect();
    let brief: model::Brief = serde_json::from_slice(&std::fs::read(file)?)?;
    std::fs::create_dir_all(&folder)?;
    for output in render::OUTPUTS {
        if !names.is_empty() && !names.iter().any(|name| name == output.kind.name) {
            continue;
        }
        let start = Instant::now();
        let bytes = (output.kind.build)(&brief)?;
        let path = folder.join(output.file_name(&brief));
        std::fs::write(&path, &bytes)?;
        #[allow(clippy::print_stderr)] // a tool for people at a terminal
        {
            eprintln!("{} {} bytes, {:?}", path.display(), bytes.len(), start.elapsed());
        }
    }
    Ok(())
}
