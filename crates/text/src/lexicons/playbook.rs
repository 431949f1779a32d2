//! `playbook/` and a region's `playbook.toml` to `Guide` and plays, checked so that a complaint names file and key.

use super::{LexiconError, limits::Limits, reader::Reader};
use model::*;
use serde::Deserialize;
use std::collections::BTreeSet;

const OPTIONS: &str = "playbook/options.toml";
const RULES: &str = "playbook/rules.toml";
const DEADLINES: &str = "playbook/deadlines.toml";
const MESSAGES: &str = "playbook/messages.toml";
const QUESTIONS: &str = "playbook/questions.toml";
const HOLIDAYS: &str = "playbook/holidays.tsv";

/// What a brief fills in, by the name between braces.
const FILLED: [&str; 12] = [
    "item",
    "item_klaim",
    "aduan",
    "topik",
    "kewenangan",
    "pemilik",
    "penyiap",
    "status",
    "sumber",
    "wilayah",
    "pertanyaan",
    "tenggat",
];

/// The play that stands in where a topic has none.
const FALLBACK: &str = "umum";

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct OptionsFile {
    option: Vec<OptionText>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesFile {
    rule: Vec<Rule>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeadlinesFile {
    waiting: String,
    offline_channels: String,
    hours: OfficeHours,
    deadline: Vec<LevelDeadline>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct MessagesFile {
    message: Vec<MessageFrame>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct QuestionsFile {
    question: Vec<HardQuestion>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlayFile {
    #[serde(default)]
    play: Vec<Play>,
}

/// Reads the general rules; a set of files without them gives an empty guide.
pub(super) fn read_guide(reader: &mut Reader<'_>) -> Result<Guide, LexiconError> {
    let deadlines: DeadlinesFile = reader.toml(DEADLINES)?.unwrap_or_default();
    let mut guide = Guide {
        options: reader.toml::<OptionsFile>(OPTIONS)?.unwrap_or_default().option,
        rules: reader.toml::<RulesFile>(RULES)?.unwrap_or_default().rule,
        deadlines: deadlines.deadline,
        hours: deadlines.hours,
        holidays: Vec::new(),
        messages: reader.toml::<MessagesFile>(MESSAGES)?.unwrap_or_default().message,
        questions: reader.toml::<QuestionsFile>(QUESTIONS)?.unwrap_or_default().question,
        waiting: deadlines.waiting,
        offline_channels: deadlines.offline_channels,
    };
    for row in reader.optional(HOLIDAYS)? {
        let date = row.day("date")?.ok_or_else(|| row.error("date", "must not be empty".to_owned()))?;
        guide.holidays.push(Holiday { date, name: row.required("name")? });
    }
    check_guide(&guide)?;
    check_questions(&guide.questions)?;
    let limits = Limits::read(reader)?;
    for (file, key, text) in texts(&guide) {
        check_text(&limits, file, &key, text, PlayClass::Umum)?;
    }
    Ok(guide)
}

/// Reads the plays of a region and holds them against its topics, agencies, office holders and the limits.
pub(super) fn read_plays(reader: &mut Reader<'_>, file: &str, region: &Region) -> Result<Vec<Play>, LexiconError> {
    let plays = reader.toml::<PlayFile>(file)?.unwrap_or_default().play;
    let limits = Limits::read(reader)?;
    let mut seen = BTreeSet::new();
    for play in &plays {
        let key = |name: &str| format!("play \"{}\": {name}", play.topic);
        if play.topic.as_str() != FALLBACK && region.topic(&play.topic).is_none() {
            return Err(wrong(file, &key("topic"), "is not in topics.tsv"));
        }
        if !seen.insert(&play.topic) {
            return Err(wrong(file, &key("topic"), "stands twice"));
        }
        if let Some(id) = play.coordinate.iter().find(|id| region.agency(id).is_none()) {
            return Err(wrong(file, &key("coordinate"), &format!("\"{id}\" is not in agencies.tsv")));
        }
        for (name, text) in play_texts(play) {
            check_text(&limits, file, &key(name), text, play.class)?;
            if let Some(holder) = region.office_holders.iter().find(|holder| text.contains(holder.name.as_str())) {
                let reason = format!("names \"{}\"; name the office, people move", holder.name);
                return Err(wrong(file, &key(name), &reason));
            }
        }
    }
    Ok(plays)
}

fn play_texts(play: &Play) -> [(&'static str, &str); 7] {
    [
        ("decision", &play.decision),
        ("renewal", &play.renewal),
        ("cost_of_waiting", &play.cost_of_waiting),
        ("message", &play.message),
        ("spokesperson", &play.spokesperson),
        ("channels", &play.channels),
        ("risk_note", &play.risk_note),
    ]
}

/// Every hard question can be asked, and says what is lacking where nothing answers it.
fn check_questions(questions: &[HardQuestion]) -> Result<(), LexiconError> {
    let mut seen = BTreeSet::new();
    for question in questions {
        let key = |name: &str| format!("question \"{}\": {name}", question.id);
        if question.id.is_empty() || !seen.insert((&question.id, question.claim)) {
            return Err(wrong(QUESTIONS, &key("id"), "must stand once and not be empty"));
        }
        if question.own && question.kinds.is_empty() {
            return Err(wrong(QUESTIONS, &key("kinds"), "must say what citizens ask by it"));
        }
        if !question.own && !question.question.ends_with('?') {
            return Err(wrong(QUESTIONS, &key("question"), "must end with a question mark"));
        }
        if !question.own && question.missing.is_empty() {
            return Err(wrong(QUESTIONS, &key("missing"), "must not be empty"));
        }
        let by_words = matches!(question.answer, AnswerFrom::Kalimat | AnswerFrom::Resmi);
        if by_words && question.slots.is_empty() && question.words.is_empty() {
            return Err(wrong(QUESTIONS, &key("slots"), "must name slots or words that answer it"));
        }
    }
    Ok(())
}

/// Every option has its words once, every rule its option, and the office hours an end.
fn check_guide(guide: &Guide) -> Result<(), LexiconError> {
    if guide.rules.is_empty() && guide.options.is_empty() {
        return Ok(());
    }
    for kind in ResponseKind::ALL {
        if guide.options.iter().filter(|text| text.option == kind).count() != 1 {
            return Err(wrong(OPTIONS, "option", &format!("{kind:?} must stand exactly once")));
        }
    }
    for (number, rule) in guide.rules.iter().enumerate() {
        if rule.reason.trim().is_empty() {
            return Err(wrong(RULES, &format!("rule {}: reason", number + 1), "must not be empty"));
        }
    }
    let hours = &guide.hours;
    if hours.opens >= hours.closes || hours.weekdays.iter().any(|day| !(1..=7).contains(day)) {
        return Err(wrong(DEADLINES, "hours", "must open before it closes, on days from 1 (Monday) to 7 (Sunday)"));
    }
    match guide
        .deadlines
        .iter()
        .find(|deadline| (deadline.clock == DeadlineClock::HariYangSama) != (deadline.hours == 0))
    {
        Some(deadline) => Err(wrong(
            DEADLINES,
            &format!("deadline \"{}\": hours", deadline.risk.as_str()),
            "must be given, except for the clock hari_yang_sama",
        )),
        None => Ok(()),
    }
}

/// Every text of the guide with its file and key.
fn texts(guide: &Guide) -> Vec<(&'static str, String, &str)> {
    let mut out = Vec::new();
    for text in &guide.options {
        let name = &text.name;
        out.push((OPTIONS, format!("option \"{name}\": name"), text.name.as_str()));
        out.push((OPTIONS, format!("option \"{name}\": risk_of_acting"), &text.risk_of_acting));
        out.extend(text.steps.iter().map(|step| (OPTIONS, format!("option \"{name}\": steps"), step.as_str())));
    }
    for (number, rule) in guide.rules.iter().enumerate() {
        out.push((RULES, format!("rule {}: reason", number + 1), &rule.reason));
    }
    for frame in &guide.messages {
        let key = |name: &str| format!("message {:?}: {name}", frame.class);
        out.push((MESSAGES, key("known"), &frame.known));
        out.push((MESSAGES, key("doing"), &frame.doing));
        out.push((MESSAGES, key("asking"), &frame.asking));
    }
    for question in &guide.questions {
        let key = |name: &str| format!("question \"{}\": {name}", question.id);
        out.push((QUESTIONS, key("question"), &question.question));
        out.push((QUESTIONS, key("missing"), &question.missing));
    }
    out.push((DEADLINES, "waiting".to_owned(), &guide.waiting));
    out.push((DEADLINES, "offline_channels".to_owned(), &guide.offline_channels));
    out
}

fn check_text(limits: &Limits, file: &str, key: &str, text: &str, class: PlayClass) -> Result<(), LexiconError> {
    if let Some(name) = names_in_braces(text).find(|name| !FILLED.contains(name)) {
        return Err(wrong(file, key, &format!("{{{name}}} is not one of {}", FILLED.join(", "))));
    }
    limits.breach(text, class).map_or(Ok(()), |breach| Err(wrong(file, key, &breach)))
}

fn names_in_braces(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).map(|rest| rest.split('}').next().unwrap_or_default())
}

fn wrong(file: &str, key: &str, reason: &str) -> LexiconError {
    LexiconError::Toml { file: file.to_owned(), reason: format!("{key}: {reason}") }
}
