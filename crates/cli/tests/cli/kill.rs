//! `kill -9` at random points of a 20,000-item import: nothing lost, nothing double.

use crate::pesut::Desk;
use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::{Duration, Instant};

const ITEMS: usize = 20_000;

/// A few kills in an ordinary run; `PESUT_KILLS=200` for the long one.
fn kills() -> usize {
    std::env::var("PESUT_KILLS").ok().and_then(|value| value.parse().ok()).unwrap_or(10)
}

#[test]
fn a_killed_import_continues_without_loss_or_doubles() {
    let desk = Desk::new();
    let until = "2026-11-20T06:00:00+08:00".parse().unwrap();
    let lines: Vec<String> = generate::posts(11, ITEMS, until).collect();
    let file = desk.write("posts.ndjson", lines.join("\n"));
    let sent: BTreeSet<String> = (0..ITEMS).map(|index| format!("p11-{index}")).collect();

    // An undisturbed import of the same file tells how long the work takes here, so that the kills fall inside it.
    let undisturbed = Desk::new();
    let start = Instant::now();
    undisturbed.ok(&["import", file.to_str().unwrap()]);
    let whole = start.elapsed().as_micros() as u64;

    // The moments come from a fixed sequence; a killed import goes on where it was, so later ones have less to do.
    let mut state = 0x5eed_u64;
    let mut finished = 0;
    for _ in 0..kills() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let wait = Duration::from_micros((state >> 33) % whole);
        let mut command = desk.command(&["import", file.to_str().unwrap()]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(wait);
        if child.try_wait().unwrap().is_some() {
            finished += 1;
        } else {
            child.kill().unwrap();
        }
        child.wait().unwrap();
    }
    eprintln!("{} kills, {finished} came after the end", kills() - finished);

    let report = desk.ok(&["import", file.to_str().unwrap(), "--json"]);
    let report = report.json_lines().pop().unwrap();
    let counted = ["imported", "updated", "unchanged"].map(|key| report[key].as_u64().unwrap());
    assert_eq!(counted.iter().sum::<u64>(), ITEMS as u64, "every item is accounted for: {report}");
    assert_eq!(counted[1], 0, "nothing changed between the runs");

    let hits = desk.ok(&["search", "*", "--json", "--limit", "100000"]).json_lines();
    let found: Vec<String> = hits.iter().map(|hit| hit["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(found.len(), ITEMS, "the index holds every item once");
    assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), sent);

    let verified = desk.ok(&["verify", "--json"]).json_lines().pop().unwrap();
    assert_eq!(verified["truth"], ITEMS, "{verified}");
    assert_eq!(verified["index"], ITEMS, "{verified}");
    assert_eq!(verified["facts"], ITEMS, "{verified}");
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
    assert!(!desk.ok(&["search", "id:lain OR *", "--json", "--limit", "100000"]).out.contains("\"lain\""));
}
