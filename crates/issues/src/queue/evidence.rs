//! What a step of a claim brings: addresses that can be followed, sources that are named, and words without personal
//! data. Records are masked long before; what an officer types is masked here, before anything derived holds it.

use model::SourceKind;
use text::{mask, personal_data};

/// An address longer than this is no reference that a reader can follow.
const ADDRESS_BYTES_MAX: usize = 2_000;
/// Steps keep so many sources and addresses.
const LIST_MAX: usize = 20;

/// True for `http://` or `https://` with a host that has an ending, and without a name before the host: in
/// `https://pemprov.test@lain.test` the page is `lain.test`.
pub(super) fn is_address(address: &str) -> bool {
    let Some((scheme, rest)) = address.trim().split_once("://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (name, port) = host.split_once(':').unwrap_or((host, "0"));
    let labels: Vec<&str> = name.split('.').collect();
    (scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https"))
        && address.len() <= ADDRESS_BYTES_MAX
        && !address.trim().contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"'))
        && labels.len() >= 2
        && labels.iter().all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-'))
        && port.bytes().all(|digit| digit.is_ascii_digit())
}

/// True for a source that is named: a word at least, not a dash.
pub(super) fn is_named(source: &str) -> bool {
    source.chars().filter(|c| c.is_alphanumeric()).count() >= 3
}

/// An officer's words without personal data. Masked as strictly as a citizen's post: the words go into a public text.
pub(super) fn masked(words: &str) -> String {
    let words = words.trim();
    mask(words, &personal_data(words, SourceKind::Post))
}

/// The named ones of a list, masked.
pub(super) fn masked_list(sources: &[String]) -> Vec<String> {
    sources.iter().filter(|source| is_named(source)).take(LIST_MAX).map(|source| masked(source)).collect()
}

/// The addresses of a list that can be followed. Their paths are kept as they are: a masked address leads nowhere, and
/// numbers in the address of a page are its own.
pub(super) fn addresses(references: &[String]) -> Vec<String> {
    let good = references.iter().map(|reference| reference.trim()).filter(|reference| is_address(reference));
    let mut kept: Vec<String> = Vec::new();
    for reference in good.take(LIST_MAX) {
        if !kept.iter().any(|other| other == reference) {
            kept.push(reference.to_owned());
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_can_be_followed() {
        for good in [
            "https://pemprov.test/rilis/12",
            "http://pemprov.test",
            " https://a.b.test:8443/?q=1#x ",
            "HTTPS://Pemprov.Test",
        ] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "",
            "pemprov.test/rilis",
            "ftp://pemprov.test",
            "https://",
            "https://localhost",
            "https://pemprov.test@lain.test",
            "https://pemprov..test",
            "javascript://pemprov.test/%0aalert",
            "https://pemprov.test/dua kata",
            "surat nomor 12",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }

    #[test]
    fn what_an_officer_types_is_masked() {
        assert_eq!(masked("dihubungi lewat 0812-3456-7890"), "dihubungi lewat [nomor telepon]");
        assert_eq!(masked("surel uji.coba@contoh.test"), "surel [surel]");
        let sources = ["-".to_owned(), "Biro Umum, surat 12/2026".to_owned()];
        assert_eq!(masked_list(&sources), ["Biro Umum, surat 12/2026"]);
    }
}
