//! The nouns of Pesut, in the order of the flow, as plain data.
//!
//! `RawItem → Document → Analysis → Record → Issue → Brief`
//!
//! Invariant: no IO. Nothing here reads a file, a clock, a socket or the environment, and
//! nothing here decides anything: crates on one level do not know each other, they meet in these types.

mod ids;

mod problem;

mod raw;

mod document;

mod analysis;

mod record;

mod health;

mod issue;

mod trend;

mod alert;

mod claim;

mod decision;

mod tables;

mod layout;

mod workflow;

mod delivery;

mod brief;

mod region;

mod hours;

mod playbook;
mod wording;

mod kind;

pub use alert::*;
pub use analysis::*;
pub use brief::*;
pub use claim::*;
pub use decision::*;
pub use delivery::*;
pub use document::*;
pub use health::*;
pub use hours::*;
pub use ids::*;
pub use issue::*;
pub use kind::Kind;
pub use layout::*;
pub use playbook::*;
pub use problem::Problem;
pub use raw::*;
pub use record::*;
pub use region::*;
pub use tables::*;
pub use trend::*;
pub use wording::*;
pub use workflow::*;
