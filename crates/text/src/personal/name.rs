//! Names of private people, where the text itself says that a name follows.
//!
//! Only cues that leave little doubt: somebody introduces himself, a line of a form, the holder of an account, and the
//! newspaper's way of naming a citizen with age and calling ("Sumarni (45), pedagang"). Office holders are named with
//! their office and have none of these cues.

use super::{stretch_after, stretch_before};
use model::SourceKind;
use std::ops::Range;

/// Words behind which a name stands, in small letters, as they end.
const CUES: [&str; 24] = [
    "nama saya",
    "nama lengkap",
    "nama lengkap saya",
    "nama pelapor",
    "nama pemohon",
    "nama korban",
    "perkenalkan saya",
    "perkenalkan, saya",
    "perkenalkan nama saya",
    "warga bernama",
    "korban bernama",
    "pria bernama",
    "wanita bernama",
    "perempuan bernama",
    "ibu bernama",
    "saya bernama",
    "atas nama",
    "a.n.",
    "a.n",
    "a/n",
    "an.",
    "narahubung",
    "contact person",
    "cp",
];
/// The same, where a colon must follow: the word alone says too little.
const CUES_WITH_COLON: [&str; 5] = ["nama", "pelapor", "pemohon", "hormat saya", "ttd"];
/// Capitalised words that begin no name of a person.
const NO_NAMES: [&str; 34] = [
    "gubernur",
    "wakil",
    "bupati",
    "wali",
    "walikota",
    "presiden",
    "menteri",
    "kepala",
    "dinas",
    "badan",
    "pemprov",
    "pemkot",
    "pemkab",
    "pemerintah",
    "provinsi",
    "kota",
    "kabupaten",
    "pt",
    "cv",
    "bank",
    "yayasan",
    "kantor",
    "sekda",
    "dprd",
    "polda",
    "polres",
    "rakyat",
    "warga",
    "masyarakat",
    "rumah",
    "sekolah",
    "program",
    "allah",
    "tuhan",
];
/// Who a citizen is, behind name and age.
const CALLINGS: [&str; 16] = [
    "warga",
    "seorang",
    "pedagang",
    "ibu",
    "sopir",
    "petani",
    "nelayan",
    "buruh",
    "pelajar",
    "mahasiswa",
    "pengendara",
    "penumpang",
    "korban",
    "karyawan",
    "pemilik",
    "salah",
];
/// Words of a name at most, and bytes looked at on either side.
const WORDS_MAX: usize = 4;
const REACH: usize = 80;

/// Names of private people by their bytes, in order, never overlapping.
///
/// Only a citizen's own words are read for introductions; an outlet that writes "atas nama" mostly names an institution.
pub fn private_names(text: &str, kind: SourceKind) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let small = text.to_lowercase();
    // Where small letters have other lengths, positions would not agree; such texts are rare and lose the cues.
    if kind.is_public_voice() && small.len() == text.len() {
        behind_cues(text, &small, &mut found);
    }
    before_ages(text, &mut found);
    found.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    let mut end = 0;
    found.retain(|span| {
        let free = span.start >= end;
        if free {
            end = span.end;
        }
        free
    });
    found
}

fn behind_cues(text: &str, small: &str, found: &mut Vec<Range<usize>>) {
    let plain = CUES.iter().map(|cue| (*cue, false));
    for (cue, colon) in plain.chain(CUES_WITH_COLON.iter().map(|cue| (*cue, true))) {
        for (at, _) in small.match_indices(cue) {
            let before = small[..at].chars().next_back();
            let end = at + cue.len();
            let after = &text[end..];
            let begins = !before.is_some_and(char::is_alphanumeric);
            let ends = cue.ends_with('.') || !after.chars().next().is_some_and(char::is_alphanumeric);
            let gap = after.len() - after.trim_start_matches([' ', ':', '\t', '.']).len();
            if begins && ends && (!colon || after[..gap].contains(':')) {
                found.extend(name_at(text, end + gap));
            }
        }
    }
}

/// Up to four capitalised words from a place on.
fn name_at(text: &str, start: usize) -> Option<Range<usize>> {
    let reach = stretch_after(text, start, REACH).lines().next().unwrap_or_default();
    let mut end = 0;
    for (number, word) in reach.split(' ').enumerate() {
        let bare = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        let capital = bare.chars().next().is_some_and(char::is_uppercase);
        if number == WORDS_MAX || !capital || NO_NAMES.contains(&bare.to_lowercase().as_str()) {
            break;
        }
        let from = bare.as_ptr() as usize - reach.as_ptr() as usize;
        end = from + bare.len();
        // A comma or a full stop ends the name.
        if bare.len() != word.len() {
            break;
        }
    }
    (end > 1).then(|| start..start + end)
}

/// "Sumarni (45), pedagang": the capitalised words before an age in brackets that a calling follows.
fn before_ages(text: &str, found: &mut Vec<Range<usize>>) {
    for (open, _) in text.match_indices('(') {
        let inside = stretch_after(text, open + 1, 12);
        let Some(close) = inside.find(')') else { continue };
        let age = inside[..close].trim_end_matches(" tahun").trim_end_matches(" th");
        let is_age = age.len() == 2 && age.bytes().all(|digit| digit.is_ascii_digit());
        let behind = stretch_after(text, open + close + 2, REACH).trim_start_matches([',', ' ']).to_lowercase();
        let calling = behind.split(' ').next().unwrap_or_default();
        if is_age && CALLINGS.contains(&calling.trim_matches(|c: char| !c.is_alphanumeric())) {
            found.extend(name_before(text, open));
        }
    }
}

fn name_before(text: &str, end: usize) -> Option<Range<usize>> {
    let reach = stretch_before(text, end, REACH).trim_end();
    let base = end - stretch_before(text, end, REACH).len();
    let mut start = reach.len();
    for word in reach.rsplit(' ').take(WORDS_MAX) {
        let capital = word.chars().next().is_some_and(char::is_uppercase);
        if !capital || word.ends_with([',', '.', ':']) {
            break;
        }
        start = word.as_ptr() as usize - reach.as_ptr() as usize;
    }
    (start < reach.len()).then(|| base + start..base + reach.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<&str> {
        private_names(text, SourceKind::Post).into_iter().map(|span| &text[span]).collect()
    }

    #[test]
    fn who_introduces_himself_is_found() {
        assert_eq!(names("Selamat pagi, nama saya Tukiyem Rahayu dari Sempaja."), ["Tukiyem Rahayu"]);
        assert_eq!(names("Nama: SITI UJI PERTIWI\nNIK: 1"), ["SITI UJI PERTIWI"]);
        assert_eq!(names("transfer ke rek BCA 123 a.n. Paijo Uji, terima kasih"), ["Paijo Uji"]);
        assert_eq!(names("atas nama Gubernur dan atas nama warga"), Vec::<&str>::new());
        assert_eq!(names("nama jalan itu Jalan Juanda; program bernama Gratispol"), Vec::<&str>::new());
    }

    #[test]
    fn a_citizen_with_age_and_calling_is_found() {
        assert_eq!(names("kata Sumarni Uji (45), pedagang di pasar"), ["Sumarni Uji"]);
        assert_eq!(names("Samarinda (21), Balikpapan (15), dan Bontang (12)"), Vec::<&str>::new());
        assert_eq!(names("menurut Pasal (12) ayat"), Vec::<&str>::new());
    }

    #[test]
    fn odd_texts_cost_nothing() {
        for text in ["nama:", "nama: ", "a.n. ", "(", "(45)", "(45), warga", "İ nama: Budi", "nama saya é"] {
            private_names(text, SourceKind::Post);
        }
    }
}
