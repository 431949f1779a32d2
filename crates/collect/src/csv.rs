//! CSV and TSV as offices export them: any delimiter, lines of explanation above the header, UTF-8, UTF-16 or windows-1252.

use crate::Error;
use crate::columns::Column;
use crate::dates;
use crate::header::{Header, PREAMBLE_MAX, Wanted, named};
use crate::import::Sink;
use crate::rows::Surroundings;
use ::csv::{ByteRecord, Reader, ReaderBuilder};
use encoding_rs::WINDOWS_1252;
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
    let (least, most) = header.widths();
    let state = Rc::new(State::default());
    let mut rows = reader(delimiter, Watched { input: sample.as_slice().chain(input), state: state.clone() });
    let (mut row, mut first) = (ByteRecord::new(), ByteRecord::new());
    let mut count = 0;
    loop {
        state.used.set(0);
        match rows.read_byte_record(&mut row) {
            Ok(false) if count <= preamble + 1 => {
                return sink.skip(0, "there is a header, and no row below it".to_owned());
            }
            Ok(false) => return Ok(()),
            Ok(true) => count += 1,
            // Where a row's end is lost, the rows behind it are lost as well.
            Err(error) => return sink.skip(count as u64 + 1, format!("the rest cannot be read: {error}")),
        }
        if count <= preamble + 1 {
            first.clone_from(&row);
            continue;
        }
        let line = row.position().map_or(count as u64, ::csv::Position::line);
        // The file ended inside a quotation: whatever rows stood in it are one cell now.
        if state.ended.get()
            && state.last.get() != b'"'
            && row.iter().next_back().is_some_and(|cell| cell.contains(&b'\n'))
        {
            return sink.skip(line, "a quotation mark is never closed; the rest is lost".to_owned());
        }
        if let Some(reason) = misfit(&row, &first, least, most) {
            sink.skip(line, reason)?;
            continue;
        }
        let mut cells: Vec<_> = row.iter().map(text).collect();
        match header.item(&mut cells, &around) {
            Ok(item) => sink.item(item)?,
            Err(reason) => sink.skip(line, reason.into_owned())?,
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
