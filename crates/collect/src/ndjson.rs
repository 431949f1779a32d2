//! One JSON object a line, read line by line: a torn or oversized line costs itself and nothing else.

use crate::Error;
use crate::columns::Column;
use crate::exports::raw;
use crate::header::Wanted;
use crate::import::Sink;
use crate::rows::{Reason, Row, Surroundings};
use memchr::memchr;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::fmt;
use std::io::{self, BufRead};

/// The longest line that is read.
const LINE_MAX: usize = 8 << 20;

/// The largest array of objects that is read; lines have no such limit.
pub(crate) const ARRAY_MAX: usize = 64 << 20;

/// Reads every line.
pub(crate) fn read(
    mut input: impl BufRead,
    wanted: Wanted,
    around: &Surroundings<'_>,
    sink: &mut Sink<'_, '_>,
) -> Result<(), Error> {
    let mut line = Vec::new();
    let (mut number, mut blank) = (0, true);
    // Whether these are raw objects of a platform is asked once: the first line decides for its file.
    let mut raw: Option<bool> = None;
    loop {
        number += 1;
        let outcome = match read_line(&mut input, &mut line) {
            Ok(Line::End) if blank => return sink.skip(0, "the file is empty".to_owned()),
            Ok(Line::End) => return Ok(()),
            Ok(Line::TooLong) => Err(Reason::Owned(format!("the line is longer than {LINE_MAX} bytes"))),
            Ok(Line::Whole) if line.trim_ascii().is_empty() => continue,
            Ok(Line::Whole) if *raw.get_or_insert_with(|| raw::recognised(&line, wanted)) => raw::item(&line, around),
            Ok(Line::Whole) => parse(&line).map_err(Reason::Owned).and_then(|row| row.into_item(around)),
            Err(error) => return sink.skip(number, format!("the rest cannot be read: {error}")),
        };
        blank = false;
        match outcome {
            Ok(item) => sink.item(item)?,
            Err(reason) => sink.skip(number, reason.into_owned())?,
        }
    }
}

/// Reads an array of objects; the row of a reason is the place in the array.
pub(crate) fn read_array(
    bytes: &[u8],
    wanted: Wanted,
    around: &Surroundings<'_>,
    sink: &mut Sink<'_, '_>,
) -> Result<(), Error> {
    let text = String::from_utf8_lossy(bytes);
    let mut rest = text.trim_start_matches('\u{feff}').trim_start().strip_prefix('[').unwrap_or(&text);
    let mut number = 0;
    loop {
        rest = rest.trim_start().trim_start_matches(',').trim_start();
        if rest.is_empty() {
            return sink.skip(number + 1, "the array is torn: it has no end".to_owned());
        }
        if rest.starts_with(']') {
            return if number == 0 { sink.skip(0, "the array is empty".to_owned()) } else { Ok(()) };
        }
        number += 1;
        let mut elements = serde_json::Deserializer::from_str(rest).into_iter::<IgnoredAny>();
        let element = match elements.next() {
            Some(Ok(IgnoredAny)) => &rest.as_bytes()[..elements.byte_offset()],
            Some(Err(error)) => {
                return sink.skip(number, format!("the rest cannot be read: broken JSON: {}", short(&error)));
            }
            None => return Ok(()),
        };
        let outcome = if raw::recognised(element, wanted) {
            raw::item(element, around)
        } else {
            parse(element).map_err(Reason::Owned).and_then(|row| row.into_item(around))
        };
        match outcome {
            Ok(item) => sink.item(item)?,
            Err(reason) => sink.skip(number, reason.into_owned())?,
        }
        rest = &rest[elements.byte_offset()..];
    }
}

fn parse(line: &[u8]) -> Result<Row<'_>, String> {
    let text =
        std::str::from_utf8(line).map_err(|error| format!("broken UTF-8 at byte {}", error.valid_up_to() + 1))?;
    serde_json::from_str(text).map_err(|error| format!("broken JSON: {}", short(&error)))
}

/// An error without its place, which in one line of JSON says little.
pub(crate) fn short(error: &serde_json::Error) -> String {
    let error = error.to_string();
    error.split(" at line ").next().unwrap_or(&error).to_owned()
}

enum Line {
    Whole,
    TooLong,
    End,
}

/// Reads one line into `line`, keeping at most [`LINE_MAX`] bytes of it.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Line> {
    line.clear();
    let mut length = 0;
    loop {
        let buffer = match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        let newline = memchr(b'\n', buffer);
        let piece = &buffer[..newline.unwrap_or(buffer.len())];
        let at_end = buffer.is_empty();
        length += piece.len();
        if length <= LINE_MAX {
            line.extend_from_slice(piece);
        }
        let used = piece.len() + usize::from(newline.is_some());
        input.consume(used);
        match (newline, at_end) {
            (None, false) => {}
            (None, true) if length == 0 => return Ok(Line::End),
            _ if length > LINE_MAX => return Ok(Line::TooLong),
            _ => return Ok(Line::Whole),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Row<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RowVisitor)
    }
}

struct RowVisitor;

impl<'de> Visitor<'de> for RowVisitor {
    type Value = Row<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row<'de>, A::Error> {
        let mut row = Row::default();
        while let Some(Key(column)) = map.next_key()? {
            let Some(column) = column else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            match map.next_value()? {
                Cell::Nothing => {}
                Cell::Yes if matches!(column, Column::Secret | Column::Anonymous) => {
                    row.set(column, Cow::Borrowed("ya"));
                }
                Cell::Yes => {}
                Cell::Text(text) => row.set(column, text),
                Cell::Object(inner) if column == Column::Group => row.take_counts(*inner),
                // An object under "author" or "source" holds its name under a similar key.
                Cell::Object(mut inner) => {
                    let name = [column, Column::Author, Column::Title, Column::Id]
                        .into_iter()
                        .map(|column| inner.take(column))
                        .find(|name| !name.is_empty());
                    row.set(column, name.unwrap_or_default());
                }
            }
        }
        Ok(row)
    }
}

/// A key, as the column that it names.
struct Key(Option<Column>);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl Visitor<'_> for KeyVisitor {
            type Value = Key;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_str<E>(self, key: &str) -> Result<Key, E> {
                Ok(Key(Column::of(key)))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

/// A value that may become a cell.
enum Cell<'a> {
    Nothing,
    /// `true`, which only some columns can mean something by.
    Yes,
    Text(Cow<'a, str>),
    Object(Box<Row<'a>>),
}

impl<'de: 'a, 'a> Deserialize<'de> for Cell<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CellVisitor)
    }
}

struct CellVisitor;

impl<'de> Visitor<'de> for CellVisitor {
    type Value = Cell<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Cell<'de>, E> {
        Ok(Cell::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Cell<'de>, E> {
        Ok(Cell::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Cell<'de>, E> {
        Ok(Cell::Text(Cow::Owned(number.to_string())))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Cell<'de>, E> {
        Ok(Cell::Text(Cow::Owned(number.to_string())))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Cell<'de>, E> {
        Ok(Cell::Text(Cow::Owned(number.to_string())))
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Cell<'de>, E> {
        Ok(if yes { Cell::Yes } else { Cell::Nothing })
    }

    fn visit_unit<E>(self) -> Result<Cell<'de>, E> {
        Ok(Cell::Nothing)
    }

    // A list of tags; lists of objects say nothing that a row could hold.
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Cell<'de>, A::Error> {
        let mut joined = String::new();
        while let Some(cell) = list.next_element()? {
            if let Cell::Text(text) = cell {
                joined.extend([text.as_ref(), ";"]);
            }
        }
        Ok(Cell::Text(Cow::Owned(joined)))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Cell<'de>, A::Error> {
        RowVisitor.visit_map(map).map(|row| Cell::Object(Box::new(row)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(input: &[u8]) -> Vec<usize> {
        let mut reader = io::BufReader::with_capacity(3, input);
        let mut line = Vec::new();
        let mut lengths = Vec::new();
        while !matches!(read_line(&mut reader, &mut line).unwrap(), Line::End) {
            lengths.push(line.len());
        }
        lengths
    }

    #[test]
    fn reads_lines_across_buffers() {
        assert_eq!(lines(b"abcdef\n\nx\nlast"), [6, 0, 1, 4]);
        assert_eq!(lines(b"abc\n"), [3]);
        assert_eq!(lines(b""), [0; 0]);
    }

    #[test]
    fn reads_cells_of_every_type() {
        let row = parse(br##"{"id":7,"text":"a\nb","tags":["x","#y",1],"author":{"screen_name":"sari","id":1},"public_metrics":{"like_count":3,"x":[{}]},"title":null,"extra":{"deep":[1]}}"##).unwrap();
        let cells = |row: Row<'_>| {
            let mut row = row;
            [Column::Id, Column::Text, Column::Tags, Column::Author, Column::Likes, Column::Title]
                .map(|column| row.take(column).into_owned())
        };
        assert_eq!(cells(row), ["7", "a\nb", "x;#y;1;", "sari", "3", ""]);
    }

    #[test]
    fn says_what_is_wrong_with_a_line() {
        assert_eq!(parse(b"{\"id\":\"1\",\"te").unwrap_err(), "broken JSON: EOF while parsing a string");
        assert_eq!(parse(b"[1]").unwrap_err(), "broken JSON: invalid type: sequence, expected a JSON object");
        assert_eq!(parse(b"{\"id\":\"\xff\"}").unwrap_err(), "broken UTF-8 at byte 8");
        assert!(
            parse(format!("{{\"text\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000)).as_bytes())
                .unwrap_err()
                .contains("recursion limit")
        );
    }
}
