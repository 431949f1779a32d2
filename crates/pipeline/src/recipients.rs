//! `[[deliver]]`: who gets what, by which way out.

use crate::definition::Place;
use crate::{DefinitionError, definition};
use deliver::{BuildContext, CHANNELS, Channel, DispatchOptions};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// More than any office writes to; a list that is longer was meant for something else.
const RECIPIENTS_MAX: usize = 10_000;
/// As many lines of the longest addresses.
const FILE_BYTES_MAX: u64 = 4 << 20;

/// One `[[deliver]]` entry, checked.
pub struct Delivering {
    /// Its name in the ledger.
    pub name: String,
    /// The way out, by its name in the list of channels.
    pub kind: &'static str,
    /// Briefs that leave by it, by name.
    pub briefs: Vec<String>,
    /// True where alerts leave by it.
    pub alerts: bool,
    /// True where it reaches whoever keeps the program running.
    pub operator: bool,
    /// Files that go along, by output.
    pub formats: Vec<String>,
    /// Who gets it.
    pub recipients: Vec<String>,
    /// What becomes of a brief that nobody has approved when its time comes.
    pub unapproved: Unapproved,
    /// How often and how fast it is tried again.
    pub retry: DispatchOptions,
    /// The way out, built.
    pub channel: Box<dyn Channel>,
}

/// What becomes of a brief that nobody has approved when its time comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unapproved {
    /// It waits, and leaves as soon as somebody approves; the operator is told once.
    #[default]
    Hold,
    /// It leaves as a draft, and says so on every page.
    SendDraft,
}

/// The keys that all entries share; the rest of the table is the channel's.
#[derive(Deserialize)]
#[serde(default)]
struct Shared {
    briefs: Option<Vec<String>>,
    alerts: bool,
    operator: bool,
    formats: Vec<String>,
    recipients: Vec<String>,
    recipients_file: Option<PathBuf>,
    enabled: bool,
    unapproved: Unapproved,
    retry: DispatchOptions,
}

impl Default for Shared {
    fn default() -> Self {
        Self {
            briefs: None,
            alerts: false,
            operator: false,
            formats: vec!["pdf".to_owned()],
            recipients: Vec::new(),
            recipients_file: None,
            enabled: true,
            unapproved: Unapproved::default(),
            retry: DispatchOptions::default(),
        }
    }
}

const SHARED_KEYS: &[&str] =
    &["briefs", "alerts", "operator", "formats", "recipients", "recipients_file", "enabled", "unapproved", "retry"];

/// Checks and builds every entry; one that is switched off is read and left out.
pub(crate) fn delivering(
    entries: &[Spanned<toml::Table>],
    briefs: &[String],
    context: &BuildContext<'_>,
    at: &Place<'_>,
) -> Result<Vec<Delivering>, DefinitionError> {
    let (mut built, mut names) = (Vec::new(), BTreeSet::new());
    for entry in entries {
        let error_at = |key: &str, message: String| at.error(definition::key_span(at.text, entry.span(), key), message);
        let name = entry.get_ref().get("name").and_then(toml::Value::as_str).unwrap_or_default().to_owned();
        if name.is_empty() || name.chars().any(|c| c.is_control() || c == '/') {
            return Err(error_at("name", "name is missing; it names the entry in the ledger, without \"/\"".into()));
        }
        if !names.insert(name.clone()) {
            return Err(error_at("name", "name is used twice".into()));
        }
        built.extend(delivering_one(name, entry.get_ref().clone(), briefs, context, &error_at)?);
    }
    Ok(built)
}

fn delivering_one(
    name: String,
    mut table: toml::Table,
    briefs: &[String],
    context: &BuildContext<'_>,
    error_at: &dyn Fn(&str, String) -> DefinitionError,
) -> Result<Option<Delivering>, DefinitionError> {
    let known = || CHANNELS.iter().map(|kind| kind.name).collect::<Vec<_>>().join(", ");
    let kind = match table.remove("kind") {
        Some(toml::Value::String(kind)) => kind,
        _ => return Err(error_at("kind", format!("kind is missing; known: {}", known()))),
    };
    let kind = CHANNELS
        .iter()
        .find(|candidate| candidate.name == kind)
        .ok_or_else(|| error_at("kind", format!("unknown kind \"{kind}\"; known: {}", known())))?;
    table.remove("name");
    let shared: toml::Table =
        SHARED_KEYS.iter().filter_map(|key| Some(((*key).to_owned(), table.remove(*key)?))).collect();
    // Each key alone, so that the error stands on its line.
    for (key, value) in &shared {
        let alone: toml::Table = [(key.clone(), value.clone())].into_iter().collect();
        if let Err(error) = alone.try_into::<Shared>() {
            return Err(error_at(key, error.message().replace('\n', " ").replace('`', "\"")));
        }
    }
    let shared: Shared = shared.try_into().map_err(|error: toml::de::Error| error_at("kind", error.to_string()))?;
    for brief in shared.briefs.iter().flatten() {
        if !briefs.contains(brief) {
            return Err(error_at("briefs", format!("no brief is called \"{brief}\"; known: {}", briefs.join(", "))));
        }
    }
    for format in &shared.formats {
        if !render::OUTPUTS.iter().any(|output| output.kind.name == format) {
            let known: Vec<_> = render::OUTPUTS.iter().map(|output| output.kind.name).collect();
            // Tables of rows are for the office's own machines, never for a mail.
            return Err(error_at("formats", format!("unknown format \"{format}\"; known: {}", known.join(", "))));
        }
    }
    // A way out that is switched off may lack its secret.
    if !shared.enabled {
        return Ok(None);
    }
    let channel = (kind.build)(table, context).map_err(|message| {
        let key = message.split('`').nth(1).unwrap_or("kind").to_owned();
        error_at(&key, message.replace('\n', " "))
    })?;
    let mut recipients = shared.recipients;
    for recipient in &recipients {
        channel.check_recipient(recipient).map_err(|why| error_at("recipients", format!("\"{recipient}\": {why}")))?;
    }
    if let Some(file) = &shared.recipients_file {
        let path = context.base.join(file);
        let read = from_file(&path, channel.as_ref()).map_err(|why| error_at("recipients_file", why))?;
        recipients.extend(read);
    }
    if recipients.is_empty() {
        recipients = channel.own_recipients();
    }
    let mut seen = BTreeSet::new();
    recipients.retain(|recipient| seen.insert(recipient.clone()));
    if recipients.len() > RECIPIENTS_MAX {
        return Err(error_at("recipients", format!("more than {RECIPIENTS_MAX} recipients")));
    }
    // A way out to the operator or for alerts carries no brief unless it says so.
    let own = !shared.alerts && !shared.operator;
    let briefs = shared.briefs.unwrap_or_else(|| if own { vec!["harian".to_owned()] } else { Vec::new() });
    Ok(Some(Delivering {
        name,
        kind: kind.name,
        briefs,
        alerts: shared.alerts,
        operator: shared.operator,
        formats: shared.formats,
        recipients,
        unapproved: shared.unapproved,
        retry: shared.retry,
        channel,
    }))
}

/// One recipient a line; empty lines and what follows `#` are for people.
fn from_file(path: &Path, channel: &dyn Channel) -> Result<Vec<String>, String> {
    let size = std::fs::metadata(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?.len();
    if size > FILE_BYTES_MAX {
        return Err(format!("{} is larger than {FILE_BYTES_MAX} bytes", path.display()));
    }
    let text = std::fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    let mut recipients = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim_start_matches('\u{feff}');
        let line = line.split_once('#').map_or(line, |(before, _)| before).trim();
        if line.is_empty() {
            continue;
        }
        channel.check_recipient(line).map_err(|why| format!("{}:{}: \"{line}\": {why}", path.display(), number + 1))?;
        recipients.push(line.to_owned());
    }
    Ok(recipients)
}
