//! The playbook that ships: complete, and within the limits of what an office may be advised to do.

// Clippy knows a test by its attribute; the functions that several tests share have none.
#![allow(clippy::unwrap_used)]

use model::{PlayClass, ResponseKind};
use std::{collections::BTreeSet, fs, path::Path};
use text::{LexiconFiles, Lexicons, Limits};

fn files() -> LexiconFiles {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lexicons");
    let mut files = LexiconFiles::new();
    add(&root, &root, &mut files);
    files
}

fn add(folder: &Path, root: &Path, files: &mut LexiconFiles) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            add(&path, root, files);
        } else if let Ok(content) = fs::read_to_string(&path) {
            files.insert(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned(), content);
        }
    }
}

/// Every region that ships, by its folder.
fn regions(files: &LexiconFiles) -> Vec<Lexicons> {
    let names: BTreeSet<&str> =
        files.keys().filter_map(|path| path.strip_prefix("regions/")?.split('/').next()).collect();
    names.into_iter().map(|name| Lexicons::load(files, name).unwrap_or_else(|error| panic!("{error}"))).collect()
}

#[test]
fn every_topic_has_a_play_of_a_sort() {
    for lexicons in regions(&files()) {
        let region = &lexicons.region;
        for topic in &region.topics {
            let play = region.play(&topic.id).unwrap_or_else(|| panic!("{}: no play", topic.id));
            assert!(play.class != PlayClass::Umum, "{}: no class", topic.id);
        }
        assert!(region.play(&"umum".into()).is_some());
    }
}

#[test]
fn every_option_is_known_and_used_by_a_rule() {
    let lexicons = &regions(&files())[0];
    let guide = &lexicons.region.guide;
    for kind in ResponseKind::ALL {
        assert!(guide.option(kind).is_some(), "{kind:?} has no words");
        assert!(guide.rules.iter().any(|rule| rule.option == kind), "{kind:?} is never weighed");
    }
    let announcement = guide.option(ResponseKind::PengumumanSertaMerta).unwrap();
    assert_eq!(announcement.steps.len(), 7, "what an announcement without delay must say");
    let press = guide.option(ResponseKind::HakJawab).unwrap().steps.join(" ");
    assert!(press.find("hak jawab").unwrap() < press.find("Dewan Pers").unwrap());
    assert!(guide.holidays.len() >= 20);
}

/// The list of limits could be emptied; this one cannot without somebody noticing.
#[test]
fn the_limits_hold_what_the_law_asks() {
    let limits = Limits::load(&files()).unwrap();
    for text in [
        "Laporkan akun pengkritik.",
        "Laporkan warga itu.",
        "Gunakan UU ITE.",
        "Minta takedown.",
        "Blokir akunnya.",
        "Hapus unggahan itu.",
        "Hapus komentar itu.",
        "Tangkap pelakunya.",
        "Naikkan elektabilitas.",
        "Sebut pencemaran nama baik.",
    ] {
        assert!(limits.breach(text, PlayClass::Umum).is_some(), "{text}");
    }
}

#[test]
fn a_playbook_that_silences_is_refused_by_file_and_key() {
    let complaint = |path: &str, from: &str, to: &str| {
        let mut files = files();
        assert!(files[path].contains(from), "{path} has no {from}");
        let content = files[path].replacen(from, to, 1);
        files.insert(path.to_owned(), content);
        Lexicons::load(&files, "kaltim").map(drop).expect_err("is wrong").to_string()
    };
    let plays = "regions/kaltim/playbook.toml";
    let silenced =
        complaint(plays, "decision = \"Minta Biro Kesra", "decision = \"Laporkan akun pengkritik. Minta Biro Kesra");
    assert!(
        silenced.starts_with("regions/kaltim/playbook.toml: play \"gratispol\": decision: \"laporkan\" must not"),
        "{silenced}"
    );
    assert!(complaint(plays, "class = \"bahaya\"", "class = \"bahya\"").contains("unknown variant `bahya`"));
    assert!(
        complaint(plays, "\"bph_migas\"", "\"bph\"").contains("play \"bbm_langka\": coordinate: \"bph\" is not in")
    );
    assert!(
        complaint(plays, "topic = \"longsor\"", "topic = \"lonsor\"").contains("play \"lonsor\": topic: is not in")
    );
    let holder = &regions(&files())[0].region.office_holders[0].name.clone();
    let named = complaint(plays, "Kepala BPBD bersama", &format!("{holder} bersama"));
    assert!(named.contains("spokesperson: names"), "{named}");
    let rules = "playbook/rules.toml";
    assert!(complaint(rules, "option = \"pantau\"", "option = \"bungkam\"").contains("unknown variant `bungkam`"));
    assert!(complaint(rules, "risk_min =", "risk_least =").contains("unknown field `risk_least`"));
    assert!(complaint(rules, "{item_klaim} dari", "{klaim} dari").contains("{klaim} is not one of"));
}

/// A leader reads the first clause on a phone.
#[test]
fn a_decision_is_understood_from_its_first_clause() {
    for lexicons in regions(&files()) {
        for play in &lexicons.region.playbook {
            for text in [&play.decision, &play.renewal] {
                let lead = text.split(". ").next().unwrap().split("; ").next().unwrap();
                assert!(lead.chars().count() <= 110, "{}: {lead}", play.topic);
            }
        }
    }
}

#[test]
fn every_sort_of_matter_has_five_hard_questions() {
    let guide = &regions(&files())[0].region.guide;
    let plays = regions(&files());
    let classes: BTreeSet<PlayClass> =
        plays.iter().flat_map(|lexicons| &lexicons.region.playbook).map(|p| p.class).collect();
    for class in classes {
        for (claim, answered) in [(false, false), (false, true), (true, false)] {
            let fits = guide.questions.iter().filter(|question| {
                !question.own
                    && question.claim == claim
                    && (question.classes.is_empty() || question.classes.contains(&class))
                    && question.answered.is_none_or(|so| so == answered)
            });
            assert!(fits.count() >= 5, "{class:?}, claim: {claim}, answered: {answered}");
        }
    }
    let slots = &regions(&files())[0].region.wording.slots;
    for question in &guide.questions {
        for slot in &question.slots {
            assert!(slots.iter().any(|known| known.id == *slot), "question {}: no slot {slot}", question.id);
        }
    }
}

#[test]
fn the_registry_of_indices_names_its_sources() {
    for lexicons in regions(&files()) {
        for kpi in &lexicons.region.kpis {
            assert!(!kpi.words.is_empty(), "{}: no words", kpi.id);
            assert!(kpi.successor.as_ref().is_none_or(|id| lexicons.region.kpis.iter().any(|other| other.id == *id)));
        }
        let region = &lexicons.region;
        assert!(region.kpis.iter().any(|kpi| kpi.years.iter().any(|year| kpi.breaks_at(year))), "no change of method");
    }
}
