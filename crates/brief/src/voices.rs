//! Sections 6 and 7: outlets and channels, and the office holders who were quoted.

use crate::{
    references::{References, Source},
    view::View,
    words,
};
use model::{Coverage, Section, SourceKind, SourceLine, SourceName, SpeakerLine};
use std::collections::BTreeSet;

/// Sources and speakers listed at most.
pub(crate) const SOURCES: usize = 60;
pub(crate) const SPEAKERS: usize = 12;
/// Documents named behind a speaker.
const SPEAKER_REFS: usize = 3;
const QUOTE_CHARS: usize = 200;

/// Roles that news gives to private people. They stay unnamed, whatever the article does.
const PRIVATE_ROLES: [&str; 18] = [
    "warga",
    "masyarakat",
    "pedagang",
    "pengendara",
    "pengemudi",
    "sopir",
    "nelayan",
    "petani",
    "buruh",
    "karyawan",
    "mahasiswa",
    "siswa",
    "pelajar",
    "orang tua",
    "ibu rumah tangga",
    "penumpang",
    "pelanggan",
    "korban",
];

/// Every source that spoke in the window, most frequent first.
pub(crate) fn sources(view: &View<'_>) -> Vec<SourceLine> {
    let rows = view.input.tables.sources.iter().filter(|row| row.count > 0);
    let rows = rows.take(view.input.options.layout.limit(Section::Sources, SOURCES));
    rows.map(|row| SourceLine {
        name: view.source_name(&row.source).to_owned(),
        kind: row.kind,
        registry: registry(view, &row.source, row.kind),
        count: row.count,
        advertorial: row.advertorial,
        tone: row.tone,
    })
    .collect()
}

/// How many office holders and institutions were quoted.
pub(crate) fn speaker_count(view: &View<'_>) -> usize {
    people(view).len()
}

/// What the registry knows of a source: "Grade A, Dewan Pers: terverifikasi".
fn registry(view: &View<'_>, source: &SourceName, kind: SourceKind) -> String {
    if kind.is_public_voice() {
        return "kanal warga".to_owned();
    }
    let Some(medium) = view.medium(source) else { return "belum tercatat".to_owned() };
    if medium.official {
        return "kanal resmi pemerintah".to_owned();
    }
    let grade = medium.grade.as_ref().map(|grade| format!("Grade {grade}"));
    let council = medium.press_council.as_ref().map(|status| format!("Dewan Pers: {status}"));
    let notes: Vec<String> = grade.into_iter().chain(council).collect();
    if notes.is_empty() { "tercatat; grade belum ada".to_owned() } else { notes.join(", ") }
}

/// "Kepala Dinas …, Nama" for an office holder, "warga" for a citizen, the bare role for anybody else.
pub(crate) fn speaker_words(name: &str, role: Option<&str>, kind: SourceKind) -> String {
    match role {
        _ if kind.is_public_voice() => "warga".to_owned(),
        Some(role) if is_private(role) => words::uncapital(role),
        Some(role) => format!("{}, {name}", words::capital(role)),
        None => "narasumber tanpa jabatan tercatat".to_owned(),
    }
}

pub(crate) fn is_private(role: &str) -> bool {
    let role = role.to_lowercase();
    PRIVATE_ROLES.iter().any(|private| role == *private || role.starts_with(&format!("{private} ")))
}

/// One quotation of an office holder.
#[derive(Clone, Copy)]
struct Said<'a> {
    source: Source<'a>,
    text: &'a str,
    name: &'a str,
    role: &'a str,
}

impl Said<'_> {
    /// True for words in an advertorial.
    fn is_paid(&self) -> bool {
        let coverage = match self.source {
            Source::Clipping(record) => record.coverage,
            Source::Exemplar(exemplar) => exemplar.coverage,
        };
        coverage == Coverage::Advertorial
    }
}

/// Office holders and institutions by how often they were quoted; private people are not listed.
pub(crate) fn speakers(view: &View<'_>, references: &mut References<'_>) -> Vec<SpeakerLine> {
    let mut people = people(view);
    // Words that were paid for do not stand first, however many bought them. A stable sort: holders quoted equally often
    // stay in the order in which the clippings name them.
    people.sort_by_key(|said| (said.iter().all(Said::is_paid), std::cmp::Reverse(said.len())));
    let limit = view.input.options.layout.limit(Section::Narasumber, SPEAKERS);
    people.iter().take(limit).filter_map(|said| speaker(said, references)).collect()
}

/// Quotations by who is quoted.
fn people<'a>(view: &View<'a>) -> Vec<Vec<Said<'a>>> {
    let mut people: Vec<Vec<Said<'_>>> = Vec::new();
    for said in office_holders(view) {
        // The same holder is quoted as "Raka" in one article and as "Raka Wibawa" in the next.
        let same = |other: &Said<'_>| other.role.eq_ignore_ascii_case(said.role) && same_name(other.name, said.name);
        match people.iter_mut().find(|list| list.iter().any(same)) {
            Some(list) => list.push(said),
            None => people.push(vec![said]),
        }
    }
    people
}

fn speaker(said: &[Said<'_>], references: &mut References<'_>) -> Option<SpeakerLine> {
    let fullest = said.iter().max_by_key(|said| said.name.len())?;
    let example = said.iter().max_by_key(|said| (!said.is_paid(), said.text.chars().count().min(QUOTE_CHARS)))?;
    let paid = if example.is_paid() { " (advertorial)" } else { "" };
    // The example comes first, so that it is among the documents named.
    let sources = std::iter::once(example.source).chain(said.iter().map(|said| said.source));
    Some(SpeakerLine {
        name: fullest.name.to_owned(),
        role: words::capital(fullest.role),
        quotes: u32::try_from(said.len()).unwrap_or(u32::MAX),
        example: format!("{}{paid}", words::quote(example.text, QUOTE_CHARS)),
        refs: references.cite_sources(sources.take(SPEAKER_REFS)),
    })
}

/// Quotations of the window, from clippings and issues; words repeated in copied articles count once.
fn office_holders<'a>(view: &View<'a>) -> Vec<Said<'a>> {
    let clipped = view.current().filter(|record| !record.kind.is_public_voice()).flat_map(|record| {
        let said = record.quotes.iter();
        said.map(|quote| (Source::Clipping(record), &quote.text, &quote.speaker, quote.role.as_deref()))
    });
    let grouped = view.issues.iter().flat_map(|issue| &issue.statements).filter_map(|said| {
        let counts = view.window.contains(said.document.at) && !said.document.kind.is_public_voice();
        counts.then_some((Source::Exemplar(&said.document), &said.text, &said.speaker, said.role.as_deref()))
    });
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut out = Vec::new();
    for (source, text, name, role) in clipped.chain(grouped) {
        if let Some(role) = role.filter(|role| !is_private(role))
            && seen.insert(text)
        {
            out.push(Said { source, text, name, role });
        }
    }
    out
}

/// True where every word of the shorter name stands in the longer one.
fn same_name(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let long: Vec<&str> = long.split_whitespace().collect();
    short.split_whitespace().all(|word| long.iter().any(|other| other.eq_ignore_ascii_case(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_people_stay_unnamed() {
        assert_eq!(speaker_words("Raka", Some("kepala dinas"), SourceKind::News), "Kepala dinas, Raka");
        assert_eq!(speaker_words("Tini", Some("Pedagang pasar"), SourceKind::News), "pedagang pasar");
        assert_eq!(speaker_words("Raka", Some("Kepala Dinas"), SourceKind::Post), "warga");
        assert_eq!(speaker_words("Tini", None, SourceKind::News), "narasumber tanpa jabatan tercatat");
    }

    #[test]
    fn a_name_is_known_by_its_parts() {
        assert!(same_name("Raka", "Raka Wibawa"));
        assert!(!same_name("Raka Putra", "Raka Wibawa"));
    }
}
