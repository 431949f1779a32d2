use std::collections::BTreeMap;
use std::sync::Arc;
fn main() {
    let root = "/tmp/traf/tests/";
    let data: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(&std::fs::read_to_string(format!("{root}evaldata.json")).unwrap()).unwrap();
    let mut lex = text::Lexicons::default();
    lex.region.languages = vec!["ind".into()];
    let reader = text::Reader::new(Arc::new(lex), jiff::tz::TimeZone::UTC).unwrap();
    let (mut tp, mut fp, mut fn_, mut tn) = (0, 0, 0, 0);
    let verbose = std::env::args().nth(1).is_some();
    let mut slow = Vec::new();
    let start = std::time::Instant::now();
    for (url, entry) in &data {
        let file = entry["file"].as_str().unwrap();
        let Ok(html) =
            std::fs::read(format!("{root}cache/{file}")).or_else(|_| std::fs::read(format!("{root}eval/{file}")))
        else {
            println!("missing {file}");
            continue;
        };
        let t = std::time::Instant::now();
        let (document, _) = reader.extract(&html, None, Some(url));
        slow.push((t.elapsed().as_millis(), html.len(), file));
        let text = document.text;
        let (mut a, mut b) = (0, 0);
        for with in entry["with"].as_array().unwrap() {
            if text.contains(with.as_str().unwrap()) {
                tp += 1
            } else {
                fn_ += 1;
                a += 1
            }
        }
        for without in entry["without"].as_array().unwrap() {
            if text.contains(without.as_str().unwrap()) {
                fp += 1;
                b += 1
            } else {
                tn += 1
            }
        }
        if verbose && a + b > 0 {
            println!("{file} missed {a}/{} extra {b} len {}", entry["with"].as_array().unwrap().len(), text.len())
        }
    }
    slow.sort();
    println!("{:?}", &slow[slow.len() - 5..]);
    let (p, r) = (tp as f64 / (tp + fp) as f64, tp as f64 / (tp + fn_) as f64);
    println!(
        "p {p:.3} r {r:.3} f {:.3} acc {:.3} in {:?}",
        2.0 * p * r / (p + r),
        (tp + tn) as f64 / (tp + tn + fp + fn_) as f64,
        start.elapsed()
    );
}
