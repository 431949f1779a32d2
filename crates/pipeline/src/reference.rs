//! The reference: everything that can stand in a pipeline file or a query, printed from the lists themselves.

use crate::{explaining, second_opinion};
use std::fmt::Write as _;

/// The reference as Markdown.
pub fn reference() -> String {
    let mut page = String::from("# Pesut: reference\n");
    collectors(&mut page);
    formats(&mut page);
    let stages = analyse::STAGES.iter().map(|kind| (kind.name, kind.summary, kind.example));
    section(&mut page, "Stages", "What the analyser looks for, in this order.", stages);
    second_opinion_section(&mut page);
    let papers = render::OUTPUTS.iter().map(|output| (output.kind.name, output.kind.summary, output.kind.example));
    let outputs = papers.chain(crate::formats::TABLES.iter().map(|table| (table.name, table.summary, table.example)));
    section(&mut page, "Outputs", "Formats of a brief: `[[brief]] formats = […]` or `--format`.", outputs);
    ways_out(&mut page);
    page.push_str("\n## Query language\n\n");
    page.push_str(
        "Words are joined by DAN (AND); ATAU (OR), BUKAN (NOT), `-word`, parentheses, \"phrases\" and `prefix*` work too; `*` alone matches everything.\n\n",
    );
    for facet in store::Facet::ALL {
        put(&mut page, &format!("- `{}:` {}\n", facet.column(), facet.as_str()));
    }
    page.push_str(
        "- `sejak:` `sampai:` first and last day, `kejadian:` day of the event, `judul:` words of the title\n",
    );
    page.push_str("\n## Figures\n\n`pesut brief explain FIGURE` lists the documents behind a figure:\n\n");
    put(&mut page, &format!("`{}`\n", explaining::known()));
    page.push_str(
        "\nMost take a value (`topik:banjir`, `wilayah:64.72`, `isu:ID`) and can be narrowed: `/nada:negatif`, \
         `/asal:advertorial`, `/hari:2026-11-19`, `/pekan`. `pesut brief explain` without a figure lists those of the brief.\n",
    );
    page
}

/// The page of each collector: what it does, an example, what its owner allows, and what its tests rest on.
fn collectors(page: &mut String) {
    put(
        page,
        "\n## Collectors\n\n`[[collect]]` entries of a pipeline file. Every entry has `kind` and `name`, and may have:\n\n\
         - `source_kind`: what sort of voice it is, where it is not the usual one\n\
         - `every_minutes`: how often it is asked while collecting goes on; without it, between 10 minutes and 6 hours, by how much is new\n\
         - `enabled = false`: it stays in the file and is not asked\n\
         - `tested = false`: nobody has tried the address yet; failures say so\n\
         - `allow_private = [\"host:port\"]`: a host inside the office's own network\n\
         - `user`, `password = \"env:NAME\"`: a site behind a login\n\n\
         Secrets stand in the environment (`env:NAME`) or in a file (`file:PATH`), never in the pipeline.\n",
    );
    for connector in collect::COLLECTORS {
        let kind = &connector.kind;
        put(page, &format!("\n### {}\n\n{}\n\n```toml\n{}\n```\n\n", kind.name, kind.summary, kind.example.trim()));
        put(page, &format!("- Limits: {}\n- Terms: {}\n", connector.limits, connector.terms));
        let back = match connector.reaches_back {
            true => "goes on where it stopped, however long ago that was",
            false => {
                "shows its latest items only; what was published while it could not be read may be lost and is a gap"
            }
        };
        put(page, &format!("- After an outage: {back}\n- {}\n", connector.evidence.label()));
    }
}

/// What `import` and the collector `file` read.
fn formats(page: &mut String) {
    put(
        page,
        "\n## Import formats\n\n`pesut import FILE --format NAME`; without `--format`, a file is known by its content.\n\n",
    );
    for format in collect::Format::list() {
        put(page, &format!("- `{}`: {}", format.name, format.summary));
        if let Some(evidence) = format.evidence {
            put(page, &format!(" ({})", evidence.label()));
        }
        put(page, "\n");
        if !format.columns.is_empty() {
            put(page, &format!("  Columns: {}\n", format.columns));
        }
    }
}

/// Who gets what, by which way out, and when.
fn ways_out(page: &mut String) {
    let what = "`[[deliver]]` entries of a pipeline file. Every entry has `kind` and `name`, and may have:\n\n\
         - `briefs = [\"harian\"]`: the briefs that leave by it, by name\n\
         - `formats = [\"pdf\"]`: the files that go along\n\
         - `recipients = […]`, `recipients_file = \"FILE\"`: who gets it; in the file one a line, `#` for remarks\n\
         - `unapproved = \"hold\"`: a brief that nobody approved waits; with `\"send_draft\"` it leaves as a draft\n\
         - `alerts = true`: alerts leave by it; `operator = true`: it reaches whoever keeps the program running\n\
         - `retry = { tries = 8, pause_seconds = 60, pause_seconds_max = 1800 }`: how often what fails is tried again\n\
         - `enabled = false`: it stays in the file and nothing leaves by it";
    let kinds = deliver::CHANNELS.iter().map(|kind| (kind.name, kind.summary, kind.example));
    section(page, "Ways out", what, kinds);
    put(
        page,
        "\n## Schedule\n\n`pesut run PIPELINE --watch` does what is planned, `pesut schedule PIPELINE` lists it. Times are the \
         office's: minute, hour, day, month, weekday. A missed time is caught up once, up to `catch_up_hours` later.\n\n\
         ```toml\n[schedule.harian]\nbuild = \"5 6 * * *\"\nsend = \"30 7 * * *\"\ncatch_up_hours = 12\n```\n",
    );
}

fn second_opinion_section(page: &mut String) {
    let example = second_opinion::EXAMPLE;
    let here = if cfg!(feature = "transformer") { "This build has it." } else { "This build does not have it." };
    put(
        page,
        &format!(
            "\n## Second opinion\n\nA model of your own is asked where the sentiment is unsure; \
             in builds with the feature `transformer`. {here}\n\n```toml\n{example}\n```\n"
        ),
    );
}

fn section<'a>(page: &mut String, title: &str, what: &str, kinds: impl Iterator<Item = (&'a str, &'a str, &'a str)>) {
    put(page, &format!("\n## {title}\n\n{what}\n"));
    for (name, summary, example) in kinds {
        put(page, &format!("\n### {name}\n\n{summary}\n"));
        if !example.trim().is_empty() {
            put(page, &format!("\n```toml\n{}\n```\n", example.trim()));
        }
    }
}

fn put(page: &mut String, text: &str) {
    write!(page, "{text}").expect("a string takes any text");
}
