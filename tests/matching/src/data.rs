//! The development sets of claims, which are not part of the repository.

use serde_json::Value;
use std::{fs, path::PathBuf};
use xxhash_rust::xxh3::xxh3_64;

/// A post as its fact-checker quoted it.
pub struct Query {
    /// Its id.
    pub id: String,
    /// What it says.
    pub text: String,
    /// Fact-checks of its claim: its own, and the same claim checked again.
    pub relevant: Vec<String>,
}

/// The folder of shared data, if it is there.
pub fn shared() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = std::env::var_os("PESUT_SHARED").map_or(beside, PathBuf::from).join("data/replay");
    folder.is_dir().then_some(folder)
}

/// Which half a query belongs to: the even one is for tuning, the odd one only for reporting.
pub fn is_odd(id: &str) -> bool {
    xxh3_64(id.as_bytes()) % 2 == 1
}

/// The queries of a half.
pub fn queries(odd: bool) -> Vec<Query> {
    let query = |line: Value| {
        let ids = |name: &str| line["extra"][name].as_array().cloned().unwrap_or_default();
        let relevant = ids("relevant").into_iter().chain(ids("relevant_duplicates"));
        Query {
            id: text_of(&line, "id"),
            text: text_of(&line, "text"),
            relevant: relevant.filter_map(|id| id.as_str().map(str::to_owned)).collect(),
        }
    };
    lines("claim_queries.ndjson").into_iter().map(query).filter(|query| is_odd(&query.id) == odd).collect()
}

/// Ids and texts of posts that nobody has said to carry a checked claim.
pub fn posts() -> Vec<(String, String)> {
    ["posts_mbg_replies_2025-03_2025-05.ndjson", "posts_ikn_2023-04_2023-06.ndjson"]
        .into_iter()
        .flat_map(lines)
        .map(|line| (text_of(&line, "id"), text_of(&line, "text")))
        .collect()
}

/// Ids, titles and texts of ordinary news of nineteen days, every fourth: all of it measures the same.
pub fn news() -> Vec<(String, String, String)> {
    lines("replay_a_2025-05-26_2025-06-13.ndjson")
        .into_iter()
        .filter(|line| line["kind"] == "news")
        .step_by(4)
        .map(|line| (text_of(&line, "id"), text_of(&line, "title"), text_of(&line, "text")))
        .collect()
}

fn lines(name: &str) -> Vec<Value> {
    let path = shared().expect("callers have looked").join(name);
    let text = fs::read_to_string(path).expect("shared data is complete");
    text.lines().map(|line| serde_json::from_str(line).expect("shared data is NDJSON")).collect()
}

fn text_of(line: &Value, name: &str) -> String {
    line[name].as_str().unwrap_or_default().to_owned()
}
