//! What of a message is laid down as files, and under which names.

use crate::Message;
use std::path::{Component, Path};
use std::sync::Arc;

/// The longest file name; file systems take 255 bytes, and the temporary name is a little longer.
const NAME_BYTES_MAX: usize = 180;
/// Names that Windows keeps for itself; a folder is often a share of it.
const RESERVED: &[&str] = &["con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "lpt1", "lpt2", "lpt3"];

/// A file with a name that no file system minds.
pub(crate) struct Paper {
    pub(crate) name: String,
    pub(crate) bytes: Arc<[u8]>,
}

/// The files of a message; its text where it has none, such as a notice. Two of the same name are told apart.
pub(crate) fn of(message: &Message) -> Vec<Paper> {
    if message.files.is_empty() {
        let text = format!("{}\n\n{}\n", message.subject, message.text);
        return vec![Paper { name: clean(&format!("{}.txt", message.id)), bytes: text.into_bytes().into() }];
    }
    let mut papers: Vec<Paper> = Vec::new();
    for file in &message.files {
        let mut name = clean(&file.name);
        let mut number = 2;
        while papers.iter().any(|paper| paper.name.eq_ignore_ascii_case(&name)) {
            name = beside(&clean(&file.name), &number.to_string());
            number += 1;
        }
        papers.push(Paper { name, bytes: file.bytes.clone() });
    }
    papers
}

/// The day that a message is about, by its name: `harian-2026-11-20/1` has one, a notice may have none.
pub(crate) fn day(message: &str) -> Option<&str> {
    let is_day = |day: &str| day.parse::<jiff::civil::Date>().is_ok();
    let starts = message.char_indices().map(|(at, _)| at);
    starts
        .filter_map(|at| message.get(at..at + 10))
        .find(|day| day.starts_with(|c: char| c.is_ascii_digit()) && is_day(day))
}

/// A name beside another: `a.pdf` with `2` is `a-2.pdf`.
pub(crate) fn beside(name: &str, mark: &str) -> String {
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}-{mark}.{extension}"),
        None => format!("{name}-{mark}"),
    }
}

/// A file's name without anything that leads elsewhere, hides it, or that another system refuses.
pub(crate) fn clean(name: &str) -> String {
    let plain =
        |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ' | '(' | ')' | ',') { c } else { '_' };
    let name: String = name.chars().map(plain).collect();
    let name = name.trim_matches([' ', '.']);
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if extension.len() <= 10 => (stem, Some(extension)),
        _ => (name, None),
    };
    let mut stem: String = stem.trim_end().to_owned();
    while stem.len() > NAME_BYTES_MAX {
        stem.pop();
    }
    if stem.is_empty() {
        "berkas".clone_into(&mut stem);
    }
    if RESERVED.contains(&stem.to_lowercase().as_str()) {
        stem.insert(0, '_');
    }
    extension.map_or_else(|| stem.clone(), |extension| format!("{stem}.{extension}"))
}

/// The parts of a folder below another; `None` where it would lead out of it.
pub(crate) fn below(folder: &str) -> Option<Vec<&str>> {
    let normal = |part: Component<'_>| matches!(part, Component::Normal(_));
    let fits =
        !folder.is_empty() && folder.len() <= 200 && !folder.chars().any(char::is_control) && !folder.contains('\\');
    (fits && Path::new(folder).components().all(normal))
        .then(|| folder.split('/').filter(|part| !part.is_empty() && *part != ".").collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::File;

    #[test]
    fn names_lead_nowhere() {
        for (name, clean_name) in [
            ("2026-11-20.pdf", "2026-11-20.pdf"),
            ("../../etc/passwd", "_.._etc_passwd"),
            ("/etc/passwd", "_etc_passwd"),
            (".bashrc", "bashrc"),
            ("a\r\nb\0.pdf", "a__b_.pdf"),
            ("C:\\x.pdf", "C__x.pdf"),
            ("nul.txt", "_nul.txt"),
            ("...", "berkas"),
            ("\u{202e}fdp.exe", "_fdp.exe"),
            ("Ringkasan, 20 November (RALAT).pdf", "Ringkasan, 20 November (RALAT).pdf"),
        ] {
            assert_eq!(clean(name), clean_name);
        }
        assert!(clean(&"é".repeat(500)).len() <= NAME_BYTES_MAX);
    }

    #[test]
    fn folders_stay_below() {
        assert_eq!(below("pimpinan/pagi"), Some(vec!["pimpinan", "pagi"]));
        for out in ["", "/etc", "..", "a/../..", "a\\b", "a\nb"] {
            assert_eq!(below(out), None, "{out:?}");
        }
    }

    #[test]
    fn tells_the_day_by_the_name() {
        assert_eq!(day("harian-2026-11-20/1"), Some("2026-11-20"));
        assert_eq!(day("operator/tanpa-hari"), None);
        assert_eq!(day("é2026-13-40"), None);
    }

    #[test]
    fn two_files_of_one_name_are_two() {
        let file = |name: &str| File { name: name.into(), media_type: String::new(), bytes: b"x".as_slice().into() };
        let message = Message { files: vec![file("a.pdf"), file("A.pdf"), file("a.pdf")], ..Message::default() };
        let names: Vec<String> = of(&message).into_iter().map(|paper| paper.name).collect();
        assert_eq!(names, ["a.pdf", "A-2.pdf", "a-3.pdf"]);
    }
}
