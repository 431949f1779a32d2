//! Batches: which parts exist, and the order of writing that makes each batch count whole or not at all.
//!
//! `<date>/<from>-<to>.parquet` and `superseded/<from>-<to>.parquet` are written first, `batches/<from>-<to>.json`
//! lists them and is written last. Many small batches are merged into one: its manifest covers theirs, and a manifest
//! that lies within another is void, so a kill between writing the new and removing the old counts nothing twice.

use crate::{Error, columns, disk};
use model::Record;
use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Layout and columns; another number means: set aside and rebuild.
const SCHEMA: u32 = 1;
/// Folder of the manifests.
const MANIFESTS: &str = "batches";
/// Folder of the sequences that no longer count.
const SUPERSEDED: &str = "superseded";
/// Batches below this many rows are worth merging; above, reading them is dominated by rows, not by files.
const SMALL_ROWS: u64 = 100_000;
/// So many small batches in a row are merged. A million posts in batches of 2,000 then end in about 16 batches, and
/// each row is rewritten at most twice.
const SMALL_COUNT: usize = 32;

/// One complete batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Batch {
    schema: u32,
    from: u64,
    to: u64,
    /// Rows by local date.
    pub(crate) parts: Vec<Part>,
    /// Sequences that this batch replaces or withdraws.
    pub(crate) superseded: Option<Part>,
}

/// One Parquet file, with what is needed to leave it unread.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Part {
    /// Relative to the folder of the facts.
    pub(crate) path: String,
    rows: u64,
    pub(crate) bytes: u64,
    /// xxh3 of the file, hex: a flipped bit must not become a figure.
    pub(crate) hash: String,
    /// Smallest and largest `at`, in nanoseconds.
    pub(crate) at: (i64, i64),
    /// Smallest and largest `first_seen_at`, in nanoseconds.
    pub(crate) first_seen: (i64, i64),
}

impl Batch {
    /// Writes the parts of a batch; it counts once it is published.
    pub(crate) fn write(folder: &Path, records: &[&Record], from: u64, to: u64) -> Result<Self, Error> {
        let mut days: BTreeMap<String, Vec<&Record>> = BTreeMap::new();
        for &record in records {
            days.entry(record.day.to_string()).or_default().push(record);
        }
        let superseded: BTreeSet<u64> = records
            .iter()
            .flat_map(|record| record.replaces.into_iter().chain(record.withdrawn.then_some(record.sequence)))
            .collect();
        let tables = days
            .into_iter()
            .map(|(day, records)| Ok((day, columns::from_records(&records)?)))
            .collect::<Result<_, Error>>()?;
        Self::write_parts(folder, tables, superseded, from, to)
    }

    /// Writes the parts of one batch that says what several say; `None` where there are too few to bother.
    pub(crate) fn merge(folder: &Path, batches: &[Self]) -> Result<Option<Self>, Error> {
        let [first, .., last] = batches else { return Ok(None) };
        if batches.len() < SMALL_COUNT {
            return Ok(None);
        }
        let mut days: BTreeMap<String, DataFrame> = BTreeMap::new();
        for part in batches.iter().flat_map(|batch| &batch.parts) {
            let (day, _) = part.path.split_once('/').unwrap_or_default();
            let table = columns::read(folder, part, columns::NAMES)?;
            match days.get_mut(day) {
                Some(rows) => {
                    rows.vstack_mut(&table).map_err(columns::computing("merged facts"))?;
                }
                None => {
                    days.insert(day.to_owned(), table);
                }
            }
        }
        let superseded = superseded(folder, batches)?;
        Self::write_parts(folder, days, superseded, first.from, last.to).map(Some)
    }

    fn write_parts(
        folder: &Path,
        days: BTreeMap<String, DataFrame>,
        superseded: BTreeSet<u64>,
        from: u64,
        to: u64,
    ) -> Result<Self, Error> {
        let name = format!("{from:012}-{to:012}");
        let parts = days
            .into_iter()
            .map(|(day, rows)| Part::write(folder, format!("{day}/{name}.parquet"), rows))
            .collect::<Result<_, Error>>()?;
        let superseded = match superseded.is_empty() {
            true => None,
            false => {
                let rows = columns::from_sequences(superseded)?;
                Some(Part::write(folder, format!("{SUPERSEDED}/{name}.parquet"), rows)?)
            }
        };
        Ok(Self { schema: SCHEMA, from, to, parts, superseded })
    }

    fn manifest(&self, folder: &Path) -> PathBuf {
        folder.join(MANIFESTS).join(format!("{:012}-{:012}.json", self.from, self.to))
    }

    fn rows(&self) -> u64 {
        self.parts.iter().map(|part| part.rows).sum()
    }

    fn files(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().chain(&self.superseded)
    }

    fn lies_within(&self, other: &Self) -> bool {
        other.from <= self.from && self.to <= other.to
    }
}

impl Part {
    fn write(folder: &Path, path: String, mut rows: DataFrame) -> Result<Self, Error> {
        let bytes = columns::encode(&mut rows)?;
        disk::write(&folder.join(&path), &bytes)?;
        Ok(Self {
            path,
            rows: rows.height() as u64,
            bytes: bytes.len() as u64,
            hash: hash(&bytes),
            at: columns::range(&rows, "at"),
            first_seen: columns::range(&rows, "first_seen_at"),
        })
    }

    /// The file's bytes, checked against the manifest.
    pub(crate) fn bytes(&self, folder: &Path) -> Result<Vec<u8>, Error> {
        let path = folder.join(&self.path);
        let bytes = fs::read(&path).map_err(disk::failed("read", &path))?;
        match hash(&bytes) == self.hash {
            true => Ok(bytes),
            false => Err(Error::Damaged { path, reason: "its content is not what was written".to_owned() }),
        }
    }
}

fn hash(bytes: &[u8]) -> String {
    format!("{:032x}", xxhash_rust::xxh3::xxh3_128(bytes))
}

/// Every sequence that the batches replace or withdraw.
pub(crate) fn superseded(folder: &Path, batches: &[Batch]) -> Result<BTreeSet<u64>, Error> {
    let mut all = BTreeSet::new();
    for part in batches.iter().filter_map(|batch| batch.superseded.as_ref()) {
        all.extend(columns::sequences(&columns::read(folder, part, &["sequence"])?)?);
    }
    Ok(all)
}

/// The complete batches, in order and without overlap.
#[derive(Debug)]
pub(crate) struct Batches(Vec<Batch>);

impl Batches {
    /// Reads the manifests, checks that every part is there in full length, and removes everything else.
    pub(crate) fn open(folder: &Path) -> Result<Self, Error> {
        disk::create_folder(folder)?;
        let mut batches = Vec::new();
        for path in disk::list(&folder.join(MANIFESTS))? {
            if path.extension().is_some_and(|ending| ending == "json") {
                batches.push(read_manifest(&path)?);
            }
        }
        // The widest of those that begin together comes first, so that a merged batch hides what it was made from.
        batches.sort_by(|a, b| a.from.cmp(&b.from).then(b.to.cmp(&a.to)));
        let mut kept: Vec<Batch> = Vec::new();
        for batch in batches {
            match kept.last() {
                Some(last) if batch.lies_within(last) => {}
                Some(last) if batch.from <= last.to => {
                    let reason = format!("it overlaps {:012}-{:012}", last.from, last.to);
                    return Err(Error::Damaged { path: batch.manifest(folder), reason });
                }
                _ => kept.push(batch),
            }
        }
        for part in kept.iter().flat_map(Batch::files) {
            check_length(folder, part)?;
        }
        let batches = Self(kept);
        batches.remove_leftovers(folder)?;
        Ok(batches)
    }

    /// Makes a batch count, and removes the batches that it covers.
    pub(crate) fn publish(&mut self, folder: &Path, batch: Batch) -> Result<(), Error> {
        let manifest = serde_json::to_vec_pretty(&batch).expect("a manifest has only text keys");
        disk::write(&batch.manifest(folder), &manifest)?;
        let (covered, mut kept): (Vec<_>, Vec<_>) = self.0.drain(..).partition(|old| old.lies_within(&batch));
        kept.push(batch);
        kept.sort_by_key(|batch| batch.from);
        self.0 = kept;
        for old in covered {
            disk::remove(&old.manifest(folder))?;
            for part in old.files() {
                disk::remove(&folder.join(&part.path))?;
            }
        }
        Ok(())
    }

    pub(crate) fn last_sequence(&self) -> u64 {
        self.0.last().map_or(0, |batch| batch.to)
    }

    pub(crate) fn all(&self) -> &[Batch] {
        &self.0
    }

    /// The small batches at the end, oldest first.
    pub(crate) fn small_ones(&self) -> Vec<Batch> {
        let large = self.0.iter().rposition(|batch| batch.rows() >= SMALL_ROWS);
        self.0[large.map_or(0, |position| position + 1)..].to_vec()
    }

    fn remove_leftovers(&self, folder: &Path) -> Result<(), Error> {
        let listed: BTreeSet<PathBuf> = self
            .0
            .iter()
            .flat_map(|batch| batch.files().map(|part| folder.join(&part.path)).chain([batch.manifest(folder)]))
            .collect();
        for inner in disk::list(folder)?.into_iter().filter(|path| path.is_dir()) {
            for path in disk::list(&inner)? {
                let ours = path.extension().is_some_and(|e| e == "parquet" || e == "json" || e == disk::UNFINISHED);
                if ours && !listed.contains(&path) {
                    disk::remove(&path)?;
                }
            }
            // A folder that still holds something stays; that is what the error says.
            let _ = fs::remove_dir(&inner);
        }
        Ok(())
    }
}

fn read_manifest(path: &Path) -> Result<Batch, Error> {
    /// The one field that every version has.
    #[derive(Deserialize)]
    struct Version {
        schema: u32,
    }
    let damaged = |reason: String| Error::Damaged { path: path.to_owned(), reason };
    let bytes = fs::read(path).map_err(disk::failed("read", path))?;
    let version: Version = serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
    if version.schema != SCHEMA {
        return Err(damaged(format!("it has schema {}, this program writes {SCHEMA}", version.schema)));
    }
    let batch: Batch = serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
    let within = |part: &Part| Path::new(&part.path).components().all(|c| matches!(c, std::path::Component::Normal(_)));
    match batch.from <= batch.to && batch.files().all(within) {
        true => Ok(batch),
        false => Err(damaged("it names a range or a file that cannot be".to_owned())),
    }
}

fn check_length(folder: &Path, part: &Part) -> Result<(), Error> {
    let path = folder.join(&part.path);
    let reason = match fs::metadata(&path) {
        Ok(found) if found.len() == part.bytes => return Ok(()),
        Ok(found) => format!("it has {} bytes instead of {}", found.len(), part.bytes),
        Err(_) => "it is missing".to_owned(),
    };
    Err(Error::Damaged { path, reason })
}
