//! The way of a brief: draft, reviewed, approved, sent, corrected.
//!
//! What people did is in truth as decisions. Approving freezes the draft that was last built, so that what is sent is
//! what was read, whatever comes in meanwhile. A brief that has left is never changed: it is corrected (RALAT), which
//! makes a new edition.

use crate::{BriefOptions, Error, Office, Progress, answers::write_whole, messages};
use brief::edits::{self, Edit};
use jiff::{SignedDuration, Timestamp, civil::Date};
use model::{
    Act, Brief, BriefId, BriefState, Correction, Decision, DeliveryState, DocumentKey, Edition, IssueCard, IssueId,
    Layout, Region, Told, WorkflowStep,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Days for which an issue counts as told: who comes back from leave has read the last two weeks.
const TOLD_DAYS: i64 = 14;

/// How far a brief has come.
#[derive(Clone, Debug)]
pub struct Way {
    /// Which brief.
    pub brief: BriefId,
    /// Where it stands.
    pub state: BriefState,
    /// What led there, oldest first.
    pub steps: Vec<WorkflowStep>,
    /// The edition that somebody answers for, and that nobody took back; kept while a correction is being made.
    pub approved: Option<Edition>,
    /// Corrections since then, which make the next edition.
    pub corrections: Vec<Correction>,
    /// Changes by people since then, or since ever.
    edits: Vec<Edit>,
    /// The layout that a person gave to this brief.
    layout: Option<Layout>,
}

impl Way {
    /// The edition that the next approval makes, or that stands.
    pub fn edition(&self) -> u16 {
        let approved = self.approved.as_ref().map_or(0, |edition| edition.edition);
        if self.is_open() { approved + 1 } else { approved }
    }

    /// True where there is something to approve.
    pub fn is_open(&self) -> bool {
        self.approved.is_none() || !self.corrections.is_empty()
    }

    /// The edition that may be sent: approved, and not being corrected.
    pub fn ready(&self) -> Option<&Edition> {
        self.approved.as_ref().filter(|_| !self.is_open())
    }

    fn status(&self) -> String {
        match (self.state.is_final(), self.edition()) {
            (false, 2..) => format!("{} RALAT", BriefState::Draf.label()),
            _ => self.state.label().to_owned(),
        }
    }
}

impl Office {
    /// The settings of a brief by its name; of the first one without a name.
    ///
    /// # Errors
    /// The pipeline names no such brief.
    pub fn brief_named(&self, name: Option<&str>) -> Result<BriefOptions, Error> {
        let found = match name {
            None => self.briefs.first(),
            Some(name) => self.briefs.iter().find(|options| options.name() == name),
        };
        found.cloned().ok_or_else(|| {
            let known: Vec<&str> = self.briefs.iter().map(BriefOptions::name).collect();
            Error::Workflow(format!("no brief is called \"{}\"; known: {}", name.unwrap_or("-"), known.join(", ")))
        })
    }

    /// How far a brief has come.
    ///
    /// # Errors
    /// Truth cannot be read.
    pub fn way(&self, brief: &BriefId) -> Result<Way, Error> {
        let decisions = self.truth.decisions()?;
        let editions = self.truth.editions(brief)?;
        Ok(self.way_in(brief, &decisions, &editions))
    }

    fn way_in(&self, brief: &BriefId, decisions: &[Decision], editions: &[Edition]) -> Way {
        let mut about: Vec<&Decision> =
            decisions.iter().filter(|decision| decision.act.brief() == Some(brief)).collect();
        // Recorded later but taken earlier counts as earlier; of one moment, the order of recording.
        about.sort_by_key(|decision| decision.at);
        let mut way = Way {
            brief: brief.clone(),
            state: BriefState::Draf,
            steps: Vec::new(),
            approved: None,
            corrections: Vec::new(),
            edits: Vec::new(),
            layout: None,
        };
        for decision in about {
            self.take_step(&mut way, decision, editions);
        }
        way
    }

    fn take_step(&self, way: &mut Way, decision: &Decision, editions: &[Edition]) {
        let words = self.clock_words();
        let at_words = words.of(decision.at);
        let mut reason = decision.reason.clone();
        match &decision.act {
            Act::ReviewBrief { .. } => way.state = BriefState::Ditinjau,
            Act::ApproveBrief { edition, hash, .. } => {
                let found = editions.iter().find(|found| found.edition == *edition && found.hash == *hash);
                let Some(found) = found else { return };
                way.approved = Some(found.clone());
                (way.corrections, way.edits) = (Vec::new(), Vec::new());
                way.state = if *edition > 1 { BriefState::Diralat } else { BriefState::Disetujui };
            }
            Act::ReturnBrief { .. } => {
                // A correction that is given back leaves the edition that was sent as it is.
                if !way.is_open() {
                    way.edits = way.approved.take().map_or_else(Vec::new, |edition| edits_of(&edition.content));
                }
                way.state = BriefState::Draf;
            }
            Act::CorrectBrief { wrong, right, .. } => {
                way.state = BriefState::Draf;
                reason = Some(format!("Ralat: \"{wrong}\" menjadi \"{right}\""));
                way.corrections.push(Correction {
                    wrong: wrong.clone(),
                    right: right.clone(),
                    by: decision.by.clone(),
                    at: decision.at,
                    at_words: at_words.clone(),
                });
            }
            Act::EditBrief { part, before, after, .. } => {
                way.edits.push(Edit {
                    part: part.clone(),
                    before: before.clone(),
                    after: after.clone(),
                    by: decision.by.clone(),
                    at: decision.at,
                    reason,
                });
                return;
            }
            Act::LayoutBrief { layout, .. } => {
                way.layout = Some(layout.clone());
                return;
            }
            _ => return,
        }
        way.steps.push(WorkflowStep { state: way.state, by: decision.by.clone(), at: decision.at, at_words, reason });
    }

    /// The brief as it stands: the approved edition where there is one, else the draft, built anew and kept.
    ///
    /// # Errors
    /// Something cannot be read, or truth cannot be written.
    pub fn build_brief(
        &mut self,
        options: &BriefOptions,
        date: Date,
        issue: Option<&IssueId>,
        progress: &dyn Progress,
    ) -> Result<Brief, Error> {
        let decisions = self.truth.decisions()?;
        let options = self.with_latest_layout(options, date, &decisions);
        // Two issues may have a brief of their own on one day.
        let id = match issue {
            Some(issue) => BriefId(format!("{}-{issue}-{date}", options.name())),
            None => BriefId(format!("{}-{date}", options.name())),
        };
        let way = self.way_in(&id, &decisions, &self.truth.editions(&id)?);
        if let Some(edition) = way.ready() {
            return Ok(edition.content.clone());
        }
        let mut base = match &way.approved {
            Some(edition) => edition.content.clone(),
            None => self.brief_of(&options, date, issue, progress)?,
        };
        base.header.id = id;
        let brief = finished(base, &way);
        self.truth.save_draft(&brief, self.clock.now())?;
        Ok(brief)
    }

    /// The settings with the layout that a person gave to this brief or to the latest one before it.
    fn with_latest_layout(&self, options: &BriefOptions, date: Date, decisions: &[Decision]) -> BriefOptions {
        let layouts = decisions.iter().filter_map(|decision| match &decision.act {
            Act::LayoutBrief { brief, layout } => {
                let (name, of) = name_and_date(brief)?;
                (name == options.name() && of <= date).then_some(((of, decision.at), layout))
            }
            _ => None,
        });
        match layouts.max_by_key(|(order, _)| *order) {
            Some((_, layout)) => with_layout(options, layout),
            None => options.clone(),
        }
    }

    /// Lays what people decided since over the draft that is kept, and keeps it; `None` where there is no draft.
    fn refresh_draft(&mut self, id: &BriefId) -> Result<Option<Brief>, Error> {
        let way = self.way(id)?;
        if !way.is_open() {
            return Ok(None);
        }
        let base = match (&way.approved, self.truth.draft(id)?) {
            (Some(edition), _) => edition.content.clone(),
            (None, Some(draft)) => draft.content,
            (None, None) => return Ok(None),
        };
        let brief = finished(base, &way);
        self.truth.save_draft(&brief, self.clock.now())?;
        Ok(Some(brief))
    }

    /// Records what a person did about a brief; the inner error says in words why it cannot be.
    ///
    /// # Errors
    /// Truth cannot be read or written.
    pub fn decide_brief(&mut self, act: Act, by: &str, reason: Option<String>) -> Result<Result<Way, String>, Error> {
        let Some(id) = act.brief().cloned() else { return Ok(Err("this is no act about a brief".to_owned())) };
        let last = self.way(&id)?.steps.last().map(|step| step.at);
        let edited = self.truth.decisions()?.iter().filter(|one| one.act.brief() == Some(&id)).map(|one| one.at).max();
        // One step after the other, also where the clock stands still or went back.
        let now = self.clock.now();
        let at = last.max(edited).map_or(now, |last| now.max(last + SignedDuration::from_millis(1)));
        let decision = store::decision(act, by.trim(), at, reason.filter(|reason| !reason.trim().is_empty()));
        Ok(match self.record_brief_act(&decision)? {
            Ok(_) => Ok(self.way(&id)?),
            Err(why) => Err(why),
        })
    }

    /// Checks and records one decision about a brief; true where it was not known.
    pub(crate) fn record_brief_act(&mut self, decision: &Decision) -> Result<Result<bool, String>, Error> {
        let Some(id) = decision.act.brief().cloned() else { return Ok(Ok(false)) };
        let way = self.way(&id)?;
        if let Err(why) = self.check_brief_act(decision, &way)? {
            // A file that is recorded again is no mistake.
            let known = self.truth.decisions()?.iter().any(|one| one.id == decision.id);
            return Ok(if known { Ok(false) } else { Err(why) });
        }
        if let Act::ApproveBrief { edition, hash, .. } = &decision.act {
            let draft = self.truth.draft(&id)?.filter(|draft| draft.hash == *hash);
            let Some(draft) = draft else { return Ok(Err("the draft has changed meanwhile".to_owned())) };
            let frozen = self.frozen(draft.content, &way, decision, *edition);
            self.truth.save_edition(&Edition {
                brief: id.clone(),
                edition: *edition,
                at: decision.at,
                by: decision.by.clone(),
                hash: hash.clone(),
                content: frozen,
            })?;
        }
        let recorded = self.truth.record_decisions(std::slice::from_ref(decision))?;
        if let Act::LayoutBrief { layout, .. } = &decision.act
            && let Some(mut draft) = self.truth.draft(&id)?
        {
            draft.content.layout = layout.clone();
            self.truth.save_draft(&draft.content, self.clock.now())?;
        }
        self.refresh_draft(&id)?;
        Ok(Ok(recorded.recorded > 0))
    }

    /// The draft as it is when somebody answers for it.
    fn frozen(&self, mut content: Brief, way: &Way, decision: &Decision, edition: u16) -> Brief {
        let state = if edition > 1 { BriefState::Diralat } else { BriefState::Disetujui };
        content.header.state = state;
        content.header.status = state.label().to_owned();
        content.header.edition = edition;
        content.header.workflow.clone_from(&way.steps);
        content.header.workflow.push(WorkflowStep {
            state,
            by: decision.by.clone(),
            at: decision.at,
            at_words: self.clock_words().of(decision.at),
            reason: decision.reason.clone(),
        });
        content
    }

    fn check_brief_act(&self, decision: &Decision, way: &Way) -> Result<Result<(), String>, Error> {
        let id = &way.brief;
        let draft = self.truth.draft(id)?;
        let build = || match name_and_date(id) {
            Some((name, date)) => format!("build it first: pesut brief --name {name} --date {date}"),
            None => "build it first: pesut brief --date DATE".to_owned(),
        };
        let approved = |what: &str| {
            format!(
                "{id} is approved and cannot be {what}; take it back with pesut brief return while it has not left, or \
                 correct it with pesut brief correct"
            )
        };
        let checked = match &decision.act {
            Act::LayoutBrief { .. } if way.approved.is_some() => Err(approved("laid out anew")),
            Act::LayoutBrief { .. } => Ok(()),
            Act::CorrectBrief { .. } if way.approved.is_none() => {
                Err(format!("{id} is not approved yet: change the draft itself, with pesut brief edit"))
            }
            Act::CorrectBrief { .. } => Ok(()),
            Act::ReturnBrief { .. } if decision.reason.is_none() => Err("a reason is missing: add --reason".to_owned()),
            Act::ReturnBrief { .. } if way.state == BriefState::Draf && way.steps.is_empty() => {
                Err(format!("{id} is a draft already"))
            }
            Act::ReturnBrief { .. } if !way.is_open() && self.has_left(id)? => Err(format!(
                "{id} is on its way already and cannot be taken back; correct it: pesut brief correct {id} --wrong … \
                 --right … --as NAME"
            )),
            Act::ReturnBrief { .. } => Ok(()),
            _ if draft.is_none() && way.approved.is_none() => Err(format!("there is no draft of {id}; {}", build())),
            Act::ReviewBrief { .. } if !way.is_open() => Err(format!("{id} is approved already")),
            Act::ReviewBrief { .. } => Ok(()),
            Act::EditBrief { .. } if !way.is_open() => Err(approved("edited")),
            Act::EditBrief { part, before, .. } => {
                let parts = draft.as_ref().map_or_else(Vec::new, |draft| edits::parts(&draft.content));
                match parts.iter().find(|found| found.part == *part) {
                    None if parts.iter().any(|found| found.text == *before) => Ok(()),
                    None => Err(format!("{id} has no text at \"{part}\"; pesut brief edit {id} lists what it has")),
                    Some(_) => Ok(()),
                }
            }
            Act::ApproveBrief { .. } if !way.is_open() => Err(format!("{id} is approved already")),
            Act::ApproveBrief { edition, .. } if *edition != way.edition() => {
                Err(format!("edition {edition} of {id} is not the one to approve; that is edition {}", way.edition()))
            }
            Act::ApproveBrief { hash, .. } => match &draft {
                Some(draft) if draft.hash == *hash => Ok(()),
                Some(draft) => Err(format!(
                    "{id} has changed since it was read: its content is {}, not {hash}; read it again",
                    draft.hash
                )),
                None => Err(format!("there is no draft of {id}; {}", build())),
            },
            _ => Ok(()),
        };
        Ok(checked)
    }

    /// True where something of the approved edition is in the ledger.
    fn has_left(&self, id: &BriefId) -> Result<bool, Error> {
        let left = self.truth.deliveries_of_brief(id)?;
        Ok(left.iter().any(|delivery| !delivery.key.message.ends_with("/0")))
    }

    /// What to look at again before a brief is approved or sent, because people changed its words.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn edit_warnings(&self, brief: &Brief) -> Result<Vec<String>, Error> {
        let touched: BTreeSet<&str> = brief.revisions.iter().map(|revision| revision.part.as_str()).collect();
        if touched.is_empty() {
            return Ok(Vec::new());
        }
        let parts = edits::parts(brief);
        let refs: BTreeSet<u32> = parts
            .iter()
            .filter(|part| touched.contains(part.part.as_str()))
            .flat_map(|part| part.refs.clone())
            .collect();
        let searcher = self.index.searcher();
        let mut evidence = BTreeMap::new();
        for reference in brief.references.iter().filter(|reference| refs.contains(&reference.number)) {
            if let Some(record) = searcher.get(&reference.key)? {
                evidence.insert(reference.number, record.text);
            }
        }
        Ok(edits::warnings(brief, &evidence))
    }

    /// The draft of a brief with the hash under which it is approved.
    ///
    /// # Errors
    /// Truth cannot be read.
    pub fn draft(&self, brief: &BriefId) -> Result<Option<(Brief, String)>, Error> {
        Ok(self.truth.draft(brief)?.map(|draft| (draft.content, draft.hash)))
    }

    /// The brief as it stands without building it: the approved edition, or the draft that was last built.
    ///
    /// # Errors
    /// Truth cannot be read.
    pub fn standing_brief(&self, brief: &BriefId) -> Result<Option<Brief>, Error> {
        match self.way(brief)?.ready() {
            Some(edition) => Ok(Some(edition.content.clone())),
            None => Ok(self.truth.draft(brief)?.map(|draft| draft.content)),
        }
    }

    /// Writes the files of a brief; those of a correction beside those of what it corrects.
    ///
    /// # Errors
    /// As [`Office::write_brief`].
    pub fn write_edition(
        &self,
        brief: &Brief,
        formats: &[String],
        out: &Path,
        progress: &dyn Progress,
    ) -> Result<Vec<PathBuf>, Error> {
        if brief.header.edition < 2 {
            return self.write_brief(brief, formats, out, progress);
        }
        std::fs::create_dir_all(out).map_err(|source| Error::Write { path: out.to_owned(), source })?;
        let message = messages::of_brief(brief, brief.header.edition, formats)?;
        let mut paths = Vec::with_capacity(message.files.len());
        for file in message.files {
            let path = out.join(file.name);
            write_whole(&path, &file.bytes)?;
            paths.push(path);
        }
        Ok(paths)
    }

    /// Issues that approved briefs of the days before a date have told; what a brief of that date calls "lanjutan".
    ///
    /// # Errors
    /// Truth cannot be read.
    pub fn told(&self, date: Date) -> Result<Vec<Told>, Error> {
        let midnight = date.to_zoned(self.zone.clone()).map_or_else(|_| self.clock.now(), |zoned| zoned.timestamp());
        let since = midnight - SignedDuration::from_hours(24 * (TOLD_DAYS + 1));
        let decisions = self.truth.decisions()?;
        let editions = self.truth.editions_since(since)?;
        let ids: BTreeSet<&BriefId> = editions.iter().map(|edition| &edition.brief).collect();
        let mut standing: Vec<Brief> = Vec::new();
        for id in ids {
            let of: Vec<Edition> = editions.iter().filter(|edition| edition.brief == *id).cloned().collect();
            standing.extend(self.way_in(id, &decisions, &of).approved.map(|edition| edition.content));
        }
        standing.retain(|brief| brief.header.date < date);
        standing.sort_by_key(|brief| (brief.header.date, brief.header.window.to));
        Ok(told_by(&standing, &self.lexicons.region))
    }
}

/// Issues with the latest brief that told each, from briefs in the order of their dates.
fn told_by(briefs: &[Brief], region: &Region) -> Vec<Told> {
    let mut told: BTreeMap<IssueId, Told> = BTreeMap::new();
    for brief in briefs {
        let keys: BTreeMap<u32, &DocumentKey> =
            brief.references.iter().map(|reference| (reference.number, &reference.key)).collect();
        for card in brief.alerts.iter().chain(&brief.top_issues) {
            let mut documents: Vec<DocumentKey> =
                refs_of(card).into_iter().filter_map(|number| keys.get(&number).copied().cloned()).collect();
            let before = told.remove(&card.id);
            let since = before.as_ref().map_or(brief.header.date, |before| before.since);
            documents.extend(before.into_iter().flat_map(|before| before.documents));
            documents.sort();
            documents.dedup();
            let row = Told {
                issue: card.id.clone(),
                brief: brief.header.id.clone(),
                date: brief.header.date,
                since,
                risk: card.risk,
                until: brief.header.window.to,
                places: region
                    .places
                    .iter()
                    .filter(|place| card.places.contains(&place.short))
                    .map(|place| place.code.clone())
                    .collect(),
                documents,
            };
            told.insert(card.id.clone(), row);
        }
    }
    told.into_values().collect()
}

fn refs_of(card: &IssueCard) -> BTreeSet<u32> {
    let statements = card.summary.iter().chain(&card.framing).flat_map(|statement| &statement.refs);
    statements.chain(card.quotes.iter().flat_map(|quote| &quote.refs)).copied().collect()
}

/// A draft with the changes, corrections and signatures of its way.
fn finished(mut brief: Brief, way: &Way) -> Brief {
    if way.approved.is_some() {
        brief.revisions.clear();
    }
    for correction in &way.corrections {
        if !brief.corrections.iter().any(|known| known == correction) {
            edits::replace(&mut brief, &correction.wrong, &correction.right);
            brief.corrections.push(correction.clone());
        }
    }
    // A draft that is kept has some of the changes already; each is laid over once.
    let known = edits_of(&brief);
    let missing: Vec<Edit> =
        way.edits.iter().filter(|edit| !known.iter().any(|one| is_one(one, edit))).cloned().collect();
    edits::apply(&mut brief, &missing);
    if let Some(layout) = &way.layout {
        brief.layout = layout.clone();
    }
    brief.header.state = way.state;
    brief.header.status = way.status();
    brief.header.edition = way.edition();
    brief.header.workflow.clone_from(&way.steps);
    brief
}

/// The same change, wherever it was laid.
fn is_one(a: &Edit, b: &Edit) -> bool {
    a.at == b.at && a.by == b.by && a.before == b.before && a.after == b.after
}

fn edits_of(brief: &Brief) -> Vec<Edit> {
    let revisions = brief.revisions.iter().cloned();
    let edit = |revision: model::Revision| Edit {
        part: revision.part,
        before: revision.before,
        after: revision.after,
        by: revision.by,
        at: revision.at,
        reason: revision.reason,
    };
    revisions.map(edit).collect()
}

/// The name and date in the id of a brief: `harian-2026-11-20`.
pub fn name_and_date(brief: &BriefId) -> Option<(&str, Date)> {
    let (name, date) = brief.as_str().split_at_checked(brief.as_str().len().checked_sub(11)?)?;
    Some((name, date.strip_prefix('-')?.parse().ok()?))
}

/// The settings with another layout.
fn with_layout(options: &BriefOptions, layout: &Layout) -> BriefOptions {
    BriefOptions {
        sections: layout.sections.iter().map(|entry| entry.section).collect(),
        headings: layout.sections.iter().map(|entry| (entry.section, entry.heading.clone())).collect(),
        limits: layout.sections.iter().filter_map(|entry| Some((entry.section, entry.limit?))).collect(),
        ..options.clone()
    }
}

/// True where nothing more becomes of a delivery.
pub(crate) fn is_over(state: DeliveryState) -> bool {
    matches!(state, DeliveryState::Sent | DeliveryState::GivenUp)
}

/// When the first of a brief's deliveries arrived.
pub(crate) fn sent_at(deliveries: &[model::Delivery]) -> Option<Timestamp> {
    deliveries.iter().filter(|one| one.state == DeliveryState::Sent).map(|one| one.changed_at).min()
}
