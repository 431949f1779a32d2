use model::*;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
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
    let reader = text::Reader::new(Arc::new(lex), jiff::tz::TimeZone::get("Asia/Makassar").unwrap()).unwrap();
    let args: Vec<String> = std::env::args().collect();
    let what = args[2].as_str();
    let notitle = args.len() > 3;
    let mut items = Vec::new();
    for line in std::fs::read_to_string(&args[1]).unwrap().lines() {
        let v: serde_json::Value = serde_json::from_str(line).unwrap();
        let t: Option<jiff::Timestamp> = v["published_at"].as_str().and_then(|t| t.parse().ok());
        let kind: SourceKind = v["kind"].as_str().unwrap().parse().unwrap();
        let title = v["title"].as_str().map(str::to_owned);
        let body = v["text"].as_str().unwrap_or("");
        let item = RawItem {
            source: v["source"].as_str().unwrap_or("").into(),
            id: v["id"].as_str().unwrap().into(),
            revision: "".into(),
            kind,
            url: v["url"].as_str().map(Into::into),
            title: if notitle { None } else { title.clone() },
            body: if notitle && title.is_some() { format!("{}\n{}", title.unwrap(), body).into() } else { body.into() },
            format: BodyFormat::Text,
            charset: None,
            published_at: t,
            author: None,
            tags: vec![],
            engagement: Engagement::default(),
            fetched_at: "2026-01-01T00:00:00Z".parse().unwrap(),
            withdrawn: false,
        };
        items.push((
            v["title"].as_str().map(str::to_owned),
            StoredItem { sequence: 1, replaces: None, first_seen_at: item.fetched_at, item },
        ));
    }
    let mut times: BTreeMap<&str, (u32, f64, f64, f64)> = BTreeMap::new();
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for (orig_title, stored) in &items {
        let a = std::time::Instant::now();
        let (doc, problems) = reader.document(stored);
        let b = std::time::Instant::now();
        let full = doc.full_text();
        let pd = text::personal_data(&full, doc.kind);
        let c = std::time::Instant::now();
        let lang = text::language(&full);
        let d = std::time::Instant::now();
        let e = times.entry(doc.kind.as_str()).or_default();
        e.0 += 1;
        e.1 += (b - a).as_secs_f64();
        e.2 += (c - b).as_secs_f64();
        e.3 += (d - c).as_secs_f64();
        match what {
            "dropped" => {
                let raw = String::from_utf8_lossy(&stored.item.body);
                for l in raw.lines() {
                    let l = l.split_whitespace().collect::<Vec<_>>().join(" ");
                    if !l.is_empty() && !doc.text.contains(&l) {
                        *count.entry(format!("- {l}")).or_default() += 1;
                    }
                }
            }
            "site" => {
                *count
                    .entry(format!("{:?} <- {:?}", doc.site, doc.text.chars().take(50).collect::<String>()))
                    .or_default() += 1
            }
            "event" => {
                let k = match (doc.event_date, doc.published_at) {
                    (None, _) => "none".to_string(),
                    (Some(d), Some(p)) => format!(
                        "{}",
                        (d - p.to_zoned(jiff::tz::TimeZone::get("Asia/Makassar").unwrap()).date())
                            .get_days()
                            .clamp(-40, 40)
                    ),
                    _ => "nopub".into(),
                };
                *count.entry(k).or_default() += 1;
            }
            "eventfar" => {
                if let (Some(d), Some(p)) = (doc.event_date, doc.published_at) {
                    let k = (d - p.to_zoned(jiff::tz::TimeZone::get("Asia/Makassar").unwrap()).date()).get_days();
                    if k < -10 || k > 1 {
                        let f = text::dates::find(&doc.text, Some(p.to_zoned(jiff::tz::TimeZone::UTC).date()));
                        let f: Vec<_> = f.iter().map(|w| &doc.text[w.start.saturating_sub(0)..w.end]).collect();
                        println!("{k} {:?} {:?}", d, f)
                    }
                }
            }
            "problems" => {
                for p in problems {
                    *count.entry(format!("{}: {}", p.stage, p.reason)).or_default() += 1
                }
            }
            "coverage" => *count.entry(format!("{:?} {:?}", doc.coverage, doc.coverage_evidence)).or_default() += 1,
            "personal" => {
                for p in &pd {
                    let mut s = (p.start as usize).saturating_sub(30);
                    while !full.is_char_boundary(s) {
                        s -= 1
                    }
                    let mut e = (p.end as usize + 10).min(full.len());
                    while !full.is_char_boundary(e) {
                        e += 1
                    }
                    println!(
                        "{:?} {} | {}",
                        p.kind,
                        &full[p.start as usize..p.end as usize],
                        full[s..e].replace('\n', " ")
                    )
                }
            }
            "unmasked" => { let m = text::mask(&full, &pd); let b = m.as_bytes(); let mut i = 0; while i < b.len() { if b[i].is_ascii_digit() { let s = i; let mut n = 0; while i < b.len() && (b[i].is_ascii_digit() || matches!(b[i], b' ' | b'-' | b'.' | b'(' | b')')) { n += b[i].is_ascii_digit() as u32; i += 1 } if n >= 9 { let mut a = s.saturating_sub(25); while !m.is_char_boundary(a) { a -= 1 } println!("U {}", m[a..i].replace('\n', " ")) } } else { i += 1 } } }
            "lang" => *count.entry(lang.code.clone()).or_default() += 1,
            "byline" => {
                *count.entry(format!("{:?} {:?} {:?} {:?}", doc.byline, doc.editor, doc.tags, doc.site)).or_default() +=
                    1
            }
            "title" => {
                if doc.title.as_deref().map(str::trim) != orig_title.as_deref().map(str::trim) {
                    println!("want {:?}\n got {:?}", orig_title, doc.title)
                }
            }
            "remain" => {
                for l in doc.text.lines() {
                    *count.entry(l.to_owned()).or_default() += 1
                }
            }
            "last" => {
                if let Some(l) = doc.text.lines().last() {
                    *count.entry(l.chars().take(40).collect()).or_default() += 1
                }
            }
            "links" => {
                for l in &doc.links {
                    *count.entry(l.clone()).or_default() += 1
                }
            }
            _ => {}
        }
    }
    let mut count: Vec<_> = count.into_iter().collect();
    count.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    for (k, n) in count.iter().take(150) {
        println!("{n} {}", k.chars().take(200).collect::<String>())
    }
    for (k, t) in times {
        println!(
            "{k}: {} docs, {:.1} us read, {:.1} us personal, {:.1} us lang",
            t.0,
            t.1 / t.0 as f64 * 1e6,
            t.2 / t.0 as f64 * 1e6,
            t.3 / t.0 as f64 * 1e6
        )
    }
}
