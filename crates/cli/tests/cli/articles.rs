//! The five source articles, as a user would take them in. Skipped where the shared data is absent.

use crate::pesut::{Desk, shared_data};
use serde_json::Value;

const EVENT_DATES: [(&str, &str); 5] = [
    ("000_9ed698d32920e036", "2025-07-17"),
    ("001_1d00225533b3f2d8", "2025-07-17"),
    ("002_59f6fe3501c90634", "2022-09-02"),
    ("003_bbb38d7f21c8ee8e", "2025-09-10"),
    ("004_8038ab2fd99f0373", "2024-03-25"),
];

#[test]
fn the_five_articles_become_issues_hits_and_a_brief() {
    let Some(articles) = shared_data().map(|data| data.join("articles")) else {
        eprintln!("skipped: no shared data (1 test: the five articles)");
        return;
    };
    let desk = Desk::new();
    let report = desk.ok(&["import", articles.to_str().unwrap(), "--json"]).json_lines().pop().unwrap();
    assert_eq!(report["imported"], 5, "{report}");

    let hits = desk.ok(&["search", "*", "--json"]).json_lines();
    assert_eq!(hits.len(), 5);
    for (id, date) in EVENT_DATES {
        let hit = hits.iter().find(|hit| hit["id"] == id).unwrap_or_else(|| panic!("{id} is missing"));
        assert_eq!(hit["event_date"], date, "{id}");
        let text = hit.to_string();
        for unwanted in ["â€", "âP", "ArabicChinese", "Share this", "Respon Pembaca", "Berita Lainnya", "Editor:"] {
            assert!(!text.contains(unwanted), "{id} still has {unwanted}");
        }
        assert_eq!(hit["topics"][0], "transformasi_digital", "{id}");
    }
    let advertorial: Vec<&str> =
        hits.iter().filter(|hit| hit["coverage"] == "advertorial").map(|hit| hit["id"].as_str().unwrap()).collect();
    assert_eq!(advertorial.len(), 3, "{advertorial:?}");
    for id in [EVENT_DATES[0].0, EVENT_DATES[1].0, EVENT_DATES[3].0] {
        assert!(advertorial.contains(&id), "{id} is paid");
    }

    let issues = desk.ok(&["issues", "--json"]).json_lines();
    let issue_of = |id: &str| {
        issues
            .iter()
            .find(|issue| members(issue).iter().any(|member| member == id))
            .unwrap_or_else(|| panic!("{id} is in no issue"))["id"]
            .clone()
    };
    assert_eq!(issue_of(EVENT_DATES[0].0), issue_of(EVENT_DATES[1].0), "one event, two reports");
    for hit in &hits {
        assert_eq!(hit["issue"], issue_of(hit["id"].as_str().unwrap()), "a hit names its issue");
    }
    assert_ne!(issue_of(EVENT_DATES[2].0), issue_of(EVENT_DATES[0].0), "the same training three years earlier");
    assert_eq!(issues.iter().map(|issue| members(issue).len()).sum::<usize>(), 5, "each in exactly one story");

    let out = desk.path("brief");
    desk.ok(&["brief", "--format", "json,txt,html,pdf", "--out", out.to_str().unwrap()]);
    let json = std::fs::read_dir(&out)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|extension| extension == "json"))
        .unwrap();
    let brief: Value = serde_json::from_str(&std::fs::read_to_string(json).unwrap()).unwrap();
    let text = brief.to_string();
    for (id, _) in EVENT_DATES {
        assert!(text.contains(id), "{id} does not stand in the brief");
    }
}

fn members(issue: &Value) -> Vec<String> {
    issue["stories"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|story| story["members"].as_array().unwrap())
        .map(|member| member.as_str().unwrap().to_owned())
        .collect()
}
