//! Numbers and mailboxes that belong to an office, which citizens are meant to see.

use super::{small_words, stretch_after, stretch_before};
use std::ops::Range;

/// Words that name an office or a desk of one.
const OFFICES: &[&str] = &[
    "kantor",
    "dinas",
    "badan",
    "balai",
    "biro",
    "bagian",
    "sekretariat",
    "posko",
    "puskesmas",
    "rsud",
    "rsup",
    "rsu",
    "polda",
    "polres",
    "polresta",
    "polsek",
    "polri",
    "kodim",
    "koramil",
    "pdam",
    "perumda",
    "perumdam",
    "bumd",
    "bpbd",
    "basarnas",
    "damkar",
    "disdukcapil",
    "dukcapil",
    "kominfo",
    "diskominfo",
    "dinsos",
    "dinkes",
    "disdik",
    "disdikbud",
    "dishub",
    "samsat",
    "pemkot",
    "pemkab",
    "pemprov",
    "upt",
    "uptd",
    "ppid",
    "bpjs",
    "pln",
    "baznas",
    "redaksi",
    "humas",
    "kejaksaan",
    "kejari",
    "pengadilan",
    "ombudsman",
    "bpn",
    "bkd",
    "bkpsdm",
    "kpu",
    "bawaslu",
    "satpol",
    "hotline",
    "helpdesk",
    "chatbot",
];

/// Words for a service that an office runs under a mobile number.
const SERVICES: &[&str] =
    &["hotline", "layanan", "pengaduan", "posko", "callcenter", "center", "centre", "helpdesk", "piket", "chatbot"];

/// Words behind which a number is a person's, whatever office stands before them.
const PERSONS: &[&str] = &[
    "saya",
    "sy",
    "kami",
    "rumah",
    "pak",
    "bapak",
    "bpk",
    "bu",
    "ibu",
    "sdr",
    "sdri",
    "saudara",
    "saudari",
    "an",
    "nama",
    "anak",
    "istri",
    "suami",
    "orang",
    "tetangga",
    "pelapor",
    "korban",
    "pelaku",
    "pribadi",
    "narahubung",
    "ketua",
    "panitia",
    "oknum",
    "penipu",
    "mengatasnamakan",
    "mengaku",
    "ngaku",
];

/// True for the number of an office. A landline needs an office's name beside it, a mobile number a service's name as
/// well and an author who speaks for the office or reports on it.
pub(super) fn is_phone(text: &str, span: &Range<usize>, mobile: bool, is_public_voice: bool) -> bool {
    let before = stretch_before(text, span.start, 72);
    let before = small_words(before.rsplit(['\n', ';']).next().unwrap_or_default());
    // Who is named last owns the number.
    let named = before.iter().rev().find_map(|word| match word.as_str() {
        word if PERSONS.contains(&word) => Some(false),
        word if OFFICES.contains(&word) => Some(true),
        _ => None,
    });
    if mobile {
        let service = before.iter().any(|word| SERVICES.contains(&word.as_str()));
        return !is_public_voice && service && named == Some(true) && !followed_by_person(text, span.end);
    }
    let fax = before.last().is_some_and(|word| matches!(word.as_str(), "fax" | "faks" | "faksimile"));
    let behind =
        || small_words(stretch_after(text, span.end, 24)).iter().take(2).any(|word| OFFICES.contains(&word.as_str()));
    fax || named.unwrap_or_else(behind) && !followed_by_person(text, span.end)
}

/// True for the account of a public body.
pub(super) fn is_account(text: &str, at: usize) -> bool {
    let before = small_words(stretch_before(text, at, 72));
    let public =
        |word: &String| matches!(word.as_str(), "baznas" | "bazda" | "kas" | "rkud" | "pemkot" | "pemkab" | "pemprov");
    let person = |word: &String| PERSONS.contains(&word.as_str());
    before.iter().any(public) && !before.iter().any(person)
}

/// "0812… (Andi)", "0812… a.n. Andi".
fn followed_by_person(text: &str, end: usize) -> bool {
    let after = stretch_after(text, end, 24).trim_start_matches([' ', '-', ',']);
    let name = after.strip_prefix('(').is_some_and(|name| name.starts_with(char::is_uppercase));
    let words = small_words(after);
    name || words.first().is_some_and(|word| PERSONS.contains(&word.as_str())) || after.starts_with("a.n")
}

/// True for a mailbox of a desk rather than of a person. At a free mail service everybody may call himself anything.
pub(super) fn is_mailbox(local: &str, host: &str) -> bool {
    const ROLES: &[&str] = &[
        "humas",
        "info",
        "ppid",
        "pengaduan",
        "redaksi",
        "admin",
        "kontak",
        "sekretariat",
        "layanan",
        "halo",
        "cs",
        "helpdesk",
        "diskominfo",
        "kominfo",
        "dinas",
        "disdukcapil",
        "dinkes",
        "dinsos",
        "setda",
        "bappeda",
        "persuratan",
        "aduan",
        "lapor",
        "hotline",
        "contact",
        "callcenter",
        "customer",
        "support",
        "press",
        "media",
        "iklan",
        "newsroom",
        "cekfakta",
    ];
    let (local, host) = (local.to_lowercase(), host.to_lowercase());
    let role = local.split(['.', '_', '-']).any(|part| ROLES.contains(&part));
    role && !super::mailbox::is_free(&host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offices_and_people() {
        let phone = |text: &str, mobile, voice| {
            let start = text.find('0').expect("a number");
            let end =
                start + text[start..].find(|c: char| c != '-' && !c.is_ascii_digit()).unwrap_or(text.len() - start);
            is_phone(text, &(start..end), mobile, voice)
        };
        assert!(phone("Kantor Dinas Uji, telepon 0541-733333", false, true));
        assert!(phone("0541-733333 Sekretariat", false, false));
        assert!(!phone("telepon rumah 0541-733333", false, true));
        assert!(!phone("dekat kantor lurah, rumah saya 0541-733333", false, true));
        assert!(phone("Hotline pengaduan Dukcapil: 0811-5900-112", true, false));
        assert!(!phone("Hotline pengaduan Dukcapil: 0811-5900-112", true, true));
        assert!(!phone("Layanan Dinas: Bapak Uji 0811-5900-112", true, false));
        assert!(!phone("Layanan Dinas 0811-5900-112 (Uji)", true, false));
        assert!(
            is_mailbox("humas", "contoh.go.id")
                && !is_mailbox("humas", "gmail.com")
                && !is_mailbox("uji", "contoh.go.id")
        );
    }
}
