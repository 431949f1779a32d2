//! What the README shows, works.

use crate::pesut::{Desk, root};
use std::collections::BTreeSet;

/// Every `pesut …` command in the fenced blocks of a Markdown file, as its words.
fn commands(markdown: &str) -> Vec<Vec<String>> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in markdown.lines() {
        if line.starts_with("```") {
            inside = !inside;
        } else if inside {
            let line = line.split(" #").next().unwrap_or_default().trim();
            let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            let start = match words.first().map(String::as_str) {
                Some("pesut") => 1,
                Some("cargo") => match words.iter().position(|word| word == "--") {
                    Some(position) if words.contains(&"run".to_owned()) && !words.contains(&"-p".to_owned()) => {
                        position + 1
                    }
                    _ => continue,
                },
                _ => continue,
            };
            found.push(words[start..].to_vec());
        }
    }
    found
}

#[test]
fn every_command_of_the_readme_has_help() {
    let desk = Desk::new();
    let mut seen = BTreeSet::new();
    let mut files = vec![root().join("README.md")];
    for folder in ["docs/panduan", "docs/how-to"] {
        files.extend(std::fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path()));
    }
    for file in files {
        for words in commands(&std::fs::read_to_string(&file).unwrap()) {
            let command = words.iter().find(|word| !word.starts_with('-')).cloned().unwrap_or_default();
            // A subcommand of a subcommand takes its flags where the documentation puts them: behind it.
            const DEEPER: [&str; 9] =
                ["explain", "review", "approve", "return", "edit", "layout", "correct", "status", "send"];
            let deeper =
                words.iter().skip(1).map(String::as_str).find(|word| command == "brief" && DEEPER.contains(word));
            let asked: Vec<&str> = [Some(command.as_str()), deeper, Some("--help")].into_iter().flatten().collect();
            let said = desk.run(&asked);
            assert_eq!(said.code, 0, "{}: pesut {command} --help: {}", file.display(), said.err);
            for flag in words.iter().filter(|word| word.starts_with("--")) {
                let flag = flag.split('=').next().unwrap();
                assert!(said.out.contains(flag), "{}: pesut {command} has no {flag}", file.display());
            }
            seen.insert(command);
        }
    }
    for command in ["run", "import", "search", "issues", "brief"] {
        assert!(seen.contains(command), "the documentation shows no `pesut {command}`");
    }
}

#[test]
fn the_reference_lists_every_kind() {
    let reference = Desk::new().ok(&["reference"]).out;
    for name in ["feed", "wordpress", "file", "topics", "sentiment", "html", "pdf", "wilayah:"] {
        assert!(reference.contains(name), "the reference does not mention {name}");
    }
}

#[test]
fn completions_are_printed_for_a_shell() {
    assert!(Desk::new().ok(&["completions", "bash"]).out.contains("_pesut"));
}
