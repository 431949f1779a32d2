//! The one HTTP client: follows redirects itself, hop by hop, asks politely, and tries again where that helps.

use crate::body::{self, Budget, Limit, Room};
use crate::dial::{Connection, Dialer, Security};
use crate::fault::{self, Phase};
use crate::gate::{Gates, Turn};
use crate::guard::{self, Access, HostPort};
use crate::lookup::{self, Checked, SystemLookup};
use crate::message::{Request, Response};
use crate::robots::{self, Robots};
use crate::robots_cache::{Asked, Cache, Wishes};
use crate::stream::Stream;
use crate::websocket::WebSocket;
use crate::{Error, Options, retry, tls};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue,
    IF_MODIFIED_SINCE, IF_NONE_MATCH, LOCATION, RETRY_AFTER,
};
use std::fmt;
use std::sync::Arc;
use url::{Host, Url};

const URL_LENGTH_MAX: usize = 8 << 10;
/// Redirects followed to a `robots.txt` (RFC 9309, section 2.3.1.2).
const ROBOTS_REDIRECTS_MAX: usize = 5;

/// A hardened HTTP client; cheap to clone, and all clones keep the same manners together.
#[derive(Clone)]
pub struct Client {
    options: Arc<Options>,
    // Two clients, because the resolver does not see the port: whatever a request names goes through the second.
    public: reqwest::Client,
    named: reqwest::Client,
    dialer: Dialer,
    gates: Arc<Gates>,
    robots: Arc<Cache>,
    room: Room,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("options", &self.options).finish_non_exhaustive()
    }
}

/// How an exchange is led; differs between an answer that is wanted whole, a stream and a `robots.txt`.
#[derive(Clone, Copy)]
struct Manner {
    coding: &'static str,
    limit: Limit,
    max_redirects: usize,
    /// Which try this is, counted from 1.
    tries: u32,
}

/// The head of an answer with the right to read the rest.
struct Opened {
    response: reqwest::Response,
    url: Url,
    turn: Turn,
}

impl Client {
    /// Builds a client.
    ///
    /// # Errors
    /// The proxy, the contact or a root certificate is not one, or the HTTP client cannot be set up.
    pub fn new(mut options: Options) -> Result<Self, Error> {
        options.user_agent = options.signature()?;
        let proxy = options.proxy()?;
        let lookup = options.resolver.clone().unwrap_or_else(|| Arc::new(SystemLookup));
        // A client with a proxy looks up nothing but the proxy, which may well be inside.
        let access = if proxy.is_some() { Access::Named } else { Access::Public };
        let mut public = builder(&options)?.dns_resolver(Checked { lookup: lookup.clone(), access });
        if let Some(proxy) = &proxy {
            public = public.proxy(reqwest::Proxy::all(proxy.clone()).map_err(Error::Setup)?);
        }
        let named = builder(&options)?.dns_resolver(Checked { lookup: lookup.clone(), access: Access::Named });
        let tls = Arc::new(tls::config(&options.roots, &[])?);
        Ok(Self {
            public: public.build().map_err(Error::Setup)?,
            named: named.build().map_err(Error::Setup)?,
            dialer: Dialer { lookup, tls, proxy, timeout: options.connect_timeout },
            gates: Arc::default(),
            robots: Arc::default(),
            room: Room::default(),
            options: Arc::new(options),
        })
    }

    /// Sends one request; an answer of any status is an answer, except 429 and 503, which are tried again first
    /// (and are answers to what is sent [`once`](Request::once)).
    ///
    /// # Errors
    /// There is no answer, or none that may be had: see [`Error`].
    pub async fn send(&self, request: &Request) -> Result<Response, Error> {
        let limit = Limit { bytes: request.max_bytes.unwrap_or(self.options.max_bytes), cut: false };
        self.fetch(&parse(&request.url)?, request, limit, self.options.max_redirects).await
    }

    /// Opens an answer that is read as it comes; any status is an answer. Redirects are followed, nothing is tried again.
    /// The host may be asked other things while the stream is open.
    ///
    /// # Errors
    /// As for [`send`](Self::send).
    pub async fn stream(&self, request: &Request) -> Result<Stream, Error> {
        let limit = Limit { bytes: 0, cut: false };
        let manner =
            Manner { coding: "identity", limit, max_redirects: self.options.max_redirects, tries: self.options.tries };
        let mut budget = Budget::new(self.options.timeout);
        let opened = self.follow(&parse(&request.url)?, request, manner, &mut budget).await?;
        match text(opened.response.headers(), &CONTENT_ENCODING) {
            None | Some("" | "identity") => Ok(Stream::new(opened.response, host(&opened.url), self.options.idle)),
            Some(other) => Err(Error::Encoding { encoding: other.to_owned() }),
        }
    }

    /// Opens a web socket at a `ws` or `wss` address; redirects are not followed.
    ///
    /// # Errors
    /// As for [`send`](Self::send), and where the server does not open one.
    pub async fn websocket(&self, request: &Request) -> Result<WebSocket, Error> {
        let (url, over) = socket_addresses(&request.url)?;
        let access = guard::check_web(&over, &request.allow_private)?;
        let turn = self.turn(&over, access).await?;
        let limit = request.max_bytes.unwrap_or(self.options.max_bytes);
        let mut budget = Budget::new(self.options.timeout);
        let connection = self.dialer.dial(&over, &request.allow_private).await?;
        let signature = &self.options.user_agent;
        let opened = WebSocket::open(connection, &url, request, signature, self.options.idle, limit);
        let outcome = budget.run(&host(&url), opened).await?;
        match &outcome {
            Ok(_) => turn.answered(101, std::time::Duration::ZERO),
            Err(Error::Handshake { status: status @ (429 | 503), .. }) => {
                turn.told_to_wait(*status, None);
            }
            Err(_) => {}
        }
        outcome
    }

    /// Connects to a server that speaks something other than HTTP, such as mail.
    ///
    /// # Errors
    /// As for [`send`](Self::send), and where an unencrypted connection is asked for to a host that was not named.
    pub async fn connect(
        &self,
        server: &HostPort,
        security: Security,
        allow_private: &[HostPort],
    ) -> Result<Connection, Error> {
        let scheme = match security {
            Security::Tls => "https",
            Security::Plain if allow_private.contains(server) => "http",
            Security::Plain => {
                let reason = "without encryption only hosts named in allow_private are connected to";
                return Err(Error::Address { url: server.to_string(), reason });
            }
        };
        self.dialer.dial(&parse(&format!("{scheme}://{server}/"))?, allow_private).await
    }

    /// What the `robots.txt` of a request's site says, as it is obeyed: an empty one where the site has none.
    ///
    /// # Errors
    /// The site does not answer, or its file cannot be read.
    pub async fn robots(&self, request: &Request) -> Result<Arc<Robots>, Error> {
        let url = parse(&request.url)?;
        match self.wishes(&url, &request.allow_private).await? {
            Wishes::Known(robots) => Ok(robots),
            Wishes::Unreadable(reason) => Err(Error::RobotsUnreadable { host: host(&url), reason }),
        }
    }

    async fn fetch(&self, url: &Url, request: &Request, limit: Limit, max_redirects: usize) -> Result<Response, Error> {
        let tries = if request.once { self.options.tries } else { 1 };
        let mut manner = Manner { coding: "gzip", limit, max_redirects, tries };
        loop {
            match self.attempt(url, request, manner).await {
                Err(error) if manner.tries < self.options.tries && retry::helps(&error) => manner.tries += 1,
                outcome => return outcome,
            }
        }
    }

    /// One try; the pause before the next is noted at the gate of the host that failed.
    async fn attempt(&self, url: &Url, request: &Request, manner: Manner) -> Result<Response, Error> {
        let mut budget = Budget::new(request.timeout.unwrap_or(self.options.timeout));
        let Opened { mut response, url, turn } = self.follow(url, request, manner, &mut budget).await?;
        let encoding = text(response.headers(), &CONTENT_ENCODING).map(str::to_owned);
        let read =
            body::read(&mut response, &host(&url), encoding.as_deref(), manner.limit, &mut budget, &self.room).await;
        let (body, place) = read.inspect_err(|error| self.give_up(&turn, error, manner))?;
        Ok(Response::new(response.status().as_u16(), &url, response.headers(), body, place))
    }

    /// Follows redirects to the head of an answer; every hop is checked before anything is sent to it.
    async fn follow(&self, url: &Url, request: &Request, manner: Manner, budget: &mut Budget) -> Result<Opened, Error> {
        let (first, mut url) = (url.origin(), url.clone());
        for _ in 0..=manner.max_redirects {
            let (response, turn) = self.hop(&url, request, url.origin() == first, manner, budget).await?;
            // Followed, a POST would go on as a GET, and its answer would pass for a message taken.
            let Some(next) = (if request.once { None } else { redirect(&response, &url)? }) else {
                return Ok(Opened { response, url, turn });
            };
            if url.scheme() == "https" && next.scheme() == "http" && !self.options.allow_downgrade {
                return Err(Error::Downgrade { host: host(&next) });
            }
            url = next;
        }
        Err(Error::Redirects { limit: manner.max_redirects })
    }

    /// Sends one request when it is its turn, and waits for the head of its answer.
    async fn hop(
        &self,
        url: &Url,
        request: &Request,
        home: bool,
        manner: Manner,
        budget: &mut Budget,
    ) -> Result<(reqwest::Response, Turn), Error> {
        let access = guard::check_web(url, &request.allow_private)?;
        if request.robots {
            self.obey(url, request, access).await?;
        }
        let turn = self.turn(url, access).await?;
        let builder = self.build(url, request, home, manner.coding, access, turn.close)?;
        let sent_at = (self.options.clock)();
        let sent = async {
            self.check_behind_proxy(url, access).await?;
            builder.send().await.map_err(|error| transport(url, error))
        };
        let response = budget.run(&host(url), sent).await?.inspect_err(|error| self.give_up(&turn, error, manner))?;
        let (status, headers) = (response.status().as_u16(), response.headers());
        if matches!(status, 429 | 503) {
            let retry_after = retry::retry_after(text(headers, &RETRY_AFTER), text(headers, &DATE));
            let header = |name: &'static str| headers.get(name)?.to_str().ok();
            let retry_after = retry_after.or_else(|| retry::window(header).filter(|_| status == 429));
            turn.told_to_wait(status, retry_after);
            return if request.once { Ok((response, turn)) } else { Err(Error::Busy { status, retry_after }) };
        }
        turn.answered(status, (self.options.clock)().saturating_sub(sent_at));
        Ok((response, turn))
    }

    async fn turn(&self, url: &Url, access: Access) -> Result<Turn, Error> {
        let pace = if access == Access::Named { self.options.pace_private } else { self.options.pace };
        let gate = self.gates.of(url, pace, (self.options.clock)());
        gate.enter(&self.gates, &self.options).await
    }

    /// A failure that another try follows keeps everybody from the host for a moment.
    fn give_up(&self, turn: &Turn, error: &Error, manner: Manner) {
        if manner.tries < self.options.tries && retry::helps(error) {
            turn.failed(manner.tries);
        }
    }

    fn build(
        &self,
        url: &Url,
        request: &Request,
        home: bool,
        coding: &'static str,
        access: Access,
        close: bool,
    ) -> Result<reqwest::RequestBuilder, Error> {
        let client = if access == Access::Named { &self.named } else { &self.public };
        let mut address = url.clone();
        if home && !request.secret_query.is_empty() {
            let secrets = request.secret_query.iter().map(|(name, secret)| (name, secret.reveal()));
            address.query_pairs_mut().extend_pairs(secrets);
        }
        if home && let Some(secret) = &request.secret_path {
            // As the `url` crate spells `{secret}`.
            address.set_path(&url.path().replace("%7Bsecret%7D", secret.reveal()));
        }
        let mut builder = match &request.body {
            // A redirected POST goes on as a GET, as browsers do it.
            Some(body) if home => {
                client.post(address).header(CONTENT_TYPE, &*body.content_type).body(body.content.as_bytes().to_vec())
            }
            _ => client.get(address),
        };
        builder = builder.header(ACCEPT_ENCODING, coding);
        if close {
            builder = builder.header(CONNECTION, "close");
        }
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
        Ok(builder)
    }

    /// A proxy connects on our behalf: a name that is inside is refused before the proxy hears of it.
    async fn check_behind_proxy(&self, url: &Url, access: Access) -> Result<(), Error> {
        if let (Some(_), Access::Public, Some(Host::Domain(name))) = (&self.dialer.proxy, access, url.host()) {
            let found = lookup::resolve(self.dialer.lookup.as_ref(), name, access).await;
            found.map_err(|error| fault::name(name, Phase::Connect, error))?;
        }
        Ok(())
    }

    /// Refuses what the site does not want read.
    async fn obey(&self, url: &Url, request: &Request, access: Access) -> Result<(), Error> {
        let robots = match self.wishes(url, &request.allow_private).await? {
            Wishes::Known(robots) => robots,
            Wishes::Unreadable(reason) => return Err(Error::RobotsUnreadable { host: host(url), reason }),
        };
        let pace = if access == Access::Named { self.options.pace_private } else { self.options.pace };
        self.gates.of(url, pace, (self.options.clock)()).set_floor(robots.crawl_delay);
        match robots.forbids(&url[url::Position::BeforePath..url::Position::AfterQuery]) {
            None => Ok(()),
            Some(forbidden) => Err(Error::Robots {
                host: host(url),
                path: url.path().to_owned(),
                rule: forbidden.rule,
                line: forbidden.line,
            }),
        }
    }

    /// What the site of an address wants, asked for when it is not known. Boxed, since asking is a fetch of its own.
    fn wishes<'a>(&'a self, url: &'a Url, allow_private: &'a [HostPort]) -> BoxFuture<'a, Result<Wishes, Error>> {
        async move {
            let now = || (self.options.clock)();
            let mut site = self.robots.site(url, now()).await;
            if let Some(wishes) = site.current(now()) {
                return Ok(wishes);
            }
            let address = url.join("/robots.txt").expect("a web address has room for a path");
            let request = Request { allow_private: allow_private.to_vec(), ..Request::new(address.as_str()) };
            let limit = Limit { bytes: robots::BYTES_MAX, cut: true };
            let asked = match self.fetch(&address, &request, limit, ROBOTS_REDIRECTS_MAX).await {
                Ok(response) if response.is_success() => Asked::File(Robots::parse(&response.body, robots::AGENT)),
                Ok(response) if response.status >= 500 => Asked::Unreadable(format!("HTTP {}", response.status)),
                // Not there, not for us, or moved in circles: the site has stated no wishes.
                Ok(_) | Err(Error::Redirects { .. }) => Asked::File(Robots::default()),
                Err(
                    error @ (Error::Encoding { .. } | Error::Gzip(_) | Error::Bomb { .. } | Error::Downgrade { .. }),
                ) => Asked::Unreadable(error.to_string()),
                // No answer at all would meet the page too: that is what the operator has to know.
                Err(error) => {
                    return match site.learn(Asked::Unreadable(error.to_string()), now()) {
                        Wishes::Unreadable(_) => Err(error),
                        known @ Wishes::Known(_) => Ok(known),
                    };
                }
            };
            Ok(site.learn(asked, now()))
        }
        .boxed()
    }
}

fn builder(options: &Options) -> Result<reqwest::ClientBuilder, Error> {
    Ok(reqwest::Client::builder()
        .tls_backend_preconfigured(tls::config(&options.roots, &[b"h2", b"http/1.1"])?)
        .user_agent(&options.user_agent)
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        // A proxy from the environment would connect on our behalf and undo the address check.
        .no_proxy()
        .connect_timeout(options.connect_timeout)
        // A head is bounded by hyper: 100 headers and about 400 KiB in HTTP/1, and this much in HTTP/2.
        .http2_max_header_list_size(64 << 10)
        // Old sites write heads that a strict reader refuses, and browsers do not.
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .http1_ignore_invalid_headers_in_responses(true)
        .pool_max_idle_per_host(1)
        .pool_idle_timeout(crate::gate::IDLE))
}

/// The address of a web socket, and the same with `http` or `https`: the guard and the dialer know no other schemes.
fn socket_addresses(address: &str) -> Result<(Url, Url), Error> {
    let given = parse(address)?;
    let (socket, plain) = match given.scheme() {
        "ws" | "http" => ("ws", "http"),
        "wss" | "https" => ("wss", "https"),
        _ => return Err(Error::Address { url: guard::shown(&given), reason: "it is no address of a web socket" }),
    };
    let (mut url, mut over) = (given.clone(), given);
    url.set_scheme(socket).expect("web schemes may replace each other");
    over.set_scheme(plain).expect("web schemes may replace each other");
    Ok((url, over))
}

fn parse(address: &str) -> Result<Url, Error> {
    if address.len() > URL_LENGTH_MAX {
        let start: String = address.chars().take(80).collect();
        return Err(Error::Address { url: format!("{start}…"), reason: "it is too long" });
    }
    let url = Url::parse(address).map_err(|_| {
        let without_query = address.split(['?', '#']).next().unwrap_or_default();
        // What stands before an @ may be a password.
        let without_user = without_query.rsplit('@').next().unwrap_or_default().to_owned();
        Error::Address { url: without_user, reason: "it is not an absolute web address" }
    })?;
    if !url.username().is_empty() || url.password().is_some() {
        let reason = "it holds a name or password, which belong in `user` and `password`";
        return Err(Error::Address { url: guard::shown(&url), reason });
    }
    Ok(url)
}

/// The next hop, if the answer is a redirect that names one.
fn redirect(response: &reqwest::Response, url: &Url) -> Result<Option<Url>, Error> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let Some(location) = response.headers().get(LOCATION) else { return Ok(None) };
    // Some sites write their own language into it, which browsers read as UTF-8.
    match url.join(&String::from_utf8_lossy(location.as_bytes())) {
        Ok(mut next) if next.as_str().len() <= URL_LENGTH_MAX => {
            // A login that a server hands out is not ours to send; where there can be none, there is nothing to take away.
            let _ = (next.set_username(""), next.set_password(None));
            Ok(Some(next))
        }
        _ => Err(Error::Address { url: guard::shown(url), reason: "it redirects to something that is not an address" }),
    }
}

/// Names the fault of a failed exchange.
fn transport(url: &Url, error: reqwest::Error) -> Error {
    let error = error.without_url();
    if error.is_connect() && error.is_timeout() {
        return Error::Unreachable { host: host(url) };
    }
    let phase = if error.is_connect() { Phase::Connect } else { Phase::Exchange };
    fault::name(&host(url), phase, error)
}

fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
