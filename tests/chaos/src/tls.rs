//! Certificates that no client may accept.

use rcgen::{CertificateParams, KeyPair};
use rustls::ServerConfig;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// What is wrong with a certificate; none of them leads to a root that anybody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certificate {
    /// Right in name and time, but signed by itself.
    SelfSigned,
    /// Out of date for years.
    Expired,
    /// Not valid before a far day.
    NotYet,
    /// Made out to another host.
    WrongHost,
}

impl Certificate {
    /// The server's side of a handshake that shows it; made once, because keys cost time.
    pub(crate) fn config(self) -> Arc<ServerConfig> {
        static MADE: OnceLock<BTreeMap<Certificate, Arc<ServerConfig>>> = OnceLock::new();
        let all = [Self::SelfSigned, Self::Expired, Self::NotYet, Self::WrongHost];
        MADE.get_or_init(|| all.into_iter().map(|kind| (kind, kind.make())).collect())[&self].clone()
    }

    fn make(self) -> Arc<ServerConfig> {
        let host = if self == Self::WrongHost { "lain.example" } else { "127.0.0.1" };
        let mut params = CertificateParams::new(vec![host.to_owned()]).expect("a plain name");
        let year = rcgen::date_time_ymd;
        (params.not_before, params.not_after) = match self {
            Self::Expired => (year(2001, 1, 1), year(2002, 1, 1)),
            Self::NotYet => (year(2090, 1, 1), year(2091, 1, 1)),
            Self::SelfSigned | Self::WrongHost => (year(2001, 1, 1), year(2090, 1, 1)),
        };
        let key = KeyPair::generate().expect("ring makes keys");
        let certificate = params.self_signed(&key).expect("the parameters are complete");
        let key = rustls::pki_types::PrivateKeyDer::try_from(key.serialize_der()).expect("rcgen writes PKCS 8");
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring supports the default protocol versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .expect("key and certificate were made for each other");
        Arc::new(config)
    }
}
