//! One brief, every output: what shows a figure shows the same figure. A figure that is changed in one output only is
//! found, in each of them.
#![allow(clippy::unwrap_used, clippy::print_stderr)] // A helper that fails should fail the test; what is skipped says so.

mod common;

use calamine::Data;
use common::{brief, csv_rows, parts, sheets, text, written};
use model::{Brief, Tone};
use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

/// The full case without its tables of a week, which stand beside those of a day in no real brief.
fn full() -> Brief {
    Brief { period: None, ..brief("penuh") }
}

/// Figures by the names of the query language.
type Figures = BTreeMap<String, u32>;

/// What the brief says.
fn wanted(brief: &Brief) -> Figures {
    let tables = &brief.numbers.tables;
    // What the tables say goes over what the list of figures says: the two must agree, and the CSV shows the list.
    let mut wanted: Figures = brief.figures.iter().map(|figure| (figure.id.clone(), figure.value)).collect();
    wanted.extend([
        ("total".to_owned(), tables.total),
        ("isu".to_owned(), brief.numbers.issues),
        ("media".to_owned(), tables.outlets),
        ("nada:n".to_owned(), tables.tone.n()),
    ]);
    wanted.extend(Tone::ALL.map(|tone| (format!("nada:{}", tone.as_str()), tables.tone.get(tone))));
    wanted.extend(brief.numbers.coverage.iter().map(|row| (format!("asal:{}", row.key), row.count)));
    wanted.extend(brief.alerts.iter().map(|issue| (format!("isu:{}", issue.id.as_str()), issue.count)));
    wanted.extend(brief.numbers.topics.iter().map(|row| (format!("topik:{}", row.key), row.count)));
    wanted
}

/// A way to read figures out of an output.
struct Reader {
    output: &'static str,
    /// `None` where what it needs is not installed or the output does not exist (yet).
    read: fn(&Brief) -> Option<Figures>,
    /// What the output must show at least: names, or beginnings that end in a colon.
    shows: &'static [&'static str],
}

const READERS: &[Reader] = &[
    Reader { output: "json", read: json, shows: &["total", "isu", "media", "nada:", "asal:", "topik:"] },
    Reader {
        output: "csv",
        read: csv,
        shows: &["total", "nada:negatif", "nada:netral", "asal:", "topik:", "isu:", "sumber:"],
    },
    Reader { output: "xlsx", read: xlsx, shows: &["nada:", "asal:", "isu:", "topik:"] },
    Reader { output: "txt", read: txt, shows: &["total", "isu", "media", "nada:"] },
    Reader { output: "telegram", read: telegram, shows: &["total", "isu", "media", "nada:", "asal:"] },
    Reader { output: "rss", read: rss, shows: &["isu:"] },
    Reader { output: "jsonfeed", read: jsonfeed, shows: &["isu:"] },
    Reader { output: "html", read: html, shows: &["total", "isu", "media", "nada:", "asal:", "topik:", "isu:"] },
    Reader { output: "pdf", read: pdf, shows: &["total", "isu", "media", "nada:n", "asal:"] },
    Reader { output: "docx", read: docx, shows: &["total"] },
    Reader { output: "nota-dinas", read: nota_dinas, shows: &["total", "media"] },
    Reader { output: "telaahan-staf", read: telaahan_staf, shows: &["isu:isu-bbm"] },
];

#[test]
fn every_output_shows_the_same_figures() {
    let brief = full();
    let wanted = wanted(&brief);
    for reader in READERS {
        let Some(found) = (reader.read)(&brief) else {
            eprintln!("skipped: {} cannot be read here", reader.output);
            continue;
        };
        assert_eq!(differences(&wanted, &found, reader), Vec::<String>::new(), "{}", reader.output);
    }
}

/// What an output shows otherwise than the brief, or not at all though it must.
fn differences(wanted: &Figures, found: &Figures, reader: &Reader) -> Vec<String> {
    // `asal:advertorial/nada:negatif` is a part of a figure, which few outputs have room for.
    let must = |name: &str| {
        reader
            .shows
            .iter()
            .any(|shown| *shown == name || shown.ends_with(':') && name.starts_with(shown) && !name.contains('/'))
    };
    let mut differences: Vec<String> = Vec::new();
    for (name, value) in wanted {
        match found.get(name) {
            Some(shown) if shown != value => differences.push(format!("{name}: {shown} instead of {value}")),
            None if must(name) => differences.push(format!("{name} is not shown")),
            _ => {}
        }
    }
    differences
}

/// The check can fail: an output of a brief with one other figure differs, whichever the output and the figure.
#[test]
fn a_changed_figure_is_found_in_each_output() {
    type Change = fn(&mut Brief);
    let changes: [(&str, Change); 5] = [
        ("total", |brief| brief.numbers.tables.total += 1),
        ("isu", |brief| brief.numbers.issues += 1),
        ("nada:negatif", |brief| brief.numbers.tables.tone.negatif += 1),
        ("asal:advertorial", |brief| brief.numbers.coverage[1].count += 1),
        ("isu:isu-bbm", |brief| {
            // A card tells its count three times.
            let issue = &mut brief.alerts[0];
            issue.count += 1;
            issue.facts[0] = format!("{} item", issue.count);
            issue.trend.last_mut().unwrap().count = Some(issue.count);
        }),
    ];
    let brief = full();
    let wanted = wanted(&brief);
    // The paper takes long; one change is enough there, and it is the one below.
    for reader in READERS.iter().filter(|reader| reader.output != "pdf") {
        let Some(before) = (reader.read)(&brief) else { continue };
        let mut tried = 0;
        for (name, change) in changes.iter().filter(|(name, _)| before.contains_key(*name)) {
            let mut other = brief.clone();
            change(&mut other);
            // The list of figures is what the CSV shows; in a real brief both come from the same count.
            let figure = other.figures.iter_mut().find(|figure| figure.id == *name);
            figure.into_iter().for_each(|figure| figure.value += 1);
            let found = (reader.read)(&other).unwrap();
            assert_ne!(differences(&wanted, &found, reader), Vec::<String>::new(), "{}: {name}", reader.output);
            tried += 1;
        }
        assert!(tried > 0, "{} shows none of the changed figures", reader.output);
    }
    let mut other = brief.clone();
    other.numbers.tables.total += 1;
    let reader = READERS.iter().find(|reader| reader.output == "pdf").unwrap();
    if let Some(found) = (reader.read)(&other) {
        assert_eq!(differences(&wanted, &found, reader), ["total: 613 instead of 612"]);
    }
}

/// Digits of an Indonesian number: `1.234`.
fn count(text: &str) -> Option<u32> {
    let plain = text.trim_matches(['.', ',', ';', ':', '(', ')']).replace('.', "");
    plain.parse().ok().filter(|_| plain.starts_with(|c: char| c.is_ascii_digit()))
}

/// The first word behind a label, where it is a number.
fn behind(text: &str, label: &str) -> Option<u32> {
    text.match_indices(label).find_map(|(at, _)| count(text[at + label.len()..].split_whitespace().next()?))
}

/// The last word before a label, where it is a number.
fn before(text: &str, label: &str) -> Option<u32> {
    text.match_indices(label).find_map(|(at, _)| count(text[..at].split_whitespace().next_back()?))
}

/// One line of words: text of a page, without marks that only join.
fn words(text: &str) -> String {
    text.replace(['·', '\u{a0}', '\u{ad}', '\u{200b}'], " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Figures that messages and papers word alike: "612 item (kemarin 441) · 94 isu · 31 media", and n behind the tones.
fn in_words(text: &str) -> Figures {
    let text = words(text);
    // Other totals stand in sentences; the window's own is the one that is compared with the day before.
    let line = [" item (kemarin ", " item kemarin "].iter().find_map(|phrase| text.find(phrase)).unwrap_or_default();
    let start = text[..line].rfind(' ').map_or(0, |space| space + 1);
    let figures = &text[start..];
    let named = [
        ("total", before(figures, " item ")),
        ("isu", before(figures, " isu ")),
        ("media", before(figures, " media ")),
        ("nada:n", behind(figures, "(n = ")),
    ];
    named.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// Rows of the coverage table, by the brief's own labels.
fn coverage(brief: &Brief, text: &str, found: &mut Figures) {
    let text = words(text);
    for row in &brief.numbers.coverage {
        found.extend(behind(&text, &row.label).map(|value| (format!("asal:{}", row.key), value)));
    }
}

/// The two lines of figures that messages share.
fn message(text: &str) -> Figures {
    let mut found = in_words(text.split_once("Angka 24 jam").unwrap().1);
    let tones = text.lines().find(|line| line.starts_with("Nada (n = ")).unwrap();
    for tone in tones.split_once(": ").unwrap().1.split(", ") {
        let (name, value) = tone.rsplit_once(' ').unwrap();
        found.insert(format!("nada:{}", name.replace(' ', "_")), count(value).unwrap());
    }
    found
}

fn txt(brief: &Brief) -> Option<Figures> {
    let text = text(brief, "txt");
    let mut found = message(&text);
    for issue in &brief.alerts {
        let line = text.lines().find(|line| line.contains(&issue.title)).unwrap();
        found
            .insert(format!("isu:{}", issue.id.as_str()), before(line, " item").or_else(|| behind(line, "(")).unwrap());
    }
    Some(found)
}

fn telegram(brief: &Brief) -> Option<Figures> {
    let text = text(brief, "telegram");
    let mut found = message(&text);
    coverage(brief, text.split_once("Asal: ").unwrap().1, &mut found);
    for issue in &brief.alerts {
        let line = text.split_once(&issue.title).unwrap().1.lines().nth(1).unwrap().replace("<i>", "");
        found.insert(format!("isu:{}", issue.id.as_str()), count(line.split(' ').next().unwrap()).unwrap());
    }
    Some(found)
}

fn json(brief: &Brief) -> Option<Figures> {
    let brief: Brief = serde_json::from_slice(&written(brief, "json")).unwrap();
    Some(wanted(&brief))
}

fn csv(brief: &Brief) -> Option<Figures> {
    let rows = csv_rows(&text(brief, "csv"));
    Some(rows.iter().skip(1).map(|row| (row[0].clone(), row[3].parse().unwrap())).collect())
}

/// What stands in the tables themselves; the sheet of figures must say the same.
fn xlsx(brief: &Brief) -> Option<Figures> {
    let sheets: BTreeMap<String, Vec<Vec<Data>>> = sheets(&written(brief, "xlsx")).into_iter().collect();
    let number = |cell: &Data| if let Data::Float(number) = cell { *number as u32 } else { panic!("{cell:?}") };
    let listed = sheets["Angka"].iter().skip(1).map(|row| (row[0].to_string(), number(&row[3])));
    let mut found: Figures = listed.collect();
    let mut shown = Figures::new();
    let tones = sheets["Nada"][1][1..].iter().map(number);
    let names = Tone::ALL.map(|tone| tone.as_str()).into_iter().chain(["n"]);
    shown.extend(names.zip(tones).map(|(name, value)| (format!("nada:{name}"), value)));
    for (row, known) in sheets["Asal liputan"][1..].iter().zip(&brief.numbers.coverage) {
        shown.insert(format!("asal:{}", known.key), number(&row[1]));
    }
    for (row, known) in sheets["Topik"][1..].iter().zip(&brief.numbers.topics) {
        shown.insert(format!("topik:{}", known.key), number(&row[1]));
    }
    for (row, known) in sheets["Isu"][1..].iter().zip(brief.alerts.iter().chain(&brief.top_issues)) {
        shown.insert(format!("isu:{}", known.id.as_str()), number(&row[3]));
    }
    found.extend(shown);
    Some(found)
}

fn rss(brief: &Brief) -> Option<Figures> {
    let text = text(brief, "rss");
    let items = text.split("<item>").skip(1).map(|item| {
        let id = item.split_once("urn:pesut:isu:").unwrap().1.split('<').next().unwrap();
        (format!("isu:{id}"), behind(item, "&lt;p&gt;").unwrap())
    });
    Some(items.collect())
}

fn jsonfeed(brief: &Brief) -> Option<Figures> {
    let feed: serde_json::Value = serde_json::from_str(&text(brief, "jsonfeed")).unwrap();
    let items = feed["items"].as_array().unwrap().iter();
    let figure = |item: &serde_json::Value| {
        let figures = &item["_pesut"];
        (format!("isu:{}", figures["issue"].as_str().unwrap()), figures["count"].as_u64().unwrap() as u32)
    };
    Some(items.map(figure).collect())
}

fn html(brief: &Brief) -> Option<Figures> {
    let html = text(brief, "html");
    let body = html.split_once("<body").unwrap().1.split_once('>').unwrap().1;
    let mut found = in_words(&untagged(body));
    coverage(brief, &untagged(body), &mut found);
    // Figures that can be followed carry their names; what a title says of them comes before the number.
    for marked in body.split("data-figure=\"").skip(1) {
        let (name, rest) = marked.split_once('"').unwrap();
        let shown = rest.split_once('>').unwrap().1;
        let shown = shown
            .split_once("</title>")
            .map_or(shown, |(title, after)| if title.starts_with("<title>") { after } else { shown });
        let value = untagged(shown).split_whitespace().next().and_then(count);
        let Some(value) = value else { continue };
        let known = *found.entry(name.to_owned()).or_insert(value);
        if known != value {
            // Two places of one page disagree: that is no figure of any brief.
            found.insert(name.to_owned(), u32::MAX);
        }
    }
    Some(found)
}

/// What stands between tags; a tag parts words.
fn untagged(markup: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in markup.chars() {
        match c {
            '<' => inside = true,
            '>' => (inside, text) = (false, text + " "),
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text
}

fn pdf(brief: &Brief) -> Option<Figures> {
    let file =
        std::env::temp_dir().join(format!("pesut-agreement-{}-{}.pdf", std::process::id(), brief.numbers.tables.total));
    fs::write(&file, written(brief, "pdf")).unwrap();
    let read = Command::new("pdftotext").arg("-layout").arg(&file).arg("-").output();
    fs::remove_file(&file).unwrap();
    let page = String::from_utf8_lossy(&read.ok()?.stdout).into_owned();
    let mut found = in_words(&page);
    coverage(brief, &page, &mut found);
    Some(found)
}

/// The text of a Word document, where there is such an output; runs join, paragraphs and cells part words.
fn document(brief: &Brief, output: &str) -> Option<String> {
    render::OUTPUTS.iter().find(|known| known.kind.name == output)?;
    let parts = parts(&written(brief, output));
    let joined = parts.get("word/document.xml")?.replace("</w:p>", "\n");
    let mut text = String::new();
    let mut inside = false;
    for c in joined.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    Some(words(&text))
}

fn docx(brief: &Brief) -> Option<Figures> {
    let mut found = in_words(&document(brief, "docx")?);
    // The first n behind the totals is an issue's.
    found.remove("nada:n");
    Some(found)
}

/// "Laporan ini disusun dari 612 item, termasuk yang dimuat 31 media; …".
fn nota_dinas(brief: &Brief) -> Option<Figures> {
    let text = document(brief, "nota-dinas")?;
    let named = [("total", behind(&text, "disusun dari ")), ("media", before(&text, " media; "))];
    Some(named.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect())
}

/// The paper about the most urgent issue: "Isu ini dimuat 58 item …".
fn telaahan_staf(brief: &Brief) -> Option<Figures> {
    let text = document(brief, "telaahan-staf")?;
    let name = format!("isu:{}", brief.alerts[0].id.as_str());
    Some(behind(&text, "Isu ini dimuat ").map(|value| (name, value)).into_iter().collect())
}
