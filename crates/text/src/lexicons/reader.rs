//! Tables, lists and TOML files, read so that every complaint names file, line and column.

use super::{LexiconError, LexiconFiles, Row};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The start value of FNV-1a.
pub(super) const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;

/// Gives out files and hashes what it gives out.
pub(super) struct Reader<'a> {
    pub files: &'a LexiconFiles,
    pub hash: u64,
}

impl<'a> Reader<'a> {
    fn content(&mut self, file: &str) -> Option<&'a str> {
        let content = self.files.get(file)?;
        // FNV-1a: stable across platforms and versions, which a hash that is stored must be.
        for byte in file.bytes().chain(content.bytes()) {
            self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
        Some(content)
    }

    pub fn toml<T: serde::de::DeserializeOwned>(&mut self, file: &str) -> Result<Option<T>, LexiconError> {
        let Some(content) = self.content(file) else { return Ok(None) };
        toml::from_str(content)
            .map(Some)
            .map_err(|error| LexiconError::Toml { file: file.to_owned(), reason: error.to_string().trim().to_owned() })
    }

    /// The lines of a plain list.
    pub fn list(&mut self, file: &str) -> Vec<String> {
        let content = self.content(file).unwrap_or_default();
        content
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(str::to_owned)
            .collect()
    }

    pub fn required(&mut self, file: &str) -> Result<Vec<Cells<'a>>, LexiconError> {
        if !self.files.contains_key(file) {
            return Err(LexiconError::Missing { file: file.to_owned() });
        }
        self.optional(file)
    }

    /// The rows of a table; none where the file is not there.
    pub fn optional(&mut self, file: &str) -> Result<Vec<Cells<'a>>, LexiconError> {
        let content = self.content(file).unwrap_or_default();
        let mut lines = content
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with("# ") && *line != "#");
        let Some((_, head)) = lines.next() else { return Ok(Vec::new()) };
        let columns: Vec<&str> = head.split('\t').map(str::trim).collect();
        let mut rows = Vec::new();
        for (number, line) in lines {
            let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
            if cells.len() > columns.len() {
                return Err(LexiconError::Cell {
                    file: file.to_owned(),
                    line: number + 1,
                    column: columns.last().unwrap_or(&"").to_string(),
                    reason: format!("{} cells, but only {} columns are named", cells.len(), columns.len()),
                });
            }
            let cells = columns.iter().zip(cells).map(|(&column, cell)| (column, cell)).collect();
            rows.push(Cells { file: file.to_owned(), line: number + 1, cells });
        }
        Ok(rows)
    }
}

/// One row while it is being read: every complaint names file, line and column.
pub(super) struct Cells<'a> {
    file: String,
    line: usize,
    cells: BTreeMap<&'a str, &'a str>,
}

impl Cells<'_> {
    pub fn get(&self, column: &str) -> &str {
        self.cells.get(column).copied().unwrap_or_default()
    }

    pub fn error(&self, column: &str, reason: String) -> LexiconError {
        LexiconError::Cell { file: self.file.clone(), line: self.line, column: column.to_owned(), reason }
    }

    pub fn required(&self, column: &str) -> Result<String, LexiconError> {
        match self.get(column) {
            "" => Err(self.error(column, "must not be empty".to_owned())),
            cell => Ok(cell.to_owned()),
        }
    }

    pub fn number(&self, column: &str) -> Result<f32, LexiconError> {
        let cell = self.get(column);
        cell.parse().map_err(|_| self.error(column, format!("\"{cell}\" is not a number")))
    }

    pub fn yes(&self, column: &str) -> Result<bool, LexiconError> {
        match self.get(column) {
            "yes" | "true" | "ya" => Ok(true),
            "no" | "false" | "tidak" | "" => Ok(false),
            other => Err(self.error(column, format!("\"{other}\" is not one of yes, no"))),
        }
    }

    /// A day such as `2025-07-17`, or nothing.
    pub fn day(&self, column: &str) -> Result<Option<Date>, LexiconError> {
        match self.get(column) {
            "" => Ok(None),
            cell => cell
                .parse()
                .map(Some)
                .map_err(|_| self.error(column, format!("\"{cell}\" is not a day; write YYYY-MM-DD"))),
        }
    }

    pub fn list(&self, column: &str) -> Vec<String> {
        self.get(column).split(';').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    /// A cell that is one of an enum's names; serde knows them and lists them when it is not.
    pub fn parsed<T: serde::de::DeserializeOwned>(&self, column: &str) -> Result<T, LexiconError> {
        let value = serde_json::Value::String(self.get(column).to_owned());
        serde_json::from_value(value).map_err(|error| self.error(column, error.to_string()))
    }

    pub fn into_row(self) -> Row {
        let cells = self.cells.into_iter().map(|(column, cell)| (column.to_owned(), cell.to_owned())).collect();
        Row { line: self.line, cells }
    }
}
