//! CSV: the figures, and the clippings, for programs and for spreadsheets that take no workbook.
//!
//! One dialect for both: semicolons, because that is what Excel splits at where the decimal mark is a comma, as in
//! Indonesia (a file with commas would open as one column); a byte order mark, because Excel takes a file without it for
//! another encoding; quotes and line ends as in RFC 4180; counts without dots. A text that a spreadsheet could take for
//! a formula gets an apostrophe in front.

use crate::clean::visible;
use crate::clippings::clippings;
use crate::{Error, Output, words};
use model::{Brief, Kind};

pub(crate) const FIGURES: Output = Output {
    kind: Kind {
        name: "csv",
        summary: "writes every figure with its id, for spreadsheets and programs (semicolons, UTF-8)",
        example: r#"formats = ["csv"]"#,
        build: figures,
    },
    suffix: "-angka.csv",
    media_type: "text/csv",
};

pub(crate) const CLIPPINGS: Output = Output {
    kind: Kind {
        name: "kliping-csv",
        summary: "writes the clippings, one row a story (at most 5,000), for spreadsheets and programs",
        example: r#"formats = ["kliping-csv"]"#,
        build: clipping_rows,
    },
    suffix: "-kliping.csv",
    media_type: "text/csv",
};

const SEPARATOR: char = ';';
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// One field.
enum Field<'a> {
    Text(&'a str),
    Count(Option<u32>),
}

/// The figures, one a row.
pub fn figures(brief: &Brief) -> Result<Vec<u8>, Error> {
    let mut out = header(&["id", "bagian", "keterangan", "nilai", "satuan", "sebelumnya"]);
    for figure in &brief.figures {
        let heading = brief.layout.get(figure.section).map_or(figure.section.heading(), |entry| entry.heading.as_str());
        row(
            &mut out,
            &[
                Field::Text(&figure.id),
                Field::Text(heading),
                Field::Text(&figure.label),
                Field::Count(Some(figure.value)),
                Field::Text(&figure.unit),
                Field::Count(figure.previous),
            ],
        );
    }
    Ok(out.into_bytes())
}

/// The clippings, one a row; times in the office's zone, as the heading says.
pub fn clipping_rows(brief: &Brief) -> Result<Vec<u8>, Error> {
    let (zone, label) = words::zone(&brief.header.zone_label);
    let time = format!("waktu_{}", label.to_lowercase());
    let mut out = header(&[
        "nomor", &time, "judul", "sumber", "jenis", "asal", "nada", "topik", "wilayah", "isu", "item", "media",
        "tautan", "catatan",
    ]);
    for clipping in clippings(brief) {
        let at = clipping.at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string();
        row(
            &mut out,
            &[
                Field::Count(Some(clipping.number)),
                Field::Text(&at),
                Field::Text(clipping.title),
                Field::Text(clipping.source),
                Field::Text(clipping.kind.label()),
                Field::Text(clipping.coverage),
                Field::Text(clipping.tone),
                Field::Text(clipping.topic),
                Field::Text(clipping.place),
                Field::Text(clipping.issue),
                Field::Count(clipping.items),
                Field::Count(clipping.outlets),
                Field::Text(clipping.url.as_deref().unwrap_or_default()),
                Field::Text(clipping.note),
            ],
        );
    }
    Ok(out.into_bytes())
}

fn header(names: &[&str]) -> String {
    let mut out = String::from(BYTE_ORDER_MARK);
    row(&mut out, &names.iter().map(|name| Field::Text(name)).collect::<Vec<_>>());
    out
}

fn row(out: &mut String, fields: &[Field<'_>]) {
    for (position, field) in fields.iter().enumerate() {
        if position > 0 {
            out.push(SEPARATOR);
        }
        match field {
            Field::Text(text) => out.push_str(&quoted(&guarded(&visible(text)))),
            Field::Count(count) => out.push_str(&count.map_or_else(String::new, |count| count.to_string())),
        }
    }
    out.push_str("\r\n");
}

/// A text that cannot be taken for a formula: <https://owasp.org/www-community/attacks/CSV_Injection>.
///
/// Full-width marks count as well, because spreadsheets read them as the narrow ones in East Asian settings; so does a
/// mark behind quotes or spaces, which some importers strip first.
fn guarded(text: &str) -> String {
    let first = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'')).chars().next();
    let formula = first.is_some_and(|c| {
        matches!(c, '=' | '+' | '-' | '@' | '|' | '＝' | '＋' | '－' | '＠' | '﹦' | '﹢' | '﹣' | '﹫')
    });
    if formula { format!("'{text}") } else { text.to_owned() }
}

fn quoted(text: &str) -> String {
    if text.contains([SEPARATOR, ',', '"', '\n', '\r', '\t']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_get_an_apostrophe_and_other_text_none() {
        for formula in ["=1+1", "+62", "-2", "@SUM(A1)", " =1", "'=1", "\"=1", "＝1", "|calc"] {
            assert!(guarded(formula).starts_with('\''), "{formula}");
        }
        for text in ["Banjir", "69,11", "2026-11-20", "a=b", "Rp2.500.000", ""] {
            assert_eq!(guarded(text), text);
        }
    }

    #[test]
    fn fields_are_quoted_where_they_must() {
        let mut out = String::new();
        row(&mut out, &[Field::Text("a;b"), Field::Text("\"c\""), Field::Count(Some(1234)), Field::Count(None)]);
        assert_eq!(out, "\"a;b\";\"\"\"c\"\"\";1234;\r\n");
    }
}
