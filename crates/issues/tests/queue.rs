//! `tests/cases/queue/<case>/input.json` gives `queue.json`, the queue at each of its moments; `tests/cases/queue/steps.json`
//! is the table of steps with what each makes of a claim; and the promises that hold for every sequence of steps.

#![allow(clippy::unwrap_used)]

use issues::queue::{Queue, QueueOptions, Standing, may, queue};
use jiff::{Timestamp, ToSpan as _};
use model::*;
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use std::{collections::BTreeMap, fs, path::PathBuf};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    moments: Vec<Timestamp>,
    records: Vec<Record>,
    standings: Vec<Placed>,
    matches: Vec<Matched>,
    #[allow(dead_code)]
    fact_checks: Vec<FactCheck>,
    decisions: Vec<Value>,
}

#[derive(Deserialize)]
struct Placed {
    source: SourceName,
    id: DocumentId,
    story: StoryId,
    issue: IssueId,
    risk: Risk,
}

#[derive(Deserialize)]
struct Matched {
    source: SourceName,
    id: DocumentId,
    matches: Vec<ClaimMatch>,
}

struct Case {
    folder: PathBuf,
    moments: Vec<Timestamp>,
    records: Vec<Record>,
    standings: BTreeMap<DocumentKey, Standing>,
    matches: BTreeMap<DocumentKey, Vec<ClaimMatch>>,
    decisions: Vec<Decision>,
}

impl Case {
    fn queue(&self, now: Timestamp) -> Queue {
        queue(&self.records, &self.standings, &self.matches, &self.decisions, now, &QueueOptions::default())
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/queue")
}

/// The id that a claim with only this document has.
fn claim_of(record: &Record) -> ClaimId {
    let alone =
        Record { verification_score: 1.0, spam: None, kind: SourceKind::Post, signals: vec![], ..record.clone() };
    let alone = Record { coverage: Coverage::Earned, ..alone };
    let now = "2027-01-01T00:00:00Z".parse().unwrap();
    let none = BTreeMap::new();
    queue(&[alone], &none, &BTreeMap::new(), &[], now, &QueueOptions::default()).claims[0].id.clone()
}

/// Puts the id of a document's claim where a case says `@document`.
fn resolved(mut decision: Value, records: &[Record]) -> Decision {
    if let Some(name) = decision["act"]["claim"].as_str().and_then(|claim| claim.strip_prefix('@')) {
        let record = records.iter().find(|record| record.id.as_str() == name).unwrap();
        decision["act"]["claim"] = json!(claim_of(record));
    }
    serde_json::from_value(decision).unwrap()
}

fn cases() -> Vec<Case> {
    let mut folders: Vec<PathBuf> = fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    assert!(folders.len() >= 3);
    let case = |folder: PathBuf| {
        let input: Input = serde_json::from_str(&fs::read_to_string(folder.join("input.json")).unwrap()).unwrap();
        let key = |source, id| DocumentKey { source, id };
        Case {
            decisions: input.decisions.into_iter().map(|decision| resolved(decision, &input.records)).collect(),
            moments: input.moments,
            records: input.records,
            standings: (input.standings.into_iter())
                .map(|s| (key(s.source, s.id), Standing { story: s.story, issue: s.issue, risk: s.risk }))
                .collect(),
            matches: input.matches.into_iter().map(|m| (key(m.source, m.id), m.matches)).collect(),
            folder,
        }
    };
    folders.into_iter().map(case).collect()
}

fn check(path: PathBuf, found: &str) {
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, found).unwrap();
    }
    let same = found == fs::read_to_string(&path).unwrap_or_default();
    assert!(same, "{} differs: UPDATE=1 rewrites it, the diff shows how", path.display());
}

#[test]
fn queues_are_as_written_down() {
    for case in cases() {
        let found: Vec<Value> = case
            .moments
            .iter()
            .map(|&now| {
                let queue = case.queue(now);
                let clocks: Vec<&str> = queue.claims.iter().map(|claim| claim.clock(now).label()).collect();
                json!({"now": now, "clocks": clocks, "claims": queue.claims, "refusals": queue.refusals})
            })
            .collect();
        check(case.folder.join("queue.json"), &(serde_json::to_string_pretty(&found).unwrap() + "\n"));
    }
}

#[test]
fn order_of_arrival_changes_nothing() {
    for mut case in cases() {
        let expected: Vec<Queue> = case.moments.iter().map(|&now| case.queue(now)).collect();
        case.records.reverse();
        case.decisions.rotate_left(1);
        // The same file recorded twice counts once.
        case.decisions.extend(case.decisions.clone());
        let found: Vec<Queue> = case.moments.iter().map(|&now| case.queue(now)).collect();
        assert_eq!(found, expected, "{}", case.folder.display());
    }
}

#[test]
fn without_people_everything_only_needs_verification() {
    for mut case in cases() {
        case.decisions.clear();
        for &now in &case.moments {
            let queue = case.queue(now);
            assert!(queue.claims.iter().all(|claim| claim.status == ClaimStatus::PerluVerifikasi));
            assert!(queue.claims.iter().all(|claim| claim.verdict().is_none() && claim.history.is_empty()));
        }
    }
}

#[test]
fn only_carriers_enter() {
    let mut case = cases().into_iter().find(|case| case.folder.ends_with("forged_letter")).unwrap();
    let names = |queue: &Queue| -> Vec<String> {
        queue.claims.iter().flat_map(|claim| &claim.documents).map(|key| key.id.to_string()).collect()
    };
    case.decisions.clear();
    assert_eq!(names(&case.queue(case.moments[0])), ["p1", "p2", "m1"]);
    assert_eq!(names(&case.queue(case.moments[1])), ["p1", "p2", "p3", "m1"]);
    // Neither the worst tone nor a complaint brings anything in.
    for record in &mut case.records {
        (record.verification_score, record.tone, record.speech_act) =
            (0.0, Some(Tone::Negatif), Some(SpeechAct::Aduan));
    }
    case.matches.clear();
    assert!(case.queue(case.moments[0]).claims.is_empty());
}

#[test]
fn ids_and_decisions_survive_what_comes_later() {
    let mut case = cases().into_iter().find(|case| case.folder.ends_with("forged_letter")).unwrap();
    let now = case.moments[2];
    let letter = claim_of(&case.records[0]);
    let before = case.queue(now).find(&letter).unwrap().clone();
    assert_eq!((&before.id, before.history.len()), (&letter, 4));
    // An earlier document turns up a day late: the claim keeps its id and everything decided about it.
    let mut late = case.records[0].clone();
    (late.id, late.at) = ("p0".into(), "2026-11-19T00:00:00Z".parse().unwrap());
    late.first_seen_at = "2026-11-20T08:00:00Z".parse().unwrap();
    case.standings.insert(late.key(), case.standings[&case.records[0].key()].clone());
    case.records.push(late);
    let after = case.queue(now);
    assert_eq!(after.find(&letter).unwrap().history, before.history);
    assert_eq!(after.find(&letter).unwrap().id, letter);
    // Today's lexicon finds nothing in it any more: what people decided stays.
    case.records.iter_mut().for_each(|record| record.verification_score = 0.0);
    case.matches.clear();
    let found = case.queue(now);
    let claim = found.find(&letter).unwrap();
    assert_eq!((claim.status, claim.history.len()), (ClaimStatus::KlarifikasiTerbit, 4));
    // Two stories become one: decisions by either id are the claim's.
    assert_eq!(after.find(&claim_of(&case.records[1])).unwrap().id, letter);
}

#[test]
fn a_claim_of_a_person_s_keeps_its_name() {
    let mut case = cases().into_iter().find(|case| case.folder.ends_with("forged_letter")).unwrap();
    let open = |claim: &str, document: Option<&str>| {
        let document = document.map(|id| json!({"source": "obrolan-warga", "id": id}));
        let act = json!({"decision": "open_claim", "claim": claim, "text": "Surat setoran; hub 0812-3456-7890", "document": document, "issue": "is1"});
        serde_json::from_value::<Decision>(
            json!({"id": format!("o{claim}"), "at": "2026-11-20T00:50:00Z", "by": "Rina Contoh", "act": act}),
        )
        .unwrap()
    };
    let machine = case.queue(case.moments[0]).claims[0].id.clone();
    case.decisions = vec![open("surat-setoran", Some("p2")), open("lain", None), open("tak-tampak", Some("p99"))];
    let queue = case.queue(case.moments[0]);
    let claim = queue.find(&machine).unwrap();
    assert_eq!((claim.id.as_str(), claim.documents.len()), ("surat-setoran", 2));
    assert_eq!(claim.text, "Surat setoran; hub [nomor telepon]");
    let other = queue.find(&"lain".into()).unwrap();
    assert_eq!((other.documents.len(), other.issue.as_ref().unwrap().as_str()), (0, "is1"));
    // An orange issue's four hours hold for what a person opened in it, too.
    assert_eq!(other.limit_at, other.entered_at.checked_add(4.hours()).unwrap());
    assert_eq!(queue.find(&"tak-tampak".into()).unwrap().documents.len(), 1);
}

#[test]
fn the_clock_follows_the_issue() {
    let mut case = cases().into_iter().find(|case| case.folder.ends_with("forged_letter")).unwrap();
    case.decisions.clear();
    for (risk, target, limit) in
        [(Risk::Merah, 1, 1), (Risk::Oranye, 3, 4), (Risk::Kuning, 3, 24), (Risk::Hijau, 3, 24)]
    {
        case.standings.values_mut().for_each(|standing| standing.risk = risk);
        let claims = case.queue(case.moments[1]).claims;
        let claim = claims.iter().find(|claim| claim.documents.len() == 3).unwrap();
        assert_eq!(claim.target_at, claim.entered_at.checked_add(target.hours()).unwrap(), "{risk:?}");
        assert_eq!(claim.limit_at, claim.entered_at.checked_add(limit.hours()).unwrap(), "{risk:?}");
        let at = |minutes: i64| claim.clock(claim.entered_at.checked_add(minutes.minutes()).unwrap());
        assert_eq!(at(target * 60), ClaimClock::DalamTarget);
        assert_eq!(at(limit * 60 + 1), ClaimClock::LewatBatas);
        if limit > target {
            assert_eq!(at(target * 60 + 1), ClaimClock::LewatTarget);
        }
    }
}

// ---- steps

fn fresh() -> Claim {
    let record = Record {
        id: "x".into(),
        source: "s".into(),
        verification_score: 0.5,
        text: "klaim".into(),
        ..Record::default()
    };
    let now = "2026-11-20T00:00:00Z".parse().unwrap();
    queue(&[record], &BTreeMap::new(), &BTreeMap::new(), &[], now, &QueueOptions::default()).claims.remove(0)
}

/// A step of the table as a decision, an hour after the one before it.
fn decision(claim: &ClaimId, position: usize, step: &Value) -> Decision {
    let mut act = step.clone();
    let fields = act.as_object_mut().unwrap();
    let (by, reason) = (fields.remove("by").unwrap(), fields.remove("reason"));
    fields.insert("decision".to_owned(), json!("claim_status"));
    fields.insert("claim".to_owned(), json!(claim));
    fields.remove("then");
    let at: Timestamp = "2026-11-20T00:00:00Z".parse().unwrap();
    let at = at.checked_add((position as i64).hours()).unwrap();
    serde_json::from_value(json!({"id": format!("{position:03}"), "at": at, "by": by, "reason": reason, "act": act}))
        .unwrap()
}

/// The claim after the steps, and what was refused, by way of the whole queue.
fn after(steps: &[Decision]) -> (Option<Claim>, Vec<Refusal>) {
    let record = Record {
        id: "x".into(),
        source: "s".into(),
        verification_score: 0.5,
        text: "klaim".into(),
        ..Record::default()
    };
    let now = "2026-11-22T00:00:00Z".parse().unwrap();
    let mut found = queue(&[record], &BTreeMap::new(), &BTreeMap::new(), steps, now, &QueueOptions::default());
    (found.claims.pop(), found.refusals)
}

#[test]
fn steps_are_as_written_down() {
    let path = root().join("steps.json");
    let mut table: Vec<Value> = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    let id = fresh().id;
    for row in &mut table {
        let steps = row["steps"].as_array_mut().unwrap();
        for position in 0..steps.len() {
            let taken: Vec<Decision> =
                steps[..=position].iter().enumerate().map(|(place, step)| decision(&id, place, step)).collect();
            let (claim, refusals) = after(&taken);
            let claim = claim.unwrap();
            let refused = refusals.iter().find(|refusal| refusal.decision == taken[position].id);
            let second = if claim.awaits_second { " (menunggu orang kedua)" } else { "" };
            steps[position]["then"] = match refused {
                Some(refusal) => json!(format!("ditolak: {}", refusal.why)),
                None => json!(format!("{}{second}", claim.status.as_str())),
            };
            assert_eq!(refusals.len() + claim.history.len(), taken.len(), "{}: a step was lost", row["name"]);
        }
    }
    check(path, &(serde_json::to_string_pretty(&table).unwrap() + "\n"));
}

const SPELLINGS: [&str; 8] = [
    "Rina Contoh",
    "rina contoh",
    "RINA  CONTOH",
    "Sdri. Rina Contoh",
    "Dr. Hj. Rina Contoh, S.Kom., M.Si.",
    "Contoh, Rina",
    "R. Contoh",
    "Rina",
];

prop_compose! {
    fn any_step(people: &'static [&'static str])(
        by in 0..people.len(),
        status in 0..ClaimStatus::ALL.len(),
        source in any::<bool>(),
        address in any::<bool>(),
        reason in any::<bool>(),
    ) -> Value {
        json!({
            "by": people[by],
            "status": ClaimStatus::ALL[status],
            "primary_sources": if source { vec!["Biro Umum"] } else { vec![] },
            "references": if address { vec!["https://contoh.test/1"] } else { vec![] },
            "reason": reason.then_some("ada alasannya"),
        })
    }
}

fn decisions(steps: &[Value]) -> Vec<Decision> {
    let id = fresh().id;
    steps.iter().enumerate().map(|(position, step)| decision(&id, position, step)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nobody_reaches_palsu_alone(steps in prop::collection::vec(any_step(&SPELLINGS), 1..14)) {
        for end in 1..=steps.len() {
            let (claim, _) = after(&decisions(&steps[..end]));
            let claim = claim.unwrap();
            prop_assert_ne!(claim.status, ClaimStatus::Palsu);
            prop_assert_ne!(claim.verdict(), Some(ClaimStatus::Palsu));
            prop_assert_ne!(claim.verdict_before(), Some(ClaimStatus::Palsu));
        }
    }

    #[test]
    fn a_verdict_always_has_its_evidence(steps in prop::collection::vec(any_step(&["Rina Contoh", "Budi Uji"]), 1..14)) {
        let all = decisions(&steps);
        let (claim, refusals) = after(&all);
        let claim = claim.unwrap();
        prop_assert_eq!(claim.history.len() + refusals.len(), all.len());
        let made = claim.verdict_steps();
        prop_assert_eq!(claim.verdict().is_some(), !made.is_empty());
        if claim.status.is_verdict() {
            prop_assert_eq!(made.last().unwrap().status, claim.status);
        }
        if claim.verdict().is_some() {
            prop_assert!(made.iter().any(|step| !step.primary_sources.is_empty()));
            prop_assert!(made.iter().any(|step| !step.references.is_empty()));
        }
        if claim.verdict() == Some(ClaimStatus::Palsu) {
            prop_assert!(made.iter().any(|step| step.by == "Rina Contoh") && made.iter().any(|step| step.by == "Budi Uji"));
        }
        prop_assert_eq!(claim.awaits_second, claim.proposal().is_some());
        // What `may` says of the next step is what the queue does with it.
        let next = decision(&claim.id, all.len(), &steps[0]);
        let said = may(&claim, &next);
        let (then, _) = after(&[all, vec![next]].concat());
        prop_assert_eq!(said.unwrap_or(claim.status), then.unwrap().status);
    }
}
