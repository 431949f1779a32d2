//! One sitemap document: a list of pages or of further maps, as XML or as plain lines, packed or not.
//!
//! The reader is a streaming one without a tree and without DTDs. A fault ends the document, but never costs what stood
//! before it.

use crate::{dates, html};
use flate2::read::MultiGzDecoder;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::borrow::Cow;
use std::io::Read;

/// What the protocol allows in one document.
const ENTRIES_MAX: usize = 50_000;
/// Decoded bytes that are read: the protocol allows 50 MiB, real maps of 50,000 addresses have 5 to 15.
pub(super) const BYTES_MAX: usize = 20 << 20;
const FIELD_LENGTH_MAX: usize = 8 << 10;
const DEPTH_MAX: usize = 32;

/// One document.
#[derive(Debug, Default)]
pub(super) struct Map {
    /// Pages, in the order of the document.
    pub(super) entries: Vec<Entry>,
    /// Further maps.
    pub(super) children: Vec<Child>,
    /// Why it was not read to its end.
    pub(super) fault: Option<String>,
}

/// One page.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Entry {
    pub(super) loc: String,
    pub(super) lastmod: Option<Timestamp>,
    pub(super) title: Option<String>,
    pub(super) published_at: Option<Timestamp>,
    pub(super) keywords: Vec<String>,
}

/// One further map.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Child {
    pub(super) loc: String,
    pub(super) lastmod: Option<Timestamp>,
}

/// Reads a document; `None` for what is no sitemap at all.
pub(super) fn read(body: &[u8], zone: &TimeZone) -> Option<Map> {
    let (body, mut fault) = unpacked(body);
    let text = html::decode(&body, None);
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}');
    let mut map = if text.starts_with('<') { xml(text, zone)? } else { lines(text)? };
    map.fault = fault.take().or(map.fault);
    Some(map)
}

/// The document without its packing, as far as the limit goes.
fn unpacked(body: &[u8]) -> (Cow<'_, [u8]>, Option<String>) {
    let too_large = || Some(format!("only its first {} MiB were read", BYTES_MAX >> 20));
    if !body.starts_with(&[0x1f, 0x8b]) {
        return match body.len() > BYTES_MAX {
            true => (body[..BYTES_MAX].into(), too_large()),
            false => (body.into(), None),
        };
    }
    let mut out = Vec::new();
    let read = MultiGzDecoder::new(body).take(BYTES_MAX as u64 + 1).read_to_end(&mut out);
    let fault = match read {
        Ok(_) if out.len() > BYTES_MAX => too_large(),
        Ok(_) => None,
        Err(_) => Some("its packing is damaged; only what stands before the damage was read".to_owned()),
    };
    out.truncate(BYTES_MAX);
    (out.into(), fault)
}

/// One address a line.
fn lines(text: &str) -> Option<Map> {
    let mut map = Map::default();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !line.starts_with("http://") && !line.starts_with("https://") {
            // A text that begins with something else is no map; a strange line in one is a fault of it.
            if map.entries.is_empty() {
                return None;
            }
            map.fault = Some("a line of it is no address".to_owned());
            continue;
        }
        if map.entries.len() == ENTRIES_MAX {
            map.fault = Some(format!("only its first {ENTRIES_MAX} addresses were read"));
            break;
        }
        map.entries.push(Entry { loc: line.to_owned(), ..Entry::default() });
    }
    (!map.entries.is_empty()).then_some(map)
}

fn xml(text: &str, zone: &TimeZone) -> Option<Map> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    // `&` between query parameters is the commonest fault of handmade maps.
    config.allow_dangling_amp = true;
    let mut draft = Draft { zone, map: Map::default(), open: Vec::new(), entry: Entry::default(), text: String::new() };
    let mut is_map = false;
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                let name = tag.local_name().as_ref().to_ascii_lowercase();
                if !is_map {
                    // Whatever else begins here (a feed, a web page) is none.
                    if !matches!(name.as_str(), "urlset" | "sitemapindex") {
                        return None;
                    }
                    is_map = true;
                }
                draft.open(name);
            }
            Ok(Event::End(tag)) => draft.close(&tag.local_name().as_ref().to_ascii_lowercase()),
            Ok(Event::Empty(tag)) if !is_map => {
                let name = tag.local_name().as_ref().to_ascii_lowercase();
                return matches!(name.as_str(), "urlset" | "sitemapindex").then_some(draft.map);
            }
            Ok(Event::Text(text)) => draft.text(&text),
            Ok(Event::CData(text)) => draft.text(&text),
            Ok(Event::GeneralRef(reference)) => match reference.resolve_char_ref() {
                Ok(Some(character)) => draft.text(character.encode_utf8(&mut [0; 4])),
                _ => draft.text(&html_escape::decode_html_entities(&format!("&{};", &*reference))),
            },
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => {
                draft.map.fault = Some(format!("it is damaged behind entry {}: {error}", draft.count()));
                break;
            }
        }
        if draft.count() == ENTRIES_MAX {
            draft.map.fault = Some(format!("only its first {ENTRIES_MAX} addresses were read"));
            break;
        }
    }
    if draft.open.len() > 1 && draft.map.fault.is_none() {
        draft.map.fault = Some(format!("it ends in the middle of entry {}", draft.count() + 1));
    }
    is_map.then_some(draft.map)
}

/// A document while it is read.
struct Draft<'z> {
    zone: &'z TimeZone,
    map: Map,
    open: Vec<String>,
    entry: Entry,
    text: String,
}

impl Draft<'_> {
    fn count(&self) -> usize {
        self.map.entries.len() + self.map.children.len()
    }

    fn open(&mut self, name: String) {
        if matches!(name.as_str(), "url" | "sitemap") {
            self.entry = Entry::default();
        }
        self.text.clear();
        if self.open.len() < DEPTH_MAX {
            self.open.push(name);
        }
    }

    fn text(&mut self, text: &str) {
        if self.text.len() + text.len() <= FIELD_LENGTH_MAX {
            self.text.push_str(text);
        }
    }

    fn close(&mut self, name: &str) {
        let Some(at) = self.open.iter().rposition(|open| open == name) else { return };
        self.open.truncate(at);
        let parent = self.open.last().map(String::as_str).unwrap_or_default();
        let text = std::mem::take(&mut self.text);
        let text = text.trim();
        // Images and videos have addresses and titles too; only those of the page itself and of its news count.
        match (parent, name) {
            ("url" | "sitemap", "loc") => text.clone_into(&mut self.entry.loc),
            ("url" | "sitemap", "lastmod") => self.entry.lastmod = dates::parse(text, self.zone),
            ("news", "title") => self.entry.title = Some(text.to_owned()).filter(|title| !title.is_empty()),
            ("news", "publication_date") => self.entry.published_at = dates::parse(text, self.zone),
            ("news", "keywords") => {
                let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
                self.entry.keywords = words.take(20).map(str::to_owned).collect();
            }
            ("urlset", "url") => {
                let entry = std::mem::take(&mut self.entry);
                if entry.loc.is_empty() {
                    self.map.fault.get_or_insert_with(|| "an entry of it has no address".to_owned());
                } else {
                    self.map.entries.push(entry);
                }
            }
            ("sitemapindex", "sitemap") => {
                let Entry { loc, lastmod, .. } = std::mem::take(&mut self.entry);
                if !loc.is_empty() {
                    self.map.children.push(Child { loc, lastmod });
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn map(text: &str) -> Map {
        read(text.as_bytes(), &TimeZone::get("Asia/Makassar").unwrap()).unwrap()
    }

    const NEWS: &str = "<?xml version='1.0' encoding='UTF-8'?><!-- peta --><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>\
        <url><loc> https://kabar.example/a?x=1&amp;y=2&z=3 </loc><lastmod>2026-11-21T08:00+08:00</lastmod>\
        <image:image><image:loc>https://kabar.example/a.jpg</image:loc><image:title>Foto</image:title></image:image>\
        <news:news><news:publication><news:name>Kabar</news:name><news:language>id</news:language></news:publication>\
        <news:publication_date>2026-11-21T07:30:00+08:00</news:publication_date><news:title><![CDATA[Air & lumpur]]></news:title>\
        <news:keywords>banjir, air</news:keywords></news:news></url>\
        <url><loc>https://kabar.example/b</loc></url></urlset>";

    #[test]
    fn reads_pages_with_their_news() {
        let map = map(NEWS);
        assert_eq!((map.entries.len(), map.fault.as_deref()), (2, None));
        let entry = &map.entries[0];
        assert_eq!(entry.loc, "https://kabar.example/a?x=1&y=2&z=3");
        assert_eq!(entry.title.as_deref(), Some("Air & lumpur"));
        assert_eq!(entry.published_at.unwrap().to_string(), "2026-11-20T23:30:00Z");
        assert_eq!(entry.lastmod.unwrap().to_string(), "2026-11-21T00:00:00Z");
        assert_eq!(entry.keywords, ["banjir", "air"]);
    }

    #[test]
    fn what_stands_before_a_fault_survives() {
        for broken in
            [&NEWS[..NEWS.len() - 20], &NEWS.replace("<url><loc>https://kabar.example/b", "<url <loc>b</loc>")]
        {
            let map = map(broken);
            assert_eq!(map.entries[0].keywords.len(), 2, "{broken}");
            assert!(map.fault.is_some(), "{broken}");
        }
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
        packed.write_all(NEWS.as_bytes()).unwrap();
        let packed = packed.finish().unwrap();
        assert_eq!(read(&packed, &TimeZone::UTC).unwrap().entries.len(), 2);
        let half = read(&packed[..packed.len() - 40], &TimeZone::UTC).unwrap();
        assert_eq!((half.entries.len(), half.fault.unwrap().contains("damaged")), (1, true));
    }

    #[test]
    fn reads_indexes_and_lines() {
        let index = map(
            "<sitemapindex><sitemap><loc>https://k.example/1.xml</loc><lastmod>2026-11-21</lastmod></sitemap><sitemap/></sitemapindex>",
        );
        assert_eq!((index.children.len(), index.children[0].loc.as_str()), (1, "https://k.example/1.xml"));
        assert_eq!(map("\u{feff}https://k.example/a\nhttps://k.example/b\r\n").entries.len(), 2);
        assert!(map("<urlset/>").entries.is_empty(), "an empty map is a map");
        for other in ["<html><body>x</body></html>", "<rss></rss>", "halo", "", "{}"] {
            assert!(read(other.as_bytes(), &TimeZone::UTC).is_none(), "{other}");
        }
    }

    #[test]
    fn bombs_end_at_the_limit() {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(b"<urlset><url><loc>https://k.example/a</loc></url>").unwrap();
        for _ in 0..1024 {
            packed.write_all(&[b' '; 1 << 16]).unwrap();
        }
        let map = read(&packed.finish().unwrap(), &TimeZone::UTC).unwrap();
        assert_eq!((map.entries.len(), map.fault.unwrap().contains("MiB")), (1, true));
        let entity = "<!DOCTYPE urlset [<!ENTITY a \"xxxxxxxx\"><!ENTITY b SYSTEM \"file:///etc/passwd\">]><urlset><url><loc>https://k.example/&a;&b;</loc></url></urlset>";
        assert_eq!(read(entity.as_bytes(), &TimeZone::UTC).unwrap().entries[0].loc, "https://k.example/&a;&b;");
        let deep = format!("<urlset>{}<url><loc>https://k.example/</loc></url>", "<x>".repeat(100_000));
        assert!(read(deep.as_bytes(), &TimeZone::UTC).is_some());
    }
}
