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
use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

/// The largest row that is read: a quote that is never closed would otherwise swallow the rest of the file.
const ROW_MAX: usize = 8 << 20;
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
    let mut rest = table.read(sample.as_slice().chain(input), preamble + 1, 0, sink)?;
    while let Some((text, line)) = rest {
        rest = table.read(text.as_slice(), 0, line, sink)?;
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
    /// Reads every row behind the first `above` ones, the lines before the input counted too. Where a quotation mark
    /// is never closed, the lines that it swallowed come back to be read as they stand, with the line before them.
    fn read(
        &mut self,
        input: impl Read,
        above: usize,
        lines: u64,
        sink: &mut Sink<'_, '_>,
    ) -> Result<Option<(Vec<u8>, u64)>, Error> {
        let (least, most) = self.header.widths();
        let state = Rc::new(State::default());
        let mut rows = reader(self.delimiter, Watched { input, state: state.clone() });
        let mut row = ByteRecord::new();
        let mut count = 0;
        loop {
            state.used.set(0);
            match rows.read_byte_record(&mut row) {
                Ok(false) if above > 0 && count <= above => {
                    return sink.skip(0, "there is a header, and no row below it".to_owned()).map(|()| None);
                }
                Ok(false) => return Ok(None),
                Ok(true) => count += 1,
                // Where a row's end is lost, the rows behind it are lost as well.
                Err(error) => {
                    let line = rows.position().line() + lines;
                    return sink.skip(line, format!("the rest cannot be read: {error}")).map(|()| None);
                }
            }
            if count <= above {
                self.row.clone_from(&row);
                continue;
            }
            let line = row.position().map_or(count as u64, ::csv::Position::line) + lines;
            // The file ended inside a quotation: whatever rows stood in it are one cell now.
            let open = state.ended.get() && state.last.get() != b'"';
            if let Some(swallowed) = row.iter().next_back().filter(|_| open)
                && let Some(end) = memchr(b'\n', swallowed)
            {
                let reason = "a quotation mark is never closed; the lines behind it are read as they stand";
                sink.skip(line, reason.to_owned())?;
                return Ok(Some((swallowed[end + 1..].to_vec(), line)));
            }
            if let Some(reason) = misfit(&row, &self.row, least, most).or_else(|| self.run_together(&row, least)) {
                sink.skip(line, reason)?;
                continue;
            }
            let mut cells: Vec<_> = row.iter().map(text).collect();
            match self.header.item(&mut cells, &self.around) {
                Ok(item) => sink.item(item)?,
                Err(reason) => sink.skip(line, reason.into_owned())?,
            }
        }
    }

    /// A quotation mark that is closed only by the one that opens a later row's cell makes one row out of several.
    fn run_together(&self, row: &ByteRecord, least: usize) -> Option<String> {
        let odd = |cell: &[u8]| cell.iter().filter(|byte| **byte == b'"').count() % 2 == 1;
        let whole = |(at, cell): (usize, &[u8])| {
            let last = cell.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
            let behind = last.iter().filter(|byte| **byte == self.delimiter).count() + row.len() - at;
            last.len() < cell.len() && odd(cell) && behind >= least
        };
        let found = row.iter().enumerate().find(|(at, cell)| whole((*at, cell)))?;
        let more = found.1.iter().filter(|byte| **byte == b'\n').count();
        Some(format!("a quotation mark is not closed where its cell ends; this row and {more} below it run together"))
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

/// What is known about the bytes that went by.
#[derive(Default)]
struct State {
    /// Bytes read for the present row, those read ahead included; hence the generous limit.
    used: Cell<usize>,
    /// The last byte that is not blank.
    last: Cell<u8>,
    /// True once the end was reached.
    ended: Cell<bool>,
}

/// Watches a file go by, and ends it where a row grows too large.
struct Watched<R> {
    input: R,
    state: Rc<State>,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        if let Some(last) = buffer[..count].trim_ascii_end().last() {
            self.state.last.set(*last);
        }
        self.state.ended.set(count == 0);
        self.state.used.set(self.state.used.get() + count);
        if self.state.used.get() > ROW_MAX {
            return Err(io::Error::other(format!(
                "a row is larger than {ROW_MAX} bytes; perhaps a quotation mark is never closed"
            )));
        }
        Ok(count)
    }
}
