//! Certificates: one that is in order, and some that no client may accept.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// What a certificate is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certificate {
    /// In order, for whoever trusts [`authority`].
    Sound,
    /// Right in name and time, but signed by itself.
    SelfSigned,
    /// Out of date for years.
    Expired,
    /// Not valid before a far day.
    NotYet,
    /// Made out to another host.
    WrongHost,
}

/// The root certificate, DER-encoded, that signed all but the self-signed one: a client that trusts it sees what else is
/// wrong with a certificate.
pub fn authority() -> Vec<u8> {
    made().authority.clone()
}

struct Made {
    authority: Vec<u8>,
    servers: BTreeMap<Certificate, Arc<ServerConfig>>,
}

/// Made once, because keys cost time.
fn made() -> &'static Made {
    static MADE: OnceLock<Made> = OnceLock::new();
    MADE.get_or_init(|| {
        let mut params = params("Pesut Uji", 2001, 2090);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, key()).expect("the parameters are complete");
        let all = [
            Certificate::Sound,
            Certificate::SelfSigned,
            Certificate::Expired,
            Certificate::NotYet,
            Certificate::WrongHost,
        ];
        let servers = all.into_iter().map(|kind| (kind, kind.make(&authority))).collect();
        Made { authority: authority.der().to_vec(), servers }
    })
}

fn key() -> KeyPair {
    KeyPair::generate().expect("ring makes keys")
}

fn params(host: &str, from: i32, to: i32) -> CertificateParams {
    let mut params = CertificateParams::new(vec![host.to_owned()]).expect("a plain name");
    (params.not_before, params.not_after) = (rcgen::date_time_ymd(from, 1, 1), rcgen::date_time_ymd(to, 1, 1));
    params
}

impl Certificate {
    /// The server's side of a handshake that shows it.
    pub(crate) fn config(self) -> Arc<ServerConfig> {
        made().servers[&self].clone()
    }

    fn make(self, authority: &CertifiedIssuer<'_, KeyPair>) -> Arc<ServerConfig> {
        let params = match self {
            Self::Sound | Self::SelfSigned => params("127.0.0.1", 2001, 2090),
            Self::Expired => params("127.0.0.1", 2001, 2002),
            Self::NotYet => params("127.0.0.1", 2090, 2091),
            Self::WrongHost => params("lain.example", 2001, 2090),
        };
        let key = key();
        let certificate = match self {
            Self::SelfSigned => params.self_signed(&key),
            _ => params.signed_by(&key, authority),
        };
        let certificate: CertificateDer<'static> = certificate.expect("the parameters are complete").der().clone();
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("rcgen writes PKCS 8");
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring supports the default protocol versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .expect("key and certificate were made for each other");
        Arc::new(config)
    }
}
