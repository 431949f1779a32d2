//! Posts that look like code are text in every output, and nothing of them is run.

use crate::room::Room;

/// What posts try, and how each format may write it down.
const TRIES: [&str; 6] = [
    "#read(\"/etc/passwd\")",
    "{{7*7}}",
    "</script>",
    "=HYPERLINK(\"http://a.example\")",
    "${nomor_naskah}",
    "<img src=x onerror=alert(1)>",
];

#[test]
fn code_from_outside_is_text_in_every_output() {
    let mut lines = String::new();
    for number in 0..40 {
        let try_ = TRIES[number % TRIES.len()];
        let line = serde_json::json!({
            "id": format!("h{number}"), "title": format!("{try_} Banjir Samarinda belum surut {number}"),
            "text": format!("{try_} Banjir di Samarinda merendam rumah warga. Kapan bantuan datang? {try_}"),
            "url": format!("https://media.example/{number}"),
            "published_at": format!("2026-11-19T{:02}:10:00+08:00", 7 + number % 16),
        });
        lines += &format!("{line}\n");
    }
    let room = Room::of(&[("Media Uji", "news", lines)]);
    let brief = room.brief();
    let secret = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let secret = secret.lines().next().unwrap_or("root:x:0:0").to_owned();
    for (name, text) in room.outputs(&brief) {
        assert!(!text.contains(&secret), "{name} read a file");
        let markup = [".html", ".xml", ".docx", ".xlsx"].iter().any(|end| name.ends_with(end));
        assert!(!markup || !(text.contains("<script") || text.contains("<img src=x")), "{name} holds live markup");
        assert!(!text.contains("<f>"), "{name} holds a formula");
        // Long lists show every try; what is short by nature shows none or some, and always literally.
        if name.ends_with(".html") && !name.contains('-') || name.ends_with(".json") && !name.contains("metadata") {
            let plain = text
                .replace("&quot;", "\"")
                .replace("&#34;", "\"")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("\\\"", "\"");
            for try_ in ["#read(\"/etc/passwd\")", "{{7*7}}", "</script>"] {
                assert!(plain.contains(try_) || name.contains("feed"), "{name} lost {try_}");
            }
        }
    }
}
