//! Files that are either whole or not there: temporary name, fsync, rename, fsync of the folder.

use crate::Error;
use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

/// Ending of files that are being written; whatever carries it after a start is rubbish.
pub(crate) const UNFINISHED: &str = "unfinished";

/// Writes a file so that its name never stands for half of it.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let folder = path.parent().unwrap_or(Path::new("."));
    create_folder(folder)?;
    let unfinished = path.with_extension(UNFINISHED);
    let written = File::create(&unfinished).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(failed("write", &unfinished))?;
    fs::rename(&unfinished, path).map_err(failed("rename", &unfinished))?;
    sync_folder(folder)
}

/// Creates a folder so that it is still there after a power cut.
pub(crate) fn create_folder(folder: &Path) -> Result<(), Error> {
    if folder.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(folder).map_err(failed("create", folder))?;
    folder.parent().map_or(Ok(()), sync_folder)
}

fn sync_folder(folder: &Path) -> Result<(), Error> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed("sync", folder))
}

/// Names in a folder, sorted; nothing where it is missing.
pub(crate) fn list(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(failed("list", folder))?,
    };
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(entry.map_err(failed("list", folder))?.path());
    }
    paths.sort();
    Ok(paths)
}

/// Removes a file; one that is gone already is fine.
pub(crate) fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("remove", path)(error)),
        _ => Ok(()),
    }
}

/// Renames `folder` to `folder.set-aside`, replacing an earlier one: derived data needs no second grave.
pub(crate) fn set_aside(folder: &Path) -> Result<PathBuf, Error> {
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(".set-aside");
    let grave = folder.with_file_name(name);
    match fs::remove_dir_all(&grave) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed("remove", &grave)(error)),
        _ => {}
    }
    fs::rename(folder, &grave).map_err(failed("set aside", folder))?;
    Ok(grave)
}

/// Names the file in a disk error.
pub(crate) fn failed<'a>(what: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> Error + 'a {
    move |source| Error::Disk { what, path: path.to_owned(), source }
}
