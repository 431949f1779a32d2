//! Indonesian wording: numbers, dates, lists and quotations as EYD writes them.

use jiff::{
    Timestamp,
    civil::{Date, Weekday},
    tz::TimeZone,
};

const MONTHS: [&str; 12] = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
];

const SMALL: [&str; 11] =
    ["nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh"];

/// A whole number with points between thousands: "1.234".
pub(crate) fn number(value: u32) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('.');
        }
        out.push(digit);
    }
    out
}

/// A small number as a word, a larger one in figures: "dua", "12".
pub(crate) fn small(value: usize) -> String {
    SMALL.get(value).map_or_else(|| number(u32::try_from(value).unwrap_or(u32::MAX)), |word| (*word).to_owned())
}

/// Which in a row, as a word up to ten: "pertama", "ketiga", "ke-12".
pub(crate) fn ordinal(value: usize) -> String {
    match value {
        1 => "pertama".to_owned(),
        2..=10 => format!("ke{}", small(value)),
        _ => format!("ke-{value}"),
    }
}

/// A count as a sentence writes it: a word up to ten.
pub(crate) fn counted(value: u32) -> String {
    small(usize::try_from(value).unwrap_or(usize::MAX))
}

/// One decimal with a comma, none where it says nothing: "6,2", "12", "3".
pub(crate) fn decimal(value: f32) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    if rounded >= 10.0 || rounded.fract() == 0.0 {
        // Counts are far below the range in which a float loses whole numbers.
        return number(rounded.round().max(0.0) as u32);
    }
    format!("{rounded:.1}").replace('.', ",")
}

/// A multiple: "6,2×".
pub(crate) fn times(value: f32) -> String {
    format!("{}×", decimal(value))
}

/// The fewest items of which a percentage is worth printing.
const PERCENT_FROM: u32 = 10;

/// A count with its share, or alone where a percentage of so few items would mislead: "71 (18%)", "3".
pub(crate) fn share(part: u32, whole: u32) -> String {
    if whole < PERCENT_FROM {
        return number(part);
    }
    let percent = (f64::from(part) * 100.0 / f64::from(whole)).round();
    format!("{} ({percent}%)", number(part))
}

/// The same in a sentence: "46 dari 222 item (21%)".
pub(crate) fn share_of(part: u32, whole: u32, what: &str) -> String {
    let counted = format!("{} dari {} {what}", number(part), number(whole));
    if whole < PERCENT_FROM {
        return counted;
    }
    format!("{counted} ({}%)", (f64::from(part) * 100.0 / f64::from(whole)).round())
}

/// "A", "A dan B", "A, B, dan C".
pub(crate) fn list<S: AsRef<str>>(items: &[S]) -> String {
    match items {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [first, second] => format!("{} dan {}", first.as_ref(), second.as_ref()),
        [head @ .., last] => {
            let head: Vec<&str> = head.iter().map(AsRef::as_ref).collect();
            format!("{}, dan {}", head.join(", "), last.as_ref())
        }
    }
}

/// A list of at most `limit` names and how many more there are: "A, B, dan 3 lainnya".
pub(crate) fn short_list<S: AsRef<str>>(items: &[S], limit: usize) -> String {
    if items.len() <= limit {
        return list(items);
    }
    let mut shown: Vec<String> = items[..limit].iter().map(|item| item.as_ref().to_owned()).collect();
    shown.push(format!("{} lainnya", items.len() - limit));
    list(&shown)
}

/// "20 November 2026".
pub(crate) fn date(date: Date) -> String {
    format!("{} {} {}", date.day(), month(date), date.year())
}

/// "20 Nov 2026".
pub(crate) fn date_short(date: Date) -> String {
    format!("{} {} {}", date.day(), &month(date)[..3], date.year())
}

/// "20 Nov", where the year is plain from the page.
pub(crate) fn day_month(date: Date) -> String {
    format!("{} {}", date.day(), &month(date)[..3])
}

/// "20 November", where the year is plain from the page.
pub(crate) fn day_month_long(date: Date) -> String {
    format!("{} {}", date.day(), month(date))
}

/// "Jumat, 20 November 2026".
pub(crate) fn weekday_date(day: Date) -> String {
    let name = match day.weekday() {
        Weekday::Monday => "Senin",
        Weekday::Tuesday => "Selasa",
        Weekday::Wednesday => "Rabu",
        Weekday::Thursday => "Kamis",
        Weekday::Friday => "Jumat",
        Weekday::Saturday => "Sabtu",
        Weekday::Sunday => "Minggu",
    };
    format!("{name}, {}", date(day))
}

/// "06.00".
pub(crate) fn time(at: Timestamp, zone: &TimeZone) -> String {
    let local = at.to_zoned(zone.clone());
    format!("{:02}.{:02}", local.hour(), local.minute())
}

/// "20 Nov 2026 05.12".
pub(crate) fn moment(at: Timestamp, zone: &TimeZone) -> String {
    format!("{} {}", date_short(at.to_zoned(zone.clone()).date()), time(at, zone))
}

fn month(date: Date) -> &'static str {
    MONTHS[usize::from(date.month().unsigned_abs()) - 1]
}

/// At most `limit` characters of one line, cut at a word: "Antrean mengular di …".
pub(crate) fn shorten(text: &str, limit: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= limit {
        return line;
    }
    let cut: String = line.chars().take(limit).collect();
    let cut = cut.rsplit_once(' ').map_or(cut.as_str(), |(head, _)| head);
    format!("{} …", cut.trim_end_matches([',', ';', ':', '.', ' ', '-', '–']))
}

/// The words on one line with every address replaced.
///
/// A brief is forwarded by messenger, where an address in a doubtful claim would become one tap away.
pub(crate) fn without_addresses(text: &str) -> String {
    let words: Vec<&str> =
        text.split_whitespace().map(|word| if is_address(word) { "[tautan]" } else { word }).collect();
    words.join(" ")
}

/// The material's own words between quotation marks: shortened, inner marks made single, addresses taken out.
pub(crate) fn quote(text: &str, limit: usize) -> String {
    marked(&without_addresses(text), limit)
}

/// A request as a first clause that carries the decision, and the details behind it as sentences of their own.
pub(crate) fn lead_first(text: &str) -> String {
    let Some((lead, details)) = clause(text).split_once("; ") else { return sentence(text) };
    // A stop before the semicolon means that the first sentence stands alone already.
    if lead.contains(". ") { sentence(text) } else { format!("{} {}", sentence(lead), sentence(details)) }
}

/// A line between quotation marks: shortened, inner marks made single.
pub(crate) fn marked(line: &str, limit: usize) -> String {
    let mut open = true;
    let inner: String = strip_marks(line)
        .chars()
        .map(|c| match c {
            '“' => '‘',
            '”' => '’',
            '"' => {
                open = !open;
                if open { '’' } else { '‘' }
            }
            other => other,
        })
        .collect();
    format!("“{}”", shorten(inner.trim_end_matches('.'), limit))
}

/// Removes one pair of marks that encloses the whole text, and only then.
fn strip_marks(line: &str) -> &str {
    let inner = line
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .or_else(|| line.strip_prefix('“').and_then(|rest| rest.strip_suffix('”')));
    inner.filter(|inner| !inner.contains(['"', '“', '”'])).unwrap_or(line)
}

/// True for a word that a messenger would turn into a link.
fn is_address(word: &str) -> bool {
    if word.contains("://") || word.starts_with("www.") {
        return true;
    }
    let Some((host, path)) = word.split_once('/') else { return false };
    let Some((name, ending)) = host.rsplit_once('.') else { return false };
    !path.is_empty() && !name.is_empty() && ending.len() >= 2 && ending.chars().all(|c| c.is_ascii_lowercase())
}

/// The text with its first letter as a capital.
pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The text with its first letter small, unless its first word is an acronym or a name in capitals.
pub(crate) fn uncapital(text: &str) -> String {
    let mut chars = text.chars();
    match (chars.next(), text.chars().nth(1)) {
        (Some(first), Some(second)) if !second.is_uppercase() => first.to_lowercase().chain(chars).collect(),
        _ => text.to_owned(),
    }
}

/// The text without a closing full stop, to be built into a sentence.
pub(crate) fn clause(text: &str) -> &str {
    text.trim().trim_end_matches('.')
}

/// The text as a sentence: capital first, full stop last unless a mark of its own ends it.
pub(crate) fn sentence(text: impl AsRef<str>) -> String {
    let text = text.as_ref().trim();
    let closed = text.trim_end_matches('”').ends_with(['?', '!']) || text.ends_with('.');
    let stop = if closed { "" } else { "." };
    format!("{}{stop}", capital(text))
}

/// A label of ours without the word that only a person may use about a claim.
pub(crate) fn without_verdict(label: &str) -> String {
    ["hoaks", "hoax"].iter().fold(label.to_owned(), |text, verdict| {
        text.replace(verdict, "klaim").replace(&capital(verdict), "Klaim").replace(&verdict.to_uppercase(), "KLAIM")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_points_and_commas() {
        assert_eq!(number(0), "0");
        assert_eq!(number(999), "999");
        assert_eq!(number(1234), "1.234");
        assert_eq!(number(1_234_567), "1.234.567");
        assert_eq!(decimal(6.24), "6,2");
        assert_eq!(decimal(3.0), "3");
        assert_eq!(decimal(9.96), "10");
        assert_eq!(times(12.4), "12×");
        assert_eq!(small(2), "dua");
        assert_eq!(small(11), "11");
        assert_eq!([ordinal(1), ordinal(3), ordinal(12)], ["pertama", "ketiga", "ke-12"]);
    }

    #[test]
    fn a_percentage_is_never_alone() {
        assert_eq!(share(71, 388), "71 (18%)");
        assert_eq!(share(3, 9), "3");
        assert_eq!(share_of(46, 222, "item"), "46 dari 222 item (21%)");
        assert_eq!(share_of(3, 9, "item"), "3 dari 9 item");
    }

    #[test]
    fn lists_read_aloud() {
        assert_eq!(list::<&str>(&[]), "");
        assert_eq!(list(&["A"]), "A");
        assert_eq!(list(&["A", "B"]), "A dan B");
        assert_eq!(list(&["A", "B", "C"]), "A, B, dan C");
        assert_eq!(short_list(&["A", "B", "C", "D"], 2), "A, B, dan 2 lainnya");
    }

    #[test]
    fn dates_and_times() {
        let zone = TimeZone::get("Asia/Makassar").expect("bundled zone");
        let at: Timestamp = "2026-11-19T21:12:00Z".parse().expect("a time");
        assert_eq!(time(at, &zone), "05.12");
        assert_eq!(moment(at, &zone), "20 Nov 2026 05.12");
        let day = at.to_zoned(zone).date();
        assert_eq!(weekday_date(day), "Jumat, 20 November 2026");
        assert_eq!(date_short(Date::constant(2026, 8, 17)), "17 Agu 2026");
        assert_eq!(day_month(Date::constant(2026, 5, 2)), "2 Mei");
    }

    #[test]
    fn quotations_are_clean() {
        assert_eq!(quote("\"Stok kosong.\"", 80), "“Stok kosong”");
        assert_eq!(quote("Kepala dinas bilang \"sabar\" lagi.", 80), "“Kepala dinas bilang ‘sabar’ lagi”");
        assert_eq!(quote("“A” dan “B”", 80), "“‘A’ dan ‘B’”");
        assert_eq!(quote("daftar di s.id/bantuan atau https://contoh.test", 80), "“daftar di [tautan] atau [tautan]”");
        assert_eq!(quote("harga Rp10.000/liter", 80), "“harga Rp10.000/liter”");
        assert_eq!(shorten("satu dua, tiga empat", 12), "satu dua …");
    }

    #[test]
    fn a_decision_stands_in_its_first_clause() {
        assert_eq!(lead_first("Minta A menjawab; B menyiapkan bahan"), "Minta A menjawab. B menyiapkan bahan.");
        assert_eq!(lead_first("Minta A menjawab. B menyiapkan bahan."), "Minta A menjawab. B menyiapkan bahan.");
    }

    #[test]
    fn fragments_and_sentences() {
        assert_eq!(sentence("tunjuk juru bicara"), "Tunjuk juru bicara.");
        assert_eq!(sentence("Warga: “kapan?”"), "Warga: “kapan?”");
        assert_eq!(sentence("Warga: “antre”"), "Warga: “antre”.");
        assert_eq!(clause("Umumkan jadwal. "), "Umumkan jadwal");
        assert_eq!(uncapital("Ajakan menyebarkan"), "ajakan menyebarkan");
        assert_eq!(uncapital("BBM langka"), "BBM langka");
        assert_eq!(without_verdict("Hoaks mencatut kantor"), "Klaim mencatut kantor");
    }
}
