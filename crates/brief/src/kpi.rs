//! The strip of indices from the office's registry, and claims in the material that the registry does not bear out.
//!
//! A figure is compared only with one of the same method. A claim about an index needs its year and its publisher; one
//! that cites an older figure or another rank than the registry's latest is named, with the registry's own.

use crate::{
    phrases,
    references::References,
    view::{View, fact},
    words,
};
use model::{Kpi, KpiLine, KpiYear, Record, Section, Statement};

/// Indices shown, and claims named beside one of them, at most.
pub(crate) const KPIS: usize = 8;
const CLAIMS: usize = 3;
/// A figure about a year longer ago than this is called out of date.
const STALE_YEARS: i16 = 2;
const QUOTE_CHARS: usize = 160;
/// Years in a text.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2100;
/// Ranks as words; "tiga besar" is one of the first three.
const RANKS: [(&str, u16); 10] = [
    ("pertama", 1),
    ("kedua", 2),
    ("ketiga", 3),
    ("keempat", 4),
    ("kelima", 5),
    ("tiga", 3),
    ("lima", 5),
    ("sepuluh", 10),
    ("i", 1),
    ("ii", 2),
];

/// Indices with a figure, in the order of the registry.
pub(crate) fn compose(view: &View<'_>, references: &mut References<'_>) -> Vec<KpiLine> {
    let limit = view.input.options.layout.limit(Section::Kpi, KPIS);
    let shown = view.input.region.kpis.iter().filter_map(|kpi| Some((kpi, kpi.latest()?)));
    shown.take(limit).map(|(kpi, year)| line(view, kpi, year, references)).collect()
}

/// How many indices have a figure.
pub(crate) fn count(view: &View<'_>) -> usize {
    view.input.region.kpis.iter().filter(|kpi| kpi.latest().is_some()).count()
}

fn line(view: &View<'_>, kpi: &Kpi, year: &KpiYear, references: &mut References<'_>) -> KpiLine {
    let previous = kpi.before(year).and_then(|before| Some(format!("{} ({})", before.value, before.year?)));
    KpiLine {
        id: kpi.id.clone(),
        name: kpi.name.clone(),
        publisher: year.publisher.clone(),
        year: year.year.unwrap_or_default(),
        method: year.method.clone(),
        value: if year.value.is_empty() { "nilai belum tercatat".to_owned() } else { year.value.clone() },
        rank: rank_words(year),
        previous: previous.unwrap_or_default(),
        source: year.source.clone(),
        notes: notes(view, kpi, year),
        stale_claims: stale_claims(view, kpi, references),
    }
}

fn rank_words(year: &KpiYear) -> String {
    year.rank.map_or_else(String::new, |rank| format!("peringkat {rank}"))
}

/// What a reader must know before comparing the figure with anything.
fn notes(view: &View<'_>, kpi: &Kpi, year: &KpiYear) -> Vec<String> {
    let mut out = Vec::new();
    let now = view.date.year();
    match year.year {
        None => out.push("Tahun belum tercatat; jangan dibandingkan atau disiarkan sebagai angka terbaru.".to_owned()),
        Some(of) if kpi.breaks_at(year) => {
            out.push(format!("Metode berubah pada {of}; tidak dapat dibandingkan dengan tahun sebelumnya."));
        }
        Some(_) => {}
    }
    out.extend((!year.national.is_empty()).then(|| words::sentence(&year.national)));
    match year.year {
        Some(of) if now - of > STALE_YEARS => {
            out.push(format!("Angka usang: tentang {of}, lebih dari dua tahun sebelum {now}."));
        }
        Some(of) if now - of == STALE_YEARS => out.push(format!("Angka sesudah {of} belum tercatat.")),
        _ => {}
    }
    let successor = kpi.successor.as_ref().and_then(|id| view.input.region.kpis.iter().find(|other| other.id == *id));
    out.extend(successor.map(|next| {
        let from = next.years.iter().find_map(|year| year.year);
        let from = from.map_or_else(String::new, |year| format!(" mulai {year}"));
        format!("Diteruskan {}{from} dengan metode lain; kedua angka tidak disambung.", next.name)
    }));
    out.extend((!year.note.is_empty()).then(|| words::sentence(&year.note)));
    out
}

/// A claim about an index, and what it lacks.
pub(crate) struct Finding {
    /// The sentence.
    pub(crate) text: String,
    /// "tanpa tahun", "bukan angka terbaru …".
    pub(crate) lacks: Vec<String>,
}

fn stale_claims(view: &View<'_>, kpi: &Kpi, references: &mut References<'_>) -> Vec<Statement> {
    let mut out: Vec<(String, Statement)> = Vec::new();
    // What citizens say of an index is their own affair; what offices and outlets print is repeated.
    for record in view.current().filter(|record| !record.kind.is_public_voice()) {
        for found in findings(kpi, record) {
            let copy = out.iter().any(|(text, _)| words::clause(text) == words::clause(&found.text));
            if copy || out.len() >= CLAIMS {
                continue;
            }
            let text = format!(
                "{} ({}): {}.",
                words::quote(&found.text, QUOTE_CHARS),
                view.source_name(&record.source),
                found.lacks.join("; ")
            );
            let refs = vec![references.cite_record(record)];
            out.push((found.text, fact(text, refs)));
        }
    }
    out.into_iter().map(|(_, statement)| statement).collect()
}

/// What the texts of a document claim about any index and the registry does not bear out.
pub(crate) fn findings_of(view: &View<'_>, record: &Record) -> Vec<Finding> {
    view.input.region.kpis.iter().flat_map(|kpi| findings(kpi, record)).collect()
}

fn findings(kpi: &Kpi, record: &Record) -> Vec<Finding> {
    let title = record.title.as_deref().unwrap_or_default();
    // An acronym can mean something else; it counts where the analysis found the index, or its name stands in full.
    let long = |words: &&String| {
        words.contains(' ') && (title.contains(words.as_str()) || record.text.contains(words.as_str()))
    };
    let known = record.programmes.iter().any(|id| id.as_str() == kpi.id) || kpi.words.iter().any(|words| long(&words));
    if !known {
        return Vec::new();
    }
    let lines = std::iter::once(title).chain(phrases::sentences(&record.text));
    let named = lines.filter(|line| kpi.words.iter().any(|words| names(line, words)));
    named.filter_map(|line| check(kpi, line, &format!("{title} {}", record.text))).collect()
}

/// True where the words stand in the line as whole words, acronyms exactly as written.
fn names(line: &str, words: &str) -> bool {
    let is_acronym = words.chars().all(|c| c.is_uppercase() || c.is_ascii_digit());
    let (line, words) =
        if is_acronym { (line.to_owned(), words.to_owned()) } else { (line.to_lowercase(), words.to_lowercase()) };
    let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    line.match_indices(&words)
        .any(|(at, found)| edge(line[..at].chars().next_back()) && edge(line[at + found.len()..].chars().next()))
}

/// What a sentence claims about the index and lacks; nothing where it claims no figure or rank.
fn check(kpi: &Kpi, line: &str, whole: &str) -> Option<Finding> {
    let said = phrases::words_of(line);
    let (rank, figure) = (rank(&said), figure(&said));
    if rank.is_none() && figure.is_none() {
        return None;
    }
    let year = years(line).max();
    let mut lacks: Vec<String> = Vec::new();
    let publisher =
        kpi.years.iter().any(|year| names_publisher(line, &year.publisher) || names_publisher(whole, &year.publisher));
    let missing: Vec<&str> = [(year.is_none(), "tahun"), (!publisher, "penerbit")]
        .into_iter()
        .filter(|(lacks, _)| *lacks)
        .map(|(_, what)| what)
        .collect();
    if !missing.is_empty() {
        lacks.push(format!("tanpa {}", words::list(&missing)));
    }
    if let Some(latest) = kpi.latest() {
        lacks.extend(against(latest, year, rank, figure.as_deref()));
    }
    (!lacks.is_empty()).then(|| Finding { text: line.to_owned(), lacks })
}

/// How a claim differs from the registry's latest figure.
fn against(latest: &KpiYear, year: Option<i16>, rank: Option<Rank>, figure: Option<&str>) -> Option<String> {
    let mut known: Vec<String> = Vec::new();
    known.extend((!latest.value.is_empty()).then(|| format!("nilai {}", latest.value)));
    known.extend(latest.rank.map(|rank| format!("peringkat {rank}")));
    let of = latest.year.map_or_else(|| "tanpa tahun".to_owned(), |year| year.to_string());
    let known = format!("register {of}: {}", words::list(&known));
    if let (Some(year), Some(last)) = (year, latest.year)
        && year < last
    {
        return Some(format!("angka lama ({year}); {known}"));
    }
    let rank_differs = rank.is_some_and(|rank| latest.rank.is_some_and(|registered| !rank.holds(registered)));
    let figure_differs = figure.is_some_and(|figure| is_decimal(&latest.value) && figure != latest.value);
    (rank_differs || figure_differs).then(|| format!("tidak sesuai dengan {known}"))
}

/// A rank as a text claims it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rank {
    /// "peringkat ketiga".
    At(u16),
    /// "tiga besar".
    Within(u16),
}

impl Rank {
    fn holds(self, registered: u16) -> bool {
        match self {
            Self::At(rank) => registered == rank,
            Self::Within(rank) => registered <= rank,
        }
    }
}

fn rank(words: &[String]) -> Option<Rank> {
    let number = |word: &String| {
        let word = word.strip_prefix("ke-").unwrap_or(word);
        word.parse().ok().or_else(|| RANKS.iter().find(|(name, _)| *name == word).map(|(_, rank)| *rank))
    };
    words.windows(2).find_map(|pair| match (pair[0].as_str(), pair[1].as_str()) {
        ("peringkat" | "ranking" | "rangking" | "urutan" | "juara" | "posisi", _) => number(&pair[1]).map(Rank::At),
        (_, "besar") => number(&pair[0]).map(Rank::Within),
        _ => None,
    })
}

/// A figure with decimals, as an index is printed.
fn figure(words: &[String]) -> Option<String> {
    words.iter().find(|word| is_decimal(word)).map(|word| word.replace('.', ","))
}

fn is_decimal(word: &str) -> bool {
    let Some((whole, decimals)) = word.split_once([',', '.']) else { return false };
    let digits = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    digits(whole) && whole.len() <= 2 && digits(decimals) && decimals.len() <= 2
}

fn years(line: &str) -> impl Iterator<Item = i16> + '_ {
    let digits = line.split(|c: char| !c.is_ascii_digit()).filter(|digits| digits.len() == 4);
    digits.filter_map(|digits| digits.parse().ok()).filter(|year| YEARS.contains(year))
}

/// True where a text names the publisher: the words of its name that begin with a capital, in a row.
fn names_publisher(text: &str, publisher: &str) -> bool {
    let name = publisher.split(" dan ").next().unwrap_or(publisher);
    let short: Vec<&str> = name.split_whitespace().take(2).collect();
    text.to_lowercase().contains(&short.join(" ").to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kpi() -> Kpi {
        let year = |year, value: &str, rank, method: &str| KpiYear {
            year: Some(year),
            publisher: "Komisi Informasi Pusat".to_owned(),
            method: method.to_owned(),
            value: value.to_owned(),
            rank: Some(rank),
            source: "x".to_owned(),
            ..KpiYear::default()
        };
        Kpi {
            id: "ikip".to_owned(),
            name: "Indeks Keterbukaan".to_owned(),
            words: vec!["IKIP".to_owned()],
            years: vec![year(2024, "82,25", 3, "lama"), year(2025, "69,11", 13, "baru")],
            ..Kpi::default()
        }
    }

    fn lacks(line: &str) -> Vec<String> {
        check(&kpi(), line, line).map(|found| found.lacks).unwrap_or_default()
    }

    #[test]
    fn a_claim_is_held_against_the_latest_figure() {
        let said = lacks("Provinsi masuk tiga besar IKIP nasional");
        assert_eq!(said[0], "tanpa tahun dan penerbit");
        assert!(said[1].contains("register 2025: nilai 69,11 dan peringkat 13"), "{said:?}");
        let old = lacks("IKIP 2024 dari Komisi Informasi Pusat 82,25");
        assert_eq!(old, ["angka lama (2024); register 2025: nilai 69,11 dan peringkat 13"]);
        assert!(lacks("IKIP 2025 Komisi Informasi Pusat: 69,11, peringkat 13").is_empty());
        assert!(lacks("Sosialisasi IKIP digelar").is_empty(), "claims nothing");
    }

    #[test]
    fn ranks_are_read_in_words_and_figures() {
        let rank_of = |text: &str| rank(&phrases::words_of(text));
        assert_eq!(rank_of("peringkat ketiga"), Some(Rank::At(3)));
        assert_eq!(rank_of("peringkat ke-13"), Some(Rank::At(13)));
        assert_eq!(rank_of("masuk 5 besar"), Some(Rank::Within(5)));
        assert!(names("Indeks (IKIP) naik", "IKIP") && !names("ikip lama", "IKIP") && !names("SIKIP", "IKIP"));
    }
}
