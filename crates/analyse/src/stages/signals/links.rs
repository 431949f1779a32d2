//! What the addresses of a text are: official, odd, short, private, posing as somebody's.

use super::Found;
use super::cues::{Tell, Tells};
use super::lookalike::{Protected, under};
use crate::reading::Reading;
use model::Span;
use text::Lexicons;

impl Protected {
    /// The hosts that a region and its languages name as official, and the government's own among known outlets.
    pub(crate) fn of(lexicons: &Lexicons) -> Self {
        let region = &lexicons.region;
        let own = region
            .media
            .iter()
            .filter(|medium| medium.official && medium.host.contains('.'))
            .map(|medium| medium.host.as_str());
        let national = lexicons.hosts.iter().filter(|host| host.kind == "official").map(|host| host.value.as_str());
        let hosts = region.official_hosts.iter().map(String::as_str).chain(national).chain(own);
        let towns: Vec<String> = region.places.iter().map(|place| place.short.to_lowercase()).collect();
        Self::new(hosts, |label| towns.iter().any(|town| town == label))
    }
}

/// What the addresses in a text are.
#[derive(Clone, Copy, Default)]
pub(super) struct Links {
    /// A shortener, form, chat, odd or free host.
    pub doubtful: Option<Span>,
    /// A government's or known institution's own.
    pub official: bool,
    /// One that poses as an official host.
    pub posing: bool,
}

/// Where an address leads.
struct Address {
    span: Span,
    /// Lower case, no scheme.
    whole: String,
    /// Name of a mailbox, or what stands before `@` in a web address.
    before: Option<String>,
    host: String,
    is_web: bool,
}

impl Address {
    fn read(reading: &Reading<'_>, span: Span) -> Self {
        let whole = reading.text[span.start as usize..span.end as usize].to_lowercase();
        let (is_web, rest) = whole.split_once("://").map_or((false, whole.as_str()), |(_, rest)| (true, rest));
        let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
        let (before, host) = authority.rsplit_once('@').map_or((None, authority), |(name, host)| (Some(name), host));
        let host = host.split(':').next().unwrap_or(host).trim_start_matches("www.");
        Self { span, before: before.map(str::to_owned), host: host.to_owned(), is_web, whole }
    }
}

/// Looks at every address.
pub(super) fn look(reading: &Reading<'_>, tells: &Tells, found: &mut Found) -> Links {
    let mut links = Links::default();
    for &span in &reading.addresses {
        judge(reading, &Address::read(reading, span), tells, &mut links, found);
    }
    links
}

fn judge(reading: &Reading<'_>, address: &Address, tells: &Tells, links: &mut Links, found: &mut Found) {
    let (host, span) = (address.host.as_str(), address.span);
    let protected = &reading.tables.protected;
    // "https://kaltimprov.go.id@elsewhere.top": what stands before the sign is no host.
    let disguised = address.is_web && address.before.as_deref().is_some_and(|before| protected.owns(before));
    if disguised || protected.is_posed_by(host) && !is_known_outlet(reading, host) {
        found.add("lookalike_domain", span);
        links.posing = true;
        links.doubtful = links.doubtful.or(Some(span));
        return;
    }
    if protected.owns(host) || reading.lexicons.region.official_contacts.contains(&address.whole) {
        links.official = true;
        return;
    }
    if is_known_outlet(reading, host) {
        return;
    }
    if address.before.is_some() && !address.is_web {
        if is(reading, "free_mail", |known| host == known) {
            links.doubtful = links.doubtful.or(Some(span));
        }
        return;
    }
    let ending = host.rsplit('.').next().unwrap_or_default();
    let odd = is(reading, "odd_ending", |known| ending == known) || is(reading, "blog", |known| under(host, known));
    if names_agency(reading, host) && (odd || host.contains('-') && !is_outlet_like(reading, host)) {
        found.add("lookalike_domain", span);
        links.posing = true;
    }
    let short = is(reading, "shortener", |known| host == known) || is(reading, "form", |known| host == known);
    // Offices use short links and forms too: only what wants data with them is odd.
    if short && tells.has(Tell::Data) {
        found.add("shortlink_form", span);
    }
    if address.whole.ends_with(".apk") {
        found.add("apk", span);
    }
    if odd || short || links.posing || is(reading, "chat", |known| host == known) {
        links.doubtful = links.doubtful.or(Some(span));
    }
}

/// A host with an agency's word in a label; short words must be a whole part of it.
fn names_agency(reading: &Reading<'_>, host: &str) -> bool {
    is(reading, "agency_word", |known| {
        host.split(['.', '-', '_']).any(|label| if known.len() > 3 { label.contains(known) } else { label == known })
            || known.contains('-') && host.contains(known)
    })
}

/// Outlets carry the words of what they report on ("kabar-polri.com").
fn is_outlet_like(reading: &Reading<'_>, host: &str) -> bool {
    is(reading, "outlet_word", |known| {
        host.split(['.', '-', '_']).any(|label| label.starts_with(known) || label.ends_with(known))
    })
}

fn is_known_outlet(reading: &Reading<'_>, host: &str) -> bool {
    reading.lexicons.region.media.iter().any(|medium| under(host, &medium.host))
}

fn is(reading: &Reading<'_>, kind: &str, fits: impl Fn(&str) -> bool) -> bool {
    reading.lexicons.hosts.iter().any(|host| host.kind == kind && fits(&host.value))
}
