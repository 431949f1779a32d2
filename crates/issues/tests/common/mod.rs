//! An invented province, and the frame that the cases are looked at in.

#![allow(dead_code, missing_docs)]

use jiff::{Timestamp, ToSpan as _, civil::date};
use model::*;
use std::{fs, path::PathBuf};

/// Windows of one day each that end at six in the morning of a zone eight hours east, the last on 20 November 2026;
/// `gaps` are positions of windows without usable data.
pub fn frame(days: i64, gaps: &[usize]) -> Frame {
    let end: Timestamp = "2026-11-19T22:00:00Z".parse().unwrap();
    let windows = (0..days).map(|position| {
        let back = days - 1 - position;
        let to = end.checked_sub((24 * back).hours()).unwrap();
        FrameWindow {
            date: date(2026, 11, 20).saturating_sub(back.days()),
            window: Window { from: to.checked_sub(24.hours()).unwrap(), to },
            missing_sources: vec![],
            gap: gaps.contains(&(position as usize)),
        }
    });
    Frame { windows: windows.collect() }
}

/// Three regencies, five topics of different authority and sensitivity, three agencies.
pub fn region() -> Region {
    let place = |code: &str, name: &str, level, parent: Option<&str>| Place {
        code: code.into(),
        name: name.to_owned(),
        short: name.split(' ').next_back().unwrap().to_owned(),
        level,
        parent: parent.map(PlaceCode::from),
        tile: None,
    };
    let topic = |id: &str, label: &str, lead: &str, authority, serta_merta, sensitivity| Topic {
        id: id.into(),
        label: label.to_owned(),
        short: String::new(),
        definition: String::new(),
        lead: lead.into(),
        others: vec![],
        authority,
        serta_merta,
        sensitivity,
    };
    let agency = |id: &str, name: &str, short: &str, level| Agency {
        id: id.into(),
        name: name.to_owned(),
        short: short.to_owned(),
        level,
        field: String::new(),
    };
    Region {
        code: "91".into(),
        places: vec![
            place("91", "Provinsi Contoh", PlaceLevel::Province, None),
            place("91.01", "Kota Muara", PlaceLevel::Regency, Some("91")),
            place("91.02", "Kabupaten Hulu", PlaceLevel::Regency, Some("91")),
            place("91.03", "Kabupaten Pesisir", PlaceLevel::Regency, Some("91")),
        ],
        topics: vec![
            topic("banjir", "Banjir", "bpbd", Authority::Campuran, true, 3),
            topic("bbm_langka", "BBM langka dan antrean", "migas", Authority::Bumn, false, 4),
            topic("transportasi", "Transportasi", "dishub", Authority::Campuran, true, 2),
            topic("jalan_rusak", "Jalan rusak", "dpupr", Authority::Campuran, false, 2),
            topic("prestasi", "Prestasi dan penghargaan", "kominfo", Authority::Provinsi, false, 1),
            topic("transformasi_digital", "Transformasi digital", "kominfo", Authority::Provinsi, false, 1),
        ],
        agencies: vec![
            agency("bpbd", "Badan Penanggulangan Bencana Daerah Provinsi Contoh", "BPBD", Authority::Provinsi),
            agency("kominfo", "Dinas Kominfo Provinsi Contoh", "Diskominfo", Authority::Provinsi),
            agency("migas", "Migas Negara", "Migas Negara", Authority::Bumn),
        ],
        media: vec![
            medium("Kabar Muara", "Muara", "online"),
            medium("Garis Contoh", "Muara", "online"),
            medium("Suara Muara", "Muara/Hulu", "online"),
            medium("Harian Hulu", "Hulu", "daily"),
            medium("Warta Nusantara", "Ibu Kota", "network"),
        ],
        wording: wording(),
        risk_words: RiskWords {
            threats: ["mengungsi", "pengungsi", "terjebak", "korban", "tewas"].map(str::to_owned).to_vec(),
            denials: vec!["belum".to_owned(), "tidak".to_owned()],
            heads: vec!["gubernur".to_owned()],
            key_roles: vec!["gubernur".to_owned()],
            national_roles: vec!["menteri".to_owned()],
        },
        ..Region::default()
    }
}

fn medium(name: &str, base: &str, kind: &str) -> Medium {
    Medium {
        host: name.to_lowercase().replace(' ', "") + ".test",
        name: name.to_owned(),
        base: base.to_owned(),
        kind: kind.to_owned(),
        official: false,
        grade: None,
        graded_at: None,
        press_council: None,
    }
}

/// The words that the shipped Indonesian folder brings, read as any office's are.
pub fn wording() -> Wording {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../lexicons");
    let shipped = ["ind/wording.tsv", "ind/questions.tsv", "ind/unknowns.tsv"]
        .map(|file| (file.to_owned(), fs::read_to_string(folder.join(file)).unwrap()));
    let least = [
        (
            "region.toml",
            "title=''\ngovernment=''\noffice=''\ncode='91'\nzone='UTC'\nzone_label='UTC'\nlanguages=['ind']\n",
        ),
        ("topics.tsv", "id\tlabel\tlead\tauthority\tsensitivity\n"),
        ("agencies.tsv", "id\tname\tshort\tlevel\n"),
    ]
    .map(|(file, text)| (format!("regions/uji/{file}"), text.to_owned()));
    text::Lexicons::load(&shipped.into_iter().chain(least).collect(), "uji").unwrap().region.wording
}
