//! Contacts in a text that are not an office's: mobile numbers, free mailboxes, accounts, chats within a platform.

use super::cues::{Tell, Tells};
use super::links::Links;
use crate::reading::Reading;
use model::{Analysis, PersonalDataKind, Span};
use std::ops::Range;

/// Every private contact of a text, in the order in which it is most telling.
pub(super) fn private(reading: &Reading<'_>, analysis: &Analysis, links: &Links, tells: &Tells) -> Vec<Span> {
    let mut found: Vec<Span> = Vec::new();
    let wanted = [PersonalDataKind::Phone, PersonalDataKind::Email, PersonalDataKind::Account];
    // Personal data may stand behind what is read.
    let personal = analysis.personal_data.iter().filter(|data| wanted.contains(&data.kind));
    let personal = personal.map(|data| Span { start: data.start, end: data.end });
    found.extend(personal.filter(|span| (span.end as usize) <= reading.text.len()));
    // A scam names its number as an office's, which masking therefore leaves alone.
    for number in mobile_numbers(reading.text) {
        let span = Span { start: number.start as u32, end: number.end as u32 };
        if found.iter().all(|known| known.end <= span.start || span.end <= known.start) {
            found.push(span);
        }
    }
    found.extend(links.doubtful);
    found.retain(|span| !is_official(reading, *span));
    if found.is_empty() {
        found.extend(tells.at(Tell::InApp).map(|hit| reading.span(hit)));
    }
    found
}

fn is_official(reading: &Reading<'_>, span: Span) -> bool {
    let written = reading.text.get(span.start as usize..span.end as usize).unwrap_or_default();
    let plain = |contact: &str| contact.to_lowercase().replace([' ', '-', '.', '(', ')'], "");
    let host = written.split_once('@').map(|(_, host)| host.to_lowercase());
    reading.lexicons.region.official_contacts.iter().any(|known| plain(known) == plain(written))
        || host.is_some_and(|host| reading.tables.protected.owns(&host))
}

/// Digits of an Indonesian mobile number, with its 0 or 62.
const MOBILE_DIGITS: Range<usize> = 10..15;

/// Numbers that begin with 08 or 628, digits in groups.
fn mobile_numbers(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = bytes[at..].iter().position(u8::is_ascii_digit) {
        let start = at + next;
        let end = number_end(bytes, start);
        let digits: Vec<u8> = bytes[start..end].iter().copied().filter(u8::is_ascii_digit).collect();
        let mobile = digits.starts_with(b"08") || digits.starts_with(b"628");
        if mobile && MOBILE_DIGITS.contains(&digits.len()) {
            found.push(start..end);
        }
        at = end;
    }
    found
}

/// One past the last digit of a number whose groups are parted by one sign each.
fn number_end(bytes: &[u8], start: usize) -> usize {
    let mut end = start;
    for (at, byte) in bytes.iter().enumerate().skip(start) {
        if byte.is_ascii_digit() {
            end = at + 1;
        } else if at > end || !matches!(byte, b' ' | b'-' | b'.') {
            break;
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mobile_numbers_are_found_in_groups() {
        let found = |text: &str| mobile_numbers(text).into_iter().map(|at| text[at].to_owned()).collect::<Vec<_>>();
        assert_eq!(found("WA 0812-3456-7890, atau +62 812 3456 7890."), ["0812-3456-7890", "62 812 3456 7890"]);
        assert!(found("Rp 1.500.000 pada 08.00 sampai 10.00, 110").is_empty());
        assert!(found("081").is_empty());
    }
}
