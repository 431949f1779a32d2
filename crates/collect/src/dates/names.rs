//! Months and zones by name.

use jiff::tz::Offset;
use std::collections::HashMap;
use std::sync::LazyLock;

/// January to December, in the order of what is met most.
const MONTHS: [&str; 12] = [
    "jan januari january januar janv janvier ene enero gen gennaio janeiro январь января янв ιαν ιανουαριου",
    "feb peb februari pebruari february februar fevr fev fevrier febrero febbraio fevereiro februarius фев февраля φεβ φεβρουαριου",
    "mar maret march mrt mac marz maerz mars marzo marco marcius maart мар марта μαρ μαρτιου",
    "apr april avr avril abr abril aprile aprilis апр апреля απρ απριλιου",
    "may mei mai mayo mag maggio maio majus май мая μαι μαιου μαω μαϊ",
    "jun juni june juin junio giu giugno junho junius июн июня ιουν ιουνιου ιον",
    "jul juli july julai juil juillet julio lug luglio julho julius июл июля ιουλ ιουλιου ιολ",
    "aug agu ags agt agust agustus august ogos aout ago agosto augustus augusztus авг августа αυγ αυγουστου",
    "sep sept september septembre septiembre set settembre setembro szeptember сен сент сентября σεπ σεπτεμβριου",
    "oct okt oktober october octobre octubre ott ottobre out outubro окт октября οκτ οκτωβριου",
    "nov nop november nopember novembre noviembre novembro ноя нояб ноября νοε νοεμβριου",
    "dec des desember december disember dez dezember decembre dic diciembre dicembre dezembro дек декабря δεκ δεκεμβριου",
];

/// Months by the letters that tell them apart: Indonesian, English, and the other languages of the feeds of the world.
pub(super) fn month(word: &str) -> Option<i8> {
    static NUMBERS: LazyLock<HashMap<&str, i8>> = LazyLock::new(|| {
        let months = MONTHS.iter().zip(1..);
        months.flat_map(|(names, number)| names.split(' ').map(move |name| (name, number))).collect()
    });
    let word = word.trim_end_matches('.');
    let mut lower = word.to_lowercase();
    if !lower.is_ascii() {
        lower = lower.chars().map(plain_letter).collect();
    }
    NUMBERS.get(lower.as_str()).copied()
}

/// A letter without its accent, as far as names of months have one.
fn plain_letter(c: char) -> char {
    match c {
        'á' | 'à' | 'â' | 'ä' | 'ã' => 'a',
        'é' | 'è' | 'ê' => 'e',
        'í' => 'i',
        'ó' | 'ö' => 'o',
        'ú' | 'û' | 'ü' | 'ù' => 'u',
        'ç' => 'c',
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' | 'ϊ' | 'ΐ' => 'ι',
        'ό' => 'ο',
        'ύ' | 'ϋ' => 'υ',
        'ώ' => 'ω',
        _ => c,
    }
}

/// The zones that Indonesian and international sources write by name; single letters as RFC 822 has them.
pub(super) fn zone_offset(lower: &str) -> Option<Offset> {
    if let [letter @ b'a'..=b'y'] = lower.as_bytes() {
        let place = i8::try_from(letter - b'a').ok()? + 1;
        return match letter {
            b'a'..=b'i' => Some(Offset::constant(-place)),
            b'k'..=b'm' => Some(Offset::constant(1 - place)),
            b'n'..=b'y' => Some(Offset::constant(place - 13)),
            _ => None,
        };
    }
    let minutes = match lower {
        "z" | "ut" | "utc" | "gmt" | "wet" | "uct" | "zulu" => 0,
        "wib" | "ict" => 7 * 60,
        "wita" | "sgt" | "myt" | "hkt" | "pht" | "bnt" | "awst" => 8 * 60,
        "wit" | "jst" | "kst" | "tlt" => 9 * 60,
        "acst" => 9 * 60 + 30,
        "aest" | "chst" => 10 * 60,
        "aedt" => 11 * 60,
        "nzst" => 12 * 60,
        "nzdt" => 13 * 60,
        "mmt" => 6 * 60 + 30,
        "npt" => 5 * 60 + 45,
        "ist" => 5 * 60 + 30,
        "pkt" => 5 * 60,
        "gst" => 4 * 60,
        "msk" | "eat" | "trt" | "eest" => 3 * 60,
        "eet" | "cest" | "mest" | "mesz" | "sast" | "cat" => 2 * 60,
        "bst" | "cet" | "met" | "mez" | "west" | "wat" => 60,
        "brt" | "art" | "adt" => -3 * 60,
        "ndt" => -(2 * 60 + 30),
        "nst" => -(3 * 60 + 30),
        "edt" | "ast" | "clt" => -4 * 60,
        "est" | "cdt" | "pet" => -5 * 60,
        "cst" | "mdt" => -6 * 60,
        "mst" | "pdt" => -7 * 60,
        "pst" | "akdt" => -8 * 60,
        "akst" => -9 * 60,
        "hst" => -10 * 60,
        _ => return None,
    };
    Offset::from_seconds(minutes * 60).ok()
}
