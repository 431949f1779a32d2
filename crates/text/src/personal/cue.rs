//! The word near a number that says what the number is: "NIK", "rek BRI", "WA", "resi".

/// What a word says about the number behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cue {
    Nik,
    Kk,
    Phone,
    /// "rek", "rekening": whatever follows is an account, even where it looks like a telephone number.
    Account,
    /// A bank's name: an account only where the number follows at once.
    Bank,
    Money,
    /// A parcel, an order, a permit: a number that belongs to a thing.
    Code,
}

const WORDS: &[(Cue, &[&str])] = &[
    (Cue::Nik, &["nik", "ktp", "ektp", "kependudukan"]),
    (Cue::Kk, &["kk"]),
    (
        Cue::Phone,
        &[
            "hp",
            "wa",
            "telp",
            "tlp",
            "tlpn",
            "telpon",
            "telepon",
            "teleponnya",
            "telephone",
            "tel",
            "phone",
            "ponsel",
            "whatsapp",
            "whatsap",
            "watsap",
            "wasap",
            "sms",
            "call",
            "calling",
            "hub",
            "hubungi",
            "menghubungi",
            "dihubungi",
            "kontak",
            "contact",
            "cp",
            "narahubung",
            "nope",
            "nohp",
            "nowa",
            "notelp",
            "handphone",
            "genggam",
            "gopay",
            "ovo",
            "dana",
            "shopeepay",
            "linkaja",
            "pulsa",
            "japri",
        ],
    ),
    (Cue::Account, &["rekening", "rek", "norek"]),
    (
        Cue::Bank,
        &[
            "bca", "bri", "bni", "bsi", "btn", "mandiri", "cimb", "niaga", "danamon", "permata", "bpd", "muamalat",
            "btpn", "jago", "seabank", "ocbc", "maybank", "panin", "bjb", "bukopin",
        ],
    ),
    (Cue::Money, &["rp", "idr", "usd", "senilai", "sebesar"]),
    (
        Cue::Code,
        &[
            "resi",
            "awb",
            "paket",
            "order",
            "pesanan",
            "orderan",
            "invoice",
            "inv",
            "booking",
            "voucher",
            "undian",
            "tiket",
            "token",
            "kode",
            "kodenya",
            "imei",
            "isbn",
            "issn",
            "nib",
            "nip",
            "nrp",
            "npwp",
            "npsn",
            "nisn",
            "nop",
            "billing",
            "tender",
            "rup",
            "registrasi",
            "reg",
            "versi",
            "koordinat",
            "sertifikat",
            "seri",
            "rangka",
            "mesin",
            "togel",
            "barcode",
            "perkara",
            "objek",
            "pelanggan",
            "meter",
        ],
    ),
];

/// What a single word says; a possessive ending ("nikku", "norekku", "hpnya") changes nothing.
pub(super) fn of_word(word: &str) -> Option<Cue> {
    const ENDINGS: [&str; 9] = ["", "ku", "nya", "ny", "mu", "x", "e", "q", "ne"];
    let known = |word: &str| WORDS.iter().find(|(_, words)| words.contains(&word)).map(|(cue, _)| *cue);
    let found = ENDINGS.iter().filter_map(|ending| word.strip_suffix(ending)).find_map(known);
    // Regional banks write their name as one word that begins with "bank".
    found.or_else(|| (word.len() > 6 && word.starts_with("bank")).then_some(Cue::Bank))
}

/// What the nearest words before a number say.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cues {
    /// The nearest cue, and how many words stand between it and the number.
    pub nearest: Option<(Cue, usize)>,
    /// "rekening" or "rek" anywhere before, though a name may stand between ("rek BRI a.n. Uji 123").
    pub account: bool,
    /// Both NIK and KK are named, in this order, for the two numbers that follow ("NIK/KK: … / …").
    pub pair: Option<(Cue, Cue)>,
}

/// Reads the words before a number.
pub(super) fn before(words: &[String]) -> Cues {
    let mut cues = Cues::default();
    let said: Vec<(usize, Cue)> = (0..words.len()).filter_map(|at| Some((at, said(words, at)?))).collect();
    if let Some(&(at, cue)) = said.last() {
        cues.nearest = Some((cue, words.len() - 1 - at));
    }
    cues.account = said.iter().any(|(_, cue)| *cue == Cue::Account) && said.iter().all(|(_, cue)| *cue != Cue::Code);
    if let [.., (first, a @ (Cue::Nik | Cue::Kk)), (second, b @ (Cue::Nik | Cue::Kk))] = said[..]
        && a != b
        && second - first <= 2
    {
        cues.pair = Some((a, b));
    }
    cues
}

fn said(words: &[String], at: usize) -> Option<Cue> {
    let before = at.checked_sub(1).map(|at| words[at].as_str());
    match (before, words[at].as_str()) {
        (Some("kartu"), "keluarga") => Some(Cue::Kk),
        (Some("virtual"), "account") => Some(Cue::Account),
        // The budget's own numbering.
        (Some("kode"), "rekening") => Some(Cue::Code),
        // "Bank" and a name that no list has.
        (Some("bank"), word) => of_word(word).or(Some(Cue::Bank)),
        (_, word) => of_word(word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_counts() {
        let cues = |text: &str| before(&super::super::small_words(text));
        assert_eq!(cues("resi belum ada, wa ").nearest, Some((Cue::Phone, 0)));
        assert_eq!(cues("nikku yang lama ").nearest, Some((Cue::Nik, 2)));
        assert_eq!(cues("Kartu Keluarga no ").nearest, Some((Cue::Kk, 1)));
        assert_eq!(cues("NIK dan KK saya ").pair, Some((Cue::Nik, Cue::Kk)));
        assert_eq!(cues("kode rekening belanja ").nearest, Some((Cue::Code, 1)));
        assert!(!cues("kode rekening belanja ").account);
        assert_eq!(cues("Bank Daerah ").nearest, Some((Cue::Bank, 0)));
        assert!(cues("hanya kata ").nearest.is_none());
    }
}
