//! `run`: every source once, everything derived, alerts raised, the briefs written.

use crate::{CollectOptions, Collected, Error, Office, Pipeline, Progress};
use model::{AlertNotice, Brief, BriefKind, Problem, SourceState};
use std::path::PathBuf;

/// What a run did.
#[derive(Default)]
pub struct RunReport {
    /// What came in, and how every source answered.
    pub collected: Collected,
    /// What was odd while deriving.
    pub problems: Vec<Problem>,
    /// What must be looked at and had not been told before.
    pub notices: Vec<AlertNotice>,
    /// The files of the briefs, in the order of the pipeline.
    pub files: Vec<PathBuf>,
    /// The last brief.
    pub brief: Option<Brief>,
}

impl RunReport {
    /// True where nothing was left out.
    pub fn is_whole(&self) -> bool {
        self.problems.is_empty() && self.collected.sources.iter().all(|source| is_well(source.state))
    }

    /// Names of the sources that were down, where there are any.
    pub fn failed(&self) -> Option<String> {
        let failed: Vec<&str> = self
            .collected
            .sources
            .iter()
            .filter(|source| source.state.is_down())
            .map(|source| source.name.as_str())
            .collect();
        (!failed.is_empty()).then(|| failed.join(", "))
    }
}

/// True where a source gave all that it should, or is not asked on purpose.
fn is_well(state: SourceState) -> bool {
    matches!(state, SourceState::Ok | SourceState::Silent | SourceState::Disabled)
}

impl Office {
    /// Collects from every source, derives, weighs what must be looked at, and writes the pipeline's briefs.
    ///
    /// # Errors
    /// Truth or something derived cannot be written. A source that is down is in the report instead.
    pub fn run(&mut self, pipeline: &Pipeline, progress: &dyn Progress) -> Result<RunReport, Error> {
        let collected = self.collect(pipeline, &CollectOptions::default(), progress)?;
        let mut report = RunReport { collected, ..RunReport::default() };
        report.problems = self.derive(progress)?;
        report.notices = self.weigh(progress)?;
        let date = self.clock.today(&self.zone);
        // The others have their own days: the schedule makes them, or whoever asks for them by name.
        for options in pipeline.briefs.iter().filter(|options| options.kind == BriefKind::Harian) {
            let brief = self.build_brief(options, date, None, progress)?;
            report.files.extend(self.write_edition(&brief, &options.formats, &options.out, progress)?);
            report.brief = Some(brief);
        }
        Ok(report)
    }
}
