//! What a `robots.txt` says to us (RFC 9309): which paths, how slowly, and where the site lists its pages.
//!
//! Only what concerns one agent is kept, so that a file of 500 KiB for a hundred other robots costs nothing.

use std::time::Duration;

/// The name that a site addresses us by.
pub(crate) const AGENT: &str = "Pesut";
/// No more of a file is read; the RFC asks for at least this much.
pub(crate) const BYTES_MAX: usize = 500 << 10;
/// `Crawl-delay` is not part of the RFC, and some sites write hours: more than this is not waited.
const CRAWL_DELAY_MAX: Duration = Duration::from_secs(60);
const SITEMAPS_MAX: usize = 200;
const SITEMAP_LENGTH_MAX: usize = 2 << 10;

/// What a site's `robots.txt` says to us.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Robots {
    /// Addresses of sitemaps, as written.
    pub sitemaps: Vec<String>,
    /// The pause that the site asks for between two requests, at most a minute.
    pub crawl_delay: Option<Duration>,
    rules: Vec<Rule>,
}

/// One line that allows or forbids.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    allow: bool,
    // Percent-encoding in one form, see `normal`.
    pattern: Box<str>,
    line: u32,
}

/// The line that forbids a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forbidden {
    /// The rule, such as `Disallow: /private/`.
    pub rule: String,
    /// Its line, counted from 1.
    pub line: u32,
}

/// The rules of the groups for one agent, or for all of them.
#[derive(Default)]
struct Group {
    named: bool,
    rules: Vec<Rule>,
    crawl_delay: Option<Duration>,
}

impl Robots {
    /// Reads a file. Nothing in it is an error: a line that cannot be read is passed over, as the RFC wants it.
    pub fn parse(bytes: &[u8], agent: &str) -> Self {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let text = String::from_utf8_lossy(&bytes[..bytes.len().min(BYTES_MAX)]);
        let (mut ours, mut everyones) = (Group::default(), Group::default());
        let (mut in_ours, mut in_everyones, mut naming) = (false, false, false);
        let mut sitemaps = Vec::new();
        for (line, number) in lines(&text).zip(1..) {
            let Some((key, value)) = split(line) else { continue };
            match key.as_str() {
                "user-agent" => {
                    // Names in a row share a group; a name after a rule begins the next one.
                    if !naming {
                        (in_ours, in_everyones, naming) = (false, false, true);
                    }
                    if value == "*" || value.starts_with("* ") {
                        in_everyones = true;
                        everyones.named = true;
                    } else if token(value).eq_ignore_ascii_case(agent) {
                        in_ours = true;
                        ours.named = true;
                    }
                }
                "allow" | "disallow" => {
                    naming = false;
                    // An empty rule names no path, and so says nothing.
                    if value.is_empty() {
                        continue;
                    }
                    let rule = || Rule { allow: key == "allow", pattern: normal(value, true).into(), line: number };
                    if in_ours {
                        ours.rules.push(rule());
                    }
                    if in_everyones {
                        everyones.rules.push(rule());
                    }
                }
                "crawl-delay" => {
                    let delay = value.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
                    let delay = delay.map(|delay| delay.min(CRAWL_DELAY_MAX));
                    if in_ours {
                        ours.crawl_delay = delay.or(ours.crawl_delay);
                    }
                    if in_everyones {
                        everyones.crawl_delay = delay.or(everyones.crawl_delay);
                    }
                }
                "sitemap" if sitemaps.len() < SITEMAPS_MAX && value.len() <= SITEMAP_LENGTH_MAX => {
                    sitemaps.push(value.to_owned());
                }
                _ => {}
            }
        }
        // A group that names us is the only one that counts, even where it is empty.
        let mut group = if ours.named { ours } else { everyones };
        group.rules.shrink_to_fit();
        Self { sitemaps, crawl_delay: group.crawl_delay, rules: group.rules }
    }

    /// The rule that forbids a path with its query, if one does: the longest pattern decides, and among equals the one
    /// that allows. The path is given as a URL holds it, percent-encoded.
    pub fn forbids(&self, path: &str) -> Option<Forbidden> {
        let path = match path {
            "" => "/".to_owned(),
            // The file itself may always be read.
            "/robots.txt" => return None,
            path => normal(path, false),
        };
        let longest = self
            .rules
            .iter()
            .filter(|rule| matches(&rule.pattern, &path))
            .max_by_key(|rule| (rule.pattern.len(), rule.allow))?;
        (!longest.allow).then(|| Forbidden { rule: format!("Disallow: {}", longest.pattern), line: longest.line })
    }

    /// Roughly how much memory this takes.
    pub(crate) fn weight(&self) -> usize {
        let rules: usize = self.rules.iter().map(|rule| rule.pattern.len() + size_of::<Rule>()).sum();
        let sitemaps: usize = self.sitemaps.iter().map(|sitemap| sitemap.len() + size_of::<String>()).sum();
        size_of::<Self>() + rules + sitemaps
    }
}

/// Lines by any line end; `\r\n` must not count twice.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

/// Key in lower case and value without comment. Some files leave the colon out, which is unmistakable between two words.
fn split(line: &str) -> Option<(String, &str)> {
    let line = line.split('#').next().unwrap_or_default().trim();
    let (key, value) = match line.split_once(':') {
        Some(pair) => pair,
        None => line.split_once([' ', '\t']).filter(|(_, value)| !value.trim().contains([' ', '\t']))?,
    };
    Some((key.trim().to_ascii_lowercase(), value.trim()))
}

/// The product token of a `User-agent` line; a version or comment after it does not count.
fn token(value: &str) -> &str {
    let end = value.find(|c: char| !(c.is_ascii_alphabetic() || matches!(c, '-' | '_')));
    &value[..end.unwrap_or(value.len())]
}

/// One form for every spelling of a path: bytes beyond ASCII and blanks percent-encoded, unreserved characters not,
/// hexadecimal digits in upper case, and `*` and `$` encoded where they mean themselves (RFC 9309, sections 2.2.2-3).
fn normal(path: &str, is_pattern: bool) -> String {
    let bytes = path.as_bytes();
    let mut normal = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'%' => match bytes.get(at..at + 2).and_then(hexadecimal) {
                Some(byte) => {
                    at += 2;
                    match byte {
                        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => normal.push(byte),
                        _ => encode(byte, &mut normal),
                    }
                }
                None => normal.push(b'%'),
            },
            b'*' if is_pattern => normal.push(b'*'),
            b'$' if is_pattern && at == bytes.len() => normal.push(b'$'),
            b'*' | b'$' | ..=b' ' | 0x7f => encode(byte, &mut normal),
            // A file may hold bytes beyond ASCII; an address never does.
            0x80.. if is_pattern => encode(byte, &mut normal),
            _ => normal.push(byte),
        }
    }
    String::from_utf8(normal).expect("only whole characters are kept, and the rest is ASCII")
}

fn hexadecimal(digits: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(*digits.first()?)? * 16 + digit(*digits.get(1)?)?).ok()
}

fn encode(byte: u8, to: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    to.extend([b'%', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
}

/// `*` stands for anything, a final `$` for the end. Each piece is looked for once, from left to right: linear, whatever
/// the pattern.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, to_the_end) = match pattern.strip_suffix('$') {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| path.strip_prefix(first)) else { return false };
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return !to_the_end || rest.is_empty();
    }
    while let Some(piece) = pieces.next() {
        if to_the_end && pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        match rest.find(piece) {
            Some(start) => rest = &rest[start + piece.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_rule_and_its_line() {
        let file = "\u{feff}# halo\r\nUser-agent: *\r\nDisallow: /\r\n\rUser-Agent: pesut/2.0\rDisallow: /arsip/ # lama\r\n\
                    Crawl-delay: 2.5\nDisallow: /*?s=\nSitemap: https://media.example/peta.xml\n";
        let robots = Robots::parse(file.as_bytes(), AGENT);
        let forbidden = robots.forbids("/arsip/2019").unwrap();
        assert_eq!((forbidden.rule.as_str(), forbidden.line), ("Disallow: /arsip/", 6));
        assert_eq!(robots.forbids("/?s=banjir").unwrap().line, 8);
        assert_eq!(robots.forbids("/berita"), None);
        assert_eq!(robots.crawl_delay, Some(Duration::from_millis(2500)));
        assert_eq!(robots.sitemaps, ["https://media.example/peta.xml"]);
        assert_eq!(Robots::parse(file.as_bytes(), "Lain").forbids("/berita").unwrap().line, 3);
    }

    #[test]
    fn matches_pieces_in_order() {
        for (pattern, path, expected) in [
            ("/a*b*c", "/a--b--c--", true),
            ("/a*b*c", "/a--c--b", false),
            ("/a*b$", "/abab", true),
            ("/a*b$", "/aba", false),
            ("/ab*b$", "/ab", false),
            ("/*", "/", true),
            ("/$", "/", true),
            ("/a**$", "/a", true),
            ("*.pdf", "/x.pdf", true),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn hostile_files_cost_little() {
        let stars = format!("user-agent: *\ndisallow: /{}x\n", "*a".repeat(200_000));
        let robots = Robots::parse(stars.as_bytes(), AGENT);
        assert_eq!(robots.forbids(&format!("/{}", "a".repeat(8 << 10))), None);
        let many = format!("user-agent: *\n{}", "sitemap: https://media.example/x\n".repeat(9999));
        assert_eq!(Robots::parse(many.as_bytes(), AGENT).sitemaps.len(), SITEMAPS_MAX);
        for delay in ["1e300", "-1", "NaN", "inf", "besok"] {
            let robots = Robots::parse(format!("user-agent: *\ncrawl-delay: {delay}").as_bytes(), AGENT);
            assert!(robots.crawl_delay.is_none_or(|delay| delay <= CRAWL_DELAY_MAX), "{delay}");
        }
        let hour = Robots::parse(b"user-agent: *\ncrawl-delay: 3600", AGENT);
        assert_eq!(hour.crawl_delay, Some(CRAWL_DELAY_MAX));
    }

    #[test]
    fn special_characters_can_mean_themselves() {
        let robots = Robots::parse(b"user-agent: *\ndisallow: /a-%2A.html\ndisallow: /b-%24\ndisallow: /c d", AGENT);
        assert!(robots.forbids("/a-*.html").is_some() && robots.forbids("/a-x.html").is_none());
        assert!(robots.forbids("/b-$").is_some() && robots.forbids("/c%20d").is_some());
    }
}
