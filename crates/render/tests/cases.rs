//! Every case folder holds a brief and what it must look like as HTML and TXT; the PDF is held to what can be read in it.
#![allow(clippy::unwrap_used)] // A helper that fails should fail the test.

use model::Brief;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Renders each case and compares; `UPDATE=1` rewrites the expected files.
#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/render");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(!cases.is_empty());
    for case in cases {
        check(&case);
    }
}

fn check(case: &Path) {
    let brief = brief(case);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let html = text(render::html::render(&brief).unwrap());
    let txt = text(render::txt::render(&brief).unwrap());
    expect(&case.join("expected.html"), &without_fonts(&html));
    expect(&case.join("expected.txt"), &txt);
    assert!(txt.chars().count() <= 1_200, "{}: {} characters", case.display(), txt.chars().count());
    harmless(&html);
    let json = render::json::render(&brief).unwrap();
    assert_eq!(serde_json::from_slice::<Brief>(&json).unwrap(), brief);
    for output in render::OUTPUTS {
        let bytes = (output.kind.build)(&brief).unwrap();
        assert!(bytes == (output.kind.build)(&brief).unwrap(), "{} differs from one run to the next", output.kind.name);
    }
}

fn brief(case: &Path) -> Brief {
    serde_json::from_str(&fs::read_to_string(case.join("brief.json")).unwrap()).unwrap()
}

fn expect(file: &Path, actual: &str) {
    if std::env::var_os("UPDATE").is_some() {
        return fs::write(file, actual).unwrap();
    }
    let expected = fs::read_to_string(file).unwrap_or_default();
    let line = expected.lines().zip(actual.lines()).position(|(a, b)| a != b).map_or(0, |line| line + 1);
    assert!(expected == actual, "{} differs at line {line}; UPDATE=1 rewrites it", file.display());
}

/// The fonts are a hundred kilobytes that no one reviews in a diff.
fn without_fonts(html: &str) -> String {
    let lines = html.lines().map(|line| line.split_once("base64,").map_or(line, |(before, _)| before));
    lines.map(|line| format!("{line}\n")).collect()
}

/// No script, no request, no way out but a reader's click on a web address.
fn harmless(html: &str) {
    for (tag, _) in html.match_indices('<').map(|(at, _)| html[at + 1..].split_once('>').unwrap()) {
        let name = tag.trim_start_matches('/').split([' ', '\n']).next().unwrap();
        assert!(!["script", "img", "iframe", "link", "object", "form", "base"].contains(&name), "<{tag}>");
        // Values are quoted, so what is left between the quotes are the names of attributes.
        for attribute in tag.split('"').step_by(2) {
            assert!(
                !attribute.contains(" on") && !attribute.contains(" src") && !attribute.contains(" style"),
                "<{tag}>"
            );
        }
        if let Some((_, href)) = tag.split_once(" href=\"") {
            assert!(["#", "https://", "http://"].iter().any(|start| href.starts_with(start)), "<{tag}>");
        }
    }
    assert!(html.contains("default-src 'none'"));
}

/// Every figure that carries a mark stands on the page as the brief has it, and a good part of them carry one.
#[test]
fn marked_figures_are_the_brief_s() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/render/penuh");
    let brief = brief(&folder);
    let html = String::from_utf8(render::html::render(&brief).unwrap()).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for part in html.split("data-figure=\"").skip(1) {
        let (id, rest) = part.split_once('"').unwrap();
        let figure = brief.figures.iter().find(|figure| figure.id == id).unwrap();
        let (_, rest) = rest.split_once('>').unwrap();
        let rest = rest.strip_prefix("<title>").map_or(rest, |title| title.split_once("</title>").unwrap().1);
        let shown = rest.trim_start_matches('<').split("</").next().unwrap();
        let shown = shown.rsplit('>').next().unwrap().replace('.', "");
        assert!(shown.contains(&figure.value.to_string()), "{id}: {} is shown as {shown}", figure.value);
        seen.insert(id.to_owned());
    }
    for id in ["total", "media", "nada:negatif", "asal:advertorial/nada:positif", "isu:isu-bbm/pekan", "klaim:klaim-1"]
    {
        assert!(seen.contains(id), "{id} cannot be followed");
    }
    assert!(seen.len() > 120, "{}", seen.len());
}

/// The paper as a reader of text sees it, where poppler is installed.
#[test]
fn paper_as_text() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/render/musuh");
    let file = std::env::temp_dir().join(format!("pesut-render-{}.pdf", std::process::id()));
    fs::write(&file, render::pdf::render(&brief(&folder)).unwrap()).unwrap();
    let read = Command::new("pdftotext").arg(&file).arg("-").output();
    fs::remove_file(&file).unwrap();
    let Ok(read) = read else { return eprintln!("skipped: pdftotext is not installed") };
    let text = String::from_utf8_lossy(&read.stdout);
    for literal in [
        "#read(\"/etc/passwd\")",
        "{{7*7}}",
        "<script>alert(1)</script>",
        "$x$ *tebal* _miring_",
        "{% include \"x\" %}",
    ] {
        assert!(text.contains(literal), "{literal}");
    }
    assert!(!text.contains("root:"));
}

/// Every collected attack, as a title, an address, a claim and a place name, stays text in every output.
#[test]
fn collected_attacks_stay_text() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = std::env::var_os("PESUT_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    let Ok(files) = fs::read_dir(shared.join("data/corpora/xss")) else {
        return eprintln!("skipped: no shared data");
    };
    let mut attacks: Vec<String> = Vec::new();
    for file in files {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        attacks.extend(String::from_utf8_lossy(&bytes).lines().map(str::to_owned));
    }
    attacks.sort();
    let full = brief(&root.join("tests/cases/render/penuh"));
    for (part, attacks) in attacks.chunks(200).enumerate() {
        let mut brief = full.clone();
        let reference = brief.references[0].clone();
        let rows = attacks.iter().zip(1..).map(|(attack, number)| model::Reference {
            number,
            title: attack.clone(),
            source: attack.clone(),
            url: Some(attack.clone()),
            ..reference.clone()
        });
        brief.references = rows.collect();
        for (tile, attack) in brief.numbers.tiles.iter_mut().zip(attacks) {
            tile.name.clone_from(attack);
        }
        for (row, attack) in brief.numbers.topics.iter_mut().zip(attacks) {
            row.label.clone_from(attack);
        }
        brief.watch[0].claim.clone_from(&attacks[0]);
        harmless(&String::from_utf8(render::html::render(&brief).unwrap()).unwrap());
        // The paper takes longer, and takes text one way only: one part of it is enough.
        assert!(part > 0 || render::pdf::render(&brief).is_ok());
    }
}
