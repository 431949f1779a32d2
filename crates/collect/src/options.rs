//! Reads a `[[collect]]` table into the options of one kind.

use serde::de::DeserializeOwned;

/// Reads the whole table; every struct denies unknown fields, so a typing error names itself and the known keys.
pub(crate) fn options<T: DeserializeOwned>(table: &toml::Table) -> Result<T, String> {
    table.clone().try_into().map_err(|error: toml::de::Error| {
        // The message alone does not say which key holds a wrong value; the long form ends in "in `key`".
        let long = error.to_string();
        match long.split_once("\nin `").and_then(|(_, key)| key.split('`').next()) {
            Some(key) => format!("`{key}`: {}", error.message()),
            None => error.message().to_owned(),
        }
    })
}

/// Checks that a source's address is one.
pub(crate) fn web_address(url: &str) -> Result<url::Url, String> {
    match url::Url::parse(url) {
        Ok(parsed) if matches!(parsed.scheme(), "http" | "https") && parsed.has_host() => Ok(parsed),
        _ => Err(format!("`url` is \"{url}\", which is no web address such as \"https://media.example/feed/\"")),
    }
}
