mod common;
use model::{Document, SourceKind};
fn cpu() -> f64 { std::fs::read_to_string("/proc/thread-self/schedstat").unwrap().split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9 }
#[test]
fn speed() {
    let f = std::fs::read_to_string(common::shared().unwrap().join("nlp/ikn.train.tsv")).unwrap();
    let docs: Vec<Document> = f.lines().skip(1).filter_map(|l| l.split_once('\t')).map(|(_, t)| Document { text: t.chars().take(140).collect(), kind: SourceKind::Post, ..Document::default() }).collect();
    let chars: usize = docs.iter().map(|d| d.text.chars().count()).sum();
    let a = &*common::ANALYSER;
    for d in &docs { a.analyse(d); }
    let t = std::time::Instant::now(); let c0 = cpu();
    let mut n = 0;
    while t.elapsed().as_secs() < 3 { for d in &docs { std::hint::black_box(a.analyse(d)); } n += docs.len(); }
    eprintln!("docs {} avg chars {} -> {:.0}/s one thread", docs.len(), chars / docs.len(), n as f64 / (cpu() - c0));
    let t = std::time::Instant::now(); let c0 = cpu(); let mut n = 0; let mut und=0;
    while t.elapsed().as_secs() < 2 { for d in &docs { if text::language(&d.text).code=="und" {und+=1} } n += docs.len(); }
    eprintln!("language alone {:.0}/s {und}", n as f64 / (cpu() - c0));
    let t = std::time::Instant::now(); let c0 = cpu(); let mut n = 0;
    while t.elapsed().as_secs() < 2 { for d in &docs { std::hint::black_box(text::personal_data(&d.text, d.kind)); } n += docs.len(); }
    eprintln!("personal alone {:.0}/s", n as f64 / (cpu() - c0));
    let mut by=std::collections::BTreeMap::new();
    for d in &docs { let an=a.analyse(d); *by.entry(an.lang.unwrap().code).or_insert(0)+=1; }
    eprintln!("{by:?}");
}
