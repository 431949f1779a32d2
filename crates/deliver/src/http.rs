//! What an HTTP exchange means for a delivery, in words for the operator; and forms with files.

use crate::Fault;
use jiff::SignedDuration;
use net::{Body, CertificateFault, HostPort, Secret, SecretRef};
use sha2::{Digest, Sha256};
use std::time::Duration;

/// The largest answer that is read of a service: all of them answer with a few hundred bytes.
pub(crate) const ANSWER_BYTES_MAX: usize = 256 << 10;
/// What is repeated of a service's own words.
const ECHO_CHARS_MAX: usize = 200;
/// A service that wants to be left alone longer is asked again after a day.
const ABSENCE_SECONDS_MAX: i64 = 24 * 60 * 60;

/// Reads a secret at the moment it is needed.
pub(crate) fn secret(at: &SecretRef) -> Result<Secret, Fault> {
    // It may be put there without a restart: later, not never.
    at.read().map_err(|_| Fault::Later {
        reason: match at {
            SecretRef::Env(name) => format!("rahasia tidak terbaca: variabel lingkungan {name} belum diisi"),
            SecretRef::File(path) => format!("rahasia tidak terbaca: periksa isi dan izin berkas {}", path.display()),
        },
        after: None,
    })
}

/// Why there was no answer. Only what failed before anything was sent is certain not to have arrived.
pub(crate) fn no_answer(error: &net::Error) -> Fault {
    use net::Error as E;
    let later = |reason: String| Fault::Later { reason, after: None };
    match error {
        E::NoSuchHost { host } => later(format!("alamat {host} tidak ditemukan; periksa ejaannya")),
        E::Resolver { host, .. } => {
            later(format!("alamat {host} tidak dapat dicari; periksa sambungan internet mesin ini"))
        }
        E::Refused { host, .. } => later(format!("{host} menolak sambungan; layanannya mati atau portanya salah")),
        E::Unreachable { host } | E::Connect { host, .. } => later(format!("tidak dapat tersambung ke {host}")),
        E::Certificate { host, fault, .. } => later(format!("sertifikat {host} {}", certificate(*fault))),
        E::Busy { status, retry_after } => busy(*status, *retry_after),
        E::Private { host, .. } | E::PrivateName { host } => Fault::Never {
            reason: format!("{host} ada di jaringan sendiri; bila memang dimaksud, sebutkan di allow_private"),
        },
        error if error.before_sending() => {
            Fault::Never { reason: "alamat layanan tidak dapat dipakai; periksa pengaturannya".to_owned() }
        }
        E::Timeout { host, seconds } => Fault::Unknown {
            reason: format!("{host} tidak menjawab dalam {seconds} detik; kiriman mungkin sudah sampai"),
        },
        E::Reset { host, .. } | E::Broken { host, .. } | E::Tls { host, .. } => Fault::Unknown {
            reason: format!("sambungan ke {host} putus sebelum ada jawaban; kiriman mungkin sudah sampai"),
        },
        _ => Fault::Unknown { reason: "jawaban layanan tidak terbaca; kiriman mungkin sudah sampai".to_owned() },
    }
}

fn certificate(fault: CertificateFault) -> &'static str {
    match fault {
        CertificateFault::Expired => "sudah kedaluwarsa (atau jam mesin ini salah)",
        CertificateFault::NotYetValid => "belum berlaku; jam mesin ini mungkin salah",
        CertificateFault::OtherHost => "atas nama lain; periksa alamatnya",
        CertificateFault::UnknownIssuer => "diterbitkan pihak yang tidak dikenal",
        CertificateFault::Revoked => "sudah dicabut",
        CertificateFault::Invalid => "tidak sah",
    }
}

/// The service asked to be left alone.
pub(crate) fn busy(status: u16, after: Option<Duration>) -> Fault {
    Fault::Later {
        reason: format!("layanan meminta jeda (HTTP {status})"),
        after: after.and_then(|after| i64::try_from(after.as_secs()).ok()).map(pause),
    }
}

/// A pause that a service asked for, bounded.
pub(crate) fn pause(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds.clamp(0, ABSENCE_SECONDS_MAX))
}

/// What `Retry-After` says in seconds.
pub(crate) fn retry_after(response: &net::Response) -> Option<SignedDuration> {
    response.headers.get("retry-after")?.trim().parse().ok().map(pause)
}

/// What a status means where the service has no words of its own; `said` are its words, made harmless.
pub(crate) fn refused(response: &net::Response, said: &str) -> Fault {
    let status = response.status;
    let words = if said.is_empty() { String::new() } else { format!(": \"{said}\"") };
    match status {
        // Two gateways that did not hear from the service behind them: it may have taken it.
        502 | 504 => Fault::Unknown {
            reason: format!("layanan tidak memberi jawaban (HTTP {status}); kiriman mungkin sudah sampai"),
        },
        408 | 425 | 429 => Fault::Later {
            reason: format!("layanan meminta jeda (HTTP {status}){words}"),
            after: retry_after(response),
        },
        500.. => Fault::Later {
            reason: format!("layanan sedang terganggu (HTTP {status}){words}"),
            after: retry_after(response),
        },
        300..400 => Fault::Never {
            reason: format!("alamat layanan dialihkan ke tempat lain (HTTP {status}); tulis alamat yang baru"),
        },
        413 => Fault::Never { reason: format!("kiriman terlalu besar bagi layanan (HTTP {status})") },
        _ => Fault::Never { reason: format!("ditolak layanan (HTTP {status}){words}") },
    }
}

/// Words of a service as they may be repeated: short, in one line, and without any of our secrets.
pub(crate) fn echo(words: &str, secrets: &[&Secret]) -> String {
    let mut words = words.to_owned();
    for secret in secrets {
        words = words.replace(secret.reveal(), "…");
    }
    let plain = |c: char| if c.is_control() || is_hidden(c) { ' ' } else { c };
    let flat = words.chars().map(plain).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    cut(&flat, ECHO_CHARS_MAX)
}

/// Characters that show nothing or turn the direction of what follows.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The first characters, with an ellipsis where there are more.
pub(crate) fn cut(text: &str, chars_max: usize) -> String {
    match text.char_indices().nth(chars_max) {
        None => text.to_owned(),
        Some(_) => text.chars().take(chars_max.saturating_sub(1)).chain(['…']).collect(),
    }
}

/// Why an address is none that anything may be sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    NoAddress,
    Login,
    Open,
    Scheme,
}

impl Unfit {
    /// For whoever writes the pipeline.
    pub(crate) fn of_key(self, key: &str) -> String {
        let reason = match self {
            Self::NoAddress => "is no complete address such as https://contoh.go.id/",
            Self::Login => "holds a name or password; secrets are written as env:NAME or file:PATH",
            Self::Open => "is not encrypted; write https, or name its host:port in `allow_private` if it is your own",
            Self::Scheme => "must start with https://",
        };
        format!("`{key}` {reason}")
    }

    /// For whoever sends.
    pub(crate) fn of_recipient(self) -> String {
        let reason = match self {
            Self::NoAddress => "bukan alamat lengkap seperti https://contoh.go.id/",
            Self::Login => "memuat nama atau sandi; rahasia tidak boleh ada di alamat",
            Self::Open => "tidak tersandi; pakai https, atau sebutkan di allow_private bila milik sendiri",
            Self::Scheme => "harus diawali https://",
        };
        format!("alamat penerima {reason}")
    }
}

/// Checks the address of a service: encrypted, unless its host is named as one of the office's own.
pub(crate) fn address(address: &str, allow_private: &[HostPort]) -> Result<(), Unfit> {
    let url = url::Url::parse(address).map_err(|_| Unfit::NoAddress)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Unfit::Login);
    }
    let host = url.host_str().ok_or(Unfit::NoAddress)?;
    let port = url.port_or_known_default().unwrap_or_default();
    let own = allow_private.iter().any(|named| named.host() == host && named.port() == port);
    match url.scheme() {
        "https" => Ok(()),
        "http" if own => Ok(()),
        "http" => Err(Unfit::Open),
        _ => Err(Unfit::Scheme),
    }
}

/// A field of a form.
pub(crate) enum Field<'a> {
    /// Text.
    Text(&'a str, &'a str),
    /// A file.
    File(&'a str, &'a crate::File),
}

/// A `multipart/form-data` body. Its boundary is made of what it holds, so that it cannot stand in it.
pub(crate) fn form(fields: &[Field<'_>]) -> Body {
    let mut digest = Sha256::new();
    let mut size = 0;
    for field in fields {
        let bytes = match field {
            Field::Text(_, text) => text.as_bytes(),
            Field::File(_, file) => &file.bytes,
        };
        digest.update(bytes);
        size += bytes.len() + 256;
    }
    let boundary = format!("pesut-{}", &hex(&digest.finalize())[..32]);
    let mut body = Vec::with_capacity(size);
    for field in fields {
        let (head, bytes) = match field {
            Field::Text(name, text) => (format!("name=\"{name}\"\r\n"), text.as_bytes()),
            Field::File(name, file) => {
                let head = format!("name=\"{name}\"; filename=\"{}\"\r\n", quoted(&file.name));
                (format!("{head}Content-Type: {}\r\n", one_line(&file.media_type)), &*file.bytes)
            }
        };
        body.extend_from_slice(format!("--{boundary}\r\nContent-Disposition: form-data; {head}\r\n").as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Body::bytes(format!("multipart/form-data; boundary={boundary}"), body)
}

/// A file's name in a form, escaped as the HTML standard has it.
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

fn one_line(media_type: &str) -> &str {
    let fits = media_type.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    if fits && !media_type.is_empty() { media_type } else { "application/octet-stream" }
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// How large a file is, in words: "24 MB". Rounded up, so that no warning says "50 MB, batas 50 MB".
pub(crate) fn size_words(bytes: usize) -> String {
    match bytes {
        0..1_000_000 => format!("{} KB", bytes.div_ceil(1_000)),
        _ => format!("{} MB", bytes.div_ceil(1_000_000)),
    }
}

/// A name that is the same for every try of one delivery and of no other, and tells nothing about the recipient.
pub(crate) fn stable_name(key: &model::DeliveryKey) -> String {
    let mut digest = Sha256::new();
    for part in [&key.message, &key.channel, &key.recipient] {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    format!("pesut-{}", &hex(&digest.finalize())[..32])
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::DeliveryKey;

    #[test]
    fn repeats_words_of_a_service_without_secrets_and_in_one_line() {
        let secret = Secret::new("123:abc");
        assert_eq!(echo("Unauthorized\r\n\tfor 123:abc\u{202e}", &[&secret]), "Unauthorized for …");
        assert_eq!(echo(&"x".repeat(5_000), &[]).chars().count(), ECHO_CHARS_MAX);
    }

    #[test]
    fn a_form_cannot_be_broken_out_of() {
        let file = crate::File {
            name: "a\"\r\nX: y.pdf".to_owned(),
            media_type: "text/plain\r\nX: y".to_owned(),
            bytes: b"--pesut-\r\n".as_slice().into(),
        };
        let body = form(&[Field::Text("chat_id", "1"), Field::File("document", &file)]);
        let text = String::from_utf8(body.content.as_bytes().to_vec()).unwrap();
        assert!(!text.contains("\r\nX: y"), "{text}");
        let boundary = body.content_type.split("boundary=").nth(1).unwrap();
        assert_eq!(text.matches(boundary).count(), 3);
    }

    #[test]
    fn names_a_delivery_the_same_every_time_and_no_other_so() {
        let key = |message: &str, recipient: &str| DeliveryKey {
            message: message.to_owned(),
            channel: "kanal".to_owned(),
            recipient: recipient.to_owned(),
        };
        assert_eq!(stable_name(&key("a", "b")), stable_name(&key("a", "b")));
        assert_ne!(stable_name(&key("a", "b")), stable_name(&key("ab", "")));
        assert!(!stable_name(&key("a", "0812")).contains("0812"));
    }

    #[test]
    fn a_service_is_encrypted_unless_it_is_our_own() {
        let own: Vec<HostPort> = vec!["127.0.0.1:8081".parse().unwrap()];
        assert_eq!(address("https://x.example/a", &[]), Ok(()));
        assert_eq!(address("http://127.0.0.1:8081/a", &own), Ok(()));
        for (wrong, unfit) in [
            ("http://127.0.0.1:8082/", Unfit::Open),
            ("x", Unfit::NoAddress),
            ("ftp://x.example/", Unfit::Scheme),
            ("https://u:p@x.example/", Unfit::Login),
        ] {
            assert_eq!(address(wrong, &own), Err(unfit), "{wrong}");
        }
    }
}
