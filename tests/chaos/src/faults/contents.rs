//! Answers of 200 whose content is not what was promised.

use crate::{Act, Fault, Reply, Scene, Wants, Wire};
use futures_util::FutureExt;
use std::io;

macro_rules! content {
    ($name:literal, $wants:ident, $about:literal, $reply:expr) => {
        Fault {
            name: $name,
            about: $about,
            wants: Wants::$wants,
            ends: true,
            act: Act::Answer(|wire, scene| {
                async move {
                    let make: fn(&Scene) -> Reply = $reply;
                    wire.reply(&make(scene)).await
                }
                .boxed()
            }),
        }
    };
}

pub(super) const FAULTS: &[Fault] = &[
    content!("garbage", Reason, "sends bytes without any sense", |scene| Reply {
        body: garbage(8 << 10),
        ..scene.healthy.clone()
    }),
    content!("empty-body", Reason, "sends nothing in good order", |scene| Reply {
        body: Vec::new(),
        ..scene.healthy.clone()
    }),
    content!("blank-body", Reason, "sends blanks", |scene| Reply {
        body: b" \r\n".repeat(50),
        ..scene.healthy.clone()
    }),
    content!("error-page", Reason, "sends a web page about a failure with status 200", |_| {
        Reply::new(200, "text/html; charset=utf-8", ERROR_PAGE)
    }),
    content!("error-page-as-promised", Reason, "sends the same under the type that was promised", |scene| {
        Reply { body: ERROR_PAGE.into(), ..scene.healthy.clone() }
    }),
    content!("login-page", Reason, "sends a login page with status 200", |_| login_page()),
    content!("json-error", Reason, "sends an error as JSON with status 200", |_| {
        Reply::new(200, "application/json", r#"{"error":{"code":17,"message":"Terlalu banyak permintaan"}}"#)
    }),
    content!("json-null", Reason, "sends the JSON value null", |_| Reply::new(200, "application/json", "null")),
    content!("wrong-type", Honesty, "sends the right content as a picture", |scene| {
        scene.healthy.clone().with("content-type", "image/png")
    }),
    content!("no-type", Honesty, "sends the right content without a type", |scene| {
        let mut reply = scene.healthy.clone();
        reply.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
        reply
    }),
    content!("wrong-charset", Honesty, "declares a charset that the content does not have", |scene| {
        let essence = scene.healthy.header("content-type").split(';').next().unwrap_or_default().to_owned();
        scene.healthy.clone().with("content-type", &format!("{essence}; charset=utf-16"))
    }),
    content!("unknown-charset", Honesty, "declares a charset that nobody knows", |scene| {
        let essence = scene.healthy.header("content-type").split(';').next().unwrap_or_default().to_owned();
        scene.healthy.clone().with("content-type", &format!("{essence}; charset=x-pesut"))
    }),
    content!("nul-bytes", Honesty, "has NUL bytes between its own", |scene| {
        let body = scene.healthy.body.chunks(60).collect::<Vec<_>>().join(&0);
        Reply { body, ..scene.healthy.clone() }
    }),
    content!("control-characters", Honesty, "has raw control characters and wrong escapes in its strings", |scene| {
        let text = match scene.is_json() {
            true => scene.text().replacen("\":\"", "\":\"\u{1}\u{1f}\\q", 3),
            false => scene.text().replacen("<title>", "<title>\u{1}\u{1f}", 3),
        };
        Reply { body: text.into_bytes(), ..scene.healthy.clone() }
    }),
    content!("broken-utf8", Honesty, "has bytes that are no UTF-8 in its strings", |scene| {
        let (mark, with): (&[u8], &[u8]) =
            if scene.is_json() { (b"\":\"", b"\":\"\xff\xfe") } else { (b"<title>", b"<title>\xff\xfe") };
        Reply { body: replace(&scene.healthy.body, mark, with), ..scene.healthy.clone() }
    }),
    content!("future-dates", Honesty, "dates everything to the year 2099, its own clock included", |scene| {
        let mut text = scene.text();
        for year in 2000..=2030 {
            for (before, after) in [(" ", " "), ("\"", "-"), (">", "-"), ("T", "-")] {
                text = text.replace(&format!("{before}{year}{after}"), &format!("{before}2099{after}"));
            }
        }
        let far = "Wed, 21 Jan 2099 00:00:00 GMT";
        Reply { body: text.into_bytes(), ..scene.healthy.clone() }.with("date", far).with("last-modified", far)
    }),
    content!("wrong-validators", Everything, "sends validators that are no validators", |scene| {
        scene.healthy.clone().with("etag", "W/\"tidak ditutup").with("last-modified", "kemarin sore")
    }),
    content!("huge-validators", Everything, "sends a validator of 20 kB", |scene| {
        scene.healthy.clone().with("etag", &format!("\"{}\"", "e".repeat(20 << 10)))
    }),
    content!(
        "same-page-for-ever",
        Honesty,
        "answers every page with the first one, and says that there is more",
        |scene| {
            let next = format!("<http://{}{}>; rel=\"next\"", scene.host, scene.request.target);
            scene.first.clone().with("link", &next)
        }
    ),
    content!("deep-json", Reason, "sends JSON that is nested 100,000 times", |_| {
        Reply::new(200, "application/json", ["[".repeat(100_000), "]".repeat(100_000)].concat())
    }),
    content!("deep-xml", Reason, "sends XML that is nested 50,000 times", |_| {
        Reply::new(200, "application/xml", ["<a>".repeat(50_000), "</a>".repeat(50_000)].concat())
    }),
    content!("xml-bomb", Honesty, "sends XML whose entities expand to gigabytes", |scene| {
        let mut entities = String::from("<!ENTITY a0 \"tawa\">");
        for level in 1..10 {
            entities.push_str(&format!("<!ENTITY a{level} \"{}\">", format!("&a{};", level - 1).repeat(10)));
        }
        declaring(scene, &entities, "&a9;")
    }),
    content!("xml-outside", Honesty, "sends XML that wants to read a file and an address inside", |scene| {
        let entities = format!(
            "<!ENTITY f SYSTEM \"file:///etc/passwd\"><!ENTITY h SYSTEM \"http://{}/\"><!ENTITY % p SYSTEM \
             \"http://{}/p\"> %p;",
            scene.hidden, scene.hidden
        );
        declaring(scene, &entities, "&f;&h;")
    }),
    Fault {
        name: "json-50-mb",
        about: "sends a list of 50 MB",
        wants: Wants::Reason,
        ends: true,
        act: Act::Answer(|wire, scene| json_50_mb(wire, scene).boxed()),
    },
];

const ERROR_PAGE: &str = "<!doctype html><html><head><title>Situs dalam perbaikan</title></head><body><h1>Mohon maaf</h1>\
                          <p>Kami segera kembali.</p></body></html>";

pub(super) fn login_page() -> Reply {
    let page = "<!doctype html><html><head><title>Masuk</title></head><body><form method=\"post\" action=\"/masuk\">\
                <input name=\"log\"><input type=\"password\" name=\"pwd\"></form></body></html>";
    Reply::new(200, "text/html; charset=utf-8", page)
}

/// The same bytes each time: a test that fails must fail again.
pub(super) fn garbage(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    let step = |state: &mut u32| {
        *state ^= *state << 13;
        *state ^= *state >> 17;
        *state ^= *state << 5;
        (*state >> 8) as u8
    };
    (0..length).map(|_| step(&mut state)).collect()
}

fn replace(body: &[u8], mark: &[u8], with: &[u8]) -> Vec<u8> {
    match body.windows(mark.len()).position(|window| window == mark) {
        Some(place) => [&body[..place], with, &body[place + mark.len()..]].concat(),
        None => body.to_vec(),
    }
}

/// The healthy XML with entities declared and used in its titles; a small feed of its own where JSON is healthy.
fn declaring(scene: &Scene, entities: &str, used: &str) -> Reply {
    let text = if scene.is_json() {
        "<rss version=\"2.0\"><channel><title></title></channel></rss>".to_owned()
    } else {
        scene.text()
    };
    let text = text.replace("<title>", &format!("<title>{used}"));
    let start = text.find("?>").map_or(0, |end| end + 2);
    let body = format!("{}<!DOCTYPE rss [{entities}]>{}", &text[..start], &text[start..]);
    Reply { body: body.into_bytes(), ..scene.healthy.clone() }.with("content-type", "application/xml")
}

async fn json_50_mb(wire: &mut Wire, scene: &Scene) -> io::Result<()> {
    let reply = scene.healthy.clone().with("content-type", "application/json");
    wire.head(&reply, &[]).await?;
    wire.bytes(b"[0").await?;
    let block = b",{\"id\":1}".repeat(1000);
    for _ in 0..50_000_000 / block.len() {
        wire.bytes(&block).await?;
    }
    wire.bytes(b"]").await?;
    wire.close().await
}
