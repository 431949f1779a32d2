//! `analyse` and `extract`: one thing in, one thing out, nothing stored.

use crate::{Desk, Error, second_opinion::Analyst};
use jiff::{Timestamp, tz::TimeZone};
use model::{Coverage, Document, Problem, SourceKind};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use text::Reader;

/// Lines analysed in one step.
pub const LINES_AT_ONCE: usize = 4_096;

/// Turns input lines of `analyse` into output lines, in their order.
pub struct LineAnalyser {
    reader: Reader,
    analyst: Analyst,
    zone: TimeZone,
}

/// An input line; what is not named here is ignored.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    text: Cow<'a, str>,
    #[serde(borrow, default)]
    title: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    url: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    source: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    published_at: Option<Cow<'a, str>>,
}

#[derive(Serialize)]
struct Unreadable<'a> {
    line: u64,
    problems: &'a [Problem],
}

impl LineAnalyser {
    /// With the desk's lexicons and zone.
    ///
    /// # Errors
    /// A pattern of the lexicons is wrong.
    pub fn new(desk: &Desk) -> Result<Self, Error> {
        Ok(Self { reader: desk.reader()?, analyst: desk.analyst()?, zone: desk.zone.clone() })
    }

    /// One output line for each input line; `first` is the number of the first, from 1.
    pub fn analyse(&self, lines: &[Vec<u8>], first: u64) -> Vec<Vec<u8>> {
        lines.par_iter().enumerate().map(|(index, line)| self.line(line, first + index as u64)).collect()
    }

    fn line(&self, bytes: &[u8], number: u64) -> Vec<u8> {
        let written = match self.document(bytes) {
            Ok((document, problems)) => {
                let mut analysis = self.analyst.analyse(&document);
                analysis.problems.extend(problems);
                serde_json::to_vec(&analysis)
            }
            Err(problem) => serde_json::to_vec(&Unreadable { line: number, problems: &[problem] }),
        };
        written.expect("plain data becomes JSON")
    }

    fn document(&self, bytes: &[u8]) -> Result<(Document, Vec<Problem>), Problem> {
        let text = std::str::from_utf8(bytes)
            .map_err(|error| Problem::new("ndjson", format!("no UTF-8 from byte {} on", error.valid_up_to() + 1)))?;
        let mut problems = Vec::new();
        let mended = mend_surrogates(text);
        if let Cow::Owned(_) = mended {
            problems.push(Problem::new("ndjson", "halves of characters (lone surrogates) were replaced"));
        }
        let line: Line<'_> =
            serde_json::from_str(&mended).map_err(|error| Problem::new("ndjson", error.to_string()))?;
        let kind = match line.kind.as_deref().map(str::parse::<SourceKind>) {
            Some(Ok(kind)) => kind,
            Some(Err(reason)) => {
                problems.push(Problem::new("ndjson", reason));
                SourceKind::default()
            }
            // Without a title it is somebody's post rather than an article.
            None if line.title.is_none() => SourceKind::Post,
            None => SourceKind::default(),
        };
        let published_at = match line.published_at.as_deref() {
            Some(value) => {
                let parsed = text::dates::timestamp(value, &self.zone);
                if parsed.is_none() {
                    problems.push(Problem::new("date", format!("published_at \"{value}\" is no date")));
                }
                parsed
            }
            None => None,
        };
        let document = Document {
            id: line.id.into_owned().into(),
            source: line.source.unwrap_or_default().into_owned().into(),
            kind,
            url: line.url.map(Cow::into_owned),
            title: line.title.map(Cow::into_owned),
            text: line.text.into_owned(),
            published_at,
            ..Document::default()
        };
        // Offsets count into the text as given, so it is annotated, not cleaned.
        let (document, found) = self.reader.annotate(document);
        problems.extend(found);
        Ok((document, problems))
    }
}

/// Replaces `\uD83D` without its other half by `\uFFFD`: a program that cuts texts by UTF-16 units leaves half an emoji,
/// and the rest of the line is as good as ever.
pub(crate) fn mend_surrogates(text: &str) -> Cow<'_, str> {
    let unit = |at: usize| {
        let escape = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(escape, 16).ok()
    };
    let (mut out, mut copied, mut from) = (String::new(), 0, 0);
    while let Some(found) = text[from..].find('\\') {
        let at = from + found;
        from = match unit(at) {
            Some(0xd800..=0xdbff) if matches!(unit(at + 6), Some(0xdc00..=0xdfff)) => at + 12,
            Some(0xd800..=0xdfff) => {
                out.push_str(&text[copied..at]);
                out.push_str("\\ufffd");
                copied = at + 6;
                copied
            }
            Some(_) => at + 6,
            // The character behind a backslash is part of the escape, also where it is another backslash.
            None => at + 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8),
        };
    }
    if copied == 0 { Cow::Borrowed(text) } else { Cow::Owned(out + &text[copied..]) }
}

/// The answer of `extract`.
#[derive(Debug, Serialize)]
pub struct Extracted {
    /// Canonical address.
    pub url: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// Paragraphs, separated by one newline.
    pub text: String,
    /// Who wrote it.
    pub author: Option<String>,
    /// The outlet that the page names.
    pub site: Option<String>,
    /// When it was published.
    pub published_at: Option<Timestamp>,
    /// ISO 639-3.
    pub lang: String,
    /// Earned, paid or official.
    pub coverage: Coverage,
    /// Addresses in the body.
    pub links: Vec<String>,
    /// What was odd.
    pub problems: Vec<Problem>,
}

/// One HTML page to one document.
///
/// # Errors
/// A pattern of the lexicons is wrong; the page itself cannot be.
pub fn extract(desk: &Desk, html: &[u8], url: Option<&str>) -> Result<Extracted, Error> {
    let (document, problems) = desk.reader()?.extract(html, None, url);
    Ok(Extracted {
        lang: text::language(&document.text).code,
        url: document.url,
        title: document.title,
        text: document.text,
        author: document.byline,
        site: document.site,
        published_at: document.published_at,
        coverage: document.coverage,
        links: document.links,
        problems,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_characters_are_replaced() {
        for (given, mended) in [
            (r#""a""#, r#""a""#),
            (r#""\ud83d\udc4d é\n\\""#, r#""\ud83d\udc4d é\n\\""#),
            (r#""\\ud83d""#, r#""\\ud83d""#),
            (r#""a\ud83d""#, r#""a\ufffd""#),
            (r#""\uDC4D\uD83Db""#, r#""\ufffd\ufffdb""#),
            (r#""\ud83d\ud83d\udc4d""#, r#""\ufffd\ud83d\udc4d""#),
            (r#""\ud8é\"#, r#""\ud8é\"#),
        ] {
            assert_eq!(mend_surrogates(given), mended, "{given}");
        }
    }
}
