//! The `[[deliver]]` entry of a mail server, checked.

use super::address;
use lettre::message::Mailbox;
use lettre::transport::smtp::client::{Certificate, CertificateStore, TlsParameters};
use net::{HostPort, SecretRef};
use serde::Deserialize;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// The largest file of root certificates.
const ROOT_BYTES_MAX: u64 = 1 << 20;

/// As written in the pipeline.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Options {
    /// The mail server: `surat.kantor.example:465`.
    pub(super) server: HostPort,
    /// How the way to it is protected.
    #[serde(default)]
    pub(super) security: Security,
    /// Who logs in, as itself or as `env:` or `file:`; nobody where absent.
    pub(super) user: Option<String>,
    /// With which password.
    pub(super) password: Option<SecretRef>,
    /// The address of the sender.
    from: String,
    /// The sender's name, as readers see it.
    from_name: Option<String>,
    /// Where answers go, where not to the sender.
    reply_to: Option<String>,
    /// A file of root certificates (PEM) of the office's own, besides the public ones.
    roots: Option<PathBuf>,
    /// The name by which this machine greets the server; its host name where absent.
    pub(super) helo: Option<String>,
    /// Servers without encryption that this entry may use besides those of this machine.
    #[serde(default)]
    allow_private: Vec<HostPort>,
    /// Time for a connection, and for every answer but the last one.
    #[serde(default = "timeout")]
    pub(super) timeout_seconds: u32,
    /// Time for the answer that decides. Short here means mails that arrive twice: the server has the mail already, and
    /// RFC 5321 (4.5.3.2.6) gives it ten minutes.
    #[serde(default = "answer_timeout")]
    pub(super) answer_timeout_seconds: u32,
    /// A warning is given above this size of a whole mail.
    #[serde(default = "bytes_max")]
    pub(super) bytes_max: u64,
    /// Mails before the connection is made anew; servers cut off who sends many (OpenSMTPD after 100).
    #[serde(default = "mails_per_connection")]
    pub(super) mails_per_connection: u32,
}

/// How the way to the server is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Security {
    /// From the first byte, usually port 465.
    #[default]
    Tls,
    /// From the command STARTTLS on, usually port 587; a server that does not offer it gets nothing.
    Starttls,
    /// Not at all: to this machine, and to servers named in `allow_private`.
    None,
}

fn timeout() -> u32 {
    60
}

fn answer_timeout() -> u32 {
    600
}

fn bytes_max() -> u64 {
    // What common servers take (Exchange 25–36 MB, Postfix 10 MB by default, Gmail 25 MB) without their borderline cases.
    20_000_000
}

fn mails_per_connection() -> u32 {
    50
}

/// Who a mail is from.
#[derive(Clone, Debug)]
pub(super) struct Sender {
    pub(super) from: Mailbox,
    pub(super) reply_to: Option<Mailbox>,
}

impl Options {
    /// Refuses what cannot work or should not.
    pub(super) fn check(&self) -> Result<(), String> {
        let plain_is_meant = is_this_machine(&self.server) || self.allow_private.contains(&self.server);
        if self.security == Security::None && !plain_is_meant {
            return Err(format!(
                "`security` = \"none\" would send the brief and the password readable to everybody on the way; use \"tls\" or \
                 \"starttls\", or name the server in allow_private = [\"{}\"] where the way lies inside the office",
                self.server
            ));
        }
        if self.user.is_some() != self.password.is_some() {
            return Err(
                "a login needs both `user` and `password`; leave out both where the server asks for none".into()
            );
        }
        if self.security == Security::None && self.roots.is_some() {
            return Err("`roots` means nothing where security = \"none\"".into());
        }
        let is_name = |name: &str| {
            !name.is_empty()
                && name.len() <= 255
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte))
        };
        if self.helo.as_deref().is_some_and(|name| !is_name(name)) {
            return Err("`helo` is the name of this machine, such as \"pesut.kantor.example\"".into());
        }
        if self.timeout_seconds == 0 || self.answer_timeout_seconds == 0 || self.mails_per_connection == 0 {
            return Err("`timeout_seconds`, `answer_timeout_seconds` and `mails_per_connection` are at least 1".into());
        }
        Ok(())
    }

    /// The sender, as it stands in every mail.
    pub(super) fn sender(&self) -> Result<Sender, String> {
        let address =
            |key: &str, text: &str| address::parse(text).map_err(|error| format!("`{key}` is not an address: {error}"));
        let name = self.from_name.as_deref().map(super::letter::clean).filter(|name| !name.is_empty());
        let reply_to = self.reply_to.as_deref().map(|text| address("reply_to", text)).transpose()?;
        Ok(Sender {
            from: Mailbox::new(name, address("from", &self.from)?),
            reply_to: reply_to.map(|address| Mailbox::new(None, address)),
        })
    }

    /// How the server proves who it is; nothing where the way is not protected.
    pub(super) fn tls(&self, base: &Path) -> Result<Option<TlsParameters>, String> {
        if self.security == Security::None {
            return Ok(None);
        }
        let mut builder =
            TlsParameters::builder(host(&self.server).to_owned()).certificate_store(CertificateStore::WebpkiRoots);
        if let Some(path) = &self.roots {
            builder = builder.add_root_certificate(roots(&base.join(path))?);
        }
        let tls = builder.build().map_err(|error| format!("`roots` cannot be used: {error}"))?;
        Ok(Some(tls))
    }
}

/// The host as the system's resolver and a certificate spell it.
pub(super) fn host(server: &HostPort) -> &str {
    server.host().trim_start_matches('[').trim_end_matches(']')
}

fn is_this_machine(server: &HostPort) -> bool {
    let host = host(server);
    host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// All certificates of one file.
fn roots(path: &Path) -> Result<Certificate, String> {
    let failed = |error: &dyn std::fmt::Display| format!("the root certificates in {}: {error}", path.display());
    if std::fs::metadata(path).map_err(|error| failed(&error))?.len() > ROOT_BYTES_MAX {
        return Err(failed(&"larger than 1 MiB"));
    }
    let pem = std::fs::read(path).map_err(|error| failed(&error))?;
    if !pem.windows(27).any(|window| window == b"-----BEGIN CERTIFICATE-----") {
        return Err(failed(&"no certificate in it (PEM is meant)"));
    }
    Certificate::from_pem(&pem).map_err(|error| failed(&error))
}
