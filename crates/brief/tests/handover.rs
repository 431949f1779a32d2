//! Golden handover notes: `tests/cases/handover/<case>/input.json` gives `expected.txt`. `UPDATE=1` rewrites them.

// Clippy knows a test by its attribute; the functions that several tests share have none.
#![allow(clippy::unwrap_used)]

use brief::{HandoverInput, handover, handover_text};
use jiff::Timestamp;
use model::{Alert, Claim, Issue, OpenTask, Region, SourceHealth};
use serde::Deserialize;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Lines of a printed page.
const PAGE_LINES: usize = 60;

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixture {
    #[serde(skip)]
    region: Region,
    at: Timestamp,
    alerts: Vec<Alert>,
    claims: Vec<Claim>,
    tasks: Vec<OpenTask>,
    issues: Vec<Issue>,
    health: Vec<SourceHealth>,
}

impl Fixture {
    fn text(&self) -> String {
        handover_text(&handover(&HandoverInput {
            region: &self.region,
            at: self.at,
            alerts: &self.alerts,
            claims: &self.claims,
            tasks: &self.tasks,
            issues: &self.issues,
            health: &self.health,
        }))
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases")
}

fn load(case: &str) -> Fixture {
    let mut fixture: Fixture =
        serde_json::from_str(&fs::read_to_string(root().join("handover").join(case).join("input.json")).unwrap())
            .unwrap();
    fixture.region = serde_json::from_str(&fs::read_to_string(root().join("brief/region.json")).unwrap()).unwrap();
    fixture
}

#[test]
fn notes_are_as_expected() {
    let folders = fs::read_dir(root().join("handover")).unwrap();
    for case in folders.map(|entry| entry.unwrap().file_name().into_string().unwrap()) {
        let text = load(&case).text();
        let path = root().join("handover").join(&case).join("expected.txt");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, &text).unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap_or_default(), text, "{case}");
    }
}

#[test]
fn a_full_night_is_still_one_page() {
    let mut fixture = load("afternoon");
    for number in 0..40 {
        let mut alert = fixture.alerts[0].clone();
        alert.id = format!("a-{number}").as_str().into();
        fixture.alerts.push(alert);
        let mut task = fixture.tasks[0].clone();
        task.id = format!("t-{number}").as_str().into();
        fixture.tasks.push(task);
    }
    let text = fixture.text();
    assert!(text.lines().count() <= PAGE_LINES, "{} lines", text.lines().count());
    assert!(text.contains("dan 38 lainnya"), "{text}");
}

#[test]
fn the_order_of_what_is_handed_over_does_not_matter() {
    let mut fixture = load("afternoon");
    let text = fixture.text();
    fixture.alerts.reverse();
    fixture.claims.reverse();
    fixture.tasks.reverse();
    fixture.issues.reverse();
    assert_eq!(text, fixture.text());
}
