//! `Standing`: in which story and issue every document stands, kept beside the facts and continued batch by batch.
//!
//! The state of the grouping lies in one file that is replaced whole; documents too old to be joined leave it for small
//! files by day. Both can be rebuilt from truth. The state knows how long these files were when it was written; what a
//! kill left behind that is cut off when the folder is opened, because the state will retire those rows again.
//! Bytes that changed under our hands are noticed when they are read: then nothing is answered, and everything is made
//! anew, since a document that is left out would be missing in a figure.

use crate::{Error, answers::write_whole};
use issues::compact::{decoded, encoded};
use issues::{Member, Options, Stream};
use jiff::Timestamp;
use model::{Coverage, DocumentKey, Record, Region, SourceKind, Window};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::xxh3_64;

/// Raised when a file of this folder is written differently; an older folder is then made anew.
const VERSION: u32 = 1;
/// Documents after which the state is written in the middle of a long catching-up: so much a kill can cost.
const SAVE_AFTER: u64 = 200_000;
/// Bytes of the first line of the state.
const HEAD_BYTES_MAX: u64 = 16 << 20;
/// Bytes of the length and the checksum before each block of a day's file.
const BLOCK_HEAD: usize = 16;

/// Where documents stand.
pub(crate) struct Standing {
    folder: PathBuf,
    settings: u64,
    sequence: u64,
    /// Read from disk when first needed: many commands only ask how far it reaches.
    stream: Option<Stream>,
    options: Options,
    unsaved: u64,
    /// Bytes of each day's file that belong to the state.
    lengths: BTreeMap<String, u64>,
}

/// What the state was made with, at its beginning on disk.
#[derive(Serialize, Deserialize)]
struct Head {
    version: u32,
    /// Hash of the options: with others everything groups differently.
    settings: u64,
    /// Last truth sequence in it.
    sequence: u64,
    /// Of the bytes that follow, and how many they are.
    checksum: u64,
    length: u64,
    /// Bytes of each day's file.
    lengths: BTreeMap<String, u64>,
}

/// A member as it lies in a day's file.
#[derive(Serialize, Deserialize)]
struct Row {
    source: String,
    id: String,
    story: String,
    issue: String,
    copy_of: Option<(String, String)>,
    at: i64,
    kind: SourceKind,
    coverage: Coverage,
    author: Option<u64>,
}

impl Standing {
    /// Opens the folder. What is missing, damaged or made with other options is made anew from truth.
    pub(crate) fn open(folder: &Path, options: &Options) -> Result<Self, Error> {
        fs::create_dir_all(folder).map_err(|source| Error::Write { path: folder.to_owned(), source })?;
        let settings = xxh3_64(&encoded(options));
        let standing = Self {
            folder: folder.to_owned(),
            settings,
            sequence: 0,
            stream: None,
            options: options.clone(),
            unsaved: 0,
            lengths: BTreeMap::new(),
        };
        match standing.head() {
            Some(head) if standing.cut(&head.lengths) => {
                Ok(Self { sequence: head.sequence, lengths: head.lengths, ..standing })
            }
            _ => {
                let mut standing = standing;
                standing.forget()?;
                Ok(standing)
            }
        }
    }

    /// The last truth sequence that it contains.
    pub(crate) fn last_sequence(&self) -> u64 {
        self.sequence
    }

    /// Forgets everything, so that the next catching-up starts at the beginning.
    pub(crate) fn forget(&mut self) -> Result<(), Error> {
        let failed = |path: PathBuf| move |source| Error::Remove { path, source };
        for path in [self.state(), self.days(), self.reports()] {
            let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            match removed {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(path)(error)),
                _ => {}
            }
        }
        (self.sequence, self.unsaved) = (0, 0);
        self.lengths.clear();
        self.stream = Some(Stream::new(&self.options));
        Ok(())
    }

    /// Reads the state before it is continued; one that cannot be read is forgotten.
    pub(crate) fn wake(&mut self) -> Result<(), Error> {
        if self.stream().is_none() { self.forget() } else { Ok(()) }
    }

    /// Takes a batch of records, which reaches up to a sequence.
    pub(crate) fn add(&mut self, records: &[Record], region: &Region, up_to_sequence: u64) -> Result<(), Error> {
        if up_to_sequence <= self.sequence {
            return Ok(());
        }
        let (from, path) = (self.sequence, self.state());
        let stream = self.stream().ok_or(Error::Standing { path })?;
        if let Some(first) = records.iter().position(|record| record.sequence > from) {
            stream.add(&records[first..], region);
        }
        let retired = stream.retire();
        self.keep(retired)?;
        self.unsaved += up_to_sequence - self.sequence;
        self.sequence = up_to_sequence;
        if self.unsaved >= SAVE_AFTER { self.save() } else { Ok(()) }
    }

    /// Writes the state, whole or not at all.
    pub(crate) fn save(&mut self) -> Result<(), Error> {
        let Some(stream) = self.stream.as_ref().filter(|_| self.unsaved > 0) else { return Ok(()) };
        let state = encoded(stream);
        let head = Head {
            version: VERSION,
            settings: self.settings,
            sequence: self.sequence,
            checksum: xxh3_64(&state),
            length: state.len() as u64,
            lengths: self.lengths.clone(),
        };
        let mut bytes = serde_json::to_vec(&head).expect("plain data becomes JSON");
        bytes.push(b'\n');
        bytes.extend(state);
        write_whole(&self.state(), &bytes)?;
        self.unsaved = 0;
        Ok(())
    }

    /// Where every document of a stretch of time stands; of all time without one. In no order; `None` where a file is
    /// not what was written.
    pub(crate) fn members(&mut self, window: Option<&Window>, region: &Region) -> Option<Vec<Member>> {
        let inside = |member: &Member| window.is_none_or(|window| window.contains(member.at));
        let mut kept: BTreeMap<DocumentKey, Member> = BTreeMap::new();
        for (day, length) in self.days_within(window) {
            let members = read_day(&self.days().join(day), *length)?.into_iter().filter(|member| inside(member));
            kept.extend(members.map(|member| (member.key.clone(), member)));
        }
        let live = self.stream()?.members(region).into_iter().filter(|member| inside(member));
        kept.extend(live.map(|member| (member.key.clone(), member)));
        Some(kept.into_values().collect())
    }

    /// Where reports by day are kept.
    pub(crate) fn reports(&self) -> PathBuf {
        self.folder.join("reports")
    }

    /// What the options say, as a number.
    pub(crate) fn settings(&self) -> u64 {
        self.settings
    }

    fn stream(&mut self) -> Option<&mut Stream> {
        if self.stream.is_none() {
            self.stream = self.read_stream();
        }
        self.stream.as_mut()
    }

    /// The beginning of the state, if it was written by this program with these options; the rest is checked when it is
    /// read, since a command that only asks how far it reaches should not read it all.
    fn head(&self) -> Option<Head> {
        let file = File::open(self.state()).ok()?;
        let all = file.metadata().ok()?.len();
        let mut line = Vec::new();
        BufReader::new(file).take(HEAD_BYTES_MAX).read_until(b'\n', &mut line).ok()?;
        let head: Head = serde_json::from_slice(&line).ok()?;
        let whole = all == line.len() as u64 + head.length;
        (head.version == VERSION && head.settings == self.settings && whole).then_some(head)
    }

    fn read_stream(&self) -> Option<Stream> {
        let bytes = fs::read(self.state()).ok()?;
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let head: Head = serde_json::from_slice(&bytes[..end]).ok()?;
        let state = &bytes[end + 1..];
        if xxh3_64(state) == head.checksum { decoded(state) } else { None }
    }

    /// The file of the state.
    pub(crate) fn state(&self) -> PathBuf {
        self.folder.join("stream.state")
    }

    fn days(&self) -> PathBuf {
        self.folder.join("days")
    }

    /// Cuts the files of the days to these lengths and removes those that the state does not know; false where one is
    /// missing, shorter, or cannot be cut.
    fn cut(&self, lengths: &BTreeMap<String, u64>) -> bool {
        let strangers = fs::read_dir(self.days()).into_iter().flatten().flatten().map(|entry| entry.path());
        let unknown = |path: &PathBuf| {
            !path.file_name().and_then(|name| name.to_str()).is_some_and(|name| lengths.contains_key(name))
        };
        strangers.filter(unknown).all(|path| fs::remove_file(path).is_ok())
            && lengths.iter().all(|(day, length)| cut_file(&self.days().join(day), *length).is_ok())
    }

    /// Appends what has left the state to the files of its days.
    fn keep(&mut self, retired: Vec<Member>) -> Result<(), Error> {
        let mut days: BTreeMap<String, Vec<Row>> = BTreeMap::new();
        for member in retired {
            days.entry(day_of(member.at)).or_default().push(Row::from(member));
        }
        if days.is_empty() {
            return Ok(());
        }
        let folder = self.days();
        fs::create_dir_all(&folder).map_err(|source| Error::Write { path: folder.clone(), source })?;
        for (day, rows) in days {
            let path = folder.join(&day);
            let length = self.lengths.entry(day).or_default();
            *length += append(&path, *length, &encoded(&rows)).map_err(|source| Error::Write { path, source })?;
        }
        Ok(())
    }

    fn days_within(&self, window: Option<&Window>) -> impl Iterator<Item = (&String, &u64)> {
        let range = window.map(|window| day_of(window.from)..=day_of(window.to));
        self.lengths.iter().filter(move |(day, _)| range.as_ref().is_none_or(|range| range.contains(*day)))
    }
}

impl From<Member> for Row {
    fn from(member: Member) -> Self {
        Self {
            source: member.key.source.0,
            id: member.key.id.0,
            story: member.story.0,
            issue: member.issue.0,
            copy_of: member.copy_of.map(|of| (of.source.0, of.id.0)),
            at: member.at.as_nanosecond() as i64,
            kind: member.kind,
            coverage: member.coverage,
            author: member.author,
        }
    }
}

impl From<Row> for Member {
    fn from(row: Row) -> Self {
        let key = |source: String, id: String| DocumentKey { source: source.into(), id: id.into() };
        Self {
            key: key(row.source, row.id),
            story: row.story.into(),
            issue: row.issue.into(),
            copy_of: row.copy_of.map(|(source, id)| key(source, id)),
            at: Timestamp::from_nanosecond(row.at.into()).unwrap_or(Timestamp::UNIX_EPOCH),
            kind: row.kind,
            coverage: row.coverage,
            author: row.author,
        }
    }
}

fn day_of(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

/// Appends one block (length, checksum, bytes) to a file of a known length and gives the block's size. What a writing
/// that failed left behind that length is cut off first.
fn append(path: &Path, known_length: u64, bytes: &[u8]) -> io::Result<u64> {
    let mut block = Vec::with_capacity(BLOCK_HEAD + bytes.len());
    block.extend((bytes.len() as u64).to_le_bytes());
    block.extend(xxh3_64(bytes).to_le_bytes());
    block.extend(bytes);
    let mut file = File::options().create(true).append(true).open(path)?;
    file.set_len(known_length)?;
    file.write_all(&block)?;
    file.sync_data()?;
    Ok(block.len() as u64)
}

/// Makes a file as long as it was; it is an error where it is missing or shorter.
fn cut_file(path: &Path, length: u64) -> io::Result<()> {
    let file = File::options().write(true).open(path)?;
    match file.metadata()?.len() {
        found if found < length => Err(io::ErrorKind::UnexpectedEof.into()),
        found if found > length => file.set_len(length),
        _ => Ok(()),
    }
}

/// The members of a day's file of this length; `None` where it has other bytes than were written.
fn read_day(path: &Path, length: u64) -> Option<Vec<Member>> {
    let bytes = fs::read(path).ok().filter(|bytes| bytes.len() as u64 == length)?;
    let mut left = bytes.as_slice();
    let mut members = Vec::new();
    while !left.is_empty() {
        let (head, rest) = left.split_at_checked(BLOCK_HEAD)?;
        let number = |part: &[u8]| u64::from_le_bytes(part.try_into().expect("eight bytes"));
        let (length, checksum) = (number(&head[..8]), number(&head[8..]));
        let (body, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
        if xxh3_64(body) != checksum {
            return None;
        }
        members.extend(decoded::<Vec<Row>>(body)?.into_iter().map(Member::from));
        left = rest;
    }
    Some(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(day: i8, id: &str) -> Member {
        Member {
            key: DocumentKey { source: "s".into(), id: id.into() },
            story: format!("story-{id}").into(),
            issue: "issue".into(),
            copy_of: None,
            at: jiff::civil::date(2026, 5, day).at(3, 0, 0, 0).in_tz("UTC").unwrap().timestamp(),
            kind: SourceKind::News,
            coverage: Coverage::Earned,
            author: None,
        }
    }

    fn open(folder: &Path) -> Standing {
        Standing::open(folder, &Options::default()).unwrap()
    }

    /// Two days of documents that have left the state.
    fn written(folder: &Path) -> Vec<Member> {
        let mut standing = open(folder);
        let members = vec![member(1, "a"), member(1, "b"), member(2, "c")];
        standing.keep(members[..1].to_vec()).unwrap();
        standing.keep(members[1..].to_vec()).unwrap();
        (standing.sequence, standing.unsaved) = (7, 7);
        standing.save().unwrap();
        members
    }

    /// What a kill in the middle of a block leaves.
    fn leave(path: &Path) {
        let mut file = File::options().create(true).append(true).open(path).unwrap();
        file.write_all(b"half a block").unwrap();
    }

    fn flip(path: &Path) {
        let mut bytes = fs::read(path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x55;
        fs::write(path, bytes).unwrap();
    }

    /// Either everything is there, or the next catching-up begins anew; never a part.
    #[test]
    fn what_was_kept_is_read_whole_or_not_at_all() {
        type Case = (&'static str, fn(&Path), bool);
        let cases: [Case; 8] = [
            ("nothing happened", |_| {}, true),
            ("a kill left half a block", |folder| leave(&folder.join("days/2026-05-01")), true),
            ("a kill left a new day", |folder| leave(&folder.join("days/2026-05-03")), true),
            ("a day is gone", |folder| fs::remove_file(folder.join("days/2026-05-02")).unwrap(), false),
            (
                "a day has another name",
                |folder| fs::rename(folder.join("days/2026-05-02"), folder.join("days/2026-05-09")).unwrap(),
                false,
            ),
            ("a day is short", |folder| fs::write(folder.join("days/2026-05-01"), "short").unwrap(), false),
            ("a byte of a day is another", |folder| flip(&folder.join("days/2026-05-01")), false),
            ("a byte of the state is another", |folder| flip(&folder.join("stream.state")), false),
        ];
        for (name, harm, is_whole) in cases {
            let folder = tempfile::tempdir().unwrap();
            let members = written(folder.path());
            harm(folder.path());
            let mut standing = open(folder.path());
            let found = standing.members(None, &Region::default());
            match is_whole {
                true => assert_eq!((standing.last_sequence(), found), (7, Some(members)), "{name}"),
                false => assert!(found.is_none() || standing.last_sequence() == 0, "{name}: {found:?}"),
            }
            standing.forget().unwrap();
            assert_eq!(standing.members(None, &Region::default()), Some(Vec::new()), "{name}");
        }
    }

    #[test]
    fn only_the_days_of_a_window_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let members = written(folder.path());
        flip(&folder.path().join("days/2026-05-01"));
        let at = members[2].at;
        let window = Window { from: at - jiff::SignedDuration::from_hours(1), to: at };
        assert_eq!(open(folder.path()).members(Some(&window), &Region::default()), Some(members[2..].to_vec()));
    }
}
