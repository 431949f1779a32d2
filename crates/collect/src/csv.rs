//! CSV and TSV as offices export them: any delimiter, lines of explanation above the header, UTF-8, UTF-16 or windows-1252.

use crate::Error;
use crate::import::Sink;
use crate::rows::{Header, Surroundings};
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
/// How many lines of explanation may stand above the header.
const PREAMBLE_MAX: usize = 20;

/// Reads every row below the header.
pub(crate) fn read(mut input: impl BufRead, around: &Surroundings<'_>, sink: &mut Sink<'_, '_>) -> Result<(), Error> {
    let mut sample = Vec::new();
    if let Err(error) = input.by_ref().take(SAMPLE as u64).read_to_end(&mut sample) {
        return sink.skip(0, format!("the file cannot be read: {error}"));
    }
    let (delimiter, preamble, header) = sniff(&sample).ok_or(Error::Header)?;
    let state = Rc::new(State::default());
    let mut rows = reader(delimiter, Watched { input: sample.as_slice().chain(input), state: state.clone() });
    let mut row = ByteRecord::new();
    let mut count = 0;
    loop {
        state.used.set(0);
        match rows.read_byte_record(&mut row) {
            Ok(false) => return Ok(()),
            Ok(true) => count += 1,
            // Where a row's end is lost, the rows behind it are lost as well.
            Err(error) => return sink.skip(count as u64 + 1, format!("the rest cannot be read: {error}")),
        }
        if count <= preamble + 1 {
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
        match header.row(row.iter().map(text)).into_item(around) {
            Ok(item) => sink.item(item)?,
            Err(reason) => sink.skip(line, reason.to_owned())?,
        }
    }
}

fn reader<R: Read>(delimiter: u8, input: R) -> Reader<R> {
    ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(input)
}

/// Finds the delimiter and the row under which the most columns are known.
fn sniff(sample: &[u8]) -> Option<(u8, usize, Header)> {
    let candidates = b",;\t|".iter().flat_map(|delimiter| {
        let rows = reader(*delimiter, sample).into_byte_records().take(PREAMBLE_MAX + 1);
        let headers = rows.map_while(Result::ok).enumerate().map(|(at, row)| {
            let cells: Vec<_> = row.iter().map(text).collect();
            (*delimiter, at, Header::of(cells.iter().map(AsRef::as_ref)))
        });
        headers.collect::<Vec<_>>()
    });
    // The first of equals wins, so that a row of data that repeats the header's words does not replace it.
    candidates
        .filter(|(.., header)| header.score() > 0)
        .reduce(|best, other| if other.2.score() > best.2.score() { other } else { best })
}

fn text(cell: &[u8]) -> Cow<'_, str> {
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
