//! Whether a text was earned, paid for or made by the government itself, and what says so.
//!
//! Paid texts look like news; counted as such they would measure the office's own spending.
//! The markers are data (`coverage.tsv` of each language); the official hosts are the region's.

use crate::boilerplate::{bad, pattern};
use crate::lexicons::{LexiconError, Lexicons};
use crate::url;
use model::{Coverage, SourceKind};
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

    /// Finds out who paid, and takes the markers out of title and paragraphs.
    pub(crate) fn judge(
        &self,
        kind: SourceKind,
        address: Option<&str>,
        title: &mut Option<String>,
        lines: &mut Vec<String>,
        tags: &[String],
    ) -> (Coverage, Option<String>) {
        if kind == SourceKind::Official {
            return (Coverage::Official, Some("jenis sumber: rilis resmi".to_owned()));
        }
        let address = address.and_then(url::parse);
        if let Some(host) = address.as_ref().map(url::bare_host).filter(|host| self.is_official(host)) {
            return (Coverage::Official, Some(format!("situs resmi: {host}")));
        }
        if kind.is_public_voice() || self.rules.is_empty() {
            return (Coverage::Earned, None);
        }
        let in_text = self.take_from_text(title, lines);
        let in_tags = || tags.iter().find(|tag| self.matches(Place::Tag, tag)).map(|tag| format!("tag: {tag}"));
        let in_path = || {
            let path = address.as_ref()?.path();
            let found = self.of(Place::Path).find_map(|rule| rule.find(path))?;
            Some(format!("alamat: {}", found.as_str()))
        };
        match in_text.or_else(in_tags).or_else(in_path) {
            Some(evidence) => (Coverage::Advertorial, Some(evidence)),
            None => (Coverage::Earned, None),
        }
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

    fn is_official(&self, host: &str) -> bool {
        self.official_hosts.iter().any(|official| {
            let official = official.trim_start_matches('.');
            host == official || host.strip_suffix(official).is_some_and(|rest| rest.ends_with('.'))
        })
    }
}
