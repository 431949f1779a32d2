//! Office documents: what stands in them, what LibreOffice makes of them, and what comes back after an edit.
#![allow(clippy::unwrap_used)] // A helper that fails should fail the test.

mod common;

use common::parts;
use model::{Brief, BriefState};
use quick_xml::Reader;
use quick_xml::events::Event;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

const PARAMETERS: [&str; 5] =
    ["${nomor_naskah}", "${tanggal_naskah}", "${ttd_pengirim}", "${nama_pengirim}", "${nip_pengirim}"];

/// A case with what an office writes into its pipeline.
fn brief(case: &str) -> Brief {
    let mut brief = common::brief(case);
    let header = &mut brief.header;
    header.id = format!("harian-{}", header.date).into();
    header.edition = 1;
    header.letterhead = vec!["Jalan Contoh Nomor 1, Kota Contoh 70000".into()];
    header.correspondence.to = "Gubernur (contoh)".into();
    header.correspondence.copies = vec!["Sekretaris Daerah (contoh)".into(), "Inspektur (contoh)".into()];
    header.correspondence.archive_code = "480".into();
    header.signatory = Some(model::Signatory { position: "Kepala Dinas Contoh".into(), ..model::Signatory::default() });
    if let Some(advice) = brief.recommendations.first_mut() {
        advice.options[0].steps = vec!["Minta jadwal tertulis: [jadwal].".into(), "Umumkan pukul 10.00.".into()];
        advice.options.last_mut().unwrap().rejected = true;
    }
    brief
}

/// A brief whose world writes parameters, markup and characters that no XML may hold.
fn hostile() -> Brief {
    let mut brief = brief("penuh");
    let attacks = [
        "${ttd_pengirim} $${nomor_naskah}",
        "{{7*7}} #read(\"/etc/passwd\")",
        "</w:t></script><script>alert(1)</script>",
        "bayar $\u{0}\u{8}\u{b}\u{ffff}",
        "{nama_pengirim} {% include \"x\" %}",
    ];
    for (line, attack) in brief.bluf.iter_mut().zip(attacks) {
        line.text = attack.into();
    }
    for issue in brief.alerts.iter_mut().chain(&mut brief.top_issues) {
        issue.title = attacks.join(" ");
        issue.summary[0].text = attacks[1].into();
    }
    brief.decisions[0].text = attacks[3].into();
    brief.decisions[0].owner = attacks[4].into();
    brief.references[0].title = attacks[2].into();
    brief.references[0].url = Some("javascript:alert(1)".into());
    brief.references[1].url = Some("file:///etc/passwd".into());
    brief
}

/// The same file with its text changed.
fn edited(docx: &[u8], change: impl Fn(String) -> String) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts(docx) {
        zip.start_file(&name, zip::write::SimpleFileOptions::default()).unwrap();
        let text = if name == "word/document.xml" { change(text) } else { text };
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The text of every `w:t`, each from a run of its own, and a line break at the end of a paragraph.
fn runs(xml: &str) -> (Vec<String>, String) {
    let mut reader = Reader::from_str(xml);
    let (mut runs, mut text, mut within) = (Vec::new(), String::new(), false);
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(tag) if tag.name().as_ref() == "w:t" => {
                within = true;
                runs.push(String::new());
            }
            Event::End(tag) if tag.name().as_ref() == "w:t" => within = false,
            Event::End(tag) if tag.name().as_ref() == "w:p" => text.push('\n'),
            Event::Text(piece) if within => {
                runs.last_mut().unwrap().push_str(&piece.xml10_content());
                text.push_str(&piece.xml10_content());
            }
            Event::GeneralRef(entity) if within => {
                let name = entity.xml10_content();
                let c = quick_xml::escape::resolve_predefined_entity(&name).expect("an entity of XML");
                runs.last_mut().unwrap().push_str(c);
                text.push_str(c);
            }
            Event::Eof => return (runs, text),
            _ => {}
        }
    }
}

fn documents(brief: &Brief) -> [(&'static str, Vec<u8>); 3] {
    [
        ("docx", render::docx::render(brief).unwrap()),
        ("nota-dinas", render::naskah::nota_dinas(brief).unwrap()),
        ("telaahan-staf", render::naskah::telaahan_staf(brief).unwrap()),
    ]
}

fn expect(file: &Path, actual: &str) {
    if std::env::var_os("UPDATE").is_some() {
        return fs::write(file, actual).unwrap();
    }
    let expected = fs::read_to_string(file).unwrap_or_default();
    let line = expected.lines().zip(actual.lines()).position(|(a, b)| a != b).map_or(0, |line| line + 1);
    assert!(expected == actual, "{} differs at line {line}; UPDATE=1 rewrites it", file.display());
}

/// What the papers say, as text that a person reviews.
#[test]
fn papers_as_text() {
    for case in ["penuh", "kosong"] {
        let brief = brief(case);
        for (name, docx) in documents(&brief).into_iter().skip(1) {
            let parts = parts(&docx);
            expect(&common::case(case).join(format!("expected.{name}.txt")), &runs(&parts["word/document.xml"]).1);
        }
        let json = String::from_utf8(render::srikandi::render(&brief).unwrap()).unwrap();
        // The size of the packed concept is no matter of wording.
        let json: Vec<_> = json.lines().filter(|line| !line.contains("ukuran_bita")).collect();
        expect(&common::case(case).join("expected.srikandi.json"), &(json.join("\n") + "\n"));
    }
}

/// Each parameter stands byte for byte in one run, as often as the paper needs it, and no other text looks like one.
#[test]
fn parameters_are_whole_and_ours_alone() {
    for brief in [brief("penuh"), brief("kosong"), hostile(), brief("musuh")] {
        for (name, docx) in documents(&brief).into_iter().skip(1) {
            let parts = parts(&docx);
            let xml = &parts["word/document.xml"];
            let (runs, text) = runs(xml);
            for parameter in PARAMETERS {
                assert_eq!(runs.iter().filter(|run| *run == parameter).count(), 1, "{name}: {parameter}");
                assert_eq!(text.matches(parameter).count(), 1, "{name}: {parameter}");
                let run = format!("<w:r><w:t xml:space=\"preserve\">{parameter}</w:t></w:r>");
                assert_eq!(xml.matches(&run).count(), 1, "{name}: {parameter} is not alone in its run");
            }
            assert_eq!(
                parts.values().map(|part| part.matches("${").count()).sum::<usize>(),
                PARAMETERS.len(),
                "{name}"
            );
            // What template engines take for a parameter torn apart: `$` in one run, `{` at the beginning of another.
            assert!(!runs.iter().any(|run| run.starts_with('{')), "{name}");
        }
    }
}

/// Well-formed parts that another reader understands, no markup and no link that the world wrote.
#[test]
fn text_of_the_world_stays_text() {
    let brief = hostile();
    for (name, docx) in documents(&brief) {
        let parts = parts(&docx);
        for (part, xml) in &parts {
            let mut reader = Reader::from_str(xml);
            while reader.read_event().unwrap_or_else(|error| panic!("{name} {part}: {error}")) != Event::Eof {}
            assert!(!xml.contains(|c: char| c.is_control() && !c.is_whitespace() || c == '\u{ffff}'), "{name} {part}");
        }
        let text = runs(&parts["word/document.xml"]).1;
        for literal in ["{{7*7}} #read(\"/etc/passwd\")", "</w:t></script><script>alert(1)</script>"] {
            assert!(text.contains(literal), "{name}: {literal}");
        }
        let links = &parts["word/_rels/document.xml.rels"];
        for link in links.split("<Relationship ").filter(|link| link.contains("TargetMode=\"External\"")) {
            let target = link.split("Target=\"").nth(1).unwrap();
            assert!(target.starts_with("http://") || target.starts_with("https://"), "{name}: {target}");
        }
        assert!(!parts.keys().any(|part| part.contains("vba") || part.ends_with(".bin")), "{name}");
        docx_rs::read_docx(&docx).unwrap();
    }
}

#[test]
fn a_draft_says_so_and_an_approved_paper_is_clean() {
    let mut brief = brief("penuh");
    brief.header.fictional = false;
    for (name, docx) in documents(&brief) {
        let head = &parts(&docx)["word/header2.xml"];
        assert!(head.contains("DRAF") || head.contains("KONSEP"), "{name}");
    }
    brief.header.state = BriefState::Disetujui;
    brief.header.status = "FINAL".into();
    for (name, docx) in documents(&brief) {
        let parts = parts(&docx);
        assert!(
            ["DRAF", "KONSEP", "konsep"].iter().all(|word| !parts.values().any(|part| part.contains(word))),
            "{name}"
        );
    }
}

/// Header rows that repeat, a language, headings, a field for the number of pages: what makes it a document.
#[test]
fn the_brief_is_a_document_and_not_a_picture_of_one() {
    let parts = parts(&render::docx::render(&brief("penuh")).unwrap());
    let (document, styles) = (&parts["word/document.xml"], &parts["word/styles.xml"]);
    assert!(document.matches("<w:tblHeader/>").count() > 10);
    assert!(styles.contains("<w:lang w:val=\"id-ID\""));
    for style in ["Title", "Heading1", "Heading2", "Caption", "ListNumber", "TabelPesut"] {
        assert!(styles.contains(&format!("w:styleId=\"{style}\"")), "{style}");
        assert!(document.contains(&format!("w:val=\"{style}\"")), "{style} is never used");
    }
    assert!(parts["word/footer1.xml"].contains(" NUMPAGES ") && parts["word/footer1.xml"].contains(" PAGE "));
    // Every link within the document leads somewhere.
    for anchor in document.split("w:anchor=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(document.contains(&format!("w:name=\"{anchor}\"")), "{anchor}");
    }
}

#[test]
fn what_was_not_edited_comes_back_as_it_was() {
    let brief = brief("penuh");
    let docx = render::docx::render(&brief).unwrap();
    let texts: BTreeMap<_, _> = render::docx::read_back(&docx).unwrap().into_iter().collect();
    let value = serde_json::to_value(&brief).unwrap();
    for (part, text) in &texts {
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(words(text), words(value.pointer(part).unwrap().as_str().unwrap()), "{part}");
    }
    for part in [
        "/bluf/0/text",
        "/decisions/0/text",
        "/decisions/0/owner",
        "/decisions/0/cost_of_waiting",
        "/alerts/0/title",
        "/alerts/0/summary/0/text",
        "/analysis/0/text",
        "/recommendations/0/message",
        "/recommendations/0/options/0/reason",
    ] {
        assert!(texts.contains_key(part), "{part}");
    }
    assert_eq!(render::docx::changes(&brief, &docx).unwrap(), []);
    let made_from = format!("harian-{}/1", brief.header.date);
    assert_eq!(render::docx::made_from(&docx).unwrap(), Some(made_from));
    // Texts that no paper could hold are no reason to see a change either.
    let hostile = hostile();
    let docx = render::docx::render(&hostile).unwrap();
    assert_eq!(render::docx::changes(&hostile, &docx).unwrap(), []);
}

/// The run of a text in a content control, as it is written.
fn run(text: &str) -> String {
    format!("<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>")
}

/// What word processors make of an edit: each of these comes back as the text that a person sees.
#[test]
fn edits_come_back() {
    let brief = brief("penuh");
    let before = brief.bluf[0].text.clone();
    let docx = render::docx::render(&brief).unwrap();
    let changed = |change: &dyn Fn(String) -> String| render::docx::changes(&brief, &edited(&docx, change)).unwrap();
    let first = |text: &str| vec![("/bluf/0/text".to_owned(), text.to_owned())];
    let replaced = |xml: &str| {
        let run = run(&before);
        let xml = xml.to_owned();
        changed(&move |document: String| {
            assert!(document.contains(&run), "the text stands in one run");
            document.replacen(&run, &xml, 1)
        })
    };
    assert_eq!(replaced(&run("Kalimat &amp; baru.")), first("Kalimat & baru."));
    // Torn into runs by spelling and formatting.
    assert_eq!(replaced(&format!("{}{}", run("Kalimat "), run("<!-- x -->baru."))), first("Kalimat baru."));
    // With the changes recorded.
    let recorded = format!("<w:del w:id=\"9\">{}</w:del><w:ins w:id=\"8\">{}</w:ins>", run("Lama."), run("Baru."));
    assert_eq!(replaced(&recorded), first("Baru."));
    // Emptied: the word processor shows an invitation to write.
    let emptied = changed(&|document: String| {
        let inside = format!("<w:sdtContent>{}", run(&before));
        let invitation = format!("<w:sdtContent>{}", run("Klik di sini untuk menulis."));
        let document = document.replacen(&inside, &invitation, 1);
        document.replacen("<w:lock w:val=\"sdtLocked\"/>", "<w:showingPlcHdr/>", 1)
    });
    assert_eq!(emptied, first(""));
    // Written on behind the control, and without any control: the bookmark is enough.
    let control = |document: &str| {
        let from = document.find("<w:sdt>").unwrap();
        let to = document.find("</w:sdt>").unwrap() + "</w:sdt>".len();
        document[from..to].to_owned()
    };
    let behind = changed(&|document: String| {
        let control = control(&document);
        document.replacen(&control, &format!("{control}{}", run(" Tambahan.")), 1)
    });
    assert_eq!(behind, first(&format!("{before} Tambahan.")));
    let bare = changed(&|document: String| document.replacen(&control(&document), &run("Tanpa kotak."), 1));
    assert_eq!(bare, first("Tanpa kotak."));
    // A copy of the control somewhere else adds nothing.
    let copied = changed(&|document: String| {
        let control = control(&document);
        document.replacen(
            "<w:p><w:pPr><w:pStyle w:val=\"Caption\"/>",
            &format!("<w:p>{control}</w:p><w:p><w:pPr><w:pStyle w:val=\"Caption\"/>"),
            1,
        )
    });
    assert_eq!(copied, []);
}

#[test]
fn what_is_not_ours_is_refused() {
    let read = |bytes: &[u8]| render::docx::read_back(bytes).unwrap_err().to_string();
    assert!(read(b"PK, but no more").contains("not a DOCX"));
    assert!(read(b"").contains("not a DOCX"));
    let mut foreign = Cursor::new(Vec::new());
    let paragraph = docx_rs::Paragraph::new().add_run(docx_rs::Run::new().add_text("Surat lain"));
    docx_rs::Docx::new().add_paragraph(paragraph).build().pack(&mut foreign).unwrap();
    assert!(read(foreign.get_ref()).contains("no marked texts"));
    let docx = render::docx::render(&brief("penuh")).unwrap();
    let with = |xml: String| edited(&docx, move |_| xml.clone());
    assert!(read(&with("<w:document><w:p>".repeat(300))).contains("nested"));
    assert!(
        read(&with("<!DOCTYPE x [<!ENTITY a \"b\">]><w:document>&a;</w:document>".into())).contains("document type")
    );
    assert!(read(&with("<w:document><w:p></w:document>".into())).contains("damaged"));
    // A bomb: 40 MiB of nothing in 40 KiB.
    assert!(read(&with(" ".repeat(40 << 20))).contains("larger"));
    // Names of parts that are none do no harm.
    let strange = docx.clone();
    let strange =
        edited(&strange, |xml| xml.replace("/bluf/0/text", "/references/0/url").replace("p_bluf_0_text", "p_x"));
    assert!(render::docx::read_back(&strange).unwrap().iter().all(|(part, _)| part != "/references/0/url"));
}

/// Converts with LibreOffice, in a home of its own; `None` where it is not installed.
fn converted(docx: &[u8], to: &str) -> Option<Vec<u8>> {
    let home = tempdir();
    let file = home.join("naskah.docx");
    let out = home.join("hasil");
    fs::write(&file, docx).unwrap();
    let run = Command::new("soffice")
        .args(["--headless", "--norestore", &format!("-env:UserInstallation=file://{}/profil", home.display())])
        .args(["--convert-to", to, "--outdir"])
        .arg(&out)
        .arg(&file)
        .output();
    let bytes = match run {
        Err(_) => None,
        Ok(run) => Some(fs::read(out.join(format!("naskah.{to}"))).unwrap_or_else(|_| panic!("{run:?}"))),
    };
    fs::remove_dir_all(&home).unwrap();
    bytes
}

fn tempdir() -> PathBuf {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let path = std::env::temp_dir().join(format!("pesut-office-{}-{number}", std::process::id()));
    fs::create_dir_all(&path).unwrap();
    path
}

/// LibreOffice opens every paper, and its pages hold the figures.
#[test]
fn libreoffice_reads_the_papers() {
    let brief = brief("penuh");
    let total = brief.numbers.tables.total.to_string();
    let n = format!("n = {}", brief.numbers.tables.tone.n());
    for (name, docx) in documents(&brief) {
        let Some(pdf) = converted(&docx, "pdf") else { return eprintln!("skipped: soffice is not installed") };
        let folder = tempdir();
        fs::write(folder.join("a.pdf"), pdf).unwrap();
        let read = Command::new("pdftotext").arg("-layout").arg(folder.join("a.pdf")).arg("-").output();
        fs::remove_dir_all(&folder).unwrap();
        let Ok(read) = read else { return eprintln!("skipped: pdftotext is not installed") };
        let text = String::from_utf8_lossy(&read.stdout).into_owned();
        let wanted: &[&str] = match name {
            "docx" => &[&total, "halaman 1 dari", "Rekomendasi"],
            "nota-dinas" => &[&total, &n, "${nomor_naskah}", "${ttd_pengirim}", "NOTA DINAS", "Tembusan"],
            _ => &["Praanggapan", "${nip_pengirim}", "Tidak disarankan", "Fakta yang memengaruhi"],
        };
        for words in wanted {
            assert!(text.contains(words), "{name}: {words}\n{text}");
        }
        let pages = text.matches('\u{c}').count();
        assert!(name != "nota-dinas" || pages <= 2, "the nota dinas has {pages} pages");
    }
}

/// LibreOffice writes the brief anew in its own way; everything comes back, and an edit made in between as well.
#[test]
fn the_marks_survive_libreoffice() {
    let brief = brief("penuh");
    let docx = render::docx::render(&brief).unwrap();
    let Some(saved) = converted(&docx, "docx") else { return eprintln!("skipped: soffice is not installed") };
    let texts = render::docx::read_back(&saved).unwrap();
    assert_eq!(texts.len(), render::docx::read_back(&docx).unwrap().len());
    assert_eq!(render::docx::changes(&brief, &saved).unwrap(), []);
    assert_eq!(render::docx::made_from(&saved).unwrap(), render::docx::made_from(&docx).unwrap());
    let title = brief.alerts[0].title.clone();
    let edited = edited(&docx, |xml| xml.replacen(&run(&title), &run("Judul dari petugas"), 3));
    let saved = converted(&edited, "docx").unwrap();
    let changes = render::docx::changes(&brief, &saved).unwrap();
    assert!(changes.contains(&("/alerts/0/title".into(), "Judul dari petugas".into())), "{changes:?}");
}

/// Parameters stay whole when LibreOffice opens and saves a concept.
#[test]
fn parameters_survive_libreoffice() {
    let Some(saved) = converted(&render::naskah::nota_dinas(&brief("penuh")).unwrap(), "docx") else {
        return eprintln!("skipped: soffice is not installed");
    };
    let parts = parts(&saved);
    let (runs, _) = runs(&parts["word/document.xml"]);
    for parameter in PARAMETERS {
        assert_eq!(runs.iter().filter(|run| run.contains(parameter)).count(), 1, "{parameter}");
    }
}
