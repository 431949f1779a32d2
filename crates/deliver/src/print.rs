//! Bytes to a path: a printer's device, a pipe of a print system, or a spool folder.

use crate::channel::Build;
use crate::papers::Paper;
use crate::{Channel, Fault, Message, Receipt, folder, http, papers};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use model::{DeliveryKey, Kind};
use serde::Deserialize;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// `O_NONBLOCK` of Linux: opening a pipe that nobody reads fails at once instead of waiting for ever.
#[cfg(target_os = "linux")]
const NON_BLOCKING: i32 = 0o4000;
#[cfg(not(target_os = "linux"))]
const NON_BLOCKING: i32 = 0x0004;
/// How long to wait for a full pipe or a busy printer before writing on.
const PAUSE: Duration = Duration::from_millis(20);

pub(crate) const KIND: Kind<Build> = Kind {
    name: "print",
    summary: "writes the PDF or the plain text to a printer's device, a pipe or a spool folder",
    example: r#"path = "/dev/usb/lp0"
"#,
    build: |table, context| {
        let options: Options = table.try_into().map_err(|error: toml::de::Error| error.message().to_owned())?;
        Ok(Box::new(Print { path: context.base.join(&options.path), options }))
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    /// The device, the pipe or the folder.
    path: PathBuf,
    /// What it understands.
    #[serde(default)]
    form: Form,
    /// Time for one print.
    #[serde(default = "timeout")]
    timeout_seconds: u32,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Form {
    /// The first PDF of the message.
    #[default]
    Pdf,
    /// Its plain text, for printers that know no PDF.
    Text,
}

fn timeout() -> u32 {
    60
}

struct Print {
    path: PathBuf,
    options: Options,
}

impl Channel for Print {
    fn warnings(&self, message: &Message, _: &str) -> Vec<String> {
        let mut warnings = Vec::new();
        if self.options.form == Form::Pdf && pdf(message).is_none() {
            warnings.push("Tidak ada PDF: yang dicetak teks biasa. Buat PDF lebih dahulu bila diperlukan.".to_owned());
        }
        if !self.path.exists() {
            warnings.push(format!(
                "Tempat cetak {} tidak ada: kiriman dicoba lagi kemudian. Nyalakan pencetak atau periksa jalurnya.",
                self.path.display()
            ));
        }
        warnings
    }

    fn own_recipients(&self) -> Vec<String> {
        vec![self.options.path.display().to_string()]
    }

    fn check_recipient(&self, recipient: &str) -> Result<(), String> {
        if self.own_recipients() == [recipient] {
            return Ok(());
        }
        Err(format!(
            "saluran cetak hanya menulis ke {}; buat saluran lain untuk tempat lain",
            self.options.path.display()
        ))
    }

    fn receipt_name(&self, _: &DeliveryKey) -> Option<String> {
        None
    }

    fn send<'a>(&'a self, message: &'a Message, _: &'a DeliveryKey) -> BoxFuture<'a, Result<Receipt, Fault>> {
        async move {
            let (paper, notes) = self.paper(message);
            let path = self.path.clone();
            let limit = Duration::from_secs(self.options.timeout_seconds.into());
            let printed = tokio::task::spawn_blocking(move || print(&path, &paper, limit));
            // The thread keeps its own time; a device whose driver hangs does not, and is left behind.
            let outcome = tokio::time::timeout(limit * 2 + Duration::from_secs(5), printed).await;
            let mut receipt = match outcome {
                Ok(Ok(outcome)) => outcome?,
                _ => {
                    return Err(Fault::Unknown {
                        reason: "tempat cetak tidak menjawab; mungkin sudah tercetak".to_owned(),
                    });
                }
            };
            receipt.notes.extend(notes);
            Ok(receipt)
        }
        .boxed()
    }
}

impl Print {
    fn paper(&self, message: &Message) -> (Paper, Vec<String>) {
        if let Some(file) = pdf(message).filter(|_| self.options.form == Form::Pdf) {
            return (Paper { name: papers::clean(&file.name), bytes: file.bytes.clone() }, Vec::new());
        }
        // Printers of lines want both signs at a line's end, and a form feed to let go of the page.
        let text =
            format!("{}\n\n{}\n", message.subject, message.text).replace('\r', "").replace('\n', "\r\n") + "\u{c}";
        let bytes: Arc<[u8]> = text.into_bytes().into();
        let missing = (self.options.form == Form::Pdf).then(|| "tanpa PDF; teks biasa yang dicetak".to_owned());
        (Paper { name: papers::clean(&format!("{}.txt", message.id)), bytes }, missing.into_iter().collect())
    }
}

fn pdf(message: &Message) -> Option<&crate::File> {
    message.files.iter().find(|file| file.media_type == "application/pdf")
}

fn print(path: &Path, paper: &Paper, limit: Duration) -> Result<Receipt, Fault> {
    let later = |reason: String| Fault::Later { reason, after: None };
    let shown = path.display();
    let found = fs::metadata(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => later(format!("tempat cetak {shown} tidak ada; apakah pencetaknya menyala?")),
        kind => later(format!("tempat cetak {shown} tidak terbaca ({kind})")),
    })?;
    let kind = found.file_type();
    if kind.is_dir() {
        return folder::lay(path, &[], std::slice::from_ref(paper));
    }
    if !kind.is_fifo() && !kind.is_char_device() {
        // Written over, a file would be lost; a block device even more.
        let reason = format!("{shown} bukan pencetak, pipa, atau folder; untuk berkas pakai saluran folder");
        return Err(Fault::Never { reason });
    }
    stream(path, &paper.bytes, limit)?;
    Ok(Receipt { name: Some(shown.to_string()), notes: Vec::new() })
}

/// Writes to a device or a pipe without ever waiting for longer than the limit.
fn stream(path: &Path, bytes: &[u8], limit: Duration) -> Result<(), Fault> {
    let shown = path.display();
    let later = |reason: String| Fault::Later { reason, after: None };
    let opened = OpenOptions::new().write(true).custom_flags(NON_BLOCKING).open(path);
    let mut device = opened.map_err(|error| match error.kind() {
        ErrorKind::PermissionDenied => later(format!("tidak boleh menulis ke {shown}; periksa izinnya")),
        // ENXIO and EBUSY: a pipe that nobody reads, a printer that is off or at work for somebody else.
        _ => later(format!("tidak ada yang membaca di {shown}; apakah pencetaknya menyala?")),
    })?;
    let start = Instant::now();
    let mut written = 0;
    while written < bytes.len() {
        match device.write(&bytes[written..]) {
            Ok(0) => break,
            Ok(count) => written += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock && start.elapsed() < limit => std::thread::sleep(PAUSE),
            Err(_) => break,
        }
    }
    match written {
        _ if written == bytes.len() => Ok(()),
        0 => Err(later(format!("{shown} tidak menerima apa pun"))),
        _ => Err(Fault::Unknown {
            reason: format!(
                "{shown} berhenti menerima setelah {} dari {}; sebagian mungkin tercetak",
                http::size_words(written),
                http::size_words(bytes.len())
            ),
        }),
    }
}
