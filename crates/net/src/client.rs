//! The one HTTP client: follows redirects itself, hop by hop, and tries again where that helps.

use crate::body::{self, ReadError};
use crate::guard::{self, Access, PublicOnly, Refused};
use crate::retry;
use crate::{Error, Request, Response};
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue,
    IF_MODIFIED_SINCE, IF_NONE_MATCH, LOCATION, RETRY_AFTER,
};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

// Honest about what it is; an office that wants to be reachable adds "(+address)" of its own.
const USER_AGENT: &str = concat!(
    "Pesut/",
    env!("CARGO_PKG_VERSION_MAJOR"),
    ".",
    env!("CARGO_PKG_VERSION_MINOR"),
    " (media and public-issue monitor)"
);
const URL_LENGTH_MAX: usize = 8 << 10;

/// Waits; replaced in tests, so that none of them waits on the clock.
pub type Sleep = Arc<dyn Fn(Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// Limits and manners of a client.
#[derive(Clone)]
pub struct Options {
    /// Who is asking; an operator can find us by it.
    pub user_agent: String,
    /// Time for one connection.
    pub connect_timeout: Duration,
    /// Time for one try in full: every hop, head and body.
    pub timeout: Duration,
    /// Most decoded bytes of one body, unless a request says otherwise.
    pub max_bytes: usize,
    /// Most redirects followed.
    pub max_redirects: usize,
    /// Tries altogether, for connection errors and servers that ask to come back later.
    pub tries: u32,
    /// Pause before the second try; it doubles from then on.
    pub first_pause: Duration,
    /// Whether a redirect may lead from `https` to `http`.
    pub allow_downgrade: bool,
    /// How to wait between tries.
    pub sleep: Sleep,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            user_agent: USER_AGENT.to_owned(),
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
            max_bytes: 15 << 20,
            max_redirects: 10,
            tries: 3,
            first_pause: Duration::from_secs(1),
            allow_downgrade: false,
            sleep: Arc::new(|pause| Box::pin(tokio::time::sleep(pause))),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("user_agent", &self.user_agent)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// A hardened HTTP client; cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    options: Arc<Options>,
    // Two clients, because the resolver does not see the port: whatever a request names goes through the second.
    public: reqwest::Client,
    named: reqwest::Client,
}

impl Client {
    /// Builds a client.
    pub fn new(options: Options) -> Result<Self, Error> {
        let public = builder(&options).dns_resolver(PublicOnly).build().map_err(Error::Setup)?;
        let named = builder(&options).build().map_err(Error::Setup)?;
        Ok(Self { options: Arc::new(options), public, named })
    }

    /// Sends one request; an answer of any status is an answer, except 429 and 503, which are tried again first.
    pub async fn send(&self, request: &Request) -> Result<Response, Error> {
        let url = parse(&request.url)?;
        let mut tries = 0;
        loop {
            let outcome = match tokio::time::timeout(self.options.timeout, self.attempt(&url, request)).await {
                Ok(outcome) => outcome,
                Err(_) => Err(Error::Timeout { host: host(&url), seconds: self.options.timeout.as_secs() }),
            };
            tries += 1;
            match outcome {
                Err(error) if tries < self.options.tries => match retry::pause(&error, tries, self.options.first_pause)
                {
                    Some(pause) => (self.options.sleep)(pause).await,
                    None => return Err(error),
                },
                outcome => return outcome,
            }
        }
    }

    /// Follows redirects to an answer; every hop is checked before anything is sent to it.
    async fn attempt(&self, url: &Url, request: &Request) -> Result<Response, Error> {
        let (first, mut url) = (url.origin(), url.clone());
        for _ in 0..=self.options.max_redirects {
            let response = self.hop(&url, request, url.origin() == first).await?;
            let Some(next) = redirect(&response, &url)? else {
                return self.answer(response, &url, request).await;
            };
            if url.scheme() == "https" && next.scheme() == "http" && !self.options.allow_downgrade {
                return Err(Error::Downgrade { host: host(&next) });
            }
            url = next;
        }
        Err(Error::Redirects { limit: self.options.max_redirects })
    }

    /// Sends one request and waits for the head of its answer.
    async fn hop(&self, url: &Url, request: &Request, home: bool) -> Result<reqwest::Response, Error> {
        let client = match guard::check(url, &request.allow_private)? {
            Access::Public => &self.public,
            Access::Named => &self.named,
        };
        let mut address = url.clone();
        if home && !request.secret_query.is_empty() {
            let secrets = request.secret_query.iter().map(|(name, secret)| (name, secret.reveal()));
            address.query_pairs_mut().extend_pairs(secrets);
        }
        let mut builder = match &request.body {
            // A redirected POST goes on as a GET, as browsers do it.
            Some(body) if home => {
                client.post(address).header(CONTENT_TYPE, body.content_type).body(body.content.reveal().to_owned())
            }
            _ => client.get(address),
        };
        builder = builder.header(ACCEPT_ENCODING, "gzip");
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        if home {
            for (name, secret) in &request.secret_headers {
                let mut value = HeaderValue::from_str(secret.reveal()).map_err(|_| Error::Address {
                    url: guard::shown(url),
                    reason: "its secret holds characters that no header can carry",
                })?;
                value.set_sensitive(true);
                builder = builder.header(*name, value);
            }
        }
        let optional =
            [(ACCEPT, &request.accept), (IF_NONE_MATCH, &request.etag), (IF_MODIFIED_SINCE, &request.last_modified)];
        for (name, value) in optional {
            if let Some(value) = value {
                builder = builder.header(name, value);
            }
        }
        builder.send().await.map_err(|error| transport(url, error))
    }

    /// Reads the rest of an answer.
    async fn answer(&self, mut response: reqwest::Response, url: &Url, request: &Request) -> Result<Response, Error> {
        let status = response.status().as_u16();
        if matches!(status, 429 | 503) {
            let retry_after =
                retry::retry_after(text(response.headers(), &RETRY_AFTER), text(response.headers(), &DATE));
            return Err(Error::Busy { status, retry_after });
        }
        let limit = request.max_bytes.unwrap_or(self.options.max_bytes);
        let packed = body::read(&mut response, limit).await.map_err(|error| match error {
            ReadError::Transport(error) => transport(url, error),
            ReadError::Refused(error) => error,
        })?;
        let body = body::decode(packed, text(response.headers(), &CONTENT_ENCODING), limit)?;
        Ok(Response::new(status, url, response.headers(), body))
    }
}

fn builder(options: &Options) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls())
        .user_agent(&options.user_agent)
        .redirect(reqwest::redirect::Policy::none())
        // A proxy from the environment would connect on our behalf and undo the address check.
        .no_proxy()
        .connect_timeout(options.connect_timeout)
        .pool_max_idle_per_host(2)
        .pool_idle_timeout(Duration::from_secs(30))
}

/// TLS with ring and Mozilla's roots inside the binary: a bare machine needs neither a C compiler nor a root store.
fn tls() -> rustls::ClientConfig {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let mut config = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring supports the default protocol versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}

fn parse(address: &str) -> Result<Url, Error> {
    if address.len() > URL_LENGTH_MAX {
        let start: String = address.chars().take(80).collect();
        return Err(Error::Address { url: format!("{start}…"), reason: "it is too long" });
    }
    Url::parse(address).map_err(|_| {
        let without_query = address.split(['?', '#']).next().unwrap_or_default().to_owned();
        Error::Address { url: without_query, reason: "it is not an absolute web address" }
    })
}

/// The next hop, if the answer is a redirect that names one.
fn redirect(response: &reqwest::Response, url: &Url) -> Result<Option<Url>, Error> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let Some(location) = text(response.headers(), &LOCATION) else { return Ok(None) };
    match url.join(location) {
        Ok(next) if next.as_str().len() <= URL_LENGTH_MAX => Ok(Some(next)),
        _ => Err(Error::Address { url: guard::shown(url), reason: "it redirects to something that is not an address" }),
    }
}

/// Names the fault of a failed exchange; a refusal by the guard comes back as a cause of a connection error.
fn transport(url: &Url, error: reqwest::Error) -> Error {
    if let Some(refused) = Refused::find(&error) {
        return Error::Private { host: refused.host.clone(), address: refused.address };
    }
    let (host, source) = (host(url), error.without_url());
    if source.is_connect() { Error::Connect { host, source } } else { Error::Broken { host, source } }
}

fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
