//! The authenticated interface of a personal data server: logging in, asking, and the ways of saying no.

use super::Bluesky;
use crate::Error;
use net::{Body, Request, Response, Secret};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

/// Tokens of a session; kept in memory only, because whoever reads a database must not become the office.
#[derive(Clone)]
pub(super) struct Session {
    access: Secret,
    refresh: Secret,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tokens {
    access_jwt: String,
    refresh_jwt: String,
}

/// An error of the protocol's own form.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    error: String,
    message: String,
}

impl Refusal {
    /// The token is too old, or the server has forgotten it: a new one helps.
    fn is_stale(&self) -> bool {
        matches!(self.error.as_str(), "ExpiredToken" | "InvalidToken" | "AuthMissing")
    }
}

/// Why a question has no answer.
enum Failed {
    /// The session is over.
    Stale,
    Error(Error),
}

/// One service with its session.
pub(super) struct Api<'a> {
    client: &'a net::Client,
    source: &'a Bluesky,
}

impl<'a> Api<'a> {
    pub(super) fn new(client: &'a net::Client, source: &'a Bluesky) -> Self {
        Self { client, source }
    }

    /// Asks one method; a session that is over is renewed once.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        method: &str,
        query: &[(&'static str, String)],
    ) -> Result<T, Error> {
        let mut kept = self.source.session.lock().await;
        let session = match kept.clone() {
            Some(session) => session,
            None => kept.insert(self.log_in().await?).clone(),
        };
        match self.ask(method, query, &session.access).await {
            Err(Failed::Stale) => {
                *kept = None;
                // A refused refresh is no fault: the password still counts.
                let renewed = match self.renew(&session).await {
                    Ok(session) => session,
                    Err(_) => self.log_in().await?,
                };
                let answer = self.ask(method, query, &kept.insert(renewed).access).await;
                answer.map_err(|failed| match failed {
                    Failed::Error(error) => error,
                    Failed::Stale => Error::Denied {
                        status: 401,
                        code: "ExpiredToken".to_owned(),
                        advice: "the service forgets a session as soon as it has opened it; try another `service`",
                    },
                })
            }
            answer => answer.map_err(|failed| match failed {
                Failed::Error(error) => error,
                Failed::Stale => unreachable!("handled above"),
            }),
        }
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        method: &str,
        query: &[(&'static str, String)],
        token: &Secret,
    ) -> Result<T, Failed> {
        let mut request = self.request(method, Some(token));
        if !query.is_empty() {
            let mut url = Url::parse(&request.url).expect("built from a checked address");
            url.query_pairs_mut().extend_pairs(query);
            request.url = url.into();
        }
        let response = self.client.send(&request).await.map_err(|error| Failed::Error(error.into()))?;
        if !response.is_success() && refusal(&response).is_stale() {
            return Err(Failed::Stale);
        }
        read(&response).map_err(Failed::Error)
    }

    /// `com.atproto.server.createSession`: 30 times in five minutes, 300 a day, so the session is kept.
    async fn log_in(&self) -> Result<Session, Error> {
        let options = &self.source.options;
        let (Some(identifier), Some(password)) = (&options.identifier, &options.app_password) else {
            unreachable!("checked when the collector was built")
        };
        let secret = password.read()?;
        let credentials = serde_json::json!({"identifier": identifier, "password": secret.reveal()}).to_string();
        let mut request = self.request("com.atproto.server.createSession", None);
        request.body = Some(Body::json(credentials));
        let response = self.client.send(&request).await?;
        let refusal = refusal(&response);
        let advice = match refusal.error.as_str() {
            "AuthFactorTokenRequired" => "the account wants a code by mail; name an app password instead of its own",
            "AccountTakedown" => "the account was closed by the service",
            "AuthenticationRequired" => {
                "`identifier` and app password are not accepted; make a new app password in the account's settings"
            }
            _ => return session(&response),
        };
        Err(Error::Denied { status: response.status, code: refusal.error, advice })
    }

    async fn renew(&self, old: &Session) -> Result<Session, Error> {
        let mut request = self.request("com.atproto.server.refreshSession", Some(&old.refresh));
        request.body = Some(Body::json("")); // empty, and yet a POST, as the method wants it
        session(&self.client.send(&request).await?)
    }

    fn request(&self, method: &str, token: Option<&Secret>) -> Request {
        let mut url = Url::parse(&self.source.options.service).expect("checked when the collector was built");
        url.set_path(&format!("/xrpc/{method}"));
        url.set_query(None);
        Request {
            accept: Some("application/json".to_owned()),
            // Entered with an account of its own, so `robots.txt`, which is for visitors, is not asked.
            robots: false,
            allow_private: self.source.common.allow_private.clone(),
            secret_headers: token
                .map(|token| ("authorization", Secret::new(format!("Bearer {}", token.reveal()))))
                .into_iter()
                .collect(),
            ..Request::new(url)
        }
    }
}

fn session(response: &Response) -> Result<Session, Error> {
    let tokens: Tokens = read(response)?;
    Ok(Session { access: Secret::new(tokens.access_jwt), refresh: Secret::new(tokens.refresh_jwt) })
}

fn refusal(response: &Response) -> Refusal {
    serde_json::from_slice(&response.body).unwrap_or_default()
}

fn read<T: DeserializeOwned>(response: &Response) -> Result<T, Error> {
    let status = response.status;
    if response.is_success() {
        return serde_json::from_slice(&response.body).map_err(|_| Error::Unexpected {
            found: match response.content_type.as_deref() {
                Some("text/html") => "a web page".to_owned(),
                _ => "something else".to_owned(),
            },
            wanted: "JSON of the AT protocol",
        });
    }
    let refusal = refusal(response);
    match (status, refusal.error.as_str()) {
        // public.api.bsky.app answers searches with a page of its gateway, whoever asks.
        (401 | 403, "") => Err(Error::Denied {
            status,
            code: "a page".to_owned(),
            advice: "this server gives no searches; `service` must be the server of the account, such as https://bsky.social",
        }),
        (_, "") => Err(Error::Status { status }),
        (_, code) => {
            let said: String = format!("{code}: {}", refusal.message).chars().take(200).collect();
            Err(Error::Refused { status, code: said })
        }
    }
}
