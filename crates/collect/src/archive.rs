//! Opens a file for reading: out of a gzip or a ZIP that holds one file, and in UTF-8 wherever it was UTF-16.
//!
//! Nothing is ever written to disk, and whatever expands too far is refused.

use crate::Error;
use encoding_rs::{Decoder, Encoding, UTF_16BE, UTF_16LE};
use flate2::bufread::MultiGzDecoder;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek};
use std::path::{Path, PathBuf};
use zip::ZipArchive;

/// The most that an archive may expand to.
const EXPANDED_MAX: u64 = 1 << 30;
/// The most that the one file of a ZIP, or a workbook inside an archive, may expand to: it is held in memory.
const HELD_MAX: u64 = 128 << 20;
/// How many times larger than itself an archive may become, once it is large at all; text shrinks to a tenth or so.
const RATIO_MAX: u64 = 100;
/// Where large begins.
const RATIO_FROM: u64 = 16 << 20;
/// The most entries of a ZIP that are looked at.
const PARTS_MAX: usize = 10_000;

/// A file whose bytes can be read from the start.
pub(crate) struct Opened {
    /// Its name: inside an archive, the name there, so that its ending and stem say what they should.
    pub(crate) name: PathBuf,
    pub(crate) input: Box<dyn BufRead>,
    /// True where the bytes came out of an archive.
    pub(crate) unpacked: bool,
}

/// Bytes that can be read at any place.
pub(crate) trait Seekable: Read + Seek {}
impl<T: Read + Seek> Seekable for T {}

/// Opens a file as it is.
pub(crate) fn open(path: &Path) -> Result<Opened, Error> {
    let input = Box::new(BufReader::with_capacity(256 << 10, file(path)?));
    Ok(Opened { name: path.to_owned(), input, unpacked: false })
}

/// Opens the one file inside an archive.
pub(crate) fn unpack(path: &Path, start: &[u8]) -> Result<Opened, Error> {
    if start.starts_with(b"PK") { unzip(path) } else { gunzip(path) }
}

/// True for a ZIP that is a workbook, whatever its name.
pub(crate) fn is_workbook(path: &Path) -> bool {
    let archive = || ZipArchive::new(BufReader::new(File::open(path).ok()?)).ok();
    archive()
        .is_some_and(|archive| archive.file_names().take(PARTS_MAX).flatten().any(|name| name == "xl/workbook.xml"))
}

/// A workbook's bytes, which are read back and forth.
pub(crate) fn seekable(path: &Path, opened: Opened) -> Result<Box<dyn Seekable>, Error> {
    if !opened.unpacked {
        return Ok(Box::new(BufReader::new(file(path)?)));
    }
    let mut bytes = Vec::new();
    opened.input.take(HELD_MAX).read_to_end(&mut bytes).map_err(broken)?;
    Ok(Box::new(Cursor::new(bytes)))
}

fn file(path: &Path) -> Result<File, Error> {
    File::open(path).map_err(|source| Error::File { path: path.to_owned(), source })
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::Archive(error.to_string())
}

fn gunzip(path: &Path) -> Result<Opened, Error> {
    let file = file(path)?;
    let packed = file.metadata().map_or(0, |meta| meta.len());
    let mut input = BufReader::with_capacity(
        256 << 10,
        Bounded { input: MultiGzDecoder::new(BufReader::new(file)), packed, expanded: 0 },
    );
    refuse_nested(input.fill_buf().map_err(broken)?)?;
    Ok(Opened { name: path.with_extension(""), input: Box::new(input), unpacked: true })
}

fn unzip(path: &Path) -> Result<Opened, Error> {
    let mut archive = ZipArchive::new(BufReader::new(file(path)?)).map_err(broken)?;
    if archive.len() > PARTS_MAX {
        return Err(broken(format!("it holds more than {PARTS_MAX} files")));
    }
    let mut found = Vec::new();
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).map_err(broken)?;
        let name = String::from_utf8_lossy(part.name_raw()).into_owned();
        // Nothing is written by these names, but whoever makes them up has something else in mind.
        if part.enclosed_name().is_none() || name.contains("..") || name.starts_with(['/', '\\']) {
            return Err(broken(format!("it names a place outside of itself ({name:?})")));
        }
        let hidden = name.split('/').any(|piece| piece.starts_with('.') || piece == "__MACOSX");
        if part.is_file() && !hidden {
            found.push((index, name, part.encrypted()));
        }
    }
    let (index, name) = match found.as_slice() {
        [(_, _, true)] => return Err(broken("a password protects it; unpack it and import the file")),
        [(index, name, false)] => (*index, name.clone()),
        [] => return Err(broken("it is empty")),
        many => {
            return Err(broken(format!(
                "it holds {} files; unpack it and import the folder, or pack one file alone",
                many.len()
            )));
        }
    };
    let part = archive.by_index(index).map_err(broken)?;
    let packed = part.compressed_size();
    let mut bytes = Vec::new();
    let mut bounded = Bounded { input: part, packed, expanded: 0 }.take(HELD_MAX + 1);
    bounded.read_to_end(&mut bytes).map_err(broken)?;
    if bytes.len() as u64 > HELD_MAX {
        return Err(broken(format!("it expands to more than {} MiB; unpack it first", HELD_MAX >> 20)));
    }
    if !bytes.starts_with(b"PK") || !name.to_lowercase().ends_with(".xlsx") {
        refuse_nested(&bytes)?;
    }
    Ok(Opened { name: path.with_file_name(name), input: Box::new(Cursor::new(bytes)), unpacked: true })
}

/// An archive inside an archive is how small files become endless.
fn refuse_nested(start: &[u8]) -> Result<(), Error> {
    if start.starts_with(&[0x1f, 0x8b]) || start.starts_with(b"PK\x03\x04") {
        return Err(broken("it is an archive inside an archive; unpack it first"));
    }
    Ok(())
}

/// Ends with an error where an archive expands too far.
struct Bounded<R> {
    input: R,
    packed: u64,
    expanded: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.expanded += count as u64;
        if self.expanded > EXPANDED_MAX {
            return Err(io::Error::other(format!("it expands to more than {} MiB", EXPANDED_MAX >> 20)));
        }
        if self.expanded > RATIO_FROM && self.expanded / RATIO_MAX > self.packed {
            return Err(io::Error::other(format!("it expands to more than {RATIO_MAX} times its size")));
        }
        Ok(count)
    }
}

/// Text without its byte order mark, in UTF-8 wherever it was UTF-16.
pub(crate) fn text(mut input: Box<dyn BufRead>) -> io::Result<Box<dyn BufRead>> {
    let (mark, encoding) = mark_of(input.fill_buf()?);
    input.consume(mark);
    Ok(match encoding {
        None => input,
        Some(encoding) => Box::new(BufReader::new(Transcoder {
            input,
            decoder: encoding.new_decoder_without_bom_handling(),
            done: false,
        })),
    })
}

/// The start of a text for looking at, decoded like the whole.
pub(crate) fn readable_start(start: &[u8]) -> Vec<u8> {
    match mark_of(start) {
        (mark, Some(encoding)) => {
            encoding.decode_without_bom_handling(&start[mark..start.len() & !1]).0.into_owned().into_bytes()
        }
        (mark, None) => start[mark..].to_vec(),
    }
}

/// The length of the byte order mark, and the encoding if it is UTF-16, which may come without one.
fn mark_of(start: &[u8]) -> (usize, Option<&'static Encoding>) {
    match start {
        [0xef, 0xbb, 0xbf, ..] => return (3, None),
        [0xff, 0xfe, ..] => return (2, Some(UTF_16LE)),
        [0xfe, 0xff, ..] => return (2, Some(UTF_16BE)),
        _ => {}
    }
    // Half the bytes of Latin text in UTF-16 are zero, and none in anything else that is a text.
    let sample = &start[..start.len().min(4096)];
    let zeros = |from: usize| sample.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let enough = sample.len() / 2 * 2 / 3;
    match (zeros(0), zeros(1)) {
        (0, low) if low > 0 && low >= enough => (0, Some(UTF_16LE)),
        (high, 0) if high > 0 && high >= enough => (0, Some(UTF_16BE)),
        _ => (0, None),
    }
}

/// Reads UTF-16 as UTF-8 while it streams.
struct Transcoder<R> {
    input: R,
    decoder: Decoder,
    done: bool,
}

impl<R: BufRead> Read for Transcoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !self.done {
            let input = self.input.fill_buf()?;
            let last = input.is_empty();
            let (_, used, written, _) = self.decoder.decode_to_utf8(input, buffer, last);
            self.input.consume(used);
            self.done = last;
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_utf_16_without_a_mark() {
        let low: Vec<u8> = "id\tisi\n".bytes().flat_map(|byte| [byte, 0]).collect();
        let high: Vec<u8> = "id\tisi\n".bytes().flat_map(|byte| [0, byte]).collect();
        for bytes in [low, high] {
            assert_eq!(readable_start(&bytes), b"id\tisi\n");
            let mut read = String::new();
            text(Box::new(Cursor::new(bytes))).unwrap().read_to_string(&mut read).unwrap();
            assert_eq!(read, "id\tisi\n");
        }
        assert_eq!(readable_start("\u{feff}isi".as_bytes()), b"isi");
    }
}
