//! Public feed test sets, bombs and every other odd file, where the shared data is at hand.
//!
//! The sets come with what their own readers make of their feeds; here that is what is wanted, field by field. Where a set
//! keeps a feed as another type would (base64 left as it is, a date of an edit as publication), it is listed with the reason.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

fn corpora() -> Option<PathBuf> {
    let shared = std::env::var_os("PESUT_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let folder = shared.join("data/corpora");
    if !folder.is_dir() {
        eprintln!("skipped: no shared data");
        return None;
    }
    Some(folder)
}

/// Every file below a folder with one of these endings, in order.
fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, endings));
        } else if endings.iter().any(|ending| path.to_string_lossy().ends_with(ending)) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// One set's reading of its own feeds, field by field.
#[derive(Default)]
struct Agreement {
    files: usize,
    entries: usize,
    fields: usize,
    agreed: usize,
    wrong: Vec<(String, String)>,
}

impl Agreement {
    /// Compares one file with what its set says that it holds: for each entry the fields named, and the value wanted.
    fn check(&mut self, name: &str, bytes: &[u8], wanted: &[Vec<(&'static str, Value)>]) {
        self.files += 1;
        let differences = self.differences(bytes, wanted);
        if differences.is_empty() {
            self.agreed += 1;
        }
        self.wrong.extend(differences.into_iter().map(|difference| (name.to_owned(), difference)));
    }

    fn differences(&mut self, bytes: &[u8], wanted: &[Vec<(&'static str, Value)>]) -> Vec<String> {
        let entries = match collect::parse_feed(bytes, None) {
            Ok(entries) => entries,
            Err(_) if wanted.is_empty() => Vec::new(),
            Err(error) => return vec![error.to_string()],
        };
        if entries.len() != wanted.len() {
            return vec![format!("{} entries, not {}", entries.len(), wanted.len())];
        }
        self.entries += entries.len();
        let mut differences = Vec::new();
        for (index, (entry, fields)) in entries.iter().zip(wanted).enumerate() {
            let got = serde_json::to_value(entry).unwrap();
            for (field, value) in fields {
                let Some(value) = comparable(field, value) else { continue };
                self.fields += 1;
                let had = comparable(field, &got[*field]);
                // Our entries name a person without the mail address, theirs as written.
                let named =
                    *field == "author" && value.contains('@') && had.as_ref().is_some_and(|had| value.contains(had));
                if had.as_ref() != Some(&value) && !named {
                    differences.push(format!("entry {index}: {field} is {}, not {value:?}", got[*field]));
                }
            }
        }
        differences
    }

    /// Prints the set's line, and what differs beyond the files of `judged`, which must all still differ.
    fn settle(self, name: &str, judged: &[(&str, &str)]) -> f64 {
        let known = |file: &str| judged.iter().any(|(judged, _)| file.ends_with(judged));
        let files: BTreeSet<&str> = self.wrong.iter().map(|(file, _)| file.as_str()).collect();
        let unknown: Vec<_> = self.wrong.iter().filter(|(file, _)| !known(file)).collect();
        let judged_wrong = files.iter().filter(|file| known(file)).count();
        let share = self.agreed as f64 / (self.files - judged_wrong) as f64;
        eprintln!(
            "{name:<24}{:>6} files{:>7} entries{:>8} fields{:>6} agree{:>9.2} %{:>4} judged wrong{:>4} differ",
            self.files,
            self.entries,
            self.fields,
            self.agreed,
            share * 100.0,
            files.iter().filter(|file| known(file)).count(),
            files.iter().filter(|file| !known(file)).count(),
        );
        for (file, difference) in unknown.iter().take(400) {
            eprintln!("    {file}: {}", difference.chars().take(400).collect::<String>());
        }
        for (file, reason) in judged {
            assert!(
                files.iter().any(|wrong| wrong.ends_with(file)),
                "{file} agrees now; take it off the list ({reason})"
            );
        }
        share
    }
}

/// A value as it is compared: times as moments, text without regard to white space; `None` for what is not stated.
fn comparable(field: &str, value: &Value) -> Option<String> {
    let text = value.as_str()?.split_whitespace().collect::<Vec<_>>().join(" ");
    match field {
        _ if text.is_empty() => None,
        // One address, with or without the slash of an empty path and capitals in its host.
        "url" => Some(url::Url::parse(&text).map_or(text, String::from)),
        // The sets keep whole seconds.
        "published_at" | "updated_at" => Some(text.parse::<Timestamp>().ok()?.as_second().to_string()),
        _ => Some(text),
    }
}

type Wanted = Vec<Vec<(&'static str, Value)>>;

fn array(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// gofeed keeps beside each feed what its universal reader, or the one of a format, makes of it.
fn gofeed(path: &Path) -> Option<Wanted> {
    let beside = path.with_extension("json");
    let beside = if beside == path {
        path.with_file_name(format!("{}_expected.json", path.file_stem()?.to_str()?))
    } else {
        beside
    };
    let expected: Value = serde_json::from_slice(&std::fs::read(beside).ok()?).unwrap();
    let folder = path.to_string_lossy().into_owned();
    let items = if folder.contains("parser/atom") { array(&expected["entries"]) } else { array(&expected["items"]) };
    let wanted = items.iter().map(|item| {
        if folder.contains("parser/atom") {
            let alternate =
                array(&item["links"]).iter().find(|link| link["rel"].as_str().is_none_or(|rel| rel == "alternate"));
            let author = &item["authors"][0];
            vec![
                ("id", item["id"].clone()),
                ("title", item["title"].clone()),
                ("url", alternate.map_or(Value::Null, |link| link["href"].clone())),
                ("author", author.get("name").or(author.get("email")).cloned().unwrap_or_default()),
                ("summary", item["summary"].clone()),
                ("content", item["content"]["value"].clone()),
                ("published_at", item["publishedParsed"].clone()),
                ("updated_at", item["updatedParsed"].clone()),
            ]
        } else if folder.contains("parser/rss") {
            vec![
                ("id", item["guid"]["value"].clone()),
                ("title", item["title"].clone()),
                ("url", item["link"].clone()),
                ("author", item["author"].clone()),
                ("summary", item["description"].clone()),
                ("content", item["content"].clone()),
                ("published_at", item["pubDateParsed"].clone()),
            ]
        } else if folder.contains("parser/json") {
            vec![
                ("id", item["id"].clone()),
                ("title", item["title"].clone()),
                ("url", item["url"].clone()),
                ("summary", item["summary"].clone()),
                ("content", item.get("content_html").or(item.get("content_text")).cloned().unwrap_or_default()),
                ("published_at", item["date_published"].clone()),
                ("updated_at", item["date_modified"].clone()),
            ]
        } else {
            let author = &item["author"];
            vec![
                ("id", item["guid"].clone()),
                ("title", item["title"].clone()),
                ("url", item["link"].clone()),
                ("author", author.get("name").or(author.get("email")).cloned().unwrap_or_default()),
                ("summary", item["description"].clone()),
                ("content", item["content"].clone()),
                ("published_at", item["publishedParsed"].clone()),
                ("updated_at", item["updatedParsed"].clone()),
            ]
        }
    });
    Some(wanted.collect())
}

/// feed-rs keeps its whole model; ids that it made up itself are left out, and so is a date of publication called an edit.
fn feed_rs(path: &Path, source: &str) -> Option<Wanted> {
    let expected: Value = serde_json::from_slice(&std::fs::read(path.with_extension("serde.json")).ok()?).unwrap();
    let wanted = array(&expected["entries"]).iter().map(|entry| {
        let own = |value: &Value| {
            value.as_str().filter(|value| source.contains(*value)).map(|value| json!(value)).unwrap_or_default()
        };
        let author = &entry["authors"][0];
        let email = ["author", "dcterms:creator"].contains(&author["name"].as_str().unwrap_or_default());
        let edited = entry["updated"] != entry["published"];
        let first =
            array(&entry["links"]).iter().find(|link| link["rel"].as_str().is_none_or(|rel| rel == "alternate"));
        vec![
            ("id", own(&entry["id"])),
            ("title", entry["title"]["content"].clone()),
            ("url", first.map_or(Value::Null, |link| link["href"].clone())),
            ("author", author[if email { "email" } else { "name" }].clone()),
            ("summary", entry["summary"]["content"].clone()),
            ("content", entry["content"]["body"].clone()),
            ("published_at", entry["published"].clone()),
            ("updated_at", if edited { entry["updated"].clone() } else { Value::Null }),
        ]
    });
    Some(wanted.collect())
}

/// miniflux keeps its expectations in code; its feeds are sound, so a strict reader says what each entry holds.
fn strict(bytes: &[u8]) -> Wanted {
    use quick_xml::events::Event;
    let declared = String::from_utf8_lossy(&bytes[..bytes.len().min(100)]).to_lowercase();
    let encoding = match () {
        _ if std::str::from_utf8(bytes).is_ok() => encoding_rs::UTF_8,
        _ if declared.contains("windows-1251") => encoding_rs::WINDOWS_1251,
        _ if declared.contains("koi8-r") => encoding_rs::KOI8_R,
        _ => encoding_rs::WINDOWS_1252,
    };
    let text = encoding.decode(bytes).0;
    let mut reader = quick_xml::Reader::from_str(&text);
    let (mut wanted, mut path, mut value) = (Wanted::new(), Vec::<String>::new(), String::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => {
                let name = tag.name().as_ref().to_owned();
                if name == "item" || name == "entry" {
                    wanted.push(Vec::new());
                }
                path.push(name);
                value.clear();
            }
            Event::Text(piece) => value.push_str(&piece),
            Event::CData(piece) => value.push_str(&piece),
            Event::GeneralRef(name) => {
                let name = name.to_string();
                let named = Some(html_escape::decode_html_entities(&format!("&{name};")).into_owned())
                    .filter(|named| !named.starts_with('&') || name == "amp");
                let code = name
                    .strip_prefix("#x")
                    .map(|hex| u32::from_str_radix(hex, 16))
                    .or_else(|| Some(name.strip_prefix('#')?.parse()));
                let number = code.and_then(|code| char::from_u32(code.ok()?)).map(String::from);
                value.push_str(&named.or(number).unwrap());
            }
            Event::End(_) => {
                let name = path.pop().unwrap();
                let inside = path.last().is_some_and(|outer| outer == "item" || outer == "entry");
                let field = match name.as_str() {
                    "title" => "title",
                    "guid" | "id" => "id",
                    "link" => "url",
                    "updated" => "updated_at",
                    "content" | "content:encoded" => "content",
                    _ => continue,
                };
                if let Some(entry) = wanted.last_mut().filter(|_| inside) {
                    entry.push((field, json!(std::mem::take(&mut value))));
                }
            }
            Event::Eof => return wanted,
            _ => {}
        }
    }
}

#[test]
fn feeds_of_other_readers_are_read() {
    let Some(corpora) = corpora() else { return };
    let (mut shares, mut sets) = (Vec::new(), [(); 3].map(|()| Agreement::default()));
    for path in files(&corpora.join("gofeed/testdata"), &[".xml", ".json"]) {
        let name = path.strip_prefix(&corpora).unwrap().to_string_lossy().into_owned();
        if let Some(wanted) = gofeed(&path).filter(|_| !name.ends_with("_expected.json")) {
            sets[0].check(&name, &std::fs::read(&path).unwrap(), &wanted);
        }
    }
    for path in files(&corpora.join("feed-rs"), &[".xml", ".json"]) {
        let bytes = std::fs::read(&path).unwrap();
        if let Some(wanted) = feed_rs(&path, &String::from_utf8_lossy(&bytes)) {
            sets[1].check(&path.file_name().unwrap().to_string_lossy(), &bytes, &wanted);
        }
    }
    for path in files(&corpora.join("miniflux"), &[".xml"]) {
        let bytes = std::fs::read(&path).unwrap();
        sets[2].check(&path.file_name().unwrap().to_string_lossy(), &bytes, &strict(&bytes));
    }
    for (set, (name, judged)) in
        sets.into_iter().zip([("gofeed", GOFEED_JUDGED), ("feed-rs", FEED_RS_JUDGED), ("miniflux", &[])])
    {
        shares.push(set.settle(name, judged));
    }
    assert!(shares.iter().all(|share| *share >= AGREEMENT_MIN), "{shares:?}");
}

/// Of the files that are not judged below; only moves up.
const AGREEMENT_MIN: f64 = 0.99;

/// Files whose expectations are not what the format says, each with the reason.
const GOFEED_JUDGED: &[(&str, &str)] = &[
    (
        "entry_id_xml_base.xml",
        "RFC 4287, 4.2.6: an id is an absolute IRI, compared character by character, never resolved",
    ),
    ("rss_channel_item_author_naked_markup.xml", "an author is a name, without the tags around it"),
    ("rss_channel_item_guid_naked_markup.xml", "a guid is a string, without the tags around it"),
    ("feed_item_updated_-_atom03_feed_entry_modified.xml", "an edit is no publication: Atom 0.3 has `issued` for that"),
];

const FEED_RS_JUDGED: &[(&str, &str)] = &[
    ("atom_relative.xml", "a relative link is resolved against the address that the feed gives as its own"),
    ("atom_example_1.xml", "RFC 4287, 3.1.1.3: the XHTML div is not part of the content"),
    ("atom_example_7.xml", "RFC 4287, 3.1.1.3: the XHTML div is not part of the content"),
    ("atom_xml_base.xml", "RFC 4287, 2: xml:base holds for the addresses in the content as well"),
    ("atom_example_3.xml", "feedburner:origLink is the entry's own address, the link a counter's"),
    ("rss_2.0_rps.xml", "feedburner:origLink is the entry's own address, the link a counter's"),
    ("jsonfeed_elastic_1.1.json", "JSON Feed 1.1: readers prefer `authors` to the deprecated `author`"),
    ("rss_1.0_example_1.xml", "a relative link is resolved against the channel's address"),
    ("rss_2.0_dbengines.xml", "an HTML entity that no DTD declares is its character, not its name"),
];

#[test]
fn bombs_are_harmless() {
    let Some(corpora) = corpora() else { return };
    for path in files(&corpora.join("bombs"), &[".rss", ".xml", ".json", ".html"]) {
        let bytes = std::fs::read(&path).unwrap();
        let outcome = collect::parse_feed(&bytes, None);
        let held = outcome
            .as_ref()
            .map_or(0, |entries| entries.iter().map(|entry| serde_json::to_string(entry).unwrap().len()).sum());
        assert!(held <= bytes.len() * 2, "{}: {held} bytes out of {}", path.display(), bytes.len());
        assert!(!format!("{outcome:?}").contains("root:"), "{} reads files", path.display());
        eprintln!("{}: {:?}", path.display(), outcome.map(|entries| entries.len()));
    }
}

/// Every file that there is, as it comes, behind a declaration that lies, inside a feed, cut off, and with bytes changed:
/// no reading fails otherwise than with an error, and nothing grows. That the time is that of the length follows from the
/// readers, which pass over a document once; `cargo run --release -p collect --example feed_speed` shows it.
#[test]
fn nothing_panics_and_nothing_grows() {
    let Some(corpora) = corpora() else { return };
    let (mut files_read, mut readings, mut state) = (0, 0, 1_u64);
    let mut random = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below.max(1)
    };
    let mut read = |bytes: &[u8]| {
        readings += 1;
        let held: usize = collect::parse_feed(bytes, Some("https://media.example/umpan/"))
            .map_or(0, |entries| entries.iter().map(|entry| serde_json::to_string(entry).unwrap().len()).sum());
        // Each relative address may become absolute, and each byte of JSON an escape.
        assert!(held <= bytes.len() * 12 + (32 << 10), "{held} bytes out of {}", bytes.len());
    };
    for path in files(&corpora, &[""]) {
        let mut bytes = Vec::new();
        std::fs::File::open(&path).unwrap().take(2 << 20).read_to_end(&mut bytes).unwrap();
        files_read += 1;
        read(&bytes);
        bytes.truncate(32 << 10);
        for label in
            ["utf-8", "utf-16", "utf-7", "hz", "iso-2022-kr", "shift_jis", "gb18030", "cp037", "cp850", "koi8-r"]
        {
            read(&[format!("<?xml version='1.0' encoding='{label}'?><rss><item><title>").as_bytes(), &bytes].concat());
        }
        for mark in [&b"\xff\xfe"[..], b"\xfe\xff", b"\0\0\xfe\xff", b"\xff\xfe\0\0", b"\x4c\x6f\xa7\x94"] {
            read(&[mark, &bytes].concat());
        }
        for (open, close) in [("<![CDATA[", "]]>"), ("", ""), ("<a href=\"", "\">")] {
            read(
                &[
                    b"<feed><entry><content type='html'>",
                    open.as_bytes(),
                    &bytes,
                    close.as_bytes(),
                    b"</content></entry></feed>",
                ]
                .concat(),
            );
        }
        read(&[b"{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[", &bytes[..]].concat());
        read(&bytes[..random(bytes.len())]);
        for _ in 0..3 {
            let mut changed = bytes.clone();
            for _ in 0..=changed.len() / 200 {
                let (at, byte) = (random(changed.len()), b"<>&\"'/![]-\0\xff\xc2 x;="[random(17)]);
                if let Some(place) = changed.get_mut(at) {
                    *place = byte;
                }
            }
            read(&changed);
        }
    }
    eprintln!("{files_read} files, {readings} readings");
    assert!(files_read >= 1_600 && readings >= 38_000);
}
