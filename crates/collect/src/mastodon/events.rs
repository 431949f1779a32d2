//! Server-sent events as a streaming server sends them.

/// The most bytes of one event; a status of half a million characters is none.
const EVENT_BYTES_MAX: usize = 1 << 20;

/// Cuts a stream of bytes into events, wherever the network cut it.
#[derive(Default)]
pub(super) struct Events {
    rest: Vec<u8>,
    name: String,
    data: String,
}

/// One event with its payload.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) name: String,
    pub(super) data: String,
}

/// An event beyond all measure: the stream is not what it should be.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooLong;

impl Events {
    /// Takes what arrived and gives what is complete. Comments (`:thump`) only show that the line is alive.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<Vec<Event>, TooLong> {
        self.rest.extend_from_slice(bytes);
        let mut events = Vec::new();
        let mut start = 0;
        while let Some(length) = memchr::memchr(b'\n', &self.rest[start..]) {
            let line = String::from_utf8_lossy(&self.rest[start..start + length]).into_owned();
            start += length + 1;
            events.extend(self.line(line.trim_end_matches('\r')));
            if self.data.len() > EVENT_BYTES_MAX {
                return Err(TooLong);
            }
        }
        self.rest.drain(..start);
        if self.rest.len() > EVENT_BYTES_MAX { Err(TooLong) } else { Ok(events) }
    }

    fn line(&mut self, line: &str) -> Option<Event> {
        if line.is_empty() {
            let (name, data) = (std::mem::take(&mut self.name), std::mem::take(&mut self.data));
            return (!data.is_empty()).then_some(Event { name, data });
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.name),
            "data" => {
                if !self.data.is_empty() {
                    self.data.push('\n');
                }
                self.data.push_str(value);
            }
            _ => {} // a comment, or a field that nobody needs
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_events_however_the_bytes_arrive() {
        let stream = ":)\n\nevent: update\r\ndata: {\"id\":\"1\"}\r\n\r\n:thump\nevent: delete\ndata: 2\n\nevent: empty\n\ndata:a\ndata: b\n\n";
        let event = |name: &str, data: &str| Event { name: name.into(), data: data.into() };
        let expected = [event("update", "{\"id\":\"1\"}"), event("delete", "2"), event("", "a\nb")];
        for size in [1, 3, stream.len()] {
            let mut events = Events::default();
            let found: Vec<_> = stream.as_bytes().chunks(size).flat_map(|chunk| events.push(chunk).unwrap()).collect();
            assert_eq!(found, expected, "in pieces of {size}");
        }
    }

    #[test]
    fn an_event_without_end_is_refused() {
        let mut events = Events::default();
        assert_eq!(events.push(&[b'x'; EVENT_BYTES_MAX + 1]), Err(TooLong));
        let mut events = Events::default();
        let line = format!("data: {}\n", "x".repeat(1000));
        assert!((0..2000).any(|_| events.push(line.as_bytes()).is_err()));
    }
}
