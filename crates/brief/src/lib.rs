//! Tables, issues and the playbook to a `Brief`: the words of the morning.
//!
//! Invariant: pure. No clock, no file, no thread; the same `Input` gives the same `Brief`, byte for byte.
//! Every figure in a sentence is counted in the `Input` or computed from it here, and every sentence that rests on
//! documents names them. Where there is nothing the brief says "data belum ada"; it never fills a hole.
//! It never writes a verdict about a claim and never recommends silencing anybody.

mod words;

mod phrases;

mod movement;

mod view;

mod naming;

mod references;

mod header;

mod confidence;

mod opening;

mod cards;

mod continued;

mod questions;

mod evidence;

mod numbers;

mod kpi;

mod voices;

mod queued;

mod watch;

mod spread;

mod citizens;

mod positive;

mod analysis;

mod situation;

mod recommendation;

mod followup;

mod effect;

mod handover;

mod method;

mod figures;
// What people change in the words.
mod cuts;
pub mod edits;
// Handed to `compose` by whoever has the documents.
mod period;

mod story_rows;

pub use period::{PeriodInput, period};
pub use story_rows::{STORY_ROWS_MAX, story_rows};

pub use effect::{EffectItem, EffectOptions, effect, effect_items};
pub use handover::{HandoverInput, handover, handover_text};
use model::{
    Brief, BriefKind, Claim, Clarification, Correspondence, Effect, FactCheck, Frame, Issue, Layout, OpenTask, Period,
    Record, Region, Signatory, SourceGap, SourceHealth, StoryRow, Tables, Told,
};
// A paper of its own, about one claim.
mod clarification;

pub use clarification::{clarification, clarification_text};

// What an optional language model may propose, and what is let through.
pub mod rephrase;

use references::References;
use serde::{Deserialize, Serialize};
use view::View;

/// Everything a brief is made from.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The office's province: names, topics, agencies, playbook.
    pub region: &'a Region,
    /// One-day windows, oldest first; the last one is the brief's.
    pub frame: &'a Frame,
    /// Every figure of the last window.
    pub tables: &'a Tables,
    /// Issues over the frame, in any order; those without an item in the last window are left out.
    pub issues: &'a [Issue],
    /// Stories with an item in the last window.
    pub stories: u32,
    /// Near-copies among the items of the last window.
    pub copies: u32,
    /// Every source of the pipeline with its state.
    pub health: &'a [SourceHealth],
    /// Times in which sources could not be read, as far as they touch the frame.
    pub gaps: &'a [SourceGap],
    /// Items of the last window, as many as the caller cares to hand over, and items received in it but dated
    /// before it (`at` not after the window's start). In the order in which the clippings are to be listed.
    pub clippings: &'a [Record],
    /// How many items the clippings were chosen from.
    pub clippings_total: u32,
    /// The verification queue, the most pressing first; a claim's status decides which answer fits. Where it is empty,
    /// section 8 is made from the clippings.
    pub claims: &'a [Claim],
    /// Tasks as their decisions leave them.
    pub tasks: &'a [OpenTask],
    /// Clarifications and announcements that people recorded.
    pub clarifications: &'a [Clarification],
    /// What these did, measured with [`effect`].
    pub effects: &'a [Effect],
    /// The fact-checks that the claims' matches name.
    pub fact_checks: &'a [FactCheck],
    /// Issues that approved briefs of the days before have told.
    pub told: &'a [Told],
    /// One row a story of the window, for tables of clippings; handed through.
    pub story_rows: &'a [StoryRow],
    /// Tables over weeks or months, for a weekly or monthly brief.
    pub period: Option<&'a Period>,
    /// What the office decides about its brief.
    pub options: &'a Options,
}

/// What the office decides about its brief.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Its name in the pipeline, the first part of its id.
    pub name: String,
    /// What sort of brief it is.
    pub kind: BriefKind,
    /// Sections, in which order, under which headings, how many entries.
    pub layout: Layout,
    /// Lines of the letterhead below government and office.
    pub letterhead: Vec<String>,
    /// Who signs.
    pub signatory: Option<Signatory>,
    /// How the naskah dinas are addressed.
    pub correspondence: Correspondence,
    /// Title on page one.
    pub title: String,
    /// Number of the brief; the day of the year where absent.
    pub number: Option<u16>,
    /// Classification of the paper.
    pub classification: String,
    /// The unit that prepares it; the region's office where empty.
    pub prepared_by: String,
    /// True where the data is invented.
    pub fictional: bool,
    /// Version of the program and of the lexicons.
    pub version: String,
    /// Clippings listed at most; what a sentence cites is always listed.
    pub max_references: usize,
    /// Minutes from the cut-off until the brief lies on the desk. A deadline that would have passed by then is
    /// counted from the desk, because nobody can act before reading.
    pub delivery_minutes: u16,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            name: "harian".to_owned(),
            kind: BriefKind::Harian,
            layout: Layout::default(),
            letterhead: Vec::new(),
            signatory: None,
            correspondence: Correspondence::default(),
            title: BriefKind::Harian.title().to_owned(),
            number: None,
            classification: "Biasa".to_owned(),
            prepared_by: String::new(),
            fictional: false,
            version: String::new(),
            max_references: 400,
            delivery_minutes: 90,
        }
    }
}

/// Writes the brief.
///
/// Sections are composed in reading order, because references are numbered by first use.
pub fn compose(input: &Input<'_>) -> Brief {
    let view = View::new(input);
    let mut references = References::new(&view);
    let header = header::compose(&view);
    let confidence = confidence::compose(&view);
    let watch_groups = watch::groups(&view);
    let decisions = opening::decisions(&view);
    let bluf = opening::bluf(&view, watch::open(&watch_groups), &mut references);
    let alerts = cards::alerts(&view, &mut references);
    let questions = questions::compose(&view, &mut references);
    let numbers = numbers::compose(&view);
    let kpis = kpi::compose(&view, &mut references);
    let top_issues = cards::top_issues(&view, &mut references);
    let speakers = voices::speakers(&view, &mut references);
    let watch = watch::compose(&view, &watch_groups, &mut references);
    let aspirations = citizens::compose(&view, &mut references);
    let positive = positive::compose(&view, &mut references);
    let analysis = analysis::compose(&view, &mut references);
    let recommendations = recommendation::compose(&view, &mut references);
    let tasks = followup::tasks(&view);
    let followup = followup::statements(&view, &tasks, &mut references);
    let references = references.finish();
    // A sentence may cite a document from before the window, which the window's total does not count.
    let references_total = input.clippings_total.max(u32::try_from(references.len()).unwrap_or(u32::MAX));
    let mut method = method::compose(&view);
    method.sentences.extend(cuts::clippings(&view, references.len(), references_total));
    let mut brief = Brief {
        header,
        layout: input.options.layout.clone(),
        confidence,
        bluf,
        decisions,
        alerts,
        questions,
        numbers,
        kpis,
        period: input.period.cloned(),
        top_issues,
        sources: voices::sources(&view),
        speakers,
        watch,
        aspirations,
        positive,
        analysis,
        recommendations,
        followup,
        tasks,
        effects: input.effects.to_vec(),
        method,
        references,
        references_total,
        stories: input.story_rows.to_vec(),
        figures: Vec::new(),
        revisions: Vec::new(),
        corrections: Vec::new(),
    };
    brief.figures = figures::compose(&brief);
    brief
}
