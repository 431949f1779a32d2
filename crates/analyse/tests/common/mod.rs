//! What the tests of this crate share: the repository's lexicons, and the shared data where it is there.
#![allow(dead_code)] // Each test file uses its part.

use analyse::Analyser;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use text::{LexiconFiles, Lexicons};

/// The top of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every file under `lexicons/`.
pub fn files() -> LexiconFiles {
    let mut found = LexiconFiles::new();
    let base = root().join("lexicons");
    let mut folders = vec![base.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("lexicons are there") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_none_or(|ending| ending != "model") {
                let name = path.strip_prefix(&base).expect("below").to_string_lossy().into_owned();
                found.insert(name, std::fs::read_to_string(&path).expect("UTF-8"));
            }
        }
    }
    found
}

/// An analyser with the repository's lexicons.
pub static ANALYSER: LazyLock<Analyser> = LazyLock::new(|| Analyser::new(LEXICONS.clone()));

/// The repository's lexicons, learned weights included.
pub static LEXICONS: LazyLock<Arc<Lexicons>> = LazyLock::new(|| {
    let mut lexicons = Lexicons::load(&files(), "kaltim").unwrap_or_else(|error| panic!("{error}"));
    for name in ["judgement.model", "regions/kaltim/topics.model"] {
        let bytes = std::fs::read(root().join("lexicons").join(name)).expect("models are there");
        lexicons.add_model(name, bytes.into());
    }
    Arc::new(lexicons)
});

/// The shared data, if this machine has it.
pub fn shared() -> Option<PathBuf> {
    let folder = std::env::var_os("PESUT_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from).join("data");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no shared data");
    None
}
