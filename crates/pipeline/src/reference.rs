//! The reference: everything that can stand in a pipeline file or a query, printed from the lists themselves.

use crate::{FIGURES, second_opinion};
use std::fmt::Write as _;

/// The reference as Markdown.
pub fn reference() -> String {
    let mut page = String::from("# Pesut: reference\n");
    let collectors = collect::COLLECTORS.iter().map(|connector| {
        let kind = &connector.kind;
        (kind.name, kind.summary, kind.example)
    });
    section(&mut page, "Collectors", "`[[collect]]` entries of a pipeline file.", collectors);
    let stages = analyse::STAGES.iter().map(|kind| (kind.name, kind.summary, kind.example));
    section(&mut page, "Stages", "What the analyser looks for, in this order.", stages);
    second_opinion_section(&mut page);
    let outputs = render::OUTPUTS.iter().map(|kind| (kind.name, kind.summary, kind.example));
    section(&mut page, "Outputs", "Formats of a brief: `[[brief]] formats = […]` or `--format`.", outputs);
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
    for (name, column) in FIGURES {
        put(&mut page, &format!("- `{name}` ({column})\n"));
    }
    page
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
