//! Excel workbooks, row by row, behind a guard: a workbook is a ZIP, and a ZIP can be a bomb.

use crate::Error;
use crate::archive::Seekable;
use crate::header::{Header, PREAMBLE_MAX, Wanted, named};
use crate::import::Sink;
use crate::rows::Surroundings;
use calamine::{DataRef, ExcelDateTime, Reader, SheetVisible, Xlsx};
use std::borrow::Cow;
use std::io::{self, Read, Seek, SeekFrom};
use zip::ZipArchive;

/// The most that all parts of a workbook together may expand to.
const EXPANDED_MAX: u64 = 256 << 20;
/// The most parts of a workbook; ordinary ones have a few dozen.
const PARTS_MAX: usize = 10_000;
/// Cells beyond this column are ignored: no table of items is wider.
const WIDTH_MAX: u32 = 1_000;

/// Reads every row below the header of every visible sheet that has one, and says which sheets it left out.
pub(crate) fn read(
    mut file: Box<dyn Seekable>,
    wanted: Wanted,
    around: &Surroundings<'_>,
    sink: &mut Sink<'_, '_>,
) -> Result<(), Error> {
    guard(&mut file)?;
    file.seek(SeekFrom::Start(0)).map_err(broken)?;
    let mut workbook: Xlsx<_> = Xlsx::new(file).map_err(broken)?;
    let sheets: Vec<_> = workbook.sheets_metadata().iter().map(|sheet| (sheet.name.clone(), sheet.visible)).collect();
    let (mut used, mut columns, mut left_out) = (false, String::new(), Vec::new());
    for (name, visible) in &sheets {
        let hidden = *visible != SheetVisible::Visible;
        let label = if sheets.len() > 1 { format!("sheet \"{name}\": ") } else { String::new() };
        match read_sheet(&mut workbook, name, &Sheet { hidden, label, wanted }, around, sink)? {
            Seen::Nothing => {}
            Seen::Header if hidden => left_out.push(format!("sheet \"{name}\" is hidden and was not read")),
            Seen::Header => used = true,
            Seen::NoHeader(found) => {
                left_out.push(format!("sheet \"{name}\" has no header that is known and was not read"));
                columns = if columns.is_empty() { found } else { columns };
            }
        }
    }
    if !used && left_out.len() <= 1 && !columns.is_empty() {
        return Err(Error::header(columns, wanted));
    }
    if !used && left_out.is_empty() {
        return sink.skip(0, "the workbook is empty".to_owned());
    }
    left_out.into_iter().try_for_each(|reason| sink.skip(0, reason))
}

/// How a sheet is read.
struct Sheet {
    hidden: bool,
    /// What to put before its reasons.
    label: String,
    wanted: Wanted,
}

/// What a sheet holds.
enum Seen {
    Nothing,
    Header,
    NoHeader(String),
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::Spreadsheet(error.to_string())
}

/// Refuses what expands too far: by its own directory first, then by expanding it into nothing, since directories lie.
fn guard(file: &mut (impl Read + Seek)) -> Result<(), Error> {
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

/// Reads one sheet; a hidden one only as far as its header.
fn read_sheet<R: Read + Seek>(
    workbook: &mut Xlsx<R>,
    name: &str,
    sheet: &Sheet,
    around: &Surroundings<'_>,
    sink: &mut Sink<'_, '_>,
) -> Result<Seen, Error> {
    let mut cells = match workbook.worksheet_cells_reader(name) {
        Ok(cells) => cells,
        // A sheet of nothing but a chart has no cells.
        Err(calamine::XlsxError::NotAWorksheet(_)) => return Ok(Seen::Nothing),
        Err(error) => return Err(broken(error)),
    };
    let mut header = Header::default();
    let mut inside = around.clone();
    let (mut row, mut number): (Vec<Cow<'_, str>>, u32) = (Vec::new(), 0);
    let (mut seen, mut below, mut found) = (0, 0, String::new());
    loop {
        let cell = cells.next_cell().map_err(broken)?;
        let position = cell.as_ref().map(calamine::Cell::get_position);
        if position.is_none_or(|(line, _)| line != number) && row.iter().any(|cell| !cell.trim().is_empty()) {
            let mut full = std::mem::take(&mut row);
            seen += 1;
            if header.score() == 0 {
                header = Header::of(full.iter().map(AsRef::as_ref), sheet.wanted);
                inside = header.around(around);
                if header.score() == 0 && found.len() < 400 && (found.is_empty() || full.len() > 3) {
                    found = named(full.iter().map(AsRef::as_ref));
                }
                if header.score() == 0 && seen > PREAMBLE_MAX {
                    return Ok(Seen::NoHeader(found));
                }
                if header.score() > 0 && sheet.hidden {
                    return Ok(Seen::Header);
                }
            } else {
                below += 1;
                // Merged cells of a header leave the names of its columns to a second row.
                if below > 1 || !header.extend(&full) {
                    match header.item(&mut full, &inside) {
                        Ok(item) => sink.item(item)?,
                        Err(reason) => sink.skip(u64::from(number) + 1, format!("{}{reason}", sheet.label))?,
                    }
                }
            }
        }
        let (Some(cell), Some((line, column))) = (cell, position) else { break };
        if line != number {
            row.clear();
        }
        number = line;
        if column < WIDTH_MAX {
            row.resize((column as usize + 1).max(row.len()), Cow::Borrowed(""));
            row[column as usize] = text(cell.get_value());
        }
    }
    match (header.score(), seen, below) {
        (0, 0, _) => Ok(Seen::Nothing),
        (0, ..) => Ok(Seen::NoHeader(found)),
        (_, _, 0) => {
            sink.skip(0, format!("{}there is a header, and no row below it", sheet.label))?;
            Ok(Seen::Header)
        }
        _ => Ok(Seen::Header),
    }
}

fn text<'a>(value: &DataRef<'a>) -> Cow<'a, str> {
    match value {
        DataRef::SharedString(text) => Cow::Borrowed(text),
        DataRef::String(text) | DataRef::DateTimeIso(text) => Cow::Owned(text.clone()),
        DataRef::Int(number) => Cow::Owned(number.to_string()),
        DataRef::Float(number) => Cow::Owned(number.to_string()),
        DataRef::DateTime(moment) if moment.is_datetime() => Cow::Owned(date(moment)),
        DataRef::DateTime(span) => Cow::Owned(span.as_f64().to_string()),
        DataRef::Bool(true) => Cow::Borrowed("ya"),
        DataRef::Error(error) => Cow::Owned(error.to_string()),
        _ => Cow::Borrowed(""),
    }
}

/// A date as `dates` reads it: without a zone, which a cell never has.
fn date(moment: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}
