//! `<language>/wording.tsv`, `questions.tsv`, `unknowns.tsv` to `Wording`: what the contents of issues are read by.

use super::LexiconError;
use super::reader::{Cells, Reader};
use model::{QuestionWords, Slot, SlotClass, Wording};

/// Lists that something reads; a list of another name is a slip of the pen.
const LISTS: [&str; 19] = [
    "abusive",
    "advice",
    "bait",
    "caption",
    "common",
    "greeting",
    "head",
    "honorific",
    "leaning",
    "leaning_near",
    "local_head",
    "message",
    "no_frame",
    "number",
    "office",
    "person",
    "pointer",
    "speech",
    "warning",
];

/// Adds what one language has; a file that it does not have is simply not there.
pub(super) fn read_wording(reader: &mut Reader<'_>, language: &str, wording: &mut Wording) -> Result<(), LexiconError> {
    for row in reader.optional(&format!("{language}/wording.tsv"))? {
        let list = row.required("list")?;
        if !LISTS.contains(&list.as_str()) {
            return Err(row.error("list", format!("\"{list}\" is not one of {}", LISTS.join(", "))));
        }
        wording.lists.entry(list).or_default().extend(lower(&row, "words"));
    }
    for row in reader.optional(&format!("{language}/questions.tsv"))? {
        wording.questions.push(QuestionWords {
            kind: row.required("kind")?,
            words: lower(&row, "words"),
            needs_mark: row.yes("needs_mark")?,
            slot: Some(row.get("slot").to_owned()).filter(|slot| !slot.is_empty()),
        });
    }
    for row in reader.optional(&format!("{language}/unknowns.tsv"))? {
        let id = row.required("id")?;
        let (words, denied, only_if) = (lower(&row, "words"), lower(&row, "denied"), lower(&row, "only_if"));
        // A second language adds its words to a slot; the sentence is the main language's.
        if let Some(slot) = wording.slots.iter_mut().find(|slot| slot.id == id) {
            slot.words.extend(words);
            slot.denied.extend(denied);
            slot.only_if.extend(only_if);
            continue;
        }
        wording.slots.push(Slot {
            id,
            classes: classes(&row)?,
            words,
            denied,
            only_if,
            compare: row.yes("compare")?,
            sentence: row.required("sentence")?,
        });
    }
    Ok(())
}

fn lower(row: &Cells<'_>, column: &str) -> Vec<String> {
    row.list(column).iter().map(|words| words.to_lowercase()).collect()
}

fn classes(row: &Cells<'_>) -> Result<Vec<SlotClass>, LexiconError> {
    let class = |name: &String| match name.as_str() {
        "serta_merta" => Ok(SlotClass::SertaMerta),
        "layanan" => Ok(SlotClass::Layanan),
        "capaian" => Ok(SlotClass::Capaian),
        "klaim" => Ok(SlotClass::Klaim),
        other => Err(row.error("classes", format!("\"{other}\" is not one of serta_merta, layanan, capaian"))),
    };
    row.list("classes").iter().map(class).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LexiconFiles;
    use crate::lexicons::FNV_START;

    fn read(files: &[(&str, &str)], languages: &[&str]) -> Result<Wording, LexiconError> {
        let files: LexiconFiles = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        let mut reader = Reader { files: &files, hash: FNV_START };
        let mut wording = Wording::default();
        languages.iter().try_for_each(|language| read_wording(&mut reader, language, &mut wording))?;
        Ok(wording)
    }

    #[test]
    fn languages_add_to_one_another() {
        let files = [
            ("ind/wording.tsv", "list\twords\noffice\tKepala;camat\n"),
            ("ind/questions.tsv", "kind\twords\tneeds_mark\tslot\nkapan\tkapan\t\tsampai_kapan\nkapan\tbila\tyes\n"),
            (
                "ind/unknowns.tsv",
                "id\tclasses\twords\tdenied\tonly_if\tcompare\tsentence\nsebab\tserta_merta;layanan\tkarena\tbelum diketahui\t\t\tBelum ada sebabnya.\n",
            ),
            ("jav/questions.tsv", "kind\twords\nkapan\tkapan;nek kapan\n"),
            ("jav/unknowns.tsv", "id\twords\tsentence\nsebab\tamarga\t-\n"),
        ];
        let wording = read(&files, &["ind", "jav"]).expect("reads");
        assert_eq!(wording.list("office"), ["kepala", "camat"]);
        assert!(wording.list("bait").is_empty());
        assert_eq!(wording.questions.len(), 3);
        assert!(wording.questions[1].needs_mark);
        assert_eq!(wording.slots.len(), 1);
        assert_eq!(wording.slots[0].words, ["karena", "amarga"]);
        assert_eq!(wording.slots[0].sentence, "Belum ada sebabnya.");
    }

    #[test]
    fn a_slip_of_the_pen_is_named() {
        let wrong = |path: &str, text: &str| read(&[(path, text)], &["ind"]).expect_err("is wrong").to_string();
        assert!(wrong("ind/wording.tsv", "list\twords\nofice\tkepala\n").contains("\"ofice\" is not one of"));
        assert!(wrong("ind/unknowns.tsv", "id\tclasses\tsentence\na\tbiasa\tX.\n").contains("\"biasa\" is not one of"));
    }
}
