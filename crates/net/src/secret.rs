//! Passwords, keys and tokens: where they are kept, and values that never show themselves.

use serde::Deserialize;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

/// The largest secret that is read from a file.
const BYTES_MAX: u64 = 16 << 10;

/// Where a secret is kept: `env:NAME` or `file:PATH`. Nothing else is accepted, so that none stands in a pipeline file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum SecretRef {
    /// An environment variable.
    Env(String),
    /// A file that holds nothing else.
    File(PathBuf),
}

/// A secret. It prints as dots, so that no log, error or dump repeats it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<str>);

/// A secret that is not where the pipeline says.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The variable is not set, or empty.
    #[error("the environment variable {0} is not set; it holds a secret of this source")]
    Env(String),
    /// The file cannot be read.
    #[error("the secret in {} cannot be read", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file is empty, too large or no text.
    #[error("{} holds no secret: {reason}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: &'static str,
    },
}

impl SecretRef {
    /// Reads the secret, at the moment it is needed: it may be renewed while the program runs.
    ///
    /// # Errors
    /// It is not there.
    pub fn read(&self) -> Result<Secret, SecretError> {
        let text = match self {
            Self::Env(name) => std::env::var(name).map_err(|_| SecretError::Env(name.clone()))?,
            Self::File(path) => {
                let failed = |source| SecretError::File { path: path.clone(), source };
                if std::fs::metadata(path).map_err(failed)?.len() > BYTES_MAX {
                    return Err(SecretError::Content { path: path.clone(), reason: "it is larger than 16 KiB" });
                }
                std::fs::read_to_string(path).map_err(failed)?
            }
        };
        match (text.trim(), self) {
            ("", Self::Env(name)) => Err(SecretError::Env(name.clone())),
            ("", Self::File(path)) => Err(SecretError::Content { path: path.clone(), reason: "it is empty" }),
            (text, _) => Ok(Secret::new(text)),
        }
    }
}

impl FromStr for SecretRef {
    type Err = String;

    fn from_str(value: &str) -> Result<Self, String> {
        match value.split_once(':') {
            Some(("env", name)) if !name.trim().is_empty() => Ok(Self::Env(name.trim().to_owned())),
            Some(("file", path)) if !path.trim().is_empty() => Ok(Self::File(path.trim().into())),
            // The value is not repeated: somebody may just have written the secret itself.
            _ => Err("a secret is written as env:NAME or file:PATH, never as itself".to_owned()),
        }
    }
}

impl TryFrom<String> for SecretRef {
    type Error = String;

    fn try_from(value: String) -> Result<Self, String> {
        value.parse()
    }
}

impl Secret {
    /// Wraps a secret.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The secret itself, for the one place that sends it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_references_only_and_never_repeats_a_secret() {
        assert_eq!("env:KUNCI".parse(), Ok(SecretRef::Env("KUNCI".into())));
        assert_eq!("file:/run/kunci".parse(), Ok(SecretRef::File("/run/kunci".into())));
        for wrong in ["rahasia123", "env:", "file: ", "https://x.example"] {
            let error = wrong.parse::<SecretRef>().unwrap_err();
            assert!(error.contains("env:NAME") && !error.contains("rahasia123"), "{error}");
        }
        assert_eq!(format!("{:?}", Secret::new("rahasia123")), "Secret(…)");
    }

    #[test]
    fn reads_a_file_without_its_line_end() {
        let file = std::env::temp_dir().join(format!("pesut-secret-{}", std::process::id()));
        std::fs::write(&file, "rahasia123\n").unwrap();
        assert_eq!(SecretRef::File(file.clone()).read().unwrap().reveal(), "rahasia123");
        std::fs::write(&file, "\n").unwrap();
        assert!(SecretRef::File(file.clone()).read().unwrap_err().to_string().contains("empty"));
        std::fs::remove_file(&file).unwrap();
        assert!(matches!(SecretRef::File(file).read(), Err(SecretError::File { .. })));
        let error = SecretRef::Env("PESUT_TEST_TIDAK_ADA".into()).read().unwrap_err();
        assert!(error.to_string().contains("PESUT_TEST_TIDAK_ADA"));
    }
}
