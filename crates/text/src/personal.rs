//! Personal data in a text, found so that it can be masked before anything derived is written.
//!
//! Everything here looks at a cheap sign first (a digit, an `@`), because nearly every text has none of it.
//! In doubt a number is masked: a hidden hotline costs a look at the source, a shown identity number cannot be taken back.

mod cue;
mod house;
mod mailbox;
mod name;
mod number;
mod offices;
mod plate;
mod spelled;

pub use name::private_names;

use model::{PersonalData, PersonalDataKind as Kind, SourceKind};
use std::ops::Range;

/// A piece of personal data: what, and which bytes.
type Found = (Kind, Range<usize>);

/// Finds NIK, family card numbers, telephone numbers, mail addresses, bank accounts, plates, house numbers and, in
/// citizens' own words, account names. Spans are bytes into `full_text`, in order, never overlapping.
pub fn personal_data(full_text: &str, kind: SourceKind) -> Vec<PersonalData> {
    let mut found: Vec<Found> = Vec::new();
    mailbox::find(full_text, kind, &mut found);
    if number::has_digit(full_text) {
        plate::find(full_text, &mut found);
        house::find(full_text, kind, &mut found);
        number::find(full_text, kind, &mut found);
    }
    spelled::find(full_text, &mut found);
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
        Kind::Name => "[nama]",
    }
}

/// At most so many bytes before a place, cut at a character.
fn stretch_before(text: &str, at: usize, bytes: usize) -> &str {
    let mut start = at.saturating_sub(bytes);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    &text[start..at]
}

/// At most so many bytes behind a place, cut at a character.
fn stretch_after(text: &str, at: usize, bytes: usize) -> &str {
    let mut end = (at + bytes).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[at..end]
}

/// The words of a stretch, small.
fn small_words(stretch: &str) -> Vec<String> {
    let words = stretch.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
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
