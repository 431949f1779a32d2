//! Whatever is derived may be lost or damaged at any time: the answers stay the same, and nothing fails for good.

use crate::room::{Arrival, DAY, Room, arrivals, days, hour, own};
use jiff::SignedDuration;
use pipeline::Silent;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// Some days up to the morning after a forged letter.
fn week() -> (Room, Vec<Arrival>) {
    let mut all = arrivals("letter", 1, 3, 1);
    let check = json!({
        "id": "cek-1", "kind": "factcheck", "source": "cek fakta (contoh)",
        "title": "[SALAH] Surat Gubernur Kaltim minta transfer biaya administrasi dana bantuan rumah ibadah",
        "text": "Beredar surat dari Gubernur Kaltim soal dana bantuan rumah ibadah yang meminta transfer biaya \
            administrasi ke rekening pribadi dan konfirmasi ke gubernurkaltim.bantuan@gmail.com. Surat itu tidak benar.",
    });
    let position = all.partition_point(|arrival| arrival.at < hour(DAY, 3));
    all.splice(position..position, own(hour(DAY, 3), [check]));
    let mut room = Room::new(all[0].at);
    room.pass(&all, hour(days(1), 6));
    (room, all)
}

fn answers(room: &mut Room) -> (Vec<Value>, Vec<Value>, Value, Vec<Value>) {
    let claims = room.office().claims(&Silent).unwrap();
    (room.issues(Some(days(1))), room.issues(None), serde_json::to_value(claims).unwrap(), room.search("surat"))
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .collect();
    paths.sort();
    paths
}

/// Another byte in the middle, the length as it was.
fn flip(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    fs::write(path, bytes).unwrap();
}

fn halve(path: &Path) {
    let bytes = fs::read(path).unwrap();
    fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
}

type Harm = (&'static str, fn(&Path));

/// What may happen to the files of an office that is closed.
const HARM: &[Harm] = &[
    ("the state is gone", |data| fs::remove_file(data.join("derived/issues/stream.state")).unwrap()),
    ("the state is cut short", |data| halve(&data.join("derived/issues/stream.state"))),
    ("a byte of the state is another", |data| flip(&data.join("derived/issues/stream.state"))),
    ("the state is something else", |data| fs::write(data.join("derived/issues/stream.state"), "{}\n").unwrap()),
    ("the state is empty", |data| fs::write(data.join("derived/issues/stream.state"), "").unwrap()),
    ("a report is cut short", |data| files(&data.join("derived/issues/reports")).iter().for_each(|path| halve(path))),
    ("the reports are gone", |data| fs::remove_dir_all(data.join("derived/issues/reports")).unwrap()),
    ("the grouping is gone", |data| fs::remove_dir_all(data.join("derived/issues")).unwrap()),
    ("the fact-checks are gone", |data| fs::remove_dir_all(data.join("derived/claims")).unwrap()),
    ("the fact-checks are damaged", |data| files(&data.join("derived/claims")).iter().for_each(|path| halve(path))),
    ("everything derived is gone", |data| fs::remove_dir_all(data.join("derived")).unwrap()),
];

#[test]
fn harm_to_derived_files_changes_no_answer() {
    let (mut room, all) = week();
    let wanted = answers(&mut room);
    assert!(wanted.2.to_string().contains("cek-1"), "no claim is like the fact-check");
    for (name, harm) in HARM {
        room.close();
        // Where reports are kept, they answer before anything else is read.
        if !name.contains("report") && !name.contains("fact-checks") {
            fs::remove_dir_all(room.issues_folder().join("reports")).unwrap();
        }
        harm(&room.data());
        room.open();
        let found = answers(&mut room);
        assert!(found == wanted, "{name}: the answers are others");
        room.verify();
    }
    // What comes in after harm is grouped as if there had been none.
    let more = arrivals("letter", 1, 3, 2);
    let more: Vec<&Arrival> = more.iter().filter(|more| more.at > hour(days(1), 6)).collect();
    room.close();
    flip(&room.issues_folder().join("stream.state"));
    room.open();
    room.at(hour(days(1), 12));
    room.import(more.iter().copied());
    let after_harm = answers(&mut room);
    let mut whole = Room::new(all[0].at);
    whole.pass(&all, hour(days(1), 6));
    whole.at(hour(days(1), 12));
    whole.import(more.iter().copied());
    assert!(after_harm == answers(&mut whole), "what came in after harm is grouped otherwise");
}

/// The state is read when it is first needed; it may be harmed after the office was opened.
#[test]
fn harm_while_the_office_is_open_changes_no_answer() {
    let mut room = Room::new(hour(days(-2), 0));
    let all = arrivals("letter", 1, 2, 1);
    room.pass(&all, hour(DAY, 22));
    let wanted = room.issues(None);
    room.close();
    room.open();
    flip(&room.issues_folder().join("stream.state"));
    assert_eq!(room.issues(None), wanted);
    room.close();
    room.open();
    assert_eq!(room.issues(None), wanted, "and it was mended on disk");
    flip(&room.issues_folder().join("stream.state"));
    room.at(hour(DAY, 22) + SignedDuration::from_hours(1));
    room.import(all.iter().filter(|arrival| arrival.at > hour(DAY, 22)));
    room.verify();
}
