//! The way of a brief at the command line: built, edited, read, approved, sent once, corrected.

use crate::pesut::{Desk, Said, root, said};
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Stdio;

const ID: &str = "harian-2026-11-20";

/// A desk with one outlet of the sample week, a brief without pictures, and these ways out.
fn desk(deliver: &str) -> Desk {
    let desk = Desk::new();
    let outlet = root().join("pipelines/contoh/mahakam-kini.ndjson");
    desk.write(
        "uji.toml",
        format!(
            r#"title = "Uji"
clock = "2026-11-20T06:10:00+08:00"
fictional = true

[[collect]]
kind = "file"
name = "Mahakam Kini"
path = "{}"
source_kind = "news"

[[brief]]
formats = ["txt", "json"]

[schedule.harian]
build = "5 6 * * *"
send = "30 7 * * *"

{deliver}"#,
            outlet.display()
        ),
    );
    std::fs::create_dir_all(desk.path("keluar")).unwrap();
    desk
}

const FOLDER: &str = r#"[[deliver]]
kind = "folder"
name = "berkas"
path = "keluar"
formats = ["txt", "json"]
"#;

fn pesut(desk: &Desk, words: &[&str]) -> Said {
    desk.run(&[words, &["--pipeline", "uji.toml"]].concat())
}

fn ok(desk: &Desk, words: &[&str]) -> Said {
    desk.ok(&[words, &["--pipeline", "uji.toml"]].concat())
}

/// Every file below a folder with its content.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn text(files: &BTreeMap<String, Vec<u8>>, name: &str) -> String {
    String::from_utf8(files.get(name).unwrap_or_else(|| panic!("no {name} among {:?}", files.keys())).clone()).unwrap()
}

#[test]
fn from_draft_to_correction() {
    let desk = desk(FOLDER);
    let out = desk.path("keluar");
    assert_eq!(pesut(&desk, &["brief", "send", "2026-11-20"]).code, 2, "there is nothing to send yet");
    ok(&desk, &["run"]);

    // A draft waits; looking changes nothing.
    let held = pesut(&desk, &["brief", "send", "2026-11-20"]);
    assert_eq!(held.code, 1);
    assert!(held.err.contains("belum disetujui") && held.err.contains("pesut brief approve"), "{}", held.err);
    let dry = ok(&desk, &["brief", "send", "2026-11-20", "--dry-run"]);
    assert!(dry.out.contains("menunggu persetujuan"), "{}", dry.out);
    assert!(files(&out).is_empty());

    // A change by a person: seen as a difference, warned of, kept beside what the program wrote.
    desk.write("ubah.ndjson", "{\"part\":\"/bluf/0/text\",\"after\":\"Perlu rapat pukul 09.45.\",\"reason\":\"singkat\"}\n{\"part\":\"/tidak/ada\",\"after\":\"x\"}\n");
    let edited = pesut(&desk, &["brief", "edit", "2026-11-20", "ubah.ndjson", "--as", "Rina Pratiwi"]);
    assert_eq!(edited.code, 1, "one line is wrong: {}", edited.err);
    assert!(edited.out.contains("[-") && edited.out.contains("09.45.+}"), "{}", edited.out);
    assert!(edited.err.contains("ubah.ndjson:2: \"/tidak/ada\""), "{}", edited.err);
    assert!(edited.err.contains("menambah angka") && edited.err.contains("09.45"), "{}", edited.err);

    // The way to approval, with names.
    ok(&desk, &["brief", "review", "2026-11-20", "--as", "Rina Pratiwi"]);
    assert_eq!(pesut(&desk, &["brief", "return", "2026-11-20", "--as", "Budi"]).code, 2, "a reason is wanted");
    ok(&desk, &["brief", "return", "2026-11-20", "--as", "Budi Santoso", "--reason", "satu kalimat lagi"]);
    ok(&desk, &["brief", "layout", "2026-11-20", "--sections", "bluf,alerts,top_issues", "--as", "Rina Pratiwi"]);
    ok(&desk, &["brief", "review", "2026-11-20", "--as", "Rina Pratiwi"]);
    ok(&desk, &["brief", "approve", "2026-11-20", "--as", "Budi Santoso"]);
    assert_eq!(pesut(&desk, &["brief", "approve", "2026-11-20", "--as", "Budi Santoso"]).code, 2);
    desk.write("lagi.ndjson", "{\"part\":\"/bluf/0/text\",\"after\":\"Lain lagi.\"}\n");
    let refused = pesut(&desk, &["brief", "edit", "2026-11-20", "lagi.ndjson", "--as", "Rina Pratiwi"]);
    assert!(refused.code != 0 && refused.err.contains("brief correct"), "{}", refused.err);

    // What comes in later changes nothing of what was approved.
    desk.write("baru.ndjson", "{\"id\":\"baru\",\"kind\":\"news\",\"title\":\"Banjir baru di Samarinda\",\"text\":\"Banjir baru di Samarinda pada Kamis (19/11/2026).\",\"published_at\":\"2026-11-19T21:00:00+08:00\"}\n");
    ok(&desk, &["import", "baru.ndjson"]);
    ok(&desk, &["brief", "--date", "2026-11-20"]);
    let dry = ok(&desk, &["brief", "send", "2026-11-20", "--dry-run"]);
    assert!(dry.out.contains("akan dikirim") && files(&out).is_empty(), "a dry run writes nothing");
    let sent = ok(&desk, &["brief", "send", "2026-11-20"]);
    assert!(sent.err.contains("1 sent"), "{}", sent.err);
    let first = files(&out);
    let brief: serde_json::Value = serde_json::from_str(&text(&first, "2026-11-20.json")).unwrap();
    assert_eq!(brief["bluf"][0]["text"], "Perlu rapat pukul 09.45.");
    assert_eq!(brief["header"]["status"], "FINAL");
    assert_eq!(brief["layout"]["sections"].as_array().unwrap().len(), 4, "method cannot be left out");
    assert_eq!(brief["revisions"][0]["by"], "Rina Pratiwi");
    assert!(!text(&first, "2026-11-20.json").contains("Banjir baru"));

    // Once.
    let again = ok(&desk, &["brief", "send", "2026-11-20"]);
    assert!(again.err.contains("nothing to do"), "{}", again.err);
    assert_eq!(files(&out), first);
    let returned = pesut(&desk, &["brief", "return", ID, "--as", "Budi", "--reason", "salah"]);
    assert!(returned.code == 2 && returned.err.contains("brief correct"), "{}", returned.err);

    // RALAT: a new edition beside the first, held until somebody answers for it.
    ok(&desk, &["brief", "correct", ID, "--wrong", "pukul 09.45", "--right", "pukul 10.15", "--as", "Budi Santoso"]);
    assert_eq!(pesut(&desk, &["brief", "send", ID]).code, 1);
    assert_eq!(files(&out), first);
    ok(&desk, &["brief", "approve", ID, "--as", "Budi Santoso"]);
    ok(&desk, &["brief", "send", ID]);
    let second = files(&out);
    assert_eq!(second["2026-11-20.json"], first["2026-11-20.json"], "the first edition stays as it left");
    let ralat: serde_json::Value = serde_json::from_str(&text(&second, "2026-11-20-ralat.json")).unwrap();
    assert_eq!((&ralat["header"]["status"], &ralat["header"]["edition"]), (&"RALAT".into(), &2.into()));
    assert_eq!(ralat["bluf"][0]["text"], "Perlu rapat pukul 10.15.");
    assert_eq!(ralat["corrections"][0]["wrong"], "pukul 09.45");

    // All of it is truth: it survives a replay.
    let before = ok(&desk, &["brief", "status", ID, "--json"]).out;
    ok(&desk, &["replay"]);
    assert_eq!(ok(&desk, &["brief", "status", ID, "--json"]).out, before);
    ok(&desk, &["verify"]);
    let status: serde_json::Value = serde_json::from_str(&before).unwrap();
    assert_eq!(status["state"], "diralat");
    let steps: Vec<&str> =
        status["steps"].as_array().unwrap().iter().map(|step| step["state"].as_str().unwrap()).collect();
    assert_eq!(steps, ["ditinjau", "draf", "ditinjau", "disetujui", "draf", "diralat"]);
    assert_eq!(status["deliveries"].as_array().unwrap().len(), 2);

    // Tomorrow's brief has today's layout.
    ok(&desk, &["brief", "--date", "2026-11-21", "--format", "json"]);
    let next = std::fs::read_to_string(desk.path("brief/2026-11-21.json")).unwrap();
    let next: serde_json::Value = serde_json::from_str(&next).unwrap();
    assert_eq!(next["layout"]["sections"].as_array().unwrap().len(), 4);
    assert_eq!(next["header"]["status"], "DRAF");
}

#[test]
fn an_edited_document_is_read_back() {
    let desk = desk(FOLDER);
    ok(&desk, &["run"]);
    ok(&desk, &["brief", "--date", "2026-11-20", "--format", "docx"]);
    // Untouched, it changes nothing.
    let same = ok(&desk, &["brief", "edit", "2026-11-20", "brief/2026-11-20.docx", "--as", "Rina"]);
    assert!(same.err.contains("0 changes recorded"), "{}", same.err);
    // A file of another brief is not taken for this one.
    ok(&desk, &["brief", "--date", "2026-11-21", "--format", "docx"]);
    let other = pesut(&desk, &["brief", "edit", "2026-11-20", "brief/2026-11-21.docx", "--as", "Rina"]);
    assert!(other.code == 2 && other.err.contains("harian-2026-11-21"), "{}", other.err);
}

#[test]
fn an_office_may_send_drafts() {
    let desk = desk(&format!("{FOLDER}unapproved = \"send_draft\"\n"));
    ok(&desk, &["run"]);
    let sent = ok(&desk, &["brief", "send", "2026-11-20"]);
    assert!(sent.err.contains("DRAF"), "it is warned of: {}", sent.err);
    let draft = files(&desk.path("keluar"));
    let brief: serde_json::Value = serde_json::from_str(&text(&draft, "2026-11-20-draf.json")).unwrap();
    assert_eq!(brief["header"]["status"], "DRAF");
    ok(&desk, &["brief", "--date", "2026-11-20"]);
    assert!(ok(&desk, &["brief", "send", "2026-11-20"]).err.contains("nothing to do"));
    ok(&desk, &["brief", "approve", "2026-11-20", "--as", "Budi Santoso"]);
    ok(&desk, &["brief", "send", "2026-11-20"]);
    assert!(files(&desk.path("keluar")).contains_key("2026-11-20.json"));
}

#[test]
fn what_is_given_up_is_told_and_can_be_tried_again() {
    let entry = format!("{FOLDER}retry = {{ tries = 1 }}\n");
    let desk = desk(&entry);
    ok(&desk, &["run"]);
    ok(&desk, &["brief", "approve", "2026-11-20", "--as", "Budi Santoso"]);
    std::fs::remove_dir(desk.path("keluar")).unwrap();
    let failed = pesut(&desk, &["brief", "send", "2026-11-20"]);
    assert_eq!(failed.code, 1, "{}", failed.err);
    assert!(failed.err.contains("1 given up") && failed.err.contains("--retry"), "{}", failed.err);
    // No way out leads to the operator here: it lies in a file.
    let told = std::fs::read_to_string(desk.path("data/pesan-operator.txt")).unwrap();
    assert!(told.contains("tidak sampai kepada 1 penerima") && told.contains("--retry"), "{told}");
    std::fs::create_dir(desk.path("keluar")).unwrap();
    assert_eq!(pesut(&desk, &["brief", "send", "2026-11-20"]).code, 1, "it is not tried again by itself");
    assert!(ok(&desk, &["brief", "send", "2026-11-20", "--retry"]).err.contains("1 sent"));
    assert!(files(&desk.path("keluar")).contains_key("2026-11-20.json"));
    assert_eq!(std::fs::read_to_string(desk.path("data/pesan-operator.txt")).unwrap(), told, "told once");
}

#[test]
fn the_operator_is_told_by_the_way_that_the_office_names() {
    let operator = "\n[[deliver]]\nkind = \"folder\"\nname = \"petugas\"\npath = \"petugas\"\noperator = true\n";
    let desk = desk(&format!("{FOLDER}retry = {{ tries = 1 }}\n{operator}"));
    std::fs::create_dir(desk.path("petugas")).unwrap();
    ok(&desk, &["run"]);
    ok(&desk, &["brief", "approve", "2026-11-20", "--as", "Budi Santoso"]);
    std::fs::remove_dir(desk.path("keluar")).unwrap();
    assert_eq!(pesut(&desk, &["brief", "send", "2026-11-20"]).code, 1);
    assert!(!desk.path("data/pesan-operator.txt").exists());
    let told = files(&desk.path("petugas"));
    let all: String = told.values().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
    assert!(all.contains("tidak sampai kepada 1 penerima"), "{all}");
}

/// Takes one request whole; gives its idempotency key and the connection, which nobody has answered yet.
fn one_request(listener: &TcpListener) -> (String, TcpStream) {
    let (mut stream, _) = listener.accept().unwrap();
    let (mut bytes, mut buffer) = (Vec::new(), [0; 65_536]);
    loop {
        let read = stream.read(&mut buffer).unwrap();
        assert!(read > 0, "the request ended early");
        bytes.extend_from_slice(&buffer[..read]);
        let Some(head) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let headers = String::from_utf8_lossy(&bytes[..head]).to_lowercase();
        let header = |name: &str| {
            let line = headers.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
            line.trim_start_matches(':').trim().to_owned()
        };
        if bytes.len() >= head + 4 + header("content-length").parse::<usize>().unwrap() {
            return (header("idempotency-key"), stream);
        }
    }
}

#[test]
fn killed_before_the_answer_it_sends_again_under_the_same_name() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let desk = desk(&format!(
        "[[deliver]]\nkind = \"webhook\"\nname = \"dasbor\"\nurl = \"http://{address}/masuk\"\nformats = [\"txt\"]\n\
         secret = \"env:PESUT_UJI_KUNCI\"\nallow_private = [\"{address}\"]\n"
    ));
    let command = |words: &[&str]| {
        let mut command = desk.command(&[words, &["--pipeline", "uji.toml"]].concat());
        command.env("PESUT_UJI_KUNCI", "0123456789abcdef0123456789abcdef0123456789abcdef");
        command
    };
    for words in [&["run"][..], &["brief", "approve", "2026-11-20", "--as", "Budi Santoso"]] {
        let said = said(command(words).output().unwrap());
        assert_eq!(said.code, 0, "{}", said.err);
    }
    let mut child =
        command(&["brief", "send", "2026-11-20"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let (first, open) = one_request(&listener);
    child.kill().unwrap();
    child.wait().unwrap();
    drop(open);
    let child =
        command(&["brief", "send", "2026-11-20"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (second, mut open) = one_request(&listener);
    open.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
    drop(open);
    let sent = said(child.wait_with_output().unwrap());
    assert_eq!(sent.code, 0, "{}", sent.err);
    assert!(!first.is_empty() && first == second, "{first} {second}");
    let third = said(command(&["brief", "send", "2026-11-20"]).output().unwrap());
    assert!(third.err.contains("nothing to do"), "{}", third.err);
}

#[test]
fn a_schedule_is_listed_and_nothing_is_touched() {
    let desk = desk(FOLDER);
    let said = desk.ok(&["schedule", "uji.toml"]);
    assert!(!desk.path("data").exists(), "looking makes no data");
    let lines: Vec<&str> = said.out.lines().collect();
    assert_eq!(lines.len(), 2, "{}", said.out);
    assert!(
        lines[0].contains("next 2026-11-21 06:05") && lines[0].contains("due now: 2026-11-20 06:05"),
        "{}",
        lines[0]
    );
    assert!(lines[1].contains("next 2026-11-20 07:30"), "{}", lines[1]);
}

#[test]
fn decisions_about_briefs_may_come_from_a_file() {
    let desk = desk(FOLDER);
    ok(&desk, &["run"]);
    let lines = format!(
        "{{\"decision\":\"review_brief\",\"brief\":\"{ID}\"}}\n{{\"decision\":\"return_brief\",\"brief\":\"{ID}\"}}\n\
         {{\"decision\":\"approve_brief\",\"brief\":\"{ID}\",\"edition\":1,\"hash\":\"salah\"}}\n"
    );
    let decide = ["decide", "--as", "Rina Pratiwi", "--pipeline", "uji.toml"];
    let said = desk.with_input(&decide, lines.as_bytes());
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.err.contains("line 2: key \"reason\" is missing"), "{}", said.err);
    assert!(said.err.contains("line 3") && said.err.contains("has changed since it was read"), "{}", said.err);
    let status: serde_json::Value = serde_json::from_str(&ok(&desk, &["brief", "status", ID, "--json"]).out).unwrap();
    assert_eq!(status["state"], "ditinjau");
    let hash = status["content"].as_str().unwrap();
    let line = format!("{{\"decision\":\"approve_brief\",\"brief\":\"{ID}\",\"edition\":1,\"hash\":\"{hash}\"}}\n");
    let said = desk.with_input(&decide, line.as_bytes());
    assert_eq!(said.code, 0, "{}", said.err);
    let again = desk.with_input(&decide, line.as_bytes());
    assert!(again.code == 0 && again.err.contains("1 known already"), "{}", again.err);
}
