//! `run --watch` and `schedule`: collects, and between two stretches of collecting does what is planned.
//!
//! What is planned is recorded when it is done, so that a kill in the middle means that it is done again; nothing leaves
//! twice all the same, because the ledger knows it.

use crate::collecting::Watching;
use crate::inbox;
use crate::scheduling::{due, next_moment};
use crate::{CollectOptions, Collected, Desk, Error, Job, JobKind, Occasion, Office, Pipeline, Progress, SendOptions};
use jiff::{SignedDuration, Timestamp, civil::DateTime};
use model::{BriefId, Problem};
use std::path::Path;
use store::TruthView;
use tokio::sync::watch::Receiver;

/// How often issues are weighed and deliveries looked at, whatever is planned: an alert must not wait longer.
const LOOK_EVERY: SignedDuration = SignedDuration::from_mins(5);
/// A brief that nobody approved for so long is not sent by itself any more.
const HELD_HOURS_MAX: i64 = 24;

/// What became of a planned time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    /// Which.
    pub occasion: Occasion,
    /// `done`, `held` or `failed`.
    pub outcome: &'static str,
    /// In words, where there is something to say.
    pub words: String,
}

/// What a watch did.
#[derive(Default)]
pub struct Watched {
    /// What came in, and how every source answered.
    pub collected: Collected,
    /// What was odd while deriving.
    pub problems: Vec<Problem>,
    /// Planned times that were served.
    pub served: Vec<Served>,
    /// True where the operator had to be told of something and could not be reached.
    pub operator_unreached: bool,
}

impl Office {
    /// Collects, keeps the schedule, sends alerts and tries again what failed, until `stop` is true.
    ///
    /// # Errors
    /// Truth or something derived cannot be written.
    pub fn keep_watch(
        &mut self,
        pipeline: &Pipeline,
        options: &CollectOptions,
        progress: &dyn Progress,
        stop: &Receiver<bool>,
    ) -> Result<Watched, Error> {
        let client = net::Client::new(pipeline.fetch.apply(options.net.clone()))?;
        let mut watched = Watched::default();
        loop {
            self.tick(pipeline, progress, &mut watched)?;
            if *stop.borrow() {
                return Ok(watched);
            }
            let until = Some(self.next_look(pipeline)?);
            let data = self.data_dir.path().to_owned();
            let wanted = move || inbox::is_waiting(&data);
            let stop = Box::pin(stopped(stop.clone()));
            let watching = Watching { stop, until, client: Some(client.clone()), wanted: &wanted };
            let collected = self.watch_until(pipeline, options, progress, watching)?;
            watched.collected.add(collected);
        }
    }

    /// Does whatever is due now.
    ///
    /// # Errors
    /// As [`Office::keep_watch`].
    pub fn tick(&mut self, pipeline: &Pipeline, progress: &dyn Progress, watched: &mut Watched) -> Result<(), Error> {
        watched.problems.extend(self.derive(progress)?);
        self.read_inbox(progress)?;
        self.weigh(&crate::Silent)?;
        self.send_notices(pipeline)?;
        let served = self.serve_due(pipeline, progress)?;
        for one in &served {
            progress.notice(&format!("{} {}: {} {}", one.occasion.job(), one.occasion.planned, one.outcome, one.words));
        }
        watched.served.extend(served);
        self.retry(pipeline)?;
        watched.operator_unreached |= self.operator_unreached;
        Ok(())
    }

    /// Serves what the schedule asks for now, and briefs that waited and were approved meanwhile.
    ///
    /// # Errors
    /// Truth cannot be read or written. What a job came to is in its line.
    pub fn serve_due(&mut self, pipeline: &Pipeline, progress: &dyn Progress) -> Result<Vec<Served>, Error> {
        let mut all = Vec::new();
        for (job, planned) in self.truth.occasions_that("held")? {
            let Some((brief, kind)) = job.rsplit_once('/') else { continue };
            if kind != JobKind::Send.as_str() {
                continue;
            }
            let id = BriefId(format!("{brief}-{}", planned.date()));
            let occasion = Occasion { planned, kind: JobKind::Send, brief: brief.to_owned() };
            let waited = self.zone.to_datetime(self.clock.now()).duration_since(planned).as_hours();
            if self.way(&id)?.ready().is_some() {
                let served = self.serve(pipeline, occasion, progress)?;
                self.truth.finish_occasion(&job, planned, served.outcome)?;
                all.push(served);
            } else if waited >= HELD_HOURS_MAX {
                self.truth.finish_occasion(&job, planned, "lapsed")?;
            }
        }
        let now = self.zone.to_datetime(self.clock.now());
        for occasion in due(&pipeline.schedule, &self.truth.occasions()?, now) {
            let (job, planned) = (occasion.job(), occasion.planned);
            let served = self.serve(pipeline, occasion, progress)?;
            self.truth.record_occasion(&job, planned, served.outcome, self.clock.now())?;
            all.push(served);
        }
        Ok(all)
    }

    /// Serves one planned time; what fails is told to the operator and not tried again by itself.
    fn serve(&mut self, pipeline: &Pipeline, occasion: Occasion, progress: &dyn Progress) -> Result<Served, Error> {
        let id = BriefId(format!("{}-{}", occasion.brief, occasion.planned.date()));
        let outcome = match occasion.kind {
            JobKind::Collect => self.serve_collect(pipeline, progress),
            JobKind::Build => self.serve_build(&occasion, progress),
            JobKind::Send => self.serve_send(pipeline, &occasion, &id, progress),
        };
        let (outcome, words) = match outcome {
            Ok(found) => found,
            // Without truth there is nothing to go on with.
            Err(error @ Error::Store(_)) => return Err(error),
            Err(error) => {
                let words = crate::collecting::chain(&error);
                let what = match occasion.kind {
                    JobKind::Collect => "pengumpulan data",
                    JobKind::Build => "penyusunan",
                    JobKind::Send => "pengiriman",
                };
                let text = format!(
                    "{what} {id} yang dijadwalkan pukul {} gagal: {words}\nPerbaiki sebabnya, lalu jalankan sendiri: pesut \
                     {} --pipeline {}",
                    occasion.planned.strftime("%H.%M"),
                    command(&occasion, &id),
                    pipeline.path.display()
                );
                let matter = format!("operator/jadwal/{}/{}", occasion.job(), occasion.planned);
                self.tell_operator(pipeline, &matter, &format!("{what} {id} gagal"), &text)?;
                ("failed", words)
            }
        };
        Ok(Served { occasion, outcome, words })
    }

    fn serve_collect(&mut self, pipeline: &Pipeline, progress: &dyn Progress) -> Result<(&'static str, String), Error> {
        let collected = self.collect(pipeline, &CollectOptions::default(), progress)?;
        self.derive(progress)?;
        Ok(("done", format!("{} new items", collected.imported)))
    }

    fn serve_build(&mut self, occasion: &Occasion, progress: &dyn Progress) -> Result<(&'static str, String), Error> {
        let settings = self.brief_named(Some(&occasion.brief))?;
        let brief = self.build_brief(&settings, occasion.planned.date(), None, progress)?;
        let files = self.write_edition(&brief, &settings.formats, &settings.out, progress)?;
        Ok(("done", format!("{} files", files.len())))
    }

    fn serve_send(
        &mut self,
        pipeline: &Pipeline,
        occasion: &Occasion,
        id: &BriefId,
        progress: &dyn Progress,
    ) -> Result<(&'static str, String), Error> {
        if self.standing_brief(id)?.is_none() {
            self.serve_build(occasion, progress)?;
        }
        let options = SendOptions { brief: id.clone(), ..SendOptions::default() };
        let report = self.send(pipeline, &options, progress)?;
        if let Some(held) = &report.held {
            let time = occasion.planned.strftime("%H.%M");
            let text = format!("Pukul {time} sudah lewat. {held}");
            self.tell_operator(pipeline, &format!("operator/tahan/{id}"), &format!("{id} belum disetujui"), &text)?;
            return Ok(("held", held.clone()));
        }
        Ok(("done", format!("{} sent, {} to be tried again, {} given up", report.sent, report.later, report.given_up)))
    }

    /// When there is something to do next, as far as is known now.
    fn next_look(&self, pipeline: &Pipeline) -> Result<Timestamp, Error> {
        let now = self.clock.now();
        let retry = self.truth.open_deliveries()?.iter().filter_map(|one| one.next_at).filter(|next| *next > now).min();
        let planned = next_moment(&pipeline.schedule, now, &self.zone);
        let look = now + LOOK_EVERY;
        Ok([retry, planned].into_iter().flatten().min().map_or(look, |next| next.min(look)))
    }
}

fn command(occasion: &Occasion, id: &BriefId) -> String {
    match occasion.kind {
        JobKind::Collect => "collect".to_owned(),
        JobKind::Build => format!("brief --name {} --date {}", occasion.brief, occasion.planned.date()),
        JobKind::Send => format!("brief send {id}"),
    }
}

async fn stopped(mut stop: Receiver<bool>) {
    // The sender lives as long as the program; without it nobody can ask any more.
    drop(stop.wait_for(|stopped| *stopped).await);
}

/// A job with its times, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobLine {
    /// Its name: `harian/send`.
    pub job: String,
    /// The expression.
    pub cron: String,
    /// When it is done next.
    pub next: Option<DateTime>,
    /// The last planned time that was served, with how it ended.
    pub last: Option<(DateTime, String)>,
    /// The time that would be caught up now.
    pub due: Option<DateTime>,
}

/// Every job of a schedule with its times; reads truth, also while another process writes it, and changes nothing.
///
/// # Errors
/// Truth cannot be read.
pub fn schedule_lines(desk: &Desk, data: &Path) -> Result<Vec<JobLine>, Error> {
    let jobs: &[Job] = desk.pipeline.as_ref().map_or(&[], |pipeline| &pipeline.schedule);
    let registry = TruthView::open(data)?;
    let served = registry.occasions()?;
    let now = desk.zone.to_datetime(desk.clock.now());
    let due = due(jobs, &served, now);
    let mut lines = Vec::with_capacity(jobs.len());
    for job in jobs {
        let name = job.name();
        lines.push(JobLine {
            cron: job.cron.as_str().to_owned(),
            next: job.next(now),
            last: registry.last_occasion(&name)?,
            due: due.iter().find(|occasion| occasion.job() == name).map(|occasion| occasion.planned),
            job: name,
        });
    }
    Ok(lines)
}
