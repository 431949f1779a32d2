//! `DataDir`: the one folder that an office's data lives in, owned by one process at a time.
//!
//! ```text
//! DIR/pesut.lock       who owns it
//! DIR/truth.sqlite     what was collected
//! DIR/keys/            what opens it; back this up somewhere else
//! DIR/derived/         index and facts; may be deleted at any time
//! ```

use crate::{Error, Result};
use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{Read, Seek, Write},
    path::{Path, PathBuf},
    process,
};

/// A data directory that this process owns for as long as the value lives.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    // Closing the file releases the lock, also when the process is killed: a stale lock cannot exist.
    _lock: File,
}

impl DataDir {
    /// Creates the folder where needed and takes its lock, or says who has it and changes nothing.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        fs::create_dir_all(&path).map_err(Error::file("create", &path))?;
        let lock_path = path.join("pesut.lock");
        let mut lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&lock_path)
            .map_err(Error::file("open", &lock_path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::Locked { pid: owner(&mut lock), path }),
            Err(TryLockError::Error(error)) => return Err(Error::file("lock", lock_path)(error)),
        }
        write_owner(&mut lock).map_err(Error::file("write", &lock_path))?;
        Ok(Self { path, _lock: lock })
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The truth database.
    pub fn truth(&self) -> PathBuf {
        Self::truth_in(&self.path)
    }

    /// The truth database of a data directory that somebody else may own.
    pub(crate) fn truth_in(path: &Path) -> PathBuf {
        path.join("truth.sqlite")
    }

    /// The folder of keys, unless the operator keeps them elsewhere.
    pub fn keys(&self) -> PathBuf {
        self.path.join("keys")
    }

    /// The folder of the search index.
    pub fn index(&self) -> PathBuf {
        self.path.join("derived/index")
    }

    /// The folder of the facts.
    pub fn facts(&self) -> PathBuf {
        self.path.join("derived/facts")
    }
}

fn owner(lock: &mut File) -> Option<u32> {
    let mut text = String::new();
    // The file is ours by name only; whatever else stands in it is not read to the end.
    lock.take(32).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

fn write_owner(lock: &mut File) -> std::io::Result<()> {
    lock.set_len(0)?;
    lock.rewind()?;
    writeln!(lock, "{}", process::id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_owner_is_told_who_the_first_is() {
        let folder = tempfile::tempdir().unwrap();
        let first = DataDir::open(folder.path().join("a/b")).unwrap();
        let error = DataDir::open(first.path()).unwrap_err();
        assert!(matches!(error, Error::Locked { pid: Some(pid), .. } if pid == process::id()), "{error}");
        assert!(error.to_string().contains(&format!("(process {})", process::id())));
    }

    #[test]
    fn a_lock_file_left_behind_does_not_block() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("pesut.lock"), "4194304 left by a killed process\n").unwrap();
        drop(DataDir::open(folder.path()).unwrap());
        DataDir::open(folder.path()).unwrap();
    }
}
