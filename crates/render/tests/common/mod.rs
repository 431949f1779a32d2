//! Briefs of the cases, and workbooks read back.
#![allow(clippy::unwrap_used, dead_code)] // A helper that fails should fail the test; not every test needs every one.

use calamine::{Data, Reader as _, Xlsx};
use model::Brief;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};

/// A case of the outputs, by name.
pub fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/render").join(name)
}

/// The brief of a case, with the stories and tasks that lie beside it.
pub fn brief(name: &str) -> Brief {
    let read = |file: &str| fs::read_to_string(case(name).join(file));
    let mut brief: serde_json::Value = serde_json::from_str(&read("brief.json").unwrap()).unwrap();
    if let Ok(tables) = read("tables.json") {
        let tables: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&tables).unwrap();
        brief.as_object_mut().unwrap().extend(tables);
    }
    serde_json::from_value(brief).unwrap()
}

/// The file that an output writes.
pub fn written(brief: &Brief, output: &str) -> Vec<u8> {
    let output = render::OUTPUTS.iter().find(|known| known.kind.name == output).unwrap();
    (output.kind.build)(brief).unwrap()
}

pub fn text(brief: &Brief, output: &str) -> String {
    String::from_utf8(written(brief, output)).unwrap()
}

/// Sheets by name, each with its rows of cells.
pub fn sheets(workbook: &[u8]) -> Vec<(String, Vec<Vec<Data>>)> {
    let mut workbook: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(workbook)).unwrap();
    let names = workbook.sheet_names();
    let rows = |workbook: &mut Xlsx<_>, name: &String| -> Vec<Vec<Data>> {
        workbook.worksheet_range(name).unwrap().rows().map(<[Data]>::to_vec).collect()
    };
    names.into_iter().map(|name| (name.clone(), rows(&mut workbook, &name))).collect()
}

/// Formulas of a workbook, as its reader finds them.
pub fn formulas(workbook: &[u8]) -> Vec<String> {
    let mut workbook: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(workbook)).unwrap();
    let names = workbook.sheet_names();
    let of = |name: &String| workbook.worksheet_formula(name).unwrap();
    let all: Vec<_> = names.iter().map(of).collect();
    all.iter()
        .flat_map(|range| range.cells().map(|(.., formula)| formula.clone()).collect::<Vec<_>>())
        .filter(|formula| !formula.is_empty())
        .collect()
}

/// The parts of a ZIP file (a workbook, a document), by name.
pub fn parts(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut parts = BTreeMap::new();
    for position in 0..archive.len() {
        let mut file = archive.by_index(position).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        parts.insert(file.name().unwrap().into_owned(), String::from_utf8_lossy(&bytes).into_owned());
    }
    parts
}

/// Semicolons, quotes doubled: the rows of a CSV file without its byte order mark.
pub fn csv_rows(text: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let mut quoted = false;
    let mut letters = text.strip_prefix('\u{feff}').expect("a byte order mark").chars().peekable();
    while let Some(c) = letters.next() {
        let row = rows.last_mut().unwrap();
        match c {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                row.last_mut().unwrap().push('"');
            }
            '"' => quoted = !quoted,
            ';' if !quoted => row.push(String::new()),
            '\r' if !quoted => {}
            '\n' if !quoted => rows.push(vec![String::new()]),
            c => row.last_mut().unwrap().push(c),
        }
    }
    rows.pop();
    rows
}
