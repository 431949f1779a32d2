//! XLSX: the tables of a brief for whoever counts on, one sheet a table.
//!
//! Every text is written as a text cell that stays one when it is edited (format `@`), so that nothing from outside
//! ever becomes a formula; counts are numbers, moments are dates in the office's time.

mod tables;

use crate::clean::visible;
use crate::paper::web_address;
use crate::{Error, Output, Render, words};
use jiff::Timestamp;
use model::{Brief, Kind, Risk};
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Url, Workbook, Worksheet, XlsxError,
};

pub(crate) const OUTPUT: Output = Output {
    kind: KIND,
    suffix: ".xlsx",
    media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

const KIND: Kind<Render> = Kind {
    name: "xlsx",
    summary: "writes the tables as a workbook: figures, issues, clippings (at most 5,000), media, tone and the rest",
    example: r#"formats = ["xlsx"]"#,
    build: render,
};

/// What Excel takes in one cell, in UTF-16 units; texts are shortened well below it.
const TEXT_MAX: usize = 8_000;
/// Excel refuses longer addresses and then the whole file.
const ADDRESS_MAX: usize = 2_000;
/// Points of a line of text, and lines that a row shows at most; the rest is read in the cell.
const LINE_POINTS: f64 = 13.5;
const LINES_MAX: usize = 14;
/// Characters that a sheet of paper shows side by side before they become too small to read.
const PAPER_WIDTH: u16 = 215;
/// Rows of one sheet besides clippings; no brief comes near.
const ROWS_MAX: usize = 5_000;

/// One cell.
pub(crate) enum Value {
    Text(String),
    Count(u32),
    Hours(f32),
    Level(Risk),
    Moment(Timestamp),
    Date(jiff::civil::Date),
    /// Text that leads to a web address.
    Link(String, String),
    Empty,
}

impl Value {
    pub(crate) fn text(text: &str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(visible(text)) }
    }

    /// A count, or words where a window has no data: no data is not zero.
    pub(crate) fn known(count: Option<u32>) -> Self {
        count.map_or_else(|| Self::Text("tanpa data".to_owned()), Self::Count)
    }

    fn is_count(&self) -> bool {
        matches!(self, Self::Count(_) | Self::Hours(_))
    }

    pub(crate) fn optional(count: Option<u32>) -> Self {
        count.map_or(Self::Empty, Self::Count)
    }
}

/// One sheet: a table with its headings, each with its width in characters.
pub(crate) struct Sheet {
    pub name: &'static str,
    /// What it holds, for the list on the first sheet.
    pub about: &'static str,
    pub columns: Vec<(String, u8)>,
    pub rows: Vec<Vec<Value>>,
}

/// Ink and paper of the sheets.
struct Styles {
    title: Format,
    label: Format,
    heading: Format,
    heading_of_counts: Format,
    text: Format,
    count: Format,
    hours: Format,
    moment: Format,
    date: Format,
    link: Format,
    empty: Format,
    levels: [Format; 4],
}

const NAVY: u32 = 0x0B_3B_60;
const GREY: u32 = 0x52_60_6D;
const LINE: u32 = 0xD5_DB_E1;
const BLUE: u32 = 0x0B_5C_AD;

impl Styles {
    fn new() -> Self {
        let plain = || Format::new().set_font_name("Calibri").set_font_size(10).set_align(FormatAlign::Top);
        let ruled = || plain().set_border_bottom(FormatBorder::Thin).set_border_bottom_color(Color::RGB(LINE));
        // `@` keeps a text a text even when somebody edits the cell.
        let text = || ruled().set_num_format("@").set_text_wrap().set_align(FormatAlign::Left).set_indent(1);
        let heading = || {
            let format = plain().set_num_format("@").set_bold().set_text_wrap().set_align(FormatAlign::VerticalCenter);
            format.set_font_color(Color::White).set_background_color(Color::RGB(NAVY))
        };
        let level = |color: u32| text().set_bold().set_font_color(Color::RGB(color));
        Self {
            title: plain().set_num_format("@").set_bold().set_font_size(16).set_font_color(Color::RGB(NAVY)),
            label: plain().set_num_format("@").set_font_color(Color::RGB(GREY)),
            heading: heading().set_align(FormatAlign::Left).set_indent(1),
            heading_of_counts: heading().set_align(FormatAlign::Right),
            text: text(),
            count: ruled().set_num_format("#,##0"),
            hours: ruled().set_num_format("#,##0.0"),
            moment: ruled().set_num_format("dd/mm/yyyy hh:mm").set_align(FormatAlign::Left).set_indent(1),
            date: ruled().set_num_format("dd/mm/yyyy").set_align(FormatAlign::Left).set_indent(1),
            // A long address runs on instead of making its row high.
            link: ruled()
                .set_num_format("@")
                .set_align(FormatAlign::Left)
                .set_indent(1)
                .set_font_color(Color::RGB(BLUE)),
            empty: ruled(),
            // Colours of the levels, dark enough for white paper; the mark and the word carry them in black and white.
            levels: [level(0x1E_6B_3A), level(0x7A_5B_00), level(0xB3_4A_00), level(0xB0_14_1E)],
        }
    }

    fn level(&self, risk: Risk) -> &Format {
        let position = match risk {
            Risk::Hijau => 0,
            Risk::Kuning => 1,
            Risk::Oranye => 2,
            Risk::Merah => 3,
        };
        &self.levels[position]
    }
}

/// The workbook; the same brief gives the same bytes.
pub fn render(brief: &Brief) -> Result<Vec<u8>, Error> {
    let (styles, sheets) = (Styles::new(), tables::sheets(brief));
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(brief)?);
    cover(workbook.add_worksheet(), brief, &sheets, &styles)?;
    for sheet in &sheets {
        table(workbook.add_worksheet(), brief, sheet, &styles)?;
    }
    Ok(workbook.save_to_buffer()?)
}

/// Who made it, for which day; the time is the cut-off, because there is no clock here.
fn properties(brief: &Brief) -> Result<DocProperties, XlsxError> {
    let header = &brief.header;
    let made = ExcelDateTime::from_timestamp(header.window.to.as_second().max(0))?;
    let line = |text: &str| words::cut(&visible(text), 200);
    Ok(DocProperties::new()
        .set_title(line(&format!("{} – {}", header.title, header.date_words)))
        .set_subject(line(&header.period_words))
        .set_author(line(&header.prepared_by))
        .set_company(line(&format!("{}, {}", header.office, header.government)))
        .set_status(line(&header.status))
        .set_creation_datetime(&made))
}

/// Landscape, as wide as the sheet of paper, with what it is above and below.
fn page(sheet: &mut Worksheet, brief: &Brief) {
    const A4: u8 = 9;
    let header = &brief.header;
    // `&` begins an instruction in headers and footers, and they may have 255 characters altogether.
    let line = |text: &str, limit: usize| words::cut(&visible(text), limit).replace('&', "&&");
    let sample = if header.fictional { " · Data contoh (fiktif)" } else { "" };
    sheet
        .set_landscape()
        .set_paper_size(A4)
        .set_print_fit_to_pages(1, 0)
        .set_margins(0.5, 0.5, 0.7, 0.6, 0.3, 0.3)
        .set_header(format!("&L&9{} – {}&R&9&A", line(&header.title, 60), line(&header.date_words, 40)))
        .set_footer(format!("&L&9{}{sample}&R&9Halaman &P dari &N", line(&header.status, 30)));
}

/// High enough for the longest text: not every program measures rows when it opens a file.
fn height(values: &[Value], widths: &[u8]) -> f64 {
    let lines = values.iter().zip(widths).map(|(value, width)| match value {
        Value::Text(text) => {
            // A letter is a little narrower than the digit that widths are counted in.
            (text.chars().count() * 10).div_ceil((usize::from(*width) * 11).saturating_sub(10).max(10))
        }
        _ => 1,
    });
    lines.max().unwrap_or(1).clamp(1, LINES_MAX) as f64 * LINE_POINTS + 2.0
}

fn table(sheet: &mut Worksheet, brief: &Brief, table: &Sheet, styles: &Styles) -> Result<(), XlsxError> {
    sheet.set_name(table.name)?;
    page(sheet, brief);
    sheet.set_row_height(0, 30)?;
    for (column, (heading, width)) in (0..).zip(&table.columns) {
        sheet.set_column_width(column, f64::from(*width))?;
        let of_counts = table.rows.iter().any(|row| row.get(usize::from(column)).is_some_and(Value::is_count));
        let style = if of_counts { &styles.heading_of_counts } else { &styles.heading };
        sheet.write_string_with_format(0, column, heading, style)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    let width: u16 = table.columns.iter().map(|(_, width)| u16::from(*width)).sum();
    sheet.set_print_fit_to_pages(width.div_ceil(PAPER_WIDTH).max(1), 0).set_repeat_rows(0, 0)?;
    if width > PAPER_WIDTH {
        // What a row is about stands on every sheet of paper.
        sheet.set_repeat_columns(0, 1)?;
    }
    if table.rows.is_empty() {
        // A table without rows says so; a filter over nothing would only confuse.
        sheet.write_string_with_format(1, 0, "Data belum ada", &styles.label)?;
        return Ok(());
    }
    let widths: Vec<u8> = table.columns.iter().map(|(_, width)| *width).collect();
    for (row, values) in (1..).zip(table.rows.iter().take(ROWS_MAX)) {
        sheet.set_row_height(row, height(values, &widths))?;
        for (column, value) in (0..).zip(values) {
            cell(sheet, (row, column), value, brief, styles)?;
        }
    }
    let last_row = u32::try_from(table.rows.len().min(ROWS_MAX)).unwrap_or(u32::MAX);
    let last_column = u16::try_from(table.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
    sheet.autofilter(0, 0, last_row, last_column)?;
    sheet.set_print_area(0, 0, last_row, last_column)?;
    Ok(())
}

fn cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    value: &Value,
    brief: &Brief,
    styles: &Styles,
) -> Result<(), XlsxError> {
    match value {
        Value::Text(text) => sheet.write_string_with_format(row, column, words::cut(text, TEXT_MAX), &styles.text)?,
        Value::Count(count) => sheet.write_number_with_format(row, column, *count, &styles.count)?,
        Value::Hours(hours) => sheet.write_number_with_format(row, column, f64::from(*hours), &styles.hours)?,
        Value::Level(risk) => {
            let word = format!("{} {}", risk.mark(), words::level(*risk));
            sheet.write_string_with_format(row, column, word, styles.level(*risk))?
        }
        Value::Moment(at) => {
            let local = at.to_zoned(words::zone(&brief.header.zone_label).0).datetime();
            sheet.write_datetime_with_format(row, column, excel_time(local)?, &styles.moment)?
        }
        Value::Date(date) => sheet.write_datetime_with_format(
            row,
            column,
            excel_time(date.to_datetime(jiff::civil::Time::midnight()))?,
            &styles.date,
        )?,
        Value::Link(text, address) => match web_address(Some(address)).filter(|address| address.len() <= ADDRESS_MAX) {
            Some(address) => {
                let url = Url::new(address).set_text(words::cut(text, TEXT_MAX));
                sheet.write_url_with_format(row, column, url, &styles.link)?
            }
            None => sheet.write_string_with_format(row, column, words::cut(text, TEXT_MAX), &styles.text)?,
        },
        Value::Empty => sheet.write_blank(row, column, &styles.empty)?,
    };
    Ok(())
}

/// Excel counts days from 1900; what lies before cannot be a date there and stands at its first day.
fn excel_time(local: jiff::civil::DateTime) -> Result<ExcelDateTime, XlsxError> {
    let year = u16::try_from(local.year()).unwrap_or(0).clamp(1900, 9999);
    let number = |value: i8| value.unsigned_abs();
    ExcelDateTime::from_ymd(year, number(local.month()), number(local.day()))?.and_hms(
        u16::from(number(local.hour())),
        number(local.minute()),
        f64::from(number(local.second())),
    )
}

/// The first sheet: what the brief says, and what the other sheets hold.
fn cover(sheet: &mut Worksheet, brief: &Brief, sheets: &[Sheet], styles: &Styles) -> Result<(), XlsxError> {
    sheet.set_name("Ringkasan")?;
    page(sheet, brief);
    const WIDTHS: [u8; 4] = [18, 84, 20, 36];
    for (column, width) in (0..).zip(WIDTHS) {
        sheet.set_column_width(column, width)?;
    }
    sheet.set_screen_gridlines(false);
    let header = &brief.header;
    sheet.write_string_with_format(0, 0, words::cut(&visible(&header.title), 120), &styles.title)?;
    sheet.set_row_height(0, 24)?;
    let mut row = 1;
    for (label, text) in tables::identity(brief) {
        sheet.write_string_with_format(row, 0, label, &styles.label)?;
        sheet.write_string_with_format(row, 1, words::cut(&visible(&text), 400), &styles.label)?;
        row += 1;
    }
    row += 1;
    for (column, heading) in (0..).zip(["Bagian", "Isi", "Tenggat atau level", "Pelaksana atau gerak"]) {
        sheet.write_string_with_format(row, column, heading, &styles.heading)?;
    }
    for values in tables::page_one(brief) {
        row += 1;
        sheet.set_row_height(row, height(&values, &WIDTHS))?;
        for (column, value) in (0..).zip(&values) {
            cell(sheet, (row, column), value, brief, styles)?;
        }
    }
    row += 2;
    for (column, heading) in (0..).zip(["Lembar", "Isi"]) {
        sheet.write_string_with_format(row, column, heading, &styles.heading)?;
    }
    sheet.write_string_with_format(row, 2, "Baris", &styles.heading_of_counts)?;
    for listed in sheets {
        row += 1;
        // A way inside the workbook, to a name of ours.
        let inside = Url::new(format!("internal:'{}'!A1", listed.name)).set_text(listed.name);
        sheet.write_url_with_format(row, 0, inside, &styles.link)?;
        sheet.write_string_with_format(row, 1, listed.about, &styles.text)?;
        let rows = u32::try_from(listed.rows.len().min(ROWS_MAX)).unwrap_or(u32::MAX);
        sheet.write_number_with_format(row, 2, rows, &styles.count)?;
    }
    Ok(())
}
