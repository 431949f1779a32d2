//! Verification: reads everything in truth and says what is wrong with it.

use crate::{Result, Truth};

/// Enough to see what happened; a disk that fails everywhere must not fill the terminal.
const FINDINGS_MAX: usize = 100;
const BATCH_ITEMS: usize = 5_000;

impl Truth {
    /// Checks the file's structure, opens every item and compares counts. Nothing found means that truth is whole.
    pub fn verify(&self) -> Result<Vec<String>> {
        let mut findings = self.integrity()?;
        let mut read = 0;
        let mut last = 0;
        loop {
            let batch = self.read_after(last, BATCH_ITEMS)?;
            if batch.is_empty() {
                break;
            }
            last = batch.last_sequence;
            read += (batch.items.len() + batch.damaged.len()) as u64;
            findings.extend(batch.damaged.iter().map(ToString::to_string));
        }
        let counted = self.count()?.revisions;
        if read != counted {
            findings.push(format!("{counted} items are counted, but {read} can be read"));
        }
        if last > self.last_sequence()? {
            findings.push(format!("item {last} lies after the last sequence that was given"));
        }
        findings.extend(self.verify_decisions()?);
        findings.extend(self.verify_editions()?);
        let more = findings.len().saturating_sub(FINDINGS_MAX);
        if more > 0 {
            findings.truncate(FINDINGS_MAX);
            findings.push(format!("and {more} more"));
        }
        Ok(findings)
    }

    fn integrity(&self) -> Result<Vec<String>> {
        let mut findings = Vec::new();
        let mut statement = self.connection.prepare("PRAGMA integrity_check(20)")?;
        for line in statement.query_map([], |row| row.get::<_, String>(0))? {
            let line = line?;
            if line != "ok" {
                findings.push(format!("database: {line}"));
            }
        }
        // Each revision names the one before it; all revisions of an item are erased together.
        let sql = "SELECT count(*) FROM items AS item WHERE replaces IS NOT NULL AND NOT EXISTS (
                       SELECT 1 FROM items AS earlier
                       WHERE earlier.sequence = item.replaces AND earlier.source = item.source AND earlier.id = item.id)";
        let lost: u64 = self.connection.query_row(sql, [], |row| row.get(0))?;
        if lost > 0 {
            findings.push(format!("{lost} revisions replace one that is not there"));
        }
        Ok(findings)
    }
}
