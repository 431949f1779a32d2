//! `matching`: how many texts a second are matched, on one thread, with the development data.

#![allow(clippy::print_stdout)]

use issues::matching::MatchOptions;
use matching::{Matching, posts, queries, shared};
use std::{fs::File, io::BufReader, time::Instant};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Some(folder) = shared() else {
        println!("skipped: no shared data");
        return Ok(());
    };
    let path = folder.join("factchecks.ndjson");
    let checks = store::read_fact_checks(&path, BufReader::new(File::open(&path)?))?;
    let start = Instant::now();
    let matching = Matching::new(&checks, MatchOptions::default())?;
    println!("{} fact-checks prepared in {:.2} s", checks.len(), start.elapsed().as_secs_f64());
    let texts = |odd| queries(odd).into_iter().map(|query| (query.id, query.text));
    let sets = [("posts", posts()), ("fact-checked messages", texts(false).chain(texts(true)).collect::<Vec<_>>())];
    for (name, texts) in sets {
        let start = Instant::now();
        for (id, text) in &texts {
            matching.post(id, text)?;
        }
        let seconds = start.elapsed().as_secs_f64();
        println!("{} {name}: {:.0} a second on one thread", texts.len(), texts.len() as f64 / seconds);
    }
    Ok(())
}
