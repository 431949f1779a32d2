//! Files into a folder, such as a share that the office reads from.
//!
//! A file appears under its name whole or not at all: it is written beside under another name, made durable, and
//! renamed. A file that is there already with the same bytes counts as sent; one with other bytes is never written over.

use crate::channel::Build;
use crate::papers::{self, Paper};
use crate::{Channel, Fault, Message, Receipt, http};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use model::{DeliveryKey, Kind};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

pub(crate) const KIND: Kind<Build> = Kind {
    name: "folder",
    summary: "lays files into a folder, one folder a day",
    example: r#"path = "keluar"
"#,
    build: |table, context| {
        let options: Options = table.try_into().map_err(|error: toml::de::Error| error.message().to_owned())?;
        Ok(Box::new(Folder { root: context.base.join(&options.path), options }))
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    /// The folder. It must exist: where a share is not mounted, nothing shall be written in its place.
    path: PathBuf,
    /// True where the folder lies on this machine and is made where it is missing.
    #[serde(default)]
    create: bool,
    /// True where each day has a folder of its own.
    #[serde(default = "yes")]
    by_date: bool,
    /// Time for one delivery; a share whose server is gone answers never.
    #[serde(default = "timeout")]
    timeout_seconds: u32,
}

fn yes() -> bool {
    true
}

fn timeout() -> u32 {
    120
}

struct Folder {
    root: PathBuf,
    options: Options,
}

impl Channel for Folder {
    fn warnings(&self, _: &Message, _: &str) -> Vec<String> {
        if self.root.is_dir() || self.options.create {
            return Vec::new();
        }
        vec![format!(
            "Folder {} tidak ada atau tidak terbaca: kiriman dicoba lagi kemudian. Buat foldernya, atau pasang dahulu \
             penyimpanan bersamanya.",
            self.root.display()
        )]
    }

    fn own_recipients(&self) -> Vec<String> {
        vec![self.options.path.display().to_string()]
    }

    fn check_recipient(&self, recipient: &str) -> Result<(), String> {
        if self.own_recipients() == [recipient] || papers::below(recipient).is_some() {
            return Ok(());
        }
        Err(format!("\"{}\" bukan nama folder di bawah {}", http::cut(recipient, 60), self.options.path.display()))
    }

    fn receipt_name(&self, _: &DeliveryKey) -> Option<String> {
        None
    }

    fn send<'a>(&'a self, message: &'a Message, key: &'a DeliveryKey) -> BoxFuture<'a, Result<Receipt, Fault>> {
        if self.options.create {
            // Whatever is wrong with it, laying the files says in words.
            drop(fs::create_dir_all(&self.root));
        }
        async move {
            let mut parts = Vec::new();
            if self.own_recipients() != [key.recipient.as_str()] {
                let below = papers::below(&key.recipient)
                    .ok_or_else(|| Fault::Never { reason: "penerima bukan nama folder".to_owned() })?;
                parts.extend(below.into_iter().map(str::to_owned));
            }
            parts.extend(papers::day(&message.id).filter(|_| self.options.by_date).map(str::to_owned));
            let (root, papers) = (self.root.clone(), papers::of(message));
            let written = tokio::task::spawn_blocking(move || lay(&root, &parts, &papers));
            let limit = Duration::from_secs(self.options.timeout_seconds.into());
            match tokio::time::timeout(limit, written).await {
                Ok(Ok(outcome)) => outcome,
                Ok(Err(_)) => Err(Fault::Unknown { reason: "penulisan berkas terhenti".to_owned() }),
                Err(_) => Err(Fault::Unknown {
                    reason: format!("folder tidak menjawab dalam {} detik", self.options.timeout_seconds),
                }),
            }
        }
        .boxed()
    }
}

/// Lays papers into a folder below the root.
pub(crate) fn lay(root: &Path, parts: &[String], papers: &[Paper]) -> Result<Receipt, Fault> {
    let folder = enter(root, parts).map_err(|error| fault(root, &error))?;
    let mut receipt = Receipt::default();
    for paper in papers {
        let path = put(&folder, paper).map_err(|error| fault(&folder, &error))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name != paper.name {
            receipt.notes.push(format!("{} sudah ada dengan isi lain; ditulis sebagai {name}", paper.name));
        }
        // A single file is named whole; of several, where they lie.
        let place = if papers.len() == 1 { &path } else { &folder };
        receipt.name = Some(place.display().to_string());
    }
    Ok(receipt)
}

/// The folder below the root, made where it is missing. A link in it may lead anywhere, and is refused.
fn enter(root: &Path, parts: &[String]) -> io::Result<PathBuf> {
    let root = root.canonicalize()?;
    if !root.is_dir() {
        return Err(ErrorKind::NotADirectory.into());
    }
    let mut folder = root;
    for part in parts {
        folder.push(part);
        match fs::symlink_metadata(&folder) {
            Ok(found) if found.is_dir() => {}
            Ok(_) => return Err(io::Error::new(ErrorKind::NotADirectory, Elsewhere)),
            Err(error) if error.kind() == ErrorKind::NotFound => match fs::create_dir(&folder) {
                // Somebody else may have made it in between.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                made => made?,
            },
            Err(error) => return Err(error),
        }
    }
    // What was checked part by part is checked once more as a whole.
    if folder.canonicalize()? != folder {
        return Err(io::Error::new(ErrorKind::NotADirectory, Elsewhere));
    }
    Ok(folder)
}

#[derive(Debug, thiserror::Error)]
#[error("leads elsewhere")]
struct Elsewhere;

/// Writes one file, or finds it there; gives back where it lies.
fn put(folder: &Path, paper: &Paper) -> io::Result<PathBuf> {
    let own = folder.join(&paper.name);
    // Its digest makes the second name the same for every try.
    let digest = http::hex(&Sha256::digest(&paper.bytes)[..4]);
    for path in [own, folder.join(papers::beside(&paper.name, &digest))] {
        match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return write(folder, &path, paper),
            Err(error) => return Err(error),
            Ok(found) if found.is_file() && found.len() == paper.bytes.len() as u64 && holds(&path, paper)? => {
                return Ok(path);
            }
            Ok(_) => {}
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

fn holds(path: &Path, paper: &Paper) -> io::Result<bool> {
    let mut bytes = Vec::with_capacity(paper.bytes.len());
    // One byte more would show that it has grown meanwhile.
    File::open(path)?.take(paper.bytes.len() as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes == *paper.bytes)
}

fn write(folder: &Path, path: &Path, paper: &Paper) -> io::Result<PathBuf> {
    let beside = folder.join(format!(".{}.bagian", paper.name));
    // What a start that was cut short left behind.
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let written = (|| {
        let mut file = OpenOptions::new().write(true).create_new(true).open(&beside)?;
        file.write_all(&paper.bytes)?;
        file.sync_all()?;
        fs::rename(&beside, path)
    })();
    if let Err(error) = written {
        let _ = fs::remove_file(&beside);
        return Err(error);
    }
    // The name is durable once its folder is; some network shares cannot do that, and need not.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(path.to_owned())
}

fn fault(place: &Path, error: &io::Error) -> Fault {
    let place = place.display();
    let later = |reason: String| Fault::Later { reason, after: None };
    if error.get_ref().is_some_and(|inner| inner.is::<Elsewhere>()) {
        return Fault::Never {
            reason: format!("di {place} ada tautan atau berkas pada tempat folder; singkirkan dahulu"),
        };
    }
    match error.kind() {
        ErrorKind::NotFound => {
            later(format!("folder {place} tidak ada; apakah penyimpanan bersamanya sudah dipasang?"))
        }
        ErrorKind::NotADirectory => later(format!("{place} bukan folder")),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            later(format!("tidak boleh menulis di {place}; periksa izinnya"))
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => later(format!("penyimpanan {place} penuh")),
        ErrorKind::AlreadyExists => {
            Fault::Never { reason: format!("nama berkas di {place} sudah dipakai berkas lain") }
        }
        kind => later(format!("berkas tidak dapat ditulis di {place} ({kind})")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paper(name: &str, bytes: &[u8]) -> Paper {
        Paper { name: name.to_owned(), bytes: bytes.into() }
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn the_same_bytes_are_written_once_and_other_bytes_beside() {
        let root = tempfile::tempdir().unwrap();
        let day = ["2026-11-20".to_owned()];
        for _ in 0..3 {
            let receipt = lay(root.path(), &day, &[paper("a.pdf", b"satu")]).unwrap();
            assert!(receipt.name.unwrap().ends_with("2026-11-20/a.pdf") && receipt.notes.is_empty());
        }
        for _ in 0..3 {
            let receipt = lay(root.path(), &day, &[paper("a.pdf", b"dua!")]).unwrap();
            assert_eq!(receipt.notes.len(), 1);
        }
        let folder = root.path().join("2026-11-20");
        assert_eq!(names(&folder).len(), 2, "{:?}", names(&folder));
        assert_eq!(fs::read(folder.join("a.pdf")).unwrap(), b"satu");
    }

    #[test]
    fn what_a_cut_left_behind_is_replaced() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join(".a.pdf.bagian"), "sete").unwrap();
        lay(root.path(), &[], &[paper("a.pdf", b"setengah")]).unwrap();
        assert_eq!(names(root.path()), ["a.pdf"]);
    }

    #[test]
    fn links_do_not_lead_out() {
        let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::os::unix::fs::symlink(outside.path(), root.path().join("2026-11-20")).unwrap();
        let refused = lay(root.path(), &["2026-11-20".to_owned()], &[paper("a.pdf", b"x")]);
        assert!(matches!(refused, Err(Fault::Never { .. })), "{refused:?}");
        // A link in the place of the file or of what is written beside it is not written through.
        let target = outside.path().join("milik-orang");
        fs::write(&target, "utuh").unwrap();
        std::os::unix::fs::symlink(&target, root.path().join("a.pdf")).unwrap();
        std::os::unix::fs::symlink(&target, root.path().join(".b.pdf.bagian")).unwrap();
        lay(root.path(), &[], &[paper("a.pdf", b"baru"), paper("b.pdf", b"baru")]).unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "utuh");
        assert_eq!(names(outside.path()), ["milik-orang"]);
        assert_eq!(fs::read(root.path().join("b.pdf")).unwrap(), b"baru");
    }

    #[test]
    fn a_folder_that_is_not_mounted_is_not_made() {
        let root = tempfile::tempdir().unwrap().path().join("tidak-dipasang");
        assert!(matches!(lay(&root, &[], &[paper("a.pdf", b"x")]), Err(Fault::Later { .. })));
        assert!(!root.exists());
    }
}
