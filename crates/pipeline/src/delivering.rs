//! Sends what was approved, once to each recipient, and keeps trying what failed.
//!
//! Every step is in the ledger of truth before the next one is taken. A message can be made again from truth alone, so
//! what is tried an hour later is what was tried first. What is given up is told to the operator.

use crate::editions::{is_over, name_and_date, sent_at};
use crate::{Delivering, Error, Office, Pipeline, Progress, Unapproved, messages};
use deliver::{Dispatched, Fault, Ledger, Message, Receipt, dispatch};
use jiff::{SignedDuration, Timestamp};
use model::{Brief, BriefId, BriefState, Delivery, DeliveryKey, DeliveryState, Edition};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use store::{OperatorNotice, Truth};

/// A notice that nobody could carry for a day is history, not a warning.
const NOTICE_HOURS_MAX: i64 = 24;
/// A brief whose window ended longer ago than this is no news; it may still be sent.
const STALE_HOURS: i64 = 24;
/// Recipients named in a word to the operator; the rest is counted.
const NAMED_MAX: usize = 10;

/// What is to be sent.
#[derive(Clone, Debug, Default)]
pub struct SendOptions {
    /// Which brief.
    pub brief: BriefId,
    /// By which entry; by all that carry it where absent.
    pub to: Option<String>,
    /// Only say who would get what.
    pub dry_run: bool,
    /// Try now what waits for its time or was given up.
    pub again: bool,
}

/// What became of a sending.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SendReport {
    /// Which brief.
    pub brief: BriefId,
    /// Why nothing left, where the brief waits for a person; says how to go on.
    pub held: Option<String>,
    /// One line a recipient.
    pub lines: Vec<SendLine>,
    /// What to look at; never a reason not to send.
    pub warnings: Vec<String>,
    /// Deliveries that left now.
    pub sent: usize,
    /// Deliveries that had left before.
    pub known: usize,
    /// Deliveries that failed and are tried again.
    pub later: usize,
    /// Deliveries that were given up.
    pub given_up: usize,
    /// True where the operator had to be told and no way out to the operator worked.
    pub operator_unreached: bool,
}

impl SendReport {
    /// True where everybody has it.
    pub fn is_whole(&self) -> bool {
        self.held.is_none() && self.later == 0 && self.given_up == 0 && !self.operator_unreached
    }
}

/// What one recipient gets.
#[derive(Clone, Debug, Serialize)]
pub struct SendLine {
    /// What leaves: `harian-2026-11-20/1`.
    pub message: String,
    /// Its subject.
    pub subject: String,
    /// The entry.
    pub channel: String,
    /// The way out.
    pub kind: &'static str,
    /// To whom, masked.
    pub recipient: String,
    /// Names of the files that go along.
    pub files: Vec<String>,
    /// How it stands.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u16,
    /// When it is tried again, in words.
    pub next_words: Option<String>,
    /// When it last changed, in words.
    pub changed_words: Option<String>,
    /// Why the last try failed.
    pub fault: Option<String>,
    /// What the channel warns of.
    pub warnings: Vec<String>,
}

/// Truth as the ledger that `deliver` asks for.
struct TruthLedger<'a>(&'a mut Truth);

impl Ledger for TruthLedger<'_> {
    type Error = store::Error;

    fn begin(&mut self, key: &DeliveryKey, receipt: Option<&str>, now: Timestamp) -> Result<bool, Self::Error> {
        self.0.begin_delivery(key, receipt, now)
    }

    fn sent(&mut self, key: &DeliveryKey, receipt: &Receipt, now: Timestamp) -> Result<(), Self::Error> {
        self.0.delivery_sent(key, receipt.name.as_deref(), &receipt.notes, now)
    }

    fn failed(
        &mut self,
        key: &DeliveryKey,
        fault: &Fault,
        next_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), Self::Error> {
        self.0.delivery_failed(key, &fault.to_string(), next_at, now)
    }
}

impl Office {
    /// Sends a brief to everybody who is to get it and has not got it yet.
    ///
    /// # Errors
    /// No entry carries the brief, or truth cannot be read or written. What failed on the way is in the report.
    pub fn send(
        &mut self,
        pipeline: &Pipeline,
        options: &SendOptions,
        progress: &dyn Progress,
    ) -> Result<SendReport, Error> {
        let mut report = SendReport { brief: options.brief.clone(), ..SendReport::default() };
        let entries = entries(pipeline, options)?;
        let way = self.way(&options.brief)?;
        let ready = way.ready().cloned();
        let mut warned = false;
        for entry in entries {
            let edition = match &ready {
                Some(edition) => edition.clone(),
                None if entry.unapproved == Unapproved::SendDraft && way.approved.is_none() => {
                    self.unapproved(&options.brief, options.dry_run)?
                }
                None => {
                    report.held = Some(self.held(&options.brief, way.approved.is_some())?);
                    if !options.dry_run {
                        continue;
                    }
                    // What would leave is shown with what there is.
                    match self.truth.draft(&options.brief)? {
                        Some(draft) => self.edition_of(draft.content, way.edition()),
                        None => continue,
                    }
                }
            };
            if !warned {
                report.warnings.extend(self.brief_warnings(&edition)?);
                warned = true;
            }
            self.send_by(entry, &edition, options, &mut report, progress)?;
        }
        // What has left already needs no warning any more.
        if !options.dry_run && report.held.is_none() && report.sent + report.later + report.given_up == 0 {
            report.warnings.retain(|warning| warning.starts_with("Saluran"));
        }
        if !options.dry_run {
            report.operator_unreached |= !self.tell_given_up(pipeline, &options.brief)?;
        }
        Ok(report)
    }

    /// One edition by one entry.
    fn send_by(
        &mut self,
        entry: &Delivering,
        edition: &Edition,
        options: &SendOptions,
        report: &mut SendReport,
        progress: &dyn Progress,
    ) -> Result<(), Error> {
        if entry.recipients.is_empty() {
            report.warnings.push(format!(
                "Saluran \"{}\" tidak mempunyai penerima. Isi recipients atau recipients_file pada [[deliver]] itu.",
                entry.name
            ));
            return Ok(());
        }
        let now = self.clock.now();
        let id = messages::brief_id(&edition.content, edition.edition);
        let keys: Vec<DeliveryKey> = entry.recipients.iter().map(|recipient| key(&id, entry, recipient)).collect();
        if !options.dry_run {
            for older in 0..edition.edition {
                let why = format!("digantikan oleh {id}");
                self.truth.supersede_deliveries(&messages::brief_id(&edition.content, older), &why, now)?;
            }
            self.truth.queue_deliveries(&keys, Some(&edition.brief), now)?;
            if options.again {
                self.truth.reopen_deliveries(&id, &entry.name, now)?;
            }
        }
        let wanted: BTreeSet<&DeliveryKey> = keys.iter().collect();
        let due = |delivery: &Delivery| wanted.contains(&delivery.key) && store::is_due(delivery, now);
        let due: Vec<Delivery> = self.truth.deliveries_of(&id)?.into_iter().filter(due).collect();
        let message = match options.dry_run || !due.is_empty() {
            true => Some(messages::of_brief(&edition.content, edition.edition, &entry.formats)?),
            false => None,
        };
        let begun = due.len();
        if let Some(message) = message.as_ref().filter(|_| !options.dry_run) {
            let task = progress.begin(&format!("send {}", entry.name), Some(begun as u64));
            let dispatched = self.dispatch(entry, message, &due)?;
            task.advance(dispatched.sent.len() as u64);
            report.sent += dispatched.sent.len();
        }
        let subject = messages::subject(&edition.content, edition.edition);
        let by_key: BTreeMap<DeliveryKey, Delivery> =
            self.truth.deliveries_of(&id)?.into_iter().map(|one| (one.key.clone(), one)).collect();
        let begun: BTreeSet<&DeliveryKey> = due.iter().map(|delivery| &delivery.key).collect();
        for key in &keys {
            let mut line = self.line(&id, entry, by_key.get(key), &key.recipient);
            line.subject.clone_from(&subject);
            if let Some(message) = &message {
                line.files = message.files.iter().map(|file| file.name.clone()).collect();
                line.warnings = entry.channel.warnings(message, &key.recipient);
            }
            match line.state {
                DeliveryState::Sent if !begun.contains(key) => report.known += 1,
                DeliveryState::Sent => {}
                DeliveryState::GivenUp => report.given_up += 1,
                DeliveryState::Pending | DeliveryState::Sending if !options.dry_run => report.later += 1,
                DeliveryState::Pending | DeliveryState::Sending => {}
            }
            report.lines.push(line);
        }
        Ok(())
    }

    fn line(&self, id: &str, entry: &Delivering, delivery: Option<&Delivery>, recipient: &str) -> SendLine {
        let words = self.clock_words();
        SendLine {
            message: id.to_owned(),
            subject: String::new(),
            channel: entry.name.clone(),
            kind: entry.kind,
            recipient: masked(recipient),
            files: Vec::new(),
            state: delivery.map(|one| one.state).unwrap_or_default(),
            attempts: delivery.map_or(0, |one| one.attempts),
            next_words: delivery.and_then(|one| one.next_at).map(|next| words.of(next)),
            changed_words: delivery.map(|one| words.of(one.changed_at)),
            fault: delivery.and_then(|one| one.fault.clone()),
            warnings: Vec::new(),
        }
    }

    /// How every delivery of a brief stands, with masked recipients.
    ///
    /// # Errors
    /// Truth cannot be read.
    pub fn deliveries(&self, brief: &BriefId) -> Result<Vec<Delivery>, Error> {
        let mut found = self.truth.deliveries_of_brief(brief)?;
        found.iter_mut().for_each(|delivery| delivery.key.recipient = masked(&delivery.key.recipient));
        Ok(found)
    }

    /// When a brief first arrived somewhere.
    ///
    /// # Errors
    /// Truth cannot be read.
    pub fn sent_at(&self, brief: &BriefId) -> Result<Option<Timestamp>, Error> {
        Ok(sent_at(&self.truth.deliveries_of_brief(brief)?))
    }

    /// Hands a message to a way out for everybody who is due.
    fn dispatch(&mut self, entry: &Delivering, message: &Message, due: &[Delivery]) -> Result<Dispatched, Error> {
        // One runtime for all that leaves: a connection that is kept open belongs to the runtime that opened it.
        let runtime = match self.outside.take() {
            Some(runtime) => runtime,
            None => tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Runtime)?,
        };
        let clock = self.clock;
        let mut ledger = TruthLedger(&mut self.truth);
        let now = move || clock.now();
        let dispatched =
            runtime.block_on(dispatch(entry.channel.as_ref(), message, due, &mut ledger, &entry.retry, &now));
        self.outside = Some(runtime);
        let dispatched = dispatched?;
        for (key, reason) in dispatched.later.iter().chain(&dispatched.given_up) {
            tracing::warn!(message = key.message, channel = key.channel, to = masked(&key.recipient), "{reason}");
        }
        Ok(dispatched)
    }

    /// The draft that leaves unapproved, frozen when it first leaves.
    fn unapproved(&mut self, id: &BriefId, dry_run: bool) -> Result<Edition, Error> {
        let before = self.truth.editions(id)?.into_iter().rfind(|edition| edition.edition == 0);
        let queued = !self.truth.deliveries_of(&format!("{id}/0"))?.is_empty();
        if let Some(before) = before.filter(|_| queued) {
            return Ok(before);
        }
        let draft = self.truth.draft(id)?.ok_or_else(|| no_draft(id))?;
        let edition = self.edition_of(draft.content, 0);
        if !dry_run {
            self.truth.save_edition(&edition)?;
        }
        Ok(edition)
    }

    fn edition_of(&self, content: Brief, edition: u16) -> Edition {
        Edition {
            brief: content.header.id.clone(),
            edition,
            at: self.clock.now(),
            by: String::new(),
            hash: store::content_hash(&content),
            content,
        }
    }

    /// Why a brief waits, and how to go on.
    fn held(&self, id: &BriefId, correcting: bool) -> Result<String, Error> {
        if self.truth.draft(id)?.is_none() && !correcting {
            return Err(no_draft(id));
        }
        let what = if correcting { "ralatnya belum disetujui" } else { "belum disetujui" };
        Ok(format!(
            "Ringkasan {id} menunggu: {what}. Baca drafnya, lalu setujui dengan pesut brief approve {id} --as NAMA; \
             setelah itu ringkasan dikirim."
        ))
    }

    /// What to look at before a brief leaves; each says how to go on.
    fn brief_warnings(&self, edition: &Edition) -> Result<Vec<String>, Error> {
        let brief = &edition.content;
        let id = &brief.header.id;
        let mut warnings = Vec::new();
        if !brief.header.state.is_final() {
            warnings.push(format!(
                "Ringkasan {id} belum disetujui dan memuat tanda DRAF. Setujui dengan pesut brief approve {id} --as NAMA."
            ));
        }
        warnings.extend(self.edit_warnings(brief)?);
        if brief.confidence.level == "rendah" {
            warnings.push(format!(
                "Keyakinan data rendah ({} dari {} sumber diterima). Periksa bagian Metode; kirim bila memang itu yang \
                 tersedia.",
                brief.confidence.received, brief.confidence.expected
            ));
        }
        let window = brief.header.window;
        if self.clock.now().duration_since(window.to).as_hours() >= STALE_HOURS {
            warnings.push(format!(
                "Data ringkasan ini berakhir {}, lebih dari sehari yang lalu. Susun ringkasan hari ini dengan pesut \
                 brief, atau kirim bila memang ringkasan lama yang diminta.",
                self.clock_words().of(window.to)
            ));
        }
        Ok(warnings)
    }

    /// Tries again whatever is due, and tells the operator what was given up. Gives back whether all went well.
    ///
    /// # Errors
    /// Truth cannot be read or written, or a brief cannot be drawn.
    pub fn retry(&mut self, pipeline: &Pipeline) -> Result<bool, Error> {
        let now = self.clock.now();
        let mut by_message: BTreeMap<(String, String), Vec<Delivery>> = BTreeMap::new();
        for delivery in self.truth.open_deliveries()?.into_iter().filter(|delivery| store::is_due(delivery, now)) {
            let key = (delivery.key.message.clone(), delivery.key.channel.clone());
            by_message.entry(key).or_default().push(delivery);
        }
        let mut touched = BTreeSet::new();
        let mut well = true;
        for ((id, channel), due) in by_message {
            let Some(entry) = pipeline.deliver.iter().find(|entry| entry.name == channel) else {
                tracing::warn!(message = id, channel, "no [[deliver]] entry of this name is switched on");
                continue;
            };
            let Some(message) = self.message(&id, &due, entry)? else { continue };
            let done = self.dispatch(entry, &message, &due)?;
            well &= done.later.is_empty() && done.given_up.is_empty();
            touched.extend(due.into_iter().filter_map(|delivery| delivery.brief));
        }
        for brief in touched {
            well &= self.tell_given_up(pipeline, &brief)?;
        }
        Ok(well)
    }

    /// A message made again from truth; `None` where it must not leave as it is.
    fn message(&self, id: &str, due: &[Delivery], entry: &Delivering) -> Result<Option<Message>, Error> {
        if let Some(brief) = due.first().and_then(|delivery| delivery.brief.clone()) {
            let number: u16 = id.rsplit('/').next().and_then(|number| number.parse().ok()).unwrap_or(0);
            let way = self.way(&brief)?;
            let edition = match &way.approved {
                // What is known to be wrong does not leave any more; the correction takes its place.
                Some(_) if !way.corrections.is_empty() => None,
                Some(edition) if edition.edition == number => Some(edition.clone()),
                _ if number == 0 => self.truth.editions(&brief)?.into_iter().rfind(|edition| edition.edition == 0),
                _ => None,
            };
            let make = |edition: Edition| messages::of_brief(&edition.content, number, &entry.formats);
            return edition.map(make).transpose();
        }
        if let Some(notice) = self.truth.operator_notice(id)? {
            return Ok(Some(messages::of_operator(&notice)));
        }
        let since = self.clock.now() - SignedDuration::from_hours(2 * NOTICE_HOURS_MAX);
        let notices = self.truth.notices(since)?;
        let found = notices.iter().find(|stored| messages::notice_id(&stored.notice) == id);
        Ok(found.map(|stored| messages::of_notice(&stored.notice)))
    }

    /// Hands the notices about alerts that nobody has carried to every entry that takes them.
    ///
    /// # Errors
    /// Truth cannot be read or written.
    pub fn send_notices(&mut self, pipeline: &Pipeline) -> Result<usize, Error> {
        let entries: Vec<&Delivering> = pipeline.deliver.iter().filter(|entry| entry.alerts).collect();
        if entries.is_empty() {
            return Ok(0);
        }
        let now = self.clock.now();
        let mut sent = 0;
        for stored in self.truth.unsent_notices()? {
            if now.duration_since(stored.notice.at).as_hours() >= NOTICE_HOURS_MAX {
                continue;
            }
            let message = messages::of_notice(&stored.notice);
            for entry in &entries {
                let keys: Vec<_> =
                    entry.recipients.iter().map(|recipient| key(&message.id, entry, recipient)).collect();
                self.truth.queue_deliveries(&keys, None, now)?;
            }
            // From here on the ledger carries it, whatever happens.
            self.truth.mark_sent(&[stored.sequence], now)?;
            for entry in &entries {
                let due = self.due_of(&message.id, &entry.name)?;
                sent += self.dispatch(entry, &message, &due)?.sent.len();
            }
        }
        Ok(sent)
    }

    fn due_of(&self, message: &str, channel: &str) -> Result<Vec<Delivery>, Error> {
        let now = self.clock.now();
        let found = self.truth.deliveries_of(message)?.into_iter();
        Ok(found.filter(|delivery| delivery.key.channel == channel && store::is_due(delivery, now)).collect())
    }

    /// Tells the operator of deliveries of a brief that were given up; false where nobody could be told.
    fn tell_given_up(&mut self, pipeline: &Pipeline, brief: &BriefId) -> Result<bool, Error> {
        let mut by_message: BTreeMap<(String, String), Vec<Delivery>> = BTreeMap::new();
        for delivery in self.truth.deliveries_of_brief(brief)? {
            let superseded = delivery.fault.as_deref().is_some_and(|fault| fault.starts_with("digantikan oleh"));
            if delivery.state == DeliveryState::GivenUp && !superseded {
                let key = (delivery.key.message.clone(), delivery.key.channel.clone());
                by_message.entry(key).or_default().push(delivery);
            }
        }
        let mut told = true;
        for ((message, channel), given_up) in by_message {
            let mut lines: Vec<String> = given_up
                .iter()
                .take(NAMED_MAX)
                .map(|one| format!("- {}: {}", masked(&one.key.recipient), one.fault.as_deref().unwrap_or("-")))
                .collect();
            if given_up.len() > NAMED_MAX {
                lines.push(format!("- dan {} penerima lain", given_up.len() - NAMED_MAX));
            }
            let text = format!(
                "{message} tidak sampai kepada {} penerima melalui saluran \"{channel}\".\n{}\n\nPerbaiki sebabnya, lalu \
                 kirim lagi dengan pesut brief send {brief} --retry. Penerima yang sudah mendapatkannya tidak dikirimi \
                 lagi.",
                given_up.len(),
                lines.join("\n")
            );
            // Every further recipient is a matter of its own.
            let attempts: u32 = given_up.iter().map(|one| u32::from(one.attempts)).sum();
            let id = format!("operator/gagal/{message}/{channel}/{}-{attempts}", given_up.len());
            told &= self.tell_operator(pipeline, &id, &format!("pengiriman {message} gagal"), &text)?;
        }
        Ok(told)
    }

    /// Tells the operator once, by every entry with `operator = true`; where none works, in a file in the data
    /// directory and in the log. False where nobody could be told.
    ///
    /// # Errors
    /// Truth or the file cannot be written.
    pub fn tell_operator(&mut self, pipeline: &Pipeline, id: &str, subject: &str, text: &str) -> Result<bool, Error> {
        let now = self.clock.now();
        let notice = OperatorNotice { id: id.to_owned(), at: now, subject: subject.to_owned(), text: text.to_owned() };
        if !self.truth.note_for_operator(&notice)? {
            return Ok(true);
        }
        let message = messages::of_operator(&notice);
        let mut reached = false;
        for entry in pipeline.deliver.iter().filter(|entry| entry.operator) {
            let keys: Vec<_> = entry.recipients.iter().map(|recipient| key(id, entry, recipient)).collect();
            self.truth.queue_deliveries(&keys, None, now)?;
            let due = self.due_of(id, &entry.name)?;
            reached |= !self.dispatch(entry, &message, &due)?.sent.is_empty();
        }
        if !reached {
            self.operator_unreached = true;
            tracing::error!("{subject}: {text}");
            let path = self.operator_file();
            let line = format!("{} {subject}\n{text}\n\n", self.clock_words().of(now));
            let error = |source| Error::Write { path: path.clone(), source };
            use std::io::Write as _;
            let mut file = std::fs::OpenOptions::new().create(true).append(true).open(&path).map_err(error)?;
            file.write_all(line.as_bytes()).map_err(error)?;
        }
        Ok(reached)
    }

    /// Where the operator finds what nobody could carry.
    pub fn operator_file(&self) -> PathBuf {
        self.data_dir.path().join("pesan-operator.txt")
    }

    /// True where every delivery of a brief's latest edition is over.
    ///
    /// # Errors
    /// Truth cannot be read.
    pub fn is_delivered(&self, brief: &BriefId) -> Result<bool, Error> {
        let deliveries = self.truth.deliveries_of_brief(brief)?;
        Ok(!deliveries.is_empty() && deliveries.iter().all(|delivery| is_over(delivery.state)))
    }

    /// Where a brief stands now, sending included.
    ///
    /// # Errors
    /// Truth cannot be read.
    pub fn state_of(&self, brief: &BriefId) -> Result<BriefState, Error> {
        let state = self.way(brief)?.state;
        Ok(match state {
            BriefState::Disetujui if self.sent_at(brief)?.is_some() => BriefState::Terkirim,
            state => state,
        })
    }
}

fn entries<'a>(pipeline: &'a Pipeline, options: &SendOptions) -> Result<Vec<&'a Delivering>, Error> {
    let file = pipeline.path.display();
    let name = name_and_date(&options.brief).map_or(options.brief.as_str(), |(name, _)| name);
    // A brief about one issue bears the issue in its name: isu-ID-2026-11-20.
    let carries = |entry: &&Delivering| {
        entry
            .briefs
            .iter()
            .any(|brief| brief == name || name.strip_prefix(brief.as_str()).is_some_and(|rest| rest.starts_with('-')))
    };
    let found: Vec<&Delivering> = match &options.to {
        Some(to) => {
            let known: Vec<&str> = pipeline.deliver.iter().map(|entry| entry.name.as_str()).collect();
            let entry = pipeline.deliver.iter().find(|entry| entry.name == *to).ok_or_else(|| {
                Error::Workflow(format!("no [[deliver]] entry is called \"{to}\"; known: {}", known.join(", ")))
            })?;
            vec![entry]
        }
        None => pipeline.deliver.iter().filter(carries).collect(),
    };
    if found.is_empty() {
        return Err(Error::Workflow(format!(
            "nobody gets {name}: add a [[deliver]] entry with briefs = [\"{name}\"] to {file}; pesut reference lists the \
             kinds"
        )));
    }
    Ok(found)
}

fn key(message: &str, entry: &Delivering, recipient: &str) -> DeliveryKey {
    DeliveryKey { message: message.to_owned(), channel: entry.name.clone(), recipient: recipient.to_owned() }
}

fn no_draft(id: &BriefId) -> Error {
    let command = match name_and_date(id) {
        Some((name, date)) => format!("pesut brief --name {name} --date {date}"),
        None => "pesut brief --date DATE".to_owned(),
    };
    Error::Workflow(format!("there is no draft of {id}; build it first: {command}"))
}

/// An address as it may be shown: enough to recognise it, too little to write to it. A path is shown whole; of a web
/// address only the host, because the rest may be its key.
pub fn masked(recipient: &str) -> String {
    if let Some((scheme, rest)) = recipient.split_once("://") {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
        return format!("{scheme}://{host}/…");
    }
    if let Some((local, domain)) = recipient.rsplit_once('@').filter(|(local, _)| !local.is_empty()) {
        let first: String = local.chars().take(1).collect();
        return format!("{first}…@{domain}");
    }
    let digits = recipient.chars().filter(char::is_ascii_digit).count();
    if digits >= 6 && digits * 2 > recipient.chars().count() {
        let chars: Vec<char> = recipient.chars().collect();
        let (first, last) =
            (chars.iter().take(3).collect::<String>(), chars[chars.len() - 2..].iter().collect::<String>());
        return format!("{first}…{last}");
    }
    recipient.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_masked() {
        for (recipient, shown) in [
            ("ratna.p@kantor.example", "r…@kantor.example"),
            ("+6281234567890", "+62…90"),
            ("-1001234567", "-10…67"),
            ("@kanal_resmi", "@kanal_resmi"),
            ("/srv/berbagi/ringkasan", "/srv/berbagi/ringkasan"),
            ("https://kait.example/rahasia?kunci=1", "https://kait.example/…"),
            ("sftp://orang:sandi@arsip.example/masuk", "sftp://arsip.example/…"),
        ] {
            assert_eq!(masked(recipient), shown);
        }
    }
}
