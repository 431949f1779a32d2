//! Folders and printers' paths, through the channels as a pipeline builds them.
#![allow(clippy::unwrap_used)]

use deliver::{BuildContext, CHANNELS, Channel, Fault, File, Message};
use model::DeliveryKey;
use std::fs::{self, OpenOptions};
use std::io::Read;
use std::path::Path;
use std::process::Command;

fn channel(kind: &str, entry: &str, base: &Path) -> Box<dyn Channel> {
    let client = net::Client::new(net::Options::default()).unwrap();
    let kind = CHANNELS.iter().find(|known| known.name == kind).unwrap();
    (kind.build)(entry.parse().unwrap(), &BuildContext { base, client: &client }).unwrap()
}

fn brief(bytes: &[u8]) -> Message {
    Message {
        id: "harian-2026-11-20/1".to_owned(),
        subject: "Ringkasan".to_owned(),
        text: "Banjir: 58 item.".to_owned(),
        files: vec![File {
            name: "2026-11-20.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            bytes: bytes.into(),
        }],
        ..Message::default()
    }
}

fn key(recipient: &str) -> DeliveryKey {
    DeliveryKey { message: "harian-2026-11-20/1".to_owned(), channel: "k".to_owned(), recipient: recipient.to_owned() }
}

fn pipe(folder: &Path) -> String {
    let path = folder.join("pencetak").display().to_string();
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    path
}

#[tokio::test]
async fn a_folder_holds_one_folder_a_day_and_one_for_each_that_is_named() {
    let base = tempfile::tempdir().unwrap();
    fs::create_dir(base.path().join("keluar")).unwrap();
    let channel = channel("folder", "path = \"keluar\"", base.path());
    assert_eq!(channel.own_recipients(), ["keluar"]);
    for wrong in ["../lain", "/etc", "", "a/../../b"] {
        assert!(channel.check_recipient(wrong).is_err(), "{wrong}");
        let fault = channel.send(&brief(b"%PDF"), &key(wrong)).await.unwrap_err();
        assert!(matches!(fault, Fault::Never { .. }), "{wrong}: {fault}");
    }
    for recipient in ["keluar", "pimpinan/pagi"] {
        channel.check_recipient(recipient).unwrap();
        for _ in 0..2 {
            channel.send(&brief(b"%PDF"), &key(recipient)).await.unwrap();
        }
    }
    let root = base.path().join("keluar");
    assert_eq!(fs::read(root.join("2026-11-20/2026-11-20.pdf")).unwrap(), b"%PDF");
    assert_eq!(fs::read(root.join("pimpinan/pagi/2026-11-20/2026-11-20.pdf")).unwrap(), b"%PDF");
    // A notice has no file, and is one.
    let notice = Message { id: "operator/../x".into(), files: Vec::new(), ..brief(b"") };
    let receipt = channel.send(&notice, &key("keluar")).await.unwrap();
    let written = fs::read_to_string(receipt.name.unwrap()).unwrap();
    assert_eq!(written, "Ringkasan\n\nBanjir: 58 item.\n");
    assert_eq!(fs::read_dir(base.path()).unwrap().count(), 1, "nothing lies outside");
}

#[tokio::test]
async fn a_share_that_is_not_mounted_is_waited_for() {
    let base = tempfile::tempdir().unwrap();
    let channel = channel("folder", "path = \"keluar\"", base.path());
    assert_eq!(channel.warnings(&brief(b"x"), "keluar").len(), 1);
    let fault = channel.send(&brief(b"x"), &key("keluar")).await.unwrap_err();
    assert!(matches!(fault, Fault::Later { .. }), "{fault}");
}

#[tokio::test]
async fn a_pipe_that_nobody_reads_does_not_hang() {
    let base = tempfile::tempdir().unwrap();
    let path = pipe(base.path());
    let channel = channel("print", &format!("path = {path:?}"), base.path());
    let fault = channel.send(&brief(b"%PDF"), &key(&path)).await.unwrap_err();
    assert!(matches!(&fault, Fault::Later { reason, .. } if reason.contains("tidak ada yang membaca")), "{fault}");
}

#[tokio::test]
async fn a_pipe_is_written_whole_however_slowly_it_is_read() {
    let base = tempfile::tempdir().unwrap();
    let path = pipe(base.path());
    // More than a pipe holds (64 KiB), so that the writer has to wait for the reader.
    let bytes: Vec<u8> = (0..300_000_u32).map(|at| at as u8).collect();
    let mut reader = OpenOptions::new().read(true).write(true).open(&path).unwrap();
    let count = bytes.len();
    let read = std::thread::spawn(move || {
        let mut read = vec![0; count];
        for piece in read.chunks_mut(10_000) {
            reader.read_exact(piece).unwrap();
        }
        read
    });
    let channel = channel("print", &format!("path = {path:?}"), base.path());
    channel.send(&brief(&bytes), &key(&path)).await.unwrap();
    assert!(read.join().unwrap() == bytes);
}

#[tokio::test]
async fn a_pipe_that_stops_reading_leaves_a_doubt() {
    let base = tempfile::tempdir().unwrap();
    let path = pipe(base.path());
    let _open = OpenOptions::new().read(true).write(true).open(&path).unwrap();
    let channel = channel("print", &format!("path = {path:?}\ntimeout_seconds = 0"), base.path());
    // The pipe takes what it holds, and the limit is over with the first pause.
    let fault = channel.send(&brief(&[7; 300_000]), &key(&path)).await.unwrap_err();
    assert!(fault.to_string().contains("setelah"), "{fault}");
    assert!(matches!(fault, Fault::Unknown { .. }), "{fault}");
}

#[tokio::test]
async fn text_is_printed_as_lines_and_a_spool_folder_is_one() {
    let base = tempfile::tempdir().unwrap();
    fs::create_dir(base.path().join("antrean")).unwrap();
    let channel = channel("print", "path = \"antrean\"\nform = \"text\"", base.path());
    let receipt = channel.send(&brief(b"%PDF"), &key("antrean")).await.unwrap();
    assert_eq!(fs::read_to_string(receipt.name.unwrap()).unwrap(), "Ringkasan\r\n\r\nBanjir: 58 item.\r\n\u{c}");
}

#[tokio::test]
async fn a_file_is_never_written_over_by_a_print() {
    let base = tempfile::tempdir().unwrap();
    fs::write(base.path().join("penting.txt"), "utuh").unwrap();
    let channel = channel("print", "path = \"penting.txt\"", base.path());
    let fault = channel.send(&brief(b"%PDF"), &key("penting.txt")).await.unwrap_err();
    assert!(matches!(fault, Fault::Never { .. }), "{fault}");
    assert_eq!(fs::read_to_string(base.path().join("penting.txt")).unwrap(), "utuh");
    assert!(channel.check_recipient("/dev/sda").is_err());
}
