//! Keys: two 32-byte secrets that live outside the database and its backups.
//!
//! `seal.key` opens bodies, `pseudonym.key` turns author names into pseudonyms. They are made at the
//! first start; from then on the database remembers their fingerprints and refuses to go on without them.

use crate::{DataDir, Error, Result};
use rusqlite::{Connection, OptionalExtension};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// A secret.
pub(crate) type Key = [u8; 32];

/// Where the keys are kept.
#[derive(Clone, Debug, Default)]
pub enum KeySource {
    /// In the data directory, in `keys/` beside the database.
    #[default]
    Beside,
    /// In a folder of the operator's choice, such as a mounted secret. One folder belongs to one data directory.
    Folder(PathBuf),
}

/// Both keys.
pub(crate) struct Keys {
    pub(crate) seal: Key,
    pub(crate) pseudonym: Key,
}

impl Keys {
    /// Reads the keys that belong to this database; makes them where the database has never had any.
    pub(crate) fn open(source: &KeySource, data_dir: &DataDir, database: &Connection) -> Result<Self> {
        let folder = match source {
            KeySource::Beside => data_dir.keys(),
            KeySource::Folder(folder) => folder.clone(),
        };
        Ok(Self {
            seal: key(&folder.join("seal.key"), "seal_key", database)?,
            pseudonym: key(&folder.join("pseudonym.key"), "pseudonym_key", database)?,
        })
    }
}

fn key(path: &Path, name: &str, database: &Connection) -> Result<Key> {
    let expected: Option<String> =
        database.query_row("SELECT value FROM meta WHERE name = ?1", [name], |row| row.get(0)).optional()?;
    let key = match read(path) {
        Ok(key) => key?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if expected.is_some() {
                return Err(Error::MissingKey { path: path.to_owned() });
            }
            create(path)?
        }
        Err(error) => return Err(Error::file("read", path)(error)),
    };
    let found = blake3::derive_key("pesut 2026 fingerprint of a key", &key);
    let found = blake3::Hash::from_bytes(found).to_hex().to_string();
    match expected {
        Some(expected) if expected != found => return Err(Error::WrongKey { path: path.to_owned() }),
        Some(_) => {}
        None => {
            database.execute("INSERT INTO meta (name, value) VALUES (?1, ?2)", [name, &found])?;
        }
    }
    Ok(key)
}

fn read(path: &Path) -> io::Result<Result<Key>> {
    let text = fs::read(path)?;
    let key = blake3::Hash::from_hex(text.trim_ascii()).map(|hash| *hash.as_bytes());
    Ok(key.map_err(|_| Error::DamagedKey { path: path.to_owned() }))
}

fn create(path: &Path) -> Result<Key> {
    let mut key = Key::default();
    getrandom::fill(&mut key).map_err(Error::Random)?;
    write(path, &blake3::Hash::from_bytes(key).to_hex()).map_err(Error::file("create", path))?;
    Ok(key)
}

/// Writes beside and renames, so that a kill leaves either no key or a whole one; nothing is sealed before
/// the name is on disk.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let unfinished = path.with_extension("unfinished");
    // One left by a kill holds no key that anything was sealed with, and may have the wrong mode.
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
    writeln!(file, "{text}")?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    File::open(folder)?.sync_all()?;
    // The folder itself may be new.
    match folder.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => File::open(parent)?.sync_all(),
        None => Ok(()),
    }
}
