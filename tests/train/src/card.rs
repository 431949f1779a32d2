//! The model card.

use anyhow::Result;

/// A section about a model file.
pub fn file(name: &str, bytes: &[u8]) -> String {
    format!("`{name}`: {} bytes, BLAKE3 `{}`.\n", bytes.len(), blake3::hash(bytes).to_hex())
}

/// The whole card.
pub fn page(sections: &[String], lexicons: &str) -> Result<String> {
    Ok(format!("# Model card\n\nlexicons {lexicons}\n\n{}", sections.join("\n")))
}
