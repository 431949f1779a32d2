use model::*;
use std::path::Path;
use std::sync::Arc;
fn cpu() -> f64 {
    std::fs::read_to_string("/proc/thread-self/schedstat").unwrap().split(' ').next().unwrap().parse::<f64>().unwrap()
        / 1e3
}
fn collect(root: &Path, folder: &Path, files: &mut text::LexiconFiles) {
    for entry in std::fs::read_dir(folder).unwrap().filter_map(Result::ok) {
        let path = entry.path();
        if path.is_dir() {
            collect(root, &path, files)
        } else if let Ok(c) = std::fs::read_to_string(&path) {
            files.insert(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned(), c);
        }
    }
}
fn main() {
    let mut files = text::LexiconFiles::new();
    let root = Path::new("lexicons");
    collect(root, root, &mut files);
    let lex = text::Lexicons::load(&files, "kaltim").unwrap();
    let t = cpu();
    let reader = text::Reader::new(Arc::new(lex), jiff::tz::TimeZone::get("Asia/Makassar").unwrap()).unwrap();
    println!("Reader::new {:.0} us", cpu() - t);
    let args: Vec<String> = std::env::args().collect();
    for want in ["news", "post"] {
        let mut items = Vec::new();
        for line in std::fs::read_to_string(&args[1]).unwrap().lines() {
            let v: serde_json::Value = serde_json::from_str(line).unwrap();
            if v["kind"] != want {
                continue;
            }
            let t: Option<jiff::Timestamp> = v["published_at"].as_str().and_then(|t| t.parse().ok());
            let item = RawItem {
                source: v["source"].as_str().unwrap_or("").into(),
                id: v["id"].as_str().unwrap().into(),
                revision: "".into(),
                kind: want.parse().unwrap(),
                url: v["url"].as_str().map(Into::into),
                title: v["title"].as_str().map(Into::into),
                body: v["text"].as_str().unwrap_or("").into(),
                format: BodyFormat::Text,
                charset: None,
                published_at: t,
                author: None,
                tags: vec![],
                engagement: Engagement::default(),
                fetched_at: "2026-01-01T00:00:00Z".parse().unwrap(),
                withdrawn: false,
            };
            items.push(StoredItem { sequence: 1, replaces: None, first_seen_at: item.fetched_at, item });
            if items.len() == 600 {
                break;
            }
        }
        let n = items.len() as f64;
        let bytes: usize = items.iter().map(|i| i.item.body.len()).sum();
        println!("{want}: {n} docs, {:.0} bytes each", bytes as f64 / n);
        for s in items.iter() {
            std::hint::black_box(reader.document(s));
        }
        let t = cpu();
        let docs: Vec<_> = items.iter().map(|s| reader.document(s).0).collect();
        println!("  document {:.1} us", (cpu() - t) / n);
        let t = cpu();
        for d in &docs {
            std::hint::black_box(text::dates::find(&d.text, None));
        }
        println!("  dates::find {:.1} us", (cpu() - t) / n);
        let t = cpu();
        for d in &docs {
            let mut p = vec![];
            std::hint::black_box(text::dates::event_date(
                &d.text,
                d.published_at.map(|t| t.to_zoned(jiff::tz::TimeZone::UTC).date()),
                &mut p,
            ));
        }
        println!("  dates::event {:.1} us", (cpu() - t) / n);
        let t = cpu();
        for d in &docs {
            std::hint::black_box(text::personal_data(&d.text, d.kind));
        }
        println!("  personal {:.1} us", (cpu() - t) / n);
        let t = cpu();
        for d in &docs {
            std::hint::black_box(text::language(&d.text));
        }
        println!("  language {:.1} us", (cpu() - t) / n);
        let t = cpu();
        for d in &docs {
            std::hint::black_box(reader.annotate(d.clone()));
        }
        println!("  annotate {:.1} us", (cpu() - t) / n);
        let t = cpu();
        for d in &items {
            std::hint::black_box(text::repair(std::str::from_utf8(&d.item.body).unwrap()));
        }
        println!("  repair {:.1} us", (cpu() - t) / n);
    }
}
