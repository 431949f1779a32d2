//! A second, invented province is data only: Indonesian word lists of the repository, a region from these lines.

#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::print_stdout)]

mod common;

use analyse::Analyser;
use model::{Document, SourceKind, Tone};
use std::sync::Arc;
use text::Lexicons;

const REGION: [(&str, &str); 8] = [
    (
        "region.toml",
        "title = 'Selat Rimba'\ngovernment = 'Pemerintah Provinsi Selat Rimba'\noffice = 'Dinas Kabar'\ncode = '99'\n\
         zone = 'Asia/Jakarta'\nzone_label = 'WIB'\nlanguages = ['ind']\nvillage_words = ['Desa']\n",
    ),
    (
        "topics.tsv",
        "id\tlabel\tlead\tauthority\tserta_merta\tsensitivity\nrob\tBanjir rob\tdislaut\tprovinsi\tyes\t3\n",
    ),
    ("topic_terms.tsv", "target\twords\tnear\tnot\nrob\tbanjir rob;rob\t\trob roy\n"),
    (
        "places.tsv",
        "code\tname\tshort\tlevel\tparent\tcolumn\trow\n99\tProvinsi Selat Rimba\tSelat Rimba\tprovince\n\
         99.01\tKota Muaralaut\tMuaralaut\tregency\t99\t0\t0\n99.01.01\tKecamatan Sambutan\tSambutan\tdistrict\t99.01\n",
    ),
    ("place_terms.tsv", "target\twords\n99\tSelat Rimba\n99.01\tMuaralaut\n99.01.01\tKecamatan Sambutan\n"),
    (
        "villages.tsv",
        "code\tname\tparent\tcommon\n99.01.01.1001\tTelukrona\t99.01.01\n99.01.01.1002\tDamai\t99.01.01\tyes\n",
    ),
    (
        "agencies.tsv",
        "id\tname\tshort\tlevel\tfield\tplace\ndislaut\tDinas Laut\tDislaut\tprovinsi\tlaut\n\
         pemkot_muaralaut\tPemkot Muaralaut\tPemkot\tkab_kota\t\t99.01\n",
    ),
    ("agency_terms.tsv", "target\twords\ndislaut\tDinas Laut;Dislaut\npemkot_muaralaut\tPemkot Muaralaut\n"),
];

#[test]
fn an_invented_province_works_by_its_files() {
    let mut files = common::files();
    files.retain(|path, _| path.starts_with("ind/"));
    files.extend(REGION.map(|(name, content)| (format!("regions/selat/{name}"), content.to_owned())));
    let analyser = Analyser::new(Arc::new(Lexicons::load(&files, "selat").expect("reads")));
    let found = |text: &str| {
        analyser.analyse(&Document { text: text.to_owned(), kind: SourceKind::Post, ..Document::default() })
    };

    let flood = found("banjir rob lagi di Telukrona, Muaralaut, Dislaut Muaralaut tidak peduli");
    assert_eq!(flood.topics.iter().map(|topic| topic.id.as_str()).collect::<Vec<_>>(), ["rob"]);
    assert_eq!(flood.places.iter().map(|place| place.code.as_str()).collect::<Vec<_>>(), ["99.01.01.1001", "99.01"]);
    assert_eq!(flood.agencies.iter().map(|agency| agency.id.as_str()).collect::<Vec<_>>(), ["pemkot_muaralaut"]);
    assert_eq!(flood.tone.map(|tone| tone.label), Some(Tone::Negatif));
    assert_eq!(flood.lang.map(|lang| lang.code).as_deref(), Some("ind"));

    let speech = found("Sambutan gubernur dibacakan di Muaralaut. Semoga damai selalu.");
    assert_eq!(speech.places.iter().map(|place| place.code.as_str()).collect::<Vec<_>>(), ["99.01"]);

    let elsewhere = found("Samarinda dan IKN bukan urusan provinsi ini");
    assert!(elsewhere.places.is_empty() && elsewhere.agencies.is_empty());
}
