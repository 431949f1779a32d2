//! The header of a table: which export it belongs to, and what each position holds.

use crate::columns::{Column, plain};
use crate::dates;
use crate::exports::Export;
use crate::rows::{Reason, Row, Surroundings};
use jiff::tz::TimeZone;
use model::RawItem;
use std::borrow::Cow;

/// How many rows of explanation may stand above the header.
pub(crate) const PREAMBLE_MAX: usize = 20;

/// What a table is expected to be.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Wanted {
    /// Any export, else any table whose columns are known.
    #[default]
    Any,
    /// Columns by their general names.
    Generic,
    /// One export.
    Export(&'static Export),
}

impl Wanted {
    /// What would be understood, for the message about a header that is not.
    pub(crate) fn known_columns(self) -> String {
        match self {
            Self::Export(export) if !export.columns.is_empty() => {
                export.columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
            }
            _ => "Judul/Title, Isi/Text, Tanggal/Date, Tautan/URL, Sumber/Source, Akun/Author, Jenis/Kind".to_owned(),
        }
    }
}

/// A header row: the column of each position.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Header {
    columns: Vec<Option<Column>>,
    /// Positions by rank, where an export prefers one column to another that stands before it.
    order: Vec<usize>,
    /// Positions that hold nothing in the header, so that a second row of it may name them.
    blank: Vec<bool>,
    export: Option<&'static Export>,
    /// The zone that the header names: "Tanggal (WIB)".
    zone: Option<TimeZone>,
}

impl Header {
    /// Reads a row as a header.
    pub(crate) fn of<'a>(cells: impl Iterator<Item = &'a str>, wanted: Wanted) -> Self {
        let cells: Vec<&str> = cells.collect();
        let names: Vec<String> = cells.iter().map(|cell| plain(cell.trim_start_matches('\u{feff}'))).collect();
        let export = match wanted {
            Wanted::Any => Export::of(&names),
            Wanted::Generic => None,
            Wanted::Export(export) => Some(export),
        };
        let mut header = Self { blank: names.iter().map(String::is_empty).collect(), export, ..Self::default() };
        let mut ranks = Vec::new();
        let column = |name: &str| match export {
            Some(export) => export.column(name),
            None => Column::of(name).map(|column| (0, column)),
        };
        for (name, cell) in names.iter().zip(cells) {
            let found = column(name).or_else(|| {
                // "Tanggal (WIB)": the zone of a date stands behind its name.
                let (front, rest) = cell.split_once('(')?;
                let found = column(&plain(front)).filter(|(_, column)| matches!(column, Column::Date | Column::Time));
                header.zone =
                    header.zone.take().or_else(|| found.and(dates::zone_of(rest.trim_end_matches([')', ' ']))));
                found
            });
            header.columns.push(found.map(|(_, column)| column));
            ranks.push(found.map_or(0, |(rank, _)| rank));
        }
        header.order = (0..names.len()).collect();
        header.order.sort_by_key(|at| ranks[*at]);
        header
    }

    /// How well a row serves as a header: 0 where it names no text, else the number of known columns.
    pub(crate) fn score(&self) -> usize {
        let known = self.columns.iter().flatten();
        let own = if self.export.is_some() { 1000 } else { 0 };
        if known.clone().any(|column| column.speaks()) { own + known.count() } else { 0 }
    }

    /// Positions between which the cells of a row must end: those with a name, and all.
    pub(crate) fn widths(&self) -> (usize, usize) {
        let named = self.blank.iter().rposition(|blank| !blank).map_or(0, |at| at + 1);
        (named, self.blank.len())
    }

    /// The position of a column.
    pub(crate) fn position(&self, column: Column) -> Option<usize> {
        self.columns.iter().position(|known| *known == Some(column))
    }

    /// The column at a position.
    pub(crate) fn column(&self, at: usize) -> Option<Column> {
        *self.columns.get(at)?
    }

    /// Takes over the second row of a header whose first has merged cells; false where the row is something else.
    pub(crate) fn extend(&mut self, cells: &[Cow<'_, str>]) -> bool {
        let mut found = Vec::new();
        for (at, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty()) {
            let column = match self.export {
                Some(export) => export.column(&plain(cell)).map(|(_, column)| column),
                None => Column::of(cell),
            };
            match column {
                Some(column) if self.column(at).is_none() => found.push((at, column)),
                _ => return false,
            }
        }
        for (at, column) in &found {
            while self.columns.len() <= *at {
                self.order.push(self.columns.len());
                self.columns.push(None);
                self.blank.push(true);
            }
            self.columns[*at] = Some(*column);
            self.blank[*at] = false;
        }
        !found.is_empty()
    }

    /// What the rows of this table take from their surroundings.
    pub(crate) fn around<'o>(&self, around: &Surroundings<'o>) -> Surroundings<'o> {
        let mut own = around.clone();
        if let Some(export) = self.export {
            own.kind = own.kind.or(Some(export.kind));
            if export.utc {
                own.zone = Cow::Owned(TimeZone::UTC);
            }
        }
        if let Some(zone) = &self.zone {
            own.zone = Cow::Owned(zone.clone());
        }
        own
    }

    /// Puts the cells of a row under their columns.
    fn row<'a>(&self, cells: &mut [Cow<'a, str>]) -> Row<'a> {
        let mut row = Row::default();
        for at in &self.order {
            if let (Some(Some(column)), Some(cell)) = (self.columns.get(*at), cells.get_mut(*at)) {
                let cell = std::mem::take(cell);
                if *column == Column::Tags { row.add(*column, cell) } else { row.set(*column, cell) }
            }
        }
        row
    }

    /// The cells of a row as an item, or why they are none.
    pub(crate) fn item(&self, cells: &mut [Cow<'_, str>], around: &Surroundings<'_>) -> Result<RawItem, Reason> {
        let mut row = self.row(cells);
        if let Some(export) = self.export {
            export.finish(&mut row)?;
        }
        row.into_item(around)
    }
}

/// Names of columns as they stand in a file, shortened for a message.
pub(crate) fn named<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let cells = cells.map(str::trim).filter(|cell| !cell.is_empty());
    let short: Vec<String> = cells.take(20).map(|cell| cell.chars().take(40).collect()).collect();
    short.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_needs_a_text() {
        assert_eq!(Header::of(["Tanggal", "Nomor"].into_iter(), Wanted::Any).score(), 0);
        assert_eq!(Header::of(["Tanggal", "Isi"].into_iter(), Wanted::Any).score(), 2);
    }

    #[test]
    fn a_second_row_names_what_the_first_left_open() {
        let cells = |cells: &[&'static str]| cells.iter().map(|cell| Cow::Borrowed(*cell)).collect::<Vec<_>>();
        let mut header = Header::of(["Judul", "Isi", "Interaksi", ""].into_iter(), Wanted::Any);
        assert!(!header.clone().extend(&cells(&["Banjir", "Air naik", "12", "3"])));
        assert!(header.extend(&cells(&["", "", "Suka", "Jumlah Komentar"])));
        assert_eq!((header.column(2), header.column(3)), (Some(Column::Likes), Some(Column::Comments)));
    }

    #[test]
    fn a_zone_behind_a_date_counts() {
        let header = Header::of(["Isi", "Tanggal (WIB)"].into_iter(), Wanted::Any);
        assert_eq!(header.column(1), Some(Column::Date));
        assert_eq!(header.zone, Some(TimeZone::fixed(jiff::tz::Offset::constant(7))));
    }
}
