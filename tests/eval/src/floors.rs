//! Floors: figures that must not fall, and ceilings for errors and times that must not rise.

use crate::table::Table;
use anyhow::{Context, Result};
use std::path::Path;

/// One line for each figure below its floor (above its ceiling), or not measured although it has one.
pub fn below(file: &Path, table: &Table) -> Result<Vec<String>> {
    let content = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let floors: toml::Table = toml::from_str(&content).with_context(|| format!("{} is wrong", file.display()))?;
    let mut found = Vec::new();
    walk("", &floors, &mut |name, floor| {
        // Sets beside the project may be missing; what the project brings along may not.
        let Some(value) = table.value(name) else { return };
        let is_error = ["_error", "_wrong", "_milliseconds"].iter().any(|ending| name.ends_with(ending));
        let bad = if is_error { value > floor } else { value < floor };
        if bad || value.is_nan() {
            found.push(format!("{name} is {value:.4}, its limit {floor}"));
        }
    });
    Ok(found)
}

fn walk(prefix: &str, table: &toml::Table, found: &mut impl FnMut(&str, f64)) {
    for (key, value) in table {
        let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            toml::Value::Table(inner) => walk(&name, inner, found),
            toml::Value::Float(floor) => found(&name, *floor),
            toml::Value::Integer(floor) => found(&name, *floor as f64),
            _ => {}
        }
    }
}
