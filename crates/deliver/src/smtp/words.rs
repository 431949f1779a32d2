//! What failed, in words that tell the operator what to check. No password and no server's echo of one is in them.

use super::letter::clean;
use lettre::transport::smtp;
use rustls::CertificateError as Bad;
use std::error::Error as StdError;
use std::io::{self, ErrorKind};

/// Characters of a server's own words that are repeated.
const SAID_CHARS_MAX: usize = 200;

/// How a step ended that did not succeed.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The server answered with a code of 400 or more.
    Code {
        /// The code.
        code: u16,
        /// What it said.
        said: String,
    },
    /// There was no answer, or none that can be read.
    Lost {
        /// Why, in Indonesian.
        reason: String,
        /// True where waiting will not mend it: a certificate.
        lasting: bool,
    },
}

impl From<smtp::Error> for Refusal {
    fn from(error: smtp::Error) -> Self {
        match error.status() {
            Some(code) => {
                let said = error.source().map(ToString::to_string).unwrap_or_default();
                Self::Code { code: code.into(), said: clean(&said).chars().take(SAID_CHARS_MAX).collect() }
            }
            None => {
                let (reason, lasting) = lost(&error);
                Self::Lost { reason, lasting }
            }
        }
    }
}

/// Why a connection is of no use, and whether waiting will not mend it.
pub(super) fn lost(error: &(dyn StdError + 'static)) -> (String, bool) {
    let mut causes = std::iter::successors(Some(error), |error| below(*error));
    causes
        .find_map(name)
        .unwrap_or_else(|| ("sambungan terputus atau jawaban server tidak dapat dibaca".to_owned(), false))
}

/// The next cause. An `io::Error` made of another one hides it from `source`, and is opened.
fn below<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error.downcast_ref::<io::Error>() {
        Some(outer) => outer.get_ref().map(|inner| inner as _),
        None => error.source(),
    }
}

fn name(error: &(dyn StdError + 'static)) -> Option<(String, bool)> {
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return Some(match error {
            rustls::Error::InvalidCertificate(bad) => (format!("sertifikat server {}", certificate(bad)), true),
            _ => ("sambungan terenkripsi gagal dimulai; periksa `security` dan porta server".to_owned(), false),
        });
    }
    let error = error.downcast_ref::<io::Error>()?;
    let reason = match error.kind() {
        ErrorKind::ConnectionRefused => "server menolak sambungan; periksa nama dan porta, dan apakah server hidup",
        ErrorKind::TimedOut => "server tidak menjawab",
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => "server tidak terjangkau; periksa jaringan",
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::UnexpectedEof => "sambungan diputus oleh server",
        _ => return None,
    };
    Some((reason.to_owned(), false))
}

fn certificate(bad: &Bad) -> &'static str {
    match bad {
        Bad::Expired | Bad::ExpiredContext { .. } => "sudah kedaluwarsa; minta pengelola server memperbaruinya",
        Bad::NotValidYet | Bad::NotValidYetContext { .. } => "belum berlaku; periksa jam komputer ini",
        Bad::NotValidForName | Bad::NotValidForNameContext { .. } => {
            "milik nama lain; tulis nama server persis seperti di sertifikatnya"
        }
        Bad::UnknownIssuer => "tidak dikenal penerbitnya; bila server milik kantor, sebutkan berkas akar di `roots`",
        Bad::Revoked => "sudah dicabut; hubungi pengelola server",
        _ => "tidak sah; hubungi pengelola server",
    }
}
