//! What is advised over the playbook that ships: within the law, by whoever holds the power, in time.
//!
//! Every topic × power × level × status of a claim × whether it was answered is composed and read.

// Clippy knows a test by its attribute; the functions that several tests share have none.
#![allow(clippy::unwrap_used)]

mod common;

use brief::{Input, compose};
use common::{Parts, base, issue, lexicons, outside_quotes};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use model::{
    Authority, Brief, Claim, ClaimId, ClaimStatus, Issue, PlayClass, Recommendation, Region, ResponseKind, Risk,
    Sentence, Topic,
};
use std::collections::BTreeSet;
use text::Limits;

const AUTHORITIES: [Authority; 6] = [
    Authority::Provinsi,
    Authority::KabKota,
    Authority::Pusat,
    Authority::Bumn,
    Authority::Mandiri,
    Authority::Campuran,
];
const RISKS: [Risk; 4] = [Risk::Hijau, Risk::Kuning, Risk::Oranye, Risk::Merah];

/// Words that no advice has whatever the list of limits says; the list could be emptied.
const NEVER: [&str; 14] = [
    "uu ite",
    "takedown",
    "take down",
    "blokir",
    "hapus",
    "tangkap",
    "polisikan",
    "pidana",
    "somasi",
    "pencemaran nama",
    "elektabilitas",
    "popularitas",
    "laporkan akun",
    "laporkan warga",
];

/// One cell of the matrix.
#[derive(Clone, Debug)]
struct Cell {
    topic: Topic,
    authority: Authority,
    risk: Risk,
    claim: Option<ClaimStatus>,
    answered: bool,
}

fn cells(region: &Region) -> Vec<Cell> {
    let statuses: Vec<Option<ClaimStatus>> =
        std::iter::once(None).chain(ClaimStatus::ALL.into_iter().map(Some)).collect();
    let mut cells = Vec::new();
    for authority in AUTHORITIES {
        for topic in &region.topics {
            for risk in RISKS {
                for claim in &statuses {
                    for answered in [false, true] {
                        cells.push(Cell { topic: topic.clone(), authority, risk, claim: *claim, answered });
                    }
                }
            }
        }
    }
    cells
}

fn issue_of(cell: &Cell, number: usize, parts: &Parts) -> (Issue, Option<Claim>) {
    let mut issue = issue(parts, &format!("i-{number}"), cell.topic.id.as_str(), cell.risk);
    if !cell.answered {
        issue.official_response = None;
    }
    issue.needs_verification = if cell.claim == Some(ClaimStatus::PerluVerifikasi) { issue.count } else { 0 };
    let claim = cell.claim.map(|status| Claim {
        id: ClaimId::from(format!("c-{number}").as_str()),
        text: "Kabar yang beredar".to_owned(),
        issue: Some(issue.id.clone()),
        story: None,
        documents: Vec::new(),
        signals: Vec::new(),
        score: 0.5,
        matches: Vec::new(),
        status,
        awaits_second: false,
        entered_at: Timestamp::UNIX_EPOCH,
        target_at: Timestamp::UNIX_EPOCH,
        limit_at: Timestamp::UNIX_EPOCH,
        history: Vec::new(),
    });
    (issue, claim)
}

/// What the matrix does not name is varied along with it: places, questions, and where the figures go.
fn varied(mut issue: Issue, region: &Region, turn: usize) -> Issue {
    if turn.is_multiple_of(2) {
        issue.places = region.governments.iter().take(turn % 5).map(|(code, _)| code.clone()).collect();
    }
    if turn.is_multiple_of(3) {
        let document = issue.exemplars[0].clone();
        issue.questions = vec![Sentence { text: "Kapan selesai?".to_owned(), document, count: 1 }];
    }
    let days = issue.trend.len();
    for (day, count) in issue.trend.iter_mut().enumerate() {
        count.count = match turn % 7 {
            0 => Some(if day + 1 == days { 4 } else { 0 }),
            1 => Some(day as u32),
            2 => Some((days - day) as u32),
            _ => count.count,
        };
    }
    issue
}

fn composed(parts: &Parts, region: &Region, issues: &[Issue], claims: &[Claim]) -> Brief {
    compose(&Input {
        region,
        frame: &parts.frame,
        tables: &parts.tables,
        issues,
        stories: 1,
        copies: 0,
        health: &[],
        gaps: &[],
        clippings: &[],
        clippings_total: 0,
        claims,
        fact_checks: &[],
        told: &[],
        story_rows: &[],
        period: None,
        tasks: &[],
        clarifications: &[],
        effects: &[],
        options: &parts.options,
    })
}

/// Every text of a recommendation, without the material that it quotes.
fn texts(advice: &Recommendation) -> Vec<String> {
    let options = advice.options.iter().flat_map(|option| {
        [&option.name, &option.reason].into_iter().chain(&option.steps).cloned().collect::<Vec<_>>()
    });
    let own = [
        &advice.owner,
        &advice.message,
        &advice.spokesperson,
        &advice.channels,
        &advice.time,
        &advice.risk_note,
        &advice.risk_of_acting,
        &advice.risk_of_waiting,
    ];
    options
        .chain(own.into_iter().cloned())
        .chain(advice.messages.iter().cloned())
        .map(|text| outside_quotes(&text))
        .collect()
}

fn has(advice: &Recommendation, kind: ResponseKind) -> bool {
    advice.options.iter().any(|option| option.kind == Some(kind) && !option.rejected)
}

fn check_law(cell: &Cell, class: PlayClass, text: &str, limits: &Limits, region: &Region) {
    assert_eq!(limits.breach(text, class), None, "{cell:?}: {text}");
    let lower = text.to_lowercase();
    for word in NEVER {
        assert!(!lower.contains(word), "{cell:?}: \"{word}\" in: {text}");
    }
    for holder in &region.office_holders {
        assert!(!text.contains(&holder.name), "{cell:?}: {} in: {text}", holder.name);
    }
    assert!(!text.contains('{') && !text.contains('}'), "{cell:?}: not filled: {text}");
}

fn check_advice(cell: &Cell, class: PlayClass, advice: &Recommendation) {
    let recommended: Vec<usize> =
        (0..advice.options.len()).filter(|index| advice.options[*index].recommended).collect();
    assert_eq!(recommended, [0], "{cell:?}: one option is recommended, and it stands first");
    let first = &advice.options[0];
    assert!(!first.rejected && advice.options.iter().all(|option| !option.reason.is_empty()), "{cell:?}");
    assert_eq!(advice.authority == "laksanakan", cell.authority == Authority::Provinsi, "{cell:?}");
    // One key message that is ready, or three to fill; never both.
    assert!(advice.messages.is_empty() || advice.messages.len() == 3 && cell.risk >= Risk::Kuning, "{cell:?}");
    assert!(advice.messages.is_empty() != advice.message.is_empty(), "{cell:?}");
    if class == PlayClass::Pemilu {
        assert!(advice.options.len() == 1 && first.kind == Some(ResponseKind::JagaNetralitas), "{cell:?}");
        return;
    }
    if matches!(cell.claim, Some(ClaimStatus::PerluVerifikasi | ClaimStatus::MenungguKonfirmasi)) {
        assert_eq!(first.kind, Some(ResponseKind::Verifikasi), "{cell:?}");
        assert!(!has(advice, ResponseKind::Klarifikasi) && !has(advice, ResponseKind::HakJawab), "{cell:?}");
    }
    if cell.claim == Some(ClaimStatus::SengketaKebijakan) {
        assert!(has(advice, ResponseKind::JelaskanKebijakan), "{cell:?}");
        assert!(!has(advice, ResponseKind::HakJawab), "{cell:?}");
        assert!(class == PlayClass::Anak || !has(advice, ResponseKind::SalurkanResmi), "{cell:?}");
    }
    let may_hand_over = matches!(class, PlayClass::Penipuan | PlayClass::Anak);
    assert!(may_hand_over || !has(advice, ResponseKind::SalurkanResmi), "{cell:?}");
    // Words do not repair a service.
    let place = |kind| advice.options.iter().position(|option| option.kind == Some(kind) && !option.rejected);
    if let (Some(repair), Some(answer)) = (place(ResponseKind::PerbaikiLayanan), place(ResponseKind::Klarifikasi)) {
        assert!(repair < answer || cell.claim.is_some_and(ClaimStatus::is_verdict), "{cell:?}");
    }
}

fn check_deadline(cell: &Cell, advice: &Recommendation, cut_off: Timestamp) {
    let hours = |hours| cut_off + SignedDuration::from_mins(90) + SignedDuration::from_hours(hours);
    match (cell.risk, advice.deadline) {
        (Risk::Hijau, due) => assert_eq!(due, None, "{cell:?}"),
        (Risk::Kuning, Some(due)) => assert!(due <= hours(9), "{cell:?}: {due}"),
        (Risk::Oranye, Some(due)) => assert!(due <= hours(4), "{cell:?}: {due}"),
        (Risk::Merah, Some(due)) => assert!(due <= hours(1), "{cell:?}: {due}"),
        (_, None) => panic!("{cell:?}: no deadline"),
    }
}

#[test]
fn nothing_that_can_be_advised_is_against_the_law() {
    let (lexicons, limits) = lexicons();
    let mut parts = base();
    common::complain_everywhere(&mut parts, &lexicons.region);
    let cut_off = parts.frame.windows.last().unwrap().window.to;
    let cells = cells(&lexicons.region);
    assert!(cells.len() > 25_000);
    // Most texts come again and again; each is read once for its sort of matter.
    let mut turn = 0;
    let mut read: BTreeSet<(PlayClass, String)> = BTreeSet::new();
    // Only the most serious issues of a brief are advised on, and of mild ones a single one.
    for (risk, at_once) in RISKS.into_iter().zip([1, 5, 5, 5]) {
        for authority in AUTHORITIES {
            let mut region = lexicons.region.clone();
            region.topics.iter_mut().for_each(|topic| topic.authority = authority);
            let cells: Vec<&Cell> =
                cells.iter().filter(|cell| cell.risk == risk && cell.authority == authority).collect();
            for group in cells.chunks(at_once) {
                let made = group.iter().enumerate().map(|(number, cell)| issue_of(cell, number, &parts));
                let (issues, claims): (Vec<Issue>, Vec<Option<Claim>>) = made.unzip();
                let issues: Vec<Issue> =
                    (turn..).zip(issues).map(|(turn, issue)| varied(issue, &region, turn)).collect();
                turn += issues.len();
                let claims: Vec<Claim> = claims.into_iter().flatten().collect();
                let brief = composed(&parts, &region, &issues, &claims);
                assert_eq!(brief.recommendations.len(), group.len());
                for decision in &brief.decisions {
                    let lead = decision.text.split(". ").next().unwrap();
                    assert!(lead.chars().count() <= 110, "a leader reads the first clause: {lead}");
                }
                for advice in &brief.recommendations {
                    let number: usize = advice.issue.as_str()[2..].parse().unwrap();
                    let cell = group[number];
                    let class = region.play(&cell.topic.id).unwrap().class;
                    for text in texts(advice) {
                        if !read.contains(&(class, text.clone())) {
                            check_law(cell, class, &text, &limits, &region);
                            read.insert((class, text));
                        }
                    }
                    check_advice(cell, class, advice);
                    check_deadline(cell, advice, cut_off);
                }
                for decision in &brief.decisions {
                    let number: usize = decision.issue.as_str()[2..].parse().unwrap();
                    let cell = group[number];
                    let class = region.play(&cell.topic.id).unwrap().class;
                    for text in [&decision.text, &decision.owner, &decision.cost_of_waiting] {
                        let text = outside_quotes(text);
                        if !read.contains(&(class, text.clone())) {
                            check_law(cell, class, &text, &limits, &region);
                            read.insert((class, text));
                        }
                    }
                }
            }
        }
    }
}

/// The advice on one issue of the region that ships.
fn advice(topic: &str, risk: Risk, places: &[&str]) -> Recommendation {
    let (lexicons, _) = lexicons();
    let parts = base();
    let mut issue = issue(&parts, "i-1", topic, risk);
    issue.official_response = None;
    issue.places = places.iter().map(|code| (*code).into()).collect();
    composed(&parts, &lexicons.region, &[issue], &[]).recommendations.remove(0)
}

#[test]
fn whoever_holds_the_power_is_asked() {
    let owner = |topic: &str, places: &[&str]| {
        let advice = advice(topic, Risk::Oranye, places);
        format!("{}: {}", advice.authority, advice.owner)
    };
    let expected = [
        (
            "bbm_langka",
            &["64.71"][..],
            "koordinasikan: ESDM menyiapkan bahan; koordinasikan dengan Pertamina dan BPH Migas.",
        ),
        ("jembatan_sungai", &["64.72"], "koordinasikan: Dishub menyiapkan bahan; koordinasikan dengan BBPJN dan KSOP."),
        ("air_bersih", &["64.71"], "koordinasikan: DPUPR-Pera menyiapkan bahan; koordinasikan dengan PDAM/Perumda."),
        (
            "banjir",
            &["64.71"],
            "koordinasikan: BPBD menyiapkan bahan; koordinasikan dengan Pemkot Balikpapan dan BWS Kalimantan IV.",
        ),
        (
            "banjir",
            &["64.71", "64.72", "64.02"],
            "koordinasikan: BPBD menyiapkan bahan; koordinasikan dengan pemerintah kabupaten/kota terdampak dan BWS Kalimantan IV.",
        ),
        (
            "banjir",
            &[],
            "koordinasikan: BPBD menyiapkan bahan; koordinasikan dengan pemerintah kabupaten/kota setempat dan BWS Kalimantan IV.",
        ),
        ("sampah", &["64.72"], "koordinasikan: DLH menyiapkan bahan; koordinasikan dengan Pemkot Samarinda."),
        ("spmb", &["64.72"], "laksanakan: Disdikbud melaksanakan."),
        ("lubang_tambang", &["64.72"], "koordinasikan: ESDM menyiapkan bahan; koordinasikan dengan Kementerian ESDM."),
        ("gratispol", &[], "laksanakan: Biro Kesra melaksanakan."),
    ];
    for (topic, places, expected) in expected {
        assert_eq!(owner(topic, places), expected, "{topic} {places:?}");
    }
}

#[test]
fn places_without_internet_get_other_channels() {
    let offline = |places: &[&str]| advice("banjir", Risk::Oranye, places).channels.contains("jaringannya terbatas");
    assert!(offline(&["64.11"]));
    assert!(!offline(&["64.72"]));
}

#[test]
fn an_announcement_without_delay_says_seven_things() {
    let advice = advice("jembatan_sungai", Risk::Merah, &["64.72"]);
    let announcement = &advice.options[0];
    assert_eq!(announcement.kind, Some(ResponseKind::PengumumanSertaMerta));
    assert_eq!(announcement.steps.len(), 7);
    assert!(announcement.steps[1].contains("Samarinda"), "{:?}", announcement.steps);
    let zone = TimeZone::get("Asia/Makassar").unwrap();
    assert_eq!(advice.deadline.unwrap().to_zoned(zone).strftime("%H:%M").to_string(), "08:30");
}

/// The options that fit, in their order.
fn fitting(advice: &Recommendation) -> Vec<ResponseKind> {
    advice.options.iter().filter(|option| !option.rejected).filter_map(|option| option.kind).collect()
}

/// The advice on an issue of the region that ships whose claim people have looked at.
fn advice_on_claim(topic: &str, risk: Risk, status: ClaimStatus) -> Recommendation {
    let (lexicons, _) = lexicons();
    let mut parts = base();
    common::complain_everywhere(&mut parts, &lexicons.region);
    let topic = lexicons.region.topic(&topic.into()).unwrap().clone();
    let authority = topic.authority;
    let cell = Cell { topic, authority, risk, claim: Some(status), answered: false };
    let (issue, claim) = issue_of(&cell, 1, &parts);
    composed(&parts, &lexicons.region, &[issue], &[claim.unwrap()]).recommendations.remove(0)
}

#[test]
fn a_policy_that_is_criticised_is_repaired_and_explained() {
    let kinds = fitting(&advice_on_claim("gratispol", Risk::Oranye, ClaimStatus::SengketaKebijakan));
    assert_eq!(kinds[..2], [ResponseKind::PerbaikiLayanan, ResponseKind::JelaskanKebijakan]);
    assert!(!kinds.contains(&ResponseKind::Klarifikasi) && !kinds.contains(&ResponseKind::SalurkanResmi));
}

#[test]
fn a_forged_letter_is_checked_before_anything_is_said() {
    let open = advice_on_claim("hoaks_catut", Risk::Oranye, ClaimStatus::PerluVerifikasi);
    assert_eq!(fitting(&open)[0], ResponseKind::Verifikasi);
    assert!(!fitting(&open).contains(&ResponseKind::SalurkanResmi));
    for text in texts(&open) {
        let lower = text.to_lowercase();
        assert!(
            ["hoaks", "palsu", "bohong"].iter().all(|word| !lower.contains(word)) || text == open.risk_note,
            "{text}"
        );
    }
    let judged = fitting(&advice_on_claim("hoaks_catut", Risk::Oranye, ClaimStatus::Tiruan));
    assert!(judged.contains(&ResponseKind::Klarifikasi) && judged.contains(&ResponseKind::SalurkanResmi));
}

#[test]
fn an_outlet_in_error_is_answered_then_replied_to_then_brought_before_its_council() {
    let kinds = fitting(&advice_on_claim("apbd_tkd", Risk::Oranye, ClaimStatus::Menyesatkan));
    let place = |kind| kinds.iter().position(|other| *other == kind).unwrap();
    assert!(place(ResponseKind::Klarifikasi) < place(ResponseKind::HakJawab), "{kinds:?}");
    let criticised = advice_on_claim("kebebasan_pers", Risk::Kuning, ClaimStatus::SengketaKebijakan);
    assert!(!fitting(&criticised).contains(&ResponseKind::HakJawab), "{:?}", criticised.options);
}

#[test]
fn what_is_not_proven_is_asked_before_it_is_acted_upon() {
    let (lexicons, _) = lexicons();
    let parts = base();
    let decision = |needs_verification| {
        let mut issue = issue(&parts, "i-1", "bbm_langka", Risk::Oranye);
        issue.official_response = None;
        issue.needs_verification = needs_verification;
        composed(&parts, &lexicons.region, &[issue], &[]).decisions.remove(0).text
    };
    assert!(decision(0).starts_with("Minta Pertamina dan BPH Migas menyampaikan penyebab"), "{}", decision(0));
    assert!(decision(4).starts_with("Minta Pertamina dan BPH Migas memastikan kebenaran"), "{}", decision(4));
}

#[test]
fn a_false_claim_in_part_of_an_issue_says_nothing_of_the_whole() {
    let (lexicons, _) = lexicons();
    let parts = base();
    let topic = lexicons.region.topic(&"bbm_langka".into()).unwrap().clone();
    let authority = topic.authority;
    let cell = Cell { topic, authority, risk: Risk::Merah, claim: Some(ClaimStatus::Palsu), answered: false };
    let (issue, claim) = issue_of(&cell, 1, &parts);
    let mut claim = claim.unwrap();
    let brief =
        |claim: &Claim| composed(&parts, &lexicons.region, std::slice::from_ref(&issue), std::slice::from_ref(claim));
    assert!(brief(&claim).bluf[0].text.contains("putusan petugas"), "{:?}", brief(&claim).bluf);
    claim.documents = vec![issue.exemplars[0].key.clone()];
    assert!(!brief(&claim).bluf[0].text.contains("putusan petugas"), "{:?}", brief(&claim).bluf);
    assert_eq!(fitting(&brief(&claim).recommendations[0])[0], ResponseKind::Koordinasi);
}
