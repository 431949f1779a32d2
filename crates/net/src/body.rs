//! Reads a body within its bounds, and undoes gzip within the same bounds.

use crate::Error;
use flate2::bufread::MultiGzDecoder;
use std::io::Read;

/// More expansion than this is an attack: the most repetitive real feed measured stays below 60.
pub(crate) const RATIO_MAX: usize = 200;
/// Expansion is not judged before this many bytes: a tiny page of blanks is no attack.
const RATIO_FLOOR: usize = 1 << 20;
const CHUNK: usize = 16 << 10;

/// Reads the body as it travels; at most one network chunk beyond the limit is ever held.
pub(crate) async fn read(response: &mut reqwest::Response, limit: usize) -> Result<Vec<u8>, ReadError> {
    if response.content_length().is_some_and(|length| length > limit as u64) {
        return Err(ReadError::Refused(Error::TooLarge { limit }));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(ReadError::Transport)? {
        if body.len() + chunk.len() > limit {
            return Err(ReadError::Refused(Error::TooLarge { limit }));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Why a body could not be read: the transport's fault is reported together with the host by the caller.
pub(crate) enum ReadError {
    Transport(reqwest::Error),
    Refused(Error),
}

/// Undoes the content encoding; only gzip is ever asked for.
pub(crate) fn decode(body: Vec<u8>, encoding: Option<&str>, limit: usize) -> Result<Vec<u8>, Error> {
    match encoding.map(|encoding| encoding.trim().to_ascii_lowercase()).as_deref() {
        None | Some("" | "identity") => Ok(body),
        // An empty body (a HEAD-like answer, an error page) may still carry the header.
        Some("gzip" | "x-gzip") if body.is_empty() => Ok(body),
        Some("gzip" | "x-gzip") => gunzip(&body, limit),
        Some(other) => Err(Error::Encoding { encoding: other.to_owned() }),
    }
}

fn gunzip(packed: &[u8], limit: usize) -> Result<Vec<u8>, Error> {
    let mut decoder = MultiGzDecoder::new(packed);
    let mut body = Vec::new();
    let mut chunk = [0; CHUNK];
    loop {
        let count = match decoder.read(&mut chunk) {
            Ok(0) => return Ok(body),
            Ok(count) => count,
            Err(error) => return Err(Error::Gzip(error)),
        };
        if body.len() + count > limit {
            return Err(Error::TooLarge { limit });
        }
        body.extend_from_slice(&chunk[..count]);
        let consumed = packed.len() - decoder.get_ref().len();
        if body.len() > RATIO_FLOOR && body.len() / RATIO_MAX > consumed {
            return Err(Error::Bomb { ratio: RATIO_MAX });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn decodes_within_bounds() {
        assert_eq!(decode(b"x".to_vec(), None, 9).unwrap(), b"x");
        assert_eq!(decode(gzip(b"halo"), Some("GZIP"), 9).unwrap(), b"halo");
        assert_eq!(decode([gzip(b"ha"), gzip(b"lo")].concat(), Some("x-gzip"), 9).unwrap(), b"halo");
        assert!(matches!(decode(gzip(&[b'x'; 10]), Some("gzip"), 9), Err(Error::TooLarge { limit: 9 })));
        assert!(matches!(decode(b"\x1f\x8bnot gzip".to_vec(), Some("gzip"), 99), Err(Error::Gzip(_))));
        assert!(matches!(decode(b"x".to_vec(), Some("br"), 9), Err(Error::Encoding { .. })));
        assert!(matches!(decode(b"x".to_vec(), Some("gzip, gzip"), 9), Err(Error::Encoding { .. })));
    }

    #[test]
    fn refuses_bombs_but_not_small_repetition() {
        assert!(decode(gzip(&vec![b' '; 1 << 20]), Some("gzip"), 1 << 24).is_ok());
        assert!(matches!(decode(gzip(&vec![0; 8 << 20]), Some("gzip"), 1 << 24), Err(Error::Bomb { .. })));
    }
}
