//! CSV and TSV as offices export them: any delimiter, lines of explanation above the header, UTF-8, UTF-16 or windows-1252.

use crate::Error;
use crate::columns::Column;
use crate::dates;
use crate::header::{Header, PREAMBLE_MAX, Wanted, named};
use crate::import::Sink;
use crate::rows::Surroundings;
use ::csv::{ByteRecord, Reader, ReaderBuilder};
use encoding_rs::WINDOWS_1252;
use memchr::memchr;
use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};
use std::io::{self, BufRead, Read};
use std::rc::Rc;

/// The largest row that is read: a quote that is never closed would otherwise swallow the rest of the file.
const ROW_MAX: usize = 8 << 20;
/// The most that is read a second time because quotation marks are not closed.
const AGAIN_MAX: usize = 64 << 20;
/// How much of a file is looked at to find out its delimiter and its header.
const SAMPLE: usize = 64 << 10;

/// Reads every row below the header.
pub(crate) fn read(
    mut input: impl BufRead,
    wanted: Wanted,
    around: &Surroundings<'_>,
    sink: &mut Sink<'_, '_>,
) -> Result<(), Error> {
    let mut sample = Vec::new();
    if let Err(error) = input.by_ref().take(SAMPLE as u64).read_to_end(&mut sample) {
        return sink.skip(0, format!("the file cannot be read: {error}"));
    }
    let Sniffed { delimiter, preamble, header } = sniff(&sample, wanted)?;
    let mut around = header.around(around);
    around.month_first = month_first(&sample, delimiter, preamble, &header);
    let mut table = Table { delimiter, around, header, row: ByteRecord::new() };
    let mut source = Source { front: sample, at: 0, input };
    let (mut above, mut line, mut again) = (preamble + 1, 0, 0);
    while let Some((text, next)) = table.read(&mut source, above, line, sink)? {
        (above, line) = (0, next);
        again += text.len();
        if again > AGAIN_MAX {
            return sink.skip(line + 1, "the rest cannot be read: too many quotation marks are not closed".to_owned());
        }
        source.put_back(text);
    }
    Ok(())
}

/// A table whose header is known.
struct Table<'a> {
    delimiter: u8,
    around: Surroundings<'a>,
    header: Header,
    /// The header's own row.
    row: ByteRecord,
}

impl Table<'_> {
    /// Reads every row behind the first `above` ones; `lines` went before. Where a quotation mark is not closed, what
    /// stands behind its line comes back, with the number of that line, to be read as it stands.
    fn read(
        &mut self,
        source: &mut Source<impl Read>,
        above: usize,
        lines: u64,
        sink: &mut Sink<'_, '_>,
    ) -> Result<Option<(Vec<u8>, u64)>, Error> {
        let (least, most) = self.header.widths();
        let state = Rc::new(State::default());
        let mut rows = reader(self.delimiter, Watched { input: source, state: state.clone() });
        let mut row = ByteRecord::new();
        let mut count = 0;
        loop {
            let from = rows.position().clone();
            state.begin(from.byte());
            match rows.read_byte_record(&mut row) {
                Ok(false) if above > 0 && count <= above => {
                    return sink.skip(0, "there is a header, and no row below it".to_owned()).map(|()| None);
                }
                Ok(false) => return Ok(None),
                Ok(true) => count += 1,
                // Where a row's end is lost, the rows behind it are lost as well.
                Err(error) => {
                    let line = from.line() + lines;
                    return sink.skip(line, format!("the rest cannot be read: {error}")).map(|()| None);
                }
            }
            if count <= above {
                self.row.clone_from(&row);
                continue;
            }
            if memchr(b'\n', row.as_slice()).is_some() {
                let raw = state.raw();
                let length = usize::try_from(rows.position().byte() - from.byte()).unwrap_or(raw.len());
                let blank = raw.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
                if !closed(raw.get(blank..length).unwrap_or_default(), self.delimiter)
                    && let Some(end) = memchr(b'\n', &raw[blank..])
                {
                    let line = from.line() + lines + newlines(&raw[..blank]);
                    let reason = "a quotation mark is not closed; the lines behind it are read as they stand";
                    sink.skip(line, reason.to_owned())?;
                    return Ok(Some((raw[blank + end + 1..].to_vec(), line)));
                }
            }
            let outcome = match misfit(&row, &self.row, least, most) {
                Some(reason) => Err(Cow::Owned(reason)),
                None => {
                    let mut cells: Vec<_> = row.iter().map(text).collect();
                    self.header.item(&mut cells, &self.around)
                }
            };
            match outcome {
                Ok(item) => sink.item(item)?,
                Err(reason) => {
                    let raw = state.raw();
                    let blank = raw.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
                    sink.skip(from.line() + lines + newlines(&raw[..blank]), reason.into_owned())?;
                }
            }
        }
    }
}

fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

/// True where every quotation mark that opens a cell of this row is closed where a cell ends.
fn closed(row: &[u8], delimiter: u8) -> bool {
    let mut rest = row;
    loop {
        if let Some(quoted) = rest.strip_prefix(b"\"") {
            rest = quoted;
            loop {
                let Some(mark) = memchr(b'"', rest) else { return false };
                rest = &rest[mark + 1..];
                match rest.first() {
                    Some(b'"') => rest = &rest[1..],
                    Some(byte) if *byte == delimiter => break,
                    None | Some(b'\n' | b'\r') => return true,
                    // Blanks behind the mark are a habit of some programs.
                    Some(b' ') if rest.trim_ascii_start().first().is_none_or(|byte| *byte == delimiter) => break,
                    Some(_) => return false,
                }
            }
        }
        match memchr(delimiter, rest) {
            Some(end) => rest = &rest[end + 1..],
            None => return true,
        }
    }
}

/// Why a row does not fit below its header: its cells would stand under the wrong names.
fn misfit(row: &ByteRecord, header: &ByteRecord, least: usize, most: usize) -> Option<String> {
    let said = row.iter().rposition(|cell| !cell.trim_ascii().is_empty()).map_or(0, |at| at + 1);
    if said > most {
        let why = "perhaps its text holds a delimiter and is not quoted";
        return Some(format!("the row has {} cells where the header has {most}; {why}", row.len()));
    }
    if row.len() < least {
        return Some(format!("the row has {} cells where the header has {least}; perhaps it is torn", row.len()));
    }
    (row.len() == header.len() && row == header).then(|| "the header again".to_owned())
}

fn reader<R: Read>(delimiter: u8, input: R) -> Reader<R> {
    ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(input)
}

/// What a look at the start of a file tells.
struct Sniffed {
    delimiter: u8,
    preamble: usize,
    header: Header,
}

/// Finds the delimiter and the row under which the most columns are known.
fn sniff(sample: &[u8], wanted: Wanted) -> Result<Sniffed, Error> {
    let (mut best, mut widest): (Option<Sniffed>, Vec<String>) = (None, Vec::new());
    for delimiter in *b",;\t|" {
        let rows = reader(delimiter, sample).into_byte_records().take(PREAMBLE_MAX + 1);
        for (preamble, row) in rows.map_while(Result::ok).enumerate() {
            let cells: Vec<_> = row.iter().map(text).collect();
            let header = Header::of(cells.iter().map(AsRef::as_ref), wanted);
            let names = || cells.iter().map(|cell| cell.trim().to_owned()).filter(|cell| !cell.is_empty()).collect();
            // The first of equals wins, so that a row of data that repeats the header's words does not replace it.
            if header.score() > best.as_ref().map_or(0, |best| best.header.score()) {
                best = Some(Sniffed { delimiter, preamble, header });
            } else if best.is_none() && cells.len() > widest.len() {
                widest = names();
            }
        }
    }
    best.ok_or_else(|| match sample.contains(&0) {
        true => Error::Unexpected { found: "binary data".to_owned(), wanted: "a table" },
        false => Error::header(named(widest.iter().map(String::as_str)), wanted),
    })
}

/// True where some date of the sample can only begin with its month, and none with its day.
fn month_first(sample: &[u8], delimiter: u8, preamble: usize, header: &Header) -> bool {
    let Some(at) = header.position(Column::Date) else { return false };
    let rows = reader(delimiter, sample).into_byte_records().skip(preamble + 1).map_while(Result::ok);
    let mut month_first = false;
    for row in rows {
        match row.get(at).and_then(|cell| dates::month_comes_first(std::str::from_utf8(cell).ok()?)) {
            Some(true) => month_first = true,
            Some(false) => return false,
            None => {}
        }
    }
    month_first
}

fn text(cell: &[u8]) -> Cow<'_, str> {
    // `="0812"` is how programs keep a spreadsheet from reading an id as a number.
    let cell = cell.strip_prefix(b"=\"").and_then(|cell| cell.strip_suffix(b"\"")).unwrap_or(cell);
    match std::str::from_utf8(cell) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(cell).0,
    }
}

/// A file, with what was read of it too far.
struct Source<R> {
    front: Vec<u8>,
    at: usize,
    input: R,
}

impl<R> Source<R> {
    fn put_back(&mut self, mut text: Vec<u8>) {
        text.extend_from_slice(&self.front[self.at..]);
        (self.front, self.at) = (text, 0);
    }
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let front = &self.front[self.at..];
        if front.is_empty() {
            return self.input.read(buffer);
        }
        let count = front.len().min(buffer.len());
        buffer[..count].copy_from_slice(&front[..count]);
        self.at += count;
        Ok(count)
    }
}

/// The bytes that went by since the present row began, those read ahead included.
#[derive(Default)]
struct State {
    /// Bytes of some rows before as well: they are dropped when more is read, not row by row.
    bytes: RefCell<Vec<u8>>,
    /// The place of the first of them in the file.
    first: Cell<u64>,
    /// The place where the present row begins.
    begin: Cell<u64>,
    /// Bytes read for the present row, those read ahead included; hence the generous limit.
    used: Cell<usize>,
}

impl State {
    fn begin(&self, place: u64) {
        self.begin.set(place);
        self.used.set(0);
    }

    /// The present row as it stands in the file, and whatever was read behind it.
    fn raw(&self) -> Ref<'_, [u8]> {
        let past = self.past();
        Ref::map(self.bytes.borrow(), |bytes| &bytes[past.min(bytes.len())..])
    }

    fn past(&self) -> usize {
        usize::try_from(self.begin.get() - self.first.get()).unwrap_or(0)
    }

    fn keep(&self, read: &[u8]) {
        let past = self.past();
        let mut bytes = self.bytes.borrow_mut();
        let past = past.min(bytes.len());
        bytes.drain(..past);
        bytes.extend_from_slice(read);
        self.first.set(self.first.get() + past as u64);
    }
}

/// Watches a file go by, and ends it where a row grows too large.
struct Watched<'s, R> {
    input: &'s mut Source<R>,
    state: Rc<State>,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.state.keep(&buffer[..count]);
        self.state.used.set(self.state.used.get() + count);
        if self.state.used.get() > ROW_MAX {
            return Err(io::Error::other(format!(
                "a row is larger than {ROW_MAX} bytes; perhaps a quotation mark is never closed"
            )));
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_where_a_quotation_mark_is_not_closed() {
        for row in ["a,b", "\"a\",b\n", "\"a\"\"b\",\"c\nd\"\r\n", "a \"b\" c,d", "\"a\" ,b", "\"\",\"\""] {
            assert!(closed(row.as_bytes(), b','), "{row:?}");
        }
        for row in ["1,\"a\n2,\"b\"\n", "1,\"a\n2,b", "1,\"a\n2,\"b,c"] {
            assert!(!closed(row.as_bytes(), b','), "{row:?}");
        }
    }
}
