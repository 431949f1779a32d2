//! Bytes as a source may give them → document → analysis, with the repository's lexicons.
//!
//! The first byte chooses the kind of source and the format of the body; up to the first NUL stands the title.
#![no_main]

use analyse::Analyser;
use jiff::{Timestamp, tz::TimeZone};
use libfuzzer_sys::fuzz_target;
use model::{Analysis, BodyFormat, Document, Engagement, RawItem, SourceKind, Span, StoredItem};
use std::path::Path;
use std::sync::{Arc, LazyLock};
use text::{LexiconFiles, Lexicons, Reader};

static LEXICONS: LazyLock<Arc<Lexicons>> = LazyLock::new(|| {
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lexicons");
    let (mut files, mut folders) = (LexiconFiles::new(), vec![base.clone()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("lexicons are there") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(content) = std::fs::read_to_string(&path) {
                let name = path.strip_prefix(&base).expect("below").to_string_lossy().into_owned();
                files.insert(name, content);
            }
        }
    }
    Arc::new(Lexicons::load(&files, "kaltim").expect("the repository's lexicons load"))
});

static READER: LazyLock<Reader> =
    LazyLock::new(|| Reader::new(LEXICONS.clone(), TimeZone::UTC).expect("the repository's patterns compile"));

static ANALYSER: LazyLock<Analyser> = LazyLock::new(|| Analyser::new(LEXICONS.clone()));

fuzz_target!(|data: &[u8]| {
    let Some((&choice, rest)) = data.split_first() else { return };
    let kind = SourceKind::ALL[usize::from(choice) % SourceKind::ALL.len()];
    let format = [BodyFormat::Text, BodyFormat::Fragment, BodyFormat::Page][usize::from(choice >> 4) % 3];
    let (title, body) = match rest.iter().position(|&byte| byte == 0) {
        Some(at) => (Some(String::from_utf8_lossy(&rest[..at]).into_owned()), &rest[at + 1..]),
        None => (None, rest),
    };

    // As it comes from a source …
    let item = RawItem {
        source: "fuzz".into(),
        id: "1".into(),
        revision: String::new(),
        kind,
        url: None,
        title: title.clone(),
        body: body.to_vec(),
        format,
        charset: None,
        published_at: None,
        author: None,
        tags: Vec::new(),
        engagement: Engagement::default(),
        fetched_at: Timestamp::UNIX_EPOCH,
        withdrawn: false,
        parent: None,
    };
    let stored = StoredItem { sequence: 1, replaces: None, first_seen_at: Timestamp::UNIX_EPOCH, item };
    let (document, _) = READER.document(&stored);
    check(&document);

    // … and as a line of `pesut analyse` gives it.
    let text = String::from_utf8_lossy(body).into_owned();
    let (document, _) = READER.annotate(Document { kind, title, text, ..Document::default() });
    check(&document);
});

fn check(document: &Document) {
    let text = document.full_text();
    let found = ANALYSER.analyse(document);
    for span in spans(&found) {
        let inside = text.get(span.start as usize..span.end as usize);
        assert!(inside.is_some_and(|words| !words.is_empty()), "{span:?} of {} bytes", text.len());
    }
    let scores = found.sentiment.iter().flat_map(|s| [s.confidence, s.scores.negative, s.scores.neutral, s.scores.positive]);
    let scores = scores.chain(found.topics.iter().map(|topic| topic.confidence)).chain(found.lang.iter().map(|l| l.confidence));
    for score in scores {
        assert!((0.0..=1.0).contains(&score), "{score}");
    }
    assert!(found.personal_data.windows(2).all(|pair| pair[0].end <= pair[1].start));
    text::mask(&text, &found.personal_data);
    let line = serde_json::to_vec(&found).expect("plain data becomes JSON");
    assert!(!line.contains(&b'\n'));
    serde_json::from_slice::<serde_json::Value>(&line).expect("what is written can be read");
}

fn spans(found: &Analysis) -> Vec<Span> {
    let mut spans: Vec<Span> = found.personal_data.iter().map(|data| Span { start: data.start, end: data.end }).collect();
    spans.extend(found.sentiment.iter().flat_map(|sentiment| &sentiment.evidence));
    spans.extend(found.topics.iter().flat_map(|topic| &topic.evidence));
    spans.extend(found.places.iter().flat_map(|place| &place.evidence));
    spans.extend(found.agencies.iter().flat_map(|agency| &agency.evidence));
    spans.extend(found.programmes.iter().flat_map(|programme| &programme.evidence));
    spans.extend(found.signals.iter().flat_map(|signal| &signal.evidence));
    spans.extend(found.quotes.iter().map(|quote| Span { start: quote.start, end: quote.end }));
    spans
}
