//! Labelled rows: our own examples and public sets, each with its source, its split group and what it is labelled with.

use anyhow::{Context, Result, bail};
use model::{Document, SourceKind};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// One labelled text.
#[derive(Clone, Debug)]
pub struct Example {
    /// The name of the set that it is from.
    pub source: String,
    /// Rows of one group are never on both sides of a split.
    pub group: String,
    /// The text, ready for analysis.
    pub document: Document,
    /// Labels by head; several for topics.
    pub labels: BTreeMap<&'static str, Vec<String>>,
}

/// The languages of NusaX, as its files and as we name them.
pub const NUSAX: [(&str, &str); 12] = [
    ("acehnese", "ace"),
    ("balinese", "ban"),
    ("banjarese", "bjn"),
    ("buginese", "bug"),
    ("english", "eng"),
    ("indonesian", "ind"),
    ("javanese", "jav"),
    ("madurese", "mad"),
    ("minangkabau", "min"),
    ("ngaju", "nij"),
    ("sundanese", "sun"),
    ("toba_batak", "bbc"),
];

/// The rows of a set by its name in the plan.
pub fn set(name: &str, part: &str, head: &str, root: &Path, nlp: &Path) -> Result<Vec<Example>> {
    let part = if part.ends_with("-words") { "valid" } else { part };
    // What a public set's label is about.
    let about = if head == "abusive" { "abusive" } else { "sentiment" };
    let mut examples = Vec::new();
    match name {
        "own" => {
            let folder = root.join("tests/train/examples");
            let entries = std::fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))?;
            let mut files: Vec<_> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
            files.sort();
            // Texts of the rest of the world say nothing about anything but their language.
            let wanted = |file: &&PathBuf| {
                file.extension().is_some_and(|ending| ending == "tsv")
                    && (head == "lang" || file.file_stem().is_none_or(|name| name != "foreign"))
            };
            for file in files.iter().filter(wanted) {
                examples.extend(own(file)?);
            }
        }
        "gold" => examples.extend(own(&root.join("tests/eval/gold/annotated.tsv"))?),
        "nusax" => {
            for (file, code) in NUSAX {
                examples.extend(public(&nlp.join(format!("nusax_{file}.{part}.tsv")), about, Some(code))?);
            }
        }
        "nwsenti" => {
            for (file, code) in [("jav", "jav"), ("sun", "sun"), ("mad", "mad"), ("btk", "bbc"), ("min", "min")] {
                examples.extend(public(&nlp.join(format!("nwsenti_{file}.{part}.tsv")), about, Some(code))?);
            }
        }
        "nwtopic" => examples.extend(public(&nlp.join(format!("nwtopic_bug.{part}.tsv")), "theme", Some("bug"))?),
        other => {
            let lang = other.starts_with("smsa").then_some("ind");
            examples.extend(public(&nlp.join(format!("{other}.{part}.tsv")), about, lang)?);
        }
    }
    Ok(examples)
}

/// A document of a kind; ` || ` parts a headline from its lead.
pub fn document(kind: &str, text: &str) -> Document {
    let kind = match kind {
        "news" => SourceKind::News,
        "comment" => SourceKind::Comment,
        "complaint" => SourceKind::Complaint,
        "official" => SourceKind::Official,
        _ => SourceKind::Post,
    };
    let (title, text) = match text.split_once(" || ") {
        Some((title, text)) => (Some(title.to_owned()), text.to_owned()),
        None => (None, text.to_owned()),
    };
    Document { kind, title, text, ..Document::default() }
}

/// Rows of a set of ours: `template kind lang sentiment tone act topics spam abusive text`, columns in any order.
pub fn own(path: &Path) -> Result<Vec<Example>> {
    let content = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut lines = content.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with("# "));
    let header: Vec<&str> = lines.next().context("the file is empty")?.1.split('\t').collect();
    let mut examples = Vec::new();
    for (number, line) in lines {
        let cells: Vec<&str> = line.split('\t').collect();
        if cells.len() != header.len() {
            bail!("{}:{}: {} cells, the header has {}", path.display(), number + 1, cells.len(), header.len());
        }
        let cell = |name: &str| header.iter().position(|column| *column == name).map_or("", |at| cells[at]);
        let mut labels = BTreeMap::new();
        for (head, column) in [
            ("sentiment", "sentiment"),
            ("tone", "tone"),
            ("act", "act"),
            ("lang", "lang"),
            ("spam", "spam"),
            ("abusive", "abusive"),
        ] {
            labels.insert(head, vec![cell(column).to_owned()]);
        }
        let topics = cell("topics").split(';').filter(|topic| !topic.is_empty() && *topic != "-");
        labels.insert("topics", topics.map(str::to_owned).collect());
        let group = if cell("template").is_empty() { cell("id") } else { cell("template") };
        examples.push(Example {
            source: name.clone(),
            group: group.to_owned(),
            document: document(cell("kind"), cell("text")),
            labels,
        });
    }
    Ok(examples)
}

/// Rows of a public set: `label<TAB>text`; `head` says what the label is, `lang` the language of every row.
pub fn public(path: &Path, head: &'static str, lang: Option<&str>) -> Result<Vec<Example>> {
    let content = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let rows = content.lines().enumerate().skip(1).filter_map(|(number, line)| Some((number, line.split_once('\t')?)));
    Ok(rows
        .map(|(number, (label, text))| {
            let mut labels = BTreeMap::from([(head, vec![label.to_owned()])]);
            if let Some(lang) = lang {
                labels.insert("lang", vec![lang.to_owned()]);
            }
            Example {
                source: name.clone(),
                group: format!("{name}:{number}"),
                document: document("post", text),
                labels,
            }
        })
        .collect())
}
