//! Excel workbooks, row by row, behind a guard: a workbook is a ZIP, and a ZIP can be a bomb.

use crate::Error;
use crate::import::Sink;
use crate::rows::{Header, Surroundings};
use calamine::{DataRef, ExcelDateTime, Reader, Xlsx};
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::Path;
use zip::ZipArchive;

/// The most that all parts of a workbook together may expand to.
const EXPANDED_MAX: u64 = 256 << 20;
/// The most parts of a workbook; ordinary ones have a few dozen.
const PARTS_MAX: usize = 10_000;
/// How many rows of explanation may stand above the header.
const PREAMBLE_MAX: usize = 20;
/// Cells beyond this column are ignored: no table of items is wider.
const WIDTH_MAX: u32 = 1_000;

/// Reads every row below the header of every sheet that has one.
pub(crate) fn read(path: &Path, around: &Surroundings<'_>, sink: &mut Sink<'_, '_>) -> Result<(), Error> {
    let open = || File::open(path).map(BufReader::new).map_err(|source| Error::File { path: path.to_owned(), source });
    guard(open()?)?;
    let mut workbook: Xlsx<_> = Xlsx::new(open()?).map_err(broken)?;
    let mut found = false;
    for sheet in workbook.sheet_names() {
        found |= read_sheet(&mut workbook, &sheet, around, sink)?;
    }
    if found { Ok(()) } else { Err(Error::Header) }
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::Spreadsheet(error.to_string())
}

/// Refuses what expands too far: by its own directory first, then by expanding it into nothing, since directories lie.
fn guard(file: impl Read + Seek) -> Result<(), Error> {
    let mut archive = ZipArchive::new(file).map_err(broken)?;
    if archive.len() > PARTS_MAX {
        return Err(broken(format!("it has more than {PARTS_MAX} parts")));
    }
    let too_large = || broken(format!("it expands to more than {} MiB", EXPANDED_MAX >> 20));
    if archive.decompressed_size().is_some_and(|size| size > u128::from(EXPANDED_MAX)) {
        return Err(too_large());
    }
    let mut expanded = 0;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(broken)?;
        expanded += io::copy(&mut part.take(EXPANDED_MAX + 1 - expanded), &mut io::sink()).map_err(broken)?;
        if expanded > EXPANDED_MAX {
            return Err(too_large());
        }
    }
    Ok(())
}

/// Reads one sheet; false where it has no header.
fn read_sheet<R: Read + Seek>(
    workbook: &mut Xlsx<R>,
    sheet: &str,
    around: &Surroundings<'_>,
    sink: &mut Sink<'_, '_>,
) -> Result<bool, Error> {
    let mut cells = workbook.worksheet_cells_reader(sheet).map_err(broken)?;
    let mut header = Header::default();
    let (mut row, mut number): (Vec<Cow<'_, str>>, u32) = (Vec::new(), 0);
    let mut seen = 0;
    loop {
        let cell = cells.next_cell().map_err(broken)?;
        let position = cell.as_ref().map(calamine::Cell::get_position);
        if position.is_none_or(|(line, _)| line != number) && !row.is_empty() {
            let full = std::mem::take(&mut row);
            seen += 1;
            if header.score() == 0 {
                header = Header::of(full.iter().map(AsRef::as_ref));
                if header.score() == 0 && seen > PREAMBLE_MAX {
                    return Ok(false);
                }
            } else if full.iter().any(|cell| !cell.trim().is_empty()) {
                match header.row(full.into_iter()).into_item(around) {
                    Ok(item) => sink.item(item)?,
                    Err(reason) => sink.skip(u64::from(number) + 1, reason.to_owned())?,
                }
            }
        }
        let (Some(cell), Some((line, column))) = (cell, position) else { return Ok(header.score() > 0) };
        number = line;
        if column < WIDTH_MAX {
            row.resize((column as usize + 1).max(row.len()), Cow::Borrowed(""));
            row[column as usize] = text(cell.get_value());
        }
    }
}

fn text<'a>(value: &DataRef<'a>) -> Cow<'a, str> {
    match value {
        DataRef::SharedString(text) => Cow::Borrowed(text),
        DataRef::String(text) | DataRef::DateTimeIso(text) => Cow::Owned(text.clone()),
        DataRef::Int(number) => Cow::Owned(number.to_string()),
        DataRef::Float(number) => Cow::Owned(number.to_string()),
        DataRef::DateTime(moment) if moment.is_datetime() => Cow::Owned(date(moment)),
        _ => Cow::Borrowed(""),
    }
}

/// A date as `dates` reads it: without a zone, which a cell never has.
fn date(moment: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}
