//! Export: figures and rows as files for other programs, so that whoever doubts a brief can count again.
//!
//! What leaves here names no person: no pseudonym of an account, and of citizens' items neither address nor id, because
//! both may contain a name; `sequence` tells rows apart. Rows come by batch and local date, a chunk at a time, so a
//! window of any size takes the memory of one part and one chunk.

use crate::{
    Error,
    batch::{self, Batches, Part},
    columns::{self, SEPARATOR, computing, nanoseconds},
    tables::regencies,
};
use jiff::Timestamp;
use model::{Figure, Region, SourceKind, Window};
use polars::prelude::{
    Column, DataFrame, DataType, Expr, IntoLazy as _, NULL, NamedFrom as _, SerReader as _, Series, TimeUnit, col, lit,
    when,
};
use polars_io::parquet::{read::ParquetReader, write::BatchedWriter, write::ParquetWriter};
use std::{
    collections::BTreeSet,
    fmt::Write as _,
    io::{Cursor, Write},
};

/// Rows held at once.
const CHUNK_ROWS: usize = 65_536;

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowsFormat {
    /// Semicolons, a byte order mark, RFC 4180 quotes, times in ISO 8601 (UTC): what a spreadsheet in Indonesia opens.
    Csv,
    /// Typed columns; times in UTC.
    Parquet,
}

/// What an export shows of a row, in order; `regencies` is worked out here.
const SHOWN: &[&str] = &[
    "sequence",
    "source",
    "id",
    "kind",
    "url",
    "at",
    "dated",
    "published_at",
    "first_seen_at",
    "event_date",
    "language",
    "coverage",
    "sentiment",
    "tone",
    "topics",
    "places",
    "regencies",
    "agencies",
    "programmes",
    "speech_act",
    "spam",
    "unsure",
    "signals",
    "needs_verification",
    "likes",
    "shares",
    "comments",
    "views",
];

/// Columns that hold moments.
const TIMES: &[&str] = &["at", "published_at", "first_seen_at"];

/// The figures of a brief as a Parquet file, one a row.
pub fn figures_parquet(figures: &[Figure]) -> Result<Vec<u8>, Error> {
    let texts = |name: &str, text: &dyn Fn(&Figure) -> String| -> Column {
        Series::new(name.into(), figures.iter().map(text).collect::<Vec<_>>()).into()
    };
    let columns = vec![
        texts("id", &|figure| figure.id.clone()),
        texts("section", &|figure| figure.section.as_str().to_owned()),
        texts("label", &|figure| figure.label.clone()),
        Series::new("value".into(), figures.iter().map(|figure| figure.value).collect::<Vec<_>>()).into(),
        texts("unit", &|figure| figure.unit.clone()),
        Series::new("previous".into(), figures.iter().map(|figure| figure.previous).collect::<Vec<_>>()).into(),
    ];
    columns::encode(&mut DataFrame::new(figures.len(), columns).map_err(computing("the figures"))?)
}

/// Writes the rows of the window, spam included and marked; returns how many.
pub(crate) fn rows(
    folder: &std::path::Path,
    batches: &Batches,
    window: &Window,
    region: &Region,
    format: RowsFormat,
    out: &mut dyn Write,
) -> Result<u64, Error> {
    let edges = (nanoseconds(window.from), nanoseconds(window.to));
    let superseded = batch::superseded(folder, batches.all())?;
    let shown = |rows: DataFrame| shown(rows, edges, &superseded, region);
    let empty = shown(columns::from_records(&[])?)?;
    let mut sink = Sink::open(format, out, &empty)?;
    let mut written = 0;
    let wanted = |part: &&Part| part.at.1 > edges.0 && part.at.0 <= edges.1;
    for part in batches.all().iter().flat_map(|batch| &batch.parts).filter(wanted) {
        let bytes = part.bytes(folder)?;
        let damaged = |error: polars::error::PolarsError| Error::Damaged {
            path: folder.join(&part.path),
            reason: error.to_string(),
        };
        let count = ParquetReader::new(Cursor::new(bytes.as_slice())).num_rows().map_err(damaged)?;
        for start in (0..count).step_by(CHUNK_ROWS) {
            let names = columns::NAMES.iter().filter(|name| SHOWN.contains(name)).map(|&name| name.to_owned());
            let chunk = ParquetReader::new(Cursor::new(bytes.as_slice()))
                .with_columns(Some(names.collect()))
                .with_slice(Some((start, CHUNK_ROWS)))
                .finish()
                .map_err(damaged)?;
            let chunk = shown(chunk)?;
            written += chunk.height() as u64;
            sink.write(&chunk)?;
        }
    }
    sink.close()?;
    Ok(written)
}

/// The rows of the window as they may leave.
fn shown(
    rows: DataFrame,
    (from, to): (i64, i64),
    superseded: &BTreeSet<u64>,
    region: &Region,
) -> Result<DataFrame, Error> {
    let superseded = Series::new("superseded".into(), superseded.iter().copied().collect::<Vec<_>>());
    let public = SourceKind::ALL.iter().filter(|kind| kind.is_public_voice());
    let public = public.map(|kind| col("kind").eq(lit(kind.as_str()))).reduce(Expr::or).unwrap_or(lit(false));
    let hidden = |column: &str| when(public.clone()).then(lit(NULL)).otherwise(col(column)).alias(column);
    let mut rows = rows
        .lazy()
        .filter(col("at").gt(lit(from)).and(col("at").lt_eq(lit(to))))
        .filter(col("sequence").is_in(lit(superseded).implode(false), false).not())
        .with_columns([
            hidden("url"),
            hidden("id"),
            when(public.clone()).then(lit("warga")).otherwise(col("source")).alias("source"),
        ])
        .collect()
        .map_err(computing("rows"))?;
    let places = rows.column("places").and_then(|column| column.str()).map_err(computing("rows"))?;
    let joined = |codes: BTreeSet<String>| Vec::from_iter(codes).join(&SEPARATOR.to_string());
    let regencies: Vec<String> =
        places.iter().map(|places| joined(regencies(region, places.unwrap_or_default()))).collect();
    rows.with_column(Series::new("regencies".into(), regencies).into()).map_err(computing("rows"))?;
    rows.select(SHOWN.iter().copied()).map_err(computing("rows"))
}

/// Where rows go.
enum Sink<'a> {
    Csv(&'a mut dyn Write),
    Parquet(Box<BatchedWriter<&'a mut dyn Write>>),
}

impl<'a> Sink<'a> {
    /// Begins a file for tables like `empty`.
    fn open(format: RowsFormat, out: &'a mut dyn Write, empty: &DataFrame) -> Result<Self, Error> {
        match format {
            RowsFormat::Csv => {
                let line = format!("{BYTE_ORDER_MARK}{}\r\n", SHOWN.join(&SEPARATOR.to_string()));
                out.write_all(line.as_bytes()).map_err(|source| Error::Output { source })?;
                Ok(Self::Csv(out))
            }
            RowsFormat::Parquet => {
                let schema = with_times(empty.clone())?.schema().clone();
                let writer = ParquetWriter::new(out).batched(&schema).map_err(computing("the rows' file"))?;
                Ok(Self::Parquet(Box::new(writer)))
            }
        }
    }

    fn write(&mut self, rows: &DataFrame) -> Result<(), Error> {
        match self {
            Self::Csv(out) => out.write_all(lines(rows)?.as_bytes()).map_err(|source| Error::Output { source }),
            Self::Parquet(_) if rows.height() == 0 => Ok(()),
            Self::Parquet(writer) => {
                writer.write_batch(&with_times(rows.clone())?).map_err(computing("the rows' file"))
            }
        }
    }

    fn close(self) -> Result<(), Error> {
        match self {
            Self::Csv(out) => out.flush().map_err(|source| Error::Output { source }),
            Self::Parquet(writer) => writer.finish().map(|_| ()).map_err(computing("the rows' file")),
        }
    }
}

/// Moments as moments; all of them are UTC.
fn with_times(rows: DataFrame) -> Result<DataFrame, Error> {
    let times = TIMES.iter().map(|&name| col(name).cast(DataType::Datetime(TimeUnit::Nanoseconds, None)));
    rows.lazy().with_columns(times.collect::<Vec<_>>()).collect().map_err(computing("times"))
}

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// One column, read downwards.
enum Cells<'a> {
    Text(Box<dyn Iterator<Item = Option<&'a str>> + 'a>),
    Flag(Box<dyn Iterator<Item = Option<bool>> + 'a>),
    Count(Box<dyn Iterator<Item = Option<u64>> + 'a>),
    Time(Box<dyn Iterator<Item = Option<i64>> + 'a>),
}

/// Rows as lines of CSV.
fn lines(rows: &DataFrame) -> Result<String, Error> {
    let counts = |name: &&str| {
        let column = rows.column(name).map_err(computing("rows"))?;
        match column.dtype() {
            DataType::String | DataType::Boolean | DataType::Int64 => Ok(column.clone()),
            _ => column.cast(&DataType::UInt64).map_err(computing("rows")),
        }
    };
    let columns = SHOWN.iter().map(counts).collect::<Result<Vec<Column>, Error>>()?;
    let mut cells = columns.iter().map(cells).collect::<Result<Vec<_>, Error>>()?;
    let mut out = String::new();
    for _ in 0..rows.height() {
        for (position, column) in cells.iter_mut().enumerate() {
            if position > 0 {
                out.push(SEPARATOR);
            }
            match column {
                Cells::Text(texts) => field(&mut out, texts.next().flatten().unwrap_or_default()),
                Cells::Flag(flags) => out.push_str(match flags.next().flatten() {
                    Some(true) => "true",
                    Some(false) => "false",
                    None => "",
                }),
                // Writing to a string cannot fail.
                Cells::Count(counts) => drop(counts.next().flatten().map(|count| write!(out, "{count}"))),
                Cells::Time(times) => drop(times.next().flatten().map(|at| write!(out, "{}", moment(at)))),
            }
        }
        out.push_str("\r\n");
    }
    Ok(out)
}

fn cells(column: &Column) -> Result<Cells<'_>, Error> {
    Ok(match column.dtype() {
        DataType::String => Cells::Text(Box::new(column.str().map_err(computing("rows"))?.iter())),
        DataType::Boolean => Cells::Flag(Box::new(column.bool().map_err(computing("rows"))?.iter())),
        DataType::Int64 => Cells::Time(Box::new(column.i64().map_err(computing("rows"))?.iter())),
        _ => Cells::Count(Box::new(column.u64().map_err(computing("rows"))?.iter())),
    })
}

/// `2026-11-19T22:00:00Z`.
fn moment(nanoseconds: i64) -> Timestamp {
    Timestamp::from_nanosecond(nanoseconds.into()).unwrap_or(Timestamp::MIN)
}

/// A text between two separators: one line, quoted where it must be, and never a formula.
fn field(out: &mut String, text: &str) {
    // What a spreadsheet may strip before it looks for a formula hides none here.
    let stripped = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '\'' | '\u{200b}' | '\u{feff}');
    let first = text.trim_start_matches(stripped).chars().next();
    let formula = first.is_some_and(|c| {
        matches!(c, '=' | '+' | '-' | '@' | '|' | '＝' | '＋' | '－' | '＠' | '﹦' | '﹢' | '﹣' | '﹫')
    });
    let quoted = text.contains([SEPARATOR, ',', '"']);
    out.push_str(if quoted { "\"" } else { "" });
    out.push_str(if formula { "'" } else { "" });
    for c in text.chars() {
        match c {
            '"' => out.push_str("\"\""),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.push_str(if quoted { "\"" } else { "" });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_one_line_and_no_formula() {
        let written = |text: &str| {
            let mut out = String::new();
            field(&mut out, text);
            out
        };
        assert_eq!(written("a;b \"c\"\n"), "\"a;b \"\"c\"\" \"");
        for formula in ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "\u{200b}=1", "\u{0}=1", "＝1", "'=1", "|x"] {
            assert!(written(formula).trim_start_matches('"').starts_with('\''), "{formula:?}");
        }
        assert_eq!(written("https://a.example/?x=1"), "https://a.example/?x=1");
    }
}
