//! Outputs for machines, spreadsheets and messengers: what they say, that they are whole, and that text stays text.
#![allow(clippy::unwrap_used, clippy::print_stderr)] // A helper that fails should fail the test; what is skipped says so.

mod common;

use calamine::Data;
use common::{brief, case, csv_rows, formulas, parts, sheets, text, written};
use icalendar::{CalendarComponent, Component as _};
use model::{Brief, Figure, IssueCard, Reference, Section, SourceKind, Statement, StoryRow};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Each case as every output that is text, and the workbook as its cells; `UPDATE=1` rewrites the expected files.
#[test]
fn cases() {
    for name in ["kosong", "penuh"] {
        let brief = brief(name);
        for output in ["csv", "kliping-csv", "ics", "rss", "jsonfeed", "telegram"] {
            let suffix = render::OUTPUTS.iter().find(|known| known.kind.name == output).unwrap().suffix;
            let suffix = if suffix.starts_with('.') { suffix.to_owned() } else { suffix.replacen('-', ".", 1) };
            expect(&case(name).join(format!("expected{suffix}")), &text(&brief, output));
        }
        expect(&case(name).join("expected.xlsx.txt"), &cells(&written(&brief, "xlsx")));
    }
}

fn expect(file: &Path, actual: &str) {
    if std::env::var_os("UPDATE").is_some() {
        return fs::write(file, actual).unwrap();
    }
    let expected = fs::read_to_string(file).unwrap_or_default();
    let line = expected.lines().zip(actual.lines()).position(|(a, b)| a != b).map_or(0, |line| line + 1);
    assert!(expected == actual, "{} differs at line {line}; UPDATE=1 rewrites it", file.display());
}

/// A workbook as lines, with the type of every cell: `#` a number, `@` a moment.
fn cells(workbook: &[u8]) -> String {
    let mut out = String::new();
    for (name, rows) in sheets(workbook) {
        out += &format!("== {name}\n");
        for row in rows {
            let cells = row.iter().map(|cell| match cell {
                Data::Empty => String::new(),
                Data::String(text) => text.clone(),
                Data::Float(number) => format!("#{number}"),
                Data::Int(number) => format!("#{number}"),
                Data::DateTime(at) => {
                    let seconds = (at.as_f64() * 86_400.0).round() as i64;
                    format!("@{} {:02}:{:02}", seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60)
                }
                other => format!("?{other:?}"),
            });
            out += cells.collect::<Vec<_>>().join(" | ").trim_end_matches([' ', '|']);
            out.push('\n');
        }
    }
    out
}

#[test]
fn a_workbook_has_a_sheet_a_table_and_types() {
    let brief = brief("penuh");
    let sheets = sheets(&written(&brief, "xlsx"));
    let names: Vec<&str> = sheets.iter().map(|(name, _)| name.as_str()).collect();
    for name in [
        "Ringkasan",
        "Angka",
        "Isu",
        "Kliping",
        "Media",
        "Narasumber",
        "Topik",
        "Wilayah",
        "Nada",
        "Aspirasi",
        "Verifikasi",
        "Rekomendasi",
        "Tugas",
        "Indeks",
        "Sumber data",
        "Metode",
        "Rujukan",
        "Periode",
    ] {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
    let sheet = |name: &str| &sheets.iter().find(|(found, _)| found == name).unwrap().1;
    assert_eq!(sheet("Angka").len(), brief.figures.len() + 1);
    assert_eq!(sheet("Angka")[1][3], Data::Float(612.0));
    assert_eq!(sheet("Kliping").len(), brief.stories.len() + 1);
    // 2026-11-19 09:12 in the office's time is 01:12 UTC.
    let Data::DateTime(at) = &sheet("Kliping")[1][1] else { panic!("{:?}", sheet("Kliping")[1][1]) };
    assert!((at.as_f64() - (46_345.0 + (9.0 * 60.0 + 12.0) / 1_440.0)).abs() < 1e-6, "{}", at.as_f64());
    let parts = parts(&written(&brief, "xlsx"));
    let table = &parts["xl/worksheets/sheet4.xml"];
    for wanted in ["<autoFilter ", "state=\"frozen\"", "orientation=\"landscape\"", "fitToHeight=\"0\""] {
        assert!(table.contains(wanted), "{wanted}");
    }
    assert!(parts["docProps/core.xml"].contains("2026-11-19T22:00:00Z"), "{}", parts["docProps/core.xml"]);
    assert!(parts["xl/workbook.xml"].contains("_xlnm.Print_Titles"));
}

/// A brief of 5,000 stories lists them all and not one more.
#[test]
fn five_thousand_stories_are_the_end() {
    let mut brief = brief("penuh");
    let story = brief.stories[0].clone();
    brief.stories = (1..=5_003).map(|number| StoryRow { number, ..story.clone() }).collect();
    let sheets = sheets(&written(&brief, "xlsx"));
    let kliping = sheets.iter().find(|(name, _)| name == "Kliping").unwrap();
    assert_eq!(kliping.1.len(), 5_001);
    assert_eq!(csv_rows(&text(&brief, "kliping-csv")).len(), 5_001);
}

/// Our own strings, and those of the shared corpus where it is there.
fn strings() -> Vec<String> {
    let mut files = vec![case("musuh").join("formulas.json")];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = std::env::var_os("PESUT_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    files.push(shared.join("data/corpora/bombs/formula-injection.json"));
    let read = |file: &PathBuf| match fs::read_to_string(file) {
        Ok(text) => serde_json::from_str::<Vec<String>>(&text).unwrap(),
        Err(_) => {
            eprintln!("skipped: {} is not there", file.display());
            Vec::new()
        }
    };
    files.iter().flat_map(read).collect()
}

/// A brief whose texts are formulas, wherever text comes from outside.
fn planted(strings: &[String]) -> Brief {
    let mut brief = brief("penuh");
    let (story, reference, figure) = (brief.stories[0].clone(), brief.references[0].clone(), brief.figures[0].clone());
    let numbered = || strings.iter().cloned().zip(1..);
    brief.stories = numbered()
        .map(|(text, number)| StoryRow {
            number,
            title: text.clone(),
            source: text.clone(),
            issue: text.clone(),
            tone: text.clone(),
            topic: text.clone(),
            place: text.clone(),
            coverage: text.clone(),
            url: Some(text),
            ..story.clone()
        })
        .collect();
    brief.references = numbered()
        .map(|(text, number)| Reference {
            number,
            title: text.clone(),
            source: text.clone(),
            tone: text.clone(),
            url: Some(format!("https://contoh.example/{text}")),
            ..reference.clone()
        })
        .collect();
    brief.figures = strings
        .iter()
        .map(|text| Figure { id: text.clone(), label: text.clone(), unit: text.clone(), ..figure.clone() })
        .collect();
    let first = strings[0].clone();
    for (place, text) in strings.iter().enumerate() {
        let plant = |old: Option<&mut String>| old.map_or((), |old| old.clone_from(text));
        plant(brief.speakers.get_mut(place).map(|line| &mut line.name));
        plant(brief.sources.get_mut(place).map(|line| &mut line.name));
        plant(brief.watch.get_mut(place).map(|item| &mut item.claim));
        plant(brief.aspirations.get_mut(place).map(|line| &mut line.theme));
        plant(brief.decisions.get_mut(place).map(|asked| &mut asked.text));
        plant(brief.bluf.get_mut(place).map(|line| &mut line.text));
        plant(brief.tasks.get_mut(place).map(|task| &mut task.title));
        plant(brief.numbers.topics.get_mut(place).map(|row| &mut row.label));
        plant(brief.numbers.tiles.get_mut(place).map(|tile| &mut tile.name));
        plant(brief.method.sentences.get_mut(place));
        plant(brief.alerts.get_mut(place).map(|issue| &mut issue.title));
    }
    brief.header.title.clone_from(&first);
    brief.header.office.clone_from(&first);
    brief.header.prepared_by = first;
    brief
}

/// A text as one visible line, as every output shows it.
fn line(text: &str) -> String {
    let visible: String = text.chars().filter(|c| c.is_whitespace() || !c.is_control()).collect();
    let hidden = ['\u{200b}', '\u{feff}', '\u{202e}'];
    visible.replace(hidden, "").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn formulas_stay_text_in_the_workbook() {
    let strings = strings();
    assert!(strings.len() >= 24);
    let workbook = written(&planted(&strings), "xlsx");
    assert_eq!(formulas(&workbook), Vec::<String>::new());
    let found: BTreeSet<String> = sheets(&workbook)
        .into_iter()
        .flat_map(|(_, rows)| rows.into_iter().flatten())
        .filter_map(|cell| if let Data::String(text) = cell { Some(text) } else { None })
        .collect();
    for string in &strings {
        assert!(found.contains(&line(string)), "{string:?} is not there as text");
    }
    for (name, part) in parts(&workbook) {
        assert!(!part.contains("<f>") && !part.contains("<f "), "a formula in {name}");
        assert!(!part.contains("ddeLink") && !name.contains("externalLink"), "{name}");
        for (_, rest) in
            part.match_indices("TargetMode=\"External\"").map(|(at, _)| part[..at].rsplit_once("Target=\"").unwrap())
        {
            assert!(rest.starts_with("https://") || rest.starts_with("http://"), "{name} leads to {rest}");
        }
    }
}

#[test]
fn formulas_stay_text_in_csv() {
    let strings = strings();
    let brief = planted(&strings);
    for output in ["csv", "kliping-csv"] {
        let rows = csv_rows(&text(&brief, output));
        assert_eq!(rows.len(), strings.len() + 1, "{output}: a text broke out of its row");
        for (row, string) in rows.iter().skip(1).zip(&strings) {
            assert_eq!(row.len(), rows[0].len(), "{output}: {string:?} broke out of its field");
            assert!(
                row.iter().any(|field| field.trim_start_matches('\'') == line(string).trim_start_matches('\'')),
                "{string:?}"
            );
            for field in row {
                assert!(
                    !field.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']),
                    "{output}: {field:?}"
                );
            }
        }
    }
}

/// What a real spreadsheet program makes of both: no cell that computes.
#[test]
fn formulas_stay_text_in_libreoffice() {
    let brief = planted(&strings());
    let folder = std::env::temp_dir().join(format!("pesut-render-data-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("buku.xlsx"), written(&brief, "xlsx")).unwrap();
    fs::write(folder.join("angka.csv"), written(&brief, "csv")).unwrap();
    let profile = format!("-env:UserInstallation=file://{}/profil", folder.display());
    // 59 is the semicolon, 76 UTF-8; "true" at the end of the ninth field asks to evaluate formulas, as a hasty user would.
    let mut converted = Vec::new();
    for (file, filter) in
        [("buku.xlsx", ""), ("angka.csv", "--infilter=CSV:59,34,76,1,,0,false,true,false,false,false,-1,true")]
    {
        let mut command = Command::new("soffice");
        command.args([profile.as_str(), "--headless", "--convert-to", "fods", "--outdir"]).arg(&folder);
        if !filter.is_empty() {
            command.arg(filter);
        }
        let Ok(run) = command.arg(folder.join(file)).output() else {
            fs::remove_dir_all(&folder).unwrap();
            return eprintln!("skipped: soffice is not installed");
        };
        let sheet = fs::read_to_string(folder.join(file).with_extension("fods"));
        converted.push((file, sheet.unwrap_or_else(|_| panic!("{file}: {}", String::from_utf8_lossy(&run.stderr)))));
    }
    fs::remove_dir_all(&folder).unwrap();
    for (file, sheet) in converted {
        assert!(!sheet.contains("table:formula"), "{file} computes something");
        assert!(!sheet.contains("dde"), "{file} asks for DDE");
        assert!(sheet.contains("2*21") && sheet.contains("office:value-type=\"string\""), "{file} lost its texts");
    }
}

#[test]
fn deadlines_can_be_read_back() {
    let mut brief = brief("penuh");
    brief.decisions[0].text = "Baris\nbaru; koma, titik koma\\ dan \"kutip\" ".to_owned() + &"é".repeat(200);
    let written = text(&brief, "ics");
    assert!(written.lines().all(|line| line.len() <= 75), "a line is longer than 75 octets");
    assert!(written.split("\r\n").all(|line| !line.contains('\n')), "a line ends without CR");
    let calendar: icalendar::Calendar = written.parse().unwrap();
    let events: Vec<_> = calendar.iter().filter_map(CalendarComponent::as_event).collect();
    // Two decisions, two open tasks and one claim; a task that is done is not due.
    let value = |event: &icalendar::Event, key: &str| event.property_value(key).unwrap().to_owned();
    let ids: BTreeSet<String> = events.iter().map(|event| value(event, "UID")).collect();
    assert_eq!(ids.len(), events.len());
    for id in ["keputusan-isu-bbm-2026-11-20@pesut", "tugas-tugas-1@pesut", "tugas-tugas-2@pesut"] {
        assert!(ids.contains(id), "{id} in {ids:?}");
    }
    assert!(!ids.contains("tugas-tugas-3@pesut"));
    for event in &events {
        assert_eq!(value(event, "DTSTAMP"), "20261119T220000Z");
        assert!(value(event, "DTSTART").ends_with('Z') && value(event, "DTEND") > value(event, "DTSTART"));
        assert_eq!(event.components().len(), 1);
        assert_eq!(event.components()[0].property_value("TRIGGER"), Some("-PT30M"));
    }
    let decision = events.iter().find(|event| value(event, "UID").starts_with("keputusan-isu-bbm")).unwrap();
    assert!(value(decision, "SUMMARY").starts_with("Keputusan: Baris baru; koma, titik koma\\ dan \"kutip\""));
    // 10.00 WITA.
    assert_eq!(value(decision, "DTSTART"), "20261120T020000Z");
    // A correction moves the entries and makes no new ones.
    brief.header.edition = 2;
    let again: icalendar::Calendar = text(&brief, "ics").parse().unwrap();
    let again: Vec<_> = again
        .iter()
        .filter_map(CalendarComponent::as_event)
        .map(|event| (value(event, "UID"), value(event, "SEQUENCE")))
        .collect();
    assert_eq!(again.iter().map(|(id, _)| id.clone()).collect::<BTreeSet<_>>(), ids);
    assert!(again.iter().all(|(_, sequence)| sequence == "1"));
}

/// Elements of a document with the text that stands directly in them, checked to be well-formed.
fn elements(xml: &str) -> Vec<(String, String)> {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(xml);
    let (mut open, mut found): (Vec<(String, String)>, Vec<_>) = (Vec::new(), Vec::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => open.push((tag.name().as_ref().to_owned(), String::new())),
            Event::End(_) => found.push(open.pop().unwrap()),
            Event::Text(text) => {
                if let Some((_, inside)) = open.last_mut() {
                    inside.push_str(&text);
                }
            }
            Event::GeneralRef(entity) => {
                let name = entity.to_string();
                let c = match name.as_str() {
                    "lt" => '<',
                    "gt" => '>',
                    "amp" => '&',
                    "quot" => '"',
                    "#39" => '\'',
                    other => panic!("&{other};"),
                };
                open.last_mut().unwrap().1.push(c);
            }
            Event::Decl(_) => {}
            Event::Eof => break,
            other => panic!("{other:?} has no place in a feed"),
        }
    }
    assert!(open.is_empty());
    found
}

#[test]
fn feeds_are_whole_and_their_text_is_text() {
    let mut brief = brief("penuh");
    brief.alerts[0].title = "</title><script>alert(1)</script> & {{7*7}}".to_owned();
    brief.alerts[0].summary[0].text = "<img src=x onerror=alert(1)> ]]> &amp; \u{0}\u{b}akhir".to_owned();
    let issues: BTreeSet<String> = brief
        .alerts
        .iter()
        .chain(&brief.top_issues)
        .map(|issue: &IssueCard| format!("urn:pesut:isu:{}", issue.id.as_str()))
        .collect();
    let rss = elements(&text(&brief, "rss"));
    let all =
        |name: &str| rss.iter().filter(|(found, _)| found == name).map(|(_, text)| text.clone()).collect::<Vec<_>>();
    assert_eq!(BTreeSet::from_iter(all("guid")), issues);
    assert_eq!((all("guid").len(), all("item").len(), all("channel").len()), (issues.len(), issues.len(), 1));
    assert!(all("title").contains(&"MERAH – </title><script>alert(1)</script> & {{7*7}}".to_owned()));
    assert!(all("link").iter().all(|link| link.starts_with("http") || link.starts_with("urn:")));
    assert!(all("pubDate").iter().all(|date| date == "Thu, 19 Nov 2026 22:00:00 +0000"));
    for html in all("description") {
        harmless(&html, &["p", "a"]);
    }
    assert!(
        all("description")
            .iter()
            .any(|html| html.contains("&lt;img src=x onerror=alert(1)&gt; ]]&gt; &amp;amp; akhir"))
    );

    let feed: serde_json::Value = serde_json::from_str(&text(&brief, "jsonfeed")).unwrap();
    assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
    let items = feed["items"].as_array().unwrap();
    assert_eq!(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>(), issues);
    assert_eq!(items[0]["_pesut"]["count"], brief.alerts[0].count);
    for item in items {
        assert!(!item["title"].as_str().unwrap().is_empty() && item["date_published"] == "2026-11-19T22:00:00Z");
        harmless(item["content_html"].as_str().unwrap(), &["p", "a"]);
    }
}

/// Only these tags, each closed, with no attribute but the address of a link.
fn harmless(html: &str, allowed: &[&str]) {
    let mut open = Vec::new();
    for (at, _) in html.match_indices('<') {
        let (tag, _) = html[at + 1..].split_once('>').unwrap();
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name.to_owned()), "{html}");
            continue;
        }
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(allowed.contains(&name), "<{tag}>");
        assert!(attributes.is_empty() || name == "a" && attributes.starts_with("href=\"http"), "<{tag}>");
        assert_eq!(attributes.matches('"').count() % 2, 0, "<{tag}>");
        assert!(attributes.matches('"').count() <= 2, "<{tag}>");
        open.push(name.to_owned());
    }
    assert!(open.is_empty(), "{open:?} stay open");
}

/// What a reader sees of Telegram's HTML.
fn seen(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// Every text of a brief as long as the world may make it.
fn endless(brief: &Brief) -> Brief {
    let mut brief = brief.clone();
    brief.decisions.push(brief.decisions[0].clone());
    brief.alerts.push(brief.alerts[0].clone());
    let header = &mut brief.header;
    let mut texts = vec![&mut brief.confidence.level, &mut header.title, &mut header.date_words, &mut header.status];
    texts.extend(brief.bluf.iter_mut().map(|line: &mut Statement| &mut line.text));
    for asked in &mut brief.decisions {
        texts.extend([&mut asked.text, &mut asked.deadline, &mut asked.owner, &mut asked.cost_of_waiting]);
    }
    for issue in &mut brief.alerts {
        texts.extend([&mut issue.title, &mut issue.movement]);
        texts.extend(issue.summary.iter_mut().map(|line| &mut line.text));
    }
    for item in &mut brief.watch {
        texts.extend([&mut item.claim, &mut item.status, &mut item.deadline]);
    }
    texts.extend(&mut brief.confidence.sentences);
    texts.extend(brief.numbers.coverage.iter_mut().map(|row| &mut row.label));
    for text in texts {
        *text = format!("{text} panjang & <lebar> ").repeat(200);
    }
    for count in [&mut brief.numbers.tables.total, &mut brief.numbers.issues, &mut brief.numbers.tables.outlets] {
        *count = 1_000_000;
    }
    brief
}

#[test]
fn messages_fit_and_are_only_marked_by_us() {
    for name in ["kosong", "penuh", "musuh"] {
        let brief = brief(name);
        let mut briefs = vec![brief.clone()];
        if name == "penuh" {
            briefs.push(endless(&brief));
        }
        for brief in &briefs {
            let telegram = text(brief, "telegram");
            harmless(&telegram, &["b", "i", "a", "code"]);
            assert!(seen(&telegram).encode_utf16().count() <= 4_096, "{name}: {}", seen(&telegram).chars().count());
            let txt = text(brief, "txt");
            assert!(txt.chars().count() <= 1_200, "{name}: {} characters", txt.chars().count());
            for (number, _) in brief.decisions.iter().enumerate() {
                for message in [&txt, &telegram] {
                    assert!(
                        message.contains(&format!("\n{}. ", number + 1)),
                        "{name}: decision {} is gone",
                        number + 1
                    );
                }
            }
        }
    }
}

/// Three long decisions with deadlines and owners are all there, none cut inside a sentence while clauses will do.
#[test]
fn no_decision_vanishes_from_a_message() {
    let mut brief = brief("penuh");
    let mut third = brief.decisions[0].clone();
    third.text = "Minta pemilik nama, yaitu biro atau dinas yang dicatut, menyatakan secara tertulis apakah dokumen itu miliknya; verifikator menyiapkan draf klarifikasi".to_owned();
    third.deadline = "08.00 WITA".to_owned();
    third.owner = "Diskominfo melaksanakan".to_owned();
    brief.decisions[0].text = "Perbarui keterangan resmi yang sudah terbit, lalu tunjuk satu juru bicara banjir serta umumkan titik dan jam pembagian bantuan. Minta pemerintah kabupaten/kota memakai satu daftar penerima".to_owned();
    brief.decisions[0].owner =
        "BPBD menyiapkan bahan; koordinasikan dengan pemerintah kabupaten/kota terdampak".to_owned();
    brief.decisions.push(third);
    let txt = text(&brief, "txt");
    let asked: Vec<&str> =
        txt.lines().filter(|line| line.starts_with(['1', '2', '3']) && line.contains(". ")).collect();
    assert_eq!(asked.len(), 3, "{txt}");
    assert!(asked[0].ends_with("(tenggat 10.00 WITA; BPBD)"), "{}", asked[0]);
    assert!(asked[2].ends_with("(tenggat 08.00 WITA; Diskominfo)"), "{}", asked[2]);
    assert!(asked.iter().all(|line| !line.contains('…')), "{txt}");
    assert!(txt.trim_end().lines().last().unwrap().contains("https://"), "links come last: {txt}");
}

/// A citizen's name, account and address are in no output, even where a brief carries them by mistake.
#[test]
fn no_citizen_is_named() {
    let mut brief = brief("penuh");
    for story in &mut brief.stories {
        if story.kind.is_public_voice() {
            story.source = "@akunwarga".to_owned();
            story.key.id = "https://jejaring.example/@akunwarga/1".into();
            story.url = Some("https://jejaring.example/@akunwarga/1".to_owned());
        }
    }
    for reference in &mut brief.references {
        reference.kind = SourceKind::Post;
        reference.source = "@akunwarga".to_owned();
        reference.url = Some("https://jejaring.example/@akunwarga/1".to_owned());
    }
    for output in ["txt", "telegram", "csv", "kliping-csv", "ics", "rss", "jsonfeed"] {
        assert!(!text(&brief, output).contains("akunwarga"), "{output}");
    }
    for (name, part) in parts(&written(&brief, "xlsx")) {
        assert!(!part.contains("akunwarga"), "{name}");
    }
}

#[test]
fn sections_have_the_headings_of_the_office() {
    let mut brief = brief("penuh");
    let entry = brief.layout.sections.iter_mut().find(|entry| entry.section == Section::Numbers).unwrap();
    entry.heading = "Angka pagi ini".to_owned();
    assert!(csv_rows(&text(&brief, "csv"))[1].contains(&"Angka pagi ini".to_owned()));
}
