//! Files and folders of files to items: NDJSON, CSV, XLSX, pages, texts and saved feeds.

use crate::collector::{Counted, Source};
use crate::rows::Surroundings;
use crate::{Batch, Emit, Error, Outcome, Skipped, csv, feed, folder, ndjson, xlsx};
use encoding_rs::{Decoder, UTF_16BE, UTF_16LE};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::{BodyFormat, Engagement, RawItem, SourceKind, SourceName};
use serde::Deserialize;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::str::FromStr;
use xxhash_rust::xxh3::xxh3_128;

/// The largest page or text that is read in one piece.
const PAGE_MAX: usize = 10 << 20;
/// A batch is handed over when its bodies reach this size, however few they are.
const BATCH_BYTES_MAX: usize = 8 << 20;

/// How a file is to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// By its ending, else by its first bytes.
    #[default]
    Auto,
    /// One JSON object a line.
    Jsonl,
    /// CSV or TSV.
    Csv,
    /// An Excel workbook.
    Xlsx,
    /// One whole web page.
    Html,
    /// One plain text.
    Text,
    /// A saved RSS, Atom or JSON feed.
    Feed,
}

impl Format {
    /// Every format by name.
    pub const ALL: [(&'static str, Self); 7] = [
        ("auto", Self::Auto),
        ("jsonl", Self::Jsonl),
        ("csv", Self::Csv),
        ("xlsx", Self::Xlsx),
        ("html", Self::Html),
        ("text", Self::Text),
        ("feed", Self::Feed),
    ];

    fn of_ending(path: &Path) -> Option<Self> {
        Some(match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "ndjson" | "jsonl" => Self::Jsonl,
            "csv" | "tsv" => Self::Csv,
            "xlsx" | "xlsm" => Self::Xlsx,
            "html" | "htm" | "xhtml" => Self::Html,
            "txt" | "text" => Self::Text,
            "xml" | "rss" | "atom" => Self::Feed,
            _ => return None,
        })
    }

    fn of_start(start: &[u8]) -> Self {
        let text = String::from_utf8_lossy(start);
        let text = text.trim_start_matches('\u{feff}').trim_start();
        let whole_object = text.lines().next().is_some_and(|line| line.trim_end().ends_with('}'));
        match text {
            _ if start.starts_with(b"PK\x03\x04") => Self::Xlsx,
            _ if text.starts_with('{') && (whole_object || !text.contains("jsonfeed.org")) => Self::Jsonl,
            _ if text.starts_with('{') => Self::Feed,
            _ if ["<?xml", "<rss", "<feed", "<rdf"].iter().any(|root| text.to_lowercase().starts_with(root)) => {
                Self::Feed
            }
            _ if text.starts_with('<') => Self::Html,
            _ => Self::Csv,
        }
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = || Self::ALL.map(|(name, _)| name).join(", ");
        let found = Self::ALL.into_iter().find(|(known, _)| *known == name);
        found.map(|(_, format)| format).ok_or_else(|| format!("unknown format \"{name}\"; known: {}", known()))
    }
}

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
    let failed = |source| Error::File { path: path.to_owned(), source };
    let format = match (options.format, Format::of_ending(path)) {
        (Format::Auto, Some(format)) => format,
        (Format::Auto, None) if named => Format::of_start(&start_of(path).map_err(failed)?),
        (Format::Auto, None) => return sink.skip(0, "the file's ending is not one that is read".to_owned()),
        (format, _) => format,
    };
    let surroundings = Surroundings {
        source: options.source.clone().unwrap_or_else(|| source_of(path, format)),
        force_source: options.force_source,
        kind: options.kind,
        zone: &options.zone,
        fetched_at: options.fetched_at,
    };
    match format {
        Format::Jsonl => ndjson::read(text_of(path).map_err(failed)?, &surroundings, sink),
        Format::Csv => csv::read(text_of(path).map_err(failed)?, &surroundings, sink),
        // Workbooks come from anywhere, and a reader that panics on a hostile one must not take the rest along.
        Format::Xlsx => catch_unwind(AssertUnwindSafe(|| xlsx::read(path, &surroundings, sink)))
            .unwrap_or_else(|_| Err(Error::Spreadsheet("it breaks the reader".to_owned()))),
        Format::Html => page(path, BodyFormat::Page, &surroundings, sink),
        Format::Text | Format::Auto => page(path, BodyFormat::Text, &surroundings, sink),
        Format::Feed => {
            let source = Source { name: surroundings.source, kind: options.kind.unwrap_or_default() };
            let parsed = feed::parse(&whole(path, feed::BYTES_MAX)?, None, None, &options.zone)?;
            for (at, entry) in parsed.entries.into_iter().enumerate() {
                match entry.into_item(&source, options.fetched_at) {
                    Some(item) => sink.item(item)?,
                    None => sink.skip(at as u64 + 1, "neither title nor text".to_owned())?,
                }
            }
            Ok(())
        }
    }
}

/// One page or text is one item; its id is the file's stem.
fn page(path: &Path, format: BodyFormat, around: &Surroundings<'_>, sink: &mut Sink<'_, '_>) -> Result<(), Error> {
    let body = whole(path, PAGE_MAX)?;
    if body.trim_ascii().is_empty() {
        return sink.skip(0, "the file is empty".to_owned());
    }
    sink.item(RawItem {
        source: around.source.clone(),
        id: stem(path).into(),
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
fn source_of(path: &Path, format: Format) -> SourceName {
    let folder = || Some(path.canonicalize().ok()?.parent()?.file_name()?.to_string_lossy().into_owned());
    match format {
        Format::Html | Format::Text => folder().unwrap_or_else(|| stem(path)).into(),
        _ => stem(path).into(),
    }
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn start_of(path: &Path) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    File::open(path)?.take(4096).read_to_end(&mut start)?;
    Ok(start)
}

/// A whole file, if it is not too large.
fn whole(path: &Path, limit: usize) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(limit as u64 + 1).read_to_end(&mut bytes));
    read.map_err(|source| Error::File { path: path.to_owned(), source })?;
    if bytes.len() > limit { Err(Error::TooLarge { limit }) } else { Ok(bytes) }
}

/// A text file without its byte order mark, in UTF-8 wherever it was UTF-16.
fn text_of(path: &Path) -> io::Result<Box<dyn BufRead>> {
    let mut input = BufReader::with_capacity(256 << 10, File::open(path)?);
    let (mark, encoding) = match input.fill_buf()? {
        [0xef, 0xbb, 0xbf, ..] => (3, None),
        [0xff, 0xfe, ..] => (2, Some(UTF_16LE)),
        [0xfe, 0xff, ..] => (2, Some(UTF_16BE)),
        _ => (0, None),
    };
    input.consume(mark);
    Ok(match encoding {
        None => Box::new(input),
        Some(encoding) => Box::new(BufReader::new(Transcoder {
            input,
            decoder: encoding.new_decoder_without_bom_handling(),
            done: false,
        })),
    })
}

/// Reads UTF-16 as UTF-8 while it streams.
struct Transcoder<R> {
    input: R,
    decoder: Decoder,
    done: bool,
}

impl<R: BufRead> Read for Transcoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !self.done {
            let input = self.input.fill_buf()?;
            let last = input.is_empty();
            let (_, used, written, _) = self.decoder.decode_to_utf8(input, buffer, last);
            self.input.consume(used);
            self.done = last;
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}
