//! Zeeschuimer: NDJSON, each line a raw object of a platform in an envelope; `raw` reads the objects.

use super::{Export, nothing_more};
use crate::Evidence;
use model::SourceKind;

pub(crate) const EXPORT: Export = Export {
    name: "zeeschuimer",
    summary: "Zeeschuimer: NDJSON of TikTok, Instagram, X, Threads, Facebook and LinkedIn posts, TikTok and Instagram comments",
    evidence: Evidence::Documented("zs-background.js and modules of Zeeschuimer; map_item of 4CAT's datasources"),
    // A table never has this shape.
    signs: &[],
    columns: &[],
    platform: None,
    kind: SourceKind::Post,
    utc: true,
    finish: nothing_more,
};
