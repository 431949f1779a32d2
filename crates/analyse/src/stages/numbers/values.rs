//! Numbers as Indonesians write them, in digits and in words.

/// "08.30" and the like.
pub(super) fn is_clock(written: &str) -> bool {
    written.split_once('.').is_some_and(|(hour, minute)| {
        minute.len() == 2
            && hour.parse::<u8>().is_ok_and(|hour| hour < 25)
            && minute.parse::<u8>().is_ok_and(|minute| minute < 60)
    })
}

/// True for "1.234" and "12.345.678".
pub(super) fn is_grouped(digits: &str) -> bool {
    let whole = digits.split(',').next().unwrap_or(digits);
    let mut groups = whole.split('.');
    let first = groups.next().unwrap_or_default();
    (1..=3).contains(&first.len()) && first != "0" && groups.clone().count() > 0 && groups.all(|group| group.len() == 3)
}

/// A number as Indonesians write it: dots between thousands, a comma before decimals. True where it has either.
pub(super) fn indonesian(digits: &str) -> Option<(f64, bool)> {
    let digits = digits.trim_end_matches(['.', ',']);
    if is_grouped(digits) {
        return Some((digits.replace('.', "").replacen(',', ".", 1).parse().ok()?, true));
    }
    let (dots, commas) = (digits.matches('.').count(), digits.matches(',').count());
    match (dots, commas) {
        (0, 0) => Some((digits.parse().ok()?, false)),
        (0, 1) => Some((digits.replacen(',', ".", 1).parse().ok()?, true)),
        (1, 0) => Some((digits.parse().ok()?, false)),
        // English grouping: "1,234,567".
        (0 | 1, _) if digits.split('.').next()?.split(',').skip(1).all(|group| group.len() == 3) => {
            Some((digits.replace(',', "").parse().ok()?, true))
        }
        _ => None,
    }
}

pub(super) fn scale(word: &str) -> Option<f64> {
    Some(match word {
        "ratus" => 1e2,
        "ribu" | "rb" => 1e3,
        "juta" | "jt" => 1e6,
        "miliar" | "milyar" => 1e9,
        "triliun" | "trilyun" => 1e12,
        _ => return None,
    })
}

pub(super) fn digit_word(word: &str) -> Option<f64> {
    const DIGITS: [&str; 9] = ["satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan"];
    DIGITS.iter().position(|digit| *digit == word).map(|at| at as f64 + 1.0)
}

pub(super) fn is_number_word(written: &str) -> bool {
    // Nearly every word is none, and its first letter says so.
    if written.len() < 3 || written.len() > 10 || !b"sdtelSDTEL".contains(&written.as_bytes()[0]) {
        return false;
    }
    let lower = written.to_lowercase();
    digit_word(&lower).is_some()
        || matches!(
            lower.as_str(),
            "sepuluh"
                | "sebelas"
                | "seratus"
                | "seribu"
                | "sejuta"
                | "setengah"
                | "separuh"
                | "sepertiga"
                | "seperempat"
        )
}
