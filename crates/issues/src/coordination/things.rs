//! What posts have in common: the same text, near-copies included, or the same link; without what many post alike
//! and nobody planned.

use super::{Options, Post, TEXT_BYTES};
use crate::{docs::Doc, phrases, same_text, union::Union};
use model::{Coverage, Region, SourceKind};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};
use text::words;
use xxhash_rust::xxh3::xxh3_64;

/// Greetings and warnings are short; a long text that begins with a greeting is somebody's message.
const GREETING_WORDS_MAX: usize = 40;
/// A text that has so much of an official text or of a headline passes it on.
const PASSED_ON: f64 = 0.7;

/// What several posts have in common: a text or a link, with the posts in the order of time.
pub(super) struct Thing {
    pub(super) is_link: bool,
    pub(super) posts: Vec<usize>,
}

/// Texts that many post without anybody's plan: what official sources and headlines say, greetings, warnings.
pub(super) struct Exempt<'a> {
    region: &'a Region,
    official: FxHashSet<u64>,
    headlines: FxHashSet<u64>,
}

impl<'a> Exempt<'a> {
    pub(super) fn of(docs: &[Doc<'_>], region: &'a Region) -> Self {
        let (mut official, mut headlines) = (FxHashSet::default(), FxHashSet::default());
        for doc in docs.iter().filter(|doc| !doc.record.kind.is_public_voice()) {
            let record = doc.record;
            let title = record.title.as_deref().unwrap_or_default();
            headlines.extend(shingles(&said(title)));
            // An advertisement that accounts repeat word by word is just what the sign is for.
            let is_official = record.coverage == Coverage::Official || record.kind == SourceKind::Official;
            if is_official || record.kind == SourceKind::Factcheck {
                official.extend(shingles(&said(&record.text[..record.text.floor_char_boundary(TEXT_BYTES)])));
            }
        }
        Self { region, official, headlines }
    }

    fn covers(&self, text: &str, said: &[String]) -> bool {
        let shingles = shingles(said);
        let passes_on = |known: &FxHashSet<u64>| {
            let common = shingles.iter().filter(|shingle| known.contains(shingle)).count();
            !shingles.is_empty() && common as f64 >= PASSED_ON * shingles.len() as f64
        };
        let listed = |name| phrases::any(said, self.region.wording.list(name), &[]);
        passes_on(&self.official)
            || passes_on(&self.headlines)
            || said.len() <= GREETING_WORDS_MAX && (listed("greeting") || listed("warning"))
            || addresses(text).iter().any(|address| is_official(address, self.region))
    }
}

/// The words of a text without mentions, links, emoji, placeholders and case: what stays when a text is passed on.
fn said(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for token in words::tokens(text) {
        let is_word = token.text.starts_with(char::is_alphanumeric) || token.text.starts_with('#');
        if is_word && !token.is_address() && !in_placeholder(text, token.start) {
            words.push(words::normalise(token.text.trim_start_matches('#')).into_owned());
        }
    }
    if words.first().is_some_and(|word| word == "rt") {
        words.remove(0);
    }
    words
}

/// True inside "[akun]", "[nomor telepon]".
fn in_placeholder(text: &str, at: usize) -> bool {
    const PLACEHOLDER_BYTES: usize = 20;
    let before = &text[text.floor_char_boundary(at.saturating_sub(PLACEHOLDER_BYTES))..at];
    before.rfind('[').is_some_and(|open| {
        !before[open..].contains(']') && text[at..].find(']').is_some_and(|close| close <= PLACEHOLDER_BYTES)
    })
}

fn shingles(said: &[String]) -> Vec<u64> {
    let hashes: Vec<u64> = said.iter().map(|word| xxh3_64(word.as_bytes())).collect();
    let mix = |a: u64, b: u64| (a.rotate_left(23) ^ b).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hashes.windows(3).map(|three| mix(three[0], mix(three[1], three[2]))).collect()
}

/// The addresses of a text without scheme, `www.` and parameters.
fn addresses(text: &str) -> Vec<String> {
    let plain = |address: &str| {
        let address = address.split_once("://").map_or(address, |(_, rest)| rest);
        let address = address.strip_prefix("www.").unwrap_or(address);
        // A video's address is told apart by its parameter alone.
        let tracked = address.find(['?', '#']).filter(|&at| !address[at..].starts_with("?v="));
        address[..tracked.unwrap_or(address.len())].trim_end_matches('/').to_lowercase()
    };
    words::tokens(text).filter(|token| token.is_address()).map(|token| plain(token.text)).collect()
}

/// Addresses of the government and of fact-checkers: passing these on is what is wanted.
fn is_official(address: &str, region: &Region) -> bool {
    let host = address.split('/').next().unwrap_or_default();
    let under = |known: &str| host == known || host.strip_suffix(known).is_some_and(|rest| rest.ends_with('.'));
    let trusted = region.media.iter().filter(|medium| medium.official || medium.kind == "factcheck");
    region.official_hosts.iter().any(|known| under(known)) || trusted.into_iter().any(|medium| under(&medium.host))
}

/// Posts of the same text, near-copies included.
pub(super) fn texts(posts: &[Post<'_>], exempt: &Exempt<'_>, options: &Options) -> Vec<Thing> {
    let said: Vec<Vec<String>> = posts.iter().map(|post| said(post.text)).collect();
    let mut union = Union::new(posts.len());
    let mut whole: FxHashMap<u64, usize> = FxHashMap::default();
    for (post, words) in said.iter().enumerate().filter(|(_, words)| words.len() >= options.words_min) {
        let first = *whole.entry(xxh3_64(words.join(" ").as_bytes())).or_insert(post);
        union.join(first, post);
    }
    // One signature for each different text; ten thousand copies of a text have the same.
    let mut different: Vec<usize> = whole.into_values().collect();
    different.sort_unstable();
    let signatures: Vec<same_text::Signature> =
        different.iter().map(|&post| same_text::signature(&said[post])).collect();
    same_text::meet(&signatures, |a, b| union.join(different[a], different[b]));

    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (post, _) in said.iter().enumerate().filter(|(_, words)| words.len() >= options.words_min) {
        groups.entry(union.find(post)).or_default().push(post);
    }
    let shared = groups.into_iter().filter(|(_, posts)| posts.len() > 1);
    let own = shared.filter(|(first, _)| !exempt.covers(posts[*first].text, &said[*first]));
    own.map(|(_, posts)| Thing { is_link: false, posts }).collect()
}

/// Posts of the same link, those of official and fact-check sites left out.
pub(super) fn links(posts: &[Post<'_>], region: &Region) -> Vec<Thing> {
    let mut links: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, post) in posts.iter().enumerate().filter(|(_, post)| post.text.contains('.')) {
        for address in addresses(post.text).into_iter().collect::<BTreeSet<_>>() {
            links.entry(address).or_default().push(index);
        }
    }
    let shared = links.into_iter().filter(|(address, posts)| posts.len() > 1 && !is_official(address, region));
    shared.map(|(_, posts)| Thing { is_link: true, posts }).collect()
}
