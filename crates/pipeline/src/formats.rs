//! Formats of a brief's files: the papers that `render` sets, and tables that come out of the facts.

use crate::{Error, Office};
use facts::RowsFormat;
use model::Brief;

/// A table for other programs; too large or too typed for a paper.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) example: &'static str,
    suffix: &'static str,
    of: Of,
}

enum Of {
    Figures,
    Rows(RowsFormat),
}

/// Every table.
pub(crate) const TABLES: &[Table] = &[
    Table {
        name: "parquet",
        summary: "writes the figures of the brief, typed",
        example: r#"formats = ["parquet"]"#,
        suffix: "-angka.parquet",
        of: Of::Figures,
    },
    Table {
        name: "rows-csv",
        summary: "writes every item of the window, one a row, without any account",
        example: r#"formats = ["rows-csv"]"#,
        suffix: "-baris.csv",
        of: Of::Rows(RowsFormat::Csv),
    },
    Table {
        name: "rows-parquet",
        summary: "writes every item of the window, one a row, typed, without any account",
        example: r#"formats = ["rows-parquet"]"#,
        suffix: "-baris.parquet",
        of: Of::Rows(RowsFormat::Parquet),
    },
];

/// Every format by name.
pub fn formats() -> Vec<String> {
    let papers = render::OUTPUTS.iter().map(|output| output.kind.name);
    papers.chain(TABLES.iter().map(|table| table.name)).map(str::to_owned).collect()
}

/// Refuses a format that does not exist, before any work is done.
///
/// # Errors
/// Names the known formats.
pub fn check_format(name: &str) -> Result<(), Error> {
    match formats().iter().any(|known| known == name) {
        true => Ok(()),
        false => Err(Error::Format { name: name.to_owned() }),
    }
}

/// The known formats in one line, for whoever asked for another.
pub(crate) fn known() -> String {
    formats().join(", ")
}

impl Office {
    /// The file of a brief in one format: its name and its bytes.
    pub(crate) fn file(&self, brief: &Brief, format: &str) -> Result<(String, Vec<u8>), Error> {
        if let Some(output) = render::OUTPUTS.iter().find(|output| output.kind.name == format) {
            return Ok((output.file_name(brief), (output.kind.build)(brief)?));
        }
        let table = TABLES.iter().find(|table| table.name == format);
        let table = table.ok_or_else(|| Error::Format { name: format.to_owned() })?;
        let name = format!("{}{}", render::file_stem(brief), table.suffix);
        let bytes = match table.of {
            Of::Figures => facts::figures_parquet(&brief.figures)?,
            Of::Rows(format) => {
                let mut bytes = Vec::new();
                self.facts.export_rows(&brief.header.window, &self.lexicons.region, format, &mut bytes)?;
                bytes
            }
        };
        Ok((name, bytes))
    }
}
