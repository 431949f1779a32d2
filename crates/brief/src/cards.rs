//! Sections 3 and 5: urgent issues and main issues.
//!
//! Nothing is told twice. An urgent issue's card on page one carries what a leader weighs: reasons, summary, the facts
//! line. In the main issues the same issue stands with its framing and quotations only, and points to page one.

use crate::{
    continued,
    movement::{self, Movement},
    naming,
    references::{References, Source},
    situation,
    view::{self, View, fact},
    voices, words,
};
use model::{
    Authority, Coverage, Exemplar, Framing, Issue, IssueCard, QuoteLine, Record, Risk, Section, Sentence, SourceKind,
    Statement, ToneCount,
};

/// Main issues shown at most, and how many are shown even where they are small.
const MAIN_MAX: usize = 7;
const MAIN_MIN: usize = 3;
/// A mild issue of fewer items is shown only to fill the minimum.
const MAIN_ITEMS: u32 = 3;
/// Sentences, questions, examples and quotations a card carries at most.
const SENTENCES: usize = 2;
const QUESTIONS: usize = 2;
const UNKNOWNS: usize = 3;
/// How a sentence about what nobody told begins.
const UNREAD: &str = "belum terbaca ";
/// Documents named behind a claim, and characters of it that are quoted: enough to know it by.
const PROOF: usize = 3;
const CLAIM_CHARS: usize = 150;
const EXAMPLES: usize = 2;
const QUOTES: usize = 3;
/// Groups of fewer items share a line.
const GROUP_ITEMS: u32 = 3;
/// Longest sentence, question or title quoted from the material.
const SENTENCE_CHARS: usize = 180;
const TITLE_CHARS: usize = 110;

/// Whose words a document carries.
const MEDIA: &str = "Media";
const CITIZENS: &str = "Warga";
const RELEASES: &str = "Rilis resmi";
const PAID: &str = "Advertorial (berbayar)";

/// Urgent issues, most serious first.
pub(crate) fn alerts(view: &View<'_>, references: &mut References<'_>) -> Vec<IssueCard> {
    view.urgent().iter().map(|issue| with_answer(view, issue, references)).collect()
}

/// How many issues are main ones: the office's number between three and seven, fewer where only small ones are left.
pub(crate) fn main_count(view: &View<'_>) -> usize {
    let limit = view.input.options.layout.limit(Section::TopIssues, MAIN_MAX).clamp(MAIN_MIN, MAIN_MAX);
    let small = |issue: &Issue| issue.risk == Risk::Hijau && issue.count < MAIN_ITEMS;
    let shown = view.issues.iter().enumerate().take(limit);
    shown.take_while(|(rank, issue)| *rank < MAIN_MIN || !small(issue)).count()
}

/// Main issues: the urgent ones with what page one left out, then the largest of the others.
pub(crate) fn top_issues(view: &View<'_>, references: &mut References<'_>) -> Vec<IssueCard> {
    let urgent = view.urgent().len();
    let page_one = view.input.options.layout.get(Section::Alerts);
    let mut cards = Vec::new();
    for (rank, issue) in view.issues.iter().enumerate().take(main_count(view)) {
        let mut card = if let Some(section) = page_one.filter(|_| rank < urgent) {
            let pointer = fact(format!("Ringkasannya ada pada bagian {}.", section.heading), Vec::new());
            IssueCard { summary: vec![pointer], ..outline(view, issue) }
        } else {
            with_answer(view, issue, references)
        };
        card.framing = framing(issue, references);
        card.quotes = quotes(issue, references);
        cards.push(card);
    }
    cards
}

/// The issue's figures without any sentence.
fn outline(view: &View<'_>, issue: &Issue) -> IssueCard {
    let topic = view.topic(issue);
    IssueCard {
        id: issue.id.clone(),
        title: view.heading(issue, TITLE_CHARS),
        risk: issue.risk,
        movement: Movement::of(issue).label(movement::voices(issue), movement::mean(issue)),
        risk_reasons: Vec::new(),
        summary: Vec::new(),
        facts: Vec::new(),
        count: issue.count,
        total: issue.total,
        trend: issue.trend.clone(),
        tone: issue.tone,
        coverage: issue.coverage,
        framing: Vec::new(),
        quotes: Vec::new(),
        places: view.place_names(&issue.places),
        topic: topic.map(|topic| topic.id.clone()),
        serta_merta: topic.is_some_and(|topic| topic.serta_merta),
        continued: None,
    }
}

fn with_answer(view: &View<'_>, issue: &Issue, references: &mut References<'_>) -> IssueCard {
    IssueCard {
        continued: continued::compose(view, issue, references),
        risk_reasons: issue.risk_reasons.iter().map(|reason| words::without_verdict(words::clause(reason))).collect(),
        summary: summary(view, issue, references),
        facts: facts(view, issue),
        ..outline(view, issue)
    }
}

/// What happened, what citizens ask, what is unproven, whether it was answered.
fn summary(view: &View<'_>, issue: &Issue, references: &mut References<'_>) -> Vec<Statement> {
    let mut out: Vec<Statement> = Vec::new();
    let claim = view::is_claim(issue);
    let told = told(issue, claim);
    for (place, Sentence { text, document, .. }) in told.iter().enumerate() {
        let quoted = words::quote(text, SENTENCE_CHARS);
        // Two sentences of one source name it once, behind the second.
        let named = told.get(place + 1).is_none_or(|next| voice(view, &next.document) != voice(view, document));
        let source = if named { format!(" ({})", voice(view, document)) } else { String::new() };
        out.push(fact(format!("{quoted}{source}."), vec![references.cite(document)]));
    }
    let questions: Vec<&Sentence> = issue.questions.iter().take(QUESTIONS).collect();
    if !questions.is_empty() {
        let quoted: Vec<String> = questions.iter().map(|question| question_words(question)).collect();
        let refs = references.cite_all(questions.iter().map(|question| &question.document));
        out.push(fact(words::sentence(format!("Warga bertanya: {}", words::list(&quoted))), refs));
    }
    let circulating = claim.then(|| circulating(view, issue, references)).flatten();
    if let Some(statement) = circulating {
        out.insert(0, statement);
    } else if issue.needs_verification > 0 {
        let count = words::counted(issue.needs_verification);
        let text = match told.is_empty() {
            // Nothing but the messages themselves: that they go round is all that can be told.
            true => format!(
                "Beredar {count} unggahan atau berita yang isinya perlu diverifikasi; isinya tidak diulang di sini."
            ),
            false => format!("Sebanyak {count} item memuat klaim yang perlu diverifikasi."),
        };
        out.push(fact(text, Vec::new()));
    }
    out.extend(answer(view, issue, references));
    out.extend(unknown(issue));
    out.extend(pattern(issue));
    out
}

/// What circulates, masked, and why it should be looked at; what advisers write about such claims is no news of this one.
fn circulating(view: &View<'_>, issue: &Issue, references: &mut References<'_>) -> Option<Statement> {
    let count = words::counted(issue.needs_verification);
    let carriers: Vec<&Record> = view.records_of(issue).filter(|record| naming::carries(record)).collect();
    let queued = view.input.claims.iter().find(|claim| situation::is_the_issue(claim, issue));
    let first = carriers.iter().max_by(|a, b| {
        a.verification_score.total_cmp(&b.verification_score).then(b.at.cmp(&a.at)).then_with(|| b.key().cmp(&a.key()))
    });
    let text = queued.map(|claim| claim.text.as_str()).or(first.map(|record| record.text.as_str()))?;
    let refs = references.cite_sources(carriers.iter().take(PROOF).map(|record| Source::Clipping(record)));
    let named: Vec<String> = view.place_names(&issue.places);
    let places = if named.is_empty() { String::new() } else { format!(" di {}", words::short_list(&named, PROOF)) };
    let quoted = words::quote(text, CLAIM_CHARS);
    Some(fact(format!("Beredar{places} dalam {count} item, belum diperiksa: {quoted}."), refs))
}

/// The first sentence and, where there is one, a second of another source. Of a claim only what outlets report is told:
/// its own words would spread it, and what a fact-checker advises everybody says nothing of this one.
fn told(issue: &Issue, claim: bool) -> Vec<&Sentence> {
    let outlet = |said: &&Sentence| matches!(said.document.kind, SourceKind::News | SourceKind::Broadcast);
    let summary: Vec<&Sentence> = issue.summary.iter().filter(|said| !claim || outlet(said)).collect();
    let Some(first) = summary.first() else { return Vec::new() };
    let other = summary.iter().skip(1).find(|other| other.document.key.source != first.document.key.source);
    std::iter::once(*first).chain(other.or(summary.get(1)).copied()).take(SENTENCES).collect()
}

/// A question, with how many ask it where it is not one.
fn question_words(question: &Sentence) -> String {
    let quoted = words::quote(&question.text, TITLE_CHARS);
    if question.count > 1 { format!("{quoted} ({} suara)", words::number(question.count)) } else { quoted }
}

/// What nobody has said yet.
fn unknown(issue: &Issue) -> Option<Statement> {
    let open: Vec<String> =
        issue.unknown.iter().take(UNKNOWNS).map(|text| words::uncapital(words::clause(text))).collect();
    let (unread, unclear): (Vec<&str>, Vec<&str>) =
        open.iter().map(String::as_str).partition(|text| text.starts_with(UNREAD));
    // What was not read is one list: the words stand once.
    let unread: Vec<&str> = unread.into_iter().filter_map(|text| text.strip_prefix(UNREAD)).collect();
    let unread = (!unread.is_empty()).then(|| format!("{UNREAD}{}", unread.join("; ")));
    let parts: Vec<&str> = unclear.into_iter().chain(unread.as_deref()).collect();
    (!parts.is_empty()).then(|| fact(format!("Yang belum jelas: {}.", parts.join("; ")), Vec::new()))
}

/// What was seen of posts that are not many people speaking for themselves; about the conversation, nobody is named.
fn pattern(issue: &Issue) -> Option<Statement> {
    let coordination = issue.coordination.as_ref().filter(|coordination| !coordination.signs.is_empty())?;
    let signs = coordination.signs.join("; ");
    let share = words::share(coordination.posts, coordination.posts_total);
    let text = format!(
        "Pola yang perlu dibaca hati-hati: {signs}; seluruhnya {share} dari {} unggahan warga.",
        words::number(coordination.posts_total)
    );
    Some(fact(text, Vec::new()))
}

/// "58 unggahan warga (41 tanpa unggahan berpola serupa, 12 akun)": the volume with and without.
fn public_words(issue: &Issue) -> Option<String> {
    let public = issue.coverage.public;
    let all = format!("{} unggahan warga", words::number(public));
    let Some(coordination) = &issue.coordination else { return (public > 0).then_some(all) };
    let rest = words::number(public.saturating_sub(coordination.posts));
    let accounts =
        coordination.accounts.map_or("kurang dari lima akun".to_owned(), |n| format!("{} akun", words::number(n)));
    Some(format!("{all} ({rest} tanpa unggahan berpola serupa dari {accounts})"))
}

/// Whether the issue was answered; silent where nothing asks for an answer.
fn answer(view: &View<'_>, issue: &Issue, references: &mut References<'_>) -> Option<Statement> {
    match &issue.official_response {
        Some(response) => {
            let via = match response.coverage {
                Coverage::Official => "dari",
                _ => "melalui",
            };
            let said = issue.statements.iter().find(|said| said.document.key == response.key);
            let quoted = match said {
                Some(said) => words::quote(&said.text, SENTENCE_CHARS),
                None => words::quote(&zone_in_capitals(&response.title, view.zone_label), TITLE_CHARS),
            };
            let text = format!("Jawaban resmi sudah ada {via} {}: {quoted}", view.source_name(&response.key.source));
            Some(fact(words::sentence(text), vec![references.cite(response)]))
        }
        None if view.clarification(issue).is_some() => view.clarification(issue).map(|clarification| {
            let title = words::quote(&clarification.title, TITLE_CHARS);
            let at = format!("{} {}", view.moment(clarification.published_at), view.zone_label);
            fact(format!("Jawaban resmi dicatat petugas, terbit {at}: {title}."), Vec::new())
        }),
        None => view::wants_answer(issue).then(|| fact("Belum ada jawaban resmi yang terbaca.", Vec::new())),
    }
}

/// A headline whose capitals made "Wita" of the zone.
fn zone_in_capitals(title: &str, zone: &str) -> String {
    let word = |word: &str| if word.eq_ignore_ascii_case(zone) { zone.to_owned() } else { word.to_owned() };
    title.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// Whose words these are; citizens are never named.
fn voice(view: &View<'_>, document: &Exemplar) -> String {
    let source = view.source_name(&document.key.source);
    match group(document) {
        MEDIA => source.to_owned(),
        CITIZENS => CITIZENS.to_owned(),
        other => format!("{other} {source}"),
    }
}

/// The small line: how much, from whom, whose power, who answers, by when.
fn facts(view: &View<'_>, issue: &Issue) -> Vec<String> {
    let topic = view.topic(issue);
    let outlets = issue.sources.iter().filter(|source| is_outlet(source.kind)).count();
    let counted = |count: u32, noun: &str| (count > 0).then(|| format!("{} {noun}", words::number(count)));
    let counts = [
        counted(issue.count, "item"),
        counted(u32::try_from(outlets).unwrap_or(u32::MAX), "media"),
        public_words(issue),
        counted(issue.coverage.advertorial, "advertorial"),
        counted(issue.coverage.official, "rilis resmi"),
    ];
    let mut out: Vec<String> = counts.into_iter().flatten().collect();
    out.extend(movement::chart_words(issue));
    if let Some(topic) = topic {
        let handling = if topic.authority == Authority::Provinsi { "laksanakan" } else { "koordinasi" };
        out.push(format!("{} ({handling})", view::power(topic)));
    }
    if let Some(lead) = view.lead(issue) {
        out.push(format!("PJ {lead}"));
    }
    match view.due(issue).filter(|_| issue.risk >= Risk::Oranye) {
        Some(due) => out.push(format!("jawab ≤ {}", view.due_words(due))),
        None if issue.risk == Risk::Kuning => out.push("siapkan bahan hari ini".to_owned()),
        None => {}
    }
    if topic.is_some_and(|topic| topic.serta_merta) && issue.risk >= Risk::Oranye {
        out.push("serta-merta: ya".to_owned());
    }
    out
}

fn is_outlet(kind: SourceKind) -> bool {
    matches!(kind, SourceKind::News | SourceKind::Broadcast)
}

/// How each group tells it, the groups of a few items on one line; by whose words they are where no groups are known.
fn framing(issue: &Issue, references: &mut References<'_>) -> Vec<Statement> {
    if issue.framing.is_empty() {
        return framing_by_coverage(issue, references);
    }
    let (large, small): (Vec<&Framing>, Vec<&Framing>) =
        issue.framing.iter().partition(|framing| framing.count >= GROUP_ITEMS);
    let mut out: Vec<Statement> = Vec::new();
    for framing in large {
        let mut parts = vec![tone_words(&framing.tone)];
        let quoted: Vec<String> = framing.words.iter().map(|word| words::quote(word, TITLE_CHARS)).collect();
        parts.push(if quoted.is_empty() { String::new() } else { format!("menonjolkan {}", words::list(&quoted)) });
        parts.push(format!("contoh {}", words::quote(&framing.example.title, TITLE_CHARS)));
        parts.retain(|part| !part.is_empty());
        let count = words::number(framing.count);
        let text = format!("{}, {count} item: {}", framing.group, parts.join("; "));
        out.push(fact(words::sentence(text), vec![references.cite(&framing.example)]));
    }
    if !small.is_empty() {
        let line = |framing: &&Framing| {
            let title = words::quote(&framing.example.title, TITLE_CHARS);
            format!("{}, {} item: {title}", framing.group, words::number(framing.count))
        };
        let lines: Vec<String> = small.iter().map(line).collect();
        let refs = references.cite_all(small.iter().map(|framing| &framing.example));
        out.push(fact(words::sentence(lines.join("; ")), refs));
    }
    out
}

/// "3 negatif, 1 netral", with only what occurs.
fn tone_words(tone: &ToneCount) -> String {
    let counts = [
        (tone.negatif, "negatif"),
        (tone.berpotensi_negatif, "berpotensi negatif"),
        (tone.netral, "netral"),
        (tone.positif, "positif"),
    ];
    let said: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{} {name}", words::number(count)))
        .collect();
    if said.is_empty() { String::new() } else { format!("nada {}", said.join(", ")) }
}

fn framing_by_coverage(issue: &Issue, references: &mut References<'_>) -> Vec<Statement> {
    let groups = [
        (MEDIA, issue.coverage.earned_media),
        (CITIZENS, issue.coverage.public),
        (RELEASES, issue.coverage.official),
        (PAID, issue.coverage.advertorial),
    ];
    let mut out = Vec::new();
    for (name, count) in groups.into_iter().filter(|(_, count)| *count > 0) {
        let examples: Vec<&Exemplar> = issue.exemplars.iter().filter(|e| group(e) == name).take(EXAMPLES).collect();
        let titles: Vec<String> = examples.iter().map(|e| words::quote(&e.title, TITLE_CHARS)).collect();
        let said = if titles.is_empty() { "contoh tidak ditampilkan".to_owned() } else { words::list(&titles) };
        let refs = references.cite_all(examples);
        out.push(fact(words::sentence(format!("{name}, {} item: {said}", words::number(count))), refs));
    }
    out
}

/// The group whose words these are.
fn group(document: &Exemplar) -> &'static str {
    match document.coverage {
        Coverage::Advertorial => PAID,
        Coverage::Official => RELEASES,
        Coverage::Earned if document.kind.is_public_voice() => CITIZENS,
        Coverage::Earned => MEDIA,
    }
}

fn quotes(issue: &Issue, references: &mut References<'_>) -> Vec<QuoteLine> {
    let said = issue.statements.iter().take(QUOTES);
    said.map(|said| QuoteLine {
        text: words::quote(&said.text, SENTENCE_CHARS),
        speaker: voices::speaker_words(&said.speaker, said.role.as_deref(), said.document.kind),
        refs: vec![references.cite(&said.document)],
    })
    .collect()
}
