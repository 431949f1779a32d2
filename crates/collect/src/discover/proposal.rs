//! The `[[collect]]` table that is proposed.

use super::Search;
use super::trial::host_name;
use url::Url;

/// One line of a table.
pub(super) struct Line(String);

impl Line {
    /// A value that is text.
    pub(super) fn text(key: &str, value: &str) -> Self {
        Self(format!("{key} = {}", quoted(value)))
    }

    /// A value that is TOML already.
    pub(super) fn plain(key: &str, value: &str) -> Self {
        Self(format!("{key} = {value}"))
    }
}

pub(super) fn quoted(value: &str) -> String {
    toml::Value::String(value.to_owned()).to_string()
}

/// The table of one way; `url` says where it leads.
pub(super) fn table(search: &Search<'_>, kind: &str, url: &str, lines: &[Line]) -> String {
    let host = host_name(url);
    let title = search.found.title.as_deref().unwrap_or_default();
    // "Kabar Benua - Berita Terkini Hari Ini" is called Kabar Benua.
    let name = [" - ", " – ", " — ", " | ", " :: ", ": "]
        .iter()
        .fold(title, |name, mark| name.split(mark).next().unwrap_or(name));
    let name = name.trim();
    let name = if name.is_empty() || name.chars().count() > 60 { host.as_str() } else { name };
    let official = host.ends_with(".go.id") || host.contains(".go.id:");
    let mut out = format!("[[collect]]\nkind = {}\nname = {}\n", quoted(kind), quoted(name));
    for Line(line) in lines {
        out.push_str(line);
        out.push('\n');
    }
    let voice = match kind {
        "feed" | "wordpress" | "sitemap" | "page" => Some(if official { "official" } else { "news" }),
        _ => None,
    };
    if let Some(voice) = voice {
        out.push_str(&format!("source_kind = {}\n", quoted(voice)));
    }
    let hop = Url::parse(url).ok().and_then(|url| {
        let port = url.port_or_known_default()?;
        format!("{}:{port}", url.host_str()?).parse::<net::HostPort>().ok()
    });
    if let Some(hop) = hop.filter(|hop| search.allow_private.contains(hop)) {
        out.push_str(&format!("allow_private = [{}]\n", quoted(&hop.to_string())));
    }
    out
}
