//! What several tests of advice share: the region that ships, and parts of a quiet day around one issue.

use model::{CountRow, Frame, Issue, Region, Risk, SourceKind, Tables, ToneCount};
use serde::Deserialize;
use std::{fs, path::Path};
use text::{LexiconFiles, Lexicons, Limits};

/// Parts of a brief's input that do not change from issue to issue.
#[derive(Clone, Deserialize)]
pub struct Parts {
    pub frame: Frame,
    pub tables: Tables,
    pub issues: Vec<Issue>,
    #[serde(skip)]
    pub options: brief::Options,
}

/// The region that ships with its guide, and the limits of advice.
pub fn lexicons() -> (Lexicons, Limits) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lexicons");
    let mut files = LexiconFiles::new();
    add(&root, &root, &mut files);
    let name = files.keys().find_map(|path| path.strip_prefix("regions/")?.strip_suffix("/region.toml")).unwrap();
    (Lexicons::load(&files, name).unwrap_or_else(|error| panic!("{error}")), Limits::load(&files).unwrap())
}

fn add(folder: &Path, root: &Path, files: &mut LexiconFiles) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            add(&path, root, files);
        } else if let Ok(content) = fs::read_to_string(&path) {
            files.insert(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned(), content);
        }
    }
}

/// The quiet day of the cases.
pub fn base() -> Parts {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/brief/quiet/input.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Complaints on every topic, so that repairing is weighed everywhere.
pub fn complain_everywhere(parts: &mut Parts, region: &Region) {
    let row = |topic: &model::Topic| CountRow {
        key: topic.id.as_str().to_owned(),
        count: 4,
        previous: None,
        tone: ToneCount::default(),
        complaints: 3,
    };
    parts.tables.topics = region.topics.iter().map(row).collect();
}

/// An answered issue of the quiet day under another topic and level.
pub fn issue(parts: &Parts, id: &str, topic: &str, risk: Risk) -> Issue {
    let mut issue = parts.issues[0].clone();
    let mut answer = issue.exemplars[0].clone();
    answer.kind = SourceKind::Official;
    issue.id = id.into();
    issue.topics = vec![topic.into()];
    issue.places = Vec::new();
    issue.risk = risk;
    issue.official_response = Some(answer);
    issue
}

/// What is not between quotation marks: the brief's own words.
pub fn outside_quotes(text: &str) -> String {
    let mut inside = false;
    let outside = text.chars().filter(|c| {
        inside = (inside || *c == '“') && *c != '”';
        !inside
    });
    outside.collect()
}
