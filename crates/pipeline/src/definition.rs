//! A pipeline file to something ready to run.
//!
//! The whole file is checked before anything starts. An error names the file, the line, the key and what is known.

use crate::recipients::{self, Delivering};
use crate::scheduling::{self, Job, ScheduleTable};
use crate::{formats, regions, second_opinion, second_opinion::SecondOpinionOptions};
use collect::{BuildContext, COLLECTORS, Collector, Connector};
use jiff::{SignedDuration, Timestamp, civil::Time, tz::TimeZone};
use model::{BriefKind, Correspondence, Layout, Section, SectionLayout, Signatory, SourceKind, SourceName};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// A checked pipeline: every collector is built, every name is known.
pub struct Pipeline {
    /// The file it was read from.
    pub path: PathBuf,
    /// What the pipeline is called.
    pub title: String,
    /// Region name, or a folder.
    pub region: String,
    /// The office's zone.
    pub zone: TimeZone,
    /// A fixed moment instead of now; the sample has one.
    pub clock: Option<Timestamp>,
    /// True where the data is invented.
    pub fictional: bool,
    /// Options of the analysis, one table a stage.
    pub analyse: toml::Table,
    /// The model that is asked where the analyser is unsure.
    pub second_opinion: Option<SecondOpinionOptions>,
    /// How close is close when issues are grouped.
    pub issues: issues::Options,
    /// When somebody is told, and when not.
    pub alerts: issues::AlertOptions,
    /// How the verification queue is kept.
    pub verification: VerificationOptions,
    /// Who asks, and by which way out.
    pub fetch: FetchOptions,
    /// The model that may propose other words for a draft.
    pub language_model: Option<LanguageModelOptions>,
    /// Sources, in the order of the file.
    pub collect: Vec<Source>,
    /// Briefs to build at the end of a run.
    pub briefs: Vec<BriefOptions>,
    /// Who gets what, by which way out.
    pub deliver: Vec<Delivering>,
    /// When what is done.
    pub schedule: Vec<Job>,
}

/// One `[[collect]]` entry, built.
pub struct Source {
    /// Its name in reports.
    pub name: SourceName,
    /// What sort of voice it is.
    pub kind: SourceKind,
    /// False where the pipeline says that nobody has tried the address yet.
    pub tested: bool,
    /// False where the pipeline keeps it switched off, such as a paid interface without its key.
    pub enabled: bool,
    /// How often it is asked while collecting goes on; adapts to the source where absent.
    pub every: Option<SignedDuration>,
    /// The way of collecting, with its limits, terms and evidence.
    pub connector: &'static Connector,
    /// The address in the pipeline, where it has one.
    pub address: Option<String>,
    /// What reads it.
    pub collector: Box<dyn Collector>,
}

/// `[fetch]`: who asks, and by which way out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FetchOptions {
    /// Where whoever runs a site can reach the office: `mailto:…` or a web address; shown to every site.
    pub contact: Option<String>,
    /// A proxy, `http://host:port`; none is taken from the environment.
    pub proxy: Option<String>,
}

impl FetchOptions {
    /// The client's options with these in them.
    pub fn apply(&self, options: net::Options) -> net::Options {
        net::Options {
            contact: self.contact.clone().or(options.contact),
            proxy: self.proxy.clone().or(options.proxy),
            ..options
        }
    }
}

/// `[language_model]`: a model that may propose other words; none unless it is named.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LanguageModelOptions {
    /// Address of an interface such as `http://127.0.0.1:8080/v1/chat/completions`.
    pub url: String,
    /// The model's name over there.
    pub model: String,
    /// Its key, where it wants one.
    pub key: Option<net::SecretRef>,
    /// Hosts inside the office's own network that may be reached.
    #[serde(default)]
    pub allow_private: Vec<net::HostPort>,
    /// The longest it may take for one sentence.
    #[serde(default = "two_minutes")]
    pub timeout_seconds: u32,
}

fn two_minutes() -> u32 {
    120
}

/// `[verification]`: how claims are found and how long they may wait.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VerificationOptions {
    /// How alike a text and a fact-check are.
    pub matching: issues::matching::MatchOptions,
    /// The clock of the queue.
    pub queue: issues::queue::QueueOptions,
}

/// One `[[brief]]` entry.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BriefOptions {
    /// Its name, by which it is sent and scheduled; the kind's where empty.
    pub name: String,
    /// What sort of brief it is.
    pub kind: BriefKind,
    /// Lines of the letterhead below government and office.
    pub letterhead: Vec<String>,
    /// Who signs.
    pub signatory: Option<Signatory>,
    /// How the naskah dinas are addressed.
    pub correspondence: Correspondence,
    /// Sections in their order; those of the kind where empty. Method is always shown.
    pub sections: Vec<Section>,
    /// Headings by section, where the office has its own.
    pub headings: BTreeMap<Section, String>,
    /// Entries shown at most, by section.
    pub limits: BTreeMap<Section, usize>,
    /// Output formats, by name.
    pub formats: Vec<String>,
    /// Folder for the files.
    pub out: PathBuf,
    /// Local time at which the window closes.
    pub cut_off: String,
    /// Heading.
    pub title: String,
    /// Classification of the document.
    pub classification: String,
    /// The unit that prepares it.
    pub prepared_by: String,
}

impl Default for BriefOptions {
    fn default() -> Self {
        Self {
            name: String::new(),
            kind: BriefKind::Harian,
            letterhead: Vec::new(),
            signatory: None,
            correspondence: Correspondence::default(),
            sections: Vec::new(),
            headings: BTreeMap::new(),
            limits: BTreeMap::new(),
            formats: ["html", "pdf", "txt", "json"].map(str::to_owned).into(),
            out: "brief".into(),
            cut_off: "06:00".into(),
            title: String::new(),
            classification: "Biasa".into(),
            prepared_by: "Pranata Humas".into(),
        }
    }
}

impl BriefOptions {
    /// Its name, by which it is sent and scheduled.
    pub fn name(&self) -> &str {
        if self.name.is_empty() { self.kind.as_str() } else { &self.name }
    }

    /// Sections in order, with the office's headings and limits.
    pub fn layout(&self) -> Layout {
        let mut layout = Layout::of(self.kind);
        if !self.sections.is_empty() {
            let method = (!self.sections.contains(&Section::Method)).then_some(&Section::Method);
            let named = self.sections.iter().chain(method).map(|section| SectionLayout {
                section: *section,
                heading: section.heading().to_owned(),
                limit: None,
            });
            layout.sections = named.collect();
        }
        for entry in &mut layout.sections {
            if let Some(heading) = self.headings.get(&entry.section) {
                entry.heading.clone_from(heading);
            }
            entry.limit = self.limits.get(&entry.section).copied();
        }
        layout
    }

    /// What the composer needs of it.
    pub(crate) fn composed(&self) -> brief::Options {
        let title = if self.title.is_empty() { self.kind.title() } else { &self.title };
        brief::Options {
            name: self.name().to_owned(),
            kind: self.kind,
            layout: self.layout(),
            letterhead: self.letterhead.clone(),
            signatory: self.signatory.clone(),
            correspondence: self.correspondence.clone(),
            title: title.to_owned(),
            classification: self.classification.clone(),
            prepared_by: self.prepared_by.clone(),
            ..brief::Options::default()
        }
    }

    /// The cut-off as a time of day; checked when the pipeline is parsed.
    pub fn cut_off_time(&self) -> Time {
        parse_time(&self.cut_off).unwrap_or_else(|| Time::constant(6, 0, 0, 0))
    }
}

/// Why a pipeline file was refused; one line, ready to print.
#[derive(Debug, thiserror::Error)]
#[error("{file}{}{}: {message}", line.map(|l| format!(":{l}")).unwrap_or_default(), key.as_ref().map(|k| format!(": key \"{k}\"")).unwrap_or_default())]
pub struct DefinitionError {
    /// The pipeline file.
    pub file: String,
    /// Line, from 1.
    pub line: Option<usize>,
    /// The key at fault.
    pub key: Option<String>,
    /// What is wrong and what would be right.
    pub message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: String,
    region: Option<Spanned<String>>,
    zone: Option<Spanned<String>>,
    clock: Option<Spanned<String>>,
    #[serde(default)]
    fictional: bool,
    analyse: Option<Spanned<toml::Table>>,
    #[serde(default)]
    issues: issues::Options,
    #[serde(default)]
    alerts: issues::AlertOptions,
    #[serde(default)]
    verification: VerificationOptions,
    fetch: Option<Spanned<FetchOptions>>,
    language_model: Option<LanguageModelOptions>,
    #[serde(default)]
    collect: Vec<Spanned<toml::Table>>,
    #[serde(default)]
    brief: Vec<Spanned<BriefOptions>>,
    #[serde(default)]
    deliver: Vec<Spanned<toml::Table>>,
    #[serde(default)]
    schedule: BTreeMap<Spanned<String>, ScheduleTable>,
}

impl Pipeline {
    /// Reads and checks a pipeline file. `region_override` stands for `--region`.
    ///
    /// # Errors
    /// One line that names file, line, key and known values.
    pub fn read(path: &Path, region_override: Option<&str>) -> Result<Self, DefinitionError> {
        let text = std::fs::read_to_string(path).map_err(|error| DefinitionError {
            file: path.display().to_string(),
            line: None,
            key: None,
            message: format!("cannot be read: {error}"),
        })?;
        Self::parse(&text, path, region_override)
    }

    /// Checks the text of a pipeline file; relative paths in it start at the file's folder.
    ///
    /// # Errors
    /// As [`Pipeline::read`].
    pub fn parse(text: &str, path: &Path, region_override: Option<&str>) -> Result<Self, DefinitionError> {
        let at = Place { text, path };
        let file: File =
            toml::from_str(text).map_err(|error| at.error(error.span(), error.message().replace('\n', " ")))?;

        let region = match (region_override, &file.region) {
            (Some(name), _) => name.to_owned(),
            (None, Some(name)) => name.get_ref().clone(),
            (None, None) => regions::DEFAULT.to_owned(),
        };
        if region_override.is_none()
            && let Some(name) = &file.region
            && !regions::exists(name.get_ref())
        {
            return Err(at.error(
                Some(name.span()),
                format!("unknown region \"{}\"; known: {}, or a folder", name.get_ref(), regions::names().join(", ")),
            ));
        }
        let zone = match &file.zone {
            Some(name) => TimeZone::get(name.get_ref()).map_err(|_| {
                at.error(
                    Some(name.span()),
                    format!(
                        "unknown zone \"{}\"; Indonesian zones: Asia/Jakarta, Asia/Makassar, Asia/Jayapura",
                        name.get_ref()
                    ),
                )
            })?,
            None => TimeZone::get("Asia/Makassar").expect("the zone database is part of the program"),
        };
        let clock = match &file.clock {
            Some(value) => Some(value.get_ref().parse::<Timestamp>().map_err(|_| {
                at.error(
                    Some(value.span()),
                    format!("\"{}\" is no moment; write it like 2026-11-20T06:00:00+08:00", value.get_ref()),
                )
            })?),
            None => None,
        };
        let (fetch_span, fetch) = match file.fetch {
            Some(fetch) => (Some(fetch.span()), fetch.into_inner()),
            None => (None, FetchOptions::default()),
        };
        // Whatever is wrong with them, the client itself says best.
        let client = net::Client::new(fetch.apply(net::Options::default()))
            .map_err(|error| at.error(fetch_span, error.to_string()))?;
        let context = BuildContext { base: path.parent().unwrap_or(Path::new("")), zone: &zone };
        let (mut collect, mut names) = (Vec::with_capacity(file.collect.len()), BTreeSet::new());
        for table in &file.collect {
            let source = build_source(table, &context, &at)?;
            if !names.insert(source.name.clone()) {
                return Err(at.error(key_span(text, table.span(), "name"), "name is used twice".into()));
            }
            collect.push(source);
        }
        let mut analyse = file.analyse;
        let second_opinion = match &mut analyse {
            Some(table) => take_second_opinion(table, &context, &at)?,
            None => None,
        };
        if let Some(stages) = &analyse {
            check_stages(stages, &at)?;
        }
        let mut names = BTreeSet::new();
        for brief in &file.brief {
            check_brief(brief, &at)?;
            if !names.insert(brief.get_ref().name().to_owned()) {
                let message = format!("two briefs are called \"{}\"; give one of them a name", brief.get_ref().name());
                return Err(at.error(key_span(text, brief.span(), "name"), message));
            }
        }
        let mut briefs: Vec<_> = file.brief.into_iter().map(Spanned::into_inner).collect();
        if briefs.is_empty() {
            briefs.push(BriefOptions::default());
        }
        let names: Vec<String> = briefs.iter().map(|brief| brief.name().to_owned()).collect();
        let schedule = scheduling::jobs(file.schedule, &names, &|span, message| at.error(Some(span), message))?;
        let context = deliver::BuildContext { base: context.base, client: &client };
        let deliver = recipients::delivering(&file.deliver, &names, &context, &at)?;
        Ok(Self {
            path: path.to_owned(),
            title: file.title,
            region,
            zone,
            clock,
            fictional: file.fictional,
            analyse: analyse.map(Spanned::into_inner).unwrap_or_default(),
            second_opinion,
            issues: file.issues,
            alerts: file.alerts,
            verification: file.verification,
            fetch,
            language_model: file.language_model,
            collect,
            briefs,
            deliver,
            schedule,
        })
    }
}

fn build_source(
    table: &Spanned<toml::Table>,
    context: &BuildContext<'_>,
    at: &Place<'_>,
) -> Result<Source, DefinitionError> {
    let entry = table.get_ref();
    let error_at = |key: &str, message: String| at.error(key_span(at.text, table.span(), key), message);
    let text_of = |key: &str| entry.get(key).and_then(toml::Value::as_str);

    let known = || COLLECTORS.iter().map(|connector| connector.kind.name).collect::<Vec<_>>().join(", ");
    let kind = text_of("kind").ok_or_else(|| error_at("kind", format!("kind is missing; known: {}", known())))?;
    let connector = COLLECTORS
        .iter()
        .find(|candidate| candidate.kind.name == kind)
        .ok_or_else(|| error_at("kind", format!("unknown kind \"{kind}\"; known: {}", known())))?;
    let name = text_of("name").ok_or_else(|| error_at("name", "name is missing".into()))?;
    if let Some(file) = text_of("path")
        && !context.base.join(file).exists()
    {
        return Err(error_at("path", format!("no file or folder at {}", context.base.join(file).display())));
    }
    // `tested = false` marks an address that nobody has tried yet; it is for people and `reference`, not for the collector.
    let mut entry = entry.clone();
    let mut yes_unless_said = |key: &str| match entry.remove(key) {
        None => Ok(true),
        Some(toml::Value::Boolean(value)) => Ok(value),
        Some(_) => Err(error_at(key, format!("{key} is true or false"))),
    };
    let (tested, enabled) = (yes_unless_said("tested")?, yes_unless_said("enabled")?);
    let every = match entry.remove("every_minutes") {
        None => None,
        Some(toml::Value::Integer(minutes @ 1..=10_080)) => Some(SignedDuration::from_mins(minutes)),
        Some(_) => return Err(error_at("every_minutes", "every_minutes is a number from 1 to 10080 (a week)".into())),
    };
    let collector = (connector.kind.build)(&entry, context).map_err(|message| {
        // serde names the key between back-ticks; that is the line a person wants to see.
        let key = message.split('`').nth(1).unwrap_or("kind").to_owned();
        error_at(&key, message.replace('\n', " "))
    })?;
    Ok(Source {
        name: name.into(),
        kind: collector.source().kind,
        tested,
        enabled,
        every,
        connector,
        address: text_of("url").map(str::to_owned),
        collector,
    })
}

/// Takes `[analyse.second_opinion]`, which is no stage, out of the table of stages, checked.
fn take_second_opinion(
    stages: &mut Spanned<toml::Table>,
    context: &BuildContext<'_>,
    at: &Place<'_>,
) -> Result<Option<SecondOpinionOptions>, DefinitionError> {
    let span = stages.span();
    let Some(value) = stages.get_mut().remove(second_opinion::NAME) else {
        return Ok(None);
    };
    let options = SecondOpinionOptions::checked(value, context.base).map_err(|message| {
        // Where it is a table of its own, its header; else the line of its key.
        let header = at.text.find(&format!("[analyse.{}]", second_opinion::NAME)).map(|start| start..start);
        let span = header.or_else(|| key_span(at.text, span, second_opinion::NAME));
        at.error(span, format!("{}: {message}", second_opinion::NAME))
    })?;
    Ok(Some(options))
}

/// Builds every stage that `[analyse]` names, so that a wrong option is found before anything runs.
fn check_stages(stages: &Spanned<toml::Table>, at: &Place<'_>) -> Result<(), DefinitionError> {
    for (name, options) in stages.get_ref() {
        let error_at = |key: &str, message: String| at.error(key_span(at.text, stages.span(), key), message);
        let Some(kind) = analyse::STAGES.iter().find(|kind| kind.name == name) else {
            let known: Vec<_> = analyse::STAGES.iter().map(|kind| kind.name).collect();
            return Err(error_at(name, format!("unknown stage \"{name}\"; known: {}", known.join(", "))));
        };
        let options = options.as_table().ok_or_else(|| error_at(name, format!("{name} is a table of options")))?;
        (kind.build)(options).map_err(|message| error_at(name, format!("{name}: {}", message.replace('\n', " "))))?;
    }
    Ok(())
}

fn check_brief(brief: &Spanned<BriefOptions>, at: &Place<'_>) -> Result<(), DefinitionError> {
    let options = brief.get_ref();
    let error_at = |key: &str, message: String| Err(at.error(key_span(at.text, brief.span(), key), message));
    for format in &options.formats {
        if let Err(error) = formats::check_format(format) {
            return error_at("formats", error.to_string());
        }
    }
    if parse_time(&options.cut_off).is_none() {
        return error_at("cut_off", format!("\"{}\" is no time of day; write it like 06:00", options.cut_off));
    }
    Ok(())
}

fn parse_time(value: &str) -> Option<Time> {
    let (hour, minute) = value.trim().split_once([':', '.'])?;
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

/// The text of the file, to turn byte ranges into lines and keys.
pub(crate) struct Place<'a> {
    pub(crate) text: &'a str,
    path: &'a Path,
}

impl Place<'_> {
    pub(crate) fn error(&self, span: Option<Range<usize>>, message: String) -> DefinitionError {
        let line = span.as_ref().map(|span| self.text[..span.start.min(self.text.len())].matches('\n').count() + 1);
        let key = line.and_then(|number| {
            let (key, _) = self.text.lines().nth(number - 1)?.split_once('=')?;
            Some(key.trim().to_owned()).filter(|key| !key.is_empty() && !key.starts_with('#'))
        });
        DefinitionError { file: self.path.display().to_string(), line, key, message }
    }
}

/// Where a key stands inside a table; the table's own start where it does not.
pub(crate) fn key_span(text: &str, table: Range<usize>, key: &str) -> Option<Range<usize>> {
    // The span of an array-of-tables entry may cover its header only: look on to the next header.
    let body_end =
        text[table.start..].match_indices("\n[").next().map_or(text.len(), |(offset, _)| table.start + offset);
    let mut offset = table.start;
    for line in text[table.start..body_end.max(table.end.min(text.len()))].split_inclusive('\n') {
        if line.split_once('=').is_some_and(|(name, _)| name.trim() == key) {
            return Some(offset..offset + line.len());
        }
        offset += line.len();
    }
    Some(table)
}
