//! Whether a text was earned, paid for or made by the government itself, and what says so.
//!
//! Paid texts look like news; counted as such they would measure the office's own spending.
//! The markers are data (`coverage.tsv` of each language); the official hosts are the region's.

use crate::boilerplate::{bad, pattern};
use crate::lexicons::{LexiconError, Lexicons};
use crate::url;
use model::{Coverage, Document, SourceKind};
use regex::Regex;

/// Compiled markers of advertorials.
#[derive(Debug)]
pub(crate) struct Markers {
    rules: Vec<(Place, Regex)>,
    official_hosts: Vec<String>,
}

/// Where a marker counts.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    /// At the end of a paragraph: "(Adv/…)".
    End,
    /// Before the title or the first paragraph: "ADVERTORIAL: …".
    Start,
    /// A whole paragraph.
    Line,
    /// A whole tag or category.
    Tag,
    /// In the path of the address.
    Path,
}

impl Markers {
    pub(crate) fn new(lexicons: &Lexicons) -> Result<Self, LexiconError> {
        const FILE: &str = "coverage.tsv";
        let mut rules = Vec::new();
        for row in &lexicons.coverage {
            let (place, before, after) = match row.get("where") {
                "end" => (Place::End, r"(?:", r")\W*$"),
                "start" => (Place::Start, "^(?:", ")"),
                "line" => (Place::Line, "^(?:", ")$"),
                "tag" => (Place::Tag, "^(?:", ")$"),
                "path" => (Place::Path, "", ""),
                other => {
                    let known = "end, start, line, tag, path";
                    return Err(bad(FILE, row, "where", format!("unknown place \"{other}\"; known: {known}")));
                }
            };
            rules.push((place, pattern(FILE, row, before, after)?));
        }
        Ok(Self { rules, official_hosts: lexicons.region.official_hosts.clone() })
    }

    /// Finds out who paid for a document of these paragraphs, and takes the markers out of its title and of them.
    pub(crate) fn judge(&self, document: &mut Document, lines: &mut Vec<String>) {
        document.coverage = Coverage::Earned;
        document.coverage_evidence = None;
        // A citizen's words are their own, also on an official complaint site, and a citizen's "(adv)" sells nothing.
        if document.kind.is_public_voice() {
            return;
        }
        if let Some(evidence) = self.official(document) {
            document.coverage = Coverage::Official;
            document.coverage_evidence = Some(evidence);
        } else if let Some(evidence) = self.paid(document, lines) {
            document.coverage = Coverage::Advertorial;
            document.coverage_evidence = Some(evidence);
        }
    }

    fn official(&self, document: &Document) -> Option<String> {
        if document.kind == SourceKind::Official {
            return Some("jenis sumber: rilis resmi".to_owned());
        }
        let address = url::parse(document.url.as_deref()?)?;
        let host = url::bare_host(&address);
        let known = self.official_hosts.iter().any(|official| {
            let official = official.trim_start_matches('.');
            host == official || host.strip_suffix(official).is_some_and(|rest| rest.ends_with('.'))
        });
        known.then(|| format!("situs resmi: {host}"))
    }

    fn paid(&self, document: &mut Document, lines: &mut Vec<String>) -> Option<String> {
        let in_text = self.take_from_text(&mut document.title, lines);
        let in_tags =
            || document.tags.iter().find(|tag| self.matches(Place::Tag, tag)).map(|tag| format!("tag: {tag}"));
        let in_path = || {
            let address = url::parse(document.url.as_deref()?)?;
            let found = self.of(Place::Path).find_map(|rule| rule.find(address.path()))?;
            Some(format!("alamat: {}", found.as_str()))
        };
        in_text.or_else(in_tags).or_else(in_path)
    }

    /// Removes every marker; returns the first that was found.
    fn take_from_text(&self, title: &mut Option<String>, lines: &mut Vec<String>) -> Option<String> {
        let mut evidence = None;
        let mut keep = |found: &str| {
            let found = found.trim();
            evidence.get_or_insert_with(|| found.to_owned());
        };
        lines.retain(|line| {
            let marker = self.matches(Place::Line, line);
            if marker {
                keep(line);
            }
            !marker
        });
        for text in title.iter_mut().chain(lines.first_mut()) {
            for rule in self.of(Place::Start) {
                if let Some(found) = rule.find(text).filter(|found| !found.is_empty() && found.end() < text.len()) {
                    keep(found.as_str());
                    *text = text[found.end()..].trim_start().to_owned();
                }
            }
        }
        for line in
            title.iter_mut().chain(lines.iter_mut()).filter(|line| line.trim_end_matches('.').ends_with([')', ']']))
        {
            for rule in self.of(Place::End) {
                if let Some(found) = rule.find(line).map(|found| found.range()) {
                    keep(&line[found.clone()]);
                    line.truncate(line[..found.start].trim_end().len());
                }
            }
        }
        lines.retain(|line| !line.is_empty());
        evidence
    }

    fn of(&self, place: Place) -> impl Iterator<Item = &Regex> {
        self.rules.iter().filter(move |rule| rule.0 == place).map(|rule| &rule.1)
    }

    fn matches(&self, place: Place, text: &str) -> bool {
        self.of(place).any(|rule| rule.is_match(text))
    }
}
