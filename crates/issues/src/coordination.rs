//! Coordination: signs that part of a conversation is not many people speaking for themselves.
//!
//! Four signs: the same text or link from several accounts within minutes, pairs of accounts that post the same things
//! together again and again, an account's far too regular rhythm, posts of many accounts at one second of the minute
//! (after Pacheco et al. 2021, Uncovering Coordinated Networks on Social Media; Giglietto et al. 2020, CooRnet). What
//! comes out is about the conversation: how much of it, with the arithmetic, and the texts. No account is listed, and
//! no word says what the accounts are.
//!
//! Every step sorts and slides a window; nothing compares all posts with all others.

use crate::{docs::Doc, phrases, same_text, union::Union};
use jiff::tz::TimeZone;
use model::{Coordination, Region, SourceKind};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use text::words;
use xxhash_rust::xxh3::xxh3_64;

/// What counts as a sign.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Accounts that post the same within the time.
    pub accounts_min: u32,
    /// The time, in seconds.
    pub seconds: u32,
    /// Times that the same two accounts post the same together.
    pub pair_repeats: u32,
    /// Posts of an account from which its rhythm is looked at.
    pub rhythm_posts: u32,
    /// Words of a text from which its repetition is no accident.
    pub words_min: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { accounts_min: 5, seconds: 120, pair_repeats: 3, rhythm_posts: 12, words_min: 5 }
    }
}

/// Fewer accounts are not told: a handful could be recognised.
const ACCOUNTS_SHOWN_MIN: usize = 5;
/// Fewer posts are no share of a conversation.
const POSTS_MIN: usize = 5;
const EXAMPLES: usize = 3;
const EXAMPLE_CHARS: usize = 160;
/// Greetings and warnings are short; a long text that begins with a greeting is somebody's message.
const GREETING_WORDS_MAX: usize = 40;
/// Bytes of a text that are compared.
const TEXT_BYTES: usize = 2_000;
/// A text that has so much of an official text or of a headline passes it on.
const PASSED_ON: f64 = 0.7;

/// A wave that many pass on over hours fills every short window a little. What stands out has so many times the posts
/// that its own hours would put into one window, and so much of the wave in such windows. Links need more of both:
/// news is shared at once by people who never heard of each other.
const TEXT_ABOVE_WAVE: f64 = 3.0;
const TEXT_IN_BURSTS: f64 = 0.3;
const LINK_ABOVE_WAVE: f64 = 10.0;
const LINK_IN_BURSTS: f64 = 0.5;
/// A wave is measured over an hour at least.
const WAVE_SECONDS: i64 = 3_600;

/// Posts of others that one post is paired with at most; bounds the pairs of a wave.
const PARTNERS: usize = 8;
/// Posts looked at for partners; one account may fill a minute alone.
const NEAR: usize = 64;
/// Things shared so often within the time pair everybody with everybody.
const PAIR_WAVE: f64 = 2.0;

/// So many of an account's pauses within a second of its usual one are no person's; pauses below this are one sitting.
const REGULAR_SHARE: f64 = 0.8;
const PAUSE_SECONDS_MIN: i64 = 10;

/// Accounts at one second of the minute, in so many different minutes, and so far above an even spread.
const SECOND_ACCOUNTS: usize = 8;
const SECOND_MINUTES: usize = 3;
const SECOND_DEVIATIONS: f64 = 6.0;
/// A source with so many posts on the full minute does not know seconds.
const FULL_MINUTES: f64 = 0.2;

/// A citizen's post as it is looked at.
struct Post<'a> {
    text: &'a str,
    source: &'a str,
    at: i64,
    author: u32,
    now: bool,
    repost: bool,
}

/// What several posts have in common: a text or a link, with the posts in the order of time.
struct Thing {
    is_link: bool,
    posts: Vec<usize>,
}

/// What was seen of one sign.
#[derive(Default)]
struct Seen {
    posts: BTreeSet<usize>,
    /// Accounts and seconds of the densest window.
    densest: Option<(usize, i64)>,
    /// Separate times.
    times: usize,
    /// Different texts or links.
    things: usize,
    /// The texts or links themselves, with how many posts carry them.
    examples: Vec<(usize, usize)>,
}

/// Looks for signs among the citizens' posts of an issue; `None` where there are none in its last window.
pub(crate) fn coordination(docs: &[Doc<'_>], region: &Region, options: &Options) -> Option<Coordination> {
    let total = docs.iter().filter(|doc| doc.now && doc.public()).count();
    let posts = posts(docs, region);
    if posts.len() < POSTS_MIN {
        return None;
    }
    let exempt = Exempt::of(docs, region);
    let things: Vec<Thing> = texts(&posts, &exempt, options).into_iter().chain(links(&posts, region)).collect();
    let (same_text, same_link) = (bursts(&posts, &things, false, options), bursts(&posts, &things, true, options));
    let (paired, repeats) = pairs(&posts, &things, options);
    let (regular, pause) = regular(&posts, options);
    let (at_second, second, minutes) = same_second(&posts);

    let signs = [
        burst_in_words(&posts, &same_text, "mengunggah teks yang sama", "teks"),
        burst_in_words(&posts, &same_link, "membagikan tautan yang sama", "tautan"),
        (!paired.is_empty()).then(|| {
            let who = in_words(accounts(&posts, &paired));
            let seconds = options.seconds;
            format!(
                "{who} berulang kali mengunggah hal yang sama hampir bersamaan \
                 (dua akun yang sama sampai {repeats} kali, selisih paling lama {seconds} detik)"
            )
        }),
        (!regular.is_empty()).then(|| {
            let who = in_words(accounts(&posts, &regular));
            let count = number(regular.len());
            format!("{who} mengunggah dengan jeda yang hampir selalu sama (sekitar {pause}, {count} unggahan)")
        }),
        (!at_second.is_empty()).then(|| {
            let who = in_words(accounts(&posts, &at_second));
            format!("{who} mengunggah tepat pada detik ke-{second} dalam {minutes} menit yang berbeda")
        }),
    ];
    let marked: BTreeSet<usize> =
        [&same_text.posts, &same_link.posts, &paired, &regular, &at_second].into_iter().flatten().copied().collect();
    if marked.len() < POSTS_MIN {
        return None;
    }
    let behind = accounts(&posts, &marked);
    Some(Coordination {
        posts: marked.len() as u32,
        posts_total: total as u32,
        share: marked.len() as f32 / total as f32,
        accounts: (behind >= ACCOUNTS_SHOWN_MIN).then_some(behind as u32),
        signs: signs.into_iter().flatten().collect(),
        examples: examples(&posts, same_text.examples),
    })
}

/// Posts and comments of known accounts at known times, in the order of time whatever order they came in.
fn posts<'a>(docs: &[Doc<'a>], region: &Region) -> Vec<Post<'a>> {
    let wanted = |doc: &&Doc<'_>| {
        doc.public() && doc.record.dated && matches!(doc.record.kind, SourceKind::Post | SourceKind::Comment)
    };
    let mut chosen: Vec<(&Doc<'a>, &'a str)> = docs
        .iter()
        .filter(wanted)
        .filter_map(|doc| Some((doc, doc.record.author_pseudonym.as_deref().filter(|author| !author.is_empty())?)))
        .collect();
    chosen.sort_by(|(a, _), (b, _)| {
        let key = |doc: &Doc<'a>| (doc.record.at, &doc.record.source, &doc.record.id);
        key(a).cmp(&key(b))
    });
    let days_only = days_only(&chosen, region);
    let mut numbers: FxHashMap<&str, u32> = FxHashMap::default();
    chosen
        .into_iter()
        .filter(|(doc, _)| !days_only.contains(doc.record.source.as_str()))
        .map(|(doc, author)| {
            let next = numbers.len() as u32;
            let text = doc.record.text.as_str();
            Post {
                text: &text[..text.floor_char_boundary(TEXT_BYTES)],
                source: doc.record.source.as_str(),
                at: doc.record.at.as_second(),
                author: *numbers.entry(author).or_insert(next),
                now: doc.now,
                repost: text.starts_with("RT @") || text.starts_with("RT ["),
            }
        })
        .collect()
}

/// Sources whose exports give the day only: most of their posts stand at midnight, together by nobody's plan.
fn days_only<'a>(chosen: &[(&Doc<'a>, &str)], region: &Region) -> BTreeSet<&'a str> {
    let zone = TimeZone::get(&region.zone).unwrap_or(TimeZone::UTC);
    let midnight = |doc: &Doc<'_>| {
        let start = doc.record.day.to_zoned(zone.clone()).map(|start| start.timestamp());
        start.is_ok_and(|start| start == doc.record.at)
    };
    let counts = by_source(chosen.iter().map(|(doc, _)| (doc.record.source.as_str(), midnight(doc))));
    counts.into_iter().filter(|(_, (all, midnight))| midnight * 2 > *all).map(|(source, _)| source).collect()
}

/// For each source all its posts, and those of which something is true.
fn by_source<'a>(posts: impl Iterator<Item = (&'a str, bool)>) -> BTreeMap<&'a str, (usize, usize)> {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (source, is_true) in posts {
        let count = counts.entry(source).or_default();
        count.0 += 1;
        count.1 += usize::from(is_true);
    }
    counts
}

/// Texts that many post without anybody's plan: what official sources and headlines say, greetings, warnings.
struct Exempt<'a> {
    region: &'a Region,
    official: FxHashSet<u64>,
    headlines: FxHashSet<u64>,
}

impl<'a> Exempt<'a> {
    fn of(docs: &[Doc<'_>], region: &'a Region) -> Self {
        let (mut official, mut headlines) = (FxHashSet::default(), FxHashSet::default());
        for doc in docs.iter().filter(|doc| !doc.record.kind.is_public_voice()) {
            let record = doc.record;
            let title = record.title.as_deref().unwrap_or_default();
            headlines.extend(shingles(&said(title)));
            if !doc.earned() || record.kind == SourceKind::Official || record.kind == SourceKind::Factcheck {
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
fn texts(posts: &[Post<'_>], exempt: &Exempt<'_>, options: &Options) -> Vec<Thing> {
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
fn links(posts: &[Post<'_>], region: &Region) -> Vec<Thing> {
    let mut links: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, post) in posts.iter().enumerate().filter(|(_, post)| post.text.contains('.')) {
        for address in addresses(post.text).into_iter().collect::<BTreeSet<_>>() {
            links.entry(address).or_default().push(index);
        }
    }
    let shared = links.into_iter().filter(|(address, posts)| posts.len() > 1 && !is_official(address, region));
    shared.map(|(_, posts)| Thing { is_link: true, posts }).collect()
}

/// Posts that a thing's own hours would put into one window.
fn wave(posts: &[Post<'_>], thing: &Thing, options: &Options) -> f64 {
    let times = || thing.posts.iter().map(|&post| posts[post].at);
    let span = times().max().unwrap_or_default() - times().min().unwrap_or_default();
    thing.posts.len() as f64 * f64::from(options.seconds) / span.max(WAVE_SECONDS) as f64
}

/// The same thing from enough accounts within the time, in the last window.
fn bursts(posts: &[Post<'_>], things: &[Thing], is_link: bool, options: &Options) -> Seen {
    let (above, in_bursts) =
        if is_link { (LINK_ABOVE_WAVE, LINK_IN_BURSTS) } else { (TEXT_ABOVE_WAVE, TEXT_IN_BURSTS) };
    let mut seen = Seen::default();
    for thing in things.iter().filter(|thing| thing.is_link == is_link) {
        // Passing on by the platform's own button is what it is there for.
        let own: Vec<usize> =
            thing.posts.iter().copied().filter(|&post| posts[post].now && !posts[post].repost).collect();
        let needed = f64::from(options.accounts_min).max(above * wave(posts, thing, options));
        let (marked, times, densest) = windows(posts, &own, needed, options);
        let Some(densest) = densest.filter(|_| marked.len() as f64 >= in_bursts * own.len() as f64) else { continue };
        seen.examples.push((marked.len(), marked[0]));
        seen.posts.extend(marked);
        seen.times = seen.times.max(times);
        seen.things += 1;
        seen.densest = seen.densest.max(Some(densest));
    }
    seen
}

/// The posts of windows with enough accounts, how many such stretches there are, and the densest one.
fn windows(
    posts: &[Post<'_>],
    own: &[usize],
    needed: f64,
    options: &Options,
) -> (Vec<usize>, usize, Option<(usize, i64)>) {
    let mut inside: FxHashMap<u32, u32> = FxHashMap::default();
    let (mut start, mut marked_to, mut times) = (0, 0, 0);
    let (mut marked, mut densest): (Vec<usize>, Option<(usize, i64)>) = (Vec::new(), None);
    for (end, &post) in own.iter().enumerate() {
        *inside.entry(posts[post].author).or_default() += 1;
        while posts[post].at - posts[own[start]].at > i64::from(options.seconds) {
            let author = posts[own[start]].author;
            let left = inside.get_mut(&author).expect("whoever leaves the window has entered it");
            *left -= 1;
            if *left == 0 {
                inside.remove(&author);
            }
            start += 1;
        }
        if (inside.len() as f64) < needed {
            continue;
        }
        if marked.is_empty() || start >= marked_to {
            times += 1;
        }
        marked.extend(&own[start.max(marked_to)..=end]);
        marked_to = end + 1;
        let seconds = posts[post].at - posts[own[start]].at;
        if densest.is_none_or(|(most, _)| inside.len() > most) {
            densest = Some((inside.len(), seconds));
        }
    }
    (marked, times, densest)
}

/// Posts of pairs of accounts that posted the same things together again and again, and how often the busiest did.
fn pairs(posts: &[Post<'_>], things: &[Thing], options: &Options) -> (BTreeSet<usize>, u32) {
    // A link and its text are one occasion, so the pair is counted once for a stretch of time.
    let mut together: Vec<(u32, u32, i64, usize, usize)> = Vec::new();
    for thing in things.iter().filter(|thing| wave(posts, thing, options) < PAIR_WAVE) {
        for (position, &first) in thing.posts.iter().enumerate() {
            let near = thing.posts[position + 1..].iter().copied();
            let near = near.take_while(|&other| posts[other].at - posts[first].at <= i64::from(options.seconds));
            for other in near.take(NEAR).filter(|&other| posts[other].author != posts[first].author).take(PARTNERS) {
                let (a, b) = (posts[first].author, posts[other].author);
                together.push((a.min(b), a.max(b), posts[first].at, first, other));
            }
        }
    }
    together.sort_unstable();
    let (mut marked, mut most) = (BTreeSet::new(), 0);
    for pair in together.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let (mut times, mut last) = (0, i64::MIN);
        for &(_, _, at, ..) in pair {
            if at > last.saturating_add(i64::from(options.seconds)) {
                times += 1;
                last = at;
            }
        }
        if times >= options.pair_repeats {
            most = most.max(times);
            marked.extend(pair.iter().flat_map(|&(_, _, _, first, other)| [first, other]));
        }
    }
    marked.retain(|&post| posts[post].now);
    if marked.is_empty() { (marked, 0) } else { (marked, most) }
}

/// Posts of accounts whose pauses are nearly all the same, and the most regular account's pause in words.
fn regular(posts: &[Post<'_>], options: &Options) -> (BTreeSet<usize>, String) {
    let mut by_author: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    posts.iter().enumerate().for_each(|(index, post)| by_author.entry(post.author).or_default().push(index));
    let (mut marked, mut longest) = (BTreeSet::new(), (0, 0));
    for own in by_author.values().filter(|own| own.len() >= options.rhythm_posts as usize) {
        let mut pauses: Vec<i64> = own.windows(2).map(|two| posts[two[1]].at - posts[two[0]].at).collect();
        pauses.sort_unstable();
        let usual = pauses[pauses.len() / 2];
        let same = pauses.iter().filter(|pause| (**pause - usual).abs() <= 1).count();
        if usual >= PAUSE_SECONDS_MIN && same as f64 >= REGULAR_SHARE * pauses.len() as f64 {
            let now = own.iter().copied().filter(|&post| posts[post].now);
            marked.extend(now);
            longest = longest.max((own.len(), usual));
        }
    }
    (marked, pause_in_words(longest.1))
}

/// Posts at the second of the minute at which far more accounts post than an even spread gives; that second; and in
/// how many different minutes.
fn same_second(posts: &[Post<'_>]) -> (BTreeSet<usize>, i64, usize) {
    let second = |post: &Post<'_>| post.at.rem_euclid(60);
    let coarse = by_source(posts.iter().map(|post| (post.source, second(post) == 0)));
    let knows_seconds =
        |post: &Post<'_>| coarse.get(post.source).is_none_or(|(all, full)| *full as f64 <= FULL_MINUTES * *all as f64);
    let mut slots: Vec<BTreeMap<u32, i64>> = vec![BTreeMap::new(); 60];
    for post in posts.iter().filter(|post| post.now && knows_seconds(post)) {
        slots[second(post) as usize].insert(post.author, post.at.div_euclid(60));
    }
    let usual = slots.iter().map(BTreeMap::len).sum::<usize>() as f64 / 60.0;
    let needed = (SECOND_ACCOUNTS as f64).max(usual + SECOND_DEVIATIONS * usual.sqrt());
    let fullest = slots.iter().enumerate().max_by_key(|(position, slot)| (slot.len(), std::cmp::Reverse(*position)));
    let Some((at, slot)) = fullest else { return Default::default() };
    let minutes = slot.values().collect::<BTreeSet<_>>().len();
    if (slot.len() as f64) < needed || minutes < SECOND_MINUTES {
        return Default::default();
    }
    let there = |post: &Post<'_>| post.now && knows_seconds(post) && second(post) == at as i64;
    (posts.iter().enumerate().filter(|(_, post)| there(post)).map(|(index, _)| index).collect(), at as i64, minutes)
}

fn accounts(posts: &[Post<'_>], marked: &BTreeSet<usize>) -> usize {
    marked.iter().map(|&post| posts[post].author).collect::<BTreeSet<_>>().len()
}

fn burst_in_words(posts: &[Post<'_>], seen: &Seen, does: &str, noun: &str) -> Option<String> {
    let (accounts, seconds) = seen.densest?;
    let within = if seconds == 0 { "pada detik yang sama".to_owned() } else { format!("dalam {seconds} detik") };
    let mut counted: Vec<String> = Vec::new();
    if seen.times > 1 {
        counted.push(format!("{} kali", seen.times));
    }
    if seen.things > 1 {
        counted.push(format!("{} {noun} berbeda", seen.things));
    }
    let all = self::accounts(posts, &seen.posts);
    if all > accounts {
        counted.push(format!("seluruhnya {}", in_words(all)));
    }
    let counted = if counted.is_empty() { String::new() } else { format!(" ({})", counted.join(", ")) };
    Some(format!("{} {does} {within}{counted}", in_words(accounts)))
}

fn in_words(accounts: usize) -> String {
    if accounts >= ACCOUNTS_SHOWN_MIN {
        format!("{} akun", number(accounts))
    } else {
        "kurang dari lima akun".to_owned()
    }
}

fn pause_in_words(seconds: i64) -> String {
    match seconds {
        0..120 => format!("{seconds} detik"),
        120..7_200 => format!("{} menit", (seconds + 30) / 60),
        _ => format!("{} jam", (seconds + 1_800) / 3_600),
    }
}

/// A whole number with points between thousands.
fn number(value: usize) -> String {
    let digits = value.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('.');
        }
        out.push(digit);
    }
    out
}

/// The texts repeated most, without mentions and links.
fn examples(posts: &[Post<'_>], mut repeated: Vec<(usize, usize)>) -> Vec<String> {
    repeated.sort_by_key(|&(count, post)| (std::cmp::Reverse(count), post));
    repeated.into_iter().take(EXAMPLES).map(|(_, post)| example(posts[post].text)).collect()
}

fn example(text: &str) -> String {
    let line = phrases::without_names(text);
    if line.chars().count() <= EXAMPLE_CHARS {
        return line;
    }
    let cut: String = line.chars().take(EXAMPLE_CHARS).collect();
    format!("{}…", cut.rsplit_once(' ').map_or(cut.as_str(), |(head, _)| head))
}

#[cfg(test)]
mod tests;
