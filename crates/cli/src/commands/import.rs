//! `import`: files into truth, derived at once.

use super::Context;
use crate::{Outcome, args::Import, progress::say};
use pipeline::ImportRequest;

/// Reasons shown on a terminal before the rest is only counted; `--json` has them all.
const REASONS_SHOWN: usize = 20;

/// Imports files and says what became of every row.
pub fn import(context: &mut Context, import: &Import) -> anyhow::Result<Outcome> {
    for path in &import.files {
        anyhow::ensure!(path.exists(), "no file or folder at {}", path.display());
    }
    let mut office = context.office()?;
    let request = ImportRequest {
        files: import.files.clone(),
        format: import.format.clone(),
        source: import.source.as_deref().map(Into::into),
        kind: import.kind,
    };
    let report = office.import(&request, &context.watcher)?;
    for reason in report.reasons.iter().take(REASONS_SHOWN) {
        say(&format!("skipped {} row {}: {}", reason.file, reason.row, reason.reason));
    }
    if report.reasons.len() > REASONS_SHOWN {
        say(&format!("… and {} more; --json lists them all", report.reasons.len() - REASONS_SHOWN));
    }
    if context.global.json {
        context.out.json(&report)?;
    } else {
        context.out.line(format!(
            "imported {}, updated {}, unchanged {}, skipped {}",
            report.imported, report.updated, report.unchanged, report.skipped
        ))?;
    }
    Ok(if report.skipped == 0 { Outcome::Done } else { Outcome::Partly })
}
