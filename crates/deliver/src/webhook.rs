//! A signed POST to a system of the office or of a partner.
//!
//! What is sent: `{"id", "kind", "subject", "text", "short_text", "urgent", "files": [{"name", "media_type", "base64"}]}`.
//! `X-Pesut-Signature` is `sha256=` and the HMAC-SHA256 of `<X-Pesut-Timestamp>.<body>` in hexadecimal digits: whoever
//! checks both knows who sent it and that it is not an old one played again. `Idempotency-Key` is the same for every try,
//! so that a repeat after a lost answer can be recognised.

use crate::channel::Build;
use crate::{Channel, Fault, File, Message, Receipt, http};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use model::{DeliveryKey, Kind};
use net::{Body, HostPort, Request, Secret, SecretRef};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::Sha256;
use std::time::Duration;

pub(crate) const KIND: Kind<Build> = Kind {
    name: "webhook",
    summary: "sends text and files as signed JSON to an address",
    example: r#"url = "https://dasbor.kantor.example/pesut"
secret = "env:PESUT_WEBHOOK_SECRET"
"#,
    build: |table, context| {
        let options: Options = table.try_into().map_err(|error: toml::de::Error| error.message().to_owned())?;
        if let Some(url) = &options.url {
            http::address(url, &options.allow_private).map_err(|unfit| unfit.of_key("url"))?;
        }
        Ok(Box::new(Webhook { options, client: context.client.clone(), now: Timestamp::now }))
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    /// Where to, unless the recipients are addresses. `{secret}` in its path stands for `url_secret`.
    url: Option<String>,
    /// What the address hides, where it is itself a key.
    url_secret: Option<SecretRef>,
    /// The key of the signature, known to both sides.
    secret: SecretRef,
    /// A receiver inside.
    #[serde(default)]
    allow_private: Vec<HostPort>,
    /// False where files are not sent along.
    #[serde(default = "yes")]
    files: bool,
    /// The largest file that is sent along.
    #[serde(default = "file_megabytes")]
    file_megabytes_max: u32,
    /// Time for one try.
    #[serde(default = "timeout")]
    timeout_seconds: u32,
}

fn yes() -> bool {
    true
}

fn file_megabytes() -> u32 {
    20
}

fn timeout() -> u32 {
    60
}

struct Webhook {
    options: Options,
    client: net::Client,
    now: fn() -> Timestamp,
}

impl Channel for Webhook {
    fn warnings(&self, message: &Message, _: &str) -> Vec<String> {
        if !self.options.files {
            return Vec::new();
        }
        let too_large = message.files.iter().filter(|file| self.is_too_large(file));
        too_large
            .map(|file| {
                format!(
                    "Berkas {} berukuran {}, batasnya {} MB: berkas itu tidak ikut, isi lainnya tetap terkirim. Naikkan \
                     file_megabytes_max bila penerima sanggup.",
                    file.name,
                    http::size_words(file.bytes.len()),
                    self.options.file_megabytes_max
                )
            })
            .collect()
    }

    fn own_recipients(&self) -> Vec<String> {
        self.options.url.clone().into_iter().collect()
    }

    fn check_recipient(&self, recipient: &str) -> Result<(), String> {
        http::address(recipient, &self.options.allow_private).map_err(http::Unfit::of_recipient)
    }

    fn receipt_name(&self, key: &DeliveryKey) -> Option<String> {
        Some(http::stable_name(key))
    }

    fn send<'a>(&'a self, message: &'a Message, key: &'a DeliveryKey) -> BoxFuture<'a, Result<Receipt, Fault>> {
        self.deliver(message, key).boxed()
    }
}

impl Webhook {
    fn is_too_large(&self, file: &File) -> bool {
        file.bytes.len() as u64 > u64::from(self.options.file_megabytes_max) * 1_000_000
    }

    async fn deliver(&self, message: &Message, key: &DeliveryKey) -> Result<Receipt, Fault> {
        let secret = http::secret(&self.options.secret)?;
        let hidden = self.options.url_secret.as_ref().map(http::secret).transpose()?;
        let (body, notes) = self.payload(message, key);
        let timestamp = (self.now)().as_second().to_string();
        let name = http::stable_name(key);
        let request = Request {
            headers: vec![
                ("x-pesut-signature", format!("sha256={}", sign(&secret, &timestamp, &body))),
                ("x-pesut-timestamp", timestamp),
                ("idempotency-key", name.clone()),
            ],
            body: Some(Body::json(body)),
            secret_path: hidden.clone(),
            max_bytes: Some(http::ANSWER_BYTES_MAX),
            allow_private: self.options.allow_private.clone(),
            once: true,
            timeout: Some(Duration::from_secs(self.options.timeout_seconds.into())),
            ..Request::new(&key.recipient)
        };
        let response = self.client.send(&request).await.map_err(|error| http::no_answer(&error))?;
        if response.is_success() {
            return Ok(Receipt { name: Some(name), notes });
        }
        let secrets: Vec<&Secret> = [Some(&secret), hidden.as_ref()].into_iter().flatten().collect();
        let said = http::echo(&String::from_utf8_lossy(&response.body), &secrets);
        Err(match response.status {
            401 | 403 => {
                let words = "penerima menolak tanda tangan; samakan kuncinya di kedua sisi, dan periksa jam mesin ini";
                Fault::Never { reason: format!("{words} (HTTP {})", response.status) }
            }
            404 | 410 => Fault::Never {
                reason: format!("alamat penerima sudah tidak ada (HTTP {}); minta yang baru", response.status),
            },
            _ => http::refused(&response, &said),
        })
    }

    /// The body, and what was left out of it.
    fn payload(&self, message: &Message, key: &DeliveryKey) -> (String, Vec<String>) {
        let (mut files, mut notes): (Vec<Value>, Vec<String>) = Default::default();
        for file in message.files.iter().filter(|_| self.options.files) {
            if self.is_too_large(file) {
                notes.push(format!("berkas {} tidak ikut: {}", file.name, http::size_words(file.bytes.len())));
            } else {
                let base64 = STANDARD.encode(&file.bytes);
                files.push(json!({ "name": file.name, "media_type": file.media_type, "base64": base64 }));
            }
        }
        let body = json!({
            "id": key.message,
            "kind": kind(&key.message),
            "subject": message.subject,
            "text": message.text,
            "short_text": message.short_text,
            "urgent": message.urgent,
            "files": files,
        });
        (body.to_string(), notes)
    }
}

/// What sort of message it is, by the first part of its name.
fn kind(message: &str) -> &'static str {
    match message.split('/').next() {
        Some("peringatan") => "alert",
        Some("operator") => "operator",
        _ => "brief",
    }
}

fn sign(secret: &Secret, timestamp: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.reveal().as_bytes()).expect("a key of HMAC has any length");
    mac.update(timestamp.as_bytes());
    mac.update(b".");
    mac.update(body.as_bytes());
    http::hex(&mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_as_anybody_can_check_with_openssl() {
        // printf '1795132800.{"a":1}' | openssl dgst -sha256 -hmac kunci
        let signature = sign(&Secret::new("kunci"), "1795132800", r#"{"a":1}"#);
        assert_eq!(signature, "b9d4d2403192a281798aee7204f6fc1b526669b08bb3b6122d94d77df842938e");
    }

    #[test]
    fn tells_briefs_from_alerts() {
        assert_eq!(["harian-2026-11-20/1", "peringatan/x", "operator/y"].map(kind), ["brief", "alert", "operator"]);
    }
}
