//! Tables of web pages that call themselves workbooks: many an office's program hands out HTML as ".xls".

use crate::Error;
use crate::header::{Header, PREAMBLE_MAX, Wanted, named};
use crate::import::Sink;
use crate::rows::Surroundings;
use memchr::memmem;
use std::borrow::Cow;

/// The most cells of one row.
const WIDTH_MAX: usize = 1_000;

/// Reads every row below the header of the first table that has one.
pub(crate) fn read(
    page: &str,
    wanted: Wanted,
    around: &Surroundings<'_>,
    sink: &mut Sink<'_, '_>,
) -> Result<(), Error> {
    let mut header = Header::default();
    let mut inside = around.clone();
    let (mut seen, mut below, mut found) = (0, 0, String::new());
    for (number, mut row) in (1..).zip(Rows { page, at: 0 }) {
        if row.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        seen += 1;
        if header.score() > 0 {
            below += 1;
            match header.item(&mut row, &inside) {
                Ok(item) => sink.item(item)?,
                Err(reason) => sink.skip(number, reason.into_owned())?,
            }
            continue;
        }
        header = Header::of(row.iter().map(AsRef::as_ref), wanted);
        inside = header.around(around);
        if header.score() == 0 && (found.is_empty() || row.len() > 3) && found.len() < 400 {
            found = named(row.iter().map(AsRef::as_ref));
        }
        if header.score() == 0 && seen > PREAMBLE_MAX {
            break;
        }
    }
    match (header.score(), below) {
        (0, _) => Err(Error::header(found, wanted)),
        (_, 0) => sink.skip(0, "there is a header, and no row below it".to_owned()),
        _ => Ok(()),
    }
}

/// Walks over `<tr>`, `<td>` and `<th>`; whatever else there is, is left out.
struct Rows<'a> {
    page: &'a str,
    at: usize,
}

impl<'a> Iterator for Rows<'a> {
    type Item = Vec<Cow<'a, str>>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut row: Option<Vec<Cow<'a, str>>> = None;
        while let Some((start, end, name, closing)) = self.tag() {
            match (name.as_str(), closing) {
                ("tr", false) if row.is_some() => {
                    self.at = start; // a row that was never closed
                    return row;
                }
                ("tr", false) => row = Some(Vec::new()),
                ("tr" | "table" | "tbody", true) if row.is_some() => return row,
                ("td" | "th", false) => {
                    let cell = self.cell(end);
                    if let Some(row) = row.as_mut()
                        && row.len() < WIDTH_MAX
                    {
                        row.push(cell);
                    }
                }
                ("script" | "style", false) => {
                    let rest = &self.page.as_bytes()[self.at..];
                    let closes = |at: &usize| {
                        rest.get(at + 2..at + 2 + name.len())
                            .is_some_and(|end| end.eq_ignore_ascii_case(name.as_bytes()))
                    };
                    self.at += memmem::find_iter(rest, b"</").find(closes).unwrap_or(rest.len());
                }
                _ => {}
            }
        }
        row
    }
}

impl<'a> Rows<'a> {
    /// The next tag: where it starts and ends, its name, and whether it closes.
    fn tag(&mut self) -> Option<(usize, usize, String, bool)> {
        loop {
            let start = self.at + memchr::memchr(b'<', &self.page.as_bytes()[self.at..])?;
            let rest = &self.page[start + 1..];
            if rest.starts_with("!--") {
                self.at = start + memmem::find(&self.page.as_bytes()[start..], b"-->")? + 3;
                continue;
            }
            let end = start + 1 + memchr::memchr(b'>', rest.as_bytes())? + 1;
            let (closing, name) = rest.strip_prefix('/').map_or((false, rest), |rest| (true, rest));
            let length = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
            self.at = end;
            return Some((start, end, name[..length].to_ascii_lowercase(), closing));
        }
    }

    /// The text of a cell up to the tag that ends it.
    fn cell(&mut self, from: usize) -> Cow<'a, str> {
        let mut text = String::new();
        let mut piece = from;
        while let Some((start, end, name, closing)) = self.tag() {
            text.push_str(&self.page[piece..start]);
            piece = end;
            match (name.as_str(), closing) {
                ("br" | "p" | "div", _) => text.push('\n'),
                ("td" | "th", true) => return clean(&text),
                ("td" | "th" | "tr", false) | ("tr" | "table", true) => {
                    self.at = start;
                    return clean(&text);
                }
                _ => {}
            }
        }
        text.push_str(&self.page[piece.min(self.page.len())..]);
        self.at = self.page.len();
        clean(&text)
    }
}

/// Text without character references and without blanks around it.
fn clean(text: &str) -> Cow<'static, str> {
    Cow::Owned(html_escape::decode_html_entities(text).replace('\u{a0}', " ").trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_rows_however_badly_they_are_closed() {
        let page = "<html><style>td{}</style><!-- <tr><td>x --><TABLE><tr><th>Judul<th>Isi</tr>\
            <tr class='a'><td>A &amp; B<td>satu<br>dua</td><tr><td><b>C</b></td><td>&nbsp;</table>";
        let rows: Vec<Vec<String>> =
            Rows { page, at: 0 }.map(|row| row.iter().map(|cell| cell.to_string()).collect()).collect();
        assert_eq!(rows, [vec!["Judul", "Isi"], vec!["A & B", "satu\ndua"], vec!["C", ""]]);
        assert_eq!(Rows { page: "<td><tr><td", at: 0 }.count(), 1);
    }
}
