//! `kill -9` at random points of a 20,000-item import: nothing lost, nothing double.

use crate::pesut::Desk;
use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::{Duration, Instant};

const ITEMS: usize = 20_000;

/// A few kills in an ordinary run; `PESUT_KILLS=200` for the long one.
fn kills_wanted() -> usize {
    std::env::var("PESUT_KILLS").ok().and_then(|value| value.parse().ok()).unwrap_or(6)
}

#[test]
fn a_killed_import_continues_without_loss_or_doubles() {
    let until = "2026-11-20T06:00:00+08:00".parse().unwrap();
    let lines: Vec<String> = generate::posts(11, ITEMS, until).collect();
    let sent: BTreeSet<String> = (0..ITEMS).map(|index| format!("p11-{index}")).collect();

    // An undisturbed import of the same file tells how long the work takes here, so that the kills fall inside it.
    let undisturbed = Desk::new();
    let file = undisturbed.write("posts.ndjson", lines.join("\n"));
    let file = file.to_str().unwrap();
    let start = Instant::now();
    undisturbed.ok(&["import", file]);
    let whole = start.elapsed().as_micros() as u64;

    // The moments come from a fixed sequence; where in the work they fall is up to the machine.
    let mut state = 0x5eed_u64;
    let mut kills = 0;
    while kills < kills_wanted() {
        let desk = Desk::new();
        loop {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let wait = Duration::from_micros((state >> 33) % whole);
            let mut child =
                desk.command(&["import", file]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            std::thread::sleep(wait);
            if child.try_wait().unwrap().is_some() {
                break;
            }
            child.kill().unwrap();
            child.wait().unwrap();
            kills += 1;
        }
        everything_is_there_once(&desk, file, &sent);
    }
    eprintln!("{kills} kills");
}

/// Truth, index and facts hold what was sent, each item once.
fn everything_is_there_once(desk: &Desk, file: &str, sent: &BTreeSet<String>) {
    let report = desk.ok(&["import", file, "--json"]).json_lines().pop().unwrap();
    let counted = ["imported", "updated", "unchanged"].map(|key| report[key].as_u64().unwrap());
    assert_eq!(counted.iter().sum::<u64>(), sent.len() as u64, "every item is accounted for: {report}");
    assert_eq!(counted[1], 0, "nothing changed between the runs");

    let hits = desk.ok(&["search", "*", "--json", "--limit", "100000"]).json_lines();
    let found: BTreeSet<String> = hits.iter().map(|hit| hit["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(hits.len(), sent.len(), "the index holds every item once");
    assert_eq!(found, *sent);

    let verified = desk.ok(&["verify", "--json"]).json_lines().pop().unwrap();
    for part in ["truth", "index", "facts"] {
        assert_eq!(verified[part], sent.len(), "{verified}");
    }
    assert_eq!(verified["problems"].as_array().unwrap().len(), 0, "{verified}");
}

#[test]
fn a_second_process_writes_nothing() {
    let desk = Desk::new();
    let until = "2026-11-20T06:00:00+08:00".parse().unwrap();
    let lines: Vec<String> = generate::posts(12, ITEMS, until).collect();
    let file = desk.write("posts.ndjson", lines.join("\n"));
    let other = desk.write("other.ndjson", r#"{"id":"lain","text":"banjir di Samarinda"}"#);
    let mut command = desk.command(&["import", file.to_str().unwrap()]);
    let mut first = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // The lock file is there as soon as the first process owns the directory.
    let lock = desk.path("data").join("pesut.lock");
    while std::fs::read_to_string(&lock).map_or(true, |pid| pid.trim().is_empty()) {
        assert!(first.try_wait().unwrap().is_none(), "the first import ended before it owned the directory");
        std::thread::yield_now();
    }
    let second = desk.run(&["import", other.to_str().unwrap()]);
    assert_eq!(second.code, 2, "{}", second.err);
    assert!(second.err.contains("in use"), "{}", second.err);
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(!desk.ok(&["search", "*", "--json", "--limit", "100000"]).out.contains("\"lain\""));
}
