//! `generate COUNT [SEED]`: invented posts as NDJSON on standard output.

use std::io::Write as _;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let count = arguments.next().ok_or("usage: generate COUNT [SEED]")?.parse()?;
    let seed = arguments.next().map_or(Ok(1), |seed| seed.parse())?;
    let until = "2026-11-20T06:00:00+08:00".parse()?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in generate::posts(seed, count, until) {
        writeln!(out, "{line}")?;
    }
    out.flush()?;
    Ok(())
}
