//! One entry of the list of collectors: how it is built, and what an office has to know before it uses it.

use crate::{BuildContext, Collector};
use model::Kind;

/// Builds a collector from its whole `[[collect]]` table.
pub type Build = fn(&toml::Table, &BuildContext<'_>) -> Result<Box<dyn Collector>, String>;

/// A way of collecting, with its page in the reference.
pub struct Connector {
    /// Name, summary, example and builder.
    pub kind: Kind<Build>,
    /// What the interface allows: rates, quotas, sizes, how far back it reaches.
    pub limits: &'static str,
    /// What its owner permits and forbids, and what follows for an office.
    pub terms: &'static str,
    /// True where it goes back to where it stopped, however long ago that was; a feed only shows its latest entries.
    pub reaches_back: bool,
    /// Where the shapes come from that its tests check it against.
    pub evidence: Evidence,
}

/// How well founded a collector is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// It was run against the real server software, or against recorded exchanges of it; named here.
    Real(&'static str),
    /// It follows published documentation; named here.
    Documented(&'static str),
    /// It follows what somebody remembers of the interface; said here.
    Memory(&'static str),
}

impl Evidence {
    /// True where the shapes rest on a real server or on its documentation.
    pub fn is_tested(self) -> bool {
        !matches!(self, Self::Memory(_))
    }

    /// One line for the reference and the list of sources.
    pub fn label(self) -> String {
        match self {
            Self::Real(what) => format!("teruji: {what}"),
            Self::Documented(what) => format!("menurut dokumentasi: {what}"),
            Self::Memory(what) => format!("belum diuji: {what}"),
        }
    }
}
