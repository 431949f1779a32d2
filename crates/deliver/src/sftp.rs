//! Files to a folder of another machine, through the system's own OpenSSH.
//!
//! The server's key must be in the `known_hosts` that the entry names; nothing is asked, nothing is trusted on first use.
//! A file is uploaded under another name and renamed, so that nobody over there reads half of it; sending again writes the
//! same bytes under the same name, and harms nobody.

mod batch;

mod child;

use crate::channel::Build;
use crate::{Channel, Fault, Message, Receipt, http, papers};
use child::{Ended, Staging};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use model::{DeliveryKey, Kind};
use serde::Deserialize;
use std::path::PathBuf;
use std::time::Duration;

pub(crate) const KIND: Kind<Build> = Kind {
    name: "sftp",
    summary: "uploads files to a folder of another machine through OpenSSH",
    example: r#"host = "arsip.kantor.example"
user = "pesut"
path = "masuk/ringkasan"
identity = "kunci/id_ed25519"
known_hosts = "kunci/known_hosts"
"#,
    build: |table, context| {
        let mut options: Options = table.try_into().map_err(|error: toml::de::Error| error.message().to_owned())?;
        options.check()?;
        for path in [&mut options.identity, &mut options.known_hosts] {
            *path = context.base.join(&path);
        }
        Ok(Box::new(Sftp { options }))
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    /// The machine.
    host: String,
    /// Its port.
    #[serde(default = "port")]
    port: u16,
    /// Who logs in.
    user: String,
    /// The folder there, from the user's own unless it starts with `/`.
    path: String,
    /// The private key, without a passphrase; readable by this user only.
    identity: PathBuf,
    /// The machine's own key, as `ssh-keyscan` prints it and somebody has compared it.
    known_hosts: PathBuf,
    /// True where each day has a folder of its own.
    #[serde(default = "yes")]
    by_date: bool,
    /// Time for one delivery.
    #[serde(default = "timeout")]
    timeout_seconds: u32,
}

fn port() -> u16 {
    22
}

fn yes() -> bool {
    true
}

fn timeout() -> u32 {
    180
}

impl Options {
    /// What becomes an argument must not be read as an option.
    fn check(&self) -> Result<(), String> {
        let plain = |text: &str, more: &str| {
            text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
                && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
        };
        if !plain(&self.host, ".-") {
            return Err("`host` is the name or the IPv4 address of a machine".to_owned());
        }
        if !plain(&self.user, "._-") {
            return Err("`user` holds letters, digits, dot, line and hyphen only".to_owned());
        }
        if self.path.is_empty() || self.path.len() > 500 || self.path.chars().any(char::is_control) {
            return Err("`path` is a folder on the other machine; \".\" is the user's own".to_owned());
        }
        Ok(())
    }
}

struct Sftp {
    options: Options,
}

impl Channel for Sftp {
    fn warnings(&self, _: &Message, _: &str) -> Vec<String> {
        let missing = [&self.options.identity, &self.options.known_hosts].into_iter().filter(|path| !path.is_file());
        missing
            .map(|path| {
                format!(
                    "Berkas {} tidak ada: pengiriman lewat SFTP akan gagal. Letakkan kuncinya di sana, atau perbaiki \
                     jalurnya.",
                    path.display()
                )
            })
            .collect()
    }

    fn own_recipients(&self) -> Vec<String> {
        vec![format!("{}@{}:{}", self.options.user, self.options.host, self.options.path)]
    }

    fn check_recipient(&self, recipient: &str) -> Result<(), String> {
        if self.own_recipients() == [recipient] || papers::below(recipient).is_some() {
            return Ok(());
        }
        Err(format!("\"{}\" bukan nama folder di bawah {}", http::cut(recipient, 60), self.own_recipients()[0]))
    }

    fn receipt_name(&self, _: &DeliveryKey) -> Option<String> {
        None
    }

    fn send<'a>(&'a self, message: &'a Message, key: &'a DeliveryKey) -> BoxFuture<'a, Result<Receipt, Fault>> {
        async move {
            let mut folders = Vec::new();
            if self.own_recipients() != [key.recipient.as_str()] {
                let below = papers::below(&key.recipient)
                    .ok_or_else(|| Fault::Never { reason: "penerima bukan nama folder".to_owned() })?;
                folders.extend(below.into_iter().map(str::to_owned));
            }
            folders.extend(papers::day(&message.id).filter(|_| self.options.by_date).map(str::to_owned));
            let papers = papers::of(message);
            let (arguments, path) = (self.arguments(), self.options.path.clone());
            let limit = Duration::from_secs(self.options.timeout_seconds.into());
            let upload = tokio::task::spawn_blocking(move || {
                let staging = Staging::new(&papers)?;
                let (commands, place) = batch::commands(&path, &folders, &papers, staging.path());
                Ok::<_, std::io::Error>((child::run("sftp", &arguments, &commands, limit)?, place))
            });
            let (ended, place) = match upload.await {
                Ok(Ok(ended)) => ended,
                Ok(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => {
                    let reason = "program sftp tidak ada; pasang paket openssh-client".to_owned();
                    return Err(Fault::Later { reason, after: None });
                }
                _ => {
                    let reason =
                        "program sftp tidak dapat dijalankan; periksa ruang dan izin folder sementara".to_owned();
                    return Err(Fault::Later { reason, after: None });
                }
            };
            match ended {
                Ended::Well => Ok(Receipt { name: Some(place), notes: Vec::new() }),
                Ended::Badly(words) => Err(batch::fault(&self.options.host, &words)),
                Ended::Late => Err(Fault::Unknown {
                    reason: format!(
                        "{} tidak selesai dalam {} detik; berkas mungkin sudah sampai",
                        self.options.host, self.options.timeout_seconds
                    ),
                }),
            }
        }
        .boxed()
    }
}

impl Sftp {
    fn arguments(&self) -> Vec<String> {
        let Options { host, port, user, identity, known_hosts, .. } = &self.options;
        // OpenSSH reads `%` and quotes in the value of an option.
        let path = |path: &PathBuf| format!("\"{}\"", path.display().to_string().replace('%', "%%"));
        let options = [
            "BatchMode=yes".to_owned(),
            "StrictHostKeyChecking=yes".to_owned(),
            "GlobalKnownHostsFile=/dev/null".to_owned(),
            format!("UserKnownHostsFile={}", path(known_hosts)),
            format!("IdentityFile={}", path(identity)),
            "IdentitiesOnly=yes".to_owned(),
            "PreferredAuthentications=publickey".to_owned(),
            "ConnectTimeout=20".to_owned(),
            // A connection that the other side has forgotten shows after a minute.
            "ServerAliveInterval=20".to_owned(),
            "ServerAliveCountMax=3".to_owned(),
            "LogLevel=ERROR".to_owned(),
        ];
        let mut arguments = vec!["-b".to_owned(), "-".to_owned()];
        // Nobody's own settings: what is sent where stands in the pipeline alone.
        arguments.extend(["-F".to_owned(), "/dev/null".to_owned(), "-P".to_owned(), port.to_string()]);
        arguments.extend(options.into_iter().flat_map(|option| ["-o".to_owned(), option]));
        arguments.push(format!("{user}@{host}"));
        arguments
    }
}
