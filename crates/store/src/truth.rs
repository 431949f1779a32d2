//! `Truth`: every raw item, once, in the order in which it was received.

use crate::{
    DataDir, Error, KeySource, Result, SealedItem, Sealer,
    keys::Keys,
    rows::{self, COLUMNS},
    sources,
};
use model::{DocumentKey, RawItem, SourceName, StoredItem};
use rusqlite::{Connection, OptionalExtension, Row, params};
use rusqlite_migration::{M, Migrations};
use std::path::Path;

/// Add a file and a line at the end; never change one that was released.
const MIGRATIONS: &[M<'_>] = &[
    M::up(include_str!("../migrations/1_truth.sql")),
    M::up(include_str!("../migrations/2_sources.sql")),
    M::up(include_str!("../migrations/3_decisions.sql")),
    M::up(include_str!("../migrations/4_deliveries.sql")),
];

/// A batch is cut here, so that a thousand large pages do not have to fit in memory at once.
const BATCH_BYTES_MAX: usize = 32 << 20;

/// The truth database; only the owner of the data directory may have one open.
pub struct Truth {
    pub(crate) connection: Connection,
    pub(crate) sealer: Sealer,
}

/// What became of the items of one batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Appended {
    /// Items never seen before.
    pub imported: u64,
    /// New revisions of known items.
    pub updated: u64,
    /// Revisions that were already there, and items that were erased and may not come back.
    pub unchanged: u64,
    /// The last sequence in truth after the batch.
    pub last_sequence: u64,
}

/// Stored items in the order of their sequences.
#[derive(Debug, Default)]
pub struct Batch {
    /// Items that opened.
    pub items: Vec<StoredItem>,
    /// Items that did not, so that one bad row costs only itself.
    pub damaged: Vec<DamagedItem>,
    /// The last sequence of the batch; where nothing follows, the one that was asked from.
    pub last_sequence: u64,
}

impl Batch {
    /// True where nothing follows.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty() && self.damaged.is_empty()
    }
}

/// A stored item whose bytes are not what was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("item {sequence} ({}, {}) is not what was written", .key.source, .key.id)]
pub struct DamagedItem {
    /// Position in truth.
    pub sequence: u64,
    /// Which item.
    pub key: DocumentKey,
}

/// Whether new items count towards the usual volume of their source: those of an import say nothing about it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Volume {
    Counted,
    Ignored,
}

/// How much truth holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Every revision of every item.
    pub revisions: u64,
    /// Distinct items.
    pub documents: u64,
}

impl Truth {
    /// Opens the database of a data directory; creates it, its keys and its tables where needed.
    pub fn open(data_dir: &DataDir, keys: &KeySource) -> Result<Self> {
        let path = data_dir.truth();
        let connection = connect(&path)?;
        let keys = Keys::open(keys, data_dir, &connection)?;
        Ok(Self { connection, sealer: Sealer::new(&keys) })
    }

    /// What prepares items for [`Self::append_sealed`]; may be used on many threads.
    pub fn sealer(&self) -> Sealer {
        self.sealer.clone()
    }

    /// Seals and stores what a source gave and moves its cursor, all or nothing; counts what it usually brings.
    pub fn append(&mut self, items: Vec<RawItem>, cursor: Option<(&SourceName, &str)>) -> Result<Appended> {
        let items: Vec<_> = items.into_iter().map(|item| self.sealer.seal(item)).collect::<Result<_>>()?;
        self.insert(&items, cursor, Volume::Counted)
    }

    /// Stores sealed items and moves their source's cursor, all or nothing.
    pub fn append_sealed(&mut self, items: &[SealedItem], cursor: Option<(&SourceName, &str)>) -> Result<Appended> {
        self.insert(items, cursor, Volume::Ignored)
    }

    fn insert(
        &mut self,
        items: &[SealedItem],
        cursor: Option<(&SourceName, &str)>,
        volume: Volume,
    ) -> Result<Appended> {
        let transaction = self.connection.transaction()?;
        let mut appended = insert_new(&transaction, items, volume)?;
        if let Some((source, cursor)) = cursor {
            transaction.execute(
                "INSERT INTO cursors (source, cursor, updated_at) VALUES (?1, ?2, strftime('%Y-%m-%dT%H:%M:%SZ'))
                 ON CONFLICT (source) DO UPDATE SET cursor = excluded.cursor, updated_at = excluded.updated_at",
                [source.as_str(), cursor],
            )?;
        }
        appended.last_sequence = last_sequence(&transaction)?;
        transaction.commit()?;
        Ok(appended)
    }

    /// How far a source has been read.
    pub fn cursor(&self, source: &SourceName) -> Result<Option<String>> {
        let sql = "SELECT cursor FROM cursors WHERE source = ?1";
        Ok(self.connection.query_row(sql, [source.as_str()], |row| row.get(0)).optional()?)
    }

    /// The items after a sequence, at most `limit` of them and fewer where they are large.
    /// Every revision is given; an item's latest is the one with the highest sequence.
    pub fn read_after(&self, sequence: u64, limit: usize) -> Result<Batch> {
        let sql = format!("SELECT {COLUMNS} FROM items WHERE sequence > ?1 ORDER BY sequence LIMIT ?2");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params![sequence, limit])?;
        let mut batch = Batch { last_sequence: sequence, ..Batch::default() };
        let mut bytes = 0;
        while bytes < BATCH_BYTES_MAX
            && let Some(row) = rows.next()?
        {
            batch.last_sequence = row.get("sequence")?;
            match self.stored_item(row) {
                Some(stored) => {
                    bytes += stored.item.body.len();
                    batch.items.push(stored);
                }
                None => batch.damaged.push(rows::damaged(row)?),
            }
        }
        Ok(batch)
    }

    /// The latest revision of one item.
    pub fn latest(&self, key: &DocumentKey) -> Result<Option<StoredItem>> {
        let sql = format!("SELECT {COLUMNS} FROM items WHERE source = ?1 AND id = ?2 ORDER BY sequence DESC LIMIT 1");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([key.source.as_str(), key.id.as_str()])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        match self.stored_item(row) {
            Some(stored) => Ok(Some(stored)),
            None => Err(rows::damaged(row)?.into()),
        }
    }

    /// How much truth holds.
    pub fn count(&self) -> Result<Counts> {
        // The first revision of an item replaces nothing, and all revisions of an item go together.
        let sql = "SELECT count(*), count(*) FILTER (WHERE replaces IS NULL) FROM items";
        Ok(self.connection.query_row(sql, [], |row| Ok(Counts { revisions: row.get(0)?, documents: row.get(1)? }))?)
    }

    /// The last sequence ever given, also where that item has been erased since.
    pub fn last_sequence(&self) -> Result<u64> {
        Ok(last_sequence(&self.connection)?)
    }

    /// Erases every revision of an item and keeps a tombstone, so that it is not collected again.
    /// Gives back whether anything was there; the caller erases it from what is derived.
    pub fn remove(&mut self, key: &DocumentKey) -> Result<bool> {
        let identity = [key.source.as_str(), key.id.as_str()];
        let transaction = self.connection.transaction()?;
        let removed = transaction.execute("DELETE FROM items WHERE source = ?1 AND id = ?2", identity)?;
        transaction.execute(
            "INSERT OR IGNORE INTO tombstones (source, id, removed_at)
             VALUES (?1, ?2, strftime('%Y-%m-%dT%H:%M:%SZ'))",
            identity,
        )?;
        transaction.commit()?;
        // The write-ahead log still holds the deleted pages.
        self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(removed > 0)
    }

    /// Everything that was erased, so that what is derived can forget it too.
    pub fn tombstones(&self) -> Result<Vec<DocumentKey>> {
        let mut statement = self.connection.prepare("SELECT source, id FROM tombstones ORDER BY source, id")?;
        let rows = statement.query_map([], |row| {
            Ok(DocumentKey { source: row.get::<_, String>(0)?.into(), id: row.get::<_, String>(1)?.into() })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The item of one row of [`COLUMNS`]; `None` where the row is damaged.
    pub(crate) fn stored_item(&self, row: &Row<'_>) -> Option<StoredItem> {
        let rows::SealedRow { mut stored, body_hash, body } = rows::read(row).ok()?;
        stored.item = self.sealer.open(SealedItem { item: stored.item, body_hash, body })?;
        Some(stored)
    }
}

fn connect(path: &Path) -> Result<Connection> {
    let mut connection = Connection::open(path).map_err(Error::open(path))?;
    let found: usize = connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(Error::open(path))?;
    if found > MIGRATIONS.len() {
        return Err(Error::NewerSchema { path: path.to_owned(), found, known: MIGRATIONS.len() });
    }
    for (name, value) in [
        // A committed batch survives a power cut.
        ("journal_mode", "WAL"),
        ("synchronous", "FULL"),
        ("foreign_keys", "ON"),
        // Erased bytes do not survive in free pages.
        ("secure_delete", "ON"),
        // In pages, 16 MiB: a bulk import otherwise spends its time moving the same few pages again and again.
        ("wal_autocheckpoint", "4096"),
        // In KiB.
        ("cache_size", "-65536"),
    ] {
        connection.pragma_update(None, name, value).map_err(Error::open(path))?;
    }
    Migrations::from_slice(MIGRATIONS).to_latest(&mut connection).map_err(Error::open(path))?;
    Ok(connection)
}

fn insert_new(connection: &Connection, items: &[SealedItem], volume: Volume) -> Result<Appended> {
    let mut appended = Appended::default();
    let mut new = Vec::new();
    let mut known = connection.prepare_cached(
        "SELECT revision, sequence, first_seen_at FROM items WHERE source = ?1 AND id = ?2 ORDER BY sequence DESC",
    )?;
    let mut erased = connection.prepare_cached("SELECT 1 FROM tombstones WHERE source = ?1 AND id = ?2")?;
    let mut insert = rows::prepare_insert(connection)?;
    for sealed in items {
        let item = &sealed.item;
        let identity = [item.source.as_str(), item.id.as_str()];
        let mut latest = None;
        let mut unchanged = erased.exists(identity)?;
        let mut revisions = known.query(identity)?;
        while !unchanged && let Some(row) = revisions.next()? {
            unchanged = row.get::<_, String>(0)? == item.revision;
            if latest.is_none() {
                latest = Some((row.get(1)?, row.get(2)?));
            }
        }
        match (unchanged, &latest) {
            (true, _) => appended.unchanged += 1,
            (false, None) => {
                appended.imported += 1;
                new.push(item);
            }
            (false, Some(_)) => appended.updated += 1,
        }
        if !unchanged {
            rows::insert(&mut insert, sealed, latest)?;
        }
    }
    if volume == Volume::Counted && !new.is_empty() {
        sources::count_volumes(connection, new.into_iter())?;
    }
    Ok(appended)
}

fn last_sequence(connection: &Connection) -> rusqlite::Result<u64> {
    let sql = "SELECT seq FROM sqlite_sequence WHERE name = 'items'";
    Ok(connection.query_row(sql, [], |row| row.get(0)).optional()?.unwrap_or(0))
}
