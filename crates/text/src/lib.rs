//! Stored bytes to readable `Document`s, and the words that everybody reads text with.
//!
//! `StoredItem` → charset → HTML or plain text → mojibake repaired → boilerplate taken off → dates, coverage → `Document`.
//!
//! Invariant: reading never fails. Whatever is strange about an item becomes a `Problem` beside the document;
//! whatever comes from outside has an upper bound (bytes, tags, nesting, links).
//! The crate reads no files, clocks or sockets, and judges nothing: topics, tone and quotes are the analysis's.

// In the order in which an item passes through them.
mod read;

mod charset;
mod html;
mod nesting;
mod page;

mod article;
mod furniture;
mod tree;

mod boilerplate;
mod coverage;
pub mod dates;
mod mojibake;

mod language;
mod personal;
mod url;

// What words are, and what they mean.
mod claims;
pub mod lexicons;
pub mod words;

pub use charset::decode;
pub use claims::claim_words;
pub use language::language;
pub use lexicons::*;
pub use mojibake::repair;
pub use personal::{mask, personal_data, private_names};
pub use read::Reader;
pub use url::canonical_url;
