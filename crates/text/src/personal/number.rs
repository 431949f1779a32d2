//! Numbers with the separators and slips that people put into them, and what they are: NIK, KK, telephone, account.

use super::cue::{self, Cue, Cues};
use super::{Found, Kind, SourceKind, offices, small_words, stretch_after, stretch_before};
use std::ops::Range;

/// Digits that are read of one number; an identity number has sixteen.
const MAX_DIGITS: usize = 20;

/// Bytes before a number in which a word may stand that says what it is.
const CUE: usize = 44;

/// True where a text has any digit, wide ones included.
pub(super) fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit()) || memchr::memmem::find(text.as_bytes(), b"\xef\xbc").is_some()
}

/// A stretch of digits, letters that were meant as digits included.
struct Group {
    span: Range<usize>,
    digits: String,
    /// An "O" or "l" among the digits, as scanned pictures have them.
    is_mended: bool,
    /// Letters follow at once: "50rb".
    is_glued: bool,
}

/// Groups of digits that may be one number.
struct Number<'a> {
    groups: &'a [Group],
    /// What stands between the groups.
    separators: &'a [char],
    /// From the sign or bracket before the digits to their end.
    span: Range<usize>,
    digits: String,
    /// Begins with "+".
    is_signed: bool,
}

/// What stands before a number.
struct Place<'a> {
    cues: Cues,
    /// Letters directly before it: "WA0812…".
    glued: &'a str,
    /// Digits and one separator stand before it, which make it part of something longer.
    is_continued: bool,
    /// Digits and a space stand before it.
    follows_digits: bool,
    is_in_url: bool,
}

/// Finds identity, telephone and account numbers.
pub(super) fn find(text: &str, kind: SourceKind, found: &mut Vec<Found>) {
    let mut taken: Vec<Range<usize>> = found.iter().map(|(_, span)| span.clone()).collect();
    taken.sort_by_key(|span| span.start);
    let mut passed = 0;
    let bytes = text.as_bytes();
    let (mut at, mut last_end) = (0, 0);
    let mut second: Option<(Cue, usize)> = None;
    while let Some(offset) = bytes[at..].iter().position(|&byte| byte.is_ascii_digit() || byte == 0xef) {
        let start = at + offset;
        if !may_be_long(&bytes[start..]) {
            at = start + bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count().max(1);
            continue;
        }
        let Some(first) = group_at(text, start, last_end) else {
            at = start + text[start..].chars().next().map_or(1, char::len_utf8);
            continue;
        };
        at = first.span.end;
        while taken.get(passed).is_some_and(|span| span.end <= start) {
            passed += 1;
        }
        if taken.get(passed).is_some_and(|span| span.contains(&start)) {
            continue;
        }
        let (groups, separators) = groups_from(text, first);
        if groups.iter().map(|group| group.digits.len()).sum::<usize>() < 7 {
            continue;
        }
        let place = place_of(text, groups[0].span.start, last_end);
        let mut length = groups.iter().map(|group| group.digits.len()).sum::<usize>();
        let number = (1..=groups.len()).rev().find_map(|count| {
            let digits = length;
            length -= groups[count - 1].digits.len();
            if digits < 7 {
                return None;
            }
            let number = number_of(text, &groups[..count], &separators[..count - 1]);
            let rest = &groups[count..];
            // "1234 5678 9012 3456 7890" is a token of twenty digits, no identity number and a rest.
            let cut = rest.first().is_some_and(|next| {
                number.digits.len() == 16 && next.digits.len() >= 4 && separators[count - 1] == separators[0]
            });
            let glued = groups[count - 1].is_glued && count > 1 && groups[count - 1].digits.len() < 3;
            if cut || glued {
                return None;
            }
            let pending = second.filter(|(_, end)| number.span.start - end <= 8).map(|(cue, _)| cue);
            let what = kind_of(text, &number, &place, pending, kind)?;
            Some((what, number.span))
        });
        if let Some((what, span)) = number {
            at = span.end;
            last_end = span.end;
            second = place.cues.pair.map(|(_, cue)| (cue, span.end));
            if let Some(what) = what {
                found.push((what, span));
            }
        }
    }
}

/// True where at least seven digits may follow, separators and letters for digits among them: a cheap look ahead.
fn may_be_long(bytes: &[u8]) -> bool {
    let mut count = 0;
    for byte in bytes.iter().take(64) {
        match byte {
            b'0'..=b'9' | b'O' | b'o' | b'l' | b'I' | 0xef => count += 1,
            b'a'..=b'z' | b'A'..=b'Z' | b',' | b':' | b';' | b'%' | b'"' | b'\n' => return false,
            _ => {}
        }
        if count >= 7 {
            return true;
        }
    }
    false
}

/// Reads a digit; letters that look like one are marked.
fn digit(c: char) -> Option<(char, bool)> {
    match c {
        '0'..='9' => Some((c, false)),
        '０'..='９' => char::from_digit(c as u32 - '０' as u32, 10).map(|c| (c, false)),
        'O' | 'o' => Some(('0', true)),
        'l' | 'I' => Some(('1', true)),
        _ => None,
    }
}

/// The group around a digit, with "O" and "l" where they stand among digits and in no word.
fn group_at(text: &str, start: usize, floor: usize) -> Option<Group> {
    let mended = |c: &char| digit(*c).is_some_and(|(_, mended)| mended);
    let mut from = start - text[floor.min(start)..start].chars().rev().take(4).take_while(mended).count();
    if text[..from].chars().next_back().is_some_and(char::is_alphanumeric) {
        from = start;
    }
    let run = text[start..].chars().take(2 * MAX_DIGITS).take_while(|c| digit(*c).is_some());
    let mut end = start + run.map(char::len_utf8).sum::<usize>();
    // A longer run is no number of anybody's, and neither is its end.
    end += text[end..].bytes().take_while(u8::is_ascii_digit).count();
    let behind = |end: usize| text[end..].chars().next().is_some_and(char::is_alphabetic);
    // "0812…01Ola" and "50l": letters at the end of the digits are a word's, unless nothing else follows and they are many.
    if behind(end) || text[from..end].chars().filter(|c| c.is_alphabetic()).count() * 2 > end - from {
        let plain: usize = text[start..end].chars().take_while(|c| !c.is_alphabetic()).map(char::len_utf8).sum();
        (from, end) = (start, start + plain);
    }
    let read: Vec<(char, bool)> = text[from..end].chars().filter_map(digit).collect();
    (!read.is_empty()).then(|| Group {
        span: from..end,
        digits: read.iter().map(|(c, _)| *c).collect(),
        is_mended: read.iter().any(|(_, mended)| *mended),
        is_glued: behind(end),
    })
}

/// The first group and those that a separator joins to it.
fn groups_from(text: &str, first: Group) -> (Vec<Group>, Vec<char>) {
    let (mut groups, mut separators) = (vec![first], Vec::new());
    let mut count = groups[0].digits.len();
    let first = groups[0].digits.as_str();
    let is_mobile = first == "62" || first.starts_with("08") || first.starts_with("628");
    while count < MAX_DIGITS {
        let end = groups[groups.len() - 1].span.end;
        let gap: Vec<char> = text[end..].chars().take(4).take_while(|c| is_separator(*c)).collect();
        let kind = |c: &char| if c.is_whitespace() { ' ' } else { *c };
        let joins = matches!(
            gap.iter().map(kind).collect::<Vec<_>>()[..],
            [_] | [')' | ' ', ' ' | '-' | '–' | '—' | '('] | [' ', '-' | '–' | '—', ' ']
        );
        let start = end + gap.iter().map(|c| c.len_utf8()).sum::<usize>();
        let next = text[start..].chars().next();
        // A bracket opens behind a country code only.
        let opens = gap.contains(&'(') && groups.len() > 1;
        // Dates and letters' numbers are full of slashes; in telephone numbers they stand between groups of four.
        let dated = gap.contains(&'/') && groups[groups.len() - 1].digits.len() != 4;
        let follows = joins && !opens && !dated && next.is_some_and(|c| digit(c).is_some());
        // Two numbers side by side.
        let another = (count >= 16 || count >= 10 && is_mobile)
            && (text[start..].starts_with("08") || text[start..].starts_with("62"));
        let Some(group) = (follows && !another).then(|| following_group(text, start)).flatten() else { break };
        count += group.digits.len();
        // A bracket, a dash and a space are each the sign for what they stand beside; the rarest one is kept.
        separators.push(*gap.iter().find(|c| !c.is_whitespace()).unwrap_or(&' '));
        groups.push(group);
    }
    (groups, separators)
}

/// The group that begins here, with a letter or a digit; one that begins with a letter must hold as many digits.
fn following_group(text: &str, start: usize) -> Option<Group> {
    let letters: usize = text[start..].chars().take(4).take_while(|c| c.is_alphabetic() && digit(*c).is_some()).count();
    let group = group_at(text, start + letters, start)?;
    (group.span.start == start).then_some(group)
}

fn is_separator(c: char) -> bool {
    matches!(
        c,
        ' ' | '-'
            | '.'
            | '/'
            | '_'
            | '*'
            | '('
            | ')'
            | '\u{a0}'
            | '\u{2009}'
            | '\u{202f}'
            | '\u{2010}'
            | '\u{2011}'
            | '–'
            | '—'
    )
}

fn number_of<'a>(text: &str, groups: &'a [Group], separators: &'a [char]) -> Number<'a> {
    let (first, end) = (groups[0].span.start, groups[groups.len() - 1].span.end);
    let mut start = first;
    let is_signed = text[..first].ends_with('+') || text[..first].ends_with("+ ");
    if text[..first].ends_with("+ ") {
        start -= 2;
    } else if is_signed {
        start -= 1;
    }
    if text[..start].ends_with('(') && text[first..end].contains(')') {
        start -= 1;
    }
    let digits = groups.iter().map(|group| group.digits.as_str()).collect();
    Number { groups, separators, span: start..end, digits, is_signed }
}

fn place_of(text: &str, start: usize, last_end: usize) -> Place<'_> {
    let before = stretch_before(text, start, CUE.min(start - last_end.min(start)));
    let letters: usize = before.chars().rev().take_while(|c| c.is_alphabetic()).map(char::len_utf8).sum();
    let mut back = before.chars().rev();
    let (one, two) = (back.next(), back.next());
    let token = stretch_before(text, start, 160).rsplit(char::is_whitespace).next().unwrap_or_default();
    let chat = ["wa.me/", "phone=", "t.me/", "t.me/+", "wa.me/+", "phone=+", "phone=%2B"];
    let is_in_url = (token.contains("://") || token.contains("www.") || is_path(token))
        && !chat.iter().any(|chat| token.ends_with(chat));
    Place {
        cues: cue::before(&small_words(before)),
        glued: &before[before.len() - letters..],
        is_continued: matches!(one, Some('.' | ',' | '-' | '/' | '_' | ':')) && two.is_some_and(|c| c.is_ascii_digit()),
        follows_digits: matches!(one, Some(' ' | '\u{a0}')) && two.is_some_and(|c| c.is_ascii_digit()),
        is_in_url,
    }
}

/// True for "contoh.com/utama/".
fn is_path(token: &str) -> bool {
    token.split_once('/').is_some_and(|(host, _)| {
        let ending = host.rsplit_once('.').map(|(_, ending)| ending);
        ending.is_some_and(|ending| ending.len() >= 2 && ending.bytes().all(|byte| byte.is_ascii_lowercase()))
    })
}

/// What a number is; `Some(None)` for one that is known to be public, so that no part of it is looked at again.
fn kind_of(
    text: &str,
    number: &Number<'_>,
    place: &Place<'_>,
    pending: Option<Cue>,
    kind: SourceKind,
) -> Option<Option<Kind>> {
    let length = number.digits.len();
    if length < 7 || place.is_continued || place.is_in_url {
        return None;
    }
    let nearest = place.cues.nearest.filter(|(cue, distance)| match cue {
        // "Rp 25rb 0812…" and "resi sudah dikirim kemarin ke 0812…" speak of another number.
        Cue::Money => *distance == 0,
        Cue::Code => *distance <= 3 && !is_grouped_mobile(number),
        _ => true,
    });
    let cue = pending.filter(|_| nearest.is_none()).or(nearest.map(|(cue, _)| cue));
    let glued = place.glued.to_lowercase();
    let glued_cue = cue::of_word(&glued);
    // "JP6472…" is a parcel; "nik6472…" and "udin0812…" are not.
    if !glued.is_empty()
        && glued_cue.is_none()
        && !(is_plain_mobile(number) && glued.chars().count() >= 3 && cue != Some(Cue::Code))
    {
        return None;
    }
    if let Some(identity) = identity(number, place, cue) {
        return Some(Some(identity));
    }
    if is_account(text, number, place, cue) {
        let public = offices::is_account(text, number.span.start);
        return Some((!public).then_some(Kind::Account));
    }
    let phone = phone(number, place, cue)?;
    let public = offices::is_phone(text, &number.span, phone == Phone::Mobile, kind.is_public_voice());
    Some((!public).then_some(Kind::Phone))
}

/// NIK and family card numbers.
fn identity(number: &Number<'_>, place: &Place<'_>, cue: Option<Cue>) -> Option<Kind> {
    let digits = number.digits.as_str();
    // Sixteen zeros stand in forms and lessons.
    if digits.bytes().all(|byte| byte == b'0') {
        return None;
    }
    let named = match (place.cues.pair, cue) {
        (Some((Cue::Kk, _)), _) | (None, Some(Cue::Kk)) => Some(Kind::Kk),
        (Some(_), _) | (None, Some(Cue::Nik)) => Some(Kind::Nik),
        _ => None,
    };
    if digits.len() == 16 {
        return match named {
            Some(kind) => Some(kind),
            None if cue == Some(Cue::Code) || cue == Some(Cue::Money) || is_thousands(number) => None,
            None => is_nik(digits).then_some(Kind::Nik),
        };
    }
    // One digit too few or too many, directly behind the word for it.
    let near = place.cues.nearest.is_some_and(|(cue, distance)| cue == Cue::Nik && distance <= 1);
    (near && matches!(digits.len(), 15 | 17) && number.groups.len() == 1).then_some(Kind::Nik)
}

/// Province, then a birth date (women's days count from 41), then a serial number that is never zero.
fn is_nik(digits: &str) -> bool {
    let part = |range: Range<usize>| digits.get(range).and_then(|part| part.parse::<u32>().ok()).unwrap_or(0);
    let (day, month) = (part(6..8), part(8..10));
    let day = if day > 40 { day - 40 } else { day };
    let days = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    matches!(part(0..2), 11..=21 | 31..=36 | 51..=53 | 61..=65 | 71..=76 | 81 | 82 | 91..=97)
        && (1..=79).contains(&part(2..4))
        && (1..=days).contains(&day)
        && part(12..16) > 0
}

/// Account numbers: behind "rekening" or "rek", directly behind a bank, or before one.
fn is_account(text: &str, number: &Number<'_>, place: &Place<'_>, cue: Option<Cue>) -> bool {
    let length = number.digits.len();
    if !(8..=16).contains(&length) || is_thousands(number) || number.is_signed || is_mended(number) {
        return false;
    }
    let distance = place.cues.nearest.map_or(usize::MAX, |(_, distance)| distance);
    let mobile = is_plain_mobile(number) || is_grouped_mobile(number);
    // "Liga 1 2024/2025" and "14017/1500017" behind a bank's name.
    if number.separators.iter().any(|separator| matches!(separator, '/' | '(' | ')' | '*')) {
        return false;
    }
    // No bank's numbers are shorter, and none begins with a year and a range ("KUR BRI 2025 10-100").
    let full = length >= 10 && (number.groups.len() == 1 || number.groups[0].digits.len() >= 3) && !is_year(number);
    match cue {
        Some(Cue::Account) => true,
        Some(Cue::Bank) if place.cues.account => true,
        Some(Cue::Bank) => distance <= 1 && !mobile && full,
        Some(Cue::Phone | Cue::Nik | Cue::Kk | Cue::Code | Cue::Money) => false,
        None => {
            let after = small_words(stretch_after(text, number.span.end, 24));
            full && !mobile && after.first().is_some_and(|word| cue::of_word(word) == Some(Cue::Bank))
        }
    }
}

/// "1.234.567.890", where no telephone number begins with a digit other than zero.
fn is_thousands(number: &Number<'_>) -> bool {
    let [first, rest @ ..] = number.groups else { return false };
    !rest.is_empty()
        && number.separators.iter().all(|separator| *separator == '.')
        && first.digits.len() <= 3
        && !first.digits.starts_with('0')
        && rest.iter().all(|group| group.digits.len() == 3)
}

fn is_year(number: &Number<'_>) -> bool {
    number.groups.len() > 1 && number.groups[0].digits.len() == 4 && number.digits.starts_with("20")
}

fn is_mended(number: &Number<'_>) -> bool {
    number.groups.iter().any(|group| group.is_mended)
}

/// A mobile number in one piece that looks like nothing else.
fn is_plain_mobile(number: &Number<'_>) -> bool {
    let local = number.digits.strip_prefix('0').or_else(|| number.digits.strip_prefix("62"));
    number.groups.len() == 1 && local.is_some_and(|local| is_mobile(local) && local.len() >= 10)
}

/// "0812-3456-7890": groups that only a mobile number has.
fn is_grouped_mobile(number: &Number<'_>) -> bool {
    let lengths: Vec<usize> = number.groups.iter().map(|group| group.digits.len()).collect();
    matches!(lengths[..], [4, 3..=4, 3..=5]) && number.digits.strip_prefix('0').is_some_and(is_mobile)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phone {
    Mobile,
    Landline,
}

/// Mobile numbers (08…, +62 8…), area numbers in their usual writing (0541-…), and numbers abroad (+60 …).
fn phone(number: &Number<'_>, place: &Place<'_>, cue: Option<Cue>) -> Option<Phone> {
    let called = cue == Some(Cue::Phone);
    if matches!(cue, Some(Cue::Money | Cue::Code)) {
        return None;
    }
    let digits = number.digits.as_str();
    let first = number.groups[0].digits.len();
    // Digits one by one are nobody's date or score.
    let single = number.groups.len() >= 9 && number.groups.iter().all(|group| group.digits.len() == 1);
    // A slash joins dates and letters' numbers; between long groups it is somebody's way of writing a telephone number.
    let rare = number.separators.iter().any(|separator| matches!(separator, '/' | '_' | '*'));
    let rare_fits = number.separators.windows(2).all(|pair| pair[0] == pair[1])
        && number.groups.iter().all(|group| group.digits.len() == 4)
        && is_grouped_mobile(number)
        && !matches!(&number.groups[2].digits[..2], "19" | "20");
    if rare && !rare_fits {
        return None;
    }
    let abroad = digits.strip_prefix("0062").or_else(|| {
        let written =
            number.is_signed || first == 2 || first >= 9 || (first == 5 && (called || digits.starts_with("628")));
        digits.strip_prefix("62").filter(|_| written)
    });
    if let Some(local) = abroad {
        let local = local.strip_prefix('0').unwrap_or(local);
        if is_mobile(local) {
            return Some(Phone::Mobile);
        }
        let area = matches!(local.as_bytes().first(), Some(b'2'..=b'9')) && (8..=11).contains(&local.len());
        return (area && (number.is_signed || called)).then_some(Phone::Landline);
    }
    if number.is_signed {
        let fits = (10..=15).contains(&digits.len()) && !digits.starts_with('0') && !is_thousands(number);
        return fits.then_some(Phone::Mobile);
    }
    if let Some(local) = digits.strip_prefix('0').filter(|local| is_mobile(local)) {
        // "08.30-10.00" are office hours: a group of two digits begins a telephone number only where a word says so.
        let grouped = first >= 3 || single || (called && first == 2 && number.groups[1].digits.len() >= 3);
        return (grouped && local.len() >= 9).then_some(Phone::Mobile);
    }
    // Without its zero: "wa 812 5478 1234".
    if called && is_mobile(digits) && (first == 3 || first >= 9) && !is_thousands(number) && !is_mended(number) {
        return Some(Phone::Mobile);
    }
    let area = digits.starts_with('0') && matches!(digits.as_bytes()[1], b'2'..=b'7' | b'9') && !is_mended(number);
    let written =
        if called { first >= 3 } else { matches!(first, 3 | 4) && first < digits.len() && !place.follows_digits };
    (area && written && (9..=12).contains(&digits.len())).then_some(Phone::Landline)
}

/// The digits of a mobile number behind its zero or country code; "0800" is a free call to a company.
fn is_mobile(local: &str) -> bool {
    (9..=12).contains(&local.len()) && local.starts_with('8') && local.as_bytes()[1] != b'0'
}
