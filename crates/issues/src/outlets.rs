//! Outlet groups: one publisher's many sites are one voice when spread is weighed.

use crate::docs::Doc;
use model::{PlaceLevel, Record, Region, SourceKind};
use std::collections::BTreeSet;
use text::words;

/// Second levels under which the third one names the owner: `kabar.co.id`, `media.my.id`.
const GENERIC_LEVELS: &[&str] = &["ac", "biz", "co", "com", "desa", "go", "my", "net", "or", "org", "sch", "web"];
/// Words of an outlet's name that tell nothing about its publisher.
const GENERIC_WORDS: &[&str] =
    &["com", "co", "id", "net", "news", "online", "media", "group", "grup", "network", "digital", "tv", "radio", "fm"];

/// How many publishers carry the matter, each outlet with its sister sites counted once.
pub(crate) fn groups(docs: &[&Doc<'_>], region: &Region) -> BTreeSet<String> {
    let is_outlet = |doc: &&&Doc<'_>| matches!(doc.record.kind, SourceKind::News | SourceKind::Broadcast);
    docs.iter().filter(is_outlet).map(|doc| group(doc.record, region)).collect()
}

/// The publisher behind a record: the owner that the region's list of media names, else the registrable part of its
/// host, else what is left of the outlet's name without places and words that every outlet has.
fn group(record: &Record, region: &Region) -> String {
    let host = record.url.as_deref().and_then(host);
    let source = record.source.as_str();
    let medium = region
        .media
        .iter()
        .find(|medium| Some(medium.host.as_str()) == host.as_deref() || medium.host == source || medium.name == source);
    if let Some(owner) = medium.and_then(|medium| owner(&medium.name)) {
        return owner;
    }
    match host.as_deref().or(medium.map(|medium| medium.host.as_str())) {
        Some(host) => registrable(host),
        None => stem(source, region),
    }
}

/// "Kabar Hulu (Pers Nusa Group)" belongs to "pers nusa".
fn owner(name: &str) -> Option<String> {
    let inside = name.split_once('(')?.1.split(')').next()?.to_lowercase();
    Some(inside.trim_end_matches("group").trim().to_owned()).filter(|owner| !owner.is_empty())
}

fn host(url: &str) -> Option<String> {
    let rest = url.split_once("://")?.1;
    let host = rest.split(['/', '?', '#', ':']).next()?.to_lowercase();
    Some(host.strip_prefix("www.").unwrap_or(&host).to_owned()).filter(|host| host.contains('.'))
}

fn registrable(host: &str) -> String {
    let levels: Vec<&str> = host.split('.').collect();
    let kept = match levels.as_slice() {
        [.., second, _] if GENERIC_LEVELS.contains(second) => 3,
        _ => 2,
    };
    levels[levels.len().saturating_sub(kept)..].join(".")
}

fn stem(source: &str, region: &Region) -> String {
    let named: BTreeSet<String> = region
        .places
        .iter()
        .filter(|place| place.level <= PlaceLevel::Regency)
        .flat_map(|place| words::tokens(&place.short).map(|token| token.text.to_lowercase()).collect::<Vec<_>>())
        .chain([region.name.to_lowercase()])
        .chain(region.title.split(' ').map(str::to_lowercase))
        .collect();
    let lower = source.to_lowercase();
    let kept: Vec<&str> = words::tokens(&lower)
        .map(|token| token.text)
        .filter(|word| !GENERIC_WORDS.contains(word) && !named.contains(*word))
        .collect();
    if kept.is_empty() { lower } else { kept.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Medium, Place};

    fn region() -> Region {
        let place = |short: &str| Place {
            code: short.into(),
            name: short.to_owned(),
            short: short.to_owned(),
            level: PlaceLevel::Regency,
            parent: None,
            tile: None,
        };
        let medium = |host: &str, name: &str| Medium {
            host: host.to_owned(),
            name: name.to_owned(),
            base: String::new(),
            kind: "online".to_owned(),
            official: false,
            grade: None,
            graded_at: None,
            press_council: None,
        };
        Region {
            places: vec![place("Muara"), place("Hulu")],
            media: vec![medium("satu.pusat.test", "Nomor Satu (Pusat)"), medium("dua.test", "Dua (Pusat Group)")],
            ..Region::default()
        }
    }

    #[test]
    fn sister_sites_are_one_publisher() {
        let of = |source: &str, url: Option<&str>| {
            let record = Record { source: source.into(), url: url.map(str::to_owned), ..Record::default() };
            group(&record, &region())
        };
        assert_eq!(of("a", Some("https://muara.kabar.com/x")), of("b", Some("https://www.kabar.com/y")));
        assert_ne!(of("a", Some("https://satu.co.id/x")), of("b", Some("https://dua.co.id/x")));
        assert_eq!(of("a", Some("https://satu.pusat.test/x")), of("Dua (Pusat Group)", None));
        assert_eq!(of("Tribun Muara", None), of("Tribun Hulu", None));
        assert_ne!(of("Suara Rakyat", None), of("Suara Pesisir", None));
        assert_eq!(of("Muara", None), "muara", "a name of a place alone is still a name");
    }
}
