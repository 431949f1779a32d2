//! The repository's lexicons and models, read from their folder.

use anyhow::{Context, Result};
use std::path::Path;
use std::sync::Arc;
use text::{LexiconFiles, Lexicons};

/// Reads every text file below `lexicons/`.
pub fn lexicons(folder: &Path, region: &str) -> Result<Lexicons> {
    let mut files = LexiconFiles::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).with_context(|| format!("{} cannot be read", next.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_none_or(|ending| ending != "model") {
                let content = std::fs::read_to_string(&path).with_context(|| format!("{}", path.display()))?;
                let name = path.strip_prefix(folder)?.to_string_lossy().into_owned();
                files.insert(name, content);
            }
        }
    }
    Ok(Lexicons::load(&files, region)?)
}

/// The lexicons with the models of the languages and of the region.
pub fn with_models(folder: &Path, region: &str) -> Result<Arc<Lexicons>> {
    let mut lexicons = lexicons(folder, region)?;
    for name in ["judgement.model".to_owned(), format!("regions/{region}/topics.model")] {
        let file = folder.join(&name);
        let bytes = std::fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?;
        lexicons.add_model(&name, bytes.into());
    }
    Ok(Arc::new(lexicons))
}
