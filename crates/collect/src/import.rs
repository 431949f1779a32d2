//! Files and folders of files to items: NDJSON, CSV, XLSX, exports of other tools, pages, texts and saved feeds.

use crate::archive::{self, Opened};
use crate::collector::{Counted, Source};
use crate::format::Layout;
use crate::rows::Surroundings;
use crate::{Batch, Emit, Error, Format, Outcome, Skipped, csv, feed, folder, html_table, ndjson, xlsx};
use encoding_rs::{UTF_8, WINDOWS_1252};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use memchr::memmem;
use model::{BodyFormat, Engagement, RawItem, SourceKind, SourceName};
use std::borrow::Cow;
use std::fs;
use std::io::{BufRead, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use xxhash_rust::xxh3::xxh3_128;

/// The largest page or text that is read in one piece.
const PAGE_MAX: usize = 10 << 20;
/// The largest table that is read in one piece.
const TABLE_MAX: usize = 64 << 20;
/// A batch is handed over when its bodies reach this size, however few they are.
const BATCH_BYTES_MAX: usize = 8 << 20;

/// How an import reads its files.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// Source of items that do not name their own; taken from the file's or folder's name when absent.
    pub source: Option<SourceName>,
    /// True where `source` also replaces the one that an item names.
    pub force_source: bool,
    /// Kind of items that do not name their own.
    pub kind: Option<SourceKind>,
    /// The office's zone, for dates without one.
    pub zone: TimeZone,
    /// How to read the files.
    pub format: Format,
    /// The moment of the import.
    pub fetched_at: Timestamp,
}

/// Reads a file, or every file below a folder; what cannot be read is skipped with its reason, and the rest goes on.
pub fn import(path: &Path, options: &ImportOptions, emit: &mut Emit<'_>) -> Result<Outcome, Error> {
    let meta = fs::metadata(path).map_err(|source| Error::File { path: path.to_owned(), source })?;
    let mut sink = Sink { emit: Counted::new(emit), batch: Batch::default(), bytes: 0, file: String::new() };
    let (files, named) = if meta.is_dir() { (folder::files(path)?, false) } else { (vec![path.to_owned()], true) };
    for file in &files {
        sink.file = file.display().to_string();
        match read(file, named, options, &mut sink) {
            Ok(()) => {}
            Err(error) if error.is_stopped() => return Err(error),
            Err(error) => sink.skip(0, with_causes(&error))?,
        }
    }
    sink.flush()?;
    Ok(sink.emit.outcome)
}

/// An error and its causes in one line.
fn with_causes(error: &Error) -> String {
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    causes.fold(error.to_string(), |line, cause| format!("{line}: {cause}"))
}

/// Collects items into batches of bounded number and size.
pub(crate) struct Sink<'a, 'b> {
    emit: Counted<'a, 'b>,
    batch: Batch,
    bytes: usize,
    file: String,
}

impl Sink<'_, '_> {
    /// Adds an item.
    pub(crate) fn item(&mut self, item: RawItem) -> Result<(), Error> {
        self.bytes += item.body.len();
        self.batch.items.push(item);
        self.flush_if_full()
    }

    /// Adds a reason why there is no item.
    pub(crate) fn skip(&mut self, row: u64, reason: String) -> Result<(), Error> {
        self.batch.skipped.push(Skipped { file: self.file.clone(), row, reason });
        self.flush_if_full()
    }

    fn flush_if_full(&mut self) -> Result<(), Error> {
        let full =
            self.batch.items.len().max(self.batch.skipped.len()) >= Batch::ITEMS_MAX || self.bytes >= BATCH_BYTES_MAX;
        if full { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.bytes = 0;
        let batch = std::mem::take(&mut self.batch);
        if batch == Batch::default() { Ok(()) } else { self.emit.send(batch) }
    }
}

/// Reads one file; `named` where a person named it, so that its content may decide what its ending does not.
fn read(path: &Path, named: bool, options: &ImportOptions, sink: &mut Sink<'_, '_>) -> Result<(), Error> {
    let mut promised = Layout::of_ending(path);
    let known = match options.format {
        Format::Auto => promised.is_some() || named,
        _ => true,
    };
    if !known {
        return sink.skip(0, "the file's ending is not one that is read".to_owned());
    }
    let mut opened = archive::open(path)?;
    let mut start = start_of(&mut opened)?;
    if start.is_empty() {
        return sink.skip(0, "the file is empty".to_owned());
    }
    let wholes = matches!(options.format, Format::Html | Format::Text | Format::Feed)
        || options.format == Format::Auto && matches!(promised, Some(Layout::Page | Layout::Text | Layout::Feed));
    if !wholes && Layout::of(promised, &start) == Layout::Archive {
        if archive::is_workbook(path) {
            promised = Some(Layout::Workbook);
        } else {
            opened = archive::unpack(path, &start)?;
            start = start_of(&mut opened)?;
            promised = Layout::of_ending(&opened.name);
        }
    }
    let layout = match options.format {
        Format::Html => Layout::Page,
        Format::Text => Layout::Text,
        Format::Feed => Layout::Feed,
        _ if wholes => promised.unwrap_or(Layout::Text),
        Format::Auto => Layout::of(promised, &archive::readable_start(&start)),
        // Whatever its ending, a file that a person calls an export is a table or lines.
        format => {
            let rows = if format == Format::Jsonl { Layout::Lines } else { Layout::Table };
            let promised = promised.filter(|layout| !matches!(layout, Layout::Text | Layout::Page | Layout::Feed));
            Layout::of(promised.or(Some(rows)), &archive::readable_start(&start))
        }
    };
    let around = Surroundings {
        source: options.source.clone().unwrap_or_else(|| source_of(path, &opened.name, layout)),
        force_source: options.force_source,
        kind: options.kind,
        zone: Cow::Borrowed(&options.zone),
        month_first: false,
        fetched_at: options.fetched_at,
    };
    let failed = |source| Error::File { path: path.to_owned(), source };
    let wanted = options.format.wanted();
    match layout {
        Layout::Lines => ndjson::read(archive::text(opened.input).map_err(failed)?, wanted, &around, sink),
        Layout::Array => ndjson::read_array(&whole(opened, ndjson::ARRAY_MAX)?, wanted, &around, sink),
        Layout::Object => {
            let reason = "it is one JSON object over many lines; one object a line, or an array of objects, is read";
            sink.skip(0, reason.to_owned())
        }
        Layout::Table => csv::read(archive::text(opened.input).map_err(failed)?, wanted, &around, sink),
        // Workbooks come from anywhere, and a reader that panics on a hostile one must not take the rest along.
        Layout::Workbook => {
            let file = archive::seekable(path, opened)?;
            catch_unwind(AssertUnwindSafe(|| xlsx::read(file, wanted, &around, sink)))
                .unwrap_or_else(|_| Err(Error::Spreadsheet("it breaks the reader".to_owned())))
        }
        Layout::HtmlTable => {
            let page = whole(opened, TABLE_MAX)?;
            let charset = if std::str::from_utf8(&page).is_ok() { UTF_8 } else { WINDOWS_1252 };
            html_table::read(&charset.decode(&page).0, wanted, &around, sink)
        }
        Layout::OldWorkbook => Err(Error::Workbook(old_workbook(&whole(opened, TABLE_MAX)?))),
        Layout::Archive => Err(Error::Archive("it is an archive inside an archive; unpack it first".to_owned())),
        Layout::Page => page(opened, BodyFormat::Page, &around, sink),
        Layout::Text => page(opened, BodyFormat::Text, &around, sink),
        Layout::Feed => feed_entries(opened, around, options, sink),
    }
}

/// What to do with a workbook that is no ZIP: the same envelope holds old ones and protected ones.
fn old_workbook(bytes: &[u8]) -> &'static str {
    let name: Vec<u8> = "EncryptedPackage".bytes().flat_map(|byte| [byte, 0]).collect();
    if memmem::find(bytes, &name).is_some() {
        "a password protects the workbook; open it, remove the password (File, Info, Protect Workbook) and save it again"
    } else {
        "it is a workbook of the old binary form (.xls); open it and save it as .xlsx or .csv"
    }
}

fn feed_entries(
    opened: Opened,
    around: Surroundings<'_>,
    options: &ImportOptions,
    sink: &mut Sink<'_, '_>,
) -> Result<(), Error> {
    let source = Source { name: around.source, kind: options.kind.unwrap_or_default() };
    let parsed = feed::parse(&whole(opened, feed::BYTES_MAX)?, None, None, &options.zone)?;
    for (at, entry) in parsed.entries.into_iter().enumerate() {
        match entry.into_item(&source, options.fetched_at) {
            Some(item) => sink.item(item)?,
            None => sink.skip(at as u64 + 1, "neither title nor text".to_owned())?,
        }
    }
    Ok(())
}

/// One page or text is one item; its id is the file's stem.
fn page(opened: Opened, format: BodyFormat, around: &Surroundings<'_>, sink: &mut Sink<'_, '_>) -> Result<(), Error> {
    let id = stem(&opened.name);
    let body = whole(opened, PAGE_MAX)?;
    if body.trim_ascii().is_empty() {
        return sink.skip(0, "the file is empty".to_owned());
    }
    sink.item(RawItem {
        source: around.source.clone(),
        id: id.into(),
        revision: format!("{:032x}", xxh3_128(&body)),
        kind: around.kind.unwrap_or_default(),
        url: None,
        title: None,
        body,
        format,
        charset: None,
        published_at: None,
        author: None,
        tags: Vec::new(),
        engagement: Engagement::default(),
        fetched_at: around.fetched_at,
        withdrawn: false,
        parent: None,
    })
}

/// A table or feed is its own source; pages and texts belong to their folder.
fn source_of(path: &Path, name: &Path, layout: Layout) -> SourceName {
    let folder = || Some(path.canonicalize().ok()?.parent()?.file_name()?.to_string_lossy().into_owned());
    match layout {
        Layout::Page | Layout::Text => folder().unwrap_or_else(|| stem(name)).into(),
        _ => stem(name).into(),
    }
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// The first bytes of a file, which stay to be read.
fn start_of(opened: &mut Opened) -> Result<Vec<u8>, Error> {
    let failed = |source| Error::File { path: opened.name.clone(), source };
    let start = opened.input.fill_buf().map_err(failed)?;
    Ok(start[..start.len().min(4096)].to_vec())
}

/// A whole file, if it is not too large.
fn whole(opened: Opened, limit: usize) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let read = opened.input.take(limit as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|source| Error::File { path: opened.name, source })?;
    if bytes.len() > limit { Err(Error::TooLarge { limit }) } else { Ok(bytes) }
}
