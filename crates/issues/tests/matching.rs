//! The matcher on its own: candidates in, matches out. With the index it is tested in `tests/matching`.

#![allow(clippy::unwrap_used)]

use issues::matching::{MatchOptions, Matcher};
use model::{ClaimCandidate, ClaimMatch, FactCheck, SourceKind};

fn check(id: &str, title: &str) -> FactCheck {
    FactCheck { id: id.into(), title: title.to_owned(), ..FactCheck::default() }
}

fn candidates(ids: &[(&str, f32)]) -> Vec<ClaimCandidate> {
    ids.iter().map(|&(id, bm25)| ClaimCandidate { id: id.into(), bm25 }).collect()
}

fn matcher() -> Matcher {
    let checks = [
        check("a", "Bantuan Tunai Rp600.000 Kartu Sungai Emas Cair Hari Jumat"),
        check("b", "Jembatan Muara Kelapa Ditutup Total Tiga Bulan"),
    ];
    Matcher::new(&checks, MatchOptions::default())
}

const CARRIED: &str =
    "Kabar gembira, bantuan tunai Rp600.000 Kartu Sungai Emas cair hari Jumat, segera daftarkan keluarga kalian";

fn judge(text: &str, kind: SourceKind) -> Vec<ClaimMatch> {
    matcher().judge(None, text, kind, &candidates(&[("a", 40.0), ("b", 3.0), ("tak-dikenal", 50.0)]))
}

#[test]
fn a_carried_claim_is_confirmed_and_unknown_candidates_are_passed_over() {
    let found = judge(CARRIED, SourceKind::Post);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].claim_id.as_str(), found[0].level.as_str()), ("a", "confirm"));
}

#[test]
fn who_speaks_about_a_claim_is_only_suggested() {
    let denied = format!("{CARRIED}. Pesan itu dipastikan hoaks.");
    for (text, kind) in [(CARRIED, SourceKind::Official), (CARRIED, SourceKind::Factcheck), (&denied, SourceKind::Post)]
    {
        assert_eq!(judge(text, kind)[0].level, "suggest", "{text} {kind:?}");
    }
}

#[test]
fn another_amount_is_only_suggested() {
    let found = judge(&CARRIED.replace("600.000", "900.000"), SourceKind::Post);
    assert_eq!(found[0].level, "suggest");
    assert_eq!(judge(&CARRIED.replace("Rp600.000", "600 ribu rupiah"), SourceKind::Post)[0].level, "confirm");
}

#[test]
fn the_same_claim_checked_twice_is_no_rival() {
    let mut matcher = matcher();
    matcher.add(&check("c", "Bantuan Tunai Rp600.000 Kartu Sungai Emas Cair Hari Jumat Beredar Lagi"));
    let found = matcher.judge(None, CARRIED, SourceKind::Post, &candidates(&[("a", 40.0), ("c", 39.0), ("b", 3.0)]));
    assert_eq!(found.iter().map(|found| found.level.as_str()).collect::<Vec<_>>(), ["confirm", "confirm"]);
    assert!(found[0].score >= found[1].score);
}

#[test]
fn a_replaced_check_leaves_no_trace() {
    let mut other = matcher();
    other.add(&check("a", "Pasar Lama Dibongkar"));
    assert_eq!(other.judge(None, CARRIED, SourceKind::Post, &candidates(&[("a", 40.0)])), []);
    other.add(&check("a", "Bantuan Tunai Rp600.000 Kartu Sungai Emas Cair Hari Jumat"));
    let candidates = candidates(&[("a", 40.0), ("b", 3.0)]);
    let judge = |matcher: &Matcher| matcher.judge(None, CARRIED, SourceKind::Post, &candidates);
    assert_eq!(judge(&other), judge(&matcher()));
    other.remove(&"a".into());
    other.remove(&"a".into());
    assert_eq!((other.len(), judge(&other)), (1, vec![]));
}
