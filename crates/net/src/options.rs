//! Limits and manners of a client.

use crate::gate::Pace;
use crate::lookup::Lookup;
use crate::{Error, retry};
use std::fmt;
use std::future::Future;
use std::hash::{BuildHasher, RandomState};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

// Honest about what it is; an office that wants to be reachable sets `contact`.
const USER_AGENT: &str = concat!(
    "Pesut/",
    env!("CARGO_PKG_VERSION_MAJOR"),
    ".",
    env!("CARGO_PKG_VERSION_MINOR"),
    " (media and public-issue monitor)"
);

/// Waits; replaced in tests, so that none of them waits on the clock.
pub type Sleep = Arc<dyn Fn(Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// Time since some fixed moment; never goes back.
pub type Clock = Arc<dyn Fn() -> Duration + Send + Sync>;

/// A number from 0 to 1 that nobody can foresee; nothing secret depends on it.
pub type Jitter = Arc<dyn Fn() -> f64 + Send + Sync>;

/// Limits and manners of a client.
#[derive(Clone)]
pub struct Options {
    /// Who is asking; an operator can find us by it.
    pub user_agent: String,
    /// Where whoever runs a site can reach the office: `mailto:…` or a web address; shown to every site.
    pub contact: Option<String>,
    /// Time for one connection.
    pub connect_timeout: Duration,
    /// Time for one try in full: every hop, head and body. Waiting for a turn does not count.
    pub timeout: Duration,
    /// Longest silence of an open stream.
    pub idle: Duration,
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
    /// How fast one host may be asked.
    pub pace: Pace,
    /// The same for hosts that a request names in `allow_private`: they are the office's own, and not spared.
    pub pace_private: Pace,
    /// How to wait.
    pub sleep: Sleep,
    /// What time it is.
    pub clock: Clock,
    /// Spreads pauses, so that sources that failed together do not come back together.
    pub jitter: Jitter,
    /// Turns names into addresses for every way out; the operating system's own when absent.
    pub resolver: Option<Arc<dyn Lookup>>,
    /// A proxy, `http://[user:password@]host:port`, for everything but hosts named in `allow_private`; none is taken from
    /// the environment. The address of a target is looked up and checked here first, but it is the proxy that connects,
    /// with a look-up of its own: what it is able to reach inside has to be forbidden there too.
    pub proxy: Option<String>,
    /// Root certificates of the office's own, DER-encoded, trusted besides Mozilla's.
    pub roots: Vec<Vec<u8>>,
}

impl Default for Options {
    fn default() -> Self {
        let start = tokio::time::Instant::now();
        Self {
            user_agent: USER_AGENT.to_owned(),
            contact: None,
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
            idle: Duration::from_secs(90),
            max_bytes: 15 << 20,
            max_redirects: 10,
            tries: 3,
            first_pause: Duration::from_secs(1),
            allow_downgrade: false,
            pace: Pace {
                start: Duration::from_millis(500),
                min: Duration::from_millis(250),
                max: Duration::from_secs(60),
            },
            pace_private: Pace { start: Duration::ZERO, min: Duration::ZERO, max: Duration::ZERO },
            sleep: Arc::new(|pause| Box::pin(tokio::time::sleep(pause))),
            clock: Arc::new(move || start.elapsed()),
            // The standard library's hash keys are random, and this spares a dependency.
            jitter: Arc::new(|| RandomState::new().hash_one(0) as f64 / u64::MAX as f64),
            resolver: None,
            proxy: None,
            roots: Vec::new(),
        }
    }
}

impl Options {
    /// The pause after so many failures in a row.
    pub(crate) fn back_off(&self, failures: u32) -> Duration {
        retry::back_off(self.first_pause, failures, (self.jitter)())
    }

    /// The user agent with the contact.
    pub(crate) fn signature(&self) -> Result<String, Error> {
        let Some(contact) = &self.contact else { return Ok(self.user_agent.clone()) };
        let fits = contact.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'(' | b')' | b'\\'));
        match Url::parse(contact) {
            Ok(url) if fits && matches!(url.scheme(), "mailto" | "http" | "https") => {
                Ok(format!("{} (+{contact})", self.user_agent))
            }
            _ => Err(Error::Contact { contact: contact.clone() }),
        }
    }

    /// The proxy, checked.
    pub(crate) fn proxy(&self) -> Result<Option<Url>, Error> {
        let Some(proxy) = &self.proxy else { return Ok(None) };
        match Url::parse(proxy) {
            Ok(url) if url.scheme() == "http" && url.has_host() && matches!(url.path(), "" | "/") => Ok(Some(url)),
            Ok(url) => Err(Error::Proxy { proxy: crate::guard::shown(&url) }),
            // It may hold a password: nothing of it is repeated.
            Err(_) => Err(Error::Proxy { proxy: "…".to_owned() }),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_with_a_contact_that_is_one() {
        let signed = |contact: &str| Options { contact: Some(contact.into()), ..Options::default() }.signature();
        assert!(signed("mailto:humas@kaltim.example").unwrap().ends_with(" (+mailto:humas@kaltim.example)"));
        assert!(signed("https://diskominfo.example/pesut").is_ok());
        for wrong in ["humas@kaltim.example", "mailto:a\r\nx: y", "https://x.example/)", "mailto:a b"] {
            assert!(matches!(signed(wrong), Err(Error::Contact { .. })), "{wrong}");
        }
    }

    #[test]
    fn jitter_differs_and_stays_within_bounds() {
        let jitter = Options::default().jitter;
        let drawn: Vec<f64> = (0..100).map(|_| jitter()).collect();
        assert!(drawn.iter().all(|value| (0.0..=1.0).contains(value)) && drawn.iter().any(|value| *value != drawn[0]));
    }

    #[test]
    fn a_proxy_is_an_http_address_and_its_password_is_never_shown() {
        let proxy = |address: &str| Options { proxy: Some(address.into()), ..Options::default() }.proxy();
        assert_eq!(proxy("http://u:rahasia@proxy.example:3128").unwrap().unwrap().port(), Some(3128));
        for wrong in [
            "socks5://u:rahasia@proxy.example:1080",
            "http://u:rahasia@[::",
            "proxy.example",
            "http://x.example/rahasia",
        ] {
            let error = proxy(wrong).unwrap_err().to_string();
            assert!(wrong.ends_with("/rahasia") || !error.contains("rahasia"), "{error}");
        }
    }
}
