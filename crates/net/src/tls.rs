//! The one TLS stack: rustls with ring, for HTTP, web sockets and mail alike.

use crate::Error;
use rustls::pki_types::{CertificateDer, ServerName};
use std::sync::Arc;
use tokio_rustls::TlsConnector;

/// TLS with ring and Mozilla's roots inside the binary: a bare machine needs neither a C compiler nor a root store.
///
/// `extra` are roots of the office's own, DER-encoded; `protocols` are offered by ALPN.
pub(crate) fn config(extra: &[Vec<u8>], protocols: &[&[u8]]) -> Result<rustls::ClientConfig, Error> {
    let mut roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    for root in extra {
        roots.add(CertificateDer::from_slice(root)).map_err(|_| Error::Root)?;
    }
    let mut config = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring supports the default protocol versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    Ok(config)
}

/// Speaks TLS over a connection that stands.
pub(crate) async fn wrap<S>(
    config: Arc<rustls::ClientConfig>,
    host: &str,
    connection: S,
) -> Result<tokio_rustls::client::TlsStream<S>, std::io::Error>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let bare = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let name =
        ServerName::try_from(bare).map_err(|error| std::io::Error::new(std::io::ErrorKind::InvalidInput, error))?;
    TlsConnector::from(config).connect(name, connection).await
}
