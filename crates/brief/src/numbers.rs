//! Section 4: the figures of the window as sentences, labelled rows and tiles.

use crate::{view::View, words};
use model::{CountRow, LabelledRow, Numbers, PlaceLevel, Statement, Tables, Tile, Tone, ToneCount, TopicId};

/// Topics shown at most.
const TOPICS: usize = 8;
/// Places and topics named in a sentence.
const NAMED: usize = 3;

/// Rows of the coverage table, in the order in which it is read.
const COVERAGE: [(&str, &str); 4] = [
    ("earned_media", "Diliput sendiri oleh media"),
    ("advertorial", "Advertorial (berbayar)"),
    ("official", "Rilis resmi"),
    ("public", "Unggahan warga"),
];

/// Every figure with its words.
pub(crate) fn compose(view: &View<'_>) -> Numbers {
    let tables = view.input.tables;
    // In a gap nothing was counted, and rows of zeros would say otherwise.
    let coverage = COVERAGE.iter().filter(|_| !view.is_gap()).map(|(key, label)| {
        let row = tables.coverage.iter().find(|row| row.key == *key).cloned().unwrap_or_default();
        labelled(&CountRow { key: (*key).to_owned(), ..row }, (*label).to_owned())
    });
    let topics = tables.topics.iter().filter(|row| row.count > 0).take(TOPICS);
    Numbers {
        sentences: sentences(view),
        issues: issue_count(view),
        stories: view.input.stories,
        copies: view.input.copies,
        tables: tables.clone(),
        coverage: coverage.collect(),
        topics: topics.map(|row| labelled(row, topic_label(view, row))).collect(),
        tiles: tiles(view),
    }
}

fn labelled(row: &CountRow, label: String) -> LabelledRow {
    LabelledRow { key: row.key.clone(), label, count: row.count, previous: row.previous, tone: row.tone }
}

fn topic_label(view: &View<'_>, row: &CountRow) -> String {
    view.topic_label(&TopicId::from(row.key.as_str()))
}

fn issue_count(view: &View<'_>) -> u32 {
    u32::try_from(view.issues.len()).unwrap_or(u32::MAX)
}

fn sentences(view: &View<'_>) -> Vec<Statement> {
    let tables = view.input.tables;
    if tables.total == 0 {
        let mut out = vec!["Data belum ada: tidak ada item pada periode ini.".to_owned()];
        out.extend(spam(tables));
        return out.into_iter().map(statement).collect();
    }
    let mut out = vec![volume(view), grouping(view), tone(tables)];
    out.extend(apart("Nada advertorial", &tables.tone_advertorial));
    out.extend(apart("Nada rilis resmi", &tables.tone_official));
    out.extend(topics(view));
    out.push(places(view));
    out.extend(spam(tables));
    out.into_iter().map(statement).collect()
}

fn statement(text: String) -> Statement {
    Statement { text, ..Statement::default() }
}

fn volume(view: &View<'_>) -> String {
    let (tables, before) = (view.input.tables, view.input.options.kind.before());
    let yesterday = match tables.previous_total {
        Some(previous) => format!("{} {}", before, words::number(previous)),
        None => format!("data {before} belum ada"),
    };
    format!(
        "Terbaca {} item dari {} sumber, di antaranya {} media; {yesterday}.",
        words::number(tables.total),
        words::counted(tables.sources_spoke),
        words::counted(tables.outlets)
    )
}

fn grouping(view: &View<'_>) -> String {
    let copies = match view.input.copies {
        0 => String::new(),
        copies => format!("; {} item berupa salinan", words::counted(copies)),
    };
    let (issues, stories) = (words::counted(issue_count(view)), words::counted(view.input.stories));
    format!("Item itu membentuk {issues} isu dan {stories} cerita{copies}.")
}

/// Tone of what is not the government's own, always with n.
fn tone(tables: &Tables) -> String {
    let n = tables.tone.n();
    if n == 0 {
        return "Nada terhadap pemerintah: data belum ada pada liputan mandiri dan suara warga.".to_owned();
    }
    let labels = Tone::ALL.map(|label| format!("{} {}", label.label(), words::share(tables.tone.get(label), n)));
    let unsure = match tables.unsure {
        0 => String::new(),
        unsure => format!("; {} item belum pasti", words::number(unsure)),
    };
    format!("Nada terhadap pemerintah (n = {} yang menyinggung): {}{unsure}.", words::number(n), labels.join(", "))
}

/// The tone of paid or official items, which is never added to the main figure.
fn apart(name: &str, tone: &ToneCount) -> Option<String> {
    let present = Tone::ALL.into_iter().filter(|label| tone.get(*label) > 0);
    let labels: Vec<String> =
        present.map(|label| format!("{} {}", label.label(), words::number(tone.get(label)))).collect();
    (tone.n() > 0)
        .then(|| format!("{name}, dihitung terpisah (n = {}): {}.", words::number(tone.n()), labels.join(", ")))
}

fn topics(view: &View<'_>) -> Option<String> {
    let rows = view.input.tables.topics.iter().filter(|row| row.count > 0).take(NAMED);
    let named: Vec<String> =
        rows.map(|row| format!("{} ({})", topic_label(view, row), words::number(row.count))).collect();
    (!named.is_empty())
        .then(|| format!("Topik terbanyak: {}; satu item dapat memuat beberapa topik.", words::list(&named)))
}

fn places(view: &View<'_>) -> String {
    let tables = view.input.tables;
    let mut tiles: Vec<Tile> = tiles(view);
    tiles.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.code.cmp(&b.code)));
    let named: Vec<String> = tiles
        .iter()
        .filter_map(|tile| tile.count.filter(|count| *count > 0).map(|count| (tile, count)))
        .take(NAMED)
        .map(|(tile, count)| format!("{} ({})", tile.name, words::number(count)))
        .collect();
    let missing: Vec<&str> = tiles.iter().filter(|tile| tile.count.is_none()).map(|tile| tile.name.as_str()).collect();
    let most = if named.is_empty() {
        "Wilayah: data belum ada".to_owned()
    } else {
        format!("Wilayah terbanyak: {}", words::list(&named))
    };
    let missing = if missing.is_empty() { String::new() } else { format!("; tanpa data: {}", words::list(&missing)) };
    let without = match tables.without_place {
        0 => String::new(),
        count => format!("; {} item tanpa wilayah", words::number(count)),
    };
    format!("{most}{without}{missing}.")
}

fn spam(tables: &Tables) -> Option<String> {
    (tables.spam > 0).then(|| format!("Sebanyak {} item spam tidak dihitung.", words::counted(tables.spam)))
}

/// Every regency and city with a place on the map; "tanpa data" is not zero.
fn tiles(view: &View<'_>) -> Vec<Tile> {
    let tables = view.input.tables;
    let places = view.input.region.places.iter().filter(|place| place.level == PlaceLevel::Regency);
    places
        .filter_map(|place| place.tile.map(|at| (place, at)))
        .map(|(place, (column, row))| {
            let known = !view.is_gap() && !tables.places_without_data.iter().any(|code| code == place.code.as_str());
            let counted = tables.places.iter().find(|row| row.key == place.code.as_str()).map_or(0, |row| row.count);
            Tile { code: place.code.clone(), name: place.short.clone(), column, row, count: known.then_some(counted) }
        })
        .collect()
}
