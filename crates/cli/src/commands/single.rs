//! `analyse`, `match`, `extract`, `parse-feed`: one thing in, one thing out, nothing stored.

use super::Context;
use crate::{
    Outcome,
    args::{Extract, Input, Match},
    progress::say,
};
use anyhow::Context as _;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, stdin};
use std::path::Path;

/// A line longer than this is reported and passed over.
const LINE_BYTES_MAX: u64 = 8 << 20;

/// A page or feed longer than this is cut; its reader says so.
const PAGE_BYTES_MAX: u64 = 64 << 20;

pub(super) fn open(path: &Path) -> anyhow::Result<Box<dyn BufRead>> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(BufReader::with_capacity(1 << 18, stdin())));
    }
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(Box::new(BufReader::with_capacity(1 << 18, file)))
}

/// NDJSON in, NDJSON out, same order.
pub fn analyse(context: &mut Context, input: &Input) -> anyhow::Result<Outcome> {
    let analyser = pipeline::LineAnalyser::new(&context.desk()?)?;
    each_line(context, &input.file, |lines, first| analyser.analyse(lines, first))
}

/// Texts in, the fact-checks that they repeat out, same order.
pub fn find_matches(context: &mut Context, input: &Match) -> anyhow::Result<Outcome> {
    let matcher = pipeline::LineMatcher::read(&context.desk()?, &input.claims)?;
    each_line(context, &input.file, |lines, first| matcher.find(lines, first))
}

/// Hands over lines in blocks, with the number of the first, and writes what comes back.
fn each_line(
    context: &mut Context,
    file: &Path,
    work: impl Fn(&[Vec<u8>], u64) -> Vec<Vec<u8>>,
) -> anyhow::Result<Outcome> {
    let mut reader = open(file)?;
    let mut number = 1;
    loop {
        let mut lines = Vec::with_capacity(pipeline::LINES_AT_ONCE);
        while lines.len() < pipeline::LINES_AT_ONCE {
            match next_line(&mut reader)? {
                Some(line) => lines.push(line),
                None => break,
            }
        }
        if lines.is_empty() {
            return Ok(Outcome::Done);
        }
        for line in work(&lines, number) {
            context.out.bytes_line(&line)?;
        }
        number += lines.len() as u64;
    }
}

/// The next line without its end; one that is too long comes cut, so that it is reported and not read on.
fn next_line(reader: &mut Box<dyn BufRead>) -> std::io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    if reader.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    if line.last() != Some(&b'\n') && line.len() as u64 == LINE_BYTES_MAX {
        // Pass over the rest of the line in pieces, so that memory stays flat.
        loop {
            let buffer = reader.fill_buf()?;
            if buffer.is_empty() {
                break;
            }
            let end = buffer.iter().position(|&byte| byte == b'\n');
            let used = end.map_or(buffer.len(), |end| end + 1);
            reader.consume(used);
            if end.is_some() {
                break;
            }
        }
    }
    while line.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
        line.pop();
    }
    Ok(Some(line))
}

fn whole(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?
        .take(PAGE_BYTES_MAX)
        .read_to_end(&mut bytes)
        .with_context(|| format!("cannot read {}", path.display()))?;
    Ok(bytes)
}

/// One page in, one JSON document out.
pub fn extract(context: &mut Context, page: &Extract) -> anyhow::Result<Outcome> {
    let document = pipeline::extract(&context.desk()?, &whole(&page.file)?, page.url.as_deref())?;
    context.out.json(&document)?;
    Ok(if document.text.is_empty() { Outcome::Partly } else { Outcome::Done })
}

/// One feed in, a JSON array of entries out.
pub fn parse_feed(context: &mut Context, feed: &Extract) -> anyhow::Result<Outcome> {
    match collect::parse_feed(&whole(&feed.file)?, feed.url.as_deref()) {
        Ok(entries) => {
            context.out.json(&entries)?;
            Ok(Outcome::Done)
        }
        Err(error) => {
            context.out.line("[]")?;
            say(&error.to_string());
            Ok(Outcome::Partly)
        }
    }
}
