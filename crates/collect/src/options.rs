//! Reads a `[[collect]]` table: what every source has, and the options of one kind.

use crate::{Error, Source};
use model::{SourceKind, SourceName};
use net::{HostPort, Request, Secret, SecretRef};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// What every source may say, whatever its kind.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Common {
    #[serde(rename = "kind")]
    _kind: String,
    /// The source as the pipeline names it.
    pub(crate) name: SourceName,
    /// What sort of voice it is; the kind's own habit where it is absent.
    pub(crate) source_kind: Option<SourceKind>,
    /// Hosts inside the office's own network that this source may reach.
    #[serde(default)]
    pub(crate) allow_private: Vec<HostPort>,
    /// Name for a site behind a login (HTTP basic authentication).
    user: Option<String>,
    /// Its password.
    password: Option<SecretRef>,
}

/// The keys of [`Common`], for the message about an unknown one.
const COMMON: [&str; 6] = ["kind", "name", "source_kind", "allow_private", "user", "password"];

impl Common {
    /// Who the collector speaks for; `kind` where the pipeline does not say.
    pub(crate) fn source(&self, kind: SourceKind) -> Source {
        Source { name: self.name.clone(), kind: self.source_kind.unwrap_or(kind) }
    }

    /// True where the source has a login.
    pub(crate) fn has_login(&self) -> bool {
        self.user.is_some()
    }

    /// The login, where the source has one.
    pub(crate) fn login(&self) -> Result<Option<(String, Secret)>, Error> {
        match (&self.user, &self.password) {
            (Some(user), Some(password)) => Ok(Some((user.clone(), password.read()?))),
            _ => Ok(None),
        }
    }

    /// A request for a page or feed of this source: `robots.txt` is asked first, and a login goes along.
    pub(crate) fn request(&self, url: impl Into<String>) -> Result<Request, Error> {
        let mut request = Request { robots: true, allow_private: self.allow_private.clone(), ..Request::new(url) };
        if let Some((user, password)) = self.login()? {
            request.secret_headers.push(("authorization", basic(&user, &password)));
        }
        Ok(request)
    }
}

fn basic(user: &str, password: &Secret) -> Secret {
    use base64::Engine as _;
    let pair = format!("{user}:{}", password.reveal());
    Secret::new(format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair)))
}

/// Reads the whole table; every struct denies unknown fields, so a typing error names itself and the known keys.
pub(crate) fn options<T: DeserializeOwned>(table: &toml::Table) -> Result<(Common, T), String> {
    // serde cannot both flatten a struct and refuse unknown keys, so the table is divided first.
    let (common, own): (toml::Table, toml::Table) =
        table.clone().into_iter().partition(|(key, _)| COMMON.contains(&key.as_str()));
    let common: Common = read(common)?;
    if common.user.is_some() != common.password.is_some() {
        return Err("`user` and `password` come together".to_owned());
    }
    let own = read(own).map_err(|error| match error.starts_with("unknown field") {
        true => format!("{error}; every source has `{}`", COMMON.join("`, `")),
        false => error,
    })?;
    Ok((common, own))
}

fn read<T: DeserializeOwned>(table: toml::Table) -> Result<T, String> {
    table.try_into().map_err(|error: toml::de::Error| {
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
