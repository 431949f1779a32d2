//! `doctor`: what this installation is, and what looks wrong.

use crate::{Desk, Error, Office, Progress};
use model::SourceState;
use serde::Serialize;
use std::path::Path;

/// A source that was not read for longer than this is worth a word: one missed morning, not one missed hour.
const SOURCE_STALE_HOURS: i64 = 36;

/// What was found.
#[derive(Debug, Serialize)]
pub struct Diagnosis {
    /// Name and value, in the order in which they are printed.
    pub facts: Vec<(String, String)>,
    /// What a person should look at.
    pub warnings: Vec<String>,
}

/// Looks at program, lexicons and data directory.
///
/// # Errors
/// The data directory is in use or cannot be opened at all.
pub fn diagnose(desk: &Desk, data: &Path, progress: &dyn Progress) -> Result<Diagnosis, Error> {
    let region = &desk.lexicons.region;
    let mut facts: Vec<(String, String)> = Vec::new();
    let mut fact = |name: &str, value: String| facts.push((name.to_owned(), value));
    fact("program", format!("pesut {}", env!("CARGO_PKG_VERSION")));
    fact("region", format!("{} ({})", region.name, region.title));
    fact("lexicons", desk.lexicons.version.clone());
    fact(
        "known",
        format!(
            "{} topics, {} places, {} agencies, {} programmes, {} outlets",
            region.topics.len(),
            region.places.len(),
            region.agencies.len(),
            region.programmes.len(),
            region.media.len()
        ),
    );
    fact("zone", format!("{} ({})", desk.zone.iana_name().unwrap_or("?"), region.zone_label));
    fact("data directory", data.display().to_string());
    if !data.exists() {
        return Ok(Diagnosis {
            facts,
            warnings: vec!["the data directory does not exist yet; import or run makes it".into()],
        });
    }
    let office = Office::open(desk, data, progress)?;
    let counts = office.truth.count()?;
    fact("truth", format!("{} documents, {} revisions", counts.documents, counts.revisions));
    fact("derived up to", format!("index {}, facts {}", office.index.last_sequence(), office.facts.last_sequence()));
    let mut warnings = office.truth.verify()?;
    let health = office.health()?;
    fact("sources", format!("{} known", health.len()));
    let now = desk.clock.now();
    for source in &health {
        if source.state.is_down() || source.state == SourceState::Silent {
            let reason = source.reason.as_deref().unwrap_or("no reason given");
            warnings.push(format!("source {}: {reason}", source.name));
        } else if source.last_success_at.is_some_and(|at| now.duration_since(at).as_hours() > SOURCE_STALE_HOURS) {
            warnings.push(format!("source {} has not been read for more than {SOURCE_STALE_HOURS} hours", source.name));
        }
    }
    Ok(Diagnosis { facts, warnings })
}
