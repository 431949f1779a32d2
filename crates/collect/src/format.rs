//! What files an import reads, by name, by ending and by their first bytes.

use crate::Evidence;
use crate::columns::SYNONYMS;
use crate::exports::{EXPORTS, Export};
use crate::header::Wanted;
use serde::Deserialize;
use std::path::Path;
use std::str::FromStr;

/// How a file is to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Format {
    /// By its ending and its first bytes.
    #[default]
    Auto,
    /// One JSON object a line.
    Jsonl,
    /// CSV or TSV, its columns by their general names.
    Csv,
    /// An Excel workbook, its columns by their general names.
    Xlsx,
    /// One whole web page.
    Html,
    /// One plain text.
    Text,
    /// A saved RSS, Atom or JSON feed.
    Feed,
    /// The export of another tool.
    Export(&'static Export),
}

/// A format as the reference prints it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatEntry {
    /// The name for `--format`.
    pub name: &'static str,
    /// What it reads, in one line.
    pub summary: &'static str,
    /// The columns that it reads, as its files name them.
    pub columns: String,
    /// How well its shape is known; `None` where the shape is Pesut's own.
    pub evidence: Option<Evidence>,
}

const OWN: &[(&str, Format, &str)] = &[
    ("auto", Format::Auto, "by its ending and content; archives (.zip, .gz) with one file in them are opened"),
    ("jsonl", Format::Jsonl, "one JSON object a line, or one array of objects"),
    ("csv", Format::Csv, "a table with any delimiter, in UTF-8, UTF-16 or windows-1252"),
    ("xlsx", Format::Xlsx, "an Excel workbook: every visible sheet with a header"),
    ("html", Format::Html, "one whole web page"),
    ("text", Format::Text, "one plain text"),
    ("feed", Format::Feed, "a saved RSS, Atom or JSON feed"),
];

impl Format {
    /// Every format with what it reads.
    pub fn list() -> Vec<FormatEntry> {
        let general = || {
            let names = SYNONYMS.iter().map(|(_, names)| names.join("|"));
            names.collect::<Vec<_>>().join(", ")
        };
        let own = OWN.iter().map(|(name, format, summary)| FormatEntry {
            name,
            summary,
            columns: if matches!(format, Self::Jsonl | Self::Csv | Self::Xlsx) { general() } else { String::new() },
            evidence: None,
        });
        let exports = EXPORTS.iter().map(|export| FormatEntry {
            name: export.name,
            summary: export.summary,
            columns: export.columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", "),
            evidence: Some(export.evidence),
        });
        own.chain(exports).collect()
    }

    pub(crate) fn wanted(self) -> Wanted {
        match self {
            Self::Export(export) => Wanted::Export(export),
            Self::Auto => Wanted::Any,
            _ => Wanted::Generic,
        }
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let own = OWN.iter().find(|(known, ..)| *known == name).map(|(_, format, _)| *format);
        let export = || EXPORTS.iter().find(|export| export.name == name).map(|export| Self::Export(export));
        own.or_else(export).ok_or_else(|| {
            let known: Vec<_> = Self::list().iter().map(|entry| entry.name).collect();
            format!("unknown format \"{name}\"; known: {}", known.join(", "))
        })
    }
}

impl TryFrom<String> for Format {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        name.parse()
    }
}

/// How the bytes of a file are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    Lines,
    Array,
    /// One JSON object over many lines, which is no list of items.
    Object,
    Table,
    Workbook,
    /// A table of a web page; offices' programs hand these out as ".xls".
    HtmlTable,
    /// A binary workbook as Excel wrote it before 2007, or one that a password protects.
    OldWorkbook,
    Page,
    Text,
    Feed,
    /// A ZIP that is no workbook, or a gzip.
    Archive,
}

impl Layout {
    /// What a name promises; `None` where it promises nothing that is read.
    pub(crate) fn of_ending(path: &Path) -> Option<Self> {
        Some(match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "ndjson" | "jsonl" | "json" => Self::Lines,
            "csv" | "tsv" | "tab" => Self::Table,
            "xlsx" | "xlsm" | "xls" => Self::Workbook,
            "html" | "htm" | "xhtml" => Self::Page,
            "txt" | "text" => Self::Text,
            "xml" | "rss" | "atom" => Self::Feed,
            "zip" | "gz" => Self::Archive,
            _ => return None,
        })
    }

    /// What the file is: its bytes decide where its name is mistaken, or says nothing.
    pub(crate) fn of(promised: Option<Self>, start: &[u8]) -> Self {
        if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
            return if promised == Some(Self::Workbook) { Self::Workbook } else { Self::Archive };
        }
        if start.starts_with(&[0x1f, 0x8b]) {
            return Self::Archive;
        }
        if start.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) {
            return Self::OldWorkbook;
        }
        let text = String::from_utf8_lossy(start);
        let text = text.trim_start_matches('\u{feff}').trim_start();
        match promised {
            Some(Self::Workbook | Self::Table) if text.starts_with('<') => Self::HtmlTable,
            Some(Self::Workbook) => Self::Table,
            Some(Self::Table) if !text.starts_with("{\"") => Self::Table,
            Some(Self::Lines) if text.starts_with('[') => Self::Array,
            Some(Self::Lines) if json_feed(text) => Self::Feed,
            Some(Self::Lines) if text.lines().next().is_some_and(|line| line.trim() == "{") => Self::Object,
            Some(Self::Archive | Self::Table) | None => Self::of_text(text),
            Some(promised) => promised,
        }
    }

    fn of_text(text: &str) -> Self {
        match text {
            _ if json_feed(text) => Self::Feed,
            _ if text.starts_with('{') => Self::Lines,
            _ if text.starts_with("[{") || text.starts_with("[\n") || text.starts_with("[ ") => Self::Array,
            _ if ["<?xml", "<rss", "<feed", "<rdf"].iter().any(|root| text.to_lowercase().starts_with(root)) => {
                Self::Feed
            }
            _ if text.starts_with('<') => Self::Page,
            _ => Self::Table,
        }
    }
}

/// True for a JSON feed, which is one object of many lines.
fn json_feed(text: &str) -> bool {
    let whole_object = text.lines().next().is_some_and(|line| line.trim_end().ends_with('}'));
    text.starts_with('{') && !whole_object && text.contains("jsonfeed.org")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_and_named() {
        for entry in Format::list() {
            assert!(entry.name.parse::<Format>().is_ok(), "{}", entry.name);
        }
        let error = "brandwach".parse::<Format>().unwrap_err();
        assert!(error.contains("\"brandwach\"") && error.contains("brandwatch, meltwater"), "{error}");
    }

    #[test]
    fn bytes_win_over_a_mistaken_name() {
        let of = |name: &str, start: &[u8]| Layout::of(Layout::of_ending(Path::new(name)), start);
        assert_eq!(of("a.csv", b"PK\x03\x04"), Layout::Archive);
        assert_eq!(of("a.xls", b"<table><tr>"), Layout::HtmlTable);
        assert_eq!(of("a.csv", b" <html><table>"), Layout::HtmlTable);
        assert_eq!(of("a.xls", &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), Layout::OldWorkbook);
        assert_eq!(of("a.xlsx", b"Judul;Isi"), Layout::Table);
        assert_eq!(of("a.csv", b"{\"id\":1}"), Layout::Lines);
        assert_eq!(of("a.json", b"[{\"id\":1}]"), Layout::Array);
        assert_eq!(of("a.html", b"<p>"), Layout::Page);
        assert_eq!(of("a", b"id;isi"), Layout::Table);
    }
}
