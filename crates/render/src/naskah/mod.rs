//! Naskah dinas as concepts for Srikandi: nota dinas and telaahan staf.
//!
//! Number, date, signature, name and NIP are left to Srikandi: their parameters stand in the text, each in a run of its
//! own, and nothing of ours takes their place.

mod letter;
mod nota;
mod telaahan;

pub use nota::render as nota_dinas;
pub use telaahan::render as telaahan_staf;

use crate::docx::MEDIA_TYPE;
use crate::{Error, Output, Render, clean, words};
use model::{Brief, BriefKind, IssueCard, Kind, Recommendation, Risk};
use serde_json::Value;

pub(crate) const NOTA_DINAS: Output = Output {
    kind: Kind::<Render> {
        name: "nota-dinas",
        summary: "writes the brief as a nota dinas of one or two pages, a concept for Srikandi",
        example: r#"formats = ["nota-dinas"]"#,
        build: nota::render,
    },
    suffix: "-nota-dinas.docx",
    media_type: MEDIA_TYPE,
};

pub(crate) const TELAAHAN_STAF: Output = Output {
    kind: Kind::<Render> {
        name: "telaahan-staf",
        summary: "writes a telaahan staf about the most urgent issue, a concept for Srikandi",
        example: r#"formats = ["telaahan-staf"]"#,
        build: telaahan::render,
    },
    suffix: "-telaahan-staf.docx",
    media_type: MEDIA_TYPE,
};

pub(crate) const NUMBER: &str = "${nomor_naskah}";
pub(crate) const DATE: &str = "${tanggal_naskah}";
pub(crate) const SIGNATURE: &str = "${ttd_pengirim}";
pub(crate) const NAME: &str = "${nama_pengirim}";
pub(crate) const NIP: &str = "${nip_pengirim}";

/// What Srikandi fills in; the names stand in public code that makes templates for it.
pub(crate) const PARAMETERS: [&str; 5] = [NUMBER, DATE, SIGNATURE, NAME, NIP];

/// A brief whose texts cannot pass for parameters.
///
/// Srikandi replaces `${x}` wherever it stands, and its template engine also takes a `$` in one run and a `{` at the
/// beginning of a later one for a parameter that was torn apart. A space shows the reader that something was changed.
pub(crate) fn without_parameters(brief: &Brief) -> Result<Brief, Error> {
    fn walk(value: &mut Value) {
        match value {
            Value::String(text) => *text = literal(text),
            Value::Array(items) => items.iter_mut().for_each(walk),
            Value::Object(fields) => fields.values_mut().for_each(walk),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(clean::for_screen(brief)?)?;
    walk(&mut value);
    Ok(serde_json::from_value(value)?)
}

fn literal(text: &str) -> String {
    let text = text.replace("${", "$ {");
    if text.starts_with('{') { format!(" {text}") } else { text }
}

/// What the papers call the brief.
pub(crate) fn subject(brief: &Brief) -> String {
    format!("Penyampaian {}, {}", brief.header.title, brief.header.date_words)
}

/// The issue that a telaahan is about: the most urgent one, else the main one.
pub(crate) fn issue(brief: &Brief) -> Option<&IssueCard> {
    brief.alerts.first().or(brief.top_issues.first())
}

/// What the brief advises about an issue.
pub(crate) fn advice<'a>(brief: &'a Brief, issue: &IssueCard) -> Option<&'a Recommendation> {
    brief.recommendations.iter().find(|advice| advice.issue == issue.id)
}

/// Subject of the telaahan.
pub(crate) fn telaahan_subject(brief: &Brief) -> String {
    match issue(brief) {
        Some(issue) => format!("Penanganan isu publik: {}", issue.title),
        None => format!("Penanganan isu publik, {}", brief.header.date_words),
    }
}

/// "612 item (kemarin 441) dalam 94 isu, termasuk yang dimuat 31 media".
pub(crate) fn items_read(brief: &Brief) -> String {
    let tables = &brief.numbers.tables;
    let before = if brief.header.kind == BriefKind::Harian { "kemarin" } else { "sebelumnya" };
    format!(
        "{} item ({before} {}) dalam {} isu, termasuk yang dimuat {} media",
        words::number(tables.total),
        words::previous(tables.previous_total),
        words::number(brief.numbers.issues),
        words::number(tables.outlets),
    )
}

/// "3 perlu verifikasi, 1 menunggu konfirmasi": claims by how they stand, in the order of the brief.
pub(crate) fn claims(brief: &Brief) -> String {
    let mut counts: Vec<(&str, u32)> = Vec::new();
    for item in &brief.watch {
        match counts.iter_mut().find(|(status, _)| *status == item.status) {
            Some((_, count)) => *count += 1,
            None => counts.push((&item.status, 1)),
        }
    }
    let counts =
        counts.into_iter().map(|(status, count)| format!("{} {}", words::number(count), words::cut(status, 40)));
    counts.collect::<Vec<_>>().join(", ")
}

/// "Tingkat urgensi" in Srikandi: as the office says, else by the most serious issue.
pub(crate) fn urgency(brief: &Brief) -> String {
    let said = &brief.header.correspondence.urgency;
    if !said.is_empty() {
        return said.clone();
    }
    match brief.alerts.iter().map(|issue| issue.risk).max() {
        Some(Risk::Merah) => "sangat segera",
        Some(Risk::Oranye) => "segera",
        _ => "biasa",
    }
    .to_owned()
}

/// "Dari": as the office says, else the office.
pub(crate) fn sender(brief: &Brief) -> &str {
    let header = &brief.header;
    [&header.correspondence.from, &header.office].into_iter().find(|name| !name.is_empty()).map_or("", |name| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_of_the_world_is_a_parameter() {
        assert_eq!(literal("pakai ${ttd_pengirim} dan $${x}"), "pakai $ {ttd_pengirim} dan $$ {x}");
        assert_eq!(literal("{{7*7}}"), " {{7*7}}");
        assert_eq!(literal("Rp5.000 atau $5"), "Rp5.000 atau $5");
    }
}
