//! What texts and figures point to: clippings by number, and the documents behind a figure by its id.

use crate::paper::{Cell, Line, RefRun};
use crate::words;
use model::{Brief, BriefKind, Nature, Statement};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What texts and figures may point to: the numbers that the appendix holds, and the figures that can be followed.
pub(crate) struct References {
    numbers: BTreeSet<u32>,
    figures: BTreeMap<String, u32>,
    /// "kemarin", or what the window before is called in a brief of another span.
    pub before: &'static str,
    /// "Sumber: 47 sumber yang memuat; data s.d. 20 Nov 06.00 WITA".
    source: String,
}

impl References {
    pub(crate) fn of(brief: &Brief) -> Self {
        let header = &brief.header;
        // A number leads to its row only where that row is shown.
        let shown = brief.layout.get(model::Section::Appendix);
        let clippings = shown.map_or(0, |entry| entry.limit.unwrap_or(usize::MAX));
        Self {
            numbers: brief.references.iter().take(clippings).map(|reference| reference.number).collect(),
            figures: brief.figures.iter().map(|figure| (figure.id.clone(), figure.value)).collect(),
            before: if header.kind == BriefKind::Harian { "kemarin" } else { "sebelumnya" },
            source: format!(
                "Sumber: {} sumber yang memuat; data s.d. {}",
                words::number(brief.numbers.tables.sources_spoke),
                words::moment(header.window.to, &header.zone_label)
            ),
        }
    }

    /// The line under a picture.
    pub(crate) fn source(&self, n: u32) -> String {
        format!("{}; n\u{a0}=\u{a0}{}.", self.source, words::number(n))
    }

    /// The mark of a figure, if the brief knows the documents behind it.
    pub(crate) fn mark(&self, id: &str) -> Option<Mark> {
        self.figures.contains_key(id).then(|| {
            let quoted = if id.contains(' ') { format!("\"{id}\"") } else { id.to_owned() };
            Mark { id: id.to_owned(), hint: format!("Daftar dokumennya: pesut brief explain {quoted}") }
        })
    }

    /// A count that can be followed, if it is the one that the brief's figure counts and not one of another stretch.
    pub(crate) fn count(&self, id: &str, count: u32) -> Cell {
        let same = self.figures.get(id) == Some(&count);
        Cell { mark: self.mark(id).filter(|_| same), ..Cell::text(words::number(count)) }
    }

    /// Groups three or more neighbours as a run; `1, 2, 3, 7` becomes `1–3` and `7`.
    pub(crate) fn runs(&self, refs: &[u32]) -> Vec<RefRun> {
        let sorted: Vec<u32> = refs.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
        let run = |label: String, first: u32| RefRun { label, to: self.numbers.contains(&first).then_some(first) };
        let mut runs = Vec::new();
        for group in sorted.chunk_by(|a, b| a + 1 == *b) {
            match group {
                [first, .., last] if group.len() > 2 => runs.push(run(format!("{first}–{last}"), *first)),
                few => runs.extend(few.iter().map(|number| run(number.to_string(), *number))),
            }
        }
        runs
    }

    /// A line without a tag unless it judges: an assessment never passes as a fact.
    pub(crate) fn line(&self, statement: &Statement, limit: usize) -> Line {
        let tag = (statement.nature == Nature::Penilaian).then_some("Penilaian");
        Line { tag, text: words::cut(&statement.text, limit), refs: self.runs(&statement.refs), mark: None }
    }

    /// A line that always says which of the two it is.
    pub(crate) fn marked(&self, statement: &Statement, limit: usize) -> Line {
        let tag = match statement.nature {
            Nature::Fakta => "Fakta",
            Nature::Penilaian => "Penilaian",
        };
        Line { tag: Some(tag), ..self.line(statement, limit) }
    }
}

/// The name under which the documents behind a figure can be listed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Mark {
    pub id: String,
    /// Says how to list them.
    pub hint: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_grouped_and_never_lead_nowhere() {
        let known =
            References { numbers: (1..=4).collect(), figures: BTreeMap::new(), before: "", source: String::new() };
        let runs: Vec<_> = known.runs(&[4, 1, 2, 3, 8, 9]).into_iter().map(|run| (run.label, run.to)).collect();
        assert_eq!(runs, [("1–4".into(), Some(1)), ("8".into(), None), ("9".into(), None)]);
    }

    #[test]
    fn only_figures_that_the_brief_knows_can_be_followed() {
        let figures = [("total".to_owned(), 612), ("sumber:Pos Contoh".to_owned(), 27)].into();
        let known = References { numbers: BTreeSet::new(), figures, before: "", source: String::new() };
        assert_eq!(known.mark("topik:banjir"), None);
        assert!(known.count("total", 612).mark.is_some() && known.count("total", 90).mark.is_none());
        let hint = known.mark("sumber:Pos Contoh").map(|mark| mark.hint);
        assert_eq!(hint.as_deref(), Some("Daftar dokumennya: pesut brief explain \"sumber:Pos Contoh\""));
    }
}
