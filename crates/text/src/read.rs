//! One stored item to one document: the steps of this crate in their order.

use crate::boilerplate::{Boilerplate, letters};
use crate::coverage::Markers;
use crate::lexicons::{LexiconError, Lexicons};
use crate::page::{self, Page};
use crate::{charset, dates, html, mojibake, nesting, url};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::{Author, BodyFormat, Document, NEXT_PAGE, Problem, Read, StoredItem};
use std::borrow::Cow;
use std::sync::Arc;

/// Links kept of a plain text.
const MAX_LINKS: usize = 50;

/// Reads items with the patterns of one region's languages, compiled once.
#[derive(Debug)]
pub struct Reader {
    lexicons: Arc<Lexicons>,
    /// The office's zone: times without one are meant in it.
    zone: TimeZone,
    boilerplate: Boilerplate,
    markers: Markers,
}

impl Reader {
    /// Compiles the patterns; an error names the file and line of one that cannot be.
    pub fn new(lexicons: Arc<Lexicons>, zone: TimeZone) -> Result<Self, LexiconError> {
        let (boilerplate, markers) = (Boilerplate::new(&lexicons)?, Markers::new(&lexicons)?);
        Ok(Self { lexicons, zone, boilerplate, markers })
    }

    /// The lexicons that it reads with.
    pub fn lexicons(&self) -> &Arc<Lexicons> {
        &self.lexicons
    }

    /// Makes a stored item readable. A withdrawn item gives an empty document.
    pub fn document(&self, stored: &StoredItem) -> Read {
        let item = &stored.item;
        let mut document = Document {
            id: item.id.clone(),
            source: item.source.clone(),
            kind: item.kind,
            url: item.url.as_deref().and_then(url::canonical_url),
            author_pseudonym: match &item.author {
                Some(Author::Pseudonym(pseudonym)) => Some(pseudonym.clone()),
                // A name that slipped past the door goes no further.
                Some(Author::Name(_)) | None => None,
            },
            published_at: item.published_at,
            first_seen_at: stored.first_seen_at,
            engagement: item.engagement,
            ..Document::default()
        };
        if item.withdrawn {
            return (document, Vec::new());
        }
        document.title = item.title.as_deref().map(|raw| title(raw, item.format)).filter(|title| !title.is_empty());
        document.tags = item.tags.iter().map(|tag| html::inline(tag)).collect();
        let (document, mut problems) = self.fill(document, &item.body, item.charset.as_deref(), item.format);
        if document.published_at.is_some_and(|published| published > latest_believable(stored.first_seen_at)) {
            problems.push(Problem::new("date", "published after it was received, says its source"));
        }
        (document, problems)
    }

    /// Reads one HTML page on its own, fetched from `url` if that is known.
    pub fn extract(&self, html: &[u8], charset: Option<&str>, url: Option<&str>) -> Read {
        let document = Document { url: url.and_then(url::canonical_url), ..Document::default() };
        self.fill(document, html, charset, BodyFormat::Page)
    }

    /// Adds coverage and event date to a document whose title and text must stay as they are, byte for byte.
    pub fn annotate(&self, mut document: Document) -> Read {
        let mut problems = Vec::new();
        let title = document.title.clone();
        let mut lines = document.text.lines().map(str::to_owned).collect();
        self.markers.judge(&mut document, &mut lines);
        document.title = title;
        document.event_date = self.event_date(&document, &mut problems);
        (document, problems)
    }

    /// Everything that is read from the body.
    fn fill(&self, mut document: Document, body: &[u8], charset: Option<&str>, format: BodyFormat) -> Read {
        let (decoded, mut problems) = charset::decode(body, charset);
        let source = mojibake::undo(&decoded);
        if let Cow::Owned(_) = source {
            problems.push(Problem::new("mojibake", "UTF-8 that had been read as Windows-1252 was repaired"));
        }
        let draft = self.draft(&source, format, document.url.as_deref(), &mut problems);
        document.title = document.title.or(draft.title).map(|title| repaired(title, &mut problems));
        document.byline = draft.byline;
        document.site = draft.site;
        document.url = document.url.filter(|_| draft.url.is_none()).or(draft.url);
        document.tags.extend(draft.tags);
        document.links = draft.links;
        if document.published_at.is_none() {
            document.published_at = self.first_time(&draft.times);
        }
        let text = repaired(draft.text, &mut problems);
        if document.kind.is_public_voice() {
            document.text = html::tidy(&text.replace(NEXT_PAGE, ""));
        } else {
            if self.clean(&mut document, &text, format) {
                problems.push(Problem::new("text", "marks of a language model stood in the text and were removed"));
            }
        }
        if let Some(title) = &document.title {
            drop_repeated_title(title, &mut document.text);
        }
        let mut seen = Vec::new();
        document.tags.retain(|tag| {
            let key = tag.to_lowercase();
            let new = !tag.is_empty() && !seen.contains(&key);
            seen.push(key);
            new
        });
        document.event_date = self.event_date(&document, &mut problems);
        (document, problems)
    }

    /// What the format gives before the common steps; the fields that only a page has stay empty for the others.
    fn draft(&self, source: &str, format: BodyFormat, address: Option<&str>, problems: &mut Vec<Problem>) -> Page {
        match format {
            BodyFormat::Text => {
                let text = html::unescape(source);
                Page { links: plain_links(&text), text: text.into_owned(), ..Page::default() }
            }
            BodyFormat::Fragment => {
                let base = address.and_then(url::parse);
                let readable = html::fragment(&nesting::bounded(source, problems).html, base.as_ref());
                Page { text: readable.text, links: readable.links, ..Page::default() }
            }
            BodyFormat::Page => page::read(source, address, problems),
        }
    }

    /// Takes off what the outlet wrapped around the text, and keeps what it tells; whether a language model's marks were there.
    fn clean(&self, document: &mut Document, text: &str, format: BodyFormat) -> bool {
        let titled = document.title.is_some() || format != BodyFormat::Text;
        let mut cleaned = self.boilerplate.clean(text, titled);
        document.title = document.title.take().or(cleaned.title);
        document.tags.append(&mut cleaned.tags);
        document.byline = cleaned.byline.or(document.byline.take());
        document.editor = cleaned.editor;
        document.site = document.site.take().or(cleaned.site);
        if document.published_at.is_none() {
            document.published_at = cleaned.published.and_then(|line| dates::timestamp(&line, &self.zone));
        }
        self.markers.judge(document, &mut cleaned.lines);
        document.text = cleaned.lines.join("\n");
        cleaned.pasted
    }

    fn first_time(&self, times: &[String]) -> Option<Timestamp> {
        times.iter().find_map(|time| dates::timestamp(time, &self.zone))
    }

    fn event_date(&self, document: &Document, problems: &mut Vec<Problem>) -> Option<Date> {
        let published = document.published_at.map(|time| time.to_zoned(self.zone.clone()).date());
        dates::event_date(&document.text, published, problems)
            .or_else(|| dates::event_date(document.title.as_deref()?, published, problems))
    }
}

/// A day of grace for clocks and zones.
fn latest_believable(first_seen: Timestamp) -> Timestamp {
    first_seen.checked_add(jiff::SignedDuration::from_hours(24)).unwrap_or(first_seen)
}

fn title(raw: &str, format: BodyFormat) -> String {
    let raw = mojibake::undo(raw);
    if format == BodyFormat::Text { html::written(&raw) } else { html::inline(&raw) }
}

/// Repairs what the source's own bytes did not show: lost bytes, and character references for single bytes.
fn repaired(text: String, problems: &mut Vec<Problem>) -> String {
    match mojibake::repair(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(better) => {
            let problem = Problem::new("mojibake", "characters that an earlier program had damaged were restored");
            if !problems.contains(&problem) {
                problems.push(problem);
            }
            better
        }
    }
}

/// Takes the title off the top of the text, together with the crumbs above it.
fn drop_repeated_title(title: &str, text: &mut String) {
    const CRUMB: usize = 60;
    let key = letters(title);
    let mut end = 0;
    for line in text.lines().take(3) {
        end += line.len() + 1;
        if letters(line) == key {
            *text = text.get(end..).unwrap_or_default().to_owned();
            return;
        }
        if line.len() > CRUMB {
            return;
        }
    }
}

/// The web addresses that stand in a plain text.
fn plain_links(text: &str) -> Vec<String> {
    let mut links = Vec::new();
    for at in memchr::memmem::find_iter(text.as_bytes(), "://").take(MAX_LINKS) {
        let scheme = if text[..at].ends_with("https") {
            5
        } else if text[..at].ends_with("http") {
            4
        } else {
            continue;
        };
        let link = &text[at - scheme..];
        let end = link
            .find(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | '“' | '”' | '|'))
            .unwrap_or(link.len());
        let link = link[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', ')', ']', '*', '…']);
        links.extend(url::canonical_url(link).filter(|link| !links.contains(link)));
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_not_said_twice() {
        let mut text = "Beranda\nAir Naik Lagi!\nSejak pagi air naik.".to_owned();
        drop_repeated_title("Air naik lagi", &mut text);
        assert_eq!(text, "Sejak pagi air naik.");
        drop_repeated_title("Sejak pagi air naik", &mut text);
        assert_eq!(text, "");
    }

    #[test]
    fn links_in_plain_text() {
        let text = "lihat https://a.example/x?utm_id=1, (http://b.example) dan https://a.example/x. ftp://c.example";
        assert_eq!(plain_links(text), ["https://a.example/x", "http://b.example/"]);
    }
}
