//! Golden briefs, and what must hold of every one of them.
//!
//! `tests/cases/brief/<case>/input.json` gives `expected.json`; the invented province of all cases is
//! `tests/cases/brief/region.json`. `UPDATE=1` rewrites the expected side.

// Clippy knows a test by its attribute; the functions that several tests share have none.
#![allow(clippy::unwrap_used)]

use brief::{Input, Options, compose};
use model::{
    Brief, Claim, ClaimStatus, Clarification, Effect, FactCheck, Frame, Issue, IssueId, Kpi, OpenTask, Record, Region,
    SourceGap, SourceHealth, Tables, Told, TopicId,
};
use serde::Deserialize;
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::OnceLock,
};

/// An `Input` that owns its parts.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixture {
    #[serde(skip)]
    region: Region,
    frame: Frame,
    tables: Tables,
    issues: Vec<Issue>,
    stories: u32,
    copies: u32,
    health: Vec<SourceHealth>,
    #[serde(default)]
    gaps: Vec<SourceGap>,
    clippings: Vec<Record>,
    clippings_total: u32,
    #[serde(default)]
    claims: Vec<Claim>,
    #[serde(default)]
    tasks: Vec<OpenTask>,
    #[serde(default)]
    clarifications: Vec<Clarification>,
    #[serde(default)]
    effects: Vec<Effect>,
    #[serde(default)]
    fact_checks: Vec<FactCheck>,
    #[serde(default)]
    told: Vec<Told>,
    /// The registry of indices and the words of questions, where the case has any.
    #[serde(default)]
    kpis: Vec<Kpi>,
    options: Options,
}

impl Fixture {
    fn compose(&self) -> Brief {
        compose(&Input {
            region: &self.region,
            frame: &self.frame,
            tables: &self.tables,
            issues: &self.issues,
            stories: self.stories,
            copies: self.copies,
            health: &self.health,
            gaps: &self.gaps,
            clippings: &self.clippings,
            clippings_total: self.clippings_total,
            claims: &self.claims,
            tasks: &self.tasks,
            clarifications: &self.clarifications,
            effects: &self.effects,
            fact_checks: &self.fact_checks,
            told: &self.told,
            story_rows: &[],
            period: None,
            options: &self.options,
        })
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/brief")
}

fn load(case: &str) -> Fixture {
    let read = |path: PathBuf| fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut fixture: Fixture = serde_json::from_str(&read(root().join(case).join("input.json"))).unwrap();
    fixture.region = serde_json::from_str(&read(root().join("region.json"))).unwrap();
    let language = LANGUAGE.get_or_init(language).clone();
    fixture.region.guide = language.guide;
    fixture.region.wording = language.wording;
    fixture.region.risk_words = language.risk_words;
    fixture.region.kpis = std::mem::take(&mut fixture.kpis);
    fixture
}

/// Read once: every case has the same.
static LANGUAGE: OnceLock<Region> = OnceLock::new();

/// The general rules and the words of the language that ship, around the invented province.
fn language() -> Region {
    let lexicons = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lexicons");
    let region = "title = 'x'\ngovernment = 'x'\noffice = 'x'\ncode = '99'\nzone = 'UTC'\nzone_label = 'UTC'\nlanguages = ['ind']\n";
    let mut files: text::LexiconFiles =
        [("regions/x/region.toml", region), ("regions/x/topics.tsv", "id\n"), ("regions/x/agencies.tsv", "id\n")]
            .map(|(path, content)| (path.to_owned(), content.to_owned()))
            .into();
    for entry in ["playbook", "ind"].iter().flat_map(|folder| fs::read_dir(lexicons.join(folder)).unwrap()) {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(&lexicons).unwrap().to_str().unwrap().to_owned();
        files.insert(name, fs::read_to_string(path).unwrap());
    }
    text::Lexicons::load(&files, "x").unwrap().region
}

fn cases() -> Vec<(String, Fixture)> {
    let folders = fs::read_dir(root()).unwrap().map(|entry| entry.unwrap()).filter(|entry| entry.path().is_dir());
    let mut names: Vec<String> = folders.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    assert!(names.len() >= 5, "the cases are gone");
    names.into_iter().map(|name| (name.clone(), load(&name))).collect()
}

#[test]
fn briefs_are_as_expected() {
    for (name, fixture) in cases() {
        let path = root().join(&name).join("expected.json");
        let brief = serde_json::to_string_pretty(&fixture.compose()).unwrap() + "\n";
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, &brief).unwrap();
        }
        let expected = fs::read_to_string(&path).unwrap_or_default();
        assert!(brief == expected, "{name}: the brief changed; review with UPDATE=1 and git diff");
    }
}

/// Every string of a JSON value with the path of keys that leads to it.
fn strings(value: &Value, path: &str, out: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) => out.push((path.to_owned(), text.clone())),
        Value::Array(items) => items.iter().for_each(|item| strings(item, path, out)),
        Value::Object(fields) => {
            fields.iter().for_each(|(key, value)| strings(value, &format!("{path}/{key}"), out));
        }
        _ => {}
    }
}

/// The brief's own words: everything but titles, keys and what stands between quotation marks.
fn own_words(brief: &Brief) -> Vec<String> {
    let mut all = Vec::new();
    strings(&serde_json::to_value(brief).unwrap(), "", &mut all);
    let material = ["/title", "/key", "/url", "/tables", "/health", "/issue", "/id", "/source"];
    let own = all.into_iter().filter(|(path, _)| !material.iter().any(|part| path.contains(part)));
    own.map(|(_, text)| outside_quotes(&text)).collect()
}

fn outside_quotes(text: &str) -> String {
    let mut inside = false;
    let outside = text.chars().filter(|c| {
        inside = (inside || *c == '“') && *c != '”';
        !inside
    });
    outside.collect()
}

/// Every number under a key named `refs`.
fn refs(value: &Value, out: &mut Vec<u64>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| refs(item, out)),
        Value::Object(fields) => {
            for (key, value) in fields {
                match (key.as_str(), value) {
                    ("refs", Value::Array(numbers)) => out.extend(numbers.iter().filter_map(Value::as_u64)),
                    _ => refs(value, out),
                }
            }
        }
        _ => {}
    }
}

fn check_refs(name: &str, brief: &Brief) {
    let listed: Vec<u32> = brief.references.iter().map(|reference| reference.number).collect();
    let expected: Vec<u32> = (1..).take(listed.len()).collect();
    assert_eq!(listed, expected, "{name}: references are numbered from 1 without a hole");
    let mut cited = Vec::new();
    refs(&serde_json::to_value(brief).unwrap(), &mut cited);
    for number in cited {
        assert!(listed.contains(&u32::try_from(number).unwrap()), "{name}: reference {number} is not listed");
    }
    if let Some(first) = brief.bluf.iter().flat_map(|statement| &statement.refs).next() {
        assert_eq!(*first, 1, "{name}: the first document cited has the first number");
    }
    let late: Vec<bool> = brief.references.iter().map(|reference| reference.late).collect();
    assert!(late.is_sorted(), "{name}: late items stand last");
}

#[test]
fn every_reference_and_issue_exists() {
    for (name, mut fixture) in cases() {
        let brief = fixture.compose();
        check_refs(&name, &brief);
        let known: BTreeSet<&IssueId> = fixture.issues.iter().map(|issue| &issue.id).collect();
        let decided = brief.decisions.iter().map(|decision| &decision.issue);
        let advised = brief.recommendations.iter().map(|advice| &advice.issue);
        let shown = brief.alerts.iter().chain(&brief.top_issues).map(|card| &card.id);
        assert!(decided.chain(advised).chain(shown).all(|id| known.contains(id)), "{name}: an unknown issue");

        fixture.options.max_references = 0;
        check_refs(&name, &fixture.compose());
    }
}

#[test]
fn the_brief_judges_no_claim_and_silences_nobody() {
    for (name, fixture) in cases() {
        for text in own_words(&fixture.compose()) {
            // What earlier briefs told is no call to tell on anybody.
            let lower = text.to_lowercase().replace("dilaporkan sejak", "");
            for word in ["hoaks", "hoax", "bohong", "palsu", "uu ite", "laporkan", "blokir", "hapus"] {
                assert!(!lower.contains(word), "{name}: \"{word}\" in: {text}");
            }
        }
    }
}

#[test]
fn nobody_private_is_named() {
    for (name, fixture) in cases() {
        let json = serde_json::to_string(&fixture.compose()).unwrap();
        for word in ["Tini", "@akun"] {
            assert!(!json.contains(word), "{name}: {word}");
        }
    }
}

#[test]
fn sentences_say_what_the_tables_say() {
    for (name, fixture) in cases() {
        let brief = fixture.compose();
        let numbers = &brief.numbers;
        let tables = serde_json::to_string(&numbers.tables).unwrap();
        let mut counted: BTreeSet<String> = digits(&tables);
        let tones = [&numbers.tables.tone, &numbers.tables.tone_advertorial, &numbers.tables.tone_official];
        let sums = tones.map(|tone| tone.n()).into_iter().chain([numbers.issues, numbers.stories, numbers.copies]);
        counted.extend(sums.map(|sum| sum.to_string()));
        for statement in &numbers.sentences {
            // Shares are checked by the unit tests of the wording.
            let words = statement.text.split_whitespace().filter(|word| !word.contains('%'));
            for figure in words.flat_map(|word| digits(&word.replace('.', ""))) {
                assert!(counted.contains(&figure), "{name}: {figure} is in no table: {}", statement.text);
            }
        }
        assert_eq!(numbers.tables, fixture.tables, "{name}: a table changed");
    }
}

fn digits(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).map(str::to_owned).collect()
}

#[test]
fn what_is_taken_out_leaves_no_trace() {
    for (name, fixture) in cases() {
        for gone in &fixture.issues {
            let mut without = fixture.clone();
            without.issues.retain(|issue| issue.id != gone.id);
            without.tasks.retain(|task| task.issue.as_ref() != Some(&gone.id));
            without.clarifications.retain(|clarification| clarification.issue != gone.id);
            without.effects.retain(|effect| effect.clarification.issue != gone.id);
            let members: BTreeSet<_> = gone.stories.iter().flat_map(|story| &story.members).collect();
            without.clippings.retain(|record| !members.contains(&record.key()));
            without.claims.retain(|claim| claim.issue.as_ref() != Some(&gone.id));
            let json = serde_json::to_string(&without.compose()).unwrap();
            assert!(
                !json.contains(&gone.title) && !json.contains(gone.id.as_str()),
                "{name}: {} is still there",
                gone.title
            );
        }
        for gone in &fixture.tables.topics {
            let mut without = fixture.clone();
            without.tables.topics.retain(|row| row.key != gone.key);
            let brief = without.compose();
            let label = &fixture.region.topic(&TopicId::from(gone.key.as_str())).unwrap().label;
            let rows = brief.numbers.topics.iter().map(|row| &row.label);
            let said = brief.numbers.sentences.iter().chain(&brief.analysis).map(|statement| &statement.text);
            let themes = brief.aspirations.iter().map(|line| &line.theme);
            let reasons = brief.recommendations.iter().flat_map(|advice| &advice.options).map(|option| &option.reason);
            for text in rows.chain(said).chain(themes).chain(reasons) {
                assert!(!text.contains(label), "{name}: topic {label} is still there: {text}");
            }
        }
        for gone in &fixture.tables.sources {
            let mut without = fixture.clone();
            without.tables.sources.retain(|row| row.source != gone.source);
            without.health.retain(|health| health.name != gone.source);
            let (before, after) = (fixture.compose(), without.compose());
            let unchanged = before.sources == after.sources
                && before.method.silent == after.method.silent
                && before.method.failed == after.method.failed;
            assert!(!unchanged, "{name}: source {} left no hole", gone.source);
        }
    }
}

#[test]
fn the_order_of_issues_does_not_matter() {
    for (name, mut fixture) in cases() {
        let brief = fixture.compose();
        fixture.issues.reverse();
        assert!(brief == fixture.compose(), "{name}");
    }
}

#[test]
fn a_region_without_data_still_gets_its_brief() {
    let mut fixture = load("busy");
    fixture.region = Region::default();
    let brief = fixture.compose();
    assert_eq!(brief.header.zone_label, "UTC");
    assert_eq!(brief.decisions.len(), 2);
    check_refs("no region", &brief);
}

#[test]
fn deadlines_count_from_the_cut_off_or_from_the_desk() {
    let mut fixture = load("busy");
    let deadlines = |fixture: &Fixture| fixture.compose().decisions.into_iter().map(|d| d.deadline).collect::<Vec<_>>();
    assert_eq!(deadlines(&fixture), ["08.30 WITA", "10.00 WITA"]);
    fixture.options.delivery_minutes = 0;
    assert_eq!(deadlines(&fixture), ["07.00 WITA", "10.00 WITA"]);
}

#[test]
fn without_clippings_the_issues_speak_for_themselves() {
    for (name, mut fixture) in cases() {
        fixture.clippings.clear();
        check_refs(&name, &fixture.compose());
    }
    let mut fixture = load("busy");
    fixture.clippings.clear();
    let watch = fixture.compose().watch;
    assert_eq!(watch.len(), 1);
    assert_eq!((watch[0].count, watch[0].refs.is_empty()), (2, false));
}

#[test]
fn the_queue_speaks_with_the_words_of_people() {
    let mut fixture = load("verification_queue");
    let step = |by: &str| {
        let mut step = fixture.claims[0].history[1].clone();
        step.by = by.to_owned();
        step
    };
    let judged = vec![step("Rina Contoh"), step("Budi Uji")];
    let claim = &mut fixture.claims[0];
    (claim.history, claim.status, claim.awaits_second) = (judged, ClaimStatus::Palsu, false);
    let watch = fixture.compose().watch;
    // What is judged stands behind what waits, and only there the verdict is named, with both names.
    let statuses: Vec<&str> = watch.iter().map(|item| item.status.as_str()).collect();
    assert_eq!(statuses, ["perlu verifikasi", "konten palsu", "sengketa kebijakan"]);
    assert!(watch[1].steps[0].contains("Rina Contoh") && watch[1].steps[0].contains("Budi Uji"));
    // One person's word is not named at all.
    let claim = &mut fixture.claims[0];
    claim.history.truncate(1);
    (claim.status, claim.awaits_second) = (ClaimStatus::PerluVerifikasi, true);
    let item = &fixture.compose().watch[0];
    assert!(!serde_json::to_string(item).unwrap().contains("palsu"));
    assert!(item.steps[0].contains("menunggu orang kedua"));
}

#[test]
fn an_empty_queue_leaves_the_section_to_the_clippings() {
    let mut fixture = load("verification_queue");
    fixture.claims.clear();
    let fallback = fixture.compose().watch;
    assert_eq!(fallback, load("busy").compose().watch);
    assert!(!fallback.is_empty());
}

/// Everything that the brief could quote, as plain words.
fn material(fixture: &Fixture) -> String {
    let clipped = fixture.clippings.iter().flat_map(|record| {
        let quotes = record.quotes.iter().map(|quote| quote.text.clone());
        [record.title.clone().unwrap_or_default(), record.text.clone()].into_iter().chain(quotes).collect::<Vec<_>>()
    });
    let said = fixture.issues.iter().flat_map(|issue| {
        let statements = issue.statements.iter().map(|said| said.text.clone());
        let questions = issue.questions.iter().map(|question| question.text.clone());
        statements.chain(questions).collect::<Vec<_>>()
    });
    let claims = fixture.claims.iter().map(|claim| claim.status.label().to_owned());
    plain(&clipped.chain(said).chain(claims).collect::<Vec<_>>().join("\n"))
}

fn plain(text: &str) -> String {
    text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

#[test]
fn an_answer_is_quoted_or_said_to_be_missing() {
    for (name, fixture) in cases() {
        let (brief, material) = (fixture.compose(), material(&fixture));
        let urgent: Vec<&IssueId> = brief.alerts.iter().map(|card| &card.id).collect();
        let asked: Vec<&IssueId> = brief.questions.iter().map(|questions| &questions.issue).collect();
        assert_eq!(asked, urgent, "{name}: questions for every urgent issue and no other");
        for item in brief.questions.iter().flat_map(|questions| &questions.items) {
            let answer = &item.answer;
            let asks_whom = answer.text.starts_with("Data belum ada: ") && answer.text.contains("Tanyakan kepada ");
            assert_eq!(item.missing, asks_whom, "{name}: {item:?}");
            assert_eq!(item.missing, answer.refs.is_empty(), "{name}: {item:?}");
            for quote in [&answer.text, &item.question].iter().filter_map(|text| text.split('“').nth(1)) {
                let quote = plain(quote.split('”').next().unwrap().trim_end_matches(" …"));
                assert!(material.contains(&quote), "{name}: nobody said: {item:?}");
            }
        }
        assert!(brief.questions.iter().all(|questions| questions.items.len() == 5), "{name}: five questions");
    }
}

#[test]
fn an_answer_that_is_taken_out_is_missing() {
    let mut fixture = load("questions");
    let affected = |fixture: &Fixture| {
        let questions = fixture.compose().questions;
        let items = questions.into_iter().find(|questions| questions.issue == IssueId::from("i-banjir")).unwrap().items;
        items.into_iter().find(|item| item.question.starts_with("Sejak kapan")).unwrap()
    };
    assert!(affected(&fixture).answer.text.contains("236 warga mengungsi"));
    for record in &mut fixture.clippings {
        record.text = record.text.replace("Sebanyak 236 warga mengungsi di dua posko.", "");
    }
    assert!(!affected(&fixture).answer.text.contains("236"), "what is gone is not told");
    assert!(affected(&fixture).answer.text.contains("Belum terbaca jumlah warga"));
}

#[test]
fn a_claim_is_never_called_by_advice_about_it() {
    let brief = load("questions").compose();
    let card = brief.alerts.iter().find(|card| card.id == IssueId::from("i-surat")).unwrap();
    assert_eq!(card.title, "Surat edaran yang mengatasnamakan gubernur (perlu verifikasi)");
    let summary: String = card.summary.iter().map(|statement| statement.text.as_str()).collect();
    assert!(summary.contains("Beredar") && !summary.contains("bagian persuratan"), "{summary}");
    assert!(!summary.contains("bantuan.test"), "an address is one tap away: {summary}");
}

#[test]
fn what_was_told_says_what_is_new() {
    let mut fixture = load("lanjutan");
    let card = |fixture: &Fixture, id: &str| {
        let brief = fixture.compose();
        brief.alerts.into_iter().chain(brief.top_issues).find(|card| card.id == IssueId::from(id)).unwrap()
    };
    let told = card(&fixture, "i-banjir").continued.expect("is found by its documents");
    assert_eq!(told.words, "lanjutan; dilaporkan sejak 18 November");
    let quiet = card(&fixture, "i-jalan").continued.unwrap();
    assert!(quiet.new[0].text.starts_with("Tidak ada perkembangan baru sejak"));
    assert!(card(&fixture, "i-surat").continued.is_none());
    // The brief of the same window does not continue itself.
    for told in &mut fixture.told {
        (told.date, told.until) = (fixture.frame.windows[6].date, fixture.frame.windows[6].window.to);
    }
    assert!(card(&fixture, "i-bbm").continued.is_none());
}

#[test]
fn an_index_is_not_compared_across_methods() {
    let brief = load("kpi_stale").compose();
    let line = |id: &str| brief.kpis.iter().find(|line| line.id == id).unwrap();
    assert!(line("ikip").previous.is_empty() && line("ikip").notes[0].contains("Metode berubah pada 2025"));
    assert_eq!(line("pers").previous, "84,38 (2023)");
    assert!(line("literasi").notes.iter().any(|note| note.contains("usang")));
    assert!(line("spbe").year == 0 && line("spbe").notes[0].starts_with("Tahun belum tercatat"));
    assert!(brief.kpis.iter().all(|line| line.id != "pemdi"), "an index without a figure is not in the strip");
    assert_eq!(line("ikip").stale_claims.len(), 2, "{:?}", line("ikip").stale_claims);
    assert!(brief.positive[0].evidence.contains("peringkat 13"), "{:?}", brief.positive[0]);
}

#[test]
fn a_claim_spreads_in_order_and_names_no_citizen() {
    for (name, fixture) in cases() {
        for item in fixture.compose().watch {
            let points = &item.spread;
            assert!(points.len() <= 12, "{name}");
            assert!(points.windows(2).all(|pair| pair[0].at <= pair[1].at && pair[0].count <= pair[1].count), "{name}");
            assert!(points.iter().all(|point| !point.kind.is_public_voice() || point.source.is_none()), "{name}");
            if let Some(last) = points.last() {
                assert_eq!(last.count, item.count, "{name}: {item:?}");
            }
        }
    }
}

#[test]
fn limits_are_obeyed_and_what_is_left_out_is_counted() {
    for (name, mut fixture) in cases() {
        for entry in &mut fixture.options.layout.sections {
            entry.limit = Some(1);
        }
        let brief = fixture.compose();
        assert!(brief.alerts.len() <= 1 && brief.decisions.len() <= 1 && brief.questions.len() <= 1, "{name}");
        assert!(brief.top_issues.len() <= 3, "{name}: never fewer than three where there are three");
        let lists = [
            brief.sources.len(),
            brief.speakers.len(),
            brief.watch.len(),
            brief.aspirations.len(),
            brief.positive.len(),
            brief.kpis.len(),
            brief.recommendations.len(),
        ];
        assert!(lists.iter().all(|length| *length <= 1), "{name}: {lists:?}");
        let spoke = fixture.tables.sources.iter().filter(|row| row.count > 0).count();
        let said =
            brief.method.sentences.iter().any(|text| text.contains("memuat satu dari") && text.contains(" sumber; "));
        assert_eq!(said, spoke > 1, "{name}");
        check_refs(&name, &brief);
    }
}

#[test]
fn the_opening_is_short() {
    for (name, fixture) in cases() {
        let brief = fixture.compose();
        assert!((1..=5).contains(&brief.bluf.len()), "{name}");
        for statement in &brief.bluf {
            assert!(statement.text.chars().count() <= 190, "{name}: {}", statement.text);
        }
        for decision in &brief.decisions {
            let lead = decision.text.split(". ").next().unwrap();
            assert!(lead.chars().count() <= 110, "{name}: {lead}");
        }
    }
}
