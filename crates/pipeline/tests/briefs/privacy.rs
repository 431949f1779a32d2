//! Nothing private of citizens reaches any output: planted identity numbers, telephones, names and accounts.

use crate::room::{Room, root};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Times that each text is filled.
const FILLED: usize = 32;

/// Names that no lexicon and no sample holds.
const FIRST: [&str; 8] = ["Wagiyem", "Sartinah", "Ponirah", "Legiman", "Tukinem", "Supangat", "Marjuki", "Rukiyah"];
const LAST: [&str; 8] =
    ["Ujimulya", "Cobasari", "Tesnawati", "Rekaputra", "Contohono", "Fiktifani", "Palsuwari", "Andaiyani"];

#[test]
fn no_personal_data_of_citizens_in_any_output() {
    let (files, planted, items) = planted();
    assert!(items >= 500, "{items} items");
    let room =
        Room::of(&files.iter().map(|(kind, lines)| (kind.as_str(), kind.as_str(), lines.clone())).collect::<Vec<_>>());
    let brief = room.brief();
    assert!(brief.numbers.tables.total > 300, "the brief is about these items: {}", brief.numbers.tables.total);
    assert!(!brief.alerts.is_empty() && !brief.watch.is_empty() && !brief.aspirations.is_empty());
    let mut found = BTreeSet::new();
    let shown = serde_json::to_string(&brief).unwrap();
    assert!(["[nama]", "[nomor telepon]"].iter().all(|mask| shown.contains(mask)), "the brief quotes these items");
    for (name, text) in room.outputs(&brief) {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        for value in &planted {
            let number = value.chars().all(|c| c.is_ascii_digit());
            if text.contains(value.as_str()) || (number && value.len() > 11 && digits.contains(value.as_str())) {
                found.insert(format!("{name}: {value}"));
            }
        }
    }
    assert!(found.is_empty(), "{} leaks: {:#?}", found.len(), found.iter().take(30).collect::<Vec<_>>());
}

/// Lines by kind, everything that was planted, and how many items there are.
fn planted() -> (BTreeMap<String, String>, BTreeSet<String>, usize) {
    let texts = std::fs::read_to_string(root().join("tests/cases/pipeline/privacy/items.txt")).unwrap();
    let (mut files, mut planted, mut items) = (BTreeMap::<String, String>::new(), BTreeSet::new(), 0);
    let texts: Vec<(&str, &str)> =
        texts.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" | ")).collect();
    for round in 0..FILLED {
        for (position, (kind, text)) in texts.iter().enumerate() {
            let seed = round * texts.len() + position;
            let mut text = (*text).to_owned();
            let mut put = |place: &str, value: String, secret: &str| {
                if text.contains(place) {
                    text = text.replace(place, &value);
                    planted.insert(secret.to_owned());
                }
            };
            let name = format!("{} {}", FIRST[seed % 8], LAST[seed / 8 % 8]);
            let phone = format!("08{}{:08}", 11 + seed % 8, 10_203_040 + seed * 7_919);
            let nik = format!("6472{:02}{:02}{:02}90{:04}", 1 + seed % 6, 1 + seed % 28, 1 + seed % 12, 1 + seed);
            let kk = format!("6471{:02}{:02}{:02}15{:04}", 1 + seed % 6, 1 + seed % 28, 1 + seed % 12, 2_000 + seed);
            let handle = format!("@akun_uji_{seed:04}");
            let email = format!("surel.uji{seed:04}@contohsurel.co.id");
            let account = format!("{}", 7_310_000_000u64 + seed as u64 * 104_729);
            let plate = format!("KT {} UJ", 1_000 + seed);
            let house = format!("Jl. Rambutan Uji No. {} RT {:02}", 10 + seed, 1 + seed % 40);
            // The name behind a bare "hubungi" has no cue of its own; it is told apart by the word that it follows.
            put("{name_cue}", format!("CP: {name}"), &name);
            put("{name}", name.clone(), &name);
            put("{nik}", nik.clone(), &nik);
            put("{kk}", kk.clone(), &kk);
            put("{phone}", phone.clone(), &phone);
            put("{email}", email.clone(), &email);
            put("{handle}", handle.clone(), &handle);
            put("{account}", account.clone(), &account);
            put("{plate}", plate.clone(), &plate);
            put("{house}", house.clone(), &house);
            let public = *kind != "news";
            let author = format!("Penulis {name} {seed}");
            if public {
                planted.insert(author.clone());
                planted.insert(format!("profil_uji_{seed:04}"));
            }
            let url = match public {
                true => format!("https://x.com/profil_uji_{seed:04}/status/{seed}"),
                false => format!("https://media.example/{seed}"),
            };
            let hour = seed % 22;
            let line = serde_json::json!({
                "id": format!("u{seed:04}"), "text": text, "url": url, "author": author,
                "published_at": format!("2026-11-19T{:02}:{:02}:00+08:00", 7 + hour % 16, seed % 60),
            });
            writeln!(files.entry((*kind).to_owned()).or_default(), "{line}").unwrap();
            items += 1;
        }
    }
    (files, planted, items)
}
