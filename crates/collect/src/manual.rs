//! What an officer heard on the radio, saw on television, read in print, or was told: forms in a folder.
//!
//! A form is kept by its number, or else by its kind, medium, date and title, so that a text that is corrected later
//! becomes a new revision of the same entry. Who wrote it down and who sent a tip are read past and kept nowhere.
//! Whatever cannot be read is said with its line, in the language of those who fill the forms in.

mod form;

use crate::collector::{Counted, Source};
use crate::options::{Common, options};
use crate::{Batch, Build, Collector, Connector, Context, Emit, Error, Evidence, Outcome, Skipped, folder, interface};
use form::{Channel, Entry};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use model::{Kind, RawItem, SourceKind};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

/// A year of an office's forms is a tenth of this.
const FILES_MAX: usize = 2_000;
const BYTES_MAX: u64 = 1 << 20;

pub(crate) const CONNECTOR: Connector = Connector {
    kind: KIND,
    limits: "Text files up to 1 MiB with up to 500 entries each, 64 KiB a text, 2,000 files in the folder.",
    terms: "What an officer may write down: a summary with medium, programme and time; of a tip only the text, never the \
            sender. Telephone and identity numbers in the text are masked like everywhere else.",
    reaches_back: true,
    evidence: Evidence::Real("forms written by hand in the tests, with the mistakes people make"),
};

const KIND: Kind<Build> = Kind {
    name: "manual",
    summary: "reads forms that officers fill in: radio, television, print, and tips that came by message",
    example: r#"kind = "manual"
name = "Catatan Petugas"
path = "."                # a folder of .txt forms, or one file; relative to the pipeline file
"#,
    build: |table, context| {
        let (common, options): (Common, Options) = options(table)?;
        // Without the dots that a path in a pipeline file has.
        let path: PathBuf = context.base.join(&options.path).components().collect();
        if !path.exists() {
            return Err(format!("`path`: there is no file or folder {}", path.display()));
        }
        let source = common.source(SourceKind::Broadcast);
        Ok(Box::new(Manual { source, path, zone: context.zone.clone() }))
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    path: PathBuf,
}

/// A folder of forms.
#[derive(Clone)]
struct Manual {
    source: Source,
    path: PathBuf,
    zone: TimeZone,
}

impl Collector for Manual {
    fn source(&self) -> &Source {
        &self.source
    }

    fn collect<'a>(
        &'a self,
        context: &'a Context<'a>,
        cursor: Option<&'a str>,
        emit: &'a mut Emit<'_>,
    ) -> BoxFuture<'a, Result<Outcome, Error>> {
        let mut emit = Counted::new(emit);
        let run = async move {
            let (manual, now, cursor) = (self.clone(), context.now, cursor.map(str::to_owned));
            // Reading files blocks, so it happens on a thread of its own.
            let reading = tokio::task::spawn_blocking(move || manual.read(now, cursor.as_deref()));
            let batches = reading.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))?;
            for batch in batches {
                emit.send(batch)?;
            }
            Ok(emit.outcome)
        };
        run.boxed()
    }
}

impl Manual {
    /// Every form of the folder, unless nothing changed since the last run.
    fn read(&self, now: Timestamp, cursor: Option<&str>) -> Result<Vec<Batch>, Error> {
        let failed = |source| Error::File { path: self.path.clone(), source };
        let one = !fs::metadata(&self.path).map_err(failed)?.is_dir();
        let mut files = if one { vec![self.path.clone()] } else { folder::files(&self.path)? };
        let (mut items, mut skipped) = (Vec::new(), Vec::new());
        let mut skip = |file: &Path, row: u64, reason: String| {
            skipped.push(Skipped { file: file.display().to_string(), row, reason });
        };
        if files.len() > FILES_MAX {
            let reason = format!("hanya {FILES_MAX} berkas pertama dibaca; pindahkan catatan lama ke folder lain");
            skip(&self.path, 0, reason);
            files.truncate(FILES_MAX);
        }
        let texts: Vec<_> = files.iter().map(|file| (file, text_of(file))).collect();
        // By content, not by time of writing: a folder that is shared or restored keeps no honest times.
        let mut hash = Xxh3::new();
        for (file, text) in &texts {
            let name = file.strip_prefix(&self.path).unwrap_or(file);
            hash.update(format!("{}\0{text:?}\0", name.display()).as_bytes());
        }
        let signature = format!("{:032x}", hash.digest128());
        if cursor == Some(signature.as_str()) {
            return Ok(Vec::new());
        }
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        for (file, text) in texts {
            let text = match text {
                Ok(text) => text,
                Err(reason) => {
                    skip(file, 0, reason);
                    continue;
                }
            };
            let (entries, problems) = form::read(&text, &self.zone);
            for problem in problems {
                skip(file, problem.line, problem.reason);
            }
            for entry in entries {
                let late = now + SignedDuration::from_hours(24);
                if entry.date > late {
                    skip(file, entry.line, "Tanggal ada di masa depan; periksa hari, bulan, dan tahunnya".to_owned());
                    continue;
                }
                let place = format!("{} baris {}", file.file_name().unwrap_or_default().display(), entry.line);
                let (line, item) = (entry.line, self.item(entry, now));
                match seen.get(item.id.as_ref()) {
                    Some(first) => {
                        let reason = format!(
                            "sama dengan catatan di {first} (Nomor, atau Jenis, Media, Tanggal, dan Judul); beri Nomor yang berbeda"
                        );
                        skip(file, line, reason);
                    }
                    None => {
                        seen.insert(item.id.to_string(), place);
                        items.push(item);
                    }
                }
            }
        }
        let mut batches: Vec<Batch> = Vec::new();
        let mut items = items.into_iter().peekable();
        while items.peek().is_some() {
            let items = items.by_ref().take(Batch::ITEMS_MAX).collect();
            batches.push(Batch { items, ..Batch::default() });
        }
        skipped.sort_by(|a, b| (&a.file, a.row).cmp(&(&b.file, b.row)));
        // Only the last batch moves the cursor: should an earlier one fail, the folder is read again.
        batches.push(Batch { cursor: Some(signature), skipped, ..Batch::default() });
        Ok(batches)
    }

    fn item(&self, entry: Entry, now: Timestamp) -> RawItem {
        let id = match &entry.number {
            Some(number) => format!("nomor-{}", number.to_lowercase()),
            None => {
                let medium = entry.medium.as_deref().unwrap_or_default().to_lowercase();
                let title = entry.title.as_deref().unwrap_or_default().to_lowercase();
                let identity = format!("{}\0{medium}\0{}\0{title}", entry.channel.label(), entry.date);
                format!("catatan-{:016x}", xxh3_64(identity.as_bytes()))
            }
        };
        let place: Vec<_> = entry.medium.iter().chain(&entry.programme).map(String::as_str).collect();
        let title = entry.title.clone().or_else(|| (!place.is_empty()).then(|| place.join(", ")));
        let content = [title.as_deref(), Some(&entry.text), entry.url.as_deref(), Some(&place.join("\0"))];
        let content = content.map(Option::unwrap_or_default).join("\0");
        let revision = format!("{:016x}", xxh3_64(format!("{content}\0{}", entry.date).as_bytes()));
        let blank = RawItem {
            id: id.into(),
            kind: match entry.channel {
                Channel::Tip => SourceKind::Post,
                Channel::Radio | Channel::Television | Channel::Print => self.source.kind,
            },
            published_at: Some(entry.date),
            ..interface::blank(&self.source, now)
        };
        if entry.withdrawn {
            return RawItem { revision: format!("{revision}-withdrawn"), withdrawn: true, ..blank };
        }
        let mut tags = vec![entry.channel.label().to_owned()];
        tags.extend(place.into_iter().map(str::to_owned));
        RawItem { revision, title, body: entry.text.into_bytes(), url: entry.url, tags, ..blank }
    }
}

/// The text of a form: UTF-8, or what the editors of Windows write.
fn text_of(file: &Path) -> Result<String, String> {
    let txt = file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("txt"));
    if !txt {
        return Err("bukan formulir .txt; tabel dibaca dengan sumber kind = \"file\"".to_owned());
    }
    let unreadable = |_| "berkas tidak dapat dibaca".to_owned();
    if fs::metadata(file).map_err(unreadable)?.len() > BYTES_MAX {
        return Err("berkas lebih besar dari 1 MiB; bagi menjadi beberapa berkas".to_owned());
    }
    let bytes = fs::read(file).map_err(unreadable)?;
    let encoding = match encoding_rs::Encoding::for_bom(&bytes) {
        Some((encoding, _)) => encoding,
        None if std::str::from_utf8(&bytes).is_ok() => encoding_rs::UTF_8,
        None => encoding_rs::WINDOWS_1252,
    };
    Ok(encoding.decode(&bytes).0.into_owned())
}
