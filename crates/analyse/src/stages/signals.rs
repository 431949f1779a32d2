//! Hoax signals: reasons for a person to check a text, never a verdict.
//!
//! Criticism never comes here by its tone: only borrowed authority, requests for money or data, odd links and chain
//! letters do, and a text that warns of such things is not one of them.

use super::{MAX_EVIDENCE, round};
use crate::cue::Cue;
use crate::matcher::Use;
use crate::reading::Reading;
use crate::{Build, Stage, options};
use model::{Analysis, Kind, PersonalDataKind, Signal, SourceKind, Spam, Span, SpeechAct, VerificationStatus};
use serde::Deserialize;

pub(crate) const KIND: Kind<Build> = Kind {
    name: "signals",
    summary: "collects reasons to check a text and decides whether a person should",
    example: "verify_from = 3",
    build: |table| Ok(Box::new(options::<Signals>(table)?)),
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Signals {
    /// Weight of all signals from which a person should look.
    verify_from: u32,
}

impl Default for Signals {
    fn default() -> Self {
        Self { verify_from: 3 }
    }
}

impl Stage for Signals {
    fn run(&self, reading: &Reading<'_>, analysis: &mut Analysis) {
        let mut found = Found::default();
        words(reading, &mut found);
        let links = links(reading, &mut found);
        capitals(reading, &mut found);
        borrowed_authority(reading, analysis, links, &mut found);
        if analysis.spam == Some(Spam::Gambling) {
            found.add("gambling_spam", Span { start: 0, end: reading.text.len() as u32 });
        }
        let reported = is_report(reading, links);
        let rules = &reading.lexicons.signals;
        let kept = found.0.into_iter().filter_map(|(id, evidence)| {
            let rule = rules.iter().find(|rule| rule.id.as_str() == id)?;
            (!reported || rule.in_reporting).then_some((rule, evidence))
        });
        let (mut weight, mut substance) = (0, false);
        for (rule, mut evidence) in kept {
            weight += u32::from(rule.weight);
            substance |= !rule.style && rule.weight > 0;
            evidence.truncate(MAX_EVIDENCE);
            analysis.signals.push(Signal { id: rule.id.clone(), weight: rule.weight, why: rule.why.clone(), evidence });
        }
        analysis.signals.sort_by(|a, b| b.weight.cmp(&a.weight).then_with(|| a.id.cmp(&b.id)));
        // Gambling spam is spam, not a claim that anybody could check.
        if substance && weight >= self.verify_from && analysis.spam.is_none() && !reading.has(Cue::Satire) {
            analysis.verification.status = VerificationStatus::PerluVerifikasi;
            analysis.verification.score = round(1.0 - (-(weight as f32) / 6.0).exp());
        }
    }
}

/// Signals by id, in the order in which they were found.
#[derive(Default)]
struct Found(Vec<(String, Vec<Span>)>);

impl Found {
    fn add(&mut self, id: &str, span: Span) {
        match self.0.iter_mut().find(|(known, _)| known == id) {
            Some((_, evidence)) => evidence.push(span),
            None => self.0.push((id.to_owned(), vec![span])),
        }
    }

    fn has(&self, id: &str) -> bool {
        self.0.iter().any(|(known, _)| known == id)
    }
}

fn words(reading: &Reading<'_>, found: &mut Found) {
    let rules = reading.tables.rules(Use::Signal);
    for name in reading.longest_terms(Use::Signal) {
        if let Some(target) = name.rule.target {
            found.add(&rules.targets[target], reading.span(name.hit));
        }
    }
}

/// What the addresses in a text are.
#[derive(Clone, Copy, Default)]
struct Links {
    /// A shortener, form, chat, odd or free host.
    doubtful: bool,
}

fn links(reading: &Reading<'_>, found: &mut Found) -> Links {
    let mut links = Links::default();
    let region = &reading.lexicons.region;
    for &span in &reading.addresses {
        let address = reading.text[span.start as usize..span.end as usize].to_lowercase();
        let host = address.split("://").last().unwrap_or(&address);
        let (mailbox, host) = host.split_once('@').map_or((None, host), |(name, host)| (Some(name), host));
        let host = host.split(['/', '?', ':']).next().unwrap_or(host).trim_start_matches("www.");
        let official = region.official_hosts.iter().any(|known| is_under(host, known))
            || region.official_contacts.contains(&address)
            || is(reading, "official", |known| is_under(host, known));
        if official {
            continue;
        }
        if mailbox.is_some() {
            links.doubtful |= is(reading, "free_mail", |known| host == known);
            continue;
        }
        let ending = host.rsplit('.').next().unwrap_or_default();
        let odd =
            is(reading, "odd_ending", |known| ending == known) || is(reading, "blog", |known| is_under(host, known));
        let posing = is(reading, "agency_word", |known| {
            host.split(['.', '-', '_']).any(|label| label.contains(known) && (known.len() > 3 || label == known))
        });
        if posing && (odd || host.contains("go-id") || host.contains('-')) {
            found.add("lookalike_domain", span);
            links.doubtful = true;
        }
        if is(reading, "shortener", |known| host == known) || is(reading, "form", |known| host == known) {
            links.doubtful = true;
            if reading.has(Cue::Request) || found.has("bansos_money") {
                found.add("shortlink_form", span);
            }
        }
        links.doubtful |= odd || is(reading, "chat", |known| host == known);
        if address.ends_with(".apk") {
            found.add("apk", span);
        }
    }
    links
}

/// True for a host and for everything under it.
fn is_under(host: &str, known: &str) -> bool {
    host == known || host.strip_suffix(known).is_some_and(|rest| rest.ends_with('.'))
}

fn is(reading: &Reading<'_>, kind: &str, fits: impl Fn(&str) -> bool) -> bool {
    reading.lexicons.hosts.iter().any(|host| host.kind == kind && fits(&host.value))
}

/// More than three words in ten shouted, or rows of exclamation marks. Short acronyms are not counted, nor are reports,
/// whose titles are often set in capitals.
fn capitals(reading: &Reading<'_>, found: &mut Found) {
    if !reading.document.kind.is_public_voice() {
        return;
    }
    let (shouted, all) = reading.shouted;
    let marks = ["!!!", "‼"].into_iter().find_map(|marks| reading.text.find(marks).map(|at| (at, marks.len())));
    if shouted >= 5 && shouted * 10 > all * 3 {
        found.add("caps_exclaim", Span { start: 0, end: reading.text.len() as u32 });
    } else if let Some((at, length)) = marks {
        found.add("caps_exclaim", Span { start: at as u32, end: (at + length) as u32 });
    }
}

/// A private contact beside a promise or a request, and an agency beside both.
fn borrowed_authority(reading: &Reading<'_>, analysis: &Analysis, links: Links, found: &mut Found) {
    if !reading.document.kind.is_public_voice() && reading.document.kind != SourceKind::News {
        return;
    }
    let complains = analysis.speech_act == Some(SpeechAct::Aduan);
    let request: Vec<_> = reading.cues(Cue::Request).collect();
    let promise = found.has("bansos_money") || found.has("fake_recruit") || found.has("apk");
    let asks = promise || !request.is_empty() && !complains;
    let contacts: Vec<Span> = analysis
        .personal_data
        .iter()
        .filter(|data| {
            matches!(data.kind, PersonalDataKind::Phone | PersonalDataKind::Email | PersonalDataKind::Account)
        })
        .map(|data| Span { start: data.start, end: data.end })
        .filter(|span| !is_official_contact(reading, *span))
        .collect();
    let private = !contacts.is_empty() || links.doubtful;
    if !(asks && private) {
        return;
    }
    let government: Vec<_> = reading.cues(Cue::Government).collect();
    let named: Vec<Span> = analysis.agencies.iter().flat_map(|agency| agency.evidence.iter().copied()).collect();
    let borrowed = named.first().copied().or_else(|| government.first().map(|hit| reading.span(*hit)));
    if promise || borrowed.is_some() {
        for span in contacts.iter().take(MAX_EVIDENCE) {
            found.add("nonofficial_contact", *span);
        }
    }
    if let Some(span) = borrowed {
        found.add("imperson_agency", span);
    }
}

fn is_official_contact(reading: &Reading<'_>, span: Span) -> bool {
    // Personal data may stand behind what is read.
    let written = reading.text.get(span.start as usize..span.end as usize).unwrap_or_default();
    let plain = |contact: &str| contact.to_lowercase().replace([' ', '-', '.', '(', ')'], "");
    let region = &reading.lexicons.region;
    let host = written.split_once('@').map(|(_, host)| host.to_lowercase());
    region.official_contacts.iter().any(|known| plain(known) == plain(written))
        || host.is_some_and(|host| region.official_hosts.iter().any(|known| is_under(&host, known)))
}

/// A text that reports, denies or warns: an official's or fact-checker's always, an outlet's or a citizen's where its words
/// say so. A citizen who warns of a scam does not ask to follow its link.
fn is_report(reading: &Reading<'_>, links: Links) -> bool {
    match reading.document.kind {
        SourceKind::Official | SourceKind::Factcheck => true,
        SourceKind::News | SourceKind::Broadcast => reading.has(Cue::Warning),
        _ => reading.has(Cue::Warning) && !links.doubtful,
    }
}
