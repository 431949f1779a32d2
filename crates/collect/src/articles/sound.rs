//! What comes in an article's place with HTTP 200: logins, error pages, the front page, bytes that are no text.
//!
//! Told by form alone. A page is blamed only for what no article has, or for a title of an error page over hardly any
//! text: an article about "404" keeps its place.

use super::Failure;
use crate::html::{self, Piece, Tag};
use net::Response;
use url::Url;

/// A page with fewer words has no article: an empty shell that a script would have filled, a bare sentence.
const WORDS_MIN: usize = 10;
/// A page with a field for a password and fewer words asks for a login and shows nothing else.
const WORDS_BESIDE_LOGIN: usize = 40;
/// A page under the title of an error and fewer words in whole sentences is that error.
const WORDS_OF_ARTICLE: usize = 150;
/// Titles of the error pages of servers, site builders and the firewalls before them, without numbers and marks.
const ERRORS: [&str; 48] = [
    "not found",
    "page not found",
    "object not found",
    "file not found",
    "nothing found",
    "oops that page can t be found",
    "halaman tidak ditemukan",
    "laman tidak ditemukan",
    "tidak ditemukan",
    "artikel tidak ditemukan",
    "berita tidak ditemukan",
    "halaman tidak tersedia",
    "error",
    "galat",
    "kesalahan",
    "terjadi kesalahan",
    "server error",
    "internal server error",
    "bad request",
    "bad gateway",
    "gateway timeout",
    "gateway time out",
    "service unavailable",
    "service temporarily unavailable",
    "too many requests",
    "database error",
    "error establishing a database connection",
    "kesalahan saat menghubungkan ke basis data",
    "just a moment",
    "one moment please",
    "attention required",
    "attention required cloudflare",
    "checking your browser",
    "security check",
    "request rejected",
    "access denied",
    "akses ditolak",
    "forbidden",
    "unauthorized",
    "account suspended",
    "akun ditangguhkan",
    "domain expired",
    "maintenance",
    "under maintenance",
    "site under maintenance",
    "maintenance mode",
    "situs dalam perbaikan",
    "sedang dalam perbaikan",
];
/// Elements that no page leaves open to its end.
const CLOSED: [&str; 10] = ["title", "script", "div", "main", "article", "section", "h1", "h2", "ul", "table"];
/// Shorter pieces of text are menus and captions, which stand on error pages too.
const SENTENCE_CHARS_MIN: usize = 40;

/// Checks what came for this address; the error says what it is instead.
pub(super) fn check(asked: &str, response: &Response) -> Result<(), Failure> {
    let wrong = |reason: &str| Err(Failure::Failed(reason.to_owned()));
    if response.body.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) {
        return wrong("an empty page came");
    }
    match response.content_type.as_deref() {
        None | Some("text/html" | "application/xhtml+xml" | "text/plain" | "text/xml" | "application/xml") => {}
        Some(other) => {
            let other: String = other.chars().take(60).collect();
            let reason = format!("it is {other} and no web page");
            // A document that is what it says stays what it is.
            let settled = response.body.starts_with(b"%PDF") || response.body.starts_with(b"PK\x03\x04");
            return Err(if settled { Failure::Final(reason) } else { Failure::Failed(reason) });
        }
    }
    if let (Ok(asked), Ok(came)) = (Url::parse(asked), Url::parse(&response.final_url)) {
        if asked.path().len() > 1 && came.path() == "/" && came.query().is_none() {
            return wrong("it leads to the site's front page");
        }
        if is_login(&came) && !is_login(&asked) {
            return wrong("it leads to a login");
        }
    }
    let text = html::decode(&response.body, response.charset.as_deref());
    if is_no_text(&text) {
        return wrong("its bytes are no text");
    }
    if declares_entities(&text) {
        return wrong("it declares entities, which no web page does");
    }
    let page = Page::read(&text);
    if page.password && page.words < WORDS_BESIDE_LOGIN {
        return wrong("it is a login page");
    }
    if let Some(title) = page.error_title()
        && (page.hidden || page.words_of_sentences < WORDS_OF_ARTICLE)
    {
        return wrong(&format!("it is an error page: \"{title}\""));
    }
    if page.words < WORDS_MIN {
        return wrong("it has hardly any text");
    }
    Ok(())
}

/// True where a page that began as a whole document stops before its end, as it does where a server fails while it writes.
///
/// Its last tags may be left out by right; an element that the standard wants closed may not.
pub(crate) fn breaks_off(body: &[u8]) -> bool {
    let lower = body.to_ascii_lowercase();
    let count = |mark: &str| memchr::memmem::find_iter(&lower, mark).count();
    let has = |mark: &str| memchr::memmem::find(&lower, mark.as_bytes()).is_some();
    if !(has("<html") || has("<body")) || has("</html") || has("</body") {
        return false;
    }
    let last = |byte: u8| memchr::memrchr(byte, &lower);
    let in_tag = last(b'<') > last(b'>');
    in_tag || CLOSED.iter().any(|name| count(&format!("<{name}")) > count(&format!("</{name}")))
}

/// A page's bytes without stray zeros, which no reader of web pages knows what to do with; UTF-16 keeps its own.
pub(super) fn without_zeros(body: &mut Vec<u8>) {
    let zeros = memchr::memchr_iter(0, body).count();
    if zeros > 0 && zeros * 10 < body.len() {
        body.retain(|byte| *byte != 0);
    }
}

/// True for addresses at which a site asks who is there.
fn is_login(url: &Url) -> bool {
    url.path_segments().into_iter().flatten().any(|segment| {
        let name = segment.to_ascii_lowercase();
        let name = name.split('.').next().unwrap_or_default();
        matches!(name, "login" | "wp-login" | "log-in" | "masuk" | "signin" | "sign-in" | "sign_in" | "logon")
    })
}

/// True for what no charset makes a text of: packed or encrypted bytes, pictures.
fn is_no_text(text: &str) -> bool {
    let (mut all, mut control, mut broken) = (0_usize, 0_usize, 0_usize);
    for c in text.chars().take(8 << 10) {
        all += 1;
        control += usize::from(c.is_control() && !c.is_whitespace() && !matches!(c, '\0' | '\u{1b}'));
        broken += usize::from(c == char::REPLACEMENT_CHARACTER);
    }
    control * 25 > all || broken * 8 > all
}

fn declares_entities(text: &str) -> bool {
    let start = text.trim_start().bytes().take(2 << 10).collect::<Vec<u8>>();
    memchr::memmem::find(&start, b"<!ENTITY").is_some() && memchr::memmem::find(&start, b"<!DOCTYPE").is_some()
}

/// What a page is told by.
#[derive(Default)]
struct Page {
    /// `<title>` and the first `<h1>`.
    titles: Vec<String>,
    /// Words outside links and title, and of these the ones in longer pieces of text.
    words: usize,
    words_of_sentences: usize,
    password: bool,
    /// True where search engines are told to leave it out.
    hidden: bool,
}

impl Page {
    fn read(text: &str) -> Self {
        let mut page = Self::default();
        let (mut link, mut title, mut heading) = (false, None, None);
        let mut headings = 0;
        for piece in html::pieces(text) {
            match piece {
                Piece::Open(tag) => match tag.name.as_str() {
                    "a" => link = true,
                    "title" if page.titles.is_empty() => title = Some(String::new()),
                    "h1" if headings == 0 => heading = Some(String::new()),
                    "input" => page.password |= is(&tag, "type", "password"),
                    "meta" => page.hidden |= is(&tag, "name", "robots") && says(&tag, "content", "noindex"),
                    _ => {}
                },
                Piece::Close(name) => match name.as_str() {
                    "a" => link = false,
                    "title" => page.titles.extend(title.take()),
                    "h1" => {
                        headings += usize::from(heading.is_some());
                        page.titles.extend(heading.take());
                    }
                    _ => {}
                },
                Piece::Text(text) => {
                    if let Some(title) = &mut title {
                        title.push_str(&text);
                        continue;
                    }
                    if let Some(heading) = &mut heading {
                        heading.push_str(&text);
                    }
                    if !link {
                        let words = text.split_whitespace().count();
                        page.words += words;
                        page.words_of_sentences += if text.len() >= SENTENCE_CHARS_MIN { words } else { 0 };
                    }
                }
            }
        }
        page
    }

    /// The part of its title or first heading that names an error, beside the site's name.
    fn error_title(&self) -> Option<String> {
        let parts = self.titles.iter().flat_map(|title| {
            [" - ", " – ", " — ", " | ", " « ", " » "]
                .iter()
                .fold(vec![title.as_str()], |parts, mark| parts.iter().flat_map(|part| part.split(mark)).collect())
        });
        parts.map(html::squeezed).find(|part| is_error(part)).map(|part| part.chars().take(60).collect())
    }
}

fn is(tag: &Tag, name: &str, value: &str) -> bool {
    tag.attribute(name).is_some_and(|given| given.trim().eq_ignore_ascii_case(value))
}

fn says(tag: &Tag, name: &str, word: &str) -> bool {
    tag.attribute(name).is_some_and(|given| given.to_ascii_lowercase().contains(word))
}

/// True for the title of an error page: a status of HTTP alone, or one of its usual names, with such a number or without.
fn is_error(title: &str) -> bool {
    let title = title.to_lowercase();
    let mut words: Vec<&str> = title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    // "Error 404: Not Found", "404 (Halaman tidak ditemukan)".
    let is_status = |word: &str| word.len() == 3 && word.starts_with(['4', '5']) && word.parse::<u16>().is_ok();
    let status = words.iter().any(|word| is_status(word));
    words.retain(|word| !(status && (is_status(word) || matches!(*word, "error" | "galat" | "kesalahan" | "http"))));
    (status && words.is_empty()) || ERRORS.contains(&words.join(" ").as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_of_errors_are_known_with_their_numbers_and_without() {
        for title in [
            "404",
            "Error 404",
            "Error 404: Not Found",
            "404 (Halaman tidak ditemukan)",
            "Just a moment...",
            "Error establishing a database connection",
            "Akun ditangguhkan",
            "503 Service Temporarily Unavailable",
        ] {
            assert!(is_error(title), "{title}");
        }
        for title in ["", "500 warga mengungsi", "404 rumah terendam", "Berita", "Kesalahan data diperbaiki", "2024"] {
            assert!(!is_error(title), "{title}");
        }
    }

    #[test]
    fn an_article_about_an_error_is_an_article() {
        let page = |title: &str, words: usize| {
            let text = "Petugas memeriksa jaringan yang terganggu sejak pagi hari ini. ".repeat(words / 9 + 1);
            Page::read(&format!("<title>Kabar - {title}</title><h1>{title}</h1><p>{text}</p>"))
        };
        let long = page("404 Not Found", 300);
        assert!(long.error_title().is_some() && long.words_of_sentences > WORDS_OF_ARTICLE && !long.hidden);
        assert_eq!(page("Jaringan terganggu", 300).error_title(), None);
    }

    #[test]
    fn a_page_that_breaks_off_is_told_from_one_that_never_began() {
        assert!(breaks_off(b"<!doctype html><HTML><body><div><p>Warga di te"));
        assert!(breaks_off(b"<html><body><p>Warga di <a hr"));
        assert!(!breaks_off(b"<html><body><div><p>Isi</BODY>") && !breaks_off(b"<html><div><p>Isi</div><p>Isi"));
        assert!(!breaks_off(b"<html><body><p>Isi</BODY>") && !breaks_off(b"<h1>Judul</h1><p>Isi"));
        let mut body = b"Sungai\0 surut pada Jumat".to_vec();
        without_zeros(&mut body);
        assert_eq!(body, b"Sungai surut pada Jumat");
        let mut wide = b"a\0b\0c\0".to_vec();
        without_zeros(&mut wide);
        assert_eq!(wide.len(), 6);
    }

    #[test]
    fn logins_are_known_by_a_whole_segment() {
        let login = |path: &str| is_login(&Url::parse(&format!("https://k.example{path}")).unwrap());
        assert!(login("/wp-login.php?redirect_to=x") && login("/akun/masuk") && login("/Login"));
        assert!(!login("/berita/warga-masuk-desa") && !login("/berita/login-baru"));
    }
}
