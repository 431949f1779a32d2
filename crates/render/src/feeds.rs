//! RSS 2.0 and JSON Feed: the issues of a brief, for readers and for other offices' programs.
//!
//! An entry is an issue and keeps its id from day to day. Its sentences carry the addresses of their sources; a
//! citizen's post has none.

use crate::clean::visible;
use crate::message::source;
use crate::{Error, Output, words};
use jiff::{Timestamp, tz::TimeZone};
use model::{Brief, IssueCard, Kind, Statement, Tone};
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt::Write as _;

pub(crate) const RSS: Output = Output {
    kind: Kind {
        name: "rss",
        summary: "writes the issues as an RSS 2.0 feed",
        example: r#"formats = ["rss"]"#,
        build: rss,
    },
    suffix: "-isu.rss.xml",
    media_type: "application/rss+xml",
};

pub(crate) const JSON: Output = Output {
    kind: Kind {
        name: "jsonfeed",
        summary: "writes the issues as a JSON Feed (version 1.1) with their figures",
        example: r#"formats = ["jsonfeed"]"#,
        build: json,
    },
    suffix: "-isu.feed.json",
    media_type: "application/feed+json",
};

/// Longer texts belong into the brief.
const TITLE: usize = 200;
const SENTENCE: usize = 600;

/// One issue, as both feeds tell it.
struct Entry<'a> {
    issue: &'a IssueCard,
    id: String,
    title: String,
    facts: String,
    sentences: Vec<(String, Vec<(String, String)>)>,
}

impl Entry<'_> {
    /// The first address that its sentences rest on.
    fn link(&self) -> Option<&str> {
        self.sentences.iter().flat_map(|(_, sources)| sources).map(|(_, address)| address.as_str()).next()
    }
}

/// Urgent issues first, then the main ones, each once.
fn entries(brief: &Brief) -> Vec<Entry<'_>> {
    let mut seen = BTreeSet::new();
    let issues = brief.alerts.iter().chain(&brief.top_issues).filter(|issue| seen.insert(issue.id.clone()));
    issues.map(|issue| entry(issue, brief)).collect()
}

fn entry<'a>(issue: &'a IssueCard, brief: &Brief) -> Entry<'a> {
    Entry {
        issue,
        id: format!("urn:pesut:isu:{}", visible(issue.id.as_str())),
        title: format!("{} – {}", words::level(issue.risk), words::cut(&visible(&issue.title), TITLE)),
        facts: facts(issue),
        sentences: issue.summary.iter().map(|line| sentence(line, brief)).collect(),
    }
}

/// "17 item, naik 4,2× dari biasa; nada (n = 13): …; asal: …".
fn facts(issue: &IssueCard) -> String {
    let movement = words::cut(&visible(&issue.movement), SENTENCE);
    let count = [format!("{} item", words::number(issue.count)), movement];
    let count: Vec<_> = count.into_iter().filter(|part| !part.is_empty()).collect();
    let tone = |tone: Tone| format!("{} {}", words::tone(tone), words::number(issue.tone.get(tone)));
    let tones = match issue.tone.n() {
        0 => "nada: data belum ada".to_owned(),
        n => format!("nada (n = {}): {}", words::number(n), Tone::ALL.map(tone).join(", ")),
    };
    format!("{}; {tones}; asal: {}.", count.join(", "), words::coverage(&issue.coverage).replace('\u{a0}', " "))
}

fn sentence(line: &Statement, brief: &Brief) -> (String, Vec<(String, String)>) {
    let cited = line.refs.iter().filter_map(|number| brief.references.iter().find(|it| it.number == *number));
    (words::cut(&visible(&line.text), SENTENCE), cited.filter_map(source).collect())
}

/// The feed as RSS 2.0. A description is HTML inside XML, so what is text there is escaped twice.
pub fn rss(brief: &Brief) -> Result<Vec<u8>, Error> {
    let header = &brief.header;
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\">\n<channel>\n");
    let mut element = |name: &str, text: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "<{name}>{}</{name}>", escaped(text));
    };
    element("title", &words::cut(&title(brief), TITLE));
    element("link", &home(brief));
    element("description", &words::cut(&about(brief), SENTENCE));
    element("language", "id");
    element("pubDate", &rfc_822(header.window.to));
    element("lastBuildDate", &rfc_822(header.window.to));
    element("generator", "Pesut");
    for entry in entries(brief) {
        let _ = writeln!(out, "<item>\n<title>{}</title>", escaped(&entry.title));
        if let Some(link) = entry.link() {
            let _ = writeln!(out, "<link>{}</link>", escaped(link));
        }
        let _ = writeln!(
            out,
            "<guid isPermaLink=\"false\">{}</guid>\n<pubDate>{}</pubDate>\n<category>{}</category>",
            escaped(&entry.id),
            rfc_822(header.window.to),
            entry.issue.risk.as_str()
        );
        let _ = writeln!(out, "<description>{}</description>\n</item>", escaped(&html(&entry)));
    }
    out += "</channel>\n</rss>\n";
    Ok(out.into_bytes())
}

/// The body of an entry as HTML.
fn html(entry: &Entry<'_>) -> String {
    let mut out = format!("<p>{}</p>", escaped(&entry.facts));
    for (text, sources) in &entry.sentences {
        let links =
            sources.iter().map(|(name, address)| format!("<a href=\"{}\">{}</a>", escaped(address), escaped(name)));
        let links: Vec<_> = links.collect();
        let links = if links.is_empty() { String::new() } else { format!(" ({})", links.join(", ")) };
        let _ = write!(out, "<p>{}{links}</p>", escaped(text));
    }
    out
}

/// Text as XML and HTML take it; visible text has no control characters, which XML could not hold at all.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// `Thu, 19 Nov 2026 22:00:00 +0000`.
fn rfc_822(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

fn title(brief: &Brief) -> String {
    let sample = if brief.header.fictional { " (data contoh, fiktif)" } else { "" };
    format!("{} – {}{sample}", visible(&brief.header.title), visible(&brief.header.office))
}

fn about(brief: &Brief) -> String {
    let header = &brief.header;
    format!(
        "Isu {}. Data {}. Status: {}.",
        visible(&header.date_words),
        visible(&header.period_words),
        visible(&header.status)
    )
}

/// The office's own page, where its letterhead names one; a feed must lead somewhere.
fn home(brief: &Brief) -> String {
    let words = brief.header.letterhead.iter().flat_map(|line| line.split_whitespace());
    let page = words.filter_map(|word| crate::paper::web_address(Some(word.trim_end_matches([',', ';', '.'])))).next();
    page.unwrap_or_else(|| format!("urn:pesut:ringkasan:{}", crate::file_stem(brief)))
}

/// JSON Feed 1.1: <https://www.jsonfeed.org/version/1.1/>.
#[derive(Serialize)]
struct Feed {
    version: &'static str,
    title: String,
    description: String,
    language: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    home_page_url: Option<String>,
    authors: Vec<Author>,
    items: Vec<Item>,
}

#[derive(Serialize)]
struct Author {
    name: String,
}

#[derive(Serialize)]
struct Item {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_url: Option<String>,
    title: String,
    content_html: String,
    content_text: String,
    date_published: String,
    tags: Vec<String>,
    /// What programs count on, under a name of ours as the format asks.
    _pesut: Figures,
}

#[derive(Serialize)]
struct Figures {
    issue: String,
    risk: &'static str,
    count: u32,
    total: u32,
    tone: model::ToneCount,
    coverage: model::CoverageCount,
    places: Vec<String>,
}

/// The feed as JSON.
pub fn json(brief: &Brief) -> Result<Vec<u8>, Error> {
    let home = home(brief);
    let feed = Feed {
        version: "https://jsonfeed.org/version/1.1",
        title: words::cut(&title(brief), TITLE),
        description: words::cut(&about(brief), SENTENCE),
        language: "id",
        home_page_url: home.starts_with("http").then_some(home),
        authors: vec![Author { name: words::cut(&visible(&brief.header.office), TITLE) }],
        items: entries(brief).into_iter().map(|entry| item(brief, &entry)).collect(),
    };
    let mut bytes = serde_json::to_vec_pretty(&feed)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn item(brief: &Brief, entry: &Entry<'_>) -> Item {
    let issue = entry.issue;
    let mut text = vec![entry.facts.clone()];
    text.extend(entry.sentences.iter().map(|(sentence, sources)| match sources.as_slice() {
        [] => sentence.clone(),
        sources => {
            let addresses: Vec<_> = sources.iter().map(|(name, address)| format!("{name}: {address}")).collect();
            format!("{sentence} ({})", addresses.join("; "))
        }
    }));
    let mut tags = vec![issue.risk.as_str().to_owned()];
    tags.extend(issue.topic.iter().map(|topic| visible(topic.as_str())));
    Item {
        id: entry.id.clone(),
        external_url: entry.link().map(str::to_owned),
        title: entry.title.clone(),
        content_html: html(entry),
        content_text: text.join("\n"),
        date_published: brief.header.window.to.to_string(),
        tags,
        _pesut: Figures {
            issue: visible(issue.id.as_str()),
            risk: issue.risk.as_str(),
            count: issue.count,
            total: issue.total,
            tone: issue.tone,
            coverage: issue.coverage,
            places: issue.places.iter().map(|place| visible(place)).collect(),
        },
    }
}
