//! Whether a host poses as one that it is not: pure string work on two names.
//!
//! An official's own hosts are handed in; what passes for their tricks is a changed letter, a hyphen for a dot, an
//! official name with something behind it, and letters of another script.

/// Official names shorter than this are too common to be protected by likeness; `go.id` is no name but a zone.
const PROTECTED_LENGTH: usize = 6;

/// Labels shorter than this have too many neighbours for one changed letter to tell anything.
const DISTANCE_LENGTH: usize = 8;

/// Official hosts, ready for comparison.
#[derive(Default)]
pub(crate) struct Protected(Vec<Official>);

struct Official {
    host: String,
    /// As it is read.
    plain: String,
    /// Its own name as it is read; empty for a zone, and for a name that is only a town's.
    name: String,
}

impl Protected {
    /// `is_common` are words that stand in many names, such as towns: a name that is only such a word is nobody's own.
    pub fn new<'a>(hosts: impl Iterator<Item = &'a str>, is_common: impl Fn(&str) -> bool) -> Self {
        let official = |host: &str| {
            let label = own_label(host);
            let name = if is_common(label) { String::new() } else { skeleton(label) };
            Official { host: host.to_owned(), plain: skeleton(host), name }
        };
        Self(hosts.map(official).collect())
    }

    /// True for an official host and for everything under one.
    pub fn owns(&self, host: &str) -> bool {
        self.0.iter().any(|known| under(host, &known.host))
    }

    /// True where `host` (lower case, no port) looks like one of them and is none.
    pub fn is_posed_by(&self, host: &str) -> bool {
        let named = |known: &&Official| under(host, &known.host) && !own_label(&known.host).is_empty();
        if self.0.iter().any(|known| named(&known)) {
            return false;
        }
        let plain = skeleton(host);
        // Who is under a government's zone went through its registry: only a name that reads the same is a trick there.
        let in_zone = self.owns(host);
        self.0.iter().any(|known| {
            known.reads_as(&plain) || !in_zone && (known.is_carried_by(&plain) || known.is_borrowed_by(&plain))
        })
    }
}

impl Official {
    /// The host's labels stand one after another, dots or hyphens between, with something behind or in front:
    /// `kaltimprov.go.id.xyz`, `kaltimprov-go.id`, `bansos.go.id-cek.com`.
    fn is_carried_by(&self, plain: &str) -> bool {
        let wanted: Vec<&str> = self.plain.split('.').collect();
        let parts: Vec<&str> = plain.split(['.', '-', '_']).collect();
        let together = self.plain.replace('.', "");
        // "kaltimprovgoid.com"
        parts.windows(wanted.len()).any(|window| window == wanted)
            || together.len() > PROTECTED_LENGTH && parts.iter().any(|part| part.ends_with(&together))
    }

    /// Another spelling in the official zone: `ka1tirnprov.go.id`, or one letter changed.
    fn reads_as(&self, plain: &str) -> bool {
        let Some((_, zone)) = self.plain.split_once('.') else { return false };
        let Some(rest) = plain.strip_suffix(zone).and_then(|rest| rest.strip_suffix('.')) else { return false };
        let name = rest.rsplit('.').next().unwrap_or(rest);
        self.name.len() >= PROTECTED_LENGTH && (name == self.name || is_near(name, &self.name))
    }

    /// The name itself, or nearly, as a label or a hyphened part of another host: `diskominfo-kaltimprov.com`.
    fn is_borrowed_by(&self, plain: &str) -> bool {
        let long = self.name.len() >= DISTANCE_LENGTH;
        self.name.len() >= PROTECTED_LENGTH
            && plain
                .split(['.', '-', '_'])
                .any(|part| part == self.name || long && part.contains(&self.name) || is_near(part, &self.name))
    }
}

/// True for a host and for everything under it.
pub(super) fn under(host: &str, known: &str) -> bool {
    host == known || host.strip_suffix(known).is_some_and(|rest| rest.ends_with('.'))
}

/// The part of an official host that is its own name: `kaltimprov` of `kaltimprov.go.id`; empty for a zone (`go.id`).
fn own_label(known: &str) -> &str {
    let labels = known.matches('.').count() + 1;
    let first = known.split('.').next().unwrap_or_default();
    if labels == 2 && first.len() < PROTECTED_LENGTH { "" } else { first }
}

/// Letters as they are read: figures for letters, two letters that look like one, other scripts, `xn--` undone.
pub(super) fn skeleton(host: &str) -> String {
    let labels = host.split('.').map(|label| match label.strip_prefix("xn--") {
        Some(code) => decoded(code).unwrap_or_else(|| label.to_owned()),
        None => label.to_owned(),
    });
    let joined = labels.collect::<Vec<_>>().join(".");
    let read: String = joined.chars().map(folded).collect();
    read.replace("rn", "m").replace("vv", "w")
}

fn folded(letter: char) -> char {
    match letter {
        '0' | 'о' | 'ο' | 'ö' | 'ó' => 'o',
        'i' | '1' | 'ı' | 'í' | 'ì' | 'і' | 'ï' | 'ӏ' | 'ł' => 'l',
        '3' | 'е' | 'é' | 'è' | 'ë' | 'ё' => 'e',
        '4' | 'а' | 'α' | 'á' | 'à' | 'ä' | 'â' => 'a',
        '5' | 'ѕ' | 'ś' => 's',
        'р' | 'ρ' => 'p',
        'с' | 'ç' => 'c',
        'к' | 'κ' => 'k',
        'т' => 't',
        'м' => 'm',
        'н' => 'h',
        'у' | 'ý' => 'y',
        'х' => 'x',
        'ν' => 'v',
        'ԁ' => 'd',
        'ɡ' => 'g',
        'ú' | 'ü' | 'υ' => 'u',
        'ñ' => 'n',
        other => other,
    }
}

/// One letter added, dropped or changed, or two neighbours swapped, in names that are long enough for that to tell.
fn is_near(written: &str, wanted: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (written.chars().collect(), wanted.chars().collect());
    if a.len().min(b.len()) < DISTANCE_LENGTH || a.len().abs_diff(b.len()) > 1 || a == b {
        return false;
    }
    let same = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[same..], &b[same..]);
    if a.len() != b.len() {
        let (longer, shorter) = if a.len() > b.len() { (a, b) } else { (b, a) };
        return longer[1..] == *shorter;
    }
    a[1..] == b[1..] || a.len() > 1 && a[0] == b[1] && a[1] == b[0] && a[2..] == b[2..]
}

/// Punycode (RFC 3492) without its prefix; `None` where it is damaged.
fn decoded(code: &str) -> Option<String> {
    const BASE: u32 = 36;
    let (plain, coded) = code.rsplit_once('-').unwrap_or(("", code));
    let mut out: Vec<char> = plain.chars().collect();
    let (mut letter, mut at, mut bias) = (128_u32, 0_u32, 72_u32);
    let mut digits = coded.bytes().peekable();
    while digits.peek().is_some() {
        let (before, mut weight, mut step) = (at, 1_u32, BASE);
        loop {
            let digit = match digits.next()? {
                byte @ b'a'..=b'z' => byte - b'a',
                byte @ b'0'..=b'9' => byte - b'0' + 26,
                _ => return None,
            };
            at = at.checked_add(u32::from(digit).checked_mul(weight)?)?;
            let least = step.saturating_sub(bias).clamp(1, 26);
            if u32::from(digit) < least {
                break;
            }
            weight = weight.checked_mul(BASE - least)?;
            step += BASE;
        }
        let length = out.len() as u32 + 1;
        bias = adapted(at - before, length, before == 0);
        letter = letter.checked_add(at / length)?;
        at %= length;
        out.insert(at as usize, char::from_u32(letter)?);
        at += 1;
    }
    Some(out.into_iter().collect())
}

fn adapted(delta: u32, length: u32, first: bool) -> u32 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta += delta / length;
    let mut steps = 0;
    while delta > 455 {
        delta /= 35;
        steps += 36;
    }
    steps + 36 * delta / (delta + 38)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFICIAL: [&str; 7] = [
        "go.id",
        "desa.id",
        "selatprov.go.id",
        "diskominfo.selatprov.go.id",
        "muaralaut.go.id",
        "bankselat.co.id",
        "pln.co.id",
    ];

    fn poses(host: &str) -> bool {
        Protected::new(OFFICIAL.into_iter(), |word| word == "muaralaut").is_posed_by(host)
    }

    #[test]
    fn tricks_are_seen() {
        for host in [
            "selatprov.go.id.xyz",
            "selatprov-go.id.xyz",
            "selatprov-go.id",
            "selatprovgoid.com",
            "bansos.go.id-cek.com",
            "se1atprov.go.id",
            "seiatprov.go.id",
            "diskominfo-selatprov.com",
            "selatprov.com",
            "login.selatprof.net",
            "seltaprov.info",
            "bankselat.co.id.undian.top",
            "bankse1at.co.id",
            "pln.co.id.klaim.site",
            "xn--seltprov-36g.go.id",
            "muaralaut.go.id.bantuan.click",
        ] {
            assert!(poses(host), "{host} reads as {}", skeleton(host));
        }
    }

    #[test]
    fn names_of_towns_and_outlets_are_free() {
        for host in [
            "selatprov.go.id",
            "ppid.selatprov.go.id",
            "diskominfo.selatprov.go.id",
            "kalselprov.go.id",
            "desa-baru.desa.id",
            "muaralaut.tribunnews.example",
            "infomuaralaut.co",
            "kabarselat.news",
            "selat.antaranews.com",
            "bit.ly",
            "gojek.com",
            "google.co.id",
            "pln.co.id",
        ] {
            assert!(!poses(host), "{host} reads as {}", skeleton(host));
        }
    }

    #[test]
    fn punycode_is_read() {
        assert_eq!(decoded("mnchen-3ya").as_deref(), Some("münchen"));
        assert_eq!(decoded("99999999"), None);
        assert_eq!(skeleton("ka1tirnprov"), skeleton("kaltimprov"));
    }
}
