//! The same input at 1, 2 and 8 threads gives the same bytes.

use crate::pesut::{Desk, root};

const THREADS: [&str; 3] = ["1", "2", "8"];

#[test]
fn analysis_is_the_same_on_any_number_of_threads() {
    let desk = Desk::new();
    let until = "2026-11-20T06:00:00+08:00".parse().unwrap();
    let lines: Vec<String> = generate::posts(3, 3_000, until).collect();
    let input = lines.join("\n");
    let outputs = THREADS.map(|threads| desk.with_input(&["analyse", "-", "--threads", threads], input.as_bytes()).out);
    assert_eq!(outputs[0].lines().count(), lines.len(), "one line out for one line in");
    assert!(outputs[0] == outputs[1] && outputs[0] == outputs[2], "threads changed the analysis");
}

#[test]
fn the_brief_is_the_same_on_any_number_of_threads() {
    let briefs = THREADS.map(|threads| {
        let desk = Desk::new();
        let out = desk.path("brief");
        let pipeline = root().join("pipelines/contoh.toml");
        let pipeline = pipeline.to_str().unwrap();
        desk.ok(&["run", pipeline, "--threads", threads]);
        let formats = "html,json,txt";
        let date = "2026-11-20";
        let arguments =
            ["brief", "--pipeline", pipeline, "--date", date, "--format", formats, "--out", out.to_str().unwrap()];
        desk.ok(&arguments);
        ["html", "json", "txt"].map(|format| std::fs::read(out.join(format!("{date}.{format}"))).unwrap())
    });
    assert!(briefs[0] == briefs[1] && briefs[0] == briefs[2], "threads changed the brief");
}

/// Sources answer in any order, so items get other places in truth from run to run; the brief must not show it.
#[test]
fn the_brief_is_the_same_whatever_source_answers_first() {
    let sample = root().join("pipelines");
    let text = std::fs::read_to_string(sample.join("contoh.toml")).unwrap();
    let text = text.replace("path = \"contoh/", &format!("path = \"{}/contoh/", sample.display()));
    let (head, rest) = text.split_at(text.find("[[collect]]").unwrap());
    let (sources, tail) = rest.split_at(rest.find("[[brief]]").unwrap());
    let sources: Vec<&str> = sources.split("[[collect]]").skip(1).collect();
    assert!(sources.len() > 5, "the sample has sources");
    let backwards: String = sources.iter().rev().map(|source| format!("[[collect]]{source}")).collect();
    let backwards = format!("{head}{backwards}{tail}");
    let briefs = [text.clone(), backwards].map(|pipeline| {
        let desk = Desk::new();
        let pipeline = desk.write("contoh.toml", pipeline);
        desk.ok(&["run", pipeline.to_str().unwrap()]);
        ["html", "json", "txt"].map(|format| std::fs::read(desk.path(&format!("brief/2026-11-20.{format}"))).unwrap())
    });
    assert!(briefs[0] == briefs[1], "the order of the sources changed the brief");
}
