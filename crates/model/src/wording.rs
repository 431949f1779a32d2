//! `Wording`: the words of a language that an issue's contents are read by. Data of the language folders, never code.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a language brings for the contents of issues; empty where a language brings nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wording {
    /// Lists by name (`office`, `leaning`, `bait`, …); entries are words or phrases in lower case.
    pub lists: BTreeMap<String, Vec<String>>,
    /// Words that ask.
    pub questions: Vec<QuestionWords>,
    /// What a leader asks about a matter and how a text shows that it was told.
    pub slots: Vec<Slot>,
}

impl Wording {
    /// A list by name; empty where no language has it.
    pub fn list(&self, name: &str) -> &[String] {
        self.lists.get(name).map_or(&[], Vec::as_slice)
    }
}

/// Words that ask for one sort of thing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuestionWords {
    /// What is asked for: "kapan", "di mana".
    pub kind: String,
    /// The words, formal and colloquial.
    pub words: Vec<String>,
    /// True where the words stand in plain statements just as well: they ask only before a question mark.
    pub needs_mark: bool,
    /// The slot whose answer would answer the question.
    pub slot: Option<String>,
}

/// Something that a leader asks about a matter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slot {
    /// Machine name.
    pub id: String,
    /// Sorts of matters it is asked of; the first slots of the list are the most wanted ones.
    pub classes: Vec<SlotClass>,
    /// Words that answer it; `#` stands for a number.
    pub words: Vec<String>,
    /// Words in whose sentence nothing is answered ("belum diketahui").
    pub denied: Vec<String>,
    /// Asked only where the material has one of these; empty asks always.
    pub only_if: Vec<String>,
    /// True where differing numbers before the same word are reported.
    pub compare: bool,
    /// What is said where nothing answers it: one Indonesian sentence.
    pub sentence: String,
}

/// Sorts of matters by what the law and a leader want to know of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlotClass {
    /// Threats to life or order that must be announced at once.
    SertaMerta,
    /// Services, prices, rules: what people live with.
    Layanan,
    /// Awards, ranks, programmes.
    Capaian,
    /// Messages of which it is not known whose they are.
    Klaim,
}
