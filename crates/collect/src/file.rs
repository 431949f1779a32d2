//! The collector that reads a file, or a folder of files, on every run.

use crate::collector::{Counted, Source};
use crate::import::{ImportOptions, import};
use crate::options::{Common, options};
use crate::{Batch, Build, Collector, Connector, Context, Emit, Error, Evidence, Format, Outcome, folder};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::{Kind, SourceKind};
use serde::Deserialize;
use std::fs;
use std::path::{Path, PathBuf};
use tokio::sync::mpsc;
use xxhash_rust::xxh3::Xxh3;

pub(crate) const CONNECTOR: Connector = Connector {
    kind: KIND,
    limits: "Rows up to 8 MiB, pages up to 10 MiB, workbooks up to 256 MiB unpacked.",
    terms: "Whatever the licence of the export allows.",
    reaches_back: true,
    evidence: Evidence::Real("files of every format in the tests"),
};

const KIND: Kind<Build> = Kind {
    name: "file",
    summary: "reads NDJSON, CSV, XLSX, HTML, text or feed files, or a folder of them",
    example: r#"kind = "file"
name = "Berkas Humas"
path = "."            # a file, or a folder of files; relative to the pipeline file
source_kind = "post"
format = "auto"
"#,
    build: |table, context| {
        let (common, options): (Common, Options) = options(table)?;
        let path = context.base.join(&options.path);
        if !path.exists() {
            return Err(format!("`path`: there is no file or folder {}", path.display()));
        }
        Ok(Box::new(Files {
            source: common.source(SourceKind::News),
            kind: common.source_kind,
            format: options.format,
            path,
            zone: context.zone.clone(),
        }))
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    path: PathBuf,
    #[serde(default)]
    format: Format,
}

/// Files that a pipeline reads on every run.
struct Files {
    source: Source,
    kind: Option<SourceKind>,
    format: Format,
    path: PathBuf,
    zone: TimeZone,
}

impl Collector for Files {
    fn source(&self) -> &Source {
        &self.source
    }

    fn collect<'a>(
        &'a self,
        context: &'a Context<'a>,
        cursor: Option<&'a str>,
        emit: &'a mut Emit<'_>,
    ) -> BoxFuture<'a, Result<Outcome, Error>> {
        self.run(context.now, cursor, Counted::new(emit)).boxed()
    }
}

impl Files {
    async fn run(&self, now: Timestamp, cursor: Option<&str>, mut emit: Counted<'_, '_>) -> Result<Outcome, Error> {
        let signature = signature(&self.path)?;
        if cursor == Some(signature.as_str()) {
            return Ok(emit.outcome);
        }
        let options = ImportOptions {
            source: Some(self.source.name.clone()),
            force_source: false,
            kind: self.kind,
            zone: self.zone.clone(),
            format: self.format,
            fetched_at: now,
        };
        // Reading files blocks, so it happens on a thread of its own; the short channel makes it wait for the receiver.
        let (sender, mut receiver) = mpsc::channel(2);
        let path = self.path.clone();
        let reading =
            tokio::task::spawn_blocking(move || import(&path, &options, &mut |batch| Ok(sender.blocking_send(batch)?)));
        while let Some(batch) = receiver.recv().await {
            emit.send(batch)?;
        }
        reading.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))?;
        emit.send(Batch { cursor: Some(signature), ..Batch::default() })?;
        Ok(emit.outcome)
    }
}

/// Changes when any of the files does, going by name, size and time of writing.
fn signature(path: &Path) -> Result<String, Error> {
    let failed = |source| Error::File { path: path.to_owned(), source };
    let files = if fs::metadata(path).map_err(failed)?.is_dir() { folder::files(path)? } else { vec![path.to_owned()] };
    let mut hash = Xxh3::new();
    for file in files {
        let meta = fs::metadata(&file).map_err(failed)?;
        hash.update(format!("{}\0{}\0{:?}\0", file.display(), meta.len(), meta.modified().ok()).as_bytes());
    }
    Ok(format!("{:032x}", hash.digest128()))
}
