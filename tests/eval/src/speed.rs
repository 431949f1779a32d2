//! Documents a second, in the same run as the qualities.

use crate::table::Table;
use analyse::Analyser;
use anyhow::Result;
use eval::data;
use model::Document;
use std::path::Path;
use std::time::Instant;

/// Times posts of 140 characters and articles of 2,500 on one thread and on two.
pub fn measure(analyser: &Analyser, root: &Path, table: &mut Table) -> Result<()> {
    let texts = texts(root)?;
    for (name, kind, length, count) in [("posts_140", "post", 140, POSTS), ("articles_2500", "news", 2_500, 3_000)] {
        let documents = joined(&texts, kind, length, count);
        for threads in [1_usize, 2] {
            let best = best_of(3, analyser, &documents, threads)?;
            table.add(format!("speed.{name}.threads_{threads}"), best, "documents a second, best of three");
        }
    }
    Ok(())
}

/// How many posts are timed.
const POSTS: usize = 40_000;

/// Posts of 140 characters a second, best of five.
pub fn posts(analyser: &Analyser, root: &Path, threads: usize) -> Result<f64> {
    best_of(5, analyser, &joined(&texts(root)?, "post", 140, POSTS), threads)
}

fn texts(root: &Path) -> Result<Vec<String>> {
    Ok(data::set("own", "", "sentiment", root, root)?.into_iter().map(|example| example.document.text).collect())
}

fn best_of(times: usize, analyser: &Analyser, documents: &[Document], threads: usize) -> Result<f64> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
    let mut best = 0.0_f64;
    for _ in 0..times {
        let started = Instant::now();
        let found = pool.install(|| analyser.analyse_batch(documents));
        best = best.max(found.len() as f64 / started.elapsed().as_secs_f64());
    }
    Ok(best)
}

/// Texts of about a length, made of our own examples one after another.
fn joined(texts: &[String], kind: &str, length: usize, count: usize) -> Vec<Document> {
    let mut next = texts.iter().cycle();
    (0..count)
        .map(|_| {
            let mut text = String::new();
            while text.chars().count() < length {
                text += next.next().map_or("", String::as_str);
                text += ". ";
            }
            data::document(kind, &text.chars().take(length).collect::<String>())
        })
        .collect()
}
