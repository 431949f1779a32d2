//! Hosts in a text, so that messages that lead to the same false address are one claim.

use model::{Record, SourceKind};
use std::{collections::BTreeSet, sync::LazyLock};

/// The signal of an address that poses as an office's.
const LOOKALIKE: &str = "lookalike_domain";
/// Bytes of a text that are read, and hosts kept of it.
const TEXT_BYTES_MAX: usize = 20_000;
const HOSTS_MAX: usize = 20;
/// How careful people write a dot that must not become a link.
const DEFANGED: [&str; 6] = ["[.]", "(.)", "{.}", "[dot]", "(dot)", "[titik]"];

/// Hosts that pose as an office's: those in texts with the signal that no citizen's text without it has.
pub(super) fn false_hosts(records: &[&Record]) -> BTreeSet<String> {
    let (signalled, others): (Vec<&Record>, Vec<&Record>) = records.iter().partition(|record| is_signalled(record));
    let mut found: BTreeSet<String> = signalled.into_iter().flat_map(|record| hosts(&record.text)).collect();
    // Outlets write the false address without the signal, and so do those who make it harmless.
    let plain = others.into_iter().filter(|record| {
        matches!(record.kind, SourceKind::Post | SourceKind::Comment) && !is_defanged(&record.text.to_lowercase())
    });
    for host in plain.flat_map(|record| hosts(&record.text)) {
        found.remove(&host);
    }
    found
}

fn is_signalled(record: &Record) -> bool {
    record.signals.iter().any(|signal| signal.id.as_str() == LOOKALIKE)
}

fn is_defanged(lower: &str) -> bool {
    lower.contains("hxxp") || DEFANGED.iter().any(|dot| lower.contains(dot))
}

/// Hosts of the addresses in a text, harmless spellings included, apart from those that everybody shares.
pub(super) fn hosts(text: &str) -> BTreeSet<String> {
    let mut text = text[..text.floor_char_boundary(TEXT_BYTES_MAX)].to_lowercase();
    if is_defanged(&text) {
        text = DEFANGED.iter().fold(text, |text, dot| text.replace(dot, ".")).replace("hxxp", "http");
    }
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '(' | ')' | ',' | ';' | '*'));
    words.filter_map(host).filter(|host| !is_shared(host)).map(str::to_owned).take(HOSTS_MAX).collect()
}

/// The host of an address. Without a scheme it needs a path or a hyphen, or every forgotten space would make one.
fn host(word: &str) -> Option<&str> {
    let (is_web, rest) = word.split_once("://").map_or((false, word), |(_, rest)| (true, rest));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let has_more = authority.len() < rest.len() || authority.contains(['-', '@']);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = host.split(':').next().unwrap_or(host).trim_matches(|c: char| !c.is_alphanumeric());
    let host = host.strip_prefix("www.").unwrap_or(host);
    let labels: Vec<&str> = host.split('.').collect();
    let is_label = |label: &&str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    let ending = labels.last().is_some_and(|label| label.len() >= 2 && label.chars().all(char::is_alphabetic));
    (labels.len() >= 2 && labels.iter().all(is_label) && ending && (is_web || has_more)).then_some(host)
}

/// Hosts where everybody has pages, and the government's own.
fn is_shared(host: &str) -> bool {
    let under = |known: &str| host == known || host.strip_suffix(known).is_some_and(|rest| rest.ends_with('.'));
    under("go.id") || SHARED.iter().any(|known| under(known))
}

static SHARED: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let file = include_str!("../../../../lexicons/ind/hosts.tsv");
    let rows = file.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'));
    rows.filter(|(kind, _)| matches!(*kind, "shortener" | "form" | "chat" | "free_mail" | "official"))
        .filter_map(|(_, rest)| rest.split('\t').next())
        .collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_found_in_any_spelling() {
        for text in [
            "daftar di https://bantuan-randu.test/daftar siapkan KTP",
            "(HXXPS://www.Bantuan-Randu[.]test)",
            "bantuan-randu.test, cepat",
            "bantuan-randu.test/a?b=1",
            "kirim ke panitia@bantuan-randu.test.",
        ] {
            assert_eq!(hosts(text).into_iter().collect::<Vec<_>>(), ["bantuan-randu.test"], "{text}");
        }
        for text in ["Rp1.500.000/KK", "habis.Hari ini", "https://randu.go.id/rilis", "https://wa.me/62", "", "😀://"]
        {
            assert_eq!(hosts(text), BTreeSet::new(), "{text}");
        }
    }
}
