//! Lexicon and region files: those in the program, or a folder that stands in for them.

use include_dir::{Dir, include_dir};
use std::path::Path;
use text::{LexiconError, LexiconFiles, Lexicons};

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../lexicons");

/// The region that is used where neither a pipeline nor a flag names one.
pub const DEFAULT: &str = "kaltim";

/// Why lexicons could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum RegionError {
    /// Neither an embedded region nor a folder.
    #[error("unknown region \"{0}\"; known: {known}, or a folder with region.toml in it", known = names().join(", "))]
    Unknown(String),
    /// A file of the folder could not be read.
    #[error("{path} cannot be read")]
    Read {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A file says something impossible.
    #[error(transparent)]
    Lexicon(#[from] LexiconError),
}

/// Names of the regions in the program.
pub fn names() -> Vec<String> {
    let Some(regions) = EMBEDDED.get_dir("regions") else { return Vec::new() };
    regions.dirs().filter_map(|dir| Some(dir.path().file_name()?.to_str()?.to_owned())).collect()
}

/// True for an embedded region's name and for a folder with a `region.toml`.
pub fn exists(region: &str) -> bool {
    names().iter().any(|name| name == region) || Path::new(region).join("region.toml").is_file()
}

/// Loads an embedded region by name, or a region folder by path (languages stay the embedded ones).
///
/// # Errors
/// Unknown name, unreadable file, or a bad row with its file and line.
pub fn load(region: &str) -> Result<Lexicons, RegionError> {
    let mut files = LexiconFiles::new();
    add_embedded(&EMBEDDED, &mut files);
    if names().iter().any(|name| name == region) {
        let mut lexicons = Lexicons::load(&files, region)?;
        add_models(&mut lexicons, [JUDGEMENT, &format!("regions/{region}/{TOPICS}")]);
        return Ok(lexicons);
    }
    let folder = Path::new(region);
    let name = folder.file_name().and_then(|name| name.to_str());
    let (Some(name), true) = (name, folder.join("region.toml").is_file()) else {
        return Err(RegionError::Unknown(region.to_owned()));
    };
    let read_error = |path: &Path| {
        let path = path.display().to_string();
        move |source| RegionError::Read { path, source }
    };
    let mut topics = None;
    for entry in std::fs::read_dir(folder).map_err(read_error(folder))? {
        let path = entry.map_err(read_error(folder))?.path();
        let Some(file) = path.file_name().and_then(|file| file.to_str()) else { continue };
        if file == TOPICS {
            topics = Some(std::fs::read(&path).map_err(read_error(&path))?);
        } else if path.is_file() {
            let content = std::fs::read_to_string(&path).map_err(read_error(&path))?;
            files.insert(format!("regions/{name}/{file}"), content);
        }
    }
    let mut lexicons = Lexicons::load(&files, name)?;
    add_models(&mut lexicons, [JUDGEMENT]);
    if let Some(bytes) = topics {
        lexicons.add_model(&format!("regions/{name}/{TOPICS}"), bytes.into());
    }
    Ok(lexicons)
}

/// Learned weights of the languages, for every region.
const JUDGEMENT: &str = "judgement.model";

/// Learned weights of a region's topics; a region without them has its words alone.
const TOPICS: &str = "topics.model";

fn add_models<'a>(lexicons: &mut Lexicons, names: impl IntoIterator<Item = &'a str>) {
    for name in names {
        if let Some(file) = EMBEDDED.get_file(name) {
            lexicons.add_model(name, file.contents().into());
        }
    }
}

fn add_embedded(dir: &Dir<'_>, files: &mut LexiconFiles) {
    for file in dir.files() {
        if let (Some(path), Some(content)) = (file.path().to_str(), file.contents_utf8()) {
            files.insert(path.to_owned(), content.to_owned());
        }
    }
    for sub in dir.dirs() {
        add_embedded(sub, files);
    }
}
