//! JSON: the brief itself, for machines.

use crate::{Error, Output, Render};
use model::{Brief, Kind};

pub(crate) const OUTPUT: Output = Output { kind: KIND, suffix: ".json", media_type: "application/json" };

const KIND: Kind<Render> = Kind {
    name: "json",
    summary: "writes the brief as one JSON object, with every figure and reference",
    example: r#"formats = ["json"]"#,
    build: render,
};

/// The brief as indented JSON with a final newline.
pub fn render(brief: &Brief) -> Result<Vec<u8>, Error> {
    let mut bytes = serde_json::to_vec_pretty(brief)?;
    bytes.push(b'\n');
    Ok(bytes)
}
