//! The five real articles that everything began with. Their text belongs to their publishers, so only facts about it
//! stand here; without the shared data the test is skipped.
// A test that cannot go on panics, and one that is skipped says so.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::print_stdout)]

mod common;

use common::{ANALYSER, LEXICONS};
use jiff::{Timestamp, tz::TimeZone};
use model::{Analysis, BodyFormat, Document, RawItem, SourceKind, StoredItem, Tone};
use text::Reader;

/// What must be found in one article.
struct Expected {
    file: &'static str,
    places: &'static [&'static str],
    agencies: &'static [&'static str],
    may_also: &'static [&'static str],
    programmes: &'static [&'static str],
    /// Speaker of every quotation, in order.
    speakers: &'static [&'static str],
    /// Offices whose holders it names.
    offices: &'static [&'static str],
    event: &'static str,
}

const EXPECTED: [Expected; 5] = [
    Expected {
        file: "000_",
        places: &["64.72", "64"],
        agencies: &["diskominfo", "bpsdm"],
        may_also: &[],
        programmes: &[],
        speakers: &["Muhammad Faisal"; 6],
        offices: &["kepala_diskominfo"],
        event: "2025-07-17",
    },
    Expected {
        file: "001_",
        places: &["64.72.10", "64.72", "64"],
        agencies: &["bpsdm", "diskominfo"],
        may_also: &[],
        programmes: &["adgla"],
        speakers: &["Muhammad Faisal"; 3],
        offices: &["kepala_diskominfo"],
        event: "2025-07-17",
    },
    Expected {
        file: "002_",
        places: &["64.72", "64"],
        agencies: &["bpsdm", "diskominfo"],
        may_also: &[],
        programmes: &["ppid"],
        speakers: &["Muhammad Faisal"; 4],
        offices: &["kepala_diskominfo"],
        event: "2022-09-02",
    },
    Expected {
        file: "003_",
        places: &["64.72", "64", "64.IKN"],
        agencies: &["diskominfo"],
        may_also: &["dpmptsp"],
        programmes: &["srikandi", "oss", "spbe", "dla", "literasi", "ikip", "monev_kip", "demokrasi", "ikp_pers"],
        speakers: &["Seno Aji", "Muhammad Faisal", "Muhammad Faisal"],
        offices: &["wakil_gubernur", "kepala_diskominfo"],
        event: "2025-09-10",
    },
    Expected {
        file: "004_",
        places: &["64"],
        agencies: &["komdigi", "setda"],
        may_also: &[],
        programmes: &["cgio", "spbe", "dts", "dla"],
        speakers: &["Sri Wahyuni", "Sri Wahyuni", "Hary Budiarto"],
        offices: &["sekda"],
        event: "2024-03-25",
    },
];

#[test]
fn five_articles() {
    let Some(folder) = common::shared() else { return };
    for expected in &EXPECTED {
        let (document, found) = analysed(&folder.join("articles"), expected.file);
        let file = expected.file;
        assert_eq!(found.lang.as_ref().map(|lang| lang.code.as_str()), Some("ind"), "{file}");
        assert_eq!(
            found.topics.first().map(|topic| topic.id.as_str()),
            Some("transformasi_digital"),
            "{file}: {:?}",
            found.topics
        );
        assert_eq!(
            sorted(found.places.iter().map(|place| place.code.as_str())),
            sorted(expected.places.iter().copied()),
            "{file}"
        );
        let agencies =
            found.agencies.iter().map(|agency| agency.id.as_str()).filter(|id| !expected.may_also.contains(id));
        assert_eq!(sorted(agencies), sorted(expected.agencies.iter().copied()), "{file}");
        let programmes: Vec<_> = found.programmes.iter().map(|programme| programme.id.as_str()).collect();
        for wanted in expected.programmes {
            assert!(programmes.contains(wanted), "{file}: {wanted} not in {programmes:?}");
        }
        let speakers: Vec<_> = found.quotes.iter().map(|quote| quote.speaker.as_deref().unwrap_or("?")).collect();
        assert_eq!(speakers, expected.speakers, "{file}: {:#?}", found.quotes);
        for quote in &found.quotes {
            assert!(quote.role.as_deref().is_some_and(|role| role.len() > 3), "{file}: {quote:?}");
            assert_eq!(&document.full_text()[quote.start as usize..quote.end as usize], quote.text, "{file}");
        }
        assert_eq!(found.event_date.map(|date| date.to_string()).as_deref(), Some(expected.event), "{file}");
        assert_eq!(
            found.tone.as_ref().map(|tone| tone.label == Tone::Negatif),
            Some(false),
            "{file}: {:?}",
            found.tone
        );
        assert!(found.spam.is_none() && found.verification.score == 0.0, "{file}: {:?}", found.signals);
        let conflict = found.problems.iter().any(|problem| problem.reason.starts_with("expansion conflict"));
        assert_eq!(conflict, file == "004_", "{file}: {:?}", found.problems);
        // It promises four challenges and names three; the other articles' numbers agree with themselves.
        let impossible = found.problems.iter().filter(|problem| problem.stage == "numbers").count();
        assert_eq!(impossible, usize::from(file == "004_"), "{file}: {:?}", found.problems);
        let offices: Vec<_> =
            found.people.iter().filter(|person| person.name.is_some()).map(|person| person.role.as_str()).collect();
        for office in expected.offices {
            assert!(offices.contains(office), "{file}: {office} not in {:?}", found.people);
        }
        assert!(found.topics.iter().all(|topic| topic.id.as_str() != "bbm_langka"), "{file}");
    }
}

fn sorted<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    names
}

/// One article as an import reads it, and what is found in it.
fn analysed(folder: &std::path::Path, starts: &str) -> (Document, Analysis) {
    let mut entries =
        std::fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("readable").path());
    let path = entries
        .find(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(starts)))
        .expect("is there");
    let item = RawItem {
        source: "articles".into(),
        id: starts.into(),
        revision: "1".to_owned(),
        kind: SourceKind::News,
        url: None,
        title: None,
        body: std::fs::read(path).expect("readable"),
        format: BodyFormat::Text,
        charset: None,
        published_at: None,
        author: None,
        tags: Vec::new(),
        engagement: Default::default(),
        fetched_at: Timestamp::UNIX_EPOCH,
        withdrawn: false,
        parent: None,
    };
    let reader = Reader::new(LEXICONS.clone(), TimeZone::get("Asia/Makassar").expect("bundled")).expect("reads");
    let stored = StoredItem { sequence: 1, replaces: None, first_seen_at: Timestamp::UNIX_EPOCH, item };
    let (document, _) = reader.document(&stored);
    let found = ANALYSER.analyse(&document);
    if std::env::var_os("SHOW").is_some() {
        eprintln!("{}", serde_json::to_string(&found).expect("serialises"));
    }
    (document, found)
}
