//! Feeds as data, many to a file: `tests/cases/feeds`. `UPDATE=1` rewrites the expected side of the whole feeds;
//! the tables of dates, people and text hold both sides, written by hand.
//!
//! The shapes come from the specifications of the formats and from what public feeds are known to get wrong; hosts,
//! people and events are invented.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use serde_json::{Map, Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// The address that every feed here is said to come from.
const ADDRESS: &str = "https://media.example/umpan/rss.xml";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/feeds")
}

/// The lines of a table: number, input, expected.
fn table(name: &str) -> Vec<(usize, String, String)> {
    let text = fs::read_to_string(folder().join(name)).unwrap();
    let lines = text.lines().enumerate().filter(|(_, line)| !line.starts_with("# "));
    lines
        .map(|(number, line)| {
            let (input, expected) = line.split_once('\t').unwrap_or_else(|| panic!("{name}:{}: no tab", number + 1));
            (number + 1, input.to_owned(), expected.to_owned())
        })
        .collect()
}

/// Reads one field of a feed with one item for every line, and compares.
fn check(name: &str, feed: impl Fn(&str) -> String, field: &str, lines_min: usize) {
    let lines = table(name);
    assert!(lines.len() >= lines_min, "{name}: {} lines", lines.len());
    let mut wrong = Vec::new();
    for (number, input, expected) in lines {
        let entries = collect::parse_feed(feed(&input).as_bytes(), Some(ADDRESS)).unwrap();
        let entries = json!(entries);
        let got = entries[0][field].as_str().unwrap_or("-").replace('\n', "\\n");
        if entries.as_array().unwrap().len() != 1 || got != expected {
            wrong.push(format!("{name}:{number}: {input:?} is {got:?}, not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{:#?}", wrong);
}

#[test]
fn dates() {
    let item =
        |date: &str| format!("<rss><channel><item><title>x</title><pubDate>{date}</pubDate></item></channel></rss>");
    check("dates.tsv", item, "published_at", 140);
    // The same in Atom, in JSON, and with white space around.
    let entry = |date: &str| format!("<feed><entry><title>x</title><published>\n  {date}\t</published></entry></feed>");
    check("dates.tsv", entry, "published_at", 140);
    let json = |date: &str| {
        json!({"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "x", "date_published": date}]})
            .to_string()
    };
    check("dates.tsv", json, "published_at", 140);
}

/// Each date with each of its characters replaced or left out: never a panic, and never a moment out of bounds.
#[test]
fn broken_dates_break_nothing() {
    let mut read = 0;
    for (_, date, _) in table("dates.tsv") {
        let mut items = String::from("<rss>");
        for (at, c) in date.char_indices() {
            for odd in ["", "99999999", "T", "é", "년"] {
                let broken = format!("{}{odd}{}", &date[..at], &date[at + c.len_utf8()..]);
                items.push_str(&format!("<item><title>x</title><pubDate><![CDATA[{broken}]]></pubDate></item>"));
            }
        }
        let entries = collect::parse_feed(items.as_bytes(), None).unwrap();
        for moment in entries.iter().filter_map(|entry| entry.published_at) {
            let year = moment.to_zoned(jiff::tz::TimeZone::UTC).year();
            assert!((1902..2100).contains(&year), "{moment}");
        }
        read += entries.len();
    }
    assert!(read > 10_000, "{read}");
}

#[test]
fn people() {
    let item =
        |author: &str| format!("<rss><channel><item><title>x</title><author>{author}</author></item></channel></rss>");
    check("people.tsv", item, "author", 20);
}

#[test]
fn entities_and_stray_signs() {
    // The end tag behind the title shows that nothing of it was swallowed.
    let item = |title: &str| {
        let declared = "<!DOCTYPE rss [<!ENTITY kota \"Loa Lestari\"><!ENTITY dua \"&kota;\"><!ENTITY berkas SYSTEM \"file:///etc/hostname\"><!ENTITY % p \"x\"><!ENTITY tanda \"&#8212;\">]>";
        format!(
            "<?xml version=\"1.0\"?>{declared}<rss><channel><item><title>{title}</title><link>https://media.example/1</link></item></channel></rss>"
        )
    };
    check("entities.tsv", item, "title", 60);
    let cdata = |title: &str| format!("<feed><entry><title><![CDATA[{title}]]></title></entry></feed>");
    let untouched = collect::parse_feed(cdata("R&amp;D &eacute; <b>x</b> 1 < 2").as_bytes(), None).unwrap();
    assert_eq!(untouched[0].title.as_deref(), Some("R&amp;D &eacute; <b>x</b> 1 < 2"), "CDATA is as it stands");
}

/// Every name that HTML gives to a character is known without a DTD.
#[test]
fn every_named_character() {
    let text = fs::read_to_string(folder().join("named-characters.txt")).unwrap();
    let names: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace).collect();
    assert!(names.len() >= 252, "{}", names.len());
    for pair in names {
        let (name, code) = pair.split_once('=').unwrap();
        let wanted = char::from_u32(code.parse().unwrap()).unwrap();
        let feed =
            format!("<rss><item><title>a&{name};b</title><description>&{name};&amp;{name};</description></item></rss>");
        let entries = collect::parse_feed(feed.as_bytes(), None).unwrap();
        assert_eq!(entries[0].title, Some(format!("a{wanted}b")), "{name}");
        let summary = format!("{wanted}&{name};");
        assert_eq!(entries[0].summary.as_deref(), Some(summary.trim()), "{name}");
    }
}

/// What is in an entry, without what is absent.
fn view(entries: &[collect::FeedEntry]) -> Value {
    let entries = entries.iter().map(|entry| {
        let fields: Map<String, Value> = json!(entry)
            .as_object()
            .unwrap()
            .iter()
            .filter(|(_, value)| !value.is_null() && **value != json!([]))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        Value::Object(fields)
    });
    entries.collect()
}

fn read(bytes: &[u8], address: Option<&str>) -> Value {
    match collect::parse_feed(bytes, address) {
        Ok(entries) => view(&entries),
        Err(error) => json!(error.to_string()),
    }
}

/// Compares what was read with the file beside the input, or rewrites it.
fn settle(path: &Path, got: &Map<String, Value>) -> Vec<String> {
    let text = format!("{:#}\n", json!(got));
    if std::env::var_os("UPDATE").is_some() {
        fs::write(path, &text).unwrap();
    }
    let expected: Value = serde_json::from_slice(&fs::read(path).unwrap_or_default()).unwrap_or_default();
    let differs = |name: &&String| expected.get(name.as_str()) != got.get(*name);
    let mut wrong: Vec<String> = got
        .keys()
        .filter(differs)
        .map(|name| format!("{} {name}: {:#}, not {:#}", path.display(), got[name], expected[name]))
        .collect();
    let missing = expected.as_object().into_iter().flat_map(Map::keys).filter(|name| !got.contains_key(*name));
    wrong.extend(missing.map(|name| format!("{} {name}: is expected and was not read", path.display())));
    wrong
}

/// Whole feeds: in each file many, one behind a line "=== name", with the address none where the name ends in "!".
#[test]
fn whole_feeds() {
    let (mut wrong, mut cases) = (Vec::new(), 0);
    let mut paths: Vec<_> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "feeds")) {
        let text = fs::read_to_string(path).unwrap();
        let mut got = Map::new();
        for case in text.split("\n=== ").skip(1) {
            let (name, feed) = case.split_once('\n').unwrap();
            let address = Some(ADDRESS).filter(|_| !name.ends_with('!'));
            assert!(got.insert(name.to_owned(), read(feed.as_bytes(), address)).is_none(), "{name} twice");
            cases += 1;
        }
        wrong.extend(settle(&path.with_extension("expected.json"), &got));
    }
    eprintln!("{cases} feeds");
    assert!(cases >= 150, "{cases}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// One feed in many encodings, declared rightly, wrongly and not at all.
#[test]
fn encodings() {
    let mut paths: Vec<_> =
        fs::read_dir(folder().join("encodings")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let feeds = paths.iter().filter(|path| path.extension().is_none_or(|ending| ending != "json"));
    let got: Map<String, Value> = feeds
        .map(|path| {
            (path.file_name().unwrap().to_string_lossy().into_owned(), read(&fs::read(path).unwrap(), Some(ADDRESS)))
        })
        .collect();
    assert!(got.len() >= 90, "{}", got.len());
    let wrong = settle(&folder().join("encodings/expected.json"), &got);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_more_than_two_thousand() {
    let items: String = (0..2_500).map(|number| format!("<item><title>{number}</title></item>")).collect();
    assert_eq!(collect::parse_feed(format!("<rss>{items}</rss>").as_bytes(), None).unwrap().len(), 2_000);
    let items: Vec<Value> = (0..2_500).map(|number| json!({"id": number})).collect();
    let feed = json!({"version": "https://jsonfeed.org/version/1.1", "items": items}).to_string();
    assert_eq!(collect::parse_feed(feed.as_bytes(), None).unwrap().len(), 2_000);
}
