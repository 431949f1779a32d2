//! The model card, and the side file that says which n-grams the weights stand for.

use crate::plan::{HeadPlan, Plan};
use analyse::features::name_hashes;
use anyhow::Result;
use eval::data::Example;
use eval::score::Score;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What the card says of one head.
pub struct HeadCard {
    /// Its name.
    pub name: String,
    /// Its labels.
    pub labels: Vec<String>,
    /// Rows by set, cut windows left out.
    pub rows: BTreeMap<String, usize>,
    /// What was measured.
    pub scores: Vec<(String, Score)>,
    /// Label, n-gram, weight: the strongest of each label.
    pub ngrams: Vec<(String, String, f32)>,
}

/// How many n-grams of each label the side file lists.
const STRONGEST: usize = 40;

/// The n-grams whose buckets weigh most for each label. An n-gram must stand in at least three texts.
pub fn strongest(
    examples: &[&Example],
    labels: &[String],
    bits: u32,
    weight: &dyn Fn(usize, usize) -> f32,
) -> Vec<(String, String, f32)> {
    let mask = (1_u32 << bits) - 1;
    let mut counts: BTreeMap<String, (u32, usize)> = BTreeMap::new();
    for example in examples {
        let text = example.document.full_text();
        let words: Vec<_> = text::words::tokens(&text).map(|token| text::words::normalise(token.text)).collect();
        let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
        let mut named = name_hashes(&words);
        named.sort();
        named.dedup();
        for (name, hash) in named {
            counts.entry(name).or_insert((hash & mask, 0)).1 += 1;
        }
    }
    let mut found = Vec::new();
    for (label, name) in labels.iter().enumerate() {
        let often = counts.iter().filter(|(_, (_, count))| *count >= 3);
        let mut ranked: Vec<(f32, &String)> =
            often.map(|(ngram, (bucket, _))| (weight(label, *bucket as usize), ngram)).collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        let top = ranked.into_iter().take(STRONGEST).filter(|(weight, _)| *weight > 0.0);
        found.extend(top.map(|(weight, ngram)| (name.clone(), ngram.clone(), weight)));
    }
    found
}

/// The side file: which n-grams speak for which label.
pub fn side_file(heads: &[HeadCard]) -> String {
    let mut out = String::from(
        "# The n-grams that weigh most for each label of each learned head. Written by the training; for reading, not for the program.\n\
         # Origin: trained for Pesut, see lexicons/MODEL_CARD.md. Licence: CC-BY-SA-4.0.\nhead\tlabel\tngram\tweight\n",
    );
    for head in heads {
        for (label, ngram, weight) in &head.ngrams {
            let _ = writeln!(out, "{}\t{label}\t{ngram}\t{weight:.3}", head.name);
        }
    }
    out
}

/// The whole card; `files` are names, sizes and checksums of the model files.
pub fn page(plan: &Plan, heads: &[HeadCard], files: &[String], lexicons: &str) -> Result<String> {
    let mut out = String::new();
    writeln!(out, "# Model card\n")?;
    writeln!(
        out,
        "Written by the training (`cargo run --release -p train`), {}; do not edit. What the scores mean in plain words: [docs/methods.md](../docs/methods.md).\n",
        plan.date
    )?;
    writeln!(out, "## What it is\n")?;
    writeln!(
        out,
        "Linear models over hashed n-grams (one against the rest, squared hinge loss), some with a small network beside them, quantised to int8."
    )?;
    writeln!(
        out,
        "They tag short public texts in Indonesian and twelve neighbouring languages for the staff of a communication office, who see the words that decided and can overrule every label."
    )?;
    writeln!(out, "They never say whether something is true, and nothing here is about a person.\n")?;
    for file in files {
        writeln!(out, "- {file}")?;
    }
    writeln!(
        out,
        "- Word lists at training: version `{lexicons}`. N-grams with the largest weights: `tests/train/ngrams.tsv`. Seed, costs and sizes: `tests/train/plan.toml`.\n"
    )?;
    writeln!(out, "## Licence and data\n")?;
    writeln!(
        out,
        "The weights are shared under CC-BY-SA-4.0, because NusaX is; the rest of Pesut is under Apache-2.0.\n"
    )?;
    writeln!(out, "| set | licence | origin |\n| --- | --- | --- |")?;
    for set in &plan.data {
        writeln!(out, "| {} | {} | {} |", set.name, set.licence, set.origin)?;
    }
    writeln!(
        out,
        "\nNo test part of any set was read. Validation parts were used to choose costs, sizes and n-grams: their scores are a little kinder than the world."
    )?;
    writeln!(
        out,
        "Our own examples were written for this purpose with the help of a large language model, by guidelines (`tests/eval/GUIDELINES.md`); no panel of native speakers has reviewed them. Regional languages other than Banjarese and Javanese rest mostly on NusaX and NusaWrites.\n"
    )?;
    for head in heads {
        let plan = plan.model.iter().flat_map(|model| &model.head).find(|plan| plan.name == head.name);
        writeln!(out, "## `{}`\n", head.name)?;
        if head.labels.len() <= 16 {
            writeln!(out, "Labels: {}.", head.labels.join(", "))?;
        } else {
            writeln!(out, "{} labels, each judged by itself.", head.labels.len())?;
        }
        if let Some(HeadPlan { bits, groups, net, sure_from, windows, .. }) = plan {
            let network = net.as_ref().map_or(String::new(), |net| {
                format!(
                    "; network of {} wide vectors in 2^{} buckets, share {}",
                    analyse::linear::WIDTH,
                    net.bits,
                    net.share
                )
            });
            let windows = if windows.is_empty() {
                String::new()
            } else {
                format!(" Also trained on stretches of {windows:?} words.")
            };
            writeln!(
                out,
                "N-grams: {}; 2^{bits} buckets{network}. Unsure below {sure_from}.{windows}",
                groups.join(", ")
            )?;
        }
        let rows: Vec<String> = head.rows.iter().map(|(set, count)| format!("{set} {count}")).collect();
        writeln!(out, "Rows: {}.\n", rows.join(", "))?;
        writeln!(
            out,
            "| measured on | rows | macro-F1 | micro-F1 | calibration error | right where ≥ 0.7 | by label |\n| --- | --- | --- | --- | --- | --- | --- |"
        )?;
        for (name, score) in &head.scores {
            let mut each: Vec<(f64, &String)> =
                score.f1.iter().copied().zip(&head.labels).filter(|(f1, _)| !f1.is_nan()).collect();
            if each.len() > 16 {
                each.sort_by(|a, b| a.0.total_cmp(&b.0));
                each.truncate(6);
            }
            let each: Vec<String> = each.iter().map(|(f1, label)| format!("{label} {:.2}", f1)).collect();
            let single = head.labels.len() <= 16;
            let calibration = if single { format!("{:.3}", score.calibration_error) } else { "–".to_owned() };
            let (share, right) = score.sure;
            let sure = if single {
                format!("{right:.3} of {share:.2}")
            } else {
                format!("precision {share:.3}, recall {right:.3}")
            };
            writeln!(
                out,
                "| {name} | {} | {:.3} | {:.3} | {calibration} | {sure} | {} |",
                score.rows,
                score.macro_f1,
                score.micro_f1,
                each.join(", ")
            )?;
        }
        writeln!(out)?;
    }
    writeln!(
        out,
        "\"folds\" are rows that the weights had not seen, five ways, siblings of one template always together; our own rows were written to be hard (few keywords, contrasts), so that folds of them lie below what ordinary texts give."
    )?;
    writeln!(
        out,
        "The independent figures, on texts annotated blind, are printed by `cargo run --release -p eval`.\n"
    )?;
    writeln!(out, "## Where it fails\n")?;
    writeln!(
        out,
        "- Sarcasm without a cue, irony in praise, jokes that need the picture or the thread.\n- Code-mix of three languages; Kutai; Bugis, Madurese and Ngaju chat, of which little was seen.\n- Polite complaints whose only sign is what is asked for; tone towards several offices in one text.\n- Texts of over 150 words are judged by their beginning; topics of long articles come from the word lists.\n- A topic that is never named, only implied: precision stays, recall falls (see the evaluation)."
    )?;
    Ok(out)
}
