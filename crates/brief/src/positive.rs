//! Section 10: positive information worth telling, with what its evidence lacks.
//!
//! An achievement without its year and its publisher goes stale unnoticed, so both must stand in the text.

use crate::{
    kpi,
    references::References,
    view::{self, View},
    words,
};
use model::{Exemplar, Issue, PositiveLine, Risk, Section, TopicId};

/// Lines listed at most.
pub(crate) const LINES: usize = 5;
/// The topic of achievements and awards in a region's list.
const ACHIEVEMENTS: &str = "prestasi";
/// Share of positive items, and how many items with a tone, that make an issue a positive one.
const POSITIVE_SHARE: f32 = 0.6;
const POSITIVE_ITEMS: u32 = 3;
const TITLE_CHARS: usize = 120;

/// Words that make a sentence the claim of an achievement.
const CLAIM_WORDS: [&str; 14] = [
    "penghargaan",
    "peringkat",
    "juara",
    "predikat",
    "indeks",
    "anugerah",
    "meraih",
    "terbaik",
    "nilai",
    "opini",
    "rekor",
    "skor",
    "naik",
    "turun",
];

/// Words with which the name of a body that publishes indices and awards begins.
const PUBLISHER_WORDS: [&str; 13] = [
    "kementerian",
    "kemen",
    "menteri",
    "badan",
    "bps",
    "komisi",
    "lembaga",
    "ombudsman",
    "dewan",
    "bank",
    "universitas",
    "survei",
    "bpk",
];

/// Issues that speak well of something, largest first.
pub(crate) fn compose(view: &View<'_>, references: &mut References<'_>) -> Vec<PositiveLine> {
    let mut issues: Vec<&Issue> = positive(view).collect();
    issues.sort_by_key(|issue| std::cmp::Reverse(issue.count));
    issues.truncate(view.input.options.layout.limit(Section::Positive, LINES));
    issues.into_iter().map(|issue| line(view, issue, references)).collect()
}

fn positive<'a>(view: &View<'a>) -> impl Iterator<Item = &'a Issue> {
    view.issues.iter().copied().filter(|issue| is_positive(view, issue))
}

/// How many issues speak well of something.
pub(crate) fn count(view: &View<'_>) -> usize {
    positive(view).count()
}

/// Achievements, praise, or material of which nobody has yet spoken but the government and those it paid.
fn is_positive(view: &View<'_>, issue: &Issue) -> bool {
    let n = issue.tone.n();
    // A release about a flood is no achievement, however calm its numbers.
    let safety = view.topic(issue).is_some_and(|topic| topic.serta_merta);
    let own = issue.coverage.earned_media + issue.coverage.public == 0 && !safety;
    let praised = n >= POSITIVE_ITEMS && issue.tone.positif as f32 >= POSITIVE_SHARE * n as f32;
    let achievement = issue.topics.first().is_some_and(|topic| *topic == TopicId::from(ACHIEVEMENTS));
    issue.risk == Risk::Hijau && issue.needs_verification == 0 && (achievement || praised || own)
}

fn line(view: &View<'_>, issue: &Issue, references: &mut References<'_>) -> PositiveLine {
    PositiveLine {
        text: format!("{}; {}.", words::quote(&issue.title, TITLE_CHARS), paid_share(issue)),
        evidence: evidence(view, issue),
        coverage: issue.coverage,
        refs: references.cite_all(view::proof(issue)),
    }
}

/// How much of the material the government paid for or made itself.
fn paid_share(issue: &Issue) -> String {
    let coverage = issue.coverage;
    let count = words::number(issue.count);
    if coverage.advertorial + coverage.official >= issue.count {
        return match (coverage.advertorial, coverage.official) {
            (_, 0) => format!("{count} item, seluruhnya berbayar"),
            (0, _) => format!("{count} item, seluruhnya rilis sendiri"),
            _ => format!("{count} item, seluruhnya berbayar atau rilis sendiri"),
        };
    }
    match (coverage.advertorial, coverage.official) {
        (0, 0) => format!("{count} item, tidak ada yang berbayar"),
        (0, own) => format!("{} dari {count} item rilis sendiri", words::number(own)),
        (paid, 0) => format!("{} dari {count} item berbayar", words::number(paid)),
        (paid, own) => {
            format!("{} dari {count} item berbayar dan {} rilis sendiri", words::number(paid), words::number(own))
        }
    }
}

/// "cukup" where one document names year and publisher in the sentences that make the claim, and the office's registry
/// knows nothing newer.
fn evidence(view: &View<'_>, issue: &Issue) -> String {
    let found = view.records_of(issue).filter(|record| !record.kind.is_public_voice());
    if let Some(found) = found.flat_map(|record| kpi::findings_of(view, record)).next() {
        let lacks = found.lacks.join("; ");
        return format!("bukti kurang: {}", lacks.strip_prefix("tanpa ").unwrap_or(&lacks));
    }
    let texts = texts(view, issue);
    let found: Vec<(bool, bool)> = texts.iter().map(|text| proofs(view, text)).collect();
    let (year, publisher) = match found.iter().find(|(year, publisher)| *year && *publisher) {
        Some(_) => return "cukup".to_owned(),
        None => (found.iter().any(|(year, _)| *year), found.iter().any(|(_, publisher)| *publisher)),
    };
    let missing = match (year, publisher) {
        (true, false) => "penerbit",
        (false, true) => "tahun",
        (false, false) => "tahun dan penerbit",
        (true, true) => "tahun dan penerbit dalam satu naskah",
    };
    format!("bukti kurang: {missing}")
}

/// What the brief has of the issue's texts: whole clippings, titles, and summary sentences.
fn texts(view: &View<'_>, issue: &Issue) -> Vec<String> {
    let whole = |exemplar: &Exemplar| match view.record(&exemplar.key) {
        Some(record) => format!("{}\n{}", record.title.as_deref().unwrap_or_default(), record.text),
        None => exemplar.title.clone(),
    };
    issue.exemplars.iter().map(whole).chain(issue.summary.iter().map(|sentence| sentence.text.clone())).collect()
}

/// Whether the claiming sentences of a text name a year, and a publisher.
fn proofs(view: &View<'_>, text: &str) -> (bool, bool) {
    // Split at a stop with a space, so that "2.9" and "Rp1.000" stay whole.
    let claims: Vec<&str> =
        text.lines().flat_map(|line| line.split(". ")).filter(|sentence| is_claim(sentence)).collect();
    let year = claims.iter().any(|sentence| numbers(sentence).any(|number| (1990..2100).contains(&number)));
    let publisher = claims.iter().any(|sentence| names_publisher(view, sentence));
    (year, publisher)
}

fn is_claim(sentence: &str) -> bool {
    let lower = sentence.to_lowercase();
    CLAIM_WORDS.iter().any(|word| lower.contains(word))
}

fn numbers(sentence: &str) -> impl Iterator<Item = u32> + '_ {
    sentence
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| digits.len() == 4)
        .filter_map(|digits| digits.parse().ok())
}

/// A capitalised word such as "Kementerian …" or "Badan …", or an agency of the region's list that is not its own.
fn names_publisher(view: &View<'_>, sentence: &str) -> bool {
    let capitals = sentence.split_whitespace().filter(|word| word.starts_with(char::is_uppercase));
    let known = view.input.region.agencies.iter().filter(|agency| {
        matches!(agency.level, model::Authority::Pusat | model::Authority::Mandiri) && !agency.short.is_empty()
    });
    capitals.map(str::to_lowercase).any(|word| PUBLISHER_WORDS.iter().any(|publisher| word.starts_with(publisher)))
        || known.into_iter().any(|agency| sentence.contains(&agency.short) || sentence.contains(&agency.name))
}
