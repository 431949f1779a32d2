//! Figures and phrases as an Indonesian reader expects them, and texts shortened where a line has an end.

use jiff::{Timestamp, tz};
use model::{CoverageCount, Risk, Tone, ToneCount};

/// A count with dots between thousands: `12.345`.
pub(crate) fn number(value: u32) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('.');
        }
        out.push(digit);
    }
    out
}

/// A measure with one decimal behind a comma: `6,2`; whole ones without.
pub(crate) fn decimal(value: f32) -> String {
    let tenths = (f64::from(value) * 10.0).round() / 10.0;
    format!("{tenths}").replace('.', ",")
}

/// The count of the window before; a window without data is not a zero.
pub(crate) fn previous(value: Option<u32>) -> String {
    value.map_or_else(|| "tanpa data".to_owned(), number)
}

/// A share in whole percent; a share that is not zero never reads as zero.
pub(crate) fn percent(part: u32, whole: u32) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    let value = (f64::from(part) * 100.0 / f64::from(whole)).round() as u32;
    if value == 0 && part > 0 { "<1%".to_owned() } else { format!("{value}%") }
}

/// Phrases with dots between them; a dot never begins a line.
pub(crate) fn joined(parts: &[String]) -> String {
    let parts: Vec<_> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    parts.join("\u{a0}· ")
}

/// As many of the phrases as fit; at least the first, however short it must be cut.
pub(crate) fn joined_within(parts: &[String], limit: usize) -> String {
    let fitting = (1..=parts.len()).rev().map(|many| joined(&parts[..many])).find(|text| text.chars().count() <= limit);
    fitting.unwrap_or_else(|| parts.first().map_or_else(String::new, |first| cut(first, limit)))
}

/// A level as a word of its own.
pub(crate) fn level(risk: Risk) -> String {
    risk.as_str().to_uppercase()
}

/// A tone as running text has it.
pub(crate) fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Positif => "positif",
        Tone::Netral => "netral",
        Tone::BerpotensiNegatif => "berpotensi negatif",
        Tone::Negatif => "negatif",
    }
}

/// Every tone with its count, and n: `positif 2 · netral 10 · … (n = 58)`.
pub(crate) fn tones(count: &ToneCount) -> String {
    if count.n() == 0 {
        return "tidak ada item yang menyinggung pemerintah".to_owned();
    }
    let parts: Vec<_> = Tone::ALL.into_iter().map(|t| format!("{} {}", tone(t), number(count.get(t)))).collect();
    format!("{} (n = {})", joined(&parts), number(count.n()))
}

/// Items by who made or paid for them, with the key of each; what has none is left out.
pub(crate) fn coverage_parts(count: &CoverageCount) -> Vec<(&'static str, String)> {
    let parts = [
        (count.earned_media, "earned_media", "diliput media"),
        (count.public, "public", "unggahan warga"),
        (count.official, "official", "rilis resmi"),
        (count.advertorial, "advertorial", "advertorial"),
    ];
    let known = parts.into_iter().filter(|(count, ..)| *count > 0);
    known.map(|(count, key, label)| (key, format!("{} {label}", number(count)))).collect()
}

/// The same in one line.
pub(crate) fn coverage(count: &CoverageCount) -> String {
    let parts: Vec<_> = coverage_parts(count).into_iter().map(|(_, text)| text).collect();
    if parts.is_empty() { "tanpa item".to_owned() } else { joined(&parts) }
}

/// A moment in the office's zone.
pub(crate) fn moment(at: Timestamp, zone_label: &str) -> String {
    let (zone, label) = zone(zone_label);
    let local = at.to_zoned(zone);
    format!("{} {:02}.{:02} {label}", day(local.date()), local.hour(), local.minute())
}

/// The office's zone and its label. The brief names it only by label; Indonesia has three, anything else stays UTC.
pub(crate) fn zone(zone_label: &str) -> (tz::TimeZone, &'static str) {
    let (hours, label) = match zone_label {
        "WIB" => (7, "WIB"),
        "WITA" => (8, "WITA"),
        "WIT" => (9, "WIT"),
        _ => (0, "UTC"),
    };
    (tz::TimeZone::fixed(tz::offset(hours)), label)
}

/// "20 Nov".
pub(crate) fn day(date: jiff::civil::Date) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"];
    format!("{} {}", date.day(), MONTHS[usize::from(date.month().unsigned_abs()) - 1])
}

/// At most `limit` characters: whole sentences if at least one fits, else whole words and an ellipsis.
///
/// Only a single word that is longer than the limit is cut inside.
pub(crate) fn cut(text: &str, limit: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(limit) else { return text.to_owned() };
    let fits = &text[..end];
    // A full stop ends a sentence only before a space: "06.00" and "1.234" go on.
    let sentence = [". ", "? ", "! "].iter().filter_map(|stop| fits.rfind(stop)).max();
    // A stub of a first sentence ("Dr.") says less than a cut second one.
    if let Some(stop) = sentence.filter(|stop| *stop * 2 >= fits.len()) {
        return closed(fits[..=stop].to_owned());
    }
    // One character for the dots, one for a quotation mark that has to be closed.
    let room = fits.char_indices().rev().nth(usize::from(fits.contains('“'))).map_or(0, |(start, _)| start);
    let word = fits[..room].rfind(' ').filter(|space| *space > 0).unwrap_or(room);
    closed(format!("{}…", fits[..word].trim_end_matches([' ', ',', ';', ':', '–', '-'])))
}

/// The text with its first letter as a capital.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A quotation that is cut is closed again, so that nobody takes our words for those of whoever is quoted.
fn closed(text: String) -> String {
    let (open, close) = (text.matches('“').count(), text.matches('”').count());
    if open > close { format!("{text}”") } else { text }
}

/// At most `limit` characters: the clauses before a semicolon that fit, which say a whole thing; else as [`cut`] does.
pub(crate) fn clause(text: &str, limit: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(limit) else { return text.to_owned() };
    text[..end].rfind("; ").map_or_else(|| cut(text, limit), |stop| text[..stop].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_dots() {
        assert_eq!([0, 999, 1000, 1_234_567].map(number), ["0", "999", "1.000", "1.234.567"]);
        assert_eq!((percent(1, 3), percent(1, 1000), percent(0, 0)), ("33%".into(), "<1%".into(), "–".into()));
    }

    #[test]
    fn measures_have_a_comma() {
        assert_eq!([6.24, 3.0, 0.06].map(decimal), ["6,2", "3", "0,1"]);
    }

    #[test]
    fn a_cut_keeps_sentences_then_words() {
        assert_eq!(cut("Satu kalimat.", 40), "Satu kalimat.");
        assert_eq!(cut("Air naik pukul 06.00 pagi. Warga mengungsi ke sekolah.", 40), "Air naik pukul 06.00 pagi.");
        assert_eq!(cut("Dr. Anu menyampaikan keterangan panjang", 20), "Dr. Anu…");
        assert_eq!(cut(&"a".repeat(50), 10), format!("{}…", "a".repeat(9)));
        assert!((1..60).all(|limit| cut("Dua kata; tiga, lima. Enam", limit).chars().count() <= limit));
    }

    #[test]
    fn whole_clauses_fit_or_go() {
        assert_eq!(clause("BPBD menyiapkan bahan; koordinasikan dengan BWS", 30), "BPBD menyiapkan bahan");
        assert_eq!((clause("Dinas ESDM", 30), clause("Dinas Energi", 8)), ("Dinas ESDM".into(), "Dinas…".into()));
    }

    #[test]
    fn whole_phrases_fit_or_go() {
        let parts = ["58 item", "9 media", "PJ Dinas ESDM"].map(str::to_owned);
        assert_eq!(joined_within(&parts, 20), "58 item\u{a0}· 9 media");
        assert_eq!((joined_within(&parts, 4), joined_within(&[], 4)), ("58…".into(), String::new()));
    }

    #[test]
    fn moments_stand_in_the_office_zone() {
        let at: Timestamp = "2026-11-19T22:00:00Z".parse().unwrap();
        assert_eq!(moment(at, "WITA"), "20 Nov 06.00 WITA");
        assert_eq!(moment(at, "XYZ"), "19 Nov 22.00 UTC");
    }
}
