//! Mail addresses anywhere; account names only where citizens speak, for in the news they are outlets' and agencies'.

use super::{Found, Kind, SourceKind, offices};
use regex::Regex;
use std::sync::LazyLock;

/// Free mail services, without their endings.
const FREE: &[&str] = &[
    "gmail",
    "googlemail",
    "yahoo",
    "ymail",
    "rocketmail",
    "hotmail",
    "outlook",
    "live",
    "icloud",
    "proton",
    "protonmail",
];

/// The longest part of an address that is looked at.
const LONGEST: usize = 254;

/// True for a free mail service.
pub(super) fn is_free(host: &str) -> bool {
    host.split('.').next().is_some_and(|name| FREE.contains(&name))
}

pub(super) fn find(text: &str, kind: SourceKind, found: &mut Vec<Found>) {
    let bytes = text.as_bytes();
    for at in memchr::memchr_iter(b'@', bytes) {
        let host = &text[at + 1..];
        let host = &host[..length(host, |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))];
        let host = host.trim_end_matches(['.', '-']);
        let is_host = host.rsplit_once('.').is_some_and(|(name, ending)| {
            !name.is_empty() && ending.len() >= 2 && ending.bytes().all(|byte| byte.is_ascii_alphabetic())
        });
        let free = is_host && is_free(&host.to_lowercase());
        // "nama @gmail.com" is an address with a slip of the thumb.
        let spaced = free && text[..at].ends_with(' ');
        let start = local_start(text, at - usize::from(spaced));
        let local = &text[start..at];
        let has_name = local.chars().any(char::is_alphanumeric);
        let follows_name = text[..start].ends_with('@');
        if has_name && is_host && (free || !follows_name) {
            if !offices::is_mailbox(local, host) {
                found.push((Kind::Email, start..at + 1 + host.len()));
            }
        } else if kind.is_public_voice() {
            let name = &text[at + 1..];
            let name = &name[..length(name, |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))];
            let name = name.trim_end_matches('.');
            // Glued to a word ("rapat@kantor") it must look like an account's name.
            let glued = has_name && !follows_name && !name.bytes().any(|byte| byte == b'_' || byte.is_ascii_digit());
            if name.len() >= 2 && !glued && !is_price(name) {
                found.push((Kind::Handle, at..at + 1 + name.len()));
            }
        }
    }
    spelled(text, found);
}

/// Where the name before an "@" begins.
fn local_start(text: &str, at: usize) -> usize {
    let fits = |c: &char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '%');
    let start = at - text[..at].chars().rev().take(LONGEST).take_while(fits).map(char::len_utf8).sum::<usize>();
    let local = &text[start..at];
    start + (local.len() - local.trim_start_matches(['.', '-', '+', '%']).len())
}

fn length(text: &str, fits: fn(char) -> bool) -> usize {
    text.chars().take(LONGEST).take_while(|c| fits(*c)).map(char::len_utf8).sum()
}

/// "@15rb" and "@5.000" are prices.
fn is_price(name: &str) -> bool {
    let unit = name.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    unit.len() < name.len()
        && matches!(unit, "" | "rb" | "rbu" | "ribu" | "k" | "jt" | "juta" | "kg" | "pcs" | "gr" | "rupiah")
}

/// "nama at gmail dot com": the usual way around a filter, at the services that everybody knows.
fn spelled(text: &str, found: &mut Vec<Found>) {
    static SPELLED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(&format!(
            r"(?i)[a-z0-9._%+-]{{2,64}} ?(?:[(\[{{](?:at|et)[)\]}}]|@| (?:at|et) ) ?(?:{}) ?(?:[(\[{{](?:dot|titik)[)\]}}]|\.| (?:dot|titik) ) ?(?:com|co|id|net|me)(?-u:\b)",
            FREE.join("|")
        ))
        .expect("a fixed pattern compiles")
    });
    let names =
        ["gmail", "Gmail", "GMAIL", "ymail", "rocketmail", "hotmail", "Hotmail", "yahoo", "Yahoo", "outlook", "proton"];
    if names.iter().any(|name| memchr::memmem::find(text.as_bytes(), name.as_bytes()).is_some()) {
        found.extend(SPELLED.find_iter(text).map(|address| (Kind::Email, address.range())));
    }
}
