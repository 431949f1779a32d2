//! Files that were cut off or garbled on the way: every import ends with items and reasons, whatever the bytes.
#![allow(clippy::unwrap_used)]

use collect::{Batch, Format, ImportOptions};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::fs;
use std::path::{Path, PathBuf};

/// Every file of the import cases.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.components().any(|piece| piece.as_os_str() == "import") {
            found.push(path);
        }
    }
}

/// The same numbers on every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).unwrap()
    }
}

fn damaged(bytes: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    match numbers.below(4) {
        0 => bytes.truncate(numbers.below(bytes.len())),
        1 => {
            let at = numbers.below(bytes.len());
            bytes.drain(..at);
        }
        2 => {
            let (from, to) = (numbers.below(bytes.len()), numbers.below(bytes.len()));
            let piece = bytes[from.min(to)..from.max(to)].to_vec();
            bytes.splice(from.min(to)..from.min(to), piece);
        }
        _ => {
            for _ in 0..=bytes.len() / 50 {
                let (at, byte) = (numbers.below(bytes.len()), numbers.below(256));
                bytes[at] = u8::try_from(byte).unwrap();
            }
        }
    }
    bytes
}

#[test]
fn damaged_files_give_items_and_reasons() {
    let mut sources = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/collect"), &mut sources);
    sources.sort();
    assert!(sources.len() > 30);
    let folder = tempfile::tempdir().unwrap();
    let mut numbers = Numbers(0x5eed_0bad_cafe_f00d);
    let formats = ["auto", "csv", "jsonl", "xlsx", "4cat", "zeeschuimer", "brandwatch", "lapor"];
    for source in sources {
        let bytes = fs::read(&source).unwrap();
        if bytes.is_empty() {
            continue;
        }
        for round in 0..16_usize {
            let path = folder.path().join(source.file_name().unwrap());
            fs::write(&path, damaged(&bytes, &mut numbers)).unwrap();
            let format = formats[round.saturating_sub(8)];
            let options = ImportOptions {
                source: None,
                force_source: false,
                kind: None,
                zone: TimeZone::UTC,
                format: format.parse::<Format>().unwrap(),
                fetched_at: Timestamp::UNIX_EPOCH,
            };
            let (mut items, mut reasons) = (0, 0);
            let mut emit = |batch: Batch| {
                assert!(
                    batch.items.iter().all(|item| !item.id.as_str().is_empty() && !item.source.as_str().is_empty())
                );
                (items, reasons) = (items + batch.items.len(), reasons + batch.skipped.len());
                Ok(())
            };
            collect::import(&path, &options, &mut emit).unwrap();
            assert!(items + reasons > 0, "{} as {format}: neither an item nor a reason", source.display());
            fs::remove_file(&path).unwrap();
        }
    }
}
