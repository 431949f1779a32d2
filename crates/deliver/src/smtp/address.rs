//! An address as an operator wrote it to one that can stand in an envelope; in words why it cannot.

use lettre::Address;
use url::Host;

/// The longest address that a mail server takes (RFC 5321, 4.5.3.1.3, less the brackets of a path).
const ADDRESS_BYTES_MAX: usize = 254;
/// The longest part before the @ (RFC 5321, 4.5.3.1.1).
const LOCAL_BYTES_MAX: usize = 64;

/// Reads one bare address. A domain in other letters becomes its ASCII form: most servers know only that.
///
/// # Errors
/// It is none; the reason in Indonesian, with what to do.
pub(super) fn parse(text: &str) -> Result<Address, String> {
    // The address itself is not repeated: it may hold line ends that would forge lines of a log.
    let refuse = |reason: &str| Err(format!("alamat surel tidak dapat dipakai: {reason}"));
    if text.chars().any(|char| char.is_control() || matches!(char, '\u{2028}' | '\u{2029}')) {
        return refuse("ada ganti baris atau karakter kendali; ketik ulang alamatnya");
    }
    if text.chars().any(char::is_whitespace) {
        return refuse("ada spasi; ketik ulang tanpa spasi");
    }
    if text.contains(['<', '>', ',', ';', '"', '(', ')', '\\']) {
        return refuse("tulis satu alamat saja, tanpa nama dan tanpa tanda baca lain");
    }
    let Some((local, domain)) = text.rsplit_once('@') else {
        return refuse("tidak ada tanda @");
    };
    if local.is_empty() {
        return refuse("bagian sebelum tanda @ kosong");
    }
    if !local.is_ascii() {
        return refuse("bagian sebelum tanda @ hanya boleh huruf Latin tanpa tanda, angka, dan titik");
    }
    if local.contains('@') {
        return refuse("tanda @ lebih dari satu");
    }
    let Some(domain) = ascii_domain(domain) else {
        return refuse("nama domain sesudah tanda @ tidak sah; contoh yang sah: kantor.example");
    };
    if local.len() > LOCAL_BYTES_MAX || local.len() + 1 + domain.len() > ADDRESS_BYTES_MAX {
        return refuse("terlalu panjang");
    }
    Address::new(local, domain).or_else(|_| refuse("susunannya tidak sah; periksa ejaannya"))
}

/// A domain of at least two parts, in ASCII.
fn ascii_domain(domain: &str) -> Option<String> {
    // The parser of hosts would decode %41, which nobody writes into an address in good faith.
    if domain.contains('%') {
        return None;
    }
    match Host::parse(domain) {
        Ok(Host::Domain(name)) if name.trim_end_matches('.').contains('.') => {
            Some(name.trim_end_matches('.').to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_addresses_as_they_are_written() {
        for (text, expected) in [
            ("humas@kantor.example", "humas@kantor.example"),
            ("humas+pagi@Kantor.Example", "humas+pagi@kantor.example"),
            ("o'neil_2@mail.kantor.example", "o'neil_2@mail.kantor.example"),
            ("humas@bücher.example", "humas@xn--bcher-kva.example"),
        ] {
            assert_eq!(parse(text).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn says_what_is_wrong_without_repeating_it() {
        for (text, reason) in [
            ("a@b.com\r\nBcc: lain@b.com", "ganti baris"),
            ("a@b.com\nBcc:", "ganti baris"),
            ("a\0@b.com", "karakter kendali"),
            ("a@b.com\u{2028}RCPT TO:<x@y.z>", "karakter kendali"),
            ("humas kantor@b.com", "spasi"),
            (" a@b.com", "spasi"),
            ("Humas<a@b.com>", "tanpa nama"),
            ("a@b.com,c@d.com", "satu alamat"),
            ("\"a b\"@b.com", "spasi"),
            ("kantor.example", "tidak ada tanda @"),
            ("", "tidak ada tanda @"),
            ("@kantor.example", "kosong"),
            ("hümas@kantor.example", "huruf Latin"),
            ("a@b@c.com", "lebih dari satu"),
            ("a@kantor", "domain"),
            ("a@127.0.0.1", "domain"),
            ("a@[127.0.0.1]", "domain"),
            ("a@b%0d.com", "domain"),
            ("a@b..com", "tidak sah"),
            ("a..b@c.com", "tidak sah"),
        ] {
            let error = parse(text).expect_err(text);
            assert!(error.contains(reason), "{text:?}: {error}");
            assert!(!error.contains('\n') && !error.contains("Bcc"), "{error}");
        }
        assert!(parse(&format!("{}@b.com", "a".repeat(65))).unwrap_err().contains("panjang"));
    }
}
