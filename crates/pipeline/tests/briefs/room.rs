//! A room for one test: a pipeline over files of its own, and everything that its office writes.

use jiff::civil::Date;
use model::Brief;
use pipeline::{Desk, Office, Silent};
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The day of every brief here.
pub const DAY: Date = Date::constant(2026, 11, 20);

pub struct Room {
    pub folder: tempfile::TempDir,
    pub office: Office,
}

impl Room {
    /// The sample week.
    pub fn sample() -> Self {
        Self::open(tempfile::tempdir().unwrap(), &root().join("pipelines/contoh.toml"))
    }

    /// Files of NDJSON lines by source name and kind, read on the morning of [`DAY`].
    pub fn of(files: &[(&str, &str, String)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut text = String::from("title = \"Uji\"\nclock = \"2026-11-20T06:00:00+08:00\"\nfictional = true\n");
        for (name, kind, lines) in files {
            let path = folder.path().join(format!("{}.ndjson", name.replace(' ', "-")));
            std::fs::write(&path, lines).unwrap();
            let path = path.display();
            write!(
                text,
                "[[collect]]\nkind = \"file\"\nname = \"{name}\"\npath = \"{path}\"\nsource_kind = \"{kind}\"\n"
            )
            .unwrap();
        }
        let path = folder.path().join("uji.toml");
        std::fs::write(&path, text).unwrap();
        Self::open(folder, &path)
    }

    fn open(folder: tempfile::TempDir, path: &Path) -> Self {
        let mut desk = Desk::open(Some(path), None).unwrap();
        let mut office = Office::open(&desk, &folder.path().join("data"), &Silent).unwrap();
        let mut pipeline = desk.pipeline.take().unwrap();
        pipeline.briefs.clear();
        office.run(&pipeline, &Silent).unwrap();
        Self { folder, office }
    }

    pub fn brief(&self) -> Brief {
        self.office.brief(DAY, &Silent).unwrap()
    }

    /// The brief in every format as text: name of the file and what a reader of it sees.
    pub fn outputs(&self, brief: &Brief) -> Vec<(String, String)> {
        let out = self.folder.path().join("out");
        let formats = pipeline::formats();
        let paths = self.office.write_brief(brief, &formats, &out, &Silent).unwrap();
        paths.iter().map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), readable(path))).collect()
    }
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// What stands in a file: the text of a PDF, the parts of an office file, else its bytes.
fn readable(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap();
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("pdf") => {
            let text = Command::new("pdftotext").arg("-layout").arg(path).arg("-").output();
            String::from_utf8_lossy(&text.expect("the test command installs pdftotext").stdout).into_owned()
        }
        Some("docx" | "xlsx") => {
            let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
            let mut all = String::new();
            for index in 0..archive.len() {
                let mut part = archive.by_index(index).unwrap();
                let mut bytes = Vec::new();
                part.read_to_end(&mut bytes).unwrap();
                all.push_str(&String::from_utf8_lossy(&bytes));
            }
            all
        }
        _ => String::from_utf8_lossy(&bytes).into_owned(),
    }
}
