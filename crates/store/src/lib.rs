//! Keeps truth, answers searches.
//!
//! `RawItem`s go into one SQLite file, sealed and exactly once; `Record`s go into a search index
//! that may be deleted at any time and is filled again from truth.
//!
//! Invariant: a raw item is never edited. Nothing but this crate knows where truth and index live.

mod data_dir;

mod keys;

mod seal;

mod rows;

mod truth;

mod sources;

mod decision_line;

mod decisions;

mod alerts;

mod editions;

mod deliveries;

mod verify;

mod query;

mod index;

mod claims;

mod error;

pub use alerts::StoredNotice;
pub use claims::{ClaimIndex, read_fact_checks};
pub use data_dir::DataDir;
pub use decision_line::{DecisionLines, decision, read_decision, read_decisions};
pub use decisions::{Recorded, Refused};
pub use deliveries::{DeliveryEvent, OperatorNotice, TruthView, is_due};
pub use editions::{Draft, content_hash};
pub use error::{Error, Result};
pub use index::{Hit, Hits, Index, IndexOptions, Opened, SearchOptions, Searcher, Sort};
pub use keys::KeySource;
pub use query::{Facet, Query, QueryError, Vocabulary};
pub use seal::{SealedItem, Sealer};
pub use sources::{GapChange, SourceRegistry, Volumes};
pub use truth::{Appended, Batch, Counts, DamagedItem, Truth};
