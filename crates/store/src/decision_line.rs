//! One line of a file of decisions, checked and named.
//!
//! `{"decision":"rename","issue":"…","title":"…","reason":"…","at":"2026-11-20T05:00:00Z"}`

use jiff::{SignedDuration, Timestamp};
use model::{Act, ClaimId, Decision, DecisionId, TaskId};
use serde_json::{Map, Value};
use std::io::{self, BufRead, Read as _};

/// A clarification with its sources fits many times over; a whole article does not belong here.
const LINE_BYTES_MAX: usize = 64 << 10;
/// More than an office decides in a year.
const LINES_MAX: usize = 100_000;
/// Longest text of one field.
const TEXT_CHARS_MAX: usize = 10_000;
/// Longest list of one field.
const LIST_MAX: usize = 500;
/// Longest id, title or name.
const NAME_CHARS_MAX: usize = 300;
/// Fields that hold sentences; every other text is an id, a name, a title or an address.
const LONG_FIELDS: &[&str] = &["text", "explanation", "conclusion", "reason", "before", "after", "wrong", "right"];
/// Addresses are longer than names.
const ADDRESS_CHARS_MAX: usize = 2_000;
/// How far another machine's clock may be ahead.
const AHEAD: SignedDuration = SignedDuration::from_mins(10);

/// A file of decisions as it was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DecisionLines {
    /// Decisions with the numbers of their lines.
    pub decisions: Vec<(usize, Decision)>,
    /// Lines that could not be read: "line 3: …".
    pub wrong: Vec<String>,
}

/// Reads a file of decisions. What is wrong with a line is told with its number and costs only that line; so does an
/// empty line, which says nothing.
pub fn read_decisions(mut file: impl BufRead, by: &str, now: Timestamp) -> io::Result<DecisionLines> {
    let mut lines = DecisionLines::default();
    let mut line = Vec::new();
    for number in 1..=LINES_MAX {
        line.clear();
        // One byte more than may be, so that a line that is too long is seen to be.
        if (&mut file).take(LINE_BYTES_MAX as u64 + 2).read_until(b'\n', &mut line)? == 0 {
            return Ok(lines);
        }
        if line.last() != Some(&b'\n') {
            file.skip_until(b'\n')?;
        }
        let text = String::from_utf8_lossy(&line);
        match text.trim_matches(['\u{feff}', '\r', '\n', ' ', '\t']) {
            "" => {}
            text => match read_decision(text, by, now) {
                Ok(decision) => lines.decisions.push((number, decision)),
                Err(why) => lines.wrong.push(format!("line {number}: {why}")),
            },
        }
    }
    if !file.fill_buf()?.is_empty() {
        lines.wrong.push(format!("line {}: more than {LINES_MAX} lines; the rest was not read", LINES_MAX + 1));
    }
    Ok(lines)
}

/// Reads one line; `by` signs it, and `now` is when it was taken where the line does not say.
///
/// The error names the key and what would have been right; the caller adds the number of the line.
pub fn read_decision(line: &str, by: &str, now: Timestamp) -> Result<Decision, String> {
    if line.len() > LINE_BYTES_MAX {
        return Err(format!("longer than {LINE_BYTES_MAX} bytes"));
    }
    let value: Value = serde_json::from_str(line).map_err(|error| format!("no JSON: {error}"))?;
    let Value::Object(mut fields) = value else { return Err("no JSON object".to_owned()) };
    check_bounds(&fields)?;

    let by = signature(by)?;
    if let Some(written) = text(&mut fields, "by")?
        && written.trim() != by
    {
        return Err("key \"by\": is not the name that signs; leave it out".to_owned());
    }
    let at = match text(&mut fields, "at")? {
        None => now,
        Some(at) => at.parse().map_err(|_| format!("key \"at\": \"{at}\" is no time such as 2026-11-20T05:00:00Z"))?,
    };
    if at.duration_since(now) > AHEAD {
        return Err(format!("key \"at\": {at} lies ahead"));
    }
    let reason = text(&mut fields, "reason")?.filter(|reason| !reason.trim().is_empty());
    let act = act(fields)?;
    if matches!(act, Act::ReturnBrief { .. }) && reason.is_none() {
        return Err("key \"reason\" is missing; say why the brief goes back".to_owned());
    }
    Ok(decision(act, by, at, reason))
}

/// A decision with its id, from an act that a form or another program has put together.
pub fn decision(mut act: Act, by: &str, at: Timestamp, reason: Option<String>) -> Decision {
    // Whatever is opened here must be found again by the next line of the same file.
    match &mut act {
        Act::OpenTask { task, title, owner, deadline, issue, .. } if task.as_str().is_empty() => {
            let issue = issue.as_ref().map_or("", |issue| issue.as_str());
            *task = TaskId(code("task", &[title, owner, &deadline.to_string(), issue]));
        }
        // A claim with a document is named after the document, by whoever keeps the queue.
        Act::OpenClaim { claim, text, document: None, .. } if claim.as_str().is_empty() => {
            *claim = ClaimId(code("claim", &[text]));
        }
        _ => {}
    }
    let id = decision_id(&act, by, at);
    Decision { id, at, by: by.to_owned(), reason, act }
}

/// Made of what was decided, by whom and when; what the program adds to find an issue again is no part of it.
pub(crate) fn decision_id(act: &Act, by: &str, at: Timestamp) -> DecisionId {
    DecisionId(code("decision", &[&act_json(&act.without_anchors()), by, &at.to_string()]))
}

pub(crate) fn act_json(act: &Act) -> String {
    serde_json::to_string(act).expect("texts, numbers and lists always have a JSON form")
}

/// The name of a person as it signs.
fn signature(by: &str) -> Result<&str, String> {
    let by = by.trim();
    if by.is_empty() || by.chars().count() > NAME_CHARS_MAX || by.chars().any(char::is_control) {
        return Err(format!("the name that signs must have 1 to {NAME_CHARS_MAX} characters in one line"));
    }
    Ok(by)
}

fn act(mut fields: Map<String, Value>) -> Result<Act, String> {
    let known = || Act::NAMES.join(", ");
    let name =
        text(&mut fields, "decision")?.ok_or_else(|| format!("key \"decision\" is missing; known: {}", known()))?;
    if !Act::NAMES.contains(&name.as_str()) {
        return Err(format!("key \"decision\": \"{name}\" is not known; known: {}", known()));
    }
    let name = Value::String(name);
    let parse = |mut fields: Map<String, Value>| {
        fields.insert("decision".to_owned(), name.clone());
        serde_json::from_value::<Act>(Value::Object(fields))
    };
    let error = match parse(fields.clone()) {
        Ok(act) => return check(act),
        Err(error) => error.to_string(),
    };
    if error.starts_with("missing field") || error.starts_with("unknown field") {
        return Err(error.replace('`', "\""));
    }
    // The parser does not say where it stopped: each key is tried alone, and the faulty one misses nothing but sense.
    for (key, value) in fields {
        let alone = parse([(key.clone(), value)].into_iter().collect());
        if let Err(error) = alone.map_err(|error| error.to_string())
            && !error.starts_with("missing field")
        {
            return Err(format!("key \"{key}\": {}", error.replace('`', "\"")));
        }
    }
    Err(error)
}

/// What types cannot say.
fn check(act: Act) -> Result<Act, String> {
    let empty = |key: &str| Err(format!("key \"{key}\" is empty"));
    match &act {
        Act::Split { stories, documents, .. } if stories.is_empty() && documents.is_empty() => {
            Err("keys \"stories\" and \"documents\" are both empty; name what leaves".to_owned())
        }
        Act::Split { stories, story_anchors, .. } if story_anchors.len() > stories.len() => {
            Err("key \"story_anchors\" is longer than \"stories\"".to_owned())
        }
        Act::Merge { issue, into, .. } if issue == into => Err("keys \"issue\" and \"into\" are the same".to_owned()),
        Act::Duplicate { document, of: Some(of) } if document == of => {
            Err("keys \"document\" and \"of\" are the same".to_owned())
        }
        Act::OpenClaim { text, .. } if text.trim().is_empty() => empty("text"),
        Act::OpenTask { title, .. } | Act::Clarify { title, .. } if title.trim().is_empty() => empty("title"),
        Act::OpenTask { owner, .. } if owner.trim().is_empty() => empty("owner"),
        Act::ClaimStatus { claim, .. } if claim.as_str().is_empty() => empty("claim"),
        Act::TaskStatus { task, .. } if task.as_str().is_empty() => empty("task"),
        Act::FactCheck { fact_check } if fact_check.id.as_str().is_empty() => empty("fact_check.id"),
        Act::EditBrief { part, .. } if !part.starts_with('/') => {
            Err(format!("key \"part\": \"{part}\" is no part of a brief such as /bluf/0/text"))
        }
        Act::EditBrief { before, after, .. } if before == after => {
            Err("keys \"before\" and \"after\" are the same".to_owned())
        }
        Act::EditBrief { after, .. } if after.trim().is_empty() => empty("after"),
        Act::CorrectBrief { wrong, .. } if wrong.trim().is_empty() => empty("wrong"),
        Act::CorrectBrief { right, .. } if right.trim().is_empty() => empty("right"),
        Act::CorrectBrief { wrong, right, .. } if wrong == right => {
            Err("keys \"wrong\" and \"right\" are the same".to_owned())
        }
        Act::ApproveBrief { edition: 0, .. } => Err("key \"edition\": the first is 1".to_owned()),
        Act::LayoutBrief { layout, .. } if layout.sections.is_empty() => empty("layout.sections"),
        _ => Ok(act),
    }
}

fn text(fields: &mut Map<String, Value>, key: &str) -> Result<Option<String>, String> {
    match fields.remove(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(format!("key \"{key}\" must be a text")),
    }
}

fn check_bounds(fields: &Map<String, Value>) -> Result<(), String> {
    fields.iter().try_for_each(|(key, value)| bounded(key, value))
}

fn bounded(key: &str, value: &Value) -> Result<(), String> {
    match value {
        Value::String(text) => {
            let most = match key {
                _ if LONG_FIELDS.contains(&key) => TEXT_CHARS_MAX,
                "url" | "references" | "primary_sources" | "proof" => ADDRESS_CHARS_MAX,
                _ => NAME_CHARS_MAX,
            };
            if text.chars().count() > most {
                return Err(format!("key \"{key}\" is longer than {most} characters"));
            }
            Ok(())
        }
        Value::Array(items) if items.len() > LIST_MAX => Err(format!("key \"{key}\" has more than {LIST_MAX} entries")),
        Value::Array(items) => items.iter().try_for_each(|item| bounded(key, item)),
        Value::Object(fields) => check_bounds(fields),
        _ => Ok(()),
    }
}

/// Sixteen hexadecimal digits of the parts.
fn code(kind: &str, parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("pesut 2026 ids of decisions");
    for part in std::iter::once(&kind).chain(parts) {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex()[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Decision, String> {
        read_decision(line, "Ratna", "2026-11-20T06:00:00Z".parse().unwrap())
    }

    #[test]
    fn a_line_is_a_decision() {
        let line =
            r#"{"decision":"rename","issue":"a","title":"Banjir","reason":"lebih jelas","at":"2026-11-20T05:00:00Z"}"#;
        let decision = read(line).unwrap();
        assert_eq!(decision, read(line).unwrap());
        assert_eq!((decision.by.as_str(), decision.reason.as_deref()), ("Ratna", Some("lebih jelas")));
        assert_eq!(decision.at.to_string(), "2026-11-20T05:00:00Z");
        assert_eq!(decision.act, Act::Rename { issue: "a".into(), title: "Banjir".into(), anchor: None });
        let anchored = line.replacen("{", r#"{"anchor":{"source":"s","id":"1"},"#, 1);
        assert_eq!(read(&anchored).unwrap().id, decision.id, "an anchor is no other decision");
        assert_eq!(
            read(r#"{"decision":"pin","issue":"a","pinned":true}"#).unwrap().at.to_string(),
            "2026-11-20T06:00:00Z"
        );
    }

    #[test]
    fn errors_name_the_key_and_what_is_known() {
        for (line, wanted) in [
            ("x", "no JSON"),
            ("[]", "no JSON object"),
            ("{}", r#"key "decision" is missing; known: tone, topics"#),
            (r#"{"decision":"remove"}"#, r#"key "decision": "remove" is not known; known: tone, topics"#),
            (r#"{"decision":"pin","issue":"a"}"#, r#"missing field "pinned""#),
            (
                r#"{"decision":"pin","issue":"a","pinned":true,"colour":1}"#,
                r#"unknown field "colour", expected one of "issue", "pinned""#,
            ),
            (r#"{"decision":"pin","issue":"a","pinned":"ya"}"#, r#"key "pinned": invalid type: string"#),
            (r#"{"decision":"tone","document":{"source":"s","id":"1"}}"#, r#"missing field "tone""#),
            (
                r#"{"decision":"tone","document":{"source":"s","id":"1"},"tone":"baik"}"#,
                r#"key "tone": unknown variant "baik", expected one of "positif", "netral""#,
            ),
            (
                r#"{"decision":"claim_status","claim":"c","status":"hoaks"}"#,
                r#"key "status": unknown variant "hoaks", expected one of "perlu_verifikasi""#,
            ),
            (r#"{"decision":"pin","issue":"a","pinned":true,"by":"Budi"}"#, r#"key "by""#),
            (r#"{"decision":"pin","issue":"a","pinned":true,"at":"kemarin"}"#, r#"key "at": "kemarin" is no time"#),
            (r#"{"decision":"pin","issue":"a","pinned":true,"at":"2026-11-21T05:00:00Z"}"#, "lies ahead"),
            (r#"{"decision":"split","issue":"a"}"#, "both empty"),
            (r#"{"decision":"merge","issue":"a","into":"a"}"#, "the same"),
            (
                r#"{"decision":"open_task","title":" ","owner":"bpbd","deadline":"2026-11-21T05:00:00Z"}"#,
                r#"key "title" is empty"#,
            ),
        ] {
            let found = read(line).unwrap_err();
            assert!(found.contains(wanted), "{line}: {found}");
        }
        let long = format!(r#"{{"decision":"rename","issue":"a","title":"{}"}}"#, "x".repeat(301));
        assert_eq!(read(&long).unwrap_err(), "key \"title\" is longer than 300 characters");
        assert!(read(&" ".repeat(LINE_BYTES_MAX + 1)).unwrap_err().contains("longer than"));
        assert!(read_decision("{}", " ", Timestamp::UNIX_EPOCH).is_err());
    }

    #[test]
    fn a_file_tells_which_line_is_wrong_and_reads_the_others() {
        let pin = r#"{"decision":"pin","issue":"a","pinned":true}"#;
        let long = "x".repeat(3 * LINE_BYTES_MAX);
        let file = format!("\u{feff}{pin}\n\n{long}\n{pin}\r\n{{}}\n{pin}");
        let DecisionLines { decisions, wrong } =
            read_decisions(file.as_bytes(), "Ratna", Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(decisions.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 4, 6]);
        assert_eq!(wrong.len(), 2);
        assert!(wrong[0].starts_with("line 3: longer than") && wrong[1].starts_with("line 5: key"), "{wrong:?}");
    }

    #[test]
    fn every_name_is_one_of_an_act() {
        for name in Act::NAMES {
            let found = read(&format!(r#"{{"decision":"{name}"}}"#)).unwrap_err();
            assert!(found.starts_with("missing field"), "{name}: {found}");
        }
        let unknown = serde_json::from_str::<Act>(r#"{"decision":"x"}"#).unwrap_err().to_string();
        assert_eq!(unknown.matches('`').count(), 2 * (Act::NAMES.len() + 1), "{unknown}");
    }

    #[test]
    fn null_takes_a_label_away() {
        let line = r#"{"decision":"spam","document":{"source":"s","id":"1"},"spam":null}"#;
        assert!(matches!(read(line).unwrap().act, Act::Spam { spam: None, .. }));
    }

    #[test]
    fn what_is_opened_gets_an_id_that_does_not_depend_on_the_moment() {
        let line =
            r#"{"decision":"open_task","title":"Siapkan data","owner":"bpbd","deadline":"2026-11-21T05:00:00Z"}"#;
        let later = read_decision(line, "Budi", "2026-11-20T09:00:00Z".parse().unwrap()).unwrap();
        let (Act::OpenTask { task, .. }, Act::OpenTask { task: other, .. }) = (read(line).unwrap().act, later.act)
        else {
            panic!("no task")
        };
        assert!(!task.as_str().is_empty());
        assert_eq!(task, other);
    }
}
