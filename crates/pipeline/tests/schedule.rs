//! Days of a schedule on a clock that the test moves: built, held, sent when approved, caught up once, never doubled.
#![allow(clippy::unwrap_used)]

use jiff::Timestamp;
use model::{Act, BriefId};
use pipeline::{Clock, Desk, Office, Pipeline, Silent, Watched};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};

struct House {
    folder: tempfile::TempDir,
    time: &'static AtomicI64,
}

impl House {
    fn new(deliver: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        std::fs::create_dir(folder.path().join("keluar")).unwrap();
        std::fs::create_dir(folder.path().join("petugas")).unwrap();
        std::fs::write(folder.path().join("isi.ndjson"), "").unwrap();
        let text = format!(
            "title = \"Uji\"\n[[collect]]\nkind = \"file\"\nname = \"Koran Uji\"\npath = \"isi.ndjson\"\n\
             [[brief]]\nformats = [\"txt\"]\nout = \"{}\"\n[schedule.harian]\nbuild = \"5 6 * * *\"\n\
             send = \"30 7 * * *\"\n{deliver}",
            at("brief")
        );
        std::fs::write(folder.path().join("uji.toml"), text).unwrap();
        Self { folder, time: Box::leak(Box::new(AtomicI64::new(0))) }
    }

    /// Looks at the schedule at a local time, with an office that was just opened: every look is a start.
    fn look(&self, local: &str) -> Vec<String> {
        self.with(local, |office, pipeline| {
            let mut watched = Watched::default();
            office.tick(pipeline, &Silent, &mut watched).unwrap();
            let served = watched.served.iter();
            served.map(|one| format!("{} {} {}", one.occasion.job(), one.occasion.planned, one.outcome)).collect()
        })
    }

    fn with<T>(&self, local: &str, work: impl FnOnce(&mut Office, &Pipeline) -> T) -> T {
        let now: Timestamp = format!("{local}+08:00").parse().unwrap();
        self.time.store(now.as_second(), Ordering::Relaxed);
        let path = self.folder.path().join("uji.toml");
        let mut desk = Desk::open(Some(&path), None).unwrap();
        desk.clock = Clock::Shared(self.time);
        let mut office = Office::open(&desk, &self.folder.path().join("data"), &Silent).unwrap();
        let pipeline = desk.pipeline.take().unwrap();
        work(&mut office, &pipeline)
    }

    fn approve(&self, local: &str, id: &str) {
        self.with(local, |office, _| {
            let brief: BriefId = id.into();
            let (_, hash) = office.draft(&brief).unwrap().unwrap();
            office.decide_brief(Act::ApproveBrief { brief, edition: 1, hash }, "Budi", None).unwrap().unwrap();
        });
    }

    fn files(&self, folder: &str) -> Vec<String> {
        let mut found = names(&self.folder.path().join(folder));
        found.sort();
        found
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let below = |path: PathBuf| match path.is_dir() {
        true => names(&path),
        false => vec![path.file_name().unwrap().to_string_lossy().into_owned()],
    };
    entries.flat_map(below).collect()
}

const TWO: &str = "[[deliver]]\nkind = \"folder\"\nname = \"berkas\"\npath = \"keluar\"\nformats = [\"json\"]\n\
                   [[deliver]]\nkind = \"folder\"\nname = \"petugas\"\npath = \"petugas\"\noperator = true\n";

#[test]
fn a_morning_as_it_should_be() {
    let house = House::new(TWO);
    assert_eq!(house.look("2026-11-19T23:00:00"), [""; 0], "yesterday's morning is too long ago");
    assert_eq!(house.look("2026-11-20T06:05:00"), ["harian/build 2026-11-20T06:05:00 done"]);
    assert_eq!(house.files("brief"), ["2026-11-20.txt"]);
    assert_eq!(house.look("2026-11-20T06:06:00"), [""; 0]);
    house.approve("2026-11-20T07:00:00", "harian-2026-11-20");
    assert_eq!(house.look("2026-11-20T07:29:59"), [""; 0], "approved early, sent in time");
    assert_eq!(house.look("2026-11-20T07:30:00"), ["harian/send 2026-11-20T07:30:00 done"]);
    assert_eq!(house.files("keluar"), ["2026-11-20.json"]);
    assert_eq!(house.look("2026-11-20T07:31:00"), [""; 0]);
    assert!(house.files("petugas").is_empty());
}

#[test]
fn a_brief_that_nobody_approved_waits_and_leaves_when_somebody_does() {
    let house = House::new(TWO);
    house.look("2026-11-20T06:05:00");
    assert_eq!(house.look("2026-11-20T07:30:00"), ["harian/send 2026-11-20T07:30:00 held"]);
    assert_eq!(house.look("2026-11-20T07:40:00"), [""; 0]);
    let told = house.files("petugas");
    assert_eq!(told.len(), 1, "the operator is told once: {told:?}");
    assert!(house.files("keluar").is_empty());
    house.approve("2026-11-20T08:10:00", "harian-2026-11-20");
    assert_eq!(house.look("2026-11-20T08:11:00"), ["harian/send 2026-11-20T07:30:00 done"]);
    assert_eq!(house.files("keluar"), ["2026-11-20.json"]);
    assert_eq!(house.look("2026-11-20T08:12:00"), [""; 0]);
}

#[test]
fn what_was_missed_is_caught_up_once_and_no_clock_doubles_it() {
    let house = House::new(TWO);
    house.look("2026-11-17T06:05:00");
    // Off for three days, on again at nine.
    assert_eq!(
        house.look("2026-11-20T09:00:00"),
        ["harian/build 2026-11-20T06:05:00 done", "harian/send 2026-11-20T07:30:00 held"]
    );
    house.approve("2026-11-20T09:05:00", "harian-2026-11-20");
    assert_eq!(house.look("2026-11-20T09:06:00"), ["harian/send 2026-11-20T07:30:00 done"]);
    // Back by hours and days, and forth again: nothing of it comes a second time.
    for local in ["2026-11-20T06:04:00", "2026-11-20T07:30:00", "2026-11-20T06:05:00", "2026-11-20T10:00:00"] {
        let served = house.look(local);
        assert!(served.iter().all(|line| !line.contains("2026-11-20T")), "{local}: {served:?}");
    }
    assert_eq!(house.files("keluar"), ["2026-11-20.json"]);
    // A month ahead and back: tomorrow comes all the same.
    house.look("2026-12-20T06:05:00");
    assert_eq!(house.look("2026-11-21T06:05:00"), ["harian/build 2026-11-21T06:05:00 done"]);
}

#[test]
fn what_fails_is_tried_again_when_its_time_has_come() {
    let house = House::new(TWO);
    house.look("2026-11-20T06:05:00");
    house.approve("2026-11-20T07:00:00", "harian-2026-11-20");
    let out = house.folder.path().join("keluar");
    std::fs::remove_dir(&out).unwrap();
    house.look("2026-11-20T07:30:00");
    std::fs::create_dir(&out).unwrap();
    house.look("2026-11-20T07:30:30");
    assert!(house.files("keluar").is_empty(), "not before its time");
    house.look("2026-11-20T07:31:00");
    assert_eq!(house.files("keluar"), ["2026-11-20.json"]);
}
