//! An answer that is read as it comes and has no end of its own.

use crate::Error;
use crate::fault::{self, Phase};
use std::time::Duration;

/// The open body of an answer. Its silence is bounded; its length and duration are the caller's to bound.
#[derive(Debug)]
pub struct Stream {
    response: reqwest::Response,
    host: String,
    idle: Duration,
}

impl Stream {
    pub(crate) fn new(response: reqwest::Response, host: String, idle: Duration) -> Self {
        Self { response, host, idle }
    }

    /// HTTP status.
    pub fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// A header, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// The next bytes as they came, in pieces that end anywhere; `None` where the server has ended the answer.
    pub async fn chunk(&mut self) -> Result<Option<Vec<u8>>, Error> {
        match tokio::time::timeout(self.idle, self.response.chunk()).await {
            Ok(Ok(chunk)) => Ok(chunk.map(|bytes| bytes.to_vec())),
            Ok(Err(error)) => Err(fault::name(&self.host, Phase::Exchange, error.without_url())),
            Err(_) => Err(Error::Silent { host: self.host.clone(), seconds: self.idle.as_secs() }),
        }
    }
}
