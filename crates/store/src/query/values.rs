//! Columns by their names, and what may stand behind them.

use super::{Expression, Facet, In, Vocabulary, parser::Column};
use jiff::civil::Date;
use model::SourceKind;
use std::collections::BTreeSet;

/// Columns that are no facet.
const OTHERS: [(&str, Column); 4] = [
    ("judul", Column::Text(In::Title)),
    ("kejadian", Column::EventDay),
    ("sampai", Column::Until),
    ("sejak", Column::Since),
];

/// The column of a name; the error says which are known.
pub(super) fn column(name: &str) -> Result<Column, String> {
    let lower = name.to_lowercase();
    let facets = Facet::ALL.into_iter().map(|facet| (facet.column(), Column::Facet(facet)));
    let mut columns: Vec<_> = facets.chain(OTHERS).collect();
    columns.sort_unstable_by_key(|(name, _)| *name);
    columns.iter().find(|(known, _)| *known == lower).map(|(_, column)| *column).ok_or_else(|| {
        let known: Vec<_> = columns.iter().map(|(known, _)| *known).collect();
        format!("kolom \"{name}\" tidak dikenal; yang dikenal: {}", known.join(", "))
    })
}

/// What one value of a column asks for.
pub(super) fn value(column: Column, text: &str, vocabulary: &Vocabulary) -> Result<Expression, String> {
    match column {
        Column::Since => days(text).map(|(first, _)| Expression::Days { from: Some(first), to: None }),
        Column::Until => days(text).map(|(_, last)| Expression::Days { from: None, to: Some(last) }),
        Column::EventDay => days(text).map(|(from, to)| Expression::EventDays { from, to }),
        Column::Facet(facet) => facet_values(facet, text, vocabulary).map(|values| Expression::Facet { facet, values }),
        Column::Text(_) => unreachable!("the parser reads words itself"),
    }
}

fn facet_values(facet: Facet, text: &str, vocabulary: &Vocabulary) -> Result<BTreeSet<String>, String> {
    let known = vocabulary.values(facet, text);
    if !known.is_empty() {
        return Ok(known);
    }
    let text = text.trim();
    let lower = text.to_lowercase();
    let open = match facet {
        // Any place of the country has a code, any language too, and a source is whatever a pipeline names so.
        Facet::Place if is_place_code(text) => Some(text.to_uppercase()),
        Facet::Lang if lower.len() == 3 && lower.bytes().all(|b| b.is_ascii_lowercase()) => Some(lower),
        Facet::Kind => lower.parse().ok().map(|kind: SourceKind| kind.as_str().to_owned()),
        Facet::Source if !lower.is_empty() => Some(lower),
        _ => None,
    };
    open.map(|value| BTreeSet::from([value])).ok_or_else(|| vocabulary.unknown(facet, text))
}

/// `64`, `64.72`, `64.72.03`, `64.IKN`
fn is_place_code(text: &str) -> bool {
    let mut parts = text.split('.');
    let is_number = |part: &str| (2..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let is_part = |part: &str| is_number(part) || part.len() == 3 && part.bytes().all(|b| b.is_ascii_alphabetic());
    parts.next().is_some_and(|part| part.len() == 2 && is_number(part)) && parts.all(is_part)
}

/// The first and the last day of `2025-07-17`, `17-07-2025`, `17/7/2025`, `2025-07`.
fn days(text: &str) -> Result<(Date, Date), String> {
    let numbers: Option<Vec<i16>> = text.trim().split(['-', '/', '.']).map(|part| part.parse().ok()).collect();
    let date = match numbers.as_deref() {
        Some(&[day, month, year]) if year >= 1000 => new(year, month, day).map(|day| (day, day)),
        Some(&[year, month, day]) if year >= 1000 => new(year, month, day).map(|day| (day, day)),
        Some(&[year, month]) if year >= 1000 => new(year, month, 1).map(|first| (first, first.last_of_month())),
        _ => None,
    };
    date.ok_or_else(|| format!("\"{text}\" bukan tanggal; contoh: 2025-07-17, 17-07-2025, 2025-07"))
}

fn new(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn dates_are_read_as_officials_write_them() {
        let day = (date(2025, 7, 17), date(2025, 7, 17));
        for text in ["2025-07-17", "17-07-2025", "17/7/2025", " 17.07.2025 "] {
            assert_eq!(days(text).unwrap(), day, "{text}");
        }
        assert_eq!(days("2024-02").unwrap(), (date(2024, 2, 1), date(2024, 2, 29)));
        for text in ["2025-02-30", "32-01-2025", "17-07-25", "kemarin", "", "2025", "2025-07-17-1", "99999-1-1"] {
            assert!(days(text).is_err(), "{text}");
        }
    }

    #[test]
    fn place_codes_have_dots() {
        for code in ["64", "64.72", "64.72.03", "64.72.03.1001", "64.IKN"] {
            assert!(is_place_code(code), "{code}");
        }
        for other in ["", "6472", "64.", "64.7", "64.ikno", "samarinda", "6.72"] {
            assert!(!is_place_code(other), "{other}");
        }
    }
}
