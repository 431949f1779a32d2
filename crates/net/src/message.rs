//! What is asked and what is answered, as plain values.

use crate::body::Place;
use crate::{HostPort, Secret};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// One request, conditional where a validator of an earlier answer is given.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// An `http` or `https` address.
    pub url: String,
    /// What is sent along; its presence makes the request a POST.
    pub body: Option<Body>,
    /// Headers of an interface, such as an API version. None may hold a secret.
    pub headers: Vec<(&'static str, String)>,
    /// Headers that hold a secret; sent to the first host only, never to one that it redirects to.
    pub secret_headers: Vec<(&'static str, Secret)>,
    /// Query parameters that hold a secret, as some interfaces want their key; kept out of every message.
    pub secret_query: Vec<(&'static str, Secret)>,
    /// Stands in the path where the address says `{secret}`, as some interfaces want their key; on the first host only, and
    /// kept out of every message.
    pub secret_path: Option<Secret>,
    /// True where `robots.txt` is asked first: for pages and feeds. Interfaces that are entered with a key are not.
    pub robots: bool,
    /// `ETag` of an earlier answer.
    pub etag: Option<String>,
    /// `Last-Modified` of an earlier answer.
    pub last_modified: Option<String>,
    /// Media types wanted; anything when absent.
    pub accept: Option<String>,
    /// Most decoded bytes accepted; the client's own limit when absent.
    pub max_bytes: Option<usize>,
    /// Hosts that may be reached although their address is private.
    pub allow_private: Vec<HostPort>,
    /// True for what must not happen twice, such as handing over a message: it is tried once, no redirect is followed,
    /// and every status is an answer, 429 and 503 too. Whether a failure came too early to matter is told by
    /// [`Error::before_sending`](crate::Error::before_sending).
    pub once: bool,
    /// Time for one try in full; the client's own when absent. For uploads.
    pub timeout: Option<Duration>,
}

impl Request {
    /// An unconditional GET.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), ..Self::default() }
    }
}

/// What a POST sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// Its media type.
    pub content_type: Cow<'static, str>,
    /// Its bytes.
    pub content: Content,
}

/// The bytes of a body; none of them is ever printed.
#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    /// Text; may hold a secret (a password of a session), and therefore is one.
    Text(Secret),
    /// Anything else, such as a form with files.
    Bytes(Arc<[u8]>),
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Content({} bytes)", self.as_bytes().len())
    }
}

impl Content {
    /// The bytes, for the one place that sends them.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(secret) => secret.reveal().as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

impl Body {
    /// JSON.
    pub fn json(text: impl Into<Arc<str>>) -> Self {
        Self::text("application/json", text)
    }

    /// Text of any media type.
    pub fn text(content_type: &'static str, text: impl Into<Arc<str>>) -> Self {
        Self { content_type: Cow::Borrowed(content_type), content: Content::Text(Secret::new(text)) }
    }

    /// Bytes that are no text.
    pub fn bytes(content_type: impl Into<Cow<'static, str>>, bytes: impl Into<Arc<[u8]>>) -> Self {
        Self { content_type: content_type.into(), content: Content::Bytes(bytes.into()) }
    }
}

/// An answer of any status except those that ask to come back later, which are an [`Error::Busy`](crate::Error::Busy)
/// unless the request is one that is sent [`once`](Request::once).
#[derive(Clone, Debug)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// The address that answered, after redirects.
    pub final_url: String,
    /// The body, decompressed.
    pub body: Vec<u8>,
    /// Media type in lower case without parameters, such as `application/rss+xml`.
    pub content_type: Option<String>,
    /// The charset that `Content-Type` declares.
    pub charset: Option<String>,
    /// Validator for the next request.
    pub etag: Option<String>,
    /// Validator for the next request.
    pub last_modified: Option<String>,
    /// Every header that is text, by lower-case name; the last of a repeated one.
    pub headers: BTreeMap<String, String>,
    /// True for 304: what the caller has is still current.
    pub not_modified: bool,
    // Large bodies are counted as long as their answers live; a caller that keeps many must read them one after another.
    _place: Option<Place>,
}

impl Response {
    /// Builds the answer from its head; the body follows.
    pub(crate) fn new(
        status: u16,
        final_url: &url::Url,
        headers: &reqwest::header::HeaderMap,
        body: Vec<u8>,
        place: Option<Place>,
    ) -> Self {
        let headers: BTreeMap<String, String> = headers
            .iter()
            .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
            .collect();
        let (content_type, charset) = headers.get("content-type").map_or((None, None), |value| media_type(value));
        Self {
            status,
            final_url: final_url.to_string(),
            body,
            content_type,
            charset,
            etag: headers.get("etag").cloned(),
            last_modified: headers.get("last-modified").cloned(),
            not_modified: status == 304,
            headers,
            _place: place,
        }
    }

    /// True for 200 to 299.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Splits `Content-Type` into its media type and charset.
fn media_type(value: &str) -> (Option<String>, Option<String>) {
    let mut parts = value.split(';').map(str::trim);
    let essence = parts.next().filter(|essence| !essence.is_empty()).map(str::to_ascii_lowercase);
    let charset = parts
        .filter_map(|part| part.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
        .map(|(_, charset)| charset.trim().trim_matches(['"', '\'']).to_owned())
        .filter(|charset| !charset.is_empty());
    (essence, charset)
}

#[cfg(test)]
mod tests {
    use super::{Body, media_type};

    #[test]
    fn a_body_never_shows_itself() {
        for body in [Body::json("rahasia"), Body::bytes("image/png", *b"rahasia")] {
            assert!(!format!("{body:?}").contains("rahasia") && format!("{body:?}").contains("7 bytes"));
        }
    }

    #[test]
    fn splits_content_type() {
        let both = |essence: &str, charset: &str| (Some(essence.to_owned()), Some(charset.to_owned()));
        assert_eq!(media_type("Text/XML; Charset=\"UTF-8\""), both("text/xml", "UTF-8"));
        assert_eq!(media_type("text/html; boundary=x; charset=windows-1252"), both("text/html", "windows-1252"));
        assert_eq!(media_type("text/html; charset="), (Some("text/html".to_owned()), None));
        assert_eq!(media_type(""), (None, None));
    }
}
