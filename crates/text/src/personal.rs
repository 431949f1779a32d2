//! Personal data in a text, found so that it can be masked before anything derived is written.
//!
//! Everything here looks at a cheap sign first (a digit, an `@`), because nearly every text has none of it.

use model::{PersonalData, PersonalDataKind as Kind, SourceKind};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// Finds NIK, family card numbers, telephone numbers, mail addresses, bank accounts, plates, house numbers and, in
/// citizens' own words, account names. Spans are bytes into `full_text`, in order, never overlapping.
pub fn personal_data(full_text: &str, kind: SourceKind) -> Vec<PersonalData> {
    let mut found: Vec<(Kind, Range<usize>)> = Vec::new();
    if memchr::memchr(b'@', full_text.as_bytes()).is_some() {
        addresses(full_text, kind, &mut found);
    }
    if full_text.bytes().any(|byte| byte.is_ascii_digit()) {
        numbers(full_text, kind, &mut found);
    }
    if memchr::memmem::find(full_text.as_bytes(), b"apan").is_some() {
        spelled_phones(full_text, &mut found);
    }
    found.sort_by_key(|(_, span)| (span.start, usize::MAX - span.end));
    let mut end = 0;
    found.retain(|(_, span)| {
        let free = span.start >= end;
        if free {
            end = span.end;
        }
        free
    });
    // An offset beyond four gigabytes cannot occur: items are capped long before.
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    found
        .into_iter()
        .map(|(kind, span)| PersonalData { kind, start: offset(span.start), end: offset(span.end) })
        .collect()
}

/// The text with a placeholder where each piece of personal data stands.
pub fn mask(text: &str, data: &[PersonalData]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for piece in data {
        let (start, end) = (piece.start as usize, piece.end as usize);
        // Spans of another text are not ours to guess about.
        let Some(kept) = text.get(copied..start).filter(|_| text.is_char_boundary(end.min(text.len()))) else {
            continue;
        };
        out.push_str(kept);
        out.push_str(placeholder(piece.kind));
        copied = end.min(text.len());
    }
    out + &text[copied..]
}

fn placeholder(kind: Kind) -> &'static str {
    match kind {
        Kind::Nik => "[NIK]",
        Kind::Kk => "[nomor KK]",
        Kind::Phone => "[nomor telepon]",
        Kind::Email => "[surel]",
        Kind::Account => "[nomor rekening]",
        Kind::Plate => "[pelat]",
        Kind::Address => "[alamat]",
        Kind::Handle => "[akun]",
    }
}

/// Mail addresses anywhere; account names only where citizens speak, for in the news they are outlets' and agencies'.
fn addresses(text: &str, kind: SourceKind, found: &mut Vec<(Kind, Range<usize>)>) {
    let bytes = text.as_bytes();
    for at in memchr::memchr_iter(b'@', bytes) {
        let local = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'+' | b'%');
        let start = at - bytes[..at].iter().rev().take_while(|byte| local(byte)).count();
        let after = |fits: fn(&u8) -> bool| bytes[at + 1..].iter().take_while(|byte| fits(byte)).count();
        let host = &text[at + 1..at + 1 + after(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))];
        let host = host.trim_end_matches(['.', '-']);
        let ending = host.rsplit('.').next().unwrap_or_default();
        if start < at
            && host.contains('.')
            && ending.len() >= 2
            && ending.bytes().all(|byte| byte.is_ascii_alphabetic())
        {
            found.push((Kind::Email, start..at + 1 + host.len()));
        } else if kind.is_public_voice() && start == at {
            let name = after(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
            let name = text[at + 1..at + 1 + name].trim_end_matches('.');
            if name.len() >= 2 {
                found.push((Kind::Handle, at..at + 1 + name.len()));
            }
        }
    }
}

/// A number with the separators that people put between its groups.
struct Number<'a> {
    span: Range<usize>,
    digits: String,
    /// Digits of the first group.
    first: usize,
    /// Text before it, in which a cue may stand.
    before: &'a str,
}

/// Everything that has digits: NIK, KK, telephone, account, plate, house.
fn numbers(text: &str, kind: SourceKind, found: &mut Vec<(Kind, Range<usize>)>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(offset) = bytes[at..].iter().position(u8::is_ascii_digit) {
        let start = at + offset;
        let run = start..start + bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        at = run.end;
        if let Some(plate) = plate_at(text, &run) {
            found.push((Kind::Plate, plate));
        } else if let Some(house) = house_at(text, &run, kind) {
            found.push((Kind::Address, house));
        } else {
            let number = number_at(text, start);
            if let Some(kind) = kind_of(&number) {
                at = number.span.end;
                found.push((kind, number.span));
            }
        }
    }
}

fn number_at(text: &str, start: usize) -> Number<'_> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut digits = String::new();
    let (mut at, mut first) = (start, 0);
    loop {
        while digit(at) {
            digits.push(char::from(bytes[at]));
            at += 1;
        }
        if first == 0 {
            first = digits.len();
        }
        // One separator, or a bracket or dash with spaces: "(0812) 345", "0812 - 345". Not a comma, which lists or counts.
        let separators =
            bytes[at..].iter().take(3).take_while(|byte| matches!(byte, b' ' | b'-' | b'.' | b')' | b'/')).count();
        let gap = &bytes[at..at + separators];
        let joins = matches!(gap, [b' ' | b'-' | b'.' | b')'] | [b')', b' ' | b'-'] | [b' ', b'-', b' ']);
        let next = &bytes[at + separators..];
        // Two telephone numbers side by side.
        let another = digits.len() >= 10 && (next.starts_with(b"08") || next.starts_with(b"62"));
        if !joins || !digit(at + separators) || another || digits.len() >= 20 {
            break;
        }
        at += separators;
    }
    // "+62" and a zero typed as a letter belong to the number.
    let sign = bytes[..start].ends_with(b"+") || bytes[..start].ends_with(b"(") && text[start..at].contains(')');
    let letter = matches!(bytes[..start].last(), Some(b'o' | b'O'))
        && !bytes[..start - 1].last().is_some_and(u8::is_ascii_alphanumeric);
    if letter {
        digits.insert(0, '0');
        first += 1;
    }
    let span = start - usize::from(sign || letter)..at;
    Number { before: cue_before(text, span.start), span, digits, first }
}

/// The stretch before a number in which a word may stand that says what it is.
fn cue_before(text: &str, at: usize) -> &str {
    const CUE: usize = 36;
    let mut start = at.saturating_sub(CUE);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    &text[start..at]
}

fn has_word(text: &str, words: &[&str]) -> bool {
    text.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word))
}

fn kind_of(number: &Number<'_>) -> Option<Kind> {
    let digits = number.digits.as_str();
    if digits.len() < 7 {
        return None;
    }
    // Part of a code, a path or a longer number ("Rp 953.021.579.571").
    let before = number.before.as_bytes();
    let grown = before.last().is_some_and(|&byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !number.before.ends_with("wa.me/");
    let longer = matches!(before, [.., digit, b'.' | b',' | b'-' | b'/'] if digit.is_ascii_digit());
    if grown || longer {
        return None;
    }
    let cue = number.before.to_lowercase();
    if digits.len() == 16 {
        if has_word(&cue, &["kk"]) || cue.contains("kartu keluarga") {
            return Some(Kind::Kk);
        }
        if is_nik(digits) || has_word(&cue, &["nik", "ktp", "kependudukan"]) {
            return Some(Kind::Nik);
        }
    }
    let money = cue.trim_end().ends_with("rp") || cue.trim_end().ends_with("rp.") || cue.trim_end().ends_with("idr");
    if !money && (7..=16).contains(&digits.len()) && is_account(&cue) && !is_phone(number) {
        return Some(Kind::Account);
    }
    (!money && is_phone(number)).then_some(Kind::Phone)
}

/// Province, then a birth date (women's days count from 41), then a serial number that is never zero.
fn is_nik(digits: &str) -> bool {
    let part = |range: Range<usize>| digits.get(range).and_then(|part| part.parse::<u32>().ok()).unwrap_or(0);
    let day = part(6..8);
    (11..=97).contains(&part(0..2))
        && (1..=99).contains(&part(2..4))
        && (matches!(day, 1..=31) || matches!(day, 41..=71))
        && (1..=12).contains(&part(8..10))
        && part(12..16) > 0
}

/// Mobile numbers (08…, +62 8…) and area numbers in their usual writing (0541-…).
fn is_phone(number: &Number<'_>) -> bool {
    let digits = number.digits.as_str();
    let local = digits
        .strip_prefix("0062")
        .or_else(|| digits.strip_prefix("62").filter(|_| number.first == 2 || number.first >= 9));
    if let Some(local) = local {
        let local = local.strip_prefix('0').unwrap_or(local);
        return local.starts_with('8') && (9..=12).contains(&local.len());
    }
    if digits.starts_with("08") {
        // "08.30-10.00" are office hours: a group of two digits never begins a telephone number.
        return digits.as_bytes()[2] != b'0' && (10..=13).contains(&digits.len()) && number.first >= 3;
    }
    let area = digits.starts_with('0') && matches!(digits.as_bytes()[1], b'2'..=b'9') && matches!(number.first, 3 | 4);
    area && (9..=12).contains(&digits.len()) && number.first < digits.len()
}

fn is_account(cue: &str) -> bool {
    const WORDS: &[&str] = &["rekening", "rek", "norek", "va"];
    const BANKS: &[&str] = &[
        "bca", "bri", "bni", "bsi", "btn", "mandiri", "cimb", "danamon", "permata", "bpd", "muamalat", "btpn", "jago",
        "seabank", "ocbc", "maybank", "panin",
    ];
    if has_word(cue, WORDS) || cue.contains("virtual account") {
        return true;
    }
    // A bank's name counts only where the number follows at once: "BCA 123…", "Bank Mandiri no. 123…".
    let words: Vec<&str> = cue.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.iter().rev().take(2).any(|word| BANKS.contains(word))
}

/// Vehicle plates: area letters, number, series. Written small or very short they need the word for it beside them.
fn plate_at(text: &str, digits: &Range<usize>) -> Option<Range<usize>> {
    const AREAS: &[&str] = &[
        "A", "AA", "AB", "AD", "AE", "AG", "B", "BA", "BB", "BD", "BE", "BG", "BH", "BK", "BL", "BM", "BN", "BP", "D",
        "DA", "DB", "DC", "DD", "DE", "DG", "DH", "DK", "DL", "DM", "DN", "DP", "DR", "DS", "DT", "DW", "E", "EA",
        "EB", "ED", "F", "G", "H", "K", "KB", "KH", "KT", "KU", "L", "M", "N", "P", "PA", "PB", "PG", "PS", "PY", "R",
        "S", "T", "W", "Z",
    ];
    const WORDS: &[&str] = &["plat", "pelat", "nopol", "polisi", "berpelat", "berplat", "bernopol", "nopolnya"];
    let bytes = text.as_bytes();
    if digits.len() > 4 || bytes[digits.start] == b'0' {
        return None;
    }
    let gap = |byte: Option<&u8>| usize::from(matches!(byte, Some(b' ' | b'-')));
    let area_end = digits.start - gap(bytes[..digits.start].last());
    let area_start =
        area_end - bytes[..area_end].iter().rev().take(3).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let series_start = digits.end + gap(bytes.get(digits.end));
    let series = bytes[series_start..].iter().take(4).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let span = area_start..series_start + series;
    let alone = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
    let area = &text[area_start..area_end];
    if !(1..=3).contains(&series)
        || !AREAS.iter().any(|known| known.eq_ignore_ascii_case(area))
        || !alone(bytes[..span.start].last())
        || !alone(bytes.get(span.end))
    {
        return None;
    }
    let capital = !text[span.clone()].bytes().any(|byte| byte.is_ascii_lowercase());
    let spaces = (digits.start - area_end) + (series_start - digits.end);
    // "KT 1234 AB" and "B1234XYZ" look like nothing else; "S 1 PG" and "L 300 PS" do.
    let plain = capital && spaces != 1 && digits.len() >= if area.len() == 2 { 2 } else { 4 };
    (plain || has_word(&cue_before(text, span.start).to_lowercase(), WORDS)).then_some(span)
}

/// The number of a house with its RT, behind the name of a street. The street itself is public and stays.
fn house_at(text: &str, digits: &Range<usize>, kind: SourceKind) -> Option<Range<usize>> {
    static HOUSE: LazyLock<Regex> = LazyLock::new(|| {
        let rt = r"rt\.? ?[0-9]{1,3}(?:[ ,/]+rw\.? ?[0-9]{1,3})?";
        let number = r"(?:no|nomor)\.? ?[0-9]{1,4}[a-z]?(?-u:\b)";
        let street = r"(?-u:\b)(?:jl|jln|jalan|gg|gang|perum|perumahan|blok)(?-u:\b)\.? ?[^\n,;!?()]{2,40}?[ ,]+";
        Regex::new(&format!(r"(?i){street}(?P<house>{number}(?P<behind>[ ,]+{rt})?|(?P<before>{rt})[ ,]+{number})"))
            .expect("a fixed pattern compiles")
    });
    let before = text[..digits.start].trim_end_matches([' ', '.']).as_bytes();
    let ends_with =
        |word: &[u8]| before.len() >= word.len() && before[before.len() - word.len()..].eq_ignore_ascii_case(word);
    if digits.len() > 4 || !(ends_with(b"no") || ends_with(b"nomor")) {
        return None;
    }
    const WINDOW: usize = 90;
    let (mut start, mut end) = (digits.start.saturating_sub(WINDOW), (digits.end + WINDOW).min(text.len()));
    while !text.is_char_boundary(start) {
        start += 1;
    }
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    HOUSE.captures_iter(&text[start..end]).find_map(|found| {
        let house = found.name("house")?;
        let span = start + house.start()..start + house.end();
        // In reports a bare number is an office's; with its RT it is somebody's home.
        let private = kind.is_public_voice() || found.name("behind").is_some() || found.name("before").is_some();
        (private && span.contains(&digits.start)).then_some(span)
    })
}

/// Telephone numbers in words ("kosong delapan satu dua …"), the usual way around a filter.
fn spelled_phones(text: &str, found: &mut Vec<(Kind, Range<usize>)>) {
    const WORDS: &[&str] =
        &["nol", "kosong", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "lapan", "sembilan"];
    let mut run: Option<(usize, Vec<String>)> = None;
    let mut finish = |run: Option<(usize, Vec<String>)>, end: usize| {
        if let Some((start, words)) = run
            && words.len() >= 9
            && matches!(words[0].as_str(), "nol" | "kosong")
            && matches!(words[1].as_str(), "delapan" | "lapan")
        {
            found.push((Kind::Phone, start..end));
        }
    };
    let mut end = 0;
    for token in crate::words::tokens(text) {
        let word = token.text.to_lowercase();
        if WORDS.contains(&word.as_str()) {
            run.get_or_insert_with(|| (token.start, Vec::new())).1.push(word);
            end = token.end;
        } else {
            finish(run.take(), end);
        }
    }
    finish(run, end);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> String {
        mask(text, &personal_data(text, SourceKind::Post))
    }

    #[test]
    fn identity_numbers() {
        assert_eq!(masked("NIK 6472051203900001 atas nama"), "NIK [NIK] atas nama");
        assert_eq!(masked("KTP: 6472 0552 0390 0001."), "KTP: [NIK].");
        assert_eq!(masked("no KK 6472051203900001"), "no KK [nomor KK]");
        assert_eq!(masked("Kartu Keluarga nomor 6472051203900001"), "Kartu Keluarga nomor [nomor KK]");
        // No such month, and nothing beside it says what it is.
        assert_eq!(masked("kode 6472051299900001"), "kode 6472051299900001");
        assert_eq!(masked("NIK 9999999999999999"), "NIK [NIK]");
        assert_eq!(masked("resi JX6472051203900001"), "resi JX6472051203900001");
    }

    #[test]
    fn telephone_numbers() {
        for number in [
            "081234567890",
            "0812-3456-7890",
            "0812 3456 7890",
            "0812.3456.7890",
            "+62 812 3456 7890",
            "+6281234567890",
            "6281234567890",
            "62 812-3456-7890",
            "(0812) 3456-7890",
            "0541-731234",
            "(0541) 731 234",
            "o81234567890",
            "kosong delapan satu dua tiga empat lima enam tujuh delapan",
        ] {
            assert_eq!(masked(&format!("hub {number} ya")), "hub [nomor telepon] ya", "{number}");
        }
        assert_eq!(masked("0812 3456 7890 0813 1111 2222"), "[nomor telepon] [nomor telepon]");
        assert_eq!(masked("https://wa.me/6281234567890"), "https://wa.me/[nomor telepon]");
        for text in [
            "pukul 08.30-10.00 WITA",
            "buka 08.15-12.30, 13.00-16.00",
            "Rp 081.234.567.890",
            "Rp 1.500.000.000",
            "Rp 953.021.579.571",
            "tahun 2025 2026 2027",
            "08-12-2025 10.30",
            "0,8123456789",
            "tiket 112",
            "17/7/2025",
            "sembilan puluh delapan persen",
            "3.790.000 jiwa",
        ] {
            assert_eq!(masked(text), text);
        }
    }

    #[test]
    fn accounts() {
        assert_eq!(masked("transfer ke rek BCA 1234567890 a.n. Uji"), "transfer ke rek BCA [nomor rekening] a.n. Uji");
        assert_eq!(masked("Bank Mandiri 123-00-1234567-8"), "Bank Mandiri [nomor rekening]");
        assert_eq!(masked("no. rekening: 0123456789"), "no. rekening: [nomor rekening]");
        assert_eq!(masked("saldo rekening Rp 12.345.678"), "saldo rekening Rp 12.345.678");
        assert_eq!(
            masked("secara mandiri. Ada sebanyak 12345678 orang"),
            "secara mandiri. Ada sebanyak 12345678 orang"
        );
    }

    #[test]
    fn plates_and_houses() {
        assert_eq!(masked("mobil KT 1234 AB melaju"), "mobil [pelat] melaju");
        assert_eq!(masked("mobil B1234XYZ"), "mobil [pelat]");
        assert_eq!(masked("nopol kt 12 x"), "nopol [pelat]");
        for text in ["lulusan S 1 PG", "mobil L 300 PS", "RT 05 RW 12", "kelas B 2 C", "UU 14 2008", "PT 25 KM"] {
            assert_eq!(masked(text), text);
        }
        assert_eq!(masked("Jl. Kenanga No. 12 RT 05 RW 02, rusak"), "Jl. Kenanga [alamat], rusak");
        let report = "Kantor di Jalan Kenanga No. 12; rumah di Jalan Melati No. 3 RT 05";
        let data = personal_data(report, SourceKind::News);
        assert_eq!(mask(report, &data), "Kantor di Jalan Kenanga No. 12; rumah di Jalan Melati [alamat]");
    }

    #[test]
    fn addresses_and_handles() {
        assert_eq!(masked("ke uji.coba+1@contoh.co.id, cc @warga_uji."), "ke [surel], cc [akun].");
        let news = "ke uji@contoh.id atau @warga_uji";
        assert_eq!(mask(news, &personal_data(news, SourceKind::News)), "ke [surel] atau @warga_uji");
        assert_eq!(masked("harga @ 5000, a@b"), "harga @ 5000, a@b");
    }

    #[test]
    fn spans_are_in_order_and_apart() {
        let text = "“é” 0812-3456-7890 a@b.id KT 1234 AB 6472051203900001 @saya";
        let data = personal_data(text, SourceKind::Comment);
        assert_eq!(data.len(), 5);
        assert!(data.windows(2).all(|pair| pair[0].end <= pair[1].start));
        assert_eq!(mask("pendek", &data), "pendek");
        assert!(personal_data("tidak ada apa-apa", SourceKind::Post).is_empty());
    }
}
