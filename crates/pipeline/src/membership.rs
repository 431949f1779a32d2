//! Which issue a document stands in: a small table beside the facts, made when first asked for.
//!
//! Membership changes whenever documents arrive, so it is never a column of the facts. The table names the truth
//! sequence and lexicons that it was made from; with others it is made anew.

use crate::{Error, Office, answers::write_whole};
use model::{DocumentKey, IssueId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Above so many documents a search does not group them all just to name an issue; `issues --date` still does.
const DOCUMENTS_MAX: u64 = 50_000;

#[derive(Default, Serialize, Deserialize)]
struct Membership {
    sequence: u64,
    lexicons: String,
    issues: BTreeMap<String, IssueId>,
}

impl Office {
    /// The issue of every document, by key; empty where there are too many documents to group for a search.
    ///
    /// # Errors
    /// The index cannot be read, or the table cannot be written.
    pub(crate) fn membership(&self) -> Result<BTreeMap<String, IssueId>, Error> {
        let path = self.data_dir.path().join("derived/membership.json");
        let (sequence, lexicons) = (self.index.last_sequence(), &self.lexicons.version);
        // A table that cannot be read is as good as none: it is made anew.
        let kept: Option<Membership> = std::fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        if let Some(kept) = kept.filter(|kept| kept.sequence == sequence && kept.lexicons == *lexicons) {
            return Ok(kept.issues);
        }
        if self.index.searcher().count() > DOCUMENTS_MAX {
            return Ok(BTreeMap::new());
        }
        let grouping = self.issues(None)?.grouping;
        let members = grouping.issues.iter().flat_map(|issue| {
            let members = issue.stories.iter().flat_map(|story| &story.members);
            members.map(|member: &DocumentKey| (member.to_string(), issue.id.clone()))
        });
        let made = Membership { sequence, lexicons: lexicons.clone(), issues: members.collect() };
        let bytes = serde_json::to_vec(&made).expect("plain data becomes JSON");
        write_whole(&path, &bytes)?;
        Ok(made.issues)
    }
}
