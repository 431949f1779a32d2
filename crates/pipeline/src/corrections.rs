//! `Corrections`: what people said about documents, as of each revision.
//!
//! A decision repeats its document's latest revision under the decision's name. Revisions before that were grouped
//! without it, and later ones found their stories beside them; so a replay may lay it over those alone that came with it
//! or after it, or it would group otherwise than was seen live.

use crate::Error;
use issues::Human;
use model::{Decision, DocumentKey, StoredItem};
use std::collections::BTreeMap;
use store::Truth;

/// Decisions by the document that they are about, in the order in which they were recorded.
pub(crate) struct Corrections(BTreeMap<DocumentKey, Vec<Decision>>);

impl Corrections {
    pub(crate) fn of(truth: &Truth) -> Result<Self, Error> {
        let mut about: BTreeMap<DocumentKey, Vec<Decision>> = BTreeMap::new();
        for decision in truth.decisions()? {
            if let Some(document) = decision.act.document() {
                about.entry(document.clone()).or_default().push(decision);
            }
        }
        Ok(Self(about))
    }

    /// What holds for each of these items that something was said about, by sequence.
    pub(crate) fn at(&self, items: &[StoredItem], truth: &Truth) -> Result<BTreeMap<u64, Human>, Error> {
        let mut found = BTreeMap::new();
        // Keys are built of two texts; most offices have said nothing about any document.
        if self.0.is_empty() {
            return Ok(found);
        }
        for stored in items {
            let key = stored.item.key();
            let Some(decisions) = self.0.get(&key) else { continue };
            let repeats = truth.repeats(&key)?;
            let held = decisions.iter().rposition(|decision| {
                repeats.iter().any(|(sequence, by)| *sequence <= stored.sequence && *by == decision.id)
            });
            if let Some(last) = held {
                found.insert(stored.sequence, Human::of(&decisions[..=last]));
            }
        }
        Ok(found)
    }
}
