//! Drafts of clarifications for the claims of `tests/cases/queue/<case>/queue.json`, written down in `drafts.txt`, and
//! what no draft may ever say.

#![allow(clippy::unwrap_used)]

use brief::{clarification, clarification_text};
use model::{Claim, ClaimMatch, ClaimStatus, ClaimStep, FactCheck, Record, Region};
use proptest::prelude::*;
use serde::Deserialize;
use std::{
    fs,
    path::{Path, PathBuf},
};

#[derive(Deserialize)]
struct Input {
    records: Vec<Record>,
    fact_checks: Vec<FactCheck>,
}

#[derive(Deserialize)]
struct Moment {
    now: String,
    claims: Vec<Claim>,
}

struct Case {
    folder: PathBuf,
    input: Input,
    moments: Vec<Moment>,
    region: Region,
}

fn read<T: serde::de::DeserializeOwned>(path: PathBuf) -> T {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn cases() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases");
    let mut folders: Vec<PathBuf> = fs::read_dir(root.join("queue"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    assert!(folders.len() >= 3, "the cases are gone");
    let case = |folder: PathBuf| Case {
        input: read(folder.join("input.json")),
        moments: read(folder.join("queue.json")),
        region: read(root.join("brief/region.json")),
        folder,
    };
    folders.into_iter().map(case).collect()
}

fn text(case: &Case, claim: &Claim) -> String {
    clarification_text(&clarification(claim, &case.input.records, &case.input.fact_checks, &case.region))
}

#[test]
fn drafts_are_as_expected() {
    for case in cases() {
        let mut found = String::new();
        let mut last: Vec<String> = Vec::new();
        for moment in &case.moments {
            let drafts: Vec<String> = moment.claims.iter().map(|claim| text(&case, claim)).collect();
            for draft in drafts.iter().filter(|draft| !last.contains(draft)) {
                found.push_str(&format!("===== {}\n{draft}\n", moment.now));
            }
            last = drafts;
        }
        let path = case.folder.join("drafts.txt");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, &found).unwrap();
        }
        let same = found == fs::read_to_string(&path).unwrap_or_default();
        assert!(same, "{} differs: UPDATE=1 rewrites it, the diff shows how", path.display());
    }
}

/// One claim under every verdict, for people to read.
#[test]
fn every_verdict_has_its_paper() {
    let case = cases().into_iter().find(|case| case.folder.ends_with("policy_dispute")).unwrap();
    let claim = &case.moments[0].claims[0];
    let step = |status: ClaimStatus, by: &str| ClaimStep {
        at: claim.entered_at,
        by: by.to_owned(),
        status,
        primary_sources: vec!["Dinas Sosial, keterangan tertulis 20 November 2026".to_owned()],
        references: vec!["https://lumbungraya.test/beasiswa".to_owned()],
        explanation: Some("Dinas Sosial memeriksa daftar penerima dan pengumuman resmi.".to_owned()),
        conclusion: Some("Ketentuan penerima beasiswa termuat dalam pengumuman resmi Dinas Sosial".to_owned()),
        reason: None,
    };
    let mut found = String::new();
    for status in ClaimStatus::ALL.into_iter().filter(|status| status.is_verdict()) {
        let second = (status == ClaimStatus::Palsu).then(|| step(status, "Budi Uji"));
        let history = [step(status, "Rina Contoh")].into_iter().chain(second).collect();
        let claim = Claim { status, history, awaits_second: false, ..claim.clone() };
        found.push_str(&format!("===== {}\n{}\n", status.as_str(), text(&case, &claim)));
    }
    let path = case.folder.join("../verdicts.txt");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &found).unwrap();
    }
    let same = found == fs::read_to_string(&path).unwrap_or_default();
    assert!(same, "{} differs: UPDATE=1 rewrites it, the diff shows how", path.display());
}

/// Words without those that are addresses.
fn words(text: &str) -> Vec<String> {
    // The name of a site may have the word in it, and a site that is not the office's own is written "contoh[.]test".
    let site = |word: &&str| word.contains("://") || word.contains("[.]");
    text.split_whitespace().filter(|word| !site(word)).map(str::to_lowercase).collect()
}

fn says_hoax(text: &str) -> bool {
    words(text).iter().any(|word| word.contains("hoaks") || word.contains("hoax") && !word.contains("hoax.test"))
}

/// Every claim of the cases in every status, with words of officers that go too far.
fn in_every_status(claim: &Claim) -> Vec<Claim> {
    let step = |status: ClaimStatus, by: &str| ClaimStep {
        at: claim.entered_at,
        by: by.to_owned(),
        status,
        primary_sources: vec!["Biro Umum, hub 0812-3456-7890".to_owned()],
        references: vec!["https://lumbungraya.test/rilis/202611200001".to_owned()],
        explanation: Some("Ini HOAKS lama; lihat http://jahat.test/a dan tulis ke uji.coba@contoh.test.".to_owned()),
        conclusion: Some("Pesan itu hoaks.".to_owned()),
        reason: None,
    };
    let plain = |status: ClaimStatus| Claim { status, history: vec![], awaits_second: false, ..claim.clone() };
    let mut all = vec![plain(ClaimStatus::PerluVerifikasi), plain(ClaimStatus::MenungguKonfirmasi)];
    let first = step(ClaimStatus::Palsu, "Rina Contoh");
    all.push(Claim { awaits_second: true, history: vec![first.clone()], ..plain(ClaimStatus::PerluVerifikasi) });
    for status in ClaimStatus::ALL.into_iter().filter(|status| status.is_verdict()) {
        let made = match status {
            ClaimStatus::Palsu => vec![first.clone(), step(status, "Budi Uji")],
            _ => vec![step(status, "Rina Contoh")],
        };
        for then in [status, ClaimStatus::KlarifikasiTerbit, ClaimStatus::Ditutup] {
            let ended = (then != status).then(|| step(then, "Budi Uji"));
            all.push(Claim { history: made.iter().cloned().chain(ended).collect(), ..plain(then) });
        }
    }
    all
}

#[test]
fn only_two_people_bring_the_word() {
    let mut allowed = 0;
    for case in cases() {
        let claims: Vec<&Claim> = case.moments.iter().flat_map(|moment| &moment.claims).collect();
        for claim in claims.iter().flat_map(|claim| in_every_status(claim)).chain(claims.iter().map(|c| (*c).clone())) {
            let text = text(&case, &claim);
            match claim.verdict() {
                Some(ClaimStatus::Palsu) => allowed += usize::from(says_hoax(&text)),
                _ => assert!(!says_hoax(&text), "{:?}: {text}", claim.status),
            }
        }
    }
    assert!(allowed > 0, "the word is never used: the search searches nothing");
}

#[test]
fn before_a_verdict_everything_only_needs_verification() {
    for case in cases() {
        for claim in case.moments.iter().flat_map(|moment| &moment.claims) {
            let claim =
                Claim { status: ClaimStatus::PerluVerifikasi, history: vec![], awaits_second: false, ..claim.clone() };
            let draft = clarification(&claim, &case.input.records, &case.input.fact_checks, &case.region);
            assert_eq!((draft.category.as_str(), draft.label.as_str()), ("perlu verifikasi", "Klarifikasi resmi"));
            for part in [&draft.narasi, &draft.penjelasan, &draft.kesimpulan] {
                assert!(part.iter().any(|line| line.contains("perlu verifikasi")), "{part:?}");
                assert!(part.iter().any(|line| line.contains('[')), "{part:?}");
            }
            let own = draft.narasi.iter().chain(&draft.penjelasan).chain(&draft.kesimpulan);
            for line in own {
                let outside: String = line.split('“').map(|part| part.rsplit('”').next().unwrap()).collect();
                for word in ["palsu", "bohong", "menyesatkan", "tidak benar", "tiruan", "manipulasi"] {
                    assert!(!outside.contains(word), "{word}: {line}");
                }
            }
        }
    }
}

#[test]
fn no_draft_hands_on_links_numbers_or_people() {
    for case in cases() {
        for claim in case.moments.iter().flat_map(|moment| &moment.claims) {
            for mut claim in in_every_status(claim).into_iter().chain([claim.clone()]) {
                claim.text.push_str(" hub 081234567890 atau www.jahat.test/x?nik=1 dan uji@surat.test");
                let draft = clarification(&claim, &case.input.records, &case.input.fact_checks, &case.region);
                let text = clarification_text(&draft);
                for gone in [
                    "0812",
                    "jahat.test",
                    "uji.coba@",
                    "uji@",
                    "surat.test",
                    "go-id.xyz",
                    "suratresmi.test",
                    "k1",
                    "@seseorang",
                ] {
                    let kept = gone == "k1" && claim.id.as_str().contains("k1");
                    assert!(kept || !text.contains(gone), "{gone}: {text}");
                }
                for address in text.split_whitespace().filter(|word| word.contains("http")) {
                    let known = ["lumbungraya.test", "cekbersama.test", "turnbackhoax.test"];
                    assert!(known.iter().any(|host| address.contains(host)), "{address}");
                }
            }
        }
    }
}

#[test]
fn the_fact_frames_the_claim() {
    for case in cases() {
        for claim in case.moments.iter().flat_map(|moment| &moment.claims).flat_map(in_every_status) {
            let draft = clarification(&claim, &[], &[], &case.region);
            assert!(!draft.title.contains('“') && !draft.narasi[0].contains('“'), "{}", draft.title);
            assert!(draft.narasi[1].contains('“') && !draft.narasi[2].contains('“'));
            let quoted = draft.narasi.iter().chain(&draft.penjelasan).chain(&draft.kesimpulan);
            assert_eq!(quoted.filter(|line| line.contains('“')).count(), 1, "the claim is quoted once");
        }
    }
}

#[test]
fn a_match_is_no_verdict() {
    let case = &cases()[0];
    let claim = Claim {
        matches: vec![ClaimMatch { claim_id: "fc1".to_owned(), score: 1.0, level: "confirm".to_owned() }],
        ..in_every_status(&case.moments[0].claims[0]).remove(0)
    };
    let draft = clarification(&claim, &case.input.records, &case.input.fact_checks, &case.region);
    assert!(draft.notes.iter().any(|note| note.contains("mirip sekali") && note.contains("perlu dinilai petugas")));
    assert!(draft.rujukan.iter().all(|line| line.starts_with('[')));
}

/// Stretches that messages are made of, and what somebody may put between them to get past.
fn piece() -> impl Strategy<Value = String> {
    let known = [
        "http://",
        "HTTPS://",
        "www.",
        "bantuan.test",
        "Bantuan.COM",
        "/a?b=c",
        "@",
        "uji",
        ".",
        ":",
        "://",
        "“",
        "”",
        " ",
        "\n",
        "0812",
        "-3456-7890",
        "hoaks",
        "HoAx",
        "[",
        "]",
        "lumbungraya.test",
        "\u{200b}",
        "é",
        "😀",
        "10.1.2.3",
        "62 ",
        "Rp",
    ];
    prop_oneof![4 => prop::sample::select(known.to_vec()).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_claim_says_the_draft_is_harmless(
        text in prop::collection::vec(piece(), 0..30).prop_map(|pieces| pieces.concat()),
        explained in prop::collection::vec(piece(), 0..30).prop_map(|pieces| pieces.concat()),
    ) {
        let region: Region = Region { official_hosts: vec!["lumbungraya.test".to_owned()], ..Region::default() };
        let step = ClaimStep {
            at: "2026-11-20T00:00:00Z".parse().unwrap(),
            by: "Rina Contoh".to_owned(),
            status: ClaimStatus::Menyesatkan,
            primary_sources: vec!["Biro Umum".to_owned()],
            references: vec!["https://lumbungraya.test/1".to_owned()],
            explanation: Some(explained.clone()),
            conclusion: Some(explained),
            reason: None,
        };
        let claim = Claim { text, ..in_every_status(&cases()[0].moments[0].claims[0]).remove(0) };
        let judged = Claim { status: ClaimStatus::Menyesatkan, history: vec![step], ..claim.clone() };
        for claim in [claim, judged] {
            let draft = clarification(&claim, &[], &[], &region);
            let own = draft.narasi.iter().chain(&draft.penjelasan).chain(&draft.kesimpulan).chain([&draft.title]);
            for line in own {
                let lower = line.to_lowercase();
                for address in lower.match_indices("http").map(|(at, _)| &lower[at..]) {
                    prop_assert!(
                        !address.starts_with("http://") && !address.starts_with("https://") || address.contains("lumbungraya.test"),
                        "{}", line
                    );
                }
                // The address of an official page is its own, whatever stands in it.
                let own: Vec<&str> = line.split_whitespace().filter(|word| !word.to_lowercase().contains("lumbungraya.test")).collect();
                prop_assert!(!says_hoax(&own.join(" ")), "{}", line);
                prop_assert!(!lower.contains(" 0812-3456-7890"), "{}", line);
            }
        }
    }
}
