//! Reads a body within its bounds and undoes gzip as it comes, so that it is never held twice.

use crate::Error;
use crate::fault::{self, Phase};
use flate2::write::GzDecoder;
use std::future::Future;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// More expansion than this is an attack: the most repetitive real feed measured stays below 60.
pub(crate) const RATIO_MAX: usize = 200;
/// Expansion is not judged before this many bytes: a tiny page of blanks is no attack.
const RATIO_FLOOR: usize = 1 << 20;
/// Packed bytes undone in one go: at gzip's most, 1,032 times, they grow to 1 MiB.
const SLICE: usize = 1 << 10;
/// A body larger than this is large, and few of them are held at once.
const SMALL: usize = 1 << 20;
/// Large bodies held at once: sixty-four sources together cannot hold sixty-four times the limit of one.
const LARGE_MAX: usize = 4;
/// How long to wait for room; whoever holds a body works on it, and lets go of it soon.
const ROOM_TIMEOUT: Duration = Duration::from_secs(60);

/// Room for large bodies.
#[derive(Clone, Debug)]
pub(crate) struct Room(Arc<Semaphore>);

/// A part of that room; kept as long as the answer is.
pub(crate) type Place = Arc<OwnedSemaphorePermit>;

impl Default for Room {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(LARGE_MAX)))
    }
}

impl Room {
    async fn place(&self) -> Result<Place, Error> {
        let full = Error::Crowded { permits: LARGE_MAX, seconds: ROOM_TIMEOUT.as_secs() };
        let place = tokio::time::timeout(ROOM_TIMEOUT, self.0.clone().acquire_owned()).await.map_err(|_| full)?;
        Ok(Arc::new(place.expect("the room is never closed")))
    }
}

/// How much of a body is wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    /// Most decoded bytes.
    pub(crate) bytes: usize,
    /// True where what is beyond is not missed, and is left unread.
    pub(crate) cut: bool,
}

/// The time that one try has left.
#[derive(Debug)]
pub(crate) struct Budget {
    left: Duration,
    whole: Duration,
}

impl Budget {
    pub(crate) fn new(whole: Duration) -> Self {
        Self { left: whole, whole }
    }

    /// Runs a part of the try. Waiting for a turn or for room is no part of it: it is not the server's fault.
    pub(crate) async fn run<T>(&mut self, host: &str, part: impl Future<Output = T>) -> Result<T, Error> {
        let start = tokio::time::Instant::now();
        let outcome = tokio::time::timeout(self.left, part).await;
        self.left = self.left.saturating_sub(start.elapsed());
        outcome.map_err(|_| Error::Timeout { host: host.to_owned(), seconds: self.whole.as_secs() })
    }
}

/// Reads the body as it travels.
pub(crate) async fn read(
    response: &mut reqwest::Response,
    host: &str,
    encoding: Option<&str>,
    limit: Limit,
    budget: &mut Budget,
    room: &Room,
) -> Result<(Vec<u8>, Option<Place>), Error> {
    let mut body = Body::new(encoding, limit)?;
    let length = response.content_length().and_then(|length| usize::try_from(length).ok());
    if !limit.cut && length.is_some_and(|length| length > limit.bytes) {
        return Err(Error::TooLarge { limit: limit.bytes });
    }
    let mut place = None;
    while let Some(chunk) = budget
        .run(host, response.chunk())
        .await?
        .map_err(|error| fault::name(host, Phase::Exchange, error.without_url()))?
    {
        for slice in chunk.chunks(SLICE) {
            if place.is_none() && body.len() > SMALL {
                place = Some(room.place().await?);
            }
            body.take(slice)?;
            if body.is_full() {
                return Ok((body.finish()?, place));
            }
        }
    }
    Ok((body.finish()?, place))
}

/// A body on its way.
struct Body {
    sink: Sink,
    limit: Limit,
    taken: usize,
}

enum Sink {
    Plain(Bounded),
    Gzip(Box<Members>),
}

/// How a member of a gzip file starts.
const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The members of a gzip file, one after the other, up to its end or to what is no member.
struct Members {
    decoder: GzDecoder<Bounded>,
    /// After a whole member: the first bytes of what follows it.
    next: Option<Vec<u8>>,
    /// True once something else followed a whole member. Browsers drop that, so servers with it go unnoticed.
    over: bool,
}

impl Members {
    fn new(bounded: Bounded) -> Self {
        Self { decoder: GzDecoder::new(bounded), next: None, over: false }
    }

    fn take(&mut self, mut slice: &[u8]) -> io::Result<()> {
        while !slice.is_empty() && !self.over {
            let Some(next) = &mut self.next else {
                match self.decoder.write(slice)? {
                    0 => {
                        // The member is at its end; its checksum is looked at.
                        self.decoder.try_finish()?;
                        self.next = Some(Vec::new());
                    }
                    taken => slice = &slice[taken..],
                }
                continue;
            };
            let (byte, rest) = slice.split_first().expect("it is not empty");
            next.push(*byte);
            slice = rest;
            if !MAGIC.starts_with(next) {
                self.over = true;
            } else if next.len() == MAGIC.len() {
                let nothing = Bounded { bytes: Vec::new(), limit: 0, over: false };
                self.decoder = GzDecoder::new(std::mem::replace(self.decoder.get_mut(), nothing));
                self.decoder.write_all(&MAGIC)?;
                self.next = None;
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        if self.next.is_some() { Ok(()) } else { self.decoder.try_finish() }
    }
}

/// Collects bytes and takes none beyond the limit.
struct Bounded {
    bytes: Vec<u8>,
    limit: usize,
    /// True once there was more.
    over: bool,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let fits = bytes.len().min(self.limit - self.bytes.len());
        self.bytes.extend_from_slice(&bytes[..fits]);
        self.over |= fits < bytes.len();
        // What does not fit is taken and dropped: the decoder would take an error for its own.
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Body {
    /// Only gzip is ever asked for.
    fn new(encoding: Option<&str>, limit: Limit) -> Result<Self, Error> {
        let bounded = Bounded { bytes: Vec::new(), limit: limit.bytes, over: false };
        let sink = match encoding.map(|encoding| encoding.trim().to_ascii_lowercase()).as_deref() {
            None | Some("" | "identity") => Sink::Plain(bounded),
            Some("gzip" | "x-gzip") => Sink::Gzip(Box::new(Members::new(bounded))),
            Some(other) => return Err(Error::Encoding { encoding: other.to_owned() }),
        };
        Ok(Self { sink, limit, taken: 0 })
    }

    fn bounded(&self) -> &Bounded {
        match &self.sink {
            Sink::Plain(bounded) => bounded,
            Sink::Gzip(members) => members.decoder.get_ref(),
        }
    }

    fn len(&self) -> usize {
        self.bounded().bytes.len()
    }

    /// True where enough is here and the rest is not wanted.
    fn is_full(&self) -> bool {
        let over = matches!(&self.sink, Sink::Gzip(members) if members.over);
        over || self.limit.cut && self.len() >= self.limit.bytes
    }

    fn take(&mut self, slice: &[u8]) -> Result<(), Error> {
        self.taken += slice.len();
        match &mut self.sink {
            Sink::Plain(bounded) => bounded.write_all(slice).expect("a vector takes everything"),
            Sink::Gzip(members) => members.take(slice).map_err(Error::Gzip)?,
        }
        self.check()
    }

    fn check(&self) -> Result<(), Error> {
        let length = self.len();
        if self.bounded().over && !self.limit.cut {
            return Err(Error::TooLarge { limit: self.limit.bytes });
        }
        if length > RATIO_FLOOR && length / RATIO_MAX > self.taken {
            return Err(Error::Bomb { ratio: RATIO_MAX });
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<u8>, Error> {
        if let Sink::Gzip(members) = &mut self.sink {
            // An empty body (a HEAD-like answer, an error page) may still carry the header; one that was cut has no end.
            if self.taken > 0 && !self.limit.cut {
                members.finish().map_err(Error::Gzip)?;
            }
            members.decoder.flush().map_err(Error::Gzip)?;
        }
        self.check()?;
        Ok(match &mut self.sink {
            Sink::Plain(bounded) => std::mem::take(&mut bounded.bytes),
            Sink::Gzip(members) => std::mem::take(&mut members.decoder.get_mut().bytes),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn decode(packed: &[u8], encoding: Option<&str>, limit: Limit) -> Result<Vec<u8>, Error> {
        let mut body = Body::new(encoding, limit)?;
        for slice in packed.chunks(7) {
            body.take(slice)?;
            if body.is_full() {
                break;
            }
        }
        body.finish()
    }

    fn whole(bytes: usize) -> Limit {
        Limit { bytes, cut: false }
    }

    #[test]
    fn decodes_within_bounds() {
        assert_eq!(decode(b"x", None, whole(9)).unwrap(), b"x");
        assert_eq!(decode(b"", Some("gzip"), whole(9)).unwrap(), b"");
        assert_eq!(decode(&gzip(b"halo"), Some("GZIP"), whole(9)).unwrap(), b"halo");
        assert_eq!(decode(&[gzip(b"ha"), gzip(b"lo")].concat(), Some("x-gzip"), whole(9)).unwrap(), b"halo");
        assert!(matches!(decode(&[b'x'; 10], None, whole(9)), Err(Error::TooLarge { limit: 9 })));
        assert!(matches!(decode(&gzip(&[b'x'; 10]), Some("gzip"), whole(9)), Err(Error::TooLarge { limit: 9 })));
        assert!(matches!(decode(b"\x1f\x8bnot gzip", Some("gzip"), whole(99)), Err(Error::Gzip(_))));
        let halo = gzip(b"halo");
        assert!(matches!(decode(&halo[..halo.len() - 9], Some("gzip"), whole(99)), Err(Error::Gzip(_))));
        assert!(matches!(decode(b"x", Some("br"), whole(9)), Err(Error::Encoding { .. })));
        assert!(matches!(decode(b"x", Some("gzip, gzip"), whole(9)), Err(Error::Encoding { .. })));
    }

    #[test]
    fn drops_what_follows_a_whole_member() {
        let halo = gzip(b"halo");
        let with = |rest: &[u8]| decode(&[&halo, rest].concat(), Some("gzip"), whole(9));
        for rest in [&b"\0"[..], b"\0\0\0\0\0\0\0\0\0\0", b"<!-- cache -->", b"\x1f", b"\x1fx", b"\n\x1f\x8b"] {
            assert_eq!(with(rest).unwrap(), b"halo", "{rest:?}");
        }
        let mut body = Body::new(Some("gzip"), whole(9)).unwrap();
        body.take(&[&halo[..], b"rest"].concat()).unwrap();
        assert!(body.is_full(), "a rest without end is not read");
        // Another member has begun, or the only one is not whole.
        assert!(matches!(with(&halo[..3]), Err(Error::Gzip(_))));
        assert!(matches!(with(b"\x1f\x8bnot gzip"), Err(Error::Gzip(_))));
        let mut damaged = halo.clone();
        let checksum = damaged.len() - 8;
        damaged[checksum] ^= 1;
        damaged.extend(b"rest");
        assert!(matches!(decode(&damaged, Some("gzip"), whole(9)), Err(Error::Gzip(_))));
    }

    #[test]
    fn cuts_where_the_rest_is_not_missed() {
        let cut = Limit { bytes: 9, cut: true };
        assert_eq!(decode(&[b'x'; 99], None, cut).unwrap(), [b'x'; 9]);
        assert_eq!(decode(&gzip(&[b'x'; 99]), Some("gzip"), cut).unwrap(), [b'x'; 9]);
        assert_eq!(decode(&gzip(b"halo"), Some("gzip"), cut).unwrap(), b"halo");
    }

    #[test]
    fn refuses_bombs_but_not_small_repetition() {
        assert!(decode(&gzip(&vec![b' '; 1 << 20]), Some("gzip"), whole(1 << 24)).is_ok());
        assert!(matches!(decode(&gzip(&vec![0; 8 << 20]), Some("gzip"), whole(1 << 24)), Err(Error::Bomb { .. })));
    }
}
