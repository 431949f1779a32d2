//! What a draft must not hand on: links that one tap opens, numbers of people, and a word that only two people may use.

/// Endings that a messenger turns into a link however they are written.
const ENDINGS: [&str; 22] = [
    "com", "id", "net", "org", "co", "me", "info", "xyz", "site", "online", "top", "shop", "link", "app", "my", "web",
    "tk", "click", "live", "pro", "vip", "store",
];

/// Digits in a row that are no figure any more: identity, account and telephone numbers.
const NUMBER_DIGITS: usize = 10;

/// The text with every address made harmless (`hxxps://contoh[.]test/…`) but those under the hosts that are kept.
///
/// The path goes: it may name a person, and nobody needs it to recognise the message.
pub(crate) fn defanged(text: &str, kept: &[String]) -> String {
    text.split_inclusive(char::is_whitespace).map(|word| harmless(word, kept)).collect()
}

/// True for a host that is kept, or one under it.
pub(crate) fn is_kept(host: &str, kept: &[String]) -> bool {
    let host = host.to_lowercase();
    kept.iter().any(|known| host == *known || host.strip_suffix(known.as_str()).is_some_and(|rest| rest.ends_with('.')))
}

/// The host of an address with a scheme, small and without the name, port and path around it.
pub(crate) fn host(address: &str) -> Option<String> {
    let (_, rest) = address.trim().split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let host = host.split(':').next()?.to_lowercase();
    (!host.is_empty()).then_some(host)
}

/// Every host that a text names, with a scheme or bare.
pub(crate) fn hosts(text: &str) -> Vec<String> {
    let words = text.split_whitespace().flat_map(pieces);
    words.filter(|piece| piece.is_host).map(|piece| piece.text.trim_start_matches("www.").to_lowercase()).collect()
}

/// A stretch of a word that may be a host, and what lies between.
struct Piece<'a> {
    text: &'a str,
    is_host: bool,
    /// Stands before an "@" and a host.
    is_mailbox: bool,
}

fn is_host_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '.')
}

fn pieces(word: &str) -> Vec<Piece<'_>> {
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        let fits = is_host_char(first);
        let end = rest.find(|c| is_host_char(c) != fits).unwrap_or(rest.len());
        let (mut run, behind) = rest.split_at(end);
        if fits {
            let trimmed = run.trim_end_matches(['.', '-', '_']);
            run = if trimmed.is_empty() { run } else { trimmed };
        }
        let before = pieces.last().map_or("", |piece| piece.text);
        let has_scheme = before.ends_with("://");
        let is_host = fits && (has_scheme && !behind.starts_with('@') || is_host(run, behind));
        if is_host && before == "@" {
            let mailbox = pieces.len().checked_sub(2).and_then(|place| pieces.get_mut(place));
            if let Some(mailbox) = mailbox {
                (mailbox.is_mailbox, mailbox.is_host) = (true, false);
            }
        }
        pieces.push(Piece { text: run, is_host, is_mailbox: false });
        rest = &rest[run.len()..];
        // What follows a host up to a closing mark is its path, and no second host.
        if is_host && rest.starts_with(['/', '?', '#', ':']) {
            let end = rest.find(['”', '’', '"', ')', ']', '>', ',']).unwrap_or(rest.len());
            let end = rest[..end].trim_end().trim_end_matches(['.', '!']).len();
            if end > 0 {
                pieces.push(Piece { text: &rest[..end], is_host: false, is_mailbox: false });
                rest = &rest[end..];
            }
        }
    }
    pieces
}

/// Two labels and an ending of letters: all small or all capitals ("Jl.Kenanga" is a slip, not a host), or a known one.
fn is_host(run: &str, behind: &str) -> bool {
    let labels: Vec<&str> = run.trim_start_matches('.').split('.').collect();
    let Some((ending, names)) = labels.split_last() else { return false };
    let address = labels.len() == 4 && labels.iter().all(|label| label.parse::<u8>().is_ok());
    let spelled = ending.chars().all(char::is_lowercase)
        || ending.chars().all(char::is_uppercase)
        || ENDINGS.contains(&ending.to_lowercase().as_str())
        || behind.starts_with('/');
    let named = ending.chars().count() >= 2 && ending.chars().all(char::is_alphabetic) && spelled;
    address || !names.is_empty() && names.iter().all(|name| !name.is_empty()) && named
}

fn harmless(word: &str, kept: &[String]) -> String {
    let pieces = pieces(word);
    let mut out = String::with_capacity(word.len() + 8);
    for (place, piece) in pieces.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|place| pieces.get(place));
        let is_path = before.is_some_and(|before| before.is_host) && piece.text.starts_with(['/', '?', '#', ':']);
        let keeps = |host: &Piece<'_>| is_kept(host.text, kept);
        let next_host = pieces[place..].iter().find(|piece| piece.is_host);
        match () {
            () if piece.is_host && !keeps(piece) => out.push_str(&piece.text.replace('.', "[.]")),
            () if is_path && before.is_some_and(|host| !keeps(host)) => {
                // A colon may close a clause; only a port makes it part of the address.
                match piece.text.trim_start_matches(['/', '?', '#', ':']).is_empty() {
                    true => out.push_str(piece.text),
                    false => out.push_str("/…"),
                }
            }
            () if piece.is_mailbox && next_host.is_some_and(|host| !keeps(host)) => out.push_str("[surel]"),
            () if piece.text == "://" && !next_host.is_some_and(keeps) => {
                let harmless = harmless_scheme(&mut out);
                out.push_str(harmless);
            }
            () => out.push_str(piece.text),
        }
    }
    out
}

/// Turns the scheme just written into one that opens nothing, and gives what stands behind it.
fn harmless_scheme(out: &mut String) -> &'static str {
    let lower = out.to_ascii_lowercase();
    for (known, harmless) in [("https", "hxxps"), ("http", "hxxp")] {
        if lower.ends_with(known) {
            out.truncate(out.len() - known.len());
            out.push_str(harmless);
            return "://";
        }
    }
    "[:]//"
}

/// The text without long numbers. What comes from records and from the queue is masked already; this is the net below.
pub(crate) fn unnumbered(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, number) = rest.split_at(start);
        out.push_str(before);
        let end = number_end(number);
        let (digits, behind) = number.split_at(end);
        out.push_str(if is_personal(&out, digits) { "[nomor]" } else { digits });
        rest = behind;
    }
    out + rest
}

/// Where a number with single separators between its groups ends.
fn number_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut end = 0;
    while end < bytes.len() {
        let separated = matches!(bytes[end], b' ' | b'-' | b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if !bytes[end].is_ascii_digit() && !separated {
            break;
        }
        end += 1;
    }
    end
}

fn is_personal(before: &str, number: &str) -> bool {
    let glued = before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '=' | '_' | '-'));
    let money = before.trim_end().to_lowercase().ends_with("rp");
    let groups: Vec<&str> = number.split([' ', '-', '.']).collect();
    let digits: String = groups.concat();
    let mobile = match groups.as_slice() {
        [first, ..] if first.len() >= 3 => first.starts_with("08") || first.starts_with("628"),
        ["62", second, ..] => second.starts_with('8'),
        _ => false,
    };
    let long = groups.iter().any(|group| group.len() >= NUMBER_DIGITS);
    !glued && !money && (long || mobile && digits.len() >= NUMBER_DIGITS - 1)
}

/// Every spelling of the word that only two people's verdict allows.
const VERDICT_WORDS: [&str; 2] = ["hoaks", "hoax"];

/// The text without that word; names of sites that have it in them stay.
pub(crate) fn unjudged(text: &str) -> String {
    let clean = |word: &str| {
        let is_address = word.contains("://") || pieces(word).iter().any(|piece| piece.is_host);
        if is_address { word.to_owned() } else { without_word(word) }
    };
    text.split_inclusive(char::is_whitespace).map(clean).collect()
}

/// True where a person's words use it.
pub(crate) fn judges(text: &str) -> bool {
    unjudged(text) != text
}

fn without_word(word: &str) -> String {
    let (mut out, mut rest) = (String::new(), word);
    loop {
        let lower = rest.to_ascii_lowercase();
        let found = VERDICT_WORDS.iter().filter_map(|verdict| lower.find(verdict).map(|at| (at, verdict.len()))).min();
        let Some((at, length)) = found else { return out + rest };
        out.push_str(&rest[..at]);
        out.push_str("[…]");
        rest = &rest[at + length..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_open_nothing() {
        for (text, expected) in [
            ("daftar di https://bantuan.test/daftar?id=7 ya", "daftar di hxxps://bantuan[.]test/… ya"),
            ("HTTP://Bantuan.Test.", "hxxp://Bantuan[.]Test."),
            ("buka bantuan-warga.xyz/form, segera", "buka bantuan-warga[.]xyz/…, segera"),
            ("buka www.bantuan.test!", "buka www[.]bantuan[.]test!"),
            ("klik:bantuan.test", "klik:bantuan[.]test"),
            ("(bantuan.test)", "(bantuan[.]test)"),
            ("“bantuan.test/a.b”", "“bantuan[.]test/…”"),
            ("wa.me/6281234567890", "wa[.]me/…"),
            ("tg://join?x=1", "tg[:]//join/…"),
            ("http://10.1.2.3/a", "hxxp://10[.]1[.]2[.]3/…"),
            ("10.1.2.3", "10[.]1[.]2[.]3"),
            ("BANTUAN.COM dan Bantuan.Com", "BANTUAN[.]COM dan Bantuan[.]Com"),
            ("surel uji.coba@contoh.test.", "surel [surel]@contoh[.]test."),
            ("https://lumbung.test@jahat.test/x", "hxxps://[surel]@jahat[.]test/…"),
            ("unduh undangan.apk", "unduh undangan[.]apk"),
        ] {
            assert_eq!(defanged(text, &[]), expected);
        }
    }

    #[test]
    fn what_is_no_address_stays() {
        for text in [
            "Rp2.500.000 per kepala",
            "pukul 08.00 WITA.",
            "Jl.Kenanga No.12/2026",
            "Rina, S.Kom.",
            "dan/atau",
            "a.n. Uji",
            "ya...",
        ] {
            assert_eq!(defanged(text, &[]), text);
        }
    }

    #[test]
    fn official_addresses_stay() {
        let kept = ["lumbung.test".to_owned()];
        for text in ["https://ppid.lumbung.test/rilis/12?x=a.b", "humas@lumbung.test", "lumbung.test"] {
            assert_eq!(defanged(text, &kept), text);
        }
        assert_eq!(defanged("lumbung.test.jahat.test", &kept), "lumbung[.]test[.]jahat[.]test");
        assert_eq!(defanged("https://lumbung.test@jahat.test", &kept), "hxxps://[surel]@jahat[.]test");
        assert_eq!(defanged("jahatlumbung.test", &kept), "jahatlumbung[.]test");
    }

    #[test]
    fn people_s_numbers_go() {
        for (text, expected) in [
            ("hub 081234567890", "hub [nomor]"),
            ("hub 0812-3456-7890.", "hub [nomor]."),
            ("hub +62 812 3456 7890", "hub +[nomor]"),
            ("NIK 6472051203900001", "NIK [nomor]"),
            ("rek 1234567890 a.n.", "rek [nomor] a.n."),
        ] {
            assert_eq!(unnumbered(text), expected);
        }
        for text in [
            "Rp 1.500.000.000",
            "Rp1500000000",
            "pukul 08.00 10.00 12.00",
            "Pergub 24/2025",
            "20 11 2026 08.00",
            "3.790.000 jiwa",
        ] {
            assert_eq!(unnumbered(text), text);
        }
    }

    #[test]
    fn the_word_goes_and_sites_stay() {
        assert_eq!(unjudged("Ini HOAKS! hoaxnya lama"), "Ini […]! […]nya lama");
        assert_eq!(
            unjudged("lihat https://cekhoaks.test/1 dan cekhoaks.test"),
            "lihat https://cekhoaks.test/1 dan cekhoaks.test"
        );
        assert!(judges("hoaks") && !judges("https://cekhoaks.test"));
    }

    #[test]
    fn hosts_are_found() {
        assert_eq!(hosts("ke https://A.test/x atau www.b.test, c@d.test"), ["a.test", "b.test", "d.test"]);
        assert_eq!(host("https://x@Jahat.test:80/a").as_deref(), Some("jahat.test"));
        assert_eq!(host("bukan alamat"), None);
    }
}
